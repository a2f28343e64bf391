"""How well an office's open leads are ranked, against the order by stage alone.

    python -m bench.scoring_office FOLDER [--seeds N]

FOLDER holds `leads_en.csv`, `stages_en.csv`, `truth_en.csv` (and the Japanese pair). The files
are ranked as of their own day and as of past days; because one office has few open leads,
invented offices of the same kind follow, with the standard error over offices.
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, roc_auc_score

from bench.scoring_reading import read_office
from bench.scoring_worlds import World, invented_office
from scoring import Histories, train
from scoring.features import STAGES, features
from scoring.outcomes import outcomes

FILE_DAY = datetime(2026, 11, 1, tzinfo=UTC)
PAST_DAYS = (datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))
SIZES = (120, 340, 1000)


def compare(histories: Histories, as_of: datetime, win: pd.Series) -> dict[str, float]:
    """Rank the leads open at `as_of` by stage alone, by the card and by the trained model.

    `win` says by lead key what truly became of it; leads without a value are left out.
    """
    model = train(histories, as_of, judges=False)
    card = train(histories.of_leads([]), as_of, judges=False)
    frame = features(histories, as_of)
    stage = frame["stage"].map(STAGES.index)
    asked = frame.index.intersection(win.index)
    truth = win[asked].astype(int).to_numpy()
    orders = {"stage": stage[asked].to_numpy(dtype=float)}
    predictions = model.predict(histories, as_of, asked)
    orders["card"] = np.array([p.log_odds for p in card.predict(histories, as_of, asked)])
    orders["model"] = np.array([p.log_odds for p in predictions])
    result = {"open": float(len(asked)), "won": float(truth.sum())}
    for name, order in orders.items():
        result[f"auc {name}"] = float(roc_auc_score(truth, order))
        result[f"ap {name}"] = float(average_precision_score(truth, order))
    chance = np.array([p.probability for p in predictions])
    result["mean chance"] = float(chance.mean())
    result["is model"] = float(model.basis == "model")
    return result


def known_ends(histories: Histories, cut_off: datetime) -> pd.Series:
    """Return whether each lead was announced, for those whose end the file knows."""
    ended = outcomes(histories, cut_off)["outcome"]
    ended = ended[ended.isin(["won", "lost"])]
    return ended.eq("won")


def on_files(folder: Path) -> pd.DataFrame:
    """Rank the shared files as of their day and as of past days."""
    english = read_office(
        folder / "leads_en.csv", folder / "stages_en.csv", encoding="utf-8-sig", told_on=FILE_DAY
    )
    truth = pd.read_csv(folder / "truth_en.csv")
    win = pd.Series(truth["win"].to_numpy() > 0, index=range(1, len(truth) + 1))
    runs = {"English, file day": compare(english, FILE_DAY, win)}
    for day in PAST_DAYS:
        runs[f"English, {day.date()}"] = compare(english, day, win)
    japanese = read_office(
        folder / "leads_ja_cp932.csv",
        folder / "stages_ja_cp932.csv",
        encoding="cp932",
        told_on=FILE_DAY,
    )
    for day in PAST_DAYS:
        runs[f"Japanese, {day.date()}"] = compare(japanese, day, known_ends(japanese, FILE_DAY))
    return pd.DataFrame(runs).T


def on_worlds(size: int, seeds: int, *, live: bool = False) -> pd.DataFrame:
    """Rank invented offices; one row an office that has both ends among its open leads."""
    rows = []
    for seed in range(seeds):
        world = invented_office(size, seed, live=live)
        asked = world.truth[world.truth["is_open"]]
        if 2 <= asked["win"].sum() < len(asked):
            best = roc_auc_score(asked["win"], asked["odds"])
            best_ap = average_precision_score(asked["win"], asked["odds"])
            run = compare(world.histories, world.as_of, asked["win"])
            run |= {"auc all-knowing": best, "ap all-knowing": best_ap}
            rows.append(run | {"in band": _in_band(world)})
    return pd.DataFrame(rows)


def _in_band(world: World) -> float:
    """Return the share of open leads whose best known chance lies in the 80 % band."""
    model = train(world.histories, world.as_of, judges=False)
    found = model.predict(world.histories, world.as_of)
    true = 1.0 / (1.0 + np.exp(-world.truth["odds"]))
    return float(np.mean([p.low <= true[p.lead_id] <= p.high for p in found]))


def main(argv: list[str] | None = None) -> int:
    """Print the comparisons."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m bench.scoring_office")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=30)
    options = parser.parse_args(argv)
    sys.stdout.write(on_files(options.folder).round(3).to_string() + "\n")
    for live in (False, True):
        for size in SIZES:
            runs = on_worlds(size, options.seeds if size < 1000 else options.seeds // 2, live=live)
            told = "meetings recorded live" if live else "imported"
            sys.stdout.write(f"\n{len(runs)} invented offices of {size} leads, {told}\n")
            sys.stdout.write(runs.mean().round(3).to_frame().T.to_string(index=False) + "\n")
            for kind in ("auc", "ap"):
                for other in ("stage", "card"):
                    gain = runs[f"{kind} model"] - runs[f"{kind} {other}"]
                    sys.stdout.write(
                        f"{kind} over {other}: {gain.mean():+.3f} ± {gain.sem():.3f}, "
                        f"better in {(gain > 0).mean():.0%}\n"
                    )
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
