"""Whatever stands in a cell: a value or a sentence, never anything else."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.imports.addresses import parse_email, parse_website
from crm.imports.amounts import parse_amount, parse_jobs, parse_meetings, read_column_unit
from crm.imports.columns import match_columns
from crm.imports.countries import parse_country
from crm.imports.currencies import parse_currency
from crm.imports.dates import find_date_order, parse_date
from crm.imports.lead_rows import parse_lead_rows
from crm.imports.losses import classify_reason, find_place
from crm.imports.problems import ValueProblem
from crm.imports.reading import read_table
from crm.imports.table import Cell
from crm.imports.text import is_unknown, parse_text
from crm.imports.vocabulary import (
    parse_lead_type,
    parse_likelihood,
    parse_stage,
    parse_stage_or_status,
    parse_status,
)
from models.import_batch import BatchKind
from tests.crm.imports.offices import TODAY, make_office, to_csv

PARSERS: tuple[Callable[[Cell], object], ...] = (
    parse_amount,
    parse_country,
    parse_currency,
    parse_date,
    parse_email,
    parse_jobs,
    parse_lead_type,
    parse_likelihood,
    parse_meetings,
    parse_stage,
    parse_stage_or_status,
    parse_status,
    parse_text,
    parse_website,
)
WORDS = st.text(
    "0123456789.,-~+ 年月日億万円約以上年/()$€¥%MKmkaeTojun억원천백조약명千百十上半期度R",
    max_size=24,
)
CELLS = st.one_of(
    WORDS,
    st.text(max_size=40),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.none(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.__name__)
@given(cell=CELLS)
def test_a_value_or_a_sentence(parser: Callable[[Cell], object], cell: Cell) -> None:
    try:
        parser(cell)
    except ValueProblem as problem:
        text = problem.message % problem.params
        assert len(text) < 400
        assert "\n" not in text


LONG = (
    *("a." * 400, "a@" + "b." * 400, "<" * 900, "1 " * 49, "1," * 49, "~" * 99, "5 ~" * 33),
    *("$ " * 50, "約" * 99, "十" * 99, "1億" * 49, "a to " * 20, "lost to " + "A" * 900),
    *("A " * 450, "に" * 900, "may " * 20, "2024 " * 16, "(" * 90, "Capex " * 16, "月" * 79),
    *(" " * 100 + "x", "x" * 32_000, "1" * 32_000, "- " * 16_000, "()" * 16_000),
)


@pytest.mark.parametrize("cell", LONG, ids=range(len(LONG)))
def test_no_cell_takes_long(cell: str) -> None:
    started = time.process_time()
    for parser in PARSERS:
        try:
            parser(cell)
        except ValueProblem:
            continue
    find_place(cell[:1_000])
    classify_reason(cell[:1_000])
    find_date_order([cell])
    is_unknown(cell)
    read_column_unit(cell[:100])
    match_columns([cell], BatchKind.LEADS)
    assert time.process_time() - started < 0.5


def test_ten_thousand_rows_are_read_in_a_few_seconds() -> None:
    """The target is under two seconds of a quiet machine; four tell a real slip from a busy one."""
    office = make_office("ja", 10_000)
    content = to_csv(office.headers, office.rows, "cp932")
    started = time.process_time()
    table = read_table(content)
    mapping = match_columns(table.headers, BatchKind.LEADS)
    leads, problems, _ = parse_lead_rows(table, mapping, today=TODAY)
    spent = time.process_time() - started
    assert (len(leads), problems) == (10_000, [])
    assert spent < 4
