"""Leads: opening them, working them through their stages, and finding them again."""
