"""Learns how kanji in company names are read, from a public list of names with their kana.

    python -m crm.identity.learning CODE_LIST.csv --out crm/identity/data/kanji_lexicon.tsv

The list is the EDINET code list as published (cp932, one title line, one header line). Kana in a
name anchor the rest; expectation maximisation over the ways to cut a reading gives each kanji its
readings; compounds are kept only where they are read otherwise than their kanji one by one.
"""

import argparse
import csv
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from crm.identity.kana import to_katakana
from crm.identity.lexicon import ATTRIBUTION, HEADER, Lexicon, Reading
from crm.identity.normalizing import strip_form
from crm.identity.scripts import writing_of

FILER, PERSON = "提出者種別", "個人"
NATIVE, ENGLISH, KANA = "提出者名", "提出者名（英字）", "提出者名（ヨミ）"
_BIG = str.maketrans("ァィゥェォャュョッヮヵヶ", "アイウエオヤユヨツワカケ")
PARTICLES = frozenset("ノツケガ")
_LONGEST_READING = 4
_LONGEST_COMPOUND = 4
_ITERATIONS = 6
# Readings rarer than this share of a kanji's uses are mostly wrong cuts.
_LEAST_SHARE = 0.04
_LEAST_USES = 1.5
Pair = tuple[str, str]
Counts = dict[str, Counter[str]]


def read_code_list(path: Path) -> list[dict[str, str]]:
    """The rows of the EDINET code list by the names of its columns."""
    with path.open(encoding="cp932", newline="") as file:
        next(file)
        return list(csv.DictReader(file))


def kanji_runs(names: Iterable[Pair]) -> Iterator[Pair]:
    """The kanji runs of (name, kana) pairs with the part of the kana that reads each."""
    for name, kana in names:
        written = "".join(filter(str.isalnum, strip_form(name).text.replace("ー", "")))
        spoken = "".join(filter(str.isalnum, strip_form(kana).text.replace("ー", "")))
        written, spoken = to_katakana(written), to_katakana(spoken)
        runs = _runs(written)
        pattern = "".join(
            re.escape(run.translate(_BIG)) if sort == "kana" else "(.+?)" for sort, run in runs
        )
        match = re.fullmatch(pattern, spoken.translate(_BIG))
        if match is None:
            continue
        captured = [(sort, run) for sort, run in runs if sort != "kana"]
        for place, (sort, run) in enumerate(captured, 1):
            if sort == "han" and len(run) <= len(match[place]) <= _LONGEST_READING * len(run):
                yield run, spoken[match.start(place) : match.end(place)]


def _runs(written: str) -> list[Pair]:
    runs: list[Pair] = []
    for place, letter in enumerate(written):
        sort = writing_of(letter)
        sort = sort if sort in {"kana", "han"} else "other"
        around = written[max(0, place - 1) : place + 2]
        # 味の素, 虎ノ門, 一ツ橋: the particle decides how the kanji about it are read.
        if letter in PARTICLES and [writing_of(near) for near in around] == ["han", "kana", "han"]:
            sort = "han"
        if runs and runs[-1][0] == sort:
            runs[-1] = (sort, runs[-1][1] + letter)
        else:
            runs.append((sort, letter))
    return runs


def learn(names: Iterable[Pair]) -> Lexicon:
    """A lexicon from (native name, kana reading) pairs."""
    runs = Counter(kanji_runs(names))
    shares = _expectation(runs)
    cut: Counter[tuple[Pair, ...]] = Counter()
    for (run, reading), times in sorted(runs.items()):
        path = _best_cut(run, reading, shares)
        if path is not None:
            cut[tuple(path)] += times
    return _keep_telling(cut)


def _expectation(runs: Counter[Pair]) -> dict[str, dict[str, float]]:
    """The share of each reading among a kanji's uses, by forward and backward sums."""
    shares: dict[str, dict[str, float]] = {}
    for _ in range(_ITERATIONS):
        expected: dict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
        for (run, reading), times in runs.items():
            _add_expected(run, reading, times, shares, expected)
        shares = {
            kanji: {
                reading: weight / (sum(readings.values()) + 0.5)
                for reading, weight in readings.items()
            }
            for kanji, readings in expected.items()
        }
    return shares


def _add_expected(
    run: str,
    reading: str,
    times: int,
    shares: dict[str, dict[str, float]],
    expected: dict[str, defaultdict[str, float]],
) -> None:
    length, end = len(run), len(reading)
    forward = [[0.0] * (end + 1) for _ in range(length + 1)]
    forward[0][0] = 1.0
    steps: list[tuple[int, int, int, float]] = []
    for place, kanji in enumerate(run):
        known = shares.get(kanji)
        for start in range(end):
            if not forward[place][start]:
                continue
            for size in range(1, min(_LONGEST_READING, end - start) + 1):
                # A two-kana reading is the most usual; the first round knows nothing else.
                chance = (
                    (0.2, 0.5, 0.2, 0.1)[size - 1]
                    if known is None
                    else known.get(reading[start : start + size], 1e-6)
                )
                forward[place + 1][start + size] += forward[place][start] * chance
                steps.append((place, start, size, chance))
    total = forward[length][end]
    if total <= 0:
        return
    backward = [[0.0] * (end + 1) for _ in range(length + 1)]
    backward[length][end] = 1.0
    for place, start, size, chance in reversed(steps):
        after = backward[place + 1][start + size]
        if after:
            backward[place][start] += chance * after
            weight = forward[place][start] * chance * after / total
            expected[run[place]][reading[start : start + size]] += weight * times


def _best_cut(run: str, reading: str, shares: dict[str, dict[str, float]]) -> list[Pair] | None:
    """The likeliest way to give each kanji its part; several kanji together as a last resort."""
    best: list[dict[int, tuple[float, list[Pair]]]] = [{} for _ in range(len(run) + 1)]
    best[0][0] = (0.0, [])
    for place in range(len(run)):
        for start, (cost, path) in best[place].items():
            for width in range(1, min(3, len(run) - place) + 1):
                part = run[place : place + width]
                for size in range(1, _LONGEST_READING * width + 1):
                    said = reading[start : start + size]
                    if len(said) < size:
                        break
                    if width == 1:
                        chance = shares.get(part, {}).get(said, 0.0)
                        if chance < 0.005:
                            continue
                        price = -math.log(chance)
                    else:
                        price = 4.5 * width
                    now = cost + price
                    known = best[place + width].get(start + size)
                    if known is None or now < known[0]:
                        best[place + width][start + size] = (now, [*path, (part, said)])
    found = best[len(run)].get(len(reading))
    return None if found is None else found[1]


def _keep_telling(cuts: Counter[tuple[Pair, ...]]) -> Lexicon:
    """Single kanji, then compounds that the shorter entries would read wrongly."""
    counts: dict[int, Counts] = defaultdict(lambda: defaultdict(Counter))
    for path, times in cuts.items():
        for first in range(len(path)):
            kanji = said = ""
            for part, reading in path[first:]:
                kanji, said = kanji + part, said + reading
                if len(kanji) > _LONGEST_COMPOUND:
                    break
                counts[len(kanji)][kanji][said] += times
    lexicon = Lexicon({})
    for width in range(1, _LONGEST_COMPOUND + 1):
        entries: dict[str, tuple[Reading, ...]] = {}
        for kanji, readings in sorted(counts[width].items()):
            kept = _usual(readings)
            if width > 1:
                uses = sum(readings.values())
                guess = lexicon.read(kanji)
                if guess and guess[0] == kept[0].kana:
                    continue
                if uses < 2 and guess and not PARTICLES & set(kanji):
                    continue
            entries[kanji] = kept
        lexicon = Lexicon({**lexicon.entries, **entries})
    return lexicon


def _usual(readings: Counter[str]) -> tuple[Reading, ...]:
    total = sum(readings.values())
    ranked = sorted(readings.items(), key=lambda item: (-item[1], item[0]))
    kept = [
        (kana, uses)
        for kana, uses in ranked
        if uses / total >= _LEAST_SHARE and (uses >= _LEAST_USES or kana == ranked[0][0])
    ]
    return tuple(Reading(kana, round(-100 * math.log(uses / total))) for kana, uses in kept[:4])


def write(lexicon: Lexicon, path: Path) -> None:
    """The lexicon as a sorted table that can be compared line by line."""
    lines = [ATTRIBUTION, HEADER]
    for kanji, readings in sorted(lexicon.entries.items()):
        lines += [f"{kanji}\t{reading.kana}\t{reading.cost}" for reading in readings]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def pairs_of(rows: Sequence[dict[str, str]]) -> list[Pair]:
    """Native name and kana of the rows that have both; of persons the family name alone."""
    made = []
    for row in rows:
        name = unicodedata.normalize("NFKC", row[NATIVE]).strip()
        kana = unicodedata.normalize("NFKC", row[KANA]).strip()
        if row[FILER].startswith(PERSON):
            # Given names are read as no company's name is.
            if len(name.split()) < 2 or len(kana.split()) < 2:
                continue
            name, kana = name.split()[0], kana.split()[0]
        if name and kana:
            made.append((name, kana))
    return made


def learn_from(rows: Sequence[dict[str, str]]) -> Lexicon:
    """A lexicon from rows of the code list."""
    return learn(pairs_of(rows))


def main() -> None:
    """Learn from a file and write the lexicon."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("code_list", type=Path, help="the EDINET code list, as published")
    options.add_argument("--out", type=Path, required=True, help="where to write the lexicon")
    chosen = options.parse_args()
    write(learn_from(read_code_list(chosen.code_list)), chosen.out)


if __name__ == "__main__":
    main()
