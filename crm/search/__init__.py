"""One box over every name, title and text: what it looks through, how it finds, in which order."""
