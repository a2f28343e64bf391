"""The organizations of a file on their way into the plan, and what they are told apart by."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.imports.look_ups import Known
from crm.imports.organization_match import Wanted
from crm.imports.organization_rows import OrganizationRow, OtherName
from crm.imports.organizations_on_file import WEAK, Sought, name_keys
from crm.imports.plan import ImportPlan
from crm.imports.text import plain
from models.organization import IdentifierScheme, NameKind, OrganizationRole

FILLED = ("country", "city", "website", "fiscal_year_end_month", "description")


@dataclass(slots=True)
class Draft:
    """An organization of the file on its way into the plan: it grows row by row."""

    row: OrganizationRow
    rows: list[int]
    id: int | None = None
    name: str | None = None
    native_name: str | None = None
    others: dict[str, OtherName] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    sector: Known | None = None
    roles: tuple[OrganizationRole, ...] = ()
    numbers: dict[tuple[IdentifierScheme, str], None] = field(default_factory=dict)
    parents: dict[str, int] = field(default_factory=dict)
    parent_ids: list["int | Draft"] = field(default_factory=list)

    def learn(self, row: OrganizationRow, sector: Known | None) -> None:
        """Take in what a row says; where two rows differ, the first one stays."""
        self.name, other = _main(self.name, row.name)
        self._keep(other)
        self.native_name, other = _main(self.native_name, row.native_name)
        self._keep(other)
        for name in row.other_names:
            self.others.setdefault(name.text, name)
        for column in (*FILLED, "reference"):
            value = row.ref if column == "reference" else getattr(row, column)
            if self.values.get(column) is None and value is not None:
                self.values[column] = value
        self.sector = self.sector if self.sector is not None else sector
        self.roles = tuple(dict.fromkeys((*self.roles, *row.roles)))
        self.numbers.update(dict.fromkeys(row.numbers))
        for parent in row.parents:
            self.parents.setdefault(parent, row.number)

    def _keep(self, text: str | None) -> None:
        if text is not None:
            self.others.setdefault(text, OtherName(text))

    @property
    def names(self) -> list[tuple[str, NameKind | None]]:
        """Its names with their kinds; those that lists show first."""
        main: list[tuple[str, NameKind | None]] = [(self.name, None)] if self.name else []
        if self.native_name:
            main.append((self.native_name, NameKind.LEGAL))
        return [*main, *((other.text, other.kind) for other in self.others.values())]


def _main(known: str | None, said: str | None) -> tuple[str | None, str | None]:
    """The main name, and one that is left over because another row gave another."""
    if known is None or said is None or said == known:
        return known or said, None
    return known, said


def differ(draft: Draft, row: OrganizationRow) -> bool:
    """Whether a reference or a number of one register keeps a row apart from a draft."""
    theirs = draft.values.get("reference")
    if row.ref and theirs and plain(row.ref) != plain(theirs):
        return True
    schemes = {scheme for scheme, _value in row.numbers}
    known = [pair for pair in draft.numbers if pair[0] in schemes]
    return bool(known) and not set(known) & set(row.numbers)


def wanted(row: OrganizationRow) -> Wanted:
    """What the organization that a row means is looked for by."""
    names: list[tuple[str, NameKind | None]] = []
    if row.name and "name" not in row.damaged:
        names.append((row.name, None))
    if row.native_name and "native_name" not in row.damaged:
        names.append((row.native_name, NameKind.LEGAL))
    names += [(other.text, other.kind) for other in row.other_names if other.kind not in WEAK]
    return Wanted(
        row.number,
        row.title,
        names,
        row.country,
        row.numbers,
        row.ref,
        row.public_id,
    )


def bare(text: str) -> str:
    """A register number as it is compared: without signs, and without the T of an invoice."""
    return "".join(letter for letter in plain(text).upper() if letter.isalnum()).removeprefix("T")


def sought(rows: Sequence[OrganizationRow], plan: ImportPlan) -> Sought:
    """All that the rows of a file may find organizations by."""
    parents = {parent for row in rows for parent in row.parents}
    chosen = {choice for choice in plan.options.rows.values() if len(choice) == 16}
    return Sought(
        names={key for row in rows for key in wanted(row).keys} | set(name_keys(parents)),
        numbers={value for row in rows for _scheme, value in row.numbers}
        | {bare(parent) for parent in parents},
        references={row.ref for row in rows if row.ref} | parents,
        public_ids={row.public_id for row in rows if row.public_id}
        | {row.ref for row in rows if row.ref and len(row.ref) == 16}
        | {parent for parent in parents if len(parent) == 16}
        | chosen,
    )
