"""Small offices written by hand, for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from scoring import Histories

START = datetime(2024, 1, 1, tzinfo=UTC)


def on(days: float) -> datetime:
    """The moment so many days after the office's first."""
    return START + timedelta(days=days)


def day(days: float) -> datetime:
    """The same day as a date without a zone, as `*_on` columns hold it."""
    return on(days).replace(tzinfo=None)


def office(
    *states: dict[str, Any],
    leads: dict[int, dict[str, Any]] | None = None,
    **frames: list[dict[str, Any]] | None,
) -> Histories:
    """Histories of states (`lead`, `at` days, and what differs from an open first contact).

    `frames` are the rows of the other frames of histories, by name.
    """
    defaults = {"stage": 1, "status": "active", "origin": "live"}
    revisions = pd.DataFrame(
        [
            defaults
            | {key: value for key, value in state.items() if key not in {"lead", "at"}}
            | {"lead_id": state["lead"], "valid_from": on(state["at"]), "sequence": place}
            for place, state in enumerate(states)
        ]
    )
    began = revisions.groupby("lead_id")["valid_from"].min()
    told = leads or {}
    return Histories.of(
        leads=pd.DataFrame(
            [
                {
                    "lead_id": lead,
                    "created_known_at": known_at,
                    "first_contact_on": known_at.tz_localize(None),
                    "organization_id": lead,
                }
                | told.get(lead, {})
                for lead, known_at in began.items()
            ]
        ),
        revisions=revisions,
        **{name: pd.DataFrame(rows) if rows else None for name, rows in frames.items()},
    )


def without_pattern(leads: int, seed: int, *, years: float = 6.0) -> Histories:
    """An office whose ends are drawn by lot: nothing tells the announced from the lost."""
    random = np.random.default_rng(seed)
    states: list[dict[str, Any]] = []
    for lead in range(1, leads + 1):
        began = int(random.integers(0, int(years * 365)))
        facts = {
            "lead": lead,
            "source": str(random.choice(["fair", "jetro", "inbound"])),
            "sector": str(random.choice(["ict", "batteries", "games"])),
            "jobs_count": float(random.integers(1, 300)),
        }
        ends = began + 5 + int(random.exponential(300.0))
        states.append(facts | {"at": began})
        if ends < years * 365:
            end = {"stage": 8} if random.random() < 0.25 else {"status": "lost"}
            states.append(facts | {"at": ends} | end)
    return office(*states)
