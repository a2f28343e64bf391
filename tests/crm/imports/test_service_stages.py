"""Stage-change files: the imported past told anew, and moves of leads that moved here."""

from datetime import date, timedelta

import sqlalchemy as sa

from crm.database import Database
from crm.labels import label
from crm.leads.confidentiality import restrict_lead
from crm.leads.service import edit_lead
from crm.timezones import start_of_day
from models.lead import Lead, LeadRevision, LossReason, Origin
from models.stage import StageCode, Status
from models.user import LOCAL_ADMINISTRATOR, User
from tests.crm.imports.bringing import (
    NOW,
    STAGES,
    ZONE,
    bring,
    check,
    csv_bytes,
    differing,
    dump,
    rows_of,
)
from tests.crm.imports.test_service_create import HEADER, lead_of, revisions_of, row
from tests.crm.imports.test_service_update import move_in_product
from tests.factories.user import actor_for, make_team, make_user
from tests.support.application import QueryCounter

LATER = NOW + timedelta(days=2)
STAGE_HEADER = "Ref|Stage|Date|By|Reason"
PAST = csv_bytes(
    STAGE_HEADER,
    "A1|First contact|2024-10-01|S. Mori|",
    "A1|Qualified|2025-03-04|S. Mori|",
    "A1|Engaged|2025-01-15|L. Chen|",
    "A1|Lost|2025-09-30|S. Mori|Lost to Ohio",
)


def test_the_imported_past_is_replaced_whole(any_database: Database) -> None:
    bring(any_database, csv_bytes(HEADER, row()))
    batch = bring(any_database, PAST, STAGES, now=LATER)
    assert (batch.row_count, batch.created_count, batch.updated_count) == (4, 0, 1)
    told = revisions_of(any_database, "A1")
    assert [(one.stage, one.status, one.happened_on, one.actor_name) for one in told] == [
        (StageCode.FIRST_CONTACT, Status.ACTIVE, date(2024, 10, 1), "S. Mori"),
        (StageCode.ENGAGED, Status.ACTIVE, date(2025, 1, 15), "L. Chen"),
        (StageCode.QUALIFIED, Status.ACTIVE, date(2025, 3, 4), "S. Mori"),
        (StageCode.QUALIFIED, Status.LOST, date(2025, 9, 30), "S. Mori"),
    ]
    assert [one.valid_from for one in told] == [
        start_of_day(one.happened_on, ZONE) for one in told if one.happened_on
    ]
    assert [one.valid_to for one in told] == [*(one.valid_from for one in told[1:]), None]
    assert {one.batch_id for one in told} == {batch.id}
    assert {one.capex_amount for one in told} == {45_700_000}
    lead = lead_of(any_database, "A1")
    assert (lead.stage, lead.status, lead.closed_on) == (
        StageCode.QUALIFIED,
        Status.LOST,
        date(2025, 9, 30),
    )
    assert (lead.lost_reason, lead.lost_to) == (LossReason.PLACE_WON, "Ohio")
    assert (lead.stage_since, lead.first_contact_on) == (date(2025, 3, 4), date(2024, 10, 1))
    assert not lead.was_moved


def test_who_did_it_is_matched_or_created_like_an_owner(database: Database) -> None:
    known = make_user(database, name="S. Mori")
    bring(database, csv_bytes(HEADER, row()))
    batch = bring(database, PAST.replace(b"L. Chen", b"P. Roy"), STAGES)
    by_name = {one.actor_name: one.actor_id for one in revisions_of(database, "A1")}
    [[created]] = rows_of(database, sa.select(User).where(User.name == "P. Roy"))
    assert by_name == {"S. Mori": known.id, "P. Roy": created.id}
    assert created.password_hash is None
    assert batch.summary is not None
    assert [one["name"] for one in batch.summary["names"]["owners"]] == ["P. Roy"]


def test_the_same_stage_file_again_changes_nothing(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row()))
    bring(database, PAST, STAGES)
    before = dump(database)
    again = bring(database, PAST, STAGES, now=LATER)
    assert again.updated_count == 0
    assert set(differing(before, dump(database))) == {
        "audit_entries",
        "import_batches",
        "import_rows",
    }


def test_each_row_of_an_unknown_reference_is_a_mistake(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row()))
    content = PAST + b"B9,Engaged,2025-01-01,,\r\nB9,Qualified,2025-02-01,,\r\n"
    problems = check(database, content, STAGES).problems
    assert [(problem.row, problem.column) for problem in problems] == [(6, "Ref"), (7, "Ref")]


def test_a_file_that_begins_later_keeps_the_first_contact(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row()))
    bring(database, csv_bytes(STAGE_HEADER, "A1|Negotiation|2025-12-01||"), STAGES)
    assert [(one.stage, one.happened_on) for one in revisions_of(database, "A1")] == [
        (StageCode.FIRST_CONTACT, date(2024, 11, 5)),
        (StageCode.NEGOTIATION, date(2025, 12, 1)),
    ]


def test_an_end_of_which_the_file_does_not_speak_stays(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row(status="Lost", reason="Budget withdrawn")))
    content = csv_bytes(STAGE_HEADER, "A1|First contact|2024-11-05||", "A1|Proposal|2025-12-01||")
    batch = bring(database, content, STAGES)
    lead = lead_of(database, "A1")
    assert (lead.stage, lead.status) == (StageCode.PROPOSAL, Status.LOST)
    assert lead.lost_reason is LossReason.BUDGET_WITHDRAWN
    assert revisions_of(database, "A1")[-1].is_day_unknown
    assert batch.summary is not None
    assert batch.summary["notice_count"] == 1


def test_a_reason_that_the_file_leaves_out_stays(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row(status="Lost", reason="Lost to Ohio")))
    bring(database, PAST.replace(b"Lost to Ohio", b""), STAGES)
    lead = lead_of(database, "A1")
    assert (lead.status_reason, lead.lost_to) == ("Lost to Ohio", "Ohio")


def test_a_lead_that_came_back_stands_open(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row()))
    content = PAST + b"A1,Qualified,2026-02-01,S. Mori,\r\n"
    bring(database, content, STAGES)
    lead = lead_of(database, "A1")
    assert (lead.stage, lead.status, lead.closed_on) == (StageCode.QUALIFIED, Status.ACTIVE, None)
    assert bring(database, content, STAGES).updated_count == 0


def test_edits_made_since_stay_after_the_past_with_its_stage(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row()))
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        lead = session.scalars(sa.select(Lead)).one()
        edit_lead(session, lead, {"market": "KR"}, actor=LOCAL_ADMINISTRATOR, now=NOW)
    bring(database, PAST, STAGES, now=LATER)
    *past, live = revisions_of(database, "A1")
    assert (live.origin, live.market) == (Origin.LIVE, "KR")
    assert (live.stage, live.status) == (StageCode.QUALIFIED, Status.LOST)
    assert {one.market for one in past} == {"JP"}


def test_a_change_told_of_a_time_after_an_edit_carries_the_edit(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row()))
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        lead = session.scalars(sa.select(Lead)).one()
        edit_lead(session, lead, {"market": "KR"}, actor=LOCAL_ADMINISTRATOR, now=NOW)
    content = PAST + b"A1,Proposal,2026-11-25,S. Mori,\r\n"
    bring(database, content, STAGES, now=NOW + timedelta(days=10))
    *_, lost, edited, proposed = revisions_of(database, "A1")
    assert (lost.market, lost.status) == ("JP", Status.LOST)
    assert (edited.market, edited.status, edited.origin) == ("KR", Status.LOST, Origin.LIVE)
    assert (proposed.market, proposed.stage) == ("KR", StageCode.PROPOSAL)
    assert (proposed.status, proposed.valid_to) == (Status.ACTIVE, None)


def test_a_lead_that_moved_here_keeps_its_history_and_skips_what_is_in_it(
    database: Database,
) -> None:
    bring(database, csv_bytes(HEADER, row()))
    bring(database, PAST.replace(b"A1,Lost", b"A1,Engaged"), STAGES)
    move_in_product(database, "A1", StageCode.ACTIVE)
    told = revisions_of(database, "A1")
    known = csv_bytes(
        STAGE_HEADER,
        "A1|First contact|2024-10-01|S. Mori|",
        "A1|Project under way|2026-11-20||",
        "A1|Qualified|2025-06-01||",
    )
    batch = bring(database, known, STAGES, now=LATER)
    assert batch.updated_count == 0
    assert [one.id for one in revisions_of(database, "A1")] == [one.id for one in told]
    assert batch.summary is not None
    assert [one["row"] for one in batch.summary["notices"]] == [4]


def test_a_newer_row_of_a_lead_that_moved_here_is_a_move_today(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row()))
    move_in_product(database, "A1", StageCode.ACTIVE)
    forward = csv_bytes(STAGE_HEADER, "A1|Proposal|2026-11-21||")
    [problem] = check(database, forward, STAGES, now=LATER).problems
    assert (problem.row, problem.column) == (2, "Stage")
    assert "Proposal sent or visit held" in problem.text()
    # The stage is told by our name, and by the file's where that is another.
    ours = str(label(StageCode.PROPOSAL))
    assert f"“{ours} (in the file: Proposal)”" in problem.text()
    same = csv_bytes(STAGE_HEADER, f"A1|{ours}|2026-11-21||")
    [problem] = check(database, same, STAGES, now=LATER).problems
    assert f"“{ours}”" in problem.text()
    content = csv_bytes(
        STAGE_HEADER, "A1|Qualified|2026-11-21||", "A1|Lost|2026-11-22||Lost to Ohio"
    )
    bring(database, content, STAGES, now=LATER)
    *_, moved, lost = revisions_of(database, "A1")
    assert (moved.origin, moved.stage, moved.happened_on) == (
        Origin.LIVE,
        StageCode.QUALIFIED,
        date(2026, 11, 21),
    )
    assert (lost.status, lost.valid_from) == (Status.LOST, LATER)
    assert lead_of(database, "A1").closed_on == date(2026, 11, 22)


def test_a_change_dated_today_is_no_history(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row()))
    content = csv_bytes(STAGE_HEADER, "A1|Qualified|2025-03-04||", "A1|Proposal|2026-11-20||")
    [problem] = check(database, content, STAGES).problems
    assert problem.row == 3


def test_a_reference_out_of_sight_is_not_on_file(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row()))
    team = make_team(database)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        lead = session.scalars(sa.select(Lead)).one()
        lead.owner_id = None
        restrict_lead(
            session,
            lead,
            team_id=team.id,
            reason="named by the client",
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )
    outsider = actor_for(database, make_user(database))
    hidden = check(database, PAST, STAGES, actor=outsider).problems
    missing = check(database, PAST.replace(b"A1", b"Z1"), STAGES, actor=outsider).problems
    assert [problem.text().replace("A1", "Z1") for problem in hidden] == [
        problem.text() for problem in missing
    ]
    assert len(hidden) == 4


def test_thousands_of_leads_take_no_more_statements_than_ten(
    database: Database, queries: QueryCounter
) -> None:
    counts = []
    for size, letter in ((10, "B"), (150, "C")):
        refs = [f"{letter}{number}" for number in range(size)]
        leads = [f"{ref}|Works {ref}|2024-05-06" for ref in refs]
        stages = [
            f"{ref}|{stage}|{day}|"
            for ref in refs
            for stage, day in (("First contact", "2024-05-06"), ("Engaged", "2024-07-08"))
        ]
        bring(database, csv_bytes("Ref|Company|First contact", *leads))
        with queries:
            bring(database, csv_bytes("Ref|Stage|Date|Reason", *stages), STAGES)
        counts.append(queries.count)
    assert len(rows_of(database, sa.select(LeadRevision.id))) == 320
    assert counts[0] == counts[1]
