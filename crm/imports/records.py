"""What a file of organizations, contacts or interactions will do, row by row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crm.imports.questions import Question


@dataclass(slots=True)
class Creation:
    """A record that the file brings; `rows` are those that tell of it, the first one first.

    `columns` are those of its table; `links` is what its kind keeps besides.
    """

    rows: list[int]
    columns: dict[str, Any]
    links: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Change:
    """What a file changes on a record on file; `columns` holds the new values only."""

    rows: list[int]
    id: int
    facts: Mapping[str, Any]
    columns: dict[str, Any] = field(default_factory=dict)
    links: dict[str, Any] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        """Whether anything changes at all."""
        return bool(self.columns or any(self.links.values()))


@dataclass(slots=True)
class Records:
    """Every row of the file: what it creates, changes, or leaves as it is."""

    creations: list[Creation] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    @property
    def changed(self) -> list[Change]:
        """The records on file that change."""
        return [change for change in self.changes if change.changes]
