"""The rules of the house that a reader would otherwise have to remember."""

import ast
import enum
import importlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import models
from config import PROJECT
from crm.labels import LABELS
from models.tables import scoped_classes

# What reaches past the visibility criteria, and the modules that may: the criteria themselves,
# the apply halves of commands, and work that is nobody's view.
_WRITERS = {
    "crm/demo/writing.py",
    # A merge moves every row that names an organization, or is refused as a whole.
    "crm/duplicates/journal.py",
    "crm/imports/undo_updates.py",
    "crm/imports/writing.py",
    "crm/leads/apply.py",
    "crm/leads/confidentiality.py",
    "crm/organizations/apply.py",
    "crm/rows.py",
    "crm/scores/writing.py",
    # What search keeps of every record is nobody's view: each entry has its record's team.
    "crm/search/around.py",
    "crm/search/entries.py",
    "crm/search/index.py",
    "crm/search/upkeep.py",
    # What a search asks is compiled once for each shape, the criteria of who looks within it.
    "crm/search/statements.py",
}
PAST_VISIBILITY = {
    "__table__": _WRITERS | {"crm/visibility.py"},
    # A public report reads as nobody on the connection of who asks: with the criteria of nobody.
    "connection": _WRITERS | {"crm/audit.py", "crm/reports/public_session.py"},
    "from_statement": set(),
    "exec_driver_sql": {
        "crm/database.py",
        "crm/rows.py",
        "crm/search/index.py",
        "crm/search/statements.py",
    },
}
_CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}


def _sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders:
        for path in sorted((PROJECT / folder).rglob("*.py")):
            if "node_modules" not in path.parts:
                name = path.relative_to(PROJECT).as_posix()
                yield name, _parsed(path)


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_nothing_reaches_past_the_visibility_criteria() -> None:
    found = [
        f"{name}:{node.lineno} {attribute}"
        for name, tree in _sources("crm")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        for attribute in [node.attr]
        if attribute in PAST_VISIBILITY and name not in PAST_VISIBILITY[attribute]
    ]
    assert found == []


def test_no_alias_of_a_scoped_table_is_joined() -> None:
    """SQLAlchemy 2.1 lays the criteria of an alias that is joined on the table itself."""
    scoped = {cls.__name__ for cls in scoped_classes()}
    found = [
        f"{name}:{node.lineno}"
        for name, tree in _sources("crm", "scoring")
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("join", "outerjoin")
        and node.args
        and isinstance(node.args[0], ast.Name)
        and node.args[0].id in _aliases(function, scoped)
    ]
    assert found == []


def _aliases(function: ast.FunctionDef, scoped: set[str]) -> set[str]:
    """The names in a function that stand for an alias of a scoped table."""
    found = set()
    for node in ast.walk(function):
        if not isinstance(node, ast.Assign):
            continue
        target = node.targets[0]
        names = target.elts if isinstance(target, ast.Tuple) else [target]
        values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
        found |= {
            name.id
            for name, value in zip(names, values, strict=False)
            if isinstance(name, ast.Name)
            and isinstance(value, ast.Call)
            and isinstance(value.func, ast.Name)
            and value.func.id == "aliased"
            and isinstance(value.args[0], ast.Name)
            and value.args[0].id in scoped
        }
    return found


def test_sql_is_never_written_as_text() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name, tree in _sources("crm", "scoring")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Attribute) and node.func.attr in {"text", "literal_column"})
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in {"sa", "sqlalchemy"}
        )
    ]
    assert found == []


def test_only_the_database_module_commits() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name, tree in _sources("crm", "scoring", "models")
        if name != "crm/database.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]
    assert found == []


def test_commands_know_no_web_framework_and_no_clock() -> None:
    found = []
    for name, tree in _sources("crm"):
        if not re.search(r"/(service|apply|plan|changes|facts|answers|follow_ups)\.py$", name):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("flask"):
                found.append(f"{name}:{node.lineno} imports {node.module}")
            if isinstance(node, ast.Call) and ast.unparse(node.func) in _CLOCKS:
                found.append(f"{name}:{node.lineno} reads the clock")
    assert found == []


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"\sstyle=", "inline style"),
        (r"\son[a-z]+=", "inline script"),
        (r"<script(?![^>]*\ssrc=)", "inline script"),
        (r"\|\s*safe\b", "unescaped text"),
        (r"hx-on", "inline script"),
        (r"javascript:", "inline script"),
        (r"[^a-z_]_\([^\"')]", "text of a variable taken for markup: translate it in the view"),
        (r"(?:\}\}|%\}):(?=[\s<])", "a colon that French writes otherwise: use {{ colon }}"),
    ],
)
def test_templates_keep_to_the_security_policy_and_to_both_languages(
    pattern: str, why: str
) -> None:
    found = [
        f"{path.relative_to(PROJECT)}: {match[0]}"
        for path in sorted((PROJECT / "templates").rglob("*.html"))
        for match in re.finditer(pattern, path.read_text(encoding="utf-8"))
    ]
    assert found == [], why


def test_every_code_has_its_label() -> None:
    missing = []
    for module in pkgutil.iter_modules(models.__path__, "models."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, enum.EnumType) and value is not enum.StrEnum:
                missing += [member for member in value if member not in LABELS.get(value, {})]
    assert missing == []


def test_no_text_of_a_template_escapes_translation() -> None:
    """Letters between tags outside an expression are a sentence that no one translates."""
    found = []
    for path in sorted((PROJECT / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", text, flags=re.DOTALL)
        text = re.sub(r"<(script|style|title)\b.*?</\1>", " ", text, flags=re.DOTALL)
        for match in re.finditer(r">([^<>]*[A-Za-zÀ-ÿ]{2,}[^<>]*)<", text):
            words = match[1].strip()
            if words not in {"English", "Français"}:
                found.append(f"{path.relative_to(PROJECT)}: {words[:60]}")
    assert found == []


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["lint-imports"],
    ],
    ids=["ruff", "format", "mypy", "imports"],
)
def test_linters(command: list[str]) -> None:
    program = Path(sys.executable).with_name(command[0])
    outcome = subprocess.run(
        [str(program), *command[1:]], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_the_settings_import_nothing_of_ours() -> None:
    tree = ast.parse((PROJECT / "config.py").read_text(encoding="utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [a.name for a in node.names]
        )
    }
    assert imported.isdisjoint({"crm", "models", "scoring", "tests", "bench"})
