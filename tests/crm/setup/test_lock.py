"""Two set-ups at once take turns, and a dead one does not block the next."""

import subprocess
import sys
from pathlib import Path
from threading import Timer

import pytest

from crm.setup.bootstrap import ROOT
from crm.setup.lock import exclusive

HOLD = """
import subprocess, sys
from pathlib import Path
from crm.setup.lock import exclusive
with exclusive(Path(sys.argv[1])):
    if sys.argv[2:]:
        # The tool of a set-up, which outlives it.
        subprocess.Popen([sys.executable, "-c", sys.argv[2]], close_fds=False)
    print("held", flush=True)
    sys.stdin.readline()
    Path(sys.argv[1] + ".done").touch()
"""
WAIT = "import time; time.sleep(1.5)"


def hold(lock: Path, *arguments: str) -> "subprocess.Popen[str]":
    """A process that holds the lock, and has it by now."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock), *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_the_second_waits_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lock = tmp_path / "lock"
    first = hold(lock)
    release = Timer(0.7, first.communicate, ["\n"])
    release.start()

    with exclusive(lock):
        first_was_done = Path(f"{lock}.done").exists()
    release.join()

    assert first_was_done
    assert capsys.readouterr().err.startswith("Another set-up is running here")


def test_a_killed_holder_blocks_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lock = tmp_path / "lock"
    with hold(lock) as holder:
        holder.kill()
    with exclusive(lock):
        pass
    assert capsys.readouterr() == ("", "")


def test_what_a_killed_holder_had_started_is_waited_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = tmp_path / "lock"
    with hold(lock, WAIT) as holder:
        holder.kill()
    with exclusive(lock):
        pass
    assert capsys.readouterr().err.startswith("Another set-up is running here")
