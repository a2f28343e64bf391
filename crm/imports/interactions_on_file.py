"""The leads and the conversations on file that rows of a file of interactions may mean."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.chunks import in_chunks
from crm.imports.interaction_drafts import Facts, InteractionDraft, Place, place_of, said_of
from crm.imports.leads_on_file import LeadFacts
from crm.imports.text import key, plain
from crm.imports.writing import column_names
from models.contact import Contact
from models.interaction import Interaction, InteractionParticipant
from models.lead import Lead
from models.user import User

_COLUMNS = column_names(Interaction)
_LEAD_COLUMNS = (
    *("id", "public_id", "reference", "title", "code_name", "organization_id", "team_id"),
    *("status", "last_contact_on", "next_action", "next_action_on", "owner_id", "office_id"),
    *("changed_at",),
)


class NamedLeads:
    """The leads that rows name: by reference, by public id, or by what lists call them."""

    def __init__(self, session: Session, wanted: Collection[str]) -> None:
        self._by_word: list[dict[str, list[LeadFacts]]] = [{}, {}, {}]
        spelled = {
            variant for word in wanted for variant in (word, plain(word), plain(word).upper())
        }
        columns = [getattr(Lead, name) for name in _LEAD_COLUMNS]
        seen: set[int] = set()
        for column in (Lead.reference, Lead.public_id, Lead.title, Lead.code_name):
            for chunk in in_chunks(spelled):
                statement = sa.select(*columns).where(column.in_(chunk)).order_by(Lead.id)
                for row in session.execute(statement):
                    if row.id not in seen:
                        seen.add(row.id)
                        self._learn(cast(LeadFacts, row._mapping))

    def _learn(self, lead: LeadFacts) -> None:
        references, public_ids, titles = self._by_word
        if lead["reference"]:
            references.setdefault(plain(lead["reference"]), []).append(lead)
        public_ids.setdefault(lead["public_id"], []).append(lead)
        for word in {plain(word) for word in (lead["title"], lead["code_name"]) if word}:
            titles.setdefault(word, []).append(lead)

    def find(self, word: str) -> list[LeadFacts]:
        """The leads of a word; a reference comes before a title."""
        for found in self._by_word:
            if plain(word) in found:
                return found[plain(word)]
        return []


def find_by_public_id(
    session: Session, public_ids: Collection[str]
) -> dict[str, Mapping[str, Any]]:
    """The conversations on file that rows of our own export name."""
    found: dict[str, Mapping[str, Any]] = {}
    columns = [getattr(Interaction, name) for name in _COLUMNS]
    for chunk in in_chunks(public_ids):
        statement = sa.select(*columns).where(Interaction.public_id.in_(chunk))
        found.update(
            (row.public_id, cast(Facts, row._mapping)) for row in session.execute(statement)
        )
    return found


class InteractionsOnFile:
    """The conversations on file of the places and days that rows name."""

    def __init__(
        self,
        session: Session,
        drafts: Sequence[InteractionDraft],
        options: Mapping[int, list[LeadFacts]],
    ) -> None:
        self._found: dict[tuple[object, ...], Mapping[str, Any]] = {}
        leads = {lead["id"] for found in options.values() for lead in found}
        places = {draft.company for draft in drafts if isinstance(draft.company, int)}
        for column, values in ((Interaction.lead_id, leads), (Interaction.organization_id, places)):
            columns = [getattr(Interaction, name) for name in _COLUMNS]
            for chunk in in_chunks(values):
                statement = sa.select(*columns).where(column.in_(chunk)).order_by(Interaction.id)
                for row in session.execute(statement):
                    self._learn(cast(Facts, row._mapping))

    def _learn(self, facts: Mapping[str, Any]) -> None:
        said = said_of(facts["summary"], facts["text"])
        rest = (facts["happened_on"], facts["kind"], said)
        if facts["lead_id"] is not None:
            self._found.setdefault(("lead", facts["lead_id"], *rest), facts)
        if facts["organization_id"] is not None:
            self._found.setdefault(("organization", facts["organization_id"], *rest), facts)

    def find(self, draft: InteractionDraft, leads: Sequence[LeadFacts]) -> Mapping[str, Any] | None:
        """The conversation on file that a row tells again."""
        row = draft.row
        rest = (row.date.on, row.kind, said_of(row.summary, row.notes))
        places: list[Place] = [("lead", lead["id"]) for lead in leads]
        for place in places or [place_of(draft)]:
            facts = self._found.get((*place, *rest))
            if facts is not None:
                return facts
        return None

    def participants(self, session: Session, numbers: Collection[int]) -> dict[int, set[str]]:
        """The names of those who took part, in the form in which they are compared."""
        found: dict[int, set[str]] = {}
        part = InteractionParticipant
        for chunk in in_chunks(numbers):
            statement = (
                sa.select(
                    part.interaction_id,
                    part.name,
                    User.name,
                    Contact.printed_name,
                    Contact.native_name,
                    Contact.romanized_name,
                )
                .outerjoin(User, User.id == part.user_id)
                .outerjoin(Contact, Contact.id == part.contact_id)
                .where(part.interaction_id.in_(chunk))
            )
            for number, *names in session.execute(statement):
                found.setdefault(number, set()).update(key(name) for name in names if name)
        return found
