"""Administration: people, offices, teams, what stages ask for, and who did what."""
