"""`python3 -m crm` on machines that lack something, and from wherever it is started."""

import ast
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from crm.setup.bootstrap import ROOT

# The Python that the environment was made with: it has none of our packages.
SYSTEM_PYTHON = getattr(sys, "_base_executable", sys.executable)
START = "import runpy; runpy.run_module('crm', run_name='__main__')"


def start(
    *arguments: str, directory: Path = ROOT, **variables: str
) -> "subprocess.CompletedProcess[str]":
    """Run the system's Python with nothing in its environment but what is given."""
    return subprocess.run(
        [SYSTEM_PYTHON, *arguments],
        cwd=directory,
        env={"PATH": os.defpath, "HOME": os.environ.get("HOME", "/"), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_old_python_is_told_so_in_a_sentence() -> None:
    result = start("-c", f"import sys; sys.version_info = (3, 9, 2, 'final', 0); {START}")

    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Python 3.11 or newer is needed, and ")
    assert " is Python 3.9: install a newer one" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("file", ["__init__.py", "__main__.py"])
def test_an_old_python_can_read_the_way_in(file: str) -> None:
    # It has to get as far as that sentence.
    ast.parse((ROOT / "crm" / file).read_text(encoding="utf-8"), feature_version=(3, 5))


def test_a_missing_ensurepip_names_the_package_that_brings_it(tmp_path: Path) -> None:
    copy_of_the_setup(tmp_path)
    without = f"import sys; sys.modules['ensurepip'] = None; sys.argv = ['crm', 'setup']; {START}"

    result = start("-c", without, directory=tmp_path)

    major, minor = sys.version_info[:2]
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.splitlines()[-1].endswith(f"sudo apt install python{major}.{minor}-venv")
    assert "Traceback" not in result.stderr
    assert not (tmp_path / ".venv" / "bin").exists()


def test_a_missing_standard_module_is_named(tmp_path: Path) -> None:
    copy_of_the_setup(tmp_path)

    result = start("-c", f"import sys; sys.modules['hashlib'] = None; {START}", directory=tmp_path)

    assert result.returncode == 1
    assert result.stderr.startswith("The module hashlib of Python's standard library is missing")
    assert result.stderr.count("\n") == 1


def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    copy_of_the_setup(tmp_path)
    # As root every folder can be written, so the refusal is played.
    refuse_writing = (
        "import pathlib, sys\n"
        "sys.argv = ['crm', 'setup']\n"
        "really_open = pathlib.Path.open\n"
        "def open_to_read(path, mode='r', *rest, **named):\n"
        "    if mode[0] in 'wa': raise PermissionError(13, 'Permission denied', str(path))\n"
        "    return really_open(path, mode, *rest, **named)\n"
        "pathlib.Path.open = open_to_read\n"
    )

    result = start("-c", refuse_writing + START, directory=tmp_path)

    assert result.returncode == 1
    assert result.stderr.startswith(f"There is no write access to {tmp_path}/.setup.lock")
    assert "Traceback" not in result.stderr


def test_the_setup_needs_the_standard_library_only() -> None:
    # -S leaves every installed package out.
    result = start("-S", "-c", "import crm.__main__, crm.setup.bootstrap")
    assert (result.returncode, result.stderr) == (0, "")


def test_our_modules_win_over_those_in_the_working_directory(tmp_path: Path) -> None:
    for decoy in ("config.py", "models.py", "hashlib.py"):
        (tmp_path / decoy).write_text("raise SystemExit('the wrong one')\n", encoding="utf-8")
    show = (
        "import crm.__main__ as way_in; way_in.put_root_first()\n"
        "import config, hashlib, models, os\n"
        "print(config.__file__, os.environ['PYTHONPATH'])"
    )
    given = os.pathsep.join(["/elsewhere", str(ROOT)])

    result = start("-c", show, directory=tmp_path, PYTHONPATH=given)

    # What we start in our turn finds them in the same order.
    handed_on = os.pathsep.join([str(ROOT), "/elsewhere"])
    assert result.stdout == f"{ROOT / 'config.py'} {handed_on}\n", result.stderr


@pytest.mark.parametrize(
    "way_in",
    [["-m", "crm"], [str(ROOT / "crm")], [str(ROOT / "crm" / "__main__.py")]],
    ids=["module", "folder", "file"],
)
def test_however_it_is_started_the_command_gets_its_arguments(
    way_in: list[str], tmp_path: Path
) -> None:
    result = start(
        *way_in, "test", "--collect-only", "-q", "tests/support/test_server.py",
        directory=tmp_path, PYTHONPATH=str(ROOT),
    )  # fmt: skip

    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("tests/support/test_server.py::")


def test_what_is_set_up_stays_silent() -> None:
    result = start("-m", "crm", "setup")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize("arguments", [["setup", "everything"], ["lock", "--unknown"]])
def test_a_wrong_use_of_the_setup_commands_ends_with_2(arguments: list[str]) -> None:
    result = start("-m", "crm", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("usage: python3 -m crm ")


def test_continuous_integration_runs_the_very_command() -> None:
    script = ROOT / ".ci" / "run"
    commands = [
        line
        for line in script.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert script.stat().st_mode & stat.S_IXUSR
    assert commands == ['cd "$(dirname "$0")/.." && exec python3 -m crm test']


def copy_of_the_setup(target: Path) -> None:
    """The files that a bare machine needs to begin, without any that were made there."""
    for folder in ("crm", "crm/setup", "crm/locks"):
        (target / folder).mkdir()
        for file in (ROOT / folder).iterdir():
            if file.is_file() and (folder != "crm" or file.stem.startswith("__")):
                (target / folder / file.name).write_bytes(file.read_bytes())
