"""What others did since one last looked."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from config import Config
from crm.database import Database
from crm.files.service import Home, keep_file
from crm.home.news_queries import NewsKind, WhatChanged, load_what_changed
from crm.leads.service import edit_lead
from models.import_batch import BatchKind, BatchState, ImportBatch, ImportRow, RowAction
from models.lead import Lead
from models.stage import StageCode
from models.user import LOCAL_ADMINISTRATOR, Actor, Role, User
from tests.crm.files.contents import PDF
from tests.factories.interaction import make_conversation, make_meeting
from tests.factories.lead import NOW, make_lead, make_past_leads
from tests.factories.user import actor_for, make_office, make_team, make_user

BEFORE = NOW - timedelta(days=60)


def reader_of(database: Database) -> Actor:
    """Somebody at home who looked an hour ago."""
    user = make_user(database, office=make_office(database))
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(User, user.id).looked_at = NOW - timedelta(hours=1)
    return actor_for(database, user)


def haruka_of(database: Database) -> Actor:
    """A colleague in Tokyo."""
    office = make_office(database, time_zone="Asia/Tokyo")
    return actor_for(database, make_user(database, office=office, name="Haruka"))


def dana_of(database: Database) -> Actor:
    """A colleague at home."""
    return actor_for(database, make_user(database, name="Dana"))


@pytest.fixture
def me(database: Database) -> Actor:
    """The reader on SQLite."""
    return reader_of(database)


@pytest.fixture
def colleague(database: Database) -> Actor:
    """A colleague on SQLite."""
    return dana_of(database)


def news(database: Database, actor: Actor) -> WhatChanged:
    """What changed for somebody."""
    with database.reader(actor) as session:
        return load_what_changed(session, actor, now=NOW)


def leads_of(changed: WhatChanged) -> list[str | None]:
    """The leads in the order shown."""
    return [group.lead_id for group in changed.groups]


def test_asia_comes_first_and_then_the_newest(any_database: Database) -> None:
    me, tokyo, colleague = (make(any_database) for make in (reader_of, haruka_of, dana_of))
    leads = [make_lead(any_database, now=BEFORE) for _ in range(4)]
    for lead, actor, minutes in (
        (leads[0], tokyo, 30),
        (leads[1], colleague, 1),
        (leads[2], tokyo, 20),
        (leads[3], colleague, 2),
    ):
        make_conversation(any_database, lead, actor=actor, now=NOW - timedelta(minutes=minutes))
    changed = news(any_database, me)
    assert leads_of(changed) == [leads[n].public_id for n in (2, 0, 1, 3)]
    assert [group.is_from_asia for group in changed.groups] == [True, True, False, False]


def test_one_lead_is_one_group_whatever_happened_on_it(
    any_database: Database, config: Config
) -> None:
    me, tokyo, colleague = (make(any_database) for make in (reader_of, haruka_of, dana_of))
    lead = make_lead(any_database, now=BEFORE)
    said = make_conversation(any_database, lead, actor=colleague, now=NOW - timedelta(minutes=9))
    make_meeting(any_database, lead, actor=tokyo, now=NOW - timedelta(minutes=3))
    with any_database.transaction(colleague) as session:
        edit_lead(
            session,
            session.get_one(Lead, lead.id),
            {"market": "KR"},
            actor=colleague,
            now=NOW - timedelta(minutes=6),
        )
        keep_file(
            session,
            io.BytesIO(PDF),
            "a.pdf",
            Home(interaction=said),
            config=config,
            actor=colleague,
            now=NOW - timedelta(minutes=5),
        )
    [group] = news(any_database, me).groups
    assert [item.kind for item in group.news] == [
        NewsKind.CONVERSATION,
        NewsKind.FILE,
        NewsKind.CHANGE,
        NewsKind.CONVERSATION,
    ]
    assert [item.is_planned for item in group.news] == [True, False, False, False]
    assert group.is_from_asia


def test_what_one_did_oneself_or_has_seen_is_no_news(
    database: Database, me: Actor, colleague: Actor
) -> None:
    lead = make_lead(database, now=BEFORE)
    make_conversation(database, lead, actor=me)
    make_conversation(database, lead, actor=colleague, now=NOW - timedelta(minutes=61))
    assert news(database, me).groups == []


def test_the_first_look_goes_a_week_back(database: Database, colleague: Actor) -> None:
    fresh = actor_for(database, make_user(database))
    lead = make_lead(database, now=BEFORE)
    make_conversation(database, lead, actor=colleague, now=NOW - timedelta(days=8))
    assert news(database, fresh).groups == []
    make_conversation(database, lead, actor=colleague, now=NOW - timedelta(days=6))
    assert leads_of(news(database, fresh)) == [lead.public_id]


def test_an_imported_past_is_one_line(database: Database, me: Actor) -> None:
    make_past_leads(database, 3, stage=StageCode.QUALIFIED)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        for state in (BatchState.KEPT, BatchState.UNDONE, BatchState.DRAFT):
            batch = ImportBatch(
                kind=BatchKind.LEADS,
                state=state,
                file_name=f"{state.value}.csv",
                sha256="x",
                row_count=3,
                created_count=3,
                updated_count=0,
                actor_name=f"Dana, {state.value}",
                created_at=NOW,
            )
            session.add(batch)
            session.flush()
            session.add_all(
                ImportRow(batch_id=batch.id, row_number=number, action=RowAction.CREATED)
                for number in range(2, 5)
            )
    changed = news(database, me)
    assert changed.groups == []
    assert [(item.by, item.created_count) for item in changed.imports] == [("Dana, kept", 3)]


def test_at_most_twenty_leads(database: Database, me: Actor, colleague: Actor) -> None:
    for _number in range(23):
        make_conversation(database, make_lead(database, now=BEFORE), actor=colleague)
    assert len(news(database, me).groups) == 20


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMIN])
def test_what_is_restricted_is_news_for_its_team_only(
    database: Database, role: Role, colleague: Actor
) -> None:
    member = make_user(database)
    team = make_team(database, member)
    inside = actor_for(database, member)
    lead = make_lead(database, actor=inside, team_id=team.id, now=BEFORE)
    make_conversation(database, lead, actor=inside)
    # Not even an administrator's: a look at it is written down, and this page is none.
    outsider = actor_for(database, make_user(database, role=role))
    assert news(database, outsider).groups == []
    other = actor_for(database, make_user(database))
    assert news(database, other).groups == []


def test_seen_is_seen_up_to_the_page_one_saw(
    sign_in: Callable[..., FlaskClient], database: Database
) -> None:
    client: Any = sign_in(Role.OFFICER)
    lead = make_lead(database, now=BEFORE)
    make_conversation(database, lead, now=NOW - timedelta(minutes=2), summary="Before the page")
    page = client.get("/").text
    assert "Before the page" in page
    until = page.split('name="until" value="')[1].split('"')[0]
    make_conversation(database, lead, now=NOW + timedelta(seconds=1), summary="After the page")
    assert client.post("/seen", data={"until": until}).status_code == 303
    after = client.get("/").text
    assert "Before the page" not in after
    assert "After the page" in after
