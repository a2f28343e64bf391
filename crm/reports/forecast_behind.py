"""The leads behind the numbers of a forecast, as they stood."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.days import read_day
from crm.reports.as_of import held_at, is_open, standing_conditions
from crm.reports.behind import Behind
from crm.reports.forecast_past_queries import Announced, newest_of_each, quarter_of, span_of
from crm.reports.forecast_queries import ahead, announced_in
from crm.reports.params import Settled
from models.lead import LeadRevision
from models.report import Forecast
from models.score import Basis, ModelVersion, Score

_DAY = timedelta(days=1)
# What a chance rests on, as a link says it, beside the codes of `Basis`.
SCORED, UNSCORED, REFUSED = "any", "none", "refused"


def forecast_behind(session: Session, settled: Settled, args: Mapping[str, str]) -> Behind:
    """The leads that a forecast is of, or those that came.

    Open leads by what their `chance` rests on, with `capex=unknown` (in a `currency`, empty for
    none) or `jobs=unknown`; `announced=now` for those announced in the running quarter already;
    `came` and `besides` with the day of a past forecast, as they stood when its quarter was over.
    """
    for name in ("came", "besides"):
        kept = _forecast_of(session, args.get(name, ""))
        if kept is not None:
            span = span_of(kept, settled)
            announced = Announced(settled, [span])
            lead_type = settled.params.lead_type
            keys = announced.came(lead_type) if name == "came" else announced.besides(lead_type)
            day = min(quarter_of(kept).ends_on, settled.as_of)
            # The sums are over leads that the whole office may see.
            open_to_all = LeadRevision.team_id.is_(None)
            return Behind(day, [*held_at(span.end), open_to_all, LeadRevision.lead_id.in_(keys)])
    if args.get("announced"):
        found = announced_in(settled, ahead(settled.calendar, settled.as_of - _DAY)[0]).subquery()
        keys = sa.select(found.c.lead_id)
        return Behind(settled.as_of, [*held_at(settled.end), LeadRevision.lead_id.in_(keys)])
    return Behind(settled.as_of, _open(settled, args))


def _forecast_of(session: Session, text: str) -> Forecast | None:
    day = read_day(text)
    if day is None:
        return None
    found = newest_of_each(session.scalars(sa.select(Forecast).where(Forecast.day == day)))
    return found[0] if found else None


def _open(settled: Settled, args: Mapping[str, str]) -> list[Any]:
    found = [*standing_conditions(settled, settled.end), is_open()]
    chance = args.get("chance", "")
    every = sa.select(Score.lead_id).where(Score.is_current)
    refused = every.join(ModelVersion, ModelVersion.id == Score.version_id).where(
        ModelVersion.refused_at.is_not(None)
    )
    scored = [LeadRevision.lead_id.in_(every), LeadRevision.lead_id.not_in(refused)]
    if chance == UNSCORED:
        found.append(LeadRevision.lead_id.not_in(every))
    elif chance == REFUSED:
        found.append(LeadRevision.lead_id.in_(refused))
    elif chance in {basis.value for basis in Basis}:
        found += [*scored, LeadRevision.lead_id.in_(every.where(Score.basis == Basis(chance)))]
    elif chance == SCORED:
        found += scored
    if args.get("capex") == "unknown":
        found.append(LeadRevision.capex_amount.is_(None))
        code = args.get("currency", "")
        column = LeadRevision.capex_currency
        found.append(column == code if code else column.is_(None))
    if args.get("jobs") == "unknown":
        found.append(LeadRevision.jobs_count.is_(None))
    return found
