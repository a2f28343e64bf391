"""Merging two organizations: one goes into the other, whole, with all that names it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm import audit
from crm.duplicates import journal
from crm.duplicates.allowed import check_may_merge, check_teams
from crm.duplicates.journal import ORGANIZATIONS, OWN
from crm.duplicates.moving import move_all
from crm.duplicates.relations import check_relations
from crm.duplicates.upkeep import keep_searchable
from crm.identity.scripts import script_of
from crm.imports.snapshots import as_plain
from crm.leads.confidentiality import settle_organization
from crm.organizations.apply import retitle_leads
from crm.organizations.plan import NameDetails, plan_names
from models.duplicate import OrganizationMerge
from models.errors import DomainError, N_
from models.organization import Organization, Script
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
    check_teams(survivor, absorbed, may_open=may_open)
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
    detached = move_all(session, keys)
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
