"""Invented field work: missions, company visits, announcements and site searches of the office."""
