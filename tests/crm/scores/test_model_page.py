"""The page "How right have we been", in words, with drawings, for whoever may see it."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from crm.scores import apart, model_drawing, versions
from models.job import Job, JobState
from models.score import Basis, ModelVersion, ScoreSettings, VersionState
from models.user import LOCAL_ADMINISTRATOR, Language, Role
from tests.factories.lead import make_lead
from tests.factories.office import NOW
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]

_MEASURES = {"auc": 0.71, "log_loss": 0.43, "average_precision": 0.5, "ece": 0.05}


def _beside(baseline: str, verdict: str | None, gain: float) -> dict[str, Any]:
    return {
        "baseline": baseline,
        "lead_count": 60,
        "look_count": 200,
        "announced_count": 12,
        "model": {"log_loss": 0.43, "auc": 0.71},
        "other": {"log_loss": 0.43 + gain, "auc": 0.6},
        "log_loss_gain": gain,
        "log_loss_error": 0.01,
        "auc_gain": 0.11,
        "auc_error": 0.04,
        "verdict": verdict,
    }


def found_at_training() -> dict[str, Any]:
    """What training keeps with a version: see `scoring.judging`."""
    compared = [
        _beside("base_rate", "better", 0.08),
        _beside("stage_only", "same", 0.01),
        _beside("officer", None, 0.0),
        _beside("naive_bayes", "worse", -0.05),
    ]
    return {
        "format": 2,
        "forward": {"is_possible": True, "horizon": 365, "newest": {"model": _MEASURES}},
        "readiness": [
            {"code": "enough_closed", "is_met": True, "figure": 160, "needed": 30, "error": None},
            {"code": "beats_base_rate", "is_met": True, "figure": 0.08, "needed": 0, "error": 0.01},
            {"code": "not_worse_lately", "is_met": None, "figure": None, "needed": 0},
        ],
        "calibration": [
            {
                "said": said,
                "low_said": said - 0.05,
                "high_said": said + 0.05,
                "came": came,
                "look_count": 80,
                "lead_count": count,
                "announced_count": 9,
                "low": came - 0.04,
                "high": came + 0.06,
            }
            for said, came, count in ((0.07, 0.05, 41), (0.3, 0.28, 37), (0.6, 0.66, 19))
        ],
        "gain": {"newest": compared, "all": compared[:1]},
        "top": {
            "size": 10,
            "horizon": 365,
            "moments": [{"at": "2025-11-20T00:00:00+00:00"}],
            "asked_count": 10,
            "hits": {"model": 4, "stage_only": 3, "scorecard": 3.5, "chance": 1.2},
        },
        "learning": [
            {
                "share": share,
                "lead_count": int(160 * share),
                "closed_count": int(120 * share),
                "log_loss": 0.5,
                "auc": 0.6 + share / 10,
                "gain": share / 10,
                "gain_error": 0.02,
                "is_still_rising": True,
            }
            for share in (0.25, 0.5, 0.75, 1.0)
        ],
        "drift": {
            "features": [
                {"feature": "market", "index": 0.4, "level": "strong"},
                {"feature": "sector", "index": 0.02, "level": "none"},
            ],
            "base_rate": [
                {
                    "from": f"{year}-01-01",
                    "to": f"{year}-12-31",
                    "closed_count": 30,
                    "announced_count": 5,
                    "rate": 0.17,
                    "low": 0.08,
                    "high": 0.33,
                }
                for year in (2023, 2024, 2025)
            ],
        },
        "screen": {"columns": [], "cv_auc": 0.75, "forward_auc": 0.71, "is_too_good": False},
        "band": {"group_count": 5, "held_count": 4, "groups": []},
        "verdict": {"is_ok": True, "why": "first"},
    }


def keep_version(
    database: Database,
    metrics: dict[str, Any] | None = None,
    *,
    number: int = 1,
    state: VersionState = VersionState.PUBLISHED,
    **values: Any,
) -> None:
    """A version as training keeps it, without what it is made of."""
    values = {"basis": Basis.MODEL, "closed_count": 160, "announced_count": 31, **values}
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.add(
            ModelVersion(
                number=number,
                state=state,
                cut_off_at=NOW,
                trained_at=NOW,
                trained_by="Invented Manager",
                lead_count=200,
                metrics=found_at_training() if metrics is None else metrics,
                artefact="{}",
                sha256="0" * 64,
                **values,
            )
        )


def page(client: FlaskClient) -> str:
    """The page, in words."""
    found = client.get("/scores/model")
    assert found.status_code == 200
    return found.text


def test_it_answers_first_and_then_shows_why(sign_in: SignIn, database: Database) -> None:
    keep_version(database)
    text = page(sign_in(Role.OFFICER))
    assert "How right have we been" in text
    assert (
        "Of the 10 leads it would have put first on 20 Nov 2025, 4 were announced within 12"
        " months; by stage alone it would have been 3." in text
    )
    assert "By chance it would have been about 1." in text
    for words in (
        "Closed leads: 160, needed: 30",
        "+0.080 ± 0.010",
        "no difference",
        "too few to say",
        "More closed leads would help",
        "The likely range held in 4 of 5 groups of leads.",
        "No single fact gives the outcome away.",
        "Country <span",
    ):
        assert words in text, words
    # Two points said the same way: in the drawing by its number, in the table by its figures.
    assert text.count('<svg class="model-chart"') == 3
    assert ">41</text>" in text
    assert "3.5" in text


def test_it_speaks_french(sign_in: SignIn, database: Database) -> None:
    keep_version(database)
    assert sign_in(Role.VIEWER, language=Language.FR).get("/scores/model").status_code == 200


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (
            {"basis": Basis.SCORECARD, "closed_count": 12, "announced_count": 2},
            "Too few outcomes to say: 12 of the 30 closed leads needed, and 2 of the 5",
        ),
        ({"basis": Basis.SCORECARD}, "Too few outcomes on later time to test a model"),
        ({"basis": Basis.BASE_RATE}, "No usable pattern yet"),
        ({"refused_at": NOW}, "Model refused, the scorecard serves"),
    ],
)
def test_it_says_so_when_there_is_little_to_say(
    sign_in: SignIn, database: Database, values: dict[str, Any], told: str
) -> None:
    keep_version(database, {"forward": {"is_possible": False}}, **values)
    assert told in page(sign_in(Role.OFFICER))


def test_a_version_of_an_older_program_is_shown_as_far_as_it_goes(
    sign_in: SignIn, database: Database
) -> None:
    part = {"model": _MEASURES, "gain": 0.05, "gain_error": 0.02}
    older = {"forward": {"is_possible": True, "horizon": 365, "all": part, "newest": part}}
    keep_version(database, older)
    text = page(sign_in(Role.OFFICER))
    assert "On later time the model said more than" in text
    assert "+0.050 ± 0.020" in text
    assert "0.710" in text


def test_an_empty_office_reads_a_sentence(sign_in: SignIn) -> None:
    text = page(sign_in(Role.VIEWER))
    assert "No model has been trained yet" in text
    assert "/scores/train" not in text


def test_only_managers_do_anything_here(sign_in: SignIn, database: Database) -> None:
    keep_version(database, state=VersionState.RETIRED)
    keep_version(database, number=2)
    officer = sign_in(Role.OFFICER)
    assert "Use this one" not in page(officer)
    for path in (
        "/scores/train",
        "/scores/model/versions/1/publish",
        "/scores/model/rollback",
        "/scores/model/schedule",
    ):
        assert officer.post(path).status_code == 403, path
    assert sign_in(Role.PARTNER).get("/scores/model").status_code == 403
    assert sign_in(Role.PARTNER).get("/scores/model/progress").status_code == 403
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalars(sa.select(Job)).all() == []
        assert session.scalars(sa.select(ScoreSettings)).all() == []


def test_training_is_a_job_and_the_page_tells_how_far_it_is(
    sign_in: SignIn, database: Database
) -> None:
    manager = sign_in(Role.MANAGER)
    for _ in range(2):
        assert manager.post("/scores/train").status_code == 303
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        job = session.scalars(sa.select(Job)).one()
        assert (job.kind, job.state) == (apart.TRAIN, JobState.WAITING)
        job.state, job.step = JobState.RUNNING, apart.STEPS[1]
    text = page(manager)
    assert "Learning from closed and open leads" in text
    assert "<noscript><meta" in text
    assert "Train a new version" not in text
    assert "hx-trigger" in manager.get("/scores/model/progress").text
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        job = session.scalars(sa.select(Job)).one()
        job.state, job.problem = JobState.FAILED, "Something went wrong here."
    assert manager.get("/scores/model/progress").headers["HX-Redirect"] == "/scores/model"
    assert "The last training failed: Something went wrong here." in page(manager)


def test_publishing_needs_its_reason_and_what_is_sound(sign_in: SignIn, database: Database) -> None:
    worse = {"is_ok": False, "why": "worse", "against": 1}
    keep_version(database)
    keep_version(database, {"verdict": worse}, number=2, state=VersionState.CANDIDATE)
    manager = sign_in(Role.MANAGER)
    assert "Worse than version 1" in page(manager)
    # What is stored here is no model: that comes first.
    found = manager.post("/scores/model/versions/2/publish", data={"note": "Why not"})
    assert found.status_code == 422
    assert "its hash differs" in found.text
    assert manager.post("/scores/model/versions/9/publish").status_code == 404
    found = manager.post("/scores/model/rollback")
    assert (found.status_code, "no version before" in found.text) == (422, True)


def test_the_schedule_is_kept_and_a_wrong_one_is_told(sign_in: SignIn, database: Database) -> None:
    manager = sign_in(Role.MANAGER)
    assert manager.post("/scores/model/schedule", data={"retrain_days": "400"}).status_code == 422
    assert manager.post("/scores/model/schedule", data={"retrain_days": "14"}).status_code == 303
    with database.unscoped_reader(purpose="test") as session:
        assert versions.find_settings(session) == versions.Settings(14, publishes_itself=False)
    assert 'value="14"' in page(manager)
    assert manager.post("/scores/model/schedule", data={"retrain_days": ""}).status_code == 303
    assert "Never by itself. Each new version waits" in page(sign_in(Role.VIEWER))


def test_more_versions_take_no_more_queries_and_are_not_read_whole(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    keep_version(database)
    make_lead(database)
    client = sign_in(Role.MANAGER)
    page(client)
    with queries:
        page(client)
    few = queries.count
    for number in range(2, 9):
        keep_version(database, number=number, state=VersionState.RETIRED)
    with queries:
        page(client)
    # One asks what to go back to.
    assert queries.count <= few
    assert not [statement for statement in queries.statements if "artefact" in statement]


def test_points_lie_where_they_should() -> None:
    groups = found_at_training()["calibration"]
    drawing = model_drawing.draw_calibration(groups)
    assert drawing is not None
    places = [(point.x, point.y) for point in drawing.points]
    assert places == sorted(places, key=lambda place: (place[0], -place[1]))
    for point in drawing.points:
        assert drawing.left <= point.x <= drawing.right
        assert drawing.top <= point.high <= point.y <= point.low <= drawing.bottom
    assert model_drawing.draw_calibration([]) is None
    assert model_drawing.draw_learning([{"gain": 0.1, "lead_count": 3}]) is None
