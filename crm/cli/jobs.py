"""`jobs`: work that outlives a request, done from the command line."""

import time

import click

from crm.cli.context import Context, command_options
from crm.jobs.worker import work_once

_LOOK_EVERY = 2.0


@click.group()
def jobs() -> None:
    """Do the work that waits, such as reading a long file.

    `run` and `serve` do it by themselves.
    """


@jobs.command()
@click.option("--once", is_flag=True, help="End when nothing waits any more.")
@command_options
def work(once: bool, *, context: Context) -> None:
    """Take up jobs, one after the other."""
    count = 0
    while True:
        if work_once(context.database, context.config):
            count += 1
        elif once:
            break
        else:
            time.sleep(_LOOK_EVERY)
    context.emit({"done": count}, [f"Jobs taken up: {count}."])
