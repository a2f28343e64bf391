"""Commands on scores, by the names that other rooms call them.

Training, publishing and scoring each have a module of their own.
"""

from crm.scores.serving import (
    is_open,
    is_stale,
    load_names,
    open_lead_ids,
    plain_reasons,
    refresh,
    rescore,
)
from crm.scores.training import train, train_if_useful
from crm.scores.versions import publish, roll_back

__all__ = [
    "is_open",
    "is_stale",
    "load_names",
    "open_lead_ids",
    "plain_reasons",
    "publish",
    "refresh",
    "rescore",
    "roll_back",
    "train",
    "train_if_useful",
]
