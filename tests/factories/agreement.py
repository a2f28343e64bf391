"""Agreements and market figures, made by the same commands as in the product."""

import itertools
from datetime import UTC, datetime
from typing import Any

from crm.agreements.citing import Cited, Subject, cite
from crm.agreements.figures import StatisticDetails, keep_statistic
from crm.agreements.service import AgreementDetails, keep_agreement
from crm.database import Database
from models.agreement import Agreement, AgreementKind, Statistic
from models.user import LOCAL_ADMINISTRATOR, Actor

_numbers = itertools.count(1)
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def make_agreement(
    database: Database, *, actor: Actor = LOCAL_ADMINISTRATOR, now: datetime = NOW, **values: Any
) -> Agreement:
    """An agreement; whatever is given replaces the default."""
    details = AgreementDetails(
        **{
            "kind": AgreementKind.TRADE_AGREEMENT,
            "name": f"Sample agreement {next(_numbers)}",
            "countries": ("CA", "JP"),
            **values,
        }
    )
    with database.transaction(actor) as session:
        return keep_agreement(session, details, actor=actor, now=now)


def make_statistic(
    database: Database, *, actor: Actor = LOCAL_ADMINISTRATOR, now: datetime = NOW, **values: Any
) -> Statistic:
    """A figure; whatever is given replaces the default."""
    details = StatisticDetails(
        **{
            "title": f"Sample figure {next(_numbers)}",
            "amount": 228_257.0,
            "unit": "vehicles",
            "year": 2024,
            "source": "A release",
            **values,
        }
    )
    with database.transaction(actor) as session:
        return keep_statistic(session, details, actor=actor, now=now)


def make_citation(
    database: Database,
    subject: Subject,
    cited: Cited,
    *,
    note: str | None = None,
    actor: Actor = LOCAL_ADMINISTRATOR,
) -> None:
    """Let a record cite an agreement or a figure."""
    with database.transaction(actor) as session:
        one: Any = session.get_one(type(subject), subject.id)
        other: Any = session.get_one(type(cited), cited.id)
        cite(session, one, other, note=note, actor=actor, now=NOW)
