"""The list of leads as people see it: who sees what, in how many questions, and what they do."""

import re
from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from crm.leads.standing import lose_leads
from crm.organizations.plan import OrganizationDetails
from models.lead import Lead, LeadRevision, LossReason
from models.measure import Measure, Qualifier
from models.stage import LeadType, Status
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.lead import NOW, make_lead, make_past_leads, reload_lead
from tests.factories.user import make_office, make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]
LONG_JA = "株式会社見本自動織機北米事業開発準備室"


def _set(database: Database, lead: Lead, **columns: object) -> None:
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.execute(sa.update(Lead).where(Lead.id == lead.id).values(**columns))


def test_a_row_says_what_a_hurried_officer_needs(sign_in: SignIn, database: Database) -> None:
    owner = make_user(database, name="Dana Example")
    lead = make_lead(
        database,
        company=OrganizationDetails(name="Mihon Looms", native_name=LONG_JA, country="JP"),
        owner_id=owner.id,
        capex=Measure(45_700_000, Qualifier.APPROXIMATE, currency="CAD"),
        lead_type=LeadType.EXPANSION,
    )
    _set(
        database,
        lead,
        chance=0.42,
        next_action="Send the layout",
        next_action_on=date(2026, 11, 1),
        is_demo=True,
    )
    page = sign_in(Role.OFFICER).get("/leads/").text
    row = page.split("<tbody>")[1].split("</tbody>")[0]
    for words in (
        f'href="/leads/{lead.public_id}"',
        "Mihon Looms",
        f'<span lang="ja">{LONG_JA}</span>',
        "Expansion",
        "First contact",
        "Japan",
        "about 45.7M",
        "High",
        "42%",
        "Send the layout",
        "1 Nov 2026, late",
        "Dana Example",
        "Invented",
    ):
        assert words in row, words
    assert '<td class="u">not known</td>' in row


def test_a_coded_lead_shows_its_code_name_alone(sign_in: SignIn, database: Database) -> None:
    make_lead(
        database,
        company=OrganizationDetails(name="Mihon Looms", native_name=LONG_JA, country="JP"),
        code_name="Project Heron",
    )
    page = sign_in(Role.OFFICER).get("/leads/").text
    assert "Project Heron" in page
    assert "Mihon" not in page
    assert LONG_JA not in page


def test_an_owner_who_has_left_is_said(sign_in: SignIn, database: Database) -> None:
    gone = make_user(database, name="Former Colleague", is_active=False)
    make_lead(database, owner_id=gone.id)
    assert "has left" in sign_in(Role.VIEWER).get("/leads/?owner=none").text


def test_readers_get_nothing_to_write_with(sign_in: SignIn, database: Database) -> None:
    make_lead(database)
    for role in (Role.VIEWER, Role.PARTNER):
        page = sign_in(role).get("/leads/").text
        for words in ("Close the ticked leads", "Export CSV", "New lead", "Hand the ticked"):
            assert words not in page, (role, words)
    assert "Hand the ticked" not in sign_in(Role.OFFICER).get("/leads/").text
    assert "Hand the ticked" in sign_in(Role.MANAGER).get("/leads/").text


def test_a_partner_sees_the_leads_of_their_office_without_a_chance(
    sign_in: SignIn, database: Database
) -> None:
    office = make_office(database)
    ours = make_lead(database, partner_office_id=office.id)
    theirs = make_lead(database)
    _set(database, ours, chance=0.77)
    partner = sign_in(Role.PARTNER, office=office)
    for path in ("/leads/", "/leads/?sort=chance", "/leads/?chance=low"):
        page = partner.get(path).text
        assert ours.public_id in page, path
        assert theirs.public_id not in page
        assert "77%" not in page
    assert "Chance" not in partner.get(f"/leads/{ours.public_id}").text


def test_htmx_gets_the_list_alone_with_a_clean_address(sign_in: SignIn, database: Database) -> None:
    make_lead(database)
    answer = sign_in(Role.OFFICER).get(
        "/leads/?q=&status=open&owner=&country=JP&sort=",
        headers={"HX-Request": "true", "HX-Target": "leads-list"},
    )
    assert "<html" not in answer.text
    assert "<table" in answer.text
    assert answer.headers["HX-Push-Url"] == "/leads/?country=JP"


def test_totals_say_over_which_leads_they_run(sign_in: SignIn, database: Database) -> None:
    team = make_team(database, make_user(database))
    make_lead(database, capex=Measure(8_000_000, Qualifier.EXACT, currency="CAD"))
    make_lead(database, team_id=team.id, code_name="Project Heron")
    officer = sign_in(Role.OFFICER).get("/leads/totals").text
    assert "Leads you can see" in officer
    assert "1 lead" in officer
    manager = sign_in(Role.MANAGER).get("/leads/totals").text
    assert "All leads" in manager
    assert "2 leads" in manager
    assert "investment not known of 1" in manager
    assert "Heron" not in manager
    searched = sign_in(Role.MANAGER).get("/leads/totals?q=heron").text
    assert "Leads you can see" in searched or "Nothing to add up" in searched
    part = sign_in(Role.MANAGER).get("/leads/totals", headers={"HX-Target": "totals"}).text
    assert "<html" not in part


def test_without_script_the_totals_are_a_link(sign_in: SignIn, database: Database) -> None:
    make_lead(database)
    page = sign_in(Role.OFFICER).get("/leads/?country=JP").text
    assert re.search(r'<a href="/leads/totals\?country=JP">Show totals</a>', page)


def test_the_list_asks_as_often_for_ten_leads_as_for_two_hundred(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    client = sign_in(Role.OFFICER)
    make_past_leads(database, 10)
    client.get("/leads/?sort=title")
    with queries:
        client.get("/leads/?sort=title")
    few = queries.count
    make_past_leads(database, 190)
    with queries:
        page = client.get("/leads/?sort=title").text
    assert page.count("<tr>") == 51
    assert queries.count == few <= 8


def test_several_are_closed_with_one_reason(sign_in: SignIn, database: Database) -> None:
    leads = [make_lead(database) for _ in range(3)]
    client = sign_in(Role.OFFICER)
    answer = client.post(
        "/leads/close-several",
        data={
            "lead": [lead.public_id for lead in leads[:2]],
            "code": "gone_silent",
            "back": "country=JP",
        },
    )
    assert answer.status_code == 303
    assert answer.location == "/leads/?country=JP"
    states = [reload_lead(database, lead.id) for lead in leads]
    assert [lead.status for lead in states] == [Status.LOST, Status.LOST, Status.ACTIVE]
    assert states[0].lost_reason is LossReason.GONE_SILENT
    assert "2 leads are closed." in client.get("/leads/").text


def test_several_are_closed_by_us(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    data = {"lead": lead.public_id, "code": "abandoned", "reason": "no capacity"}
    assert sign_in(Role.OFFICER).post("/leads/close-several", data=data).status_code == 303
    assert reload_lead(database, lead.id).status is Status.ABANDONED


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Choose a reason."),
        ({"code": "place_won"}, "Say which place won."),
        ({"code": "abandoned"}, "Say why we stopped."),
    ],
)
def test_a_refused_closing_keeps_the_ticks_the_words_and_the_filters(
    sign_in: SignIn, database: Database, data: dict[str, str], sentence: str
) -> None:
    lead = make_lead(database)
    sent = {"lead": lead.public_id, "back": "sort=title", "reason": "", **data}
    answer = sign_in(Role.OFFICER).post("/leads/close-several", data=sent)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert re.search(rf'value="{lead.public_id}"[^>]* checked', answer.text)
    assert 'name="back" value="sort=title"' in answer.text
    assert reload_lead(database, lead.id).status is Status.ACTIVE


def test_one_closed_lead_among_them_closes_none(sign_in: SignIn, database: Database) -> None:
    closed, lead = make_lead(database), make_lead(database)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        lose_leads(
            session,
            [session.get_one(Lead, closed.id)],
            code=LossReason.COST,
            reason=None,
            lost_to=None,
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )
    answer = sign_in(Role.OFFICER).post(
        "/leads/close-several",
        data={"lead": [lead.public_id, closed.public_id], "code": "gone_silent"},
    )
    assert answer.status_code == 422
    assert reload_lead(database, lead.id).status is Status.ACTIVE


def test_a_hidden_lead_among_the_ticked_is_a_missing_page(
    sign_in: SignIn, database: Database
) -> None:
    team = make_team(database, make_user(database))
    hidden = make_lead(database, team_id=team.id)
    data = {"lead": hidden.public_id, "code": "gone_silent"}
    assert sign_in(Role.MANAGER).post("/leads/close-several", data=data).status_code == 404
    assert reload_lead(database, hidden.id).status is Status.ACTIVE


def test_a_manager_hands_several_over(sign_in: SignIn, database: Database) -> None:
    new_owner = make_user(database)
    leads = [make_lead(database) for _ in range(2)]
    data = {"lead": [lead.public_id for lead in leads], "owner": new_owner.public_id}
    officer = sign_in(Role.OFFICER)
    mine = data | {"owner": officer.user.public_id}  # type: ignore[attr-defined]
    for sent in (data, mine):
        assert officer.post("/leads/reassign-several", data=sent).status_code == 403
    assert reload_lead(database, leads[0].id).owner_id is None
    assert sign_in(Role.MANAGER).post("/leads/reassign-several", data=data).status_code == 303
    assert {reload_lead(database, lead.id).owner_id for lead in leads} == {new_owner.id}
    with database.unscoped_reader(purpose="test") as session:
        changes = session.scalars(
            sa.select(LeadRevision.change).where(LeadRevision.valid_to.is_(None))
        ).all()
    assert {change.value for change in changes} == {"reassigned"}


def test_nothing_ticked_is_a_sentence(sign_in: SignIn, database: Database) -> None:
    make_lead(database)
    manager = sign_in(Role.MANAGER)
    for path in ("/leads/close-several", "/leads/reassign-several"):
        answer = manager.post(path, data={"code": "gone_silent"})
        assert answer.status_code == 422
        assert "Tick the leads first." in answer.text


def test_an_empty_list_says_what_to_do(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    assert "There are no leads yet." in client.get("/leads/").text
    assert "No lead fits these filters." in client.get("/leads/?country=KR").text
