"""Dates as offices write them, in four languages, to the precision that was written."""

import calendar
import enum
import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from crm.imports.problems import ValueProblem
from crm.imports.table import Cell
from crm.imports.text import is_unknown, one_line, plain, printed, quoted
from models.errors import N_
from models.measure import Precision, StatedDate

FIRST_YEAR, LAST_YEAR = 1900, 2100
_LONGEST = 80


class DateOrder(enum.Enum):
    """How a column writes 03/04/2024."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv",
            "february feb fevrier fevr fev",
            "march mar mars",
            "april apr avril avr",
            "may mai",
            "june jun juin",
            "july jul juillet juil",
            "august aug aout",
            "september sept sep septembre",
            "october oct octobre",
            "november nov novembre",
            "december dec decembre",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_NAMED_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|eme|e)?"
_YEAR = r"(?P<year>\d{4})"
_GAP = r"(?: ?[-/.,] ?| )"

# The year of an era is counted from 1; the day before which the era did not yet exist.
_ERAS = {
    "令和": date(2019, 5, 1),
    "平成": date(1989, 1, 8),
    "昭和": date(1926, 12, 25),
    "大正": date(1912, 7, 30),
}
_ERA_LETTERS = {"r": "令和", "h": "平成", "s": "昭和", "t": "大正"}

_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_YEAR} ?[-/.] ?(?P<number>\d{{1,2}}) ?[-/.] ?(?P<day>\d{{1,2}}) ?\.?",
        r"(?P<year>(?:19|20)\d\d)(?P<number>\d\d)(?P<day>\d\d)",
        rf"{_YEAR} ?[年년] ?(?P<number>\d{{1,2}}) ?[月월] ?(?P<day>\d{{1,2}}) ?[日일]?",
        rf"{_YEAR} ?[年년] ?(?P<number>\d{{1,2}}) ?[月월]?",
        rf"{_YEAR} ?[年년]",
        r"(?P<era>令和|平成|昭和|大正) ?(?P<era_year>元|\d{1,2}) ?[年./-]"
        r"(?: ?(?P<number>\d{1,2}) ?(?:[月./-](?: ?(?P<day>\d{1,2}) ?日?)?)?)?",
        r"(?P<era>[rhst]) ?(?P<era_year>元|\d{1,2}) ?[年./-]"
        r" ?(?P<number>\d{1,2}) ?(?:[月./-](?: ?(?P<day>\d{1,2}) ?日?)?)?",
        rf"{_NAMED_DAY} ?(?:of |de )?{_GAP}?{_MONTH}{_GAP}?{_YEAR}",
        rf"{_MONTH}{_GAP}?{_NAMED_DAY}(?: ?, ?| ?[-/.] ?| ){_YEAR}",
        rf"{_YEAR}{_GAP}?{_MONTH}{_GAP}?{_NAMED_DAY}",
        rf"{_MONTH}{_GAP}?(?:of |de )?{_YEAR}",
        rf"{_YEAR}{_GAP}?{_MONTH}",
        rf"{_YEAR} ?[-/.] ?(?P<number>\d{{1,2}}) ?\.?",
        rf"(?P<number>\d{{1,2}}) ?[-/.] ?{_YEAR}",
        rf"[qt](?P<quarter>[1-4]){_GAP}?{_YEAR}",
        rf"{_YEAR}{_GAP}?[qt](?P<quarter>[1-4])",
        rf"(?P<quarter>[1-4])(?:st|nd|rd|th|er|eme|e) (?:quarter|trimestre),? (?:of |de )?{_YEAR}",
        rf"{_YEAR} ?[年년] ?第?(?P<quarter>[1-4]) ?(?:四半期|분기)",
        _YEAR,
    )
)
_NUMERIC = re.compile(rf"(?P<first>\d{{1,2}}) ?[-/.] ?(?P<second>\d{{1,2}}) ?[-/.] ?{_YEAR}")
_SHORT_YEAR = re.compile(
    r"\d{1,2} ?[-/.] ?\d{1,2} ?[-/.] ?\d{2}\.?"
    rf"|{_NAMED_DAY}{_GAP}?{_MONTH}{_GAP}?'?\d\d"
    rf"|{_MONTH.replace('?P<month>', '')}{_GAP}?(?:\d{{1,2}}(?:st|nd|rd|th)?{_GAP})?'?\d\d"
    r"|'?\d\d ?[年년] ?\d{1,2} ?[月월](?: ?\d{1,2} ?[日일]?)?"
)
_FISCAL = re.compile(r"年度|회계|\bfy ?'?\d|\bfiscal|\bexercice")

_CLOCK = re.compile(
    r"(?:t| |(?<=[日일]))(?:at |a )?(?:午前|午後|오전|오후|am|pm)? ?"
    r"\d{1,2}(?:"
    r":\d{2}(?::\d{2}(?:[.,]\d+)?)?"
    r"|[時시](?: ?\d{1,2} ?[分분])?(?: ?\d{1,2} ?[秒초])?"
    r"| ?h(?: ?\d{2})?"
    r")(?: ?[ap]\.?m\.?)?(?: ?(?:z|utc|gmt|jst|kst|[pmce][sd]t|[+-]\d{2}:?\d{2}))?$"
)
_WEEKDAY = re.compile(
    r"^le (?=\d)| ?\((?:[月火水木金土日](?:曜日?)?|[월화수목금토일](?:요일)?|[a-z]{2,9}\.?)\)"
    r"| ?(?:[月火水木金土日]曜日?|[월화수목금토일]요일)"
    r"|\b(?:mon|tues?|wed(?:nes)?|thur?s?|fri|satur|sun)day\b,? ?"
    r"|\b(?:mon|tue|wed|thu|fri|sat|sun)\b[.,]? ?"
    r"|\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b,? ?"
)
_ROUGHLY = re.compile(
    r"^(?:circa|ca\.?|c\.|about|around|approx\.?|approximately|early|mid|late|end of|vers|environ"
    r"|debut|mi|fin|約|약|~)[ -]*(?:le |de |of )?"
    r"| ?(?:頃|ごろ|ころ|上旬|初旬|中旬|下旬|初め|半ば|末|초순|상순|중순|하순|초|말|경|쯤)$"
)
_COARSER = {Precision.DAY: Precision.MONTH, Precision.MONTH: Precision.MONTH}


def find_date_order(cells: Iterable[Cell]) -> DateOrder | None:
    """How a column writes its numeric dates, or None where its cells leave that open.

    Only a number above 12 tells; cells that contradict each other tell nothing.
    """
    found: set[DateOrder] = set()
    for cell in cells:
        if not isinstance(cell, str) or len(cell) > _LONGEST:
            continue
        match = _NUMERIC.fullmatch(_bare(cell)[0])
        if match is None:
            continue
        first, second = int(match["first"]), int(match["second"])
        if first > 12 >= second:
            found.add(DateOrder.DAY_FIRST)
        elif second > 12 >= first:
            found.add(DateOrder.MONTH_FIRST)
    return found.pop() if len(found) == 1 else None


def parse_date(cell: Cell, order: DateOrder | None = None) -> StatedDate | None:
    """The date in a cell to the precision it was written to, or None where it is unknown."""
    if isinstance(cell, date):
        on = cell.date() if isinstance(cell, datetime) else cell
        if not FIRST_YEAR <= on.year <= LAST_YEAR:
            raise _unreadable(cell)
        return StatedDate(on, Precision.DAY, printed(cell))
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _from_number(cell)
    if is_unknown(cell):
        return None
    if not isinstance(cell, str) or len(cell) > _LONGEST:
        raise _unreadable(cell)
    text, is_rough = _bare(cell)
    as_printed = one_line(cell)
    numeric = _NUMERIC.fullmatch(text)
    if numeric is not None:
        on = _from_numeric(cell, numeric, order)
        return _stated(on, Precision.DAY, as_printed, is_rough=is_rough)
    if _FISCAL.search(text):
        raise ValueProblem(
            N_("“%(value)s” is a fiscal year or quarter. Write a calendar date, month or year."),
            value=quoted(cell),
        )
    for pattern in _PATTERNS:
        match = pattern.fullmatch(text)
        if match is not None:
            on, precision = _from_parts(cell, match.groupdict())
            return _stated(on, precision, as_printed, is_rough=is_rough)
    if _SHORT_YEAR.fullmatch(text):
        raise ValueProblem(
            N_("“%(value)s” has a year of two digits. Write the year in full, as in 2024-04-03."),
            value=quoted(cell),
        )
    raise _unreadable(cell)


def last_day(stated: StatedDate) -> date:
    """The last day of the period that the date names."""
    on = stated.on
    if stated.precision is Precision.MONTH:
        return _month_end(on.year, on.month)
    if stated.precision is Precision.QUARTER:
        return _month_end(on.year, on.month + 2)
    if stated.precision in (Precision.YEAR, Precision.UNKNOWN):
        return date(on.year, 12, 31)
    return on


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _bare(cell: str) -> tuple[str, bool]:
    """The date's own characters, and whether a word such as "about" stood with them."""
    text = plain(one_line(cell))
    text = _CLOCK.sub("", text)
    text = _WEEKDAY.sub("", text).strip(" ,")
    bare = _ROUGHLY.sub("", text).strip()
    return bare, bare != text


def _stated(
    on: date, precision: Precision, as_printed: str, *, is_rough: bool = False
) -> StatedDate:
    """The date kept is the first day of its period; a rough day is known to its month only."""
    if is_rough:
        precision = _COARSER.get(precision, precision)
    if precision is Precision.MONTH:
        on = on.replace(day=1)
    return StatedDate(on, precision, as_printed)


def _from_parts(cell: Cell, parts: dict[str, str | None]) -> tuple[date, Precision]:
    era = parts.get("era")
    if era is not None:
        began = _ERAS[_ERA_LETTERS.get(era, era)]
        counted = parts["era_year"] or ""
        year = began.year - 1 + (1 if counted == "元" else int(counted))
    else:
        began = date(FIRST_YEAR, 1, 1)
        year = int(parts["year"] or 0)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _unreadable(cell)
    if year < began.year:
        raise _impossible(cell)
    quarter, number, name = parts.get("quarter"), parts.get("number"), parts.get("month")
    if quarter is not None:
        return date(year, 3 * int(quarter) - 2, 1), Precision.QUARTER
    if number is None and name is None:
        return date(year, 1, 1), Precision.YEAR
    month = int(number) if number is not None else _MONTHS[name or ""]
    day = parts.get("day")
    on = _calendar_date(cell, year, month, int(day) if day is not None else 1)
    if day is None:
        if era is not None and _month_end(year, month) < began:
            raise _impossible(cell)
        return on, Precision.MONTH
    if on < began:
        raise _impossible(cell)
    return on, Precision.DAY


def _from_numeric(cell: Cell, match: re.Match[str], order: DateOrder | None) -> date:
    first, second, year = int(match["first"]), int(match["second"]), int(match["year"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _unreadable(cell)
    if first > 12 or (order is DateOrder.DAY_FIRST and second <= 12):
        return _calendar_date(cell, year, second, first)
    if second > 12 or order is DateOrder.MONTH_FIRST or first == second:
        return _calendar_date(cell, year, first, second)
    if not (first and second):
        raise _impossible(cell)
    raise ValueProblem(
        N_(
            "“%(value)s” can be read in two ways, and nothing in this column tells which."
            " Write it as %(day_first)s or %(month_first)s."
        ),
        value=quoted(cell),
        day_first=date(year, second, first).isoformat(),
        month_first=date(year, first, second).isoformat(),
    )


def _from_number(number: float) -> StatedDate:
    """A number in a workbook: a date typed without separators, a year, or a day count.

    Excel counts days from 1899-12-30 for every date after February 1900.
    """
    if float(number).is_integer():
        whole = int(number)
        if FIRST_YEAR <= whole <= LAST_YEAR:
            return StatedDate(date(whole, 1, 1), Precision.YEAR, str(whole))
        if 19000101 <= whole <= 21001231:
            on = _calendar_date(number, whole // 10000, whole // 100 % 100, whole % 100)
            return StatedDate(on, Precision.DAY, str(whole))
    if 10000 <= number < 80000:
        on = date(1899, 12, 30) + timedelta(days=int(number))
        return StatedDate(on, Precision.DAY, printed(number))
    raise _unreadable(number)


def _calendar_date(cell: Cell, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise _impossible(cell) from error


def _impossible(cell: Cell) -> ValueProblem:
    return ValueProblem(
        N_("“%(value)s” is not a day of the calendar. Write a date such as 2024-04-03."),
        value=quoted(cell),
    )


def _unreadable(cell: Cell) -> ValueProblem:
    return ValueProblem(
        N_("“%(value)s” is not a date that can be read. Write it as 2024-04-03."),
        value=quoted(cell),
    )
