"""Stating, correcting and deleting exchange rates; which of them holds on a day."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.database import Database
from crm.rates.queries import get_rate, list_pairs, list_targets, rates_on
from crm.rates.service import RateDetails, correct_rate, delete_rate, state_rate
from models.audit import AuditEntry
from models.errors import ConflictError, DomainError, ForbiddenError
from models.report import ExchangeRate
from models.user import LOCAL_ADMINISTRATOR, Actor, Role
from tests.factories.lead import NOW
from tests.factories.rate import make_rate

DAY = date(2026, 3, 31)
YEN = RateDetails("JPY", "CAD", Decimal("0.93"), DAY, "Bank of Canada", units=100)


def state(database: Database, details: RateDetails, actor: Actor = LOCAL_ADMINISTRATOR) -> str:
    with database.transaction(actor) as session:
        rate = state_rate(session, details, actor=actor, now=NOW)
        return rate.public_id


def held(database: Database, target: str, day: date) -> list[tuple[Any, ...]]:
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        return [
            (rate.currency, rate.target, rate.rate, rate.stated_on, rate.source)
            for rate in rates_on(session, target, day)
        ]


def test_a_stated_rate_is_of_one_unit(database: Database) -> None:
    state(database, replace(YEN, source="  Bank  of Canada "))
    assert held(database, "CAD", DAY) == [("JPY", "CAD", Decimal("0.0093"), DAY, "Bank of Canada")]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"currency": ""}, "currency"),
        ({"target": "XXX"}, "target"),
        ({"target": "JPY"}, "target"),
        ({"amount": Decimal(0)}, "amount"),
        ({"source": "  "}, "source"),
        ({"source": "x" * 201}, "source"),
        ({"stated_on": NOW.date() + timedelta(days=2)}, "stated_on"),
        ({"stated_on": date(1989, 12, 31)}, "stated_on"),
    ],
)
def test_what_is_refused_says_which_field(
    database: Database, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as caught:
        state(database, replace(YEN, **changes))
    assert caught.value.field == field


def test_one_rate_a_day_whichever_way_round(database: Database) -> None:
    state(database, YEN)
    for again in (YEN, RateDetails("CAD", "JPY", Decimal("107.5"), DAY, "Bank of Japan")):
        with pytest.raises(DomainError) as caught:
            state(database, again)
        assert caught.value.field == "stated_on"
    state(database, replace(YEN, stated_on=DAY + timedelta(days=1)))


@pytest.mark.parametrize(
    "details",
    [
        replace(YEN, amount=Decimal("107.5")),
        replace(YEN, units=1),
        RateDetails("CAD", "JPY", Decimal("0.93"), DAY, "Bank of Canada"),
    ],
    ids=["turned", "zeros", "other way"],
)
def test_a_rate_far_from_the_last_has_to_be_meant(database: Database, details: RateDetails) -> None:
    make_rate(database, "JPY", "0.91", on=DAY - timedelta(days=90), units=100)
    with pytest.raises(DomainError) as caught:
        state(database, details)
    assert caught.value.field == "is_sure"
    state(database, replace(details, is_sure=True))


def test_the_usual_other_way_round_is_not_far(database: Database) -> None:
    make_rate(database, "JPY", "0.91", on=DAY - timedelta(days=90), units=100)
    state(database, RateDetails("CAD", "JPY", Decimal("107.5"), DAY, "Bank of Canada"))


def test_the_newest_rate_of_the_day_holds(any_database: Database) -> None:
    first, second = DAY - timedelta(days=90), DAY
    make_rate(any_database, "JPY", "0.90", on=first, units=100)
    make_rate(any_database, "JPY", "0.93", on=second, units=100)
    make_rate(any_database, "CAD", "1021", "KRW", on=first)
    make_rate(any_database, "USD", "1.4", on=first)
    make_rate(any_database, "CAD", "0.73", "USD", on=second)
    make_rate(any_database, "CAD", "0.58", "CHF", on=first)
    make_rate(any_database, "CHF", "1.7", on=second)
    # A rate of two others is never put together.
    make_rate(any_database, "EUR", "1.1", "USD", on=first)
    assert held(any_database, "CAD", first - timedelta(days=1)) == []
    assert [(row[0], row[1], row[2]) for row in held(any_database, "CAD", first)] == [
        ("CAD", "CHF", Decimal("0.58")),
        ("JPY", "CAD", Decimal("0.009")),
        ("CAD", "KRW", Decimal(1021)),
        ("USD", "CAD", Decimal("1.4")),
    ]
    # Until another is stated, the day before it too; the newer one may be the other way round.
    assert held(any_database, "CAD", second - timedelta(days=1)) == held(any_database, "CAD", first)
    assert [(row[0], row[1], row[2]) for row in held(any_database, "CAD", second)] == [
        ("CHF", "CAD", Decimal("1.7")),
        ("JPY", "CAD", Decimal("0.0093")),
        ("CAD", "KRW", Decimal(1021)),
        ("CAD", "USD", Decimal("0.73")),
    ]
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        assert list_targets(session) == ["CAD", "CHF", "EUR", "JPY", "KRW", "USD"]
        pairs = {(pair.currency, pair.target): pair for pair in list_pairs(session)}
    yen = pairs["JPY", "CAD"]
    assert ([rate.stated_on for rate in yen.rates], yen.count) == ([second, first], 2)
    assert len(pairs) == 7


def test_correcting_and_deleting_stand_in_the_audit(database: Database) -> None:
    public_id = state(database, YEN)
    later = NOW + timedelta(hours=1)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        rate = get_rate(session, public_id)
        correct_rate(
            session,
            rate,
            replace(YEN, amount=Decimal("0.94")),
            seen=NOW,
            actor=LOCAL_ADMINISTRATOR,
            now=later,
        )
    assert held(database, "CAD", DAY)[0][2] == Decimal("0.0094")
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        rate = get_rate(session, public_id)
        # Somebody who still looks at the first number would undo the correction.
        with pytest.raises(ConflictError):
            correct_rate(session, rate, YEN, seen=NOW, actor=LOCAL_ADMINISTRATOR, now=later)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        delete_rate(session, get_rate(session, public_id), actor=LOCAL_ADMINISTRATOR)
    assert held(database, "CAD", DAY) == []
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        entries = session.scalars(
            sa.select(AuditEntry)
            .where(AuditEntry.record_type == ExchangeRate.__tablename__)
            .order_by(AuditEntry.id)
        ).all()
    assert [entry.action for entry in entries] == ["created", "changed", "deleted"]
    assert (entries[1].changes or {})["rate"] == [0.0093, 0.0094]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.VIEWER, Role.PARTNER])
def test_only_who_directs_may_write(database: Database, role: Role) -> None:
    public_id = state(database, YEN)
    somebody = Actor(id=None, name="somebody", role=role)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        rate = get_rate(session, public_id)
        with pytest.raises(ForbiddenError):
            state_rate(session, YEN, actor=somebody, now=NOW)
        with pytest.raises(ForbiddenError):
            correct_rate(session, rate, YEN, seen=None, actor=somebody, now=NOW)
        with pytest.raises(ForbiddenError):
            delete_rate(session, rate, actor=somebody)


def test_of_two_who_write_at_once_the_second_hears_of_the_first(any_database: Database) -> None:
    public_id = state(any_database, YEN)
    heard: list[type[Exception]] = []

    def correct(session: Session) -> None:
        rate = get_rate(session, public_id)
        better = replace(YEN, amount=Decimal("0.94"))
        later = NOW + timedelta(hours=1)
        correct_rate(session, rate, better, seen=NOW, actor=LOCAL_ADMINISTRATOR, now=later)

    def late() -> None:
        try:
            with any_database.transaction(LOCAL_ADMINISTRATOR) as session:
                correct(session)
        except ConflictError as error:
            heard.append(type(error))

    other = threading.Thread(target=late)
    with any_database.transaction(LOCAL_ADMINISTRATOR) as session:
        correct(session)
        other.start()
        other.join(0.3)
        assert other.is_alive()
    other.join(10)
    assert heard == [ConflictError]
