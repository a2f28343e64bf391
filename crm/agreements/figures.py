"""Commands on market figures: what was counted, where, in which year, as printed, by whom."""

import math
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.agreements.service import must_write, words
from crm.imports.countries import country_codes
from crm.imports.currencies import codes
from models.agreement import Statistic
from models.errors import DomainError, N_
from models.measure import Qualifier
from models.organization import Sector
from models.user import Actor

_FIRST_YEAR, _LAST_YEAR = 1900, 2100


@dataclass(frozen=True, slots=True)
class StatisticDetails:
    """What is said of a figure. `amount` counts `unit`; a rank or words may stand for a number.

    The currency of a figure that names none stays unknown.
    """

    title: str
    subject: str | None = None
    country: str | None = None
    sector_id: int | None = None
    amount: float | None = None
    upper: float | None = None
    qualifier: Qualifier | None = None
    unit: str | None = None
    currency: str | None = None
    as_printed: str | None = None
    year: int | None = None
    note: str | None = None
    source: str | None = None
    document_id: int | None = None
    is_demo: bool = False


def keep_statistic(
    session: Session, details: StatisticDetails, *, actor: Actor, now: datetime
) -> Statistic:
    """Keep a figure.

    Raises:
        DomainError: no title, neither number nor words, no source, or a number that cannot be.
        ForbiddenError: the actor may not write.
    """
    must_write(actor)
    statistic = Statistic(
        **_columns(session, details),
        document_id=details.document_id,
        is_demo=details.is_demo,
        created_at=now,
    )
    session.add(statistic)
    session.flush()
    return statistic


def revise_statistic(
    session: Session, statistic: Statistic, details: StatisticDetails, *, actor: Actor
) -> None:
    """Say better what a figure is; its document stays.

    Raises:
        DomainError: as for `keep_statistic`.
        ForbiddenError: the actor may not write.
    """
    must_write(actor)
    for name, value in _columns(session, details).items():
        setattr(statistic, name, value)
    session.flush()


def _columns(session: Session, details: StatisticDetails) -> dict[str, Any]:
    columns = asdict(details)
    for name in ("document_id", "is_demo"):
        del columns[name]
    for name in ("title", "subject", "unit", "as_printed", "note", "source"):
        columns[name] = words(columns[name])
    if columns["title"] is None:
        raise DomainError(N_("Say what the figure is about."), field="title")
    _check_number(columns)
    if columns["amount"] is None and columns["as_printed"] is None:
        raise DomainError(
            N_("Give the number, or the words as printed where there is none."), field="amount"
        )
    if columns["source"] is None and details.document_id is None:
        raise DomainError(N_("Say where the figure is from."), field="source")
    if details.country is not None and details.country not in country_codes():
        raise DomainError(N_("“%(code)s” is no country."), field="country", code=details.country)
    if details.currency is not None and details.currency not in codes():
        raise DomainError(N_("Choose a currency, or leave it unknown."), field="currency")
    if details.year is not None and not _FIRST_YEAR <= details.year <= _LAST_YEAR:
        raise DomainError(
            N_("Write the year with four digits, from %(first)s to %(last)s."),
            field="year",
            first=str(_FIRST_YEAR),
            last=str(_LAST_YEAR),
        )
    if details.sector_id is not None and (
        session.scalar(sa.select(Sector.id).where(Sector.id == details.sector_id)) is None
    ):
        raise DomainError(N_("Choose the sector from the list."), field="sector")
    return columns


def _check_number(columns: dict[str, Any]) -> None:
    amount, upper, qualifier = columns["amount"], columns["upper"], columns["qualifier"]
    if any(number is not None and not math.isfinite(number) for number in (amount, upper)):
        raise DomainError(N_("This is no number."), field="amount")
    if qualifier is Qualifier.NOT_DISCLOSED or (qualifier is not None and amount is None):
        if amount is not None or upper is not None:
            raise DomainError(N_("A figure that is not disclosed has no number."), field="amount")
        if qualifier is not Qualifier.NOT_DISCLOSED:
            raise DomainError(N_("Give the number that this is said of."), field="amount")
        return
    if upper is not None and qualifier not in (None, Qualifier.BETWEEN):
        raise DomainError(N_("Only a range has a second number."), field="upper")
    if upper is None and qualifier is Qualifier.BETWEEN:
        raise DomainError(N_("A range has two numbers."), field="upper")
    if upper is not None and (amount is None or upper < amount):
        raise DomainError(N_("A range runs from the smaller to the larger number."), field="upper")
    if amount is not None and qualifier is None:
        # A number that is written plainly is meant as it stands.
        columns["qualifier"] = Qualifier.BETWEEN if upper is not None else Qualifier.EXACT
