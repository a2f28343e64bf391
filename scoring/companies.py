"""What company visits here tell of an organization and of its whole group.

Only what the whole office may read: a visit's flags mostly belong to a team, and then nothing of
them may show in a chance that others see; that the visit took place is open.
"""

from datetime import UTC, date, datetime
from typing import Any, Final

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.bre_call import BreCall, BreCase, BreFlag, BreStanding, FlagAxis, FlagStanding, Severity
from models.interaction import Interaction, InteractionStanding
from models.organization import Organization, OrganizationRelation, RelationKind, Sector
from scoring.histories import MOMENT

GROUP: Final = (
    RelationKind.PARENT,
    RelationKind.GROUP_MEMBER,
    RelationKind.BUSINESS_UNIT,
    RelationKind.SUBSIDIARY,
)
"""Ties within a group; the partners of a joint venture stay two groups."""

STEPS: Final = 2
"""How far a sign reaches: to a parent and on to its other firms, as briefings reach too."""


def load_visits(session: Session) -> pd.DataFrame:
    """Read the company visits that took place, each known from when the office noted it.

    A visit that was finished a second time is known from then on: what was noted the first time
    is no longer on file.
    """
    noted = sa.case(
        (Interaction.standing == InteractionStanding.HELD, Interaction.known_at),
        else_=sa.func.coalesce(BreCall.finished_at, BreCall.created_at),
    )
    rows = session.execute(
        sa.select(BreCall.organization_id, noted, Sector.code, Organization.country)
        .join(Organization, BreCall.organization_id == Organization.id)
        .outerjoin(Sector, Organization.sector_id == Sector.id)
        .outerjoin(Interaction, BreCall.interaction_id == Interaction.id)
        .where(
            BreCall.standing == BreStanding.DONE,
            BreCall.team_id.is_(None),
            Organization.team_id.is_(None),
        )
        .order_by(BreCall.id)
    ).all()
    return _frame(rows, "organization_id", "known_at", "sector", "market")


def load_signals(session: Session, visits: pd.DataFrame) -> pd.DataFrame:
    """Return the visits and the flags they raised, for every organization of each group.

    A flag counts while it is neither set down nor closed. One that several weaker ones make
    together counts once a person has confirmed it.
    """
    seen = visits[["organization_id", "known_at"]].assign(until=None, signal="visited")
    told = pd.concat([_typed(seen), _flags(session)], ignore_index=True)
    return _spread(told, _relations(session)) if len(told) else told


def _flags(session: Session) -> pd.DataFrame:
    confirmed = sa.case(
        (BreFlag.case_id.is_not(None), BreCase.opened_at),
        (BreFlag.standing == FlagStanding.CONFIRMED, BreFlag.judged_at),
    )
    known_at = sa.case((BreFlag.is_composed, confirmed), else_=BreFlag.raised_at)
    over = BreFlag.standing.in_((FlagStanding.SET_DOWN, FlagStanding.CLOSED))
    expands = sa.and_(BreFlag.axis == FlagAxis.EXPANSION, BreFlag.severity == Severity.GREEN)
    rows = session.execute(
        sa.select(
            BreFlag.organization_id,
            known_at,
            sa.case((over, BreFlag.judged_at)),
            sa.case((expands, "expansion"), else_="risk"),
        )
        .join(BreCall, BreFlag.call_id == BreCall.id)
        .outerjoin(BreCase, BreFlag.case_id == BreCase.id)
        .where(
            BreFlag.team_id.is_(None),
            BreCall.team_id.is_(None),
            known_at.is_not(None),
            sa.or_(expands, BreFlag.severity == Severity.RED),
        )
        .order_by(BreFlag.id)
    ).all()
    return _frame(rows, "organization_id", "known_at", "until", "signal")


def _relations(session: Session) -> pd.DataFrame:
    """Ties within groups in both directions, with the days between which each held."""
    rows = session.execute(
        sa.select(
            OrganizationRelation.organization_id,
            OrganizationRelation.other_id,
            OrganizationRelation.valid_from,
            OrganizationRelation.valid_to,
        )
        .where(OrganizationRelation.kind.in_(GROUP), OrganizationRelation.team_id.is_(None))
        .order_by(OrganizationRelation.id)
    ).all()
    there = pd.DataFrame(
        [(one, other, _start(since), _start(to)) for one, other, since, to in rows],
        columns=["organization_id", "other_id", "since", "to"],
    )
    back = there.rename(columns={"organization_id": "other_id", "other_id": "organization_id"})
    both = pd.concat([there, back], ignore_index=True)
    return both.astype({"since": MOMENT, "to": MOMENT})


def _spread(told: pd.DataFrame, relations: pd.DataFrame) -> pd.DataFrame:
    """Carry each sign to the group: known there once the tie held, until the tie ended."""
    parts, edge = [told], told
    for _step in range(STEPS):
        reached = edge.merge(relations, on="organization_id")
        edge = pd.DataFrame(
            {
                "organization_id": reached["other_id"],
                "known_at": reached[["known_at", "since"]].max(axis=1),
                "until": reached[["until", "to"]].min(axis=1),
                "signal": reached["signal"],
            }
        ).drop_duplicates()
        edge = edge[~(edge["until"] <= edge["known_at"])]
        parts.append(edge)
    return _typed(pd.concat(parts, ignore_index=True).drop_duplicates(ignore_index=True))


def _frame(rows: Any, *names: str) -> pd.DataFrame:
    return _typed(pd.DataFrame([tuple(row) for row in rows], columns=list(names)))


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    moments = [name for name in ("known_at", "until") if name in frame]
    return frame.assign(
        organization_id=frame["organization_id"].astype("int64"),
        **{name: pd.to_datetime(frame[name], utc=True).astype(MOMENT) for name in moments},
    )


def _start(day: date | None) -> datetime | None:
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)
