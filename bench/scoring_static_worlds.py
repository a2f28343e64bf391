"""Invented lead tables whose true chances are known: is the order right, and does the band hold?

    python -m bench.scoring_static_worlds [--seeds N] [--sizes N ...]

Each seed draws the effects of nine fields anew: sector (14, with slips of the pen and gaps),
source (8), country (40, most of them rare), owner (8), jobs (a quarter unknown), investment (best
in the middle, a third unknown), touches, days since the last one, a site visit; two pairs of them
act together, and two columns tell nothing. The true chance is the one given the fields before
slips and gaps, so that part of it cannot be recovered. The scorecard is an officer's: it has the
right signs for four of the nine.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit
from scipy.stats import spearmanr

from scoring.lead_model import BASE, LeadModel

Matrix = npt.NDArray[np.float64]

SECTORS = tuple(f"Sector {letter}" for letter in "ABCDEFGHIJKLMN")
SOURCES = ("Inbound", "Fair", "Referral", "JETRO", "KOTRA", "Mission", "Cold call", "Web")
SOURCE_EFFECTS = (0.2, -0.3, 1.1, 0.6, 0.5, 0.1, -1.1, -0.7)
SIZES = (30, 100, 300, 1000)


@dataclass(frozen=True, slots=True)
class StaticWorld:
    """A table as the office sees it, who won, and the true chance of each."""

    table: pd.DataFrame
    won: npt.NDArray[np.int64]
    chance: Matrix


SCORECARD: dict[str, Any] = {
    "chance": 0.2,
    "rules": [
        {"feature": "source", "any_of": ["Referral"], "points": 10, "reason": "known to us"},
        {"feature": "source", "any_of": ["JETRO", "KOTRA"], "points": 5, "reason": "introduced"},
        {"feature": "source", "any_of": ["Cold call", "Web"], "points": -8, "reason": "cold"},
        {"feature": "touches", "below": 2, "points": -8, "reason": "hardly met"},
        {"feature": "touches", "at_least": 6, "points": 8, "reason": "met often"},
        {"feature": "days", "below": 30, "points": 6, "reason": "fresh"},
        {"feature": "days", "at_least": 120, "points": -8, "reason": "silent"},
        {"feature": "visited", "any_of": ["True"], "points": 10, "reason": "came to see"},
    ],
}


def static_world(rows: int, seed: int) -> StaticWorld:
    """Return a table of `rows` leads; effects come from `seed`, which also draws the leads."""
    random = np.random.default_rng(seed)
    sector_effects = random.normal(0.0, 0.45, len(SECTORS))
    source_effects = np.array(SOURCE_EFFECTS) + random.normal(0.0, 0.25, len(SOURCES))
    country_effects = random.normal(0.0, 0.4, 40)
    owner_effects = random.normal(0.0, 0.3, 8)
    best_size = random.normal(0.0, 0.5)
    pair = random.normal(0.0, 0.7, 2)

    sector = random.integers(0, len(SECTORS), rows)
    source = random.integers(0, len(SOURCES), rows)
    country = np.minimum(random.geometric(0.12, rows) - 1, 39)
    owner = random.integers(0, 8, rows)
    jobs = random.normal(0.0, 1.0, rows)
    capex = 0.5 * jobs + random.normal(0.0, 0.9, rows)
    touches = random.poisson(random.gamma(1.6, 2.2, rows))
    days = random.exponential(75.0, rows)
    visited = random.random(rows) < 0.2 + 0.05 * np.minimum(touches, 6)
    score = (
        -1.9
        + sector_effects[sector]
        + source_effects[source]
        + country_effects[country]
        + owner_effects[owner]
        + 0.35 * jobs
        + 0.8 * np.exp(-((capex - best_size) ** 2))
        + 0.45 * (np.log1p(touches) - 1.3)
        - 0.6 * np.log1p(days / 40.0)
        + 0.7 * visited
        + pair[0] * (source < 4) * (jobs > 0.3)
        + pair[1] * visited * (sector < 5)
    )
    chance = expit(score + 0.3)
    won = (random.random(rows) < chance).astype(np.int64)

    names = np.array(SECTORS, dtype=object)[sector]
    slipped = random.random(rows) < 0.1
    names[slipped] = [str(name).upper() for name in names[slipped]]
    names[random.random(rows) < 0.08] = None
    table = pd.DataFrame(
        {
            "sector": names,
            "source": np.array(SOURCES, dtype=object)[source],
            "country": np.array([f"C{place:02d}" for place in range(40)], dtype=object)[country],
            "owner": np.array([f"Owner {place}" for place in range(8)], dtype=object)[owner],
            "jobs": np.where(random.random(rows) < 0.25, np.nan, np.exp(3.5 + jobs)),
            "capex": np.where(random.random(rows) < 0.35, np.nan, np.exp(2.0 + 1.2 * capex)),
            "touches": touches,
            "days": days.round(),
            "visited": visited,
            "noise": random.normal(size=rows),
            "colour": random.choice(list("abcde"), rows),
        }
    )
    return StaticWorld(table, won, chance)


def judge(model: LeadModel, world: StaticWorld, start: int) -> dict[str, float]:
    """Compare chances and bands with the truth, on the rows from `start` on."""
    table, chance = world.table.iloc[start:], world.chance[start:]
    said = np.clip(model.predict_proba(table)[:, 1], 1e-6, 1.0 - 1e-6)
    low, high = model.predict_interval(table).T
    divergence = chance * np.log(chance / said) + (1.0 - chance) * np.log((1 - chance) / (1 - said))
    parts = model.explain(table).drop(columns=BASE).abs().mean()
    return {
        "spearman": float(spearmanr(said, chance).statistic),
        "kl": float(divergence.mean()),
        "in_band": float(((low <= chance) & (chance <= high)).mean()),
        "band": float((high - low).mean()),
        "noise": float(parts[["noise", "colour"]].sum() / parts.sum()),
        "best_tenth": _top(chance, said) / _top(chance, chance),
    }


def _top(chance: Matrix, order: Matrix) -> float:
    return float(chance[np.argsort(-order)[: len(chance) // 10]].mean())


def main(argv: list[str] | None = None) -> int:
    """Print means and standard errors over worlds, with and without the scorecard."""
    parser = argparse.ArgumentParser(
        description=__doc__, prog="python -m bench.scoring_static_worlds"
    )
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    options = parser.parse_args(argv)
    for name, card in (("scorecard", SCORECARD), ("no card", None)):
        for size in options.sizes:
            started = time.process_time()
            runs = []
            for seed in range(options.seeds):
                world = static_world(size + 3_000, 1_000 + seed)
                model = LeadModel(scorecard=card).fit(world.table[:size], world.won[:size])
                runs.append(judge(model, world, size))
            found = pd.DataFrame(runs)
            error = found.sem()
            line = "  ".join(
                f"{key} {found[key].mean():.3f}±{error[key]:.3f}" for key in map(str, found.columns)
            )
            spent = time.process_time() - started
            sys.stdout.write(f"{name:10s} n={size:5d}  {line}  ({spent:.1f} s)\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
