"""What a look back shows: the order of then, what became of each lead, and how right it was.

Everything here counts the leads that the reader sees, as they may be seen now.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.errors import NotFoundError
from models.lead import Lead, LeadRevision, LossReason
from models.organization import Organization
from models.score import Backtest, BacktestScore
from models.stage import STAGES, StageCode, Status

PAGE_SIZE = 50
HORIZONS = (90, 180, 365)
TOPS = (10, 20)
FEWEST = 5
"""Below this many leads a group's share is an anecdote."""

# Where groups of chances begin; the last ends at certainty.
_BOUNDS = (0.0, 0.1, 0.3, 0.6, 1.0)
_ENDED = (Status.LOST, Status.ABANDONED, Status.PASSED_ON)


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a lead since: announced or ended at a moment, or still open at a stage."""

    stage: StageCode
    status: Status
    ended_at: datetime | None
    lost_reason: LossReason | None

    @property
    def is_announced(self) -> bool:
        """Whether it has been announced since."""
        return self.stage is StageCode.ANNOUNCED


@dataclass(frozen=True, slots=True)
class Past:
    """One lead of the look back, in its place of then."""

    key: int
    public_id: str
    title: str
    code_name: str | None
    is_demo: bool
    native_name: str | None
    native_language: str | None
    place: int
    stage: StageCode
    likelihood: float | None
    chance: float
    within: dict[int, float]
    low: float
    high: float
    became: Became


@dataclass(frozen=True, slots=True)
class Group:
    """Leads of which about the same was said: how many there are, and how many were announced."""

    low: float
    high: float
    count: int
    announced_count: int
    expected_count: float

    @property
    def is_enough(self) -> bool:
        """Whether there are enough of them to say anything."""
        return self.count >= FEWEST


@dataclass(frozen=True, slots=True)
class Top:
    """How many of the first so many were announced, by each way to order them.

    `by_estimate` is None where too few leads had an officer's own estimate then.
    """

    size: int
    by_chance: float
    by_stage: float
    by_estimate: float | None


@dataclass(frozen=True, slots=True)
class Summary:
    """How right the order and the chances were, within so many days or until now."""

    days: int | None
    over_on: datetime | None
    is_over: bool
    count: int
    passed_on_count: int
    announced_count: int
    expected_count: float
    estimate_count: int
    tops: tuple[Top, ...]
    groups: tuple[Group, ...]


def list_backtests(session: Session) -> list[Backtest]:
    """The looks back that are kept, those asked for last first."""
    return list(
        session.scalars(sa.select(Backtest).order_by(Backtest.asked_at.desc(), Backtest.id.desc()))
    )


def get_backtest(session: Session, public_id: str) -> Backtest:
    """One look back.

    Raises:
        NotFoundError: there is none.
    """
    found = session.scalars(
        sa.select(Backtest).where(Backtest.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def moment_of(backtest: Backtest) -> datetime:
    """The end of the day that a finished look back looked back at."""
    return datetime.fromisoformat((backtest.metrics or {})["moment"])


def load_past(session: Session, backtest: Backtest) -> list[Past]:
    """Every lead of a look back that the reader sees, in the order of then."""
    moment = moment_of(backtest)
    # Where it stands now decides what became of it; since then: the first time it was so.
    ended = (
        sa.select(
            LeadRevision.lead_id,
            sa.func.min(LeadRevision.valid_from)
            .filter(LeadRevision.stage == StageCode.ANNOUNCED)
            .label("announced_at"),
            sa.func.min(LeadRevision.valid_from)
            .filter(LeadRevision.status.in_(_ENDED))
            .label("closed_at"),
        )
        .where(LeadRevision.valid_from > moment)
        .group_by(LeadRevision.lead_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(
            BacktestScore.id,
            BacktestScore.stage,
            BacktestScore.likelihood,
            BacktestScore.probability,
            BacktestScore.within_90,
            BacktestScore.within_180,
            BacktestScore.within_365,
            BacktestScore.low,
            BacktestScore.high,
            Lead.public_id,
            Lead.title,
            Lead.code_name,
            Lead.is_demo,
            Lead.stage.label("stage_now"),
            Lead.status.label("status_now"),
            Lead.lost_reason,
            Organization.native_name,
            Organization.native_language,
            ended.c.announced_at,
            ended.c.closed_at,
        )
        .join(Lead, Lead.id == BacktestScore.lead_id)
        .outerjoin(Organization, Organization.id == Lead.organization_id)
        .outerjoin(ended, ended.c.lead_id == Lead.id)
        .where(BacktestScore.backtest_id == backtest.id)
        .order_by(BacktestScore.log_odds.desc(), Lead.public_id)
    )
    return [
        Past(
            key=row.id,
            public_id=row.public_id,
            title=row.title,
            code_name=row.code_name,
            is_demo=row.is_demo,
            native_name=row.native_name,
            native_language=row.native_language,
            place=place,
            stage=row.stage,
            likelihood=row.likelihood,
            chance=row.probability,
            within=dict(
                zip(HORIZONS, (row.within_90, row.within_180, row.within_365), strict=True)
            ),
            low=row.low,
            high=row.high,
            became=_became(row),
        )
        for place, row in enumerate(rows, start=1)
    ]


def load_reasons(session: Session, keys: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """The reasons of then, as data, for some rows of a look back."""
    rows = session.execute(
        sa.select(BacktestScore.id, BacktestScore.reasons).where(BacktestScore.id.in_(keys))
    )
    return {row.id: row.reasons for row in rows}


def summarise(
    past: Sequence[Past], *, moment: datetime, now: datetime, days: int | None
) -> Summary:
    """How right the look back was within `days`, or until now.

    Who was passed on to somebody else before the time was over says nothing either way.
    """
    over_on = moment + timedelta(days=days) if days is not None else None
    end = min(over_on, now) if over_on is not None else now
    judged, wins, chances = [], [], []
    for one in past:
        won = one.became.is_announced and _by(one.became.ended_at, end)
        gone = one.became.status is Status.PASSED_ON and _by(one.became.ended_at, end)
        if gone and not won:
            continue
        judged.append(one)
        wins.append(won)
        chances.append(one.chance if days is None else one.within[days])
    estimates = [one.likelihood for one in judged]
    known = sum(estimate is not None for estimate in estimates)
    return Summary(
        days=days,
        over_on=over_on,
        is_over=over_on is None or over_on <= now,
        count=len(judged),
        passed_on_count=len(past) - len(judged),
        announced_count=sum(wins),
        expected_count=sum(chances),
        estimate_count=known,
        tops=tuple(
            Top(
                size,
                # The order of then, not of this horizon: it is the list that people had.
                by_chance=float(sum(wins[:size])),
                by_stage=_hits(judged, wins, size, lambda one: STAGES.index(one.stage)),
                by_estimate=(_hits(judged, wins, size, _estimate) if known >= size else None),
            )
            for size in TOPS
            if len(judged) > size
        ),
        groups=tuple(_groups(wins, chances)),
    )


def _became(row: Any) -> Became:
    if row.stage_now is StageCode.ANNOUNCED:
        return Became(row.stage_now, row.status_now, row.announced_at, None)
    if row.status_now in _ENDED:
        return Became(row.stage_now, row.status_now, row.closed_at, row.lost_reason)
    return Became(row.stage_now, row.status_now, None, None)


def _by(moment: datetime | None, end: datetime) -> bool:
    return moment is not None and moment <= end


def _estimate(one: Past) -> float:
    return -1.0 if one.likelihood is None else one.likelihood


def _hits(
    past: Sequence[Past], wins: Sequence[bool], size: int, value: Callable[[Past], float]
) -> float:
    """How many of the first `size` were announced, as expected where many stand equal."""
    order: dict[float, list[bool]] = {}
    for one, won in zip(past, wins, strict=True):
        order.setdefault(value(one), []).append(won)
    hits, left = 0.0, size
    for key in sorted(order, reverse=True):
        equal = order[key]
        taken = min(left, len(equal))
        hits += sum(equal) * taken / len(equal)
        left -= taken
        if not left:
            break
    return hits


def _groups(wins: Sequence[bool], chances: Sequence[float]) -> list[Group]:
    found = []
    for low, high in pairwise(_BOUNDS):
        held = [
            (won, chance) for won, chance in zip(wins, chances, strict=True) if low <= chance < high
        ]
        if held:
            found.append(
                Group(
                    low,
                    high,
                    len(held),
                    sum(won for won, _chance in held),
                    sum(chance for _won, chance in held),
                )
            )
    return found
