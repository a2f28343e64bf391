"""Running pip, uv, Node.js and npm, quietly, and explaining when they fail."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from crm.setup.diagnosis import explain
from crm.setup.layout import Layout
from crm.setup.report import SetupError, say

LINES_SHOWN = 15


def tool_environment(layout: Layout, given: Mapping[str, str]) -> dict[str, str]:
    """The variables for the tools: the person's own win, ours fill what is unset."""
    variables = dict(given)
    # The tools are not our program: our module path is none of their business.
    variables.pop("PYTHONPATH", None)
    variables.pop("PYTHONHOME", None)
    # uv and Node.js bring their own list of certificate authorities and would
    # refuse a proxy that the machine's administrator has declared trusted.
    variables.setdefault("UV_SYSTEM_CERTS", "1")
    variables.setdefault("NODE_OPTIONS", "--use-system-ca")
    # Whoever told one tool about a certificate or an index means all of them.
    _copy_unset(variables, "SSL_CERT_FILE", "PIP_CERT")
    _copy_unset(variables, "PIP_CERT", "SSL_CERT_FILE")
    if "UV_INDEX_URL" not in variables:
        _copy_unset(variables, "PIP_INDEX_URL", "UV_DEFAULT_INDEX")
    if not os.access(Path("~").expanduser(), os.W_OK):
        # A service account without a home still gets its caches.
        variables.setdefault("UV_CACHE_DIR", str(layout.venv / "cache" / "uv"))
        variables.setdefault("npm_config_cache", str(layout.venv / "cache" / "npm"))
    return variables


def _copy_unset(variables: dict[str, str], source: str, target: str) -> None:
    if source in variables:
        variables.setdefault(target, variables[source])


def run_tool(layout: Layout, what: str, *command: str | Path, cwd: Path | None = None) -> None:
    """Run one tool to its end; `what` says in a few words what it was asked to do.

    Its output is shown only when it fails in a way that we cannot name.
    """
    arguments = [str(part) for part in command]
    try:
        result = subprocess.run(
            arguments,
            cwd=cwd or layout.root,
            env=tool_environment(layout, os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
            # The only file that is meant to be inherited is the set-up's lock.
            close_fds=False,
        )
    except FileNotFoundError as error:
        raise SetupError(
            f"{what} failed, because {error.filename} does not exist: delete the folder "
            f"{layout.venv} and start again."
        ) from error
    if result.returncode == 0:
        return
    raise SetupError(_sentence(what, arguments, result.returncode, result.stdout))


def _sentence(what: str, arguments: Sequence[str], returncode: int, output: str) -> str:
    known = explain(output)
    if known is not None:
        return f"{what} failed. {known}"
    for line in output.strip().splitlines()[-LINES_SHOWN:]:
        say(f"  {line}")
    if returncode < 0:
        return (
            f"{what} was ended by signal {-returncode}, often because the machine ran out of "
            "memory: about 2 GB are needed. Start again when there is more."
        )
    return f"{what} failed with exit code {returncode} ({Path(arguments[0]).name}; see above)."
