"""Pages of announcements: the embargo, what is stated, and announcing a lead."""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.announcements.service import PartyDetails
from crm.database import Database
from models.announcement import Announcement, PartySide, Release
from models.lead import Lead
from models.measure import Measure, Qualifier
from models.stage import StageCode, StageRequirement
from models.user import LOCAL_ADMINISTRATOR, OfficeKind, Role
from tests.factories.announcement import make_announcement
from tests.factories.lead import make_lead, reload_lead
from tests.factories.mission import make_claim, make_document
from tests.factories.organization import make_organization
from tests.factories.user import actor_for, make_office, make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]


def _path(announcement: Announcement, rest: str = "") -> str:
    return f"/announcements/{announcement.public_id}{rest}"


def _all(database: Database) -> list[Announcement]:
    with database.unscoped_reader(purpose="test") as session:
        return list(session.scalars(sa.select(Announcement)))


def _embargo(hours: int) -> dict[str, object]:
    return {
        "embargo_until": datetime.now(UTC) + timedelta(hours=hours),
        "embargo_zone": "Asia/Tokyo",
        "release": Release.AUTOMATIC,
    }


def test_until_its_hour_only_those_who_write_see_it(sign_in: SignIn, database: Database) -> None:
    office = make_office(database, kind=OfficeKind.PARTNER)
    lead = make_lead(database, partner_office_id=office.id)
    waiting = make_announcement(database, lead, title="Not before Monday", **_embargo(1))
    told = make_announcement(database, lead, title="Told last week", **_embargo(-1))
    readers = {
        Role.VIEWER: sign_in(Role.VIEWER),
        Role.PARTNER: sign_in(Role.PARTNER, office=office),
    }
    for role, client in readers.items():
        page = client.get("/announcements/").text
        assert "Told last week" in page, role
        assert "Not before Monday" not in page, role
        assert client.get(_path(told)).status_code == 200, role
        hidden = client.get(_path(waiting))
        missing = client.get("/announcements/aaaaaaaaaaaaaaaa")
        assert hidden.status_code == missing.status_code == 404, role
        assert hidden.data == missing.data, role
    for role in (Role.OFFICER, Role.MANAGER, Role.ADMIN):
        client = sign_in(role)
        page = client.get("/announcements/").text
        assert "Not before Monday" in page, role
        assert "Under embargo" in page, role
        shown = client.get(_path(waiting)).text
        assert "Under embargo until" in shown, role
        assert "Tokyo" in shown, role
        assert "Under embargo" not in client.get(_path(told)).text, role


def test_writers_outside_the_circle_see_no_announcement_of_a_restricted_lead(
    sign_in: SignIn, database: Database
) -> None:
    member = make_user(database)
    team = make_team(database, member)
    lead = make_lead(database, team_id=team.id)
    made = make_announcement(database, lead, title="Secret looms")
    outsider = sign_in(Role.MANAGER)
    assert "Secret looms" not in outsider.get("/announcements/").text
    assert outsider.get(_path(made)).status_code == 404
    for method in ("get", "post"):
        assert getattr(outsider, method)(_path(made, "/edit")).status_code == 404
        assert getattr(outsider, method)(f"/announcements/new/{lead.public_id}").status_code == 404
    inside = sign_in(member)
    assert "Secret looms" in inside.get("/announcements/").text
    assert inside.get(_path(made)).status_code == 200


def test_public_texts_say_what_they_say_and_no_more(sign_in: SignIn, database: Database) -> None:
    document = make_document(database, title="First day of the mission")
    foreign = make_organization(
        database, name="IREP sample", native_name="見本レップ", country="JP"
    )
    local = make_organization(database, name="Acquisio sample", native_name=None)
    made = make_announcement(
        database,
        None,
        title="A joint venture",
        source=None,
        document_id=document.id,
        parties=(
            PartyDetails(foreign.id, PartySide.FOREIGN),
            PartyDetails(local.id, PartySide.LOCAL),
        ),
        capex=Measure(5_000_000, Qualifier.EXACT, as_printed="five million dollars"),
        jobs=Measure(40, Qualifier.APPROXIMATE, as_printed="around 40 jobs"),
        announced_as_printed="on Monday",
    )
    make_claim(database, document, announcement_id=made.id, quote="share expertise and technology")
    client = sign_in(Role.VIEWER)
    page = client.get(_path(made)).text
    for words in (
        "Foreign party",
        "IREP sample",
        '<span lang="ja">見本レップ</span>',
        "currency not known",
        "five million dollars",
        "about 40 jobs",
        "as printed: “on Monday”",
        "share expertise and technology",
        "First day of the mission",
        "Public source",
        "no total counts it",
    ):
        assert words in page, words
    assert "CAD" not in page
    row = client.get("/announcements/?whose=others&q=見本レップ").text
    assert "A joint venture" in row
    assert "A joint venture" not in client.get("/announcements/?whose=ours").text
    assert "A joint venture" not in client.get("/announcements/?kind=expansion").text


def test_the_list_asks_the_same_number_of_questions_for_any_number_of_rows(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    lead = make_lead(database)
    client = sign_in(Role.VIEWER)
    counts = []
    for rows in (10, 60):
        while len(_all(database)) < rows:
            make_announcement(database, lead)
        with queries:
            assert client.get("/announcements/").status_code == 200
        counts.append(queries.count)
    # The first page of ten also looks for those of unknown date, and so does that of sixty.
    assert counts[0] == counts[1] <= 13


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTNER])
def test_a_reader_writes_nothing(sign_in: SignIn, database: Database, role: Role) -> None:
    lead = make_lead(database)
    made = make_announcement(database, lead, title="As it was")
    client = sign_in(role)
    data = {"title": "X", "kind": "expansion", "source": "X"}
    assert client.post(f"/announcements/new/{lead.public_id}", data=data).status_code == 403
    assert client.post(_path(made, "/edit"), data=data).status_code == 403
    assert [found.title for found in _all(database)] == ["As it was"]


def _data(**values: object) -> dict[str, object]:
    return {
        "kind": "new_establishment",
        "title": "Looms for Brampton",
        "parties-0-organization": "",
        "parties-0-side": "foreign",
        "source": "City release",
        "announced_on": "2026-11-02",
        "announced_precision": "day",
        "embargo_zone": "America/Toronto",
        "release": "by_owner",
        "whose": "ours",
        **values,
    }


def test_announcing_without_moving_keeps_the_record(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    page = client.get(f"/announcements/new/{lead.public_id}").text
    assert 'value="Invented Works' in page
    answer = client.post(
        f"/announcements/new/{lead.public_id}",
        data=_data(capex="about 12億円", jobs="20-30", embargo_until="2099-01-01T09:00"),
    )
    assert answer.status_code == 303
    [made] = _all(database)
    assert answer.location.endswith(f"/announcements/{made.public_id}")
    assert (made.capex_amount, made.capex_currency) == (1_200_000_000, "JPY")
    assert (made.jobs_count, made.jobs_upper) == (20, 30)
    assert made.embargo_until == datetime(2099, 1, 1, 14, 0, tzinfo=UTC)
    assert reload_lead(database, lead.id).stage is StageCode.FIRST_CONTACT


def test_a_move_that_lacks_answers_keeps_the_record_and_goes_on_to_ask(
    sign_in: SignIn, database: Database
) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    answer = client.post(f"/announcements/new/{lead.public_id}", data=_data(moves_lead="y"))
    assert answer.status_code == 303
    assert answer.location.endswith(f"/leads/{lead.public_id}/move?to=announced")
    assert len(_all(database)) == 1
    assert reload_lead(database, lead.id).stage is StageCode.FIRST_CONTACT


def test_wrong_input_is_kept_and_writes_nothing(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    make_organization(database, name="Twin Ltd.", native_name=None)
    twin = make_organization(database, name="Twin Inc.", native_name=None)
    client = sign_in(Role.OFFICER)
    path = f"/announcements/new/{lead.public_id}"
    for values, words in (
        ({"source": ""}, "Say where it is printed"),
        ({"source_url": "javascript:alert(1)"}, "not a web address"),
        ({"capex": "a lot"}, "not an amount"),
        ({"jobs": "a few"}, "not a whole number"),
        ({"announced_on": "2099-01-01"}, "set an embargo"),
        ({"title": ""}, "This field is required"),
        ({"parties-0-organization": "nobody"}, "No organization of this name"),
        ({"parties-0-organization": "twin"}, f'<option value="{twin.public_id}">'),
    ):
        answer = client.post(path, data=_data(summary="kept words", **values))
        assert answer.status_code == 422, values
        assert words in answer.text, values
        assert "kept words" in answer.text, values
    assert _all(database) == []
    chosen = _data(**{"parties-0-organization": twin.public_id})
    assert client.post(path, data=chosen).status_code == 303


def test_editing_changes_what_was_touched_only(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    made = make_announcement(
        database,
        lead,
        capex=Measure(5_000_000, Qualifier.EXACT, as_printed="joint five million dollars"),
        announced_as_printed="on Wednesday",
    )
    client = sign_in(Role.OFFICER)
    page = client.get(_path(made, "/edit")).text
    assert 'value="5000000"' in page
    company = page.split('name="parties-0-organization"')[1].split('value="')[1].split('"')[0]
    answer = client.post(
        _path(made, "/edit"),
        data=_data(
            title="Better words",
            announced_on="",
            announced_as_printed="on Wednesday",
            capex="5000000",
            **{"parties-0-organization": company},
        ),
    )
    assert answer.status_code == 303
    [found] = _all(database)
    assert found.title == "Better words"
    assert found.capex_as_printed == "joint five million dollars"
    assert found.announced_as_printed == "on Wednesday"


def test_an_old_form_does_not_put_an_older_embargo_back(
    sign_in: SignIn, database: Database
) -> None:
    first, later = (datetime(2027, 1, day, 5, tzinfo=UTC) for day in (5, 12))
    zone = "America/Toronto"
    made = make_announcement(
        database,
        make_lead(database),
        embargo_until=first,
        embargo_zone=zone,
        release=Release.AUTOMATIC,
    )
    client, path = sign_in(Role.OFFICER), _path(made, "/edit")

    def form(page: str, **changed: str) -> dict[str, object]:
        shown = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]*value="([^"]*)"', page))
        kept = ("version", "title", "embargo_until", "parties-0-organization")
        typed = {name: html.unescape(shown[name]) for name in kept}
        return _data(**{**typed, "announced_on": "", "release": "automatic", **changed})

    opened = client.get(path).text
    moved = form(opened, embargo_until="2027-01-12T00:00")
    assert client.post(path, data=moved).status_code == 303
    assert _all(database)[0].public_at == later
    # A colleague opened the page before, and puts a word right.
    refused = client.post(path, data=form(opened, title="Better words"))
    assert refused.status_code == 409
    assert "Somebody else changed this" in refused.text
    assert "Better words" in refused.text
    again = form(refused.text)
    assert str(again["embargo_until"]).startswith("2027-01-12")
    assert client.post(path, data=again).status_code == 303
    [found] = _all(database)
    assert (found.title, found.public_at) == ("Better words", later)


def test_a_complete_lead_is_moved_in_the_same_breath(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    manager = sign_in(Role.MANAGER)
    with database.transaction(actor_for(database, manager.user)) as session:  # type: ignore[attr-defined]
        session.execute(sa.delete(StageRequirement).where(StageRequirement.field != "announcement"))
    answer = manager.post(f"/announcements/new/{lead.public_id}", data=_data(moves_lead="y"))
    assert answer.status_code == 303
    assert "/announcements/" in answer.location
    assert reload_lead(database, lead.id).stage is StageCode.ANNOUNCED


def test_an_embargo_changes_no_page_of_those_who_only_read(
    sign_in: SignIn, database: Database
) -> None:
    owner = make_user(database)
    lead = make_lead(database, owner_id=owner.id)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Lead, lead.id).stage = StageCode.COMMITTED
    viewer, writer = sign_in(Role.VIEWER), sign_in(owner)
    paths = ("/", f"/leads/{lead.public_id}", "/interactions/follow-ups?whose=all")

    def seen() -> list[str]:
        # A token changes by itself.
        return [re.sub(r'(value=|Token": )"[^"]*"', "", viewer.get(path).text) for path in paths]

    before = seen()
    make_announcement(database, lead, title="Not before Monday", **_embargo(30))
    assert seen() == before
    page = writer.get(f"/leads/{lead.public_id}").text
    assert "Not before Monday" in page
    assert "under embargo until" in page
    assert "Move to: Announced" not in page
    mine = writer.get("/").text
    assert "Embargo ends" in mine
    assert "Not before Monday" in mine
