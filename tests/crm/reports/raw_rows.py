"""The tables as plain rows, and reports told again from them: no statement, no sum of theirs."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm.database import Database
from models.agreement import Citation
from models.announcement import Announcement
from models.lead import Lead, LeadRevision
from models.stage import STAGES, StageCode, Status

ZONE = "America/Toronto"
OPEN = (Status.ACTIVE, Status.ON_HOLD)


@dataclass(frozen=True)
class Raw:
    """Everything that the reports are told from. `states` are each lead's, in their order."""

    states: dict[int, list[Any]]
    leads: dict[int, Any]
    announcements: list[Any]
    citations: list[Any]

    def only(self, keep: Callable[[int], bool]) -> "Raw":
        """The same without some leads and what belongs to them."""
        return Raw(
            {lead: found for lead, found in self.states.items() if keep(lead)},
            {lead: found for lead, found in self.leads.items() if keep(lead)},
            [row for row in self.announcements if row.lead_id is None or keep(row.lead_id)],
            [row for row in self.citations if row.lead_id is None or keep(row.lead_id)],
        )

    def at(self, end: datetime) -> Iterator[Any]:
        """The state of each lead at the end of a day: the last one that began before."""
        for states in self.states.values():
            begun = [state for state in states if state.valid_from < end]
            if begun:
                yield begun[-1]


def read_raw(database: Database) -> Raw:
    """All rows, whoever may see them."""
    with database.engine.connect() as connection:

        def rows(cls: Any) -> list[Any]:
            table = cls.__table__
            return list(connection.execute(sa.select(table).order_by(table.c.id)))

        states: dict[int, list[Any]] = defaultdict(list)
        for state in sorted(rows(LeadRevision), key=lambda row: row.sequence):
            states[state.lead_id].append(state)
        return Raw(
            dict(states), {row.id: row for row in rows(Lead)}, rows(Announcement), rows(Citation)
        )


def end_of(day: date, zone: str = ZONE) -> datetime:
    """The first moment after a day."""
    after = day + timedelta(days=1)
    return datetime(after.year, after.month, after.day, tzinfo=ZoneInfo(zone))


def is_open(state: Any) -> bool:
    """In the open pipeline."""
    return state.stage != StageCode.ANNOUNCED and state.status in OPEN


def sums(states: Iterable[Any], chances: dict[StageCode, float]) -> dict[str, Any]:
    """What `plain_sums` makes of a report's sums."""
    found = list(states)
    capex: dict[Any, list[Any]] = {}
    for currency in {state.capex_currency for state in found}:
        mine = [state for state in found if state.capex_currency == currency]
        stating = [state for state in mine if state.capex_amount is not None]
        capex[currency] = [
            sum(state.capex_amount for state in stating),
            sum(state.capex_upper or state.capex_amount for state in stating),
            rounded(sum(s.capex_amount * chances.get(s.stage, 1.0) for s in stating)),
            len(stating),
            len(mine) - len(stating),
        ]
    working = [state for state in found if state.jobs_count is not None]
    return {
        "leads": len(found),
        "on_hold": sum(state.status == Status.ON_HOLD for state in found),
        "capex": capex,
        "jobs": [
            sum(state.jobs_count for state in working),
            rounded(sum(s.jobs_count * chances.get(s.stage, 1.0) for s in working)),
            len(found) - len(working),
        ],
        "told": Counter(
            str(state.capex_qualifier.value)
            for state in found
            if state.capex_qualifier is not None and state.capex_amount is not None
        ),
    }


def plain_sums(figures: Any) -> dict[str, Any]:
    """A report's sums in the same form."""
    told: Counter[str] = Counter()
    for money in figures.capex:
        for name in ("approximate", "at_least", "at_most", "between"):
            told[name] += getattr(money.told, name)
    return {
        "leads": figures.lead_count,
        "on_hold": figures.on_hold_count,
        "capex": {
            money.currency: [
                money.amount,
                money.upper,
                rounded(money.weighted),
                money.lead_count,
                money.unknown_count,
            ]
            for money in figures.capex
        },
        "jobs": [
            figures.jobs.count,
            rounded(figures.jobs.weighted),
            figures.jobs.unknown_count,
        ],
        "told": +told,
    }


def rounded(value: Any) -> float:
    """To a hundredth: a decimal and a float of the same sum are alike then."""
    return round(float(value), 2)


def without_exact(found: dict[str, Any]) -> dict[str, Any]:
    """Reports do not count exact amounts."""
    told = Counter({name: n for name, n in found["told"].items() if name != "exact"})
    return {**found, "told": told}


def first_entries(states: Iterable[Any], end: datetime) -> dict[int, datetime]:
    """When a lead first came as far as each stage, by its position."""
    found: dict[int, datetime] = {}
    for state in states:
        if state.valid_from >= end:
            break
        for position in range(1, StageCode(state.stage).position + 1):
            found.setdefault(position, state.valid_from)
    return found


CHANCES = dict(zip(STAGES, (0.04, 0.08, 0.15, 0.30, 0.45, 0.65, 0.85, 1.0), strict=True))
