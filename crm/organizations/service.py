"""Commands on organizations and their names."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.duplicates.stewards import compare_with_hidden
from crm.identity.scripts import language_of_script, script_of
from crm.organizations.apply import (
    change_name,
    drop_name,
    retitle_leads,
    set_names,
    set_roles,
)
from crm.organizations.plan import NameDetails, OrganizationDetails, plan_organization
from crm.organizations.web_addresses import web_address
from models.errors import DomainError, ForbiddenError, NotFoundError, N_
from models.organization import (
    NameKind,
    Organization,
    OrganizationName,
    OrganizationRoleLink,
    Script,
)
from models.user import Actor

_LONGEST_NAME = 300
_MONTHS = 12
# What an organization is known by and shown as has commands of its own.
_PLAIN_COLUMNS = frozenset({"country", "city", "sector_id", "fiscal_year_end_month"})
_NEVER_ON_LISTS = (NameKind.KANA, NameKind.ACRONYM, NameKind.SHORT, NameKind.FORMER)


def add_organization(
    session: Session, details: OrganizationDetails, *, actor: Actor, now: datetime
) -> Organization:
    """Put an organization on file, open to the office.

    Raises:
        DomainError: no name, no role, or a web address that cannot be one.
    """
    must_write(actor)
    details = _checked(details)
    plan = plan_organization(details, now=now)
    organization = Organization(**plan.organization)
    session.add(organization)
    session.flush()
    session.add_all(OrganizationName(organization_id=organization.id, **row) for row in plan.names)
    session.add_all(
        OrganizationRoleLink(organization_id=organization.id, role=role) for role in plan.roles
    )
    session.flush()
    compare_with_hidden(session, [organization.id], actor=actor, now=now)
    return organization


def edit_organization(
    session: Session,
    organization: Organization,
    details: OrganizationDetails,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Say better what is known of an organization; `details` stand for all of it.

    Its names become the two main ones and `other_names`. Where it came from and who may see it
    stay as they are, and the leads that show its name show the new one.

    Raises:
        DomainError: as for `add_organization`.
    """
    must_write(actor)
    details = _checked(replace(details, team_id=organization.team_id))
    was_called = organization.name
    plan = plan_organization(details, now=now)
    for column in (
        "name",
        "native_name",
        "native_language",
        "country",
        "city",
        "sector_id",
        "website",
        "description",
        "reference",
        "fiscal_year_end_month",
        "is_placeholder",
    ):
        setattr(organization, column, plan.organization[column])
    session.flush()
    set_roles(session, organization, details.roles, now=now)
    on_file = {name.text: name for name in list_names(session, organization)}
    set_names(session, organization, _all_names(details, on_file), now=now)
    if organization.name != was_called:
        retitle_leads(session, organization)


def add_name(
    session: Session,
    organization: Organization,
    name: NameDetails,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep one more name. Where lists had none in its script to show, they show this one.

    Raises:
        DomainError: no text, too long a one, or it is kept already.
    """
    must_write(actor)
    _check_name(name)
    on_file = list_names(session, organization)
    if name.text.strip() in {row.text for row in on_file}:
        raise DomainError(N_("This name is kept already."), field="text")
    kept = [NameDetails(row.text, row.kind, row.language, row.source) for row in on_file]
    set_names(session, organization, [*kept, name], now=now)
    _show_on_lists(session, organization, name)


def edit_name(
    session: Session,
    organization: Organization,
    text: str,
    name: NameDetails,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Say better what is known of the name `text`; lists that showed it show the new one.

    Raises:
        NotFoundError: the organization does not bear it.
        DomainError: as for `add_name`.
    """
    must_write(actor)
    _check_name(name)
    new = name.text.strip()
    found = _get_name(session, organization, text)
    if new != found.text and new in {row.text for row in list_names(session, organization)}:
        raise DomainError(N_("This name is kept already."), field="text")
    was = found.text
    change_name(session, organization, found, name, now=now)
    if organization.native_name == was:
        organization.native_name, organization.native_language = new, found.language
    if organization.name == was:
        organization.name = new
        session.flush()
        retitle_leads(session, organization)
    session.flush()


def remove_name(
    session: Session, organization: Organization, text: str, *, actor: Actor, now: datetime
) -> None:
    """Take a name away that was kept by mistake.

    Raises:
        NotFoundError: the organization does not bear it.
        DomainError: lists show the organization by it.
    """
    must_write(actor)
    found = _get_name(session, organization, text)
    if found.text in (organization.name, organization.native_name):
        raise DomainError(
            N_("Lists show the organization by this name. Write another main name first."),
            field="text",
        )
    drop_name(session, organization, found, now=now)


def fill_in(
    session: Session, organization: Organization, columns: Mapping[str, Any], *, actor: Actor
) -> None:
    """Write down what was not known of an organization: only the columns that are given."""
    must_write(actor)
    for column in _PLAIN_COLUMNS.intersection(columns):
        setattr(organization, column, columns[column])
    session.flush()


def list_names(session: Session, organization: Organization) -> Sequence[OrganizationName]:
    """Every name of an organization, in the order they were learnt."""
    return session.scalars(
        sa.select(OrganizationName)
        .where(OrganizationName.organization_id == organization.id)
        .order_by(OrganizationName.id)
    ).all()


def must_write(actor: Actor) -> None:
    """Refuse whoever only reads.

    Raises:
        ForbiddenError: the actor's role does not write.
    """
    if not actor.may_write:
        raise ForbiddenError


def _checked(details: OrganizationDetails) -> OrganizationDetails:
    if not details.roles:
        raise DomainError(N_("Say what it is to the office: choose at least one."), field="roles")
    main = (NameDetails(details.name or ""), NameDetails(details.native_name or ""))
    for one in (*main, *details.other_names):
        if one.text.strip():
            _check_name(one)
    month = details.fiscal_year_end_month
    if month is not None and not 1 <= month <= _MONTHS:
        raise DomainError(N_("A month is a number from 1 to 12."), field="fiscal_year_end_month")
    details = replace(details, website=web_address(details.website, field="website"))
    name = (details.name or "").strip()
    if name and not (details.native_name or "").strip() and script_of(name) is not Script.LATIN:
        # Typed into the first field there is, but it is the name in its own script.
        return replace(details, name=None, native_name=name)
    return details


def _get_name(session: Session, organization: Organization, text: str) -> OrganizationName:
    found = session.scalars(
        sa.select(OrganizationName)
        .where(OrganizationName.organization_id == organization.id, OrganizationName.text == text)
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def _check_name(name: NameDetails) -> None:
    text = name.text.strip()
    if not text:
        raise DomainError(N_("Write the name."), field="text")
    if len(text) > _LONGEST_NAME or not any(letter.isalnum() for letter in text):
        raise DomainError(N_("This is not a name: it needs letters, and up to 300."), field="text")
    if name.valid_from and name.valid_to and name.valid_to < name.valid_from:
        raise DomainError(N_("A name ends after it begins."), field="valid_to")


def _show_on_lists(session: Session, organization: Organization, name: NameDetails) -> None:
    text = name.text.strip()
    script = script_of(text)
    if name.kind in _NEVER_ON_LISTS:
        return
    if script is not Script.LATIN and organization.native_name is None:
        organization.native_name = text
        organization.native_language = name.language or language_of_script(
            script, organization.country
        )
    elif script is Script.LATIN and script_of(organization.name) is not Script.LATIN:
        organization.name = text
        retitle_leads(session, organization)
    session.flush()


def _all_names(
    details: OrganizationDetails, on_file: dict[str, OrganizationName]
) -> list[NameDetails]:
    """The main names, which keep the kind and source they have on file, and then the others."""
    others = {name.text.strip(): name for name in details.other_names if name.text.strip()}
    main = []
    for text in ((details.name or "").strip(), (details.native_name or "").strip()):
        row = on_file.get(text)
        if row is not None and text not in others:
            main.append(NameDetails(text, row.kind, row.language, row.source))
        elif text and text not in others:
            main.append(NameDetails(text))
    return [*main, *others.values()]
