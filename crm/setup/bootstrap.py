"""The order of the steps, and the hand-over to the application."""

import argparse
import importlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from crm.setup.chromium import Chromium
from crm.setup.diagnosis import explain_os_error
from crm.setup.frontend import Fonts, NodeModules, VendorAssets
from crm.setup.layout import WINDOWS, Layout
from crm.setup.lock import exclusive
from crm.setup.packages import Environment, Installer, Node, PythonPackages
from crm.setup.pins import refresh_locks
from crm.setup.report import SetupError, say
from crm.setup.step import SETS, PackageSet, Step
from crm.setup.translations import Translations

ROOT = Path(__file__).resolve().parents[2]
INTERRUPTED = 130
# All of them run side by side, each file in one process with a database server of its own.
# One more than there are processors: tests wait for browsers and databases.
_WORKERS = min(4, (os.cpu_count() or 1) + 1)
ALL_TESTS = ("-n", str(_WORKERS), "--dist", "loadfile", "--no-loadscope-reorder")


def main(arguments: Sequence[str]) -> int:
    """Set up what the command needs, then hand over to it; returns the exit code."""
    layout = Layout(ROOT)
    command = arguments[0] if arguments else ""
    try:
        if command in ("setup", "lock"):
            return _maintain(layout, arguments)
        set_up(layout, "test" if command == "test" else "run")
    except SetupError as error:
        say(str(error))
        return 1
    except OSError as error:
        sentence = explain_os_error(error)
        if sentence is None:
            raise
        say(sentence)
        return 1
    except KeyboardInterrupt:
        say("Stopped. The next start goes on from here.")
        return INTERRUPTED
    if command == "test":
        chosen = arguments[1:] or ALL_TESTS
        return _become(layout, ["-m", "pytest", *chosen], directory=layout.root)
    if is_running_in(layout):
        return _call_application(arguments)
    return _become(layout, ["-m", "crm", *arguments])


def set_up(layout: Layout, wanted: PackageSet) -> None:
    """Do each step that is not done yet, one process at a time."""
    if next(undone(layout, wanted), None) is None:
        return
    begun = time.monotonic()
    with exclusive(layout.lock_file):
        for step in undone(layout, wanted):
            step.do()
            if not step.is_done():
                raise SetupError(
                    f"The set-up step {type(step).__name__} ended without an error, but what it "
                    f"makes is not there: delete the folder {layout.venv} and start again."
                )
    say(f"Set-up finished in {time.monotonic() - begun:.0f} s.")


def undone(layout: Layout, wanted: PackageSet) -> Iterator[Step]:
    """The steps still to do, each judged when its turn comes.

    A later step may have to be done because an earlier one has just begun
    anew: a fresh environment has no browser in it.
    """
    foundation: list[Step] = [
        *(Environment(layout), Installer(layout)),
        *(PythonPackages(layout, wanted), Translations(layout)),
    ]
    for step in foundation:
        if not step.is_done():
            yield step
    products: list[Step] = [VendorAssets(layout), Fonts(layout)]
    if wanted != "run":
        products.append(Chromium(layout))
    # Once the products stand, npm's folder may be deleted to save room; only
    # the tests still need Node.js, for the driver of their browser.
    sources: list[Step] = [Node(layout)] if wanted != "run" else []
    if not all(product.is_done() for product in products):
        sources = [Node(layout), NodeModules(layout, wanted)]
    for step in (*sources, *products):
        if not step.is_done():
            yield step


def is_running_in(layout: Layout) -> bool:
    """Whether this process is already the environment's Python."""
    return Path(sys.prefix).resolve() == layout.venv.resolve()


def _maintain(layout: Layout, arguments: Sequence[str]) -> int:
    """The two commands that end with the set-up itself."""
    parser = argparse.ArgumentParser(prog="python3 -m crm")
    commands = parser.add_subparsers(dest="command", required=True)
    setup = commands.add_parser("setup", help="set up and stop; every other command does it too")
    setup.add_argument("packages", nargs="?", choices=SETS, default="run")
    lock = commands.add_parser("lock", help="refresh crm/locks after a change in pyproject.toml")
    lock.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    options = parser.parse_args(arguments)
    if options.command == "setup":
        set_up(layout, options.packages)
        return 0
    with exclusive(layout.lock_file):
        for step in (Environment(layout), Installer(layout)):
            if not step.is_done():
                step.do()
        refresh_locks(layout, ["--upgrade"] if options.upgrade else [])
    return 0


def _call_application(arguments: Sequence[str]) -> int:
    # Packages may have been installed since this process looked for modules.
    importlib.invalidate_caches()
    from crm.cli import main as application

    return application(list(arguments))


def _become(layout: Layout, arguments: Sequence[str], directory: Path | None = None) -> int:
    """Replace this process by the environment's Python, in the caller's directory or another."""
    # -P: a package of the same name in the working directory is not ours.
    command = [str(layout.python), "-P", *arguments]
    variables = dict(os.environ)
    variables.pop("PYTHONHOME", None)
    if directory is not None:
        os.chdir(directory)
    sys.stdout.flush()
    sys.stderr.flush()
    if WINDOWS:
        # There is no exec on Windows: it would end before its successor does.
        return subprocess.call(command, env=variables)
    os.execve(command[0], command, variables)  # noqa: S606
