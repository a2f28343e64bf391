"""Rows that may mean a record on file, and may not: the officer says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crm.identity.wording import SENTENCES
from models.errors import N_


@dataclass(frozen=True, slots=True)
class Likely:
    """A record on file that a row may mean, and why."""

    public_id: str
    id: int
    name: str
    native_name: str | None = None
    native_language: str | None = None
    reason: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A row, the records it may mean, and what is done unless somebody says otherwise.

    `choice` is "create", "skip" or a public id; empty while it has to be answered.
    """

    row: int
    title: str
    candidates: Sequence[Likely]
    choice: str


LOOKS_LIKE = N_("“%(title)s” looks like %(name)s (%(score)s), which is on file.")
WHICH = N_(
    "“%(title)s” may be any of several records on file: %(names)s."
    " Say which, give its reference or number, or leave the row out."
)
GONE = N_("The record that was chosen for this row is not on file any more. Choose again.")


def sentence_of(code: str) -> str:
    """The sentence, with its parameters open, for why two names fit."""
    return SENTENCES.get(code, "")
