"""What says the chances now: the published model, or the scorecard where there is none sound.

`scoring` brings scikit-learn and pandas, which take seconds to load: it is imported where it is
used, so that pages which only show stored scores never pay for it.
"""

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm import audit
from crm.database import Database
from crm.scores import scorecards
from crm.scores.artefacts import published_version, refuse, sound_model
from crm.scores.overriding import keep_overrides
from crm.scores.sizes import place_sizes
from crm.scores.writing import ScoreRow, clear_ended, write_scores
from crm.timezones import today
from models.errors import DomainError, N_
from models.lead import Lead, LeadSource
from models.organization import Sector
from models.score import Basis, ModelVersion, Score
from models.stage import StageCode, Status
from models.user import Actor

if TYPE_CHECKING:
    import pandas as pd

    from scoring import Histories, Prediction, Scorecard, TrainedModel


_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Serving:
    """What says the chances, checked: `version` with its `model`, or the card alone.

    `like` is a sound version's model that knew an older scorecard and had learned nothing: its
    counts stand behind the card's points. `refused` is the published version that is not what
    was registered, with the sentence that says why.
    """

    version: ModelVersion | None
    model: "TrainedModel | None"
    card: "Scorecard"
    like: "TrainedModel | None" = None
    refused: ModelVersion | None = None
    why_refused: str | None = None

    @property
    def is_something(self) -> bool:
        """Whether anything was ever published, be it refused by now."""
        return not (self.version is None and self.refused is None and self.like is None)

    def model_at(
        self, histories: "Histories", now: datetime, closed: "pd.DataFrame | None" = None
    ) -> "TrainedModel":
        """The model to ask: the version's, or one made of the card for these open leads."""
        from scoring.card_alone import card_alone

        if self.model is not None:
            return self.model
        return card_alone(self.card, histories, now, like=self.like, closed=closed)


def find_serving(session: Session) -> Serving:
    """What says the chances now; the published version is checked before it is believed."""
    number, card = scorecards.current(session)
    version = published_version(session)
    if version is None:
        return Serving(None, None, card)
    if version.refused_at is not None:
        return Serving(None, None, card, refused=version)
    try:
        model = sound_model(session, version)
    except DomainError as error:
        return Serving(None, None, card, refused=version, why_refused=str(error))
    if version.basis is Basis.SCORECARD and version.scorecard_number != number:
        # Nothing was learned: the chances are the card's, and follow it at once.
        return Serving(None, None, card, like=model)
    return Serving(version, model, card)


def rescore(database: Database, *, actor: Actor, now: datetime) -> int:
    """Score every open lead with what serves; returns how many.

    A published version that is found changed is refused here, and the scorecard scores.
    """
    from scoring.dataset import load_closings, load_histories

    with database.unscoped_reader(purpose="scoring") as session:
        found = find_serving(session)
        ids = open_lead_ids(session)
        histories = load_histories(session, ids)
        closed = load_closings(session)
    found, predictions = predict(found, histories, now, ids, closed=closed)
    with database.unscoped(actor, purpose="scoring") as session:
        if found.refused is not None and found.why_refused is not None:
            refuse(session, found.refused.id, found.why_refused, now=now)
        version_id = None if found.version is None else found.version.id
        return write_predictions(
            session, predictions, version_id, now=now, zone=actor.office_time_zone
        )


def predict(
    found: Serving,
    histories: "Histories",
    now: datetime,
    lead_ids: Sequence[int],
    *,
    closed: "pd.DataFrame | None" = None,
) -> "tuple[Serving, list[Prediction]]":
    """What serves, and what it says; a model that says what is no chance is refused as well."""
    known = set(histories.leads["lead_id"].tolist())
    # A lead that was opened since the histories were read is scored the next time.
    ids = [lead_id for lead_id in lead_ids if lead_id in known]
    if not ids:
        return found, []
    try:
        said = found.model_at(histories, now, closed).predict(histories, now, ids, closed=closed)
        if found.version is None or all(_is_chance(prediction) for prediction in said):
            return found, said
        why = N_("The stored model gives numbers that are no chances.")
    except (ValueError, TypeError, LookupError, ArithmeticError) as error:
        # Whoever can write to the database can forge the hash with the artefact.
        if found.version is None:
            raise
        _log.exception("version %s does not work", found.version.number)
        why = str(error)
    found = Serving(None, None, found.card, refused=found.version, why_refused=why)
    card = found.model_at(histories, now, closed)
    return found, card.predict(histories, now, ids, closed=closed)


def _is_chance(prediction: "Prediction") -> bool:
    said = (
        prediction.low,
        prediction.probability,
        prediction.high,
        *prediction.horizon.values(),
    )
    return (
        all(0.0 <= chance <= 1.0 for chance in said)
        and prediction.low <= prediction.probability <= prediction.high
        and math.isfinite(prediction.log_odds)
        and all(math.isfinite(reason.points) for reason in prediction.reasons)
    )


def refresh(database: Database, *, actor: Actor, now: datetime, only_if_stale: bool) -> int | None:
    """Score again; with `only_if_stale` just when something changed. None: nothing was done."""
    if only_if_stale:
        with database.unscoped_reader(purpose="scoring") as session:
            if not is_stale(session, now=now, zone=actor.office_time_zone):
                return None
    return rescore(database, actor=actor, now=now)


def is_stale(session: Session, *, now: datetime, zone: str) -> bool:
    """Whether a lead changed since the last scoring, or another day has begun.

    Only leads that the whole office may see count: the moment of a scoring is shown to all, and
    may not tell that something happened to a restricted one.
    """
    last = session.scalar(
        sa.select(Score.as_of).where(Score.is_current).order_by(Score.as_of.desc()).limit(1)
    )
    is_seen_by_all = Lead.team_id.is_(None)
    if last is None:
        any_open = sa.select(Lead.id).where(is_open(), is_seen_by_all).limit(1)
        return session.scalar(any_open) is not None
    changed = session.scalar(
        sa.select(Lead.changed_at).where(is_seen_by_all).order_by(Lead.changed_at.desc()).limit(1)
    )
    return (changed is not None and changed > last) or today(last, zone) < today(now, zone)


def open_lead_ids(session: Session) -> list[int]:
    """The leads that have a chance: open, and not announced; those the session sees."""
    return list(session.scalars(sa.select(Lead.id).where(is_open()).order_by(Lead.id)))


def is_open() -> sa.ColumnElement[bool]:
    """That a lead may still be announced."""
    return sa.and_(
        Lead.status.in_((Status.ACTIVE, Status.ON_HOLD)), Lead.stage != StageCode.ANNOUNCED
    )


def write_predictions(
    session: Session,
    predictions: "Sequence[Prediction]",
    version_id: int | None,
    *,
    now: datetime,
    zone: str,
) -> int:
    """Make what was said the current scores of the leads that are still open; returns how many.

    Without a version it was the scorecard alone.
    """
    rows = session.execute(sa.select(Lead.id, Lead.team_id).where(is_open())).all()
    teams: dict[int, int | None] = {row.id: row.team_id for row in rows}
    names = load_names(session)
    scores = [
        ScoreRow(prediction.lead_id, teams[prediction.lead_id], _values(prediction, names))
        for prediction in predictions
        if prediction.lead_id in teams
    ]
    clear_ended(session)
    write_scores(session, scores, version_id=version_id, as_of=now)
    keep_overrides(session, now=now, zone=zone)
    place_sizes(session)
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
