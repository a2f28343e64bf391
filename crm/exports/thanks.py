"""A mission's letters of thanks for a mail merge, and the register of gifts."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.exports.columns import Cell, Column, Table
from crm.exports.rules import Maker, Occasion
from crm.exports.values import called, day, text
from crm.thanks.gift_queries import read_gift_filter, select_gifts
from crm.thanks.queries import letter_options, load_mission, select_letters
from models.card import Gift, ThankYou
from models.errors import N_


def letters_table(args: Mapping[str, str]) -> Maker:
    """What reads the letters of a mission, those due first."""
    return partial(_letters, args.get("mission_id", ""))


def _letters(mission_id: str, session: Session, occasion: Occasion) -> Table:
    mission = load_mission(session, mission_id)
    rows = session.scalars(
        select_letters(mission)
        .where(occasion.may_leave(ThankYou.team_id))
        .options(*letter_options())
        .order_by(ThankYou.sent_at.is_not(None), ThankYou.due_on, ThankYou.id)
        .limit(occasion.limit)
    ).all()
    restricted = sum(1 for row in rows if row.team_id is not None)
    return Table(
        "thank-yous",
        LETTERS,
        rows,
        filters={"mission_id": mission.public_id},
        restricted_count=restricted,
    )


def _firm(name: str) -> Any:
    def read(row: Any) -> Cell:
        firm = row.contact.organization if row.contact is not None else None
        return getattr(firm, name) or "" if firm is not None else ""

    return read


def _of_contact(name: str) -> Any:
    return lambda row: (getattr(row.contact, name) or "") if row.contact is not None else ""


def _sender(row: Any) -> Cell:
    return row.sender_name or (row.sender.name if row.sender is not None else "")


def _office(row: Any) -> Cell:
    office = row.sender.office if row.sender is not None else None
    return office.name if office is not None else ""


def _sent(row: Any) -> Cell:
    return row.sent_at.date() if row.sent_at is not None else None


LETTERS = (
    Column(N_("Person"), text("person_name")),
    Column(N_("Form of address"), text("honorific")),
    Column(N_("Title"), _of_contact("title"), is_shown=False),
    Column(N_("Title in its own script"), _of_contact("native_title"), is_shown=False),
    Column(N_("Department"), _of_contact("department"), is_shown=False),
    Column(N_("Company"), _firm("name")),
    Column(N_("Company in its own script"), _firm("native_name")),
    Column(N_("E-mail"), _of_contact("email")),
    Column(N_("Language"), text("language")),
    Column(N_("Signed by"), _sender),
    Column(N_("Office"), _office, is_shown=False),
    Column(N_("Due"), day("due_on")),
    Column(N_("Letter"), text("text")),
    Column(N_("Sent on"), _sent),
)


def gifts_table(args: Mapping[str, str]) -> Maker:
    """What reads the gifts that fit the filters of an address, the latest first."""
    return partial(_gifts, args)


def _gifts(args: Mapping[str, str], session: Session, occasion: Occasion) -> Table:
    rows = session.execute(
        select_gifts(read_gift_filter(args))
        .where(occasion.may_leave(Gift.team_id))
        .order_by(Gift.given_on.is_(None), Gift.given_on.desc(), sa.desc(Gift.public_id))
        .limit(occasion.limit)
    ).all()
    restricted = sum(1 for row in rows if row.team_id is not None)
    used = {name: args[name] for name in ("direction", "year", "mission") if args.get(name)}
    return Table("gifts", GIFTS, rows, filters=used, restricted_count=restricted, screen=SCREEN)


SCREEN = (
    "On",
    "What it is",
    "Given or received",
    "Agenda item",
    "Mission",
    "Their representative",
    "Their organization",
    "Company in its own script",
    "Our representative",
    "Value, in whole units",
    "Currency",
    "Where it is now",
)
GIFTS = (
    Column(N_("On"), day("given_on")),
    Column(N_("Given or received"), called("direction")),
    Column(N_("What it is"), text("description")),
    Column(N_("Their representative"), text("person_name")),
    Column(N_("Their organization"), text("organization_name")),
    Column(N_("Company in its own script"), text("organization_native")),
    Column(N_("Our representative"), text("our_person")),
    # An empty cell is a value that nobody knows, not nothing.
    Column(N_("Value, in whole units"), lambda row: row.value_amount),
    Column(N_("Currency"), text("currency")),
    Column(N_("Mission"), text("mission_name")),
    Column(N_("Agenda item"), text("item_title"), is_shown=False),
    Column(N_("Where it is now"), text("disposition")),
)
