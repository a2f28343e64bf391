"""What is on file already that may be what is being entered: the warning beside a name."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.duplicates.parties import load_parties
from crm.identity.keys import keys_of
from crm.identity.matching import Candidate, Matcher, Party, Reason, Verdict
from crm.search.candidates import find_organizations
from models.errors import DomainError
from models.organization import (
    IdentifierScheme,
    Organization,
    OrganizationIdentifier,
    OrganizationName,
)

MOST = 3
_LOOKED_AT = 50
_SHORTEST = 2
_TYPED = "typed"


@dataclass(frozen=True, slots=True)
class Typed:
    """What was said so far of an organization that is being entered."""

    names: tuple[str, ...] = ()
    number: str | None = None
    country: str | None = None

    def party(self) -> Party:
        """To be compared with those on file."""
        return Party(
            key=_TYPED,
            names=tuple(keys_of(name) for name in self.names),
            numbers=frozenset(
                (scheme.value, self.number) for scheme in IdentifierScheme if self.number
            ),
            country=self.country,
        )


@dataclass(frozen=True, slots=True)
class Similar:
    """One on file that may be meant, and why."""

    public_id: str
    name: str
    native_name: str | None
    native_language: str | None
    country: str | None
    city: str | None
    verdict: Verdict
    score: float
    reason: Reason


def typed(*names: str | None, number: str | None = None, country: str | None = None) -> Typed:
    """What was typed, without what is empty or too short to tell anything."""
    cleaned = (" ".join((name or "").split())[:300] for name in names)
    return Typed(
        names=tuple(dict.fromkeys(name for name in cleaned if len(name) >= _SHORTEST)),
        number="".join(letter for letter in number or "" if letter.isalnum()).upper() or None,
        country=country or None,
    )


def find_similar(
    session: Session,
    what: Typed,
    *,
    now: datetime,
    but: Collection[str] = (),
    limit: int = MOST,
) -> list[Similar]:
    """At most some organizations in the viewer's sight that may be the one typed, likest first.

    `but` are public ids that were said to be others.
    """
    if not what.names and not what.number:
        return []
    keys = candidate_keys(session, what, now=now)
    candidates = best_candidates(session, what.party(), keys)
    shown = _load(session, [int(str(candidate.key)) for candidate in candidates])
    found = []
    for candidate in candidates:
        row = shown.get(int(str(candidate.key)))
        if row is not None and row.public_id not in but:
            found.append(
                Similar(
                    **{name: value for name, value in row._mapping.items() if name != "id"},
                    verdict=candidate.verdict,
                    score=candidate.score,
                    reason=candidate.reason,
                )
            )
    return found[:limit]


def candidate_keys(session: Session, what: Typed, *, now: datetime) -> list[int]:
    """Organizations worth comparing: by the index of names, by an equal name, by a number."""
    found: dict[int, None] = {}
    normalized = {keys_of(name).normalized for name in what.names} - {""}
    if normalized:
        equal = (
            sa.select(OrganizationName.organization_id)
            .where(OrganizationName.normalized.in_(normalized))
            .limit(_LOOKED_AT)
        )
        found.update(dict.fromkeys(session.scalars(equal)))
    if what.number:
        numbered = (
            sa.select(OrganizationIdentifier.organization_id)
            .where(OrganizationIdentifier.value == what.number)
            .limit(_LOOKED_AT)
        )
        found.update(dict.fromkeys(session.scalars(numbered)))
    for name in what.names:
        near = find_organizations(session, name, limit=_LOOKED_AT)
        found.update(dict.fromkeys(near))
    return list(found)


def best_candidates(
    session: Session, party: Party, keys: Sequence[int], *, limit: int = 12
) -> list[Candidate]:
    """Those of the organizations that may be the party, best first."""
    return [
        candidate
        for candidate in Matcher(load_parties(session, keys)).find(party, limit=limit)
        if candidate.verdict is not Verdict.NONE
    ]


class SimilarError(DomainError):
    """What is being entered may be on file: `similar` says as what."""

    def __init__(self, message: str, similar: Sequence[Similar], field: str) -> None:
        self.similar = list(similar)
        super().__init__(message, field=field)


def _load(session: Session, keys: Sequence[int]) -> dict[int, Any]:
    rows = session.execute(
        sa.select(
            Organization.id,
            Organization.public_id,
            Organization.name,
            Organization.native_name,
            Organization.native_language,
            Organization.country,
            Organization.city,
        ).where(Organization.id.in_(keys))
    ).all()
    return {row.id: row for row in rows}
