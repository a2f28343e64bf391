"""The comparison of very many organizations: a job for each circle of viewers, and what it found.

Each circle has one row among the jobs, so that it is compared once at a time whoever asks, and
what was found is there for all of the circle, in every process and after a restart.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.duplicates.parties import load_parties
from crm.duplicates.scan import Pair, circle_of, fingerprint
from crm.identity.matching import REVIEWED, Candidate, Matcher, Reason, Verdict
from crm.imports.chunks import in_chunks
from crm.jobs.service import ask_again, standing_id
from crm.jobs.worker import Run
from models.errors import DomainError, N_
from models.job import Job, JobState
from models.organization import Organization
from models.user import Actor

KIND = "duplicates.scan"
# What changes is compared again at most this often, however often somebody looks.
RESTS = timedelta(minutes=10)
READING = N_("Reading every name")
COMPARING = N_("Comparing every name with every other")
_SHOWN_EVERY = 200
_MOST_REVIEWED = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the comparison for a circle is, and what the last one found."""

    state: JobState | None
    step: str | None
    problem: str | None
    done_count: int
    total_count: int | None
    compared_at: datetime | None
    is_current: bool

    @property
    def is_under_way(self) -> bool:
        """Whether somebody asked for it and it is not done."""
        return self.state in (JobState.WAITING, JobState.RUNNING)

    def is_wanted(self, now: datetime) -> bool:
        """Whether looking at the page is ground enough to compare again."""
        if self.is_under_way or self.state is JobState.FAILED or self.is_current:
            return False
        return self.compared_at is None or now - self.compared_at > RESTS


def look(session: Session, actor: Actor) -> Standing:
    """The comparison for the actor's circle as it stands; a look that is cheap."""
    at, of = (Job.payload[("last", name)] for name in ("at", "of"))
    job = session.execute(
        sa.select(
            Job.state,
            Job.step,
            Job.problem,
            Job.done_count,
            Job.total_count,
            at.as_string().label("at"),
            of.as_json().label("of"),
        ).where(Job.public_id == standing_id(KIND, circle_of(actor)))
    ).one_or_none()
    if job is None:
        return Standing(None, None, None, 0, None, None, is_current=False)
    return Standing(
        state=job.state,
        step=job.step,
        problem=job.problem,
        done_count=job.done_count,
        total_count=job.total_count,
        compared_at=datetime.fromisoformat(job.at) if job.at else None,
        is_current=job.of is not None and job.of == list(fingerprint(session)),
    )


def ask(session: Session, *, actor: Actor, now: datetime) -> None:
    """Have all be compared for the actor's circle, unless it waits or is being done."""
    circle = circle_of(actor)
    ask_again(session, KIND, circle, {"circle": circle}, actor_id=actor.id, now=now)


def work(run: Run) -> None:
    """Compare all that whoever asked may see, and keep it for their circle.

    Raises:
        DomainError: whoever asked sees others by now.
    """
    if circle_of(run.actor) != run.held.payload["circle"]:
        raise DomainError(N_("Whoever asked for this is in other teams by now. Ask again."))
    run.tell(READING, 0)
    with run.database.reader(run.actor) as session:
        compared_at, of = run.now(), fingerprint(session)
        parties = load_parties(session)
        pairs = _worth_keeping(_compare(run, parties))
        keys = {key for pair in pairs for key in (pair.one, pair.other)}
        public_ids = _public_ids(session, keys)
    run.keep(
        {
            "last": {
                "at": compared_at.isoformat(),
                "of": list(of),
                "pairs": [_as_json(pair, public_ids) for pair in pairs],
            }
        }
    )


def _compare(run: Run, parties: Sequence[Any]) -> list[Pair]:
    places = {party.key: place for place, party in enumerate(parties)}
    run.tell(COMPARING, 0, len(parties))
    pairs: list[Pair] = []
    told = 0
    for one, candidate in Matcher(parties).pairs(least=REVIEWED):
        if candidate.verdict is not Verdict.NONE:
            pairs.append(Pair.of(one, candidate))
        if places[one] >= told + _SHOWN_EVERY:
            told = places[one]
            run.tell(done_count=told)
    return pairs


def _worth_keeping(pairs: Sequence[Pair]) -> list[Pair]:
    """Of those to be looked at, each one's likest few: a page shows one of them at a time."""
    likest = sorted(pairs, key=lambda pair: -pair.candidate.score)
    count: Counter[int] = Counter()
    kept = []
    for pair in likest:
        ends = (pair.one, pair.other)
        if pair.verdict is not Verdict.REVIEW or min(count[key] for key in ends) < _MOST_REVIEWED:
            kept.append(pair)
        if pair.verdict is Verdict.REVIEW:
            count.update(ends)
    return kept


def _public_ids(session: Session, keys: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for chunk in in_chunks(set(keys)):
        rows = session.execute(
            sa.select(Organization.id, Organization.public_id).where(Organization.id.in_(chunk))
        )
        found.update({row.id: row.public_id for row in rows})
    return found


def _as_json(pair: Pair, public_ids: dict[int, str]) -> list[Any]:
    # By the public id: a number of the database may be another organization's by tomorrow.
    candidate = pair.candidate
    return [
        public_ids[pair.one],
        public_ids[pair.other],
        candidate.score,
        candidate.verdict.value,
        candidate.reason.code,
        dict(candidate.reason.params),
    ]


def load_pairs(session: Session, actor: Actor) -> list[Pair]:
    """The pairs that were found, as far as the viewer sees both by now: one may be merged since."""
    found: Sequence[Any] = (
        session.scalar(
            sa.select(Job.payload[("last", "pairs")].as_json()).where(
                Job.public_id == standing_id(KIND, circle_of(actor))
            )
        )
        or ()
    )
    wanted = {public_id for pair in found for public_id in pair[:2]}
    keys: dict[str, int] = {}
    for chunk in in_chunks(wanted):
        rows = session.execute(
            sa.select(Organization.id, Organization.public_id).where(
                Organization.public_id.in_(chunk), Organization.is_placeholder.is_(False)
            )
        )
        keys.update({row.public_id: row.id for row in rows})
    return [
        Pair.of(
            keys[one],
            Candidate(keys[other], score, Verdict(verdict), Reason(code, params), matched=""),
        )
        for one, other, score, verdict, code, params in found
        if one in keys and other in keys
    ]
