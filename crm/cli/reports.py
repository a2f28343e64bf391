"""`reports`: the pipeline, what changed in it, and the other reports, as of any day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from crm.cli.context import Context, command_options
from crm.cli.report_answers import (
    Answer,
    conversion_answer,
    movement_answer,
    pipeline_answer,
    velocity_answer,
)
from crm.exports.columns import Cell
from crm.exports.writing import csv_bytes, xlsx_bytes
from crm.reports.course_queries import read_conversion, read_velocity
from crm.reports.movement_queries import read_movement
from crm.reports.params import Dimension, RelativeDay, ReportParams, Scope, read_params
from crm.reports.pipeline_queries import read_pipeline
from models.errors import DomainError, N_
from models.stage import LeadType

_DAYS = ", ".join(day.value for day in RelativeDay)
# What an option is called in a report's address.
_ARGUMENTS = (
    ("--country", "A market's code, such as JP."),
    ("--sector", "A sector's code."),
    ("--office", "An office's public id."),
    ("--owner", "A public id, mine, or none."),
    ("--source", "A source's code."),
    ("--agreement", "An agreement's public id: the leads that cited it by then."),
)


@dataclass(frozen=True, slots=True)
class _Report:
    """A report that the command prints: how it is read, and what it answers."""

    help: str
    read: Callable[..., Any]
    answer: Callable[[Any], Answer]

    def figures(self, session: Session, params: ReportParams, *, now: datetime) -> Any:
        """The figures for whoever looks through the session."""
        return self.read(session, params, now=now)


_REPORTS = {
    "pipeline": _Report(
        "Leads, investment and jobs by stage, raw and weighted, as they stood on a day.",
        read_pipeline,
        pipeline_answer,
    ),
    "movement": _Report(
        "What changed between two days; by default since the end of the last quarter.",
        read_movement,
        movement_answer,
    ),
    "conversion": _Report(
        "How leads that entered a stage in the same quarter went on from it.",
        read_conversion,
        conversion_answer,
    ),
    "velocity": _Report(
        "After how many days half of the leads had gone on from a stage.",
        read_velocity,
        velocity_answer,
    ),
}


class _Reports(click.Group):
    """One command a report, all with the same options."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_REPORTS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        report = _REPORTS.get(cmd_name)
        return None if report is None else _command(cmd_name, report)


@click.group(cls=_Reports)
def reports() -> None:
    """Reports as of any day: from the records as they stood then, for who looks now."""


def _command(name: str, report: _Report) -> click.Command:
    def run(
        *,
        context: Context,
        as_of: str | None,
        compare: str | None,
        lead_type: str,
        by: str,
        is_public: bool,
        out: Path | None,
        **filters: str | None,
    ) -> None:
        params = read_params(
            {
                "as_of": as_of,
                "compare": compare,
                "type": lead_type,
                "by": by,
                "scope": Scope.PUBLIC.value if is_public else None,
                **filters,
            }
        )
        with context.database.reader(context.actor) as session:
            figures = report.figures(session, params, now=context.now)
        answer = report.answer(figures)
        if out is not None:
            _write(out, name, answer)
            context.progress(f"Written to {out}.")
        context.emit(answer.data, answer.lines if out is None else [])

    command: Any = command_options(run)
    for option, text in reversed(_ARGUMENTS):
        command = click.option(option, metavar="CODE", help=text)(command)
    for decorate in reversed(_OPTIONS):
        command = decorate(command)
    made: click.Command = click.command(name, help=report.help)(command)
    return made


_OPTIONS = (
    click.option("--as-of", metavar="DAY", help=f"A day such as 2026-03-31, or one of {_DAYS}."),
    click.option("--compare", metavar="DAY", help="The day to compare with; the same words."),
    click.option(
        "--type",
        "lead_type",
        type=click.Choice([item.value for item in LeadType]),
        default=LeadType.INVESTMENT.value,
        show_default=True,
        help="Which type of lead; types are never added up.",
    ),
    click.option(
        "--by",
        type=click.Choice([item.value for item in Dimension]),
        default=Dimension.STAGE.value,
        show_default=True,
        help="By what the pipeline is divided besides stages.",
    ),
    click.option(
        "--public",
        "is_public",
        is_flag=True,
        help="What may be published: no restricted or embargoed lead is in any total.",
    ),
    click.option(
        "--out",
        type=click.Path(dir_okay=False, writable=True, path_type=Path),
        metavar="FILE",
        help="Write the table to FILE.csv or FILE.xlsx.",
    ),
)


def _write(out: Path, name: str, answer: Answer) -> None:
    content = _bytes(out.suffix.lower(), name, answer.headings, answer.rows)
    try:
        out.write_bytes(content)
    except OSError as error:
        raise DomainError(
            N_("%(file)s cannot be written (%(why)s)."),
            file=str(out),
            why=error.strerror or str(error),
        ) from error


def _bytes(
    suffix: str, name: str, headings: Sequence[str], rows: Sequence[Sequence[Cell]]
) -> bytes:
    writers: Mapping[str, Callable[[], bytes]] = {
        ".csv": lambda: csv_bytes(headings, rows),
        ".xlsx": lambda: xlsx_bytes(name, headings, rows),
    }
    if suffix not in writers:
        raise click.UsageError("--out writes FILE.csv or FILE.xlsx.")
    return writers[suffix]()
