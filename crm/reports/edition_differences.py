"""What an edition said against what the same brief would say today, figure by figure. Pure.

Every figure of the frozen brief is held against the one computed anew, not the pipeline alone. A
figure that is None was not printed: too few in public, or there was no such line. In public a line
that is missing may stand within another one, or be withheld: it is never zero.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from crm.reports.converted import UsedRate, convert_sums
from crm.reports.edition_figures import (
    Day,
    Difference,
    Figure,
    Loss,
    Part,
    Period,
    Place,
    Stated,
)
from crm.reports.movement import Amount, Move, Movement
from crm.reports.params import Scope
from crm.reports.pipeline import Pipeline
from crm.reports.sums import FEW, Sums
from crm.reports.takeaway.brief import Brief, Expectation
from models.measure import Qualifier

T = TypeVar("T")

_NOBODY = Sums()
_OF_QUARTER = (Figure.LEADS, Figure.STATED, Figure.JOBS)


def find_differences(
    reported: Brief, known: Brief, *, is_whole: bool, has_forecast: bool = True
) -> Iterator[Difference]:
    """Every figure that differs, part by part.

    `is_whole` says that the reader may see every lead that stands in the edition by name. Of lists
    from which a lead is left out only what both hold is compared: the leads that moved up in its
    place are no news. `has_forecast` says that both forecasts were made for the same day.
    """
    yield from _pipeline(reported.pipeline.now, known.pipeline.now)
    yield from _movement(reported.movement, known.movement)
    yield from _rates(reported.pipeline.now, known.pipeline.now)
    yield from _announced(reported, known)
    yield from _lists(reported, known, is_whole=is_whole)
    if has_forecast:
        yield from _landing(reported, known)


def _pairs(
    before: Mapping[Hashable, T], after: Mapping[Hashable, T]
) -> Iterator[tuple[Any, T | None, T | None]]:
    for key in dict.fromkeys((*before, *after)):
        yield key, before.get(key), after.get(key)


def _said(
    part: Part, place: Place, figures: Iterable[tuple[Figure, str | None, Any, Any]]
) -> Iterator[Difference]:
    for figure, currency, was, now in figures:
        if was != now:
            yield Difference(part, place, figure, was, now, currency)


def _whole(value: Decimal | None) -> int | None:
    return None if value is None else round(value)


def _of_sums(
    before: Sums | None, after: Sums | None, *, missing: Sums = _NOBODY
) -> Iterator[tuple[Figure, str | None, Any, Any]]:
    was, now = before or missing, after or missing
    codes = {money.currency for sums in (was, now) for money in sums.capex}
    one, other = _figures(was, codes), _figures(now, codes)
    for (figure, code), value in one.items():
        yield figure, code, value, other[figure, code]


def _figures(sums: Sums, codes: Iterable[str | None]) -> dict[tuple[Figure, str | None], Any]:
    found: dict[tuple[Figure, str | None], Any] = {
        (Figure.LEADS, None): sums.lead_count,
        (Figure.ON_HOLD, None): sums.on_hold_count,
    }
    for code in sorted(codes, key=lambda code: (code is None, code or "")):
        money = sums.in_currency(code)
        found[Figure.STATED, code] = money.amount
        found[Figure.WEIGHTED, code] = _whole(money.weighted)
    jobs = sums.jobs
    found |= {
        (Figure.UNKNOWN_AMOUNT, None): sums.unknown_capex_count,
        (Figure.JOBS, None): jobs.count,
        (Figure.WEIGHTED_JOBS, None): _whole(jobs.weighted),
        (Figure.UNKNOWN_JOBS, None): jobs.unknown_count,
    }
    # Too few to print: none of it stood there, which is not zero.
    return dict.fromkeys(found) if sums.is_few else found


def _pipeline(then: Pipeline, today: Pipeline) -> Iterator[Difference]:
    missing = FEW if then.scope is Scope.PUBLIC else _NOBODY
    for stage, was, now in _pairs(_places(then), _places(today)):
        yield from _said(Part.PIPELINE, stage, _of_sums(was, now, missing=missing))
    yield from _said(Part.PIPELINE, None, _of_sums(then.total, today.total))
    before: dict[Hashable, Any] = {line.quarter: line for line in then.announced}
    after: dict[Hashable, Any] = {line.quarter: line for line in today.announced}
    for quarter, was, now in _pairs(before, after):
        for is_shared, before_sums, after_sums in (
            (False, was.ours if was else None, now.ours if now else None),
            (True, was.shared if was else None, now.shared if now else None),
        ):
            figures = [item for item in _of_sums(before_sums, after_sums) if item[0] in _OF_QUARTER]
            yield from _said(Part.QUARTERS, Period(quarter, is_shared), figures)


def _rates(then: Pipeline, today: Pipeline) -> Iterator[Difference]:
    """The rates that sums were converted at, if they were, and what came out over all stages."""
    if then.rates is None:
        return
    before: dict[Hashable, UsedRate] = {rate.currency: rate for rate in then.rates.used}
    found = today.rates.used if today.rates is not None else ()
    after: dict[Hashable, UsedRate] = {rate.currency: rate for rate in found}
    for _code, was, now in _pairs(before, after):
        yield from _said(Part.RATES, then.rates.target, [(Figure.RATE, None, was, now)])
    one, other = (_whole(_converted(pipeline)) for pipeline in (then, today))
    yield from _said(Part.RATES, None, [(Figure.CONVERTED, then.rates.target, one, other)])


def _converted(pipeline: Pipeline) -> Decimal | None:
    return convert_sums(pipeline.total, pipeline.rates).amount if pipeline.rates else None


def _places(pipeline: Pipeline) -> dict[Hashable, Sums]:
    """As the page prints them: stages, or the neighbouring ones that stand as one in public."""
    if pipeline.bands:
        return {
            band.stages[0] if len(band.stages) == 1 else band.stages: band.sums
            for band in pipeline.bands
        }
    return {line.stage: line.sums for line in pipeline.stages}


def _amounts(before: tuple[Amount, ...], after: tuple[Amount, ...]) -> Iterator[Any]:
    was = {item.currency: item.amount for item in before}
    now = {item.currency: item.amount for item in after}
    for code in sorted({*was, *now}, key=lambda code: (code is None, code or "")):
        yield code, was.get(code, 0), now.get(code, 0)


def _movement(then: Movement, today: Movement) -> Iterator[Difference]:
    for was, now in ((then.opening, today.opening), (then.closing, today.closing)):
        yield from _said(
            Part.MOVEMENT,
            was.day,
            [
                (Figure.LEADS, None, was.lead_count, now.lead_count),
                *(
                    (Figure.STATED, code, one, other)
                    for code, one, other in _amounts(was.capex, now.capex)
                ),
                (Figure.JOBS, None, was.jobs, now.jobs),
            ],
        )
    for move in Move:
        line, other_line = then.line(move), today.line(move)
        yield from _said(
            Part.MOVEMENT,
            move,
            [
                (Figure.EVENTS, None, line.event_count, other_line.event_count),
                (Figure.CHANGE_LEADS, None, line.lead_delta, other_line.lead_delta),
                *(
                    (Figure.CHANGE_STATED, code, one, other)
                    for code, one, other in _amounts(line.capex, other_line.capex)
                ),
                (Figure.CHANGE_JOBS, None, line.jobs, other_line.jobs),
            ],
        )
    yield from _losses(then, today)


def _losses(then: Movement, today: Movement) -> Iterator[Difference]:
    before: dict[Loss, int] = {
        Loss(line.reason, line.place, line.is_other): line.lead_count for line in then.losses
    }
    after: dict[Loss, int] = {
        Loss(line.reason, line.place, line.is_other): line.lead_count for line in today.losses
    }
    missing = None if then.scope is Scope.PUBLIC else 0
    for loss in dict.fromkeys((*before, *after)):
        was, now = before.get(loss, missing), after.get(loss, missing)
        yield from _said(Part.LOSSES, loss, [(Figure.LEADS, None, was, now)])


def _announced(reported: Brief, known: Brief) -> Iterator[Difference]:
    yield from _said(
        Part.ANNOUNCED, None, [(Figure.COUNT, None, reported.made_count, known.made_count)]
    )
    before: dict[Hashable, Any] = {(item.public_on, item.title): item for item in reported.made}
    after: dict[Hashable, Any] = {(item.public_on, item.title): item for item in known.made}
    for (_day, title), was, now in _pairs(before, after):
        if was is None or now is None:
            figures: list[Any] = [(Figure.STANDS, None, was is not None, now is not None)]
        else:
            figures = _amount_figures(was, now)
            jobs = [_stated(item.jobs, item.jobs_upper, item.jobs_qualifier) for item in (was, now)]
            figures.append((Figure.JOBS, None, *jobs))
        yield from _said(Part.ANNOUNCED, title, figures)


def _stated(number: int | None, upper: int | None, qualifier: Qualifier | None) -> Stated | None:
    return None if number is None else Stated(number, upper, qualifier)


def _amount_figures(was: Any, now: Any) -> list[Any]:
    """An amount under the currency that it is in; one of another currency is another line."""
    one, other = (_stated(item.amount, item.upper, item.qualifier) for item in (was, now))
    if was.currency == now.currency:
        return [(Figure.STATED, was.currency, one, other)]
    return [(Figure.STATED, was.currency, one, None), (Figure.STATED, now.currency, None, other)]


def _lists(reported: Brief, known: Brief, *, is_whole: bool) -> Iterator[Difference]:
    before: dict[Hashable, Any] = {item.lead.lead_id: item for item in reported.near}
    after: dict[Hashable, Any] = {item.lead.lead_id: item for item in known.near}
    for _key, was, now in _pairs(before, after):
        [one, *_] = [item for item in (was, now) if item is not None]
        name = one.lead.name
        if was is None or now is None:
            if is_whole:
                stands = [(Figure.STANDS, None, was is not None, now is not None)]
                yield from _said(Part.NEAR, name, stands)
        else:
            figures = [(Figure.STAGE, None, was.stage, now.stage), *_amount_figures(was, now)]
            yield from _said(Part.NEAR, name, figures)
    if not is_whole:
        return
    days_before: dict[Hashable, Any] = {_day_of(item): item for item in reported.milestones}
    days_after: dict[Hashable, Any] = {_day_of(item): item for item in known.milestones}
    for day, was, now in _pairs(days_before, days_after):
        stands = [(Figure.STANDS, None, was is not None, now is not None)]
        yield from _said(Part.NEXT, day, stands)


def _day_of(item: Any) -> Day:
    name = item.lead.name if item.lead is not None else item.name
    return Day(item.day, item.precision, item.due, name, item.markets)


def _landing(reported: Brief, known: Brief) -> Iterator[Difference]:
    """The forecast, if it stood in the edition."""
    if reported.landing is None:
        return
    quarters = known.landing.quarters if known.landing is not None else ()
    before: dict[Hashable, Expectation] = {item.quarter: item for item in reported.landing.quarters}
    after: dict[Hashable, Expectation] = {item.quarter: item for item in quarters}
    for quarter, was, now in _pairs(before, after):
        one, other = _expected(was), _expected(now)
        figures = [(figure, None, one[figure], other[figure]) for figure in one]
        yield from _said(Part.LANDING, quarter, figures)


def _expected(item: Expectation | None) -> dict[Figure, Any]:
    """As the page prints it: the rest of a decimal is no difference."""
    return {
        Figure.EXPECTED: None if item is None else round(item.leads, 1),
        Figure.LIKELY_FROM: None if item is None else item.low,
        Figure.LIKELY_TO: None if item is None else item.high,
    }
