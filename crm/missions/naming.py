"""Leads and people named in a form: by a choice, or by what they are called."""

import re
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from crm.interactions.choice_queries import OPEN, search_subjects
from models.contact import Contact
from models.errors import DomainError, N_
from models.lead import Lead

_PUBLIC_ID = re.compile(r"[a-z2-7]{16}")
_MOST = 10


class SeveralError(DomainError):
    """Several records are called so: `choices` are their public ids with words that tell them."""

    def __init__(self, message: str, choices: Sequence[tuple[str, str]], field: str) -> None:
        self.choices = list(choices)
        super().__init__(message, field=field)


def resolve_lead(session: Session, text: str, *, field: str = "lead") -> Lead:
    """The lead that was chosen or named by its title or its reference.

    Raises:
        SeveralError: several are called so.
        DomainError: none is, as far as the actor can see.
    """
    text = text.strip()
    named = [Lead.title == text, Lead.reference == text, Lead.code_name == text]
    if _PUBLIC_ID.fullmatch(text):
        named.append(Lead.public_id == text)
    found = session.scalars(
        sa.select(Lead)
        .where(sa.or_(*named))
        .options(joinedload(Lead.organization))
        # One that is still open is meant before one that is over.
        .order_by(Lead.status.not_in(OPEN), Lead.changed_at.desc(), Lead.id)
        .limit(_MOST)
    ).all()
    if not found:
        raise DomainError(N_("No lead of this title is on file. Check the spelling."), field=field)
    if len(found) > 1:
        choices = [
            (lead.public_id, " · ".join(filter(None, (lead.title, lead.reference))))
            for lead in found
        ]
        raise SeveralError(N_("Several leads are called so. Choose one of them."), choices, field)
    return found[0]


def suggest_leads(session: Session, text: str) -> Sequence[str]:
    """Titles of open leads that hold what was typed, or whose company's name does."""
    leads, _organizations = search_subjects(session, text, limit=_MOST)
    return list(dict.fromkeys(lead.name for lead in leads))


def resolve_contact(session: Session, text: str, *, field: str = "contact") -> Contact:
    """The person that was chosen, or named as printed or in their own script.

    Raises:
        SeveralError: several are called so.
        DomainError: nobody is, as far as the actor can see.
    """
    text = text.strip()
    named = [Contact.printed_name == text, Contact.native_name == text]
    if _PUBLIC_ID.fullmatch(text):
        named.append(Contact.public_id == text)
    found = session.scalars(
        sa.select(Contact)
        .where(sa.or_(*named))
        .options(joinedload(Contact.organization))
        .order_by(Contact.printed_name, Contact.id)
        .limit(_MOST)
    ).all()
    if not found:
        raise DomainError(
            N_("No contact of this name is on file. Check the spelling, or give the name alone."),
            field=field,
        )
    if len(found) > 1:
        choices = [
            (
                one.public_id,
                " · ".join(
                    filter(
                        None,
                        (one.printed_name, one.organization.name if one.organization else None),
                    )
                ),
            )
            for one in found
        ]
        raise SeveralError(N_("Several people are called so. Choose one of them."), choices, field)
    return found[0]


def suggest_contacts(session: Session, text: str) -> Sequence[str]:
    """Names of people that hold what was typed, in either script."""
    words = text.strip()
    if len(words) < 2 and words.isascii():
        return []
    rows = session.scalars(
        sa.select(Contact.printed_name)
        .where(
            sa.or_(
                Contact.printed_name.icontains(words, autoescape=True),
                Contact.native_name.contains(words, autoescape=True),
                Contact.romanized_name.icontains(words, autoescape=True),
            )
        )
        .order_by(Contact.printed_name)
        .limit(_MOST)
    )
    return list(dict.fromkeys(rows))
