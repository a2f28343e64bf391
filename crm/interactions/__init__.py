"""Conversations, meetings, next steps and promises."""
