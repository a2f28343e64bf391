"""The leads of a list as a CSV file that a spreadsheet opens safely and our import reads back."""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask_babel import get_locale, gettext
from sqlalchemy.orm import Session

from config import Config
from crm import audit
from crm.imports.columns import MatchedBy, match_columns
from crm.imports.fields import FIELD_BY_CODE
from crm.imports.losses import classify_reason
from crm.imports.problems import ValueProblem
from crm.imports.vocabulary import parse_lead_type, parse_stage, parse_status
from crm.labels import label
from crm.leads.filters import LeadFilters, conditions
from crm.leads.measures import capex_of, exact_words, jobs_of
from crm.spreadsheet_cells import protect
from crm.web.formatting import country_name
from models.audit import AuditEntry
from models.errors import DomainError, N_
from models.import_batch import BatchKind
from models.lead import Lead, LeadSource
from models.measure import Precision
from models.organization import Organization, Sector
from models.user import Actor, Office, User

ACTION = "exported"


class UnconfirmedError(DomainError):
    """So many rows leave the house only with the password typed lately."""

    status = 403

    def __init__(self) -> None:
        super().__init__(N_("Type your password again before so many leads are exported."))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: the import's field that reads it back, and what a lead has there."""

    field: str
    value: Callable[[Any], str]


def export_leads(
    session: Session,
    filters: LeadFilters,
    *,
    actor: Actor,
    now: datetime,
    today: date,
    config: Config,
    is_confirmed: bool,
) -> bytes:
    """The filtered leads as UTF-8 with a byte order mark, in the list's order; it is audited.

    `is_confirmed` says that whoever exports has lately typed their password: many rows need it.

    Raises:
        UnconfirmedError: many leads, and nobody knows that it is still the same person.
        DomainError: too many leads, or too many exports within an hour.
    """
    _check_rate(session, actor, now=now, limit=config.exports_per_hour)
    rows = session.execute(
        _statement(filters, actor=actor, today=today).limit(config.export_row_limit + 1)
    ).all()
    if len(rows) > config.export_row_limit:
        raise DomainError(
            N_("More than %(limit)s leads fit these filters. Narrow them and export in parts."),
            limit=config.export_row_limit,
        )
    if len(rows) > config.export_confirm_rows and not is_confirmed:
        raise UnconfirmedError
    audit.record(
        session,
        ACTION,
        "leads",
        now=now,
        changes={"filters": filters.as_args(), "count": len(rows)},
    )
    return _csv(rows).encode("utf-8-sig")


def _check_rate(session: Session, actor: Actor, *, now: datetime, limit: int) -> None:
    recent = session.scalar(
        sa.select(sa.func.count())
        .select_from(AuditEntry)
        .where(
            AuditEntry.actor_id == actor.id,
            AuditEntry.action == ACTION,
            AuditEntry.at > now - timedelta(hours=1),
        )
    )
    if (recent or 0) >= limit:
        raise DomainError(
            N_("You have exported %(limit)s times within an hour. Try again later."), limit=limit
        )


def _statement(filters: LeadFilters, *, actor: Actor, today: date) -> sa.Select[*tuple[Any, ...]]:
    order = filters.order
    terms = (order.value, order.public_id)
    return (
        sa.select(
            Lead.reference,
            Lead.public_id,
            Lead.title,
            Lead.code_name,
            Lead.team_id,
            Lead.is_company_disclosed,
            Lead.lead_type,
            Lead.stage,
            Lead.status,
            Lead.market,
            Lead.stage_since,
            Lead.closed_on,
            Lead.status_reason,
            Lead.lost_reason,
            Lead.lost_to,
            Lead.first_contact_on,
            Lead.first_contact_precision,
            Lead.capex_amount,
            Lead.capex_upper,
            Lead.capex_qualifier,
            Lead.capex_currency,
            Lead.capex_as_printed,
            Lead.jobs_count,
            Lead.jobs_upper,
            Lead.jobs_qualifier,
            Lead.jobs_as_printed,
            Lead.last_contact_on,
            Lead.next_action,
            Lead.next_action_on,
            Lead.target_on,
            Lead.target_precision,
            Lead.likelihood,
            Lead.notes,
            Organization.name.label("company"),
            Organization.native_name,
            Organization.website,
            Organization.city,
            Sector.name_en.label("sector"),
            LeadSource.name_en.label("source"),
            User.name.label("owner"),
            Office.name.label("office"),
        )
        .outerjoin(Organization, Organization.id == Lead.organization_id)
        .outerjoin(Sector, Sector.id == Lead.sector_id)
        .outerjoin(LeadSource, LeadSource.id == Lead.source_id)
        .outerjoin(User, User.id == Lead.owner_id)
        .outerjoin(Office, Office.id == Lead.office_id)
        .where(*conditions(filters, actor=actor, today=today))
        .order_by(
            order.value.is_(None),
            *(term.desc() if order.is_descending else term.asc() for term in terms),
        )
    )


def _csv(rows: Iterable[Any]) -> str:
    out = io.StringIO()
    # All quoted: a cell that holds the separator of another locale stays one cell there too.
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    language = get_locale().language
    writer.writerow([header(column.field, language) for column in COLUMNS])
    writer.writerows([protect(column.value(row)) for column in COLUMNS] for row in rows)
    return out.getvalue()


@lru_cache(maxsize=128)
def header(field: str, _language: str) -> str:
    """The column's name in the reader's language, as far as our import knows it by that name."""
    english = FIELD_BY_CODE[field].label
    translated = gettext(english)
    [match] = match_columns([translated], BatchKind.LEADS).matches
    return translated if (match.field, match.by) == (field, MatchedBy.NAME) else english


def _is_coded(row: Any) -> bool:
    """Whether the company must not stand in a file that leaves the house."""
    return row.team_id is not None or not row.is_company_disclosed


def _code_name(row: Any) -> str:
    if row.code_name or not _is_coded(row):
        return row.code_name or ""
    return f"{row.public_id[:4]}-{row.public_id[4:8]}".upper()


def _company(row: Any) -> str:
    return "" if _is_coded(row) else row.company or ""


def _native(row: Any) -> str:
    is_same = row.native_name == row.company
    return "" if _is_coded(row) or is_same else row.native_name or ""


def _text(name: str) -> Callable[[Any], str]:
    return lambda row: getattr(row, name) or ""


def _open_text(name: str) -> Callable[[Any], str]:
    """What could tell the company stays out of a coded lead's row."""
    return lambda row: "" if _is_coded(row) else getattr(row, name) or ""


def _day(name: str) -> Callable[[Any], str]:
    return lambda row: value.isoformat() if (value := getattr(row, name)) else ""


def _stated_day(name: str) -> Callable[[Any], str]:
    return lambda row: stated(getattr(row, f"{name}_on"), getattr(row, f"{name}_precision"))


def stated(value: date | None, precision: Precision | None) -> str:
    """A date as exact as it is known, in a form that every import reads back."""
    if value is None or precision is Precision.UNKNOWN:
        return ""
    if precision is Precision.MONTH:
        return f"{value:%Y-%m}"
    if precision is Precision.QUARTER:
        return f"Q{(value.month + 2) // 3} {value.year}"
    return str(value.year) if precision is Precision.YEAR else value.isoformat()


def _country(row: Any) -> str:
    return country_name(row.market) if row.market else ""


def _coded(name: str, parse: Callable[[str], Any]) -> Callable[[Any], str]:
    return lambda row: _word(getattr(row, name), parse, str(get_locale()))


@lru_cache(maxsize=256)
def _word(code: Any, parse: Callable[[str], Any], _locale: str) -> str:
    """What a code is called, as far as our import reads it back from that word."""
    word = label(code)
    try:
        return word if parse(word) is code else str(code.value)
    except ValueProblem:
        return str(code.value)


def _reason(row: Any) -> str:
    words: str = row.status_reason or ""
    if row.lost_reason is None or words not in ("", row.lost_reason.value):
        return words
    return _word(row.lost_reason, classify_reason, str(get_locale()))


def _likelihood(row: Any) -> str:
    return "" if row.likelihood is None else f"{row.likelihood * 100:g}%"


COLUMNS = (
    Column("ref", _text("reference")),
    Column("company", _company),
    Column("company_native", _native),
    Column("code_name", _code_name),
    Column("country", _country),
    Column("sector", _text("sector")),
    Column("source", _text("source")),
    Column("owner", _text("owner")),
    Column("office", _text("office")),
    Column("lead_type", _coded("lead_type", parse_lead_type)),
    Column("first_contact_on", _stated_day("first_contact")),
    Column("stage", _coded("stage", parse_stage)),
    Column("stage_since", _day("stage_since")),
    Column("status", _coded("status", parse_status)),
    Column("closed_on", _day("closed_on")),
    Column("reason", _reason),
    Column("lost_to", _text("lost_to")),
    Column("capex", lambda row: exact_words(capex_of(row))),
    Column("currency", _text("capex_currency")),
    Column("jobs", lambda row: exact_words(jobs_of(row))),
    Column("last_contact_on", _day("last_contact_on")),
    Column("next_action", _text("next_action")),
    Column("next_action_on", _day("next_action_on")),
    Column("target_on", _stated_day("target")),
    Column("likelihood", _likelihood),
    Column("notes", _open_text("notes")),
    Column("website", _open_text("website")),
    Column("city", _open_text("city")),
)
