"""`search`: find records by any of their names, and write anew what search keeps of them."""

from typing import Any

import click

from crm.cli.context import Context, command_options
from crm.search import queries
from crm.search.upkeep import rebuild_all

_PER_KIND = 20


class _Search(click.Group):
    """What is no subcommand is a query: `search 日産` and `search find 日産` are the same."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["find", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Search, options_metavar="", subcommand_metavar="QUERY | rebuild")
def search() -> None:
    """Find organizations, contacts, leads, missions, announcements and conversations.

    QUERY is a name or words in any script. To look for the word "rebuild": `search find rebuild`.
    """


@search.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--limit", default=_PER_KIND, show_default=True, type=click.IntRange(1, 200))
@command_options
def find(query: tuple[str, ...], limit: int, *, context: Context) -> None:
    """List what has these words, best first, at most LIMIT of each kind."""
    with context.database.reader(context.actor) as session:
        answer = queries.search(session, " ".join(query), now=context.now, most=limit)
    if answer.is_short:
        context.progress("Two letters are needed, or one Japanese, Chinese or Korean character.")
    rows = sorted(
        (row for group in answer.groups for row in group.rows), key=lambda row: -row.score
    )
    found: list[dict[str, Any]] = [
        {
            "kind": row.kind.value,
            "id": row.public_id,
            "name": row.name,
            "matched": row.by,
            "score": row.score,
        }
        for row in rows
    ]
    context.emit(found, [_line(each) for each in found])


@search.command()
@command_options
def rebuild(*, context: Context) -> None:
    """Write anew everything that search keeps. It keeps up by itself; this mends it."""
    with context.database.unscoped(context.actor, purpose="rebuilding the search") as session:
        counts = rebuild_all(session)
    context.database.analyze()
    context.emit(
        {kind.value: count for kind, count in counts.items()},
        [f"{kind.value}: {count}" for kind, count in counts.items()],
    )


def _line(found: dict[str, Any]) -> str:
    line = f"{found['kind']}  {found['id']}  {found['name']}"
    return line if found["matched"] == found["name"] else f"{line}  ({found['matched']})"
