"""Rows that create leads: their past, their company, and what comes with them."""

from datetime import date

import pytest
import sqlalchemy as sa

from crm.database import Database
from crm.timezones import start_of_day
from models.contact import Contact
from models.interaction import FollowUp
from models.lead import Change, ImportedTotal, Lead, LeadRevision, LossReason, Origin
from models.organization import Organization, OrganizationName
from models.stage import StageCode, Status
from models.user import LOCAL_ADMINISTRATOR, Role, User
from tests.crm.imports.bringing import (
    LEADS,
    NOW,
    STAGES,
    ZONE,
    bring,
    check,
    csv_bytes,
    office_file,
    rows_of,
)
from tests.factories.user import actor_for, make_office, make_user

HEADER = (
    "Ref|Company|Company (local name)|Country|Sector|Source|Owner|First contact|Stage|Stage since"
    "|Status|Lost on|Reason|Capex|Currency|Jobs|Meetings|Last contact|Next action|Next action on"
    "|Notes"
)


def row(
    ref: str = "A1",
    company: str = "Invented Robotics Inc.",
    native: str = "株式会社架空ロボ",
    *,
    stage: str = "Qualified",
    since: str = "2025-03-04",
    status: str = "Active",
    closed: str = "",
    reason: str = "",
    country: str = "Japan",
) -> str:
    cells = [ref, company, native, country, "Batteries", "JETRO", "L. Chen", "2024-11-05", stage]
    cells += [since, status, closed, reason, "45.7M", "CAD", "~24", "9", "2026-07-18"]
    cells += ["Call head office", "2026-12-01", "=HYPERLINK(x)"]
    return "|".join(cells)


def revisions_of(database: Database, ref: str) -> list[LeadRevision]:
    statement = (
        sa.select(LeadRevision)
        .join(Lead, Lead.id == LeadRevision.lead_id)
        .where(Lead.reference == ref)
        .order_by(LeadRevision.sequence)
    )
    return [found for (found,) in rows_of(database, statement)]


def lead_of(database: Database, ref: str) -> Lead:
    [[lead]] = rows_of(database, sa.select(Lead).where(Lead.reference == ref))
    return lead  # type: ignore[no-any-return]


def test_the_past_of_a_lead_enters_on_the_days_it_happened(any_database: Database) -> None:
    batch = bring(any_database, csv_bytes(HEADER, row()))
    first, second = revisions_of(any_database, "A1")
    assert (batch.created_count, batch.updated_count, batch.row_count) == (1, 0, 1)
    assert first.valid_from == start_of_day(date(2024, 11, 5), ZONE)
    assert first.valid_to == second.valid_from == start_of_day(date(2025, 3, 4), ZONE)
    assert second.valid_to is None
    assert [first.stage, second.stage] == [StageCode.FIRST_CONTACT, StageCode.QUALIFIED]
    assert {first.origin, second.origin} == {Origin.IMPORT}
    assert {first.batch_id, second.batch_id} == {batch.id}
    lead = lead_of(any_database, "A1")
    assert (lead.stage, lead.status) == (StageCode.QUALIFIED, Status.ACTIVE)
    assert lead.stage_since == date(2025, 3, 4)
    assert not lead.was_moved
    assert (lead.capex_amount, lead.capex_currency) == (45_700_000, "CAD")
    assert lead.notes == "=HYPERLINK(x)"
    assert lead.title == "Invented Robotics Inc."


def test_a_loss_without_a_date_is_lost_day_unknown(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row(status="Lost", reason="Lost to Ohio")))
    *_, lost = revisions_of(database, "A1")
    assert (lost.status, lost.is_day_unknown, lost.happened_on) == (Status.LOST, True, None)
    assert lost.valid_from == NOW
    lead = lead_of(database, "A1")
    assert (lead.lost_reason, lead.lost_to) == (LossReason.PLACE_WON, "Ohio")
    assert lead.closed_on is None
    assert lead.next_action is None
    assert rows_of(database, sa.select(FollowUp)) == []


def test_a_dated_loss_ends_on_its_day(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row(status="Lost", closed="2025-09-30", reason="Budget")))
    *_, lost = revisions_of(database, "A1")
    assert lost.valid_from == start_of_day(date(2025, 9, 30), ZONE)
    assert lead_of(database, "A1").closed_on == date(2025, 9, 30)


def test_a_stage_since_nobody_knows_when_is_bounded_by_the_end(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row(since="", status="Lost", closed="2025-09-30")))
    _, staged, lost = revisions_of(database, "A1")
    assert (staged.happened_on, lost.happened_on) == (date(2025, 9, 30), date(2025, 9, 30))
    assert lost.stage is StageCode.QUALIFIED
    assert lost.status is Status.LOST


def test_a_month_that_contains_the_first_contact_does_not_come_before_it(
    database: Database,
) -> None:
    bring(database, csv_bytes(HEADER, row(since="2024-11")))
    assert [(one.stage, one.change, one.happened_on) for one in revisions_of(database, "A1")] == [
        (StageCode.FIRST_CONTACT, Change.OPENED, date(2024, 11, 5)),
        (StageCode.QUALIFIED, Change.MOVED, date(2024, 11, 5)),
    ]


def test_an_end_in_the_month_of_its_stage_does_not_come_before_it(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row(status="Lost", closed="2025-03", reason="Budget")))
    *_, staged, lost = revisions_of(database, "A1")
    assert (staged.stage, staged.status) == (StageCode.QUALIFIED, Status.ACTIVE)
    assert (lost.status, lost.happened_on) == (Status.LOST, date(2025, 3, 4))
    assert lead_of(database, "A1").status is Status.LOST


def test_running_totals_are_known_from_the_day_of_the_file_only(database: Database) -> None:
    batch = bring(database, csv_bytes(HEADER, row()))
    [[total]] = rows_of(database, sa.select(ImportedTotal))
    assert (total.meetings_count, total.last_contact_on) == (9, date(2026, 7, 18))
    assert total.known_at == NOW
    assert total.batch_id == batch.id
    assert lead_of(database, "A1").last_contact_on == date(2026, 7, 18)


def test_the_next_action_becomes_the_next_step(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row()))
    [[step]] = rows_of(database, sa.select(FollowUp))
    lead = lead_of(database, "A1")
    assert (step.text, step.due_on) == ("Call head office", date(2026, 12, 1))
    assert step.is_next_step
    assert step.owner_id == lead.owner_id
    assert (lead.next_action, lead.next_action_on) == (step.text, step.due_on)


def test_owners_not_on_file_are_created_and_cannot_sign_in(database: Database) -> None:
    office = make_office(database)
    officer = actor_for(database, make_user(database, office=office, name="L. Chen"))
    batch = bring(
        database,
        csv_bytes(HEADER, row(), row("A2").replace("L. Chen", "김민수 Kim")),
        actor=officer,
    )
    assert lead_of(database, "A1").owner_id == officer.id
    [[created]] = rows_of(database, sa.select(User).where(User.name == "김민수 Kim"))
    assert created.password_hash is None
    assert (created.role, created.office_id) == (Role.OFFICER, office.id)
    assert created.username == "김민수.kim"
    assert batch.summary is not None
    names = batch.summary["names"]
    assert [owner["name"] for owner in names["owners"]] == ["김민수 Kim"]
    assert [sector["name"] for sector in names["sectors"]] == ["Batteries"]
    assert lead_of(database, "A2").office_id == office.id


def test_one_company_in_two_rows_is_one_organization(database: Database) -> None:
    content = csv_bytes(
        HEADER,
        row("A1", "Invented Robotics Inc.", ""),
        row("A2", "INVENTED ROBOTICS", "㈱架空ロボ"),
        row("A3", "Another Name Ltd.", "株式会社 架空ロボ"),
    )
    bring(database, content)
    [[organization]] = rows_of(database, sa.select(Organization))
    assert organization.native_name == "㈱架空ロボ"
    assert organization.first_lead_id == lead_of(database, "A1").id


def test_equal_names_in_two_countries_are_two_companies(database: Database) -> None:
    bring(database, csv_bytes(HEADER, row("A1", native=""), row("A2", native="", country="Korea")))
    assert len(rows_of(database, sa.select(Organization))) == 2


def test_a_company_on_file_is_found_by_either_name_and_learns_the_other(
    database: Database,
) -> None:
    bring(database, csv_bytes(HEADER, row("A1", native="")))
    bring(database, csv_bytes(HEADER, row("B1", native="株式会社架空ロボ")))
    bring(database, csv_bytes(HEADER, row("C1", "Other Spelling", "㈱架空ロボ")))
    [[organization]] = rows_of(database, sa.select(Organization))
    assert organization.native_name == "株式会社架空ロボ"
    assert organization.native_language == "ja"
    names = {name for (name,) in rows_of(database, sa.select(OrganizationName.text))}
    assert names == {"Invented Robotics Inc.", "株式会社架空ロボ"}


def test_a_name_lost_to_question_marks_matches_nothing(database: Database) -> None:
    content = csv_bytes(HEADER, row("A1", "First Works", "????"), row("A2", "Second Works", "????"))
    batch = bring(database, content)
    assert len(rows_of(database, sa.select(Organization))) == 2
    assert batch.summary is not None
    assert batch.summary["notice_count"] == 2
    assert batch.summary["outcome"]["to_look_at"] == 2


def test_contacts_come_once_with_the_name_as_printed(database: Database) -> None:
    header = "Ref|Company|First contact|Contact|Contact title|Contact email"
    bring(
        database,
        csv_bytes(
            header,
            "A1|Invented Works|2024-05|山田 太郎|部長|yamada@example.com",
            "A2|Invented Works|2024-06|山田太郎||",
            "A3|Invented Works|2024-07|||yamada@example.com",
        ),
    )
    [[contact]] = rows_of(database, sa.select(Contact))
    assert (contact.printed_name, contact.native_title, contact.title) == (
        "山田 太郎",
        "部長",
        None,
    )
    assert contact.language == "ja"
    assert contact.family_name is None
    assert contact.first_lead_id == lead_of(database, "A1").id


def test_a_precision_and_its_words_stay_on_the_lead(database: Database) -> None:
    bring(database, csv_bytes("Ref|Company|First contact", "A1|Invented Works|2024年5月"))
    lead = lead_of(database, "A1")
    assert lead.first_contact_on == date(2024, 5, 1)
    assert lead.first_contact_precision == "month"
    assert lead.first_contact_as_printed == "2024年5月"


def test_one_mistake_stops_everything(database: Database) -> None:
    plan = check(database, csv_bytes(HEADER, row("A1"), row("A2", stage="Nowhere")))
    assert [(problem.row, problem.column) for problem in plan.problems] == [(3, "Stage")]
    assert (plan.created_count, plan.updated_count) == (0, 0)


def test_rows_without_a_reference_are_found_again_by_company_and_first_contact(
    database: Database,
) -> None:
    content = csv_bytes("Company|First contact|Stage", "Invented Works|2024-05-06|Engaged")
    bring(database, content)
    again = bring(database, content)
    assert (again.created_count, again.updated_count) == (0, 0)
    twice = csv_bytes("Company|First contact", *["Invented Works|2024-05-06"] * 2)
    assert [problem.row for problem in check(database, twice).problems] == [2, 3]


@pytest.mark.parametrize(
    ("leads", "stages", "counts"),
    [
        ("leads_en.csv", "stages_en.csv", (340, 49, 32)),
        ("leads_ja_cp932.csv", "stages_ja_cp932.csv", (120, 16, 12)),
    ],
)
def test_the_files_of_a_whole_office(
    database: Database, leads: str, stages: str, counts: tuple[int, int, int]
) -> None:
    first = bring(database, office_file(leads), LEADS)
    assert first.summary is not None
    outcome = first.summary["outcome"]
    assert (outcome["leads"], outcome["open"], outcome["announced"]) == counts
    told = bring(database, office_file(stages), STAGES)
    assert (told.created_count, told.updated_count) == (0, counts[0])
    assert told.summary is not None
    assert told.summary["outcome"]["open"] == counts[1]
    assert told.row_count == len(rows_of(database, sa.select(LeadRevision.id)))
    unknown = sa.select(LeadRevision.id).where(LeadRevision.is_day_unknown)
    assert rows_of(database, unknown) == []
    closed = sa.select(Lead.id).where(Lead.status == Status.LOST, Lead.closed_on.is_(None))
    assert rows_of(database, closed) == []
    for content, kind in ((office_file(leads), LEADS), (office_file(stages), STAGES)):
        again = bring(database, content, kind)
        assert (again.created_count, again.updated_count) == (0, 0)
    assert LOCAL_ADMINISTRATOR.name == told.actor_name
