"""`run` and `serve`: the product on a port, with the scores kept fresh beside it."""

import ipaddress
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import click

from config import PROJECT, Config, create_data_folder
from crm import schema
from crm.cli.context import Context, command_options
from crm.cli.schema import fill_search
from crm.database import Database, create_engine
from crm.jobs import worker as jobs
from models.errors import DomainError, N_

_PORT = 5900
_REFRESH_EVERY = 300.0


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=_PORT, show_default=True)
@command_options
def run(port: int, *, context: Context) -> None:
    """Serve the product on this machine; a new folder is filled with the demo first.

    A folder that exists keeps its data: only its schema is brought up to date.
    """
    folder = Config.data_folder(context.data)
    _refuse_taken_port("127.0.0.1", port)
    is_new = not (folder / "secret_key").exists()
    if is_new:
        context.progress(f"Making the data folder {folder} ...")
        create_data_folder(folder)
    config = Config.from_env(folder)
    engine = create_engine(config)
    if schema.current(engine) != schema.head():
        context.progress(
            "Creating the database ..." if is_new else "Bringing the database up to date ..."
        )
        schema.upgrade(engine)
        fill_search(engine)
    if is_new:
        _load_demo(context, config)
    _serve(context, config, "127.0.0.1", port)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=_PORT, show_default=True)
@command_options
def serve(host: str, port: int, *, context: Context) -> None:
    """Serve an office that exists. Off this machine it refuses while demo accounts exist."""
    from crm.demo.service import has_demo_accounts

    _refuse_taken_port(host, port)
    with context.database.unscoped_reader(purpose="demo accounts") as session:
        if not _is_loopback(host) and has_demo_accounts(session):
            raise DomainError(
                N_(
                    "This folder holds demo accounts, whose passwords are shown to everybody."
                    " Serve it on 127.0.0.1, or make an office of your own with"
                    " `python3 -m crm init --data DIR`."
                )
            )
    _serve(context, context.config, host, port)


def _load_demo(context: Context, config: Config) -> None:
    from crm.demo.service import load_demo
    from crm.scores.service import train

    database = Database(create_engine(config))
    context.progress("Loading the demo: an invented office, and public facts from five texts ...")
    load_demo(database, config, leads=300, seed=1, now=context.now, progress=context.progress)
    context.progress("Training the model on the demo's closed leads ...")
    train(database, actor=context.actor, now=context.now)


def _serve(context: Context, config: Config, host: str, port: int) -> None:
    from crm.demo.service import demo_accounts

    server = subprocess.Popen(
        [
            str(Path(sys.executable).with_name("granian")),
            "--interface",
            "wsgi",
            "--factory",
            "--host",
            host,
            "--port",
            str(port),
            "--workers",
            "2",
            "--blocking-threads",
            "4",
            "--log-level",
            "warning",
            "crm.app:create_app",
        ],
        env={
            **os.environ,
            "CRM_DATA": str(config.data),
            "CRM_PUBLIC_URL": os.environ.get("CRM_PUBLIC_URL", f"http://{host}:{port}"),
            "PYTHONPATH": os.pathsep.join(
                filter(None, (str(PROJECT), os.environ.get("PYTHONPATH")))
            ),
        },
        cwd=PROJECT,
    )

    def stop(_number: int, _frame: FrameType | None) -> None:
        server.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    _await_port(server, host, port)
    accounts = demo_accounts(config)
    address = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}/"  # noqa: S104
    lines = [f"The product runs at {address}  (stop it with Ctrl+C)"]
    if accounts:
        lines += ["", "Demo accounts (every name is invented):"]
        lines += [
            f"  {account.username:<12} {account.password:<28} {account.role}, {account.office}"
            for account in accounts
        ]
    context.emit(
        {
            "address": address,
            "accounts": [
                {
                    "username": account.username,
                    "password": account.password,
                    "role": account.role,
                    "office": account.office,
                }
                for account in accounts
            ],
        },
        lines,
    )
    sys.stdout.flush()
    # A thread beside the servers: what a killed one left undone is taken up here again.
    worker = jobs.start(context.database, config)
    _watch(server, config)
    worker.set()
    if server.returncode not in (0, -signal.SIGTERM, -signal.SIGINT):
        context.fail(f"The server ended with code {server.returncode}; its messages stand above.")


def _watch(server: "subprocess.Popen[bytes]", config: Config) -> None:
    """Wait for the server's end; every few minutes let stale scores be made anew."""
    refresh: subprocess.Popen[bytes] | None = None
    last = time.monotonic()
    while server.poll() is None:
        time.sleep(0.5)
        if time.monotonic() - last >= _REFRESH_EVERY and (
            refresh is None or refresh.poll() is not None
        ):
            last = time.monotonic()
            # A process of its own: the model's libraries stay out of the servers' memory.
            refresh = subprocess.Popen(
                [sys.executable, "-m", "crm", "scores", "refresh", "--if-stale"],
                env={**os.environ, "CRM_DATA": str(config.data), "PYTHONPATH": str(PROJECT)},
                stdout=subprocess.DEVNULL,
            )
    if refresh is not None:
        refresh.wait()


def _await_port(server: "subprocess.Popen[bytes]", host: str, port: int) -> None:
    target = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    for _ in range(600):
        if server.poll() is not None:
            return
        with socket.socket(socket.AF_INET6 if ":" in target else socket.AF_INET) as probe:
            probe.settimeout(1)
            if probe.connect_ex((target, port)) == 0:
                return
        time.sleep(0.05)


def _refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise DomainError(
                N_("Nothing can listen on %(host)s port %(port)s (%(why)s). Take another --port."),
                host=host,
                port=port,
                why=error.strerror or error,
            ) from error


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
