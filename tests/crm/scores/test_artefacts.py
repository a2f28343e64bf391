"""Stored models that somebody changed: refused, said, and the scorecard serves."""

import base64
import json
import pickle
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from crm.scores import ranking, schedule, versions
from crm.scores.service import publish, rescore, train
from crm.scores.version_queries import freshness
from models.audit import AuditEntry
from models.errors import DomainError
from models.score import Basis, ModelVersion, Score, VersionState
from models.user import LOCAL_ADMINISTRATOR, Role
from scoring.registry import sha256
from tests.factories.lead import make_lead
from tests.factories.office import NOW


class _Runs:
    """What a pickle would do when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.path,))


def _within(*path: str | int, to: Any) -> Callable[[str], str]:
    """Put something else into one place of the document."""

    def change(text: str) -> str:
        document = json.loads(text)
        place = document
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to
        return json.dumps(document)

    return change


def _without(key: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        document = json.loads(text)
        del document[key]
        return json.dumps(document)

    return change


# The hash stays as registered: whatever was changed is refused before it is read.
CHANGED: dict[str, Callable[[str], str | bytes]] = {
    "empty": lambda text: "",
    "a space more": lambda text: text + " ",
    "a digit": lambda text: text.replace("0", "1", 1),
    "cut off": lambda text: text[: len(text) // 2],
    "one letter less": lambda text: text[:-1],
    "twice": lambda text: text + text,
    "a byte order mark": lambda text: "\ufeff" + text,
    "upper case": str.upper,
    "null": lambda text: "null",
    "a list": lambda text: f"[{text}]",
    "a string": json.dumps,
    "another order": lambda text: json.dumps(dict(reversed(json.loads(text).items()))),
    "no UTF-8": lambda text: text.encode()[:50] + b"\xff\xfe" + text.encode()[50:],
    "bytes": lambda text: b"\xff" + zlib.compress(text.encode()),
    "a NUL": lambda text: text[:9] + "\0" + text[9:],
    "an expression": lambda text: "__import__('os').abort()",
}
# The hash was forged with it: what it says is checked all the same.
FORGED: dict[str, Callable[[str], str]] = {
    "no JSON": lambda text: "{",
    "nothing": lambda text: "",
    "an empty document": lambda text: "{}",
    "deep nesting": lambda text: "[" * 100_000 + "]" * 100_000,
    "another name": _within("name", to="somebody else's"),
    "another format": _within("format", to=99),
    "no hazards": _without("hazards"),
    "no basis": _without("basis"),
    "an unknown basis": _within("basis", to="oracle"),
    "another basis": _within("basis", to="model"),
    "a cut-off without a zone": _within("cut_off", to="2026-01-01T00:00:00"),
    "no cut-off": _within("cut_off", to=None),
    "NaN": _within("base_chances", 0, to=float("nan")),
    "a sure thing": _within("base_chances", 0, to=1.0),
    "too few chances": _within("base_chances", to=[0.5]),
    "hazards that are a list": _within("hazards", to=[]),
    "centres of another shape": _within("hazards", "centres", to=[[1.0]]),
    "centres that are words": _within("hazards", "centres", to="many"),
    "an infinite coefficient": _within("hazards", "coefficients", 0, to=float("inf")),
    "a chance above one": _within("hazards", "scorecard", "stages", "engaged", to=7),
    "a rule on nothing": _within("hazards", "scorecard", "rules", 0, "feature", to="birthday"),
    "a negative time": _within("hazards", "stage_days", to=-1.0),
    "counts that are words": _within("evidence", "closed_count", to="many"),
    "no counts": _within("evidence", "by_feature", to={}),
}


@pytest.fixture
def office(database: Database) -> Database:
    """An office of one lead with a published version."""
    make_lead(database, now=NOW - timedelta(days=40))
    train(database, actor=LOCAL_ADMINISTRATOR, now=NOW)
    return database


def exchange(database: Database, artefact: str | bytes, *, sha: str | None = None) -> None:
    """Do what somebody with the database file can."""
    values: dict[str, Any] = {"artefact": artefact, "refused_at": None}
    if sha is not None:
        values["sha256"] = sha
    if isinstance(artefact, bytes):
        is_text = artefact.find(b"\xff") >= 0
        # SQLite keeps bytes as bytes, or calls them text that is none.
        values["artefact"] = (
            sa.cast(sa.literal(artefact, sa.LargeBinary), sa.Text)
            if is_text
            else sa.type_coerce(sa.literal(artefact, sa.LargeBinary), sa.Text)
        )
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.execute(
            sa.update(ModelVersion).values(values),
            execution_options={"synchronize_session": False},
        )


def artefact_of(database: Database) -> tuple[str, str]:
    """What is stored, and its hash."""
    with database.unscoped_reader(purpose="test") as session:
        row = session.execute(sa.select(ModelVersion.artefact, ModelVersion.sha256)).one()
    return row.artefact, row.sha256


def assert_the_card_serves(database: Database, why: str) -> None:
    """The version is refused, and the scores are the scorecard's."""
    with database.unscoped_reader(purpose="test") as session:
        found = freshness(session)
        score = session.scalars(sa.select(Score).where(Score.is_current)).one()
    assert found.is_refused, why
    assert (score.version_id, score.basis) == (None, Basis.SCORECARD), why
    assert 0 < score.within_90 <= score.probability < 1, why


def test_thirty_six_changes_and_more_are_refused_and_the_card_serves(
    office: Database, sign_in: Callable[..., FlaskClient], tmp_path: Path
) -> None:
    text, sha = artefact_of(office)
    trap = tmp_path / "ran"
    pickled = base64.b64encode(pickle.dumps(_Runs(trap))).decode()
    changes = [(name, change(text), sha) for name, change in CHANGED.items()]
    changes += [(name, changed := make(text), sha256(changed)) for name, make in FORGED.items()]
    changes += [("a pickle", pickled, sha), ("a forged pickle", pickled, sha256(pickled))]
    assert len(changes) >= 36
    officer = sign_in(Role.OFFICER)
    for name, artefact, registered in changes:
        exchange(office, artefact, sha=registered)
        assert rescore(office, actor=LOCAL_ADMINISTRATOR, now=NOW) == 1
        assert_the_card_serves(office, name)
        # Most are refused at once; what only shows in its numbers, by the scoring that follows.
        with suppress(DomainError):
            publish(office, 1, actor=LOCAL_ADMINISTRATOR, now=NOW)
        assert_the_card_serves(office, name)
    ranked = ranking.rank(office, actor=LOCAL_ADMINISTRATOR, now=NOW)
    assert [item.basis for item in ranked] == ["scorecard"]
    assert not trap.exists()
    page = officer.get("/scores/model")
    assert page.status_code == 200
    assert "is not the one that was registered" in page.text
    assert officer.get("/scores/ranking").status_code == 200
    assert officer.post("/scores/refresh", follow_redirects=True).status_code == 200
    # As it was registered again, it may be put to use again.
    exchange(office, text, sha=sha)
    with office.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.execute(sa.update(ModelVersion).values(state=VersionState.RETIRED))
    publish(office, 1, actor=LOCAL_ADMINISTRATOR, now=NOW)
    with office.unscoped_reader(purpose="test") as session:
        assert not freshness(session).is_refused


def test_a_change_is_found_by_itself_and_training_anew_heals_it(office: Database) -> None:
    text, _sha = artefact_of(office)
    exchange(office, text + " ")
    with office.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        schedule.run(session, now=NOW + timedelta(minutes=1))
    with office.unscoped_reader(purpose="test") as session:
        assert freshness(session).is_refused
        refused = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "refused")).one()
    assert refused.reason == schedule.CHANGED
    rescore(office, actor=LOCAL_ADMINISTRATOR, now=NOW)
    assert_the_card_serves(office, "found by itself")
    version = train(office, actor=LOCAL_ADMINISTRATOR, now=NOW + timedelta(hours=1))
    assert version.metrics["verdict"]["why"] == "heals"
    with office.unscoped_reader(purpose="test") as session:
        assert not freshness(session).is_refused
        assert session.scalars(sa.select(Score.version_id).where(Score.is_current)).all() == [
            version.id
        ]


def test_one_that_was_refused_is_passed_over_when_going_back(office: Database) -> None:
    text, sha = artefact_of(office)
    for hours in (1, 2):
        train(office, actor=LOCAL_ADMINISTRATOR, now=NOW + timedelta(hours=hours))
    with office.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.execute(
            sa.update(ModelVersion).where(ModelVersion.number == 2).values(artefact=text + " ")
        )
    with pytest.raises(DomainError, match="hash differs"):
        versions.roll_back(office, actor=LOCAL_ADMINISTRATOR, now=NOW)
    assert versions.roll_back(office, actor=LOCAL_ADMINISTRATOR, now=NOW).number == 1
    assert sha
