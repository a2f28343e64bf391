"""Commands that put on file what a public register says."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from crm.organizations.parts import add_identifier
from crm.organizations.service import add_name, fill_in, list_names
from crm.registers.entries import Entry, Register
from crm.registers.filling import columns_taken, names_of, propose_sector
from models.organization import Organization
from models.user import Actor


def add_numbers(
    session: Session, organization: Organization, entry: Entry, register: Register, *, actor: Actor
) -> None:
    """Give a new organization the numbers that the register has for it."""
    for scheme, value in entry.numbers:
        add_identifier(
            session, organization, scheme, value, source=register.attribution, actor=actor
        )


def complete_organization(
    session: Session,
    organization: Organization,
    entry: Entry,
    register: Register,
    taken: Collection[str],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Take over the facts that somebody chose, by the codes of `crm.registers.filling.Fact`.

    Raises:
        DomainError: as for the commands that keep names and numbers.
    """
    sector = propose_sector(session, entry)
    fill_in(session, organization, columns_taken(entry, taken, sector), actor=actor)
    kept = {name.text for name in list_names(session, organization)}
    for name in names_of(entry, register.attribution):
        if f"name-{name.kind}" in taken and name.text not in kept:
            add_name(session, organization, name, actor=actor, now=now)
    for scheme, value in entry.numbers:
        if f"number-{scheme}" in taken:
            add_identifier(
                session, organization, scheme, value, source=register.attribution, actor=actor
            )
