"""The SELECTs of the scoring, with `scoring.companies`: the product's tables as `Histories`.

The session decides what may be read; training and scoring of all leads run on an unscoped one
that says so by name. Restricted leads are marked, so that they are scored but teach nothing.

What cannot be told of a past day, because no table keeps it, is read as it stands now: which
company a lead is about and in which sector and country that is, the day of its first contact,
who belongs to which group (but for the days that a relation states), and a conversation that was
taken back or a party that was taken off since. None of them follows from how a lead ended.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from models.agreement import Citation
from models.contact import SENIORITY_RANKS
from models.interaction import (
    Interaction,
    InteractionKind,
    InteractionParticipant,
    InteractionStanding,
)
from models.lead import (
    DecisionStanding,
    ImportedTotal,
    Lead,
    LeadParty,
    LeadRevision,
    LeadSource,
    PartyRole,
)
from models.organization import Sector
from models.stage import StageCode, Status
from models.user import Office
from scoring.companies import load_signals, load_visits
from scoring.features import STAGES
from scoring.histories import KEY, MOMENT, NUMBER, SCHEMA, Histories
from scoring.outcomes import CLOSED

RANKS: Final = {level: len(SENIORITY_RANKS) + 1 - rank for level, rank in SENIORITY_RANKS.items()}
"""Seniority as a number: higher is higher."""

STAGE_NUMBERS: Final = {code: number for number, code in enumerate(STAGES, start=1)}
RANK: Final = sa.case(
    *((InteractionParticipant.seniority == level, number) for level, number in RANKS.items())
)
_TOOK_PLACE: Final = (
    Interaction.lead_id.is_not(None),
    Interaction.standing == InteractionStanding.HELD,
    Interaction.kind != InteractionKind.NOTE,
)
BATCH: Final = 500
"""How many keys one IN list holds; SQLite and PostgreSQL both take it."""


def load_histories(session: Session, lead_ids: Sequence[int] | None = None) -> Histories:
    """Read the histories of all leads, or of some.

    The features of some leads need `load_closings` besides, for the records of others.
    """
    partner = aliased(Office)
    visits = load_visits(session)
    return Histories.of(
        leads=_frame(
            session,
            "leads",
            sa.select(
                Lead.id,
                # A lead is known from its first state on: for imported history that lies long
                # before the day of the import, on which the lead was opened.
                sa.func.min(LeadRevision.valid_from),
                Lead.first_contact_on,
                Lead.organization_id,
                Lead.team_id.is_not(None),
            )
            .join(LeadRevision, LeadRevision.lead_id == Lead.id)
            .group_by(Lead.id),
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
                LeadRevision.likelihood,
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
            ).order_by(ImportedTotal.id),
            ImportedTotal.lead_id,
            lead_ids,
        ),
        participants=_frame(
            session,
            "participants",
            sa.select(
                Interaction.lead_id,
                # Whoever was added to a meeting while it was planned was there when it was held.
                sa.case(
                    (
                        InteractionParticipant.known_at > Interaction.known_at,
                        InteractionParticipant.known_at,
                    ),
                    else_=Interaction.known_at,
                ),
                RANK,
            )
            .join(Interaction, InteractionParticipant.interaction_id == Interaction.id)
            .where(
                *_TOOK_PLACE,
                InteractionParticipant.known_at.is_not(None),
                InteractionParticipant.seniority.is_not(None),
            )
            .order_by(InteractionParticipant.id),
            Interaction.lead_id,
            lead_ids,
        ),
        decision_steps=_frame(
            session,
            "decision_steps",
            sa.select(
                DecisionStanding.lead_id,
                DecisionStanding.known_at,
                DecisionStanding.step,
                DecisionStanding.standing,
            ).order_by(DecisionStanding.id),
            DecisionStanding.lead_id,
            lead_ids,
        ),
        # Of all leads: those of the closed ones are the record of who introduced these.
        introductions=_frame(
            session,
            "introductions",
            sa.select(LeadParty.lead_id, LeadParty.known_at, LeadParty.organization_id)
            .where(LeadParty.role == PartyRole.INTRODUCER)
            .order_by(LeadParty.id),
            LeadParty.lead_id,
            None,
        ),
        citations=_frame(
            session,
            "citations",
            sa.select(Citation.lead_id, Citation.known_at)
            .where(Citation.lead_id.is_not(None), Citation.agreement_id.is_not(None))
            .order_by(Citation.id),
            Citation.lead_id,
            lead_ids,
        ),
        signals=load_signals(session, visits),
        visits=visits,
    )


def load_closings(session: Session) -> pd.DataFrame:
    """Read every closing of an unrestricted lead: what `scoring.outcomes.closings` would count."""
    end = sa.case(
        (LeadRevision.stage == StageCode.ANNOUNCED, 2),
        (LeadRevision.status.in_([Status(code) for code in CLOSED]), 1),
        else_=0,
    )
    order = (LeadRevision.valid_from, LeadRevision.sequence)
    states = (
        sa.select(
            LeadRevision.lead_id,
            LeadRevision.valid_from,
            LeadRevision.sequence,
            LeadRevision.market,
            LeadRevision.sector_id,
            LeadRevision.source_id,
            Lead.organization_id,
            end.label("end"),
            sa.func.lag(end, 1, 0)
            .over(partition_by=LeadRevision.lead_id, order_by=order)
            .label("before"),
        )
        .join(Lead, LeadRevision.lead_id == Lead.id)
        .where(Lead.team_id.is_(None))
        .subquery()
    )
    changes = (
        sa.select(
            states,
            sa.func.lead(states.c.valid_from)
            .over(partition_by=states.c.lead_id, order_by=(states.c.valid_from, states.c.sequence))
            .label("reopened_at"),
        )
        .where(states.c.end != states.c.before)
        .subquery()
    )
    rows = session.execute(
        sa.select(
            changes.c.lead_id,
            changes.c.valid_from,
            changes.c.reopened_at,
            changes.c.end,
            LeadSource.code,
            Sector.code,
            changes.c.market,
            changes.c.organization_id,
        )
        .outerjoin(LeadSource, changes.c.source_id == LeadSource.id)
        .outerjoin(Sector, changes.c.sector_id == Sector.id)
        .where(changes.c.end > 0)
        .order_by(changes.c.lead_id, changes.c.valid_from, changes.c.sequence)
    ).all()
    lead, when, again, ends, source, sector, market, organization = _columns(rows, 8)
    return pd.DataFrame(
        {
            "lead_id": pd.Series(lead, dtype=KEY),
            "closed_at": pd.to_datetime(pd.Series(when), utc=True).astype(MOMENT),
            "reopened_at": pd.to_datetime(pd.Series(again), utc=True).astype(MOMENT),
            "is_won": pd.Series([end == 2 for end in ends], dtype=bool),
            "source": pd.Series(source, dtype=object),
            "sector": pd.Series(sector, dtype=object),
            "market": pd.Series(market, dtype=object),
            "organization_id": pd.Series(organization, dtype=NUMBER),
        }
    )


def _interactions(session: Session, lead_ids: Sequence[int] | None) -> pd.DataFrame:
    """Contacts that took place, with the best rank that the other side had there and then."""
    best = (
        sa.select(sa.func.max(RANK))
        .where(
            InteractionParticipant.interaction_id == Interaction.id,
            InteractionParticipant.known_at.is_(None),
        )
        .scalar_subquery()
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
            best,
            Interaction.mission_id,
        )
        .where(*_TOOK_PLACE)
        .order_by(Interaction.id),
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
