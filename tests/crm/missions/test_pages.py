"""Pages of missions, to read."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from flask.testing import FlaskClient

from crm.announcements.service import PartyDetails
from crm.database import Database
from models.announcement import PartySide
from models.document import ClaimKind
from models.measure import Precision
from models.mission import Delivery, Mission
from models.user import OfficeKind, Role
from tests.factories.announcement import make_announcement
from tests.factories.lead import make_lead
from tests.factories.mission import make_claim, make_document, make_mission
from tests.factories.organization import make_organization, restrict
from tests.factories.user import make_office, make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]


def _path(mission: Mission) -> str:
    return f"/missions/{mission.public_id}"


def test_a_mission_tells_what_the_texts_tell(sign_in: SignIn, database: Database) -> None:
    document = make_document(database, title="Release on the mission")
    office = make_office(database, name="Tokyo office")
    host = make_organization(database, name="Landing Sample", native_name="見本着陸")
    mission = make_mission(
        database,
        name="Sample mission to Japan",
        markets=("JP", "KR"),
        offices=(office,),
        organizations=((host, "roundtable"),),
        delivery=Delivery.VIRTUAL,
        dates_as_printed="from Monday until Friday",
        led_by="Mayor Sample",
        document_id=document.id,
    )
    make_claim(
        database, document, mission_id=mission.id, kind=ClaimKind.OBJECTIVE, quote="first contact"
    )
    make_claim(database, document, mission_id=mission.id, kind=ClaimKind.METRIC, quote="two dozen")
    make_announcement(
        database,
        None,
        title="Announced there",
        mission_id=mission.id,
        parties=(PartyDetails(host.id, PartySide.FOREIGN),),
    )
    client = sign_in(Role.VIEWER)
    page = client.get(_path(mission)).text
    for words in (
        "Japan, South Korea",
        "Virtual",
        "as printed: “from Monday until Friday”",
        "Mayor Sample",
        "Tokyo office",
        "Landing Sample",
        '<span lang="ja">見本着陸</span>',
        "roundtable",
        "What it was for",
        "first contact",
        "Figures of the mission",
        "two dozen",
        "Announced there",
        "Release on the mission",
        "Public source",
    ):
        assert words in page, words
    assert page.index("What it was for") < page.index("Figures of the mission")
    assert "Sample mission to Japan" in client.get("/missions/").text


def test_days_that_are_known_are_shown_as_days(sign_in: SignIn, database: Database) -> None:
    mission = make_mission(
        database,
        starts_on=date(2026, 10, 12),
        ends_on=date(2026, 10, 16),
        dates_precision=Precision.DAY,
    )
    client = sign_in(Role.VIEWER)
    assert "12 Oct 2026 to 16 Oct 2026" in client.get(_path(mission)).text
    nothing = make_mission(database)
    assert "not known" in client.get(_path(nothing)).text


def test_a_partner_sees_only_missions_that_name_their_office(
    sign_in: SignIn, database: Database
) -> None:
    office = make_office(database, kind=OfficeKind.PARTNER)
    theirs = make_mission(database, name="With the partner", offices=(office,))
    other = make_mission(database, name="Without the partner")
    partner = sign_in(Role.PARTNER, office=office)
    page = partner.get("/missions/").text
    assert "With the partner" in page
    assert "Without the partner" not in page
    assert partner.get(_path(theirs)).status_code == 200
    missing = partner.get("/missions/aaaaaaaaaaaaaaaa")
    assert partner.get(_path(other)).status_code == missing.status_code == 404
    assert partner.get(_path(other)).data == missing.data


def test_a_hidden_organization_is_neither_named_nor_counted(
    sign_in: SignIn, database: Database
) -> None:
    hidden = make_organization(database, name="Hidden Looms", native_name=None)
    seen = make_organization(database)
    mission = make_mission(database, organizations=((hidden, "met"), (seen, "met")))
    manager = sign_in(Role.MANAGER)
    assert '<td class="number wide-only">2</td>' in manager.get("/missions/").text
    restrict(database, hidden, make_team(database, make_user(database)).id)
    assert "Hidden Looms" not in manager.get(_path(mission)).text
    assert '<td class="number wide-only">1</td>' in manager.get("/missions/").text


def test_an_embargoed_announcement_is_not_on_the_mission_s_page_yet(
    sign_in: SignIn, database: Database
) -> None:
    mission = make_mission(database)
    make_announcement(
        database,
        make_lead(database),
        title="Not before Monday",
        mission_id=mission.id,
        embargo_until=datetime.now(UTC) + timedelta(days=1),
        embargo_zone="Asia/Tokyo",
    )
    assert "Not before Monday" not in sign_in(Role.VIEWER).get(_path(mission)).text
    assert "Not before Monday" in sign_in(Role.OFFICER).get(_path(mission)).text


def test_lists_ask_the_same_number_of_questions_for_any_number_of_rows(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    client = sign_in(Role.VIEWER)
    document = make_document(database)
    mission = make_mission(database)
    counts = []
    for times in (3, 45):
        for _ in range(times):
            company = make_organization(database)
            make_mission(database, organizations=((company, "met"),))
            make_claim(database, document, mission_id=mission.id)
        with queries:
            assert client.get("/missions/").status_code == 200
            assert client.get(_path(mission)).status_code == 200
        counts.append(queries.count)
    assert counts[0] == counts[1] <= 28
