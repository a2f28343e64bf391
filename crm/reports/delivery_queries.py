"""The reads behind what was delivered: a fixed number of statements.

Numbers come first, without names, over every announcement that the reader may count; then the
names of those that the reader may see.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from crm.announcements.embargo import is_public
from crm.announcements.queries import whose_of
from crm.reports.as_of import standing_conditions, total
from crm.reports.converted_queries import read_rates
from crm.reports.delivery import (
    UNSTATED,
    Delivery,
    DeliveryLine,
    DeliveryReport,
    JobsTotal,
    MoneyTotal,
    Stated,
    Total,
)
from crm.reports.delivery_public import publish_delivery, publish_earlier
from crm.reports.params import ReportParams, Settled, settle
from crm.reports.sums import TOLD, Told
from models.announcement import Announcement, Whose
from models.commitment import Commitment, CommitmentKind, DeliveryCheck
from models.lead import LeadRevision
from models.measure import Qualifier

_JOBS = (CommitmentKind.JOBS_NEW, CommitmentKind.JOBS_RETAINED)


def read_delivery(session: Session, params: ReportParams, *, now: datetime) -> DeliveryReport:
    """What was delivered as of a day, and as of the one that it is compared with.

    Raises:
        DomainError: a day that no report can be about.
    """
    settled = settle(session, params, now=now)
    before = _delivery(session, settled, settled.compare) if settled.compare else None
    if before is not None and params.is_public:
        before = publish_earlier(before)
    return DeliveryReport(_delivery(session, settled, settled.as_of), before)


def _delivery(session: Session, settled: Settled, day: date) -> Delivery:
    end = settled.calendar.end_of(day)
    out = _out(settled, end)
    rows = session.execute(total(settled, _announced(settled, end, out))).all()
    # Of whatever is out, of any type: a list of thousands of keys is more than a statement takes.
    keys = sa.select(Announcement.id).where(*out, Announcement.lead_id.is_not(None))
    promises = _by_announcement(session, settled, _commitments(keys))
    checks = _by_announcement(session, settled, _checks(keys))
    names = sa.select(Announcement.id, Announcement.public_id, Announcement.title)
    seen = {
        row.id: row for row in session.execute(names.where(*out, Announcement.lead_id.is_not(None)))
    }
    unplaced = (
        sa.select(sa.func.count())
        .select_from(Announcement)
        .where(*out, Announcement.lead_id.is_(None))
    )
    lines = [
        _line(settled, row, promises.get(row.id, ()), checks.get(row.id, ()), day) for row in rows
    ]
    ours = [line for line in lines if line.whose is Whose.OURS]
    known = [
        replace(line, public_id=seen[row.id].public_id, title=seen[row.id].title)
        for line, row in zip(lines, rows, strict=True)
        if row.id in seen
    ]
    delivery = Delivery(
        as_of=day,
        lead_type=settled.params.lead_type,
        scope=settled.params.scope,
        lines=tuple(known),
        count=len(ours),
        shared_count=len(lines) - len(ours),
        hidden_count=len(ours) - sum(line.whose is Whose.OURS for line in known),
        unchecked_count=sum(line.checked_on is None for line in ours),
        overdue_count=sum(line.is_overdue for line in ours),
        unplaced_count=session.scalar(total(settled, unplaced)) or 0,
        money=_money(ours),
        jobs=JobsTotal(
            stated=_total(line.lead_jobs for line in ours),
            new=_total(line.jobs_new for line in ours),
            retained=_total(line.jobs_retained for line in ours),
            other=_total(line.jobs_other for line in ours),
            landed=_total(Stated(line.landed_jobs, None, Qualifier.EXACT) for line in ours),
        ),
    )
    if settled.params.is_public:
        delivery = publish_delivery(delivery)
    currencies = {one.currency for one in delivery.money}
    return replace(delivery, rates=read_rates(session, settled.params, day, currencies))


def _out(settled: Settled, end: datetime) -> list[Any]:
    """Ours and shared ones that are public now and were by then, whoever looks."""
    found = [
        Announcement.public_at < end,
        is_public(settled.now),
        whose_of().in_((Whose.OURS, Whose.SHARED)),
    ]
    if settled.params.is_public:
        found.append(Announcement.team_id.is_(None))
    return found


def _announced(settled: Settled, end: datetime, out: Sequence[Any]) -> Any:
    """Announcements with what their lead stated just before they came out."""
    states = sa.select(LeadRevision.lead_id).where(*standing_conditions(settled, end))
    past = aliased(LeadRevision)
    before = (
        sa.select(sa.func.max(past.sequence))
        .where(past.lead_id == Announcement.lead_id, past.valid_from < Announcement.public_at)
        .correlate(Announcement)
        .scalar_subquery()
    )
    numbers = (
        *("capex_amount", "capex_upper", "capex_qualifier", "capex_currency"),
        *("jobs_count", "jobs_upper", "jobs_qualifier"),
    )
    return (
        sa.select(
            Announcement.id,
            Announcement.public_at,
            Announcement.announced_on,
            Announcement.announced_precision,
            whose_of().label("whose_is"),
            *(getattr(Announcement, name) for name in numbers),
            *(getattr(LeadRevision, name).label(f"lead_{name}") for name in numbers),
        )
        .select_from(Announcement)
        .outerjoin(
            LeadRevision,
            sa.and_(LeadRevision.lead_id == Announcement.lead_id, LeadRevision.sequence == before),
        )
        .where(*out, Announcement.lead_id.in_(states))
        .order_by(Announcement.public_at.desc(), Announcement.id.desc())
    )


def _commitments(keys: Any) -> Any:
    kinds = (CommitmentKind.INVESTMENT, *_JOBS)
    return (
        sa.select(
            Commitment.announcement_id,
            Commitment.kind,
            Commitment.amount,
            Commitment.upper,
            Commitment.qualifier,
            Commitment.currency,
        )
        .where(Commitment.announcement_id.in_(keys), Commitment.kind.in_(kinds))
        .order_by(Commitment.id)
    )


def _checks(keys: Any) -> Any:
    has_evidence = sa.or_(DeliveryCheck.evidence.is_not(None), DeliveryCheck.file_id.is_not(None))
    return (
        sa.select(
            DeliveryCheck.announcement_id,
            DeliveryCheck.months,
            DeliveryCheck.due_on,
            DeliveryCheck.checked_on,
            DeliveryCheck.landed_jobs,
            DeliveryCheck.landed_amount,
            DeliveryCheck.currency,
            has_evidence.label("has_evidence"),
        )
        .where(DeliveryCheck.announcement_id.in_(keys))
        .order_by(DeliveryCheck.months)
    )


def _by_announcement(session: Session, settled: Settled, statement: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in session.execute(total(settled, statement)):
        found.setdefault(row.announcement_id, []).append(row)
    return found


def _line(
    settled: Settled, row: Any, promises: Sequence[Any], checks: Sequence[Any], day: date
) -> DeliveryLine:
    made = [check for check in checks if check.checked_on is not None and check.checked_on <= day]
    proved = [
        check
        for check in made
        if check.has_evidence and (check.landed_jobs is not None or check.landed_amount is not None)
    ]
    last = proved[-1] if proved else None
    new, retained = (_promised(promises, kind) for kind in _JOBS)
    stated_apart = new.value is not None or retained.value is not None
    jobs = Stated(row.jobs_count, row.jobs_upper, row.jobs_qualifier)
    capex = _promised(promises, CommitmentKind.INVESTMENT)
    zone = settled.calendar.start_of(day).tzinfo
    return DeliveryLine(
        public_id="",
        title="",
        public_on=row.public_at.astimezone(zone).date(),
        announced_on=row.announced_on,
        announced_precision=row.announced_precision,
        whose=row.whose_is,
        lead_capex=_capex(row, "lead_"),
        lead_jobs=Stated(row.lead_jobs_count, row.lead_jobs_upper, row.lead_jobs_qualifier),
        # The announcement's own number is its whole; a promise tells it where that says nothing.
        capex=_capex(row, "") if row.capex_amount is not None or capex is UNSTATED else capex,
        jobs_new=new,
        jobs_retained=retained,
        jobs_other=UNSTATED if stated_apart else jobs,
        checked_on=last.checked_on if last else None,
        months=last.months if last else None,
        landed_amount=last.landed_amount if last else None,
        landed_currency=last.currency if last else None,
        landed_jobs=last.landed_jobs if last else None,
        is_overdue=any(
            check.due_on is not None and check.due_on < day and check not in made
            for check in checks
        ),
    )


def _capex(row: Any, prefix: str) -> Stated:
    values: Mapping[Any, Any] = row._mapping
    names = ("amount", "upper", "qualifier", "currency")
    return Stated(*(values[f"{prefix}capex_{name}"] for name in names))


def _promised(promises: Iterable[Any], kind: CommitmentKind) -> Stated:
    """What is promised of one kind: one number, or several in one currency added up."""
    known = [one for one in promises if one.kind is kind and one.amount is not None]
    if not known or len({one.currency for one in known}) > 1:
        return UNSTATED
    if len(known) == 1:
        [one] = known
        upper = None if one.upper is None else round(one.upper)
        return Stated(round(one.amount), upper, one.qualifier, one.currency)
    qualifiers = {one.qualifier for one in known}
    upper = sum(one.upper if one.upper is not None else one.amount for one in known)
    has_upper = any(one.upper is not None for one in known)
    return Stated(
        round(sum(one.amount for one in known)),
        round(upper) if has_upper else None,
        qualifiers.pop() if len(qualifiers) == 1 else _loosest(qualifiers, has_upper=has_upper),
        known[0].currency,
    )


def _loosest(qualifiers: set[Qualifier | None], *, has_upper: bool) -> Qualifier:
    """How a sum of numbers stated in several ways may be printed."""
    if has_upper:
        return Qualifier.BETWEEN
    for one in (Qualifier.AT_MOST, Qualifier.AT_LEAST):
        if qualifiers <= {one, Qualifier.EXACT}:
            return one
    return Qualifier.APPROXIMATE


def _money(lines: Sequence[DeliveryLine]) -> tuple[MoneyTotal, ...]:
    """One total a currency. What nobody knows is counted in the line without any."""
    stated = {
        one.currency
        for line in lines
        for one in (line.lead_capex, line.capex, _landed(line))
        if one.value is not None
    }
    if any(line.capex.value is None for line in lines):
        stated.add(None)
    return tuple(
        MoneyTotal(
            currency,
            stated=_total(_in(line.lead_capex, currency) for line in lines),
            announced=_total(_in(line.capex, currency) for line in lines),
            checked=_total(
                _in(line.capex, currency) for line in lines if line.landed_amount is not None
            ),
            landed=_total(_in(_landed(line), currency) for line in lines),
        )
        for currency in sorted(stated, key=lambda code: (code is None, code or ""))
    )


def _landed(line: DeliveryLine) -> Stated:
    return Stated(line.landed_amount, None, Qualifier.EXACT, line.landed_currency)


def _in(stated: Stated, currency: str | None) -> Stated | None:
    """The number where it is of a currency; None where it belongs to another's line."""
    if stated.value is None:
        return stated if currency is None else None
    return stated if stated.currency == currency else None


def _total(several: Iterable[Stated | None]) -> Total:
    every = [one for one in several if one is not None]
    known = [one for one in every if one.value is not None]
    told = {q.value: sum(one.qualifier is q for one in known) for q in TOLD}
    return Total(
        amount=sum(one.value or 0 for one in known),
        upper=sum((one.value if one.upper is None else one.upper) or 0 for one in known),
        count=len(known),
        unknown_count=len(every) - len(known),
        told=Told(**told),
    )
