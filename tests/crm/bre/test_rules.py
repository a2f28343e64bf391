"""Every rule of the default questionnaire: at its boundary, one step before, and unanswered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.bre.answers import parse_answers
from crm.bre.evaluation import Evaluation, Overall, evaluate
from crm.bre.questionnaire import default_questionnaire
from crm.bre.rules import RuleKind, Severity, default_rules

TODAY = date(2026, 11, 22)
Given = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """Answers at a rule's boundary, with nothing that it could do without.

    `before` holds changes after which it no longer fires, `others` what fires beside it.
    """

    rule: str
    fires: Given
    before: tuple[Given, ...] = ()
    previous: Given = field(default_factory=dict)
    previous_before: tuple[Given, ...] = ()
    others: tuple[str, ...] = ()


CASES = (
    Case(
        "A3-red",
        {"A3.lease_ends": "2027-11-22", "A3.renewal_decided": "no"},
        ({"A3.lease_ends": "2027-11-23"}, {"A3.renewal_decided": "yes"}, {"A3.tenure": "own"}),
    ),
    Case(
        "A3-yellow",
        {"A3.lease_ends": "2028-11-22"},
        (
            {"A3.lease_ends": "2028-11-23"},
            {"A3.renewal_decided": "yes"},
            {"A3.tenure": "own"},
            {"A3.lease_ends": "2027-11-22", "A3.renewal_decided": "no"},
        ),
    ),
    Case("A4-green", {"A4.space_used": 85}, ({"A4.space_used": 84.9},)),
    Case("A5-red", {"A5.ownership_change": "yes"}, ({"A5.ownership_change": "no"},)),
    Case("A5-yellow", {"A5.manager_change": "yes"}, ({"A5.manager_change": "no"},)),
    Case("A6-red", {"A6.life_cycle": "declining"}, ({"A6.life_cycle": "mature"},)),
    Case("A6-green", {"A6.life_cycle": "growing"}, ({"A6.life_cycle": "mature"},)),
    Case("A6-green", {"A6.life_cycle": "emerging"}, ({"A6.life_cycle": "declining"},)),
    Case("B3-red-sister", {"B3.sister_favoured": "yes"}, ({"B3.sister_favoured": "no"},)),
    Case("B3-red-mandate", {"B3.mandate_ends": "2028-11-22"}, ({"B3.mandate_ends": "2028-11-23"},)),
    Case(
        "B4-red",
        {"B4.capex_last_3y": 0, "B4.capex_planned_3y": 0},
        ({"B4.capex_last_3y": 1}, {"B4.capex_planned_3y": 1}),
    ),
    Case(
        "B4-red-again",
        {"B4.capex_last_3y": 0},
        ({"B4.capex_last_3y": 1}, {"B4.capex_planned_3y": 0}),
        previous={"B4.capex_last_3y": 0},
        previous_before=({"B4.capex_last_3y": 1},),
    ),
    Case(
        "B4-green",
        {"B4.capex_last_3y": 2_000_000, "B4.capex_planned_3y": 2_000_001},
        (
            {"B4.capex_planned_3y": 2_000_000},
            # Amounts in different currencies, or one in none, cannot be compared.
            {"B4.capex_planned_3y": {"amount": 300_000_000, "currency": "JPY"}},
            {"B4.capex_planned_3y": {"amount": 9_000_000, "qualifier": "at_most"}},
        ),
    ),
    Case("B5-green", {"B5.named_in_plan": "yes"}, ({"B5.named_in_plan": "no"},)),
    Case("B6-red", {"B6.view_of_canada": "reduce"}, ({"B6.view_of_canada": "keep"},)),
    Case("B6-red", {"B6.view_of_canada": "exit"}, ({"B6.view_of_canada": "keep"},)),
    Case("B6-green", {"B6.view_of_canada": "grow"}, ({"B6.view_of_canada": "keep"},)),
    # 10 percent of few, and 20 of many.
    Case(
        "C1-red",
        {"C1.employees_now": 120, "C1.employees_in_12_months": 108},
        ({"C1.employees_in_12_months": 109}, {"C1.employees_now": 119}),
    ),
    Case(
        "C1-red",
        {"C1.employees_now": 1000, "C1.employees_in_12_months": 980},
        ({"C1.employees_in_12_months": 981},),
    ),
    Case(
        "C1-red",
        {
            "C1.full_time_now": 100,
            "C1.part_time_now": 15,
            "C1.contract_now": 5,
            "C1.employees_in_12_months": 108,
        },
        ({"C1.contract_now": 4},),
    ),
    Case(
        "C1-green",
        {"C1.employees_now": 120, "C1.employees_in_12_months": 132},
        ({"C1.employees_in_12_months": 131}, {"C1.employees_now": 0}),
    ),
    Case(
        "C1-yellow-since-last",
        {"C1.employees_now": 108},
        ({"C1.employees_now": 109},),
        previous={"C1.employees_now": 120},
        previous_before=({"C1.employees_now": 119},),
    ),
    Case(
        "C2-yellow",
        {"C2.expatriates": 4},
        ({"C2.expatriates": 5},),
        previous={"C2.expatriates": 5},
        previous_before=({"C2.expatriates": 4},),
    ),
    Case(
        "C3-yellow",
        {"C3.open_positions": 13, "C1.employees_now": 120},
        ({"C3.open_positions": 12}, {"C1.employees_now": 130}, {"C1.employees_now": 0}),
    ),
    Case("C4-red", {"C4.recruitment": 1}, ({"C4.recruitment": 3},)),
    Case("C4-red", {"C4.retention": 1}, ({"C4.retention": 2},)),
    Case("C4-yellow", {"C4.recruitment": 2}, ({"C4.recruitment": 3},)),
    Case("C4-yellow", {"C4.retention": 2}, ({"C4.retention": 1},)),
    Case(
        "C6-yellow",
        {"C6.agreement_expires": "2027-05-22"},
        ({"C6.agreement_expires": "2027-05-23"}, {"C6.union": "no"}),
    ),
    Case("C7-yellow", {"C7.permit_issue": "yes"}, ({"C7.permit_issue": "no"},)),
    Case(
        "D1-red",
        {"D1.sales_last_3y": "falling", "D1.sales_next_12m": "falling"},
        ({"D1.sales_last_3y": "steady"}, {"D1.sales_next_12m": "steady"}),
    ),
    Case(
        "D1-green",
        {"D1.sales_last_3y": "rising"},
        ({"D1.sales_last_3y": "steady"}, {"D1.sales_next_12m": "falling"}),
    ),
    Case(
        "D1-green",
        {"D1.sales_next_12m": "rising"},
        ({"D1.sales_next_12m": "steady"}, {"D1.sales_last_3y": "falling"}),
    ),
    Case(
        "D2-red",
        {"D2.this_year": "loss", "D2.last_year": "loss"},
        ({"D2.this_year": "break_even"}, {"D2.last_year": "profit"}),
    ),
    Case(
        "D2-red-again",
        {"D2.this_year": "loss"},
        (
            {"D2.this_year": "profit"},
            {"D2.last_year": "profit"},
            {"D2.last_year": "break_even"},
            {"D2.last_year": "loss"},
        ),
        previous={"D2.this_year": "loss"},
        previous_before=({"D2.this_year": "break_even"},),
    ),
    Case(
        "D3-yellow",
        {"D3.share_us": 70.1, "D3.tariff_exposure": "yes"},
        ({"D3.share_us": 70}, {"D3.tariff_exposure": "no"}),
    ),
    Case("D4-yellow", {"D4.largest_customer_share": 40.5}, ({"D4.largest_customer_share": 40},)),
    Case("D5-green", {"D5.new_products": "yes"}, ({"D5.new_products": "no"},)),
    Case("D5-green", {"D5.research": "yes"}, ({"D5.research": "no"},)),
    Case("D6-red", {"D6.tariffs": 1}, ({"D6.tariffs": 2},)),
    Case("D6-red", {"D6.exchange_rates": 1}, ({"D6.exchange_rates": 2},)),
    Case("D6-red", {"D6.other_risks": 1}, ({"D6.other_risks": 2},)),
    Case("E1-red", {"E1.plans": ["downsize"]}, ({"E1.plans": ["same"]}, {"E1.plans": []})),
    Case("E1-red", {"E1.plans": ["same", "relocate"]}, ({"E1.plans": ["same"]},)),
    Case("E1-red", {"E1.plans": ["sell"]}),
    Case("E1-red", {"E1.plans": ["close"]}),
    Case("E1-green", {"E1.plans": ["expand"]}, ({"E1.plans": ["same"]},)),
    Case("E2-green", {"E2.considered": "yes"}, ({"E2.considered": "no"},)),
    Case("E2-green", {"E2.activity": "Paint shop"}, ({"E2.considered": "no"},)),
    Case("E2-green", {"E2.floor_area": 1}, ({"E2.floor_area": 0},)),
    Case("E2-green", {"E2.capex": 1}, ({"E2.capex": 0},)),
    Case("E2-green", {"E2.jobs": 1}, ({"E2.jobs": 0},)),
    Case("E2-green", {"E2.starts": "2028"}, ({"E2.considered": "no"},)),
    Case("E2-green", {"E2.places": "Ohio"}, ({"E2.considered": "no"},)),
    Case("E4-red", {"E4.relocation_likelihood": 4}, ({"E4.relocation_likelihood": 3},)),
    Case("E5-red", {"E5.courted": "yes"}, ({"E5.courted": "no", "E5.places": "Ohio"},)),
    Case("E6-red", {"E6.score": 4}, ({"E6.score": 5},)),
    Case("E6-green", {"E6.score": 9}, ({"E6.score": 8},)),
    Case("F1-green", {"F1.supplier_gap": "yes"}, ({"F1.supplier_gap": "no"},)),
    Case("F1-green", {"F1.suppliers_wanted": "Die casting"}, ({"F1.supplier_gap": "no"},)),
    Case("F2-yellow", {"F2.supplier_risk": "yes"}, ({"F2.supplier_risk": "no"},)),
    Case("F3-yellow", {"F3.logistics": 2}, ({"F3.logistics": 3},)),
    Case("F3-yellow", {"F3.border": 2}, ({"F3.border": 3},)),
    Case("F3-yellow", {"F3.ports": 2}, ({"F3.ports": 3},)),
    Case("F4-red", {"F4.power": 1}, ({"F4.power": 2, "F4.water": 1, "F4.broadband": 1},)),
    Case(
        "G1-red",
        {"G1.roads": 1, "G1.transit": 1, "G1.utilities": 1},
        ({"G1.utilities": 2}, {"G1.roads": 2}),
    ),
    *(
        Case("G1-yellow", {f"G1.{service}": 2}, ({f"G1.{service}": 3},))
        for service in (
            "permits_planning",
            "development_charges",
            "police_fire",
            "roads",
            "transit",
            "utilities",
        )
    ),
    Case(
        "G2-red",
        {"G2.overall": 2, "G2.change": "worse"},
        ({"G2.overall": 3}, {"G2.change": "same"}),
    ),
    Case(
        "G2-yellow-since-last",
        {"G2.overall": 3},
        ({"G2.overall": 4},),
        previous={"G2.overall": 5},
        previous_before=({"G2.overall": 4},),
    ),
    Case(
        "G3-red",
        {"G3.problem": "yes", "G3.open_since": "2026-10-22"},
        ({"G3.open_since": "2026-10-23"}, {"G3.problem": "no"}),
    ),
    Case("H3-yellow", {"H3.signs": ["silence"]}, ({"H3.signs": []},)),
    Case(
        "X-expansion-blocked",
        {"E1.plans": ["expand"], "E3.constraints": ["land"]},
        ({"E3.constraints": ["permits", "finance", "talent"]}, {"E1.plans": ["same"]}),
        others=("E1-green",),
    ),
    Case(
        "X-expansion-blocked",
        {"E2.considered": "yes", "E3.constraints": ["power"]},
        ({"E3.constraints": []}, {"E2.considered": "no"}),
        others=("E2-green",),
    ),
    Case(
        "X-lease-no-plan",
        {"A3.lease_ends": "2028-05-22", "E1.plans": ["sell"]},
        (
            {"A3.lease_ends": "2028-05-23"},
            {"E1.plans": ["same"]},
            {"E1.plans": ["expand", "close"]},
            {"A3.renewal_decided": "yes"},
            {"A3.tenure": "own"},
        ),
        others=("A3-yellow", "E1-red"),
    ),
)


def judge(answers: Given, previous: Given | None = None, language: str = "en") -> Evaluation:
    """What the default rules say of these answers."""
    return evaluate(
        default_questionnaire(),
        default_rules(),
        parse_answers(answers),
        previous=None if previous is None else parse_answers(previous),
        today=TODAY,
        language=language,
    )


def fired(answers: Given, previous: Given | None = None) -> list[str]:
    """The rules that raise a flag."""
    return [flag.rule for flag in judge(answers, previous).flags]


def _name(case: Case) -> str:
    return f"{case.rule}:{'+'.join(case.fires)}"


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_a_rule_fires_at_its_boundary_and_no_other_does(case: Case) -> None:
    assert sorted(fired(case.fires, case.previous)) == sorted((case.rule, *case.others))


STEPS: list[tuple[Case, Given, Given]] = [
    *((case, {**case.fires, **change}, case.previous) for case in CASES for change in case.before),
    *(
        (case, case.fires, {**case.previous, **change})
        for case in CASES
        for change in case.previous_before
    ),
]


@pytest.mark.parametrize(("case", "answers", "previous"), STEPS)
def test_a_rule_does_not_fire_one_step_before(case: Case, answers: Given, previous: Given) -> None:
    assert case.rule not in fired(answers, previous)


@pytest.mark.parametrize("nothing", ["skipped", "unknown", "absent"])
@pytest.mark.parametrize("case", CASES, ids=_name)
def test_a_rule_never_fires_on_what_nobody_said(case: Case, nothing: str) -> None:
    def without(answers: Given, part: str) -> dict[str, Any]:
        kept = {key: value for key, value in answers.items() if key != part}
        return kept if nothing == "absent" else {**kept, part: nothing}

    for part in case.fires:
        assert case.rule not in fired(without(case.fires, part), case.previous), part
    for part in case.previous:
        assert case.rule not in fired(case.fires, without(case.previous, part)), part
    if case.previous:
        assert case.rule not in fired(case.fires, None)


def test_every_rule_stands_in_the_table() -> None:
    assert {case.rule for case in CASES} == set(default_rules().by_id)


def test_each_flag_names_its_evidence_and_says_why_in_two_languages() -> None:
    for case in CASES:
        english, french = judge(case.fires, case.previous), judge(case.fires, case.previous, "fr")
        for one, other in zip(english.flags, french.flags, strict=True):
            if one.rule == case.rule:
                named = {(part.part, part.is_last) for part in one.evidence}
                assert {(part, False) for part in case.fires} <= named
                assert {(part, True) for part in case.previous} <= named
            assert one.text != other.text
            for text in (one.text, other.text):
                assert "{" not in text
                assert "not known" not in text
                assert "inconnu" not in text


def test_the_kinds_of_the_rules() -> None:
    kinds = {rule.id: rule.kind for rule in default_rules().rules}
    assert {rule for rule, kind in kinds.items() if kind is RuleKind.TREND} == {
        "B4-red-again",
        "C1-yellow-since-last",
        "C2-yellow",
        "D2-red-again",
        "G2-yellow-since-last",
    }
    assert {rule for rule, kind in kinds.items() if kind is RuleKind.CROSS} == {
        "C3-yellow",
        "X-expansion-blocked",
        "X-lease-no-plan",
    }


def test_an_empty_visit_has_no_flag() -> None:
    found = judge({}, {})
    assert (found.flags, found.tasks, found.leads) == ((), (), ())
    assert found.overall is Overall.NONE


PARTS = [part.key for part in default_questionnaire().parts]
NOTHING = st.dictionaries(st.sampled_from(PARTS), st.sampled_from(["skipped", "unknown", None]))


@given(answers=NOTHING, previous=NOTHING)
def test_what_nobody_said_raises_nothing(answers: Given, previous: Given) -> None:
    found = judge(answers, previous)
    assert (found.flags, found.tasks, found.leads) == ((), (), ())


@given(
    cases=st.lists(st.sampled_from(CASES), max_size=4),
    nothing=NOTHING,
)
def test_silence_beside_answers_changes_nothing(cases: list[Case], nothing: Given) -> None:
    answers = {part: value for case in cases for part, value in case.fires.items()}
    silent = {part: value for part, value in nothing.items() if part not in answers}
    assert fired({**answers, **silent}) == fired(answers)


def test_severities_and_axes() -> None:
    for rule in default_rules().rules:
        assert (rule.severity is Severity.GREEN) == (rule.axis.value == "expansion")
        assert (rule.severity is Severity.GREEN) == (rule.proposal is not None)
