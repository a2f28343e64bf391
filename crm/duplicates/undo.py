"""Parting what was merged: every row as it was, for thirty days."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm import audit
from crm.duplicates import journal
from crm.duplicates.allowed import REFUSED
from crm.duplicates.journal import ORGANIZATIONS, OWN
from crm.duplicates.merge import count_moved, teams_of_leads
from crm.duplicates.relations import RELATIONS, How
from crm.duplicates.upkeep import keep_searchable
from crm.imports.snapshots import from_plain
from crm.leads.confidentiality import settle_organization
from crm.organizations.apply import retitle_leads
from models.duplicate import OrganizationMerge
from models.errors import DomainError, ForbiddenError, NotFoundError, N_
from models.organization import Organization
from models.user import Actor

KEPT_FOR = timedelta(days=30)
_SAME = {relation.table: relation.same for relation in RELATIONS if relation.how is How.UNITE}


def check_may_undo(
    merge: OrganizationMerge, survivor: Organization, *, actor: Actor, now: datetime
) -> None:
    """Refuse what cannot be parted any more, or not by this actor.

    Raises:
        ForbiddenError: the actor only reads.
        DomainError: it is undone, too old, merged on, or not the actor's to undo.
    """
    if not actor.may_write:
        raise ForbiddenError
    if merge.undone_at is not None:
        raise DomainError(N_("This merge is undone already."))
    if now - merge.merged_at > KEPT_FOR:
        raise DomainError(N_("A merge can be undone for thirty days; this one is older."))
    if survivor.public_id != merge.moved["survivor"]:
        raise DomainError(
            N_("The organization that was left has itself been merged since. Undo that first.")
        )
    is_own = actor.id is not None and merge.actor_id == actor.id
    if not is_own and not actor.may_direct:
        raise DomainError(REFUSED)


def undo_merge(
    session: Session, merge: OrganizationMerge, *, actor: Actor, now: datetime
) -> Organization:
    """Bring the absorbed organization back with all that was its own; what came since stays.

    Raises:
        DomainError: as for `check_may_undo`, or something it needs was deleted since.
        ForbiddenError: the actor only reads.
        NotFoundError: the survivor is not to be seen.
    """
    survivor = session.scalars(
        sa.select(Organization).where(Organization.id == merge.organization_id).with_for_update()
    ).one_or_none()
    if survivor is None:
        raise NotFoundError
    check_may_undo(merge, survivor, actor=actor, now=now)
    if not actor.sees_all and journal.hidden_from(session, [survivor.id], team_ids=actor.team_ids):
        raise DomainError(REFUSED)
    session.flush()
    moved = merge.moved
    [old] = merge.absorbed[ORGANIZATIONS]
    was = old["id"]
    restored = _insert_organization(session, old)
    own_ids = _Renamed(was, restored)
    _drop_added(session, moved["added"])
    _insert_dropped(session, moved["dropped"], own_ids)
    _put_back_changed(session, moved["changed"], own_ids)
    _complete_own(session, merge.absorbed, own_ids)
    merge.undone_at = now
    merge.undone_by = actor.name
    session.flush()
    session.expire_all()
    rows = journal.take_snapshot(session, (survivor.id, restored))
    if moved["leads"] != teams_of_leads(session, rows["leads"]):
        # Leads were opened, restricted or lifted since: who may see the two follows from them now.
        for key in (survivor.id, restored):
            settle_organization(session, key)
    if "name" in _changed_facts(moved):
        retitle_leads(session, survivor)
    audit.record(
        session,
        "parted",
        ORGANIZATIONS,
        now=now,
        record_id=survivor.id,
        team_id=survivor.team_id,
        changes={
            "absorbed_name": [survivor.name, merge.absorbed_name],
            "moved_count": [count_moved(moved), None],
        },
    )
    keep_searchable(session, (survivor.id, restored), rows)
    session.flush()
    session.expire_all()
    return session.get_one(Organization, restored)


class _Renamed:
    """The absorbed one's key, should another organization bear it by now (SQLite gives it out).

    And those of rows that came back and that others hang on.
    """

    def __init__(self, before: int, after: int) -> None:
        self._before = before
        self._after = after
        self._rows: dict[tuple[str, int], int] = {}

    @property
    def key(self) -> int:
        return self._after

    def note(self, name: str, before: int, after: int) -> None:
        """A row of a table came back with another key."""
        self._rows[(name, before)] = after

    def in_row(self, name: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """The row with the key that the organization has now."""
        columns = journal.columns_of(name)
        found = {
            column: self._after if column in columns and value == self._before else value
            for column, value in row.items()
        }
        for relation in RELATIONS:
            for child, column in relation.children:
                if child == name and column in found:
                    was = (relation.table, found[column])
                    found[column] = self._rows.get(was, found[column])
        if name == "distinct_pairs":
            ends = sorted((found["organization_id"], found["other_id"]))
            found["organization_id"], found["other_id"] = ends
        return found


def _changed_facts(moved: Mapping[str, Any]) -> set[str]:
    return {column for group in moved["changed"].get(ORGANIZATIONS, ()) for column in group["new"]}


def _insert_organization(session: Session, old: Mapping[str, Any]) -> int:
    row = _with_present_parents(session, ORGANIZATIONS, old)
    assert row is not None
    return _insert(session, ORGANIZATIONS, row)


def _insert(session: Session, name: str, row: Mapping[str, Any]) -> int:
    """Insert a row with its old key, or with a fresh one where that is taken."""
    this = journal.table(name)
    typed = from_plain(this, row)
    if journal.exists(session, name, journal.is_key(name, typed)):
        if "id" not in typed:
            return 0
        del typed["id"]
    key: int = journal.insert(session, name, typed)
    return key


def _drop_added(session: Session, added: Mapping[str, list[dict[str, Any]]]) -> None:
    for name, keys in added.items():
        for key in keys:
            journal.drop(session, name, journal.is_key(name, from_plain(journal.table(name), key)))


def _insert_dropped(
    session: Session, dropped: Mapping[str, list[dict[str, Any]]], own: _Renamed
) -> None:
    for name, rows in dropped.items():
        for row in rows:
            whole = _with_present_parents(session, name, own.in_row(name, row))
            if whole is not None:
                key = _insert(session, name, whole)
                if "id" in row and key != row["id"]:
                    own.note(name, row["id"], key)


def _put_back_changed(
    session: Session, changed: Mapping[str, list[dict[str, Any]]], own: _Renamed
) -> None:
    for name, groups in changed.items():
        for group in groups:
            old = own.in_row(name, group["old"])
            _check_parents(session, name, old)
            for column, value in old.items():
                journal.put_back(
                    session, name, group["ids"], column, old=value, new=group["new"][column]
                )


def _complete_own(
    session: Session, absorbed: Mapping[str, list[dict[str, Any]]], own: _Renamed
) -> None:
    """Names, numbers and roles that somebody took from the survivor since come back too."""
    for name in OWN:
        this = journal.table(name)
        same = _SAME[name]
        there = {
            tuple(row[column] for column in same)
            for row in journal.read_rows(session, name, this.c.organization_id == own.key)
        }
        for row in absorbed[name]:
            typed = from_plain(this, row)
            if tuple(typed[column] for column in same) not in there:
                _insert(session, name, own.in_row(name, row))


def _with_present_parents(
    session: Session, name: str, row: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The row as it would be now had it never gone: None where it would have gone with a parent.

    Raises:
        DomainError: it needs a row that nothing would have let go.
    """
    found = dict(row)
    for column, key in _references(name):
        value = found.get(column.name)
        if value is None or journal.present(session, key.column, [value]):
            continue
        if key.ondelete == "SET NULL":
            found[column.name] = None
        elif key.ondelete == "CASCADE":
            return None
        else:
            raise _needed()
    return found


def _check_parents(session: Session, name: str, values: Mapping[str, Any]) -> None:
    for column, key in _references(name):
        value = values.get(column.name)
        if value is not None and not journal.present(session, key.column, [value]):
            raise _needed()


def _references(name: str) -> list[tuple[sa.Column[Any], sa.ForeignKey]]:
    return [(column, key) for column in journal.table(name).c for key in column.foreign_keys]


def _needed() -> DomainError:
    return DomainError(N_("The merge cannot be undone: something that it needs was deleted since."))
