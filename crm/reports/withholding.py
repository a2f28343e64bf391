"""What must not be printed so that no small number can be worked out from its neighbours. Pure.

Numbers that add up tell of one another: of a sum and all its parts but one, the last part is known.
So where a part is too small to print, others are withheld with it, the smallest first, until what
is withheld is together no small number, and no single part of it has one possible value left.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FEWEST = 3
# A withheld count is tried with values so far from its own; two that fit are enough.
_TRIED = 6


def is_few(count: int | None) -> bool:
    """Whether a count is too small to print. Nobody at all is not."""
    return count is None or 0 < count < FEWEST


def is_share_few(part: int, whole: int) -> bool:
    """Whether a part, or what it leaves of its whole, is too small to print."""
    return is_few(part) or is_few(whole - part)


@dataclass(frozen=True, slots=True)
class Part:
    """A number of an identity: the sum of all `sign * value` is zero.

    `lead_count` leads, or events, stand behind it. `is_sensitive` ones are withheld whatever the
    others are; parts of a low `rank` are withheld before those of a high one. `is_fixed` ones are
    printed elsewhere, and so cannot be withheld.
    """

    value: int
    lead_count: int
    sign: int = 1
    is_sensitive: bool = False
    rank: int = 0
    is_fixed: bool = False

    @property
    def is_told(self) -> bool:
        """Whether a reader is told that the number is small."""
        return is_few(self.lead_count)


def withheld(parts: Sequence[Part], *, are_counts: bool = False) -> frozenset[int]:
    """The places of the parts that are not printed; empty where none of them is sensitive.

    With `are_counts` the values are whole numbers from zero on, of which a reader knows that those
    called few are 1 or 2 and that the others are not: none of them may be pinned down by that.
    """
    hidden = {place for place, part in enumerate(parts) if part.is_sensitive}
    while hidden and not is_safe([parts[place] for place in sorted(hidden)], are_counts=are_counts):
        free = [
            place for place, part in enumerate(parts) if place not in hidden and not part.is_fixed
        ]
        if is_few(sum(parts[place].lead_count for place in hidden)):
            # What nobody stands behind does not make them more.
            free = [place for place in free if parts[place].lead_count] or free
        if not free:
            break
        hidden.add(
            min(free, key=lambda p: (parts[p].rank, not parts[p].lead_count, parts[p].lead_count))
        )
    return frozenset(hidden)


def is_safe(hidden: Sequence[Part], *, are_counts: bool) -> bool:
    """Whether parts that are withheld together are no small number, and none is pinned down."""
    together = sum(part.lead_count for part in hidden)
    if is_few(together) or (together and len(hidden) == 1):
        return False
    return not are_counts or not _is_pinned(hidden)


def _is_pinned(hidden: Sequence[Part]) -> bool:
    """Whether some withheld count has one possible value left."""
    known = sum(part.sign * part.value for part in hidden)
    for place, part in enumerate(hidden):
        others = _sums([*hidden[:place], *hidden[place + 1 :]])
        fitting = sum(known - part.sign * value in others for value in _possible(part))
        if fitting < 2:
            return True
    return False


def _possible(part: Part) -> Iterable[int]:
    if part.is_told:
        return range(1, FEWEST)
    near = range(max(FEWEST, part.value - _TRIED), part.value + _TRIED + 1)
    return (0, *near)


def _sums(parts: Iterable[Part]) -> set[int]:
    found = {0}
    for part in parts:
        found = {before + part.sign * value for before in found for value in _possible(part)}
    return found
