"""A command of the scores in a process of its own: the gigabyte it takes goes back when it ends."""

import os
import subprocess
import sys
from collections import deque
from collections.abc import Container

import sqlalchemy as sa

from config import PROJECT
from crm.jobs.worker import Run
from models.user import User

_REFUSED = 1
_KEPT_LINES = 40


def in_own_process(run: Run, *arguments: str, steps: Container[str] = ()) -> str | None:
    """Run `scores ARGUMENTS` for whoever asked for the job; the sentence of a refusal, or None.

    Lines of its progress that are among `steps` are told as the step of the job.

    Raises:
        LostError: the job was taken away meanwhile; the process is ended.
        RuntimeError: the process ended otherwise than with an answer or a sentence.
    """
    command = [sys.executable, "-m", "crm", "scores", *arguments]
    command += ["--data", str(run.config.data)]
    if run.actor.id is not None:
        with run.database.unscoped_reader(purpose="command line") as session:
            name = session.scalar(sa.select(User.username).where(User.id == run.actor.id))
        command += ["--as", str(name)]
    lines: deque[str] = deque(maxlen=_KEPT_LINES)
    with subprocess.Popen(
        command,
        cwd=PROJECT,
        env={
            **os.environ,
            "CRM_DATABASE_URL": run.config.database_url,
            "CRM_TIME_ZONE": run.config.office_time_zone,
        },
        stdin=subprocess.DEVNULL,
        # Nobody reads the answer: what it did stands in the database.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            for line in process.stderr or ():
                if line.strip() in steps:
                    run.tell(line.strip())
                else:
                    lines.append(line)
        except BaseException:
            process.kill()
            raise
    said = "".join(lines).strip()
    if process.returncode == _REFUSED:
        return said
    if process.returncode != 0:
        raise RuntimeError(f"scoring ended with {process.returncode}: {said[-2000:]}")
    return None
