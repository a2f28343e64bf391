"""Conversations and meetings: those of a lead, an organization or a person, or those planned."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.cell_lists import join_list
from crm.exports.columns import Cell, Column, Table, import_label
from crm.exports.rules import Maker, Occasion
from crm.exports.values import local, stated, text, word
from crm.imports.record_words import parse_direction, parse_interaction_kind, parse_standing
from crm.interactions.agenda_queries import WHOSE, planned_meetings
from crm.leads.coding import code_name, is_coded
from crm.organizations.conversations import with_contact
from models.contact import Contact
from models.errors import N_
from models.import_batch import BatchKind
from models.interaction import Interaction, InteractionParticipant
from models.lead import Lead
from models.mission import Mission
from models.organization import Organization
from models.user import User

_SINCE = timedelta(days=14)


def interactions_table(args: Mapping[str, str]) -> Maker:
    """What reads every conversation, or those of the record that the address names."""
    return partial(_conversations, args)


def meetings_table(args: Mapping[str, str]) -> Maker:
    """What reads the planned meetings of the list, by their hour."""
    return partial(_meetings, args)


@dataclass(frozen=True, slots=True)
class _Row:
    """One conversation with who took part."""

    own: Any
    people: list[str]

    @property
    def is_coded(self) -> bool:
        """Whether the words could tell a company that must not leave the house."""
        own = self.own
        if own.interaction_team is not None:
            return True
        return own.lead_public_id is not None and is_coded(own)


def _conversations(args: Mapping[str, str], session: Session, occasion: Occasion) -> Table:
    conditions: list[Any] = []
    used = {}
    for name, make in (("lead", _of_lead), ("organization", _of_organization), ("contact", _of)):
        if args.get(name):
            used[name] = args[name][:16]
            conditions.append(make(used[name]))
    statement = (
        _select(sa.select(Interaction.id))
        .where(*conditions)
        .order_by(
            Interaction.happened_on.is_(None),
            Interaction.happened_on.desc(),
            Interaction.public_id,
        )
    )
    rows = _rows(session, statement, occasion.limit)
    return Table("interactions", COLUMNS, rows, BatchKind.INTERACTIONS, used)


def _meetings(args: Mapping[str, str], session: Session, occasion: Occasion) -> Table:
    whose = args.get("whose", "mine")
    whose = whose if whose in WHOSE else "mine"
    planned = planned_meetings(occasion.actor, whose=whose, since=occasion.now - _SINCE)
    statement = (
        _select(sa.select(Interaction.id))
        .where(Interaction.id.in_(planned.with_only_columns(Interaction.id)))
        .order_by(Interaction.starts_at, Interaction.public_id)
    )
    rows = _rows(session, statement, occasion.limit)
    used = {"whose": whose}
    return Table("meetings", COLUMNS, rows, BatchKind.INTERACTIONS, used, screen=SCREEN)


def _of_lead(public_id: str) -> Any:
    return Interaction.lead_id.in_(sa.select(Lead.id).where(Lead.public_id == public_id))


def _of_organization(public_id: str) -> Any:
    keys = sa.select(Organization.id).where(Organization.public_id == public_id)
    return Interaction.organization_id.in_(keys)


def _of(public_id: str) -> Any:
    found = sa.select(Contact.id).where(Contact.public_id == public_id).scalar_subquery()
    return with_contact(found)


def _select(ids: Any) -> Any:
    return (
        ids.outerjoin(Lead, Lead.id == Interaction.lead_id)
        .outerjoin(
            Organization,
            Organization.id == sa.func.coalesce(Interaction.organization_id, Lead.organization_id),
        )
        .outerjoin(User, User.id == Interaction.author_id)
        .outerjoin(Mission, Mission.id == Interaction.mission_id)
    )


def _rows(session: Session, statement: Any, limit: int) -> list[_Row]:
    ids = statement.order_by(None)
    people: dict[int, list[str]] = defaultdict(list)

    for key, name in session.execute(
        sa.select(
            InteractionParticipant.interaction_id,
            sa.func.coalesce(Contact.printed_name, User.name, InteractionParticipant.name),
        )
        .outerjoin(Contact, Contact.id == InteractionParticipant.contact_id)
        .outerjoin(User, User.id == InteractionParticipant.user_id)
        .where(InteractionParticipant.interaction_id.in_(ids))
        .order_by(InteractionParticipant.id)
    ):
        if name:
            people[key].append(name)
    found = session.execute(
        statement.with_only_columns(
            Interaction.id,
            Interaction.public_id.label("interaction"),
            Interaction.team_id.label("interaction_team"),
            Interaction.kind,
            Interaction.direction,
            Interaction.standing,
            Interaction.happened_on,
            Interaction.happened_precision,
            Interaction.starts_at,
            Interaction.ends_at,
            Interaction.time_zone,
            Interaction.place,
            Interaction.language,
            Interaction.summary,
            Interaction.text,
            Lead.public_id.label("lead_public_id"),
            Lead.public_id,
            Lead.reference,
            Lead.title,
            Lead.code_name,
            Lead.team_id,
            Lead.is_company_disclosed,
            Organization.name.label("organization"),
            Organization.native_name.label("organization_native"),
            User.name.label("author"),
            Mission.name.label("mission"),
        ).limit(limit)
    )
    return [_Row(row, people[row.id]) for row in found]


def _open(name: str) -> Any:
    return lambda row: "" if row.is_coded else getattr(row.own, name) or ""


def _plain(make: Any) -> Any:
    return lambda row: make(row.own)


def _code(name: str, parse: Any) -> Any:
    return lambda row: word(getattr(row.own, name), parse)


def _date(row: _Row) -> Cell:
    """The day it took place, as exactly as it is known, or for which it is planned."""
    own = row.own
    starts = _starts(row)
    if own.happened_on is None and isinstance(starts, datetime):
        return starts.date()
    return stated(own.happened_on, own.happened_precision)


def _lead(row: _Row) -> Cell:
    """The lead by its name, or by its code name where that is all that may leave."""
    own = row.own
    if own.lead_public_id is None:
        return ""
    return code_name(own) if is_coded(own) else own.title


def _native(row: _Row) -> Cell:
    own = row.own
    return (
        ""
        if row.is_coded or own.organization_native == own.organization
        else (own.organization_native or "")
    )


def _people(row: _Row) -> Cell:
    return "" if row.is_coded else join_list(row.people)


def _starts(row: _Row) -> Cell:
    return local(row.own.starts_at, row.own.time_zone)


def _ends(row: _Row) -> Cell:
    return local(row.own.ends_at, row.own.time_zone)


def _column(heading: str, field: str, value: Any, *, is_shown: bool = True) -> Column:
    return Column(import_label(BatchKind.INTERACTIONS, field, heading), value, field, is_shown)


_apart = partial(_column, is_shown=False)

COLUMNS = (
    _apart("Public ID", "public_id", _plain(text("interaction"))),
    _apart("Lead reference", "ref", _plain(text("reference"))),
    Column(N_("Lead"), _lead),
    _column("Organization", "organization", _open("organization")),
    _column("Organization (native name)", "organization_native", _native),
    _column("Kind", "kind", _code("kind", parse_interaction_kind)),
    _apart("Direction", "direction", _code("direction", parse_direction)),
    _column("Standing", "standing", _code("standing", parse_standing)),
    _column("Date", "date", _date),
    Column(N_("Starts at"), _starts),
    Column(N_("Ends at"), _ends, is_shown=False),
    Column(N_("Time zone"), _plain(text("time_zone"))),
    _column("Place", "place", _open("place")),
    _column("With whom", "participants", _people),
    _column("Summary", "summary", _open("summary")),
    _apart("Notes", "notes", _open("text")),
    _apart("Language", "language", _plain(text("language"))),
    _apart("By", "by", _plain(text("author"))),
    Column(N_("Mission"), _open("mission"), is_shown=False),
)
SCREEN = (
    "Starts at",
    "Time zone",
    "Summary",
    "Kind",
    "Lead",
    "Organization",
    "Organization (local name)",
    "Place",
)
