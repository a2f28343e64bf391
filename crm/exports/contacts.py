"""The contacts of a list, with every form of their names."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from crm.contacts.queries import read_filters, select_contacts
from crm.exports.columns import Cell, Column, Table, import_label
from crm.exports.rules import Maker, Occasion
from crm.exports.values import coded, text
from crm.imports.record_words import parse_seniority
from models.contact import Contact
from models.import_batch import BatchKind
from models.organization import Organization


def contacts_table(args: Mapping[str, str]) -> Maker:
    """What reads the contacts that fit the filters of an address, by name as printed."""
    return partial(_table, args)


def _table(args: Mapping[str, str], session: Session, occasion: Occasion) -> Table:
    rows = session.execute(
        select_contacts(
            read_filters(args),
            Contact.public_id,
            Contact.printed_name,
            Contact.family_name,
            Contact.given_name,
            Contact.native_name,
            Contact.reading,
            Contact.romanized_name,
            Contact.honorific,
            Contact.native_title,
            Contact.title,
            Contact.department,
            Contact.seniority,
            Contact.email,
            Contact.phone,
            Contact.language,
            Contact.obtained_from,
            Contact.notes,
            Contact.team_id,
            Organization.public_id.label("organization_id"),
            Organization.name.label("organization"),
            Organization.native_name.label("organization_native"),
        )
        # Whom a restricted lead brought in, and who is at its company, leaves with its team only.
        .where(occasion.may_leave(Contact.team_id))
        .order_by(Contact.printed_name, Contact.public_id)
        .limit(occasion.limit)
    ).all()
    used = {name: args[name] for name in ("q", "country", "seniority") if args.get(name)}
    restricted = sum(1 for row in rows if row.team_id is not None)
    return Table("contacts", COLUMNS, rows, BatchKind.CONTACTS, used, restricted)


def _native_organization(row: Any) -> Cell:
    return "" if row.organization_native == row.organization else row.organization_native or ""


def _column(heading: str, field: str, value: Any, *, is_shown: bool = False) -> Column:
    return Column(import_label(BatchKind.CONTACTS, field, heading), value, field, is_shown)


COLUMNS = (
    _column("Public ID", "public_id", text("public_id")),
    _column("Name as printed", "printed_name", text("printed_name"), is_shown=True),
    _column("Native name", "native_name", text("native_name"), is_shown=True),
    _column("Reading", "reading", text("reading")),
    _column("Romanized name", "romanized_name", text("romanized_name")),
    _column("Family name", "family_name", text("family_name")),
    _column("Given name", "given_name", text("given_name")),
    _column("Honorific", "honorific", text("honorific")),
    _column("Organization", "organization", text("organization"), is_shown=True),
    _column("Organization (native name)", "organization_native", _native_organization),
    _column("Organization ref", "organization_ref", text("organization_id")),
    _column("Title", "title", text("title"), is_shown=True),
    _column("Native title", "native_title", text("native_title"), is_shown=True),
    _column("Department", "department", text("department")),
    _column("Seniority", "seniority", coded("seniority", parse_seniority), is_shown=True),
    _column("E-mail", "email", text("email"), is_shown=True),
    _column("Phone", "phone", text("phone"), is_shown=True),
    _column("Language", "language", text("language")),
    _column("Obtained from", "obtained_from", text("obtained_from")),
    _column("Notes", "notes", text("notes")),
)
