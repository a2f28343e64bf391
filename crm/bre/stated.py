"""Money and dates as people state them, for answers."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from crm.days import is_possible
from crm.imports.amounts import LARGEST_AMOUNT, in_currency, parse_amount
from crm.imports.currencies import codes
from crm.imports.dates import parse_date
from crm.imports.problems import ValueProblem
from models.errors import N_
from models.measure import Measure, Precision, Qualifier, StatedDate


class Refused(Exception):
    """A value that cannot be taken. `message` is an English template marked with `N_`."""

    def __init__(self, message: str, **params: object) -> None:
        self.message = message
        self.params = params
        super().__init__(message)


def quoted(raw: object) -> str:
    """A value as an error quotes it."""
    text = raw if isinstance(raw, str) else repr(raw)
    return text if len(text) <= 60 else f"{text[:59]}…"


def short_date(stated: StatedDate) -> str:
    """A date in digits, to the precision it is known to: 2027-03-31, 2027-03, 2027-Q1, 2027."""
    if stated.precision is Precision.MONTH:
        return f"{stated.on:%Y-%m}"
    if stated.precision is Precision.QUARTER:
        return f"{stated.on.year}-Q{(stated.on.month + 2) // 3}"
    if stated.precision is Precision.YEAR:
        return f"{stated.on.year}"
    return stated.on.isoformat()


def read_money(raw: object) -> Measure:
    """An amount in whole units, with its currency where one is said; none is ever supposed."""
    if isinstance(raw, Measure):
        return raw
    if not isinstance(raw, Mapping):
        return _amount(raw)
    for name in raw:
        if name not in ("amount", "currency", "qualifier", "upper", "as_printed"):
            raise Refused(
                N_("“%(name)s” is not known here. Write the amount and its currency."), name=name
            )
    if raw.get("amount") is None and raw.get("qualifier") is None:
        raise Refused(N_("The amount is missing. An unknown amount is “unknown”."))
    currency = raw.get("currency")
    measure = UNSTATED if raw.get("amount") is None else _amount(raw["amount"])
    named = measure.currency
    if currency is not None:
        if not isinstance(currency, str) or currency.strip().upper() not in codes():
            raise Refused(
                N_("“%(value)s” is not a currency. Use a code such as CAD, USD, JPY or KRW."),
                value=quoted(currency),
            )
        named = currency.strip().upper()
        if measure.currency not in (None, named):
            raise Refused(N_("The amount and the currency beside it name different currencies."))
    try:
        return Measure(
            value=measure.value,
            qualifier=Qualifier(raw["qualifier"]) if raw.get("qualifier") else measure.qualifier,
            upper=_whole(raw["upper"]) if raw.get("upper") is not None else measure.upper,
            currency=named,
            as_printed=raw.get("as_printed") or measure.as_printed,
        )
    except ValueError as error:
        raise Refused(N_("The amount and what is said of it do not fit together.")) from error


UNSTATED = Measure()


def _amount(raw: object) -> Measure:
    if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
        return Measure(_whole(raw), Qualifier.EXACT)
    if not isinstance(raw, str):
        raise Refused(N_("Write an amount, such as 5000000, or {“amount”: 5000000}."))
    try:
        stated = parse_amount(raw)
        measure = in_currency(stated, None, raw)
    except ValueProblem as problem:
        raise Refused(problem.message, **problem.params) from problem
    return measure


def _whole(raw: object) -> int:
    number = Decimal("NaN")
    if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
        number = Decimal(str(raw))
    is_amount = number.is_finite() and 0 <= number <= LARGEST_AMOUNT
    if not is_amount or number != number.to_integral_value():
        raise Refused(
            N_("“%(value)s” is not a whole amount from 0 on. Write whole units of the currency."),
            value=quoted(raw),
        )
    return int(number)


def read_date(raw: object) -> StatedDate:
    """A date to the precision it is stated to."""
    if isinstance(raw, StatedDate):
        return raw
    as_printed = None
    precision = None
    if isinstance(raw, Mapping):
        for name in raw:
            if name not in ("on", "precision", "as_printed"):
                raise Refused(
                    N_("“%(name)s” is not known here. Write a date, such as 2027-03-31."), name=name
                )
        as_printed = raw.get("as_printed")
        precision = raw.get("precision")
        raw = raw.get("on")
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)
    if not isinstance(raw, str | date):
        raise Refused(N_("Write a date, such as 2027-03-31, a month, 2027-03, or a year, 2027."))
    try:
        stated = parse_date(raw)
    except ValueProblem as problem:
        raise Refused(problem.message, **problem.params) from problem
    if stated is None or not is_possible(stated.on):
        raise Refused(N_("Write a date, such as 2027-03-31, a month, 2027-03, or a year, 2027."))
    if precision is not None:
        if precision not in list(Precision):
            raise Refused(
                N_("“%(value)s” is no precision. Use day, month, quarter or year."),
                value=quoted(precision),
            )
        stated = StatedDate(_first_day(stated.on, Precision(precision)), Precision(precision))
        return StatedDate(stated.on, stated.precision, as_printed)
    # Digits are no words worth keeping.
    if as_printed is None and stated.as_printed != short_date(stated):
        as_printed = stated.as_printed
    return StatedDate(stated.on, stated.precision, as_printed)


def _first_day(on: date, precision: Precision) -> date:
    if precision is Precision.MONTH:
        return on.replace(day=1)
    if precision is Precision.QUARTER:
        return date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
    if precision is Precision.YEAR:
        return date(on.year, 1, 1)
    return on
