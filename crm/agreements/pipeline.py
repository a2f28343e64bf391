"""The pipeline that an agreement touches: leads that cite it, and leads in its scope."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.agreement import Agreement, Citation
from models.lead import Lead
from models.stage import STAGES, LeadType, StageCode, Status

OPEN = (Status.ACTIVE, Status.ON_HOLD)
# Every agreement here binds the country that leads come to.
_HOME = "CA"
_SHOWN = 20


@dataclass(slots=True)
class Sums:
    """Leads and their investment as far as it is known, by currency; nothing is converted.

    An amount whose currency nobody knows is counted and not added.
    """

    lead_count: int = 0
    amounts: Counter[str] = field(default_factory=Counter)
    amount_count: int = 0
    no_currency_count: int = 0

    @property
    def unknown_count(self) -> int:
        """The leads whose investment is not known."""
        return self.lead_count - self.amount_count

    def add(self, *, leads: int, amounts: int, amount: int, currency: str | None) -> None:
        """Take in leads that stand alike."""
        self.lead_count += leads
        self.amount_count += amounts
        if currency is None:
            self.no_currency_count += amounts
        elif amounts:
            self.amounts[currency] += amount


@dataclass(frozen=True, slots=True)
class TypePart:
    """The leads of one type, by stage: types are never added up."""

    lead_type: LeadType
    stages: Sequence[tuple[StageCode, Sums]]
    total: Sums
    announced: Sums


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Leads that cite the agreement, and those that its market and sectors suggest besides."""

    citing: Sequence[TypePart]
    suggested: Sequence[TypePart]
    has_scope: bool

    @property
    def suggested_count(self) -> int:
        """How many leads the scope suggests, announced ones too."""
        return sum(part.total.lead_count + part.announced.lead_count for part in self.suggested)


def summarise_pipeline(session: Session, agreement: Agreement) -> Pipeline:
    """What the agreement touches of what the viewer may see, in one statement.

    The agreement comes with its countries and sectors.
    """
    citing = Lead.id.in_(_citing(agreement))
    in_scope = scope_of(agreement)
    wanted = citing if in_scope is None else sa.or_(citing, in_scope)
    is_citing = sa.case((citing, 1), else_=0).label("is_citing")
    rows = session.execute(
        sa.select(
            is_citing,
            Lead.lead_type,
            Lead.stage,
            Lead.capex_currency,
            sa.func.count().label("leads"),
            sa.func.count(Lead.capex_amount).label("amounts"),
            sa.func.sum(Lead.capex_amount).label("amount"),
        )
        .where(Lead.status.in_(OPEN), wanted)
        .group_by("is_citing", Lead.lead_type, Lead.stage, Lead.capex_currency)
    ).all()
    return Pipeline(
        citing=_parts([row for row in rows if row.is_citing]),
        suggested=_parts([row for row in rows if not row.is_citing]),
        has_scope=in_scope is not None,
    )


def list_suggested(session: Session, agreement: Agreement) -> Sequence[Lead]:
    """Open leads in the scope that do not cite the agreement, the one that changed last first."""
    in_scope = scope_of(agreement)
    if in_scope is None:
        return []
    return session.scalars(
        sa.select(Lead)
        .where(
            Lead.status.in_(OPEN),
            Lead.stage != StageCode.ANNOUNCED,
            in_scope,
            Lead.id.not_in(_citing(agreement)),
        )
        .order_by(Lead.changed_at.desc(), Lead.id.desc())
        .limit(_SHOWN)
    ).all()


def scope_of(agreement: Agreement) -> sa.ColumnElement[bool] | None:
    """Which leads fall in the scope: their market is bound and, where any is named, their sector.

    None for an agreement that names no other country: it suggests nothing.
    """
    countries = [item.country for item in agreement.countries if item.country != _HOME]
    if not countries:
        return None
    sectors = [item.sector_id for item in agreement.sectors]
    found: sa.ColumnElement[bool] = Lead.market.in_(countries)
    return sa.and_(found, Lead.sector_id.in_(sectors)) if sectors else found


def _citing(agreement: Agreement) -> Any:
    return sa.select(Citation.lead_id).where(
        Citation.agreement_id == agreement.id, Citation.lead_id.is_not(None)
    )


def _parts(rows: Sequence[Any]) -> list[TypePart]:
    found = []
    for lead_type in LeadType:
        by_stage: dict[StageCode, Sums] = {}
        total, announced = Sums(), Sums()
        for row in rows:
            if row.lead_type is not lead_type:
                continue
            values = {
                "leads": row.leads,
                "amounts": row.amounts,
                "amount": int(row.amount or 0),
                "currency": row.capex_currency,
            }
            if row.stage is StageCode.ANNOUNCED:
                announced.add(**values)
                continue
            by_stage.setdefault(row.stage, Sums()).add(**values)
            total.add(**values)
        if total.lead_count or announced.lead_count:
            stages = [(stage, by_stage[stage]) for stage in STAGES if stage in by_stage]
            found.append(TypePart(lead_type, stages, total, announced))
    return found
