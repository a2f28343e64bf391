"""What the small forms on an organization's page share: run a command, come back."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, url_for

from crm.organizations import matching, queries
from crm.organizations.page import show_page
from crm.web.problems import put_problem
from crm.web.request import reader, transaction
from models.errors import DomainError, NotFoundError


def run(
    organization_id: str,
    form: Any,
    command: Callable[[Any, Any], None],
    *,
    ambiguous: Callable[[Any], None] | None = None,
) -> bool:
    """Run a command on the organization; what the rules refuse is held against the form."""
    is_valid = form.validate()
    try:
        with transaction() as session:
            organization = queries.load_organization(session, organization_id)
            if is_valid:
                command(session, organization)
    except matching.AmbiguousError as error:
        if ambiguous is not None:
            ambiguous(error.choices)
        put_problem(form, error)
    except DomainError as error:
        put_problem(form, error)
    else:
        return bool(is_valid)
    return False


def page_with(organization_id: str, **forms: Any) -> str:
    """The organization's page with small forms that want another look."""
    return show_page(queries.get_organization(reader(), organization_id), **forms)


def back_to(organization_id: str, message: str, anchor: str) -> Any:
    """The way back to a part of the organization's page, with a word of what was done."""
    flash(message, "success")
    target = url_for(".show", organization_id=organization_id, _anchor=anchor)
    return redirect(target, 303)


def member(enumeration: Any, code: str | None) -> Any:
    """A member of an enumeration by its code.

    Raises:
        NotFoundError: there is none.
    """
    try:
        return enumeration(code)
    except ValueError as error:
        raise NotFoundError from error
