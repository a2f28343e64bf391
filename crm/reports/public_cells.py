"""Figures that are safe to publish: no cell tells of fewer than three leads. Pure.

Restricted leads and those under embargo were never in the figures (`Scope.PUBLIC`). Here what is
small is put together first: neighbouring stages, then countries, sectors and the like as "other";
what is still below three has no number. An amount or a number of jobs that fewer than three leads
state is withheld in every part of the table, so that nobody subtracts it from the total. How much
the largest lead makes, and how many leads said "about", is left out.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from crm.reports.conversion import Cohort, Conversion
from crm.reports.movement import LossLine, MoveLine, Movement, Standing
from crm.reports.params import Dimension
from crm.reports.pipeline import OPEN_STAGES, Band, GroupKey, GroupLine, Pipeline, StageLine
from crm.reports.sums import FEW, Jobs, Money, Sums, Told, merged
from crm.reports.velocity import Velocity
from models.lead import LossReason
from models.stage import StageCode

FEWEST = 3


def is_few(count: int | None) -> bool:
    """Whether a count is too small to print. Nobody at all is not."""
    return count is None or 0 < count < FEWEST


def publish_pipeline(pipeline: Pipeline) -> Pipeline:
    """The pipeline as it may be published. Its groups have no stages of their own."""
    open_lines = pipeline.stages[: len(OPEN_STAGES)]
    bands = _bands(open_lines)
    hidden = _hidden([band.sums for band in bands])
    published = tuple(Band(band.stages, _published(band.sums, hidden)) for band in bands)
    return replace(
        pipeline,
        total=_published(pipeline.total, _hidden([pipeline.total])),
        stages=tuple(_stage(line, published) for line in pipeline.stages),
        groups=_published_groups(pipeline.groups, pipeline.by),
        bands=published,
    )


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
    return replace(line, sums=band.sums if len(band.stages) == 1 else FEW)


def _published_groups(groups: Sequence[GroupLine], by: Dimension) -> tuple[GroupLine, ...]:
    if by is Dimension.AGREEMENT:
        # Groups that share leads cannot be put together.
        kept = list(groups)
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


def _hidden(parts: Sequence[Sums]) -> frozenset[str | None]:
    """The currencies, and "jobs", that fewer than three leads of some part state."""
    found = {money.currency for part in parts for money in part.capex if is_few(money.lead_count)}
    if any(is_few(part.jobs.lead_count) for part in parts):
        found.add(_JOBS)
    return frozenset(found)


# No currency has such a code.
_JOBS = "jobs"


def _published(sums: Sums, hidden: frozenset[str | None]) -> Sums:
    if is_few(sums.lead_count):
        return FEW
    return Sums(
        sums.lead_count,
        None if is_few(sums.on_hold_count) else sums.on_hold_count,
        tuple(
            Money(
                money.currency,
                amount=None,
                upper=None,
                weighted=None,
                largest=None,
                lead_count=None,
                unknown_count=money.unknown_count,
                is_few=True,
            )
            if money.currency in hidden
            else replace(money, largest=None, told=Told())
            for money in sums.capex
        ),
        Jobs(
            count=None,
            upper=None,
            weighted=None,
            largest=None,
            lead_count=None,
            unknown_count=sums.jobs.unknown_count,
            is_few=True,
        )
        if _JOBS in hidden
        else replace(sums.jobs, largest=None, told=Told()),
    )


def publish_movement(movement: Movement) -> Movement:
    """The bridge as it may be published: no places, no passages, no line of few events.

    A currency that fewer than three leads state on some line is on none of the lines.
    """
    lines = movement.lines
    hidden = {item.currency for line in lines for item in line.capex if is_few(item.lead_count)} | {
        item.currency for line in lines if is_few(line.event_count) for item in line.capex
    }
    return replace(
        movement,
        opening=_published_standing(movement.opening),
        closing=_published_standing(movement.closing),
        lines=tuple(_published_line(line, hidden) for line in lines),
        losses=_published_losses(movement.losses),
        passages=(),
    )


def _published_standing(standing: Standing) -> Standing:
    if is_few(standing.lead_count):
        return Standing(standing.day, None, (), None, None, None, None, (), is_few=True)
    return replace(
        standing,
        capex=tuple(
            replace(item, amount=None, lead_count=None) if is_few(item.lead_count) else item
            for item in standing.capex
        ),
        stages=(),
    )


def _published_line(line: MoveLine, hidden: set[str | None]) -> MoveLine:
    if is_few(line.event_count):
        return MoveLine(line.move, None, None, (), None, None, None, None, is_few=True)
    return replace(
        line,
        capex=tuple(
            replace(item, amount=None, lead_count=None) if item.currency in hidden else item
            for item in line.capex
        ),
    )


def _published_losses(losses: Sequence[LossLine]) -> tuple[LossLine, ...]:
    """By reason alone; reasons of few leads are put together, and left out if still few."""
    counts: Counter[LossReason | None] = Counter()
    for line in losses:
        counts[line.reason] += line.lead_count
    shown = [
        LossLine(reason, None, count, ()) for reason, count in counts.items() if not is_few(count)
    ]
    few = sum(count for count in counts.values() if is_few(count))
    while shown and is_few(few):
        few += shown.pop().lead_count
    other = [LossLine(None, None, few, (), is_other=True)] if few and not is_few(few) else []
    return (*shown, *other)


def publish_conversion(conversion: Conversion) -> Conversion:
    """Conversion as it may be published: cohorts of few leads say nothing."""
    return replace(
        conversion,
        stages=tuple(
            replace(
                stage,
                all=_published_cohort(stage.all),
                cohorts=tuple(_published_cohort(cohort) for cohort in stage.cohorts),
            )
            for stage in conversion.stages
        ),
    )


def _published_cohort(cohort: Cohort) -> Cohort:
    counts = (cohort.moved_count, cohort.open_count, cohort.ended_count, cohort.passed_on_count)
    # A part of few leads is as telling as a whole of few.
    if not any(is_few(count) for count in counts):
        return cohort
    return Cohort(cohort.quarter, 0, 0, 0, 0, is_few=True)


def publish_velocity(velocity: Velocity) -> Velocity:
    """Velocity as it may be published: without the curves, in which one lead is one step."""
    return replace(
        velocity,
        stages=tuple(
            replace(
                stage,
                moved=replace(stage.moved, curve=()),
                left=replace(stage.left, curve=()),
            )
            for stage in velocity.stages
        ),
        to_announced=replace(velocity.to_announced, curve=()),
        announced_only=replace(velocity.announced_only, curve=()),
    )
