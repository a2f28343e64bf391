"""Loading the demo: public facts, an invented office, its leads, and the day it is loaded on."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import Config
from crm import audit
from crm.auth.passwords import Passwords
from crm.database import Database
from crm.demo.accounts import (
    Account,
    demo_accounts,
    has_demo_accounts,
    keep_accounts,
    passphrase,
)
from crm.demo.agenda import fill_agenda
from crm.demo.exchange import state_rates
from crm.demo.facts.service import keep_facts
from crm.demo.field.service import work_in_the_field
from crm.demo.generator import Frame, Truth
from crm.demo.loading import load_leads
from crm.demo.office import COLLEAGUES, HOME_ZONE, SEATS, Staff, open_office
from crm.demo.recent import live_days, restrict_some
from crm.demo.surroundings import lay_out
from crm.timezones import today
from models.errors import ConflictError, ForbiddenError, N_
from models.lead import Lead
from models.user import LOCAL_ADMINISTRATOR, Actor, Office

__all__ = [
    "DEFAULT_LEADS",
    "DEFAULT_SEED",
    "Account",
    "DemoResult",
    "Truth",
    "demo_accounts",
    "has_demo_accounts",
    "load_demo",
    "truth_rows",
]

DEFAULT_LEADS = 300
DEFAULT_SEED = 1
_COUNTED = (
    "leads",
    "open",
    "closed",
    "announced",
    "organizations",
    "contacts",
    "interactions",
    "follow_ups",
    "enquiries",
)


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What was loaded: rows by kind, the accounts, and the truth that no database holds."""

    leads: int
    seed: int
    counts: dict[str, int]
    seconds: float
    accounts: tuple[Account, ...]
    truth: tuple[Truth, ...]


def load_demo(
    database: Database,
    config: Config,
    *,
    leads: int = DEFAULT_LEADS,
    seed: int = DEFAULT_SEED,
    now: datetime,
    progress: Callable[[str], None] = lambda _text: None,
    actor: Actor = LOCAL_ADMINISTRATOR,
) -> DemoResult:
    """Fill an empty office with the demo, all of it or nothing.

    The same seed on the same day gives the same records, public ids and passphrase apart.

    Raises:
        ConflictError: there are leads already, of an office or of another demo.
        ForbiddenError: the actor neither manages nor administers.
    """
    if not actor.may_direct:
        raise ForbiddenError
    began = time.monotonic()
    phrase = passphrase(config)
    # One passphrase, so one hash for all: hashing is slow on purpose.
    password_hash = Passwords(config).hash(phrase)
    with database.unscoped(actor, purpose="loading the demo") as session:
        _must_be_empty(session)
        progress("Public facts from five texts ...")
        staff = open_office(session, password_hash=password_hash, now=now)
        facts = keep_facts(session, sectors=staff.sectors, now=now)
        progress("An invented office and its leads ...")
        day = today(now, HOME_ZONE)
        frame = Frame(
            seed=seed,
            count=leads,
            staff=staff,
            surroundings=lay_out(session, staff, today=day, now=now),
            zone=HOME_ZONE,
            today=day,
            now=now,
        )
        loaded = load_leads(session, frame, actor=actor, progress=progress)
        at_hand = restrict_some(session, frame, loaded)
        fill_agenda(session, frame, at_hand)
        closed = live_days(session, frame, at_hand)
        work_in_the_field(session, frame, at_hand, config=config)
        state_rates(session, today=day, actor=actor, now=now)
        audit.set_actor(session, actor)
        audit.record(session, "demo_loaded", "leads", now=now, changes={"seed": seed})
        accounts = _accounts(session, staff, phrase)
        # Before the commit: accounts without their passphrase would be of no use to anybody.
        keep_accounts(config, accounts)
    database.analyze()
    loaded.counts["open"] -= len(closed)
    loaded.counts["closed"] += len(closed)
    return DemoResult(
        leads=leads,
        seed=seed,
        counts={kind: loaded.counts[kind] for kind in _COUNTED} | facts,
        seconds=round(time.monotonic() - began, 1),
        accounts=tuple(accounts),
        truth=tuple(
            replace(one, is_closed=True) if one.reference in closed else one for one in loaded.truth
        ),
    )


def truth_rows(truth: Iterable[Truth]) -> list[tuple[str, str, int, str, int]]:
    """The truth as rows of a CSV file: ref, p, win, first_contact, closed."""
    return [
        (
            one.reference,
            f"{one.chance:.5f}",
            int(one.wins),
            one.first_contact_on.isoformat(),
            int(one.is_closed),
        )
        for one in truth
    ]


def _must_be_empty(session: Session) -> None:
    has_leads = sa.select(Lead.id).limit(1)
    if session.scalar(has_leads.where(Lead.is_demo.is_(False))) is not None:
        raise ConflictError(
            N_(
                "This office has leads of its own; the demo goes only into an empty one."
                " Choose a new folder with --data DIR."
            )
        )
    has_office = sa.select(Office.id).where(Office.is_demo).limit(1)
    if session.scalar(has_leads) is not None or session.scalar(has_office) is not None:
        raise ConflictError(
            N_(
                "The demo is loaded already. To begin anew, with another seed or another number"
                " of leads, choose a new folder with --data DIR."
            )
        )


def _accounts(session: Session, staff: Staff, phrase: str) -> list[Account]:
    names = {office.id: office.name for office in session.scalars(sa.select(Office))}
    offices = {seat.key: names[staff.offices[seat.key]] for seat in SEATS}
    return [
        Account(
            username=staff.usernames[colleague.username],
            name=colleague.name,
            role=colleague.role.value,
            office=offices[colleague.seat],
            password=phrase,
        )
        for colleague in COLLEAGUES
        if not colleague.has_left
    ]
