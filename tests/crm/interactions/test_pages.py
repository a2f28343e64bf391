"""Pages of conversations: logging, reading, correcting, and who may."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from models.audit import AuditEntry
from models.interaction import FollowUp, Interaction, InteractionParticipant
from models.lead import Lead
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.interaction import make_contact, make_conversation, make_organization
from tests.factories.lead import NOW, make_lead, reload_lead
from tests.factories.user import actor_for, make_team, make_user

SignIn = Callable[..., FlaskClient]


def the_interaction(database: Database) -> Interaction:
    """The only one there is."""
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        return session.scalars(sa.select(Interaction)).one()


def count_of(database: Database, cls: type) -> int:
    """How many rows there are."""
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(cls)) or 0


def test_a_conversation_is_logged_with_its_next_step(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    contact = make_contact(database, lead.organization_id)
    colleague = make_user(database, name="Dana")
    client = sign_in(Role.OFFICER)
    answer = client.post(
        f"/interactions/leads/{lead.public_id}",
        data={
            "kind": "meeting",
            "summary": "The division head is for it",
            "happened_on": "2026-11-19",
            "text": "部長は前向きです。稟議は来月です。",
            "contacts": [contact.public_id],
            "staff": [colleague.public_id],
            "others": "Sato\n\nIto",
            "next_step": "Send the list",
            "next_step_on": "2026-12-01",
        },
    )
    assert (answer.status_code, answer.location) == (303, f"/leads/{lead.public_id}")
    interaction = the_interaction(database)
    assert interaction.happened_on == date(2026, 11, 19)
    assert interaction.language == "ja"
    assert count_of(database, InteractionParticipant) == 4
    found = reload_lead(database, lead.id)
    assert (found.last_contact_on, found.next_action) == (date(2026, 11, 19), "Send the list")
    page = client.get(f"/interactions/{interaction.public_id}").text
    for words in ("The division head is for it", "神谷 蓮", "部長", "Dana", "Sato"):
        assert words in page
    assert '<div class="letter" lang="ja">' in page


def test_a_day_left_out_is_today_where_one_sits(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER, time_zone="Asia/Tokyo")
    client.post(f"/interactions/leads/{lead.public_id}", data={"kind": "call", "summary": "Hello"})
    # Fifteen hours UTC on the 20th is past midnight in Tokyo.
    assert the_interaction(database).happened_on == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"summary": ""}, "Write one line"),
        ({"summary": "x", "happened_on": "2026-12-24"}, "plan a meeting instead"),
        ({"summary": "x", "next_step_on": "2026-12-24"}, "Say what the next step is"),
        ({"summary": "x", "next_step": "y", "next_step_on": "2026-11-01"}, "has passed already"),
        ({"summary": "x", "contacts": "aaaaaaaaaaaaaaaa"}, "Choose people from the list"),
        ({"summary": "x", "kind": "seance"}, "Not a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    sign_in: SignIn, database: Database, values: dict[str, str], told: str
) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    answer = client.post(
        f"/interactions/leads/{lead.public_id}",
        data={"kind": "call", "others": "Typed Already", **values},
    )
    assert answer.status_code == 422
    assert told in answer.text
    assert "Typed Already" in answer.text
    assert count_of(database, Interaction) == 0


def test_htmx_gets_the_form_alone_or_the_way_on(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    path = f"/interactions/leads/{lead.public_id}"
    refused = client.post(path, data={"kind": "call"}, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert refused.text.lstrip().startswith("<form")
    done = client.post(
        path, data={"kind": "call", "summary": "x", "next": "/"}, headers={"HX-Request": "true"}
    )
    assert (done.status_code, done.headers["HX-Redirect"]) == (204, "/")


@pytest.mark.parametrize(
    "target",
    ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example/", "javascript:1"],
)
def test_one_goes_on_to_pages_of_ours_only(
    sign_in: SignIn, database: Database, target: str
) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    answer = client.post(
        f"/interactions/leads/{lead.public_id}",
        data={"kind": "call", "summary": "x", "next": target},
    )
    assert answer.location == f"/leads/{lead.public_id}"


def test_a_conversation_without_a_lead(sign_in: SignIn, database: Database) -> None:
    firm = make_organization(database)
    client = sign_in(Role.OFFICER)
    page = client.get(f"/interactions/new?organization={firm.public_id}").text
    assert firm.name in page
    assert "next_step" not in page
    answer = client.post(
        f"/interactions/organizations/{firm.public_id}", data={"kind": "call", "summary": "Hello"}
    )
    assert answer.location == f"/organizations/{firm.public_id}"
    assert the_interaction(database).organization_id == firm.id


def test_a_contact_is_ticked_from_their_page(sign_in: SignIn, database: Database) -> None:
    firm = make_organization(database)
    contact = make_contact(database, firm.id)
    page = sign_in(Role.OFFICER).get(f"/interactions/new?contact={contact.public_id}").text
    assert re.search(rf'value="{contact.public_id}" checked', page)


def test_a_lead_is_found_in_any_script(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    for words in (lead.title[-8:], "架空製作"):
        assert (
            f"lead={lead.public_id}"
            in client.get("/interactions/new", query_string={"q": words}).text
        )
    assert "Nothing found" in client.get("/interactions/new?q=nowhere").text
    assert "at least two letters" in client.get("/interactions/new?q=x").text


def test_ones_own_leads_are_offered_at_once(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    lead = make_lead(database, owner_id=client.user.id)  # type: ignore[attr-defined]
    assert lead.public_id in client.get("/interactions/new").text


def test_one_corrects_ones_own_words_within_a_day(sign_in: SignIn, database: Database) -> None:
    user = make_user(database)
    client = sign_in(user)
    lead = make_lead(database)
    said = make_conversation(database, lead, actor=actor_for(database, user))
    path = f"/interactions/{said.public_id}/edit"
    assert "They asked about power" in client.get(path).text
    answer = client.post(
        path,
        data={"kind": "video", "summary": "They asked about water", "happened_on": "2026-11-02"},
    )
    assert answer.status_code == 303
    assert the_interaction(database).summary == "They asked about water"
    # The day of the last contact follows the correction.
    assert reload_lead(database, lead.id).last_contact_on == date(2026, 11, 2)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Interaction, said.id).recorded_at = NOW - timedelta(hours=25)
    assert client.get(path).status_code == 403
    assert client.post(path, data={"kind": "call", "summary": "Never"}).status_code == 403
    assert the_interaction(database).summary == "They asked about water"


def test_nobody_corrects_the_words_of_others(sign_in: SignIn, database: Database) -> None:
    said = make_conversation(
        database, make_lead(database), actor=actor_for(database, make_user(database))
    )
    client = sign_in(Role.MANAGER)
    path = f"/interactions/{said.public_id}/edit"
    assert client.get(path).status_code == 403
    assert client.post(path, data={"kind": "call", "summary": "Never"}).status_code == 403
    assert the_interaction(database).summary == "They asked about power"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTNER])
def test_readers_write_nothing(sign_in: SignIn, database: Database, role: Role) -> None:
    lead = make_lead(database)
    client = sign_in(role)
    answer = client.post(
        f"/interactions/leads/{lead.public_id}", data={"kind": "call", "summary": "x"}
    )
    assert answer.status_code == 403
    assert count_of(database, Interaction) == 0
    assert count_of(database, FollowUp) == 0


def test_an_outsider_gets_what_nobody_gets(sign_in: SignIn, database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member)
    actor = actor_for(database, member)
    lead = make_lead(database, actor=actor, team_id=team.id)
    said = make_conversation(database, lead, actor=actor)
    outsider = sign_in(Role.MANAGER)
    for path in ("", "/edit", "/change", ".ics"):
        hidden = outsider.get(f"/interactions/{said.public_id}{path}")
        none = outsider.get(f"/interactions/{'a' * 16}{path}")
        assert (hidden.status_code, hidden.data) == (404, none.data)
    for path in ("/hold", "/cancel", "/edit"):
        assert outsider.post(f"/interactions/{said.public_id}{path}").status_code == 404
    assert sign_in(member).get(f"/interactions/{said.public_id}").status_code == 200


def test_an_administrators_look_is_written_down_once(sign_in: SignIn, database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member)
    actor = actor_for(database, member)
    lead = make_lead(database, actor=actor, team_id=team.id)
    said = make_conversation(database, lead, actor=actor)
    client = sign_in(Role.ADMIN)
    for _time in range(2):
        assert client.get(f"/interactions/{said.public_id}").status_code == 200
    lead_id = lead.public_id
    for path in (f"new?lead={lead_id}", f"leads/{lead_id}/plan", f"leads/{lead_id}/promise"):
        assert client.get(f"/interactions/{path}").status_code == 200
    for path in (f"leads/{lead_id}/next-step", f"leads/{lead_id}/email"):
        assert client.get(f"/interactions/{path}").status_code == 200
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        looks = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "looked")).all()
    assert [(look.record_type, look.lead_id) for look in looks] == [
        ("interactions", said.lead_id),
        ("leads", said.lead_id),
    ]
    assert session.get_one(Lead, looks[0].lead_id).team_id == team.id
