"""The ranking as data: every open lead the actor sees, best first, with reasons.

With `as_of` it is the ranking as it would have been at the end of that day: trained and
predicted from what was known by then, by nothing later. Who may see is judged now.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.database import Database
from crm.scores.serving import find_serving, load_names, open_lead_ids, plain_reasons, predict
from crm.scores.wording import reason_texts
from crm.timezones import last_moment
from models.lead import Lead
from models.user import Actor


@dataclass(frozen=True, slots=True)
class Ranked:
    """One lead of the ranking. `horizon` holds the chances by 90, 180 and 365 days."""

    public_id: str
    reference: str | None
    title: str
    probability: float
    horizon: dict[int, float]
    low: float
    high: float
    basis: str
    reasons: list[dict[str, Any]]


def rank(
    database: Database, *, actor: Actor, now: datetime, as_of: date | None = None
) -> list[Ranked]:
    """Every open lead that the actor may see, best first; ties by reference and public id."""
    from scoring import train as fit
    from scoring.dataset import load_histories

    moment = min(last_moment(as_of, actor.office_time_zone), now) if as_of else now
    with database.unscoped_reader(purpose="scoring") as session:
        histories = load_histories(session)
        names = load_names(session)
        found = find_serving(session)
        open_ids = open_lead_ids(session)
    if as_of is None and found.is_something:
        _found, predictions = predict(found, histories, moment, open_ids)
    else:
        if as_of is not None:
            histories = histories.as_known(moment)
        # Without keys: every lead that was open at the moment.
        predictions = fit(histories, moment, scorecard=found.card).predict(histories, moment)
    with database.reader(actor) as session:
        visible = _visible(session)
    ranked = [
        (
            prediction.log_odds,
            Ranked(
                *visible[prediction.lead_id],
                probability=prediction.probability,
                horizon=prediction.horizon,
                low=prediction.low,
                high=prediction.high,
                basis=prediction.basis,
                reasons=plain_reasons(prediction, names),
            ),
        )
        for prediction in predictions
        if prediction.lead_id in visible
    ]
    ranked.sort(key=lambda pair: (-pair[0], pair[1].reference or "", pair[1].public_id))
    return [item for _log_odds, item in ranked]


def _visible(session: Session) -> dict[int, tuple[str, str | None, str]]:
    return {
        key: (public_id, reference, title)
        for key, public_id, reference, title in session.execute(
            sa.select(Lead.id, Lead.public_id, Lead.reference, Lead.title)
        )
    }


def worded(item: Ranked) -> list[dict[str, Any]]:
    """The reasons of a lead as sentences with their points, all that say anything."""
    return [
        {"text": reason.text, "points": reason.points}
        for reason in reason_texts(item.reasons, limit_up=5, limit_down=5)
    ]
