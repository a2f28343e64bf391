"""What `reports` prints of figures: JSON, lines to read, and rows for a file. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from crm.exports.columns import Cell
from crm.reports.conversion import Cohort, Conversion, ConversionReport
from crm.reports.movement import Amount, MoveLine, Movement, Standing
from crm.reports.pipeline import GroupLine, Pipeline, PipelineReport
from crm.reports.sums import Jobs, Money, Sums
from crm.reports.velocity import Times, Velocity, VelocityReport

Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """The same figures three times over."""

    data: Plain
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    title: str

    @property
    def lines(self) -> list[str]:
        """The rows as columns of text."""
        table = [list(self.headings), *([_text(cell) for cell in row] for row in self.rows)]
        widths = [max(len(line[place]) for line in table) for place in range(len(self.headings))]
        return [self.title, *(_aligned(line, widths) for line in table)]


def pipeline_answer(report: PipelineReport) -> Answer:
    """All eight stages in order, zeros too; announced leads in their own row."""
    pipeline = report.now
    data = _pipeline(pipeline)
    if report.before is not None:
        data["compare"] = _pipeline(report.before)
    rows = [
        row
        for line in pipeline.stages
        for row in _rows(line.stage.value, line.sums, is_always_there=True)
    ]
    rows += [row for line in pipeline.groups for row in _rows(_name(line), line.sums)]
    rows += _rows("open pipeline", pipeline.total)
    return Answer(
        data,
        (
            *("", "leads", "currency", "amount", "weighted", "amount unknown"),
            *("jobs", "jobs weighted", "jobs unknown"),
        ),
        rows,
        f"{pipeline.lead_type.value}, as it stood on {pipeline.as_of}",
    )


def _pipeline(pipeline: Pipeline) -> Plain:
    data: Plain = {
        "as_of": pipeline.as_of.isoformat(),
        "type": pipeline.lead_type.value,
        "stages": [{"stage": line.stage.value, **_sums(line.sums)} for line in pipeline.stages],
    }
    if pipeline.groups:
        data["by"] = pipeline.by.value
        data["groups"] = [
            {
                "key": line.key.code,
                "name": line.key.name,
                **({"is_other": True} if line.key.is_other else {}),
                **_sums(line.sums),
            }
            for line in pipeline.groups
        ]
    if pipeline.bands:
        data["total"] = _sums(pipeline.total)
        data["bands"] = [
            {"stages": [stage.value for stage in band.stages], **_sums(band.sums)}
            for band in pipeline.bands
        ]
    return data


def _sums(sums: Sums) -> Plain:
    if sums.is_few:
        return {"leads": None, "is_few": True, "capex": [], "jobs": None}
    return {
        "leads": sums.lead_count,
        "capex": [_money(money) for money in sums.capex],
        "jobs": _jobs(sums.jobs),
    }


def _money(money: Money) -> Plain:
    return {
        "currency": money.currency,
        "amount": money.amount,
        "weighted": _number(money.weighted),
        "unknown": money.unknown_count,
        **({"is_few": True} if money.is_few else {}),
    }


def _jobs(jobs: Jobs) -> Plain:
    return {
        "count": jobs.count,
        "weighted": _number(jobs.weighted),
        "unknown": jobs.unknown_count,
        **({"is_few": True} if jobs.is_few else {}),
    }


def _rows(name: str, sums: Sums, *, is_always_there: bool = False) -> list[list[Cell]]:
    """A row a currency; what is of no currency stands on the first."""
    if sums.is_few:
        return [[name, "fewer than three", *([None] * 7)]]
    jobs: list[Cell] = [sums.jobs.count, _number(sums.jobs.weighted), sums.jobs.unknown_count]
    found: list[list[Cell]] = []
    for money in sums.capex or ((Money(None),) if is_always_there else ()):
        head: list[Cell] = [None, None] if found else [name, sums.lead_count]
        found.append(
            [
                *head,
                money.currency,
                money.amount,
                _number(money.weighted),
                money.unknown_count,
                *([None] * 3 if found else jobs),
            ]
        )
    return found


def _name(line: GroupLine) -> str:
    if line.key.is_other:
        return "other"
    return line.key.name or line.key.code or "not known"


def movement_answer(movement: Movement) -> Answer:
    """The bridge: opening, the lines that something happened on, closing."""
    data = {
        "as_of": movement.closing.day.isoformat(),
        "compare": movement.opening.day.isoformat(),
        "type": movement.lead_type.value,
        "opening": _standing(movement.opening),
        "moves": [_move(line) for line in movement.lines],
        "closing": _standing(movement.closing),
        "lost": [
            {
                "reason": line.reason.value if line.reason else None,
                "place": line.place,
                "leads": line.lead_count,
                "capex": _amounts(line.capex),
                **({"is_other": True} if line.is_other else {}),
            }
            for line in movement.losses
        ],
        "passages": [
            {"from": item.origin.value, "to": item.target.value, "leads": item.lead_count}
            for item in movement.passages
        ],
        "undated": movement.undated_count,
    }
    opening, closing = movement.opening, movement.closing
    currencies = movement.currencies

    def cells(capex: Iterable[Amount], jobs: int | None) -> list[Cell]:
        found = {item.currency: item.amount for item in capex}
        return [*(found.get(currency) for currency in currencies), jobs]

    rows: list[list[Cell]] = [
        [f"open on {opening.day}", None, opening.lead_count, *cells(opening.capex, opening.jobs)],
        *(
            [line.move.value, line.event_count, line.lead_delta, *cells(line.capex, line.jobs)]
            for line in movement.lines
            if line.event_count != 0
        ),
        [f"open on {closing.day}", None, closing.lead_count, *cells(closing.capex, closing.jobs)],
    ]
    return Answer(
        data,
        ("", "changes", "leads", *(code or "no currency" for code in currencies), "jobs"),
        rows,
        f"{movement.lead_type.value}, what changed",
    )


def _standing(standing: Standing) -> Plain:
    return {
        "leads": standing.lead_count,
        "capex": _amounts(standing.capex),
        "unknown": standing.unknown_capex_count,
        "jobs": {"count": standing.jobs, "unknown": standing.unknown_jobs_count},
        "entered_later": standing.late_count,
        **({"is_few": True} if standing.is_few else {}),
    }


def _move(line: MoveLine) -> Plain:
    return {
        "move": line.move.value,
        "changes": line.event_count,
        "leads": line.lead_delta,
        "capex": _amounts(line.capex),
        "unknown": line.unknown_capex_delta,
        "jobs": {"count": line.jobs, "unknown": line.unknown_jobs_delta},
        "entered_later": line.late_count,
        **({"is_few": True} if line.is_few else {}),
    }


def _amounts(amounts: Iterable[Amount]) -> list[Plain]:
    return [{"currency": item.currency, "amount": item.amount} for item in amounts]


def conversion_answer(report: ConversionReport) -> Answer:
    """A line a stage in JSON with its cohorts, and a row a cohort."""
    data = _conversion(report.now)
    if report.before is not None:
        data["compare"] = _conversion(report.before)
    rows = [
        [stage.stage.value, _period(cohort, is_all), *_cohort_cells(cohort)]
        for stage in report.now.stages
        for is_all, cohort in ((True, stage.all), *((False, item) for item in stage.cohorts))
        if is_all or cohort.count or cohort.passed_on_count
    ]
    return Answer(
        data,
        (
            *("stage", "entered from", "n", "went on", "undecided", "ended"),
            *("passed on", "share", "from", "to"),
        ),
        rows,
        f"{report.now.lead_type.value}, as it stood on {report.now.as_of}",
    )


def _conversion(conversion: Conversion) -> Plain:
    return {
        "as_of": conversion.as_of.isoformat(),
        "type": conversion.lead_type.value,
        "stages": [
            {
                "stage": stage.stage.value,
                **_cohort(stage.all),
                "undated": stage.undated_count,
                "cohorts": [
                    {
                        "from": cohort.quarter.starts_on.isoformat() if cohort.quarter else None,
                        "to": cohort.quarter.ends_on.isoformat() if cohort.quarter else None,
                        **_cohort(cohort),
                    }
                    for cohort in stage.cohorts
                ],
            }
            for stage in conversion.stages
        ],
    }


def _cohort(cohort: Cohort) -> Plain:
    if cohort.is_few:
        return {"n": None, "is_few": True}
    low, high = cohort.interval or (None, None)
    return {
        "n": cohort.count,
        "moved": cohort.moved_count,
        "undecided": cohort.open_count,
        "ended": cohort.ended_count,
        "passed_on": cohort.passed_on_count,
        "share": cohort.share,
        "low": low,
        "high": high,
    }


def _period(cohort: Cohort, is_all: bool) -> str:
    if is_all:
        return "all"
    return cohort.quarter.starts_on.isoformat() if cohort.quarter else "before"


def _cohort_cells(cohort: Cohort) -> list[Cell]:
    if cohort.is_few:
        return ["few", *([None] * 7)]
    low, high = cohort.interval or (None, None)
    return [
        cohort.count,
        cohort.moved_count,
        cohort.open_count,
        cohort.ended_count,
        cohort.passed_on_count,
        *(None if share is None else round(share, 4) for share in (cohort.share, low, high)),
    ]


def velocity_answer(report: VelocityReport) -> Answer:
    """The days in each stage, and from the first contact to the announcement."""
    data = _velocity(report.now)
    if report.before is not None:
        data["compare"] = _velocity(report.before)
    velocity = report.now
    rows = [
        *(
            [stage.stage.value, words, *_time_cells(times)]
            for stage in velocity.stages
            for words, times in (("went on", stage.moved), ("left", stage.left))
        ),
        ["first contact", "announced", *_time_cells(velocity.to_announced)],
        ["first contact", "announced, of those alone", *_time_cells(velocity.announced_only)],
    ]
    return Answer(
        data,
        ("stage", "until", "followed", "went", "a quarter within", "half within", "3/4 within"),
        rows,
        f"{velocity.lead_type.value}, days as they stood on {velocity.as_of}",
    )


def _velocity(velocity: Velocity) -> Plain:
    return {
        "as_of": velocity.as_of.isoformat(),
        "type": velocity.lead_type.value,
        "stages": [
            {
                "stage": stage.stage.value,
                "moved": _times(stage.moved),
                "left": _times(stage.left),
                "undecided": stage.open_count,
                "hidden": stage.hidden_count,
            }
            for stage in velocity.stages
        ],
        "first_contact_to_announced": _times(velocity.to_announced),
        "announced_only": _times(velocity.announced_only),
    }


def _times(times: Times) -> Plain:
    return {
        "n": times.count,
        "went": times.event_count,
        "quarter": times.quarter_days,
        "median": times.median_days,
        "three_quarters": times.three_quarters_days,
        "is_few": times.is_few,
    }


def _time_cells(times: Times) -> list[Cell]:
    days: list[Cell] = [times.quarter_days, times.median_days, times.three_quarters_days]
    if times.is_few:
        days = ["too few to say", None, None]
    return [times.count, times.event_count, *days]


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return f"{cell:,}" if isinstance(cell, int | float) else str(cell)


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(
        text.ljust(width) if place == 0 else text.rjust(width)
        for place, (text, width) in enumerate(zip(line, widths, strict=True))
    ).rstrip()
