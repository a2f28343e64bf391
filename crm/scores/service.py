"""Commands on scores: train a model, score the open leads, say when that is due again.

`scoring` brings scikit-learn and pandas, which take seconds to load: it is imported where it is
used, so that pages which only show stored scores never pay for it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm import audit
from crm.database import Database
from crm.scores.writing import ScoreRow, clear_ended, write_scores
from crm.timezones import today
from models.errors import DomainError, ForbiddenError, N_
from models.lead import Lead, LeadSource
from models.organization import Sector
from models.score import Basis, ModelVersion, Score, VersionState
from models.stage import StageCode, Status
from models.user import Actor

if TYPE_CHECKING:
    from scoring import Histories, Prediction, TrainedModel

# Retrain after an import only when this share of the closed leads is new.
_WORTH_TRAINING = 0.05


class NoModelError(DomainError):
    """There is no model version yet."""

    def __init__(self) -> None:
        super().__init__(N_("No model has been trained yet: run `scores train`."))


def train(database: Database, *, actor: Actor, now: datetime) -> ModelVersion:
    """Train on everything known by now, publish the version, and score every open lead.

    Restricted leads teach nothing. The honesty gates decide what the version's chances rest on.

    Raises:
        ForbiddenError: the actor may not write.
    """
    from scoring import train as fit
    from scoring.dataset import load_histories
    from scoring.registry import sha256

    if not actor.may_write:
        raise ForbiddenError
    with database.unscoped_reader(purpose="training") as session:
        histories = load_histories(session)
    model = fit(histories, now)
    artefact = model.to_json()
    with database.unscoped(actor, purpose="training") as session:
        for old in session.scalars(
            sa.select(ModelVersion).where(ModelVersion.state == VersionState.PUBLISHED)
        ):
            old.state = VersionState.RETIRED
        number = session.scalar(sa.select(sa.func.max(ModelVersion.number))) or 0
        version = ModelVersion(
            number=number + 1,
            state=VersionState.PUBLISHED,
            basis=Basis(model.basis),
            cut_off_at=model.cut_off,
            trained_at=now,
            trained_by=actor.name,
            lead_count=model.metrics["lead_count"],
            closed_count=model.metrics["closed_count"],
            announced_count=model.metrics["announced_count"],
            metrics=model.metrics,
            artefact=artefact,
            sha256=sha256(artefact),
        )
        session.add(version)
        session.flush()
        _score(session, model, version.id, histories, now=now)
    return version


def rescore(database: Database, *, actor: Actor, now: datetime) -> int:
    """Score every open lead with the published version; returns how many.

    Raises:
        NoModelError: nothing has been trained.
    """
    from scoring.dataset import load_histories

    with database.unscoped_reader(purpose="scoring") as session:
        version, model = published(session)
        ids = open_lead_ids(session)
        histories = load_histories(session, ids)
        closed = _closings(session)
    with database.unscoped(actor, purpose="scoring") as session:
        return _score(session, model, version.id, histories, now=now, closed=closed)


def train_if_useful(database: Database, *, actor: Actor, now: datetime) -> ModelVersion | int:
    """After an import: train when enough closed leads are new, else only score.

    Returns the new version, or how many leads were scored.
    """
    with database.unscoped_reader(purpose="training") as session:
        version = _published_version(session)
        closed = session.scalar(sa.select(sa.func.count()).select_from(Lead).where(~_is_open()))
    known = version.closed_count if version else 0
    if version is None or abs((closed or 0) - known) > max(known * _WORTH_TRAINING, 2):
        return train(database, actor=actor, now=now)
    return rescore(database, actor=actor, now=now)


def refresh(database: Database, *, actor: Actor, now: datetime, only_if_stale: bool) -> int | None:
    """Score again; with `only_if_stale` just when something changed. None: nothing was done."""
    with database.unscoped_reader(purpose="scoring") as session:
        if _published_version(session) is None:
            return None
        if only_if_stale and not is_stale(session, now=now, zone=actor.office_time_zone):
            return None
    return rescore(database, actor=actor, now=now)


def is_stale(session: Session, *, now: datetime, zone: str) -> bool:
    """Whether a lead changed since the last scoring, or another day has begun."""
    last = session.scalar(
        sa.select(Score.as_of).where(Score.is_current).order_by(Score.as_of.desc()).limit(1)
    )
    if last is None:
        return session.scalar(sa.select(Lead.id).where(_is_open()).limit(1)) is not None
    changed = session.scalar(sa.select(Lead.changed_at).order_by(Lead.changed_at.desc()).limit(1))
    return (changed is not None and changed > last) or today(last, zone) < today(now, zone)


def published(session: Session) -> tuple[ModelVersion, "TrainedModel"]:
    """The published version, rebuilt from its artefact after checking its hash.

    Raises:
        NoModelError: nothing has been trained.
        DomainError: the artefact is not the one that was registered.
    """
    from scoring import TrainedModel
    from scoring.registry import sha256

    version = _published_version(session)
    if version is None:
        raise NoModelError
    if sha256(version.artefact) != version.sha256:
        raise DomainError(
            N_(
                "The stored model %(number)s is not the one that was trained: its hash differs."
                " It is not used. Train a new one."
            ),
            number=version.number,
        )
    return version, TrainedModel.from_json(version.artefact)


def open_lead_ids(session: Session) -> list[int]:
    """The leads that have a chance: open, and not announced; those the session sees."""
    return list(session.scalars(sa.select(Lead.id).where(_is_open()).order_by(Lead.id)))


def _published_version(session: Session) -> ModelVersion | None:
    return session.scalars(
        sa.select(ModelVersion)
        .where(ModelVersion.state == VersionState.PUBLISHED)
        .order_by(ModelVersion.number.desc())
    ).first()


def _score(
    session: Session,
    model: "TrainedModel",
    version_id: int,
    histories: "Histories",
    *,
    now: datetime,
    closed: Any = None,
) -> int:
    rows = session.execute(sa.select(Lead.id, Lead.team_id).where(_is_open())).all()
    teams: dict[int, int | None] = {row.id: row.team_id for row in rows}
    # A lead that was opened since the histories were read is scored the next time.
    known = set(histories.leads["lead_id"].tolist())
    ids = [lead_id for lead_id in sorted(teams) if lead_id in known]
    predictions = model.predict(histories, now, ids, closed=closed) if ids else []
    names = load_names(session)
    scores = [
        ScoreRow(prediction.lead_id, teams[prediction.lead_id], _values(prediction, names))
        for prediction in predictions
    ]
    clear_ended(session)
    write_scores(session, scores, version_id=version_id, as_of=now)
    audit.record(
        session,
        "scored",
        "model_versions",
        now=now,
        record_id=version_id,
        changes={"leads": [None, len(scores)]},
    )
    return len(scores)


def _values(
    prediction: "Prediction", names: dict[str, dict[str, dict[str, str]]]
) -> dict[str, Any]:
    return {
        "basis": Basis(prediction.basis),
        "probability": prediction.probability,
        "within_90": prediction.horizon[90],
        "within_180": prediction.horizon[180],
        "within_365": prediction.horizon[365],
        "low": prediction.low,
        "high": prediction.high,
        "log_odds": prediction.log_odds,
        "reasons": plain_reasons(prediction, names),
    }


def plain_reasons(
    prediction: "Prediction", names: dict[str, dict[str, dict[str, str]]]
) -> list[dict[str, Any]]:
    """The reasons as data, with the names of the sector and the source they speak of."""
    plain = []
    for reason in prediction.reasons:
        item = reason.to_dict()
        if reason.feature in names and reason.value is not None:
            item["names"] = names[reason.feature].get(str(reason.value), {})
        plain.append(item)
    return plain


def load_names(session: Session) -> dict[str, dict[str, dict[str, str]]]:
    """The names of sectors and sources by feature, code and language."""
    found: dict[str, dict[str, dict[str, str]]] = {"sector": {}, "source": {}}
    for feature, table in (("sector", Sector), ("source", LeadSource)):
        rows: Sequence[Any] = session.execute(
            sa.select(table.code, table.name_en, table.name_fr)
        ).all()
        for code, english, french in rows:
            found[feature][code] = {"en": english, **({"fr": french} if french else {})}
    return found


def _closings(session: Session) -> Any:
    from scoring.dataset import load_closings

    return load_closings(session)


def _is_open() -> sa.ColumnElement[bool]:
    return sa.and_(
        Lead.status.in_((Status.ACTIVE, Status.ON_HOLD)), Lead.stage != StageCode.ANNOUNCED
    )
