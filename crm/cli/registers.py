"""`registers`: the public registers that organizations are put on file from."""

import os
from pathlib import Path

import click

from crm.cli.context import Context, command_options
from crm.registers import sources
from crm.registers.edinet import CODE, Edinet, read_code_list, write_table
from models.errors import DomainError, ForbiddenError, N_

_REFRESHED = {CODE: (read_code_list, write_table)}


@click.group()
def registers() -> None:
    """List the public registers of companies, or bring one up to date from its own file."""


@registers.command("list")
@command_options
def list_registers(*, context: Context) -> None:
    """List the registers that organizations are put on file from."""
    found = [
        {
            "code": register.code,
            "name": register.name,
            "companies": register.count(),
            "as_of": register.as_of.isoformat() if register.as_of else None,
            "source": "refreshed"
            if isinstance(register, Edinet) and register.is_refreshed
            else "embedded",
            "licence": register.licence,
            "attribution": register.attribution,
        }
        for register in sources.registers(context.config.data)
    ]
    context.emit(
        found,
        [
            line
            for one in found
            for line in (
                f"{one['code']}  {one['name']}: {one['companies']} companies, as of"
                f" {one['as_of']} ({one['source']})",
                f"    {one['attribution']}",
            )
        ],
    )


@registers.command()
@click.argument("register", type=click.Choice(sorted(_REFRESHED)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@command_options
def refresh(register: str, file: Path, *, context: Context) -> None:
    """Bring a register up to date from FILE, as its publisher gives it (CSV, or that in a ZIP).

    The edition goes into the data folder and is used instead of the one that is shipped. Nothing
    is changed unless every row of the file can be read.
    """
    if not context.actor.may_administer:
        raise ForbiddenError
    read, write = _REFRESHED[register]
    try:
        content = file.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read ({error.strerror}).") from error
    found = read(content)
    target = context.config.data / sources.FOLDER / f"{register}.tsv"
    before = next(one for one in sources.registers(context.config.data) if one.code == register)
    was = before.as_of
    if was is not None and found.as_of < was:
        raise DomainError(
            N_("The file is of %(day)s, older than what is in use (%(was)s). Nothing was changed."),
            day=found.as_of.isoformat(),
            was=was.isoformat(),
        )
    _replace(target, write(found))
    context.emit(
        {
            "register": register,
            "companies": len(found.entries),
            "listed": sum(entry.is_listed for entry in found.entries),
            "as_of": found.as_of.isoformat(),
            "file": str(target),
        },
        [f"{len(found.entries)} companies, as of {found.as_of.isoformat()}, are in use from now."],
    )


def _replace(target: Path, text: str) -> None:
    """Put the whole file in place at once: a server that reads sees the old one or the new."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        os.replace(fresh, target)
    except OSError as error:
        raise click.ClickException(f"{target} cannot be written ({error.strerror}).") from error
