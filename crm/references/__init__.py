"""Peer references: firms already here that tell a prospect how it is to be here."""
