"""What every command shares: where the data lies, who acts, how the answer is printed."""

import functools
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NoReturn, TypeVar

import click
import sqlalchemy as sa

from config import Config
from crm.auth.service import actor_of
from crm.database import Database, create_engine
from crm.schema import current, head
from models.errors import DomainError, N_
from models.user import LOCAL_ADMINISTRATOR, Actor, Office, User, fold_username

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass
class Context:
    """One run of one command. Progress goes to stderr; stdout is only the answer."""

    data: str | None
    as_user: str | None
    is_json: bool

    @cached_property
    def config(self) -> Config:
        """The configuration of the data folder."""
        return Config.from_env(self.data)

    @cached_property
    def database(self) -> Database:
        """The database, with its schema up to date.

        Raises:
            DomainError: the schema is not the one this version needs.
        """
        engine = create_engine(self.config)
        if current(engine) != head():
            raise DomainError(
                N_(
                    "The database's schema is not up to date."
                    " Bring it up with `python3 -m crm db upgrade`."
                )
            )
        return Database(engine)

    @cached_property
    def actor(self) -> Actor:
        """Who the command acts as: the local administrator, or the user named with `--as`.

        Raises:
            DomainError: there is no such active user.
        """
        zone = self.config.office_time_zone
        if self.as_user is None:
            return Actor(
                id=None,
                name=LOCAL_ADMINISTRATOR.name,
                role=LOCAL_ADMINISTRATOR.role,
                office_time_zone=zone,
                time_zone=zone,
                counts_all=True,
            )
        with self.database.unscoped_reader(purpose="command line") as session:
            row = session.execute(
                sa.select(User, Office.time_zone)
                .outerjoin(Office, Office.id == User.office_id)
                .where(User.folded_name == fold_username(self.as_user), User.is_active)
            ).one_or_none()
            if row is None:
                raise DomainError(N_("There is no active user called %(name)s."), name=self.as_user)
            user, office_zone = row
            return actor_of(session, user, office_time_zone=office_zone or zone)

    @cached_property
    def now(self) -> datetime:
        """The moment the command began."""
        return datetime.now(UTC)

    def progress(self, text: str) -> None:
        """Say what is being done."""
        click.echo(text, err=True)

    def emit(self, data: Any, lines: list[str]) -> None:
        """Print the answer: as JSON when asked for, else the lines."""
        if self.is_json:
            click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))
        else:
            for line in lines:
                click.echo(line)

    def fail(self, sentence: str, data: Any = None) -> NoReturn:
        """End with exit code 1 and a sentence; with `--json` the answer is printed all the same."""
        if self.is_json:
            answer = data if data is not None else {"error": sentence}
            click.echo(json.dumps(answer, ensure_ascii=False, indent=2, default=str))
        click.echo(sentence, err=True)
        sys.exit(1)


def command_options(command: Command) -> Command:
    """Give a command `--data`, `--as` and `--json`, and pass it its `context`."""

    @click.option(
        "--data",
        metavar="DIR",
        help="The folder that holds everything this office keeps. Default: instance/.",
    )
    @click.option("--as", "as_user", metavar="USER", help="Act as this user.")
    @click.option("--json", "is_json", is_flag=True, help="Print the answer as JSON.")
    @functools.wraps(command)
    def run(*args: Any, data: str | None, as_user: str | None, is_json: bool, **more: Any) -> Any:
        return command(*args, context=Context(data, as_user, is_json), **more)

    return run  # type: ignore[return-value]
