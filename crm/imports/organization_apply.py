"""Writes the organizations of a file: a handful of statements for thousands of rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.duplicates.stewards import compare_with_hidden
from crm.identity.scripts import language_of_script, script_of
from crm.imports.chunks import in_chunks
from crm.imports.organization_drafts import Draft
from crm.imports.plan import ImportPlan, ImportRefusedError
from crm.imports.records import Change, Creation
from crm.imports.snapshots import as_plain
from crm.imports.writing import delete, insert, insert_keys, tallies, update_each
from crm.imports.written import Written, note_changed, note_created
from crm.leads.apply import insert_organizations
from crm.organizations.apply import retitle_leads
from crm.organizations.plan import (
    NameDetails,
    NewOrganization,
    OrganizationDetails,
    plan_names,
    plan_organization,
)
from models.errors import DomainError
from models.organization import (
    Organization,
    OrganizationIdentifier,
    OrganizationName,
    OrganizationRelation,
    OrganizationRole,
    OrganizationRoleLink,
    RelationKind,
)
from models.user import Actor

_AT_A_TIME = 2_000
_COLUMN = "organization_id"
_RELATED = ("organization_id", "other_id")


def write_organizations(
    session: Session, plan: ImportPlan, *, batch_id: int, actor: Actor, now: datetime
) -> Written:
    """Write all that the plan says of organizations.

    Raises:
        ImportRefusedError: a row breaks a rule that every organization has to keep.
    """
    written = Written()
    keys = _create(session, plan, batch_id=batch_id, actor=actor, now=now)
    before = _change(session, plan, keys, actor=actor, now=now)
    _relate(session, plan, keys, before)
    changed = plan.records.changed
    touched = [*keys.values(), *(change.id for change in changed)]
    marks = part_marks(session, touched)
    for creation in plan.records.creations:
        key = keys[id(creation.links["draft"])]
        written.created(creation, _COLUMN, key, team_id=None, before={"marks": marks[key]})
    for change in plan.records.changes:
        stood = before.get(change.id)
        if stood is not None:
            stood["marks"] = marks[change.id]
        written.changed(change, _COLUMN, before=stood)
    written.skipped(plan.records)
    return written


def part_marks(session: Session, keys: Sequence[int]) -> dict[int, list[Any]]:
    """How many names, numbers, roles and relations each organization has, and the newest of each.

    They tell later whether somebody added one or took one away since.
    """
    marks: dict[int, list[Any]] = {key: [] for key in keys}
    for record in (OrganizationName, OrganizationIdentifier, OrganizationRoleLink):
        found = tallies(session, record, _COLUMN, keys)
        for key in keys:
            marks[key].append(found.get(key))
    for column in _RELATED:
        found = tallies(session, OrganizationRelation, column, keys)
        for key in keys:
            marks[key].append(found.get(key))
    return marks


def _create(
    session: Session, plan: ImportPlan, *, batch_id: int, actor: Actor, now: datetime
) -> dict[int, int]:
    """The keys of the new organizations, by the identity of their drafts."""
    keys: dict[int, int] = {}
    for creations in in_chunks(plan.records.creations, _AT_A_TIME):
        planned = _planned(creations, plan, batch_id=batch_id, now=now)
        numbers = insert_organizations(session, planned)
        for creation, number in zip(creations, numbers, strict=True):
            keys[id(creation.links["draft"])] = number
        insert(
            session,
            OrganizationIdentifier,
            [
                {"organization_id": number, "scheme": scheme, "value": value}
                for creation, number in zip(creations, numbers, strict=True)
                for scheme, value in creation.links["draft"].numbers
            ],
        )
        note_created(
            session,
            Organization.__tablename__,
            [
                (number, new.organization, None)
                for new, number in zip(planned, numbers, strict=True)
            ],
            actor=actor,
            now=now,
        )
    compare_with_hidden(session, list(keys.values()), actor=actor, now=now)
    return keys


def _planned(
    creations: Sequence[Creation], plan: ImportPlan, *, batch_id: int, now: datetime
) -> list[NewOrganization]:
    planned, problems = [], []
    for creation in creations:
        draft: Draft = creation.links["draft"]
        try:
            new = plan_organization(_details(draft, plan, batch_id=batch_id), now=now)
        except DomainError as error:
            problems.append(
                plan.reading.problem(creation.rows[0], "name", error.message, **error.params)
            )
            continue
        planned.append(new)
    if problems:
        raise ImportRefusedError(problems)
    return planned


def _details(draft: Draft, plan: ImportPlan, *, batch_id: int) -> OrganizationDetails:
    name, native = draft.name, draft.native_name
    others = [NameDetails(other.text, other.kind) for other in draft.others.values()]
    if name is None and native is None:
        name = others[0].text
    return OrganizationDetails(
        name=name,
        native_name=native,
        country=draft.values.get("country"),
        city=draft.values.get("city"),
        website=draft.values.get("website"),
        description=draft.values.get("description"),
        reference=draft.values.get("reference"),
        fiscal_year_end_month=draft.values.get("fiscal_year_end_month"),
        sector_id=plan.look_ups.id_of(draft.sector),
        roles=draft.roles or (OrganizationRole.PROSPECT,),
        other_names=tuple(others),
        batch_id=batch_id,
    )


def _change(
    session: Session,
    plan: ImportPlan,
    keys: Mapping[int, int],
    *,
    actor: Actor,
    now: datetime,
) -> dict[int, dict[str, Any]]:
    """Write the changes of organizations on file; what stood before, by organization."""
    changed = plan.records.changed
    before: dict[int, dict[str, Any]] = {}
    names: list[dict[str, Any]] = []
    numbers: list[dict[str, Any]] = []
    rows = []
    for change in changed:
        facts = change.facts
        columns = dict(change.columns)
        if "sector_id" in columns:
            columns["sector_id"] = plan.look_ups.id_of(columns["sector_id"])
        if "native_name" in columns:
            columns["native_language"] = language_of_script(
                script_of(columns["native_name"]), columns.get("country") or facts["country"]
            )
        rows.append((change.id, columns))
        before[change.id] = {"columns": as_plain({name: facts[name] for name in columns})}
        planned = plan_names(
            [NameDetails(text, kind) for text, kind in change.links["names"]],
            country=columns.get("country") or facts["country"],
            team_id=facts["team_id"],
        )
        names += [{**row, "organization_id": change.id} for row in planned]
        numbers += [
            {
                "organization_id": change.id,
                "scheme": scheme,
                "value": value,
                "team_id": facts["team_id"],
            }
            for scheme, value in change.links["numbers"]
        ]
        if change.links.get("roles"):
            before[change.id]["roles"] = [role.value for role in change.links["roles_before"]]
    update_each(session, Organization, rows)
    for record, new, place in (
        (OrganizationName, names, "names"),
        (OrganizationIdentifier, numbers, "numbers"),
    ):
        for row, key in zip(new, insert_keys(session, record, new), strict=True):
            before[row["organization_id"]].setdefault(place, []).append(key)
    _set_roles(session, changed)
    _retitle(session, [change.id for change in changed if "name" in change.columns])
    note_changed(
        session,
        Organization.__tablename__,
        [
            (change, _told(change, columns))
            for change, (_, columns) in zip(changed, rows, strict=True)
        ],
        actor=actor,
        now=now,
    )
    return before


def _told(change: Change, columns: Mapping[str, Any]) -> dict[str, Any]:
    """What the audit says of a change: the columns, and what lists have more."""
    told = dict(columns)
    links = change.links
    if links["names"]:
        told["names"] = [text for text, _kind in links["names"]]
    if links["numbers"]:
        told["value"] = ", ".join(value for _scheme, value in links["numbers"])
    if links.get("roles"):
        told["roles"] = [role.value for role in links["roles"]]
    return told


def _set_roles(session: Session, changed: Sequence[Change]) -> None:
    with_roles = [change for change in changed if change.links.get("roles")]
    delete(session, OrganizationRoleLink, _COLUMN, [change.id for change in with_roles])
    insert(
        session,
        OrganizationRoleLink,
        [
            {"organization_id": change.id, "role": role}
            for change in with_roles
            for role in change.links["roles"]
        ],
    )


def _retitle(session: Session, keys: Sequence[int]) -> None:
    """Let the leads that show a changed name show the new one."""
    session.expire_all()
    for chunk in in_chunks(keys):
        for organization in session.scalars(
            sa.select(Organization).where(Organization.id.in_(chunk))
        ):
            retitle_leads(session, organization)


def _relate(
    session: Session,
    plan: ImportPlan,
    keys: Mapping[int, int],
    before: Mapping[int, dict[str, Any]],
) -> None:
    """Say which organization is whose parent, once all have their keys."""
    rows: list[dict[str, Any]] = []

    def add(child: int, parents: Sequence["int | Draft"], team_id: int | None) -> None:
        for parent in parents:
            number = keys[id(parent)] if isinstance(parent, Draft) else parent
            rows.append(
                {
                    "organization_id": number,
                    "other_id": child,
                    "kind": RelationKind.PARENT,
                    "team_id": team_id if team_id is not None else teams.get(number),
                }
            )

    wanted = [creation.links["draft"].parent_ids for creation in plan.records.creations]
    wanted += [change.links["parents"] for change in plan.records.changed]
    teams = _teams(session, {one for ids in wanted for one in ids if isinstance(one, int)})
    for creation in plan.records.creations:
        draft: Draft = creation.links["draft"]
        add(keys[id(draft)], draft.parent_ids, None)
    for change in plan.records.changed:
        add(change.id, change.links["parents"], change.facts["team_id"])
    for row, key in zip(rows, insert_keys(session, OrganizationRelation, rows), strict=True):
        stood = before.get(row["other_id"])
        if stood is not None:
            stood.setdefault("relations", []).append(key)


def _teams(session: Session, keys: set[int]) -> dict[int, int | None]:
    found: dict[int, int | None] = {}
    for chunk in in_chunks(keys):
        statement = sa.select(Organization.id, Organization.team_id).where(
            Organization.id.in_(chunk)
        )
        found.update((number, team) for number, team in session.execute(statement))
    return found
