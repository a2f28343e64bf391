"""How the tools are called."""

import sys

import pytest

from crm.setup.layout import Layout
from crm.setup.report import SetupError
from crm.setup.tools import run_tool, tool_environment


def test_the_persons_own_settings_win(layout: Layout) -> None:
    theirs = {
        "UV_SYSTEM_CERTS": "0",
        "NODE_OPTIONS": "--max-old-space-size=512",
        "SSL_CERT_FILE": "/theirs.pem",
        "PIP_CERT": "/also-theirs.pem",
        "HTTPS_PROXY": "proxy:3128",
    }
    assert theirs.items() <= tool_environment(layout, theirs).items()


def test_the_systems_certificates_and_one_index_go_for_all_tools(layout: Layout) -> None:
    variables = tool_environment(layout, {"PIP_INDEX_URL": "mirror", "SSL_CERT_FILE": "/ca.pem"})
    assert variables["UV_SYSTEM_CERTS"] == "1"
    assert variables["NODE_OPTIONS"] == "--use-system-ca"
    assert variables["PIP_CERT"] == "/ca.pem"
    assert variables["UV_DEFAULT_INDEX"] == "mirror"


def test_our_module_path_is_none_of_the_tools_business(layout: Layout) -> None:
    assert "PYTHONPATH" not in tool_environment(layout, {"PYTHONPATH": "/somewhere"})


def test_without_a_home_the_caches_are_ours(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/nonexistent")
    variables = tool_environment(layout, {})
    assert variables["UV_CACHE_DIR"].startswith(str(layout.venv))
    assert variables["npm_config_cache"].startswith(str(layout.venv))


def test_a_tool_is_quiet_when_it_works(layout: Layout, capfd: pytest.CaptureFixture[str]) -> None:
    run_tool(
        layout, "Talking", sys.executable, "-c", "print('much'); import sys; sys.stderr.write('x')"
    )
    assert capfd.readouterr() == ("", "")


def test_a_tool_that_fails_shows_its_last_words_on_stderr(
    layout: Layout, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SetupError, match=r"^Counting failed with exit code 7"):
        run_tool(layout, "Counting", sys.executable, "-c", "print(*range(99), sep='\\n'); exit(7)")
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err.split() == [str(number) for number in range(84, 99)]


def test_a_killed_tool_may_have_lacked_memory(layout: Layout) -> None:
    with pytest.raises(SetupError, match=r"ended by signal 9, often because .* memory"):
        run_tool(layout, "Building", sys.executable, "-c", "import os; os.kill(os.getpid(), 9)")


def test_a_tool_that_is_gone_is_named(layout: Layout) -> None:
    with pytest.raises(SetupError, match=r"uv does not exist: delete the folder .*\.venv"):
        run_tool(layout, "Installing", layout.uv, "--version")
