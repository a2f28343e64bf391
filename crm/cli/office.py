"""`init`: an empty office."""

import click

from config import Config, create_data_folder
from crm import schema
from crm.cli.context import Context, command_options
from crm.database import create_engine


@click.command()
@command_options
def init(*, context: Context) -> None:
    """Make an empty office: the data folder, its secret key and the database. No demo, no users."""
    folder = Config.data_folder(context.data)
    context.progress(f"Making the data folder {folder} ...")
    create_data_folder(folder)
    config = Config.from_env(folder)
    context.progress("Creating the database ...")
    schema.upgrade(create_engine(config))
    context.emit(
        {"data": str(folder)},
        [
            f"An empty office lies in {folder}.",
            "Make its first user: python3 -m crm user add NAME --role admin --password-env VAR",
        ],
    )
