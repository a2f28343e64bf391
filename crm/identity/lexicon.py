"""How kanji in company names are read: a table learned by `crm.identity.learning`."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from crm.identity.vocabulary import DATA

PATH = DATA / "kanji_lexicon.tsv"
ATTRIBUTION = (
    "# Derived from the EDINET code list of the Financial Services Agency of Japan"
    " (Public Data License 1.0); edited."
)
HEADER = "kanji\tkana\tcost"
# A cut costs as much as a reading that is right once in e times: the longer entry wins.
CUT = 100


class Reading(NamedTuple):
    """One reading of a kanji or a compound; `cost` is -100 times the log of its share."""

    kana: str
    cost: int


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The readings of kanji and compounds."""

    entries: dict[str, tuple[Reading, ...]]

    def read(self, kanji: str, best: int = 1) -> list[str]:
        """The likeliest readings of a run of kanji; none when one of them is unknown."""
        paths: list[list[tuple[int, str]]] = [[(0, "")]] + [[] for _ in kanji]
        for place in range(len(kanji)):
            if not paths[place]:
                continue
            for width in range(1, min(4, len(kanji) - place) + 1):
                for reading in self.entries.get(kanji[place : place + width], ()):
                    price = reading.cost + CUT
                    paths[place + width] += [
                        (cost + price, said + reading.kana) for cost, said in paths[place]
                    ]
            for ahead in range(place + 1, min(place + 5, len(paths))):
                paths[ahead] = sorted(set(paths[ahead]))[: best + 1]
        return list(dict.fromkeys(said for _, said in paths[-1]))[:best]


def load(path: Path) -> Lexicon:
    """A lexicon from its table."""
    entries: dict[str, list[Reading]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or line == HEADER:
            continue
        kanji, kana, cost = line.split("\t")
        entries.setdefault(kanji, []).append(Reading(kana, int(cost)))
    return Lexicon({kanji: tuple(readings) for kanji, readings in entries.items()})


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon that ships, read once."""
    return load(PATH)
