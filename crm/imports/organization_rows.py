"""Organization rows: from a table to typed organizations, and every mistake with its row."""

import re
from dataclasses import dataclass
from typing import Any

from crm.imports.cells import ReadRow, read_cells, table_notices
from crm.imports.columns import ColumnMapping
from crm.imports.lead_rows import by_script
from crm.imports.problems import Notice, RowProblem, ValueProblem
from crm.imports.table import Table
from crm.imports.text import plain, quoted
from crm.organizations.identifiers import check_identifier
from crm.organizations.web_addresses import web_address
from models.errors import DomainError, N_
from models.organization import IdentifierScheme, NameKind, OrganizationRole

# The columns of names besides the two that lists show, and what sort of name each holds.
_NAMED = {
    "kana_name": NameKind.KANA,
    "romaji_name": NameKind.ROMAJI,
    "brand_name": NameKind.BRAND,
    "short_name": NameKind.SHORT,
    "acronym": NameKind.ACRONYM,
}
_NUMBERED = (
    IdentifierScheme.JP_CORPORATE_NUMBER,
    IdentifierScheme.KR_BUSINESS_NUMBER,
    IdentifierScheme.KR_CORPORATE_NUMBER,
    IdentifierScheme.CA_BUSINESS_NUMBER,
    IdentifierScheme.LEI,
    IdentifierScheme.EDINET,
)
_BETWEEN = re.compile(r"[;|；｜\n,、]")
_LIKE_THEM = {
    IdentifierScheme.LEI: re.compile(r"[A-Z0-9]{18}\d{2}"),
    IdentifierScheme.EDINET: re.compile(r"E\d{5}"),
    IdentifierScheme.JP_CORPORATE_NUMBER: re.compile(r"T?\d{13}"),
    IdentifierScheme.KR_BUSINESS_NUMBER: re.compile(r"\d{10}"),
    IdentifierScheme.CA_BUSINESS_NUMBER: re.compile(r"\d{9}(?:[A-Z]{2}\d{4})?"),
}

_OF_COUNTRY = {
    "JP": IdentifierScheme.JP_CORPORATE_NUMBER,
    "KR": IdentifierScheme.KR_BUSINESS_NUMBER,
    "CA": IdentifierScheme.CA_BUSINESS_NUMBER,
}


@dataclass(frozen=True, slots=True)
class OtherName:
    """One more name; its kind is told by its column, or else by its letters."""

    text: str
    kind: NameKind | None = None


@dataclass(frozen=True, slots=True)
class OrganizationRow:
    """One organization as a file tells it. None is unknown; nothing is filled in."""

    number: int
    ref: str | None = None
    public_id: str | None = None
    name: str | None = None
    native_name: str | None = None
    other_names: tuple[OtherName, ...] = ()
    country: str | None = None
    city: str | None = None
    sector: str | None = None
    website: str | None = None
    roles: tuple[OrganizationRole, ...] = ()
    numbers: tuple[tuple[IdentifierScheme, str], ...] = ()
    parents: tuple[str, ...] = ()
    fiscal_year_end_month: int | None = None
    description: str | None = None
    damaged: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        """What the row calls it."""
        return self.name or self.native_name or (self.other_names[0].text)


def parse_organization_rows(
    table: Table, mapping: ColumnMapping
) -> tuple[list[OrganizationRow], list[RowProblem], list[Notice]]:
    """The organizations of a file, its mistakes in row order, and what is worth a look.

    A row with a mistake gives no organization. Raises a `DomainError` for a missing column.
    """
    mapping.require_complete()
    found: list[OrganizationRow] = []
    problems = list(table.problems)
    notices = table_notices(table)
    rows_by_ref: dict[str, int] = {}
    for row in read_cells(table, mapping):
        _check_name(row)
        _check_ref(row, rows_by_ref)
        numbers = _numbers(row)
        _check_website(row)
        if row.problems:
            problems.extend(row.problems)
            continue
        found.append(_organization(row, numbers))
        notices.extend(row.notices)
    problems.sort(key=lambda problem: problem.row)
    return found, problems, notices


def _organization(
    row: ReadRow, numbers: tuple[tuple[IdentifierScheme, str], ...]
) -> OrganizationRow:
    values: dict[str, Any] = row.values
    name, native = by_script(values.get("name"), values.get("native_name"))
    others = [OtherName(values[code], kind) for code, kind in _NAMED.items() if values.get(code)]
    others += [OtherName(text, NameKind.FORMER) for text in values.get("former_names") or ()]
    others += [OtherName(text) for text in values.get("other_names") or ()]
    texts = [text for text in (values.get("description"), values.get("notes")) if text]
    return OrganizationRow(
        row.number,
        ref=values.get("ref"),
        public_id=values.get("public_id"),
        name=name,
        native_name=native,
        other_names=tuple(others),
        country=values.get("country"),
        city=values.get("city"),
        sector=values.get("sector"),
        website=values.get("website"),
        roles=values.get("roles") or (),
        numbers=numbers,
        parents=values.get("parent") or (),
        fiscal_year_end_month=values.get("fiscal_year_end"),
        description="\n\n".join(dict.fromkeys(texts)) or None,
        damaged=frozenset(row.damaged),
    )


def _check_name(row: ReadRow) -> None:
    columns = ("name", "native_name", *_NAMED)
    if not row.is_sound(*columns):
        return
    named = [code for code in columns if row.values.get(code)]
    column = next((code for code in columns if code in row.headers), "name")
    if not named:
        row.fail(column, ValueProblem(_LOST if row.lost else _NAMELESS))
    elif not any(letter.isalnum() for letter in str(row.values[named[0]])):
        row.fail(named[0], ValueProblem(_NO_NAME, value=quoted(str(row.values[named[0]]))))


_NAMELESS = N_("This row names no organization. Give its name, in any script.")
_NO_NAME = N_("“%(value)s” is not a name: it needs letters.")
_LOST = N_(
    "The letters of the organization's name were replaced by question marks."
    " Write the name again, or save the file as CSV UTF-8 or .xlsx."
)


def _check_ref(row: ReadRow, rows_by_ref: dict[str, int]) -> None:
    ref = row.values.get("ref")
    if not isinstance(ref, str):
        return
    first = rows_by_ref.setdefault(plain(ref), row.number)
    if first != row.number:
        message = N_("The reference “%(value)s” already stands in row %(row)s.")
        row.fail("ref", ValueProblem(message, value=ref, row=first))


def _check_website(row: ReadRow) -> None:
    """The same rule as on the form, so that a file brings in nothing that a form refuses."""
    website = row.values.get("website")
    if isinstance(website, str):
        try:
            row.values["website"] = web_address(website, field="website")
        except DomainError as error:
            row.fail("website", ValueProblem(error.message, **error.params))


def _numbers(row: ReadRow) -> tuple[tuple[IdentifierScheme, str], ...]:
    """The row's register numbers, each checked as on the form."""
    found: dict[tuple[IdentifierScheme, str], None] = {}
    for scheme in _NUMBERED:
        text = row.values.get(scheme.value)
        for part in _BETWEEN.split(text) if isinstance(text, str) else ():
            if part.strip():
                _keep_number(row, scheme.value, scheme, part, found)
    listed: Any = row.values.get("number")
    for text in listed or ():
        _keep_number(row, "number", _scheme_of(text, row.values.get("country")), text, found)
    return tuple(found)


def _keep_number(
    row: ReadRow,
    code: str,
    scheme: IdentifierScheme,
    text: str,
    found: dict[tuple[IdentifierScheme, str], None],
) -> None:
    try:
        found[scheme, check_identifier(scheme, text)] = None
    except DomainError as error:
        row.fail(code, ValueProblem(error.message, **error.params))


def _scheme_of(text: str, country: object) -> IdentifierScheme:
    """The register that a number is of, by its length, and by the country where two share one."""
    bare = re.sub(r"[\s.\-‐‑‒–—―－・]+", "", plain(text)).upper()
    scheme = next(
        (one for one, pattern in _LIKE_THEM.items() if pattern.fullmatch(bare)),
        # None fits: the message is that of the register which its country suggests.
        _OF_COUNTRY.get(str(country), IdentifierScheme.LEI),
    )
    if scheme is not IdentifierScheme.JP_CORPORATE_NUMBER or bare.startswith("T"):
        return scheme
    if country == "KR" or (country != "JP" and re.fullmatch(r"\s*\d{6}-\d{7}\s*", plain(text))):
        return IdentifierScheme.KR_CORPORATE_NUMBER
    if country is None and not _fits(scheme, bare) and _fits_kr(bare):
        return IdentifierScheme.KR_CORPORATE_NUMBER
    return scheme


def _fits(scheme: IdentifierScheme, text: str) -> bool:
    try:
        check_identifier(scheme, text)
    except DomainError:
        return False
    return True


def _fits_kr(text: str) -> bool:
    return _fits(IdentifierScheme.KR_CORPORATE_NUMBER, text)
