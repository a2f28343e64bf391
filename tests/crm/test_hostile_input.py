"""Whatever is sent to whatever address, no answer is an error of ours."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import Config
from crm.database import Database
from crm.files.service import Home, keep_file
from crm.leads.confidentiality import restrict_lead
from crm.leads.involved import add_steps
from crm.organizations.parts import SiteDetails, add_site
from models.lead import Lead
from models.organization import Organization, SiteRole
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.crm.imports.bringing import bring, csv_bytes
from tests.factories.agreement import make_agreement, make_citation, make_statistic
from tests.factories.announcement import make_announcement
from tests.factories.card import JPEG, make_card, make_gift, type_it, write_letters
from tests.factories.contact import make_contact
from tests.factories.interaction import (
    make_conversation,
    make_enquiry,
    make_meeting,
    make_next_step,
    make_promise,
)
from tests.factories.lead import NOW, make_lead, make_sector, make_source
from tests.factories.mission import (
    make_delegate,
    make_item,
    make_mission,
    make_planned_mission,
)
from tests.factories.organization import make_organization
from tests.factories.rate import make_rate
from tests.factories.reference import make_reference, make_request
from tests.factories.site_search import (
    make_offer,
    make_part,
    make_property,
    make_search,
    make_sending,
)
from tests.factories.user import make_office, make_team, make_user
from tests.factories.visit import answer, finish, make_visit, make_watch
from tests.support.hostile_input import CURSORS, VALUES, Attacker

SignIn = Callable[..., FlaskClient]
LISTS = (
    "/leads/",
    "/board/column",
    "/contacts/",
    "/organizations/",
    "/enquiries/",
    "/properties/",
    "/site_searches/",
    "/missions/",
    "/cards/desk",
    "/thanks/gifts",
    "/announcements/",
    "/admin/",
    "/admin/audit",
    "/scores/ranking",
    "/imports/",
    "/interactions/follow-ups",
    "/bre/",
    "/bre/flags",
    "/agreements/",
    "/agreements/figures",
    "/rates/JPY/CAD",
)


@pytest.fixture
def attacker(app: Flask, database: Database, config: Config, sign_in: SignIn) -> Attacker:
    """An administrator with bad manners, in an office that has a record of every kind."""
    fill(database, config)
    return Attacker(app, sign_in(Role.ADMIN), database)


def fill(database: Database, config: Config) -> None:
    """A record of every kind."""
    office = make_office(database, name="Tokyo", time_zone="Asia/Tokyo")
    member = make_user(database, office=office)
    team = make_team(database, member)
    make_sector(database)
    make_source(database)
    make_lead(database)
    hidden = make_lead(database)
    lead = make_lead(database, owner_id=member.id)
    with database.unscoped_reader(purpose="test") as session:
        company = session.get_one(Organization, lead.organization_id)
    make_contact(database, company)
    make_conversation(database, lead)
    make_meeting(database, lead, starts_at=NOW + timedelta(days=30))
    make_promise(database, lead)
    make_next_step(database, lead, due_on=NOW.date())
    make_announcement(database, lead)
    make_mission(database, offices=(office,), organizations=((company, "host"),))
    mission = make_planned_mission(database, owner_id=member.id)
    make_delegate(database, mission, user_id=member.id)
    make_item(database, mission, lead=lead, starts_at=NOW)
    make_item(database, mission, organization=company)
    make_card(database, config, mission=mission, front=JPEG)
    type_it(database, make_card(database, mission=mission), company)
    make_gift(database, organization=company, mission=mission)
    write_letters(database, mission)
    agreement = make_agreement(database)
    make_citation(database, lead, agreement)
    make_citation(database, mission, make_statistic(database))
    make_enquiry(database)
    search = make_search(database, lead, due_at=NOW, time_zone="Asia/Tokyo")
    make_offer(database, search, make_property(database, land_m2=300_000.0))
    make_property(database, land_m2=300_000.0)
    make_rate(database, "JPY", "0.93", on=NOW.date(), units=100)
    make_part(database, search)
    make_sending(database, search)
    make_request(database, make_reference(database, make_organization(database)), lead)
    make_watch(database)
    visit = make_visit(database, company)
    answer(database, visit, {"E5.courted": "yes", "E2.considered": "yes", "C1.employees_now": 120})
    finish(database, visit)
    make_visit(database, company, season=2027)
    bring(database, csv_bytes("Company|First contact", "Invented Works|2026-03-04"))
    actor = LOCAL_ADMINISTRATOR
    with database.transaction(actor) as session:
        found = session.get_one(Lead, lead.id)
        add_steps(session, found, "Chen, planning", actor=actor, now=NOW)
        keep_file(
            session,
            io.BytesIO(b"w"),
            "a.txt",
            Home(lead=found),
            config=config,
            actor=actor,
            now=NOW,
        )
        add_site(
            session,
            session.get_one(Organization, company.id),
            SiteDetails(city="Sudbury", role=SiteRole.PLANT),
            actor=actor,
        )
        restrict_lead(
            session,
            session.get_one(Lead, hidden.id),
            team_id=team.id,
            reason="asked",
            actor=actor,
            now=NOW,
        )
    make_organization(database, name="Open Trade House")


def attack(attacker: Attacker, *, forms: int, addresses: int) -> None:
    """So many forms and addresses with hostile values in them."""
    found = attacker.forms()
    pairs = [(form, name) for form in found for name in form.kinds if name != "csrf_token"]
    attacker.random.shuffle(pairs)
    for number in range(forms):
        attacker.attack_form(*pairs[number % len(pairs)])
    paths = [path for path, _endpoint in attacker.addresses("GET")]
    for number in range(addresses):
        attacker.ask(paths[number % len(paths)])


def test_no_form_and_no_address_breaks(attacker: Attacker) -> None:
    attack(attacker, forms=450, addresses=250)
    assert attacker.broken == []
    # Nor is everything refused at the door.
    assert attacker.statuses[200] > 50
    assert attacker.statuses[303] > 20


def test_no_cursor_and_no_record_breaks(attacker: Attacker) -> None:
    for path in LISTS:
        for cursor in attacker.random.sample(CURSORS, 12):
            attacker.ask_for(path, "after", cursor)
    for rule in attacker.rules():
        for value in attacker.random.sample(VALUES, 4):
            attacker.ask_within(rule, value)
    assert attacker.broken == []


@pytest.mark.parametrize("where", ["path", "query", "name", "field", "file"])
def test_what_no_database_keeps_is_refused_with_a_page(sign_in: SignIn, where: str) -> None:
    client = sign_in(Role.OFFICER)
    if where == "path":
        answer = client.get("/leads/a%00b")
    elif where == "query":
        answer = client.get("/leads/?q=a%00b")
    elif where == "name":
        answer = client.post("/seen", data={"un\x00til": "x"})
    elif where == "field":
        answer = client.post("/seen", data={"until": "\x00"})
    else:
        sent = {"file": (io.BytesIO(b"x"), "a\x00b.csv")}
        answer = client.post("/imports/check", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 400
    assert "could not be understood" in answer.text


def test_what_a_file_holds_is_for_its_reader_to_judge(sign_in: SignIn) -> None:
    sent = {"file": (io.BytesIO(b"a\x00b"), "a.csv"), "kind": "guess", "pasted": ""}
    answer = sign_in(Role.OFFICER).post(
        "/imports/check", data=sent, content_type="multipart/form-data"
    )
    assert answer.status_code != 400


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "text/xml", None])
def test_only_forms_are_read(sign_in: SignIn, content_type: str | None) -> None:
    answer = sign_in(Role.OFFICER).post(
        "/seen", data=b"[" * 20_000, content_type=content_type, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 415
    assert "Only forms" in answer.text


def test_a_form_without_fields_is_one(sign_in: SignIn) -> None:
    assert sign_in(Role.OFFICER).post("/seen").status_code == 303


def test_more_values_than_any_form_has_are_refused(sign_in: SignIn) -> None:
    sent = {"contacts": [str(number) for number in range(40_000)]}
    assert sign_in(Role.OFFICER).post("/seen", data=sent).status_code == 400


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5_000, "2147483648", "٣"])
def test_a_number_that_no_record_bears_has_no_page(sign_in: SignIn, number: str) -> None:
    assert sign_in(Role.OFFICER).post(f"/auth/sessions/{number}/end").status_code == 404
