"""Every column that names an organization, and what a merge does with it.

The list is written by hand on purpose: a table that comes later is not moved by guessing. Until
somebody says here what becomes of its rows, no merge is made.
"""

import enum
from dataclasses import dataclass

from models.errors import DomainError, N_
from models.tables import METADATA


class How(enum.Enum):
    """What becomes of the rows that name the absorbed organization."""

    MOVE = "they name the survivor"
    UNITE = "they name the survivor, unless it has the like: then they are dropped"
    PAIR = "as UNITE; and what would tie the survivor to itself is dropped"
    DETACH = "they name none: what they say is of the absorbed one alone"
    DERIVED = "they are made anew from the records"


@dataclass(frozen=True, slots=True)
class Relation:
    """One column. `same` are the columns in which two rows say the like of one organization.

    `is_judged` says that who merges must be able to see the rows; the others are not of the
    office's work, and some of them nobody but a steward may know of. `children` are the columns
    that name rows of this table: what hangs on a row that is dropped hangs on the like afterwards.

    Rows of a `has_own_team` table belong to a team of their own, whoever may see the organization:
    they move unseen, and no refusal tells that there are any.
    """

    table: str
    column: str
    how: How
    same: tuple[str, ...] = ()
    is_judged: bool = True
    children: tuple[tuple[str, str], ...] = ()
    has_own_team: bool = False


RELATIONS = (
    Relation("organization_names", "organization_id", How.UNITE, ("text",)),
    Relation("organization_identifiers", "organization_id", How.UNITE, ("scheme", "value")),
    Relation("organization_roles", "organization_id", How.UNITE, ("role",)),
    Relation("sites", "organization_id", How.MOVE),
    Relation("contacts", "organization_id", How.MOVE),
    Relation("leads", "organization_id", How.MOVE),
    Relation("lead_parties", "organization_id", How.UNITE, ("lead_id", "role")),
    Relation("interactions", "organization_id", How.MOVE),
    Relation("follow_ups", "organization_id", How.MOVE),
    Relation("enquiries", "organization_id", How.MOVE),
    Relation("stored_files", "organization_id", How.MOVE),
    Relation("announcement_parties", "organization_id", How.UNITE, ("announcement_id", "side")),
    Relation("mission_organizations", "organization_id", How.UNITE, ("mission_id", "part")),
    Relation("claims", "organization_id", How.MOVE),
    Relation("attributions", "organization_id", How.MOVE),
    Relation("agenda_items", "organization_id", How.MOVE),
    Relation("agenda_attendees", "organization_id", How.MOVE),
    Relation("delegates", "organization_id", How.MOVE),
    Relation("cards", "organization_id", How.MOVE),
    Relation("gifts", "organization_id", How.MOVE),
    Relation("bre_calls", "organization_id", How.MOVE),
    Relation("bre_cases", "organization_id", How.MOVE, has_own_team=True),
    Relation("bre_flags", "organization_id", How.MOVE, has_own_team=True),
    # One firm says once whether it vouches, however often it is asked to: the survivor's word
    # stands.
    Relation(
        "peer_references",
        "organization_id",
        How.UNITE,
        children=(("reference_requests", "reference_id"),),
    ),
    Relation("organization_relations", "organization_id", How.PAIR, ("kind",)),
    Relation("organization_relations", "other_id", How.PAIR, ("kind",)),
    Relation("organization_merges", "organization_id", How.MOVE, is_judged=False),
    Relation("distinct_pairs", "organization_id", How.PAIR, is_judged=False),
    Relation("distinct_pairs", "other_id", How.PAIR, is_judged=False),
    Relation("steward_notices", "organization_id", How.PAIR, is_judged=False),
    Relation("steward_notices", "other_id", How.PAIR, is_judged=False),
    # Undoing an import must never reach the survivor because a row once made the absorbed one.
    Relation("import_rows", "organization_id", How.DETACH, is_judged=False),
    Relation("search_entries", "organization_id", How.DERIVED, is_judged=False),
)

_ORGANIZATIONS = "organizations"


def columns_of_organizations() -> set[tuple[str, str]]:
    """Every column of the tables that refers to an organization."""
    organizations = METADATA.tables[_ORGANIZATIONS]
    return {
        (table.name, column.name)
        for table in METADATA.sorted_tables
        for column in table.c
        if any(key.column.table is organizations for key in column.foreign_keys)
    }


def check_relations(relations: tuple[Relation, ...] = RELATIONS) -> None:
    """Make sure that the list and the tables speak of the same columns.

    Raises:
        DomainError: they do not; a merge would lose what it does not know of.
    """
    listed = {(relation.table, relation.column) for relation in relations}
    unknown = sorted(columns_of_organizations() ^ listed)
    if unknown:
        raise DomainError(
            N_(
                "Nothing was merged: nobody said what a merge does with %(columns)s."
                " Please tell whoever looks after this program."
            ),
            columns=", ".join(".".join(pair) for pair in unknown),
        )
