"""Rows that were read, kept until they are applied: as plain JSON and back."""

import enum
from dataclasses import fields, is_dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from crm.imports.contact_rows import ContactRow
from crm.imports.interaction_rows import InteractionRow
from crm.imports.lead_rows import LeadRow
from crm.imports.organization_rows import OrganizationRow, OtherName
from crm.imports.stage_rows import StageRow
from crm.imports.vocabulary import Likelihood
from models.contact import Seniority
from models.interaction import ContactDirection, InteractionKind
from models.lead import LossReason
from models.measure import Measure, Precision, Qualifier, StatedDate
from models.organization import IdentifierScheme, NameKind, OrganizationRole
from models.stage import LeadType, StageCode, Status

_RECORDS: dict[str, type[Any]] = {
    cls.__name__: cls
    for cls in (
        *(LeadRow, StageRow, OrganizationRow, ContactRow, InteractionRow),
        *(OtherName, Likelihood, Measure, StatedDate),
    )
}
_CODES: dict[str, type[enum.StrEnum]] = {
    cls.__name__: cls
    for cls in (
        *(Seniority, ContactDirection, InteractionKind, LossReason, Precision, Qualifier),
        *(IdentifierScheme, NameKind, OrganizationRole, LeadType, StageCode, Status),
    )
}


def as_json(value: Any) -> Any:
    """A row, or a value in it, for a JSON column; what equals its default is left out."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, enum.StrEnum):
        return {"code": [type(value).__name__, value.value]}
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, tuple):
        return {"list": [as_json(one) for one in value]}
    if isinstance(value, frozenset):
        return {"set": sorted(value)}
    if is_dataclass(value):
        told = {
            name: as_json(one)
            for name, default in _defaults(value.__class__)
            if (one := getattr(value, name)) != default
        }
        return {"is": type(value).__name__, "of": told}
    raise TypeError(f"{type(value).__name__} cannot be kept")


def from_json(kept: Any) -> Any:
    """What `as_json` was given."""
    if not isinstance(kept, dict):
        return kept
    if "is" in kept:
        values = {name: from_json(one) for name, one in kept["of"].items()}
        return _RECORDS[kept["is"]](**values)
    if "code" in kept:
        name, code = kept["code"]
        return _CODES[name](code)
    if "day" in kept:
        return date.fromisoformat(kept["day"])
    if "list" in kept:
        return tuple(from_json(one) for one in kept["list"])
    return frozenset(kept["set"])


@lru_cache(maxsize=16)
def _defaults(cls: type[Any]) -> tuple[tuple[str, Any], ...]:
    # A field without a default has the mark MISSING, which equals nothing and is always kept.
    return tuple((field.name, field.default) for field in fields(cls))
