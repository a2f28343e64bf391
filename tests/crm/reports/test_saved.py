"""Saved reports: whose they are, what they keep, and who is sent them."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from models.report import ReportFormat, ReportSubscription, Rhythm, SavedReport
from models.user import LOCAL_ADMINISTRATOR, Language, Role
from tests.factories.user import make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]
NEW = "/reports/saved/new/pipeline"


def saved(database: Database) -> list[SavedReport]:
    """Every saved report."""
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        return list(session.scalars(sa.select(SavedReport).order_by(SavedReport.id)))


def subscribed(database: Database) -> list[ReportSubscription]:
    """Every subscription."""
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        return list(session.scalars(sa.select(ReportSubscription).order_by(ReportSubscription.id)))


def save(client: FlaskClient, query: str = "country=JP", **data: str) -> str:
    """Save the pipeline with filters; the address of the saved report."""
    answer = client.post(f"{NEW}?{query}", data={"name": "Japan", **data})
    assert answer.status_code == 303
    return str(answer.location)


def test_a_report_keeps_its_filters_and_its_days_as_words(
    sign_in: SignIn, database: Database
) -> None:
    client = sign_in()
    page = save(client, "country=JP&as_of=last_quarter&compare=last_year&nonsense=1")
    expected = {"country": "JP", "as_of": "last_quarter", "compare": "last_year"}
    assert [one.params for one in saved(database)] == [expected]
    assert "/reports/pipeline?as_of=last_quarter&amp;compare=last_year" in client.get(page).text
    index = client.get("/reports/").text
    assert "as_of=last_quarter" in index
    assert "Japan" in index
    # The same name takes the new filters.
    save(client, "country=KR")
    assert [(one.params, one.version) for one in saved(database)] == [({"country": "KR"}, 2)]


def test_what_cannot_be_saved_says_why(sign_in: SignIn, database: Database) -> None:
    client = sign_in()
    answer = client.post(f"{NEW}?as_of=someday", data={"name": "Japan"})
    assert answer.status_code == 422
    assert "is no day" in answer.text
    answer = client.post(NEW, data={"name": " "})
    assert answer.status_code == 422
    assert "Give it a name." in answer.text
    save(client)
    answer = client.post("/reports/saved/new/movement", data={"name": "Japan"})
    assert answer.status_code == 422
    assert "Another of your saved reports has this name." in answer.text
    assert client.get("/reports/saved/new/kitchen").status_code == 404
    assert len(saved(database)) == 1


@pytest.mark.parametrize("action", ["change", "delete", "send"])
def test_a_private_report_is_nobody_elses(sign_in: SignIn, database: Database, action: str) -> None:
    page = save(sign_in())
    other = sign_in(Role.ADMIN)
    assert other.get(page).status_code == 404
    assert "Japan" not in other.get("/reports/saved").text
    assert "Japan" not in other.get("/reports/").text
    data = {"name": "Taken", "rhythm": "weekly", "format": "csv"}
    assert other.post(f"{page}/{action}", data=data).status_code == 404
    assert [one.name for one in saved(database)] == ["Japan"]
    assert sign_in(Role.PARTNER).get(page).status_code == 403


def test_a_shared_report_is_its_owners_to_change(sign_in: SignIn, database: Database) -> None:
    owner = sign_in()
    page = save(owner, is_shared="on")
    other = sign_in(Role.VIEWER)
    assert "Japan" in other.get(page).text
    assert f'action="{page}/change"' not in other.get(page).text
    for action in ("change", "delete"):
        assert other.post(f"{page}/{action}", data={"name": "Taken"}).status_code == 403
    assert owner.post(f"{page}/change", data={"name": "Far East"}).status_code == 303
    assert [(one.name, one.is_shared) for one in saved(database)] == [("Far East", False)]
    assert owner.post(f"{page}/delete").status_code == 303
    assert saved(database) == []


def test_one_subscribes_oneself_and_managers_others(sign_in: SignIn, database: Database) -> None:
    colleague = make_user(database, name="Colette")
    officer, manager = sign_in(), sign_in(Role.MANAGER)
    page = save(officer, is_shared="on")
    data = {"rhythm": "weekly", "weekday": "4", "format": "xlsx"}
    assert officer.post(f"{page}/send", data=data).status_code == 303
    assert officer.post(f"{page}/send", data={**data, "weekday": "1"}).status_code == 303
    [own] = subscribed(database)
    assert (own.rhythm, own.weekday, own.format) == (Rhythm.WEEKLY, 1, ReportFormat.XLSX)
    to_colleague = {**data, "user": colleague.public_id, "rhythm": "monthly"}
    assert officer.post(f"{page}/send", data=to_colleague).status_code == 403
    assert "Colette" not in officer.get(page).text
    assert manager.post(f"{page}/send", data=to_colleague).status_code == 303
    assert [one.weekday for one in subscribed(database)] == [1, None]
    assert "Colette" in manager.get(page).text
    stranger = sign_in()
    path = f"/reports/subscriptions/{own.public_id}/stop"
    assert stranger.post(path).status_code == 404
    assert officer.post(path).status_code == 303
    assert [one.is_active for one in subscribed(database)] == [False, True]
    assert "stopped" in officer.get("/reports/saved").text


def test_nobody_is_subscribed_who_may_not_read(sign_in: SignIn, database: Database) -> None:
    partner = make_user(database, role=Role.PARTNER)
    gone = make_user(database, is_active=False)
    manager = sign_in(Role.MANAGER)
    page = save(manager)
    for user in (partner, gone):
        data = {"rhythm": "weekly", "format": "pdf", "user": user.public_id}
        assert manager.post(f"{page}/send", data=data).status_code == 422
    assert manager.post(f"{page}/send", data={"rhythm": "daily"}).status_code == 422
    assert subscribed(database) == []


def test_the_pages_cost_the_same_however_many_there_are(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    client = sign_in(Role.MANAGER)
    data = {"rhythm": "weekly", "format": "pdf"}
    page = save(client)
    client.post(f"{page}/send", data=data)
    counts = []
    for number in range(2):
        client.get("/reports/saved")
        with queries:
            client.get("/reports/saved")
        listed = queries.count
        with queries:
            client.get(page)
        counts.append((listed, queries.count))
        for extra in range(3):
            more = save(client, name=f"More {number} {extra}")
            client.post(f"{more}/send", data=data)
            client.post(f"{page}/send", data={**data, "user": make_user(database).public_id})
    assert counts[0] == counts[1]


def test_the_pages_speak_french(sign_in: SignIn) -> None:
    client = sign_in(Role.MANAGER, language=Language.FR)
    page = save(client)
    client.post(f"{page}/send", data={"rhythm": "weekly", "format": "pdf"})
    assert "lundi" in client.get(page).text
    assert "lundi" in client.get("/reports/saved").text
    assert client.get(NEW).status_code == 200
