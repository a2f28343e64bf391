"""New organizations as rows, for one from a form or thousands from a file."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from crm.identity.normalizing import normalize
from crm.identity.scripts import kind_of, language_of_script, script_of
from models.errors import DomainError, N_
from models.organization import NameKind, OrganizationRole


@dataclass(frozen=True, slots=True)
class NameDetails:
    """One name to keep. What is not said is told from its script."""

    text: str
    kind: NameKind | None = None
    language: str | None = None
    source: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class OrganizationDetails:
    """What is known of an organization that is not on file yet."""

    name: str | None = None
    native_name: str | None = None
    country: str | None = None
    city: str | None = None
    sector_id: int | None = None
    website: str | None = None
    description: str | None = None
    reference: str | None = None
    fiscal_year_end_month: int | None = None
    is_placeholder: bool = False
    roles: tuple[OrganizationRole, ...] = (OrganizationRole.PROSPECT,)
    other_names: tuple[NameDetails, ...] = ()
    document_id: int | None = None
    batch_id: int | None = None
    is_demo: bool = False
    team_id: int | None = None


@dataclass(frozen=True, slots=True)
class NewOrganization:
    """The rows of one new organization, without keys."""

    organization: dict[str, Any]
    names: list[dict[str, Any]]
    roles: tuple[OrganizationRole, ...]
    keys: frozenset[str] = field(default_factory=frozenset)


def plan_organization(details: OrganizationDetails, *, now: datetime) -> NewOrganization:
    """The rows for an organization.

    Raises:
        DomainError: it has no name at all.
    """
    name = (details.name or "").strip()
    native = (details.native_name or "").strip() or None
    if not name and native is None:
        raise DomainError(N_("An organization needs a name, in any script."), field="name")
    others = {one.text.strip(): one for one in details.other_names}
    main = [*([NameDetails(name)] if name else [])]
    main += [NameDetails(native, kind=NameKind.LEGAL)] if native else []
    names = plan_names(
        # Where a main name is told of again, what is said there holds: its kind and its source.
        [*(others.get(one.text, one) for one in main), *details.other_names],
        country=details.country,
        team_id=details.team_id,
    )
    native_script = script_of(native) if native else None
    return NewOrganization(
        organization={
            # A list needs something to show: the native name stands in until a Latin one is known.
            "name": name or native,
            "native_name": native,
            "native_language": language_of_script(native_script, details.country)
            if native_script
            else None,
            "country": details.country,
            "city": details.city,
            "sector_id": details.sector_id,
            "website": details.website,
            "description": details.description,
            "reference": details.reference,
            "fiscal_year_end_month": details.fiscal_year_end_month,
            "is_placeholder": details.is_placeholder,
            "document_id": details.document_id,
            "batch_id": details.batch_id,
            "is_demo": details.is_demo,
            "team_id": details.team_id,
            "created_at": now,
        },
        names=names,
        roles=details.roles,
        keys=frozenset(row["normalized"] for row in names),
    )


def plan_names(
    names: Sequence[NameDetails], *, country: str | None, team_id: int | None
) -> list[dict[str, Any]]:
    """Rows for names, each once."""
    rows: dict[str, dict[str, Any]] = {}
    for name in names:
        text = name.text.strip()
        if not text or text in rows:
            continue
        script = script_of(text)
        rows[text] = {
            "text": text,
            "normalized": normalize(text),
            "script": script,
            "language": name.language or language_of_script(script, country),
            "kind": name.kind or kind_of(text),
            "source": name.source,
            "valid_from": name.valid_from,
            "valid_to": name.valid_to,
            "team_id": team_id,
        }
    return list(rows.values())
