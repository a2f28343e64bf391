"""The commands: `python3 -m crm COMMAND`. One word in front of each, however it is started."""

import importlib
import json
import sys
from typing import Any

import click

import crm.timezones  # noqa: F401 - pins the time-zone data
from config import ConfigError
from models.errors import DomainError

# Where each command lives; modules are loaded when asked for, so that `--help` is quick.
_COMMANDS = {
    "run": "serving",
    "serve": "serving",
    "test": "testing",
    "init": "office",
    "doctor": "doctor",
    "routes": "routes",
    "db": "schema",
    "user": "users",
    "bre": "bre",
    "demo": "demo",
    "imports": "imports",
    "jobs": "jobs",
    "missions": "missions",
    "organizations": "organizations",
    "properties": "properties",
    "registers": "registers",
    "reports": "reports",
    "scores": "scores",
    "search": "search",
}


class _Commands(click.Group):
    """Loads a command's module when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"crm.cli.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command


@click.command(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="For contributors: `setup` sets up and stops, `lock` refreshes crm/locks.",
)
def commands() -> None:
    """A CRM for investment-attraction offices.

    `run` sets everything up, fills a new folder with the demo and serves it on this machine.
    All state lives in one folder (`--data DIR`); CRM_DATABASE_URL names a PostgreSQL database
    to use instead of the SQLite file in it.
    """


def main(argv: list[str] | None = None) -> int:
    """Run a command: 0 when it worked, 1 when it failed with a sentence, 2 for wrong usage."""
    arguments = sys.argv[1:] if argv is None else argv
    try:
        outcome: Any = commands.main(
            args=arguments, prog_name="python3 -m crm", standalone_mode=False
        )
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        return 1
    except click.UsageError as error:
        error.show()
        return 2
    except click.ClickException as error:
        error.show()
        return 1
    except (ConfigError, DomainError) as error:
        return _fail(str(error), is_json="--json" in arguments)
    return outcome if isinstance(outcome, int) else 0


def _fail(sentence: str, *, is_json: bool) -> int:
    if is_json:
        click.echo(json.dumps({"error": sentence}, ensure_ascii=False))
    click.echo(sentence, err=True)
    return 1
