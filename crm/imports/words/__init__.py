"""The words that offices use, as data: one TOML file a subject, one list a language."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def read_words(subject: str) -> dict[str, Any]:
    """The content of one of the files beside this module."""
    return tomllib.loads(Path(__file__).with_name(f"{subject}.toml").read_text("utf-8"))


def listed(by_language: Mapping[str, list[str]]) -> tuple[str, ...]:
    """The words of every language, in the order of the file."""
    return tuple(word for words in by_language.values() for word in words)
