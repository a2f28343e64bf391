"""The pages of exchange rates: who reads them, who writes, and what a slip is told."""

from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from crm.rates.queries import get_rate
from models.report import ExchangeRate
from models.user import LOCAL_ADMINISTRATOR, Language, Role
from tests.factories.rate import make_rate

SignIn = Callable[..., FlaskClient]
DAY = date(2026, 3, 31)
TYPED = {
    "units": "100",
    "currency": "JPY",
    "amount": "0.93",
    "target": "CAD",
    "stated_on": "2026-03-31",
    "source": "Bank of Canada",
}


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


def count_of(database: Database) -> int:
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(ExchangeRate)) or 0


def test_a_manager_states_a_rate_and_reads_it_back(sign_in: SignIn) -> None:
    client = sign_in(Role.MANAGER)
    answer = client.post("/rates/new", data=TYPED, follow_redirects=True)
    text = unescape(answer.get_data(as_text=True))
    assert "Stated: 100\u00a0JPY = 0.93\u00a0CAD on 31 Mar 2026." in text
    assert "Bank of Canada" in page(client, "/rates/JPY/CAD")


def test_in_french_a_comma_stands_before_the_decimals(sign_in: SignIn) -> None:
    client = sign_in(Role.MANAGER, language=Language.FR)
    assert client.post("/rates/new", data={**TYPED, "amount": "0,93"}).status_code == 303
    assert "100\u00a0JPY = 0,93\u00a0CAD" in page(client, "/rates/")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"amount": "0,93"}, "Write it as 0.93 or 1,021."),
        ({"target": "JPY"}, "Choose two different currencies."),
        ({"source": ""}, "This field is required."),
        ({"stated_on": "2027-03-31"}, "This day lies in the future."),
    ],
)
def test_a_slip_is_told_at_its_field(
    sign_in: SignIn, database: Database, changes: dict[str, str], told: str
) -> None:
    answer = sign_in(Role.MANAGER).post("/rates/new", data=TYPED | changes)
    assert answer.status_code == 422
    assert told in unescape(answer.get_data(as_text=True))
    assert count_of(database) == 0


def test_a_rate_far_from_the_last_is_asked_about(sign_in: SignIn, database: Database) -> None:
    make_rate(database, "JPY", "0.91", on=date(2026, 1, 31), units=100)
    client = sign_in(Role.MANAGER)
    typed = TYPED | {"amount": "93"}
    assert 'name="is_sure"' not in page(client, "/rates/new")
    answer = client.post("/rates/new", data=typed)
    assert (answer.status_code, b'name="is_sure"' in answer.data) == (422, True)
    assert client.post("/rates/new", data={**typed, "is_sure": "y"}).status_code == 303


def test_correcting_and_deleting(sign_in: SignIn, database: Database) -> None:
    public_id = make_rate(database, "JPY", "0.93", on=DAY, units=100)
    client = sign_in(Role.ADMIN)
    form = page(client, f"/rates/{public_id}/edit")
    assert 'value="0.93"' in form
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        seen = get_rate(session, public_id).entered_at.isoformat()
    typed = TYPED | {"amount": "0.94", "seen": seen}
    assert client.post(f"/rates/{public_id}/edit", data=typed).status_code == 303
    # The same form sent once more was opened before the correction.
    answer = client.post(f"/rates/{public_id}/edit", data=typed | {"seen": "2026-01-01T00:00Z"})
    assert answer.status_code == 422
    assert "Somebody else has corrected this rate." in answer.get_data(as_text=True)
    assert "100\u00a0JPY = 0.94\u00a0CAD" in page(client, "/rates/")
    assert client.post(f"/rates/{public_id}/delete").status_code == 303
    assert "No exchange rate is stated yet." in page(client, "/rates/")


def test_staff_read_and_only_who_directs_writes(sign_in: SignIn, database: Database) -> None:
    public_id = make_rate(database, "JPY", "0.93", on=DAY, units=100)
    for role in (Role.VIEWER, Role.OFFICER):
        client = sign_in(role)
        text = page(client, "/rates/")
        assert "Bank of Canada" in text
        assert "/edit" not in text
        assert "/rates/new" not in text
        for path in ("new", f"{public_id}/edit", f"{public_id}/delete"):
            assert client.post(f"/rates/{path}", data=TYPED).status_code == 403
    assert sign_in(Role.PARTNER).get("/rates/").status_code == 403
    assert count_of(database) == 1


def test_what_is_no_currency_is_nowhere(sign_in: SignIn) -> None:
    client = sign_in(Role.VIEWER)
    assert client.get("/rates/XXX/CAD").status_code == 404
    assert "No exchange rate is stated yet." in page(client, "/rates/EUR/CAD")
