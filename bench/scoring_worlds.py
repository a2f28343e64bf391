"""Invented offices whose truth is known: leads, their histories, and what becomes of each.

A lead has a chance p from its sector, source, size, one interaction of the two and an unseen
eagerness that shows in how often it meets. Won leads walk through all eight stages; a lost one
drops out at one of them after a longer wait. Every share and time was fitted to an anonymous
office file; the effects of sectors and sources are drawn anew for each seed.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
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
DROP = 0.435
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
    sector = random.integers(len(SECTORS), size=leads)
    shares = np.array([share for share, _ in SOURCES.values()])
    source = random.choice(len(SOURCES), size=leads, p=shares / shares.sum())
    japan = np.where(
        np.isin(source, [1, 3]),
        True,
        np.where(np.isin(source, [2, 4]), False, random.random(leads) < 0.58),
    )
    log_jobs = random.normal(3.76, 1.23, leads)
    eagerness = random.normal(0.0, 1.0, leads)
    of_sector = random.normal(0.0, 0.5, len(SECTORS))
    of_source = np.array([effect for _, effect in SOURCES.values()])
    of_source = of_source + random.normal(0.0, 0.25, len(SOURCES))
    favoured = random.choice(len(SECTORS), 2, replace=False)
    score = (
        -2.25
        + of_sector[sector]
        + of_source[source]
        + 0.9 * ((source == 0) & np.isin(sector, favoured))
        + 0.3 * eagerness
        - 0.12 * ((log_jobs - 4.2) / 1.2) ** 2
    )
    chance = 1.0 / (1.0 + np.exp(-score))
    win = random.random(leads) < chance

    end = pd.Timestamp(as_of).normalize()
    began = random.integers(3, int(years * 365.25), size=leads)
    revisions: list[dict[str, object]] = []
    totals: list[dict[str, object]] = []
    interactions: list[dict[str, object]] = []
    truth: list[dict[str, object]] = []
    known_jobs = random.random(leads) > 0.27
    known_capex = random.random(leads) > 0.27
    currency = random.choice(
        np.array([None, "CAD", "USD", "JPY", "KRW"], dtype=object),
        size=leads,
        p=[0.25, 0.4, 0.18, 0.1, 0.07],
    )
    for lead in range(leads):
        start = end - timedelta(days=int(began[lead]))
        facts = {
            "lead_id": lead + 1,
            "lead_type": "investment",
            "direction": "into_canada",
            "market": "JP" if japan[lead] else "KR",
            "sector": SECTORS[sector[lead]],
            "source": list(SOURCES)[source[lead]],
            "jobs_count": round(float(np.exp(log_jobs[lead]))) if known_jobs[lead] else None,
            "capex_amount": round(1e6 * float(np.exp(log_jobs[lead] - 1.1 + random.normal(0, 0.6))))
            if known_capex[lead]
            else None,
            "capex_currency": currency[lead] if known_capex[lead] else None,
            "origin": "live" if live else "import",
        }
        stops_at = 8 if win[lead] else min(int(random.geometric(DROP)), 7)
        day, moments = start, []
        for stage in range(1, stops_at + 1):
            moments.append((day, stage, "active"))
            day = day + timedelta(days=20 + int(random.exponential(85.0)))
        if not win[lead]:
            last = moments[-1][0]
            moments.append(
                (last + timedelta(days=40 + int(random.exponential(106.0))), stops_at, "lost")
            )
        happened = [moment for moment in moments if moment[0] <= end]
        for sequence, (when, stage, status) in enumerate(happened):
            revisions.append(
                facts | {"valid_from": when, "sequence": sequence, "stage": stage, "status": status}
            )
        when, stage, status = happened[-1]
        is_open = status == "active" and stage < 8
        rate = np.exp(0.3 * eagerness[lead])
        meetings = 1 + int(random.poisson(rate * (0.6 + 1.25 * (stage - 1))))
        last_stage_day = max(m[0] for m in happened if m[2] == "active")
        last_contact = min(end, last_stage_day + timedelta(days=int(random.integers(0, 60))))
        if live:
            span = max((last_contact - start).days, 0)
            for place in sorted(random.integers(0, span + 1, size=meetings).tolist()):
                on = start + timedelta(days=place)
                interactions.append(
                    {
                        "lead_id": lead + 1,
                        "known_at": on,
                        "happened_on": on.tz_localize(None),
                        "kind": "meeting",
                        "direction": "both",
                    }
                )
        else:
            totals.append(
                {
                    "lead_id": lead + 1,
                    "known_at": end,
                    "meetings_count": meetings,
                    "last_contact_on": last_contact.tz_localize(None),
                }
            )
        truth.append(
            {
                "lead_id": lead + 1,
                "win": bool(win[lead]),
                "p": chance[lead],
                "is_open": is_open,
                "stage": stage,
                "odds": _best_odds(score[lead], stage, (end - when).days) if is_open else np.nan,
                "began": start,
            }
        )
    frame = pd.DataFrame(revisions)
    firsts = frame.groupby("lead_id")["valid_from"].first()
    histories = Histories.of(
        leads=pd.DataFrame(
            {
                "lead_id": firsts.index,
                "created_known_at": firsts.to_numpy(),
                "first_contact_on": firsts.dt.tz_localize(None).to_numpy(),
                "organization_id": firsts.index,
            }
        ),
        revisions=frame,
        totals=pd.DataFrame(totals) if totals else None,
        interactions=pd.DataFrame(interactions) if interactions else None,
    )
    return World(histories, pd.DataFrame(truth).set_index("lead_id"), as_of)


def _best_odds(score: float, stage: int, waited: int) -> float:
    """Log-odds of a win for one who knows the world: its chance, stage and wait."""
    moves_on = np.exp(-max(waited - 20, 0) / 85.0)
    gives_up = np.exp(-max(waited - 40, 0) / 106.0)
    stays = (1 - DROP) * moves_on + DROP * gives_up if stage < 7 else gives_up
    return float(score - (stage - 1) * np.log(1 - DROP) + np.log(moves_on) - np.log(stays))
