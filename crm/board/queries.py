"""The reads behind the board: cards of all columns in one query, totals in another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.board.columns import Column
from crm.leads.filters import LeadFilters, Standing, conditions
from crm.leads.list_queries import Totals, add_totals, row_statement, total_columns
from crm.visibility import viewer_of
from crm.web.paging import Order, Page, fetch_page
from models.lead import Lead
from models.stage import LeadType, StageCode, Status

CARDS = 25
_MORE = 50
_OPEN = (Status.ACTIVE, Status.ON_HOLD)


@dataclass(frozen=True, slots=True)
class BoardFilters:
    """Whose leads, and of which type: types are never added together."""

    lead_type: LeadType = LeadType.INVESTMENT
    owner: str | None = None
    office: str | None = None

    def as_lead_filters(self) -> LeadFilters:
        """The same for the list of leads."""
        return LeadFilters(
            standing=Standing.ALL, lead_type=self.lead_type, owner=self.owner, office=self.office
        )


@dataclass(frozen=True, slots=True)
class FilledColumn:
    """A column with its first cards; `has_more` when there are others behind them."""

    column: Column
    cards: Sequence[Any]
    has_more: bool
    totals: Totals


def load_board(
    session: Session, filters: BoardFilters, columns: Sequence[Column], *, today: date
) -> list[FilledColumn]:
    """Every column with its first cards and its totals, in two queries."""
    wanted = conditions(filters.as_lead_filters(), actor=viewer_of(session), today=today)
    cards = _load_cards(session, wanted)
    totals = _load_totals(session, wanted, filters.lead_type)
    found = []
    for column in columns:
        of_column = [card for stage in column.stages for card in cards.get(stage, ())]
        of_column.sort(key=_place, reverse=True)
        total = Totals(filters.lead_type)
        for stage in column.stages:
            for row in totals.get(stage, ()):
                add_totals(total, row)
        found.append(
            FilledColumn(column, of_column[:CARDS], len(of_column) > CARDS, _merged(total))
        )
    return found


def list_column(
    session: Session,
    filters: BoardFilters,
    column: Column,
    *,
    today: date,
    cursor: str | None = None,
) -> Page[Any]:
    """A column from its beginning, or from where the last page ended."""
    statement = row_statement().where(
        *conditions(filters.as_lead_filters(), actor=viewer_of(session), today=today),
        Lead.stage.in_(column.stages),
        Lead.status.in_(_OPEN),
    )
    is_announced = column.stages == (StageCode.ANNOUNCED,)
    order = Order(
        Lead.stage_since if is_announced else Lead.chance,
        Lead.public_id,
        is_descending=True,
        may_be_unknown=True,
    )
    return fetch_page(
        session,
        statement,
        order,
        size=_MORE,
        cursor=cursor,
        value_key="stage_since" if is_announced else "chance",
    )


def _load_cards(session: Session, wanted: Sequence[Any]) -> dict[StageCode, list[Any]]:
    """The first cards of each stage: one select each for a stage and status, which an index serves,
    so that the board reads a few hundred rows however many there are."""
    first = []
    for stage in StageCode:
        for status in _OPEN:
            value = Lead.stage_since if stage is StageCode.ANNOUNCED else Lead.chance
            keys = (
                sa.select(Lead.id)
                .where(Lead.stage == stage, Lead.status == status, *wanted)
                .order_by(value.desc().nulls_last(), Lead.public_id.desc())
                .limit(CARDS + 1)
                .subquery()
            )
            first.append(sa.select(keys.c.id))
    chosen = sa.union_all(*first).subquery()
    found: dict[StageCode, list[Any]] = {}
    for row in session.execute(row_statement().join(chosen, chosen.c.id == Lead.id)):
        found.setdefault(row.stage, []).append(row)
    return found


def _load_totals(
    session: Session, wanted: Sequence[Any], lead_type: LeadType
) -> dict[StageCode, list[Any]]:
    statement = (
        sa.select(Lead.stage, *total_columns())
        .where(Lead.status.in_(_OPEN), *wanted)
        .group_by(Lead.stage, Lead.capex_currency)
        .order_by(Lead.capex_currency)
    )
    found: dict[StageCode, list[Any]] = {}
    for row in session.execute(statement):
        found.setdefault(row.stage, []).append(row)
    return found


def _place(card: Any) -> tuple[Any, ...]:
    """The order of cards, the last one first: unknown values stand behind all others."""
    value = card.stage_since if card.stage is StageCode.ANNOUNCED else card.chance
    return (value is not None, value if value is not None else 0, card.public_id)


def _merged(totals: Totals) -> Totals:
    """One sum for each currency, where a folded column adds two stages."""
    amounts: dict[str | None, Any] = {}
    for money in totals.amounts:
        known = amounts.get(money.currency)
        amounts[money.currency] = money if known is None else known + money
    totals.amounts = list(amounts.values())
    return totals
