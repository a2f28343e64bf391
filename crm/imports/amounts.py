"""Investment amounts, jobs and other counts, with how they were stated."""

import math
import re
from dataclasses import dataclass, replace
from decimal import Decimal

from crm.imports.currencies import NamedCurrency, combine, take_currencies
from crm.imports.problems import ValueProblem
from crm.imports.quantities import (
    LONGEST,
    Number,
    Quantity,
    is_negative,
    read_quantity,
    read_unit,
    whole_bounds,
)
from crm.imports.table import Cell
from crm.imports.text import is_unknown, key, one_line, plain, quoted
from crm.imports.words import listed, read_words
from models.errors import N_
from models.measure import UNKNOWN, Measure, Qualifier

LARGEST_AMOUNT = 10**15
LARGEST_COUNT = 1_000_000

_NOT_DISCLOSED = frozenset(key(word) for word in listed(read_words("values")["not_disclosed"]))


@dataclass(frozen=True, slots=True)
class ColumnUnit:
    """What a header says about every bare number under it, as in "Capex (CAD millions)"."""

    multiplier: Decimal = Decimal(1)
    currency: NamedCurrency | None = None


NO_UNIT = ColumnUnit()


@dataclass(frozen=True, slots=True)
class StatedAmount:
    """An amount and the currency that its own words name.

    `is_bare` marks a number without any unit or currency, which is taken as it stands.
    """

    measure: Measure
    currency: NamedCurrency | None = None
    is_bare: bool = False


NO_AMOUNT = StatedAmount(UNKNOWN)


def parse_amount(cell: Cell, unit: ColumnUnit = NO_UNIT) -> StatedAmount:
    """An amount of money in whole units of its currency."""
    if is_unknown(cell):
        return NO_AMOUNT
    as_printed = one_line(cell)
    if isinstance(cell, str) and key(cell) in _NOT_DISCLOSED:
        return StatedAmount(Measure(qualifier=Qualifier.NOT_DISCLOSED, as_printed=as_printed))
    quantity, named = _read_amount(cell)
    is_bare = named is None and not any(number.has_unit for number in _numbers(quantity))
    if is_bare and unit.multiplier != 1:
        quantity, is_bare = _multiplied(quantity, unit.multiplier), False
    if 0 < quantity.low.value < 1:
        raise _unreadable_amount(cell)
    low, high, qualifier = whole_bounds(quantity, cell)
    if max(low, high or 0) > LARGEST_AMOUNT:
        raise ValueProblem(
            N_("“%(value)s” is larger than any investment. Check the unit."), value=quoted(cell)
        )
    measure = Measure(low, qualifier, high, as_printed=as_printed)
    return StatedAmount(measure, named or unit.currency, is_bare)


def _read_amount(cell: Cell) -> tuple[Quantity, NamedCurrency | None]:
    """The number or range in a cell, and the currency that stands beside it."""
    words: list[NamedCurrency] = []
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        text = _digits(cell)
    elif isinstance(cell, str) and len(cell) <= LONGEST:
        text, words = take_currencies(plain(one_line(cell)))
    else:
        raise _unreadable_amount(cell)
    named = combine(words)
    if named is None and words:
        raise ValueProblem(
            N_("“%(value)s” names two currencies. Keep the one the amount is in."),
            value=quoted(cell),
        )
    if is_negative(text):
        raise ValueProblem(
            N_("“%(value)s” is below zero. Write the amount without a minus sign."),
            value=quoted(cell),
        )
    quantity = read_quantity(text)
    if quantity is None:
        raise _unreadable_amount(cell)
    if isinstance(cell, str) and any(number.is_ambiguous for number in _numbers(quantity)):
        raise ValueProblem(
            N_(
                "“%(value)s” may be thousands or decimals."
                " Write it without a separator, or with a comma between thousands."
            ),
            value=quoted(cell),
        )
    return quantity, named


def in_currency(amount: StatedAmount, column: NamedCurrency | None, cell: Cell) -> Measure:
    """The amount in its currency: the column's, or else the one its own words name."""
    named = [word for word in (amount.currency, column) if word is not None]
    together = combine(named) if named else None
    if named and together is None:
        raise ValueProblem(
            N_("The amount “%(value)s” and the currency column name different currencies."),
            value=quoted(cell),
        )
    code = together.code if together is not None else None
    if code is None and column is not None:
        code = column.code
    return replace(amount.measure, currency=code)


_JOB_NOUNS = re.compile(
    r" ?(?:(?:full[- ]time |new )?(?:jobs?|people|persons?|employees?|staff|positions?|ftes?"
    r"|headcount|workers?|hires?)|emplois?|postes?|personnes?|etp|employes?|salaries?"
    r"|[名人](?:雇用)?|人分|명|인)(?= |$|[+~以程前超未弱強くぐほ정이가내미초안부까쯤])"
)


def parse_jobs(cell: Cell) -> Measure:
    """A number of jobs: whole, never negative, perhaps approximate or bounded."""
    if is_unknown(cell):
        return UNKNOWN
    if isinstance(cell, str) and key(cell) in _NOT_DISCLOSED:
        return Measure(qualifier=Qualifier.NOT_DISCLOSED, as_printed=one_line(cell))
    low, high, qualifier = _parse_count(cell, _JOB_NOUNS)
    return Measure(low, qualifier, high, as_printed=one_line(cell))


_MEETING_NOUNS = re.compile(
    r" ?(?:meetings?|times?|rencontres?|reunions?|fois|回|件|회|번|건|차례)(?= |$|[+以程정이])"
)


def parse_meetings(cell: Cell) -> int | None:
    """A running total of meetings, None where it is not known."""
    if is_unknown(cell):
        return None
    low, _, qualifier = _parse_count(cell, _MEETING_NOUNS)
    if qualifier in (Qualifier.BETWEEN, Qualifier.AT_MOST):
        raise ValueProblem(
            N_("“%(value)s” is not one number. Write how many meetings there were."),
            value=quoted(cell),
        )
    return low


def _parse_count(cell: Cell, nouns: re.Pattern[str]) -> tuple[int, int | None, Qualifier]:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        text = _digits(cell)
    elif isinstance(cell, str) and len(cell) <= LONGEST:
        text = nouns.sub("", plain(one_line(cell))).strip()
    else:
        raise _unreadable_count(cell)
    if is_negative(text):
        raise ValueProblem(
            N_("“%(value)s” is below zero. Write a whole number, or leave the cell empty."),
            value=quoted(cell),
        )
    quantity = read_quantity(text)
    if quantity is None or any(
        number.is_ambiguous or not number.is_whole for number in _numbers(quantity)
    ):
        raise _unreadable_count(cell)
    low, high, qualifier = whole_bounds(quantity, cell)
    if max(low, high or 0) > LARGEST_COUNT:
        raise ValueProblem(
            N_("“%(value)s” is more than a million. Check the number."), value=quoted(cell)
        )
    return low, high, qualifier


def read_column_unit(words: str) -> ColumnUnit | None:
    """The unit that the brackets of a header state, or None if they say something else."""
    text, found = take_currencies(plain(words))
    text = re.sub(r"^(?:in|en|unit:?|単位:?|단위:?) ?", "", text).strip(" ,/:")
    named = combine(found)
    if found and named is None:
        return None
    if not text:
        return ColumnUnit(currency=named) if found else None
    multiplier = read_unit(text)
    return ColumnUnit(multiplier, named) if multiplier is not None else None


def _numbers(quantity: Quantity) -> tuple[Number, ...]:
    return (quantity.low,) if quantity.high is None else (quantity.low, quantity.high)


def _multiplied(quantity: Quantity, multiplier: Decimal) -> Quantity:
    low, *high = (Number(number.figure, multiplier, has_unit=True) for number in _numbers(quantity))
    return Quantity(low, high[0] if high else None, quantity.qualifier)


def _digits(number: float) -> str:
    """A workbook's number in digits, never in scientific notation."""
    return format(Decimal(repr(number)), "f") if math.isfinite(number) else "nan"


def _unreadable_amount(cell: Cell) -> ValueProblem:
    return ValueProblem(
        N_("“%(value)s” is not an amount that can be read. Write it as 45700000 or 45.7M."),
        value=quoted(cell),
    )


def _unreadable_count(cell: Cell) -> ValueProblem:
    return ValueProblem(
        N_("“%(value)s” is not a whole number that can be read. Write it as 40, ~40 or 20-30."),
        value=quoted(cell),
    )
