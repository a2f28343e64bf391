"""Stage histories of a bank's loan applications: won within 30 days, from few closed leads.

    python -m bench.scoring_bpi FOLDER

FOLDER holds `bpi2012.xes.gz`. Horizons of 7, 14 and 30 days stand in for 90, 180 and 365. The
model is trained on n applications begun before an as-of day, open ones included, and judged on
snapshots of 1,500 later ones.
"""

import argparse
import gzip
import sys
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.evaluate import measures
from scoring.fitting import fit_hazards
from scoring.histories import Histories
from scoring.scorecard import OPEN_STAGES, Scorecard
from scoring.snapshots import snapshot_pairs, stack
from scoring.timing import Timing

TIMING = Timing(
    horizons=(7, 14, 30),
    tail=(60,),
    ages=(0, 1, 3, 7, 14, 21, 28),
    stage_days=3.0,
)
AS_OF = datetime(2011, 12, 1, tzinfo=UTC)
STAGE_OF = {
    "A_SUBMITTED": 1,
    "A_PARTLYSUBMITTED": 1,
    "A_PREACCEPTED": 2,
    "A_ACCEPTED": 3,
    "A_FINALIZED": 4,
    "O_SENT": 4,
    "O_SENT_BACK": 5,
    "A_APPROVED": 8,
}
LOST = ("A_DECLINED", "A_CANCELLED")
FLAT = Scorecard.from_dict(
    {
        "format": 1,
        "stages": dict(zip(OPEN_STAGES, (0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8), strict=True)),
        "rules": [],
    }
)


def read(path: Path) -> pd.DataFrame:
    """Return the events of the log: case, amount, event, time and life-cycle."""
    rows = []
    with gzip.open(path) as stream:
        for _, element in ElementTree.iterparse(stream):  # noqa: S314 - a file one chose
            if element.tag.split("}")[-1] != "trace":
                continue
            case: dict[str, str | None] = {}
            events = []
            for child in element:
                if child.tag.split("}")[-1] == "event":
                    events.append({c.get("key"): c.get("value") for c in child})
                else:
                    case[str(child.get("key"))] = child.get("value")
            rows += [
                (
                    case["concept:name"],
                    case.get("AMOUNT_REQ"),
                    event["concept:name"],
                    event["time:timestamp"],
                    event["lifecycle:transition"],
                )
                for event in events
            ]
            element.clear()
    log = pd.DataFrame(rows, columns=["case", "amount", "event", "time", "life"])
    log["time"] = pd.to_datetime(log["time"], utc=True, format="ISO8601")
    log["case"] = log["case"].astype("int64")
    log["amount"] = pd.to_numeric(log["amount"])
    return log.sort_values(["case", "time"], kind="stable").reset_index(drop=True)


def as_histories(log: pd.DataFrame) -> Histories:
    """Read the application states as stages and the phone calls as interactions."""
    states = log[log["event"].isin([*STAGE_OF, *LOST])].copy()
    reached = states["event"].map(STAGE_OF)
    states["stage"] = reached.groupby(states["case"]).cummax().groupby(states["case"]).ffill()
    states["stage"] = states["stage"].fillna(1).astype(int)
    states["status"] = np.where(states["event"].isin(LOST), "lost", "active")
    same = (states["stage"] == states["stage"].groupby(states["case"]).shift(1)) & (
        states["status"] == "active"
    )
    states = states[~same]
    calls = log[log["event"].str.startswith("W_Nabellen") & (log["life"] == "COMPLETE")]
    firsts = log.groupby("case")["time"].first()
    return Histories.of(
        leads=pd.DataFrame({"lead_id": firsts.index, "created_known_at": firsts.to_numpy()}),
        revisions=pd.DataFrame(
            {
                "lead_id": states["case"],
                "valid_from": states["time"],
                "sequence": np.arange(len(states)),
                "stage": states["stage"],
                "status": states["status"],
                "capex_amount": states["amount"],
                "capex_currency": "EUR",
                "origin": "live",
            }
        ),
        interactions=pd.DataFrame(
            {
                "lead_id": calls["case"],
                "known_at": calls["time"],
                "happened_on": calls["time"].dt.tz_localize(None),
                "kind": "call",
                "direction": "out",
            }
        ),
    )


def run(
    histories: Histories, count: int, seed: int, *, as_of: datetime = AS_OF
) -> dict[str, float]:
    """Train on `count` applications as of the day and judge on later ones."""
    random = np.random.default_rng(seed)
    began = histories.leads.set_index("lead_id")["created_known_at"]
    before = began.index[began < as_of].to_numpy()
    last = began.max() - pd.Timedelta(days=62)
    later = began.index[(began >= as_of) & (began < last)].to_numpy()
    training = histories.of_leads(random.choice(before, count, replace=False).tolist())
    test = histories.of_leads(random.choice(later, min(1500, len(later)), replace=False).tolist())
    model = fit_hazards(training, as_of, scorecard=FLAT, timing=TIMING)
    end = histories.revisions["valid_from"].max().to_pydatetime()
    pairs = snapshot_pairs(test, end, TIMING)
    rows = stack(test, pairs, end, TIMING)
    chance = model.chances(rows.frame)[:, 2]
    won: npt.NDArray[np.float64] = np.zeros(len(pairs))
    np.maximum.at(won, rows.snapshot[rows.interval <= 2], rows.target[rows.interval <= 2])
    result = measures(won, chance)
    share = won.mean()
    return {
        "auc": float(result["auc"] or 0.0),
        "log_loss": float(result["log_loss"] or 0.0),
        "base_log_loss": float(-(share * np.log(share) + (1 - share) * np.log(1 - share))),
        "ece": float(result["ece"] or 0.0),
        "mean_p": float(chance.mean()),
        "rate": float(share),
    }


def main(argv: list[str] | None = None) -> int:
    """Print means and standard errors over six samples of each size."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m bench.scoring_bpi")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[60, 120, 300, 1000])
    parser.add_argument("--seeds", type=int, default=6)
    options = parser.parse_args(argv)
    histories = as_histories(read(options.folder / "bpi2012.xes.gz"))
    for count in options.sizes:
        runs = pd.DataFrame([run(histories, count, seed) for seed in range(options.seeds)])
        error = runs.sem()
        line = "  ".join(
            f"{key} {runs[key].mean():.3f}±{error[key]:.3f}" for key in map(str, runs.columns)
        )
        sys.stdout.write(f"n={count:5d}  {line}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
