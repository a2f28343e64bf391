"""`scores versions`, `scores publish` and `scores rollback`: which model says the chances."""

from typing import Any

import click

from crm.cli.context import Context, command_options
from crm.scores import service, version_queries
from models.score import ModelVersion, VersionState

# The codes of a verdict, as `scoring.judging` and training give them.
WHY = {
    "first": "there was none in use",
    "heals": "the one in use was refused",
    "other_card": "the scorecard is another one by now",
    "better": "on the newest outcomes it is better than the one before",
    "same": "on the newest outcomes it is as good as the one before",
    "worse": "on the newest outcomes it is worse than the one in use",
    "not_enough": "there are too few new outcomes to compare it with the one before",
    "other_horizons": "the one before answers for other horizons",
}


@click.command()
@command_options
def versions(*, context: Context) -> None:
    """List the versions of the model, the newest first."""
    with context.database.unscoped_reader(purpose="command line") as session:
        found = version_queries.list_versions(session, limit=None)
    context.emit(
        [_plain(version) for version in found],
        [_line(version) for version in found] or ["No model has been trained yet."],
    )


@click.command()
@click.argument("number", type=click.IntRange(min=1))
@click.option("--note", help="Why, for a version that was judged worse than the one in use.")
@command_options
def publish(number: int, note: str | None, *, context: Context) -> None:
    """Let version NUMBER say the chances from now on, and score every open lead with it."""
    context.progress("Checking what is stored, and scoring the open leads ...")
    version = service.publish(
        context.database, number, actor=context.actor, now=context.now, note=note
    )
    context.emit(_plain(version), [f"Model {version.number} is in use."])


@click.command()
@click.option("--note", help="Why.")
@command_options
def rollback(note: str | None, *, context: Context) -> None:
    """Go back to the version that served before the one in use, and score with it."""
    context.progress("Checking what is stored, and scoring the open leads ...")
    version = service.roll_back(context.database, actor=context.actor, now=context.now, note=note)
    context.emit(_plain(version), [f"Model {version.number} is in use again."])


def trained_answer(version: ModelVersion) -> tuple[dict[str, Any], list[str]]:
    """What `scores train` answers: as data, and in words."""
    verdict = version.metrics.get("verdict") or {}
    lines = [
        f"Model {version.number}: {version.basis.value}, from {version.closed_count} closed "
        f"leads, {version.announced_count} of them announced.",
        *_forward_lines(version.metrics.get("forward", {})),
        _state_line(version, verdict),
    ]
    return {
        **_plain(version),
        "leads": version.lead_count,
        "cut_off": version.cut_off_at,
        "metrics": version.metrics,
    }, lines


def _state_line(version: ModelVersion, verdict: dict[str, Any]) -> str:
    why = WHY.get(str(verdict.get("why")), str(verdict.get("why")))
    if version.state is VersionState.PUBLISHED:
        return f"It is in use: {why}."
    if verdict.get("is_ok"):
        return (
            f"It is a candidate: somebody has to publish it with `scores publish {version.number}`."
        )
    return (
        f"It is a candidate and the one before stays in use: {why}. To use it all the same:"
        f" `scores publish {version.number} --note WHY`."
    )


def _plain(version: ModelVersion) -> dict[str, Any]:
    return {
        "version": version.number,
        "state": version.state.value,
        "basis": version.basis.value,
        "trained_at": version.trained_at,
        "trained_by": version.trained_by,
        "published_at": version.published_at,
        "published_by": version.published_by,
        "refused_at": version.refused_at,
        "closed": version.closed_count,
        "announced": version.announced_count,
        "cut_off": version.cut_off_at,
        "scorecard": version.scorecard_number,
        "libraries": version.libraries,
        "verdict": version.metrics.get("verdict"),
        "note": version.note,
        "sha256": version.sha256,
    }


def _line(version: ModelVersion) -> str:
    refused = ", refused" if version.refused_at else ""
    return (
        f"{version.number:>4}  {version.state.value + refused:<18} {version.basis.value:<10} "
        f"{version.trained_at:%Y-%m-%d}  {version.closed_count} closed,"
        f" {version.announced_count} announced, by {version.trained_by}"
    )


def _forward_lines(forward: dict[str, Any]) -> list[str]:
    if not forward.get("is_possible"):
        return ["There are too few outcomes to test it on later time."]
    return [f"Tested on later time, within {forward['horizon']} days: see `--json` for figures."]
