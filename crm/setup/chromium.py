"""The tests' browser, unpacked from its npm package: neither apt nor root is needed."""

import platform
import shutil
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from crm.setup.layout import Layout
from crm.setup.report import say
from crm.setup.stamp import Stamp, digest
from crm.setup.tools import run_tool

PROGRAM = "chromium.br"
# The libraries that a minimal system lacks, and the software renderer.
ARCHIVES = ("al2023.tar.br", "swiftshader.tar.br")
# As a stream, because the program alone is 200 MB.
UNPACK = """
const [source, target] = process.argv.slice(1);
require("stream").pipeline(
  require("fs").createReadStream(source),
  require("zlib").createBrotliDecompress(),
  require("fs").createWriteStream(target),
  (error) => { if (error) { console.error(String(error)); process.exit(1); } },
);
"""


def is_packaged() -> bool:
    """Whether the package's browser runs here; elsewhere the tests use the installed Chrome."""
    return sys.platform == "linux" and platform.machine() in ("x86_64", "AMD64")


@dataclass(frozen=True, slots=True)
class Chromium:
    """`.venv/chromium/chromium`."""

    layout: Layout

    def is_done(self) -> bool:
        return not is_packaged() or self._stamp.read() == self._key()

    def do(self) -> None:
        say("Unpacking the test browser (Chromium) ...")
        target = self.layout.chromium
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        program = target / "chromium"
        self._decompress(PROGRAM, program)
        program.chmod(0o755)
        for name in ARCHIVES:
            archive = target / Path(name).stem
            self._decompress(name, archive)
            extract(archive, target)
            archive.unlink()
        self._stamp.write(self._key())

    def _decompress(self, name: str, target: Path) -> None:
        source = self.layout.node_modules / "@sparticuz" / "chromium" / "bin" / name
        run_tool(
            self.layout,
            "Unpacking the test browser",
            *(self.layout.node, "--eval", UNPACK, source, target),
        )

    @property
    def _stamp(self) -> Stamp:
        return Stamp(self.layout.chromium / ".stamp")

    def _key(self) -> str:
        return digest(self.layout.frontend / "package-lock.json", Path(__file__))


def extract(archive: Path, target: Path) -> None:
    """Extract a tar file, refusing members that leave `target` where Python knows how."""
    with tarfile.open(archive) as tar:
        # Python 3.11.2, which Debian 12 ships, does not have the filter yet;
        # the archive's package is pinned by hash either way.
        if hasattr(tarfile, "data_filter"):
            tar.extractall(target, filter="data")
        else:
            tar.extractall(target)  # noqa: S202
