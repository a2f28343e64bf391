"""The organizations that a file's rows may mean, among those that the importer may see."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.duplicates.references import find_absorbed_references
from crm.identity.keys import NameKeys, keys_of
from crm.identity.matching import Candidate, Matcher, Party, Verdict
from crm.identity.normalizing import normalize
from crm.imports.chunks import in_chunks
from crm.imports.questions import Likely
from crm.imports.text import plain
from crm.imports.writing import column_names
from models.organization import (
    IdentifierScheme,
    NameKind,
    Organization,
    OrganizationIdentifier,
    OrganizationName,
)

Facts = Mapping[str, Any]
"""The columns of an organization by name."""

# An acronym or a reading is shared by many companies: it is no ground for taking two for one.
WEAK = (NameKind.ACRONYM, NameKind.SHORT, NameKind.KANA)
_COLUMNS = column_names(Organization)
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Sought:
    """What the rows of a file say of organizations: each may be the way to find one."""

    names: Collection[str] = ()
    numbers: Collection[str] = ()
    references: Collection[str] = ()
    public_ids: Collection[str] = ()


@dataclass(slots=True)
class OrganizationsOnFile:
    """Organizations by what a row can name them by. Names are in the form they are compared in."""

    by_id: dict[int, Facts] = field(default_factory=dict)
    by_name: dict[str, list[int]] = field(default_factory=dict)
    by_number: dict[str, list[int]] = field(default_factory=dict)
    by_reference: dict[str, list[int]] = field(default_factory=dict)
    by_public_id: dict[str, int] = field(default_factory=dict)
    numbers: dict[int, set[tuple[IdentifierScheme, str]]] = field(default_factory=dict)
    absorbed_references: set[tuple[int, str]] = field(default_factory=set)

    def is_absorbed(self, number: int, reference: str) -> bool:
        """Whether a reference was that of an organization that went into this one."""
        return (number, plain(reference)) in self.absorbed_references

    def of_country(self, numbers: Iterable[int], country: str | None) -> list[int]:
        """Those of a country: two companies of one name in two countries are two."""
        return [
            number
            for number in dict.fromkeys(numbers)
            if None in (country, self.by_id[number]["country"])
            or self.by_id[number]["country"] == country
        ]

    def likely(self, number: int, reason: str = "", **params: str) -> Likely:
        """An organization as one that a row may mean."""
        facts = self.by_id[number]
        return Likely(
            facts["public_id"],
            number,
            facts["name"],
            facts["native_name"],
            facts["native_language"],
            reason,
            params,
        )


def name_keys(names: Iterable[str | None]) -> tuple[str, ...]:
    """The forms of names for comparing, each once."""
    keys = (normalize(name) for name in names if name)
    return tuple(dict.fromkeys(key for key in keys if key))


def load_organizations(session: Session, sought: Sought) -> OrganizationsOnFile:
    """The visible organizations that the rows of a file name in one way or another."""
    found = OrganizationsOnFile()
    _load_by_names(session, sought.names, found)
    identifiers = OrganizationIdentifier
    for chunk in in_chunks(sought.numbers):
        statement = (
            sa.select(identifiers.value, identifiers.organization_id)
            .where(identifiers.value.in_(chunk))
            .order_by(identifiers.organization_id)
        )
        for value, number in session.execute(statement):
            found.by_number.setdefault(value, []).append(number)
    spelled = {
        variant
        for reference in sought.references
        for variant in (reference, plain(reference), plain(reference).upper())
    }
    numbers = {number for ids in found.by_name.values() for number in ids}
    numbers |= {number for ids in found.by_number.values() for number in ids}
    _load_facts(session, Organization.reference, spelled, found)
    _load_absorbed(session, spelled, found)
    _load_facts(session, Organization.public_id, sought.public_ids, found)
    _load_facts(session, Organization.id, numbers - found.by_id.keys(), found)
    _load_numbers(session, found)
    # A number or a name may stand on an organization that is not the importer's to see.
    for index in (found.by_name, found.by_number):
        for key, ids in index.items():
            index[key] = [number for number in dict.fromkeys(ids) if number in found.by_id]
    return found


def _load_by_names(session: Session, keys: Collection[str], found: OrganizationsOnFile) -> None:
    for chunk in in_chunks(keys):
        statement = (
            sa.select(OrganizationName.normalized, OrganizationName.organization_id)
            .join(Organization, Organization.id == OrganizationName.organization_id)
            .where(
                OrganizationName.normalized.in_(chunk),
                OrganizationName.kind.not_in(WEAK),
                Organization.is_placeholder.is_(False),
            )
            .order_by(OrganizationName.organization_id)
        )
        for key, number in session.execute(statement):
            found.by_name.setdefault(key, []).append(number)


def _load_facts(
    session: Session, column: Any, values: Collection[Any], found: OrganizationsOnFile
) -> None:
    columns = [getattr(Organization, name) for name in _COLUMNS]
    for chunk in in_chunks(values):
        statement = sa.select(*columns).where(column.in_(chunk)).order_by(Organization.id)
        for row in session.execute(statement):
            _learn(cast(Facts, row._mapping), found)


def _load_absorbed(session: Session, spelled: Collection[str], found: OrganizationsOnFile) -> None:
    """A reference of an organization that was merged away means the one that was left."""
    merged = find_absorbed_references(session, spelled)
    numbers = {number for _reference, number in merged} - found.by_id.keys()
    own = set(found.by_reference)
    _load_facts(session, Organization.id, numbers, found)
    for reference, number in merged:
        if number in found.by_id:
            found.absorbed_references.add((number, plain(reference)))
            if plain(reference) not in own:
                numbers_so_named = found.by_reference.setdefault(plain(reference), [])
                if number not in numbers_so_named:
                    numbers_so_named.append(number)


def _learn(facts: Facts, found: OrganizationsOnFile) -> None:
    number = facts["id"]
    if number in found.by_id:
        return
    found.by_id[number] = facts
    found.by_public_id[facts["public_id"]] = number
    if facts["reference"]:
        found.by_reference.setdefault(plain(facts["reference"]), []).append(number)


def _load_numbers(session: Session, found: OrganizationsOnFile) -> None:
    identifiers = OrganizationIdentifier
    for chunk in in_chunks(found.by_id):
        statement = sa.select(
            identifiers.organization_id, identifiers.scheme, identifiers.value
        ).where(identifiers.organization_id.in_(chunk))
        for number, scheme, value in session.execute(statement):
            found.numbers.setdefault(number, set()).add((scheme, value))


class Likeness:
    """Finds organizations whose names are like a row's. The index is made when first asked."""

    def __init__(self, session: Session, on_file: OrganizationsOnFile) -> None:
        self._session = session
        self._on_file = on_file
        self._matcher: Matcher | None = None
        self._facts: dict[int, Facts] = {}
        self._numbers: dict[int, set[tuple[IdentifierScheme, str]]] = {}

    def find(
        self,
        names: Sequence[tuple[str, NameKind | None]],
        *,
        country: str | None = None,
        numbers: Iterable[tuple[IdentifierScheme, str]] = (),
    ) -> list[Likely]:
        """The organizations to propose or review, best first, as rows that mean them may ask."""
        if self._matcher is None:
            self._matcher = self._load()
        party = Party(
            "row",
            tuple(keys_of(text, kind=kind) for text, kind in names),
            frozenset((scheme.value, value) for scheme, value in numbers),
            country,
        )
        found = [
            candidate
            for candidate in self._matcher.find(party, limit=_SHOWN)
            if candidate.verdict not in (Verdict.NONE, Verdict.SUBSIDIARY)
        ]
        for candidate in found:
            number = cast(int, candidate.key)
            _learn(self._facts[number], self._on_file)
            self._on_file.numbers.setdefault(number, self._numbers.get(number, set()))
        return [self._likely(candidate) for candidate in found]

    def _likely(self, candidate: Candidate) -> Likely:
        facts = self._on_file.by_id[cast(int, candidate.key)]
        return Likely(
            facts["public_id"],
            facts["id"],
            facts["name"],
            facts["native_name"],
            facts["native_language"],
            candidate.reason.code,
            candidate.reason.params,
            candidate.score,
        )

    def _load(self) -> Matcher:
        names: dict[int, list[NameKeys]] = {}
        statement = (
            sa.select(
                OrganizationName.organization_id,
                OrganizationName.text,
                OrganizationName.kind,
                OrganizationName.language,
            )
            .join(Organization, Organization.id == OrganizationName.organization_id)
            .where(Organization.is_placeholder.is_(False))
            .order_by(OrganizationName.organization_id)
        )
        for number, text, kind, language in self._session.execute(statement):
            names.setdefault(number, []).append(keys_of(text, kind=kind, language=language))
        identifiers = OrganizationIdentifier
        for number, scheme, value in self._session.execute(
            sa.select(identifiers.organization_id, identifiers.scheme, identifiers.value)
        ):
            self._numbers.setdefault(number, set()).add((scheme, value))
        columns = [getattr(Organization, name) for name in _COLUMNS]
        everything = sa.select(*columns).where(Organization.is_placeholder.is_(False))
        for row in self._session.execute(everything):
            self._facts[row.id] = cast(Facts, row._mapping)
        return Matcher(
            Party(
                number,
                tuple(known),
                frozenset((scheme.value, value) for scheme, value in self._numbers.get(number, ())),
                self._facts[number]["country"],
            )
            for number, known in names.items()
            if number in self._facts
        )
