"""The conversations of a file on their way into the plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from crm.imports.file_companies import NewCompany
from crm.imports.interaction_rows import InteractionRow
from crm.imports.leads_on_file import LeadFacts
from crm.imports.look_ups import Known
from crm.imports.text import key
from crm.interactions.languages import language_of_text
from models.interaction import ContactDirection

Facts = Mapping[str, Any]
Place = tuple[str, object]
"""Where a conversation belongs: a lead's key, an organization's, or a new organization."""


@dataclass(slots=True)
class InteractionDraft:
    """A conversation of the file on the way into the plan."""

    row: InteractionRow
    lead: LeadFacts | None
    company: int | NewCompany | None
    author: Known | None
    contact_ids: list[int] = field(default_factory=list)
    user_ids: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    next_step: tuple[str, date | None] | None = None


def place_of(draft: InteractionDraft) -> Place:
    """Where a draft belongs."""
    if draft.lead is not None:
        return "lead", draft.lead["id"]
    if isinstance(draft.company, NewCompany):
        return "new", id(draft.company)
    return "organization", draft.company


def said_of(summary: str | None, text: str | None) -> str:
    """What was said, in the form in which two spellings of it are equal."""
    return key(summary or text or "")


def organization_of(draft: InteractionDraft) -> int | None:
    """The organization on file whose people a draft may name."""
    if draft.lead is not None:
        return cast("int | None", draft.lead["organization_id"])
    return draft.company if isinstance(draft.company, int) else None


def details_of(draft: InteractionDraft) -> dict[str, Any]:
    """The columns of a new conversation that its row tells."""
    row = draft.row
    direction: ContactDirection | None = row.direction
    return {
        "kind": row.kind,
        "direction": direction,
        "happened_on": row.date.on,
        "happened_precision": row.date.precision,
        "place": row.place,
        "language": row.language or language_of_text(row.notes or row.summary),
        "summary": row.summary,
        "text": row.notes,
    }
