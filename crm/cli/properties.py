"""`properties`: lists of available land and buildings, from the command line."""

from pathlib import Path

import click

from crm.cli.context import Context, command_options
from crm.properties import service
from crm.properties.plan import CHANGED, NEW, SAME
from crm.properties.reading import read_file
from models.errors import ForbiddenError
from models.site_search import PropertyKind


@click.group()
def properties() -> None:
    """Available land and buildings."""


@properties.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in PropertyKind]),
    help="What a row is that does not say so.",
)
@click.option("--dry-run", is_flag=True, help="Say what would happen, and write nothing.")
@command_options
def import_list(file: Path, kind: str | None, *, dry_run: bool, context: Context) -> None:
    """Import FILE, a CSV file or an .xlsx workbook with a row a property.

    A reference that is on file changes that property; an empty cell leaves what is on file.
    Nothing is written unless every row is right.
    """
    if not context.actor.may_write:
        raise ForbiddenError
    try:
        content = file.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read ({error.strerror}).") from error
    read = read_file(content, file.name, kind=PropertyKind(kind) if kind else None)
    database = context.database
    with database.reader(context.actor) as session:
        plan = service.plan_import(session, read.rows)
    answer = {
        "file": file.name,
        "rows": len(read.rows),
        "new": plan.count(NEW),
        "changed": plan.count(CHANGED),
        "same": plan.count(SAME),
        "ignored_columns": [one.header for one in read.columns if one.header and not one.field],
        "problems": [
            {"row": one.row, "column": one.column, "problem": one.text()} for one in plan.problems
        ],
        "notices": [{"row": one.row, "notice": one.text()} for one in plan.notices],
        "is_imported": False,
    }
    if plan.problems:
        for one in plan.problems:
            context.progress(f"Row {one.row}, {one.column or 'whole row'}: {one.text()}")
        count = len(plan.problems)
        context.fail(f"Nothing was imported. Mistakes in {file.name}: {count}.", answer)
    if not dry_run:
        with database.transaction(context.actor) as session:
            # What is on file may have changed since: planned anew within the transaction.
            plan = service.plan_import(session, read.rows)
            service.apply_import(session, plan, actor=context.actor, now=context.now)
        answer["is_imported"] = True
    context.emit(
        answer,
        [
            f"{'Would import' if dry_run else 'Imported'} {file.name}: {plan.count(NEW)} new,"
            f" {plan.count(CHANGED)} changed, {plan.count(SAME)} as they were.",
            *(f"Row {one.row}: {one.text()}" for one in plan.notices),
        ],
    )
