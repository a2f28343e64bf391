"""`imports`: an office's files brought in from the command line, and taken back."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from crm.cli.context import Context, command_options
from crm.imports import queries, service
from crm.imports.columns import ColumnMapping, mapping_from_json, match_columns
from crm.imports.options import ImportOptions, MatchKey, OnAlike, OnMatch, OnNew
from crm.imports.plan import ImportPlan, ImportRefusedError
from crm.imports.reading import read_table
from crm.imports.table import Table
from crm.timezones import today
from models.errors import DomainError, NotFoundError, N_
from models.import_batch import BatchKind, ImportBatch

_Command = Callable[..., Any]


@click.group()
def imports() -> None:
    """Bring in an office's records from a CSV file or an .xlsx workbook, and take a file back.

    Nothing is written unless every row is right. Rows are numbered as a spreadsheet shows them.
    """


def _match_options(command: _Command) -> _Command:
    for decorate in (
        click.option(
            "--match",
            "keys",
            type=click.Choice([key.value for key in MatchKey]),
            multiple=True,
            help="Compare with records on file by this only; may be given several times.",
        ),
        click.option(
            "--existing",
            type=click.Choice([one.value for one in OnMatch]),
            default=OnMatch.UPDATE.value,
            show_default=True,
            help="What a row does that is on file.",
        ),
        click.option(
            "--new",
            type=click.Choice([one.value for one in OnNew]),
            default=OnNew.CREATE.value,
            show_default=True,
            help="What a row does that is not on file.",
        ),
        click.option(
            "--alike",
            type=click.Choice([one.value for one in OnAlike]),
            default=OnAlike.CREATE.value,
            show_default=True,
            help="What a row does whose company only looks like one on file.",
        ),
    ):
        command = decorate(command)
    return command


def _import_options(command: _Command) -> _Command:
    for decorate in (
        click.option(
            "--mapping",
            "mapping_file",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            metavar="FILE",
            help='Which column holds which field: JSON {"Header": "field", "Other": null}.',
        ),
        click.option("--dry-run", is_flag=True, help="Say what would happen, and write nothing."),
        click.option("--encoding", metavar="NAME", help="The file's encoding, such as cp932."),
        click.option("--delimiter", metavar="SIGN", help="What stands between its cells."),
        click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
    ):
        command = decorate(command)
    return command


@imports.command()
@_match_options
@_import_options
@command_options
def leads(file: Path, *, context: Context, **options: Any) -> None:
    """Import FILE, a row a lead.

    A reference that is not on file creates a lead with its past; one that is on file changes
    that lead. Owners, sectors and sources that are not on file are created and listed.
    """
    _run(context, BatchKind.LEADS, file, options)


@imports.command()
@_import_options
@command_options
def stages(file: Path, *, context: Context, **options: Any) -> None:
    """Import FILE, a row a stage change of a lead that is on file.

    The changes of a lead that never moved in the product become its past; any other is a move
    of today, for which the requirements of its stage hold.
    """
    _run(context, BatchKind.STAGES, file, options)


@imports.command()
@_match_options
@_import_options
@command_options
def organizations(file: Path, *, context: Context, **options: Any) -> None:
    """Import FILE, a row an organization.

    A reference, a register number or a name that is on file changes that organization; what only
    looks like one on file is told as a notice.
    """
    _run(context, BatchKind.ORGANIZATIONS, file, options)


@imports.command()
@_match_options
@_import_options
@command_options
def contacts(file: Path, *, context: Context, **options: Any) -> None:
    """Import FILE, a row a person.

    An e-mail address, or a name at the same organization, that is on file changes that contact.
    """
    _run(context, BatchKind.CONTACTS, file, options)


@imports.command()
@_match_options
@_import_options
@command_options
def interactions(file: Path, *, context: Context, **options: Any) -> None:
    """Import FILE, a row a conversation with a lead or an organization, as of the day it was."""
    _run(context, BatchKind.INTERACTIONS, file, options)


@imports.command()
@click.argument("batch")
@command_options
def undo(batch: str, *, context: Context) -> None:
    """Take back the import BATCH, as long as nobody went on working on what it brought.

    BATCH is what the import printed with --json as "batch".
    """
    actor, now = context.actor, context.now
    with context.database.transaction(actor) as session:
        service.take_turn(session)
        try:
            found = queries.get_batch(session, batch, actor, for_writing=True)
        except NotFoundError as error:
            raise DomainError(
                N_("There is no import “%(batch)s” that you may undo."), batch=batch[:40]
            ) from error
        service.undo_batch(session, found, actor=actor, now=now)
        answer = {
            "batch": found.public_id,
            "kind": found.kind.value,
            "state": found.state.value,
            "created": found.created_count,
            "updated": found.updated_count,
        }
    context.database.analyze()
    context.emit(
        answer,
        [f"Undone: {answer['created']} created and {answer['updated']} changed records."],
    )


def _run(context: Context, kind: BatchKind, file: Path, options: Mapping[str, Any]) -> None:
    is_dry = options["dry_run"]
    answer: dict[str, Any] = {"rows": 0, "created": 0, "updated": 0, "errors": []}
    answer |= {"skipped": 0, "questions": [], "notices": [], "dry_run": is_dry, "batch": None}
    row = None
    try:
        content = _read(file)
        chosen = _options(options)
        table = read_table(content, file.name, encoding=chosen.encoding, delimiter=chosen.delimiter)
        answer["rows"] = service.row_count(table)
        row = table.header_row
        mapping = match_columns(table.headers, kind, _chosen(options["mapping_file"]))
        source = _Source(file.name, content, table, mapping, chosen)
        plan, batch = _import(context, source, answer, is_dry=is_dry)
    except ImportRefusedError as error:
        answer["errors"] = [
            {"row": problem.row, "column": problem.column, "message": problem.text()}
            for problem in error.problems
        ]
        _refuse(context, answer, str(error))
    except DomainError as error:
        # A mistake of the file as a whole stands in its header row, once there is one.
        answer["errors"] = [{"row": row, "column": "", "message": str(error)}]
        _refuse(context, answer, str(error))
    else:
        answer |= {"created": plan.created_count, "updated": plan.updated_count}
        answer["skipped"] = plan.skipped_count
        answer["batch"] = batch.public_id if batch is not None else None
        answer["new_names"] = plan.new_names()
        if batch is not None and batch.summary is not None:
            answer["found"] = batch.summary["outcome"]
        context.emit(answer, _lines(answer, kind))


def _options(given: Mapping[str, Any]) -> ImportOptions:
    keys = given.get("keys")
    return ImportOptions(
        encoding=given["encoding"],
        delimiter=_DELIMITERS.get(given["delimiter"], given["delimiter"]),
        keys=frozenset(map(MatchKey, keys)) if keys else frozenset(MatchKey),
        on_match=OnMatch(given.get("existing", OnMatch.UPDATE)),
        on_new=OnNew(given.get("new", OnNew.CREATE)),
        on_alike=OnAlike(given.get("alike", OnAlike.CREATE)),
    )


_DELIMITERS = {"tab": "\t", "\\t": "\t"}


@dataclass(frozen=True, slots=True)
class _Source:
    """A file that was read."""

    name: str
    content: bytes
    table: Table
    mapping: ColumnMapping
    options: ImportOptions


def _import(
    context: Context, source: _Source, answer: dict[str, Any], *, is_dry: bool
) -> tuple[ImportPlan, ImportBatch | None]:
    """Plan the import in what the actor may see and, unless it is a dry run, apply it."""
    actor, now = context.actor, context.now
    parsed = service.parse_file(
        source.table, source.mapping, today=today(now, actor.office_time_zone)
    )
    if is_dry:
        with context.database.reader(actor) as reading:
            plan = service.plan_import(
                reading,
                parsed,
                actor=actor,
                now=now,
                zone_name=actor.office_time_zone,
                options=source.options,
            )
            _note(answer, plan)
        if plan.problems:
            raise ImportRefusedError(plan.problems)
        return plan, None
    with context.database.transaction(actor) as session:
        service.take_turn(session)
        plan = service.plan_import(
            session,
            parsed,
            actor=actor,
            now=now,
            zone_name=actor.office_time_zone,
            options=source.options,
        )
        _note(answer, plan)
        batch = service.draft_batch(
            source.table,
            source.mapping,
            file_name=source.name,
            sha256=hashlib.sha256(source.content).hexdigest(),
            actor=actor,
            now=now,
        )
        service.apply_import(session, plan, batch, actor=actor, now=now)
    context.database.analyze()
    return plan, batch


def _note(answer: dict[str, Any], plan: ImportPlan) -> None:
    answer["notices"] = [
        {"row": notice.row, "column": notice.column, "message": notice.text()}
        for notice in plan.notices
    ]
    answer["questions"] = [
        {
            "row": question.row,
            "title": question.title,
            "choice": question.choice or None,
            "candidates": [
                {"id": one.public_id, "name": one.name, "score": one.score}
                for one in question.candidates
            ],
        }
        for question in plan.records.questions
    ]


def _refuse(context: Context, answer: dict[str, Any], sentence: str) -> None:
    if not context.is_json:
        for error in answer["errors"]:
            if error["row"] is not None:
                click.echo(_located(error))
    context.fail(sentence, answer)


_WORDS = {
    BatchKind.LEADS: "Leads",
    BatchKind.STAGES: "Leads",
    BatchKind.ORGANIZATIONS: "Organizations",
    BatchKind.CONTACTS: "Contacts",
    BatchKind.INTERACTIONS: "Interactions",
}


def _lines(answer: Mapping[str, Any], kind: BatchKind) -> list[str]:
    created, changed = ("to create", "to change") if answer["dry_run"] else ("created", "changed")
    lines = [_located(notice) for notice in answer["notices"]]
    lines += [
        f"New {kind}: {', '.join(names)}" for kind, names in answer["new_names"].items() if names
    ]
    lines.append(
        f"Rows read: {answer['rows']}. {_WORDS[kind]} {created}: {answer['created']},"
        f" {changed}: {answer['updated']}."
    )
    return lines


def _located(message: Mapping[str, Any]) -> str:
    where = f"Row {message['row']}"
    if message["column"]:
        where += f", {message['column']}"
    return f"{where}: {message['message']}"


def _chosen(mapping_file: Path | None) -> dict[str, str | None] | None:
    if mapping_file is None:
        return None
    return mapping_from_json(_read(mapping_file).decode("utf-8", errors="replace"))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read ({error.strerror}).") from error
