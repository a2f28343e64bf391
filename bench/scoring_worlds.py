"""Invented offices whose truth is known: leads, their histories, and what becomes of each.

A lead has a chance p from its sector, source, size, one interaction of the two and an unseen
eagerness that shows in how often it meets. Won leads walk through all eight stages; a lost one
drops out at one of them after a longer wait. Every share and time was fitted to an anonymous
office file; the effects of sectors and sources are drawn anew for each seed.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.histories import Histories

SECTORS = (
    "automotive",
    "batteries",
    "clean_technology",
    "ict",
    "digital_media",
    "life_sciences",
    "agri_food",
    "logistics",
)
SOURCES = {
    "existing_investor": (0.10, 1.0),
    "jetro": (0.20, 0.4),
    "kotra": (0.15, 0.4),
    "tokyo_office": (0.06, 0.3),
    "seoul_office": (0.04, 0.3),
    "inbound_enquiry": (0.11, -0.1),
    "trade_mission": (0.12, 0.0),
    "trade_fair": (0.09, -0.9),
    "cold_outreach": (0.13, -1.4),
}
OF_MARKET = {"jetro": "JP", "tokyo_office": "JP", "kotra": "KR", "seoul_office": "KR"}
WON = 8
DROP = 0.435
MOVES_ON_AFTER = 85.0
GIVES_UP_AFTER = 106.0
AS_OF = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class World:
    """Histories up to `as_of`, and per lead `win` (in the end), `p`, `odds` (log, best known)."""

    histories: Histories
    truth: pd.DataFrame
    as_of: datetime


def invented_office(
    leads: int, seed: int, *, years: float = 6.85, as_of: datetime = AS_OF, live: bool = False
) -> World:
    """Return an office of `leads` leads that began over `years` before `as_of`.

    `live` records each meeting as it happens; otherwise meetings are a total of the last day,
    as an imported file tells them.
    """
    random = np.random.default_rng(seed)
    facts, eagerness, score = _prospects(random, leads)
    chance = 1.0 / (1.0 + np.exp(-score))
    wins = random.random(leads) < chance
    end = pd.Timestamp(as_of).normalize()
    began = random.integers(3, int(years * 365.25), size=leads)
    facts["origin"] = "live" if live else "import"
    written = _Written()
    truth = []
    for place, lead in enumerate(facts.to_dict("records")):
        start = end - timedelta(days=int(began[place]))
        course = [state for state in _course(random, start, wins[place]) if state[0] <= end]
        for sequence, (when, stage, status) in enumerate(course):
            state: dict[Hashable, object] = {
                "valid_from": when,
                "sequence": sequence,
                "stage": stage,
                "status": status,
            }
            written.revisions.append(lead | state)
        when, stage, status = course[-1]
        meetings = 1 + int(
            random.poisson(np.exp(0.3 * eagerness[place]) * (0.6 + 1.25 * (stage - 1)))
        )
        moved_on = max(day for day, _, status in course if status == "active")
        last = min(end, moved_on + timedelta(days=int(random.integers(0, 60))))
        if live:
            written.meet(random, lead["lead_id"], start, last, meetings)
        else:
            written.total(lead["lead_id"], end, last, meetings)
        is_open = status == "active" and stage < WON
        waited = (end - when).days
        truth.append(
            {
                "lead_id": lead["lead_id"],
                "win": bool(wins[place]),
                "p": chance[place],
                "is_open": is_open,
                "odds": _best_odds(score[place], stage, waited) if is_open else np.nan,
            }
        )
    return World(written.histories(), pd.DataFrame(truth).set_index("lead_id"), as_of)


class _Written:
    """The rows of an office's records, as they pile up."""

    def __init__(self) -> None:
        self.revisions: list[dict[Hashable, object]] = []
        self._totals: list[dict[str, object]] = []
        self._meetings: list[dict[str, object]] = []

    def meet(
        self,
        random: np.random.Generator,
        lead_id: int,
        start: pd.Timestamp,
        last: pd.Timestamp,
        count: int,
    ) -> None:
        span = max((last - start).days, 0)
        for days in sorted(random.integers(0, span + 1, size=count).tolist()):
            on = start + timedelta(days=days)
            self._meetings.append(
                {
                    "lead_id": lead_id,
                    "known_at": on,
                    "happened_on": on.tz_localize(None),
                    "kind": "meeting",
                    "direction": "both",
                }
            )

    def total(self, lead_id: int, end: pd.Timestamp, last: pd.Timestamp, count: int) -> None:
        self._totals.append(
            {
                "lead_id": lead_id,
                "known_at": end,
                "meetings_count": count,
                "last_contact_on": last.tz_localize(None),
            }
        )

    def histories(self) -> Histories:
        revisions = pd.DataFrame(self.revisions)
        first = revisions.groupby("lead_id")["valid_from"].first()
        return Histories.of(
            leads=pd.DataFrame(
                {
                    "lead_id": first.index,
                    "created_known_at": first.to_numpy(),
                    "first_contact_on": first.dt.tz_localize(None).to_numpy(),
                    "organization_id": first.index,
                }
            ),
            revisions=revisions,
            totals=pd.DataFrame(self._totals) if self._totals else None,
            interactions=pd.DataFrame(self._meetings) if self._meetings else None,
        )


def _prospects(
    random: np.random.Generator, leads: int
) -> tuple[pd.DataFrame, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Who comes: the facts on record, the unseen eagerness, and the log-odds of each."""
    sector = random.integers(len(SECTORS), size=leads)
    shares = np.array([share for share, _ in SOURCES.values()])
    source = random.choice(len(SOURCES), size=leads, p=shares / shares.sum())
    names = np.array(list(SOURCES), dtype=object)[source]
    either = np.where(random.random(leads) < 0.58, "JP", "KR")
    market = [
        OF_MARKET.get(name, drawn) for name, drawn in zip(names, either.tolist(), strict=True)
    ]
    log_jobs = random.normal(3.76, 1.23, leads)
    log_capex = log_jobs - 1.1 + random.normal(0.0, 0.6, leads)
    eagerness = random.normal(0.0, 1.0, leads)
    of_sector = random.normal(0.0, 0.5, len(SECTORS))
    of_source = np.array([effect for _, effect in SOURCES.values()])
    of_source = of_source + random.normal(0.0, 0.25, len(SOURCES))
    favoured = random.choice(len(SECTORS), 2, replace=False)
    score = (
        -2.25
        + of_sector[sector]
        + of_source[source]
        + 0.9 * ((names == "existing_investor") & np.isin(sector, favoured))
        + 0.3 * eagerness
        - 0.12 * ((log_jobs - 4.2) / 1.2) ** 2
    )
    has_capex = random.random(leads) > 0.27
    currency = random.choice(
        np.array([None, "CAD", "USD", "JPY", "KRW"], dtype=object),
        size=leads,
        p=[0.25, 0.4, 0.18, 0.1, 0.07],
    )
    facts = pd.DataFrame(
        {
            "lead_id": np.arange(1, leads + 1),
            "lead_type": "investment",
            "direction": "into_canada",
            "market": market,
            "sector": np.array(SECTORS, dtype=object)[sector],
            "source": names,
            "jobs_count": np.where(random.random(leads) > 0.27, np.exp(log_jobs).round(), np.nan),
            "capex_amount": np.where(has_capex, (1e6 * np.exp(log_capex)).round(), np.nan),
            "capex_currency": pd.Series(currency, dtype=object).where(has_capex, None),
        }
    )
    return facts, eagerness, score


def _course(
    random: np.random.Generator, start: pd.Timestamp, is_won: bool
) -> list[tuple[pd.Timestamp, int, str]]:
    """What becomes of a lead in the end: day, stage and status of each change."""
    stops_at = WON if is_won else min(int(random.geometric(DROP)), WON - 1)
    day, states = start, []
    for stage in range(1, stops_at + 1):
        states.append((day, stage, "active"))
        last, day = day, day + timedelta(days=20 + int(random.exponential(MOVES_ON_AFTER)))
    if not is_won:
        silence = timedelta(days=40 + int(random.exponential(GIVES_UP_AFTER)))
        states.append((last + silence, stops_at, "lost"))
    return states


def _best_odds(score: float, stage: int, waited: int) -> float:
    """Log-odds of a win for one who knows the world: its chance, stage and wait."""
    moves_on = np.exp(-max(waited - 20, 0) / MOVES_ON_AFTER)
    gives_up = np.exp(-max(waited - 40, 0) / GIVES_UP_AFTER)
    stays = (1 - DROP) * moves_on + DROP * gives_up if stage < WON - 1 else gives_up
    return float(score - (stage - 1) * np.log(1 - DROP) + np.log(moves_on) - np.log(stays))
