"""The leads behind a number, as they stood on the day: what a `Link` narrows them to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.reports.as_of import held_at, is_open, lead_conditions, standing_conditions
from crm.reports.moved_leads import leads_that_moved
from crm.reports.movement import Move
from crm.reports.params import Dimension, Settled
from models.agreement import Agreement, Citation
from models.lead import LeadRevision, LeadSource
from models.organization import Sector
from models.stage import StageCode, Status
from models.user import Office, User


@dataclass(frozen=True, slots=True)
class Behind:
    """Conditions on `LeadRevision`: the states, at the end of a day, that a number is about."""

    day: date
    conditions: list[Any]


def standing_behind(_session: Session, settled: Settled, args: Mapping[str, str]) -> Behind:
    """The leads that stood somewhere: `stage` (several with commas), `status`, `open`, `group`
    ("sector:it", empty for what is not known), `capex=unknown`, `jobs=unknown`, and `on=compare`
    for the other day.
    """
    day = settled.as_of
    if args.get("on") == "compare" and settled.compare is not None:
        day = settled.compare
    end = settled.calendar.end_of(day)
    found = standing_conditions(settled, end)
    stages = _codes(StageCode, args.get("stage", ""))
    if stages:
        found.append(LeadRevision.stage.in_(stages))
        found.append(LeadRevision.status.in_((Status.ACTIVE, Status.ON_HOLD)))
    else:
        found.append(is_open())
    statuses = _codes(Status, args.get("status", ""))
    if statuses:
        found.append(LeadRevision.status.in_(statuses))
    if args.get("capex") == "unknown":
        found.append(LeadRevision.capex_amount.is_(None))
    if args.get("jobs") == "unknown":
        found.append(LeadRevision.jobs_count.is_(None))
    found += _in_group(args.get("group", ""), end)
    return Behind(day, found)


def _codes(enumeration: Any, text: str) -> list[Any]:
    known = {item.value: item for item in enumeration}
    return [known[code] for code in text.split(",") if code in known]


_COLUMNS: dict[Dimension, tuple[Any, Any, Any]] = {
    Dimension.SECTOR: (LeadRevision.sector_id, Sector, Sector.code),
    Dimension.OFFICE: (LeadRevision.office_id, Office, Office.public_id),
    Dimension.OWNER: (LeadRevision.owner_id, User, User.public_id),
    Dimension.SOURCE: (LeadRevision.source_id, LeadSource, LeadSource.code),
}


def _in_group(text: str, end: datetime) -> list[Any]:
    word, _colon, code = text.partition(":")
    if word not in {item.value for item in Dimension} or not _colon:
        return []
    by = Dimension(word)
    if by is Dimension.MARKET:
        return [LeadRevision.market == code if code else LeadRevision.market.is_(None)]
    if by is Dimension.AGREEMENT:
        cited = sa.select(Citation.lead_id).where(
            Citation.lead_id.is_not(None), Citation.known_at < end
        )
        if not code:
            return [LeadRevision.lead_id.not_in(cited)]
        agreement = sa.select(Agreement.id).where(Agreement.public_id == code).scalar_subquery()
        return [LeadRevision.lead_id.in_(cited.where(Citation.agreement_id == agreement))]
    if by not in _COLUMNS:
        return []
    column, table, key = _COLUMNS[by]
    if not code:
        return [column.is_(None)]
    return [column == sa.select(table.id).where(key == code).scalar_subquery()]


def moved_behind(session: Session, settled: Settled, args: Mapping[str, str]) -> Behind:
    """The leads that made a `move` between the two days, as they stood at the end of the second.

    Without a move, those that `standing_behind` says.
    """
    moves = _codes(Move, args.get("move", ""))
    if not moves or settled.compare_end is None:
        return standing_behind(session, settled, args)
    changed = leads_that_moved(settled, moves[0])
    found = [*held_at(settled.end), *lead_conditions(settled), LeadRevision.lead_id.in_(changed)]
    return Behind(settled.as_of, found)
