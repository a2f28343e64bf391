"""What hangs on an agenda item: who attends it, and the papers prepared for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.leads.confidentiality import settle_attendees, settle_item
from crm.missions.rules import must_write, text_or_none
from models.agenda import (
    AgendaAttendee,
    AgendaItem,
    AgendaMaterial,
    AgendaNote,
    AgendaSide,
    OfferedTime,
)
from models.user import Actor


@dataclass(frozen=True, slots=True)
class AttendeeDetails:
    """Somebody at an item: a delegate, a contact, an organization, or a name on no record."""

    side: AgendaSide
    delegate_id: int | None = None
    contact_id: int | None = None
    organization_id: int | None = None
    name: str | None = None
    part: str | None = None


@dataclass(frozen=True, slots=True)
class MaterialDetails:
    """A paper to prepare, in one language."""

    title: str
    language: str | None = None
    is_ready: bool = False


def mark_material(
    session: Session, material: AgendaMaterial, *, is_ready: bool, actor: Actor
) -> None:
    """Say whether a paper is ready."""
    must_write(actor)
    material.is_ready = is_ready
    session.flush()


def spread_team(session: Session, item: AgendaItem) -> None:
    """An item that is now about another lead takes its rows with it, into or out of a team."""
    tables: tuple[type[Any], ...] = (AgendaMaterial, AgendaNote, OfferedTime)
    for table in tables:
        for row in session.scalars(sa.select(table).where(table.item_id == item.id)):
            row.team_id = item.team_id
    settle_item(session, item)


def write_attendees(session: Session, item: AgendaItem, wanted: Iterable[AttendeeDetails]) -> None:
    """The attendees as given. One that is a team's secret stays that team's."""
    for known in session.scalars(
        sa.select(AgendaAttendee).where(AgendaAttendee.item_id == item.id)
    ).all():
        session.delete(known)
    session.flush()
    people = list(dict.fromkeys(wanted))
    for one in people:
        session.add(
            AgendaAttendee(
                item_id=item.id,
                team_id=item.team_id,
                side=one.side,
                delegate_id=one.delegate_id,
                contact_id=one.contact_id,
                organization_id=one.organization_id,
                name=text_or_none(one.name),
                part=text_or_none(one.part),
            )
        )
    settle_attendees(session, item)


def write_materials(session: Session, item: AgendaItem, wanted: Iterable[MaterialDetails]) -> None:
    """The papers as given; one that is on file keeps its name in addresses and its tick."""
    on_file = {
        (material.title, material.language): material
        for material in session.scalars(
            sa.select(AgendaMaterial).where(AgendaMaterial.item_id == item.id)
        )
    }
    for details in wanted:
        title = details.title.strip()
        if not title:
            continue
        known = on_file.pop((title, details.language), None)
        if known is not None:
            known.is_ready = details.is_ready
            continue
        session.add(
            AgendaMaterial(
                item_id=item.id,
                team_id=item.team_id,
                title=title,
                language=details.language,
                is_ready=details.is_ready,
            )
        )
    for gone in on_file.values():
        session.delete(gone)
    session.flush()
