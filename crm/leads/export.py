"""The leads of a list as a table for a file that our import reads back."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.exports.columns import Cell, Column, Table, import_label
from crm.exports.rules import Maker, Occasion
from crm.exports.values import coded, country, day, number, stated_day, text, word
from crm.imports.losses import classify_reason
from crm.imports.vocabulary import parse_lead_type, parse_stage, parse_status
from crm.leads.coding import code_name, is_coded
from crm.leads.export_columns import shown_columns
from crm.leads.filters import LeadFilters, conditions
from crm.leads.measures import capex_of, jobs_of
from crm.scores.states import state_columns, with_scores
from models.import_batch import BatchKind
from models.lead import Lead, LeadSource
from models.organization import Organization, Sector
from models.user import Office, User


def leads_table(filters: LeadFilters, *, as_shown: bool = False) -> Maker:
    """What reads the filtered leads, in the list's order: every column, or those on screen."""
    return partial(_table, filters, as_shown)


def _table(filters: LeadFilters, as_shown: bool, session: Session, occasion: Occasion) -> Table:
    statement = _statement(filters, occasion).limit(occasion.limit)
    if as_shown:
        chance = (Lead.chance, Lead.chance_low, Lead.chance_high, Lead.changed_at)
        more = (Sector.name_fr.label("sector_fr"), *chance, *state_columns())
        rows = session.execute(with_scores(statement.add_columns(*more))).all()
        return Table("leads", shown_columns(filters), rows, filters=_used(filters))
    rows = session.execute(statement).all()
    return Table("leads", COLUMNS, rows, BatchKind.LEADS, _used(filters))


def _used(filters: LeadFilters) -> dict[str, Any]:
    """The filters for the audit: with which view the list was opened is none."""
    return replace(filters, view="").as_args()


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
        # What somebody wrote may name the company.
        return "" if is_coded(row) else words
    return word(row.lost_reason, classify_reason)


def _likelihood(row: Any) -> str:
    return "" if row.likelihood is None else f"{row.likelihood * 100:g}%"


def _column(field: str, value: Callable[[Any], Cell]) -> Column:
    return Column(import_label(BatchKind.LEADS, field, field), value, field)


COLUMNS = (
    _column("ref", text("reference")),
    _column("company", _company),
    _column("company_native", _native),
    _column("code_name", code_name),
    _column("country", country("market")),
    _column("sector", text("sector")),
    _column("source", text("source")),
    _column("owner", text("owner")),
    _column("office", text("office")),
    _column("lead_type", coded("lead_type", parse_lead_type)),
    # A row without its first contact is none that the import reads.
    _column("first_contact_on", stated_day("first_contact")),
    _column("stage", coded("stage", parse_stage)),
    _column("stage_since", day("stage_since")),
    _column("status", coded("status", parse_status)),
    _column("closed_on", day("closed_on")),
    _column("reason", _reason),
    _column("lost_to", text("lost_to")),
    _column("capex", lambda row: number(capex_of(row))),
    _column("currency", text("capex_currency")),
    _column("jobs", lambda row: number(jobs_of(row))),
    _column("last_contact_on", day("last_contact_on")),
    _column("next_action", _open_text("next_action")),
    _column("next_action_on", day("next_action_on")),
    _column("target_on", stated_day("target")),
    _column("likelihood", _likelihood),
    _column("notes", _open_text("notes")),
    _column("website", _open_text("website")),
    _column("city", _open_text("city")),
)
