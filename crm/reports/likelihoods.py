"""What the chances in a report rest on, so that a figure can be told from one of a later model."""

from dataclasses import dataclass
from datetime import date

from crm.reports.forecast import Outlook
from crm.reports.pipeline import Weights


@dataclass(frozen=True, slots=True)
class Likelihoods:
    """What gave the chances: a model, the office's own rate, the scorecard, or several of them.

    `model_number` is the version of the model or of the rate, and `model_on` the day it was
    trained; without a number, what was known on that day was learned from. `scorecard_number` is
    the version of the scorecard as of the report's day, saved on `scorecard_on`; None of the one
    that ships, and where leads were rated one by one.
    """

    has_model: bool = False
    has_rate: bool = False
    has_scorecard: bool = False
    model_number: int | None = None
    model_on: date | None = None
    scorecard_number: int | None = None
    scorecard_on: date | None = None
    is_shipped: bool = False


def behind_weights(weights: Weights) -> Likelihoods:
    """What weighs a pipeline."""
    return Likelihoods(
        has_scorecard=True,
        scorecard_number=weights.scorecard_number,
        scorecard_on=weights.scorecard_on,
        is_shipped=weights.scorecard_number is None,
    )


def behind_outlook(outlook: Outlook) -> Likelihoods | None:
    """What a forecast is made of; None where no lead has a chance.

    A count that is not printed in public is not nothing.
    """
    if not outlook.is_said:
        return None
    has_model, has_rate = outlook.learned_count != 0, outlook.rate_count != 0
    is_kept = outlook.model_number is None
    return Likelihoods(
        has_model=has_model,
        has_rate=has_rate,
        has_scorecard=outlook.starting_count != 0,
        model_number=outlook.model_number,
        model_on=outlook.day if is_kept else outlook.model_on,
    )
