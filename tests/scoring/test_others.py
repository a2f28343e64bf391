"""What other leads, companies and visits tell of a lead, as far as it was known."""

from typing import Any

import numpy as np
import pytest

from scoring import Histories
from scoring.features import features
from scoring.outcomes import closings
from tests.scoring.office import office, on


def _ended(count: int, *, won: int, at: float = 100, first: int = 1, **facts: Any) -> list[dict]:
    states = []
    for place, lead in enumerate(range(first, first + count)):
        end = {"stage": 8} if place < won else {"status": "lost"}
        states += [{"lead": lead, "at": 0} | facts, {"lead": lead, "at": at} | facts | end]
    return states


def _at(histories: Histories, days: float, lead: int, feature: str) -> Any:
    return features(histories, on(days), [lead])[feature].item()


def test_a_reopened_lead_is_no_longer_lost() -> None:
    states = [
        *_ended(12, won=2, source="fair"),
        {"lead": 5, "at": 200, "source": "fair"},
        {"lead": 5, "at": 300, "stage": 8, "source": "fair"},
        *_ended(8, won=4, first=30, source="jetro"),
        {"lead": 99, "at": 0, "source": "fair"},
    ]
    told = closings(office(*states))
    assert told[told["lead_id"] == 5][["closed_at", "reopened_at", "is_won"]].values.tolist() == [
        [on(100), on(200), False],
        [on(300), told["reopened_at"].iloc[0], True],
    ]
    without = [state for state in states if state["lead"] != 5]
    now = [_at(office(*states), days, 99, "source_record") for days in (150, 250, 350)]
    assert now[1] == _at(office(*without), 250, 99, "source_record")
    assert now[0] < now[1] < now[2]


def test_a_lead_announced_after_all_is_not_lost_any_more() -> None:
    states = [{"lead": 1, "at": 0}, {"lead": 1, "at": 50, "status": "lost"}]
    states.append({"lead": 1, "at": 80, "stage": 8})
    told = closings(office(*states))
    assert told["is_won"].tolist() == [False, True]
    assert told["reopened_at"].iloc[0] == on(80)


def _introduced(**more: Any) -> dict[str, Any]:
    rows = [{"lead_id": lead, "known_at": on(0), "introducer_id": 70} for lead in range(1, 7)]
    rows += [{"lead_id": lead, "known_at": on(0), "introducer_id": 71} for lead in range(7, 13)]
    rows.append({"lead_id": 99, "known_at": on(20), "introducer_id": 70})
    return {"introductions": rows} | more


def test_an_introducer_is_judged_by_what_became_of_the_leads_it_brought() -> None:
    states = [*_ended(6, won=5), *_ended(6, won=0, first=7)]
    states += [{"lead": 99, "at": 10}, {"lead": 98, "at": 10}, {"lead": 97, "at": 10}]
    states[-1] |= {"origin": "import"}
    told = _introduced()
    told["introductions"].append({"lead_id": 98, "known_at": on(20), "introducer_id": 71})
    histories = office(*states, **told)
    assert _at(histories, 19, 99, "introducer") == "no"
    assert _at(histories, 19, 97, "introducer") is None
    assert _at(histories, 20, 99, "introducer") == "yes"
    # Nothing had ended by then, and then it had.
    assert np.isnan(_at(histories, 99, 99, "introducer_record"))
    assert _at(histories, 100, 99, "introducer_record") > 0.4
    assert _at(histories, 100, 98, "introducer_record") < -0.4
    assert np.isnan(_at(histories, 100, 97, "introducer_record"))


def test_two_introducers_have_one_record_together() -> None:
    states = [*_ended(6, won=5), *_ended(6, won=0, first=7), {"lead": 99, "at": 10}]
    both = _introduced()
    both["introductions"].append({"lead_id": 99, "known_at": on(20), "introducer_id": 71})
    records = [
        _at(office(*states, **told), 100, 99, "introducer_record") for told in (_introduced(), both)
    ]
    assert records[0] > records[1] > -0.1


def test_an_introduction_noted_after_the_close_counts_from_that_day() -> None:
    late = _introduced()
    late["introductions"][0]["known_at"] = on(150)
    states = [*_ended(12, won=6), {"lead": 99, "at": 10}]
    early, now = (
        _at(office(*states, **late), days, 99, "introducer_record") for days in (149, 150)
    )
    assert early < now
    assert now == _at(office(*states, **_introduced()), 150, 99, "introducer_record")


def test_restricted_leads_are_no_record_of_an_introducer_and_no_peers() -> None:
    facts = {"sector": "ict", "market": "JP"}
    states = [*_ended(12, won=6, **facts), *_ended(12, won=3, first=20, sector="games")]
    states.append({"lead": 99, "at": 10} | facts)
    shut = {lead: {"is_restricted": True} for lead in range(1, 7)}
    hidden = office(*states, leads=shut, **_introduced())
    gone = office(*(state for state in states if state["lead"] not in shut), **_introduced())
    shown = office(*states, **_introduced())
    for feature in ("introducer_record", "peers_record", "peers_here"):
        assert _at(hidden, 200, 99, feature) == _at(gone, 200, 99, feature), feature
        assert _at(hidden, 200, 99, feature) != _at(shown, 200, 99, feature), feature


def test_peers_are_of_the_same_sector_and_country() -> None:
    states = [
        *_ended(6, won=5, sector="ict", market="JP"),
        *_ended(6, won=0, first=7, sector="ict", market="KR"),
        {"lead": 97, "at": 0, "sector": "ict"},
        {"lead": 98, "at": 0, "sector": "ict", "market": "KR"},
        {"lead": 99, "at": 0, "sector": "ict", "market": "JP"},
    ]
    histories = office(*states)
    assert np.isnan(_at(histories, 99, 99, "peers_record"))
    assert _at(histories, 99, 99, "peers_here") is None
    records = features(histories, on(100), [97, 98, 99])
    assert np.isnan(records["peers_record"].iloc[0])
    assert records["peers_record"].iloc[1] < -0.4 < 0.4 < records["peers_record"].iloc[2]
    assert records["peers_here"].tolist() == [None, "no", "yes"]


def test_a_company_is_no_peer_of_itself() -> None:
    facts = {"sector": "ict", "market": "JP"}
    states = [*_ended(12, won=1, **facts), {"lead": 99, "at": 0} | facts]
    visit = {"organization_id": 500, "known_at": on(120), "sector": "ict", "market": "JP"}
    own = office(*states, leads={99: {"organization_id": 1}}, visits=[visit])
    assert _at(own, 110, 99, "peers_here") == "no"
    assert _at(own, 120, 99, "peers_here") == "yes"
    host = office(*states, leads={99: {"organization_id": 500}}, visits=[visit])
    assert _at(host, 110, 99, "peers_here") == "yes"
    both = {99: {"organization_id": 500}, 1: {"organization_id": 500}}
    assert _at(office(*states, leads=both, visits=[visit]), 130, 99, "peers_here") == "no"


@pytest.mark.parametrize("unknown", [None, float("nan")])
def test_leads_without_a_company_are_nobodys_own(unknown: Any) -> None:
    facts = {"sector": "ict", "market": "JP"}
    states = [*_ended(12, won=1, **facts), {"lead": 99, "at": 0} | facts]
    nameless = {lead: {"organization_id": unknown} for lead in (1, 99)}
    assert _at(office(*states, leads=nameless), 110, 99, "peers_here") == "yes"


def test_the_group_here_is_what_its_visits_had_told() -> None:
    def sign(days: float, signal: str, until: float | None = None) -> dict[str, Any]:
        end = None if until is None else on(until)
        return {"organization_id": 1, "known_at": on(days), "signal": signal, "until": end}

    signals = [sign(20, "visited"), sign(20, "risk", 60), sign(40, "expansion", 80)]
    histories = office(
        {"lead": 1, "at": 0},
        {"lead": 2, "at": 0},
        {"lead": 3, "at": 0},
        leads={3: {"organization_id": None}},
        signals=signals,
    )
    told = [_at(histories, days, 1, "group_here") for days in (19, 20, 40, 60, 80)]
    assert told == [None, "risk", "both", "expansion", "visited"]
    assert _at(histories, 19, 2, "group_here") is None
    assert _at(histories, 20, 2, "group_here") == "none"
    assert _at(histories, 20, 3, "group_here") is None


def test_an_agreement_counts_from_when_it_was_noted() -> None:
    histories = office(
        {"lead": 1, "at": 0},
        {"lead": 2, "at": 0, "origin": "import"},
        citations=[{"lead_id": lead, "known_at": on(30)} for lead in (1, 2)],
    )
    assert [_at(histories, days, 1, "agreement") for days in (29, 30)] == ["no", "yes"]
    assert [_at(histories, days, 2, "agreement") for days in (29, 30)] == [None, "yes"]


def test_records_neither_grow_with_time_nor_follow_the_calendar() -> None:
    facts = {"sector": "ict", "market": "JP", "source": "jetro"}
    states = [*_ended(12, won=6, **facts), *_ended(12, won=3, first=20, sector="games")]
    states.append({"lead": 99, "at": 10} | facts)
    histories = office(*states, **_introduced())
    names = ["source_record", "introducer_record", "peers_record", "peers_here", "introducer"]
    early, late = (features(histories, on(days), [99])[names] for days in (120, 900))
    assert early.equals(late)


def test_an_office_without_leads_or_with_one_has_features() -> None:
    assert features(Histories.of(), on(0)).empty
    row = features(office({"lead": 1, "at": 0}), on(9)).iloc[0]
    names = ["source_record", "introducer_record", "peers_record", "peers_here", "group_here"]
    assert row[names].isna().all()
