"""What a chance rests on is said wherever a chance is shown, in words, with its range."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from crm.database import Database
from crm.leads.service import edit_lead
from crm.scores.overriding import OverrideDetails, override_chance
from crm.scores.states import (
    FEWEST_ANNOUNCED,
    FEWEST_CLOSED,
    ScoreState,
    explained,
    standing_of,
)
from models.lead import Lead
from models.score import Basis, ModelVersion, Score, VersionState
from models.stage import StageCode
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.crm.leads.scores import give_score
from tests.factories.lead import NOW, make_lead
from tests.factories.mission import make_planned_mission

# Where a chance is shown.
_PAGES = (
    "/leads/",
    "/board/",
    "/scores/ranking",
    "/",
    "/leads/{lead}",
    "/missions/{mission}/build",
)


@pytest.fixture
def lead(database: Database) -> Lead:
    made = make_lead(database)
    give_score(database, made)
    return made


def _pages(client: FlaskClient, database: Database, lead: Lead) -> dict[str, str]:
    mission = make_planned_mission(database, markets=("JP",)).public_id
    pages = {}
    for path in _PAGES:
        answer = client.get(path.format(lead=lead.public_id, mission=mission))
        assert answer.status_code == 200, path
        pages[path] = answer.text
    return pages


def _set(database: Database, **values: Any) -> None:
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.execute(sa.update(Score).values(**values))


@pytest.mark.parametrize(
    ("basis", "words"),
    [
        (Basis.MODEL, "learned"),
        (Basis.SCORECARD, "scorecard only"),
        (Basis.BASE_RATE, "no usable pattern yet"),
    ],
)
def test_each_page_says_what_the_chance_rests_on_and_gives_its_range(
    database: Database,
    lead: Lead,
    sign_in: Callable[..., FlaskClient],
    basis: Basis,
    words: str,
) -> None:
    _set(database, basis=basis)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        found = session.get_one(Lead, lead.id)
        found.chance, found.chance_low, found.chance_high = 0.42, 0.2, 0.6
    for path, page in _pages(sign_in(Role.OFFICER), database, lead).items():
        assert words in page, path
        assert "20% to 60%" in page, path


def test_a_refused_model_an_officer_s_chance_and_none_at_all_are_said(
    database: Database, lead: Lead, sign_in: Callable[..., FlaskClient]
) -> None:
    client = sign_in(Role.OFFICER)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.execute(sa.update(ModelVersion).values(refused_at=NOW))
    for path, page in _pages(client, database, lead).items():
        assert "scorecard, model refused" in page, path
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        override_chance(
            session,
            session.get_one(Lead, lead.id),
            OverrideDetails(chance=0.77, note="The board said yes"),
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )
    for path, page in _pages(client, database, lead).items():
        assert "set by an officer" in page.lower(), path
        assert "77%" in page, path
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.execute(sa.text("DELETE FROM score_overrides"))
        session.execute(sa.delete(Score))
        session.get_one(Lead, lead.id).chance = None
    for path, page in _pages(client, database, lead).items():
        assert "not scored yet" in page, path


def test_a_lead_that_has_changed_since_is_not_up_to_date(
    database: Database, lead: Lead, sign_in: Callable[..., FlaskClient]
) -> None:
    client = sign_in(Role.OFFICER)
    before = _pages(client, database, lead)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        edit_lead(
            session,
            session.get_one(Lead, lead.id),
            {"notes": "News"},
            actor=LOCAL_ADMINISTRATOR,
            now=NOW.replace(hour=23),
        )
    for path, page in _pages(client, database, lead).items():
        assert "not up to date" not in before[path], path
        assert "scorecard only, not up to date" in page, path


def test_whoever_is_announced_has_no_chance_to_speak_of(
    database: Database, lead: Lead, sign_in: Callable[..., FlaskClient]
) -> None:
    client = sign_in(Role.OFFICER)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        found = session.get_one(Lead, lead.id)
        found.stage, found.chance = StageCode.ANNOUNCED, None
        session.execute(sa.update(Score).values(is_current=False))
    for path in ("/leads/?status=all", f"/leads/{lead.public_id}"):
        page = client.get(path).text
        assert lead.title in page
        assert "not scored yet" not in page, path


@pytest.mark.parametrize(
    ("closed", "announced", "words"),
    [
        (0, 0, "It takes 30 closed leads, 5 of them announced, to learn from. Closed so far: 0,"),
        (1, 0, "Closed so far: 1, announced: 0."),
        (5, 5, "It takes 30 closed leads, 5 of them announced, to learn from. Closed so far: 5,"),
        (29, 12, "Closed so far: 29, announced: 12."),
        (40, 0, "It takes 30 closed leads, 5 of them announced, to learn from. Closed so far: 40,"),
        (40, 40, "All 40 closed leads were announced"),
        (40, 12, "Too few outcomes on later time to test what was learned."),
    ],
)
def test_an_office_that_cannot_be_learned_from_reads_why(
    app: Flask, closed: int, announced: int, words: str
) -> None:
    version = ModelVersion(
        state=VersionState.PUBLISHED, closed_count=closed, announced_count=announced
    )
    with app.test_request_context(), force_locale("en"):
        assert words in explained(ScoreState.SCORECARD, version)
        assert "No model has been trained yet" in explained(ScoreState.SCORECARD, None)


def test_the_counts_that_are_needed_are_those_of_the_training() -> None:
    from scoring import training

    assert (FEWEST_CLOSED, FEWEST_ANNOUNCED) == (
        training.FEWEST_CLOSED,
        training.FEWEST_ANNOUNCED,
    )


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_state_has_words(app: Flask, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        words = {standing_of(basis).word for basis in (None, *Basis)}
        words |= {standing_of(Basis.MODEL, is_set=True).word}
        words |= {standing_of(Basis.SCORECARD, is_refused=True, is_old=True).word}
    assert len(words) == len(ScoreState)
    assert all(words)
