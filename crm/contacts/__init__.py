"""People at organizations: their names as they write them, their titles, what was said."""
