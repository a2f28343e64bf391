"""How the credit of one outcome is shared, and how sure a share of few leads is. Pure.

What is shared of one outcome never adds up to more than the outcome: a share counts as it was
stated, and what nobody stated stays one undivided rest.
"""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from models.commitment import Credit

Key = TypeVar("Key", bound=Hashable)

_WHOLE = 100.0
_SLACK = 1e-9
# 95 of 100 such intervals hold the true share.
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Stated:
    """What was stated of one of those who are credited with an outcome."""

    key: Hashable
    credit: Credit | None = None
    share_percent: float | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One one's part of an outcome: all of it, a stated share, or an undivided rest.

    `share_percent` is None where nobody stated a share: then `rest_percent` of the outcome is
    shared among `among` of them, and nobody knows how.
    """

    credit: Credit
    share_percent: float | None
    rest_percent: float = 0.0
    among: int = 1

    @property
    def is_undivided(self) -> bool:
        """Whether nobody stated this part."""
        return self.share_percent is None


def split(stated: Sequence[Stated]) -> dict[Hashable, Part]:
    """The part of each that is credited with one outcome, by key.

    Whoever is named twice (an organization by two of its people) has both shares. One alone has
    full credit, unless it is said to share with somebody who is not named. Where one has full
    credit, the others have none of it. Statements that cannot all be true (two with full credit,
    shares beyond a hundred) are not counted: it is shared among all, and nobody knows how.
    """
    merged = _merged(stated)
    if not merged:
        return {}
    full = [one for one in merged if one.credit is Credit.FULL]
    if len(merged) == 1 and not full:
        [one] = merged
        if one.credit is None and one.share_percent is None:
            full = merged
    if len(full) == 1:
        return {full[0].key: Part(Credit.FULL, _WHOLE)}
    known = 0.0 if full else sum(one.share_percent or 0.0 for one in merged)
    if full or known > _WHOLE + _SLACK:
        undivided = Part(Credit.SHARED, None, _WHOLE, len(merged))
        return {one.key: undivided for one in merged}
    open_count = sum(one.share_percent is None for one in merged)
    rest = max(_WHOLE - known, 0.0)
    return {
        one.key: Part(Credit.SHARED, one.share_percent)
        if one.share_percent is not None
        else Part(Credit.SHARED, None, rest, open_count)
        for one in merged
    }


def part_of(amount: int, percent: float) -> int:
    """So many percent of whole units, rounded down: parts never add up to more than the whole."""
    return math.floor(amount * percent / _WHOLE + _SLACK)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of so many with its 95% interval after Wilson, which few leads make wide."""

    part: int
    count: int

    @property
    def share(self) -> float | None:
        """The share; None of nothing."""
        return self.part / self.count if self.count else None

    @property
    def low(self) -> float:
        """The lower end of the interval."""
        return self._bound(-1)

    @property
    def high(self) -> float:
        """The upper end of the interval."""
        return self._bound(1)

    def _bound(self, sign: int) -> float:
        n = self.count
        if not n:
            return 0.0 if sign < 0 else 1.0
        # Exactly at the ends: rounding would leave a trace of the other side.
        if (self.part == 0 and sign < 0) or (self.part == n and sign > 0):
            return 0.0 if sign < 0 else 1.0
        p, z = self.part / n, _Z
        centre = p + z * z / (2 * n)
        spread = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return (centre + sign * spread) / (1 + z * z / n)


def _merged(stated: Sequence[Stated]) -> list[Stated]:
    by_key: dict[Hashable, list[Stated]] = {}
    for one in stated:
        by_key.setdefault(one.key, []).append(one)
    found = []
    for key, several in by_key.items():
        shares = [one.share_percent for one in several]
        known = [share for share in shares if share is not None]
        credits = {one.credit for one in several}
        credit = Credit.FULL if Credit.FULL in credits else None
        if credit is None and Credit.SHARED in credits:
            credit = Credit.SHARED
        # Two people of one organization, of whom one's share is not known: nor is theirs.
        share = sum(known) if len(known) == len(shares) else None
        found.append(Stated(key, credit, share))
    return found
