"""Amounts of different currencies on one scale, without converting any."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

FEWEST: Final = 8
QUANTILES: Final = 33


@dataclass(frozen=True, slots=True)
class SizeRanks:
    """The place of an amount among the office's amounts of the same currency, 0 to 1.

    An amount without a currency, or in one with fewer than eight leads, has no place: a rank
    among strangers, or a rate of exchange of some day, would be worse than not to know.
    """

    quantiles: dict[str, tuple[float, ...]]

    @classmethod
    def fit(cls, frame: pd.DataFrame, lead_ids: npt.NDArray[np.int64]) -> Self:
        """Learn from snapshots, each lead once."""
        once = ~pd.Series(lead_ids).duplicated(keep="last").to_numpy()
        amounts = frame.loc[once, ["capex", "capex_currency"]].dropna()
        grid = np.linspace(0.0, 1.0, QUANTILES)
        return cls(
            {
                str(currency): tuple(float(cut) for cut in np.quantile(group, grid))
                for currency, group in amounts.groupby("capex_currency")["capex"]
                if len(group) >= FEWEST
            }
        )

    def ranked(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with each amount replaced by its place."""
        amount = frame["capex"].to_numpy(dtype=np.float64)
        currency = frame["capex_currency"].to_numpy(dtype=object)
        place = np.full(len(frame), np.nan)
        for code, cuts in self.quantiles.items():
            held = (currency == code) & np.isfinite(amount)
            place[held] = np.interp(amount[held], cuts, np.linspace(0.0, 1.0, len(cuts)))
        return frame.assign(capex=place)
