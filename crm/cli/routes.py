"""`routes`: every address, with who may use it."""

import click

from config import Config
from crm.app import create_app
from crm.cli.context import Context, command_options
from crm.web.access import roles_of


@click.command()
@command_options
def routes(*, context: Context) -> None:
    """List every route with its methods and the roles it is open to.

    It needs no data folder: a throw-away key stands in.
    """
    app = create_app(
        Config(data=Config.data_folder(context.data), database_url="sqlite://", secret_key="x" * 32)
    )
    rows = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        roles = roles_of(app, rule.endpoint)
        rows.append(
            {
                "rule": rule.rule,
                "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
                "endpoint": rule.endpoint,
                "roles": sorted(role.value for role in roles or ()),
                "public": roles is not None and not roles,
            }
        )
    context.emit(
        rows,
        [
            f"{row['rule']}  {','.join(row['methods'])}  "
            + ("public" if row["public"] else ", ".join(row["roles"]))
            for row in rows
        ],
    )
