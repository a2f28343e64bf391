"""The table model on open lead tables, from few rows on.

    python -m bench.scoring_tables FOLDER [--seeds N]

FOLDER holds `xeducation.csv`, `bank.csv` and `maven.csv`. Columns that tell the end are dropped.
The test set is the newest three tenths where the file is in order of time. For the bank, whose
macro columns make a split in time another question, it is a random one with the file's own share
of won calls. At most 3,000 of its rows are judged.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.evaluate import measures
from scoring.lead_model import LeadModel

Table = tuple[pd.DataFrame, npt.NDArray[np.int64]]

AFTER_THE_FACT = (
    "Tags",
    "Lead Quality",
    "Lead Profile",
    "Last Activity",
    "Last Notable Activity",
    "Asymmetrique Activity Index",
    "Asymmetrique Profile Index",
    "Asymmetrique Activity Score",
    "Asymmetrique Profile Score",
)


def xeducation(folder: Path) -> Table:
    """Return leads of an education company in order of time."""
    table = pd.read_csv(folder / "xeducation.csv").sort_values("Lead Number")
    keys = ("Prospect ID", "Lead Number", "Converted")
    features = table.drop(columns=[*keys, *AFTER_THE_FACT]).reset_index(drop=True)
    return features, table["Converted"].to_numpy().astype(np.int64)


def bank(folder: Path) -> Table:
    """Return calls of a bank's campaign in random order."""
    table = pd.read_csv(folder / "bank.csv", sep=None, engine="python")
    table = table.sample(frac=1.0, random_state=0)
    # Every tenth of the table gets its share of both outcomes.
    place = table.groupby("y").cumcount() / table.groupby("y")["y"].transform("size")
    table = table.loc[place.sort_values(kind="stable").index]
    features = table.drop(columns=["y", "duration"]).reset_index(drop=True)
    return features, table["y"].eq("yes").to_numpy().astype(np.int64)


def maven(folder: Path) -> Table:
    """Return closed deals that nothing foretells, in order of time."""
    table = pd.read_csv(folder / "maven.csv")
    table = table[table["deal_stage"].isin(["Won", "Lost"])].sort_values(
        "engage_date", key=lambda days: pd.to_datetime(days, format="mixed")
    )
    features = table[["sales_agent", "product"]].reset_index(drop=True)
    return features, table["deal_stage"].eq("Won").to_numpy().astype(np.int64)


TABLES: dict[str, Callable[[Path], Table]] = {
    "xeducation": xeducation,
    "bank": bank,
    "maven": maven,
}


def run(table: Table, count: int, seed: int) -> dict[str, float]:
    """Fit to `count` rows of the first 70 % and judge on at most 3,000 of the rest."""
    features, won = table
    cut = int(0.7 * len(won))
    test = cut + np.random.default_rng(0).permutation(len(won) - cut)[:3000]
    train = np.random.default_rng(100 + seed).permutation(cut)[:count]
    started = time.process_time()
    model = LeadModel(random_state=0).fit(features.iloc[train], won[train])
    fitted = time.process_time() - started
    chance = model.predict_proba(features.iloc[test])[:, 1]
    found = measures(won[test], chance)
    base = np.full(len(test), (won[train].sum() + 0.5) / (count + 1))
    return {
        "auc": float(found["auc"] or 0.0),
        "log_loss": float(found["log_loss"] or 0.0),
        "base_log_loss": float(measures(won[test], base)["log_loss"] or 0.0),
        "ece": float(found["ece"] or 0.0),
        "fit_s": fitted,
    }


def main(argv: list[str] | None = None) -> int:
    """Print means and standard errors over training samples."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m bench.scoring_tables")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=20)
    options = parser.parse_args(argv)
    for name, read in TABLES.items():
        table = read(options.folder)
        for count in (60, 300, 1000):
            seeds = options.seeds if count < 1000 else max(3, options.seeds // 4)
            runs = pd.DataFrame([run(table, count, seed) for seed in range(seeds)])
            error = runs.sem()
            line = "  ".join(
                f"{key} {runs[key].mean():.3f}±{error[key]:.3f}" for key in map(str, runs.columns)
            )
            sys.stdout.write(f"{name:11s} n={count:5d}  {line}\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
