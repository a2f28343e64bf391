"""The artefact: a model as JSON of plain numbers, without any code to run.

Whoever stores it also stores its hash, which is checked before loading. Besides, the text must be
exactly what this version of the program writes, so that a damaged or foreign artefact is refused
with a sentence instead of half working.
"""

import hashlib
import json
import platform
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, Final, NoReturn, TypeVar

from models.errors import DomainError, N_

NAME: Final = "investment-lead-model"
FORMAT: Final = 2
LARGEST: Final = 50 * 1024 * 1024

Loaded = TypeVar("Loaded")


class InvalidArtefactError(DomainError):
    """A stored model that cannot be used; the scorecard serves instead."""

    def __init__(self, detail: str) -> None:
        super().__init__(N_("The stored model cannot be read: %(detail)s"), detail=detail)


def sha256(text: str) -> str:
    """Return the hash that registers an artefact."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def libraries() -> dict[str, str]:
    """Return the releases it is fitted with: another may count otherwise in the last digits."""
    names = ("numpy", "scipy", "pandas", "scikit-learn")
    return {"python": platform.python_version(), **{name: version(name) for name in names}}


def dump(content: dict[str, Any]) -> str:
    """Return the artefact of a model; numbers keep every bit."""
    document = {"name": NAME, "format": FORMAT} | content
    return json.dumps(document, ensure_ascii=False, allow_nan=False, sort_keys=True)


def load(
    text: str, build: Callable[[dict[str, Any]], Loaded], registered: str | None = None
) -> Loaded:
    """Parse an artefact and build the model from it.

    Parameters
    ----------
    text : str
    build : function
        Makes the model of the parsed document, or raises.
    registered : str, optional
        The hash that `sha256` gave when the artefact was stored.

    Raises
    ------
    InvalidArtefactError
        For text that is not the registered one, no artefact of this format, or whose parts do
        not fit each other.
    """
    if not isinstance(text, str):
        raise InvalidArtefactError("not the JSON of a model")
    if len(text) > LARGEST:
        raise InvalidArtefactError("too large")
    try:
        if registered is not None and sha256(text) != registered:
            raise InvalidArtefactError("it is not the one that was registered")
        document = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise InvalidArtefactError("not the JSON of a model") from error
    if not isinstance(document, dict) or document.get("name") != NAME:
        raise InvalidArtefactError("not the JSON of a model")
    if document.get("format") != FORMAT:
        raise InvalidArtefactError("another format version")
    try:
        return build(document)
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        ArithmeticError,
        RecursionError,
        MemoryError,
    ) as error:
        raise InvalidArtefactError(str(error)) from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")
