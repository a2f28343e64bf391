"""Reports as files: numbers are numbers, words are only words, and each says what it is about."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pypdf
import pytest
from flask.testing import FlaskClient

from crm.briefing.languages import in_language
from crm.database import Database
from crm.reports.catalogue import REPORTS
from crm.reports.cell_text import cell_text
from crm.reports.charts import ChartKind, ChartSpec, Series
from crm.reports.params import ReportParams
from crm.reports.report import Words
from crm.reports.shown import pipeline
from crm.reports.tables import Absent, Cell, Column, Kind, Link, RowKind, Table, row
from crm.reports.takeaway.csv_files import csv_of
from crm.reports.takeaway.pdf import pdf_bytes
from crm.reports.takeaway.taken import Taken, take
from crm.reports.takeaway.xlsx import sheet_names, xlsx_bytes
from models.user import Role
from tests.crm.reports.conftest import NOW, PastDemo
from tests.crm.reports.pipelines import FIRST, lead_through, stated
from tests.crm.reports.test_pipeline import ADMIN, after
from tests.factories.lead import NOW as THEN

SignIn = Callable[..., FlaskClient]
_SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

TABLE = Table(
    "money",
    "What a/b: [is] stated in every stage of it",
    (
        Column("Stage"),
        Column("Stated", Kind.MONEY, "Investment", "CAD"),
        Column("Share", Kind.PERCENT),
        Column("Since", Kind.DAY),
        Column("Change", Kind.CHANGE),
    ),
    (
        row("=cmd|' /C calc'!A0", 1_250_000, Decimal("0.25"), date(2026, 3, 31), 3),
        row(Cell("東京", note="about"), Cell(5, currency="JPY"), Absent.FEW, Absent.UNKNOWN, -2),
        row("Sum", Absent.NOTHING, 1.0, date(1899, 1, 1), 0, kind=RowKind.TOTAL),
    ),
    footnotes=("=1+1",),
)
CHART = ChartSpec(
    "money", ChartKind.BARS, "By stage", "a: 1", "money", ("東京", "한국"), (Series("S", (1, 2)),)
)


def taken(*tables: Table) -> Taken:
    about = (("Report", "Pipeline"), ("Made by", "-Anna"), ("Made on", "20 Nov 2026"))
    return Taken(
        "pipeline", "Pipeline", about, "It grew.", (CHART,), tables, ("Note.",), NOW, "pipeline"
    )


class Book:
    """A workbook as a spreadsheet program reads it."""

    def __init__(self, content: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        strings = self._tree("xl/sharedStrings.xml")
        self._strings = ["".join(item.itertext()) for item in strings]
        self._formats = {
            int(item.get("numFmtId", "0")): item.get("formatCode", "")
            for item in self._tree("xl/styles.xml").iter(f"{_SPREADSHEET}numFmt")
        }
        [cells] = self._tree("xl/styles.xml").iter(f"{_SPREADSHEET}cellXfs")
        self._looks = [int(item.get("numFmtId", "0")) for item in cells]
        self.names = [
            item.get("name") for item in self._tree("xl/workbook.xml").iter(f"{_SPREADSHEET}sheet")
        ]

    def _tree(self, name: str) -> ElementTree.Element:
        return ElementTree.fromstring(self._archive.read(name))

    @property
    def has_formulas(self) -> bool:
        return any(
            b"<f>" in self._archive.read(name)
            for name in self._archive.namelist()
            if name.startswith("xl/worksheets/")
        )

    def cells(self, sheet: int) -> dict[str, str | float]:
        found: dict[str, str | float] = {}
        for item in self._tree(f"xl/worksheets/sheet{sheet}.xml").iter(f"{_SPREADSHEET}c"):
            value = item.find(f"{_SPREADSHEET}v")
            if value is None or value.text is None:
                continue
            is_text = item.get("t") == "s"
            found[item.get("r", "")] = (
                self._strings[int(value.text)] if is_text else float(value.text)
            )
        return found

    def format(self, sheet: int, place: str) -> str:
        for item in self._tree(f"xl/worksheets/sheet{sheet}.xml").iter(f"{_SPREADSHEET}c"):
            if item.get("r") == place:
                look = self._looks[int(item.get("s", "0"))]
                return self._formats.get(look, {9: "0%", 3: "#,##0"}.get(look, str(look)))
        raise AssertionError(place)


def test_a_workbook_has_real_numbers_and_safe_words() -> None:
    with in_language("en"):
        book = Book(xlsx_bytes(taken(TABLE)))
    assert book.names == ["About", "What a b is stated in every sta"]
    assert not book.has_formulas
    cells = book.cells(2)
    assert [cells[f"{letter}1"] for letter in "ABCDEF"] == [
        *("Stage", "Investment: Stated (CAD)", "Share", "Since", "Change", "Note"),
    ]
    assert (cells["A2"], cells["B2"], cells["C2"], cells["E2"]) == (
        *("=cmd|' /C calc'!A0", 1_250_000, 0.25, 3),
    )
    assert cells["D2"] == (date(2026, 3, 31) - date(1899, 12, 30)).days
    assert (cells["C3"], cells["D3"], cells["F3"]) == ("fewer than three", "not known", "about")
    assert (cells["B4"], cells["D4"]) == ("–", "1899-01-01")
    assert book.format(2, "B2") == "#,##0"
    assert book.format(2, "B3") == '#,##0 "JPY"'
    assert book.format(2, "C2") == "0%"
    assert book.format(2, "D2") == "yyyy-mm-dd"
    about = list(book.cells(1).values())
    for words in ("Report", "-Anna", "It grew.", "Note."):
        assert words in about
    assert "=1+1" in cells.values()


def test_a_sheet_is_made_to_be_printed() -> None:
    with in_language("en"):
        content = xlsx_bytes(taken(replace(TABLE, title="Rise & fall")))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet2.xml").decode()
        names = archive.read("xl/workbook.xml").decode()
    assert "<oddHeader>&amp;LPipeline: Rise &amp;&amp; fall</oddHeader>" in sheet
    for words in ('paperSize="9"', 'orientation="landscape"', 'fitToHeight="0"', "<oddFooter>"):
        assert words in sheet, words
    # Two lines of words need two lines of height: not every program finds that out.
    [height] = re.findall(r'<row r="1"[^>]* ht="(\d+)"', sheet)
    assert int(height) >= 30
    assert "_xlnm.Print_Titles" in names


def test_what_stood_there_is_a_number_in_a_column_of_changes() -> None:
    columns = (Column("What"), Column("Leads", Kind.CHANGE))
    lines = (row("Open", Cell(47, kind=Kind.COUNT), kind=RowKind.TOTAL), row("Entered", 9))
    with in_language("en"):
        content = xlsx_bytes(taken(Table("bridge", "Bridge", columns, lines)))
        text = cell_text(lines[0].cells[1], columns[1]), cell_text(lines[1].cells[1], columns[1])
    book = Book(content)
    assert (book.cells(2)["B2"], book.cells(2)["B3"]) == (47.0, 9.0)
    assert (book.format(2, "B2"), book.format(2, "B3")[:1]) == ("#,##0", "+")
    assert text == ("47", "+9")


def test_sheets_have_names_that_a_workbook_takes() -> None:
    def named(title: str) -> Table:
        return Table(title, title, (), ())

    long = "Investment by stage and by country and sector"
    with in_language("en"):
        names = sheet_names(
            [named(long), named(long), named("History"), named("about"), named("?")]
        )
    assert names == [
        "Investment by stage and by coun",
        "Investment by stage and by co 2",
        *("History 2", "about 2", "-"),
    ]
    assert all(len(name) <= 31 for name in names)


def test_a_single_table_as_csv_says_what_it_is_about() -> None:
    with in_language("en"):
        content, is_archive = csv_of(taken(TABLE))
    assert not is_archive
    assert content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert lines[1] == ["'=cmd|' /C calc'!A0", "1250000", "0.25", "2026-03-31", "3", ""]
    assert lines[2] == ["東京", "5 JPY", "fewer than three", "not known", "-2", "about"]
    assert ["Made by", "'-Anna"] in lines
    assert ["How this is counted", "Note."] in lines


def test_several_tables_are_an_archive() -> None:
    other = Table("other", "Other", (Column("A"),), (row("b"),))
    with in_language("en"):
        content, is_archive = csv_of(taken(TABLE, other))
        assert csv_of(taken(TABLE, other))[0] == content
    assert is_archive
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["about.csv", "money.csv", "other.csv"]
        assert archive.read("other.csv").decode("utf-8-sig").split() == ['"A"', '"b"']


def text_of(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def test_a_pdf_holds_tables_charts_and_what_it_is_about() -> None:
    with in_language("en"):
        content = pdf_bytes([taken(TABLE)])
        assert pdf_bytes([taken(TABLE)]) == content
    text = text_of(content)
    for words in ("It grew.", "Made by -Anna", "1,250,000", "fewer than three", "=1+1", "Page 1"):
        assert words in text, words
    # The chart's own label beside the table's: the fonts hold both scripts.
    assert text.count("東京") == 2
    assert "한국" in text


def test_a_pdf_is_for_everybody_to_read() -> None:
    with in_language("fr"):
        content = pdf_bytes([taken(TABLE)])
    found = pypdf.PdfReader(io.BytesIO(content)).root_object
    assert (found["/Lang"], found["/MarkInfo"]["/Marked"]) == ("fr", True)
    assert found["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part>1<" in found["/Metadata"].get_object().get_data()


def test_a_sign_without_a_letter_costs_no_page() -> None:
    with in_language("en"):
        content = pdf_bytes([taken(replace(TABLE, title="Project \U0001f680 Kestrel"))])
    assert "Kestrel" in text_of(content)


def test_numbers_too_wide_for_a_page_turn_it_on_its_side() -> None:
    def sizes(amounts: int) -> list[bool]:
        columns = (Column("Stage"), *(Column(f"C{n}", Kind.MONEY) for n in range(amounts)))
        wide = Table("wide", "Wide", columns, (row("a", *[12_345_678_901] * amounts),))
        with in_language("en"):
            content = pdf_bytes([taken(wide)])
        pages = pypdf.PdfReader(io.BytesIO(content)).pages
        return [page.mediabox.width > page.mediabox.height for page in pages]

    assert sizes(4) == [False]
    assert sizes(11)[1]


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.code)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_report_goes_into_every_file(
    past_demo: PastDemo, report: object, language: str
) -> None:
    assert report in REPORTS
    with past_demo.database.reader(ADMIN) as session, in_language(language):
        found = take(session, report, ReportParams(), now=NOW, words=Words(language))  # type: ignore[arg-type]
        sheets = Book(xlsx_bytes(found)).names
        csv_of(found)
        text = text_of(pdf_bytes([found]))
    assert len(sheets) == len(found.tables) + 1
    assert found.title in text
    for table in found.tables:
        assert " ".join(table.title.split()) in text, past_demo.seed


def test_the_workbook_holds_the_figures_of_the_page(past_demo: PastDemo) -> None:
    with past_demo.database.reader(ADMIN) as session, in_language("en"):
        figures = pipeline.REPORT.figures(session, ReportParams(), now=NOW)
        found = take(session, pipeline.REPORT, ReportParams(), now=NOW, words=Words())
        cells = Book(xlsx_bytes(found)).cells(2)
    assert [cells[f"B{line}"] for line in range(2, 9)] == [
        line.sums.lead_count for line in figures.now.stages[:7]
    ]
    assert cells["B9"] == figures.now.total.lead_count


def test_routes_hand_the_files_over(sign_in: SignIn, database: Database) -> None:
    lead_through(database, FIRST, after(9), capex=stated(1_000_000))
    client = sign_in(Role.VIEWER)
    for ending, kind in (
        ("pdf", "application/pdf"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("csv", "application/zip"),
    ):
        answer = client.get(f"/reports/pipeline.{ending}?as_of=2026-03-31")
        assert answer.status_code == 200
        assert answer.mimetype == kind
        assert "pipeline-2026-03-31." in answer.headers["Content-Disposition"]
    single = client.get("/reports/pipeline.csv?as_of=2026-03-31&table=stages")
    assert single.mimetype == "text/csv"
    assert "First contact" in single.get_data(as_text=True)
    assert client.get("/reports/pipeline.csv?table=none").status_code == 404
    assert client.get("/reports/nothing.pdf").status_code == 404
    assert client.get("/reports/pipeline.pdf?as_of=2999-01-01").status_code == 422
    book = client.get("/reports/book-en.pdf?report=pipeline&report=movement")
    assert "What changed" in text_of(book.data)


def test_the_filters_are_named(sign_in: SignIn, database: Database) -> None:
    lead_through(database, FIRST, after(9))
    client = sign_in(Role.MANAGER)
    answer = client.get("/reports/pipeline.xlsx?country=JP&scope=public&as_of=2026-03-31")
    assert answer.status_code == 200
    about = list(Book(answer.data).cells(1).values())
    for words in ("Japan", "Public: only what may be published", "31 Mar 2026"):
        assert words in about, about
    assert "-public.xlsx" in answer.headers["Content-Disposition"]


def test_leads_of_their_own_are_counted_sums_are_not() -> None:
    leads = Table(
        "leads",
        "Leads",
        (Column("Lead"),),
        tuple(row(Cell("x", Link({"lead_id": "a"}, "leads.show"))) for _ in range(3)),
    )
    assert taken(TABLE, leads).lead_row_count == 3
    assert taken(TABLE).lead_row_count == 0


def test_many_rows_of_leads_ask_for_the_password(
    sign_in: SignIn, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead_through(database, FIRST)
    monkeypatch.setattr(Taken, "lead_row_count", 1_001)
    assert sign_in(Role.VIEWER).get("/reports/pipeline.xlsx").status_code == 403
    client = sign_in(Role.MANAGER)
    assert client.get("/reports/pipeline.xlsx").status_code == 200
    monkeypatch.setattr("crm.reports.takeaway_views.is_recent", lambda: False)
    answer = client.get("/reports/pipeline.xlsx")
    assert answer.status_code == 303
    assert "/confirm" in answer.headers["Location"]


def test_the_moment_is_that_of_the_clock_named() -> None:
    from crm.reports.takeaway.taken import moment_text

    with in_language("en"):
        text = moment_text(datetime(2026, 3, 31, 23, 30, tzinfo=UTC), "Asia/Tokyo")
    assert re.fullmatch(r"1 Apr 2026 08:30 \(Tokyo\)", text)
    assert THEN.tzinfo is not None
