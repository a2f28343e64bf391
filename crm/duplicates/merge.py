"""Merging two organizations: one goes into the other, whole, with all that names it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm import audit
from crm.duplicates import journal
from crm.duplicates.journal import ORGANIZATIONS, OWN
from crm.duplicates.relations import RELATIONS, How, Relation, check_relations
from crm.duplicates.upkeep import keep_searchable
from crm.identity.scripts import script_of
from crm.imports.snapshots import as_plain
from crm.leads.confidentiality import settle_organization
from crm.organizations.apply import retitle_leads
from crm.organizations.plan import NameDetails, plan_names
from models.duplicate import OrganizationMerge
from models.errors import DomainError, ForbiddenError, N_
from models.lead import Lead
from models.organization import Organization, RelationKind, Script
from models.user import Actor

# Facts of the absorbed one that stand in where the survivor has none.
FACTS = (
    "reference",
    "country",
    "city",
    "sector_id",
    "website",
    "description",
    "fiscal_year_end_month",
    "native_name",
    "native_language",
)
REFUSED = N_("These two cannot be merged by you; ask an administrator.")


def check_answers_for(
    session: Session, one: Organization, other: Organization, *, actor: Actor
) -> None:
    """Refuse whoever does not answer for the leads of both, as far as the actor sees them.

    Raises:
        ForbiddenError: the actor only reads.
        DomainError: a lead of either is a colleague's, and the actor no manager.
    """
    if not actor.may_write:
        raise ForbiddenError
    if not actor.may_direct and session.scalar(
        sa.select(sa.func.count(Lead.id)).where(
            Lead.organization_id.in_((one.id, other.id)),
            Lead.owner_id.is_not(None),
            Lead.owner_id != actor.id,
        )
    ):
        raise DomainError(REFUSED)


def check_may_merge(
    session: Session, one: Organization, other: Organization, *, actor: Actor
) -> None:
    """Refuse, in the same words, whoever cannot see all that would move.

    No page asks this ahead: its answer is worth nothing to who only wants to know, since a merge
    that is not refused is made, and audited.

    Raises:
        ForbiddenError: the actor only reads.
        DomainError: something of either is a colleague's, or hidden from the actor.
    """
    check_answers_for(session, one, other, actor=actor)
    keys = (one.id, other.id)
    if not actor.sees_all and journal.hidden_from(session, keys, team_ids=actor.team_ids):
        raise DomainError(REFUSED)


def opens_a_secret(one: Organization, other: Organization) -> bool:
    """Whether a merge would show a team's organization to the whole office."""
    return (one.team_id is None) != (other.team_id is None)


def merge_organizations(
    session: Session,
    survivor: Organization,
    absorbed: Organization,
    *,
    actor: Actor,
    now: datetime,
    may_open: bool = False,
) -> OrganizationMerge:
    """Let one organization go into another. `absorbed` is gone afterwards, until it is undone.

    Raises:
        DomainError: they are one already, the actor may not, it would open a team's secret and
            nobody said so, or a table is not known here.
        ForbiddenError: the actor only reads.
    """
    check_relations()
    check_may_merge(session, survivor, absorbed, actor=actor)
    if survivor.id == absorbed.id:
        raise DomainError(N_("Choose two organizations; this is one."))
    _check_teams(survivor, absorbed, may_open=may_open)
    session.flush()
    keys = (survivor.id, absorbed.id)
    _lock(session, keys)
    before = journal.take_snapshot(session, keys)
    teams = {survivor.team_id, absorbed.team_id}
    own = {
        ORGANIZATIONS: [as_plain(before[ORGANIZATIONS][(absorbed.id,)])],
        **{name: _own_rows(before[name], absorbed.id) for name in OWN},
    }
    absorbed_public_id, absorbed_name = absorbed.public_id, absorbed.name
    # The rows change under the session; what it holds of the absorbed one is of the past.
    session.expunge(absorbed)
    detached = _move(session, keys)
    _keep_name(session, survivor, absorbed_name)
    _fill(session, survivor, before[ORGANIZATIONS])
    journal.drop(session, ORGANIZATIONS, journal.table(ORGANIZATIONS).c.id == absorbed.id)
    session.expire_all()
    if len(teams) > 1:
        settle_organization(session, survivor.id)
    retitle_leads(session, survivor)
    session.expire_all()
    done = journal.difference(before, journal.take_snapshot(session, keys))
    done.dropped.pop(ORGANIZATIONS)
    if detached:
        done.dropped.pop("import_rows", None)
        done.changed["import_rows"] = [detached]
    merge = OrganizationMerge(
        organization_id=survivor.id,
        team_id=survivor.team_id,
        absorbed_public_id=absorbed_public_id,
        absorbed_name=absorbed_name,
        absorbed=own,
        moved={
            "survivor": survivor.public_id,
            **done.as_json(),
            "kept": _kept(before, survivor.id),
            "leads": teams_of_leads(session, before["leads"]),
        },
        actor_id=actor.id,
        actor_name=actor.name,
        merged_at=now,
    )
    session.add(merge)
    audit.record(
        session,
        "merged",
        ORGANIZATIONS,
        now=now,
        record_id=survivor.id,
        team_id=survivor.team_id,
        changes={
            "absorbed_name": [absorbed_name, survivor.name],
            "moved_count": [None, count_moved(merge.moved)],
        },
    )
    session.flush()
    keep_searchable(session, keys, before)
    return merge


def count_moved(moved: Mapping[str, Any]) -> int:
    """How many rows of a merge name the survivor since."""
    return sum(
        len(group["ids"])
        for name, groups in moved["changed"].items()
        if name != ORGANIZATIONS
        for group in groups
        if any(column in group["new"] for column in journal.columns_of(name))
    )


def teams_of_leads(session: Session, leads: Mapping[Any, Any]) -> dict[str, int | None]:
    """The team of each of these leads, as it is now."""
    this = journal.table("leads")
    keys = [key for (key,) in leads]
    rows = journal.read_pairs(session, this.c.id, this.c.team_id, keys)
    return {str(key): team for key, team in rows}


def _check_teams(survivor: Organization, absorbed: Organization, *, may_open: bool) -> None:
    if opens_a_secret(survivor, absorbed):
        if not may_open:
            raise DomainError(
                N_(
                    "One of the two is a team's secret. Merged, the whole office sees its names,"
                    " numbers and contacts; its restricted leads stay hidden. Say that this is"
                    " meant."
                ),
                field="may_open",
            )
    elif survivor.team_id != absorbed.team_id:
        raise DomainError(
            N_(
                "Each of the two is another team's secret; merged, they would be hidden from"
                " nobody. Restrict their leads to one team first."
            )
        )


def _lock(session: Session, keys: tuple[int, int]) -> None:
    # On PostgreSQL nobody can name the absorbed one from here on; SQLite has one writer anyway.
    session.execute(
        sa.select(Organization.id)
        .where(Organization.id.in_(keys))
        .order_by(Organization.id)
        .with_for_update()
    ).all()


def _own_rows(rows: Mapping[Any, Mapping[str, Any]], organization_id: int) -> list[dict[str, Any]]:
    return [as_plain(row) for row in rows.values() if row["organization_id"] == organization_id]


def _kept(before: journal.Rows, survivor_id: int) -> dict[str, list[int]]:
    """What named the survivor before, so that what came since can be told."""
    return {
        name: sorted(
            row["id"]
            for row in rows.values()
            if any(row[column] == survivor_id for column in journal.columns_of(name))
        )
        for name, rows in before.items()
        if name != ORGANIZATIONS and journal.columns_of(name) and "id" in journal.table(name).c
    }


def _move(session: Session, keys: tuple[int, int]) -> dict[str, Any] | None:
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
    known = {_like(relation, row) for row in rows if row[column] == survivor_id}
    for row in rows:
        if row[column] == absorbed_id:
            if _like(relation, row) in known:
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


def _keep_name(session: Session, survivor: Organization, name: str) -> None:
    """The name that lists showed is kept, even where no row of its own held it."""
    names = journal.table("organization_names")
    if not journal.exists(
        session,
        "organization_names",
        names.c.organization_id == survivor.id,
        names.c.text == name,
    ):
        for row in plan_names(
            [NameDetails(name)], country=survivor.country, team_id=survivor.team_id
        ):
            journal.insert(session, "organization_names", {**row, "organization_id": survivor.id})


def _fill(session: Session, survivor: Organization, rows: Mapping[Any, Mapping[str, Any]]) -> None:
    """Facts that the survivor lacks come from the absorbed one."""
    mine = rows[(survivor.id,)]
    [theirs] = [row for key, row in rows.items() if key != (survivor.id,)]
    filled = {
        fact: theirs[fact] for fact in FACTS if mine[fact] is None and theirs[fact] is not None
    }
    if mine["native_name"] is not None:
        filled.pop("native_language", None)
    scripts = script_of(mine["name"]), script_of(theirs["name"])
    if scripts[0] is not Script.LATIN and scripts[1] is Script.LATIN:
        filled["name"] = theirs["name"]
    if mine["is_placeholder"] and not theirs["is_placeholder"]:
        filled["is_placeholder"] = False
    filled["first_lead_id"] = _first_lead(mine, theirs)
    this = journal.table(ORGANIZATIONS)
    journal.change(session, ORGANIZATIONS, filled, this.c.id == survivor.id)


def _first_lead(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> int | None:
    """The lead that hides it, if one can: what either was open by, the survivor is open by."""
    if mine["first_lead_id"] is None or theirs["first_lead_id"] is None:
        return None
    source = theirs if mine["team_id"] is not None and theirs["team_id"] is None else mine
    first: int = source["first_lead_id"]
    return first
