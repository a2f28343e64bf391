"""The briefing book of a mission, and a page a company, as PDF to carry along."""
