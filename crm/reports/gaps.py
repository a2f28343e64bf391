"""What open leads still lack, as a page shows it, from counts. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crm.reports.gaps_queries import AnswerRow, GapFigures, StageRow, is_waived
from models.stage import STAGES, AnswerState, Requirement, StageCode


@dataclass(frozen=True, slots=True)
class GapLine:
    """A requirement over the open leads that stand at its stage or later.

    `lead_count` are those that should meet it and `missing_count` those of them that do not;
    of these, `promised_count` said by when they will ask, and `overdue_count` let that day pass.
    The leads that it does not apply to stand apart.
    """

    requirement: Requirement
    lead_count: int
    missing_count: int
    promised_count: int
    overdue_count: int
    not_applicable_count: int

    @property
    def share(self) -> int:
        """The missing in percent of those that should meet it, for a bar's length."""
        return round(100 * self.missing_count / self.lead_count) if self.lead_count else 0


@dataclass(frozen=True, slots=True)
class StageGaps:
    """The open leads at a stage (`None`: at any), and those that lack something there."""

    stage: StageCode | None
    lead_count: int
    with_gap_count: int


@dataclass(frozen=True, slots=True)
class GapReport:
    """Everything on the page. `needs` has the requirements of each stage that asks anything."""

    stages: Sequence[StageGaps]
    total: StageGaps
    needs: Sequence[tuple[StageCode, Sequence[GapLine]]]
    undated_count: int

    @property
    def lead_count(self) -> int:
        """All open leads of the report."""
        return self.total.lead_count


def build_gaps(figures: GapFigures) -> GapReport:
    """The report from what the statements counted."""
    by_stage = {row.stage: row for row in figures.stages}
    stages = []
    for stage in STAGES[:-1]:
        row = by_stage.get(stage)
        stages.append(
            StageGaps(stage, row.lead_count if row else 0, row.with_gap_count if row else 0)
        )
    needs: dict[StageCode, list[GapLine]] = {}
    for number, requirement in enumerate(figures.requirements):
        line = _line(number, requirement, figures.stages, figures.answers)
        needs.setdefault(requirement.stage, []).append(line)
    return GapReport(
        stages=stages,
        total=StageGaps(
            None,
            sum(found.lead_count for found in stages),
            sum(found.with_gap_count for found in stages),
        ),
        needs=sorted(needs.items(), key=lambda item: item[0].position),
        undated_count=figures.undated_count,
    )


def _line(
    number: int,
    requirement: Requirement,
    stages: Iterable[StageRow],
    answers: Iterable[AnswerRow],
) -> GapLine:
    come_so_far = [row for row in stages if row.stage.position >= requirement.stage.position]
    found: Counter[str] = Counter()
    for row in answers:
        if row.field != requirement.field or row.stage.position < requirement.stage.position:
            continue
        if row.state is AnswerState.ASK_BY:
            found["promised"] += row.lead_count
            found["overdue"] += row.lead_count * row.is_overdue
        elif is_waived(requirement, row.stage):
            found["not applicable"] += row.lead_count
    unknown_count = sum(row.unknown_counts[number] for row in come_so_far)
    return GapLine(
        requirement,
        lead_count=sum(row.lead_count for row in come_so_far) - found["not applicable"],
        missing_count=unknown_count - found["not applicable"],
        promised_count=found["promised"],
        overdue_count=found["overdue"],
        not_applicable_count=found["not applicable"],
    )
