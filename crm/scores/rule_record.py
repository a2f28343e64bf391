"""What closed leads say of a rule, as the last training counted it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from crm.scores.scorecards import Content, condition_of
from models.score import ModelVersion

# A share of fewer leads is an anecdote.
FEWEST = 8


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """How the leads of which a rule was so ended, beside all closed leads of the office.

    `agrees` says whether they ended the way the points point: None where it cannot be told.
    """

    closed_count: int
    announced_count: int
    office_closed_count: int
    office_announced_count: int
    agrees: bool | None

    @property
    def is_few(self) -> bool:
        """Whether there are too few to say anything."""
        return self.closed_count < FEWEST


def records_of(version: ModelVersion | None, content: Content) -> Sequence[RuleRecord | None]:
    """One record a rule of the card, in order; None for a rule that no training has counted."""
    counted = (version.metrics.get("rules") or ()) if version else ()
    return [
        next((_record(item, rule["points"]) for item in counted if item["about"] == about), None)
        for rule in content["rules"]
        for about in [condition_of(rule)]
    ]


def _record(item: Content, points: int) -> RuleRecord:
    closed, announced = int(item["closed_count"]), int(item["announced_count"])
    of_all, won = int(item["office_closed_count"]), int(item["office_announced_count"])
    agrees = _agrees(closed, announced, of_all, won, points=points)
    return RuleRecord(closed, announced, of_all, won, agrees)


def _agrees(closed: int, announced: int, of_all: int, won: int, *, points: int) -> bool | None:
    """Whether they ended the way the points point, by more than two standard errors of luck."""
    if closed < FEWEST or not of_all or not points:
        return None
    usual = won / of_all
    error = math.sqrt(usual * (1 - usual) / closed)
    apart = announced / closed - usual
    if error == 0 or abs(apart) <= 2 * error:
        return None
    return (apart > 0) is (points > 0)
