"""Firms and bodies: their names in every script, identifiers, relations and facilities."""
