"""What the set-up says while it works."""

import sys


class SetupError(Exception):
    """The set-up cannot go on; the message names what is missing and how to mend it."""


def say(message: str) -> None:
    """One plain line to stderr, at once: stdout belongs to the command's answer."""
    print(message, file=sys.stderr, flush=True)
