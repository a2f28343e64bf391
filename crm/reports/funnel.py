"""The funnel as a page shows it, from counts: sums, conversion and median stays. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from crm.reports.queries import Figures, Outcome, ReachRow, StandingRow, StayRow
from models.lead import LossReason
from models.stage import STAGES, StageCode, Status

PIPELINE = STAGES[:-1]
# A median of fewer stays says nothing of the next one.
FEWEST = 5


@dataclass(slots=True)
class Sums:
    """Leads with their investment and jobs as far as these are known, and how many they leave out.

    `amounts` is by currency: nothing is ever converted or added across currencies, so amounts
    whose currency nobody knows are counted and not added.
    """

    lead_count: int = 0
    on_hold_count: int = 0
    amounts: Counter[str] = field(default_factory=Counter)
    amount_lead_count: int = 0
    no_currency_count: int = 0
    jobs_count: int = 0
    jobs_lead_count: int = 0

    def add(self, row: StandingRow) -> None:
        """Take in leads that stand alike."""
        self.lead_count += row.leads
        if row.status is Status.ON_HOLD:
            self.on_hold_count += row.leads
        self.amount_lead_count += row.amounts
        if row.currency is None:
            self.no_currency_count += row.amounts
        elif row.amounts:
            self.amounts[row.currency] += row.amount
        self.jobs_lead_count += row.jobs_leads
        self.jobs_count += row.jobs

    @property
    def unknown_amount_count(self) -> int:
        """The leads whose investment is not known."""
        return self.lead_count - self.amount_lead_count

    @property
    def unknown_jobs_count(self) -> int:
        """The leads whose jobs are not known."""
        return self.lead_count - self.jobs_lead_count


@dataclass(frozen=True, slots=True)
class StageLine:
    """The open leads at a stage; `share` of the fullest stage, in percent, is a bar's length."""

    stage: StageCode
    sums: Sums
    share: int


@dataclass(frozen=True, slots=True)
class Conversion:
    """Of the leads that entered a stage, those that entered a later one so far.

    A stage that was skipped counts as passed. Leads passed on to another office at the stage are
    neither won nor lost: they stand beside the others and are not part of `count`.
    """

    stage: StageCode
    moved_count: int
    open_count: int
    ended_count: int
    passed_on_count: int

    @property
    def count(self) -> int:
        """The n of the share: all that entered, the undecided too, but not those passed on."""
        return self.moved_count + self.open_count + self.ended_count

    @property
    def share(self) -> float | None:
        """The part that has moved on so far; None when nobody entered."""
        return self.moved_count / self.count if self.count else None


@dataclass(frozen=True, slots=True)
class Median:
    """The middle of so many stays; `days` is None when they are too few to say."""

    days: int | None
    count: int


@dataclass(frozen=True, slots=True)
class Stay:
    """How long leads stood at a stage that they have left: all of them, and by how they left."""

    stage: StageCode
    all: Median
    moved: Median
    ended: Median


@dataclass(frozen=True, slots=True)
class Funnel:
    """Everything on the page. `lost` is by reason, the most frequent first."""

    currencies: Sequence[str]
    lines: Sequence[StageLine]
    pipeline: Sums
    announced: Sums
    conversions: Sequence[Conversion]
    stays: Sequence[Stay]
    lost: Sequence[tuple[LossReason | None, int]]
    lost_count: int
    closed_count: int
    passed_on_count: int
    lead_count: int
    undated_count: int

    @property
    def has_no_currency(self) -> bool:
        """Whether an amount on the page has no known currency."""
        return self.pipeline.no_currency_count + self.announced.no_currency_count > 0


def build_funnel(figures: Figures) -> Funnel:
    """The funnel from what the statements counted."""
    rows = figures.standings
    by_stage = {stage: Sums() for stage in PIPELINE}
    pipeline, announced = Sums(), Sums()
    for row in rows:
        if row.stage is StageCode.ANNOUNCED:
            announced.add(row)
        elif row.status.is_open:
            by_stage[row.stage].add(row)
            pipeline.add(row)
    fullest = max((sums.lead_count for sums in by_stage.values()), default=0)
    lost = _lost(rows)
    return Funnel(
        currencies=sorted(pipeline.amounts.keys() | announced.amounts.keys()),
        lines=[
            StageLine(stage, sums, round(100 * sums.lead_count / fullest) if fullest else 0)
            for stage, sums in by_stage.items()
        ],
        pipeline=pipeline,
        announced=announced,
        conversions=[_conversion(stage, figures.reaches) for stage in PIPELINE],
        stays=[_stay(stage, figures.stays) for stage in PIPELINE],
        lost=lost,
        lost_count=sum(count for _reason, count in lost),
        closed_count=sum(row.leads for row in rows if row.status is Status.ABANDONED),
        passed_on_count=sum(row.leads for row in rows if row.status is Status.PASSED_ON),
        lead_count=sum(row.leads for row in rows),
        undated_count=figures.undated_count,
    )


def median(counts: Mapping[int, int]) -> Median:
    """The median of days, given how often each number of days occurred; halves round up."""
    total = sum(counts.values())
    if total < FEWEST:
        return Median(None, total)
    lower = _at(counts, (total - 1) // 2)
    upper = _at(counts, total // 2)
    return Median((lower + upper + 1) // 2, total)


def _at(counts: Mapping[int, int], rank: int) -> int:
    """The value at a rank, from 0, of the values in order."""
    passed = 0
    for value in sorted(counts):
        passed += counts[value]
        if passed > rank:
            return value
    raise IndexError(rank)


def _conversion(stage: StageCode, reaches: Iterable[ReachRow]) -> Conversion:
    found: Counter[Outcome] = Counter()
    for row in reaches:
        if row.position > stage.position:
            found[Outcome.MOVED] += row.leads
        elif row.position == stage.position:
            found[row.outcome] += row.leads
    return Conversion(
        stage,
        moved_count=found[Outcome.MOVED],
        open_count=found[Outcome.OPEN],
        ended_count=found[Outcome.ENDED],
        passed_on_count=found[Outcome.PASSED_ON],
    )


def _stay(stage: StageCode, stays: Iterable[StayRow]) -> Stay:
    moved: Counter[int] = Counter()
    ended: Counter[int] = Counter()
    for row in stays:
        if row.position == stage.position:
            (ended if row.outcome is Outcome.ENDED else moved)[row.days] += row.leads
    return Stay(stage, all=median(moved + ended), moved=median(moved), ended=median(ended))


def _lost(rows: Iterable[StandingRow]) -> list[tuple[LossReason | None, int]]:
    found: Counter[LossReason | None] = Counter()
    for row in rows:
        if row.status is Status.LOST:
            found[row.lost_reason] += row.leads
    # The most frequent first, a reason that nobody gave last.
    return sorted(found.items(), key=lambda item: (item[0] is None, -item[1], str(item[0])))
