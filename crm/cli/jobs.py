"""`jobs`: work that outlives a request, done from the command line."""

import click

from crm.cli.context import Context, command_options
from crm.jobs.duties import do_due
from crm.jobs.worker import start, work_once


@click.group()
def jobs() -> None:
    """Do the work that waits, such as reading a long file.

    `run` and `serve` do it by themselves.
    """


@jobs.command()
@click.option("--once", is_flag=True, help="Do what is due and what waits, then end.")
@command_options
def work(once: bool, *, context: Context) -> None:
    """Take up jobs, one after the other, and do what is due every so often."""
    if not once:
        start(context.database, context.config).wait()
        return
    # Duties first: one may ask for jobs.
    duties = do_due(context.database)
    count = 0
    while work_once(context.database, context.config):
        count += 1
    context.emit(
        {"done": count, "duties": duties},
        [f"Jobs taken up: {count}.", *(f"Duty done: {name}." for name in duties)],
    )
