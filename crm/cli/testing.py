"""`test`: listed here for `--help`; the bootstrap runs it before this package is loaded."""

import subprocess
import sys

import click

from config import PROJECT


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> int:
    """Run every test: SQLite, a real PostgreSQL and a real browser. Takes pytest's arguments."""
    return subprocess.call([sys.executable, "-m", "pytest", *arguments], cwd=PROJECT)
