"""The filters of `reports`: a word that means nothing on file is refused, never passed over.

A page shows which filters are in force; a file or an answer in JSON goes to a program, which would
take the figures of no lead, or of every one, for those that it asked for.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.countries import country_codes
from crm.leads.filters import MINE, NOBODY
from crm.leads.list_queries import load_options
from models.agreement import Agreement
from models.errors import DomainError, N_
from models.user import User

_LISTED = 12
_DAYS = {"as_of": "--as-of", "compare": "--compare"}


def checked_filters(session: Session, options: Mapping[str, str | None]) -> dict[str, str | None]:
    """The options as a report reads them.

    Raises:
        DomainError: a code or an id that is none of the office's; the sentence says which there
            are.
    """
    found = dict(options)
    country = (options.get("country") or "").strip().upper()
    if country:
        if country not in country_codes():
            raise DomainError(
                N_("--country: “%(value)s” is no country's code. Write two letters such as JP."),
                value=options["country"],
            )
        found["country"] = country
    if not any(options.get(name) for name in ("office", "sector", "source", "owner", "agreement")):
        return found
    on_file = load_options(session, language="en")
    people = [(MINE, "your own"), (NOBODY, "without owner"), *on_file.owners]
    _check(options, "office", on_file.offices)
    _check(options, "sector", on_file.sectors)
    _check(options, "source", on_file.sources)
    if not _has(session, User.public_id, options.get("owner")):
        _check(options, "owner", people)
    if not _has(session, Agreement.public_id, options.get("agreement")):
        _check(options, "agreement", _agreements(session))
    return found


@contextmanager
def options_named() -> Iterator[None]:
    """A day that cannot be says at which option it stands."""
    try:
        yield
    except DomainError as error:
        option = _DAYS.get(error.field or "")
        if option is None:
            raise
        raise DomainError(
            N_("%(option)s: %(problem)s"), field=error.field, option=option, problem=str(error)
        ) from error


def _has(session: Session, column: sa.orm.InstrumentedAttribute[str], value: str | None) -> bool:
    """Whether somebody, who may have left, or something bears an id."""
    return (
        value is not None and session.scalar(sa.select(sa.func.count()).where(column == value)) == 1
    )


def _agreements(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(
        sa.select(Agreement.public_id, Agreement.name).order_by(Agreement.name, Agreement.id)
    )
    return [(row.public_id, row.name) for row in rows]


def _check(options: Mapping[str, str | None], name: str, on_file: list[tuple[str, str]]) -> None:
    value = options.get(name)
    if not value or value in {code for code, _title in on_file}:
        return
    listed = [f"{code} ({title})" for code, title in on_file[:_LISTED]]
    if len(on_file) > _LISTED:
        listed.append("...")
    raise DomainError(
        N_("--%(option)s: nothing on file has the code “%(value)s”. There are: %(list)s."),
        option=name,
        value=value,
        list=", ".join(listed) or "-",
    )
