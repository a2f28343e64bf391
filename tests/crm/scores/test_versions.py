"""Versions of the model: candidates, publishing, going back, and when it is done by itself."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from config import Config
from crm.cli import main
from crm.database import Database
from crm.scores import apart, schedule, scorecards, training, versions
from crm.scores.service import publish, rescore, roll_back, train
from models.audit import AuditEntry
from models.errors import DomainError, ForbiddenError, NotFoundError
from models.job import Job, JobState
from models.lead import Lead
from models.score import Basis, ModelVersion, Score, VersionState
from models.user import LOCAL_ADMINISTRATOR, Actor, Role
from tests.factories.lead import make_lead
from tests.factories.office import NOW
from tests.factories.user import actor_for, make_team, make_user

WORSE = {"is_ok": False, "why": "worse", "against": 1}


@pytest.fixture
def office(database: Database) -> Database:
    """One lead: it is trained in no time, and rests on the scorecard."""
    make_lead(database, now=NOW - timedelta(days=40))
    return database


def states(database: Database) -> dict[int, str]:
    """The state of each version."""
    with database.unscoped_reader(purpose="test") as session:
        rows = session.execute(sa.select(ModelVersion.number, ModelVersion.state))
        return {row.number: row.state.value for row in rows}


def scored_by(database: Database) -> list[int | None]:
    """The versions that the current scores name."""
    with database.unscoped_reader(purpose="test") as session:
        return list(
            session.scalars(
                sa.select(ModelVersion.number)
                .select_from(Score)
                .outerjoin(ModelVersion, ModelVersion.id == Score.version_id)
                .where(Score.is_current)
            )
        )


def train_anew(database: Database, hours: int = 0) -> ModelVersion:
    """One more version."""
    return train(database, actor=LOCAL_ADMINISTRATOR, now=NOW + timedelta(hours=hours))


def actions(database: Database) -> list[tuple[str, str | None]]:
    """What the audit tells of versions, besides what each flush shows."""
    with database.unscoped_reader(purpose="test") as session:
        rows = session.execute(
            sa.select(AuditEntry.action, AuditEntry.reason)
            .where(
                AuditEntry.record_type == "model_versions",
                AuditEntry.action.in_(["published", "refused"]),
            )
            .order_by(AuditEntry.id)
        )
        return [(row.action, row.reason) for row in rows]


def test_a_version_that_is_worse_stays_a_candidate(
    office: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    train_anew(office)
    monkeypatch.setattr(training, "_compare", lambda *_: WORSE)
    second = train_anew(office, 1)
    assert states(office) == {1: "published", 2: "candidate"}
    assert second.metrics["verdict"]["why"] == "worse"
    assert scored_by(office) == [1]
    with pytest.raises(DomainError, match="judged worse") as refused:
        publish(office, 2, actor=LOCAL_ADMINISTRATOR, now=NOW)
    assert refused.value.field == "note"
    publish(office, 2, actor=LOCAL_ADMINISTRATOR, now=NOW, note="It knows the new office")
    assert states(office) == {1: "retired", 2: "published"}
    assert scored_by(office) == [2]
    assert actions(office) == [("published", None), ("published", "It knows the new office")]


def test_where_the_office_publishes_by_hand_each_version_waits(office: Database) -> None:
    train_anew(office)
    with office.transaction(LOCAL_ADMINISTRATOR) as session:
        versions.change_settings(
            session, versions.Settings(7, publishes_itself=False), actor=LOCAL_ADMINISTRATOR
        )
    train_anew(office, 1)
    assert states(office) == {1: "published", 2: "candidate"}
    publish(office, 2, actor=LOCAL_ADMINISTRATOR, now=NOW)
    assert states(office) == {1: "retired", 2: "published"}


def test_it_says_what_it_was_made_of_and_who_put_it_to_use(office: Database) -> None:
    version = train_anew(office)
    assert version.libraries is not None
    assert set(version.libraries) == {"python", "numpy", "scipy", "pandas", "scikit-learn"}
    assert (version.scorecard_number, version.published_at) == (None, NOW)
    assert version.published_by == LOCAL_ADMINISTRATOR.name


def test_going_back_goes_further_back_each_time(office: Database) -> None:
    for hours in range(3):
        train_anew(office, hours)
    for number in (2, 1):
        assert roll_back(office, actor=LOCAL_ADMINISTRATOR, now=NOW).number == number
        assert scored_by(office) == [number]
    with pytest.raises(DomainError, match="no version before"):
        roll_back(office, actor=LOCAL_ADMINISTRATOR, now=NOW)


def test_only_who_directs_publishes_or_plans(office: Database) -> None:
    train_anew(office)
    officer = actor_for(office, make_user(office))
    for act in (
        lambda: publish(office, 1, actor=officer, now=NOW),
        lambda: roll_back(office, actor=officer, now=NOW),
    ):
        with pytest.raises(ForbiddenError):
            act()
    with office.transaction(officer) as session, pytest.raises(ForbiddenError):
        versions.change_settings(session, versions.Settings(), actor=officer)
    with pytest.raises(NotFoundError):
        publish(office, 7, actor=LOCAL_ADMINISTRATOR, now=NOW)
    with pytest.raises(DomainError, match="in use already"):
        publish(office, 1, actor=LOCAL_ADMINISTRATOR, now=NOW)
    with (
        office.transaction(LOCAL_ADMINISTRATOR) as session,
        pytest.raises(DomainError, match="from 1 to 366"),
    ):
        versions.change_settings(session, versions.Settings(0), actor=LOCAL_ADMINISTRATOR)


def save_card(database: Database, change: Callable[[dict[str, Any]], None]) -> int:
    """Save another scorecard, as its page does."""
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        number, content = scorecards.current_content(session)
        wanted: Any = deepcopy(content)
        change(wanted)
        card = scorecards.save_card(
            session,
            wanted,
            expected=number,
            note="Seen otherwise",
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )
        assert card.number is not None
        return card.number


def test_where_nothing_was_learned_the_chances_follow_the_card(office: Database) -> None:
    train_anew(office)
    with office.unscoped_reader(purpose="test") as session:
        before = session.scalars(sa.select(Score)).one()

    def higher(content: dict[str, Any]) -> None:
        content["stages"] = {
            stage: min(chance * 2, 0.5 + place / 100)
            for place, (stage, chance) in enumerate(content["stages"].items())
        }

    number = save_card(office, higher)
    rescore(office, actor=LOCAL_ADMINISTRATOR, now=NOW)
    with office.unscoped_reader(purpose="test") as session:
        after = session.scalars(sa.select(Score).where(Score.is_current)).one()
    assert after.probability > before.probability * 1.3
    assert (after.version_id, after.basis) == (None, Basis.SCORECARD)
    version = train_anew(office, 1)
    assert version.scorecard_number == number
    assert version.metrics["verdict"]["why"] == "other_card"
    assert scored_by(office) == [2]


def test_the_card_alone_says_what_training_on_too_little_says(office: Database) -> None:
    train_anew(office)
    with office.unscoped_reader(purpose="test") as session:
        before = session.scalars(sa.select(Score)).one()
    with office.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.execute(sa.update(ModelVersion).values(state=VersionState.RETIRED))
    rescore(office, actor=LOCAL_ADMINISTRATOR, now=NOW)
    with office.unscoped_reader(purpose="test") as session:
        after = session.scalars(sa.select(Score).where(Score.is_current)).one()
    assert after.version_id is None
    assert after.probability == pytest.approx(before.probability, rel=1e-9)
    assert after.within_90 == pytest.approx(before.within_90, rel=1e-9)


def asked(database: Database, *, days: float) -> set[str]:
    """Which jobs the schedule asks for, so many days after the last training."""
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.execute(sa.delete(Job))
        schedule.run(session, now=NOW + timedelta(days=days))
        schedule.run(session, now=NOW + timedelta(days=days))
        kinds = list(session.scalars(sa.select(Job.kind)))
    assert len(kinds) == len(set(kinds))
    return set(kinds)


def touch(database: Database, **where: Any) -> None:
    """A lead changes an hour after the last training."""
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.execute(
            sa.update(Lead).filter_by(**where).values(changed_at=NOW + timedelta(hours=1))
        )


def test_it_is_trained_by_itself_when_time_is_up_and_something_is_new(office: Database) -> None:
    assert asked(office, days=0) == {apart.TRAIN}
    train_anew(office)
    assert asked(office, days=31) == {apart.REFRESH}
    touch(office)
    assert asked(office, days=29) == {apart.REFRESH}
    assert asked(office, days=31) == {apart.TRAIN}
    with office.transaction(LOCAL_ADMINISTRATOR) as session:
        versions.change_settings(session, versions.Settings(None), actor=LOCAL_ADMINISTRATOR)
    assert asked(office, days=31) == {apart.REFRESH}


def test_chances_are_renewed_within_the_hour_of_a_change_and_daily(office: Database) -> None:
    train_anew(office)
    assert asked(office, days=0.5) == set()
    touch(office)
    assert asked(office, days=0.02) == set()
    assert asked(office, days=0.06) == {apart.REFRESH}


def test_another_scorecard_calls_for_a_training(office: Database) -> None:
    train_anew(office)

    def other(content: dict[str, Any]) -> None:
        content["rules"] = content["rules"][1:]

    save_card(office, other)
    assert apart.TRAIN in asked(office, days=0.01)


def test_a_restricted_lead_brings_about_no_training(office: Database) -> None:
    train_anew(office)
    team = make_team(office, make_user(office))
    shut = make_lead(office, team_id=team.id, now=NOW + timedelta(hours=1))
    assert asked(office, days=0.06) == set()
    with office.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.execute(sa.update(Lead).where(Lead.id != shut.id).values(team_id=team.id))
    touch(office)
    assert asked(office, days=31) == set()


def test_a_training_that_failed_rests_for_a_day(office: Database) -> None:
    train_anew(office)
    touch(office)
    assert asked(office, days=31) == {apart.TRAIN}
    when = NOW + timedelta(days=31)
    with office.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        job = session.scalars(sa.select(Job)).one()
        job.state, job.problem, job.finished_at = JobState.FAILED, "It broke", when
        session.flush()
        schedule.run(session, now=when + timedelta(hours=1))
        assert job.state is JobState.FAILED
        schedule.run(session, now=when + timedelta(hours=21))
        assert job.state is JobState.WAITING


def test_the_job_trains_in_a_process_of_its_own(office: Database, config: Config) -> None:
    with office.transaction(LOCAL_ADMINISTRATOR) as session:
        apart.ask(session, apart.TRAIN, actor_id=None, now=NOW)
    assert main(["jobs", "work", "--once", "--data", str(config.data), "--json"]) == 0
    assert states(office) == {1: "published"}
    with office.unscoped_reader(purpose="test") as session:
        found = apart.look(session, apart.TRAIN)
    assert found is not None
    assert (found.state, found.problem) == (JobState.DONE, None)
    assert found.step in apart.STEPS


def test_the_command_line_lists_publishes_and_goes_back(
    office: Database, config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(*command: str) -> Any:
        assert main(["scores", *command, "--data", str(config.data), "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    assert said("versions") == []
    first = said("train")
    assert (first["version"], first["state"], first["verdict"]["why"]) == (1, "published", "first")
    assert said("train")["version"] == 2
    assert said("rollback")["version"] == 1
    assert said("publish", "2", "--note", "Again")["note"] == "Again"
    assert [(item["version"], item["state"]) for item in said("versions")] == [
        (2, "published"),
        (1, "retired"),
    ]
    assert main(["scores", "publish", "9", "--data", str(config.data)]) == 1


def test_a_viewer_s_actor_may_not_train(office: Database) -> None:
    viewer: Actor = actor_for(office, make_user(office, role=Role.VIEWER))
    with pytest.raises(ForbiddenError):
        train(office, actor=viewer, now=NOW)
