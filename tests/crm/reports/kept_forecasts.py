"""Forecasts as they are kept, with figures that nobody had to compute."""

from datetime import date, timedelta
from typing import Any

from crm.database import Database
from models.report import Forecast
from models.score import Basis
from models.user import LOCAL_ADMINISTRATOR
from tests.crm.reports.raw_rows import ZONE
from tests.factories.lead import NOW

# The last days of four quarters, of which the quarters that follow are over.
ENDS = (date(2025, 9, 30), date(2025, 12, 31), date(2026, 3, 31), date(2026, 6, 30))


def quarter_after(day: date) -> tuple[date, date]:
    """The quarter of the calendar year that begins on the next day."""
    return day + timedelta(days=1), (day + timedelta(days=93)).replace(day=1) - timedelta(days=1)


def said(mean: float, low: int | None, high: int | None) -> dict[str, Any]:
    """What was expected, with its likely range."""
    return {"mean": mean, "low": low, "high": high}


def keep_forecast(
    database: Database,
    day: date,
    *,
    basis: Basis = Basis.MODEL,
    is_own: bool = False,
    lead_count: int = 9,
    leads: dict[str, Any] | None = None,
    jobs: dict[str, Any] | None = None,
    capex: dict[str | None, dict[str, Any]] | None = None,
    is_public: bool = True,
) -> None:
    """A forecast of the quarter after a day, for investment alone."""
    starts_on, ends_on = quarter_after(day)
    expected = said(1.5, 1, 2)
    quarter = {
        "year": ends_on.year,
        "number": ends_on.month // 3,
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
    }
    outlook = {
        "day": day.isoformat(),
        **dict.fromkeys(("lead_count", "learned_count"), lead_count),
        **dict.fromkeys(("rate_count", "starting_count", "unscored_count", "refused_count"), 0),
        "quarters": [
            {
                "quarter": quarter,
                "leads": leads or expected,
                "jobs": jobs or expected,
                "capex": list((capex or {}).values()),
                "announced_count": 0,
            }
        ],
        "whole": None,
        "currencies": [
            {"code": code, "lead_count": 5, "unknown_count": 0, "largest_share": None}
            for code in capex or {}
        ],
        "unknown_jobs_count": 0,
        "largest_jobs_share": None,
        "model_number": None,
    }
    types = {"investment": outlook}
    figures = {"quarter": quarter, "zone": ZONE, "types": types}
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.add(
            Forecast(
                day=day,
                is_own=is_own,
                made_at=NOW,
                basis=basis.value,
                model_number=None,
                figures=figures | ({"public": types} if is_public else {}),
            )
        )
