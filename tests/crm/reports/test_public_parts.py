"""Shares, times, visits, missions and deliveries in public: nothing withheld can be worked out."""

import random
from collections import Counter
from datetime import date
from typing import Any

import pytest

from crm.reports.conversion import Cohort, Conversion, StageConversion
from crm.reports.course_public import publish_conversion, publish_velocity
from crm.reports.delivery import Delivery, JobsTotal, MoneyTotal, Total
from crm.reports.delivery_public import publish_delivery
from crm.reports.mission_yield import Advance, LeadYield, MissionLine, Yield
from crm.reports.mission_yield_public import publish_yield
from crm.reports.params import Scope
from crm.reports.pipeline import OPEN_STAGES, GroupKey
from crm.reports.sums import Told
from crm.reports.velocity import StageVelocity, Times, Velocity
from crm.reports.visits import Plan, PlanLine, Reach, SectorLine, Size, SizeLine, Visits
from crm.reports.visits_public import publish_visits
from crm.reports.withholding import is_few
from models.measure import Precision
from models.stage import LeadType
from tests.crm.reports.attacker import Attacker

DAY = date(2026, 6, 30)
SEEDS = range(25)
PARTS = ("moved_count", "open_count", "ended_count", "passed_on_count")
MEASURES = ("firm_count", "visited_count", "visited_before_count")


def little(dice: random.Random) -> int:
    """A count as small offices have them: mostly none or few."""
    return dice.choice((0, 0, 0, 1, 1, 2, 3, 4, 7))


def some_conversion(seed: int, *, of: Any = little) -> Conversion:
    """Leads that fall out stage by stage, each stage entered in one of four quarters."""
    dice = random.Random(seed)
    entered = of(dice)
    stages = []
    for stage in reversed(OPEN_STAGES):
        counts = (entered, of(dice), of(dice), of(dice))
        entered = sum(counts)
        quarters = [Counter(dice.randrange(5) for _lead in range(count)) for count in counts]
        cohorts = [Cohort(None, *(found[number] for found in quarters)) for number in range(5)]
        # The last of them are those of unknown days.
        has_undated = dice.random() < 0.4
        kept = cohorts[:-1] if has_undated else cohorts
        undated = sum(getattr(cohorts[-1], name) for name in PARTS) if has_undated else 0
        stages.append(StageConversion(stage, Cohort(None, *counts), tuple(kept), undated))
    return Conversion(DAY, LeadType.INVESTMENT, Scope.PUBLIC, tuple(reversed(stages)), DAY)


def work_out_cohorts(found: Conversion, whole: Conversion) -> set[Any]:
    """The withheld numbers of leads that can be worked out, by stage, quarter and part."""
    known = Attacker()
    hidden = []

    def tell(name: Any, cohort: Cohort, truth: Cohort) -> None:
        for part in PARTS:
            value = getattr(cohort, part)
            if value is None and part in cohort.few:
                known.number((name, part), low=1, high=2, whole=True)
            elif value is None:
                known.number((name, part), low=0, whole=True)
            else:
                known.number((name, part), low=value, high=value, whole=True)
            # That nobody is there may be known: it is said of all of them.
            if value is None and getattr(truth, part):
                hidden.append((name, part))
        if cohort.count is not None:
            known.equal({(name, part): 1 for part in PARTS[:3]}, cohort.count)

    for place, (stage, true) in enumerate(zip(found.stages, whole.stages, strict=True)):
        tell(place, stage.all, true.all)
        numbers = range(len(stage.cohorts))
        for number in numbers:
            tell((place, number), stage.cohorts[number], true.cohorts[number])
        for part in PARTS:
            rest = ("undated", place, part)
            known.number(rest, low=0, high=1e6 if true.undated_count else 0, whole=True)
            terms = {((place, number), part): 1.0 for number in numbers}
            known.equal({(place, part): -1, rest: 1, **terms}, 0)
        if place:
            before = {(place - 1, "moved_count"): -1.0}
            known.equal(before | {(place, part): 1.0 for part in PARTS}, 0)
    return known.pinned(hidden)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_withheld_of_conversion_can_be_worked_out(seed: int) -> None:
    whole = some_conversion(seed)
    found = publish_conversion(whole)
    assert not work_out_cohorts(found, whole), seed
    for stage in found.stages:
        for cohort in (stage.all, *stage.cohorts):
            for part in PARTS:
                value = getattr(cohort, part)
                assert value is None or not is_few(value), (seed, cohort)


def test_an_office_with_many_leads_prints_all_of_its_conversion() -> None:
    whole = some_conversion(1, of=lambda dice: dice.randrange(200, 400))
    assert publish_conversion(whole) == whole


@pytest.mark.parametrize("seed", SEEDS)
def test_velocity_prints_no_small_number(seed: int) -> None:
    dice = random.Random(seed)
    stages = []
    for stage in OPEN_STAGES:
        moved, still, ended = (little(dice) for _number in range(3))
        count = moved + still + ended
        stages.append(
            StageVelocity(
                stage,
                Times(count, moved, None, None, None),
                Times(count, moved + ended, None, None, None),
                still,
                little(dice),
            )
        )
    announced = little(dice)
    whole = Times(announced + little(dice), announced, None, None, None)
    alone = Times(announced, announced, None, None, None)
    found = publish_velocity(
        Velocity(DAY, LeadType.INVESTMENT, Scope.PUBLIC, tuple(stages), whole, alone, DAY)
    )
    for line in found.stages:
        counts = (line.moved.count, line.moved.event_count, line.left.event_count, line.open_count)
        assert counts == (None,) * 4 or not any(is_few(number) for number in counts), seed
        if line.moved.count is not None:
            ended = (line.left.event_count or 0) - (line.moved.event_count or 0)
            assert not is_few(ended), seed
        assert not is_few(line.hidden_count), seed
    pair = (found.to_announced, found.announced_only)
    numbers = [number for times in pair for number in (times.count, times.event_count)]
    assert not any(number is not None and is_few(number) for number in numbers), seed
    if None not in numbers:
        assert not is_few((found.to_announced.count or 0) - (found.announced_only.count or 0)), seed


def some_visits(seed: int) -> Visits:
    dice = random.Random(seed)
    firms = [
        (size, dice.randrange(4), dice.random() < 0.5, dice.random() < 0.5)
        for size in Size
        for _firm in range(little(dice))
    ]

    def reach(several: list[Any]) -> Reach:
        return Reach(len(several), sum(firm[2] for firm in several), sum(f[3] for f in several))

    return Visits(
        DAY,
        2026,
        reach(firms),
        tuple(SizeLine(size, reach([f for f in firms if f[0] is size])) for size in Size),
        tuple(
            SectorLine(GroupKey(f"{number}"), reach([f for f in firms if f[1] == number]))
            for number in range(4)
            if any(f[1] == number for f in firms)
        ),
        (PlanLine(Plan.DONE, 1),),
        1,
        (),
        None,
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_withheld_of_visits_can_be_worked_out(seed: int) -> None:
    whole = some_visits(seed)
    found = publish_visits(whole)
    # That nobody was visited may be known: it is said of all of them.
    none = {
        measure: [
            ("size", n) for n, one in enumerate(whole.sizes) if not getattr(one.reach, measure)
        ]
        for measure in MEASURES
    }
    assert (found.plans, found.flags, found.cases, found.visit_count) == ((), None, None, None)
    divisions = {"size": found.sizes, "sector": found.sectors}
    for measure in MEASURES:
        known = Attacker()
        reaches: dict[Any, Reach] = {"total": found.total}
        for name, lines in divisions.items():
            reaches |= {(name, place): line.reach for place, line in enumerate(lines)}
        for name, reach in reaches.items():
            value = getattr(reach, measure)
            if value is None and getattr(found.total, measure) is None and name != "total":
                # Of what is printed nowhere it is not said either what is few.
                known.number(name, low=0, whole=True)
            else:
                known.count(name, value, is_few=measure in reach.few)
        for name, lines in divisions.items():
            terms = {(name, place): 1.0 for place in range(len(lines))}
            if terms:
                known.equal(terms | {"total": -1.0}, 0)
        hidden = [
            name
            for name, reach in reaches.items()
            if getattr(reach, measure) is None and name not in none[measure]
        ]
        assert not known.pinned(hidden), (seed, measure)
    for reach in reaches.values():
        for measure in MEASURES:
            value = getattr(reach, measure)
            assert value is None or not is_few(value), seed
            if value is not None and reach.firm_count is not None:
                assert not is_few(reach.firm_count - value), seed


@pytest.mark.parametrize("seed", SEEDS)
def test_missions_print_no_name_and_no_small_number(seed: int) -> None:
    dice = random.Random(seed)
    met, kept = little(dice), little(dice)
    gained = sorted(dice.randrange(met + 1) for _window in range(3))
    due = kept + little(dice)
    line = MissionLine(
        "id", "To Blue Heron", DAY, DAY, Precision.DAY, "Blue Heron week",
        little(dice), 0, 2, False, 1, little(dice), little(dice),
        (
            LeadYield(
                LeadType.INVESTMENT,
                met,
                little(dice),
                little(dice) % (met + 1),
                tuple(Advance(90, number, is_early=False) for number in gained),
            ),
        ),
        1, due + little(dice), kept, due, 1000, "CAD", 0,
    )  # fmt: skip
    [found] = publish_yield(Yield(DAY, (line,))).missions
    assert (found.name, found.as_printed) == ("", None)
    [leads] = found.leads
    numbers = [found.meeting_count, found.talk_count, found.organization_count, leads.met_count]
    numbers += [found.promise_count, found.due_count, found.kept_count, leads.new_count]
    numbers += [leads.qualified_count, *(step.advanced_count for step in leads.advances)]
    if found.promise_count is not None:
        assert found.due_count is not None
        assert found.kept_count is not None
        numbers += [found.promise_count - found.due_count, found.due_count - found.kept_count]
    assert not any(number is not None and is_few(number) for number in numbers), seed
    # What one costs tells how many there are.
    assert (found.cost_per(found.meeting_count) is None) == (not found.meeting_count)


def test_deliveries_are_told_in_sums_of_three_or_more() -> None:
    def sums(count: int, unknown: int = 0) -> Total:
        return Total(10 * count, 10 * count, count, unknown)

    whole = Delivery(
        DAY, LeadType.INVESTMENT, Scope.PUBLIC, (), 9, 0, 2, 1, 4, 0,
        (
            MoneyTotal("CAD", sums(3), sums(2), sums(2), sums(2)),
            MoneyTotal("JPY", sums(2), sums(3), sums(4), sums(4)),
        ),
        JobsTotal(sums(8, 1), sums(1), sums(0), sums(1), sums(5, 4)),
    )  # fmt: skip
    found = publish_delivery(whole)
    # One that is not checked yet is what the others leave of all.
    assert (found.unchecked_count, found.hidden_count, found.overdue_count) == (None, 0, 0)
    told = [
        [one.is_withheld for one in (money.stated, money.announced, money.checked, money.landed)]
        for money in found.money
    ]
    # What was announced is public, however little it is.
    assert told == [[False, False, True, True], [True, False, False, False]]
    jobs = found.jobs
    assert [one.is_withheld for one in (jobs.stated, jobs.new, jobs.landed)] == [True, False, False]


def test_who_is_not_checked_is_not_told_by_what_the_others_announced() -> None:
    def sums(count: int) -> Total:
        return Total(10 * count, 11 * count, count, 1, Told(approximate=1))

    empty = JobsTotal(Total(), Total(), Total(), Total(), Total())
    whole = Delivery(
        DAY, LeadType.INVESTMENT, Scope.PUBLIC, (), 17, 0, 0, 5, 0, 0,
        (
            MoneyTotal("CAD", sums(5), sums(5), sums(4), sums(4)),
            MoneyTotal("JPY", sums(4), sums(6), sums(3), sums(3)),
            MoneyTotal("KRW", sums(4), sums(5), sums(4), sums(5)),
        ),
        empty,
    )  # fmt: skip
    dollars, yen, won = publish_delivery(whole).money
    # With what all of them announced, the one that is not checked would be the rest.
    for money in (dollars, won):
        assert (money.checked.is_withheld, money.landed.is_withheld) == (True, True)
    assert (yen.checked.amount, yen.landed.amount) == (30, 30)
    for total in (yen.stated, yen.checked, yen.landed):
        assert (total.told, total.unknown_count, total.upper) == (Told(), None, total.amount)
