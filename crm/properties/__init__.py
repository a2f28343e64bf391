"""Available land and buildings: what there is to offer when a project asks for a site."""
