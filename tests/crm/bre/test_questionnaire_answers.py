"""Answers are typed, forgiving in form, and never defaulted."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.bre.answers import AnswersRefusedError, parse_answer, parse_answers
from crm.bre.printing import print_answer
from crm.bre.questionnaire import default_questionnaire
from crm.bre.values import NoAnswer
from models.measure import Measure, Precision, Qualifier, StatedDate


def value(part: str, raw: object) -> object:
    return parse_answers({part: raw}).given.get(part)


@pytest.mark.parametrize(
    ("part", "raw", "expected"),
    [
        ("C1.employees_now", 120, 120),
        ("C1.employees_now", "1,200", 1200),
        ("C1.employees_now", 0, 0),
        ("C1.employees_now", 12.5, Decimal("12.5")),
        ("A4.space_used", "85%", 85),
        ("A4.space_used", "84.9 %", Decimal("84.9")),
        ("E4.relocation_likelihood", "4", 4),
        ("E4.relocation_likelihood", 4.0, 4),
        ("E6.score", 0, 0),
        ("E5.courted", True, "yes"),
        ("E5.courted", False, "no"),
        ("E5.courted", "Oui", "yes"),
        ("E5.courted", "いいえ", "no"),
        ("E5.courted", "예", "yes"),
        ("B6.view_of_canada", "Reduce", "reduce"),
        ("B6.view_of_canada", "縮小", "reduce"),
        ("D2.this_year", "break-even", "break_even"),
        ("E1.plans", "expand", ("expand",)),
        ("E1.plans", ["close", "expand", "expand"], ("expand", "close")),
        ("E1.plans", "sell, close", ("sell", "close")),
        ("E1.plans", [], ()),
        ("E1.plans", "none", ()),
        ("B4.capex_last_3y", 0, Measure(0, Qualifier.EXACT)),
        ("B4.capex_last_3y", 5e6, Measure(5_000_000, Qualifier.EXACT)),
        (
            "B4.capex_last_3y",
            {"amount": 5, "currency": "cad"},
            Measure(5, Qualifier.EXACT, currency="CAD"),
        ),
        (
            "B4.capex_last_3y",
            "about C$5 million",
            Measure(5_000_000, Qualifier.APPROXIMATE, None, "CAD", "about C$5 million"),
        ),
        # A dollar sign does not say which dollar.
        (
            "B4.capex_last_3y",
            "$5 million",
            Measure(5_000_000, Qualifier.EXACT, None, None, "$5 million"),
        ),
        ("A3.lease_ends", "2027-03-31", StatedDate(date(2027, 3, 31))),
        ("A3.lease_ends", "2027-03", StatedDate(date(2027, 3, 1), Precision.MONTH)),
        ("A3.lease_ends", "2027-Q2", StatedDate(date(2027, 4, 1), Precision.QUARTER)),
        ("A3.lease_ends", 2027, StatedDate(date(2027, 1, 1), Precision.YEAR)),
        (
            "A3.lease_ends",
            "March 2027",
            StatedDate(date(2027, 3, 1), Precision.MONTH, "March 2027"),
        ),
        (
            "A3.lease_ends",
            {"on": "2027-05-20", "precision": "quarter"},
            StatedDate(date(2027, 4, 1), Precision.QUARTER),
        ),
        ("H1.fix_now", "  The road ", "The road"),
        ("A1.naics", 3363, "3363"),
        ("B1.ultimate_parent", "㈱例", "㈱例"),
        ("H1.fix_now", "  ", None),
        ("C1.employees_now", "", None),
        ("C1.employees_now", "unknown", NoAnswer.UNKNOWN),
        ("C1.employees_now", "未定", NoAnswer.UNKNOWN),
        ("E5.courted", "don't know", NoAnswer.UNKNOWN),
        ("H1.fix_now", "unknown", NoAnswer.UNKNOWN),
        ("E1.plans", "unknown", NoAnswer.UNKNOWN),
        *((part, None, NoAnswer.SKIPPED) for part in ("E5.courted", "H1.fix_now", "E1.plans")),
        ("E5.courted", "skip", NoAnswer.SKIPPED),
        ("H1.fix_now", "Skipped", NoAnswer.SKIPPED),
    ],
)
def test_a_value_is_read(part: str, raw: object, expected: object) -> None:
    found = value(part, raw)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("part", "raw", "sentence"),
    [
        ("C1.employees_now", "many", "“many” is not a number. Write digits, such as 120."),
        ("C1.employees_now", True, "“True” is not a number."),
        ("C1.employees_now", -1, "“-1” lies outside 0 to 1000000000."),
        ("C1.employees_now", float("nan"), "“nan” is not a number."),
        ("C1.employees_now", "1,20", "“1,20” is not a number."),
        ("C1.employees_now", [120], "“[120]” is not a number."),
        ("A4.space_used", 101, "“101” lies outside 0 to 100."),
        ("E4.relocation_likelihood", 6, "“6” lies outside 1 to 5."),
        ("E4.relocation_likelihood", 0, "“0” lies outside 1 to 5."),
        ("E4.relocation_likelihood", 3.5, "“3.5” is not a whole number from 1 to 5."),
        ("E6.score", 11, "“11” lies outside 0 to 10."),
        ("E5.courted", "perhaps", "“perhaps” is not an answer here. Use yes, no, unknown or"),
        ("E5.courted", 1, "“1” is not an answer here."),
        ("B6.view_of_canada", "reduse", "“reduse” is none of the options (reduce?). Use one of:"),
        ("E1.plans", ["expand", "explode"], "“explode” is none of the options"),
        ("E1.plans", 4, "Give a list of options: same, expand, downsize,"),
        ("B4.capex_last_3y", 1.5, "“1.5” is not a whole amount from 0 on."),
        ("B4.capex_last_3y", Decimal("1E+999999999"), "is not a whole amount from 0 on."),
        ("A4.space_used", Decimal("1E-999999999"), "is not a number."),
        ("A4.space_used", Decimal("1E+999999999"), "lies outside 0 to 100."),
        ("B4.capex_last_3y", -5, "“-5” is not a whole amount from 0 on."),
        ("B4.capex_last_3y", {"currency": "CAD"}, "The amount is missing."),
        ("B4.capex_last_3y", {"amount": 5, "currency": "CANADA"}, "“CANADA” is not a currency."),
        ("B4.capex_last_3y", {"amount": 5, "unit": "CAD"}, "“unit” is not known here."),
        (
            "B4.capex_last_3y",
            {"amount": "JPY 5", "currency": "CAD"},
            "name different currencies.",
        ),
        ("B4.capex_last_3y", {"amount": 5, "qualifier": "between"}, "do not fit together."),
        ("B4.capex_last_3y", [5], "Write an amount, such as 5000000"),
        ("A3.lease_ends", "soon", "“soon”"),
        ("A3.lease_ends", "2027-02-30", "“2027-02-30”"),
        ("A3.lease_ends", True, "Write a date, such as 2027-03-31"),
        ("A3.lease_ends", {"on": "2027-01-01", "precision": "week"}, "“week” is no precision."),
        ("H1.fix_now", ["road"], "Write a text."),
        ("A1.naics", "3" * 501, "The text is longer than 500 characters."),
    ],
)
def test_a_wrong_value_names_its_part_and_how_to_mend_it(
    part: str, raw: object, sentence: str
) -> None:
    with pytest.raises(AnswersRefusedError) as refused:
        parse_answers({part: raw})
    assert [problem.part for problem in refused.value.problems] == [part]
    assert sentence in refused.value.problems[0].text()
    with pytest.raises(AnswersRefusedError):
        parse_answer(default_questionnaire().get_part(part), raw)


@pytest.mark.parametrize(
    "document",
    [
        {"C1.employees_now": 120, "C1.employees_year_ago": None},
        {"C1": {"employees_now": 120, "employees_year_ago": "skip"}},
        {"c1": {"C1.Employees_Now": 120, "EMPLOYEES_YEAR_AGO": "skipped"}},
    ],
)
def test_parts_may_stand_under_their_question(document: Any) -> None:
    answers = parse_answers(document)
    assert answers.value("C1.employees_now") == 120
    assert answers.was_skipped("C1.employees_year_ago")
    assert answers.value("C1.employees_year_ago") is None
    assert not answers.was_asked("C1.employees_in_12_months")


@pytest.mark.parametrize(
    ("question", "raw", "part", "expected"),
    [
        ("E4", 4, "E4.relocation_likelihood", 4),
        ("B6", "exit", "B6.view_of_canada", "exit"),
        ("E1", ["sell"], "E1.plans", ("sell",)),
        ("E3", ["land"], "E3.constraints", ("land",)),
        ("E5", "yes", "E5.courted", "yes"),
        ("E6", 9, "E6.score", 9),
        ("D2", "loss", "D2.this_year", "loss"),
    ],
)
def test_a_bare_answer_goes_to_the_only_or_the_main_part(
    question: str, raw: object, part: str, expected: object
) -> None:
    assert dict(parse_answers({question: raw}).given) == {part: expected}


def test_a_question_can_be_skipped_as_a_whole() -> None:
    answers = parse_answers({"C4": None, "D1": "skip"})
    assert set(answers.given) == {
        "C4.recruitment",
        "C4.retention",
        "D1.sales_last_3y",
        "D1.sales_next_12m",
    }
    assert set(answers.given.values()) == {NoAnswer.SKIPPED}
    assert parse_answers({"D1": "unknown"}).given["D1.sales_last_3y"] is NoAnswer.UNKNOWN


@pytest.mark.parametrize(
    ("document", "part", "sentence"),
    [
        ({"C1.employes_now": 1}, "C1.employes_now", "Perhaps one of these: C1.employees_now,"),
        ({"C1": {"now": 1}}, "C1.now", "Perhaps one of these: C1."),
        ({"C1": {"C2.expatriates": 1}}, "C1.C2.expatriates", "has no such part"),
        ({"Q77": 1}, "Q77", "The questionnaire has no such part."),
        ({"C4": 2}, "C4", "Answer them one by one: C4.recruitment, C4.retention."),
        ({"E4": 4, "E4.relocation_likelihood": 2}, "E4.relocation_likelihood", "answered twice"),
    ],
)
def test_a_wrong_key_is_refused_with_those_that_are_near(
    document: Any, part: str, sentence: str
) -> None:
    with pytest.raises(AnswersRefusedError) as refused:
        parse_answers(document)
    assert [problem.part for problem in refused.value.problems] == [part]
    assert sentence in refused.value.problems[0].text()


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(AnswersRefusedError) as refused:
        parse_answers({"E4": 9, "E6": 9, "C4": 1, "Q": 1})
    assert [one.part for one in refused.value.problems] == ["E4.relocation_likelihood", "C4", "Q"]
    assert "Mistakes: 3, the first in E4.relocation_likelihood." in str(refused.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["amount", "currency", "qualifier", "upper", "on", "precision"])
            | st.text(max_size=5),
            inner,
            max_size=3,
        )
    ),
    max_leaves=5,
)
KEYS = [part.key for part in default_questionnaire().parts] + [
    question.id for question in default_questionnaire().questions
]


@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=6), JSON, max_size=4))
def test_any_json_is_read_or_refused_and_survives_being_written(document: Any) -> None:
    try:
        answers = parse_answers(document)
    except AnswersRefusedError as refused:
        # Every sentence finds its parameters.
        _ = [problem.text() for problem in refused.problems]
        return
    assert parse_answers(json.loads(json.dumps(answers.document()))) == answers
    for part, answer in answers.given.items():
        assert print_answer(default_questionnaire().get_part(part), answer, "fr")


def test_answers_survive_being_written_and_read() -> None:
    answers = parse_answers(
        {
            "A3.lease_ends": "about March 2027",
            "B3.mandate_ends": "2027-Q2",
            "C6.agreement_expires": 2027,
            "G3.open_since": "2026-10",
            "B4.capex_last_3y": {"amount": 5, "currency": "CAD"},
            "B4.capex_planned_3y": "JPY 3-5 million",
            "A4": 84.9,
            "E1": ["expand"],
            "E3": [],
            "E5": "unknown",
            "H1": None,
            "A1.products": "Axles",
        }
    )
    assert parse_answers(json.loads(json.dumps(answers.document()))) == answers


@pytest.mark.parametrize(
    ("part", "raw", "language", "printed"),
    [
        ("E4", 4, "en", "4/5"),
        ("E6", 9, "ko", "9/10"),
        ("A4", 84.9, "fr", "84,9\u00a0%"),
        ("E2.floor_area", 12000, "en", "12,000 m²"),
        ("B4.capex_last_3y", {"amount": 5000000, "currency": "CAD"}, "en", "5,000,000 CAD"),
        ("B4.capex_last_3y", "at least CAD 5000000", "ja", "5,000,000 CAD以上"),
        ("A3.lease_ends", "2027-03", "fr", "mars 2027"),
        ("A3.lease_ends", "2027-03-31", "ja", "2027/03/31"),
        ("E1.plans", ["expand", "sell"], "ja", "拡張、売却"),
        ("E1.plans", [], "en", "none of these"),
        ("E5.courted", "yes", "ko", "예"),
        ("E5.courted", None, "fr", "passé"),
        ("E5.courted", "unknown", "ja", "不明"),
        ("H1", "The road", "fr", "The road"),
    ],
)
def test_an_answer_in_words(part: str, raw: object, language: str, printed: str) -> None:
    ((key, answer),) = parse_answers({part: raw}).given.items()
    assert print_answer(default_questionnaire().get_part(key), answer, language) == printed


def test_a_part_that_was_never_asked_is_not_known() -> None:
    assert print_answer(default_questionnaire().get_part("H1.fix_now"), None) == "not known"
