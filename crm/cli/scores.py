"""`scores`: train a model, rank the open leads, keep the scores fresh."""

import datetime as dt

import click

from crm.cli.backtest import backtest
from crm.cli.benchmark import benchmark
from crm.cli.context import Context, command_options
from crm.cli.versions import publish, rollback, trained_answer, versions
from crm.scores import ranking, service
from crm.scores.english import in_english


@click.group()
def scores() -> None:
    """Train the model and rank leads by their likelihood of conversion."""


scores.add_command(backtest)
scores.add_command(benchmark)
scores.add_command(publish)
scores.add_command(rollback)
scores.add_command(versions)


@scores.command()
@click.option(
    "--if-useful",
    is_flag=True,
    help="Only when enough leads were closed since the last time; else score the open ones again.",
)
@command_options
def train(if_useful: bool, *, context: Context) -> None:
    """Train on what is known by now; publish the version unless it is worse, and score."""
    database, actor, now, tell = context.database, context.actor, context.now, context.progress
    if if_useful:
        done = service.train_if_useful(database, actor=actor, now=now, tell=tell)
        if isinstance(done, int):
            context.emit({"scored": done}, [f"{done} open leads are scored again."])
            return
        version = done
    else:
        version = service.train(database, actor=actor, now=now, tell=tell)
    context.emit(*trained_answer(version))


@scores.command()
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The ranking as it would have been at the end of this day.",
)
@command_options
def rank(as_of: dt.datetime | None, *, context: Context) -> None:
    """List the open leads, the most likely first, with the reasons for each."""
    day = as_of.date() if as_of else None
    if day is not None and day > context.now.date():
        raise click.UsageError("--as-of lies in the future.")
    context.progress("Ranking the open leads ...")
    found = ranking.rank(context.database, actor=context.actor, now=context.now, as_of=day)
    with in_english():
        answer = [
            {
                "lead": item.public_id,
                "ref": item.reference,
                "title": item.title,
                "probability": item.probability,
                "horizon": {str(days): chance for days, chance in item.horizon.items()},
                "low": item.low,
                "high": item.high,
                "basis": item.basis,
                "reasons": ranking.worded(item),
            }
            for item in found
        ]
    context.emit(
        answer,
        [
            f"{place:>4}  {item.probability:>5.1%}  {item.reference or '-':<10} {item.title}"
            for place, item in enumerate(found, start=1)
        ]
        or ["There is no open lead."],
    )


@scores.command()
@click.option("--if-stale", is_flag=True, help="Only when something changed since, or a day began.")
@command_options
def refresh(if_stale: bool, *, context: Context) -> None:
    """Score every open lead again, with the model in use."""
    count = service.refresh(
        context.database, actor=context.actor, now=context.now, only_if_stale=if_stale
    )
    context.emit(
        {"scored": count},
        ["Nothing to do." if count is None else f"{count} open leads are scored again."],
    )
