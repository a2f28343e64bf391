"""My day: what to do now, in the order in which it matters, and nothing to admire."""
