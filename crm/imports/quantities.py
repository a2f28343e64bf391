"""Numbers as people write them: separators of four languages, 億 and 억, bounds and ranges."""

import re
from dataclasses import dataclass
from decimal import Decimal

from crm.imports.problems import ValueProblem
from crm.imports.table import Cell
from crm.imports.text import quoted
from models.errors import N_
from models.measure import Qualifier

LONGEST = 100


@dataclass(frozen=True, slots=True)
class Number:
    """A number and the unit its words multiply it by: "45.7M" is 45.7 and a million.

    A number of several units (1億2000万) is its own figure with the unit one. `is_ambiguous`
    marks 1.234 without a unit: thousands to some readers, decimals to others.
    """

    figure: Decimal
    unit: Decimal = Decimal(1)
    has_unit: bool = False
    is_ambiguous: bool = False

    @property
    def value(self) -> Decimal:
        """The figure times its unit."""
        return self.figure * self.unit

    @property
    def is_whole(self) -> bool:
        """Whether the value has no fraction."""
        return self.value == self.value.to_integral_value()


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number, or the two ends of a range, and how it was stated."""

    low: Number
    high: Number | None
    qualifier: Qualifier


_K, _M, _G, _T = (Decimal(10) ** power for power in (3, 6, 9, 12))
_UNITS = {
    **dict.fromkeys(("k", "thousand", "thousands", "mille", "millier", "milliers", "000s"), _K),
    **dict.fromkeys(("m", "mm", "mn", "mln", "mio", "million", "millions"), _M),
    **dict.fromkeys(("b", "bn", "bln", "billion", "billions", "g"), _G),
    **dict.fromkeys(("md", "mds", "mrd", "milliard", "milliards"), _G),
    **dict.fromkeys(("tn", "trn", "trillion", "trillions"), _T),
}
_SMALL = {"十": 10, "百": 100, "千": 1000, "십": 10, "백": 100, "천": 1000}
_LARGE = {
    **dict.fromkeys("万萬만", Decimal(10) ** 4),
    **dict.fromkeys("億억", Decimal(10) ** 8),
    **dict.fromkeys("兆조", Decimal(10) ** 12),
}
_KANJI_DIGITS = {digit: number for number, digit in enumerate("〇一二三四五六七八九")}
_EAST_ASIAN = frozenset({*_SMALL, *_LARGE, *_KANJI_DIGITS})
_TOKEN = re.compile(r"[\d.,]+|\S")

_GROUPED_BY_SPACE = re.compile(r"\d{1,3}(?:[ ']\d{3})+(?:[.,]\d{1,2})?")
_GROUPED_BY_COMMA = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_GROUPED_BY_DOT = re.compile(r"[1-9]\d{0,2}(?:(?:\.\d{3}){2,}(?:,\d+)?|\.\d{3},\d+)")
_DECIMAL_POINT = re.compile(r"\d*\.\d+")
_DECIMAL_COMMA = re.compile(r"\d+,\d{1,2}")
# What a spreadsheet writes into a CSV file for a long number in a narrow column: 4.57E+07.
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?e\+\d\d")
_FIGURE_AND_UNIT = re.compile(r"([\d.,' ]*\d) ?([a-z0]*)\.?(?: (?:de|of))?")

_APPROXIMATE = (
    r"~|≈|±|\b(?:about|around|approx\.?|approximately|circa|ca\.?|c\.|roughly|some|nearly|almost"
    r"|environ|env\.?|autour de|pres de|a peu pres|quelque)(?= |\d|$)"
    r"|約|およそ|おおよそ|概ね|ほぼ|약|대략"
)
_AT_MOST = (
    r"<=?|≤|≦|\b(?:up to|at most|max\.?|maximum(?: of| de)?|no more than|not more than|less than"
    r"|under|below|fewer than|jusqu'a|jusque|au plus|moins de)(?= |\d|$)|最大|最高|上限|최대|최고"
)
_AT_LEAST = (
    r">=?|≥|≧|\b(?:at least|min\.?|minimum(?: of| de)?|more than|no less than|not less than|over"
    r"|above|au moins|plus de)(?= |\d|$)|最低|最小|少なくとも|최소|적어도"
)
_PREFIX = re.compile(
    rf"^ ?(?:(?P<approximate>{_APPROXIMATE})|(?P<at_most>{_AT_MOST})|(?P<at_least>{_AT_LEAST})) ?"
)
_SUFFIX = re.compile(
    r" ?(?:(?P<approximate>程度|前後|ほど|くらい|ぐらい|弱|強|정도|가량|내외|안팎|쯤"
    r"|approx\.?|approximately|or so|env\.?|environ)"
    r"|(?P<at_most>以下|以内|未満|まで|이하|이내|미만|까지|max\.?|maximum|at most|or less|or fewer"
    r"|ou moins|au plus)"
    r"|(?P<at_least>\+|~|以上|超|から|より|이상|초과|부터|min\.?|minimum|at least|or more|and up"
    r"|and above|plus|ou plus|et plus|au moins)) ?$"
)
_RANGE = re.compile(
    r"(?:between |entre |from |de |du )?(.*[\da-z十百千万萬億兆십백천만억조]) ?"
    r"(?:~|-|から|以上|부터|에서|이상|\b(?:to|a|and|et|through)\b) ?(\S.*?)(?:の間|사이|まで|까지)?"
)
_NEGATIVE = re.compile(r"[-▲△] ?\d|\( ?[\d.,' ]+[a-z]* ?\)")


def is_negative(text: str) -> bool:
    """Whether the number is below zero, as -5, ▲5 or (5)."""
    return _NEGATIVE.match(text.strip()) is not None


def read_quantity(text: str) -> Quantity | None:
    """The quantity in a `plain` text without currency or noun, or None if it is not one."""
    if len(text) > LONGEST:
        return None
    bare, qualifier = _take_qualifiers(text)
    single = read_number(bare)
    if single is not None:
        return Quantity(single, None, qualifier)
    parts = _RANGE.fullmatch(bare)
    if parts is None:
        return None
    low, high = read_number(parts[1].strip()), read_number(parts[2].strip())
    if low is None or high is None:
        return None
    if not low.has_unit and high.has_unit:
        low = Number(low.figure, high.unit, has_unit=True)
    return Quantity(low, high, Qualifier.BETWEEN)


def whole_bounds(quantity: Quantity, cell: Cell) -> tuple[int, int | None, Qualifier]:
    """The quantity in whole units, rounded half up, with the ends of a range in order."""
    low = _rounded(quantity.low.value)
    if quantity.high is None:
        return low, None, quantity.qualifier
    high = _rounded(quantity.high.value)
    if high < low:
        raise ValueProblem(
            N_("“%(value)s” runs from the larger to the smaller number. Write the smaller first."),
            value=quoted(cell),
        )
    return (low, high, Qualifier.BETWEEN) if low < high else (low, None, Qualifier.EXACT)


def read_number(text: str) -> Number | None:
    """One number with its unit, or None."""
    if any(character in _EAST_ASIAN for character in text):
        return _read_east_asian(text)
    if _SCIENTIFIC.fullmatch(text):
        return Number(Decimal(text))
    match = _FIGURE_AND_UNIT.fullmatch(text)
    if match is None:
        return None
    unit = _UNITS.get(match[2]) if match[2] else Decimal(1)
    figure = _read_figure(match[1])
    if unit is None or figure is None:
        return None
    is_ambiguous = not match[2] and re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", match[1]) is not None
    return Number(figure, unit, has_unit=bool(match[2]), is_ambiguous=is_ambiguous)


def read_unit(text: str) -> Decimal | None:
    """What a unit alone multiplies by: "millions", "百万", "억"; None if it is not a unit."""
    text = text.strip(" .")
    if text in _UNITS:
        return _UNITS[text]
    if text and all(character in _SMALL or character in _LARGE for character in text):
        number = _read_east_asian(f"1{text}")
        return number.value if number is not None else None
    return None


def _take_qualifiers(text: str) -> tuple[str, Qualifier]:
    """The text without its words of degree; a bound says more than "about" beside it."""
    found: set[str] = set()
    for pattern in (_PREFIX, _SUFFIX, _PREFIX, _SUFFIX):
        match = pattern.search(text)
        if match is not None and len(match[0]) < len(text):
            found.update(name for name, part in match.groupdict().items() if part)
            text = text[: match.start()] + text[match.end() :]
    text = text.strip()
    if "at_least" in found:
        return text, Qualifier.AT_LEAST
    if "at_most" in found:
        return text, Qualifier.AT_MOST
    return text, Qualifier.APPROXIMATE if found else Qualifier.EXACT


def _read_figure(text: str) -> Decimal | None:
    text = text.strip()
    if text.isdecimal():
        return Decimal(text)
    if _GROUPED_BY_SPACE.fullmatch(text):
        return Decimal(text.replace(" ", "").replace("'", "").replace(",", "."))
    if _GROUPED_BY_COMMA.fullmatch(text):
        return Decimal(text.replace(",", ""))
    if _GROUPED_BY_DOT.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if _DECIMAL_POINT.fullmatch(text):
        return Decimal(text)
    if _DECIMAL_COMMA.fullmatch(text):
        return Decimal(text.replace(",", "."))
    return None


def _read_east_asian(text: str) -> Number | None:
    """Figures grouped by ten thousands: 1億2,000万, 2천만, 百万, 三億五千万."""
    total, section, figures, has_unit = Decimal(0), Decimal(0), 0, False
    figure: Decimal | None = None
    first: Decimal | None = None
    has_section, last = False, Decimal("Infinity")
    for token in _TOKEN.findall(text):
        if token in _SMALL:
            section += (Decimal(1) if figure is None else figure) * _SMALL[token]
            figure, has_section, has_unit = None, True, True
        elif token in _LARGE:
            if (figure is None and not has_section) or _LARGE[token] >= last:
                return None
            last = _LARGE[token]
            total += (section + (figure or 0)) * last
            section, figure, has_section, has_unit = Decimal(0), None, False, True
        elif figure is None:
            figure = (
                Decimal(_KANJI_DIGITS[token]) if token in _KANJI_DIGITS else _read_figure(token)
            )
            if figure is None:
                return None
            figures += 1
            first = figure if first is None else first
        else:
            return None
    if last != Decimal("Infinity") and last >= _LARGE["億"] and has_section:
        # 2억 5천 means 2억 5천만 to some and 2억 5000 to others.
        return None
    value = total + section + (figure or 0)
    if first and figure is None and figures == 1:
        return Number(first, value / first, has_unit=True)
    return Number(value, has_unit=has_unit)


def _rounded(value: Decimal) -> int:
    return int(value.to_integral_value(rounding="ROUND_HALF_UP"))
