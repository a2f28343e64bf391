"""Write planned leads: one or thousands, in a handful of statements."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.leads.plan import NewLead
from crm.organizations.plan import NewOrganization
from crm.rows import insert_returning, insert_rows
from models.audit import AuditEntry
from models.lead import Lead, LeadParty, LeadRevision
from models.organization import (
    Organization,
    OrganizationName,
    OrganizationRole,
    OrganizationRoleLink,
)
from models.user import Actor


def insert_leads(
    session: Session, plans: Sequence[NewLead], *, actor: Actor, now: datetime
) -> list[int]:
    """Write new leads with their organizations, revisions, parties and audit entries.

    Plans that share one `NewOrganization` object share the organization. Returns the leads' keys
    in the order of the plans.
    """
    organization_ids = _insert_shared_organizations(session, plans)
    lead_rows = []
    for plan in plans:
        row = dict(plan.lead)
        if plan.organization is not None:
            row["organization_id"] = organization_ids[id(plan.organization)]
        lead_rows.append(row)
    lead_ids = insert_returning(session, _table(Lead), lead_rows)
    revisions = []
    parties = []
    audits = []
    firsts: dict[int, int] = {}
    for plan, row, lead_id in zip(plans, lead_rows, lead_ids, strict=True):
        revisions += [{**revision, "lead_id": lead_id} for revision in plan.revisions]
        parties += [{**party, "lead_id": lead_id} for party in plan.parties]
        if plan.organization is not None:
            firsts.setdefault(row["organization_id"], lead_id)
        audits.append(_audit_row("created", lead_id, row, actor=actor, now=now))
    insert_rows(session, _table(LeadRevision), revisions)
    insert_rows(session, _table(LeadParty), parties)
    insert_rows(session, _table(AuditEntry), audits)
    if firsts:
        organizations = _table(Organization)
        session.connection().execute(
            sa.update(organizations)
            .where(organizations.c.id == sa.bindparam("organization"))
            .values(first_lead_id=sa.bindparam("lead")),
            [{"organization": key, "lead": lead_id} for key, lead_id in firsts.items()],
        )
    return lead_ids


def insert_organizations(session: Session, plans: Sequence[NewOrganization]) -> list[int]:
    """Write new organizations with their names and roles; their keys in the order of the plans."""
    keys = insert_returning(session, _table(Organization), [plan.organization for plan in plans])
    names = []
    roles = []
    for plan, key in zip(plans, keys, strict=True):
        names += [{**row, "organization_id": key} for row in plan.names]
        roles += [{"organization_id": key, "role": OrganizationRole(role)} for role in plan.roles]
    insert_rows(session, _table(OrganizationName), names)
    insert_rows(session, _table(OrganizationRoleLink), roles)
    return keys


def _insert_shared_organizations(session: Session, plans: Sequence[NewLead]) -> dict[int, int]:
    distinct = {id(plan.organization): plan.organization for plan in plans if plan.organization}
    keys = insert_organizations(session, list(distinct.values()))
    return dict(zip(distinct, keys, strict=True))


def _audit_row(
    action: str, lead_id: int, row: dict[str, Any], *, actor: Actor, now: datetime
) -> dict[str, Any]:
    return {
        "at": now,
        "actor_id": actor.id,
        "actor_name": actor.name,
        "action": action,
        "record_type": "leads",
        "record_id": lead_id,
        "lead_id": lead_id,
        "team_id": row.get("team_id"),
        "changes": {"title": [None, row["title"]], "stage": [None, str(row["stage"].value)]},
    }


def _table(cls: type[Any]) -> sa.Table:
    return cast(sa.Table, cls.__table__)
