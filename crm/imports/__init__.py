"""Files of leads and stage changes brought in: read, checked, applied whole, kept or undone."""
