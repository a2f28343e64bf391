"""Commands on exchange rates: stating one, correcting it, deleting it. Each is in the audit."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.days import check_happened
from crm.imports.currencies import codes
from crm.rates.numbers import exact, rate_of
from crm.timezones import today
from models.errors import ConflictError, DomainError, ForbiddenError, NotFoundError, N_
from models.report import ExchangeRate
from models.user import Actor

LONGEST_SOURCE = 200
# The lock of whoever writes a rate.
_TURN = 7_210_002
# A rate that moved by more than this since the last one is rather a slip of the keyboard.
_FAR = Decimal(2)


@dataclass(frozen=True, slots=True)
class RateDetails:
    """What is stated: `units` of `currency` are worth `amount` of `target` on a day.

    `is_sure` says that a rate far from the last one is meant.
    """

    currency: str
    target: str
    amount: Decimal
    stated_on: date
    source: str
    units: int = 1
    is_sure: bool = False


def state_rate(
    session: Session, details: RateDetails, *, actor: Actor, now: datetime
) -> ExchangeRate:
    """State a rate.

    Raises:
        DomainError: no two currencies, no rate, no source, a day to come, a day that has a rate
            already, or a rate far from the last one.
        ForbiddenError: the actor may not direct.
    """
    _must_direct(actor)
    _take_turn(session)
    rate = ExchangeRate(
        **_columns(session, details, None, actor=actor, now=now),
        entered_at=now,
        entered_by=actor.name,
    )
    session.add(rate)
    session.flush()
    return rate


def correct_rate(
    session: Session,
    rate: ExchangeRate,
    details: RateDetails,
    *,
    seen: datetime | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Say better what was stated. `seen` is when the rate was entered that was corrected.

    Raises:
        ConflictError: somebody else corrected it meanwhile.
        DomainError: as for `state_rate`.
        ForbiddenError: the actor may not direct.
        NotFoundError: it was deleted meanwhile.
    """
    _must_direct(actor)
    _take_turn(session)
    entered_at = session.scalar(
        sa.select(ExchangeRate.entered_at).where(ExchangeRate.id == rate.id)
    )
    if entered_at is None:
        raise NotFoundError
    if seen is not None and seen != entered_at:
        raise ConflictError(N_("Somebody else has corrected this rate. Look at it again first."))
    columns = _columns(session, details, rate, actor=actor, now=now)
    for name, value in columns.items():
        setattr(rate, name, value)
    rate.entered_at, rate.entered_by = now, actor.name
    session.flush()


def delete_rate(session: Session, rate: ExchangeRate, *, actor: Actor) -> None:
    """Delete a rate. What was published with it keeps it.

    Raises:
        ForbiddenError: the actor may not direct.
    """
    _must_direct(actor)
    session.delete(rate)
    session.flush()


def _take_turn(session: Session) -> None:
    """Wait until no other rate is being written: what is on file is looked at before.

    SQLite has one writer anyway; PostgreSQL keeps the turn until the transaction ends.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_TURN)))


def _must_direct(actor: Actor) -> None:
    if not actor.may_direct:
        raise ForbiddenError


def _columns(
    session: Session,
    details: RateDetails,
    rate: ExchangeRate | None,
    *,
    actor: Actor,
    now: datetime,
) -> dict[str, Any]:
    for field, code in (("currency", details.currency), ("target", details.target)):
        if code not in codes():
            raise DomainError(N_("Choose a currency."), field=field)
    if details.currency == details.target:
        raise DomainError(N_("Choose two different currencies."), field="target")
    rate_stated = rate_of(details.amount, details.units)
    source = _source(details.source)
    check_happened(details.stated_on, latest=today(now, actor.office_time_zone), field="stated_on")
    # Without the rate itself, which may keep its day.
    others = sa.select(ExchangeRate).where(ExchangeRate.id != (rate.id if rate is not None else 0))
    _check_free(session, others, details)
    if not details.is_sure:
        _check_near(session, others, details, exact(rate_stated))
    return {
        "currency": details.currency,
        "target": details.target,
        "stated_on": details.stated_on,
        "rate": rate_stated,
        "source": source,
    }


def _source(text: str) -> str:
    source = " ".join(text.split())
    if not source:
        raise DomainError(N_("Say who states this rate, such as the central bank."), field="source")
    if len(source) > LONGEST_SOURCE:
        raise DomainError(
            N_("A source has at most %(count)s letters."), field="source", count=LONGEST_SOURCE
        )
    return source


def _check_free(session: Session, others: Any, details: RateDetails) -> None:
    """One rate a day between two currencies, whichever way round it is stated."""
    on_day = others.where(ExchangeRate.stated_on == details.stated_on)
    if session.scalar(on_day.where(*_between(details.currency, details.target))) is not None:
        raise DomainError(
            N_("A rate of these currencies is on file for this day. Correct that one instead."),
            field="stated_on",
        )
    if session.scalar(on_day.where(*_between(details.target, details.currency))) is not None:
        raise DomainError(
            N_(
                "For this day the rate is on file the other way round, and is used both ways. "
                "Correct that one instead."
            ),
            field="stated_on",
        )


def _check_near(session: Session, others: Any, details: RateDetails, rate: Decimal) -> None:
    """Two currencies taken for each other, or a zero too many, are seen beside the last rate."""
    nearest = (
        others.where(
            sa.or_(
                sa.and_(*_between(details.currency, details.target)),
                sa.and_(*_between(details.target, details.currency)),
            )
        )
        .order_by(
            sa.case((ExchangeRate.stated_on <= details.stated_on, 0), else_=1),
            ExchangeRate.stated_on.desc(),
        )
        .limit(1)
    )
    last = session.scalar(nearest)
    if last is None:
        return
    known = exact(last.rate)
    if last.currency != details.currency:
        known = 1 / known
    if not 1 / _FAR <= rate / known <= _FAR:
        raise DomainError(
            N_(
                "This is far from the rate of %(day)s. Check the number and which way round it "
                "is, or tick that it is right."
            ),
            field="is_sure",
            day=last.stated_on.isoformat(),
        )


def _between(currency: str, target: str) -> tuple[Any, Any]:
    return ExchangeRate.currency == currency, ExchangeRate.target == target
