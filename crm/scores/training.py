"""Train a version: a candidate, published by itself only when it is not worse than what serves."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.database import Database
from crm.scores import scorecards
from crm.scores.artefacts import published_version, refuse, without_artefact
from crm.scores.serving import (
    Serving,
    find_serving,
    is_open,
    open_lead_ids,
    predict,
    rescore,
    write_predictions,
)
from crm.scores.steps import COMPARING, LEARNING, READING, SCORING
from crm.scores.versions import find_settings, publish_in
from models.errors import ForbiddenError
from models.lead import Lead
from models.score import Basis, ModelVersion, VersionState
from models.user import Actor

if TYPE_CHECKING:
    from scoring import Histories, Prediction, TrainedModel

# Retrain after an import only when this share of the closed leads is new.
_WORTH_TRAINING = 0.05


def train(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    tell: Callable[[str], Any] = lambda _step: None,
) -> ModelVersion:
    """Train on everything known by now; publish the version where that is wise, and score.

    Restricted leads teach nothing. The honesty gates decide what the version's chances rest on.
    `metrics["verdict"]` says how it compares with the version in use: one that is worse, and any
    where the office publishes by hand, stays a candidate. `tell` hears the steps.

    Raises:
        ForbiddenError: the actor may not write.
    """
    from scoring import train as fit
    from scoring.card_counts import count_rules
    from scoring.dataset import load_histories

    if not actor.may_write:
        raise ForbiddenError
    tell(READING)
    with database.unscoped_reader(purpose="training") as session:
        histories = load_histories(session)
        card_number, card = scorecards.current(session)
        found = find_serving(session)
        used = published_version(session)
        ids = open_lead_ids(session)
        publishes_itself = find_settings(session).publishes_itself
    tell(LEARNING)
    model = fit(histories, now, scorecard=card)
    model.metrics["rules"] = count_rules(card, histories.unrestricted(), now)
    tell(COMPARING)
    verdict = _compare(model, found, histories, now)
    tell(SCORING)
    serving = found
    predictions: list[Prediction] = []
    if verdict["is_ok"] and publishes_itself:
        version = ModelVersion(number=0, basis=Basis(model.basis))
        serving, predictions = predict(Serving(version, model, card), histories, now, ids)
    with database.unscoped(actor, purpose="training") as session:
        if found.refused is not None and found.why_refused is not None:
            refuse(session, found.refused.id, found.why_refused, now=now)
        version = _add(session, model, verdict, card_number, actor=actor, now=now)
        is_same = _key(published_version(session)) == _key(used)
        if is_same and serving.model is model:
            publish_in(session, version, actor=actor, now=now)
            write_predictions(
                session, predictions, version.id, now=now, zone=actor.office_time_zone
            )
    return version


def _compare(
    model: "TrainedModel", found: Serving, histories: "Histories", now: datetime
) -> dict[str, Any]:
    """Whether the new one may serve in the place of what does, and why: `is_ok` and `why`."""
    from scoring import is_not_worse

    if found.refused is not None:
        return {"is_ok": True, "why": "heals"}
    if found.version is None or found.model is None:
        # Nothing was trained, or nothing learned and the card is another one by now.
        return {"is_ok": True, "why": "first" if found.like is None else "other_card"}
    verdict = is_not_worse(model, found.model, histories, now)
    return {**verdict.to_dict(), "against": found.version.number}


def _add(
    session: Session,
    model: "TrainedModel",
    verdict: dict[str, Any],
    card_number: int | None,
    *,
    actor: Actor,
    now: datetime,
) -> ModelVersion:
    from scoring.registry import sha256

    artefact = model.to_json()
    number = session.scalar(sa.select(sa.func.max(ModelVersion.number))) or 0
    version = ModelVersion(
        number=number + 1,
        state=VersionState.CANDIDATE,
        basis=Basis(model.basis),
        cut_off_at=model.cut_off,
        trained_at=now,
        trained_by=actor.name,
        lead_count=model.metrics["lead_count"],
        closed_count=model.metrics["closed_count"],
        announced_count=model.metrics["announced_count"],
        metrics={**model.metrics, "verdict": verdict},
        artefact=artefact,
        sha256=sha256(artefact),
        scorecard_number=card_number,
        # Another release may count otherwise in the last digits.
        libraries=model.metrics["data"]["libraries"],
    )
    session.add(version)
    session.flush()
    return version


def _key(version: ModelVersion | None) -> int | None:
    return None if version is None else version.id


def train_if_useful(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    tell: Callable[[str], Any] = lambda _step: None,
) -> ModelVersion | int:
    """After an import: train when enough closed leads are new, else only score.

    Returns the new version, or how many leads were scored.
    """
    with database.unscoped_reader(purpose="training") as session:
        newest = newest_version(session)
        closed = count_closed(session)
    known = newest.closed_count if newest else 0
    if newest is None or abs(closed - known) > max(known * _WORTH_TRAINING, 2):
        return train(database, actor=actor, now=now, tell=tell)
    tell(SCORING)
    return rescore(database, actor=actor, now=now)


def newest_version(session: Session) -> ModelVersion | None:
    """The version that was trained last, whether it serves or not."""
    return session.scalars(
        sa.select(ModelVersion)
        .order_by(ModelVersion.number.desc())
        .limit(1)
        .options(without_artefact())
    ).first()


def count_closed(session: Session) -> int:
    """The leads that ended, of those that the whole office may see: others teach nothing.

    A restricted lead that ends may not bring about a training, which all can see.
    """
    return (
        session.scalar(
            sa.select(sa.func.count()).select_from(Lead).where(~is_open(), Lead.team_id.is_(None))
        )
        or 0
    )
