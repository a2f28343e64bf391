"""Signing in and out: passwords, throttling, sessions that can be ended."""
