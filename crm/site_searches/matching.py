"""Which properties answer what a project asks for. Pure: what is unknown is never taken to fit."""

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

# What falls short by a tenth is worth a word with the client; what falls shorter is not.
NEARLY = 0.9
MEASURES = ("land_m2", "building_m2", "power_kw")


class Fit(enum.StrEnum):
    """How one measure of a property answers what is asked."""

    FITS = "fits"
    NEARLY = "nearly"
    SHORT = "short"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class MeasureFit:
    """One measure that is asked for: how much, how much there is, and how that answers it."""

    name: str
    asked: float
    has: float | None
    fit: Fit


@dataclass(frozen=True, slots=True)
class Match:
    """A property, and how each measure that is asked for stands there."""

    offered: Any
    measures: tuple[MeasureFit, ...]

    def count(self, fit: Fit) -> int:
        """How many measures stand so."""
        return sum(measure.fit is fit for measure in self.measures)

    @property
    def excess(self) -> float:
        """How much larger than asked it is, over all measures that are known: 0 is a glove."""
        return sum(
            measure.has / measure.asked - 1
            for measure in self.measures
            if measure.has is not None and measure.has > measure.asked
        )


def fit_of(asked: float, has: float | None) -> Fit:
    """How a measure answers what is asked."""
    if has is None:
        return Fit.UNKNOWN
    if has >= asked:
        return Fit.FITS
    return Fit.NEARLY if has >= asked * NEARLY else Fit.SHORT


def match(asked: Any, offered: Any) -> Match:
    """How a property answers a search; only what is asked for is compared."""
    return Match(
        offered,
        tuple(
            MeasureFit(name, wanted, getattr(offered, name), fit_of(wanted, getattr(offered, name)))
            for name in MEASURES
            if (wanted := getattr(asked, name))
        ),
    )


def rank(asked: Any, properties: Iterable[Any]) -> Sequence[Match]:
    """Those that can answer it: all known to fit first, then the unknown, then the nearly so."""
    found = [one for item in properties if not (one := match(asked, item)).count(Fit.SHORT)]
    return sorted(
        found,
        key=lambda one: (
            one.count(Fit.NEARLY),
            one.count(Fit.UNKNOWN),
            one.excess,
            one.offered.name,
        ),
    )
