"""The only SELECTs of the scoring: the product's tables as `Histories`.

The session decides what may be read; training and scoring of all leads run on an unscoped one
that says so by name. Restricted leads are marked, so that they are scored but teach nothing.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from models.contact import SENIORITY_RANKS, Contact
from models.interaction import (
    Interaction,
    InteractionKind,
    InteractionParticipant,
    InteractionStanding,
)
from models.lead import DecisionStep, ImportedTotal, Lead, LeadRevision, LeadSource
from models.organization import Sector
from models.stage import StageCode, Status
from models.user import Office
from scoring.features import STAGES
from scoring.histories import SCHEMA, Histories
from scoring.outcomes import CLOSED

RANKS: Final = {level: len(SENIORITY_RANKS) + 1 - rank for level, rank in SENIORITY_RANKS.items()}
"""Seniority as a number: higher is higher."""

STAGE_NUMBERS: Final = {code: number for number, code in enumerate(STAGES, start=1)}
BATCH: Final = 500
"""How many keys one IN list holds; SQLite and PostgreSQL both take it."""


def load_histories(session: Session, lead_ids: Sequence[int] | None = None) -> Histories:
    """Read the histories of all leads, or of some.

    The features of some leads need `load_closings` besides, for the records of introducers.
    """
    partner = aliased(Office)
    # A lead is known from its first state on: for imported history that lies long before the
    # day of the import, on which the lead was opened.
    began = (
        sa.select(LeadRevision.lead_id, sa.func.min(LeadRevision.valid_from).label("known_at"))
        .group_by(LeadRevision.lead_id)
        .subquery()
    )
    return Histories.of(
        leads=_frame(
            session,
            "leads",
            sa.select(
                Lead.id,
                began.c.known_at,
                Lead.first_contact_on,
                Lead.organization_id,
                Lead.team_id.is_not(None),
            ).join(began, Lead.id == began.c.lead_id),
            Lead.id,
            lead_ids,
        ),
        revisions=_frame(
            session,
            "revisions",
            sa.select(
                LeadRevision.lead_id,
                LeadRevision.valid_from,
                LeadRevision.valid_to,
                LeadRevision.sequence,
                LeadRevision.stage,
                LeadRevision.status,
                LeadRevision.lead_type,
                LeadRevision.direction,
                LeadRevision.market,
                Sector.code,
                LeadSource.code,
                Office.name,
                partner.name,
                LeadRevision.capex_amount,
                LeadRevision.capex_currency,
                LeadRevision.capex_qualifier,
                LeadRevision.jobs_count,
                LeadRevision.jobs_qualifier,
                LeadRevision.origin,
                LeadRevision.is_day_unknown,
            )
            .outerjoin(Sector, LeadRevision.sector_id == Sector.id)
            .outerjoin(LeadSource, LeadRevision.source_id == LeadSource.id)
            .outerjoin(Office, LeadRevision.office_id == Office.id)
            .outerjoin(partner, LeadRevision.partner_office_id == partner.id),
            LeadRevision.lead_id,
            lead_ids,
        ),
        interactions=_interactions(session, lead_ids),
        totals=_frame(
            session,
            "totals",
            sa.select(
                ImportedTotal.lead_id,
                ImportedTotal.known_at,
                ImportedTotal.meetings_count,
                ImportedTotal.last_contact_on,
            ),
            ImportedTotal.lead_id,
            lead_ids,
        ),
        decision_steps=_frame(
            session,
            "decision_steps",
            sa.select(
                DecisionStep.lead_id,
                DecisionStep.recorded_at,
                DecisionStep.id,
                DecisionStep.standing,
            ),
            DecisionStep.lead_id,
            lead_ids,
        ),
    )


def load_closings(session: Session) -> pd.DataFrame:
    """Read every closing of an unrestricted lead: what `scoring.outcomes.closings` would count."""
    ended = sa.case(
        (
            sa.or_(
                LeadRevision.stage == StageCode.ANNOUNCED,
                LeadRevision.status.in_([Status(code) for code in CLOSED]),
            ),
            1,
        ),
        else_=0,
    )
    order = (LeadRevision.valid_from, LeadRevision.sequence)
    states = (
        sa.select(
            LeadRevision.lead_id,
            LeadRevision.valid_from,
            LeadRevision.stage,
            LeadRevision.source_id,
            Lead.organization_id,
            ended.label("ended"),
            sa.func.lag(ended, 1, 0)
            .over(partition_by=LeadRevision.lead_id, order_by=order)
            .label("was_ended"),
        )
        .join(Lead, LeadRevision.lead_id == Lead.id)
        .where(Lead.team_id.is_(None))
        .subquery()
    )
    rows = session.execute(
        sa.select(
            states.c.lead_id,
            states.c.valid_from,
            states.c.stage,
            LeadSource.code,
            states.c.organization_id,
        )
        .outerjoin(LeadSource, states.c.source_id == LeadSource.id)
        .where(states.c.ended == 1, states.c.was_ended == 0)
        .order_by(states.c.lead_id, states.c.valid_from)
    ).all()
    lead, when, stage, source, organization = _columns(rows, 5)
    return pd.DataFrame(
        {
            "lead_id": pd.Series(lead, dtype="int64"),
            "closed_at": pd.to_datetime(pd.Series(when), utc=True).astype("datetime64[us, UTC]"),
            "is_won": pd.Series([code == StageCode.ANNOUNCED for code in stage], dtype=bool),
            "source": pd.Series(source, dtype=object),
            "organization_id": pd.Series(organization, dtype="float64"),
        }
    )


def _interactions(session: Session, lead_ids: Sequence[int] | None) -> pd.DataFrame:
    """Contacts that took place, with the best rank of the other side that was there."""
    rank = sa.case(*((Contact.seniority == level, number) for level, number in RANKS.items()))
    best = (
        sa.select(
            InteractionParticipant.interaction_id.label("interaction_id"),
            sa.func.max(rank).label("seniority"),
        )
        .join(Contact, InteractionParticipant.contact_id == Contact.id)
        .group_by(InteractionParticipant.interaction_id)
        .subquery()
    )
    return _frame(
        session,
        "interactions",
        sa.select(
            Interaction.lead_id,
            Interaction.known_at,
            Interaction.happened_on,
            Interaction.kind,
            Interaction.direction,
            best.c.seniority,
            Interaction.mission_id,
        )
        .outerjoin(best, Interaction.id == best.c.interaction_id)
        .where(
            Interaction.lead_id.is_not(None),
            Interaction.standing == InteractionStanding.HELD,
            Interaction.kind != InteractionKind.NOTE,
        ),
        Interaction.lead_id,
        lead_ids,
    )


def _frame(
    session: Session,
    name: str,
    statement: sa.Select[*tuple[Any, ...]],
    key: Any,
    lead_ids: Sequence[int] | None,
) -> pd.DataFrame:
    """Run a statement whose columns stand in the order of the frame's schema."""
    rows: list[Any] = []
    for part in _statements(statement, key, lead_ids):
        rows += session.execute(part).all()
    names = list(SCHEMA[name])
    columns = dict(zip(names, _columns(rows, len(names)), strict=True))
    if "stage" in columns:
        columns["stage"] = [STAGE_NUMBERS[str(code)] for code in columns["stage"]]
    for code in [name for name, kind in SCHEMA[name].items() if kind == "object"]:
        columns[code] = [None if value is None else str(value) for value in columns[code]]
    return pd.DataFrame(columns)


def _statements(
    statement: sa.Select[*tuple[Any, ...]], key: Any, lead_ids: Sequence[int] | None
) -> Iterable[sa.Select[*tuple[Any, ...]]]:
    if lead_ids is None:
        return [statement]
    return [
        statement.where(key.in_(lead_ids[start : start + BATCH]))
        for start in range(0, len(lead_ids), BATCH)
    ]


def _columns(rows: Sequence[Any], count: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[]] * count
