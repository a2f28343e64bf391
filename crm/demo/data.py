"""The demo's texts, names and facts, which lie beside the code as JSON files."""

import json
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


@cache
def read(name: str) -> Any:
    """The contents of `name`.json; the same object for everybody, so nobody may change it."""
    return json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def phrases(language: str) -> dict[str, Any]:
    """Sentences that the office writes down of leads, by field, in one of its languages."""
    said: dict[str, Any] = read("particulars")[language]
    return said
