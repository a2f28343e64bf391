"""Lead rows: values as they truly are, and one message a mistake."""

from datetime import date

import pytest

from crm.imports.columns import guess_kind, match_columns
from crm.imports.lead_rows import LeadRow, parse_lead_rows
from crm.imports.problems import Notice, RowProblem
from crm.imports.reading import read_table
from models.errors import DomainError
from models.import_batch import BatchKind
from models.lead import LossReason
from models.measure import UNKNOWN, Measure, Precision, Qualifier, StatedDate
from models.stage import STAGES, Status
from tests.crm.imports.offices import (
    CSV_ENCODINGS,
    TODAY,
    WORDS,
    make_office,
    to_csv,
    to_xlsx,
)

CASES = [(language, code) for language, codes in CSV_ENCODINGS.items() for code in codes]
Result = tuple[list[LeadRow], list[RowProblem], list[Notice]]


def _read(content: bytes) -> Result:
    table = read_table(content)
    assert guess_kind(table.headers) is BatchKind.LEADS
    return parse_lead_rows(table, match_columns(table.headers, BatchKind.LEADS), today=TODAY)


def _rows(*rows: str, headers: str = "Ref,Company,First contact") -> Result:
    return _read("\n".join((headers, *rows)).encode())


def _one(**cells: str) -> LeadRow:
    cells = {"Company": "A", "First contact": "2024-01-05", **cells}
    leads, problems, _ = _read(to_csv(list(cells), [list(cells.values())]))
    assert problems == []
    return leads[0]


def _mistakes(**cells: str) -> list[tuple[str, str]]:
    cells = {"Company": "A", "First contact": "2024-01-05", **cells}
    _, problems, _ = _read(to_csv(list(cells), [list(cells.values())]))
    assert {problem.row for problem in problems} <= {2}
    return [(problem.column, problem.text()) for problem in problems]


@pytest.mark.parametrize(("language", "encoding"), [*CASES, *[(one, "xlsx") for one in WORDS]])
def test_an_office_s_leads_are_read_as_they_truly_are(language: str, encoding: str) -> None:
    office = make_office(language, 60, seed=7)
    write = to_xlsx if encoding == "xlsx" else to_csv
    more = () if encoding == "xlsx" else (encoding,)
    leads, problems, _ = _read(write(office.headers, office.rows, *more))
    assert problems == []
    assert len(leads) == 60
    for number, (lead, true) in enumerate(zip(leads, office.truth, strict=True), start=2):
        assert lead.number == number
        assert (lead.ref, lead.country) == (true.ref, true.country)
        assert lead.first_contact_on.on == true.first
        assert lead.stage is STAGES[true.stage]
        assert lead.stage_since is not None
        assert lead.stage_since.on == true.since
        assert lead.status is (Status.LOST if true.is_lost else Status.ACTIVE)
        assert lead.last_contact_on is not None
        assert lead.last_contact_on.on == true.last
        assert (lead.capex.value, lead.capex.currency) == (true.amount, true.currency)
        assert (lead.jobs.value, lead.meetings_count) == (true.jobs, true.meetings)
        if encoding not in ("cp1252", "cp932", "euc_jp", "cp949", "euc_kr"):
            assert (lead.company, lead.company_native) == (true.company, true.native or None)


def test_a_whole_row() -> None:
    lead = _one(
        **{
            "Ref": "A-1",
            "Company": "Hakusan Logistics Co., Ltd.",
            "Company (local name)": "㈱白山物流",
            "Code name": "Project Maple",
            "Country": "Japan",
            "City": "Nagoya",
            "Type": "Expansion",
            "Sector": "Batteries",
            "Source": "JETRO",
            "Owner": "L. Chen",
            "Office": "Tokyo",
            "Stage": "Proposal",
            "Stage since": "May 2024",
            "Status": "Lost",
            "Closed on": "2024-08",
            "Reason": "Lost to Ohio",
            "Capex": "5-10M",
            "Currency": "CAD",
            "Jobs": "~24",
            "Meetings": "9",
            "Last contact": "2024-07-01",
            "Next action": "Send proposal",
            "Next action on": "2027-01-10",
            "Target date": "Q2 2027",
            "Likelihood": "60%",
            "Contact": "Hayashi Taro",
            "Contact title": "部長",
            "E-mail": "taro@example.com",
            "Website": "www.example.com",
            "Notes": '=HYPERLINK("x")',
        }
    )
    assert lead.loss_reason is LossReason.PLACE_WON
    assert lead.lost_to == "Ohio"
    assert lead.capex == Measure(5_000_000, Qualifier.BETWEEN, 10_000_000, "CAD", "5-10M")
    assert lead.jobs == Measure(24, Qualifier.APPROXIMATE, as_printed="~24")
    assert lead.stage_since == StatedDate(date(2024, 5, 1), Precision.MONTH, "May 2024")
    assert lead.closed_on == StatedDate(date(2024, 8, 1), Precision.MONTH, "2024-08")
    assert lead.target_on == StatedDate(date(2027, 4, 1), Precision.QUARTER, "Q2 2027")
    assert lead.likelihood is not None
    assert lead.likelihood.chance == 0.6
    assert (lead.website, lead.contact_email) == ("https://www.example.com", "taro@example.com")
    assert (lead.notes, lead.code_name, lead.office) == (
        '=HYPERLINK("x")',
        "Project Maple",
        "Tokyo",
    )
    assert lead.damaged == frozenset()


def test_unknown_stays_unknown() -> None:
    columns = [
        "Country",
        "Stage",
        "Status",
        "Capex",
        "Currency",
        "Jobs",
        "Meetings",
        "Last contact",
        "Sector",
    ]
    lead = _one(**dict.fromkeys(columns, "-"))
    for value in (lead.country, lead.stage, lead.status, lead.meetings_count, lead.sector):
        assert value is None
    assert (lead.last_contact_on, lead.capex, lead.jobs) == (None, UNKNOWN, UNKNOWN)


def test_a_currency_without_an_amount_is_kept() -> None:
    assert _one(Capex="", Currency="JPY").capex == Measure(currency="JPY")


def test_the_script_of_a_single_name_decides() -> None:
    for header in ("Company", "会社名", "회사명"):
        text = f"Ref,{header},First contact\n1,株式会社八雲,2024-01-05\n2,Yakumo Foods,2024-01-05\n"
        leads, problems, _ = _read(text.encode())
        assert problems == []
        assert [(lead.company, lead.company_native) for lead in leads] == [
            (None, "株式会社八雲"),
            ("Yakumo Foods", None),
        ]


def test_crossed_names_are_put_right() -> None:
    lead = _one(**{"Company": "株式会社八雲", "Company (local name)": "Yakumo Foods"})
    assert (lead.company, lead.company_native) == ("Yakumo Foods", "株式会社八雲")


def test_a_code_name_is_enough() -> None:
    lead = _one(**{"Company": "", "Code name": "Project Maple"})
    assert (lead.company, lead.code_name) == (None, "Project Maple")


def test_text_lost_to_question_marks_is_unknown_and_noticed() -> None:
    leads, problems, notices = _rows(
        "L1,Who? Games,2024-01-05,????????,??? ???",
        "L2,?? Logistics,2024-01-05,주식회사 우람,fine",
        headers="Ref,Company,First contact,Company (local name),Notes",
    )
    assert problems == []
    assert (leads[0].company, leads[0].company_native, leads[0].notes) == ("Who? Games", None, None)
    assert [lead.damaged for lead in leads] == [frozenset(), frozenset({"company"})]
    assert [(notice.row, notice.column) for notice in notices] == [
        (2, "Company (local name)"),
        (2, "Notes"),
        (3, "Company"),
    ]
    assert "replaced by question marks" in notices[0].text()


def test_a_lost_cell_is_unknown_in_every_column() -> None:
    lead = _one(Stage="????", Capex="???", Country="??", Owner="??? ???", Jobs="??")
    assert (lead.stage, lead.country, lead.owner) == (None, None, None)
    assert (lead.capex, lead.jobs) == (UNKNOWN, UNKNOWN)


def test_what_deserves_a_second_look_is_noticed() -> None:
    _, problems, notices = _rows(
        "A,2024-01-05,45.7,CAD", "B,2024-01-05,5M,$", headers="Company,First contact,Capex,Currency"
    )
    assert problems == []
    assert "Write 45.7M if it means millions" in notices[0].text()
    assert "which dollar" in notices[1].text()
    assert [(notice.row, notice.column) for notice in notices] == [(2, "Capex"), (3, "Currency")]


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"Company": ""}, "Company", "names no company"),
        ({"Company": "????"}, "Company", "letters of the company's name"),
        ({"First contact": ""}, "First contact", "is needed"),
        ({"First contact": "unknown"}, "First contact", "is needed"),
        ({"First contact": "someday"}, "First contact", "not a date"),
        ({"First contact": "2026-11-02"}, "First contact", "in the future"),
        ({"First contact": "2027"}, "First contact", "in the future"),
        ({"Last contact": "2026-12-01"}, "Last contact", "in the future"),
        ({"Last contact": "2023-12-31"}, "Last contact", "earlier than the first contact"),
        ({"Stage since": "2023"}, "Stage since", "earlier than the first contact"),
        ({"Stage since": "2026-12-01"}, "Stage since", "in the future"),
        ({"Closed on": "2023-05-01"}, "Closed on", "earlier than the first contact"),
        (
            {"Stage since": "2024-05-01", "Closed on": "2024-04-30"},
            "Closed on",
            "earlier than the stage's date",
        ),
        ({"Country": "Atlantis"}, "Country", "not a country"),
        ({"Stage": "Halfway"}, "Stage", "not a stage"),
        ({"Status": "Sleeping"}, "Status", "not a status"),
        ({"Type": "Adventure"}, "Type", "not a type"),
        ({"Capex": "lots"}, "Capex", "not an amount"),
        ({"Capex": "-5M"}, "Capex", "below zero"),
        ({"Capex": "US$5M", "Currency": "CAD"}, "Currency", "different currencies"),
        ({"Currency": "XYZ"}, "Currency", "not a currency"),
        ({"Capex": "US$5M", "Currency": "XYZ"}, "Currency", "not a currency"),
        ({"Jobs": "-5"}, "Jobs", "below zero"),
        ({"Jobs": "40.5"}, "Jobs", "not a whole number"),
        ({"Meetings": "a few"}, "Meetings", "not a whole number"),
        ({"Likelihood": "150%"}, "Likelihood", "not a likelihood"),
        ({"E-mail": "taro"}, "E-mail", "not an e-mail"),
        ({"Website": "javascript:alert(1)"}, "Website", "not a web address"),
        ({"Next action on": "next week"}, "Next action on", "not a date"),
        ({"Company": "A" * 301}, "Company", "301 characters"),
    ],
)
def test_one_mistake_one_message(cells: dict[str, str], column: str, says: str) -> None:
    ((found, text),) = _mistakes(**cells)
    assert found == column
    assert says in text


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        # A first contact in the future makes every other date one: that is not a second mistake.
        (
            {"First contact": "2027-01-01", "Stage since": "2027-01-01", "Last contact": "2027-02"},
            ["First contact"],
        ),
        # A first contact after everything else is itself the mistake.
        (
            {
                "First contact": "2025-01-01",
                "Stage since": "2024-01-01",
                "Last contact": "2024-02-01",
            },
            ["First contact"],
        ),
        # Two mistakes stay two.
        (
            {"First contact": "someday", "Last contact": "2027-01-01"},
            ["First contact", "Last contact"],
        ),
        (
            {"Stage since": "2027-01-01", "Last contact": "2027-02-01"},
            ["Stage since", "Last contact"],
        ),
        ({"Jobs": "-5", "Capex": "lots", "Stage": "Halfway"}, ["Jobs", "Capex", "Stage"]),
    ],
)
def test_what_follows_from_a_mistake_is_not_told_again(
    cells: dict[str, str], columns: list[str]
) -> None:
    assert [column for column, _ in _mistakes(**cells)] == columns


def test_coarse_dates_are_compared_by_what_they_may_mean() -> None:
    assert _mistakes(**{"First contact": "2024-05-20", "Stage since": "May 2024"}) == []
    assert _mistakes(**{"First contact": "2024", "Last contact": "2024-03-01"}) == []
    assert _mistakes(**{"First contact": "2026-11", "Last contact": "2026-11-01"}) == []


def test_history_without_a_reason_or_a_day_is_allowed() -> None:
    lead = _one(Status="Lost", Reason="", Stage="Engaged")
    assert (lead.status, lead.reason, lead.loss_reason, lead.closed_on) == (
        Status.LOST,
        None,
        None,
        None,
    )


def test_the_same_reference_twice_names_the_first_row() -> None:
    leads, problems, _ = _rows(
        "L1,A,2024-01-05", "L2,B,2024-01-05", "l1,C,2024-01-05", ",D,2024-01-05", ",E,2024-01-05"
    )
    assert [lead.company for lead in leads] == ["A", "B", "D", "E"]
    assert [(problem.row, problem.column) for problem in problems] == [(4, "Ref")]
    assert problems[0].text() == "The reference “l1” already stands in row 2."


def test_a_workbook_s_numbers_are_references_too() -> None:
    headers = ("Ref", "Company", "First contact")
    rows = [(1001, "A", date(2024, 1, 5)), (1001, "B", date(2024, 1, 5))]
    leads, problems, _ = _read(to_xlsx(headers, rows))
    assert [lead.ref for lead in leads] == ["1001"]
    assert [problem.row for problem in problems] == [3]


def test_a_column_s_dates_decide_for_one_another() -> None:
    leads, problems, _ = _rows("L1,A,03/04/2024", "L2,B,25/12/2023")
    assert problems == []
    assert [lead.first_contact_on.on for lead in leads] == [date(2024, 4, 3), date(2023, 12, 25)]
    _, problems, _ = _rows("L1,A,03/04/2024", "L2,B,2023-12-25")
    assert [problem.row for problem in problems] == [2]
    assert "2024-04-03 or 2024-03-04" in problems[0].text()


def test_a_column_s_likelihoods_decide_for_one_another() -> None:
    headers = "Company,First contact,Likelihood"
    for cells, chances in ((("0.6", "1"), [0.6, 1.0]), (("60", "1"), [0.6, 0.01])):
        leads, problems, _ = _rows(*(f"A,2024-01-05,{cell}" for cell in cells), headers=headers)
        assert problems == []
        assert [lead.likelihood and lead.likelihood.chance for lead in leads] == chances


def test_a_truth_value_is_not_the_number_one() -> None:
    rows = [("A", date(2024, 1, 5), 1), ("B", date(2024, 1, 5), True)]
    leads, problems, _ = _read(to_xlsx(("Company", "First contact", "Jobs"), rows))
    assert [lead.jobs.value for lead in leads] == [1]
    assert [(problem.row, problem.column) for problem in problems] == [(3, "Jobs")]


def test_the_unit_in_a_header_scales_the_column() -> None:
    leads, problems, notices = _rows(
        "A,2024-01-05,45.7", headers="Company,First contact,Capex (CAD M)"
    )
    assert (problems, notices) == ([], [])
    assert (leads[0].capex.value, leads[0].capex.currency) == (45_700_000, "CAD")


def test_a_missing_column_is_one_sentence() -> None:
    with pytest.raises(DomainError, match="no column for the first contact"):
        _rows("L1,A,Engaged", headers="Ref,Company,Stage")


def test_a_row_with_too_many_cells_is_one_mistake() -> None:
    leads, problems, _ = _rows("L1,Hakusan, Ltd.,2024-01-05", "L2,B,2024-01-05")
    assert [lead.ref for lead in leads] == ["L2"]
    assert [problem.row for problem in problems] == [2]
