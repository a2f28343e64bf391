"""What commands on organizations write in bulk, with its audit entries.

The audit hook does not see names and roles: one entry on the organization tells of each change.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm import audit
from crm.organizations.plan import NameDetails, plan_names
from crm.search.touched import touch
from models.lead import Lead
from models.organization import (
    NameKind,
    Organization,
    OrganizationName,
    OrganizationRole,
    OrganizationRoleLink,
)
from models.search import SearchKind


def set_roles(
    session: Session,
    organization: Organization,
    roles: Iterable[OrganizationRole],
    *,
    now: datetime,
) -> None:
    """Give an organization exactly these roles."""
    wanted = set(roles)
    before = set(
        session.scalars(
            sa.select(OrganizationRoleLink.role).where(
                OrganizationRoleLink.organization_id == organization.id
            )
        )
    )
    if before == wanted:
        return
    if gone := before - wanted:
        session.execute(
            sa.delete(OrganizationRoleLink).where(
                OrganizationRoleLink.organization_id == organization.id,
                OrganizationRoleLink.role.in_(gone),
            ),
            execution_options={"synchronize_session": False},
        )
    if fresh := wanted - before:
        session.execute(
            sa.insert(OrganizationRoleLink),
            [{"organization_id": organization.id, "role": role} for role in sorted(fresh)],
        )
    _note(session, organization, "roles", sorted(before), sorted(wanted), now=now)


def set_names(
    session: Session, organization: Organization, names: Sequence[NameDetails], *, now: datetime
) -> None:
    """Give an organization exactly these names; rows that stay keep their days of validity."""
    wanted = {
        row["text"]: row
        for row in plan_names(names, country=organization.country, team_id=organization.team_id)
    }
    on_file = session.scalars(
        sa.select(OrganizationName)
        .where(OrganizationName.organization_id == organization.id)
        .order_by(OrganizationName.id)
    ).all()
    before = [_worded(name.text, name.kind, name.language) for name in on_file]
    for name in on_file:
        row = wanted.pop(name.text, None)
        if row is None:
            session.delete(name)
            continue
        name.kind, name.language, name.source = row["kind"], row["language"], row["source"]
    fresh = [OrganizationName(organization_id=organization.id, **row) for row in wanted.values()]
    session.add_all(fresh)
    kept = [name for name in on_file if name not in session.deleted]
    after = [_worded(name.text, name.kind, name.language) for name in (*kept, *fresh)]
    session.flush()
    if before != after:
        _note(session, organization, "names", before, after, now=now)


def change_name(
    session: Session,
    organization: Organization,
    name: OrganizationName,
    details: NameDetails,
    *,
    now: datetime,
) -> None:
    """Write one name anew, in its place among the others."""
    before = _worded(name.text, name.kind, name.language)
    [row] = plan_names([details], country=organization.country, team_id=organization.team_id)
    for column, value in row.items():
        setattr(name, column, value)
    session.flush()
    after = _worded(name.text, name.kind, name.language)
    _note(session, organization, "names", [before], [after], now=now)


def drop_name(
    session: Session, organization: Organization, name: OrganizationName, *, now: datetime
) -> None:
    """Take one name away."""
    before = _worded(name.text, name.kind, name.language)
    session.delete(name)
    session.flush()
    _note(session, organization, "names", [before], [], now=now)


def retitle_leads(session: Session, organization: Organization) -> None:
    """Let the leads that show the organization's name show its new one.

    Leads that the actor may not see too, or their team would go on reading the old name.
    """
    leads = Lead.__table__
    shows_it = sa.and_(leads.c.organization_id == organization.id, leads.c.code_name.is_(None))
    connection = session.connection()
    connection.execute(
        sa.update(leads).where(shows_it).values(title=organization.name)  # type: ignore[arg-type]
    )
    touch(
        session,
        SearchKind.LEAD,
        connection.execute(sa.select(leads.c.id).where(shows_it)).scalars(),
    )


def _worded(text: str, kind: NameKind, language: str | None) -> str:
    return f"{text} ({', '.join(filter(None, (kind.value, language)))})"


def _note(
    session: Session,
    organization: Organization,
    field: str,
    before: Sequence[str],
    after: Sequence[str],
    *,
    now: datetime,
) -> None:
    audit.record(
        session,
        "changed",
        "organizations",
        now=now,
        record_id=organization.id,
        team_id=organization.team_id,
        changes={field: [list(before) or None, list(after) or None]},
    )
