"""Pages of letters of thanks and of the register of gifts."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from crm.database import Database
from crm.missions.item_parts import AttendeeDetails
from models.agenda import AgendaSide, AgendaStanding
from models.card import Gift, LetterTemplate, ThankYou
from models.mission import Mission
from models.user import Role
from tests.factories.contact import make_contact
from tests.factories.mission import NOW, make_item, make_planned_mission
from tests.factories.organization import make_organization, restrict
from tests.factories.user import make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]


def _meet(database: Database, mission: Mission, name: str, **contact: str) -> None:
    company = make_organization(database)
    person = make_contact(database, company, printed_name=name, **contact)
    make_item(
        database,
        mission,
        organization=company,
        standing=AgendaStanding.HELD,
        starts_at=NOW - timedelta(days=9),
        attendees=(AttendeeDetails(AgendaSide.THEIRS, contact_id=person.id),),
    )


def _letters(database: Database) -> list[ThankYou]:
    with database.unscoped_reader(purpose="test") as session:
        return list(session.scalars(sa.select(ThankYou).order_by(ThankYou.id)))


def _gifts(database: Database) -> list[Gift]:
    with database.unscoped_reader(purpose="test") as session:
        return list(session.scalars(sa.select(Gift).order_by(Gift.id)))


def test_a_mission_s_letters_in_one_pass(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database)
    path = f"/thanks/{mission.public_id}"
    client = sign_in()
    assert "Nobody is owed a letter" in client.get(path).text
    _meet(database, mission, "KAMIYA Taro", native_name="神谷 太郎", language="ja")
    _meet(database, mission, "ROY Annick", language="fr")
    page = client.get(path).text
    assert "2 people were met and have no letter yet" in page
    assert '<span lang="ja">神谷 太郎</span>' in page
    assert client.post(f"{path}/propose").status_code == 303
    page = client.get(path).text
    assert "have no letter yet" not in page
    assert "overdue" in page
    assert 'lang="ja"' in page
    assert "Bonjour ROY Annick," in page
    first, second = _letters(database)
    client.post(f"{path}/sent", data={"letter": [first.public_id, second.public_id]})
    assert all(letter.sent_at for letter in _letters(database))
    assert "overdue" not in client.get(path).text
    client.post(f"{path}/sent", data={"letter": second.public_id, "is_sent": "no"})
    assert [letter.sent_at is None for letter in _letters(database)] == [False, True]
    assert "Tick the letters first." in client.post(f"{path}/sent", follow_redirects=True).text


def test_the_letters_of_another_mission_are_not_ticked_from_here(
    sign_in: SignIn, database: Database
) -> None:
    mission, other = make_planned_mission(database), make_planned_mission(database)
    _meet(database, mission, "KAMIYA Taro")
    client = sign_in()
    client.post(f"/thanks/{mission.public_id}/propose")
    [letter] = _letters(database)
    client.post(f"/thanks/{other.public_id}/sent", data={"letter": letter.public_id})
    assert _letters(database)[0].sent_at is None


def test_a_letter_is_said_better(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database)
    _meet(database, mission, "KIM Jung-Kwan", native_name="김정관", native_title="부장")
    client = sign_in()
    client.post(f"/thanks/{mission.public_id}/propose")
    [letter] = _letters(database)
    path = f"/thanks/letters/{letter.public_id}"
    assert "김정관 부장님" in client.get(path).text
    form = {
        "person_name": letter.person_name,
        "honorific": letter.honorific,
        "language": "en",
        "sender": client.user.public_id,
        "sender_name": "",
        "due_on": "2026-12-01",
        # As a browser sends it.
        "text": letter.text.replace("\n", "\r\n"),
    }
    assert client.post(path, data=form).status_code == 303
    [letter] = _letters(database)
    assert "Dear KIM Jung-Kwan," in letter.text
    assert letter.sender_id == client.user.id
    own = {**form, "person_name": letter.person_name, "honorific": "", "text": "My own words."}
    client.post(path, data=own)
    assert _letters(database)[0].text == "My own words."
    client.post(f"{path}/rewrite")
    assert "Dear KIM Jung-Kwan," in _letters(database)[0].text
    assert client.post(path, data={**form, "language": "xx"}).status_code == 422
    assert client.post(path, data={**form, "text": ""}).status_code == 422
    assert client.post(f"{path}/drop").location == f"/thanks/{mission.public_id}"
    assert _letters(database) == []


def test_letters_leave_as_a_mail_merge_that_runs_nothing(
    sign_in: SignIn, database: Database
) -> None:
    mission = make_planned_mission(database)
    _meet(database, mission, "=HYPERLINK(1)", email="k@sample.example")
    client = sign_in()
    client.post(f"/thanks/{mission.public_id}/propose")
    address = f"/exports/thank-yous?mission_id={mission.public_id}"
    answer = client.post(address, data={"format": "csv", "columns": "all"})
    [head, row] = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert row[head.index("Person")] == "'=HYPERLINK(1)"
    assert row[head.index("E-mail")] == "k@sample.example"
    assert "Dear =HYPERLINK(1)," in row[head.index("Letter")]
    book = client.post(address, data={"format": "xlsx", "columns": "all"}).data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert rows[1][rows[0].index("Person")] == "=HYPERLINK(1)"
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
    assert client.post("/exports/thank-yous", data={"format": "csv"}).status_code == 404


def test_managers_set_the_wording(sign_in: SignIn, database: Database) -> None:
    manager = sign_in(Role.MANAGER)
    page = manager.get("/thanks/wording").text
    assert "拝啓" in page
    assert "As it came with the program" in page
    refused = manager.post("/thanks/wording/en", data={"text": "Dear {name}, {salary}"})
    assert refused.status_code == 422
    assert "Only these placeholders can be filled: {name}" in refused.text
    manager.post("/thanks/wording/en", data={"text": "Dear {name}"})
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalars(sa.select(LetterTemplate.text)).all() == ["Dear {name}"]
    assert "own, since" in manager.get("/thanks/wording").text
    manager.post("/thanks/wording/en", data={"text": "x", "shipped": "yes"})
    assert "own, since" not in manager.get("/thanks/wording").text
    assert manager.get("/thanks/wording/xx").status_code == 404
    assert sign_in().post("/thanks/wording/en", data={"text": "{name}"}).status_code == 403


def test_the_register_of_gifts(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database)
    company = make_organization(database, name="Sample Works", native_name="見本製作所")
    client = sign_in()
    assert "No gift is in the register." in client.get("/thanks/gifts").text
    form = {
        "direction": "received",
        "description": "A lacquer box 漆器",
        "person_name": "KAMIYA Taro",
        "organization": "sample works",
        "our_person": "Mayor Sample",
        "given_on": "2026-11-19",
        "value": "",
        "currency": "",
        "mission": mission.public_id,
        "disposition": "",
    }
    assert client.post("/thanks/gifts/new", data=form).status_code == 303
    [gift] = _gifts(database)
    assert (gift.organization_id, gift.mission_id, gift.value_amount) == (
        company.id,
        mission.id,
        None,
    )
    page = client.get("/thanks/gifts?direction=received&year=2026").text
    assert "A lacquer box" in page
    assert '<td class="number" data-label="Value">not known</td>' in page
    assert "A lacquer box" not in client.get("/thanks/gifts?direction=given").text
    assert "A lacquer box" not in client.get("/thanks/gifts?year=2025").text
    changed = {**form, "value": "5000", "currency": "JPY", "disposition": "Shown in the lobby"}
    client.post(f"/thanks/gifts/{gift.public_id}", data=changed)
    page = client.get("/thanks/gifts").text
    assert "5,000 JPY" in page
    assert "Shown in the lobby" in page
    answer = client.post("/exports/gifts", data={"format": "csv", "columns": "all"})
    [head, row] = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert row[head.index("Value, in whole units")] == "5000"
    assert row[head.index("Their organization")] == "Sample Works"
    for wrong in ({"value": "many"}, {"description": ""}, {"organization": "Nobody Ltd"}):
        answer = client.post(f"/thanks/gifts/{gift.public_id}", data={**changed, **wrong})
        assert answer.status_code == 422


def test_a_gift_at_an_agenda_item_knows_whose_it_is(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database)
    company = make_organization(database)
    item = make_item(database, mission, organization=company, title="Signing")
    client = sign_in()
    page = client.get(f"/thanks/gifts/new?item={item.public_id}").text
    assert f'value="{company.name}"' in page
    assert "At: Signing" in page
    form = {"direction": "given", "description": "Syrup", "organization": company.name}
    form |= {"mission": mission.public_id, "item": item.public_id}
    client.post("/thanks/gifts/new", data=form)
    [gift] = _gifts(database)
    assert (gift.item_id, gift.mission_id, gift.organization_id) == (
        item.id,
        mission.id,
        company.id,
    )
    other = make_planned_mission(database)
    client.post(f"/thanks/gifts/{gift.public_id}", data={**form, "mission": other.public_id})
    assert (_gifts(database)[0].item_id, _gifts(database)[0].mission_id) == (None, other.id)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTNER])
def test_who_only_reads_writes_no_letter_and_no_gift(
    sign_in: SignIn, database: Database, role: Role
) -> None:
    mission = make_planned_mission(database)
    _meet(database, mission, "KAMIYA Taro")
    client = sign_in(role)
    for path in (f"{mission.public_id}/propose", f"{mission.public_id}/sent", "gifts/new"):
        assert client.post(f"/thanks/{path}", data={"description": "A"}).status_code == 403
    assert (_letters(database), _gifts(database)) == ([], [])


def test_a_secret_company_s_gift_and_letter_are_nowhere(
    sign_in: SignIn, database: Database
) -> None:
    mission = make_planned_mission(database)
    company = make_organization(database, name="Hidden Looms")
    person = make_contact(database, company, printed_name="HAYATE Secret")
    writer = sign_in()
    form = {"direction": "given", "description": "Hush syrup", "organization": "Hidden Looms"}
    writer.post("/thanks/gifts/new", data={**form, "mission": mission.public_id})
    restrict(database, company, make_team(database, make_user(database)).id)
    make_item(
        database, mission, organization=company, standing=AgendaStanding.HELD,
        attendees=(AttendeeDetails(AgendaSide.THEIRS, contact_id=person.id),),
    )  # fmt: skip
    outsider = sign_in(Role.MANAGER)
    for path in ("gifts", f"gifts?mission={mission.public_id}", mission.public_id):
        text = outsider.get(f"/thanks/{path}").text
        assert "HAYATE" not in text
        assert "person was met" not in text
    assert outsider.post(f"/thanks/{mission.public_id}/propose").status_code == 303
    assert _letters(database) == []


def test_lists_ask_the_same_number_of_questions_for_any_number_of_rows(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    client = sign_in()
    mission = make_planned_mission(database)
    company = make_organization(database)
    counts: dict[str, list[int]] = {mission.public_id: [], "gifts": []}
    for round_ in range(2):
        for number in range(1 + 3 * round_):
            _meet(database, mission, f"Met {round_} {number}")
            form = {"direction": "given", "description": "A", "organization": company.name}
            client.post("/thanks/gifts/new", data={**form, "mission": mission.public_id})
        client.post(f"/thanks/{mission.public_id}/propose")
        _meet(database, mission, f"Not written to {round_}")
        for path, found in counts.items():
            with queries:
                client.get(f"/thanks/{path}")
            found.append(queries.count)
    for path, found in counts.items():
        assert found[0] == found[1], (path, found)
