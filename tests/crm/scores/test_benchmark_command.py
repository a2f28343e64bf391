"""`scores benchmark` on files as offices have them."""

import csv
import io
import json
import random
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from crm.cli import main
from crm.scores.ends import find_ends
from crm.scores.lead_tables import read_lead_table
from models.errors import DomainError

Row = list[Any]
QUICK = ("--sizes", "40", "--seeds", "2")


def _leads(count: int = 200, seed: int = 0) -> list[Row]:
    """A reference, a source that matters, a size, a day, an estimate, the stage, the end."""
    chooser = random.Random(seed)
    rows = []
    for number in range(count):
        source = chooser.choice(["見本市", "紹介", "Web"])
        is_won = chooser.random() < {"見本市": 0.1, "紹介": 0.75, "Web": 0.25}[source]
        day = f"{2020 + number // 60}/{1 + number // 5 % 12}/{1 + number * 7 % 28}"
        estimate = chooser.choice(["高", "中"] if is_won else ["中", "低"])
        stage = chooser.choice(["提案", "交渉"])
        size = f"{chooser.randint(1, 900) * 1000:,}"
        end = "" if number % 20 == 7 else "成約" if is_won else "失注"
        rows.append([f"L-{number:04}", source, size, day, estimate, stage, end])
    return rows


HEADER = ["案件番号", "経路", "投資額", "初回接触日", "確度", "段階", "結果"]


def _text(rows: list[Row], delimiter: str = ",", header: list[str] | None = None) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(HEADER if header is None else header)
    writer.writerows(rows)
    return out.getvalue()


@pytest.fixture
def leads(tmp_path: Path) -> Path:
    file = tmp_path / "leads.csv"
    file.write_text(_text(_leads()), encoding="utf-8")
    return file


def _run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    code = main(["scores", "benchmark", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_an_office_file_of_japan_is_read_judged_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "案件.csv"
    file.write_bytes(_text(_leads(), ";").encode("cp932"))
    to = tmp_path / "found.json"
    time = ("--time", "初回接触日")
    code, out, err = _run(capsys, file, "--target", "結果", *time, *QUICK, "--json", to)
    assert (code, err) == (0, "")
    found = json.loads(to.read_text(encoding="utf-8"))
    assert (found["encoding"], found["delimiter"]) == ("cp932", ";")
    assert (found["rows_read"], found["rows_without_end"]) == (200, 10)
    assert found["columns"]["used"] == ["経路", "投資額", "段階"]
    assert (found["stage"], found["likelihood"]) == ("段階", "確度")
    assert found["likelihood_given"] == 190
    left_out = {one["column"]: one["why"] for one in found["columns"]["left_out"]}
    assert left_out["案件番号"] == "row_name"
    assert found["rows"]["judged"] == 57
    assert found["versions"].keys() == {"python", "numpy", "pandas", "scikit-learn", "scipy"}
    assert max(map(len, out.splitlines())) <= 100
    assert "people's own estimate" in out
    assert "Verdict: usable. On the newest 57 leads the model is better than base rate" in out


def test_a_workbook_a_marked_file_and_a_plain_one_give_the_same_figures(
    tmp_path: Path, leads: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    marked = tmp_path / "marked.csv"
    marked.write_text("sep=\t\n" + _text(_leads(), "\t"), encoding="utf-8-sig")
    book = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(book) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["Our leads"])
        for place, row in enumerate([HEADER, *_leads()], start=2):
            sheet.write_row(place, 0, row)
            if place > 2:
                sheet.write_number(place, 2, int(row[2].replace(",", "")))
    answers = []
    for file in (leads, marked, book):
        code, out, _ = _run(capsys, file, "--target", "結果", "--json", *QUICK)
        assert code == 0
        answers.append(json.loads(out)["sizes"][0]["contenders"]["model"]["log_loss"])
    assert answers[0] == answers[1] == answers[2]


def test_what_gives_the_end_away_is_put_aside_until_a_person_answers_for_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [[*row, "署名済" if row[-1] == "成約" else "なし"] for row in _leads()]
    file = tmp_path / "leads.csv"
    file.write_text(_text(rows, header=[*HEADER, "契約"]), encoding="utf-8")
    code, out, _ = _run(capsys, file, "--target", "結果", *QUICK)
    assert code == 0
    assert "契約: gives the end away by itself" in out
    code, out, _ = _run(capsys, file, "--target", "結果", "--keep", "契約", "--json", *QUICK)
    found = json.loads(out)
    assert (code, [one["column"] for one in found["columns"]["kept"]]) == (0, ["契約"])
    assert "契約" in found["columns"]["used"]


def test_noise_has_no_usable_pattern(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chooser = random.Random(1)
    rows = [
        [chooser.choice("abc"), chooser.randint(1, 99), chooser.choice(["Won", "Lost", "Engaging"])]
        for _ in range(400)
    ]
    file = tmp_path / "noise.csv"
    file.write_text(_text(rows, header=["agent", "size", "deal_stage"]), encoding="utf-8")
    code, out, _ = _run(capsys, file, "--target", "deal_stage", "--in-order", *QUICK)
    assert code == 0
    assert "Verdict: no usable pattern yet." in out
    assert "Left out without an end" in out


def test_nothing_of_the_office_is_touched(
    tmp_path: Path, leads: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_DATABASE_URL", "postgresql://nowhere.invalid/none")
    code, _, _ = _run(capsys, leads, "--target", "結果", "--data", tmp_path / "data", *QUICK)
    assert (code, (tmp_path / "data").exists()) == (0, False)


@pytest.mark.parametrize(
    ("content", "options", "sentence"),
    [
        (None, ("--target", "x"), "cannot be read (No such file or directory)."),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, ("--target", "x"), "encoding"),
        (b"", ("--target", "x"), "The file is empty."),
        (b"size,out\n" * 3, ("--target", "outt"), "no column “outt”. Perhaps “out”?"),
        (b"size,out\n" + b"1,yes\n" * 12, ("--target", "zzzz"), "Its columns: “size”, “out”."),
        (b"size,out\n" + b"1,yes\n2,no\n" * 4, ("--target", "out"), "Only 8 leads in “out”"),
        (b"size,out\n" + b"1,yes\n" * 12, ("--target", "out"), "ended alike: “yes” (12)."),
        (b"size,out\n" + b"1,open\n" * 12, ("--target", "out"), "No lead in “out” has an end."),
        (b"size,out\n" + b"1,A\n2,B\n3,C\n" * 4, ("--target", "out"), "--positive VALUE"),
        (
            b"size,out\n" + b"1,A\n2,B\n3,C\n" * 4,
            ("--target", "out", "--positive", "D"),
            "“D” does not stand in “out”, which holds “A” (4), “B” (4), “C” (4).",
        ),
        (
            b"size,out\n" + b"x,yes\ny,no\n" * 9,
            ("--target", "out", "--time", "size"),
            "holds neither dates nor numbers, such as “x”",
        ),
        (b"size,out\n" + b"1,yes\n1,no\n" * 9, ("--target", "out"), "No column is left"),
        (b'size,out\n"x,yes\n' + b"y,no\n" * 40, ("--target", "out"), "quotation mark opens"),
    ],
    ids=[
        "no file",
        "a picture",
        "an empty file",
        "a name nearly right",
        "a name unheard of",
        "too few",
        "all alike",
        "all open",
        "three words",
        "no such word",
        "no time",
        "nothing left",
        "no quotation end",
    ],
)
def test_mistakes_say_what_where_and_how_to_mend_them(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: bytes | None,
    options: tuple[str, ...],
    sentence: str,
) -> None:
    file = tmp_path / "file.csv"
    if content is not None:
        file.write_bytes(content)
    found, out, err = _run(capsys, file, *options, "--json")
    # A file that is not there is wrong usage, as for every command.
    code = 2 if content is None else 1
    assert (found, json.loads(out)["error"]) == (code, err.strip())
    assert sentence in err


@pytest.mark.parametrize(
    ("won", "lost", "still"),
    [
        ("Won", "Lost", "Negotiation"),
        ("yes", "no", ""),
        ("1", "0", "-"),
        ("1.0", "0.0", ""),
        ("成約", "失注", "進行中"),
        ("수주", "실주", "진행 중"),
        ("Gagné", "perdu", "En cours"),
        ("TRUE", "FALSE", ""),
        ("Closed won", "Closed - lost", "Open"),
        ("Announced", "Abandoned", "Passed on"),
        ("Converted", "something else", ""),
    ],
)
def test_ends_are_known_by_their_words(tmp_path: Path, won: str, lost: str, still: str) -> None:
    file = tmp_path / "file.csv"
    file.write_text(_text([["a", end] for end in (won, lost, still)], header=["x", "end"]))
    ends = find_ends(read_lead_table(file).frame["end"], "end")
    assert ends.won.tolist() == [1, 0, -1]


def test_a_person_says_what_won_means() -> None:
    import pandas as pd

    values = pd.Series(["Signed up", "Nope", "Later", "Lost", None])
    assert find_ends(values, "end", "signed-up").won.tolist() == [1, -1, -1, 0, -1]
    assert find_ends(values[:3], "end", "Later").won.tolist() == [0, 0, 1]
    with pytest.raises(DomainError, match="cannot be told"):
        find_ends(values[:3], "end")


def test_cells_are_numbers_dates_or_words_by_what_all_of_them_can_be(tmp_path: Path) -> None:
    header = ["money", "comma", "code", "iso", "written", "packed", "mixed", "x", "x", ""]
    rows: list[Row] = [
        ["$1,200.50", "1.200,5", "00123", "2024-04-03", "3 April 2024", "20240403", "12", "a", "b"],
        ["¥900", "7,25", "00124", "2024-04-04 10:00", "2024年4月4日", "20240404", "n/a", "c", "d"],
        ["-3", "", "00125", "", "", "20240405", "twelve", "e", "f"],
    ]
    file = tmp_path / "file.csv"
    text = _text([[*row, "last"] for row in rows], ";", header) + "1;2;3;4;5;6;7;8;9;10;11\n\n"
    file.write_text(text, encoding="utf-8")
    read = read_lead_table(file)
    frame = read.frame
    assert list(frame.columns[-3:]) == ["x", "x (2)", "Column J"]
    assert read.unreadable_rows == 1
    assert frame["money"].tolist() == [1200.5, 900.0, -3.0]
    assert frame["comma"].tolist()[:2] == [1200.5, 7.25]
    assert frame["code"].tolist() == ["00123", "00124", "00125"]
    for name in ("iso", "written", "packed"):
        assert frame[name].dt.day.tolist()[:2] == [3, 4]
    assert frame["mixed"].tolist() == ["12", None, "twelve"]
    assert frame["comma"].isna().tolist() == [False, False, True]


def test_two_headers_that_together_are_a_known_word_stay_two(tmp_path: Path) -> None:
    """ "ab,out" would else be one column: "about", which an import knows."""
    file = tmp_path / "file.csv"
    file.write_text("ab,out\n1,Won\n2,Lost\n")
    assert list(read_lead_table(file).frame.columns) == ["ab", "out"]


def test_a_file_beyond_the_limits_of_an_import_is_read(tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    file.write_text("a,end\n" + "x,Won\ny,Lost\n" * 30_000)
    assert len(read_lead_table(file).frame) == 60_000


def test_a_bar_shows_on_a_terminal_only(
    leads: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.cli.benchmark.sys.stderr.isatty", lambda: True, raising=False)
    _, _, err = _run(capsys, leads, "--target", "結果", *QUICK)
    assert "Learning and judging" in err
