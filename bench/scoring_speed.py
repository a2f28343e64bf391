"""How fast the models are fitted, and leads are scored with all their reasons, in CPU seconds.

    python -m bench.scoring_speed [--tables FOLDER]

With the folder of open tables, the table model is measured against plain scikit-learn on them:
one-hot logistic regression beside the look-up table, histogram trees beside the blend.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from bench.scoring_tables import TABLES, Table
from bench.scoring_worlds import invented_office
from scoring import LeadModel, Scorecard, Timing, train
from scoring.columns import is_number
from scoring.hazards import HazardModel
from scoring.threads import one_thread
from scoring.training import training_rows


def peers(frame: pd.DataFrame) -> tuple[Pipeline, Pipeline]:
    """Return one-hot logistic regression and histogram trees with their usual settings."""
    texts = [name for name in frame if not is_number(frame[name])]
    numbers = [name for name in frame if name not in texts and frame[name].notna().any()]
    one_hot = make_pipeline(
        make_column_transformer(
            (OneHotEncoder(handle_unknown="ignore"), texts),
            (make_pipeline(SimpleImputer(), StandardScaler()), numbers),
        ),
        LogisticRegression(max_iter=1_000),
    )
    ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    trees = make_pipeline(
        make_column_transformer((ordinal, texts), ("passthrough", numbers)),
        HistGradientBoostingClassifier(random_state=0),
    )
    return one_hot, trees


def table_speed(table: Table, size: int) -> str:
    """Return seconds of a fit and leads per second, beside those of the peers."""
    features, won = table
    train = np.random.default_rng(0).permutation(len(won))[:size]
    asked = features.iloc[np.random.default_rng(1).choice(len(won), 20_000)]
    frame, outcomes = features.iloc[train], won[train]
    fits = []
    for _ in range(3):
        started = time.perf_counter()
        model = LeadModel().fit(frame, outcomes)
        fits.append(time.perf_counter() - started)
    one_hot, trees = (peer.fit(frame, outcomes) for peer in peers(frame))
    look_up = model.look_up()
    plain, fast = _per_second(one_hot.predict_proba, asked), _per_second(look_up.score, asked)
    free, blend = (_per_second(own.predict_proba, asked) for own in (trees, model))
    return (
        f"fit {min(fits):.3f} s; look-up {fast:,.0f} leads/s, {fast / plain:.1f} x one-hot; "
        f"with spread {blend:,.0f}, {blend / free:.2f} x histogram trees, "
        f"{blend / plain:.2f} x one-hot; reasons {_per_second(model.explain, asked):,.0f}"
    )


def _per_second(score: Callable[[pd.DataFrame], object], asked: pd.DataFrame) -> float:
    spent = []
    for _ in range(4):
        started = time.perf_counter()
        score(asked)
        spent.append(time.perf_counter() - started)
    return len(asked) / min(spent)


def main(argv: list[str] | None = None) -> int:
    """Print CPU seconds and leads per CPU second for each size."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m bench.scoring_speed")
    parser.add_argument("--tables", type=Path)
    parser.add_argument("--sizes", type=int, nargs="*", default=[340, 3_000, 20_000])
    options = parser.parse_args(argv)
    if options.tables:
        for name in ("xeducation", "bank"):
            for size in (300, 3_000):
                sys.stdout.write(
                    f"{name} {size}: {table_speed(TABLES[name](options.tables), size)}\n"
                )
                sys.stdout.flush()
    train(invented_office(120, 0).histories, invented_office(120, 0).as_of)
    for size in options.sizes:
        world = invented_office(size, 1, live=True)
        started = time.process_time()
        rows = training_rows(world.histories, world.as_of, Timing())
        prepared = time.process_time()
        with one_thread():
            HazardModel.fit(rows, scorecard=Scorecard.default(), timing=Timing(), stage_days=100.0)
        fitted = time.process_time()
        model = train(world.histories, world.as_of)
        trained = time.process_time()
        asked = world.truth.index[world.truth["is_open"]].to_numpy()
        many = asked.repeat(max(1, 10_000 // len(asked)))
        started_scoring = time.process_time()
        model.predict(world.histories, world.as_of, many)
        scored = time.process_time() - started_scoring
        sys.stdout.write(
            f"{size:6d} leads: rows {prepared - started:.2f} s, one fit {fitted - prepared:.2f} s,"
            f" train {trained - fitted:.2f} s, {len(many) / scored:,.0f} leads/s with reasons"
            f" ({model.basis}, {len(rows.snapshot):,} rows)\n"
        )
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
