"""Stamps: how a step remembers for which input it was done."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

UNFINISHED = "unfinished"


def digest(*files: Path) -> str:
    """The sha256 of the files' contents in the given order."""
    total = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        # The length keeps two files apart: moving a line from one to the
        # next must not give the same digest.
        total.update(b"%d:" % len(content))
        total.update(content)
    return total.hexdigest()


@dataclass(frozen=True, slots=True)
class Stamp:
    """A small file that holds the key of what was done; absent when nothing was."""

    path: Path

    def read(self) -> str | None:
        """The key that was written, or None."""
        try:
            return self.path.read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return None

    def begin(self) -> bool:
        """Mark the step as begun; True when an earlier one began and never finished."""
        was_cut_short = self.read() == UNFINISHED
        self.write(UNFINISHED)
        return was_cut_short

    def write(self, key: str) -> None:
        """Write the key, whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        beside.write_text(key, encoding="utf-8")
        beside.replace(self.path)
