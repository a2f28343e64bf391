"""Who a card may be of already: companies and people on file with what was typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from crm.cards.queries import find_persons
from crm.duplicates.similar import find_similar, typed
from crm.organizations.matching import find_same_named
from models.contact import Contact


@dataclass(frozen=True, slots=True)
class Company:
    """A company on file that may be the one on the card."""

    public_id: str
    name: str
    native_name: str | None
    native_language: str | None
    country: str | None
    city: str | None


@dataclass(frozen=True, slots=True)
class Proposals:
    """What to ask about: companies and people; `exact` is the only company of that very name."""

    companies: Sequence[Company]
    people: Sequence[Contact]
    exact: str | None


def propose(
    session: Session,
    *,
    companies: Sequence[str | None],
    names: Sequence[str | None],
    email: str | None,
    country: str | None,
    now: datetime,
) -> Proposals:
    """What is on file that a card may be of. One company of that very name needs no question."""
    people = find_persons(session, names, email)
    same = find_same_named(session, [name for name in companies if name])
    if len(same) == 1:
        return Proposals((), people, same[0].public_id)
    what = typed(*companies, country=country)
    found = same or (find_similar(session, what, now=now) if what.names else [])
    return Proposals(
        [
            Company(
                one.public_id,
                one.name,
                one.native_name,
                one.native_language,
                one.country,
                one.city,
            )
            for one in found
        ],
        people,
        None,
    )
