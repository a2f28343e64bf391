"""The Python environment, the installer, the Python packages, and Node.js."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from crm.setup.layout import Layout
from crm.setup.report import SetupError, say
from crm.setup.stamp import Stamp, digest
from crm.setup.step import PackageSet, sets_that_serve
from crm.setup.tools import run_tool

# Nothing is compiled here: the machine has no compiler.
READY_BUILT = ("--only-binary", ":all:")


@dataclass(frozen=True, slots=True)
class Environment:
    """`.venv`, made by the Python that runs us."""

    layout: Layout

    def is_done(self) -> bool:
        return self._stamp.read() == self._key()

    def do(self) -> None:
        say("Creating the Python environment in .venv ...")
        if Path(sys.prefix).resolve() == self.layout.venv.resolve():
            # Somebody made it by hand and runs us in it: it is taken as it is.
            self._stamp.write(self._key())
            return
        require_ensurepip()
        what = "Creating the Python environment"
        # Whatever is there is of another Python, of another place, or half made.
        run_tool(
            self.layout,
            what,
            *(sys.executable, "-m", "venv", "--clear", "--without-pip", self.layout.venv),
        )
        # On its own, because venv keeps for itself why it failed.
        run_tool(self.layout, what, self.layout.python, "-I", "-m", "ensurepip")
        self._stamp.write(self._key())

    @property
    def _stamp(self) -> Stamp:
        return Stamp(self.layout.stamps / "environment")

    def _key(self) -> str:
        """Place and interpreter: scripts hold the first, compiled packages fit the second."""
        return f"{self.layout.venv.resolve()}\n{self.layout.python.resolve()}"


def require_ensurepip() -> None:
    """Debian and Ubuntu ship Python without it; say which package brings it."""
    try:
        import ensurepip  # noqa: F401
    except ImportError as error:
        major, minor = sys.version_info[:2]
        raise SetupError(
            f"Python's ensurepip is missing, so no environment can be made: install it, on "
            f"Debian or Ubuntu with: sudo apt install python{major}.{minor}-venv"
        ) from error


@dataclass(frozen=True, slots=True)
class Installer:
    """The pinned uv, installed by the environment's own pip."""

    layout: Layout

    def is_done(self) -> bool:
        return self._stamp.read() == self._key() and self.layout.uv.exists()

    def do(self) -> None:
        say("Installing the package installer (uv) ...")
        was_cut_short = self._stamp.begin()
        run_tool(
            self.layout,
            "Installing the package installer",
            *(self.layout.python, "-I", "-m", "pip", "install"),
            *("--quiet", "--disable-pip-version-check", "--no-input"),
            # pip cannot uninstall what it was killed in the middle of.
            *(("--ignore-installed",) if was_cut_short else ()),
            *(*READY_BUILT, "--require-hashes", "--requirement", self._lock),
        )
        self._stamp.write(self._key())

    @property
    def _lock(self) -> Path:
        return self.layout.locks / "uv.txt"

    @property
    def _stamp(self) -> Stamp:
        return Stamp(self.layout.stamps / "installer")

    def _key(self) -> str:
        return digest(self._lock)


@dataclass(frozen=True, slots=True)
class PythonPackages:
    """One of the locked sets; a set that holds the wanted one serves as well."""

    layout: Layout
    wanted: PackageSet

    def is_done(self) -> bool:
        installed = self._stamp.read()
        return any(installed == self._key(name) for name in sets_that_serve(self.wanted))

    def do(self) -> None:
        say(f"Installing the Python packages ({self.wanted}) ...")
        was_cut_short = self._stamp.begin()
        run_tool(
            self.layout,
            "Installing the Python packages",
            *(self.layout.uv, "pip", "install", "--quiet", "--python", self.layout.python),
            # uv takes a package that it was killed in the middle of for whole.
            *(("--reinstall",) if was_cut_short else ()),
            *(*READY_BUILT, "--require-hashes", "--requirement", self._lock(self.wanted)),
        )
        self._stamp.write(self._key(self.wanted))

    def _lock(self, name: PackageSet) -> Path:
        return self.layout.locks / f"{name}.txt"

    @property
    def _stamp(self) -> Stamp:
        return Stamp(self.layout.stamps / "packages")

    def _key(self, name: PackageSet) -> str:
        return f"{name} {digest(self._lock(name))}"


@dataclass(frozen=True, slots=True)
class Node:
    """Node.js from its wheel, hash and all, in a folder of its own.

    It fetches and unpacks assets at set-up; nothing of it runs in production.
    The tests' browser driver needs it too, because the Node.js that comes
    with the driver wants a library that a minimal Debian lacks.
    """

    layout: Layout

    def is_done(self) -> bool:
        return self._stamp.read() == self._key() and self.layout.node.exists()

    def do(self) -> None:
        say("Fetching Node.js ...")
        shutil.rmtree(self.layout.node_home, ignore_errors=True)
        run_tool(
            self.layout,
            "Fetching Node.js",
            *(self.layout.uv, "pip", "install", "--quiet", "--python", self.layout.python),
            *("--target", self.layout.node_home),
            *(*READY_BUILT, "--require-hashes", "--requirement", self._lock),
        )
        self._stamp.write(self._key())

    @property
    def _lock(self) -> Path:
        return self.layout.locks / "node.txt"

    @property
    def _stamp(self) -> Stamp:
        # Inside what it describes: whoever deletes the folder gets it anew.
        return Stamp(self.layout.node_home / ".stamp")

    def _key(self) -> str:
        return digest(self._lock)
