"""`python3 -m crm lock`: refresh the hashed locks from pyproject.toml."""

from collections.abc import Sequence

from crm.setup.layout import Layout
from crm.setup.report import say
from crm.setup.tools import run_tool

# The largest set first: the others are constrained to its choice, so that
# each holds the next with the same versions.
LOCKED = (
    ("dev", ("pyproject.toml", "--group", "dev"), None),
    ("test", ("pyproject.toml", "--group", "test"), "dev"),
    ("run", ("pyproject.toml",), "test"),
    ("uv", ("--group", "uv"), None),
    ("node", ("--group", "node"), None),
)


def refresh_locks(layout: Layout, options: Sequence[str]) -> None:
    """Write crm/locks/*.txt; `options` go to `uv pip compile`, `--upgrade` the usual one."""
    say("Resolving the Python packages ...")
    for name, source, constraint in LOCKED:
        bound = ("--constraint", layout.locks / f"{constraint}.txt") if constraint else ()
        run_tool(
            layout,
            f"Locking the {name} packages",
            *(layout.uv, "pip", "compile", "--quiet", *source, *bound, *options),
            # For every platform, from the oldest Python that we promise; and
            # without a word of where this machine gets its packages from.
            *("--universal", "--python-version", "3.11", "--generate-hashes"),
            *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
            *("--output-file", layout.locks / f"{name}.txt"),
        )
