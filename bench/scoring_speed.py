"""How fast the model is fitted, and leads are scored with all their reasons, in CPU seconds.

python -m bench.scoring_speed
"""

import argparse
import sys
import time

from bench.scoring_worlds import invented_office
from scoring import Scorecard, Timing, train
from scoring.hazards import HazardModel
from scoring.threads import one_thread
from scoring.training import training_rows


def main(argv: list[str] | None = None) -> int:
    """Print CPU seconds and leads per CPU second for each size."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m bench.scoring_speed")
    parser.add_argument("--sizes", type=int, nargs="+", default=[340, 3_000, 20_000])
    options = parser.parse_args(argv)
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
