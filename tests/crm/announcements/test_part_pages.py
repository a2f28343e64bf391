"""Pages of what hangs on an announcement, the taps that publish it, and the client's own page."""

import html
import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import joinedload

from crm.announcements.embargo import State, state_of
from crm.database import Database
from crm.leads.confidentiality import restrict_lead
from models.announcement import Announcement, Release, Whose
from models.commitment import (
    AnnouncementDraft,
    AnnouncementSource,
    Attribution,
    Commitment,
    DeliveryCheck,
    DraftApproval,
)
from models.document import Claim
from models.lead import Lead
from models.measure import StatedDate
from models.stage import StageCode
from models.user import LOCAL_ADMINISTRATOR, Role, User
from tests.factories.announcement import NOW, make_announcement
from tests.factories.lead import make_lead, reload_lead
from tests.factories.mission import make_mission
from tests.factories.organization import make_organization
from tests.factories.user import make_team
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]
Told = Callable[..., Announcement]
LATER = {"embargo_until": NOW + timedelta(days=3), "embargo_zone": "Asia/Seoul"}


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def _only(database: Database, cls: type[Any]) -> Any:
    with database.unscoped_reader(purpose="test") as session:
        return session.scalars(sa.select(cls).order_by(cls.id.desc())).first()


def _path(made: Announcement, rest: str = "") -> str:
    return f"/announcements/{made.public_id}{rest}"


def _kept(client: FlaskClient, path: str, **data: Any) -> str:
    """Fill a small form in, and read the page that it leads to."""
    assert client.get(path).status_code == 200, path
    answer = client.post(path, data=data)
    assert answer.status_code == 303, (path, answer.text)
    return html.unescape(client.get(answer.location).text)


def test_everything_that_hangs_on_one_is_written_on_its_pages(
    sign_in: SignIn, database: Database, told: Told
) -> None:
    made = told(announced=StatedDate(NOW.date() - timedelta(days=400)))
    helper = make_organization(database, name="Door Opener K.K.", native_name="扉開株式会社")
    client = sign_in(Role.OFFICER)
    page = _kept(
        client,
        _path(made, "/promises/new"),
        kind="market_share",
        qualifier="at_most",
        amount="10",
        unit="%",
        is_joint="",
        currency="",
        as_printed="up to 10%",
    )
    assert "up to 10\u00a0%" in page
    promise = _only(database, Commitment)
    assert (promise.currency, promise.is_joint) == (None, None)
    page = _kept(
        client,
        _path(made, f"/promises/{promise.public_id}"),
        kind="investment",
        qualifier="exact",
        amount="5000000",
        is_joint="yes",
    )
    assert "5,000,000" in page
    assert "(currency not known)" in page
    assert "promised by both sides together" in page
    for outlet, language in (("Herald", "en"), ("架空新聞", "ja")):
        page = _kept(client, _path(made, "/sources/new"), outlet=outlet, language=language)
        source = _only(database, AnnouncementSource)
        _kept(
            client,
            _path(made, "/statements/new"),
            source=source.public_id,
            topic="what is set up",
            kind="fact",
            text=f"{outlet} says so",
            quote="as printed",
        )
    assert client.post(_path(made, f"/sources/{source.public_id}/prefer")).status_code == 303
    page = client.get(_path(made)).text
    assert "they differ" in page
    assert page.index("架空新聞 says so") < page.index("Herald says so")
    with database.unscoped_reader(purpose="test") as session:
        herald = session.scalars(
            sa.select(Claim)
            .where(Claim.text.startswith("Herald"))
            .options(joinedload(Claim.document))
        ).one()
    answer = client.post(
        _path(made, "/statements/prefer"),
        data={"topic": "what is set up", "document": herald.document.public_id},
    )
    assert answer.status_code == 303
    page = client.get(_path(made)).text
    assert page.index("Herald says so") < page.index("架空新聞 says so")
    page = _kept(
        client,
        _path(made, "/credits/new"),
        role="introduced",
        organization="door opener",
        credit="shared",
        share_percent="60",
    )
    assert "扉開株式会社" in page
    assert "Shared credit: 60%" in page
    credit = _only(database, Attribution)
    assert credit.organization_id == helper.id
    over = client.post(
        _path(made, "/credits/new"),
        data={"role": "helped", "name": "X", "credit": "shared", "share_percent": "41"},
    )
    assert over.status_code == 422
    assert "101 percent" in over.text
    page = _kept(
        client,
        _path(made, f"/credits/{credit.public_id}/evidence"),
        by="letter",
        name="Mme Roy",
        on="2026-11-20",
        file=(io.BytesIO(b"Dear colleagues"), "letter.txt"),
    )
    assert "confirmed by letter by Mme Roy" in page
    assert "letter.txt" in page
    page = _kept(
        client,
        _path(made, "/delivery/12"),
        checked_on="2026-11-20",
        landed_jobs="31",
        evidence="payroll",
        file=(io.BytesIO(b"names"), "payroll.txt"),
    )
    assert _only(database, DeliveryCheck) is not None
    assert "payroll" in page
    assert client.get(_path(made, "/delivery/13")).status_code == 404
    page = _kept(client, _path(made, "/words/new"), text="First words", language="en")
    draft = _only(database, AnnouncementDraft)
    _kept(
        client,
        _path(made, f"/words/{draft.public_id}/answer"),
        party="mayor_office",
        name="Chief",
        answer="agreed",
    )
    page = _kept(client, _path(made, "/words/new"), text="Second words")
    assert "of version 1" in page
    assert _only(database, DraftApproval).is_agreed is True
    # Whoever only reads sees what is public of it, and neither the words nor the proofs.
    seen = sign_in(Role.VIEWER).get(_path(made)).text
    assert "Door Opener" in seen
    assert "31" in seen
    for hidden in ("Second words", "letter.txt", "Add a source", "Link for the client"):
        assert hidden not in seen, hidden
    for path in (
        f"/promises/{promise.public_id}/remove",
        f"/credits/{credit.public_id}/remove",
        f"/sources/{source.public_id}/remove",
    ):
        assert client.post(_path(made, path)).status_code == 303
    assert _only(database, Commitment) is _only(database, Attribution) is None


def test_wrong_input_says_so_and_keeps_what_was_typed(
    sign_in: SignIn, database: Database, told: Told
) -> None:
    made = told()
    client = sign_in(Role.OFFICER)
    for path, data, words in (
        ("/promises/new", {"kind": "other", "unit": "kept"}, "Say what is promised"),
        ("/promises/new", {"kind": "other", "amount": "NaN", "unit": "kept"}, "Not a valid"),
        ("/sources/new", {"published_as_printed": "kept"}, "Name the outlet"),
        ("/sources/new", {"url": "javascript:alert(1)", "outlet": "kept"}, "not a web address"),
        ("/credits/new", {"role": "helped", "text": "kept"}, "Say who introduced"),
        (
            "/credits/new",
            {"role": "helped", "organization": "kept"},
            "No organization of this name",
        ),
        ("/words/new", {"text": " ", "language": "en"}, "Write the words"),
        (
            "/delivery/12",
            {"checked_on": "2026-11-19", "landed_jobs": "31"},
            "Say what proves it",
        ),
    ):
        answer = client.post(_path(made, path), data=data)
        assert answer.status_code == 422, path
        assert words in answer.text, path
        if "kept" in data.values():
            assert 'value="kept"' in answer.text, path


TAPS = ("release", "hold", "take-off-hold", "broken-early")
WRITES = (
    *TAPS,
    "note",
    "edit",
    "promises/new",
    "sources/new",
    "statements/new",
    "statements/prefer",
    "credits/new",
    "words/new",
    "delivery/12",
)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTNER])
def test_a_reader_reaches_no_form_and_no_tap(
    sign_in: SignIn, database: Database, told: Told, role: Role
) -> None:
    made = told()
    client = sign_in(role)
    for rest in WRITES:
        assert client.post(_path(made, f"/{rest}")).status_code == 403, rest
    assert client.post("/announcements/new").status_code == 403
    with database.unscoped_reader(purpose="test") as session:
        assert session.get_one(Announcement, made.id).public_at == NOW


def test_an_outsider_finds_nothing_there(
    sign_in: SignIn, database: Database, told: Told, owner: User
) -> None:
    made = told(**LATER)
    team = make_team(database, owner)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        restrict_lead(
            session,
            session.get_one(Lead, made.lead_id),
            team_id=team.id,
            reason="asked",
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )
    outsider = sign_in(Role.MANAGER)
    for rest in WRITES:
        answer = outsider.post(_path(made, f"/{rest}"))
        missing = outsider.post(f"/announcements/{'a' * 16}/{rest}")
        assert answer.status_code == missing.status_code == 404, rest
        assert answer.data == missing.data, rest
    assert sign_in(owner).post(_path(made, "/hold")).status_code == 303


def test_the_owner_s_day_asks_for_the_release_and_one_tap_does_it(
    sign_in: SignIn,
    database: Database,
    told: Told,
    owner: User,
    still_clock: time_machine.Traveller,
) -> None:
    made = told(**LATER, title="Not before Monday")
    still_clock.move_to(LATER["embargo_until"] - timedelta(minutes=1))
    client = sign_in(owner)
    mine = client.get("/").text
    assert "Not before Monday" in mine
    assert f'action="/announcements/{made.public_id}/release"' not in mine
    still_clock.move_to(LATER["embargo_until"])
    assert f'action="/announcements/{made.public_id}/release"' in client.get("/").text
    for other in (Role.OFFICER, Role.VIEWER):
        assert "Not before Monday" not in sign_in(other).get("/").text
    page = client.get(_path(made)).text
    assert "The embargo is over" in page
    assert "Broken early" not in page
    assert "Not before" not in sign_in(Role.VIEWER).get("/announcements/").text
    answer = client.post(_path(made, "/release"))
    assert answer.status_code == 303
    page = client.get(_path(made)).text
    assert "The lead is now at: Announced." in page
    assert "Public since" in page
    assert "Not before Monday" not in client.get("/").text
    assert "Not before" in sign_in(Role.VIEWER).get("/announcements/").text
    assert reload_lead(database, made.lead_id).stage is StageCode.ANNOUNCED  # type: ignore[arg-type]
    # Twice is once, and says so.
    assert client.post(_path(made, "/release")).status_code == 303
    assert "It is public already." in client.get(_path(made)).text
    client.post(_path(made, "/hold"))
    assert "The lead stays announced" in client.get(_path(made)).text
    assert "Not before" not in sign_in(Role.VIEWER).get("/announcements/").text


def test_broken_early_opens_every_channel_and_a_note_follows(
    sign_in: SignIn, database: Database, told: Told, owner: User
) -> None:
    made = told(**LATER, title="Leaked looms")
    client, viewer = sign_in(owner), sign_in(Role.VIEWER)
    assert viewer.get(_path(made)).status_code == 404
    client.post(_path(made, "/broken-early"))
    assert "Leaked looms" in viewer.get("/announcements/").text
    page = _kept(client, _path(made, "/note"), note="A paper in Nagoya had it")
    assert "It came out before its hour." in page
    assert "A paper in Nagoya had it" in page
    client.post(_path(made, "/hold"))
    assert viewer.get(_path(made)).status_code == 404
    assert 'class="stage stage-7"' in viewer.get(f"/leads/{_lead_id(database, made)}").text
    client.post(_path(made, "/take-off-hold"))
    with database.unscoped_reader(purpose="test") as session:
        assert state_of(session.get_one(Announcement, made.id), NOW) is State.EMBARGOED


def _lead_id(database: Database, made: Announcement) -> str:
    with database.unscoped_reader(purpose="test") as session:
        return session.get_one(Lead, made.lead_id).public_id


def test_the_lead_s_page_says_how_its_announcement_stands(
    sign_in: SignIn, database: Database, told: Told
) -> None:
    writer, viewer = sign_in(Role.OFFICER), sign_in(Role.VIEWER)
    for values, words in (
        (LATER, "under embargo until"),
        ({**LATER, "release": Release.AUTOMATIC}, "then public by itself"),
        ({"is_draft": True}, "Draft"),
        ({**LATER, "embargo_until": NOW - timedelta(hours=1)}, "Awaits its release"),
    ):
        made = told(**values, title="Looms to come")
        path = f"/leads/{_lead_id(database, made)}"
        page = writer.get(path).text
        assert "Looms to come" in page, words
        assert words in page
        assert "Move to: Announced" not in page
        assert "Looms" not in viewer.get(path).text
    writer.post(_path(made, "/hold"))
    assert "On hold" in writer.get(path).text


def test_the_ledger_counts_ours_and_shared_and_never_others(
    sign_in: SignIn, database: Database
) -> None:
    mission = make_mission(database, name="Mission of the north")
    for values in (
        {"announced": StatedDate(NOW.date())},
        {"whose": Whose.SHARED, "our_share_percent": 25.0, "mission_id": mission.id},
        {"whose": Whose.SHARED, "our_share_percent": 50.0},
        {"whose": Whose.SHARED},
        {**LATER, "title": "Waits"},
    ):
        make_announcement(database, make_lead(database), **values)
    korean = make_organization(database, country="KR", native_name=None)
    client, viewer = sign_in(Role.OFFICER), sign_in(Role.VIEWER)
    answer = client.post(
        "/announcements/new",
        data={
            "kind": "government_mou",
            "title": "A paper between others",
            "parties-0-organization": korean.public_id,
            "parties-0-side": "government",
            "parties-0-part": "signs it",
            "source": "A ministry",
            "announced_on": "2024-05-01",
            "announced_precision": "year",
            "embargo_zone": "UTC",
            "whose": "others",
        },
    )
    assert answer.status_code == 303
    assert "signs it" in client.get(answer.location).text
    for one, waiting in ((client, True), (viewer, False)):
        page = one.get("/announcements/").text
        assert "4 announcements of ours or shared" in page
        assert "ours: 1<" in page
        assert "shared: 3 (our shares add up to 0.75, 1 share not stated)" in page
        assert "1 of others is not counted" in page
        assert ("1 not public yet" in page) is waiting
        assert ("How it stands" in page) is waiting

    def titles(query: str, who: FlaskClient = client) -> int:
        return len(re.findall(r'class="name"', who.get(f"/announcements/?{query}").text))

    assert titles("whose=ours") == 2
    assert titles("whose=ours", viewer) == 1
    assert titles("whose=shared") == 3
    assert titles("whose=others") == 1
    assert titles("state=awaiting") == 1
    assert titles("state=awaiting", viewer) == 0
    assert titles("state=public") == 5
    assert titles("year=2024") == 1
    assert titles("year=2026") == 1
    assert titles("market=KR") == 1
    assert titles("market=JP") == 5
    assert titles(f"mission={mission.public_id}") == 1
    assert titles("kind=government_mou&whose=others&year=2024") == 1
    # What is no filter is left out.
    assert titles("whose=mine&year=twenty&market=1&state=x") == 6


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"whose": "others"}, "is ours, or shared"),
        ({"whose": "ours", "our_share_percent": "5"}, "Only a shared announcement"),
        ({"whose": "shared", "our_share_percent": "101"}, "between 0 and 100"),
        ({"whose": "shared", "our_share_percent": "0"}, "between 0 and 100"),
    ],
)
def test_a_share_is_of_a_shared_one(
    sign_in: SignIn, database: Database, values: dict[str, str], words: str
) -> None:
    lead = make_lead(database)
    answer = sign_in(Role.OFFICER).post(
        f"/announcements/new/{lead.public_id}",
        data={
            "kind": "expansion",
            "title": "X",
            "source": "X",
            "embargo_zone": "UTC",
            "announced_precision": "day",
            **values,
        },
    )
    assert answer.status_code == 422
    assert words in answer.text


def test_delivery_lists_what_is_late(
    sign_in: SignIn, database: Database, told: Told, queries: QueryCounter
) -> None:
    told(announced=StatedDate(NOW.date() - timedelta(days=800)), title="Late looms")
    told(announced=StatedDate(NOW.date() - timedelta(days=200)), title="Looms in time")
    hidden = told(announced=StatedDate(NOW.date() - timedelta(days=800)), title="Withdrawn looms")
    client, viewer = sign_in(Role.OFFICER), sign_in(Role.VIEWER)
    client.post(_path(hidden, "/hold"))
    page = viewer.get("/announcements/delivery").text
    assert "Overdue (2)" in page
    assert page.count("Late looms") == 2
    assert "Looms in time" not in page
    assert "Withdrawn" not in page
    assert "Check it" not in page
    assert "Looms in time" in viewer.get("/announcements/delivery?show=coming").text
    assert "Overdue (4)" in client.get("/announcements/delivery").text
    counts = []
    for more in (0, 30):
        for _ in range(more):
            told(announced=StatedDate(NOW.date() - timedelta(days=800)))
        with queries:
            viewer.get("/announcements/delivery")
        counts.append(queries.count)
    assert counts[0] == counts[1] <= 6


def test_the_page_asks_the_same_number_of_questions_whatever_hangs_on_it(
    sign_in: SignIn, database: Database, told: Told, queries: QueryCounter
) -> None:
    made = told()
    client = sign_in(Role.OFFICER)
    counts = []
    for _ in range(2):
        with queries:
            assert client.get(_path(made)).status_code == 200
        counts.append(queries.count)
        for number in range(5):
            client.post(_path(made, "/sources/new"), data={"outlet": f"Daily {number}"})
            client.post(_path(made, "/credits/new"), data={"role": "helped", "name": f"{number}"})
            client.post(_path(made, "/words/new"), data={"text": f"Words {number}"})
    # The approvals of the versions are read once there are versions.
    assert counts[1] <= counts[0] + 1 <= 20


# -- the client's page ---------------------------------------------------------------------------


def _link(client: FlaskClient, database: Database, made: Announcement, language: str) -> str:
    client.post(
        _path(made, "/credits/new"),
        data={"role": "introduced", "name": "Seoul office", "credit": "full"},
    )
    credit = _only(database, Attribution)
    answer = client.post(
        _path(made, f"/credits/{credit.public_id}/ask"), data={"language": language}
    )
    assert answer.status_code == 200
    address = re.search(r'value="http://[^/]+(/announcements/confirm/[^"]+)"', answer.text)
    assert address is not None
    return address[1]


@pytest.mark.parametrize(
    "case",
    [
        ("en", "Seoul office introduced your organization to us.", "Thank you."),
        ("fr", "Seoul office nous a présenté votre organisation.", "Merci."),
        ("ja", "ご紹介くださった方：Seoul office", "ありがとうございました"),
        ("ko", "귀 기관을 소개해 주신 곳(분): Seoul office", "감사합니다"),
    ],
)
def test_a_client_confirms_in_their_language_without_signing_in(
    app: Flask,
    sign_in: SignIn,
    database: Database,
    told: Told,
    case: tuple[str, str, str],
) -> None:
    language, asks, thanks = case
    made = told(**LATER, title="Secret looms of others", summary="Secret too")
    path = _link(sign_in(Role.OFFICER), database, made, language)
    client = app.test_client()
    page = client.get(path)
    assert page.status_code == 200
    text = html.unescape(page.text)
    assert f'<html lang="{language}">' in text
    assert asks in text
    # Nothing that is not the client's own, before it is public.
    for hidden in ("Secret", "5,000", "Invented Works", made.public_id):
        assert hidden not in text, hidden
    assert client.post(path, data={"answer": "confirm", "name": ""}).status_code == 422
    done = client.post(path, data={"answer": "confirm", "name": "김 하나"})
    assert done.status_code == 200
    assert thanks in done.text
    again = client.get(path)
    assert again.status_code == 410
    assert "Seoul office" not in again.text
    assert client.post(path, data={"answer": "decline", "name": "X"}).status_code == 410
    found = _only(database, Attribution)
    assert found.confirmed_name == "김 하나"
    assert found.declined_at is None
    shown = sign_in(Role.OFFICER).get(_path(made)).text
    assert "confirmed by the signed link by 김 하나" in html.unescape(shown)


def test_once_it_is_public_the_client_reads_what_it_is_about(
    app: Flask, sign_in: SignIn, database: Database, told: Told
) -> None:
    made = told(title="Looms for all")
    path = _link(sign_in(Role.OFFICER), database, made, "en")
    assert "This is about: Looms for all" in app.test_client().get(path).text


def test_a_link_runs_out_is_taken_back_and_is_replaced(
    app: Flask,
    sign_in: SignIn,
    database: Database,
    told: Told,
    still_clock: time_machine.Traveller,
) -> None:
    made = told()
    officer = sign_in(Role.OFFICER)
    client = app.test_client()
    path = _link(officer, database, made, "en")
    still_clock.move_to(NOW + timedelta(days=30))
    assert client.get(path).status_code == 410
    assert client.post(path, data={"answer": "confirm", "name": "X"}).status_code == 410
    still_clock.move_to(NOW)
    assert client.get(path).status_code == 200
    credit = _only(database, Attribution)
    officer.post(_path(made, f"/credits/{credit.public_id}/take-link-back"))
    assert client.get(path).status_code == 404
    assert _only(database, Attribution).confirmed_at is None


def test_guessing_links_is_stopped(app: Flask, database: Database) -> None:
    client = app.test_client()
    codes = [
        client.get(f"/announcements/confirm/guess{number}").status_code for number in range(32)
    ]
    assert codes[:30] == [404] * 30
    assert codes[30:] == [429, 429]
