"""Saved views: lists as somebody likes them, under a name."""
