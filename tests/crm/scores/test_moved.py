"""What moved a chance, and the sum behind it: exact, and silent where nothing can be compared."""

import math
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from crm.database import Database
from crm.scores.moved import Cause, load_moved, moved, part_words, why
from crm.scores.sums import sum_of
from models.lead import Lead
from models.score import Basis, ModelVersion, Score, ScorecardVersion
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.crm.leads.scores import give_score
from tests.factories.lead import NOW, make_lead

BASE = -1.7
_COUNTS = {
    "is_weak": False,
    "low": None,
    "high": None,
    "closed_count": None,
    "announced_count": None,
    "office_closed_count": 0,
    "office_announced_count": 0,
}


def reason(feature: str, value: Any, points: float, **more: Any) -> dict[str, Any]:
    return {**_COUNTS, "feature": feature, "value": value, "points": points, **more}


def score(
    *reasons: dict[str, Any],
    days: int = 0,
    base: float = BASE,
    basis: Basis = Basis.MODEL,
    version_id: int | None = 1,
) -> Score:
    log_odds = base + math.fsum(one["points"] for one in reasons)
    chance = 1 / (1 + math.exp(-log_odds))
    return Score(
        version_id=version_id,
        as_of=NOW + timedelta(days=days),
        basis=basis,
        probability=chance,
        low=chance / 2,
        high=(1 + chance) / 2,
        within_90=chance / 4,
        within_180=chance / 3,
        within_365=chance / 2,
        log_odds=log_odds,
        reasons=list(reasons),
    )


THEN = (
    reason("stage", "active", 0.31),
    reason("contact_days", 40.0, -0.22),
    reason("sector", "batteries", 0.4),
    reason("market", "JP", -0.05),
    reason("seniority", None, -0.1),
)
NOW_SAID = (
    reason("stage", "proposal", 0.93),
    reason("contact_days", 4.0, 0.35),
    reason("sector", "batteries", 0.44),
    reason("seniority", 5.0, 0.02),
)


def test_the_parts_sum_to_the_difference_to_the_last_bit() -> None:
    then, now = score(*THEN), score(*NOW_SAID, days=30, base=BASE + 0.07)
    found = moved(then, now)
    assert found.cause is Cause.FACTS
    told = math.fsum(part.points for part in found.parts)
    assert told + found.rest + found.base == pytest.approx(now.log_odds - then.log_odds, abs=1e-12)
    assert found.base == pytest.approx(0.07, abs=1e-12)
    # What weighs differently but is the same fact is no reason of its own.
    assert [part.now["feature"] for part in found.parts if part.now] == [
        "stage",
        "contact_days",
        "seniority",
    ]


@pytest.mark.parametrize(
    ("then", "now", "cause"),
    [
        ({}, {"version_id": 2}, Cause.MODEL),
        ({}, {"version_id": None, "basis": Basis.SCORECARD}, Cause.BASIS),
        ({"basis": Basis.BASE_RATE}, {"basis": Basis.BASE_RATE, "version_id": 2}, Cause.RATE),
        ({"basis": Basis.SCORECARD}, {"basis": Basis.SCORECARD, "version_id": 3}, Cause.MODEL),
    ],
)
def test_no_reason_is_invented_where_two_sums_are_not_of_one_kind(
    app: Flask, then: dict[str, Any], now: dict[str, Any], cause: Cause
) -> None:
    found = moved(score(*THEN, **then), score(*NOW_SAID, days=9, **now))
    assert (found.cause, found.parts) == (cause, ())
    with app.test_request_context(), force_locale("en"):
        assert "Proposal" not in why(found)


def test_a_scorecard_changed_between_is_what_changed() -> None:
    then = score(*THEN, basis=Basis.SCORECARD)
    now = score(*NOW_SAID, basis=Basis.SCORECARD, days=9)
    assert moved(then, now, [NOW + timedelta(days=3)]).cause is Cause.CARD
    assert moved(then, now, [NOW - timedelta(days=3)]).cause is Cause.FACTS
    assert moved(then, now, [NOW + timedelta(days=30)]).cause is Cause.FACTS


def test_it_is_told_in_words(app: Flask) -> None:
    found = moved(score(*THEN), score(*NOW_SAID, days=30))
    with app.test_request_context(), force_locale("en"):
        assert why(found).startswith(
            "Stage: Proposal / site visit (+), Last contact 4 days ago (+), Highest rank met: "
        )
        assert part_words(found.parts[1]) == (
            "Last contact 4 days ago (before: Last contact 40 days ago)"
        )
        back = moved(score(*NOW_SAID), score(*THEN, days=3))
        assert why(back).startswith("Stage: Project under way (−)")


def test_the_printed_sum_adds_up_to_the_last_digit(app: Flask) -> None:
    reasons = [reason("stage", "active", 0.0149 * (-1) ** n * (n + 1)) for n in range(25)]
    with app.test_request_context(), force_locale("en"):
        for base in (-1.7, 0.004, 3.3333):
            log_odds = base + math.fsum(one["points"] for one in reasons)
            found = sum_of(reasons, log_odds)
            lines = sum(line.points for line in found.lines)
            assert found.base + lines == pytest.approx(found.total, abs=1e-9)
            told = sum(line.points for line in found.told)
            assert found.base + told + found.rest_points == pytest.approx(found.total, abs=1e-9)
            assert found.rest_count == len(reasons) - len(found.told)
            assert found.total_chance == pytest.approx(1 / (1 + math.exp(-log_odds)))


@pytest.fixture
def lead(database: Database) -> Lead:
    made = make_lead(database)
    give_score(database, made)
    return made


def _keep(database: Database, lead: Lead, *scores: Score) -> None:
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        version = session.scalars(sa.select(ModelVersion.id)).one()
        session.execute(sa.delete(Score))
        for number, one in enumerate(scores, start=1):
            one.lead_id, one.version_id = lead.id, version
            one.is_current = number == len(scores)
            session.add(one)


def test_the_last_score_with_another_chance_is_compared(database: Database, lead: Lead) -> None:
    _keep(
        database,
        lead,
        score(*NOW_SAID, days=-60),
        score(*THEN, days=-30),
        score(*NOW_SAID, reason("capex_currency", "CAD", 0.001), days=-10),
        score(*NOW_SAID, days=0),
    )
    with database.unscoped_reader(purpose="test") as session:
        found = load_moved(session, [lead.id])[lead.id]
        assert found.since == NOW - timedelta(days=30)
        assert load_moved(session, [lead.id + 1]) == {}


def test_the_lead_and_its_history_say_what_moved(
    database: Database, lead: Lead, sign_in: Callable[..., FlaskClient]
) -> None:
    _keep(database, lead, score(*THEN, days=-30), score(*NOW_SAID))
    client = sign_in(Role.OFFICER)
    page = client.get(f"/leads/{lead.public_id}").text
    assert "Stage: Proposal / site visit (+), Last contact 4 days ago (+)" in page
    assert "The whole sum" in page
    history = client.get(f"/scores/leads/{lead.public_id}").text
    assert "Last contact 4 days ago (before: Last contact 40 days ago)" in history
    assert "the first that is kept" in history
    ranking = client.get("/scores/ranking").text
    assert "Stage: Proposal / site visit (+)" in ranking
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.add(
            ScorecardVersion(
                number=1, content={}, changed_at=NOW - timedelta(days=5), changed_by="test"
            )
        )
        session.execute(sa.update(Score).values(basis=Basis.SCORECARD))
    assert "the scorecard changed" in client.get(f"/leads/{lead.public_id}").text


def test_a_reason_of_a_feature_that_is_no_more_is_still_told(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        found = sum_of([reason("phase_of_the_moon", "full", 0.5)], 0.5)
    assert found.told[0].text == "Not known: phase_of_the_moon"
