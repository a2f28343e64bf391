"""Scoring in a process of its own: training takes a gigabyte, which goes back when that ends."""

import logging
import os
import subprocess
import sys

import sqlalchemy as sa

from config import PROJECT
from crm.jobs.worker import Run
from models.user import User

_log = logging.getLogger(__name__)
_REFUSED = 1


def renew(run: Run) -> None:
    """After many leads came or went: train where that is worth it, else only score.

    Raises:
        RuntimeError: the process ended otherwise than with an answer or a sentence.
    """
    command = [sys.executable, "-m", "crm", "scores", "train", "--if-useful"]
    command += ["--data", str(run.config.data)]
    if run.actor.id is not None:
        with run.database.unscoped_reader(purpose="training") as session:
            name = session.scalar(sa.select(User.username).where(User.id == run.actor.id))
        command += ["--as", str(name)]
    done = subprocess.run(
        command,
        cwd=PROJECT,
        env={
            **os.environ,
            "CRM_DATABASE_URL": run.config.database_url,
            "CRM_TIME_ZONE": run.config.office_time_zone,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == _REFUSED:
        # What came in stands all the same; the chances come with the next scoring.
        _log.warning("nothing was scored: %s", done.stderr.strip())
    elif done.returncode != 0:
        raise RuntimeError(f"scoring ended with {done.returncode}: {done.stderr[-2000:]}")
