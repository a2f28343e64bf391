"""The word in a list's address that says how the list was opened: with which view, or plainly."""

import re
from collections.abc import Mapping
from typing import Any

PLAIN = "all"
_OPENED = re.compile(r"[\w-]{1,16}\.\d{1,9}", re.ASCII)


def carried(args: Mapping[str, Any]) -> dict[str, str]:
    """What an address says of its view, for the links of the list that keep it."""
    word = args.get("view", "")
    return {"view": word} if word == PLAIN or _OPENED.fullmatch(word) else {}


def opened_as(view_id: str, version: int) -> str:
    """The word for a view as it was at a version: what was saved since is then noticed."""
    return f"{view_id}.{version}"


def read_opened(word: str) -> tuple[str, int] | None:
    """The view and its version in an address; None when the list was opened plainly."""
    if not _OPENED.fullmatch(word):
        return None
    view_id, _dot, version = word.rpartition(".")
    return view_id, int(version)
