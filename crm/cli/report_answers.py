"""What `reports` prints of figures as JSON: plain numbers under the names of the domain. Pure."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from crm.reports.conversion import Cohort, Conversion, ConversionReport
from crm.reports.movement import Amount, MoveLine, Movement, Standing
from crm.reports.pipeline import Pipeline, PipelineReport
from crm.reports.sums import Jobs, Money, Sums
from crm.reports.velocity import Times, Velocity, VelocityReport

Plain = dict[str, Any]


def pipeline_answer(report: PipelineReport) -> Plain:
    """All eight stages in order, zeros too; announced leads in their own row."""
    data = _pipeline(report.now)
    if report.before is not None:
        data["compare"] = _pipeline(report.before)
    return data


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


def movement_answer(movement: Movement) -> Plain:
    """The bridge: opening, every kind of move in order, closing."""
    return {
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


def conversion_answer(report: ConversionReport) -> Plain:
    """The stages with their cohorts."""
    data = _conversion(report.now)
    if report.before is not None:
        data["compare"] = _conversion(report.before)
    return data


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


def velocity_answer(report: VelocityReport) -> Plain:
    """The days in each stage, and from the first contact to the announcement."""
    data = _velocity(report.now)
    if report.before is not None:
        data["compare"] = _velocity(report.before)
    return data


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


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


# Reports that have names of their own in JSON; the others print their figures as they are kept.
ANSWERS: Mapping[str, Callable[[Any], Plain]] = {
    "pipeline": pipeline_answer,
    "movement": movement_answer,
    "conversion": conversion_answer,
    "velocity": velocity_answer,
}
