"""How well names find their company: `python -m bench.identity --edinet FILE --names FILE`.

The EDINET code list is split in halves by a checksum of its codes: kanji readings are learned from
one half and the filers that are not listed, measured on the listed firms of the other half, whose
native name, or kana, has to find its English name among all of that half. The names file (columns
id, name, lang, variant_kind) holds spellings of some companies: every pair is scored, and each
spelling is looked for with only the native and the official English name on file.
"""

import argparse
import csv
import itertools
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from crm.identity import learning, segments
from crm.identity.keys import NameKeys, keys_of
from crm.identity.likeness import likeness
from crm.identity.matching import Matcher, Party, Verdict
from crm.identity.scripts import script_of
from models.organization import NameKind

CODE, LISTED = "ＥＤＩＮＥＴコード", "上場区分"
KINDS = {
    "legal_native": NameKind.LEGAL,
    "official_en": NameKind.OFFICIAL_ENGLISH,
    "short_en": NameKind.SHORT,
    "brand_native": NameKind.BRAND,
    "acronym": NameKind.ACRONYM,
    "kana_reading": NameKind.KANA,
    "halfwidth_kana": NameKind.KANA,
    "romaji": NameKind.ROMAJI,
    "former_native": NameKind.FORMER,
    "former_en": NameKind.FORMER,
}


def main() -> None:
    """Measure what the files allow and print a line for each figure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--edinet", type=Path, help="the EDINET code list, as published")
    options.add_argument("--names", type=Path, help="a table of spellings of companies")
    options.add_argument("--korean", type=Path, help="a table: Hangul name, tab, English name")
    chosen = options.parse_args()
    if chosen.names:
        measure_names(read_names(chosen.names))
    if chosen.korean:
        lines = chosen.korean.read_text(encoding="utf-8").splitlines()
        pairs = [tuple(line.split("\t")[:2]) for line in lines if "\t" in line]
        measure_ranks("Korean native -> English", pairs)
    if chosen.edinet:
        measure_edinet(learning.read_code_list(chosen.edinet))


def is_odd(row: dict[str, str]) -> bool:
    """Whether a row is of the half that is measured."""
    return bool(zlib.crc32(row[CODE].encode()) & 1)


def measure_edinet(rows: Sequence[dict[str, str]]) -> None:
    """Ranks on the unseen half, then speed on the whole list."""
    listed = [row for row in rows if row[LISTED] == "上場" and row[learning.ENGLISH]]
    unseen = [row for row in listed if is_odd(row)]
    held_out = {row[CODE] for row in rows if row[LISTED] == "上場" and is_odd(row)}
    shipped = segments.lexicon
    lexicon = learning.learn_from([row for row in rows if row[CODE] not in held_out])
    segments.lexicon = lambda: lexicon
    forget()
    for name, column in (("native", learning.NATIVE), ("kana", learning.KANA)):
        pairs = [(row[column], row[learning.ENGLISH]) for row in unseen]
        measure_ranks(f"Japanese {name} -> English, unseen half", pairs)
    segments.lexicon = shipped
    forget()
    measure_speed(rows)


def forget() -> None:
    """Empty the caches."""
    segments.cut.cache_clear()
    keys_of.cache_clear()


def measure_ranks(title: str, pairs: Sequence[tuple[str, ...]]) -> None:
    """How often the right English name comes first, or among five, and how sure a proposal is."""
    matcher = Matcher(
        Party(place, (keys_of(pair[1], kind=NameKind.OFFICIAL_ENGLISH),))
        for place, pair in enumerate(pairs)
    )
    first = five = proposed = wrong = certain = 0
    for place, pair in enumerate(pairs):
        found = matcher.find(Party(None, (keys_of(pair[0]),)), least=0.0)
        ranked = [candidate.key for candidate in found]
        first += ranked[:1] == [place]
        five += place in ranked[:5]
        if found and found[0].verdict in {Verdict.PROPOSE, Verdict.SAME}:
            proposed += 1
            wrong += found[0].key != place
            certain += found[0].verdict is Verdict.SAME and found[0].key != place
    count = len(pairs)
    print(
        f"{title}: {count} names, top-1 {first / count:.3f}, top-5 {five / count:.3f}; proposed"
        f" {proposed / count:.3f}, of which right {1 - wrong / max(proposed, 1):.3f},"
        f" wrong and certain {certain}"
    )


def measure_speed(rows: Sequence[dict[str, str]]) -> None:
    """Microseconds a name, milliseconds a search, seconds for all pairs."""
    texts = [row[learning.NATIVE] for row in rows] + [
        row[learning.ENGLISH] for row in rows if row[learning.ENGLISH]
    ]
    keys_of("first")
    forget()
    seconds = timed(lambda: [keys_of(text) for text in texts])
    print(f"keys_of, cold: {seconds / len(texts) * 1e6:.0f} us a name")
    parties = [
        Party(place, (keys_of(row[learning.NATIVE] + tail, kind=NameKind.LEGAL),))
        for place, (tail, row) in enumerate(itertools.product(("", "北", "東", "西"), rows))
    ][:40_000]
    matcher = Matcher(parties)
    queries = [Party(None, party.names) for party in parties[:10_000:50]]
    seconds = timed(lambda: [matcher.find(query) for query in queries])
    print(f"find in {len(parties)} parties: {seconds / len(queries) * 1e3:.1f} ms")
    some = Matcher(parties[:10_000])
    print(f"pairs of 10000: {timed(lambda: sum(1 for _ in some.pairs())):.1f} s")


def timed(work: Callable[[], object]) -> float:
    """Seconds of processor time that the work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


Row = tuple[str, str, NameKeys]


def read_names(path: Path) -> list[Row]:
    """Company, sort of spelling and keys of each row."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            (
                row["id"],
                row["variant_kind"],
                keys_of(row["name"], kind=KINDS.get(row["variant_kind"])),
            )
            for row in csv.DictReader(file)
        ]


def measure_names(rows: Sequence[Row]) -> None:
    """Recall and false positives over all pairs, then the everyday case."""
    core = [row for row in rows if row[1] != "acronym" and not row[1].startswith("former")]
    for least in (90.0, 85.0):
        hits = pairs = wrong = 0
        for (one, _, mine), (other, _, theirs) in itertools.combinations(core, 2):
            if one == other and mine.normalized == theirs.normalized and mine.text == theirs.text:
                continue
            score = likeness(mine, theirs).score
            if one == other:
                pairs += 1
                hits += score >= least
        for (one, _, mine), (other, _, theirs) in itertools.combinations(rows, 2):
            wrong += one != other and likeness(mine, theirs).score >= least
        print(f"recall core at {least:.0f}: {hits}/{pairs} = {hits / pairs:.3f}, false {wrong}")
    classes: dict[str, list[bool]] = defaultdict(list)
    for (one, _, mine), (other, _, theirs) in itertools.combinations(core, 2):
        if one == other:
            scripts = " - ".join(sorted({script_of(mine.text), script_of(theirs.text)}))
            classes[scripts].append(likeness(mine, theirs).score >= 85.7)
    for scripts, found in sorted(classes.items()):
        print(f"  {scripts} at 85.7: {sum(found)}/{len(found)}")
    measure_everyday(rows)


def measure_everyday(rows: Sequence[Row]) -> None:
    """Native and official English on file, any other spelling arrives."""
    stored: dict[str, list[NameKeys]] = defaultdict(list)
    for company, sort, keys in rows:
        if sort in {"legal_native", "official_en"}:
            stored[company].append(keys)
    matcher = Matcher(Party(company, tuple(names)) for company, names in stored.items())
    arriving = [row for row in rows if row[1] not in {"legal_native", "official_en"}]
    for title, sorts in (
        ("all", ("",)),
        ("without acronyms and former names", ("acronym", "former")),
    ):
        chosen = [row for row in arriving if not (sorts[0] and row[1].startswith(sorts))]
        solved = wrong = certain = 0
        for company, _, keys in chosen:
            found = matcher.find(Party(None, (keys_of(keys.text),)), least=85.0)
            if found and found[0].key == company:
                solved += 1
            elif found:
                wrong += 1
                certain += found[0].verdict in {Verdict.SAME, Verdict.PROPOSE}
        print(
            f"everyday, {title}: {solved}/{len(chosen)} = {solved / len(chosen):.3f},"
            f" wrong {wrong}, of which proposed {certain}"
        )


if __name__ == "__main__":
    main()
