"""How large a lead is among the open ones: the place of its amount, kept for the ranking.

Amounts are compared within one currency, never converted. The places are counted among leads
that the whole office may see, so that the place of an open lead says nothing of a restricted one.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.lead import Lead
from models.stage import StageCode, Status

# A place among fewer than this says nothing.
FEWEST = 5


def place_sizes(session: Session) -> None:
    """Write the place of every open lead, 0 to 1: by its amount, by its jobs where it has none.

    A lead of which neither is known has no place, and so has one with too few beside it. The
    session sees every lead.
    """
    is_open = sa.and_(
        Lead.status.in_((Status.ACTIVE, Status.ON_HOLD)), Lead.stage != StageCode.ANNOUNCED
    )
    rows = session.execute(
        sa.select(
            Lead.id,
            Lead.team_id,
            Lead.capex_amount,
            Lead.capex_currency,
            Lead.jobs_count,
            Lead.size_place,
        ).where(is_open)
    ).all()
    amounts: dict[str, list[int]] = {}
    jobs: list[int] = []
    for row in rows:
        if row.team_id is None:
            if row.capex_amount is not None and row.capex_currency is not None:
                amounts.setdefault(row.capex_currency, []).append(row.capex_amount)
            if row.jobs_count is not None:
                jobs.append(row.jobs_count)
    for values in (*amounts.values(), jobs):
        values.sort()
    changed = []
    for row in rows:
        place = _place(row, amounts, jobs)
        if place != row.size_place:
            changed.append({"id": row.id, "size_place": place})
    if changed:
        # A fact kept for lists: it is derived from the leads, and is no change of theirs.
        session.execute(sa.update(Lead), changed)


def _place(
    row: Any,
    amounts: Mapping[str, Sequence[int]],
    jobs: Sequence[int],
) -> float | None:
    if row.capex_amount is not None and row.capex_currency is not None:
        among = amounts.get(row.capex_currency, ())
        if len(among) >= FEWEST:
            return _share_below(row.capex_amount, among)
    if row.jobs_count is not None and len(jobs) >= FEWEST:
        return _share_below(row.jobs_count, jobs)
    return None


def _share_below(value: int, among: Sequence[int]) -> float:
    """The share of smaller ones, equal ones counted half: the middle of all is 0.5."""
    below = bisect_left(among, value)
    equal = bisect_right(among, value) - below
    return round((below + equal / 2) / len(among), 4)
