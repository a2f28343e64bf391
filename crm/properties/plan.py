"""What a list of properties would do to those on file, row by row. Pure: rows in, plan out."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.imports.problems import Notice, RowProblem
from models.errors import N_
from models.site_search import Property

NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass(frozen=True, slots=True)
class PropertyRow:
    """One row as it was read. A column that the file has not, or an empty cell, has no value."""

    number: int
    values: Mapping[str, Any]
    public_id: str | None = None
    problems: tuple[RowProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedProperty:
    """What becomes of one row: a new property, or changes of the one on file."""

    number: int
    values: Mapping[str, Any]
    on_file: Property | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def outcome(self) -> str:
        """New, changed or the same."""
        if self.on_file is None:
            return NEW
        return CHANGED if self.changes else SAME


@dataclass(frozen=True, slots=True)
class PropertyPlan:
    """What a whole list would do, and what is wrong with it."""

    rows: Sequence[PlannedProperty]
    problems: Sequence[RowProblem]
    notices: Sequence[Notice]

    def count(self, outcome: str) -> int:
        """How many rows would do this."""
        return sum(row.outcome == outcome for row in self.rows)


def plan_rows(rows: Iterable[PropertyRow], on_file: Sequence[Property]) -> PropertyPlan:
    """Compare the rows with the properties on file: by our own id, else by reference.

    An empty cell says nothing, and leaves on file what is there.
    """
    by_id = {item.public_id: item for item in on_file}
    count_of = Counter(item.reference for item in on_file if item.reference)
    by_reference = {item.reference: item for item in on_file if item.reference}
    named = {_name_key(item.name, item.city) for item in on_file}
    planned: list[PlannedProperty] = []
    problems: list[RowProblem] = []
    notices: list[Notice] = []
    row_of: dict[Any, int] = {}
    for row in rows:
        problems += row.problems
        reference = row.values.get("reference", "")
        if row.public_id is not None and row.public_id not in by_id:
            problems.append(
                RowProblem(row.number, "", N_("No property on file has this id. Leave it empty."))
            )
            continue
        if row.public_id is None and count_of[reference] > 1:
            problems.append(
                RowProblem(
                    row.number,
                    "",
                    N_("Several properties on file have the reference “%(reference)s”."),
                    {"reference": reference},
                )
            )
            continue
        found = by_id[row.public_id] if row.public_id else by_reference.get(reference)
        # One property stands once in a list, whether by its id or by its reference.
        keys: list[tuple[str, Any]] = [("reference", reference)] if reference else []
        if found is not None:
            keys.append(("id", found.public_id))
        before = next((row_of[key] for key in keys if key in row_of), None)
        if before is not None:
            problems.append(
                RowProblem(
                    row.number,
                    "",
                    N_("This property stands in row %(row)s already."),
                    {"row": before},
                )
            )
            continue
        row_of.update(dict.fromkeys(keys, row.number))
        taken = by_reference.get(reference)
        if found is not None and taken is not None and taken is not found:
            problems.append(
                RowProblem(
                    row.number,
                    "",
                    N_("Another property has the reference %(reference)s."),
                    {"reference": reference},
                )
            )
            continue
        if found is None:
            problems += _lacks(row)
            if _name_key(row.values.get("name"), row.values.get("city")) in named:
                notices.append(
                    Notice(
                        row.number,
                        "",
                        N_("A property of this name in this city is on file; this adds another."),
                    )
                )
        changes = {
            name: value
            for name, value in row.values.items()
            if found is not None and getattr(found, name) != value
        }
        planned.append(PlannedProperty(row.number, row.values, found, changes))
    return PropertyPlan(planned, problems, notices)


def _lacks(row: PropertyRow) -> list[RowProblem]:
    """What a new property cannot be without, unless its cell has a mistake of its own."""
    if row.problems:
        return []
    found = []
    if not row.values.get("name"):
        found.append(RowProblem(row.number, "", N_("A new property needs a name.")))
    if row.values.get("kind") is None:
        found.append(
            RowProblem(row.number, "", N_("Say whether this property is land or a building."))
        )
    return found


def _name_key(name: str | None, city: str | None) -> tuple[str, str]:
    return (name or "").casefold(), (city or "").casefold()
