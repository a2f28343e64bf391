"""Pages of site searches, and where they head the lead and my day."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from models.lead import Lead
from models.site_search import SearchPart, SearchResult, SiteOffer, SiteSearch
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.lead import NOW, make_lead, reload_lead
from tests.factories.site_search import (
    make_offer,
    make_part,
    make_property,
    make_search,
    make_sending,
)
from tests.factories.user import actor_for, make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]


def the_only(database: Database, cls: type[Any]) -> Any:
    """The only row there is."""
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        return session.scalars(sa.select(cls)).one()


def form(**values: str) -> dict[str, str]:
    """What the form of a search sends."""
    return {
        "requirements": "Flat land with rail",
        "land": "20 ha",
        "power": "5 MW",
        "received_on": "2026-11-16",
        "due_on": "2026-11-23",
        "due_time": "09:00",
        "time_zone": "Asia/Tokyo",
        "owner": "",
        **values,
    }


def test_a_search_is_opened_and_heads_its_lead_and_my_day(
    sign_in: SignIn, database: Database
) -> None:
    client = sign_in(Role.OFFICER)
    lead = make_lead(database, owner_id=client.user.id)  # type: ignore[attr-defined]
    assert client.get(f"/site_searches/new/{lead.public_id}").status_code == 200
    answer = client.post(f"/site_searches/new/{lead.public_id}", data=form())
    assert answer.status_code == 303
    search = the_only(database, SiteSearch)
    assert (search.land_m2, search.power_kw, search.building_m2) == (200_000.0, 5_000, None)
    page = client.get(answer.location).text
    assert "20 ha (49.42 acres)" in page
    assert "5 MW" in page
    # Both clocks: Monday morning in Tokyo is Sunday evening in Toronto.
    for path in (answer.location, f"/leads/{lead.public_id}", "/", "/site_searches/"):
        page = client.get(path).text
        assert "Mon 23 Nov 09:00 Tokyo" in page, path
        assert "Sun 22 Nov 19:00 Toronto" in page, path
        assert "2 days left" in page, path
    lead_page = client.get(f"/leads/{lead.public_id}").text
    assert lead_page.index("2 days left") < lead_page.index("<h1")
    assert "2 days left" not in sign_in(Role.OFFICER).get("/").text


def test_an_overdue_answer_is_red_until_it_is_sent(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    lead = make_lead(database, owner_id=client.user.id)  # type: ignore[attr-defined]
    search = make_search(
        database, lead, due_at=NOW - timedelta(hours=3), time_zone="America/Toronto"
    )
    path = f"/site_searches/{search.public_id}"
    for place in (path, f"/leads/{lead.public_id}", "/"):
        assert re.search(r'class="late">\s*3 hours overdue', client.get(place).text), place
    data = {"what": "Proposal", "sent_on": "2026-11-20", "sent_to": "Them", "is_answer": "y"}
    assert client.post(f"{path}/sendings", data=data).status_code == 303
    assert reload_lead(database, lead.id).proposal_sent_on == NOW.date()
    for place in (path, f"/leads/{lead.public_id}", "/"):
        assert "overdue" not in client.get(place).text, place
    assert "Answered 20 Nov 2026" in client.get(path).text


def test_what_is_wrong_is_said_and_what_was_typed_stays(
    sign_in: SignIn, database: Database
) -> None:
    client = sign_in(Role.OFFICER)
    lead = make_lead(database)
    path = f"/site_searches/new/{lead.public_id}"
    for values, told in (
        ({"land": "20"}, "has no unit"),
        ({"due_on": "", "due_time": "09:00"}, "Say on which day"),
        ({"due_on": "2026-11-10"}, "due before it came"),
        ({"requirements": "", "land": "", "power": ""}, "Say what is asked for"),
        ({"time_zone": "Mars/Base"}, "Not a valid choice"),
    ):
        answer = client.post(path, data=form(**values))
        assert (answer.status_code, told in answer.text) == (422, True), told
    search = make_search(database, lead)
    path = f"/site_searches/{search.public_id}"
    answer = client.post(f"{path}/sendings", data={"what": "Draft", "sent_on": "2026-11-30"})
    assert (answer.status_code, "lies in the future" in answer.text) == (422, True)
    assert 'value="Draft"' in answer.text


def test_properties_are_proposed_with_what_fits_and_what_is_unknown(
    sign_in: SignIn, database: Database
) -> None:
    search = make_search(database, make_lead(database), power_kw=5_000)
    make_property(database, name="Known Park", land_m2=250_000.0, power_kw=6_000)
    make_property(database, name="Silent Park", land_m2=250_000.0)
    make_property(database, name="Short Park", land_m2=190_000.0, power_kw=5_000)
    make_property(database, name="Tiny Park", land_m2=10.0, power_kw=5_000)
    make_property(database, name="Mute Park")
    make_property(database, name="Gone Park", land_m2=250_000.0, power_kw=6_000, is_available=False)
    client = sign_in(Role.OFFICER)
    page = client.get(f"/site_searches/{search.public_id}").text
    places = [page.index(f"{name} Park") for name in ("Known", "Silent", "Short")]
    assert places == sorted(places)
    assert "not known, ask" in page
    assert "a little short" in page
    for name in ("Tiny", "Mute", "Gone"):
        assert f"{name} Park" not in page
    found = client.get(f"/site_searches/{search.public_id}?find=mute").text
    assert "Mute Park" in found


def test_a_property_is_offered_and_its_fate_told(sign_in: SignIn, database: Database) -> None:
    search = make_search(database, make_lead(database))
    offered = make_property(database, name="Known Park", land_m2=250_000.0)
    client = sign_in(Role.OFFICER)
    path = f"/site_searches/{search.public_id}"
    for status in (303, 422):
        answer = client.post(f"{path}/offers", data={"property": offered.public_id})
        assert answer.status_code == status
    offer = the_only(database, SiteOffer)
    fate = f"{path}/offers/{offer.public_id}"
    refused = client.post(fate, data={"result": "eliminated"})
    assert (refused.status_code, "why it was eliminated" in refused.text) == (422, True)
    data = {"result": "eliminated", "reason": "No rail"}
    assert client.post(fate, data=data).status_code == 303
    assert "No rail" in client.get(path).text
    assert "No rail" in client.get(f"/properties/{offered.public_id}").text
    assert client.post(f"{fate}/withdraw").status_code == 303
    assert "No property was offered yet" in client.get(path).text


def test_parts_are_owed_ticked_and_on_my_day(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    lead = make_lead(database, owner_id=client.user.id)  # type: ignore[attr-defined]
    search = make_search(database, lead)
    path = f"/site_searches/{search.public_id}"
    data = {"text": "Load study", "owed_by": "utilities", "person": "Grid", "due_on": "2026-11-19"}
    assert client.post(f"{path}/parts", data=data).status_code == 303
    part = the_only(database, SearchPart)
    assert "Load study" in client.get("/").text
    received = f"{path}/parts/{part.public_id}/received"
    assert client.post(received, data={"received_on": "2026-11-21"}).status_code == 422
    assert client.post(received, data={"received_on": "2026-11-20"}).status_code == 303
    assert "Load study" not in client.get("/").text
    assert "came in 20 Nov 2026" in client.get(path).text
    assert client.post(received, data={"received_on": ""}).status_code == 303
    changed = f"{path}/parts/{part.public_id}"
    assert client.post(changed, data={**data, "due_on": "2026-12-24"}).status_code == 303
    # It is due in a month: my day has nothing of it yet.
    assert "Load study" not in client.get("/").text
    assert client.post(f"{changed}/drop").status_code == 303
    assert "Nobody owes a part" in client.get(path).text


def test_a_result_ends_a_search(sign_in: SignIn, database: Database) -> None:
    search = make_search(database, make_lead(database))
    client = sign_in(Role.OFFICER)
    path = f"/site_searches/{search.public_id}"
    refused = client.post(f"{path}/end", data={"result": "eliminated"})
    assert (refused.status_code, "why we were eliminated" in refused.text) == (422, True)
    data = {"result": "no_answer", "result_on": "2026-11-20"}
    assert client.post(f"{path}/end", data=data).status_code == 303
    assert the_only(database, SiteSearch).result is SearchResult.NO_ANSWER
    assert "Twenty hectares" not in client.get("/site_searches/").text
    assert "Twenty hectares" in client.get("/site_searches/?state=ended").text


def test_an_outsider_learns_nothing_of_a_restricted_search(
    sign_in: SignIn, database: Database
) -> None:
    member = make_user(database)
    team = make_team(database, member)
    actor = actor_for(database, member)
    offered = make_property(database, name="Known Park", land_m2=250_000.0)
    outsider = sign_in(Role.MANAGER)
    places = ("/site_searches/", "/", "/properties/", f"/properties/{offered.public_id}")
    before = {path: outsider.get(path).data for path in places}
    lead = make_lead(database, actor=actor, team_id=team.id, owner_id=member.id)
    search = make_search(
        database, lead, actor=actor, due_at=NOW + timedelta(days=1), time_zone="Asia/Tokyo"
    )
    offer = make_offer(database, search, offered, actor=actor)
    part = make_part(database, search, actor=actor)
    sending = make_sending(database, search, actor=actor)
    assert {path: outsider.get(path).data for path in places} == before
    path = f"/site_searches/{search.public_id}"
    assert outsider.get(path).status_code == 404
    for verb in (
        "edit",
        "offers",
        f"offers/{offer.public_id}",
        f"offers/{offer.public_id}/withdraw",
        "parts",
        f"parts/{part.public_id}",
        f"parts/{part.public_id}/received",
        f"parts/{part.public_id}/drop",
        "sendings",
        f"sendings/{sending.public_id}/drop",
        "end",
    ):
        assert outsider.post(f"{path}/{verb}", data=form()).status_code == 404, verb
    # A part of a hidden search is not reached through an open one either.
    other = make_search(database, make_lead(database))
    crossed = f"/site_searches/{other.public_id}/parts/{part.public_id}/drop"
    assert outsider.post(crossed).status_code == 404
    assert sign_in(member).get(path).status_code == 200


def test_readers_write_nothing(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    search = make_search(database, lead)
    part = make_part(database, search)
    path = f"/site_searches/{search.public_id}"
    viewer = sign_in(Role.VIEWER)
    assert 'method="post" class="inline"' not in viewer.get(path).text
    for verb in ("edit", "offers", "parts", f"parts/{part.public_id}/received", "sendings", "end"):
        assert viewer.post(f"{path}/{verb}", data=form()).status_code == 403, verb
    assert viewer.post(f"/site_searches/new/{lead.public_id}", data=form()).status_code == 403


def test_a_closed_leads_search_is_not_on_my_day(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    lead = make_lead(database, owner_id=client.user.id)  # type: ignore[attr-defined]
    make_search(database, lead, due_at=NOW + timedelta(hours=5), time_zone="America/Toronto")
    assert "5 hours left" in client.get("/").text
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Lead, lead.id).status = "lost"  # type: ignore[assignment]
    assert "5 hours left" not in client.get("/").text


def test_pages_cost_the_same_however_much_there_is(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    client = sign_in(Role.OFFICER)
    lead = make_lead(database, owner_id=client.user.id)  # type: ignore[attr-defined]
    search = make_search(database, lead, due_at=NOW, time_zone="Asia/Tokyo")
    paths = (
        "/site_searches/",
        f"/site_searches/{search.public_id}",
        f"/leads/{lead.public_id}",
        "/",
        "/properties/",
    )
    counts = []
    for more in (2, 7):
        for _number in range(more):
            offered = make_property(database, land_m2=300_000.0)
            make_property(database, land_m2=300_000.0)
            make_offer(database, search, offered)
            make_part(database, search)
            make_search(database, lead, due_at=NOW, time_zone="Asia/Tokyo")
        found = {}
        for path in paths:
            with queries:
                assert client.get(path).status_code == 200
            found[path] = queries.count
        counts.append(found)
    assert counts[0] == counts[1]
