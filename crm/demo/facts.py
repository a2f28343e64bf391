"""Public facts of five texts as records with their source; nothing that the texts do not say.

Real organizations get no lead, no conversation and no score. Each statement of a text is kept as
a claim with its literal quote; where two texts disagree, both claims stand.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from crm.demo.data import read
from crm.leads.apply import insert_organizations
from crm.leads.details import columns_of
from crm.organizations.plan import NameDetails, OrganizationDetails, plan_organization
from models.announcement import Announcement, AnnouncementKind, AnnouncementParty, PartySide
from models.contact import Contact
from models.document import Claim, ClaimKind, Document
from models.measure import Measure, Precision, Qualifier
from models.mission import Delivery, Mission, MissionMarket, MissionOrganization
from models.organization import NameKind, OrganizationRelation, OrganizationRole, RelationKind, Site

Rows = list[dict[str, Any]]
Keys = dict[str, int]


def keep_facts(session: Session, *, sectors: Keys, now: datetime) -> dict[str, int]:
    """Write the public facts; returns how many records of each kind."""
    told: dict[str, Rows] = read("facts")
    documents = _documents(session, told["documents"])
    organizations = _organizations(
        session, told["organizations"], documents=documents, sectors=sectors, now=now
    )
    for row in told["relations"]:
        session.add(
            OrganizationRelation(
                organization_id=organizations[row["organization"]],
                other_id=organizations[row["other"]],
                kind=RelationKind(row["kind"]),
                document_id=documents[row["document"]],
            )
        )
    for row in told["sites"]:
        session.add(
            Site(
                organization_id=organizations[row["organization"]],
                city=row["city"],
                country=row["country"],
                document_id=documents[row["document"]],
            )
        )
    for row in told["contacts"]:
        session.add(
            Contact(
                organization_id=organizations.get(row.get("organization", "")),
                document_id=documents[row["document"]],
                printed_name=row["printed_name"],
                title=row["title"],
                honorific=row.get("honorific"),
                notes=row.get("notes"),
                created_at=now,
            )
        )
    missions = _missions(
        session, told["missions"], documents=documents, organizations=organizations, now=now
    )
    announcements = _announcements(
        session,
        told["announcements"],
        documents=documents,
        organizations=organizations,
        missions=missions,
        now=now,
    )
    for row in told["claims"]:
        session.add(
            Claim(
                document_id=documents[row["document"]],
                kind=ClaimKind(row["kind"]),
                text=row["text"],
                quote=row["quote"],
                organization_id=organizations.get(row.get("organization", "")),
                mission_id=missions.get(row.get("mission", "")),
                announcement_id=announcements.get(row.get("announcement", "")),
            )
        )
    session.flush()
    return {f"public_{kind}": len(rows) for kind, rows in told.items()}


def _documents(session: Session, rows: Rows) -> Keys:
    found = {
        row["key"]: Document(
            title=row["title"],
            publisher=row.get("publisher"),
            url=row.get("url"),
            language=row["language"],
        )
        for row in rows
    }
    session.add_all(found.values())
    session.flush()
    return {key: document.id for key, document in found.items()}


def _organizations(
    session: Session, rows: Rows, *, documents: Keys, sectors: Keys, now: datetime
) -> Keys:
    plans = [
        plan_organization(
            OrganizationDetails(
                name=row["name"],
                country=row.get("country"),
                city=row.get("city"),
                sector_id=sectors[row["sector"]] if "sector" in row else None,
                description=row.get("description"),
                is_placeholder=row.get("is_placeholder", False),
                roles=tuple(OrganizationRole(role) for role in row["roles"]),
                other_names=tuple(
                    NameDetails(text, kind=NameKind(kind))
                    for text, kind in row.get("other_names", ())
                ),
                document_id=documents[row["document"]],
            ),
            now=now,
        )
        for row in rows
    ]
    keys = insert_organizations(session, plans)
    return {row["key"]: key for row, key in zip(rows, keys, strict=True)}


def _missions(
    session: Session, rows: Rows, *, documents: Keys, organizations: Keys, now: datetime
) -> Keys:
    found = {}
    for row in rows:
        mission = Mission(
            name=row["name"],
            delivery=Delivery(row["delivery"]),
            dates_precision=Precision.UNKNOWN,
            dates_as_printed=row["dates_as_printed"],
            led_by=row["led_by"],
            summary=row["summary"],
            document_id=documents[row["document"]],
            created_at=now,
        )
        session.add(mission)
        session.flush()
        found[row["key"]] = mission.id
        session.add_all(
            MissionMarket(mission_id=mission.id, country=country) for country in row["markets"]
        )
        session.add_all(
            MissionOrganization(
                mission_id=mission.id, organization_id=organizations[key], part=part
            )
            for key, part in row["organizations"]
        )
    return found


def _announcements(
    session: Session,
    rows: Rows,
    *,
    documents: Keys,
    organizations: Keys,
    missions: Keys,
    now: datetime,
) -> Keys:
    found = {}
    for row in rows:
        announcement = Announcement(
            kind=AnnouncementKind(row["kind"]),
            title=row["title"],
            summary=row.get("summary"),
            # No text gives a calendar date: only the words are kept.
            announced_precision=Precision.UNKNOWN,
            announced_as_printed=row["announced_as_printed"],
            **columns_of({"capex": _measure(row, "capex"), "jobs": _measure(row, "jobs")}),
            source=row.get("source"),
            document_id=documents[row["document"]],
            mission_id=missions.get(row.get("mission", "")),
            created_at=now,
        )
        session.add(announcement)
        session.flush()
        found[row["key"]] = announcement.id
        session.add_all(
            AnnouncementParty(
                announcement_id=announcement.id,
                organization_id=organizations[key],
                side=PartySide(side),
            )
            for key, side in row["parties"]
        )
    return found


def _measure(row: dict[str, Any], field: str) -> Measure:
    """A stated number as printed; what is not stated stays unknown, and has no currency."""
    stated = row.get(field)
    if stated is None:
        return Measure()
    return Measure(
        stated.get("value"), Qualifier(stated["qualifier"]), as_printed=stated["as_printed"]
    )
