"""The funnel from counts, without a database."""

import pytest

from crm.reports.funnel import Funnel, Median, build_funnel, median
from crm.reports.queries import Figures, Outcome, ReachRow, StandingRow, StayRow
from models.lead import LossReason
from models.stage import StageCode, Status


def standing(
    stage: StageCode = StageCode.ENGAGED,
    status: Status = Status.ACTIVE,
    *,
    currency: str | None = None,
    leads: int = 1,
    amounts: int = 0,
    amount: int = 0,
    jobs: int | None = None,
    lost_reason: LossReason | None = None,
) -> StandingRow:
    return StandingRow(
        stage,
        status,
        lost_reason,
        currency,
        leads,
        amounts,
        amount,
        0 if jobs is None else 1,
        jobs or 0,
    )


def funnel_of(
    *standings: StandingRow, reaches: tuple[ReachRow, ...] = (), stays: tuple[StayRow, ...] = ()
) -> Funnel:
    return build_funnel(Figures(standings, 0, reaches, stays))


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([], Median(None, 0)),
        ([1, 2, 3, 4], Median(None, 4)),
        ([30, 1, 2, 500, 3], Median(3, 5)),
        ([10, 20, 30, 40, 50, 60], Median(35, 6)),
        ([0, 0, 0, 1, 1, 1], Median(1, 6)),
        ([7] * 9 + [1000], Median(7, 10)),
    ],
)
def test_a_median_needs_five_stays_and_says_of_how_many(days: list[int], expected: Median) -> None:
    assert median({day: days.count(day) for day in days}) == expected


def test_amounts_stay_in_their_currency_and_unknowns_are_counted() -> None:
    funnel = funnel_of(
        standing(currency="CAD", leads=3, amounts=2, amount=50),
        standing(currency="USD", leads=2, amounts=2, amount=7),
        standing(currency=None, leads=4, amounts=1, amount=999),
    )
    [line] = [line for line in funnel.lines if line.sums.lead_count]
    assert line.stage is StageCode.ENGAGED
    assert dict(line.sums.amounts) == {"CAD": 50, "USD": 7}
    assert line.sums.no_currency_count == 1
    assert line.sums.unknown_amount_count == 4
    assert funnel.currencies == ["CAD", "USD"]
    assert funnel.has_no_currency


def test_jobs_say_how_many_leads_they_leave_out() -> None:
    funnel = funnel_of(standing(jobs=12), standing(leads=3))
    assert funnel.pipeline.jobs_count == 12
    assert funnel.pipeline.unknown_jobs_count == 3


def test_the_announced_and_the_ended_are_no_part_of_the_open_pipeline() -> None:
    funnel = funnel_of(
        standing(leads=5),
        standing(status=Status.ON_HOLD, leads=2),
        standing(StageCode.ANNOUNCED, currency="CAD", leads=3, amounts=3, amount=80),
        standing(status=Status.LOST, leads=11, lost_reason=LossReason.COST),
        standing(status=Status.ABANDONED, leads=13),
        standing(status=Status.PASSED_ON, leads=17),
    )
    assert (funnel.pipeline.lead_count, funnel.pipeline.on_hold_count) == (7, 2)
    assert not funnel.pipeline.amounts
    assert funnel.announced.lead_count == 3
    assert dict(funnel.announced.amounts) == {"CAD": 80}
    assert (funnel.lost_count, funnel.closed_count, funnel.passed_on_count) == (11, 13, 17)
    assert funnel.lead_count == 51


def test_losses_stand_by_reason_the_most_frequent_first_and_none_given_last() -> None:
    funnel = funnel_of(
        standing(status=Status.LOST, leads=9),
        standing(status=Status.LOST, leads=2, lost_reason=LossReason.COST),
        standing(StageCode.QUALIFIED, Status.LOST, leads=1, lost_reason=LossReason.COST),
        standing(status=Status.LOST, leads=5, lost_reason=LossReason.GONE_SILENT),
    )
    assert list(funnel.lost) == [(LossReason.GONE_SILENT, 5), (LossReason.COST, 3), (None, 9)]


def test_bars_are_measured_against_the_fullest_stage() -> None:
    funnel = funnel_of(standing(leads=8), standing(StageCode.QUALIFIED, leads=2))
    shares = {line.stage: line.share for line in funnel.lines}
    assert (shares[StageCode.ENGAGED], shares[StageCode.QUALIFIED]) == (100, 25)
    assert shares[StageCode.COMMITTED] == 0


def test_conversion_counts_the_undecided_and_leaves_out_those_passed_on() -> None:
    funnel = funnel_of(
        reaches=(
            ReachRow(1, Outcome.OPEN, 3),
            ReachRow(1, Outcome.ENDED, 4),
            ReachRow(1, Outcome.PASSED_ON, 5),
            ReachRow(2, Outcome.PASSED_ON, 1),
            ReachRow(4, Outcome.OPEN, 2),
        )
    )
    first, second, third, fourth, *rest = funnel.conversions
    assert (first.moved_count, first.open_count, first.ended_count) == (3, 3, 4)
    assert (first.passed_on_count, first.count, first.share) == (5, 10, 0.3)
    assert (second.count, second.share, second.passed_on_count) == (2, 1.0, 1)
    # Nobody stands at the third stage: those who skipped it passed it.
    assert (third.count, third.share) == (2, 1.0)
    assert (fourth.count, fourth.share, fourth.open_count) == (2, 0.0, 2)
    assert [step.share for step in rest] == [None, None, None]


def test_stays_are_told_together_and_by_how_they_ended() -> None:
    funnel = funnel_of(
        stays=(
            StayRow(2, Outcome.MOVED, 10, 5),
            StayRow(2, Outcome.ENDED, 90, 6),
            StayRow(3, Outcome.MOVED, 1, 4),
        )
    )
    stay = funnel.stays[1]
    assert stay.stage is StageCode.ENGAGED
    assert (stay.all, stay.moved, stay.ended) == (Median(90, 11), Median(10, 5), Median(90, 6))
    assert funnel.stays[2].all == Median(None, 4)
