"""Undoing an import restores every table; it is refused where somebody went on working."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm.database import Database
from crm.duplicates.merge import merge_organizations
from crm.duplicates.undo import undo_merge
from crm.imports import service
from crm.interactions.follow_ups import FollowUpDetails, promise
from crm.leads.confidentiality import restrict_lead
from crm.leads.service import edit_lead
from crm.organizations.plan import OrganizationDetails
from models.audit import AuditEntry
from models.duplicate import OrganizationMerge, StewardNotice
from models.errors import DomainError, ForbiddenError
from models.import_batch import BatchState, ImportBatch
from models.lead import Lead, LeadSource
from models.organization import Organization, Sector
from models.stage import StageCode
from models.user import LOCAL_ADMINISTRATOR, Actor, Role, User
from tests.crm.imports.bringing import (
    LEADS,
    NOW,
    STAGES,
    TRAIL,
    bring,
    csv_bytes,
    differing,
    dump,
    office_file,
    rows_of,
    take_back,
)
from tests.crm.imports.test_service_create import HEADER, row
from tests.crm.imports.test_service_stages import PAST
from tests.crm.imports.test_service_update import move_in_product
from tests.factories.lead import make_lead
from tests.factories.organization import make_organization
from tests.factories.user import actor_for, make_team, make_user

LATER = NOW + timedelta(days=2)
CHANGED = csv_bytes(
    HEADER + "|Contact|City",
    row(stage="Proposal", since="2025-08-01").replace("9|2026-07-18", "12|2026-11-01")
    + "|山田太郎|Osaka",
    row("A2", "Second Works", "第二製作所", status="Lost", reason="Lost to Ohio").replace(
        "L. Chen", "P. Roy"
    )
    + "||",
    row("A3", "Third Works", "").replace("Call head office", "Send proposal") + "||",
    row("N1", "New Works", "新会社").replace("JETRO", "KOTRA") + "|Jane Roe|",
)
FIRST = csv_bytes(HEADER, row(), row("A2", "Second Works", ""), row("A3", "Third Works", ""))


def lead_session_edit(database: Database, ref: str) -> None:
    """Somebody goes on working on a lead."""
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        lead = session.scalars(sa.select(Lead).where(Lead.reference == ref)).one()
        edit_lead(session, lead, {"need": "a site"}, actor=LOCAL_ADMINISTRATOR, now=LATER)


def test_what_an_import_created_goes_without_a_trace(any_database: Database) -> None:
    make_lead(any_database)
    before = dump(any_database, without=TRAIL)
    batch = bring(any_database, CHANGED)
    assert list(differing(before, dump(any_database, without=TRAIL)))
    take_back(any_database, batch)
    assert list(differing(before, dump(any_database, without=TRAIL))) == []
    [[state]] = rows_of(any_database, sa.select(ImportBatch.state))
    assert state is BatchState.UNDONE


def test_what_an_import_changed_stands_as_before(any_database: Database) -> None:
    bring(any_database, FIRST)
    before = dump(any_database, without=TRAIL)
    batch = bring(any_database, CHANGED, now=LATER)
    assert (batch.created_count, batch.updated_count) == (1, 3)
    changed = set(differing(before, dump(any_database, without=TRAIL)))
    assert {"leads", "lead_revisions", "follow_ups", "contacts", "organizations"} <= changed
    take_back(any_database, batch, now=LATER)
    assert list(differing(before, dump(any_database, without=TRAIL))) == []


def test_a_replaced_history_comes_back(any_database: Database) -> None:
    bring(any_database, FIRST)
    before = dump(any_database, without=TRAIL)
    batch = bring(any_database, PAST, STAGES, now=LATER)
    take_back(any_database, batch, now=LATER)
    assert list(differing(before, dump(any_database, without=TRAIL))) == []


def test_a_move_of_today_is_taken_back_with_its_revision(database: Database) -> None:
    bring(database, FIRST)
    move_in_product(database, "A1", StageCode.ACTIVE)
    before = dump(database, without=TRAIL)
    content = csv_bytes(
        "Ref|Stage|Date|Reason", "A1|Qualified|2026-11-21|", "A1|Lost|2026-11-22|Lost to Ohio"
    )
    batch = bring(database, content, STAGES, now=LATER)
    take_back(database, batch, now=LATER)
    assert list(differing(before, dump(database, without=TRAIL))) == []


def test_a_whole_office_is_taken_back_in_two_steps(database: Database) -> None:
    empty = dump(database, without=TRAIL)
    leads = bring(database, office_file("leads_en.csv"), LEADS)
    imported = dump(database, without=TRAIL)
    stages = bring(database, office_file("stages_en.csv"), STAGES)
    with pytest.raises(DomainError, match="340 of its leads were changed since"):
        take_back(database, leads)
    take_back(database, stages)
    assert list(differing(imported, dump(database, without=TRAIL))) == []
    take_back(database, leads)
    assert list(differing(empty, dump(database, without=TRAIL))) == []


def test_it_is_refused_once_a_lead_was_changed_and_names_the_first(database: Database) -> None:
    batch = bring(database, CHANGED)
    lead_session_edit(database, "A2")
    before = dump(database)
    with pytest.raises(DomainError, match=r"1 of its leads .* Second Works"):
        take_back(database, batch, now=LATER)
    assert list(differing(before, dump(database))) == []


def test_work_that_leaves_the_lead_itself_alone_counts_too(database: Database) -> None:
    batch = bring(database, CHANGED)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        promise(
            session,
            FollowUpDetails("send the brochure"),
            lead=session.scalars(sa.select(Lead).where(Lead.reference == "A3")).one(),
            actor=LOCAL_ADMINISTRATOR,
            now=LATER,
        )
    with pytest.raises(DomainError, match="Third Works"):
        take_back(database, batch, now=LATER)


def test_a_later_import_has_to_be_undone_first(database: Database) -> None:
    first = bring(database, FIRST)
    second = bring(database, CHANGED)
    with pytest.raises(DomainError, match="3 of its leads"):
        take_back(database, first)
    take_back(database, second)
    take_back(database, first)
    assert rows_of(database, sa.select(Lead.id)) == []


def test_a_lead_out_of_sight_by_now_is_neither_deleted_nor_named(database: Database) -> None:
    officer = actor_for(database, make_user(database))
    batch = bring(database, CHANGED, actor=officer)
    team = make_team(database)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        lead = session.scalars(sa.select(Lead).where(Lead.reference == "A2")).one()
        lead.owner_id = None
        restrict_lead(
            session,
            lead,
            team_id=team.id,
            reason="named by the client",
            actor=LOCAL_ADMINISTRATOR,
            now=LATER,
        )
    with pytest.raises(DomainError, match="some of its leads") as caught:
        take_back(database, batch, actor=officer, now=LATER)
    assert "Second" not in str(caught.value)
    assert len(rows_of(database, sa.select(Lead.id))) == 4


def test_names_and_companies_that_others_use_stay(database: Database) -> None:
    batch = bring(database, CHANGED)
    [[organization]] = rows_of(
        database, sa.select(Organization).where(Organization.name == "New Works")
    )
    [[sector]] = rows_of(database, sa.select(Sector))
    [[source]] = rows_of(database, sa.select(LeadSource).where(LeadSource.name_en == "KOTRA"))
    [[owner]] = rows_of(database, sa.select(User).where(User.name == "P. Roy"))
    make_lead(
        database,
        company=None,
        organization_id=organization.id,
        sector_id=sector.id,
        source_id=source.id,
        owner_id=owner.id,
    )
    take_back(database, batch)
    assert [name for (name,) in rows_of(database, sa.select(Organization.name))] == ["New Works"]
    assert rows_of(database, sa.select(Sector.name_en)) == [("Batteries",)]
    assert rows_of(database, sa.select(LeadSource.name_en)) == [("KOTRA",)]
    assert rows_of(database, sa.select(User.name)) == [("P. Roy",)]


def test_an_owner_who_signs_in_by_now_stays(database: Database) -> None:
    batch = bring(database, CHANGED)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.scalars(sa.select(User).where(User.name == "P. Roy")).one().password_hash = "x"
    take_back(database, batch)
    assert rows_of(database, sa.select(User.name)) == [("P. Roy",)]


def test_undoing_is_done_once_by_who_may_write_and_not_after_keeping(database: Database) -> None:
    batch = bring(database, CHANGED)
    viewer = actor_for(database, make_user(database, role=Role.VIEWER))
    with pytest.raises(ForbiddenError):
        take_back(database, batch, actor=viewer)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = session.get_one(ImportBatch, batch.id)
        service.keep_batch(session, found, actor=LOCAL_ADMINISTRATOR, now=NOW)
    with pytest.raises(DomainError):
        take_back(database, batch)
    other = bring(database, FIRST.replace(b"A1", b"B1").replace(b"A2", b"B2").replace(b"A3", b"B3"))
    take_back(database, other)
    with pytest.raises(DomainError):
        take_back(database, other)


def test_the_trail_says_who_took_what_back(database: Database) -> None:
    batch = bring(database, FIRST)
    officer = actor_for(database, make_user(database, name="Jane Roe"))
    take_back(database, batch, actor=officer)
    statement = sa.select(AuditEntry).where(AuditEntry.action == "deleted")
    entries = [entry for (entry,) in rows_of(database, statement)]
    assert len(entries) == 3
    assert {entry.actor_name for entry in entries} == {"Jane Roe"}
    assert {entry.changes["title"][0] for entry in entries if entry.changes} == {
        "Invented Robotics Inc.",
        "Second Works",
        "Third Works",
    }


def test_a_notice_to_the_stewards_holds_no_company_back(database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member)
    make_lead(
        database,
        company=OrganizationDetails(name="Hidden Works Ltd."),
        team_id=team.id,
        actor=LOCAL_ADMINISTRATOR,
    )
    officer = actor_for(database, make_user(database))
    before = dump(database)
    batch = bring(
        database,
        csv_bytes(HEADER, row(company="Hidden Works Ltd.", native="")),
        actor=officer,
        now=NOW,
    )
    assert len(rows_of(database, sa.select(StewardNotice.id))) == 1
    take_back(database, batch, actor=officer)
    assert rows_of(database, sa.select(StewardNotice.id)) == []
    assert "organizations" not in differing(before, dump(database))


def merge(
    database: Database, survivor: str, absorbed: str, *, actor: Actor = LOCAL_ADMINISTRATOR
) -> OrganizationMerge:
    """Somebody finds that two organizations are one."""
    with database.transaction(actor) as session:
        found = {
            one.name: one
            for one in session.scalars(
                sa.select(Organization).where(Organization.name.in_([survivor, absorbed]))
            )
        }
        return merge_organizations(
            session, found[survivor], found[absorbed], actor=actor, now=LATER
        )


@pytest.mark.parametrize(
    ("survivor", "absorbed"),
    [
        ("Older Works", "Second Works"),
        ("Second Works", "Older Works"),
        ("Older Works", "Known Works"),
        ("Known Works", "Older Works"),
    ],
)
def test_an_import_whose_companies_were_merged_is_built_on(
    any_database: Database, survivor: str, absorbed: str
) -> None:
    make_organization(any_database, name="Older Works", native_name=None)
    # The file fills in what is not known of this one.
    make_organization(any_database, name="Known Works", native_name=None, country="JP")
    content = csv_bytes(
        HEADER, row(), row("A2", "Second Works", ""), row("A3", "Known Works", "既知製作所")
    )
    batch = bring(any_database, content)
    merged = merge(any_database, survivor, absorbed)
    before = dump(any_database)
    with pytest.raises(DomainError, match="were merged since") as refused:
        take_back(any_database, batch)
    assert refused.value.params["names"] == f"{absorbed} → {survivor}"
    assert differing(before, dump(any_database)) == []
    with any_database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = session.get_one(OrganizationMerge, merged.id)
        undo_merge(session, found, actor=LOCAL_ADMINISTRATOR, now=LATER)
    take_back(any_database, batch)
    assert rows_of(any_database, sa.select(Lead.id)) == []


def test_a_merge_of_others_or_of_before_holds_nothing_back(database: Database) -> None:
    for name in ("Older Works", "Oldest Works", "Ancient Works"):
        make_organization(database, name=name, native_name=None)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        first, second = session.scalars(
            sa.select(Organization)
            .where(Organization.name.in_(["Oldest Works", "Ancient Works"]))
            .order_by(Organization.name)
        )
        merge_organizations(
            session, first, second, actor=LOCAL_ADMINISTRATOR, now=NOW - timedelta(days=1)
        )
    batch = bring(database, csv_bytes(HEADER, row(), row("A2", "Ancient Works", "")))
    make_organization(database, name="Newer Works", native_name=None)
    merge(database, "Older Works", "Newer Works")
    take_back(database, batch)
    assert rows_of(database, sa.select(Lead.id)) == []


def test_a_merge_that_may_not_be_seen_is_not_named(database: Database) -> None:
    officer = actor_for(database, make_user(database))
    batch = bring(database, csv_bytes(HEADER, row("A2", "Second Works", "")), actor=officer)
    team = make_team(database)
    make_organization(database, name="Hidden Works", native_name=None)
    merge(database, "Second Works", "Hidden Works")
    with database.engine.begin() as connection:
        connection.execute(sa.update(OrganizationMerge).values(team_id=team.id))
    with pytest.raises(DomainError) as refused:
        take_back(database, batch, actor=officer)
    assert "Hidden" not in str(refused.value)
    assert "names" not in refused.value.params
