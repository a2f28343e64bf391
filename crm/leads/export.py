"""The leads of a list as a table for a file that our import reads back."""

from collections.abc import Callable
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.exports.columns import Cell, Column, Table, import_label
from crm.exports.rules import Maker, Occasion
from crm.exports.values import coded, country, day, number, stated_day, text, word
from crm.imports.losses import classify_reason
from crm.imports.vocabulary import parse_lead_type, parse_stage, parse_status
from crm.leads.filters import LeadFilters, conditions
from crm.leads.measures import capex_of, jobs_of
from models.import_batch import BatchKind
from models.lead import Lead, LeadSource
from models.organization import Organization, Sector
from models.user import Office, User


def leads_table(filters: LeadFilters) -> Maker:
    """What reads the filtered leads, in the list's order."""
    return partial(_table, filters)


def _table(filters: LeadFilters, session: Session, occasion: Occasion) -> Table:
    statement = _statement(filters, occasion).limit(occasion.limit)
    rows = session.execute(statement).all()
    return Table("leads", COLUMNS, rows, BatchKind.LEADS, filters.as_args())


def _statement(filters: LeadFilters, occasion: Occasion) -> sa.Select[*tuple[Any, ...]]:
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
        .where(*conditions(filters, actor=occasion.actor, today=occasion.today))
        .order_by(
            order.value.is_(None),
            *(term.desc() if order.is_descending else term.asc() for term in terms),
        )
    )


def is_coded(row: Any) -> bool:
    """Whether the company must not stand in a file that leaves the house."""
    return row.team_id is not None or not row.is_company_disclosed


def code_name(row: Any, public_id: str | None = None) -> str:
    """What a coded lead is called outside: its code name, or the beginning of its public id."""
    if row.code_name or not is_coded(row):
        return row.code_name or ""
    own = public_id or row.public_id
    return f"{own[:4]}-{own[4:8]}".upper()


def _company(row: Any) -> str:
    return "" if is_coded(row) else row.company or ""


def _native(row: Any) -> str:
    is_same = row.native_name == row.company
    return "" if is_coded(row) or is_same else row.native_name or ""


def _open_text(name: str) -> Callable[[Any], Cell]:
    """What could tell the company stays out of a coded lead's row."""
    return lambda row: "" if is_coded(row) else getattr(row, name) or ""


def _reason(row: Any) -> str:
    words: str = row.status_reason or ""
    if row.lost_reason is None or words not in ("", row.lost_reason.value):
        return words
    return word(row.lost_reason, classify_reason)


def _likelihood(row: Any) -> str:
    return "" if row.likelihood is None else f"{row.likelihood * 100:g}%"


def _column(field: str, value: Callable[[Any], Cell], *, is_shown: bool = True) -> Column:
    return Column(import_label(BatchKind.LEADS, field, field), value, field, is_shown)


_apart = partial(_column, is_shown=False)

COLUMNS = (
    _column("ref", text("reference")),
    _column("company", _company),
    _column("company_native", _native),
    _column("code_name", code_name),
    _column("country", country("market")),
    _column("sector", text("sector")),
    _apart("source", text("source")),
    _column("owner", text("owner")),
    _apart("office", text("office")),
    _column("lead_type", coded("lead_type", parse_lead_type)),
    # A row without its first contact is none that the import reads.
    _column("first_contact_on", stated_day("first_contact")),
    _column("stage", coded("stage", parse_stage)),
    _column("stage_since", day("stage_since")),
    _column("status", coded("status", parse_status)),
    _apart("closed_on", day("closed_on")),
    _apart("reason", _reason),
    _apart("lost_to", text("lost_to")),
    _column("capex", lambda row: number(capex_of(row))),
    _column("currency", text("capex_currency")),
    _column("jobs", lambda row: number(jobs_of(row))),
    _column("last_contact_on", day("last_contact_on")),
    _column("next_action", text("next_action")),
    _column("next_action_on", day("next_action_on")),
    _apart("target_on", stated_day("target")),
    _apart("likelihood", _likelihood),
    _apart("notes", _open_text("notes")),
    _apart("website", _open_text("website")),
    _apart("city", _open_text("city")),
)
