"""The rates that a report converts with: one read for each of its days."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from crm.rates.queries import rates_on
from crm.reports.converted import Rates, UsedRate
from crm.reports.params import ReportParams


def read_rates(
    session: Session, params: ReportParams, day: date, currencies: Iterable[str | None]
) -> Rates | None:
    """The rates of a day into the currency that somebody asked for, of those that are of use."""
    target = params.convert
    if target is None:
        return None
    used = tuple(
        UsedRate(
            held.currency if held.target == target else held.target,
            held.rate,
            held.stated_on,
            held.source,
            is_inverse=held.target != target,
        )
        for held in rates_on(session, target, day)
    )
    return Rates(target, day, used, is_counted=not params.is_public).only(currencies)
