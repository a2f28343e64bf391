"""The overall colour, flags that say the same twice, proposed tasks and leads."""

from datetime import date

import pytest

from crm.bre.evaluation import Overall, RedReason
from crm.bre.rules import Axis, LeadProposal
from models.stage import LeadType, StageCode
from tests.crm.bre.test_rules import fired, judge

YELLOWS = {
    "D4.largest_customer_share": 41,
    "F2.supplier_risk": "yes",
    "C7.permit_issue": "yes",
}


def test_three_yellow_flags_make_a_red_that_a_person_confirms() -> None:
    found = judge(YELLOWS)
    assert (found.overall, found.red_reason) == (Overall.RED, RedReason.YELLOWS)
    assert found.is_composed


def test_two_yellow_flags_do_not() -> None:
    found = judge({**YELLOWS, "C7.permit_issue": "no"})
    assert (found.overall, found.red_reason, found.is_composed) == (Overall.YELLOW, None, False)


def test_one_red_flag_needs_no_person_however_many_yellows() -> None:
    found = judge({**YELLOWS, "E5.courted": "yes"})
    assert (found.overall, found.red_reason) == (Overall.RED, RedReason.RULE)
    assert not found.is_composed


def test_green_flags_alone_are_green_and_beside_yellow_they_are_not() -> None:
    assert judge({"E6.score": 9}).overall is Overall.GREEN
    assert judge({"E6.score": 9, "F2.supplier_risk": "yes"}).overall is Overall.YELLOW


def test_a_firm_can_be_at_risk_and_about_to_expand() -> None:
    found = judge({"E5.courted": "yes", "E1.plans": "expand"})
    assert found.on_axis(Axis.RISK) is Overall.RED
    assert found.on_axis(Axis.EXPANSION) is Overall.GREEN
    assert judge({"E5": "no"}).on_axis(Axis.RISK) is Overall.NONE


def test_three_poor_services_are_three_yellow_flags() -> None:
    found = judge({"G1": {"roads": 2, "transit": 2, "utilities": 1}})
    assert [flag.subject for flag in found.flags] == ["G1.roads", "G1.transit", "G1.utilities"]
    assert found.is_composed
    assert found.flags[1].text == "A local service is rated poor (Transit: 2/5)."


def test_a_red_flag_takes_the_place_of_yellow_ones_on_the_same_answers_only() -> None:
    services = {"roads": 1, "transit": 1, "utilities": 1, "police_fire": 2}
    found = judge({"G1": services})
    assert [(flag.rule, flag.subject) for flag in found.flags] == [
        ("G1-red", None),
        ("G1-yellow", "G1.police_fire"),
    ]
    assert {one.part for one in found.flags[0].evidence} == {
        "G1.roads",
        "G1.transit",
        "G1.utilities",
    }


def test_a_lease_is_red_or_yellow_and_never_both() -> None:
    soon = {"A3.lease_ends": "2027-06-30"}
    assert fired({**soon, "A3.renewal_decided": "no"}) == ["A3-red"]
    assert fired({**soon, "A3.renewal_decided": "unknown"}) == ["A3-yellow"]
    assert fired({**soon, "A3.renewal_decided": "yes"}) == []


def test_recruiting_and_keeping_people_are_judged_apart() -> None:
    assert fired({"C4": {"recruitment": 1, "retention": 2}}) == ["C4-red", "C4-yellow"]
    assert fired({"C4": {"recruitment": 2, "retention": 2}}) == ["C4-yellow"]


def test_zero_investment_in_both_periods_is_not_told_twice() -> None:
    zero = {"B4.capex_last_3y": 0, "B4.capex_planned_3y": 0}
    assert fired(zero, zero) == ["B4-red"]
    assert fired({"B4.capex_last_3y": 0}, zero) == ["B4-red-again"]
    # With money planned, both can be true.
    assert fired({**zero, "B4.capex_planned_3y": 5}, zero) == ["B4-red-again", "B4-green"]


@pytest.mark.parametrize(
    ("last", "planned", "expected"),
    [
        ("CAD 2,000,000", "CAD 3,000,000", ["B4-green"]),
        ("CAD 2,000,000", "JPY 300,000,000", []),
        ("CAD 2,000,000", 3_000_000, []),
        (0, "JPY 300,000,000", ["B4-green"]),
        ("about CAD 2 million", "CAD 3 million", ["B4-green"]),
        ("CAD 2 million", "at least CAD 3 million", []),
    ],
)
def test_amounts_are_compared_in_one_currency_only(
    last: object, planned: object, expected: list[str]
) -> None:
    assert fired({"B4": {"capex_last_3y": last, "capex_planned_3y": planned}}) == expected


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        # A month counts by months: its day is not known.
        ("2027-11", ["A3-red"]),
        ("2027-12", ["A3-yellow"]),
        ("2028-11", ["A3-yellow"]),
        ("2028-12", []),
        ("2027-Q3", ["A3-red"]),
        ("2027", ["A3-yellow"]),
        ("2028", []),
        # A lease that has run out ends within any time.
        ("2026-10-31", ["A3-red"]),
    ],
)
def test_dates_of_lesser_precision(ends: str, expected: list[str]) -> None:
    assert fired({"A3": {"lease_ends": ends, "renewal_decided": "no"}}) == expected


def test_a_problem_since_a_month_counts_the_days_that_are_certain() -> None:
    assert fired({"G3": {"problem": "yes", "open_since": "2026-10"}}) == []
    assert fired({"G3": {"problem": "yes", "open_since": "2026-09"}}) == ["G3-red"]


def test_an_expansion_proposes_one_qualified_lead() -> None:
    found = judge({"E1": "expand", "E2.jobs": 40, "A4": 90, "E6": 10, "F1.supplier_gap": "yes"})
    leads = {lead.kind: lead for lead in found.leads}
    expansion = leads[LeadProposal.EXPANSION]
    assert (expansion.lead_type, expansion.stage) == (LeadType.EXPANSION, StageCode.QUALIFIED)
    assert expansion.rules == ("A4-green", "E1-green", "E2-green")
    assert leads[LeadProposal.REFERRAL].lead_type is LeadType.INVESTMENT
    assert leads[LeadProposal.REFERRAL].stage is None
    assert leads[LeadProposal.ATTRACTION_TARGET].rules == ("F1-green",)


def test_tasks_one_for_each_constraint() -> None:
    found = judge(
        {
            "C5.needs": ["technical", "safety"],
            "E3.constraints": ["permits", "talent"],
            "G4.wanted": ["training"],
            "G4.known": ["export"],
            "H1": "The crossing at the gate",
            "H2": {"testimonial": "yes", "next_contact": "2027-02-01", "may_share": "no"},
        }
    )
    assert [(task.task, task.option) for task in found.tasks] == [
        ("training_partner", None),
        ("constraint", "permits"),
        ("constraint", "talent"),
        ("programme_referral", None),
        ("triage", None),
        ("testimonial", None),
        ("next_contact", None),
    ]
    assert found.tasks[1].text == "Work on what holds the expansion back: Permits."
    assert found.tasks[-1].due_on == date(2027, 2, 1)
    assert found.flags == ()


def test_what_a_reader_wants_beside_the_evidence_is_shown() -> None:
    flag = judge({"E5": {"courted": "yes", "places": "Ohio"}}).flags[0]
    assert [one.part for one in flag.evidence] == ["E5.courted"]
    assert [(one.part, one.printed) for one in flag.shows] == [("E5.places", "Ohio")]


def test_a_flag_quotes_figures_as_its_reader_writes_them() -> None:
    answers = {"C1": {"employees_now": 1200, "employees_in_12_months": 1000}}
    french = judge(answers, language="fr").flags[0].text
    assert french == (
        "L'effectif devrait baisser d'au moins 10\u00a0% ou de 20 emplois"
        " (Effectif actuel\u00a0: 1\u202f200; Effectif prévu dans 12 mois\u00a0: 1\u202f000)."
    )
    last = judge({"C2": 3}, {"C2": 5}).flags[0]
    assert last.text.endswith(
        "(Expatriates from head office (last visit): 5; Expatriates from head office: 3)."
    )
