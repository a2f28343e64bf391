"""What a register's entry puts into the form of an organization, and what it could still add."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.identity.normalizing import normalize
from crm.organizations.plan import NameDetails
from crm.registers.entries import Entry, Register
from crm.registers.tables import industries
from models.organization import (
    IdentifierScheme,
    NameKind,
    Organization,
    OrganizationIdentifier,
    OrganizationRole,
    Sector,
)

_WORD = 3


def names_of(entry: Entry, source: str) -> tuple[NameDetails, ...]:
    """The names of an entry, each with what it is and where it is from."""
    found = [NameDetails(entry.native, NameKind.LEGAL, "ja", source)]
    if entry.kana:
        found.append(NameDetails(entry.kana, NameKind.KANA, "ja", source))
    if entry.english:
        found.append(NameDetails(entry.english, NameKind.OFFICIAL_ENGLISH, "en", source))
    return tuple(found)


def form_values(session: Session, entry: Entry, source: str) -> dict[str, Any]:
    """The values for the form of a new organization."""
    sector = propose_sector(session, entry)
    return {
        "name": entry.english or "",
        "native_name": entry.native,
        "roles": [OrganizationRole.PROSPECT.value],
        "country": entry.country,
        "city": entry.city or "",
        "sector": sector.code if sector is not None else "",
        "fiscal_year_end_month": str(entry.fiscal_year_end_month or ""),
        "names": [
            {"text": name.text, "kind": str(name.kind), "language": name.language, "source": source}
            for name in names_of(entry, source)
            if name.kind is NameKind.KANA
        ],
    }


def with_sources(
    names: Iterable[NameDetails], typed: Iterable[str | None], entry: Entry, source: str
) -> tuple[NameDetails, ...]:
    """The further names of a form, and the main ones that still are those of the register.

    Whoever typed another name in place of the register's is its source themselves.
    """
    kept = tuple(names)
    others = {name.text.strip() for name in kept}
    main = {text.strip() for text in typed if text}
    known = (one for one in names_of(entry, source) if one.text in main - others)
    return (*kept, *known)


def propose_sector(session: Session, entry: Entry) -> Sector | None:
    """The sector of the office's own that is likest to the entry's industry."""
    industry = industries().get(entry.industry or "")
    if industry is None:
        return None
    sectors = session.scalars(sa.select(Sector).order_by(Sector.name_en, Sector.id)).all()
    for hint in industry.hints:
        for sector in sectors:
            words = f"{sector.name_en} {sector.code}".casefold().replace("_", " ").split()
            # A short word has to be the whole one: "ict" is no part of "predictive".
            if any(word == hint if len(hint) <= _WORD else hint in word for word in words):
                return sector
    return None


def on_file(session: Session, entries: Sequence[Entry]) -> dict[str, Organization]:
    """The organizations that the reader can see and that carry a number of these entries."""
    numbers = {number: entry.code for entry in entries for number in entry.numbers}
    if not numbers:
        return {}
    rows = session.execute(
        sa.select(OrganizationIdentifier.scheme, OrganizationIdentifier.value, Organization)
        .join(Organization, Organization.id == OrganizationIdentifier.organization_id)
        .where(OrganizationIdentifier.value.in_({value for _scheme, value in numbers}))
        .order_by(Organization.name, Organization.id)
    )
    found: dict[str, Organization] = {}
    for scheme, value, organization in rows:
        code = numbers.get((scheme, value))
        if code is not None:
            found.setdefault(code, organization)
    return found


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a register says of an organization on file.

    `is_advised` when nothing on file speaks against it. `before` is what stands there instead.
    """

    code: str
    kind: NameKind | IdentifierScheme | str
    value: str
    language: str | None = None
    before: str | None = None
    is_advised: bool = True


def missing_facts(
    organization: Organization, entry: Entry, register: Register, *, sector: Sector | None
) -> list[Fact]:
    """What the register says and the file does not; the organization comes with what it bears."""
    texts = {name.text for name in organization.names}
    spellings = {normalize(name.text) for name in organization.names if name.kind != NameKind.KANA}
    found = []
    for name in names_of(entry, register.attribution):
        if name.text in texts:
            continue
        is_new = name.kind is NameKind.KANA or normalize(name.text) not in spellings
        found.append(
            Fact(f"name-{name.kind}", name.kind or "", name.text, name.language, is_advised=is_new)
        )
    held = {one.scheme: one.value for one in organization.identifiers}
    for scheme, value in entry.numbers:
        if held.get(scheme) != value:
            other = held.get(scheme)
            found.append(
                Fact(f"number-{scheme}", scheme, value, before=other, is_advised=other is None)
            )
    own: tuple[tuple[str, str | int | None, str | int | None], ...] = (
        ("country", entry.country, organization.country),
        ("city", entry.city, organization.city),
        ("fiscal_year_end_month", entry.fiscal_year_end_month, organization.fiscal_year_end_month),
        (
            "sector_id",
            sector.code if sector else None,
            organization.sector.code if organization.sector else None,
        ),
    )
    for column, said, before in own:
        # A sector is only proposed: where the office chose one, that holds.
        if said is None or said == before or (column == "sector_id" and before is not None):
            continue
        found.append(
            Fact(
                column,
                column,
                str(said),
                before=None if before is None else str(before),
                is_advised=before is None,
            )
        )
    return found


def columns_taken(entry: Entry, taken: Iterable[str], sector: Sector | None) -> Mapping[str, Any]:
    """The columns that somebody chose to take over from an entry."""
    values = {
        "country": entry.country,
        "city": entry.city,
        "fiscal_year_end_month": entry.fiscal_year_end_month,
        "sector_id": sector.id if sector is not None else None,
    }
    return {column: values[column] for column in taken if values.get(column) is not None}
