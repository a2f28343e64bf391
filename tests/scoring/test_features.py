"""What was known of a lead at a moment, and nothing else."""

from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from models.interaction import MEETING_KINDS as PRODUCT_MEETING_KINDS
from models.lead import StepStanding
from models.stage import StageCode, Status
from scoring import Histories
from scoring.contacts import FAVOURABLE, MEETING_KINDS
from scoring.features import FEATURES, STAGES, features
from scoring.outcomes import CLOSED, OPEN, PASSED_ON
from tests.scoring.office import day, office, on


def test_codes_are_those_of_the_product() -> None:
    assert tuple(StageCode) == STAGES
    assert {*OPEN, *CLOSED, PASSED_ON} == set(Status)
    assert set(PRODUCT_MEETING_KINDS) == MEETING_KINDS
    assert set(StepStanding) >= FAVOURABLE


def test_a_state_counts_from_the_moment_it_was_known() -> None:
    histories = office({"lead": 1, "at": 0}, {"lead": 1, "at": 40, "stage": 3})
    before, after = on(40) - pd.Timedelta(microseconds=1), on(40)
    assert features(histories, before, [1])["stage"].item() == "first_contact"
    assert features(histories, after, [1])["stage"].item() == "qualified"


def test_time_in_stage_runs_on_through_edits() -> None:
    histories = office(
        {"lead": 1, "at": 0},
        {"lead": 1, "at": 10, "stage": 2},
        {"lead": 1, "at": 25, "stage": 2, "jobs_count": 40},
        {"lead": 1, "at": 60, "stage": 3},
        {"lead": 1, "at": 70, "stage": 2},
    )
    assert features(histories, on(30), [1])["stage_days"].item() == 20
    assert features(histories, on(75), [1])["stage_days"].item() == 5


def test_pace_and_age_start_at_the_first_contact() -> None:
    histories = office({"lead": 1, "at": 60, "stage": 3}, leads={1: {"first_contact_on": day(0)}})
    row = features(histories, on(60), [1]).iloc[0]
    assert row["age_days"] == 60
    assert row["pace"] == pytest.approx(2 / 90 * 90)


def test_a_first_contact_ahead_of_the_moment_is_not_believed() -> None:
    histories = office({"lead": 1, "at": 0}, leads={1: {"first_contact_on": day(400)}})
    assert features(histories, on(30), [1])["age_days"].item() == 30


def test_no_contact_on_a_live_lead_is_none_and_on_imported_history_unknown() -> None:
    histories = office({"lead": 1, "at": 0}, {"lead": 2, "at": 0, "origin": "import"})
    rows = features(histories, on(50), [1, 2])
    assert rows["recent_contacts"].iloc[0] == 0
    assert rows["meetings_per_stage"].iloc[0] == 0
    assert rows["contact_days"].iloc[0] == 50
    assert rows["mission_contact"].iloc[0] == "no"
    unknown = ["recent_contacts", "meetings_per_stage", "contact_days", "mission_contact"]
    assert rows[unknown].iloc[1].isna().all()


def test_totals_of_a_file_are_known_from_its_day_on_only() -> None:
    histories = office(
        {"lead": 1, "at": 0, "origin": "import"},
        totals=[
            {
                "lead_id": 1,
                "known_at": on(300),
                "meetings_count": 6,
                "last_contact_on": day(290),
            }
        ],
        interactions=[
            # Already in the total, then one that is not.
            {"lead_id": 1, "known_at": on(280), "happened_on": day(280), "kind": "meeting"},
            {"lead_id": 1, "known_at": on(310), "happened_on": day(310), "kind": "meeting"},
        ],
    )
    early = features(histories, on(299), [1]).iloc[0]
    assert np.isnan(early["meetings_per_stage"])
    assert early["contact_days"] == 19
    late = features(histories, on(320), [1]).iloc[0]
    assert late["meetings_per_stage"] == pytest.approx(7 / 1.5)
    assert late["contact_days"] == 10


def test_contact_is_the_latest_by_day_among_what_was_known() -> None:
    def contact(known: float, happened: float, direction: str, seniority: float) -> dict:
        return {
            "lead_id": 1,
            "known_at": on(known),
            "happened_on": day(happened),
            "kind": "email",
            "direction": direction,
            "seniority": seniority,
            "mission_id": 4 if direction == "both" else None,
        }

    histories = office(
        {"lead": 1, "at": 0},
        interactions=[
            contact(10, 10, "out", 3),
            contact(30, 5, "in", 7),
            contact(50, 50, "both", 2),
        ],
    )
    row = features(histories, on(40), [1]).iloc[0]
    assert (row["contact_days"], row["contact_direction"], row["seniority"]) == (30, "out", 7)
    assert row["mission_contact"] == "no"
    row = features(histories, on(50), [1]).iloc[0]
    assert (row["contact_days"], row["contact_direction"], row["seniority"]) == (0, "both", 7)
    assert row["mission_contact"] == "yes"
    assert features(histories, on(105), [1])["recent_contacts"].item() == 2


def test_decision_progress_is_a_share_of_the_steps_known() -> None:
    histories = office(
        {"lead": 1, "at": 0},
        decision_steps=[
            {"lead_id": 1, "known_at": on(5), "step": 1, "standing": "neutral"},
            {"lead_id": 1, "known_at": on(6), "step": 2, "standing": "supportive"},
            {"lead_id": 1, "known_at": on(20), "step": 1, "standing": "approved"},
        ],
    )
    progress = [features(histories, on(at), [1])["decision_progress"].item() for at in (4, 5, 10)]
    assert np.isnan(progress[0])
    assert progress[1:] == [0.0, 0.5]
    assert features(histories, on(20), [1])["decision_progress"].item() == 1.0


def test_a_step_taken_off_the_path_counts_no_more() -> None:
    histories = office(
        {"lead": 1, "at": 0},
        decision_steps=[
            {"lead_id": 1, "known_at": on(5), "step": 1, "standing": "approved"},
            {"lead_id": 1, "known_at": on(5), "step": 2, "standing": "opposed"},
            {"lead_id": 1, "known_at": on(20), "step": 2, "standing": None},
            {"lead_id": 1, "known_at": on(30), "step": 1, "standing": None},
            {"lead_id": 1, "known_at": on(40), "step": 2, "standing": "neutral"},
        ],
    )
    progress = [features(histories, on(at), [1])["decision_progress"].item() for at in (5, 20, 40)]
    assert progress == [0.5, 1.0, 0.0]
    assert np.isnan(features(histories, on(30), [1])["decision_progress"].item())


def test_whoever_was_added_to_a_conversation_later_is_known_from_then_on() -> None:
    histories = office(
        {"lead": 1, "at": 0},
        interactions=[
            {"lead_id": 1, "known_at": on(10), "happened_on": day(10), "kind": "meeting"}
            | {"seniority": 2}
        ],
        participants=[{"lead_id": 1, "known_at": on(30), "seniority": 6}],
    )
    ranks = [features(histories, on(at), [1])["seniority"].item() for at in (9, 29, 30)]
    assert np.isnan(ranks[0])
    assert ranks[1:] == [2, 6]


def _closed() -> list[dict]:
    states = []
    for lead in range(1, 21):
        source = "jetro" if lead <= 10 else "fair"
        states.append({"lead": lead, "at": 0, "source": source})
        end = {"stage": 8} if lead in {1, 2, 3, 4, 5} else {"status": "lost"}
        states.append({"lead": lead, "at": 100, "source": source} | end)
    states.append({"lead": 99, "at": 50, "source": "jetro"})
    states.append({"lead": 100, "at": 50, "source": "fair"})
    return states


def test_a_source_is_judged_by_what_had_ended() -> None:
    histories = office(*_closed())
    before = features(histories, on(99), [99, 100])["source_record"]
    assert before.isna().all()
    after = features(histories, on(100), [99, 100])["source_record"]
    assert after[99] > 0.4
    assert after[100] < -0.4


def test_restricted_leads_enter_no_other_leads_record() -> None:
    shut = {lead: {"is_restricted": True} for lead in range(1, 6)}
    record = features(office(*_closed(), leads=shut), on(200), [99, 100])["source_record"]
    assert record[99] < 0
    alone = office(*(state for state in _closed() if state["lead"] not in shut))
    assert record.equals(features(alone, on(200), [99, 100])["source_record"])


def test_an_organization_is_known_by_its_earlier_announcement() -> None:
    histories = office(
        {"lead": 1, "at": 0},
        {"lead": 1, "at": 100, "stage": 8},
        {"lead": 2, "at": 50},
        {"lead": 3, "at": 50},
        leads={2: {"organization_id": 1}, 3: {"organization_id": None}},
    )
    assert features(histories, on(99), [2])["organization_announced"].item() == "no"
    later = features(histories, on(100), [2, 3])["organization_announced"]
    assert later[2] == "yes"
    assert later[3] is None


def test_open_leads_are_taken_when_none_are_named() -> None:
    histories = office(
        {"lead": 1, "at": 0},
        {"lead": 2, "at": 0},
        {"lead": 2, "at": 10, "status": "lost"},
        {"lead": 3, "at": 0},
        {"lead": 3, "at": 10, "stage": 8},
        {"lead": 4, "at": 0, "status": "on_hold"},
        {"lead": 5, "at": 30},
    )
    assert features(histories, on(20)).index.tolist() == [1, 4]
    assert list(features(histories, on(20)).columns) == [feature.code for feature in FEATURES]


def test_what_cannot_be_asked_is_refused() -> None:
    histories = office({"lead": 1, "at": 10})
    with pytest.raises(ValueError, match="not known"):
        features(histories, on(5), [1])
    with pytest.raises(ValueError, match="time zone"):
        features(histories, datetime(2025, 1, 1), [1])  # noqa: DTZ001 - that is the mistake
    with pytest.raises(ValueError, match="differ in length"):
        features(histories, pd.Series([on(20), on(30)]), [1])


def test_nothing_of_the_calendar_or_of_persons_is_a_feature() -> None:
    moved = [office({"lead": 1, "at": at, "source": "jetro", "stage": 2}) for at in (0, 997)]
    first = features(moved[0], on(30), [1])
    assert first.equals(features(moved[1], on(1027), [1]))
    told = {feature.code for feature in FEATURES}
    assert not told & {"owner", "office", "code_name", "month", "year", "contact"}


def test_the_past_as_it_was_known_has_no_later_rows_and_no_later_ends() -> None:
    histories = office({"lead": 1, "at": 0, "valid_to": on(40)}, {"lead": 1, "at": 40, "stage": 3})
    cut = histories.as_known(on(39))
    assert cut.revisions["stage"].tolist() == [1]
    assert cut.revisions["valid_to"].isna().all()
    assert histories.as_known(on(40)).revisions["valid_to"].tolist()[0] == on(40)


def test_histories_refuse_what_they_do_not_know() -> None:
    with pytest.raises(ValueError, match="unknown columns: owner"):
        office({"lead": 1, "at": 0, "owner": "chen"})
    with pytest.raises(ValueError, match="unknown frames"):
        Histories.of(people=pd.DataFrame())
    with pytest.raises(ValueError, match="without known_at"):
        Histories.of(totals=pd.DataFrame({"lead_id": [1], "known_at": [None]}))
