"""Duplicates: what may be one organization twice, merging the two, and parting them again."""
