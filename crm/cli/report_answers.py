"""What `reports` prints of figures as JSON: plain numbers under the names of the domain. Pure."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from crm.reports.bridge_converted import ConvertedBridge, convert_bridge
from crm.reports.conversion import Cohort, Conversion, ConversionReport
from crm.reports.converted import Converted, Part, Rates, convert_sums
from crm.reports.movement import Amount, Move, MoveLine, Movement, Standing
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
        "stages": [
            {"stage": line.stage.value, **_sums(line.sums, pipeline.rates)}
            for line in pipeline.stages
        ],
    }
    if pipeline.rates is not None:
        found = convert_sums(pipeline.total, pipeline.rates)
        is_nobody = pipeline.total.lead_count == 0
        data["converted"] = _converted(found, pipeline.rates, is_nobody=is_nobody)
    if pipeline.groups:
        data["by"] = pipeline.by.value
        data["groups"] = [
            {
                "key": line.key.code,
                "name": line.key.name,
                **({"is_other": True} if line.key.is_other else {}),
                **_sums(line.sums, pipeline.rates),
            }
            for line in pipeline.groups
        ]
    if pipeline.bands:
        data["total"] = _sums(pipeline.total, pipeline.rates)
        data["bands"] = [
            {
                "stages": [stage.value for stage in band.stages],
                **_sums(band.sums, pipeline.rates),
            }
            for band in pipeline.bands
        ]
    return data


def _converted(found: Converted, rates: Rates, *, is_nobody: bool) -> Plain:
    """A converted sum with its rates: what one unit of each currency is worth, as it was stated.

    A rate that was stated the other way round also says of what it is the inverse.
    """
    return {
        "currency": rates.target,
        **_told_in(found, is_nobody=is_nobody),
        "as_of": rates.day.isoformat(),
        "rates": [
            {
                "currency": rate.currency,
                "rate": float(rate.factor),
                "stated_on": rate.stated_on.isoformat(),
                "source": rate.source,
                **({"inverse_of": float(rate.rate)} if rate.is_inverse else {}),
            }
            for rate in rates.used
        ],
        "left_out": [_left_out(part) for part in found.left_out],
    }


def _told_in(found: Converted, *, is_nobody: bool) -> Plain:
    """Zero of no leads alone: what nothing was converted of is not known."""
    is_told = bool(found.count) or is_nobody
    return {
        "amount": _number(found.amount) if is_told else None,
        "weighted": _number(found.weighted) if is_told else None,
        **({"is_few": True} if found.is_withheld else {}),
    }


def _left_out(part: Part) -> Plain:
    return {"currency": part.currency, "leads": part.lead_count}


def _sums(sums: Sums, rates: Rates | None = None) -> Plain:
    if sums.is_few:
        return {"leads": None, "is_few": True, "capex": [], "jobs": None}
    if sums.lead_count is None:
        # A stage that is printed with its neighbours alone: `bands` has them.
        return {"leads": None, "is_together": True, "capex": [], "jobs": None}
    data: Plain = {
        "leads": sums.lead_count,
        "capex": [_money(money) for money in sums.capex],
        "jobs": _jobs(sums.jobs),
    }
    if rates is not None:
        found = convert_sums(sums, rates)
        data["converted"] = _told_in(found, is_nobody=sums.lead_count == 0)
    return data


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
    bridge = convert_bridge(movement)
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
        **({"converted": _converted_bridge(bridge, movement)} if bridge else {}),
    }


def _converted_bridge(bridge: ConvertedBridge, movement: Movement) -> Plain:
    """The amounts of the bridge in one currency; `rates_effect` is what other rates make."""
    ends = (
        (bridge.opening, bridge.rates_before, movement.opening),
        (bridge.closing, bridge.rates, movement.closing),
    )
    opening, closing = (
        _converted(found, rates, is_nobody=standing.lead_count == 0)
        for found, rates, standing in ends
    )
    for end in (opening, closing):
        # Nothing weighs a bridge.
        del end["weighted"]
    return {
        "opening": opening,
        "moves": {move.value: _number(bridge.line(move).amount) for move in Move},
        "rates_effect": _number(bridge.rates_effect),
        "closing": closing,
    }


def _standing(standing: Standing) -> Plain:
    return {
        "leads": standing.lead_count,
        "capex": _amounts(standing.capex),
        "unknown": standing.unknown_capex_count,
        "jobs": {"count": standing.jobs, "unknown": standing.unknown_jobs_count},
        "entered_later": standing.late_count,
        **_withheld(standing.lead_count, is_few=standing.is_few),
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
        **_withheld(line.event_count, is_few=line.is_few),
    }


def _withheld(count: int | None, *, is_few: bool) -> Plain:
    """Why a count is not printed: it is small itself, or would tell of one that is."""
    if count is not None:
        return {}
    return {"is_few": True} if is_few else {"is_withheld": True}


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
