"""`demo`: an invented office to try the product with."""

import csv
from pathlib import Path

import click

from crm.cli.context import Context, command_options
from crm.demo.service import DEFAULT_LEADS, DEFAULT_SEED, load_demo, truth_rows
from models.errors import DomainError, N_


@click.group()
def demo() -> None:
    """Try the product with an invented office and public facts."""


@demo.command()
@click.option(
    "--leads",
    type=click.IntRange(1, 1_000_000),
    default=DEFAULT_LEADS,
    show_default=True,
    help="How many invented leads.",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=DEFAULT_SEED,
    show_default=True,
    help="Another number makes another world; the same gives the same on the same day.",
)
@click.option(
    "--truth",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write each lead's true chance and outcome to this CSV file (ref, p, win, ...).",
)
@command_options
def load(leads: int, seed: int, truth: Path | None, *, context: Context) -> None:
    """Load the demo into an empty office.

    Public facts from five texts, each with its source, and an invented office: every name in it
    is invented, and each of its records is marked so. Refused where there are leads already.
    """
    result = load_demo(
        context.database,
        context.config,
        leads=leads,
        seed=seed,
        now=context.now,
        progress=context.progress,
        actor=context.actor,
    )
    if truth is not None:
        try:
            with truth.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(("ref", "p", "win", "first_contact", "closed"))
                writer.writerows(truth_rows(result.truth))
        except OSError as error:
            raise DomainError(
                N_("The demo is loaded, but %(file)s cannot be written (%(why)s)."),
                file=str(truth),
                why=error.strerror or error,
            ) from error
    counts = result.counts
    context.emit(
        {
            "leads": result.leads,
            "seed": result.seed,
            "seconds": result.seconds,
            "counts": counts,
            "truth": str(truth) if truth else None,
            "accounts": [
                {
                    "username": account.username,
                    "password": account.password,
                    "role": account.role,
                    "office": account.office,
                }
                for account in result.accounts
            ],
        },
        [
            f"{counts['leads']:,} leads ({counts['open']:,} open, {counts['announced']:,} "
            f"announced), {counts['interactions']:,} conversations, in {result.seconds:.0f} s.",
            "Every name in the office is invented. Sign in with:",
            *(
                f"  {account.username:<12} {account.password:<28} {account.role}, {account.office}"
                for account in result.accounts
            ),
        ],
    )
