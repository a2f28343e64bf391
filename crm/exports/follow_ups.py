"""Promises and next steps of a list."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from crm.exports.columns import Cell, Column, Table
from crm.exports.rules import Maker, Occasion
from crm.exports.values import day, local, text
from crm.interactions.agenda_queries import WHOSE, follow_ups_of
from crm.leads.coding import code_name, is_coded
from models.errors import N_
from models.interaction import FollowUp
from models.lead import Lead


def follow_ups_table(args: Mapping[str, str]) -> Maker:
    """What reads the follow-ups of the list, by the day they are due or were done."""
    return partial(_table, args)


def _table(args: Mapping[str, str], session: Session, occasion: Occasion) -> Table:
    whose = args.get("whose", "mine")
    whose = whose if whose in WHOSE else "mine"
    is_done = args.get("done") == "yes"
    if is_done:
        order: list[Any] = [FollowUp.done_at.desc(), FollowUp.public_id.desc()]
    else:
        order = [FollowUp.due_on.is_(None), FollowUp.due_on, FollowUp.public_id]
    rows = session.execute(
        follow_ups_of(occasion.actor, whose=whose, is_done=is_done)
        .add_columns(
            FollowUp.team_id.label("follow_up_team"),
            FollowUp.created_at,
            Lead.reference,
            Lead.code_name,
            Lead.team_id,
            Lead.is_company_disclosed,
        )
        .order_by(*order)
        .limit(occasion.limit)
    ).all()
    used = {"whose": whose} | ({"done": "yes"} if is_done else {})
    first = ("Done on",) if is_done else ("Due", "Due at")
    return Table("follow-ups", COLUMNS, rows, filters=used, screen=(*first, *SCREEN))


def _is_coded(row: Any) -> bool:
    return row.follow_up_team is not None or (row.lead_id is not None and is_coded(row))


def _open(name: str) -> Any:
    return lambda row: "" if _is_coded(row) else getattr(row, name) or ""


def _lead(row: Any) -> Cell:
    if row.lead_id is None:
        return ""
    return code_name(row, row.lead_id) if is_coded(row) else row.lead_title


def _due_at(row: Any) -> Cell:
    return local(row.due_at, row.time_zone)


def _done_on(row: Any) -> Cell:
    return row.done_at.date() if row.done_at else None


COLUMNS = (
    Column(N_("Due"), day("due_on")),
    Column(N_("Due at"), _due_at),
    Column(N_("Time zone"), text("time_zone"), is_shown=False),
    Column(N_("What"), _open("text")),
    Column(N_("Next step"), lambda row: "yes" if row.is_next_step else ""),
    Column(N_("Promised to"), _open("promised_to")),
    Column(N_("Lead reference"), text("reference"), is_shown=False),
    Column(N_("Lead"), _lead),
    Column(N_("Organization"), _open("organization_name")),
    Column(N_("Organization (native name)"), _open("native_name"), is_shown=False),
    Column(N_("Who does it"), text("owner_name")),
    Column(N_("Done on"), _done_on),
)
SCREEN = ("Next step", "What", "Promised to", "Lead", "Organization", "Who does it")
