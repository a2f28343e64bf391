"""A chance as one word. The bounds are those that practitioners report of project leads: about a
tenth is announced on average, a fifth at the best offices; three tenths stands well above both.
"""

import enum

MEDIUM_FROM = 0.10
HIGH_FROM = 0.30


class Band(enum.StrEnum):
    """How a chance reads."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


# From (inclusive) and below (exclusive), for filters.
BOUNDS: dict[Band, tuple[float, float]] = {
    Band.LOW: (0.0, MEDIUM_FROM),
    Band.MEDIUM: (MEDIUM_FROM, HIGH_FROM),
    Band.HIGH: (HIGH_FROM, 1.01),
}


def band(probability: float) -> Band:
    """The word for a chance of ever being announced."""
    if probability < MEDIUM_FROM:
        return Band.LOW
    return Band.MEDIUM if probability < HIGH_FROM else Band.HIGH
