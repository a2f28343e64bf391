"""Very many organizations are compared by a job: one for each circle, kept for all of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from config import Config
from crm.database import Database
from crm.duplicates import standing
from crm.duplicates.merge import merge_organizations
from crm.duplicates.scan import find_groups, open_groups
from crm.duplicates.service import say_distinct
from crm.jobs.service import claim, renew
from crm.jobs.worker import work_once
from models.job import Job, JobState
from models.organization import Organization
from models.user import LOCAL_ADMINISTRATOR, Actor, Role
from tests.factories.lead import NOW
from tests.factories.organization import make_organization, restrict
from tests.factories.user import actor_for, make_team, make_user

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def _many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.duplicates.views.AT_ONCE", 1)


def make_pair(database: Database, name: str = "Muro") -> tuple[Organization, Organization]:
    return (
        make_organization(database, name=f"{name} Corporation", native_name=None),
        make_organization(database, name=f"{name} Corp.", native_name=None),
    )


def compare(database: Database, config: Config, actor: Actor) -> None:
    """Have it be asked for and done."""
    with database.transaction(actor) as session:
        standing.ask(session, actor=actor, now=NOW)
    while work_once(database, config, clock=lambda: NOW):
        pass


def found(database: Database, actor: Actor) -> list[tuple[int, ...]]:
    with database.reader(actor) as session:
        pairs = standing.load_pairs(session, actor)
        return [group.members for group in open_groups(session, pairs)]


def jobs(database: Database) -> list[Job]:
    with database.unscoped_reader(purpose="test") as session:
        return list(session.scalars(sa.select(Job)))


def test_the_job_finds_what_a_request_would(any_database: Database, config: Config) -> None:
    make_pair(any_database)
    make_pair(any_database, "Hokuto")
    make_organization(any_database, name="Kita Textiles", native_name=None)
    compare(any_database, config, LOCAL_ADMINISTRATOR)
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        at_once = find_groups(session)
        stands = standing.look(session, LOCAL_ADMINISTRATOR)
        by_job = open_groups(session, standing.load_pairs(session, LOCAL_ADMINISTRATOR))
    assert [group.members for group in by_job] == [group.members for group in at_once]
    assert [one.candidate.reason for group in by_job for one in group.pairs] == [
        one.candidate.reason for group in at_once for one in group.pairs
    ]
    assert (stands.state, stands.is_current) == (JobState.DONE, True)


def test_however_many_ask_there_is_one(any_database: Database, config: Config) -> None:
    one, other = (actor_for(any_database, make_user(any_database)) for _ in range(2))
    for actor in (one, other, one):
        with any_database.transaction(actor) as session:
            standing.ask(session, actor=actor, now=NOW)
    [job] = jobs(any_database)
    assert job.state is JobState.WAITING
    with any_database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        held = claim(session, now=NOW)
        # Somebody works on it: nobody takes it away from them by asking.
        standing.ask(session, actor=other, now=NOW)
        assert held is not None
        assert renew(session, held, now=NOW)
        session.get_one(Job, held.id).state = JobState.WAITING
    assert work_once(any_database, config, clock=lambda: NOW)
    assert not work_once(any_database, config, clock=lambda: NOW)
    # Asked again, the same row waits, and what was found before is still there.
    compare(any_database, config, one)
    [job] = jobs(any_database)
    assert (job.state, job.payload["last"]["pairs"]) == (JobState.DONE, [])


def test_each_circle_has_its_own(database: Database, config: Config) -> None:
    member, outsider = make_user(database), make_user(database)
    team = make_team(database, member)
    one, other = make_pair(database)
    restrict(database, other, team.id)
    inside, outside = actor_for(database, member), actor_for(database, outsider)
    compare(database, config, inside)
    assert found(database, inside) == [(one.id, other.id)]
    assert found(database, outside) == []
    compare(database, config, outside)
    assert found(database, outside) == []
    assert len(jobs(database)) == 2


def test_what_changed_since_is_not_shown(database: Database, config: Config) -> None:
    one, other = make_pair(database)
    team = make_team(database, make_user(database))
    outside = actor_for(database, make_user(database))
    compare(database, config, outside)
    assert len(found(database, outside)) == 1
    # Restricted since: it is gone from the page before anybody compares again.
    restrict(database, other, team.id)
    assert found(database, outside) == []
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Organization, other.id).team_id = None
    assert len(found(database, outside)) == 1
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        pair = [session.get_one(Organization, key) for key in (one.id, other.id)]
        merge_organizations(session, *pair, actor=LOCAL_ADMINISTRATOR, now=NOW)
    # The merged one's number in the database may be given out again: a stranger is not it.
    make_organization(database, name="Suzume Robotics", native_name=None)
    assert found(database, outside) == []


def test_what_was_settled_since_is_not_shown(database: Database, config: Config) -> None:
    one, other = make_pair(database)
    compare(database, config, LOCAL_ADMINISTRATOR)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        pair = [session.get_one(Organization, key) for key in (one.id, other.id)]
        say_distinct(session, *pair, actor=LOCAL_ADMINISTRATOR, now=NOW)
    assert found(database, LOCAL_ADMINISTRATOR) == []


def test_whoever_changed_teams_has_nothing_compared_in_their_name(
    database: Database, config: Config
) -> None:
    user = make_user(database)
    actor = actor_for(database, user)
    with database.transaction(actor) as session:
        standing.ask(session, actor=actor, now=NOW)
    make_team(database, user)
    assert work_once(database, config, clock=lambda: NOW)
    [job] = jobs(database)
    assert job.state is JobState.FAILED
    assert "last" not in job.payload


def test_looking_asks_again_only_for_what_is_stale_and_old(
    database: Database, config: Config
) -> None:
    compare(database, config, LOCAL_ADMINISTRATOR)
    later = NOW + standing.RESTS + timedelta(seconds=1)

    def is_wanted(now: object) -> bool:
        with database.reader(LOCAL_ADMINISTRATOR) as session:
            return standing.look(session, LOCAL_ADMINISTRATOR).is_wanted(now)  # type: ignore[arg-type]

    assert not is_wanted(later)
    make_pair(database)
    assert not is_wanted(NOW + timedelta(minutes=1))
    assert is_wanted(later)


@pytest.mark.usefixtures("_many")
def test_the_page_says_how_far_it_is(sign_in: SignIn, database: Database, config: Config) -> None:
    client = sign_in(Role.OFFICER)
    make_pair(database)
    assert "Waiting for its turn" in client.get("/duplicates/").text
    part = client.get("/duplicates/scan")
    assert "Waiting for its turn" in part.text
    assert "HX-Refresh" not in part.headers
    assert work_once(database, config)
    assert client.get("/duplicates/scan").headers["HX-Refresh"] == "true"
    page = client.get("/duplicates/").text
    assert "Muro Corporation" in page
    assert "As compared on" in page
    assert "What changed since" not in page
    make_organization(database, name="Kita Textiles", native_name=None)
    page = client.get("/duplicates/").text
    assert "What changed since is not in it." in page
    assert "Muro Corporation" in page
    answer = client.post("/duplicates/scan", data={"next": "/duplicates/"})
    assert answer.status_code == 303
    assert "Waiting for its turn" in client.get("/duplicates/").text


@pytest.mark.usefixtures("_many")
def test_a_comparison_that_failed_says_so(
    sign_in: SignIn, database: Database, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(Role.OFFICER)
    make_pair(database)
    client.get("/duplicates/")

    def broken(_session: object) -> None:
        raise RuntimeError("broken")

    with monkeypatch.context() as patched:
        patched.setattr(standing, "load_parties", broken)
        assert work_once(database, config)
    page = client.get("/duplicates/").text
    assert "Something went wrong here." in page
    assert "Compare again" in page
    client.post("/duplicates/scan")
    assert work_once(database, config)
    assert "Muro Corporation" in client.get("/duplicates/").text


def test_only_writers_ask(sign_in: SignIn) -> None:
    client = sign_in(Role.VIEWER)
    assert client.post("/duplicates/scan").status_code == 403
    assert client.get("/duplicates/scan").status_code == 403
