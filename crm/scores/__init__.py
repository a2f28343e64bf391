"""Chances of leads: training, scoring, wording of reasons, and the ranking."""
