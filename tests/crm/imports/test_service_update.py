"""Rows of leads that are on file: plain changes, the past corrected, moves of today."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from crm.database import Database
from crm.imports.plan import ImportRefusedError
from crm.leads.confidentiality import restrict_lead
from crm.leads.service import edit_lead, move_lead
from crm.timezones import start_of_day
from models.contact import Contact
from models.import_batch import ImportRow, RowAction
from models.interaction import FollowUp
from models.lead import ImportedTotal, Lead, LeadRevision, Origin
from models.organization import Organization
from models.stage import StageCode, Status
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.crm.imports.bringing import (
    NOW,
    ZONE,
    bring,
    check,
    csv_bytes,
    differing,
    dump,
    rows_of,
)
from tests.crm.imports.test_service_create import HEADER, lead_of, revisions_of, row
from tests.factories.user import actor_for, make_team, make_user

LATER = NOW + timedelta(days=2)


def move_in_product(database: Database, ref: str, stage: StageCode) -> None:
    """A move of today by hand."""
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        lead = session.scalars(sa.select(Lead).where(Lead.reference == ref)).one()
        move_lead(
            session,
            lead,
            stage,
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
            is_override=True,
            reason="agreed by telephone",
        )


def test_the_same_file_again_changes_nothing_at_all(any_database: Database) -> None:
    content = csv_bytes(
        HEADER + "|Contact|Likelihood|Target",
        row() + "|山田太郎|high|2027-06",
        row("A2", "Second Works", "", status="Lost", reason="Lost to Ohio") + "||40%|",
    )
    bring(any_database, content)
    before = dump(any_database)
    again = bring(any_database, content, now=LATER)
    assert (again.created_count, again.updated_count) == (0, 0)
    changed = set(differing(before, dump(any_database)))
    assert changed == {"audit_entries", "import_batches", "import_rows"}
    actions = rows_of(
        any_database, sa.select(ImportRow.action).where(ImportRow.batch_id == again.id)
    )
    assert actions == [(RowAction.UNCHANGED,)] * 2


def test_a_filled_cell_changes_its_field_and_an_empty_one_nothing(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row()))
    header = "Ref|Company|First contact|Capex|Currency|Sector|Notes"
    batch = bring(
        database,
        csv_bytes(header, "A1|Invented Robotics Inc.|2024-11-05|60M||Foods|"),
        now=LATER,
    )
    assert batch.updated_count == 1
    lead = lead_of(database, "A1")
    assert (lead.capex_amount, lead.capex_currency) == (60_000_000, "CAD")
    assert lead.notes == "=HYPERLINK(x)"
    assert lead.jobs_count == 24
    assert lead.version == 2
    *_, edited = revisions_of(database, "A1")
    assert (edited.origin, edited.valid_from) == (Origin.LIVE, LATER)
    assert edited.sector_id == lead.sector_id


def test_new_totals_are_known_from_their_own_file_on(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row()))
    header = "Ref|Company|First contact|Meetings|Last contact"
    bring(
        database,
        csv_bytes(header, "A1|Invented Robotics Inc.|2024-11-05|11|2026-11-01"),
        now=LATER,
    )
    totals = rows_of(
        database,
        sa.select(ImportedTotal.known_at, ImportedTotal.meetings_count).order_by(ImportedTotal.id),
    )
    assert totals == [(NOW, 9), (LATER, 11)]
    assert lead_of(database, "A1").last_contact_on == date(2026, 11, 1)


def test_a_past_change_of_a_lead_never_moved_is_history(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row()))
    batch = bring(
        database,
        csv_bytes(
            HEADER, row(stage="Proposal", since="2025-08-01", status="Lost", closed="2026-02-03")
        ),
        now=LATER,
    )
    assert batch.updated_count == 1
    told = revisions_of(database, "A1")
    assert [(found.stage, found.status, found.happened_on) for found in told] == [
        (StageCode.FIRST_CONTACT, Status.ACTIVE, date(2024, 11, 5)),
        (StageCode.QUALIFIED, Status.ACTIVE, date(2025, 3, 4)),
        (StageCode.PROPOSAL, Status.ACTIVE, date(2025, 8, 1)),
        (StageCode.PROPOSAL, Status.LOST, date(2026, 2, 3)),
    ]
    assert {found.origin for found in told} == {Origin.IMPORT}
    lead = lead_of(database, "A1")
    assert (lead.stage, lead.status, lead.was_moved) == (StageCode.PROPOSAL, Status.LOST, False)


def test_saying_the_same_less_exactly_is_no_change(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row(status="Lost", closed="2025-09-30", reason="Budget")))
    before = dump(database)
    vague = row(since="2025-03", status="Lost", closed="2025", reason="Budget")
    content = csv_bytes(HEADER, vague.replace("2024-11-05", "November 2024"))
    assert bring(database, content, now=LATER).updated_count == 0
    other = csv_bytes(HEADER, vague.replace("2025-03", "2025-04"))
    assert bring(database, other, now=LATER).updated_count == 1
    assert revisions_of(database, "A1")[1].happened_on == date(2025, 4, 1)
    assert "leads" in differing(before, dump(database))


def test_an_earlier_first_contact_is_history_too(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row()))
    bring(database, csv_bytes(HEADER, row().replace("2024-11-05", "2024-09-02")), now=LATER)
    first, *_ = revisions_of(database, "A1")
    assert first.valid_from == start_of_day(date(2024, 9, 2), ZONE)
    assert lead_of(database, "A1").first_contact_on == date(2024, 9, 2)


def test_what_the_office_did_since_stays_where_it_happened(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row()))
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        lead = session.scalars(sa.select(Lead)).one()
        edit_lead(session, lead, {"market": "KR"}, actor=LOCAL_ADMINISTRATOR, now=NOW)
    edited_id = revisions_of(database, "A1")[-1].id
    bring(
        database,
        csv_bytes(
            "Ref|Company|First contact|Stage|Stage since",
            "A1|Invented Robotics Inc.|2024-11-05|Proposal|2025-08-01",
        ),
        now=LATER,
    )
    told = revisions_of(database, "A1")
    assert [(found.stage, found.market, found.sequence) for found in told] == [
        (StageCode.FIRST_CONTACT, "JP", 1),
        (StageCode.QUALIFIED, "JP", 2),
        (StageCode.PROPOSAL, "JP", 3),
        (StageCode.PROPOSAL, "KR", 4),
    ]
    assert (told[-1].id, told[-1].origin, told[-1].valid_from) == (edited_id, Origin.LIVE, NOW)
    assert [found.valid_to for found in told] == [*(one.valid_from for one in told[1:]), None]
    assert lead_of(database, "A1").market == "KR"


def test_any_other_change_is_a_move_today_and_lacks_what_every_move_lacks(
    database: Database,
) -> None:
    bring(database, csv_bytes(HEADER, row()))
    move_in_product(database, "A1", StageCode.ACTIVE)
    before = dump(database)
    content = csv_bytes(HEADER, row(stage="Proposal", since="2026-11-22"))
    plan = check(database, content, now=LATER)
    [problem] = plan.problems
    assert (problem.row, problem.column) == (2, "Stage")
    assert "Proposal sent or visit held" in problem.text()
    assert "Proposal / site visit" in problem.text()
    with pytest.raises(ImportRefusedError):
        bring(database, content, now=LATER)
    assert list(differing(before, dump(database))) == []


def test_a_row_dated_today_moves_today_even_a_lead_never_moved(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row()))
    content = csv_bytes(HEADER, row(stage="Proposal", since="2026-11-20"))
    assert "needs an answer" in check(database, content).problems[0].text()


def test_a_loss_today_goes_through_the_command(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row()))
    without = csv_bytes(HEADER, row(status="Lost"))
    assert "Say in the reason" in check(database, without).problems[0].text()
    bring(database, csv_bytes(HEADER, row(status="Lost", reason="Lost to Ohio")), now=LATER)
    *_, lost = revisions_of(database, "A1")
    lead = lead_of(database, "A1")
    assert (lost.origin, lost.status, lost.lost_to) == (Origin.LIVE, Status.LOST, "Ohio")
    assert (lead.was_moved, lead.closed_on) == (True, date(2026, 11, 22))


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        ("On hold", "budget round", "later day to look again"),
        ("Passed on", "to the province", "with whose consent"),
        ("Abandoned", "", "why we stopped"),
        ("Lost", "place won", "which place won"),
    ],
)
def test_a_status_of_today_needs_what_its_command_needs(
    database: Database, status: str, reason: str, words: str
) -> None:
    bring(database, csv_bytes(HEADER, row().replace("2026-12-01", "")))
    content = csv_bytes(HEADER, row(status=status, reason=reason).replace("2026-12-01", ""))
    [problem] = check(database, content).problems
    assert words in problem.text()


def test_a_hold_until_the_next_action_is_taken(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row()))
    bring(database, csv_bytes(HEADER, row(status="On hold", reason="budget round")), now=LATER)
    lead = lead_of(database, "A1")
    assert (lead.status, lead.hold_until) == (Status.ON_HOLD, date(2026, 12, 1))
    bring(database, csv_bytes(HEADER, row()), now=LATER + timedelta(days=1))
    assert lead_of(database, "A1").status is Status.ACTIVE


def test_a_row_older_than_a_move_in_the_product_moves_nothing(database: Database) -> None:
    content = csv_bytes(HEADER, row())
    bring(database, content)
    move_in_product(database, "A1", StageCode.NEGOTIATION)
    again = bring(database, content, now=LATER)
    assert (again.created_count, again.updated_count) == (0, 0)
    assert again.summary is not None
    assert again.summary["notice_count"] == 1
    assert lead_of(database, "A1").stage is StageCode.NEGOTIATION


def test_only_a_manager_gives_a_lead_away(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row()))
    officer = actor_for(database, make_user(database))
    manager = actor_for(database, make_user(database, role=Role.MANAGER))
    content = csv_bytes(HEADER, row().replace("L. Chen", "S. Mori"))
    [problem] = check(database, content, actor=officer).problems
    assert problem.column == "Owner"
    bring(database, content, actor=manager)
    [[owner]] = rows_of(database, sa.select(Lead.owner_id))
    assert owner == lead_of(database, "A1").owner_id


def test_the_next_step_and_the_contact_follow_the_file(database: Database) -> None:
    header = HEADER + "|Contact"
    bring(database, csv_bytes(header, row() + "|山田太郎"))
    changed = row().replace("Call head office", "Send proposal").replace("2026-12-01", "2026-12-20")
    bring(database, csv_bytes(header, changed + "|Jane Roe"), now=LATER)
    [[step]] = rows_of(database, sa.select(FollowUp))
    assert (step.text, step.due_on) == ("Send proposal", date(2026, 12, 20))
    names = {name for (name,) in rows_of(database, sa.select(Contact.printed_name))}
    assert names == {"山田太郎", "Jane Roe"}
    passed = changed.replace("Send proposal", "Wait").replace("2026-12-20", "2026-11-01")
    [problem] = check(database, csv_bytes(header, passed + "|"), now=LATER).problems
    assert problem.column == "Next action on"


def test_a_step_the_office_ticked_off_does_not_come_back(database: Database) -> None:
    content = csv_bytes(HEADER, row())
    bring(database, content)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        session.scalars(sa.select(FollowUp)).one().done_at = NOW
        lead = session.scalars(sa.select(Lead)).one()
        lead.next_action = lead.next_action_on = None
    assert bring(database, content, now=LATER).updated_count == 0


def test_another_company_takes_the_place_of_the_leads_own(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row()))
    bring(database, csv_bytes(HEADER, row("A1", "Quite Another Ltd.", "")), now=LATER)
    lead = lead_of(database, "A1")
    assert lead.title == "Quite Another Ltd."
    assert len(rows_of(database, sa.select(Organization))) == 2


def test_a_reference_out_of_sight_is_not_on_file(database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member)
    bring(database, csv_bytes(HEADER, row(stage="Negotiation")))
    with database.transaction(actor_for(database, member)) as session:
        lead = session.scalars(sa.select(Lead)).one()
        lead.owner_id = member.id
        restrict_lead(
            session,
            lead,
            team_id=team.id,
            reason="named by the client",
            actor=actor_for(database, member),
            now=NOW,
        )
    hidden = lead_of(database, "A1")
    before = dump(database)
    outsider = actor_for(database, make_user(database))
    content = csv_bytes(HEADER, row())
    plan = check(database, content, actor=outsider)
    assert (plan.created_count, plan.updated_count, plan.problems) == (1, 0, [])
    bring(database, content, actor=outsider, now=LATER)
    after = dump(database)
    for name in ("leads", "lead_revisions", "organizations"):
        assert set(before[name]) <= set(after[name])
    created = rows_of(database, sa.select(Lead).where(Lead.id != hidden.id))
    assert len(created) == 1
    assert created[0][0].organization_id != hidden.organization_id
    # Who sees both is asked which one is meant; the company cannot tell them apart.
    [problem] = check(database, content).problems
    assert "Several leads" in problem.text()


def test_plain_changes_are_audited_and_their_revisions_name_the_batch(
    database: Database,
) -> None:
    bring(database, csv_bytes(HEADER, row()))
    batch = bring(database, csv_bytes(HEADER, row().replace("Batteries", "Foods")), now=LATER)
    statement = sa.select(LeadRevision.batch_id).where(LeadRevision.origin == Origin.LIVE)
    assert rows_of(database, statement) == [(batch.id,)]


def test_a_code_name_is_known_before_and_after_its_company(database: Database) -> None:
    header = "Code name|Company|First contact|Stage"
    bring(database, csv_bytes(header, "Project Maple||2025-01-06|Engaged"))
    named = csv_bytes(header, "Project Maple|Muro Fictional Works|2025-01-06|Engaged")
    plan = check(database, named)
    assert (plan.created_count, plan.updated_count, plan.problems) == (0, 1, [])
    bring(database, named, now=LATER)
    # The next file says less; it is the same lead. Another company's is not.
    plan = check(database, csv_bytes(header, "Project Maple||2025-01-06|Engaged"))
    assert (plan.created_count, plan.problems) == (0, [])
    bring(database, csv_bytes(header, "|Other Fictional Works|2024-01-06|Engaged"), now=LATER)
    other = csv_bytes(header, "Project Maple|Other Fictional Works|2025-01-06|Engaged")
    assert check(database, other).created_count == 1
