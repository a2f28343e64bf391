"""Letting every row that names one organization name another, as the list of relations says."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.duplicates import journal
from crm.duplicates.relations import RELATIONS, How, Relation
from models.organization import RelationKind


def move_all(session: Session, keys: tuple[int, int]) -> dict[str, Any] | None:
    """Let every row name the survivor; which import rows were detached."""
    survivor_id, absorbed_id = keys
    detached: dict[str, Any] | None = None
    paired: set[str] = set()
    for relation in RELATIONS:
        this = journal.table(relation.table)
        column = this.c[relation.column]
        if relation.how is How.MOVE:
            journal.change(
                session, relation.table, {relation.column: survivor_id}, column == absorbed_id
            )
        elif relation.how is How.UNITE:
            _unite(session, relation, keys)
        elif relation.how is How.DERIVED:
            journal.drop(session, relation.table, column == absorbed_id)
        elif relation.how is How.DETACH:
            ids = [
                row["id"] for row in journal.read_rows(session, this.name, column == absorbed_id)
            ]
            if ids:
                journal.change(session, this.name, {relation.column: None}, column == absorbed_id)
                detached = {
                    "old": {relation.column: absorbed_id},
                    "new": {relation.column: None},
                    "ids": ids,
                }
        elif relation.table not in paired:
            paired.add(relation.table)
            _unite_pairs(session, relation, keys)
    for relation in RELATIONS:
        # Whatever is left would go with the absorbed one, or stop it from going.
        column = journal.table(relation.table).c[relation.column]
        assert not journal.exists(session, relation.table, column == absorbed_id), relation
    return detached


def _unite(session: Session, relation: Relation, keys: tuple[int, int]) -> None:
    survivor_id, absorbed_id = keys
    name, column = relation.table, relation.column
    rows = journal.read_rows(session, name, journal.table(name).c[column].in_(keys))
    known = {_like(relation, row): row for row in rows if row[column] == survivor_id}
    for row in rows:
        if row[column] == absorbed_id:
            like = known.get(_like(relation, row))
            if like is not None:
                for child, key in relation.children:
                    this = journal.table(child).c[key]
                    journal.change(session, child, {key: like["id"]}, this == row["id"])
                journal.drop(session, name, journal.is_key(name, row))
            else:
                journal.change(session, name, {column: survivor_id}, journal.is_key(name, row))


def _like(relation: Relation, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[column] for column in relation.same)


def _unite_pairs(session: Session, relation: Relation, keys: tuple[int, int]) -> None:
    survivor_id, absorbed_id = keys
    name = relation.table
    this = journal.table(name)
    rows = journal.read_rows(
        session, name, sa.or_(this.c.organization_id.in_(keys), this.c.other_id.in_(keys))
    )
    known = {_tie(name, row) for row in rows if absorbed_id not in _ends(row)}
    for row in rows:
        if absorbed_id not in _ends(row):
            continue
        ends = {
            column: survivor_id if row[column] == absorbed_id else row[column]
            for column in ("organization_id", "other_id")
        }
        if name == "distinct_pairs":
            low, high = sorted(ends.values())
            ends = {"organization_id": low, "other_id": high}
        tie = _tie(name, {**row, **ends})
        if ends["organization_id"] == ends["other_id"] or tie in known:
            journal.drop(session, name, journal.is_key(name, row))
        else:
            known.add(tie)
            journal.change(session, name, ends, journal.is_key(name, row))


def _ends(row: Mapping[str, Any]) -> tuple[int, int]:
    return row["organization_id"], row["other_id"]


def _tie(name: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a pair says, the same from whichever side it is said."""
    one, other = _ends(row)
    if name == "steward_notices":
        return (row["id"],)
    if name == "distinct_pairs":
        return (one, other)
    kind = row["kind"]
    if kind is RelationKind.SUBSIDIARY:
        return (other, one, RelationKind.PARENT)
    if kind is RelationKind.GROUP_MEMBER:
        return (*sorted((one, other)), kind)
    return (one, other, kind)
