"""The small tables beside this module: industries, and cities in Latin letters."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).with_name("data")


@dataclass(frozen=True, slots=True)
class Industry:
    """An industry of the Tokyo Stock Exchange, and what a sector like it may be called."""

    code: str
    japanese: str
    english: str
    french: str
    hints: tuple[str, ...]

    def called(self, language: str) -> str:
        """Its name in a reader's language."""
        return {"fr": self.french, "ja": self.japanese}.get(language, self.english)


def rows(path: Path) -> Iterator[list[str]]:
    """The rows of a table of ours; lines that begin with # are about it."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


@lru_cache(maxsize=1)
def industries() -> dict[str, Industry]:
    """Every industry by its code."""
    found = {}
    for code, japanese, english, french, hints in rows(DATA / "industries.tsv"):
        found[code] = Industry(code, japanese, english, french, tuple(hints.split()))
    return found


@lru_cache(maxsize=1)
def _cities() -> dict[str, str]:
    return dict(rows(DATA / "cities.tsv"))


def latin_city(native: str | None) -> str | None:
    """A city in Latin letters as far as we know them, else as the register has it."""
    if native is None:
        return None
    if native.endswith("区"):
        return "Tokyo"
    return _cities().get(native, native)
