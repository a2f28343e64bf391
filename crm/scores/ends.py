"""How leads ended, by the words that offices and other programs write in a column."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from crm.imports.text import key
from crm.imports.words import listed, read_words
from models.errors import DomainError, N_

if TYPE_CHECKING:
    import pandas as pd

WON: Final = 1
LOST: Final = 0
OPEN: Final = -1

# Besides the words of imports: what other programs write.
_WON_WORDS: Final = (
    *("yes", "y", "true", "t", "1", "win", "converted", "success", "successful", "accepted"),
    *("approved", "signed", "positive", "oui", "o", "vrai", "conclu", "conclue", "signé", "signée"),
    *("réussi", "réussite", "converti", "convertie", "はい", "有", "成功", "受注済", "成約済", "○"),
    *("예", "네", "참", "계약", "성사"),
)
_LOST_WORDS: Final = (
    *("no", "n", "false", "f", "0", "loss", "unsuccessful", "failed", "failure", "rejected"),
    *("declined", "refused", "negative", "not converted", "not won", "non", "faux", "échec"),
    *("échoué", "refusé", "refusée", "non converti", "non gagné", "いいえ", "無", "失敗", "不成立"),
    *("×", "✕", "아니오", "아니요", "거짓", "실패"),
)
_OPEN_WORDS: Final = (
    *("open", "pending", "new", "unknown", "undecided", "tbd", "ouvert", "nouveau", "inconnu"),
    *("未定", "商談中", "미정"),
)
_SHOWN_VALUES: Final = 8
_FEWEST: Final = 10


@dataclass(frozen=True, slots=True)
class Ends:
    """`WON`, `LOST` or `OPEN` for each row, and how many rows had which word."""

    won: Any
    won_values: Mapping[str, int]
    lost_values: Mapping[str, int]
    open_values: Mapping[str, int]


def find_ends(raw: "pd.Series[Any]", column: str, positive: str | None = None) -> Ends:
    """Tell from a column which rows were won, which lost, and which have no end yet.

    Raises:
        DomainError: its words do not tell, and the sentence says which they are.
    """
    import numpy as np
    import pandas as pd

    codes, values = pd.factorize(raw.map(word_of).to_numpy(dtype=object))
    counts = {str(value): int((codes == at).sum()) for at, value in enumerate(values)}
    sides = _sides(counts, column, positive)
    side = np.array([*(sides[str(value)] for value in values), OPEN], dtype=np.int64)
    missing = int((codes < 0).sum())

    def of(wanted: int) -> dict[str, int]:
        return {value: count for value, count in counts.items() if sides[value] == wanted}

    return Ends(side[codes], of(WON), of(LOST), {**of(OPEN), **({"": missing} if missing else {})})


def word_of(value: Any) -> str | None:
    """A cell as text; whole numbers without their point."""
    import pandas as pd

    if pd.isna(value):
        return None
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def check_ends(ends: Ends, column: str) -> None:
    """Refuse what nothing can be learned from.

    Raises:
        DomainError: hardly a lead has an end, or all ended alike.
    """
    count = sum(ends.won_values.values()) + sum(ends.lost_values.values())
    if count < _FEWEST:
        raise DomainError(
            N_(
                "Only %(count)s leads in “%(column)s” have an end (%(open)s rows have none);"
                " at least %(fewest)s are needed."
            ),
            count=count,
            column=column,
            open=sum(ends.open_values.values()),
            fewest=_FEWEST,
        )
    if not ends.won_values or not ends.lost_values:
        raise DomainError(
            N_(
                "All %(count)s leads in “%(column)s” ended alike: %(held)s. There is nothing to"
                " tell apart. Bring a file with won and lost leads, or say which value means"
                " won with --positive VALUE."
            ),
            count=count,
            column=column,
            held=_quoted({**ends.won_values, **ends.lost_values}),
        )


def _sides(counts: Mapping[str, int], column: str, positive: str | None) -> dict[str, int]:
    """The end that each value stands for, by word or as a person says."""
    words = _end_words()
    known = {value: words.get(_folded(value)) for value in counts}
    if positive is not None:
        return _as_said(counts, known, column, positive)
    found = set(known.values()) - {None}
    strange = [value for value, side in known.items() if side is None]
    if {WON, LOST} <= found:
        # Words between the two are stages of leads that are still under way.
        return {value: OPEN if side is None else side for value, side in known.items()}
    ended = found - {OPEN}
    if len(strange) == 1 and ended:
        other = LOST if WON in ended else WON
        return {value: other if side is None else side for value, side in known.items()}
    if not strange and ended:
        return {value: OPEN if side is None else side for value, side in known.items()}
    if not strange:
        raise DomainError(
            N_("No lead in “%(column)s” has an end. It holds %(held)s."),
            column=column,
            held=_quoted(counts),
        )
    raise DomainError(
        N_(
            "Which leads were won cannot be told from “%(column)s”. It holds %(held)s."
            " Say which value means won with --positive VALUE."
        ),
        column=column,
        held=_quoted(counts),
    )


def _as_said(
    counts: Mapping[str, int], known: Mapping[str, int | None], column: str, positive: str
) -> dict[str, int]:
    won = {value for value in counts if _folded(value) == _folded(positive)}
    if not won:
        raise DomainError(
            N_("--positive: “%(value)s” does not stand in “%(column)s”, which holds %(held)s."),
            value=positive,
            column=column,
            held=_quoted(counts),
        )
    others = [value for value in counts if value not in won]
    # Where some values say "lost", all others are leads that are still under way.
    lost = {value for value in others if known[value] == LOST}
    lost = lost or {value for value in others if known[value] != OPEN}
    return {value: WON if value in won else LOST if value in lost else OPEN for value in counts}


def _folded(value: str) -> str:
    return key(value) or value.strip()


@lru_cache(maxsize=1)
def _end_words() -> Mapping[str, int]:
    """Each known word with its end; a word of two is the later one's."""
    values = read_words("values")
    status = values["status"]
    groups = (
        (OPEN, (_OPEN_WORDS, *(listed(status[one]) for one in ("active", "on_hold", "passed_on")))),
        (LOST, (_LOST_WORDS, *(listed(status[one]) for one in ("lost", "abandoned")))),
        (WON, (_WON_WORDS, listed(values["won"]), listed(values["stage"]["announced"]))),
    )
    return {_folded(word): side for side, lists in groups for words in lists for word in words}


def _quoted(counts: Mapping[str, int]) -> str:
    common = Counter(counts).most_common(_SHOWN_VALUES)
    shown = ", ".join(f"“{value[:40]}” ({count})" for value, count in common) or "nothing"
    return shown if len(counts) <= _SHOWN_VALUES else f"{shown}, ... ({len(counts)} values)"
