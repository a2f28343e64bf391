"""Pages of properties, the list that is brought in, and the one that is taken out."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Config
from crm.database import Database
from crm.properties.reading import read_file
from crm.properties.service import plan_import
from models.site_search import Property, PropertyKind
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.site_search import make_property
from tests.factories.user import make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]
LIST = (
    "Reference,Kind,Name,City,Land (acres),Power (MW),Price,Currency\n"
    "A-1,land,North Park,Thunder Bay,30,5,1250000,CAD\n"
    'A-2,building,"Mill, old",Kenora,,,,\n'
)


def all_of(database: Database) -> list[Property]:
    """Every property by name."""
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        return list(session.scalars(sa.select(Property).order_by(Property.name)))


def bring(client: FlaskClient, text: str, **values: str) -> TestResponse:
    """Send a list."""
    data: dict[str, Any] = {"file": (io.BytesIO(text.encode()), "list.csv"), **values}
    return client.post("/properties/list", data=data)


def form(**values: str) -> dict[str, str]:
    """What the form of a property sends."""
    return {"kind": "land", "name": "North Park", "is_available": "y", **values}


def test_a_property_is_kept_with_what_is_known(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    data = form(land="30 acres", power="2.5 MW", price="1,250,000", currency="CAD")
    answer = client.post("/properties/new", data=data)
    assert answer.status_code == 303
    [found] = all_of(database)
    assert (found.land_m2, found.power_kw, found.building_m2) == (121_405.692672, 2_500, None)
    assert (found.price_amount, found.currency) == (1_250_000, "CAD")
    page = client.get(answer.location).text
    assert "12.14 ha (30 acres)" in page
    assert "1,250,000 CAD" in page
    edit = client.get(f"{answer.location}/edit").text
    assert 'value="30 acres"' in edit
    # Saved as it stands, nothing moves.
    assert client.post(f"{answer.location}/edit", data=data).status_code == 303
    [same] = all_of(database)
    assert same.land_m2 == found.land_m2


def test_a_price_without_a_currency_has_none(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    answer = client.post("/properties/new", data=form(price="500000"))
    [found] = all_of(database)
    assert (found.price_amount, found.currency) == (500_000, None)
    assert "500,000, currency not known" in client.get(answer.location).text


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"land": "12"}, "has no unit"),
        ({"power": "3 MVA"}, "no electrical power"),
        ({"price": "1-2 million"}, "Write one number"),
        ({"price": "$5 USD", "currency": "CAD"}, "another currency"),
        ({"name": " "}, "required"),
        ({"reference": "A-1"}, "Another property has the reference A-1."),
    ],
)
def test_what_is_wrong_is_said(
    sign_in: SignIn, database: Database, values: dict[str, str], told: str
) -> None:
    make_property(database, reference="A-1")
    answer = sign_in(Role.OFFICER).post("/properties/new", data=form(**values))
    assert (answer.status_code, told in answer.text) == (422, True)


def test_filters_leave_the_unknown_out(sign_in: SignIn, database: Database) -> None:
    make_property(database, name="Large Park", land_m2=300_000.0, city="Kenora")
    make_property(database, name="Silent Hall", kind=PropertyKind.BUILDING)
    make_property(database, name="Gone Park", is_available=False)
    client = sign_in(Role.VIEWER)
    shown = {
        query: [
            name
            for name in ("Large Park", "Silent Hall", "Gone Park")
            if name in client.get(f"/properties/?{query}").text
        ]
        for query in ("", "gone=yes", "land=20+ha", "kind=building", "q=kenora", "q=%25", "land=x")
    }
    assert shown == {
        "": ["Large Park", "Silent Hall"],
        "gone=yes": ["Large Park", "Silent Hall", "Gone Park"],
        "land=20+ha": ["Large Park"],
        "kind=building": ["Silent Hall"],
        "q=kenora": ["Large Park"],
        "q=%25": [],
        "land=x": ["Large Park", "Silent Hall"],
    }
    assert "Write it with its unit" in client.get("/properties/?land=x").text


def test_a_list_is_shown_before_it_is_imported(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    answer = bring(client, LIST)
    assert answer.status_code == 303
    assert all_of(database) == []
    page = client.get(answer.location).text
    assert "New: 2. Changed: 0. As they were: 0." in page
    assert "12.14 ha (30 acres)" in page
    assert client.post(answer.location).status_code == 303
    first, second = sorted(all_of(database), key=lambda one: one.reference or "")
    assert (first.name, first.land_m2, first.power_kw) == ("North Park", 121_405.692672, 5_000)
    assert (second.land_m2, second.price_amount, second.currency) == (None, None, None)
    # It is imported once: the file is gone.
    assert client.get(answer.location).status_code == 422
    again = client.get(bring(client, LIST).location).text
    assert "New: 0. Changed: 0. As they were: 2." in again


def test_a_reference_changes_what_is_on_file_and_an_empty_cell_nothing(
    sign_in: SignIn, database: Database
) -> None:
    make_property(database, reference="A-1", name="Old name", zoning="M1", land_m2=5.0)
    client = sign_in(Role.OFFICER)
    answer = bring(client, "Reference,Name,Zoning,Land\nA-1,North Park,,\n")
    page = client.get(answer.location).text
    assert "Old name" in page
    assert client.post(answer.location).status_code == 303
    [found] = all_of(database)
    assert (found.name, found.zoning, found.land_m2) == ("North Park", "M1", 5.0)


def test_nothing_is_half_imported(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    answer = bring(client, f"{LIST}A-3,land,South,Kenora,many,,,\n")
    page = client.get(answer.location).text
    assert "Row 4, Land (acres): “many” is not an area." in page
    assert "Import it" not in page
    refused = client.post(answer.location)
    assert (refused.status_code, "Mistakes to be mended first: 1." in refused.text) == (422, True)
    assert all_of(database) == []


def test_rows_that_do_not_say_what_they_are(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    text = "Name,Area\nNorth Park,3 ha\n"
    page = client.get(bring(client, text).location).text
    assert "Say whether this property is land or a building" in page
    answer = bring(client, text, kind="land")
    assert client.post(answer.location).status_code == 303
    [found] = all_of(database)
    assert (found.kind, found.land_m2) == (PropertyKind.LAND, 30_000.0)


def test_a_file_of_something_else_is_refused(sign_in: SignIn) -> None:
    client = sign_in(Role.OFFICER)
    for text in ("", "\x00\x01", "x1,x2\n1,2\n"):
        assert bring(client, text).status_code == 422
    assert client.post("/properties/list").status_code == 422


def test_a_list_is_its_officers_own(sign_in: SignIn, database: Database, config: Config) -> None:
    client, other = sign_in(Role.OFFICER), sign_in(Role.OFFICER)
    path = bring(client, LIST).location
    assert other.get(path).status_code == 422
    assert other.post(path).status_code == 422
    for name in ("a" * 32 + "/../x", "a" * 16, "..%2f" + "a" * 27):
        assert client.get(f"/properties/list/{name}").status_code == 404
    assert client.post(f"{path.partition('?')[0]}/discard").status_code == 303
    assert client.get(path).status_code == 422
    assert list(config.drafts.iterdir()) == []


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_an_export_is_read_back_as_it_was(
    sign_in: SignIn, database: Database, language: Any, file_format: str
) -> None:
    make_property(
        database,
        reference="A-1",
        name="=North Park",
        address="1 Mill Road",
        city="Kenora",
        land_m2=121_405.692672,
        building_m2=997.824,
        power_kw=2_500,
        zoning="M2",
        price_amount=1_250_000,
        currency="CAD",
        available_from=date(2027, 1, 4),
        source="Broker",
        as_of=date(2026, 11, 1),
        note="Rail spur; two doors",
    )
    make_property(database, name="Silent Hall", kind=PropertyKind.BUILDING)
    make_property(database, name="Gone Park", is_available=False)
    client = sign_in(make_user(database, language=language))
    answer = client.post("/exports/properties?gone=yes", data={"format": file_format})
    assert answer.status_code == 200
    file = read_file(answer.data)
    assert [column.header for column in file.columns if column.field is None] == []
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        plan = plan_import(session, file.rows)
    assert plan.problems == []
    assert [(row.outcome, dict(row.changes)) for row in plan.rows] == [("same", {})] * 3


def test_readers_write_nothing(sign_in: SignIn, database: Database) -> None:
    found = make_property(database)
    for role in (Role.VIEWER, Role.PARTNER):
        client = sign_in(role)
        assert client.get(f"/properties/{found.public_id}").status_code == 200
        for path in (
            "/properties/new",
            f"/properties/{found.public_id}/edit",
            "/properties/list",
            f"/properties/list/{'a' * 32}",
        ):
            assert client.post(path, data=form()).status_code == 403, path
        assert client.post("/exports/properties").status_code == 403


def test_the_list_costs_the_same_however_long(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    client = sign_in(Role.OFFICER)
    counts = []
    for more in (3, 20):
        for _number in range(more):
            make_property(database)
        with queries:
            assert client.get("/properties/?land=1+ha").status_code == 200
        counts.append(queries.count)
    assert counts[0] == counts[1]


def test_show_all_leads_to_the_plain_list(sign_in: SignIn, database: Database) -> None:
    """Not to the view that it opens with, which may be what shows nothing."""
    make_property(database)
    page = sign_in(Role.OFFICER).get("/properties/?q=nothinghere").text
    assert 'href="/properties/?view=all">Show all' in page
