"""`user`: accounts from the command line."""

import os

import click

from crm.auth import accounts
from crm.auth.passwords import Passwords
from crm.cli.context import Context, command_options
from models.user import Role

_ROLES = click.Choice([role.value for role in Role])


@click.group()
def user() -> None:
    """Add people, change their role, deactivate them."""


@user.command()
@click.argument("name")
@click.option("--role", type=_ROLES, required=True, help="What this person may do.")
@click.option("--office", help="The office they sit in; it is created when it is not on file.")
@click.option(
    "--password-env",
    metavar="VAR",
    required=True,
    help="The environment variable that holds the first password.",
)
@click.option("--full-name", help="The name shown to others. Default: NAME.")
@command_options
def add(
    name: str,
    role: str,
    office: str | None,
    password_env: str,
    full_name: str | None,
    *,
    context: Context,
) -> None:
    """Add a person who signs in as NAME."""
    password = os.environ.get(password_env)
    if password is None:
        raise click.UsageError(f"The environment variable {password_env} is not set.")
    with context.database.transaction(context.actor) as session:
        made = accounts.add_user(
            session,
            username=name,
            name=full_name or name,
            role=Role(role),
            office_name=office,
            password=password,
            passwords=Passwords(context.config),
            time_zone=context.config.office_time_zone,
            actor=context.actor,
            now=context.now,
        )
        answer = {"user": made.username, "role": made.role.value, "office": office}
    context.emit(answer, [f"{name} can sign in as {role}."])


@user.command("role")
@click.argument("name")
@click.argument("role", type=_ROLES)
@command_options
def change_role(name: str, role: str, *, context: Context) -> None:
    """Give NAME another role; it holds from the next request on."""
    with context.database.transaction(context.actor) as session:
        accounts.set_role(
            session, accounts.get_user(session, name), Role(role), actor=context.actor
        )
    context.emit({"user": name, "role": role}, [f"{name} is now {role}."])


@user.command()
@click.argument("name")
@command_options
def deactivate(name: str, *, context: Context) -> None:
    """End NAME's account at once; what they owned waits for a manager to hand over."""
    with context.database.transaction(context.actor) as session:
        count = accounts.deactivate(
            session, accounts.get_user(session, name), actor=context.actor, now=context.now
        )
    context.emit(
        {"user": name, "active": False, "without_owner": count},
        [f"{name} cannot sign in any more. {count} leads are without an owner."],
    )
