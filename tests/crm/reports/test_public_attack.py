"""No number that a public report withholds can be worked out from those that it prints."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from crm.reports.movement import Amount, LossLine, Move, MoveLine, Movement, Standing
from crm.reports.movement_public import publish_movement
from crm.reports.movement_queries import read_movement
from crm.reports.params import Dimension, ReportParams, Scope
from crm.reports.pipeline import (
    OPEN_STAGES,
    GroupKey,
    GroupLine,
    Pipeline,
    StageChance,
    StageLine,
    Weights,
)
from crm.reports.pipeline_public import publish_pipeline
from crm.reports.pipeline_queries import read_pipeline
from crm.reports.sums import SumRow, Sums, Told, sums_of
from crm.reports.withholding import FEWEST, is_few
from models.lead import LossReason
from models.stage import STAGES, LeadType
from tests.crm.reports.attacker import MOST, Attacker
from tests.crm.reports.conftest import NOW, PastDemo
from tests.crm.reports.test_pipeline import ADMIN

DAY = date(2026, 6, 30)
SEEDS = range(25)
# Amounts of a demo are told to the solver in these.
MILLION = 1e6
CURRENCIES = ("CAD", "JPY", None)
CHANCES = [Decimal(text) for text in ("0.04", "0.08", "0.15", "0.3", "0.45", "0.65", "0.85", "1")]


def little(dice: random.Random) -> int:
    """A count as small offices have them: mostly none or few."""
    return dice.choice((0, 0, 0, 1, 1, 2, 3, 4, 7))


# --- What changed


@dataclass(frozen=True)
class Open:
    """What an open lead states."""

    currency: str | None
    amount: int | None
    jobs: int | None


def some_lead(dice: random.Random) -> Open:
    return Open(
        dice.choice(CURRENCIES),
        dice.choice((None, dice.randrange(1, 90))),
        dice.choice((None, dice.randrange(1, 90))),
    )


def amounts_of(leads: Iterable[Open], sign: int = 1) -> tuple[Amount, ...]:
    stating = [lead for lead in leads if lead.amount is not None]
    return tuple(
        Amount(
            code,
            sign * sum(lead.amount or 0 for lead in stating if lead.currency == code),
            sum(lead.currency == code for lead in stating),
        )
        for code in CURRENCIES
        if any(lead.currency == code for lead in stating)
    )


def some_movement(seed: int) -> Movement:
    """A bridge over leads that come, change and go."""
    dice = random.Random(seed)
    leads = [some_lead(dice) for _number in range(dice.choice((0, 2, 5, 30)))]
    opening = standing(leads)
    lines = []
    for move in Move:
        count = little(dice) if move.adds else min(little(dice), len(leads))
        if move.adds:
            moved = [some_lead(dice) for _number in range(count)]
            leads += moved
        else:
            dice.shuffle(leads)
            moved = leads[:count]
        if move.takes:
            leads = leads[count:]
        if move is Move.RE_ESTIMATED:
            after = [replace(some_lead(dice), currency=lead.currency) for lead in moved]
            leads = after + leads[count:]
            lines.append(estimated(moved, after))
        else:
            sign = 1 if move.adds else -1 if move.takes else 0
            lines.append(moved_by(move, moved if sign else [], sign, count))
    lost = lines[list(Move).index(Move.LOST)].event_count or 0
    reasons = Counter(dice.choice([*list(LossReason)[:3], None]) for _number in range(lost))
    losses = tuple(LossLine(reason, "Texas", n, ()) for reason, n in reasons.items())
    closing = standing(leads)
    return Movement(
        opening, closing, LeadType.INVESTMENT, Scope.PUBLIC, tuple(lines), losses, (), 1, DAY
    )


def standing(leads: list[Open]) -> Standing:
    silent = sum(lead.amount is None for lead in leads)
    jobs = [lead.jobs for lead in leads if lead.jobs is not None]
    return Standing(
        DAY,
        len(leads),
        amounts_of(leads),
        silent,
        sum(jobs),
        len(leads) - len(jobs),
        0,
        (len(leads),) * 7,
    )


def moved_by(move: Move, leads: list[Open], sign: int, count: int) -> MoveLine:
    found = standing(leads)
    stating = len(leads) - (found.unknown_jobs_count or 0)
    return MoveLine(
        move,
        count,
        sign * count,
        amounts_of(leads, sign),
        sign * (found.unknown_capex_count or 0),
        sign * (found.jobs or 0),
        sign * (found.unknown_jobs_count or 0),
        0,
        jobs_lead_count=stating,
    )


def estimated(before: list[Open], after: list[Open]) -> MoveLine:
    pairs = list(zip(before, after, strict=True))
    amounts: Counter[str | None] = Counter()
    changed: Counter[str | None] = Counter()
    for old, new in pairs:
        amounts[old.currency] += (new.amount or 0) - (old.amount or 0)
        changed[old.currency] += new.amount != old.amount
    return MoveLine(
        Move.RE_ESTIMATED,
        sum(old != new for old, new in pairs),
        0,
        tuple(Amount(code, amounts[code], number) for code, number in changed.items() if number),
        sum((new.amount is None) - (old.amount is None) for old, new in pairs),
        sum((new.jobs or 0) - (old.jobs or 0) for old, new in pairs),
        sum((new.jobs is None) - (old.jobs is None) for old, new in pairs),
        0,
        jobs_lead_count=sum(old.jobs != new.jobs for old, new in pairs),
    )


def work_out_counts(found: Movement) -> set[Any]:
    """The withheld counts of a bridge that can be worked out."""
    known = Attacker()
    terms: dict[Any, float] = {"opening": 1, "closing": -1}
    for name, end in (("opening", found.opening), ("closing", found.closing)):
        known.count(name, end.lead_count, is_few=end.is_few)
    for line in found.lines:
        if line.move.adds or line.move.takes:
            known.count(line.move, line.event_count, is_few=line.is_few)
            terms[line.move] = 1 if line.move.adds else -1
    known.equal(terms, 0)
    if found.losses:
        known.equal({Move.LOST: 1}, sum(line.lead_count for line in found.losses))
    return known.pinned(terms.keys() & known.unknown())


def work_out_sizes(
    found: Movement, currency: str | None, *, jobs: bool = False, unit: float = 1
) -> set[Any]:
    """The withheld amounts of a currency, or numbers of jobs, that can be worked out."""
    known = Attacker()
    terms: dict[Any, float] = {}
    parts: list[tuple[Any, Any]] = [("opening", found.opening), ("closing", found.closing)]
    parts += [(line.move, line) for line in found.lines if line.move in SIZED]
    for name, part in parts:
        terms[name] = -1 if name == "closing" else 1
        stated = [item.amount for item in part.capex if item.currency == currency]
        value = part.jobs if jobs else stated[0] if stated else 0
        printed = None if value is None else value / unit
        is_free = name is Move.RE_ESTIMATED
        if isinstance(name, Move) and name.takes:
            terms[name] = -1
            printed = None if printed is None else -printed
        known.amount(name, printed, low=-MOST if is_free else 0)
    known.equal(terms, 0)
    return known.pinned(terms.keys() & known.unknown())


SIZED = [move for move in Move if move.adds or move.takes or move is Move.RE_ESTIMATED]


def check_movement(found: Movement, whole: Movement, seed: Any) -> None:
    assert not work_out_counts(found), seed
    for currency in whole.currencies:
        assert not work_out_sizes(found, currency), (seed, currency)
    assert not work_out_sizes(found, None, jobs=True), (seed, "jobs")
    # Nothing printed is small, and what is withheld together is not either.
    for line in found.lines:
        assert line.event_count is None or not is_few(line.event_count), (seed, line)
    missing = [
        (true.event_count or 0)
        for line, true in zip(found.lines, whole.lines, strict=True)
        if line.event_count is None and (line.move.adds or line.move.takes)
    ]
    ends = [
        true.lead_count or 0
        for end, true in ((found.opening, whole.opening), (found.closing, whole.closing))
        if end.lead_count is None
    ]
    # With both ends gone nothing at all is told.
    assert len(ends) == 2 or not 0 < sum(missing) + sum(ends) < FEWEST, seed
    assert all(not is_few(line.lead_count) for line in found.losses), seed


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_withheld_of_what_changed_can_be_worked_out(seed: int) -> None:
    whole = some_movement(seed)
    check_movement(publish_movement(whole), whole, seed)


# --- The pipeline


def some_row(dice: random.Random, currency: str | None) -> SumRow:
    leads = dice.choice((1, 1, 2, 3, 6))
    amounts, stating = (dice.randrange(0, leads + 1) for _ in range(2))
    return SumRow(
        currency=currency,
        leads=leads,
        on_hold=dice.randrange(0, leads + 1),
        amounts=amounts,
        amount=sum(dice.randrange(1, 99) for _ in range(amounts)),
        amount_upper=99 * amounts,
        amount_largest=50,
        amount_told=Told(),
        jobs_leads=stating,
        jobs=sum(dice.randrange(1, 99) for _ in range(stating)),
        jobs_upper=99 * stating,
        jobs_largest=50,
        jobs_told=Told(),
    )


def some_pipeline(seed: int) -> Pipeline:
    dice = random.Random(seed)
    chances = dict(zip(STAGES, CHANCES, strict=True))
    rows = [
        (stage, dice.randrange(4), some_row(dice, code))
        for stage in STAGES
        for code in CURRENCIES
        if dice.random() < 0.4
    ]

    def sums(*, stage: Any = None, group: int | None = None) -> Sums:
        return sums_of(
            (row, chances[at])
            for at, of, row in rows
            if ((stage is None and at is not STAGES[-1]) or at is stage)
            and (group is None or of == group)
        )

    return Pipeline(
        DAY,
        LeadType.INVESTMENT,
        Scope.PUBLIC,
        Weights(tuple(StageChance(stage, chances[stage]) for stage in OPEN_STAGES)),
        total=sums(),
        stages=tuple(StageLine(stage, chances[stage], sums(stage=stage)) for stage in STAGES),
        by=Dimension.MARKET,
        groups=tuple(
            GroupLine(GroupKey(f"{number}"), sums(group=number), ())
            for number in range(4)
            if sums(group=number).lead_count
        ),
        announced=(),
        unplaced_count=0,
        first_known_on=DAY,
    )


def stated_of(sums: Sums, what: str | None) -> tuple[float | None, float | None, bool]:
    """The sum and the weighted sum, and whether a reader is told that there is none."""
    if sums.is_few:
        return None, None, False
    if what == "jobs":
        return sums.jobs.count, _number(sums.jobs.weighted), False
    for money in sums.capex:
        if money.currency == what:
            return money.amount, _number(money.weighted), False
    return 0, 0, True


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def work_out_stages(found: Pipeline, what: str | None, unit: float = 1) -> set[Any]:
    """The stages of which it can be worked out what they add to a sum, where it is not printed."""
    known = Attacker()
    chance = {item.stage: float(item.chance) for item in found.weights.chances}
    for stage in OPEN_STAGES:
        known.amount(stage, None)
    told = []
    for stages, sums in [(band.stages, band.sums) for band in found.bands] + [
        (OPEN_STAGES, found.total)
    ]:
        amount, weighted, is_none = stated_of(sums, what)
        if is_none or sums.lead_count == 0:
            amount = weighted = 0
        if amount is not None:
            known.equal(dict.fromkeys(stages, 1), amount / unit)
            if len(stages) == 1 or not amount:
                told += stages
        if weighted is not None:
            known.equal({stage: chance[stage] for stage in stages}, weighted / unit)
    return known.pinned(stage for stage in OPEN_STAGES if stage not in told)


def work_out_parts(parts: list[Sums], total: Sums, what: str) -> set[Any]:
    """The parts whose number can be worked out from the others and the total."""

    def value(sums: Sums) -> int | None:
        if what == "leads":
            return sums.lead_count
        if what == "on hold":
            return sums.on_hold_count
        if what == "silent on jobs":
            return sums.jobs.unknown_count
        return sums.unknown_capex_count

    known = Attacker()
    for place, part in enumerate([total, *parts]):
        printed = None if part.is_few else value(part)
        if printed is None:
            most = MOST if part.lead_count is None else part.lead_count
            known.number(place, low=0, high=most, whole=True)
        else:
            known.number(place, low=printed, high=printed, whole=True)
    known.equal({0: -1, **dict.fromkeys(range(1, len(parts) + 1), 1)}, 0)
    # Of no leads nothing is withheld.
    return known.pinned(
        place
        for place, part in enumerate([total, *parts])
        if part.lead_count != 0 and (part.is_few or value(part) is None)
    )


def check_pipeline(
    found: Pipeline, seed: Any, *, groups_add_up: bool = True, unit: float = 1
) -> None:
    parts = [[band.sums for band in found.bands]]
    if found.groups and groups_add_up:
        parts.append([line.sums for line in found.groups])
    for several in parts:
        for what in ("leads", "on hold", "silent on jobs", "silent on amounts"):
            assert not work_out_parts(several, found.total, what), (seed, what)
    for what in (*CURRENCIES, "jobs"):
        assert not work_out_stages(found, what, 1 if what == "jobs" else unit), (seed, what)
    for sums in [line.sums for line in (*found.stages, *found.groups)] + [found.total]:
        check_printed(sums, seed)


def check_printed(sums: Sums, seed: Any) -> None:
    """Neither a printed count nor what it leaves of its leads is small."""
    if sums.lead_count is None:
        assert sums.capex == (), seed
        return
    assert not is_few(sums.lead_count), seed
    for part in (sums.on_hold_count, sums.jobs.unknown_count, sums.unknown_capex_count):
        if part is not None:
            assert not is_few(part), (seed, sums)
            assert not is_few(sums.lead_count - part), (seed, sums)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_withheld_of_the_pipeline_can_be_worked_out(seed: int) -> None:
    check_pipeline(publish_pipeline(some_pipeline(seed)), seed)


# --- A demo that nobody knows, small enough to have small numbers


@pytest.mark.parametrize("number", range(6))
def test_nothing_withheld_of_a_demo_can_be_worked_out(past_demo: PastDemo, number: int) -> None:
    dice = random.Random(past_demo.seed + number)
    compare, as_of = past_demo.days(2)
    params = ReportParams(
        as_of=as_of,
        compare=compare,
        lead_type=dice.choice(list(LeadType)),
        market=dice.choice((None, "JP", "KR")),
        by=dice.choice((Dimension.SECTOR, Dimension.MARKET, Dimension.AGREEMENT)),
        scope=Scope.PUBLIC,
    )
    with past_demo.database.reader(ADMIN) as session:
        movement = read_movement(session, params, now=NOW)
        pipeline = read_pipeline(session, params, now=NOW).now
    label = (past_demo.seed, params)
    check_pipeline(
        pipeline, label, groups_add_up=params.by is not Dimension.AGREEMENT, unit=MILLION
    )
    assert not work_out_counts(movement), label
    for currency in movement.currencies:
        assert not work_out_sizes(movement, currency, unit=MILLION), (label, currency)
