"""Looking up what was known at a moment, for many (lead, moment) pairs at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Indices = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.object_]

DAY_US = 86_400_000_000


def microseconds(moments: pd.Series) -> Indices:
    """Whole microseconds since 1970 in UTC; NaT becomes the smallest integer."""
    return np.asarray(pd.DatetimeIndex(moments).as_unit("us").asi8, dtype=np.int64)


def microsecond(moment: datetime) -> int:
    """Whole microseconds since 1970 of one moment."""
    return int(pd.DatetimeIndex([moment]).as_unit("us").asi8[0])


def as_day(days: Floats) -> Floats:
    """Elapsed days without sign: what lies ahead of the moment counts as today."""
    return np.where(np.isnan(days), np.nan, np.maximum(days, 0.0))


class Timeline:
    """Events of keyed subjects in the order in which they became known.

    Events are sorted by (key, moment, tie-breakers); `order` maps that order back to the rows
    of the frame it was built from. Look-ups compare whole microseconds, never floats: an event
    of the very moment counts as known, one of a microsecond later does not.
    """

    def __init__(
        self, keys: npt.ArrayLike, moments: Indices, *, ties: Sequence[npt.ArrayLike] = ()
    ) -> None:
        keys = np.asarray(keys)
        columns = [np.asarray(column) for column in (*ties[::-1], moments, keys)]
        self.order: Indices = np.lexsort(columns)
        self.keys = keys[self.order]
        self.moments: Indices = moments[self.order]
        self._uniques, self._first = np.unique(self.keys, return_index=True)
        self._distinct = np.unique(self.moments)
        ranks = np.searchsorted(self._distinct, self.moments, side="left") + 1
        self._places = self._place(self.keys, ranks)

    def _place(self, keys: npt.NDArray[np.generic], ranks: Indices) -> Indices:
        # One integer for (key, moment), exact: the moments enter by rank, not by value.
        slots = np.searchsorted(self._uniques, keys)
        return np.asarray(slots * (len(self._distinct) + 2) + ranks, dtype=np.int64)

    def first_of(self, keys: npt.ArrayLike) -> Indices:
        """Position of the first event of each key; meaningless for a key without events."""
        if not len(self._uniques):
            return np.zeros(len(np.asarray(keys)), dtype=np.int64)
        slots = np.minimum(np.searchsorted(self._uniques, np.asarray(keys)), len(self._first) - 1)
        return np.asarray(self._first[slots], dtype=np.int64)

    def last_known(self, keys: npt.ArrayLike, moments: Indices) -> Indices:
        """Position (in sorted order) of the last event known at each moment, -1 when none is."""
        keys = np.asarray(keys)
        if not len(self.keys):
            return np.full(len(keys), -1, dtype=np.int64)
        ranks = np.searchsorted(self._distinct, moments, side="right")
        found = np.searchsorted(self._places, self._place(keys, ranks), side="right") - 1
        held = self.keys[np.maximum(found, 0)] == keys
        return np.where((found >= 0) & held, found, -1)

    def known_count(self, keys: npt.ArrayLike, moments: Indices) -> Indices:
        """How many events of each key were known at each moment."""
        last = self.last_known(keys, moments)
        return np.where(last >= 0, last - self.first_of(keys) + 1, 0)

    def sorted(self, values: pd.Series) -> npt.NDArray[Any]:
        """Return a column of the source frame in this timeline's order."""
        return np.asarray(values.to_numpy()[self.order])


def numbers_at(values: npt.ArrayLike, positions: Indices) -> Floats:
    """Take numbers at positions; -1 gives NaN."""
    array = np.asarray(values, dtype=np.float64)
    if not len(array):
        return np.full(len(positions), np.nan)
    return np.where(positions >= 0, array[np.maximum(positions, 0)], np.nan)


def codes_at(values: npt.ArrayLike, positions: Indices) -> Codes:
    """Take codes at positions; -1 gives None."""
    result = np.full(len(positions), None, dtype=object)
    held = positions >= 0
    result[held] = np.asarray(values, dtype=object)[positions[held]]
    return result


def yes_no(holds: Flags, *, known: Flags) -> Codes:
    """Return the codes yes and no, and None where it is not known."""
    result = np.full(len(holds), None, dtype=object)
    result[known & holds] = "yes"
    result[known & ~holds] = "no"
    return result
