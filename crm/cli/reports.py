"""`reports`: the pipeline, what changed in it, and every other report, as of any day."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from crm.cli.context import Context, command_options
from crm.cli.report_answers import ANSWERS
from crm.cli.report_filters import checked_filters, options_named
from crm.imports.currencies import codes
from crm.reports.catalogue import REPORTS, find_report, get_report
from crm.reports.cell_text import cell_text
from crm.reports.params import Dimension, RelativeDay, Scope, read_params
from crm.reports.plain import to_plain
from crm.reports.report import Report, Words
from crm.reports.tables import Table
from crm.reports.takeaway.files import file_of
from crm.reports.takeaway.taken import Taken, public_note, take
from crm.scores.english import in_english
from models.errors import DomainError, N_
from models.report import ReportFormat
from models.stage import LeadType

_DAYS = ", ".join(day.value for day in RelativeDay)
_ENDINGS = ", ".join(f"FILE.{kind.value}" for kind in ReportFormat)


class _Reports(click.Group):
    """One command a report of the catalogue, all with the same options."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return _codes()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        report = find_report(cmd_name)
        return None if report is None else _command(report)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and find_report(args[0]) is None:
            ctx.fail(f"There is no report {args[0]}. There are: {', '.join(_codes())}.")
        return super().resolve_command(ctx, args)


def _codes() -> list[str]:
    return [report.code for report in REPORTS]


@click.group(cls=_Reports)
def reports() -> None:
    """Reports as of any day: from the records as they stood then, for who looks now."""


def _command(report: Report) -> click.Command:
    def run(
        *,
        context: Context,
        is_public: bool,
        out: Path | None,
        **options: str | None,
    ) -> None:
        kind = _format_of(out)
        get_report(report.code, context.actor.role)
        if is_public and not report.has_public:
            able = ", ".join(item.code for item in REPORTS if item.has_public)
            raise click.UsageError(
                f"The report {report.code} has no public mode. These have one: {able}."
            )
        _check_target(report, options["convert"])
        scope = Scope.PUBLIC if is_public else Scope.VIEWER
        with (
            context.database.reader(context.actor) as session,
            in_english(),
            options_named(),
        ):
            params = read_params({**checked_filters(session, options), "scope": scope.value})
            if context.is_json and out is None:
                figures = report.figures(session, params, now=context.now)
                answer: Callable[[Any], Any] = ANSWERS.get(report.code, to_plain)
                marked = {"scope": params.scope.value, "left_out": public_note()}
                context.emit({**(marked if is_public else {}), **answer(figures)}, [])
                return
            taken = take(session, report, params, now=context.now, words=Words("en"))
            if out is None or kind is None:
                lines = list(_lines(taken))
                context.emit(None, [*lines, "", public_note()] if is_public else lines)
                return
            # A program reads one table from a file; the others are in the workbook.
            table = taken.tables[0].code if kind is ReportFormat.CSV and taken.tables else None
            content = file_of(taken, kind, table=table).content
        _write(out, content)
        lines = [f"Written to {out}."]
        if table is not None and len(taken.tables) > 1:
            lines.append(
                f"It is the first of {len(taken.tables)} tables, {taken.tables[0].title!s}: "
                "an .xlsx holds all of them, and as of when and by whom they were made."
            )
        context.emit({"file": str(out), "bytes": len(content)}, lines)

    command: Any = command_options(run)
    for decorate in reversed(_OPTIONS):
        command = decorate(command)
    with in_english():
        text = str(report.question)
    made: click.Command = click.command(report.code, help=text)(command)
    return made


def _check_target(report: Report, code: str | None) -> None:
    if code is None:
        return
    if not report.converts:
        able = ", ".join(item.code for item in REPORTS if item.converts)
        raise click.UsageError(f"The report {report.code} converts nothing. These do: {able}.")
    if code.strip().upper() not in codes():
        raise click.UsageError(f"There is no currency called {code}. Write a code such as CAD.")


def _format_of(out: Path | None) -> ReportFormat | None:
    if out is None:
        return None
    ending = out.suffix.lower().removeprefix(".")
    if ending not in {kind.value for kind in ReportFormat}:
        raise click.UsageError(f"--out writes {_ENDINGS}.")
    return ReportFormat(ending)


_OPTIONS = (
    click.option("--as-of", metavar="DAY", help=f"A day such as 2026-03-31, or one of {_DAYS}."),
    click.option("--compare", metavar="DAY", help="The day to compare with; the same words."),
    click.option(
        "--type",
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
        help="By what a report is divided, if it can be.",
    ),
    click.option("--country", metavar="CODE", help="A market's code, such as JP."),
    click.option("--sector", metavar="CODE", help="A sector's code."),
    click.option("--office", metavar="ID", help="An office's public id."),
    click.option("--owner", metavar="ID", help="A user's public id, mine, or none."),
    click.option("--source", metavar="CODE", help="A source's code."),
    click.option("--agreement", metavar="ID", help="An agreement's public id."),
    click.option(
        "--convert",
        metavar="CURRENCY",
        help="Tell sums in this currency too, at stated exchange rates.",
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
        help=f"Write {_ENDINGS}: the first table as CSV, all of them otherwise.",
    ),
)


def _lines(taken: Taken) -> Iterator[str]:
    yield taken.title
    if taken.sentence:
        yield taken.sentence
    for table in taken.tables:
        yield ""
        yield table.title
        yield from _columns(table)


def _columns(table: Table) -> Iterator[str]:
    """The rows of a table as columns of text, numbers right-aligned."""
    if not table.rows:
        yield table.empty
        return
    heads = [
        f"{column.group}: {column.title}" if column.group else column.title
        for column in table.columns
    ]
    rows = [
        [cell_text(cell, column) for cell, column in zip(row.cells, table.columns, strict=False)]
        for row in table.rows
    ]
    widths = [
        max(len(line[place]) for line in (heads, *rows) if place < len(line))
        for place in range(len(heads))
    ]
    numbers = [column.kind.is_number for column in table.columns]
    for line in (heads, *rows):
        yield "  ".join(_aligned(line, widths, numbers)).rstrip()


def _aligned(line: Sequence[str], widths: Sequence[int], numbers: Sequence[bool]) -> Iterator[str]:
    for text, width, is_number in zip(line, widths, numbers, strict=False):
        yield text.rjust(width) if is_number else text.ljust(width)


def _write(out: Path, content: bytes) -> None:
    try:
        out.write_bytes(content)
    except OSError as error:
        raise DomainError(
            N_(
                "%(file)s cannot be written (%(why)s)."
                " Name a file in a folder that is there and that you may write to."
            ),
            file=str(out),
            why=error.strerror or str(error),
        ) from error
