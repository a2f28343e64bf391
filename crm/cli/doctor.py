"""`doctor`: what could go wrong on this machine, and how to mend it."""

import os
import stat
import zoneinfo
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import click

import crm.timezones
from config import Config, ConfigError
from crm import schema
from crm.cli.context import Context, command_options
from crm.database import SQLITE_SOURCE, SQLITE_VERSION, create_engine, wal_is_safe


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was found, and what to do when it is not well."""

    check: str
    is_well: bool
    found: str
    mend: str = ""


@click.command()
@command_options
def doctor(*, context: Context) -> None:
    """Check the SQLite version, time zones, secrets, migrations and write access."""
    findings = [_sqlite(), _time_zones(), *_folder(context)]
    data = [
        {"check": item.check, "well": item.is_well, "found": item.found, "mend": item.mend}
        for item in findings
    ]
    lines = []
    for item in findings:
        lines.append(f"{'well' if item.is_well else 'MEND'}  {item.check}: {item.found}")
        if not item.is_well:
            lines.append(f"      {item.mend}")
    context.emit(data, lines)
    if not all(item.is_well for item in findings):
        raise click.exceptions.Exit(1)


def _sqlite() -> Finding:
    safe = wal_is_safe(SQLITE_VERSION)
    version = ".".join(map(str, SQLITE_VERSION))
    return Finding(
        "SQLite",
        safe,
        f"{version} from {SQLITE_SOURCE}"
        + ("" if safe else ", which can corrupt a WAL database: journal_mode=DELETE is used"),
        "Install a SQLite of 3.51.3 or newer, or use PostgreSQL (CRM_DATABASE_URL).",
    )


def _time_zones() -> Finding:
    moment = datetime(2027, 1, 15, 12, tzinfo=crm.timezones.zone("America/Vancouver"))
    well = moment.utcoffset() == timedelta(hours=-7) and not zoneinfo.TZPATH
    return Finding(
        "Time zones",
        well,
        f"Vancouver in January 2027 is UTC{moment.strftime('%z')}",
        "Install the package tzdata 2026.2 or newer: `python3 -m crm setup`.",
    )


def _folder(context: Context) -> list[Finding]:
    folder = Config.data_folder(context.data)
    try:
        config = Config.from_env(folder)
    except ConfigError as error:
        return [Finding("Data folder", False, str(folder), str(error))]
    findings = [_secret(folder), _writable(folder)]
    engine = create_engine(config)
    try:
        found, wanted = schema.current(engine), schema.head()
    except Exception as error:
        return [
            *findings,
            Finding("Database", False, str(error).splitlines()[0], "Check CRM_DATABASE_URL."),
        ]
    return [
        *findings,
        Finding(
            "Migrations",
            found == wanted,
            f"the schema stands at {found or 'base'}, this version needs {wanted}",
            "Run `python3 -m crm db upgrade`.",
        ),
    ]


def _secret(folder: Path) -> Finding:
    path = folder / "secret_key"
    if os.environ.get("CRM_SECRET_KEY"):
        return Finding("Secret key", True, "from CRM_SECRET_KEY")
    mode = stat.S_IMODE(path.stat().st_mode)
    return Finding(
        "Secret key",
        mode & 0o077 == 0,
        f"{path}, mode {mode:o}",
        f"Others can read it: chmod 600 {path}, and replace it if they may have.",
    )


def _writable(folder: Path) -> Finding:
    probe = folder / ".write-probe"
    try:
        probe.write_text("x")
        probe.unlink()
    except OSError as error:
        return Finding(
            "Write access", False, f"{folder}: {error.strerror}", "Give this account the right."
        )
    return Finding("Write access", True, str(folder))
