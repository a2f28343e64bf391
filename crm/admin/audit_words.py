"""The audit log in words: what was done, to which field of what, from which value to which.

The log keeps codes and keys as the tables hold them; here they become what a person calls them.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.admin.audit_fields import FIELDS, QUIET
from crm.admin.audit_queries import Named, column_of, referred_table
from crm.labels import label
from crm.organizations.choices import language_name
from crm.web.formatting import chance, count, country_name, day, moment
from models.audit import AuditEntry
from models.organization import OrganizationRole
from models.types import UtcDateTime
from models.user import Language

_LONGEST = 300

ACTIONS: dict[str, Any] = {
    "changed": _l("changed"),
    "created": _l("added"),
    "deleted": _l("deleted"),
    "demo_loaded": _l("loaded the demo"),
    "exported": _l("exported"),
    "imported": _l("imported"),
    "looked": _l("looked at a restricted record"),
    "looked_back": _l("looked back at a past day"),
    "member_added": _l("added a member"),
    "member_removed": _l("removed a member"),
    "merged": _l("merged"),
    "moved_anyway": _l("moved anyway"),
    "parted": _l("undid a merge"),
    "published": _l("put a model to use"),
    "refused": _l("refused a model that was changed"),
    "scored": _l("scored anew"),
    "signed_in": _l("signed in"),
    "undone": _l("undid an import"),
    "withdrawn": _l("withdrew"),
}

RECORDS: dict[str, Any] = {
    "agenda_items": _l("Agenda item"),
    "agenda_materials": _l("Paper for a meeting"),
    "agreement_countries": _l("Country of an agreement"),
    "agreement_sectors": _l("Sector of an agreement"),
    "agreements": _l("Agreement"),
    "announcement_drafts": _l("Version of an announcement's words"),
    "announcement_sources": _l("Source of an announcement"),
    "attributions": _l("Credit of an announcement"),
    "backtests": _l("Look back at a past day"),
    "bre_calls": _l("Company visit"),
    "bre_cases": _l("Case of a company visit"),
    "bre_flags": _l("Flag of a company visit"),
    "bre_settings": _l("Settings of company visits"),
    "cards": _l("Business card"),
    "citations": _l("Citation"),
    "commitments": _l("What was promised"),
    "delegates": _l("Delegate"),
    "delivery_checks": _l("Check of what was delivered"),
    "draft_approvals": _l("Agreement to an announcement's words"),
    "exchange_rates": _l("Exchange rate"),
    "gifts": _l("Gift"),
    "letter_templates": _l("Wording of a letter"),
    "mission_costs": _l("Cost of a mission"),
    "mission_programmes": _l("Sub-programme of a mission"),
    "mission_sectors": _l("Sector of a mission"),
    "office_closures": _l("Closing day of an office"),
    "peer_references": _l("Peer reference"),
    "properties": _l("Property"),
    "reference_requests": _l("Request to a peer reference"),
    "report_editions": _l("Published report"),
    "report_subscriptions": _l("Subscription to a report"),
    "saved_reports": _l("Saved report"),
    "saved_views": _l("Saved view"),
    "default_views": _l("View that a list opens with"),
    "score_overrides": _l("Chance set by an officer"),
    "score_settings": _l("Settings of scoring"),
    "scorecard_versions": _l("Scorecard"),
    "search_parts": _l("Part of a site search"),
    "search_sendings": _l("What was sent in a site search"),
    "site_offers": _l("Property offered"),
    "site_searches": _l("Site search"),
    "statistics": _l("Figure"),
    "thank_yous": _l("Letter of thanks"),
    "distinct_pairs": _l("Organizations that are not the same"),
    "organization_merges": _l("Merge of organizations"),
    "steward_notices": _l("Possible duplicate"),
    "announcement_parties": _l("Party of an announcement"),
    "announcements": _l("Announcement"),
    "claims": _l("Claim of a public text"),
    "contacts": _l("Contact"),
    "decision_steps": _l("Step on the decision path"),
    "documents": _l("Public text"),
    "enquiries": _l("Enquiry"),
    "follow_ups": _l("Follow-up"),
    "import_batches": _l("Import"),
    "imported_totals": _l("Imported total"),
    "interactions": _l("Conversation"),
    "lead_answers": _l("Answer about a requirement"),
    "lead_parties": _l("Company involved"),
    "lead_sources": _l("Source of leads"),
    "leads": _l("Lead"),
    "mission_markets": _l("Country of a mission"),
    "mission_offices": _l("Office of a mission"),
    "mission_organizations": _l("Organization of a mission"),
    "missions": _l("Mission"),
    "model_versions": _l("Scoring model"),
    "offices": _l("Office"),
    "organization_identifiers": _l("Register number"),
    "organization_relations": _l("Relation of organizations"),
    "organization_roles": _l("Role of an organization"),
    "organizations": _l("Organization"),
    "sectors": _l("Sector"),
    "sites": _l("Facility here"),
    "stage_requirements": _l("Requirement of a stage"),
    "stages": _l("Stage"),
    "stored_files": _l("File"),
    "team_members": _l("Member of a team"),
    "teams": _l("Team"),
    "users": _l("Person"),
}

# Where a record is looked at: the endpoint, and what it calls the public id.
_PAGES: dict[str, tuple[str, str]] = {
    "agreements": ("agreements.show", "agreement_id"),
    "announcements": ("announcements.show", "announcement_id"),
    "contacts": ("contacts.show", "contact_id"),
    "enquiries": ("enquiries.show", "enquiry_id"),
    "exchange_rates": ("rates.edit", "rate_id"),
    "interactions": ("interactions.show", "interaction_id"),
    "leads": ("leads.show", "lead_id"),
    "missions": ("missions.show", "mission_id"),
    "offices": ("admin.office", "office_id"),
    "organizations": ("organizations.show", "organization_id"),
    "teams": ("admin.team", "team_id"),
    "users": ("admin.user", "user_id"),
}


@dataclass(frozen=True, slots=True)
class Link:
    """What a record is called and where its page is, if it has one."""

    title: str
    endpoint: str | None = None
    arguments: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ChangedField:
    """One field: what stood there, and what stands there now. None for nothing."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class WordedEntry:
    """One entry as the page shows it."""

    at: datetime
    who: str
    action: str
    kind: str
    record: Link | None
    lead: Link | None
    reason: str | None
    changes: tuple[ChangedField, ...]


def worded(entry: AuditEntry, names: Mapping[tuple[str, int], Named]) -> WordedEntry:
    """An entry in the reader's words."""
    is_lead = entry.record_type == "leads"
    return WordedEntry(
        at=entry.at,
        who=entry.actor_name,
        action=action_word(entry.action),
        kind=record_word(entry.record_type),
        record=_link(entry.record_type, entry.record_id, names),
        lead=None if is_lead else _link("leads", entry.lead_id, names),
        reason=entry.reason,
        changes=tuple(_changes(entry, names)),
    )


def action_word(code: str) -> str:
    """What an action is called; its code where nobody gave it a word."""
    return str(ACTIONS.get(code, code))


def record_word(table: str) -> str:
    """What a kind of record is called."""
    return str(RECORDS.get(table, table))


def field_word(name: str) -> str:
    """What a field is called."""
    return str(FIELDS.get(name, name))


def _link(table: str, key: int | None, names: Mapping[tuple[str, int], Named]) -> Link | None:
    if key is None:
        return None
    named = names.get((table, key))
    if named is None:
        return None
    title = named.title or record_word(table)
    if table not in _PAGES or named.public_id is None:
        return Link(title)
    endpoint, argument = _PAGES[table]
    return Link(title, endpoint, {argument: named.public_id})


def _changes(entry: AuditEntry, names: Mapping[tuple[str, int], Named]) -> list[ChangedField]:
    found = []
    for field, change in (entry.changes or {}).items():
        if field in QUIET:
            continue
        if isinstance(change, list) and len(change) == 2:
            before, after = (_value(entry.record_type, field, value, names) for value in change)
        else:
            # What a command notes that is no change of a field: counts, filters.
            before, after = None, _value(entry.record_type, field, change, names)
        if before is not None or after is not None:
            found.append(ChangedField(field_word(field), before, after))
    return found


def _value(
    record_type: str, field: str, value: Any, names: Mapping[tuple[str, int], Named]
) -> str | None:
    if value is None or value == "":
        return None
    if value == "***":
        return _("(hidden)")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_value(record_type, field, item, names) or "" for item in value)
    if isinstance(value, dict):
        return ", ".join(
            f"{field_word(key)}: {_value(record_type, key, item, names) or ''}"
            for key, item in value.items()
        )
    table = referred_table(record_type, field)
    if table is not None and isinstance(value, int):
        named = names.get((table, value))
        return named.title if named is not None else _("a record that is gone")
    if field == "likelihood" and isinstance(value, int | float):
        return chance(value)
    words = _coded(record_type, field, value)
    if words is None and isinstance(value, int):
        words = count(value)
    return words if words is not None else _cut(str(value))


def _coded(record_type: str, field: str, value: Any) -> str | None:
    """The words of a value whose column tells what it is."""
    if field == "roles" and value in set(OrganizationRole):
        return label(OrganizationRole(value))
    if field in {"country", "market"} and isinstance(value, str):
        return country_name(value)
    column = column_of(record_type, field)
    if column is None or not isinstance(value, str):
        return None
    kind = column.type
    if isinstance(kind, sa.Enum) and kind.enum_class is not None:
        return _label_of(kind.enum_class, value)
    if field in {"language", "native_language"}:
        return language_name(value)
    try:
        if isinstance(kind, UtcDateTime):
            return moment(datetime.fromisoformat(value))
        if isinstance(kind, sa.Date):
            return day(date.fromisoformat(value))
    except (ValueError, OverflowError):
        return None
    return None


def _label_of(codes: Any, value: str) -> str | None:
    try:
        code: enum.StrEnum = codes(value)
    except ValueError:
        return None
    return language_name(value) if isinstance(code, Language) else label(code)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
