"""Every figure that the documents state of the scoring, in one run of under 15 minutes.

    python -m bench.scoring --leads FOLDER [--office FOLDER] [--quick]

FOLDER of `--leads` holds `xeducation.csv`, `bank.csv`, `maven.csv` and `bpi2012.xes.gz`, that of
`--office` an office's spreadsheets (see `bench.scoring_office`). None of them is part of the
product. Each part is a bench of its own with more options. `--quick` takes fewer samples.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import (
    scoring_bpi,
    scoring_office,
    scoring_speed,
    scoring_static_worlds,
    scoring_tables,
)

Main = Callable[[list[str]], int]


def parts(leads: Path, office: Path | None, *, is_quick: bool) -> list[tuple[str, Main, list[str]]]:
    """Return title, bench and arguments of each part."""
    seeds = "4" if is_quick else "20"
    found: list[tuple[str, Main, list[str]]] = [
        ("Open lead tables", scoring_tables.main, [str(leads), "--seeds", seeds]),
        ("Invented tables with known chances", scoring_static_worlds.main, ["--seeds", seeds]),
        (
            "Stage histories of loan applications",
            scoring_bpi.main,
            [str(leads), "--seeds", "2" if is_quick else "6"],
        ),
        ("Speed", scoring_speed.main, ["--tables", str(leads)]),
    ]
    if office is not None:
        seeds = "3" if is_quick else "10"
        found.append(
            ("Ranking of an office's leads", scoring_office.main, [str(office), "--seeds", seeds])
        )
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Run every part, one after the other, and say how long each took."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m bench.scoring")
    parser.add_argument("--leads", type=Path, required=True)
    parser.add_argument("--office", type=Path)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args(argv)
    started = time.perf_counter()
    for title, run, arguments in parts(options.leads, options.office, is_quick=options.quick):
        sys.stdout.write(f"\n{title}\n{'-' * len(title)}\n")
        sys.stdout.flush()
        began = time.perf_counter()
        run(arguments)
        sys.stdout.write(f"({time.perf_counter() - began:.0f} s)\n")
    sys.stdout.write(f"\nAll parts: {(time.perf_counter() - started) / 60:.1f} min\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
