"""What really came of an announcement: checked 12, 24 and 36 months after it, with evidence."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.timezones import today
from models.announcement import Announcement, Whose
from models.commitment import DeliveryCheck
from models.errors import DomainError, ForbiddenError, N_
from models.interaction import StoredFile
from models.measure import Precision
from models.user import Actor

MONTHS = (12, 24, 36)
_MONTHS_IN = {Precision.MONTH: 1, Precision.QUARTER: 3, Precision.YEAR: 12}


@dataclass(frozen=True, slots=True)
class DeliveryDetails:
    """What was found: null landed is "not known", and has no currency."""

    checked_on: date
    landed_jobs: int | None = None
    landed_amount: int | None = None
    currency: str | None = None
    evidence: str | None = None


def due_days(on: date, precision: Precision) -> dict[int, date]:
    """When each check is due: counted from the last day that a date known to a period may mean."""
    last = on
    if precision in _MONTHS_IN:
        last = months_after(on.replace(day=1), _MONTHS_IN[precision] - 1)
        last = last.replace(day=calendar.monthrange(last.year, last.month)[1])
    return {months: months_after(last, months) for months in MONTHS}


def months_after(day: date, months: int) -> date:
    """The same day some months later, or the last of a month that has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def plan_checks(session: Session, announcement: Announcement) -> None:
    """Give a public announcement of ours its checks, and move those that nobody made yet.

    Without a known date there is nothing to count from, and what others achieved is not checked.
    """
    if announcement.announced_on is None or announcement.whose in (None, Whose.OTHERS):
        return
    made = {check.months: check for check in list_checks(session, announcement)}
    due = due_days(announcement.announced_on, announcement.announced_precision)
    for months, day in due.items():
        check = made.get(months)
        if check is None:
            session.add(_check(announcement, months, day))
        elif check.checked_on is None:
            check.due_on = day
    session.flush()


def check_delivery(
    session: Session,
    announcement: Announcement,
    months: int,
    details: DeliveryDetails,
    *,
    actor: Actor,
    now: datetime,
    file: StoredFile | None = None,
) -> DeliveryCheck:
    """Keep what had landed so many months later, with what proves it.

    Raises:
        DomainError: it is not public, a landed number without evidence, a day to come.
    """
    if not actor.may_write:
        raise ForbiddenError
    if months not in MONTHS:
        raise DomainError(N_("Delivery is checked after 12, 24 or 36 months."), field="months")
    if announcement.public_at is None or announcement.public_at > now:
        raise DomainError(N_("It is not public yet: nothing can have come of it."))
    if details.checked_on > today(now, actor.office_time_zone):
        raise DomainError(N_("This day lies in the future."), field="checked_on")
    for name in ("landed_jobs", "landed_amount"):
        value = getattr(details, name)
        if value is not None and value < 0:
            raise DomainError(N_("This is never negative."), field=name)
    made = {check.months: check for check in list_checks(session, announcement)}
    check = made.get(months)
    if check is None:
        check = _check(announcement, months, None)
        session.add(check)
    evidence = (details.evidence or "").strip() or None
    is_known = details.landed_jobs is not None or details.landed_amount is not None
    if is_known and evidence is None and file is None and check.file_id is None:
        raise DomainError(
            N_("Say what proves it, or add a file: what landed needs its evidence."),
            field="evidence",
        )
    if details.currency is not None and details.landed_amount is None:
        raise DomainError(N_("A currency goes with an amount."), field="currency")
    check.checked_on = details.checked_on
    check.checked_by_id = actor.id
    check.landed_jobs = details.landed_jobs
    check.landed_amount = details.landed_amount
    check.currency = details.currency
    check.evidence = evidence
    if file is not None:
        check.file_id = file.id
    session.flush()
    return check


def list_checks(session: Session, announcement: Announcement) -> Sequence[DeliveryCheck]:
    """The checks of one announcement, the first first."""
    return session.scalars(
        sa.select(DeliveryCheck)
        .where(DeliveryCheck.announcement_id == announcement.id)
        .order_by(DeliveryCheck.months)
    ).all()


def _check(announcement: Announcement, months: int, due_on: date | None) -> DeliveryCheck:
    return DeliveryCheck(
        announcement_id=announcement.id,
        team_id=announcement.team_id,
        months=months,
        due_on=due_on,
    )
