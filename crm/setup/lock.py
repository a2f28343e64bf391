"""One set-up at a time in one checkout."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from crm.setup.report import say

POLL_SECONDS = 0.2


@contextlib.contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock file at `path`; wait, and say so, while another process holds it.

    The operating system drops the lock when its holder ends, however it
    ends, so a killed set-up never blocks the next. The tools that the holder
    starts hold it too: one that outlives it must not work beside the next.
    """
    with path.open("a+b") as file:
        if not _try_to_lock(file):
            say("Another set-up is running here; waiting for it to finish ...")
            while not _try_to_lock(file):
                time.sleep(POLL_SECONDS)
        os.set_inheritable(file.fileno(), True)
        yield


if sys.platform == "win32":
    import msvcrt

    def _try_to_lock(file: IO[bytes]) -> bool:
        os.lseek(file.fileno(), 0, os.SEEK_SET)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_to_lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
