"""Public facts of five texts as records with their source; nothing that the texts do not say.

Real organizations get no lead, no conversation and no score. Each statement of a text is kept as
a claim with its literal quote, in our own words beside it, and as a record of the room where a
person would look for it. Where two texts disagree, both claims stand. The rows carry the number
of the fact they tell (`fact`), so that each can be followed from the list to its record.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.demo.data import read
from crm.leads.apply import insert_organizations
from crm.organizations.plan import NameDetails, OrganizationDetails, plan_organization
from models.agreement import Agreement, Statistic
from models.announcement import Announcement
from models.contact import Contact
from models.document import Claim, ClaimKind, Document
from models.mission import Mission
from models.organization import (
    NameKind,
    OrganizationRelation,
    OrganizationRole,
    RelationKind,
    Sector,
    Site,
)
from models.user import LOCAL_ADMINISTRATOR, Actor

Row = dict[str, Any]
Rows = list[Row]


@dataclass
class Kept:
    """The records of the texts so far, by the key that the data files give them."""

    session: Session
    now: datetime
    sectors: dict[str, int]
    actor: Actor = LOCAL_ADMINISTRATOR
    documents: dict[str, int] = field(default_factory=dict)
    organizations: dict[str, int] = field(default_factory=dict)
    contacts: dict[str, int] = field(default_factory=dict)
    sites: dict[str, int] = field(default_factory=dict)
    missions: dict[str, Mission] = field(default_factory=dict)
    announcements: dict[str, Announcement] = field(default_factory=dict)
    agreements: dict[str, Agreement] = field(default_factory=dict)
    statistics: dict[str, Statistic] = field(default_factory=dict)


def keep_records(kept: Kept) -> None:
    """Write the texts themselves, and who is named in them."""
    _keep_documents(kept)
    told = read("facts/organizations")
    _keep_sectors(kept, told["sectors"])
    _keep_organizations(kept, told["organizations"])
    session = kept.session
    for row in told["relations"]:
        session.add(
            OrganizationRelation(
                organization_id=kept.organizations[row["organization"]],
                other_id=kept.organizations[row["other"]],
                kind=RelationKind(row["kind"]),
                document_id=kept.documents[row["document"]],
            )
        )
    sites = {
        row["organization"]: Site(
            organization_id=kept.organizations[row["organization"]],
            city=row["city"],
            region=row.get("region"),
            country=row["country"],
            document_id=kept.documents[row["document"]],
        )
        for row in told["sites"]
    }
    contacts = {
        row["printed_name"]: Contact(
            organization_id=kept.organizations.get(row.get("organization", "")),
            document_id=kept.documents[row["document"]],
            printed_name=row["printed_name"],
            title=row["title"],
            honorific=row.get("honorific"),
            notes=row.get("notes"),
            created_at=kept.now,
        )
        for row in told["contacts"]
    }
    session.add_all([*sites.values(), *contacts.values()])
    session.flush()
    kept.sites = {key: site.id for key, site in sites.items()}
    kept.contacts = {key: contact.id for key, contact in contacts.items()}


def keep_claims(kept: Kept) -> int:
    """Write what each text says, of every record that it says it of; returns how many."""
    rows: Rows = read("facts/claims")
    places = (
        ("organization", kept.organizations),
        ("mission", {key: one.id for key, one in kept.missions.items()}),
        ("announcement", {key: one.id for key, one in kept.announcements.items()}),
        ("agreement", {key: one.id for key, one in kept.agreements.items()}),
    )
    kept.session.add_all(
        Claim(
            document_id=kept.documents[row["document"]],
            kind=ClaimKind(row["kind"]),
            text=row["text"],
            quote=row["quote"],
            topic=row.get("topic"),
            is_preferred=row.get("preferred"),
            **{f"{name}_id": keys[row[name]] for name, keys in places if name in row},
        )
        for row in rows
    )
    kept.session.flush()
    return len(rows)


def _keep_documents(kept: Kept) -> None:
    found = {
        row["key"]: Document(
            title=row["title"],
            publisher=row.get("publisher"),
            url=row.get("url"),
            language=row.get("language"),
        )
        for row in read("facts/documents")
    }
    kept.session.add_all(found.values())
    kept.session.flush()
    kept.documents = {key: document.id for key, document in found.items()}


def _keep_sectors(kept: Kept, rows: list[list[str]]) -> None:
    """Sectors that the texts name and the office does not have."""
    known = {row.code: row.id for row in kept.session.execute(sa.select(Sector.code, Sector.id))}
    fresh = {
        code: Sector(code=code, name_en=english, name_fr=french)
        for code, english, french in rows
        if code not in known
    }
    kept.session.add_all(fresh.values())
    kept.session.flush()
    kept.sectors = {**known, **{code: sector.id for code, sector in fresh.items()}, **kept.sectors}


def _keep_organizations(kept: Kept, rows: Rows) -> None:
    plans = [
        plan_organization(
            OrganizationDetails(
                name=row["name"],
                country=row.get("country"),
                city=row.get("city"),
                sector_id=kept.sectors[row["sector"]] if "sector" in row else None,
                description=row.get("description"),
                is_placeholder=row.get("is_placeholder", False),
                roles=tuple(OrganizationRole(role) for role in row["roles"]),
                other_names=tuple(
                    NameDetails(text, kind=NameKind(kind))
                    for text, kind in row.get("other_names", ())
                ),
                document_id=kept.documents[row["document"]],
            ),
            now=kept.now,
        )
        for row in rows
    ]
    keys = insert_organizations(kept.session, plans)
    kept.organizations = {row["key"]: key for row, key in zip(rows, keys, strict=True)}
