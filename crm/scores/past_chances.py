"""The chances of open leads as they would have been said at the end of a past day.

For forecasts that are judged by what came: of leads that the whole office may see alone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from crm.database import Database
from crm.scores.backtests import card_of, fingerprint
from crm.timezones import last_moment
from models.stage import LeadType


@dataclass(frozen=True, slots=True)
class PastChance:
    """What would have been said of a lead, and its size as it was known."""

    lead_id: int
    lead_type: LeadType
    ever: float
    within_90: float
    within_180: float
    within_365: float
    low: float
    high: float
    currency: str | None
    amount: int | None
    jobs: int | None


@dataclass(frozen=True, slots=True)
class PastChances:
    """The chances at the end of a day. `known` differs when what was known then was changed."""

    day: date
    basis: str
    known: list[list[int | None]]
    leads: tuple[PastChance, ...]


def known_by(session: Session, day: date, zone: str) -> list[list[int | None]]:
    """How much of what teaches was known at the end of a day."""
    return fingerprint(session, last_moment(day, zone))


def past_chances(database: Database, days: Sequence[date], *, zone: str) -> list[PastChances]:
    """The chances at the end of each day, each from what was known then; takes seconds a day."""
    from scoring import train as fit
    from scoring.dataset import load_histories

    with database.unscoped_reader(purpose="look back") as session:
        histories = load_histories(session).unrestricted()
        moments = [last_moment(day, zone) for day in days]
        cards = [card_of(session, moment)[1] for moment in moments]
        known = [fingerprint(session, moment) for moment in moments]
    found = []
    for day, moment, card, count in zip(days, moments, cards, known, strict=True):
        then = histories.as_known(moment)
        if then.leads.empty:
            continue
        model = fit(then, moment, scorecard=card, judges=False)
        last = then.revisions.sort_values(["lead_id", "valid_from", "sequence"], kind="stable")
        states = last.groupby("lead_id").tail(1).set_index("lead_id").to_dict("index")
        leads = tuple(_chance(said, states[said.lead_id]) for said in model.predict(then, moment))
        found.append(PastChances(day, model.basis, count, leads))
    return found


def _chance(said: Any, state: dict[Any, Any]) -> PastChance:
    currency = state["capex_currency"]
    return PastChance(
        int(said.lead_id),
        LeadType(state["lead_type"]),
        said.probability,
        said.horizon[90],
        said.horizon[180],
        said.horizon[365],
        said.low,
        said.high,
        currency if isinstance(currency, str) else None,
        _whole(state["capex_amount"]),
        _whole(state["jobs_count"]),
    )


def _whole(number: float) -> int | None:
    return None if math.isnan(number) else int(number)
