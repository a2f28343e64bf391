"""When packages count as installed, and what is asked of the installer."""

import sys
from pathlib import Path

import pytest

from crm.setup.bootstrap import ROOT
from crm.setup.layout import Layout
from crm.setup.packages import Environment, Installer, Node, PythonPackages
from crm.setup.report import SetupError
from crm.setup.stamp import Stamp, digest
from crm.setup.step import PackageSet

RECORD = '#!/bin/sh\necho "$@" >> "{calls}"\n'


@pytest.fixture
def calls(layout: Layout) -> Path:
    """An installer that only writes down what it was asked for."""
    layout.scripts.mkdir(parents=True)
    calls = layout.root / "calls"
    for program in (layout.uv, layout.python):
        program.write_text(RECORD.format(calls=calls), encoding="utf-8")
        program.chmod(0o755)
    return calls


@pytest.mark.parametrize(
    ("installed", "wanted", "serves"),
    [
        ("run", "run", True),
        ("test", "run", True),
        ("dev", "run", True),
        ("dev", "test", True),
        ("run", "test", False),
        ("test", "dev", False),
    ],
)
def test_a_larger_set_serves_a_smaller_one(
    layout: Layout, calls: Path, installed: PackageSet, wanted: PackageSet, serves: bool
) -> None:
    PythonPackages(layout, installed).do()
    assert PythonPackages(layout, wanted).is_done() is serves


def test_a_changed_lock_is_installed_anew(layout: Layout, calls: Path) -> None:
    packages = PythonPackages(layout, "run")
    packages.do()
    (layout.locks / "run.txt").write_text("flask==99 --hash=sha256:0\n", encoding="utf-8")
    assert not packages.is_done()


def test_only_pinned_wheels_are_installed(layout: Layout, calls: Path) -> None:
    for step in (Installer(layout), PythonPackages(layout, "run"), Node(layout)):
        step.do()
    requests = calls.read_text(encoding="utf-8").splitlines()
    assert len(requests) == 3
    for call in requests:
        assert "--require-hashes" in call
        assert "--only-binary :all:" in call


@pytest.mark.parametrize("step", ["installer", "packages"])
def test_what_was_cut_short_is_installed_over(layout: Layout, calls: Path, step: str) -> None:
    made = {"installer": Installer(layout), "packages": PythonPackages(layout, "run")}[step]
    force = {"installer": "--ignore-installed", "packages": "--reinstall"}[step]
    Stamp(layout.stamps / step).begin()
    assert not made.is_done()

    made.do()
    made.do()

    first, second = calls.read_text(encoding="utf-8").splitlines()
    assert force in first
    assert force not in second
    assert made.is_done()


def test_a_failed_installation_is_not_taken_for_done(layout: Layout, calls: Path) -> None:
    layout.uv.write_text("#!/bin/sh\necho error: no way; exit 3\n", encoding="utf-8")
    packages = PythonPackages(layout, "run")

    with pytest.raises(SetupError, match="Installing the Python packages failed with exit code 3"):
        packages.do()

    assert not packages.is_done()


@pytest.mark.slow
def test_an_environment_fits_one_place_and_one_python(tmp_path: Path) -> None:
    here, there = Layout(tmp_path / "here"), Layout(tmp_path / "there")
    here.venv.mkdir(parents=True)
    leftover = here.venv / "half-made"
    leftover.touch()
    assert not Environment(here).is_done()

    Environment(here).do()
    assert Environment(here).is_done()
    assert not leftover.exists()

    interpreter = here.python.readlink()
    here.python.unlink()
    here.python.symlink_to(Path(sys.executable).resolve().with_name("python3.99"))
    assert not Environment(here).is_done()
    here.python.unlink()
    here.python.symlink_to(interpreter)
    assert Environment(here).is_done()

    here.root.rename(there.root)
    assert not Environment(there).is_done()


def test_a_deleted_program_is_fetched_again(layout: Layout, calls: Path) -> None:
    installer = Installer(layout)
    installer.do()
    assert installer.is_done()
    layout.uv.unlink()
    assert not installer.is_done()


def test_digests_keep_files_apart(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("a\nb\n", encoding="utf-8")
    two.write_text("c\n", encoding="utf-8")
    before = digest(one, two)
    one.write_text("a\n", encoding="utf-8")
    two.write_text("b\nc\n", encoding="utf-8")
    assert digest(one, two) != before


def pins(name: str) -> dict[str, str]:
    """The requirements of a lock (name, version, condition), with their hashes."""
    found: dict[str, str] = {}
    requirement = ""
    for line in (ROOT / "crm" / "locks" / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith(" "):
            requirement = line.removesuffix(" \\")
            found[requirement] = ""
        else:
            found[requirement] += line
    return found


@pytest.mark.parametrize("name", ["run", "test", "dev", "uv", "node"])
def test_every_pin_has_a_hash_and_no_address(name: str) -> None:
    for requirement, hashes in pins(name).items():
        assert "==" in requirement
        assert "--hash=sha256:" in hashes, requirement
        assert "://" not in requirement + hashes


def test_each_set_holds_the_next_with_the_same_versions() -> None:
    assert pins("run").items() <= pins("test").items() <= pins("dev").items()
