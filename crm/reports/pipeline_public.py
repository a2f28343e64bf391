"""The pipeline as it may be published: no cell tells of fewer than three leads. Pure.

Restricted leads and those under embargo were never in the figures (`Scope.PUBLIC`). Here what is
small is put together first: neighbouring stages, then countries, sectors and the like as "other";
what is still below three has no number. What fewer than three leads of some part state, or leave
unsaid, is withheld in every part of the table, so that nobody subtracts it from the total. A sum
and a weighted sum of two stages tell both: the weighted one is then withheld. How much the largest
lead makes, and how many leads said "about", is left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from crm.reports.params import Dimension
from crm.reports.pipeline import (
    OPEN_STAGES,
    Band,
    GroupKey,
    GroupLine,
    Pipeline,
    PipelineReport,
    StageLine,
)
from crm.reports.sums import FEW, TOGETHER, ZERO, Jobs, Money, Sums, Told, merged
from crm.reports.withholding import is_few, is_share_few
from models.stage import StageCode

# What is withheld beside currencies, none of which has such a code.
_JOBS, _UNKNOWN_CAPEX, _UNKNOWN_JOBS, _ON_HOLD = "jobs", "unknown", "unknown jobs", "on hold"

Hidden = frozenset[str | None]


def publish_pipeline(pipeline: Pipeline) -> Pipeline:
    """The pipeline as it may be published. Its groups have no stages of their own."""
    open_lines = pipeline.stages[: len(OPEN_STAGES)]
    bands = _bands(open_lines)
    hidden = _hidden([band.sums for band in bands])
    published = tuple(
        Band(band.stages, _published(band.sums, hidden, is_weighted=len(band.stages) == 1))
        for band in bands
    )
    return replace(
        pipeline,
        total=_published_total(pipeline, bands, hidden),
        stages=tuple(_stage(line, published) for line in pipeline.stages),
        groups=_published_groups(pipeline.groups, pipeline.by),
        bands=published,
    )


def publish_report(report: PipelineReport) -> PipelineReport:
    """Both days as they may be published; of the earlier one only how many leads there were.

    Two sums of two days tell what came between them, which may be one lead.
    """
    before = report.before
    if before is None:
        return report
    return replace(
        report,
        before=replace(
            before,
            total=_counted(before.total),
            stages=tuple(replace(line, sums=_counted(line.sums)) for line in before.stages),
            groups=(),
            announced=(),
            bands=tuple(replace(band, sums=_counted(band.sums)) for band in before.bands),
            # Without sums nothing is converted.
            rates=None,
        ),
    )


def _counted(sums: Sums) -> Sums:
    return replace(sums, on_hold_count=None, capex=(), jobs=_NO_JOBS)


_NO_JOBS = Jobs(None, None, None, None, None, None, is_few=True)


def _bands(lines: Sequence[StageLine]) -> list[Band]:
    """Neighbouring stages put together until none has few leads."""
    found: list[list[StageLine]] = []
    for line in lines:
        if found and is_few(_count(found[-1])):
            found[-1].append(line)
        else:
            found.append([line])
    while len(found) > 1 and is_few(_count(found[-1])):
        last = found.pop()
        found[-1] += last
    return [
        Band(tuple(line.stage for line in lines), merged(line.sums for line in lines))
        for lines in found
    ]


def _count(lines: Iterable[StageLine]) -> int:
    return sum(line.sums.lead_count or 0 for line in lines)


def _stage(line: StageLine, bands: Iterable[Band]) -> StageLine:
    if line.stage is StageCode.ANNOUNCED:
        # Announced leads stand alone, next to no neighbour.
        return replace(line, sums=_published(line.sums, _hidden([line.sums])))
    [band] = [band for band in bands if line.stage in band.stages]
    if len(band.stages) == 1 or band.sums.is_few:
        return replace(line, sums=band.sums)
    return replace(line, sums=TOGETHER)


def _published_groups(groups: Sequence[GroupLine], by: Dimension) -> tuple[GroupLine, ...]:
    if by is Dimension.AGREEMENT:
        # Groups that share leads cannot be put together. The leads that cite none are left out:
        # with the total they would tell how many cite any.
        kept = [line for line in groups if line.key.code is not None]
    else:
        kept = [line for line in groups if not is_few(line.sums.lead_count)]
        small = [line for line in groups if is_few(line.sums.lead_count)]
        while kept and small and is_few(sum(line.sums.lead_count or 0 for line in small)):
            smallest = min(kept, key=lambda line: line.sums.lead_count or 0)
            kept.remove(smallest)
            small.append(smallest)
        if small:
            other = merged(line.sums for line in small)
            kept.append(GroupLine(GroupKey(is_other=True), other, ()))
    hidden = _hidden([line.sums for line in kept])
    return tuple(GroupLine(line.key, _published(line.sums, hidden), ()) for line in kept)


def _hidden(parts: Sequence[Sums]) -> Hidden:
    """What is printed of no part, because it is too small in one: currencies and the marks."""
    found = {money.currency for part in parts for money in part.capex if is_few(money.lead_count)}
    for part in parts:
        count = part.lead_count or 0
        if is_few(part.jobs.lead_count):
            found.add(_JOBS)
        if is_share_few(part.jobs.unknown_count or 0, count):
            found.add(_UNKNOWN_JOBS)
        if is_share_few(part.unknown_capex_count or 0, count) or any(
            is_few(money.unknown_count) for money in part.capex
        ):
            found.add(_UNKNOWN_CAPEX)
        if is_share_few(part.on_hold_count or 0, count):
            found.add(_ON_HOLD)
    return frozenset(found)


def _published(sums: Sums, hidden: Hidden, *, is_weighted: bool = True) -> Sums:
    """Sums without what is hidden; a hidden currency stands everywhere, used or not."""
    if is_few(sums.lead_count):
        return FEW
    kept = [money for money in sums.capex if money.currency not in hidden]
    codes = hidden - _MARKS
    unknown = None if _UNKNOWN_CAPEX in hidden else 0
    capex = [
        replace(
            money,
            upper=None,
            weighted=money.weighted if is_weighted else None,
            largest=None,
            unknown_count=None if unknown is None else money.unknown_count,
            told=Told(),
        )
        for money in kept
    ]
    if sums.lead_count:
        capex += [
            _few_money(code, None if unknown is None else sums.in_currency(code).unknown_count)
            for code in codes
        ]
    jobs = sums.jobs
    unknown_jobs = None if _UNKNOWN_JOBS in hidden else jobs.unknown_count
    return Sums(
        sums.lead_count,
        None if _ON_HOLD in hidden else sums.on_hold_count,
        tuple(sorted(capex, key=lambda money: (money.currency is None, money.currency or ""))),
        replace(_NO_JOBS, unknown_count=unknown_jobs)
        if _JOBS in hidden
        else replace(
            jobs,
            upper=None,
            weighted=jobs.weighted if is_weighted else None,
            largest=None,
            unknown_count=unknown_jobs,
            told=Told(),
        ),
    )


_MARKS = frozenset({_JOBS, _UNKNOWN_CAPEX, _UNKNOWN_JOBS, _ON_HOLD})


def _few_money(currency: str | None, unknown_count: int | None) -> Money:
    return Money(
        currency,
        amount=None,
        upper=None,
        weighted=None,
        largest=None,
        lead_count=None,
        unknown_count=unknown_count,
        is_few=True,
    )


def _published_total(pipeline: Pipeline, bands: Sequence[Band], hidden: Hidden) -> Sums:
    """The open pipeline, without the weighted sums that would tell the parts of it."""
    total = pipeline.total
    found = _published(total, _hidden([total]))
    if found.is_few:
        return found

    def may_weigh(what: str | None) -> bool:
        return _may_weigh(pipeline, bands, hidden, what)

    return replace(
        found,
        capex=tuple(
            money if may_weigh(money.currency) else replace(money, weighted=None)
            for money in found.capex
        ),
        jobs=found.jobs if may_weigh(_JOBS) else replace(found.jobs, weighted=None),
    )


def _may_weigh(pipeline: Pipeline, bands: Sequence[Band], hidden: Hidden, what: str | None) -> bool:
    """Whether the weighted total leaves open what each stage that is not printed adds to it.

    A sum over several stages and its weighted sum tell the parts where the stages are two, and
    where all of it is at the stages with the lowest chance, or all at those with the highest.
    """
    total, weighted = _size(pipeline.total, what)
    if what in hidden:
        # The sum and the weighted sum of all, over the stages that a reader cannot rule out.
        possible = [band for band in bands if _may_state(band.sums, hidden, what)]
        several = [(total, [stage for band in possible for stage in band.stages])]
    else:
        # A sum a band, and over all bands of several stages one weighted sum.
        stating = [(band, *_size(band.sums, what)) for band in bands]
        weighted -= sum((one for band, _sum, one in stating if len(band.stages) == 1), ZERO)
        several = [
            (size, list(band.stages)) for band, size, _one in stating if len(band.stages) > 1
        ]
    several = [(size, stages) for size, stages in several if size]
    if not several:
        return True
    chances = [[pipeline.weights.of(stage) for stage in stages] for _sum, stages in several]
    if any(len(set(of_band)) < len(of_band) for of_band in chances):
        return False
    parts = list(zip((size for size, _stages in several), chances, strict=True))
    low = sum((size * min(of_band) for size, of_band in parts), ZERO)
    high = sum((size * max(of_band) for size, of_band in parts), ZERO)
    is_open = sum(len(of_band) for of_band in chances) > len(several) + 1
    return is_open and low < weighted < high


def _size(sums: Sums, what: str | None) -> tuple[int, Decimal]:
    if what == _JOBS:
        return sums.jobs.count or 0, sums.jobs.weighted or ZERO
    money = sums.in_currency(what)
    return money.amount or 0, money.weighted or ZERO


def _may_state(sums: Sums, hidden: Hidden, what: str | None) -> bool:
    """Whether a reader cannot rule out that some lead states it."""
    mark = _UNKNOWN_JOBS if what == _JOBS else _UNKNOWN_CAPEX
    silent = sums.jobs.unknown_count if what == _JOBS else sums.unknown_capex_count
    return (sums.lead_count or 0) > (0 if mark in hidden else silent or 0)
