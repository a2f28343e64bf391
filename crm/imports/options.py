"""How an officer wants a file read and its rows treated; kept with the draft, so that it lasts."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

E = TypeVar("E", bound=enum.StrEnum)


class MatchKey(enum.StrEnum):
    """By what a row is compared with records on file. References always count."""

    NUMBER = "number"
    EMAIL = "email"
    NAME = "name"
    LIKENESS = "likeness"


class OnMatch(enum.StrEnum):
    """What a row does that means a record on file."""

    UPDATE = "update"
    SKIP = "skip"


class OnNew(enum.StrEnum):
    """What a row does that means nothing on file."""

    CREATE = "create"
    SKIP = "skip"


class OnAlike(enum.StrEnum):
    """What a row does whose name is only like one on file."""

    CREATE = "create"
    USE = "use"
    SKIP = "skip"


CREATE, SKIP = "create", "skip"
"""What a row's own choice can be, besides the public id of a record on file."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """The choices for a file; `rows` are those for single rows, by their number."""

    encoding: str | None = None
    delimiter: str | None = None
    keys: frozenset[MatchKey] = frozenset(MatchKey)
    on_match: OnMatch = OnMatch.UPDATE
    on_new: OnNew = OnNew.CREATE
    on_alike: OnAlike = OnAlike.CREATE
    rows: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any] | None) -> "ImportOptions":
        """The choices as they were kept; what is not said is as by default."""
        kept = kept or {}
        keys = kept.get("keys")
        return cls(
            encoding=kept.get("encoding"),
            delimiter=kept.get("delimiter"),
            keys=frozenset(MatchKey) if keys is None else frozenset(map(MatchKey, keys)),
            on_match=_member(OnMatch, kept.get("on_match"), OnMatch.UPDATE),
            on_new=_member(OnNew, kept.get("on_new"), OnNew.CREATE),
            on_alike=_member(OnAlike, kept.get("on_alike"), OnAlike.CREATE),
            rows={int(number): str(choice) for number, choice in kept.get("rows", {}).items()},
        )

    def as_json(self) -> dict[str, Any]:
        """The choices for keeping."""
        return {
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "keys": sorted(key.value for key in self.keys),
            "on_match": self.on_match.value,
            "on_new": self.on_new.value,
            "on_alike": self.on_alike.value,
            "rows": {str(number): choice for number, choice in self.rows.items()},
        }

    def choice(self, row: int) -> str | None:
        """What was chosen for one row: `CREATE`, `SKIP`, a public id, or nothing."""
        return self.rows.get(row)


DEFAULT = ImportOptions()


def _member(cls: type[E], value: object, default: E) -> E:
    try:
        return cls(str(value))
    except ValueError:
        return default
