"""The page of a lead: what stands on it, for whom, and that looks of administrators are kept."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient

from crm.database import Database
from crm.interactions.service import ParticipantDetails
from crm.leads.answers import Given
from crm.leads.service import move_lead
from crm.leads.standing import lose_leads
from crm.organizations.plan import OrganizationDetails
from models.audit import AuditEntry
from models.lead import Lead, LossReason
from models.measure import Measure, Qualifier
from models.stage import StageCode
from models.user import LOCAL_ADMINISTRATOR, OfficeKind, Role
from tests.crm.leads.scores import give_score
from tests.factories.interaction import make_conversation, make_meeting, make_next_step
from tests.factories.lead import NOW, make_lead
from tests.factories.user import actor_for, make_office, make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]


def test_the_first_screen_holds_what_an_officer_needs(sign_in: SignIn, database: Database) -> None:
    owner = make_user(database, name="Dana Example")
    lead = make_lead(
        database,
        company=OrganizationDetails(name="Mihon Looms", native_name="見本織機", country="JP"),
        owner_id=owner.id,
        capex=Measure(12_000_000, Qualifier.AT_LEAST, currency="CAD"),
        jobs=Measure(20, Qualifier.BETWEEN, 30),
    )
    for day in range(1, 6):
        make_conversation(
            database, lead, happened_on=date(2026, 11, day), summary=f"Talk of day {day}"
        )
    make_meeting(database, lead, summary="Site visit next week")
    make_next_step(database, lead, text="Send the layout")
    give_score(database, lead)
    page = sign_in(Role.OFFICER).get(f"/leads/{lead.public_id}").text
    for words in (
        "Mihon Looms",
        '<span lang="ja">見本織機</span>',
        "First contact",
        "The whole office sees it",
        "Send the layout",
        "Dana Example",
        "at least 12M",
        "20 to 30 jobs",
        "Site visit next week",
        "Needed for Engaged",
        "Announced within 12 months: 31%",
        "42%",
        "(20% to 60%)",
        "scorecard only",
    ):
        assert words in page, words
    assert [f"Talk of day {day}" in page for day in range(1, 6)] == [False, False, True, True, True]
    assert page.count("reason-up") == 3
    assert page.count("reason-down") == 1


def test_a_chance_says_that_later_changes_are_not_in_it(
    sign_in: SignIn, database: Database
) -> None:
    lead = make_lead(database)
    give_score(database, lead)
    client = sign_in(Role.OFFICER)
    assert "are not in it" not in client.get(f"/leads/{lead.public_id}").text
    with time_machine.travel(NOW + timedelta(minutes=30), tick=False):
        client.post(f"/interactions/leads/{lead.public_id}", data={"kind": "call", "summary": "x"})
        assert "are not in it" in client.get(f"/leads/{lead.public_id}").text


def test_each_need_shows_how_it_stands(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database, need="A plant", competing_places="None known")
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        move_lead(
            session,
            session.get_one(Lead, lead.id),
            StageCode.ENGAGED,
            given={
                "decider_met": Given(ask_by_on=date(2026, 12, 4)),
                "next_action": Given(does_not_apply=True),
                "sector": Given(ask_by_on=date(2026, 12, 4)),
                "source": Given(does_not_apply=True),
            },
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )
    client = sign_in(Role.OFFICER)
    page = client.get(f"/leads/{lead.public_id}").text
    needs = page.split("Needed for Qualified")[1].split("</details>")[0]
    assert needs.count("need-met") == 2
    assert needs.count("need-missing") == 4
    assert "2 things are still open from earlier stages" in needs
    gaps = page.split('id="needs"')[1].split("</details>")[0]
    assert gaps.count("ask by 4 Dec 2026") == 2
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        later = sign_in(Role.OFFICER).get(f"/leads/{lead.public_id}").text
    assert "ask by 4 Dec 2026, late" in later


def test_a_closed_lead_says_how_it_ended_and_can_be_taken_up(
    sign_in: SignIn, database: Database
) -> None:
    lead = make_lead(database)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        lose_leads(
            session,
            [session.get_one(Lead, lead.id)],
            code=LossReason.PLACE_WON,
            reason="taxes",
            lost_to="Ohio",
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )
    page = sign_in(Role.OFFICER).get(f"/leads/{lead.public_id}").text
    assert "Another place won, Ohio" in page
    assert "taxes" in page
    assert "Take it up again" in page
    assert "Log a conversation" not in page
    assert "Move to:" not in page


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTNER])
def test_a_reader_gets_no_form(sign_in: SignIn, database: Database, role: Role) -> None:
    office = make_office(database)
    lead = make_lead(database, partner_office_id=office.id)
    page = sign_in(role, office=office).get(f"/leads/{lead.public_id}").text
    main = page.split("<main")[1]
    assert "<form" not in main
    assert "Move to:" not in main


def test_only_a_manager_gives_away_and_anybody_takes_a_free_lead(
    sign_in: SignIn, database: Database
) -> None:
    free = make_lead(database)
    owned = make_lead(database, owner_id=make_user(database).id)
    officer, manager = sign_in(Role.OFFICER), sign_in(Role.MANAGER)
    assert "Take this lead" in officer.get(f"/leads/{free.public_id}").text
    assert "Take this lead" not in officer.get(f"/leads/{owned.public_id}").text
    assert "Give it to somebody" not in officer.get(f"/leads/{owned.public_id}").text
    assert "Give it to somebody" in manager.get(f"/leads/{owned.public_id}").text


@pytest.mark.parametrize("rest", ["", "/history", "/conversations"])
def test_each_look_of_an_administrator_at_a_teams_lead_is_kept_once_an_hour(
    sign_in: SignIn, database: Database, rest: str
) -> None:
    team = make_team(database, make_user(database))
    hidden = make_lead(database, team_id=team.id)
    administrator = sign_in(Role.ADMIN)

    def looks() -> int:
        with database.unscoped_reader(purpose="test") as session:
            return (
                session.scalar(
                    sa.select(sa.func.count())
                    .select_from(AuditEntry)
                    .where(AuditEntry.action == "looked", AuditEntry.lead_id == hidden.id)
                )
                or 0
            )

    for _ in range(2):
        assert administrator.get(f"/leads/{hidden.public_id}{rest}").status_code == 200
    assert looks() == 1
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.execute(sa.update(AuditEntry).values(at=NOW - timedelta(minutes=61)))
    administrator.get(f"/leads/{hidden.public_id}{rest}")
    assert looks() == 2


def test_looks_at_open_leads_and_at_ones_own_teams_are_nobodys_business(
    sign_in: SignIn, database: Database
) -> None:
    administrator = make_user(database, role=Role.ADMIN)
    team = make_team(database, administrator)
    leads = [make_lead(database), make_lead(database, team_id=team.id)]
    client = sign_in(administrator)
    for lead in leads:
        assert client.get(f"/leads/{lead.public_id}").status_code == 200
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalar(sa.select(AuditEntry).where(AuditEntry.action == "looked")) is None


def test_the_history_says_who_changed_what_and_why(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database, capex=Measure(1_000_000, Qualifier.EXACT, currency="CAD"))
    manager = sign_in(Role.MANAGER, name="Claire Example")
    manager.post(
        f"/leads/{lead.public_id}/move",
        data={"to": "active", "override": "yes", "override_reason": "the mayor promised"},
    )
    manager.post(f"/leads/{lead.public_id}/lose", data={"code": "cost", "reason": ""})
    page = manager.get(f"/leads/{lead.public_id}/history").text
    changes = page.split('id="change-list"')[1]
    assert changes.index("Lost") < changes.index("Moved anyway") < changes.index("Opened")
    for words in (
        "Claire Example",
        "Reason: the mayor promised",
        "<s>First contact</s> → Project under way",
        "Reason: Costs or exchange rate",
        "1M",
    ):
        assert words in changes, words


def test_every_conversation_pages_with_who_took_part(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    author = actor_for(database, make_user(database, name="Dana Example"))
    for day in range(1, 4):
        make_conversation(
            database,
            lead,
            actor=author,
            happened_on=date(2026, 10, day),
            summary=f"Talk {day}",
            participants=(ParticipantDetails(name="Sato Ken"),),
        )
    path = f"/leads/{lead.public_id}/conversations"
    page = client.get(path).text
    assert "written by Dana Example" in page
    assert "Sato Ken" in page
    with queries:
        client.get(path)
    few = queries.count
    for day in range(4, 28):
        make_conversation(database, lead, happened_on=date(2026, 10, day), summary=f"Talk {day}")
    with queries:
        client.get(path)
    assert queries.count == few
    for day in range(1, 6):
        make_conversation(database, lead, happened_on=date(2026, 9, day), summary="Earlier")
    make_conversation(database, lead, happened_on=date(2026, 8, 1), summary="The very first")
    first = client.get(path).text
    assert "The very first" not in first
    link = first.split('rel="next" href="')[1].split('"')[0]
    assert "The very first" in client.get(link.replace("&amp;", "&")).text


def test_the_page_asks_as_often_for_a_long_life_as_for_a_short_one(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    make_conversation(database, lead)
    client.get(f"/leads/{lead.public_id}")
    with queries:
        client.get(f"/leads/{lead.public_id}")
    few = queries.count
    author = actor_for(database, make_user(database))
    for _ in range(30):
        make_conversation(database, lead, actor=author)
    client.post(f"/leads/{lead.public_id}/path", data={"steps": "\n".join(f"P{n}" for n in "abc")})
    client.get(f"/leads/{lead.public_id}")
    with queries:
        client.get(f"/leads/{lead.public_id}")
    assert queries.count == few <= 24


def test_a_partner_reads_no_estimate_of_the_office(sign_in: SignIn, database: Database) -> None:
    office = make_office(database, kind=OfficeKind.PARTNER)
    lead = make_lead(database, partner_office_id=office.id, likelihood=0.37)
    for client, is_told in (
        (sign_in(Role.OFFICER), True),
        (sign_in(Role.PARTNER, office=office), False),
    ):
        for path in ("", "/history"):
            page = client.get(f"/leads/{lead.public_id}{path}")
            assert page.status_code == 200
            assert ("37%" in page.text) is is_told, path
