"""Days and hours at home and in the markets: holidays, closures, business days, meeting times."""
