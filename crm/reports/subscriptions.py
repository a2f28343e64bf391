"""Subscriptions: who is sent which saved report, when, and in what format."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from crm.reports.catalogue import find_report
from crm.reports.periods import Calendar
from crm.timezones import today, zone
from models.errors import DomainError, ForbiddenError, NotFoundError, N_
from models.report import ReportFormat, ReportSending, ReportSubscription, Rhythm, SavedReport
from models.user import Actor, Office, OfficeKind, Role, User, cannot_work

_HOUR = time(7)
# A quarter and a few days: within them every rhythm has its day.
_SEARCHED = 100
_MONDAY = 0


def next_due(
    rhythm: Rhythm, weekday: int | None, *, after: datetime, zone_name: str, start_month: int = 1
) -> datetime:
    """The first moment after `after` when a copy is due: 07:00 on the recipient's clock.

    A month's or a fiscal quarter's copy comes on the first morning after it ended.
    """
    first = today(after, zone_name)
    for number in range(_SEARCHED):
        day = first + timedelta(days=number)
        moment = datetime.combine(day, _HOUR, tzinfo=zone(zone_name)).astimezone(UTC)
        if moment > after and _fits(day, rhythm, weekday, start_month):
            return moment
    raise AssertionError("a rhythm without a day")


def subscribe(
    session: Session,
    saved: SavedReport,
    *,
    user_id: str | None,
    rhythm: Rhythm,
    weekday: int | None,
    kind: ReportFormat,
    actor: Actor,
    now: datetime,
) -> ReportSubscription:
    """Send a saved report to oneself, or as a manager to somebody else; anew, it is changed.

    Raises:
        ForbiddenError: somebody else is meant, and the actor is no manager.
        DomainError: that person may not read this report, or has left.
    """
    user = _recipient(session, user_id, actor)
    report = find_report(saved.kind)
    if report is None or user.role not in report.roles:
        raise DomainError(N_("This person may not read this report."), field="user")
    if rhythm is not Rhythm.WEEKLY:
        weekday = None
    elif weekday is None:
        weekday = _MONDAY
    found = session.scalars(
        sa.select(ReportSubscription).where(
            ReportSubscription.report_id == saved.id, ReportSubscription.user_id == user.id
        )
    ).one_or_none()
    if found is None:
        found = ReportSubscription(
            report_id=saved.id, user_id=user.id, created_at=now, created_by=actor.name
        )
    found.rhythm, found.weekday, found.format, found.is_active = rhythm, weekday, kind, True
    found.next_at = next_for(session, found, user, after=now)
    session.add(found)
    session.flush()
    return found


def next_for(
    session: Session, subscription: ReportSubscription, user: User, *, after: datetime
) -> datetime:
    """When a recipient's next copy is due, by their own clock and their office's fiscal year."""
    months = sa.select(Office.fiscal_year_start_month).where(
        sa.or_(Office.id == (user.office_id or 0), Office.kind == OfficeKind.HOME)
    )
    own_first = sa.case((Office.id == (user.office_id or 0), 0), else_=1)
    month = session.scalar(months.order_by(own_first, Office.id).limit(1))
    return next_due(
        subscription.rhythm,
        subscription.weekday,
        after=after,
        zone_name=user.time_zone,
        start_month=month or 1,
    )


def stop(subscription: ReportSubscription, *, actor: Actor) -> None:
    """Send no more.

    Raises:
        ForbiddenError: it is somebody else's, and the actor is no manager.
    """
    if not _may_stop(subscription, actor):
        raise ForbiddenError
    subscription.is_active = False


def get_subscription(session: Session, actor: Actor, public_id: str) -> ReportSubscription:
    """A subscription of one's own; managers find everybody's.

    Raises:
        NotFoundError: there is none for this reader.
    """
    found = session.scalars(
        sa.select(ReportSubscription).where(ReportSubscription.public_id == public_id)
    ).one_or_none()
    if found is None or not _may_stop(found, actor):
        raise NotFoundError
    return found


def list_subscriptions(
    session: Session, actor: Actor, saved: SavedReport | None = None
) -> list[tuple[ReportSubscription, ReportSending | None]]:
    """Subscriptions, each with its last copy: one's own, or those to a report.

    Whoever is no manager sees of a report's only their own.
    """
    last = (
        sa.select(sa.func.max(ReportSending.id))
        .where(ReportSending.subscription_id == ReportSubscription.id)
        .correlate(ReportSubscription)
        .scalar_subquery()
    )
    statement = (
        sa.select(ReportSubscription, ReportSending)
        .outerjoin(ReportSending, ReportSending.id == last)
        .join(ReportSubscription.user)
        .options(
            joinedload(ReportSubscription.user),
            joinedload(ReportSubscription.report),
            joinedload(ReportSending.mail),
        )
        .order_by(User.name, ReportSubscription.id)
    )
    if saved is not None:
        statement = statement.where(ReportSubscription.report_id == saved.id)
    if saved is None or not actor.may_direct:
        statement = statement.where(ReportSubscription.user_id == actor.id)
    return [(row[0], row[1]) for row in session.execute(statement)]


def recipients(session: Session, saved: SavedReport) -> Sequence[User]:
    """Who could be sent a report, by name."""
    report = find_report(saved.kind)
    roles: frozenset[Role] = report.roles if report is not None else frozenset()
    return session.scalars(
        sa.select(User)
        .where(sa.not_(cannot_work()), User.role.in_(sorted(roles)))
        .order_by(User.name, User.id)
    ).all()


def _recipient(session: Session, user_id: str | None, actor: Actor) -> User:
    condition: Any = User.public_id == user_id if user_id else User.id == actor.id
    user = session.scalars(sa.select(User).where(condition)).one_or_none()
    if user is None or not user.is_active or user.password_hash is None:
        raise DomainError(N_("Choose a person who works here."), field="user")
    if user.id != actor.id and not actor.may_direct:
        raise ForbiddenError
    return user


def _may_stop(subscription: ReportSubscription, actor: Actor) -> bool:
    return actor.may_direct or (actor.id is not None and subscription.user_id == actor.id)


def _fits(day: date, rhythm: Rhythm, weekday: int | None, start_month: int) -> bool:
    if rhythm is Rhythm.WEEKLY:
        return day.weekday() == (_MONDAY if weekday is None else weekday)
    if rhythm is Rhythm.MONTHLY:
        return day.day == 1
    return Calendar(start_month=start_month).quarter_of(day).starts_on == day
