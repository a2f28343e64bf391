"""Scoring as jobs: training and scoring run in a process of their own, one at a time each.

A job has one row for the whole office: whoever asks while it waits or runs asks for the same.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.jobs.service import ask_again, standing_id
from crm.jobs.worker import Run
from crm.scores.own_process import in_own_process
from crm.scores.steps import STEPS
from models.errors import DomainError, N_
from models.job import Job, JobState

TRAIN = "scores.train"
REFRESH = "scores.refresh"
_KEY = "office"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a job of the scores is, and how its last run ended."""

    state: JobState
    step: str | None
    problem: str | None
    asked_at: datetime
    finished_at: datetime | None

    @property
    def is_under_way(self) -> bool:
        """Whether it waits or runs."""
        return self.state in (JobState.WAITING, JobState.RUNNING)


def ask(session: Session, kind: str, *, actor_id: int | None, now: datetime) -> None:
    """Have the office's model trained, or its open leads scored, unless that is under way."""
    ask_again(session, kind, _KEY, {}, actor_id=actor_id, now=now)


def look(session: Session, kind: str) -> Standing | None:
    """How far a job is; None where nobody ever asked for it."""
    row = session.execute(
        sa.select(Job.state, Job.step, Job.problem, Job.created_at, Job.finished_at).where(
            Job.public_id == standing_id(kind, _KEY)
        )
    ).one_or_none()
    return Standing(*row) if row else None


def train(run: Run) -> None:
    """Train a version.

    Raises:
        DomainError: it was refused, with the sentence that says why.
    """
    _do(run, "train")


def refresh(run: Run) -> None:
    """Score every open lead again with what serves.

    Raises:
        DomainError: it was refused, with the sentence that says why.
    """
    _do(run, "refresh")


def renew(run: Run) -> None:
    """After many leads came or went: train where that is worth it, else only score."""
    refusal = in_own_process(run, "train", "--if-useful", steps=STEPS)
    if refusal is not None:
        # What came in stands all the same; the chances come with the next scoring.
        _log.warning("nothing was scored: %s", refusal)


def _do(run: Run, *arguments: str) -> None:
    refusal = in_own_process(run, *arguments, steps=STEPS)
    if refusal is not None:
        raise DomainError(N_("It was refused: %(why)s"), why=refusal)
