"""What a merge did to each row, so that it can be taken back bit by bit.

All of it goes past the visibility criteria: a merge moves every row or none. Who may merge is
asked before, in `crm.duplicates.allowed`; nothing read here is shown to anybody.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.duplicates.relations import RELATIONS, How
from crm.imports.chunks import in_chunks
from crm.imports.snapshots import as_plain, from_plain
from crm.rows import complete
from models.tables import METADATA

Key = tuple[Any, ...]
Rows = dict[str, dict[Key, dict[str, Any]]]

ORGANIZATIONS = "organizations"
# Whole rows are remembered of what is the absorbed one's own.
OWN = ("organization_names", "organization_identifiers", "organization_roles")
_WHOLE = {ORGANIZATIONS, *OWN} | {
    relation.table for relation in RELATIONS if relation.how in (How.UNITE, How.PAIR)
}


@dataclass(slots=True)
class Journal:
    """Rows by table: those changed, those dropped whole, the keys of those made."""

    changed: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    dropped: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    added: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For the JSON column."""
        return {"changed": self.changed, "dropped": self.dropped, "added": self.added}


def table(name: str) -> sa.Table:
    """A table by its name."""
    return METADATA.tables[name]


def key_columns(name: str) -> tuple[str, ...]:
    """The columns of a table's primary key."""
    return tuple(column.name for column in table(name).primary_key)


def columns_of(name: str) -> tuple[str, ...]:
    """The columns of a table that name an organization."""
    return tuple(relation.column for relation in RELATIONS if relation.table == name)


def take_snapshot(session: Session, organization_ids: Sequence[int]) -> Rows:
    """Every row that a merge of these organizations may touch, as far as it may touch it."""
    found: Rows = {}
    own = table(ORGANIZATIONS)
    _take(session, found, own, own.c.id.in_(organization_ids))
    for name in dict.fromkeys(relation.table for relation in RELATIONS):
        if any(r.how is How.DERIVED for r in RELATIONS if r.table == name):
            continue
        this = table(name)
        _take(
            session,
            found,
            this,
            sa.or_(*(this.c[column].in_(organization_ids) for column in columns_of(name))),
        )
    for relation in RELATIONS:
        for name, column in relation.children:
            parents = table(relation.table)
            ids = sa.select(parents.c.id).where(parents.c[relation.column].in_(organization_ids))
            _take(session, found, table(name), table(name).c[column].in_(ids))
    # These go with an interaction or an announcement that is the organization's alone.
    interactions, parties = table("interactions"), table("announcement_parties")
    announcements = table("announcements")
    alone = sa.select(interactions.c.id).where(
        interactions.c.lead_id.is_(None), interactions.c.organization_id.in_(organization_ids)
    )
    for name in ("interaction_participants", "stored_files"):
        _take(session, found, table(name), table(name).c.interaction_id.in_(alone))
    told = sa.select(parties.c.announcement_id).where(
        parties.c.organization_id.in_(organization_ids)
    )
    _take(session, found, announcements, announcements.c.id.in_(told))
    _take(session, found, parties, parties.c.announcement_id.in_(told))
    return found


def _take(session: Session, found: Rows, this: sa.Table, condition: Any) -> None:
    names = _watched(this)
    rows = session.connection().execute(
        sa.select(*(this.c[name] for name in names)).where(condition)
    )
    keys = key_columns(this.name)
    kept = found.setdefault(this.name, {})
    for row in rows.mappings():
        kept[tuple(row[key] for key in keys)] = dict(row)


def _watched(this: sa.Table) -> list[str]:
    if this.name in _WHOLE:
        return list(this.c.keys())
    wanted = {*key_columns(this.name), *columns_of(this.name), "team_id", "title"}
    wanted |= {column for one in RELATIONS for name, column in one.children if name == this.name}
    return [column.name for column in this.c if column.name in wanted]


def difference(before: Rows, after: Rows) -> Journal:
    """What became of the rows."""
    journal = Journal()
    for name, rows in before.items():
        now = after.get(name, {})
        groups: dict[str, dict[str, Any]] = {}
        for key, old in rows.items():
            new = now.get(key)
            if new is None:
                journal.dropped.setdefault(name, []).append(as_plain(old))
                continue
            fields = [column for column in old if old[column] != new[column]]
            if fields:
                was, became = (as_plain({f: row[f] for f in fields}) for row in (old, new))
                group = groups.setdefault(
                    repr((was, became)), {"old": was, "new": became, "ids": []}
                )
                group["ids"].append(old["id"])
        if groups:
            journal.changed[name] = list(groups.values())
    for name, rows in after.items():
        keys = key_columns(name)
        fresh = [
            as_plain({key: row[key] for key in keys})
            for key_values, row in rows.items()
            if key_values not in before.get(name, {})
        ]
        if fresh:
            journal.added[name] = fresh
    return journal


def read_rows(session: Session, name: str, *conditions: Any) -> list[dict[str, Any]]:
    """Whole rows of a table."""
    rows = session.connection().execute(sa.select(table(name)).where(*conditions))
    return [dict(row) for row in rows.mappings()]


def change(session: Session, name: str, values: Mapping[str, Any], *conditions: Any) -> None:
    """Give the rows that meet the conditions new values."""
    session.connection().execute(sa.update(table(name)).where(*conditions).values(**values))


def drop(session: Session, name: str, *conditions: Any) -> None:
    """Delete the rows that meet the conditions."""
    session.connection().execute(sa.delete(table(name)).where(*conditions))


def insert(session: Session, name: str, row: Mapping[str, Any]) -> Any:
    """Insert one row, with the key it brings or with a fresh one; its `id` where it has one."""
    this = table(name)
    whole = complete(this, row)
    if "id" in row:
        whole["id"] = row["id"]
    made = session.connection().execute(sa.insert(this).values(whole))
    return made.inserted_primary_key[0] if made.inserted_primary_key else None


def is_key(name: str, row: Mapping[str, Any]) -> sa.ColumnElement[bool]:
    """The condition that finds this very row."""
    this = table(name)
    return sa.and_(*(this.c[key] == row[key] for key in key_columns(name)))


def exists(session: Session, name: str, *conditions: Any) -> bool:
    """Whether any row meets the conditions."""
    statement = sa.select(sa.literal(1)).select_from(table(name)).where(*conditions).limit(1)
    return session.connection().execute(statement).scalar() is not None


def present(session: Session, column: sa.Column[Any], values: Collection[Any]) -> set[Any]:
    """Those of the values that stand in a column."""
    found: set[Any] = set()
    for chunk in in_chunks(values):
        statement = sa.select(column).where(column.in_(chunk)).distinct()
        found.update(session.connection().execute(statement).scalars())
    return found


def put_back(
    session: Session,
    name: str,
    ids: Collection[int],
    column: str,
    *,
    old: Any,
    new: Any,
) -> None:
    """Give rows an old value where nobody has changed the new one since."""
    this = table(name)
    typed = from_plain(this, {column: new})[column], from_plain(this, {column: old})[column]
    for chunk in in_chunks(ids):
        change(
            session,
            name,
            {column: typed[1]},
            this.c.id.in_(chunk),
            this.c[column].is_not_distinct_from(typed[0]),
        )


def hidden_from(
    session: Session,
    organization_ids: Iterable[int],
    *,
    team_ids: Collection[int],
) -> bool:
    """Whether a row of the office's work on these organizations is of none of these teams."""
    keys = list(organization_ids)
    for relation in RELATIONS:
        this = table(relation.table)
        is_ours = this.c[relation.column].in_(keys)
        if not relation.is_judged or relation.has_own_team:
            continue
        found = [(this, is_ours)]
        for name, column in relation.children:
            found.append(
                (table(name), table(name).c[column].in_(sa.select(this.c.id).where(is_ours)))
            )
        for rows, condition in found:
            if "team_id" in rows.c and exists(
                session,
                rows.name,
                condition,
                rows.c.team_id.is_not(None),
                rows.c.team_id.not_in(sorted(team_ids)),
            ):
                return True
    return False


def read_pairs(
    session: Session, one: sa.Column[Any], other: sa.Column[Any], keys: Collection[Any]
) -> list[tuple[Any, Any]]:
    """Two columns of the rows whose first is one of the keys."""
    found: list[tuple[Any, Any]] = []
    for chunk in in_chunks(keys):
        rows = session.connection().execute(sa.select(one, other).where(one.in_(chunk)))
        found += [(row[0], row[1]) for row in rows]
    return found
