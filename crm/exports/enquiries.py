"""Enquiries of a list."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from crm.enquiries.queries import read_filter, select_enquiries
from crm.exports.columns import Cell, Column, Table
from crm.exports.rules import Maker, Occasion
from crm.exports.values import called, local, text
from crm.leads.coding import code_name, is_coded
from models.errors import N_
from models.interaction import Enquiry
from models.lead import Lead


def enquiries_table(args: Mapping[str, str]) -> Maker:
    """What reads the enquiries of the list: open ones by when they are due, else the latest."""
    return partial(_table, args)


def _table(args: Mapping[str, str], session: Session, occasion: Occasion) -> Table:
    chosen = read_filter(args)
    order: list[Any] = [Enquiry.due_at.is_(None), Enquiry.due_at, Enquiry.public_id]
    if chosen.is_answered:
        order = [Enquiry.answered_at.desc(), Enquiry.public_id.desc()]
    rows = session.execute(
        select_enquiries(occasion.actor, chosen)
        .add_columns(
            Enquiry.outcome_note,
            Lead.reference,
            Lead.code_name,
            Lead.team_id,
            Lead.is_company_disclosed,
        )
        # What came of a restricted lead's enquiry stays where that lead stays.
        .where(Enquiry.team_id.is_(None))
        .order_by(*order)
        .limit(occasion.limit)
    ).all()
    used = {name: args[name] for name in ("whose", "state", "channel", "outcome") if args.get(name)}
    first = "Answered at" if chosen.is_answered else "Answer due at"
    return Table("enquiries", COLUMNS, rows, filters=used, screen=(first, *SCREEN))


def _is_coded(row: Any) -> bool:
    return row.lead_id is not None and is_coded(row)


def _open(name: str) -> Any:
    return lambda row: "" if _is_coded(row) else getattr(row, name) or ""


def _lead(row: Any) -> Cell:
    if row.lead_id is None:
        return ""
    return code_name(row, row.lead_id) if is_coded(row) else row.lead_title


def _at(name: str) -> Any:
    return lambda row: local(getattr(row, name), row.time_zone)


COLUMNS = (
    Column(N_("Received at"), _at("received_at")),
    Column(N_("Answer due at"), _at("due_at")),
    Column(N_("Answered at"), _at("answered_at")),
    Column(N_("Time zone"), text("time_zone"), is_shown=False),
    Column(N_("How it came"), called("channel")),
    Column(N_("Who asks"), _open("asker")),
    Column(N_("Through"), text("through")),
    Column(N_("What was asked"), _open("asked_for")),
    Column(N_("What became of it"), called("outcome")),
    Column(N_("Note"), _open("outcome_note"), is_shown=False),
    Column(N_("Lead reference"), text("reference"), is_shown=False),
    Column(N_("Lead"), _lead),
    Column(N_("Who answers"), text("owner_name")),
)
SCREEN = (
    "What was asked",
    "Who asks",
    "Through",
    "Received at",
    "How it came",
    "What became of it",
    "Lead",
    "Who answers",
)
