"""Training, scoring and ranking on a real database."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from flask_babel import gettext as _

from crm.database import Database
from crm.scores import ranking, service
from crm.scores.wording import reason_texts, sentence, worded_features
from models.lead import Lead, LeadRevision
from models.score import ModelVersion, Score, VersionState
from models.stage import StageCode, Status
from models.user import LOCAL_ADMINISTRATOR, Role
from scoring.features import FEATURES, STAGES
from tests.factories.lead import make_lead
from tests.factories.office import NOW, make_office_past
from tests.factories.user import actor_for, make_team, make_user


@pytest.fixture
def office(database: Database) -> Database:
    make_office_past(database)
    return database


def test_training_publishes_a_version_and_scores_the_open_leads(office: Database) -> None:
    version = service.train(office, actor=LOCAL_ADMINISTRATOR, now=NOW)
    assert version.closed_count > 30
    with office.unscoped_reader(purpose="test") as session:
        open_ids = set(service.open_lead_ids(session))
        scored = {row.lead_id: row for row in session.scalars(sa.select(Score))}
        chances = dict(
            session.execute(sa.select(Lead.id, Lead.chance).where(Lead.chance.is_not(None))).all()
        )
    assert set(scored) == open_ids == set(chances)
    for lead_id, score in scored.items():
        assert 0 < score.within_90 <= score.within_180 <= score.within_365 <= score.probability
        assert score.low <= score.probability <= score.high
        assert chances[lead_id] == pytest.approx(score.probability, abs=2e-6)


def test_scoring_again_the_same_day_replaces_and_a_new_version_retires_the_old(
    office: Database,
) -> None:
    service.train(office, actor=LOCAL_ADMINISTRATOR, now=NOW)
    service.train(office, actor=LOCAL_ADMINISTRATOR, now=NOW + timedelta(hours=1))
    with office.unscoped_reader(purpose="test") as session:
        states = session.scalars(sa.select(ModelVersion.state).order_by(ModelVersion.number)).all()
        per_lead = session.execute(
            sa.select(Score.lead_id, sa.func.count()).group_by(Score.lead_id)
        ).all()
    assert list(states) == [VersionState.RETIRED, VersionState.PUBLISHED]
    assert {count for _lead, count in per_lead} == {1}


def test_a_lost_lead_has_no_chance_any_more(office: Database) -> None:
    service.train(office, actor=LOCAL_ADMINISTRATOR, now=NOW)
    with office.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        lead = session.scalars(sa.select(Lead).where(Lead.chance.is_not(None))).first()
        assert lead is not None
        lead.status = Status.LOST
    service.rescore(office, actor=LOCAL_ADMINISTRATOR, now=NOW)
    with office.unscoped_reader(purpose="test") as session:
        assert session.get_one(Lead, lead.id).chance is None
        current = sa.select(Score).where(Score.lead_id == lead.id, Score.is_current)
        assert session.scalars(current).all() == []


def test_the_ranking_of_a_past_day_knows_nothing_later(office: Database) -> None:
    day = date(2025, 6, 30)
    before = ranking.rank(office, actor=LOCAL_ADMINISTRATOR, now=NOW, as_of=day)
    assert len(before) > 10
    with office.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        cut = NOW.replace(year=2025, month=7, day=2)
        session.execute(sa.delete(LeadRevision).where(LeadRevision.valid_from > cut))
        session.execute(
            sa.update(LeadRevision).where(LeadRevision.valid_to > cut).values(valid_to=None)
        )
    after = ranking.rank(office, actor=LOCAL_ADMINISTRATOR, now=NOW, as_of=day)
    assert after == before


def test_a_restricted_lead_changes_no_other_score(office: Database) -> None:
    outsider = actor_for(office, make_user(office))
    service.train(office, actor=LOCAL_ADMINISTRATOR, now=NOW)
    before = ranking.rank(office, actor=outsider, now=NOW)
    team = make_team(office, make_user(office))
    make_lead(office, team_id=team.id)
    service.train(office, actor=LOCAL_ADMINISTRATOR, now=NOW)
    assert ranking.rank(office, actor=outsider, now=NOW) == before
    assert len(ranking.rank(office, actor=LOCAL_ADMINISTRATOR, now=NOW)) == len(before) + 1


def test_without_outcomes_the_scorecard_speaks(database: Database) -> None:
    make_lead(database)
    version = service.train(database, actor=LOCAL_ADMINISTRATOR, now=NOW)
    assert version.basis.value == "scorecard"


def test_stale_means_changed_or_another_day(office: Database) -> None:
    service.train(office, actor=LOCAL_ADMINISTRATOR, now=NOW)
    with office.unscoped_reader(purpose="test") as session:
        assert not service.is_stale(session, now=NOW, zone="America/Toronto")
        assert service.is_stale(session, now=NOW + timedelta(days=1), zone="America/Toronto")
    make_lead(office, now=NOW + timedelta(minutes=1))
    with office.unscoped_reader(purpose="test") as session:
        assert service.is_stale(session, now=NOW, zone="America/Toronto")


def _reason(feature: str, value: object, **more: object) -> dict[str, object]:
    return {
        "feature": feature,
        "value": value,
        "points": 0.8,
        "is_weak": False,
        "low": None,
        "high": None,
        "closed_count": 31,
        "announced_count": 14,
        "office_closed_count": 60,
        "office_announced_count": 9,
        **more,
    }


_VALUES = {
    "group_here": "both",
    "stage": "qualified",
    "status": "active",
    "contact_direction": "in",
    "mission_contact": "yes",
    "source": "jetro",
    "organization_announced": "no",
    "sector": "batteries",
    "market": "JP",
    "lead_type": "investment",
    "direction": "into_canada",
    "capex_currency": "CAD",
}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_feature_has_words_in_both_languages(app: Flask, language: str) -> None:
    told, unknown = worded_features()
    with app.test_request_context(), force_locale(language):
        for feature in FEATURES:
            text = sentence(_reason(feature.code, _VALUES.get(feature.code, 2.0)))
            assert "14" in text
            # What is never missing has no words for it, and would show its code.
            missing = sentence(_reason(feature.code, None))
            assert (feature.code in unknown) != missing.startswith(
                _("Not known: %(feature)s", feature="")
            )
    assert told == {feature.code for feature in FEATURES}
    assert unknown <= told
    assert tuple(StageCode) == STAGES


def test_a_reason_gives_its_counts_and_says_when_it_is_weak(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        strong = _reason("source", "jetro", names={"en": "JETRO"})
        assert sentence(strong) == (
            "Came through JETRO – 14 of 31 such closed leads were announced;"
            " the office as a whole 9 of 60"
        )
        weak = reason_texts([_reason("source", "jetro", is_weak=True)])
        assert "weak evidence" in weak[0].text
        assert reason_texts([_reason("jobs", 3.0, points=0.05)]) == []


def test_counts_that_point_the_other_way_are_left_out(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        against = _reason("age_days", 625.0, points=-0.4, low=400.0, high=900.0)
        assert sentence(against) == "First contact 21 months ago"
        for_it = _reason("age_days", 625.0, low=400.0, high=900.0)
        assert sentence(for_it) == (
            "First contact 21 months ago – of closed leads from 13 months to 30 months,"
            " 14 of 31 were announced; the office as a whole 9 of 60"
        )


@pytest.mark.parametrize(
    ("feature", "value", "bounds", "told"),
    [
        (
            "recent_contacts",
            0.0,
            (None, 1.0),
            ("en", "No contact in the last 90 days – 14 of 31 such"),
        ),
        ("recent_contacts", 4.0, (2.5, None), ("en", "of closed leads at 2.5 or more")),
        ("decision_progress", 0.67, (0.7, None), ("en", "of closed leads at 70% or more")),
        (
            "decision_progress",
            0.67,
            (0.7, None),
            ("fr", "14 des 31 dossiers fermés à 70\xa0% ou plus"),
        ),
        ("meetings_per_stage", 0.64, (None, 1.5), ("fr", "0,6 – annonce pour 14")),
        ("contact_days", 9.0, (None, 30.0), ("en", "of closed leads below 30 days")),
        ("seniority", 5.0, (4.5, None), ("en", "of closed leads with about this rank")),
    ],
)
def test_bounds_are_told_as_people_say_them(
    app: Flask,
    feature: str,
    value: float,
    bounds: tuple[float | None, float | None],
    told: tuple[str, str],
) -> None:
    with app.test_request_context(), force_locale(told[0]):
        assert told[1] in sentence(_reason(feature, value, low=bounds[0], high=bounds[1]))


def test_weak_evidence_is_used_only_where_there_is_nothing_better(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        weak = _reason("sector", "x", is_weak=True)
        firm = _reason("source", "y")
        assert [reason.is_weak for reason in reason_texts([weak, firm])] == [False]
        assert [reason.is_weak for reason in reason_texts([weak])] == [True]


def test_the_ranking_page_shows_words_not_only_figures(
    office: Database, sign_in: Callable[..., FlaskClient]
) -> None:
    service.train(office, actor=LOCAL_ADMINISTRATOR, now=NOW)
    page = sign_in(Role.OFFICER).get("/scores/ranking")
    assert page.status_code == 200
    assert "Whom to call next" in page.text
    assert "announced within 12 months" in page.text
    assert "架空製作所" in page.text


def test_a_partner_sees_no_ranking(sign_in: Callable[..., FlaskClient]) -> None:
    partner = sign_in(Role.PARTNER)
    for path in ("/scores/ranking", "/scores/model"):
        assert partner.get(path).status_code == 403


def test_only_managers_train(sign_in: Callable[..., FlaskClient], database: Database) -> None:
    assert sign_in(Role.OFFICER).post("/scores/train").status_code == 403
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalars(sa.select(ModelVersion)).all() == []
