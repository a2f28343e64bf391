"""Dates in four languages: every way of writing one leads back to the same day."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.imports.dates import DateOrder, find_date_order, last_day, parse_date
from crm.imports.problems import ValueProblem
from models.measure import Precision, StatedDate

ENGLISH = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
FRENCH = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]

DAY_WRITERS = {
    "iso": lambda on: on.isoformat(),
    "slashes": lambda on: on.strftime("%Y/%m/%d"),
    "dots": lambda on: on.strftime("%Y.%m.%d"),
    "korean dots": lambda on: f"{on.year}. {on.month}. {on.day}.",
    "digits": lambda on: on.strftime("%Y%m%d"),
    "american": lambda on: f"{ENGLISH[on.month - 1]} {on.day}, {on.year}",
    "american short": lambda on: f"{ENGLISH[on.month - 1][:3]} {on.day:02}, {on.year}",
    "english": lambda on: f"{on.day} {ENGLISH[on.month - 1]} {on.year}",
    "excel english": lambda on: f"{on.day:02}-{ENGLISH[on.month - 1][:3]}-{on.year}",
    "weekday": lambda on: f"{on:%A}, {ENGLISH[on.month - 1]} {on.day}, {on.year}",
    "french": lambda on: f"{on.day} {FRENCH[on.month - 1]} {on.year}",
    "french first": lambda on: (
        f"{'1er' if on.day == 1 else on.day} {FRENCH[on.month - 1].upper()} {on.year}"
    ),
    "japanese": lambda on: f"{on.year}年{on.month}月{on.day}日",
    "japanese padded": lambda on: f"{on.year}年{on.month:02}月{on.day:02}日(金) 15:30",
    "full width": lambda on: on.isoformat().translate(
        {ord("0") + n: 0xFF10 + n for n in range(10)}
    ),
    "korean": lambda on: f"{on.year}년 {on.month}월 {on.day}일",
    "korean close": lambda on: f"{on.year}년{on.month}월{on.day}일 (금)",
    "moment": lambda on: f"{on.isoformat()}T09:15:00Z",
    "afternoon": lambda on: f"{on.year}. {on.month}. {on.day}. 오후 3:05",
}


@pytest.mark.parametrize("style", DAY_WRITERS)
@given(on=st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_day_comes_back_from_every_way_of_writing_it(style: str, on: date) -> None:
    printed = DAY_WRITERS[style](on)
    assert parse_date(printed) == StatedDate(on, Precision.DAY, printed)


@given(on=st.dates(date(2019, 5, 1), date(2099, 12, 31)))
def test_reiwa_years_count_from_2019(on: date) -> None:
    year = on.year - 2018
    for printed in (
        f"令和{year}年{on.month}月{on.day}日",
        f"R{year}.{on.month}.{on.day}",
        f"r{year}/{on.month:02}/{on.day:02}",
        f"令和{'元' if year == 1 else year}年{on.month}月{on.day}日",
    ):
        stated = parse_date(printed)
        assert stated is not None
        assert (stated.on, stated.precision) == (on, Precision.DAY)


@given(on=st.dates(date(1989, 1, 8), date(2019, 4, 30)))
def test_heisei_years_count_from_1989(on: date) -> None:
    for printed in (
        f"平成{on.year - 1988}年{on.month}月{on.day}日",
        f"H{on.year - 1988}.{on.month}.{on.day}",
    ):
        stated = parse_date(printed)
        assert stated is not None
        assert stated.on == on


@pytest.mark.parametrize(
    ("printed", "on", "precision"),
    [
        ("2024-05", date(2024, 5, 1), Precision.MONTH),
        ("2024/5", date(2024, 5, 1), Precision.MONTH),
        ("05/2024", date(2024, 5, 1), Precision.MONTH),
        ("May 2024", date(2024, 5, 1), Precision.MONTH),
        ("mai 2024", date(2024, 5, 1), Precision.MONTH),
        ("août 2023", date(2023, 8, 1), Precision.MONTH),
        ("2024年5月", date(2024, 5, 1), Precision.MONTH),
        ("令和5年10月", date(2023, 10, 1), Precision.MONTH),
        ("2024년 5월", date(2024, 5, 1), Precision.MONTH),
        ("2024年5月頃", date(2024, 5, 1), Precision.MONTH),
        ("2024年5月中旬", date(2024, 5, 1), Precision.MONTH),
        ("early May 2024", date(2024, 5, 1), Precision.MONTH),
        ("about 2024-05-09", date(2024, 5, 1), Precision.MONTH),
        ("2024-Q2", date(2024, 4, 1), Precision.QUARTER),
        ("T4 2023", date(2023, 10, 1), Precision.QUARTER),
        ("2e trimestre 2024", date(2024, 4, 1), Precision.QUARTER),
        ("2024年第2四半期", date(2024, 4, 1), Precision.QUARTER),
        ("2024년 3분기", date(2024, 7, 1), Precision.QUARTER),
        ("2024", date(2024, 1, 1), Precision.YEAR),
        ("2024年", date(2024, 1, 1), Precision.YEAR),
        ("令和元年", date(2019, 1, 1), Precision.YEAR),
        ("2024년", date(2024, 1, 1), Precision.YEAR),
        ("end of 2024", date(2024, 1, 1), Precision.YEAR),
    ],
)
def test_a_period_is_kept_by_its_first_day(printed: str, on: date, precision: Precision) -> None:
    assert parse_date(printed) == StatedDate(on, precision, printed)


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("2024-02", date(2024, 2, 29)),
        ("2023-Q4", date(2023, 12, 31)),
        ("2023", date(2023, 12, 31)),
        ("2023-07-04", date(2023, 7, 4)),
    ],
)
def test_the_last_day_of_a_period(printed: str, day: date) -> None:
    stated = parse_date(printed)
    assert stated is not None
    assert last_day(stated) == day


@pytest.mark.parametrize(
    "printed",
    ["", "   ", "-", "—", "n/a", "TBD", "unknown", "不明", "未定", "미정", "inconnu", None],
)
def test_nothing_and_unknown_are_no_date(printed: str | None) -> None:
    assert parse_date(printed) is None


@pytest.mark.parametrize(
    ("printed", "says"),
    [
        ("soon", "not a date that can be read"),
        ("45321", "not a date that can be read"),
        ("5月3日", "not a date that can be read"),
        ("2024-05-09 to 2024-06-01", "not a date that can be read"),
        ("1824-05-09", "not a date that can be read"),
        ("9" * 500, "not a date that can be read"),
        ("2024-02-30", "not a day of the calendar"),
        ("31/02/2024", "not a day of the calendar"),
        ("2024-13-01", "not a day of the calendar"),
        ("2024年2月30日", "not a day of the calendar"),
        ("令和元年4月30日", "not a day of the calendar"),
        ("令和0年", "not a day of the calendar"),
        ("平成0年1月1日", "not a day of the calendar"),
        ("03/04/24", "year of two digits"),
        ("5-Mar-24", "year of two digits"),
        ("May 21, 22", "year of two digits"),
        ("24年5月3日", "year of two digits"),
        ("03/04/2024", "Write it as 2024-04-03 or 2024-03-04"),
        ("FY2024", "fiscal"),
        ("令和5年度", "fiscal"),
    ],
)
def test_what_cannot_be_read_says_why(printed: str, says: str) -> None:
    with pytest.raises(ValueProblem) as caught:
        parse_date(printed)
    assert says in caught.value.message % caught.value.params


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["03/04/2024", "25/12/2023"], DateOrder.DAY_FIRST),
        (["03/04/2024", "12/25/2023"], DateOrder.MONTH_FIRST),
        (["03-04-2024", "25.12.2023"], DateOrder.DAY_FIRST),
        (["03/04/2024", "05/06/2024", "2024-12-25"], None),
        (["25/12/2023", "12/25/2023"], None),
        (["12/04/2024", "04/12/2024"], None),
        (["", None, 20.0, "x" * 200], None),
    ],
)
def test_a_column_tells_which_comes_first(cells: list[object], order: DateOrder | None) -> None:
    assert find_date_order(cells) is order  # type: ignore[arg-type]


@given(on=st.dates(date(1950, 1, 1), date(2090, 12, 31)))
def test_numeric_dates_follow_the_order_of_their_column(on: date) -> None:
    for order, printed in (
        (DateOrder.DAY_FIRST, on.strftime("%d/%m/%Y")),
        (DateOrder.MONTH_FIRST, on.strftime("%m/%d/%Y")),
    ):
        stated = parse_date(printed, order)
        assert stated is not None
        assert stated.on == on


@pytest.mark.parametrize(
    ("cell", "on", "precision"),
    [
        (date(2024, 5, 9), date(2024, 5, 9), Precision.DAY),
        (datetime(2024, 5, 9, 23, 30), date(2024, 5, 9), Precision.DAY),  # noqa: DTZ001
        (45421.0, date(2024, 5, 9), Precision.DAY),
        (45421.75, date(2024, 5, 9), Precision.DAY),
        (20240509.0, date(2024, 5, 9), Precision.DAY),
        (2024.0, date(2024, 1, 1), Precision.YEAR),
    ],
)
def test_a_workbook_gives_dates_and_numbers(cell: object, on: date, precision: Precision) -> None:
    stated = parse_date(cell)  # type: ignore[arg-type]
    assert stated is not None
    assert (stated.on, stated.precision) == (on, precision)


@pytest.mark.parametrize("cell", [True, -3.0, 7.5, float("nan"), time(3, 4), date(1, 1, 1)])
def test_other_cells_of_a_workbook_are_no_dates(cell: object) -> None:
    with pytest.raises(ValueProblem):
        parse_date(cell)  # type: ignore[arg-type]
