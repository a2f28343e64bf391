"""The reads behind the pages of delivery."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.announcements.delivery import months_after
from crm.announcements.embargo import past_embargo
from crm.visibility import viewer_of
from crm.web.paging import Order, Page, fetch_page
from models.announcement import Announcement
from models.commitment import DeliveryCheck

PAGE = 50
SHOWN = ("overdue", "coming", "checked")
_SOON_MONTHS = 12


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One check, with what was promised."""

    check_id: str
    months: int
    due_on: date | None
    checked_on: date | None
    landed_jobs: int | None
    landed_amount: int | None
    landed_currency: str | None
    public_id: str
    title: str
    is_demo: bool
    capex_amount: int | None
    capex_upper: int | None
    capex_qualifier: Any
    capex_currency: str | None
    jobs_count: int | None
    jobs_upper: int | None
    jobs_qualifier: Any


@dataclass(frozen=True, slots=True)
class Counts:
    """How many checks are late, come within a year, and were made."""

    overdue: int
    coming: int
    checked: int


def list_deliveries(
    session: Session, show: str, *, day: date, now: datetime, cursor: str | None
) -> Page[Any]:
    """Checks that are late or come within a year, the first due first; or those made, latest."""
    is_made = show == "checked"
    key: Any = DeliveryCheck.checked_on if is_made else DeliveryCheck.due_on
    statement: Any = (
        sa.select(
            DeliveryCheck.public_id.label("check_id"),
            DeliveryCheck.months,
            DeliveryCheck.due_on,
            DeliveryCheck.checked_on,
            DeliveryCheck.landed_jobs,
            DeliveryCheck.landed_amount,
            DeliveryCheck.currency.label("landed_currency"),
            Announcement.public_id,
            Announcement.title,
            Announcement.is_demo,
            Announcement.capex_amount,
            Announcement.capex_upper,
            Announcement.capex_qualifier,
            Announcement.capex_currency,
            Announcement.jobs_count,
            Announcement.jobs_upper,
            Announcement.jobs_qualifier,
        )
        .join(Announcement, Announcement.id == DeliveryCheck.announcement_id)
        .where(past_embargo(viewer_of(session), now=now), _shown(show, day))
    )
    page = fetch_page(
        session,
        statement,
        Order(key, DeliveryCheck.public_id, is_descending=is_made),
        size=PAGE,
        cursor=cursor,
        value_key="checked_on" if is_made else "due_on",
        public_id_key="check_id",
    )
    return Page([DeliveryRow(**row._mapping) for row in page.rows], page.next_cursor, page.is_first)


def count_deliveries(session: Session, *, day: date, now: datetime) -> Counts:
    """The counts of the three lists."""
    counts: Any = session.execute(
        sa.select(
            *(sa.func.count(sa.case((_shown(show, day), DeliveryCheck.id))) for show in SHOWN)
        )
        .select_from(DeliveryCheck)
        .join(Announcement, Announcement.id == DeliveryCheck.announcement_id)
        .where(past_embargo(viewer_of(session), now=now))
    ).one()
    return Counts(*counts)


def _shown(show: str, day: date) -> sa.ColumnElement[bool]:
    if show == "checked":
        return DeliveryCheck.checked_on.is_not(None)
    waits = DeliveryCheck.checked_on.is_(None)
    if show == "overdue":
        return sa.and_(waits, DeliveryCheck.due_on < day)
    return sa.and_(waits, DeliveryCheck.due_on.between(day, months_after(day, _SOON_MONTHS)))
