"""Conversion and velocity as they may be published. Pure.

Whoever moved on from a stage entered the next one, so the stages tell of one another: all that
entered are those that moved on and those that did not, for whatever reason. How many entered is
printed where the fall from the stage printed before is none or not small; why leads did not move
on, where none of the reasons is small, or two at least are withheld.
"""

from collections.abc import Sequence
from dataclasses import replace

from crm.reports.conversion import Cohort, Conversion, StageConversion
from crm.reports.velocity import StageVelocity, Times, Velocity
from crm.reports.withholding import Part, is_few, is_safe, withheld

_LEAVES = ("open_count", "ended_count", "passed_on_count")
_PARTS = ("moved_count", *_LEAVES)


def publish_conversion(conversion: Conversion) -> Conversion:
    """Conversion as it may be published."""
    stages = conversion.stages
    entered = [_whole(stage.all) for stage in stages]
    entered += [stages[-1].all.moved_count or 0]
    is_printed = _printed(entered)
    return replace(
        conversion,
        stages=tuple(
            _stage(stage, has_entered=is_printed[place], has_moved=is_printed[place + 1])
            for place, stage in enumerate(stages)
        ),
    )


def _whole(cohort: Cohort) -> int:
    return sum(_count(cohort, name) for name in _PARTS)


def _count(cohort: Cohort, name: str) -> int:
    return getattr(cohort, name) or 0


def _printed(entered: Sequence[int]) -> list[bool]:
    """Of how many entered each stage, what may be printed: nothing that tells of a small fall."""
    found: list[bool] = []
    last: int | None = None
    for number in entered:
        is_open = not is_few(number) and (last is None or not is_few(last - number))
        found.append(is_open)
        last = number if is_open else last
    return found


def _stage(stage: StageConversion, *, has_entered: bool, has_moved: bool) -> StageConversion:
    whole = _of_all(stage.all, has_entered=has_entered, has_moved=has_moved)
    is_told = has_entered and has_moved
    hidden = _hidden_cohorts(stage, whole) if is_told else set(range(len(stage.cohorts)))
    return replace(
        stage,
        all=whole,
        cohorts=tuple(
            _withheld(cohort) if place in hidden and _whole(cohort) else cohort
            for place, cohort in enumerate(stage.cohorts)
        ),
        undated_count=0 if is_few(stage.undated_count) else stage.undated_count,
    )


def _of_all(cohort: Cohort, *, has_entered: bool, has_moved: bool) -> Cohort:
    if not has_moved:
        return _withheld(cohort)
    if not has_entered:
        # How many entered the next stage stands there.
        return replace(_withheld(cohort), moved_count=cohort.moved_count, is_few=False)
    counts = [_count(cohort, name) for name in _LEAVES]
    leaves = [Part(number, number, is_sensitive=is_few(number)) for number in counts]
    # How many did not move on is known from the stages.
    left = sum(counts)
    parts = [*leaves, Part(left, left, -1, is_fixed=True)]
    places = withheld(parts, are_counts=True)
    if not places:
        return cohort
    names = {_LEAVES[place] for place in places}
    # That a number is few may tell it where their sum is known: then none is called so.
    is_labelled = is_safe([parts[place] for place in places], are_counts=True)
    few = [name for name in _LEAVES if name in names and is_few(_count(cohort, name))]
    if not is_labelled:
        names = set(_LEAVES)
    still, ended, passed = (None if name in names else _count(cohort, name) for name in _LEAVES)
    return Cohort(
        cohort.quarter,
        cohort.moved_count,
        still,
        ended,
        passed,
        # All that entered but those passed on: with these it tells how many they are.
        entered_count=None if passed is None else cohort.count,
        few=tuple(few) if is_labelled else (),
    )


def _withheld(cohort: Cohort) -> Cohort:
    """Nothing of it is printed."""
    whole = _whole(cohort)
    return Cohort(cohort.quarter, None, None, None, None, is_few=is_few(whole))


def _hidden_cohorts(stage: StageConversion, whole: Cohort) -> set[int]:
    """The quarters that are not printed, so that none of them is the rest of all the others."""
    places = [place for place, cohort in enumerate(stage.cohorts) if _whole(cohort)]
    hidden = {
        place
        for place in places
        if any(is_few(_count(stage.cohorts[place], name)) for name in _PARTS)
    }
    # Entries on days that nobody knows are in no quarter: one more that is not printed.
    undated = {
        name: (getattr(stage.all, name) or 0)
        - sum(_count(cohort, name) for cohort in stage.cohorts)
        for name in _PARTS
    }
    is_undated_small = any(is_few(number) for number in undated.values())
    known = [name for name in _PARTS if getattr(whole, name) is not None]

    def is_open() -> bool:
        rest = {
            name: undated[name] + sum(_count(stage.cohorts[place], name) for place in hidden)
            for name in known
        }
        number = len(hidden) + any(undated.values())
        return number > 1 and not any(is_few(value) for value in rest.values())

    while (hidden or is_undated_small) and not is_open():
        free = [place for place in places if place not in hidden]
        if not free:
            break
        hidden.add(min(free, key=lambda place: _whole(stage.cohorts[place])))
    return hidden


def publish_velocity(velocity: Velocity) -> Velocity:
    """Velocity as it may be published: without the curves, in which one lead is one step.

    The days stay, which are those of five leads at least; how many leads there were is printed
    where none of its parts is small.
    """
    announced = velocity.announced_only.count or 0
    followed = velocity.to_announced.count or 0
    has_announced = not is_few(announced)
    has_followed = has_announced and not is_few(followed - announced) and not is_few(followed)
    return replace(
        velocity,
        stages=tuple(_velocity(stage) for stage in velocity.stages),
        to_announced=_times(velocity.to_announced, is_counted=has_followed),
        announced_only=_times(velocity.announced_only, is_counted=has_announced),
    )


def _velocity(stage: StageVelocity) -> StageVelocity:
    moved, count = stage.moved.event_count or 0, stage.moved.count or 0
    still = stage.open_count or 0
    is_counted = not any(is_few(number) for number in (moved, still, count - moved - still))
    return replace(
        stage,
        moved=_times(stage.moved, is_counted=is_counted),
        left=_times(stage.left, is_counted=is_counted),
        open_count=stage.open_count if is_counted else None,
        hidden_count=0 if is_few(stage.hidden_count) else stage.hidden_count,
    )


def _times(times: Times, *, is_counted: bool) -> Times:
    if is_counted:
        return replace(times, curve=())
    return replace(times, count=None, event_count=None, curve=())
