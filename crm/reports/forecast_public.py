"""The forecast as it may be published: no number tells of fewer than three leads. Pure.

Restricted leads and those under embargo were never in the figures. Expected sums are rough and
without a likely range: its ends would be the amounts of single leads. Of past forecasts, leads
alone are told. Nothing is published before enough past quarters were judged.
"""

from dataclasses import replace
from math import floor, log10

from crm.reports.forecast import (
    FEWEST_IN_PUBLIC,
    Currency,
    Expected,
    ExpectedQuarter,
    ForecastReport,
    Outlook,
    PastQuarter,
)

_ROUGH_DIGITS = 2
# A sum of which one lead makes more is as good as that lead's.
_MOST_OF_ONE = 0.75


def publish_forecast(report: ForecastReport) -> ForecastReport:
    """The forecast without what would tell of few leads, or without any figure."""
    if not report.course.is_enough:
        return replace(report, outlook=None, past=(), is_held_back=True)
    outlook = report.outlook
    is_few = outlook is not None and _is_few(outlook.scored_count)
    return replace(
        report,
        outlook=None if outlook is None or is_few else _outlook(outlook),
        past=tuple(_past(one) for one in report.past),
        is_few=is_few,
    )


def _is_few(count: int) -> bool:
    return count < FEWEST_IN_PUBLIC


def _is_of_one(share: float | None) -> bool:
    return share is not None and share > _MOST_OF_ONE


def _told(count: int | None) -> int | None:
    """A count, unless it is of one or two leads."""
    return None if count is None or 0 < count < FEWEST_IN_PUBLIC else count


def _outlook(outlook: Outlook) -> Outlook:
    with_jobs = outlook.scored_count - (outlook.unknown_jobs_count or 0)
    has_jobs = not (_is_few(with_jobs) or _is_of_one(outlook.largest_jobs_share))
    currencies = tuple(_currency(one) for one in outlook.currencies)

    def line(one: ExpectedQuarter) -> ExpectedQuarter:
        return ExpectedQuarter(
            one.quarter,
            replace(one.leads, mean=round(one.leads.mean, 1)),
            _rough(one.jobs) if has_jobs else None,
            tuple(
                _rough(expected) if currency.has_amounts else None
                for expected, currency in zip(one.capex, currencies, strict=True)
            ),
            _told(one.announced_count),
        )

    return replace(
        outlook,
        # What the chances of so many leads rest on would be told by subtraction.
        learned_count=0 if outlook.learned_count == 0 else None,
        rate_count=0 if outlook.rate_count == 0 else None,
        refused_count=None,
        starting_count=0 if outlook.starting_count == 0 else None,
        unscored_count=_told(outlook.unscored_count),
        quarters=tuple(line(one) for one in outlook.quarters),
        whole=None if outlook.whole is None else line(outlook.whole),
        currencies=currencies,
        unknown_jobs_count=_told(outlook.unknown_jobs_count) if has_jobs else None,
        largest_jobs_share=None,
    )


def _currency(currency: Currency) -> Currency:
    """How many state an amount is never told: the others would be what is left."""
    count = currency.lead_count or 0
    if count == 0:
        return replace(currency, unknown_count=None, largest_share=None)
    is_few = _is_few(count) or _is_of_one(currency.largest_share)
    return Currency(
        currency.code,
        None,
        None if is_few else _told(currency.unknown_count),
        largest_share=None,
        is_few=is_few,
    )


def _rough(expected: Expected | None) -> Expected | None:
    if expected is None or expected.mean <= 0:
        return expected and Expected(0.0)
    digits = _ROUGH_DIGITS - 1 - floor(log10(expected.mean))
    return Expected(round(expected.mean, digits))


def _past(one: PastQuarter) -> PastQuarter:
    return replace(
        one,
        leads=replace(one.leads, mean=round(one.leads.mean, 1)),
        came_count=_told(one.came_count),
        later_count=None,
        jobs=None,
        capex=(),
    )
