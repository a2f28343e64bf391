"""`scores backtest`: the ranking as it would have been, and what became of it."""

import datetime as dt
from typing import Any

import click

from crm.cli.context import Context, command_options
from crm.scores import backtest_queries as queries
from crm.scores import backtests


@click.command()
@click.option(
    "--day",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help="The past day at whose end the ranking is taken.",
)
@click.option("--renew", is_flag=True, help="Compute it anew, even where nothing has changed.")
@command_options
def backtest(day: dt.datetime, renew: bool, *, context: Context) -> None:
    """Look back at a past day: rank as of its end, and tell what became of each lead."""
    context.progress("Training on what was known by then ...")
    public_id = backtests.look_back(
        context.database, day.date(), actor=context.actor, now=context.now, is_renewed=renew
    )
    with context.database.reader(context.actor) as session:
        found = queries.get_backtest(session, public_id)
        moment = queries.moment_of(found)
        past = queries.load_past(session, found)
    summaries = {
        str(days or "ever"): queries.summarise(past, moment=moment, now=context.now, days=days)
        for days in (*queries.HORIZONS, None)
    }
    context.emit(
        {
            "day": found.day,
            "basis": found.basis,
            "computed_at": found.finished_at,
            "summaries": {name: _summary(summary) for name, summary in summaries.items()},
            "leads": [_lead(one) for one in past],
        },
        [
            f"{found.day}: {len(past)} open leads, ranked on the basis: {found.basis}.",
            *(_line(name, summary) for name, summary in summaries.items()),
            *(
                f"{one.place:>4}  {one.chance:>5.1%}  {one.stage.value:<14}"
                f" {_became(one.became):<26} {one.title}"
                for one in past
            ),
        ],
    )


def _summary(summary: queries.Summary) -> dict[str, Any]:
    return {
        "over_on": summary.over_on,
        "is_over": summary.is_over,
        "leads": summary.count,
        "passed_on": summary.passed_on_count,
        "announced": summary.announced_count,
        "expected": summary.expected_count,
        "estimates": summary.estimate_count,
        "tops": [
            {
                "size": top.size,
                "by_chance": top.by_chance,
                "by_stage": top.by_stage,
                "by_estimate": top.by_estimate,
            }
            for top in summary.tops
        ],
        "groups": [
            {
                "low": group.low,
                "high": group.high,
                "leads": group.count,
                "announced": group.announced_count,
                "expected": group.expected_count,
            }
            for group in summary.groups
        ],
    }


def _lead(one: queries.Past) -> dict[str, Any]:
    return {
        "place": one.place,
        "lead": one.public_id,
        "title": one.title,
        "stage": one.stage,
        "likelihood": one.likelihood,
        "probability": one.chance,
        "horizon": {str(days): chance for days, chance in one.within.items()},
        "low": one.low,
        "high": one.high,
        "became": {
            "stage": one.became.stage,
            "status": one.became.status,
            "ended_at": one.became.ended_at,
            "lost_reason": one.became.lost_reason,
        },
    }


def _line(name: str, summary: queries.Summary) -> str:
    within = "ever so far" if summary.days is None else f"within {name} days"
    over = "" if summary.is_over else " (not over yet)"
    return (
        f"Announced {within}{over}: {summary.announced_count} of {summary.count};"
        f" the chances add up to {summary.expected_count:.1f}."
    )


def _became(became: queries.Became) -> str:
    if became.is_announced or not became.status.is_open:
        word = "announced" if became.is_announced else became.status.value
        return f"{word} {became.ended_at:%Y-%m-%d}" if became.ended_at else word
    return f"open: {became.stage.value}"
