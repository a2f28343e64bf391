"""Enquiries: what somebody asked, until it is answered, and what became of it."""
