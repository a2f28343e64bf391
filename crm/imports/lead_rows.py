"""Lead rows: from a table to typed leads, and every mistake with its row."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.imports.amounts import NO_AMOUNT, StatedAmount, in_currency
from crm.imports.cells import ReadRow, read_cells, table_notices
from crm.imports.columns import ColumnMapping
from crm.imports.currencies import NamedCurrency
from crm.imports.dates import last_day
from crm.imports.losses import classify_reason, find_place
from crm.imports.problems import Notice, RowProblem, ValueProblem
from crm.imports.table import Table
from crm.imports.text import is_native, plain
from crm.imports.vocabulary import Likelihood
from models.errors import N_
from models.lead import LossReason
from models.measure import UNKNOWN, Measure, StatedDate
from models.stage import LeadType, StageCode, Status

_IDENTITY = ("company", "company_native", "code_name")
_PAST = ("first_contact_on", "stage_since", "last_contact_on", "closed_on")
_BARE_BELOW = 1_000


@dataclass(frozen=True, slots=True)
class LeadRow:
    """One lead as a file tells it. None is unknown; nothing is filled in.

    `capex` carries its currency, even where the amount is unknown. `damaged` names the fields
    whose letters were partly replaced by question marks: they must not be matched with anything.
    """

    number: int
    first_contact_on: StatedDate
    ref: str | None = None
    company: str | None = None
    company_native: str | None = None
    code_name: str | None = None
    country: str | None = None
    sector: str | None = None
    source: str | None = None
    owner: str | None = None
    office: str | None = None
    lead_type: LeadType | None = None
    stage: StageCode | None = None
    stage_since: StatedDate | None = None
    status: Status | None = None
    closed_on: StatedDate | None = None
    reason: str | None = None
    loss_reason: LossReason | None = None
    lost_to: str | None = None
    capex: Measure = UNKNOWN
    jobs: Measure = UNKNOWN
    meetings_count: int | None = None
    last_contact_on: StatedDate | None = None
    next_action: str | None = None
    next_action_on: StatedDate | None = None
    target_on: StatedDate | None = None
    likelihood: Likelihood | None = None
    notes: str | None = None
    contact_name: str | None = None
    contact_title: str | None = None
    contact_email: str | None = None
    website: str | None = None
    city: str | None = None
    damaged: frozenset[str] = frozenset()


def parse_lead_rows(
    table: Table, mapping: ColumnMapping, *, today: date
) -> tuple[list[LeadRow], list[RowProblem], list[Notice]]:
    """The leads of a file, its mistakes in the order of its rows, and what is worth a look.

    A row with a mistake gives no lead. Raises a `DomainError` where a whole column is missing.
    """
    mapping.require_complete()
    leads: list[LeadRow] = []
    problems = list(table.problems)
    notices = table_notices(table)
    rows_by_ref: dict[str, int] = {}
    for row in read_cells(table, mapping):
        _check_identity(row)
        _check_ref(row, rows_by_ref)
        _check_dates(row, today)
        capex = _capex(row)
        if row.problems:
            problems.extend(row.problems)
            continue
        leads.append(_lead(row, capex))
        notices.extend(row.notices)
    problems.sort(key=lambda problem: problem.row)
    return leads, problems, notices


def _lead(row: ReadRow, capex: Measure) -> LeadRow:
    # The parser of each column gives the type that the lead's field of the same name declares.
    values: dict[str, Any] = {**row.values, "capex": capex}
    values.pop("currency", None)
    if values.get("jobs") is None:
        values["jobs"] = UNKNOWN
    company, native = by_script(values.get("company"), values.get("company_native"))
    values |= {"company": company, "company_native": native}
    reason = values.get("reason")
    if reason is not None:
        values["lost_to"] = values.get("lost_to") or find_place(reason)
        values["loss_reason"] = classify_reason(reason, values["lost_to"])
    elif values.get("lost_to") is not None:
        values["loss_reason"] = LossReason.PLACE_WON
    return LeadRow(row.number, damaged=frozenset(row.damaged), **values)


def by_script(company: str | None, native: str | None) -> tuple[str | None, str | None]:
    """The Latin and the native name, whichever columns they stood in."""
    if company is not None and native is not None:
        is_crossed = is_native(company) and not is_native(native)
        return (native, company) if is_crossed else (company, native)
    name = company or native
    if name is None:
        return None, None
    return (None, name) if is_native(name) else (name, None)


def _check_identity(row: ReadRow) -> None:
    if not row.is_sound(*_IDENTITY) or any(row.values.get(code) for code in _IDENTITY):
        return
    column = next((code for code in _IDENTITY if code in row.headers), "company")
    if row.lost.isdisjoint(_IDENTITY):
        message = N_("This row names no company. Give its name, or the code name of the project.")
    else:
        message = N_(
            "The letters of the company's name were replaced by question marks."
            " Write the name again, or save the file as CSV UTF-8 or .xlsx."
        )
    row.fail(column, ValueProblem(message))


def _check_ref(row: ReadRow, rows_by_ref: dict[str, int]) -> None:
    ref = row.values.get("ref")
    if not isinstance(ref, str):
        return
    first = rows_by_ref.setdefault(plain(ref), row.number)
    if first != row.number:
        message = N_("The reference “%(value)s” already stands in row %(row)s.")
        row.fail("ref", ValueProblem(message, value=ref, row=first))


def _check_dates(row: ReadRow, today: date) -> None:
    """One mistake, one message: what follows from a wrong first contact is not told again."""
    if row.values.get("first_contact_on") is None and row.is_sound("first_contact_on"):
        message = N_("The first contact is needed. Give a date, or only its month or year.")
        row.fail("first_contact_on", ValueProblem(message))
    for code, stated in _past_dates(row).items():
        if stated.on > today:
            row.fail(code, ValueProblem(_FUTURE[code], value=_words(stated)))
            if code == "first_contact_on":
                break
    dates = _past_dates(row)
    first = dates.pop("first_contact_on", None)
    if first is not None:
        _check_order(row, first, dates)
    since, closed = dates.get("stage_since"), dates.get("closed_on")
    if since is None or closed is None or not row.is_sound(*_PAST):
        return
    if last_day(closed) < since.on:
        message = N_("The closing date (%(value)s) is earlier than the stage's date (%(since)s).")
        row.fail("closed_on", ValueProblem(message, value=_words(closed), since=_words(since)))


def _check_order(row: ReadRow, first: StatedDate, later: dict[str, StatedDate]) -> None:
    """Nothing comes before the first contact; where several dates do, that one is the mistake."""
    before = {code: stated for code, stated in later.items() if last_day(stated) < first.on}
    if len(before) > 1:
        message = N_("The first contact (%(value)s) is later than the other dates of this row.")
        row.fail("first_contact_on", ValueProblem(message, value=_words(first)))
        return
    for code, stated in before.items():
        problem = ValueProblem(_BEFORE_FIRST[code], value=_words(stated), first=_words(first))
        row.fail(code, problem)


def _past_dates(row: ReadRow) -> dict[str, StatedDate]:
    """The dates that cannot lie in the future, as far as they could be read and are sound."""
    dates = {code: row.values.get(code) for code in _PAST if row.is_sound(code)}
    return {code: stated for code, stated in dates.items() if isinstance(stated, StatedDate)}


def _words(stated: StatedDate) -> str:
    return stated.as_printed or stated.on.isoformat()


_FUTURE = {
    "first_contact_on": N_("The first contact (%(value)s) lies in the future."),
    "stage_since": N_("The date of the stage (%(value)s) lies in the future."),
    "last_contact_on": N_("The last contact (%(value)s) lies in the future."),
    "closed_on": N_("The closing date (%(value)s) lies in the future."),
}
_BEFORE_FIRST = {
    "stage_since": N_(
        "The date of the stage (%(value)s) is earlier than the first contact (%(first)s)."
    ),
    "last_contact_on": N_(
        "The last contact (%(value)s) is earlier than the first contact (%(first)s)."
    ),
    "closed_on": N_("The closing date (%(value)s) is earlier than the first contact (%(first)s)."),
}


def _capex(row: ReadRow) -> Measure:
    """The amount in its currency, with a word where either needs a second look."""
    amount, currency = row.values.get("capex"), row.values.get("currency")
    if not isinstance(amount, StatedAmount):
        amount = NO_AMOUNT
    named = currency if isinstance(currency, NamedCurrency) else None
    if not row.is_sound("capex", "currency"):
        return UNKNOWN
    try:
        measure = in_currency(amount, named, row.cells.get("capex"))
    except ValueProblem as problem:
        row.fail("currency", problem)
        return UNKNOWN
    if measure.currency is None and (named or amount.currency):
        row.note(
            "currency" if named else "capex",
            N_("“$” does not say which dollar, so the currency counts as unknown."),
        )
    if amount.is_bare and measure.value is not None and 0 < measure.value < _BARE_BELOW:
        row.note(
            "capex",
            N_("“%(value)s” is read as it stands. Write %(value)sM if it means millions."),
            value=measure.as_printed,
        )
    return measure
