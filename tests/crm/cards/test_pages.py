"""Pages of cards: taking one without scripts, the phone's queue, the desk, the sheet of a day."""

import io
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from config import Config
from crm.database import Database
from models.card import Card, CardStanding, CardWish
from models.contact import Contact
from models.interaction import FollowUp
from models.lead import Lead
from models.mission import Delivery
from models.organization import Organization
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.card import JPEG, NOW, make_card, reload_card, type_it
from tests.factories.contact import make_contact
from tests.factories.lead import make_lead
from tests.factories.mission import make_item, make_mission, make_planned_mission
from tests.factories.organization import make_organization, restrict
from tests.factories.user import make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]
QUEUE = {"X-Requested-With": "queue"}


def _cards(database: Database) -> list[Card]:
    with database.unscoped_reader(purpose="test") as session:
        return list(session.scalars(sa.select(Card).order_by(Card.id)))


def _count(database: Database, cls: Any) -> int:
    with database.unscoped_reader(purpose="test") as session:
        return session.scalar(sa.select(sa.func.count(cls.id))) or 0


def test_without_scripts_the_form_keeps_a_card_once(sign_in: SignIn, database: Database) -> None:
    mission = make_mission(database, starts_on=NOW.date())
    client = sign_in()
    form = {"name": "SATO", "note": "a line", "wish": "talk_again", "mission": mission.public_id}
    for _ in range(2):
        answer = client.post("/cards/new", data={**form, "front": (io.BytesIO(JPEG), "IMG_1.JPG")})
        assert answer.status_code == 303
        assert answer.location == f"/cards/new?mission={mission.public_id}"
    [card] = _cards(database)
    assert (card.name, card.note, card.wish) == ("SATO", "a line", CardWish.TALK_AGAIN)
    assert (card.mission_id, card.standing) == (mission.id, CardStanding.TAKEN)
    client.post("/cards/new", data={**form, "front": (io.BytesIO(JPEG + b"."), "IMG_1.JPG")})
    assert len(_cards(database)) == 2
    assert "1 card waits" not in client.get("/cards/new").text
    assert "2 cards wait to be typed" in client.get("/cards/new").text


def test_nothing_is_mandatory_but_a_photo_or_a_name(sign_in: SignIn, database: Database) -> None:
    client = sign_in()
    answer = client.post("/cards/new", data={"wish": "keep", "note": "only a line"})
    assert answer.status_code == 422
    assert "Take a photo of the card, or write a name." in answer.text
    answer = client.post("/cards/new", data={"front": (io.BytesIO(b"GIF89a"), "a.jpg")})
    assert answer.status_code == 422
    assert "JPEG or PNG" in answer.text
    assert _cards(database) == []


def test_the_queue_may_send_a_card_again(sign_in: SignIn, database: Database) -> None:
    client = sign_in()
    taken = NOW - timedelta(hours=2)
    card = {"capture_key": str(uuid.uuid4()), "name": "SATO", "taken_at": taken.isoformat()}
    first = client.post("/cards/new", data=card, headers=QUEUE)
    again = client.post("/cards/new", data=card, headers=QUEUE)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json["card"] == again.json["card"]
    [kept] = _cards(database)
    assert (kept.taken_at, kept.received_at) == (taken, NOW)
    refused = client.post("/cards/new", data={**card, "capture_key": "x"}, headers=QUEUE)
    assert refused.status_code == 422
    assert "take it again" in refused.json["problem"]


@pytest.mark.parametrize(
    "taken_at", ["", "yesterday", "2026-11-20T09:00", "0001-01-01T00:00+14:00"]
)
def test_a_card_is_never_lost_for_what_the_phone_says_beside_it(
    sign_in: SignIn, database: Database, taken_at: str
) -> None:
    form = {
        "capture_key": str(uuid.uuid4()),
        "name": "SATO",
        "taken_at": taken_at,
        "mission": "aaaaaaaaaaaaaaaa",
        "item": "bbbbbbbbbbbbbbbb",
        "wish": "dance",
    }
    assert sign_in().post("/cards/new", data=form, headers=QUEUE).status_code == 201
    [card] = _cards(database)
    assert (card.taken_at, card.mission_id, card.item_id, card.wish) == (NOW, None, None, None)


def test_a_card_is_of_its_item_unless_another_mission_was_chosen(
    sign_in: SignIn, database: Database
) -> None:
    item = make_item(database, make_planned_mission(database), title="Reception")
    other = make_planned_mission(database)
    client = sign_in()
    assert "At: Reception" in client.get(f"/cards/new?item={item.public_id}").text
    client.post("/cards/new", data={"name": "A", "item": item.public_id})
    client.post(
        "/cards/new", data={"name": "B", "item": item.public_id, "mission": other.public_id}
    )
    at_item, elsewhere = _cards(database)
    assert (at_item.item_id, at_item.mission_id) == (item.id, item.mission_id)
    assert (elsewhere.item_id, elsewhere.mission_id) == (None, other.id)


def test_the_token_says_who_is_there(sign_in: SignIn) -> None:
    client = sign_in()
    said = client.get("/cards/token").json
    assert said["user"] == client.user.public_id
    assert said["X-CSRFToken"]
    assert f'data-user="{client.user.public_id}"' in client.get("/cards/new").text


def test_the_worker_keeps_the_page_and_what_it_is_made_of(sign_in: SignIn) -> None:
    client = sign_in()
    script = client.get("/cards/worker.js")
    assert script.mimetype == "text/javascript"
    assert 'const PAGE = "/cards/new";' in script.text
    page = client.get("/cards/new").text
    for name in ("vendor/tabler.min.css", "app.css", "cards.css", "cards.js", "vendor/icons.svg"):
        assert f"/static/{name}" in script.text
        assert f"/static/{name}" in page
    assert "worker-src 'self'" in script.headers["Content-Security-Policy"]


def test_the_mission_that_is_under_way_is_chosen(sign_in: SignIn, database: Database) -> None:
    there = make_mission(database, name="Under way", starts_on=NOW.date(), ends_on=NOW.date())
    make_mission(database, name="In spring", starts_on=NOW.date() + timedelta(days=120))
    client = sign_in()
    chosen = f'<option value="{there.public_id}" selected>Under way'
    assert chosen in client.get("/cards/new").text
    assert chosen not in client.get("/cards/new?mission=").text


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTNER])
def test_who_only_reads_takes_types_and_sorts_nothing(
    sign_in: SignIn, database: Database, role: Role
) -> None:
    card = make_card(database)
    client = sign_in(role)
    for path in ("new", f"{card.public_id}/type", f"{card.public_id}/sort",
                 f"{card.public_id}/unsort", f"{card.public_id}/delete"):  # fmt: skip
        assert client.post(f"/cards/{path}", data={"name": "A"}).status_code == 403
    assert reload_card(database, card).standing is CardStanding.TAKEN
    assert len(_cards(database)) == 1


def test_the_desk_types_a_card_and_goes_on_to_the_next(
    sign_in: SignIn, database: Database, config: Config
) -> None:
    mission = make_mission(database)
    first = make_card(database, config, mission=mission, front=JPEG, note="wants a site list")
    second = make_card(database, mission=mission, now=NOW + timedelta(minutes=1))
    client = sign_in()
    desk = client.get(f"/cards/desk?mission={mission.public_id}").text
    assert desk.index(first.public_id) < desk.index(second.public_id)
    page = client.get(f"/cards/{first.public_id}/type").text
    assert "wants a site list" in page
    assert "Front of the card" in page
    answer = client.post(
        f"/cards/{first.public_id}/type",
        data={
            "native_name": "佐藤 舞",
            "reading": "さとう まい",
            "printed_name": "SATO Mai",
            "native_company": "株式会社見本製作所",
            "company": "Mihon Works",
            "country": "JP",
            "native_title": "部長",
            "email": "mai@mihon.example",
            "language": "ja",
        },
    )
    assert answer.status_code == 303
    assert answer.location == f"/cards/{second.public_id}/type"
    with database.unscoped_reader(purpose="test") as session:
        contact = session.scalars(sa.select(Contact)).one()
        company = session.scalars(sa.select(Organization)).one()
    assert (contact.native_name, contact.reading, contact.organization_id) == (
        "佐藤 舞",
        "さとう まい",
        company.id,
    )
    assert contact.obtained_from == f"Business card, {mission.name}"
    assert (company.name, company.native_name) == ("Mihon Works", "株式会社見本製作所")
    assert _count(database, Lead) == 0
    shown = client.get(f"/cards/{first.public_id}").text
    assert "wants a site list" in shown
    assert "SATO Mai" in shown


def test_the_desk_asks_before_it_doubles_a_company_or_a_person(
    sign_in: SignIn, database: Database
) -> None:
    company = make_organization(database, name="Sakura Precision Works", native_name=None)
    known = make_contact(database, company, printed_name="SATO Mai", email="mai@sakura.example")
    card = make_card(database)
    client = sign_in()
    typed = {
        "printed_name": "Mai Sato",
        "company": "Sakura Precision Work",
        "email": "MAI@sakura.example",
        "phone": "+81 3 1234 5678",
    }
    asked = client.post(f"/cards/{card.public_id}/type", data=typed)
    assert asked.status_code == 422
    assert f'name="contact" value="{known.public_id}"' in asked.text
    assert f'name="organization" value="{company.public_id}"' in asked.text
    assert _count(database, Contact) == 1
    forged = client.post(
        f"/cards/{card.public_id}/type",
        data={**typed, "contact": "a" * 16, "organization": "b" * 16},
    )
    assert forged.status_code == 422
    answer = client.post(
        f"/cards/{card.public_id}/type",
        data={**typed, "contact": known.public_id, "organization": company.public_id},
    )
    assert answer.status_code == 303
    assert (_count(database, Contact), _count(database, Organization)) == (1, 1)
    assert reload_card(database, card).contact_id == known.id
    other = make_card(database)
    data = {**typed, "contact": "new", "organization": "new"}
    assert client.post(f"/cards/{other.public_id}/type", data=data).status_code == 303
    assert (_count(database, Contact), _count(database, Organization)) == (2, 2)


def test_a_name_that_the_phone_has_proposes_who_it_may_be(
    sign_in: SignIn, database: Database
) -> None:
    known = make_contact(database, make_organization(database), native_name="佐藤 舞")
    card = make_card(database, name="佐藤 舞")
    page = sign_in().get(f"/cards/{card.public_id}/type").text
    assert f'name="contact" value="{known.public_id}"' in page


def test_a_day_is_sorted_line_by_line_and_undone(sign_in: SignIn, database: Database) -> None:
    mission = make_mission(database, delivery=Delivery.IN_PERSON)
    lead = make_lead(database)
    with database.unscoped_reader(purpose="test") as session:
        company = session.get_one(Organization, lead.organization_id)
    card = make_card(database, mission=mission, wish=CardWish.SEND_SOMETHING, note="the list")
    type_it(database, card, company)
    client = sign_in()
    page = client.get(f"/cards/sort?mission={mission.public_id}").text
    # By the clock of the market it is the 21st already.
    assert "Sort the day: 21 Nov 2026" in page
    assert f'<option value="{lead.public_id}" selected>' in page
    assert 'value="Send: the list"' in page
    form = {
        "sorting": "existing_lead",
        "lead": lead.public_id,
        "lead_type": "investment",
        "text": "Send: the list",
        "due_on": "2026-11-25",
        "owner": client.user.public_id,
    }
    answer = client.post(f"/cards/{card.public_id}/sort", data=form, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "data-sorted" in answer.text
    assert "<html" not in answer.text
    assert reload_card(database, card).lead_id == lead.id
    with database.unscoped_reader(purpose="test") as session:
        made = session.scalars(sa.select(FollowUp)).one()
    assert (made.text, str(made.due_on), made.owner_id) == (
        "Send: the list",
        "2026-11-25",
        client.user.id,
    )
    undone = client.post(f"/cards/{card.public_id}/unsort", data={"mission": mission.public_id})
    assert undone.status_code == 303
    assert undone.location.endswith(f"day=2026-11-21#card-{card.public_id}")
    assert reload_card(database, card).standing is CardStanding.TYPED


def test_a_line_that_cannot_be_saved_says_why_and_keeps_what_was_typed(
    sign_in: SignIn, database: Database
) -> None:
    card = make_card(database)
    type_it(database, card)
    other = make_card(database)
    type_it(database, other)
    client = sign_in()
    form = {"sorting": "lead", "lead_type": "trade", "text": "My words", "owner": ""}
    answer = client.post(f"/cards/{card.public_id}/sort", data=form, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "A lead needs a company" in answer.text
    assert 'value="My words"' in answer.text
    whole = client.post(f"/cards/{card.public_id}/sort", data=form)
    assert whole.status_code == 422
    assert whole.text.count('value="My words"') == 1
    assert other.public_id in whole.text
    assert client.post(f"/cards/{card.public_id}/sort", data={"sorting": "x"}).status_code == 404
    assert _count(database, Lead) == 0


def test_a_second_card_of_a_company_does_not_double_its_lead_unseen(
    sign_in: SignIn, database: Database
) -> None:
    company = make_organization(database)
    cards = [make_card(database) for _ in range(2)]
    for card in cards:
        type_it(database, card, company)
    client = sign_in()
    form = {"sorting": "lead", "lead_type": "investment", "owner": ""}
    for card, status in zip(cards, (200, 422), strict=True):
        path = f"/cards/{card.public_id}/sort"
        answer = client.post(path, data=form, headers={"HX-Request": "true"})
        assert answer.status_code == status
    assert "has a lead by now" in answer.text
    with database.unscoped_reader(purpose="test") as session:
        lead = session.scalars(sa.select(Lead)).one()
    assert f'name="known" value="{lead.public_id}"' in answer.text
    again = client.post(
        f"/cards/{cards[1].public_id}/sort",
        data={**form, "known": lead.public_id},
        headers={"HX-Request": "true"},
    )
    assert again.status_code == 200
    assert _count(database, Lead) == 2


def test_the_lead_that_an_undone_card_had_opened_is_named(
    sign_in: SignIn, database: Database
) -> None:
    card = make_card(database)
    type_it(database, card, make_organization(database, name="Sample Works"))
    client = sign_in()
    form = {"sorting": "lead", "lead_type": "investment", "owner": ""}
    client.post(f"/cards/{card.public_id}/sort", data=form)
    answer = client.post(f"/cards/{card.public_id}/unsort", headers={"HX-Request": "true"})
    assert "stands as abandoned: Sample Works" in answer.text


@pytest.mark.parametrize("day", ["2026-13-40", "0001-01-01", "9999-12-31", "x"])
def test_no_day_breaks_the_sheet(sign_in: SignIn, database: Database, day: str) -> None:
    make_card(database)
    assert sign_in().get(f"/cards/sort?day={day}&mission=nowhere").status_code == 200


def test_lists_ask_the_same_number_of_questions_for_any_number_of_cards(
    sign_in: SignIn, database: Database, config: Config, queries: QueryCounter
) -> None:
    client = sign_in()
    mission = make_planned_mission(database)
    counts: dict[str, list[int]] = {"desk": [], "sort": []}
    for round_ in range(2):
        for _ in range(1 + 3 * round_):
            company = make_organization(database)
            item = make_item(database, mission, organization=company)
            make_card(database, config, item=item, front=JPEG)
            card = make_card(database, config, item=item, front=JPEG)
            type_it(database, card, company)
        for name, found in counts.items():
            client.get(f"/cards/{name}?mission={mission.public_id}")
            with queries:
                client.get(f"/cards/{name}?mission={mission.public_id}")
            found.append(queries.count)
    for name, found in counts.items():
        assert found[0] == found[1], (name, found)


def test_a_secret_card_is_nowhere_to_be_found(
    sign_in: SignIn, database: Database, config: Config
) -> None:
    company = make_organization(database, name="Hidden Looms")
    mission = make_mission(database)
    card = make_card(database, config, mission=mission, front=JPEG, note="hush")
    type_it(database, card, company)
    restrict(database, company, make_team(database, make_user(database)).id)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        found = session.get_one(Card, card.id)
        team_id = session.get_one(Organization, company.id).team_id
        found.team_id = team_id
    outsider = sign_in(Role.MANAGER)
    for path in ("desk", "sort", f"sort?mission={mission.public_id}", "new"):
        assert "hush" not in outsider.get(f"/cards/{path}").text
    missing = outsider.get("/cards/aaaaaaaaaaaaaaaa")
    real = outsider.get(f"/cards/{card.public_id}")
    assert (real.status_code, real.data) == (404, missing.data)
    answer = outsider.post(f"/cards/{card.public_id}/sort", data={"sorting": "discard"})
    assert answer.status_code == 404
    assert reload_card(database, card).sorting is None


def test_the_taker_deletes_a_card_for_good(sign_in: SignIn, database: Database) -> None:
    client = sign_in()
    client.post("/cards/new", data={"name": "SATO"})
    [card] = _cards(database)
    assert sign_in().post(f"/cards/{card.public_id}/delete").status_code == 403
    assert client.post(f"/cards/{card.public_id}/delete").status_code == 303
    assert _cards(database) == []
