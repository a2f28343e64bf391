"""`bre questionnaire` and `bre evaluate` at the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crm.cli import main

Run = Callable[..., tuple[int, Any]]


def exit_code(*arguments: str) -> int:
    """What the process would end with."""
    try:
        return main(list(arguments))
    except SystemExit as stop:
        return int(stop.code or 0)


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run(document, "--lang", "fr")`: the exit code and the JSON on stdout."""

    def call(document: object, *options: str) -> tuple[int, Any]:
        file = tmp_path / "answers.json"
        text = document if isinstance(document, str) else json.dumps(document)
        file.write_text(text, encoding="utf-8")
        data = str(tmp_path / "no office")
        code = exit_code("bre", "evaluate", str(file), "--data", data, "--json", *options)
        return code, json.loads(capsys.readouterr().out)

    return call


def rules_of(answer: Any) -> list[str]:
    return [flag["rule"] for flag in answer["flags"]]


def test_a_file_is_judged_without_any_office(run: Run) -> None:
    code, answer = run(
        {
            "questionnaire": "default",
            "version": 1,
            "today": "2026-11-22",
            "answers": {
                "C1.employees_now": 120,
                "C1": {"employees_in_12_months": 108},
                "C2": 3,
                "D3": {"share_us": 70.1, "tariff_exposure": True},
                "E4": 4,
                "E3": ["permits"],
                "E6": 9,
                "G1": None,
            },
            "previous": {"C2.expatriates": 5},
        }
    )
    assert code == 0
    assert (answer["overall"], answer["composed"], answer["today"]) == ("red", False, "2026-11-22")
    assert answer["axes"] == {"risk": "red", "expansion": "green"}
    assert rules_of(answer) == ["C1-red", "C2-yellow", "D3-yellow", "E4-red", "E6-green"]
    first, second = answer["flags"][:2]
    assert first["evidence"][1] == {
        "part": "C1.employees_in_12_months",
        "question": "C1",
        "value": 108,
        "visit": "this",
        "label": "Employees expected in 12 months",
        "printed": "108",
    }
    assert (first["version"], first["severity"], first["axis"], first["kind"]) == (
        1,
        "red",
        "risk",
        "answer",
    )
    assert (second["kind"], second["evidence"][0]["visit"]) == ("trend", "last")
    assert answer["flags"][2]["evidence"][0]["value"] == 70.1
    assert [task["option"] for task in answer["tasks"]] == ["permits"]
    assert answer["leads"][0]["kind"] == "referral"


def test_a_file_may_hold_nothing_but_answers(run: Run) -> None:
    code, answer = run({"E4": 4, "today": "2026-11-22"})
    assert (code, rules_of(answer), answer["today"]) == (0, ["E4-red"], "2026-11-22")
    code, answer = run({})
    assert (code, answer["overall"], answer["flags"]) == (0, "none", [])


def test_the_day_of_the_visit_can_be_given(run: Run) -> None:
    answers = {"today": "2026-11-22", "answers": {"C6.agreement_expires": "2027-05-23"}}
    assert rules_of(run(answers)[1]) == []
    assert rules_of(run(answers, "--today", "2026-11-23")[1]) == ["C6-yellow"]


def test_the_last_visit_may_lie_in_a_file_of_its_own(run: Run, tmp_path: Path) -> None:
    last = tmp_path / "last.json"
    last.write_text(json.dumps({"answers": {"G2.overall": 5}}), encoding="utf-8")
    assert rules_of(run({"G2": 3}, "--previous", str(last))[1]) == ["G2-yellow-since-last"]
    assert rules_of(run({"G2": 3}, "--previous", str(last), "--lang", "fr")[1])
    last.write_text(json.dumps({"G2": 4}), encoding="utf-8")
    assert rules_of(run({"G2": 3}, "--previous", str(last))[1]) == []


def test_three_yellows_are_told_as_composed(run: Run) -> None:
    answer = run({"D4": 41, "F2": "yes", "C7": "yes"})[1]
    assert (answer["overall"], answer["composed"]) == ("red", True)


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ("{", "answers.json is not JSON"),
        ("[]", "answers.json holds no answers by key."),
        ({"answers": [1]}, "“answers” holds answers by key"),
        ({"answers": {}, "previous": 4}, "“previous” holds the answers of the last visit"),
        ({"answers": {}, "colour": 1}, "“colour” is not known beside the answers."),
        ({"answers": {}, "today": "22/11/2026"}, "“22/11/2026” is not a day."),
        ({"answers": {}, "version": 2}, "There is only “default”, version 1."),
        ({"answers": {}, "questionnaire": "own"}, "The answers are to “own”, version 1."),
    ],
)
def test_a_file_that_is_none_is_refused(run: Run, document: object, sentence: str) -> None:
    code, answer = run(document)
    assert code == 1
    assert sentence in answer["error"]


def test_wrong_answers_are_all_named(run: Run) -> None:
    code, answer = run(
        {"answers": {"C1.employes_now": 1, "E4": 9}, "previous": {"answers": {"E6": 7}}}
    )
    assert code == 1
    assert [problem["part"] for problem in answer["problems"]] == [
        "C1.employes_now",
        "E4.relocation_likelihood",
    ]
    assert "C1.employees_now" in answer["problems"][0]["message"]
    code, answer = run({"answers": {}, "previous": {"E6": 70}})
    assert (code, answer["problems"][0]["part"]) == (1, "previous: E6.score")


def test_for_a_person_it_prints_a_line_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"D4": 41, "F2": "yes", "C7": "yes", "E3": ["land"], "E6": 9}))
    assert exit_code("bre", "evaluate", str(file), "--lang", "fr") == 0
    assert capsys.readouterr().out.splitlines() == [
        "Overall: red (by yellow flags together: a person confirms it or sets it down)",
        "yellow  C7-yellow: Il y a un problème d'immigration ou de permis de travail.",
        "yellow  D4-yellow: Le plus gros client représente 41\u00a0% des ventes.",
        "green   E6-green: L'entreprise nous recommanderait (9/10).",
        "yellow  F2-yellow: L'entreprise dépend d'une source unique ou voit un risque"
        " chez un fournisseur.",
        "task    E3-constraint: Agir sur ce qui freine l'agrandissement\u00a0:"
        " Terrains ou bâtiments.",
        "lead    referral: E6-green",
    ]
    file.write_text(json.dumps({"E4": 9}))
    assert exit_code("bre", "evaluate", str(file)) == 1
    shown = capsys.readouterr()
    assert shown.out == "E4.relocation_likelihood: “9” lies outside 1 to 5.\n"
    assert "Mistakes: 1" in shown.err


def test_the_questionnaire_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("bre", "questionnaire", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    questions = [question for section in document["sections"] for question in section["questions"]]
    assert len(questions) == 42
    assert list(questions[0]["text"]) == ["en", "fr", "ja", "ko"]
    assert exit_code("bre", "questionnaire", "--lang", "ko", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["sections"][2]["title"] == "인력·고용"
    assert exit_code("bre", "questionnaire") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "A  This site"
    assert "      E4.relocation_likelihood (rating)  Likelihood of relocating" in lines
    assert exit_code("bre", "questionnaire", "--lang", "de") == 2
