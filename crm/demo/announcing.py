"""Invented announcements of invented leads that were won."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from crm.demo.names import CompanyName
from crm.demo.writing import write, write_returning
from crm.leads.details import LeadDetails, columns_of
from models.announcement import Announcement, AnnouncementKind, AnnouncementParty, PartySide, Whose
from models.lead import PartyRole
from models.measure import Measure, Precision, Qualifier
from models.stage import LeadType

_KINDS = {
    LeadType.INVESTMENT: (AnnouncementKind.NEW_ESTABLISHMENT,),
    LeadType.EXPANSION: (AnnouncementKind.EXPANSION,),
    LeadType.PARTNERSHIP: (
        AnnouncementKind.JOINT_RESEARCH,
        AnnouncementKind.JOINT_VENTURE,
        AnnouncementKind.PARTNERSHIP,
    ),
    LeadType.TRADE: (AnnouncementKind.DISTRIBUTION,),
}
_TITLES = {
    "en": {
        AnnouncementKind.NEW_ESTABLISHMENT: "{company} comes to Maple Falls",
        AnnouncementKind.EXPANSION: "{company} expands in Maple Falls",
        AnnouncementKind.JOINT_RESEARCH: "{company} and {partner} begin joint research",
        AnnouncementKind.JOINT_VENTURE: "{company} and {partner} found a joint venture",
        AnnouncementKind.PARTNERSHIP: "{company} and {partner} become partners",
        AnnouncementKind.DISTRIBUTION: "{company} and {partner} sign a distribution agreement",
    },
    "fr": {
        AnnouncementKind.NEW_ESTABLISHMENT: "{company} s'établit à Maple Falls",
        AnnouncementKind.EXPANSION: "{company} s'agrandit à Maple Falls",
        AnnouncementKind.JOINT_RESEARCH: "{company} et {partner} lancent une recherche commune",
        AnnouncementKind.JOINT_VENTURE: "{company} et {partner} créent une coentreprise",
        AnnouncementKind.PARTNERSHIP: "{company} et {partner} deviennent partenaires",
        AnnouncementKind.DISTRIBUTION: "{company} et {partner} signent une entente de distribution",
    },
}
_SOURCES = {
    "en": "News release of the City of Maple Falls (invented)",
    "fr": "Communiqué de la Ville de Maple Falls (inventé)",
}
_CITY = {"en": "the City of Maple Falls", "fr": "la Ville de Maple Falls"}


@dataclass(frozen=True, slots=True)
class NewAnnouncement:
    """Columns of an announcement, and of its parties besides the company itself."""

    row: dict[str, Any]
    parties: list[tuple[int, PartySide]]


def announce(
    details: LeadDetails,
    on: date,
    *,
    name: CompanyName,
    partners: dict[int, str],
    language: str,
    written_at: datetime,
    random: Random,
) -> NewAnnouncement:
    """The public statement of a lead that was won; `partners` names the invented local firms."""
    kind = random.choice(_KINDS[details.lead_type])
    local = [key for key, role in details.parties if role is PartyRole.LOCAL_PARTNER]
    partner = partners[local[0]] if local else _CITY[language]
    capex = columns_of({"capex": _stated(details.capex, random)})
    jobs = columns_of({"jobs": _stated(details.jobs, random)})
    return NewAnnouncement(
        row={
            "kind": kind,
            "title": _TITLES[language][kind].format(company=name.english, partner=partner),
            "announced_on": on,
            "announced_precision": Precision.DAY,
            **capex,
            **jobs,
            "source": _SOURCES[language],
            "created_at": written_at,
            "public_at": written_at,
            "whose": Whose.OURS,
            "is_demo": True,
        },
        parties=[(key, PartySide.LOCAL) for key in local],
    )


def write_announcements(
    session: Session, rows: Sequence[tuple[NewAnnouncement, int, int | None]]
) -> None:
    """Write announcements, each with the keys of its lead and of the lead's company."""
    keys = write_returning(
        session,
        Announcement,
        [{**new.row, "lead_id": lead_id} for new, lead_id, _ in rows],
    )
    parties = []
    for key, (new, _, company_id) in zip(keys, rows, strict=True):
        sides = [*([(company_id, PartySide.FOREIGN)] if company_id else []), *new.parties]
        parties += [
            {"announcement_id": key, "organization_id": one, "side": side} for one, side in sides
        ]
    write(session, AnnouncementParty, parties)


def _stated(measure: Measure, random: Random) -> Measure:
    """What is said in public: a range settles, and what was unknown often stays unsaid."""
    if measure.value is None:
        return Measure(qualifier=Qualifier.NOT_DISCLOSED) if random.random() < 0.5 else measure
    if measure.qualifier is Qualifier.BETWEEN:
        return Measure(measure.value, Qualifier.EXACT, currency=measure.currency)
    return measure
