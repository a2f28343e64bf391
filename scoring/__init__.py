"""Scoring of leads: features as of a date, a shrunk additive model, exact reasons, honest tests.

The package loads lazily: `import scoring` alone costs nothing, so that a web process that only
shows stored scores never pays for scikit-learn and pandas.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scoring.evidence import EvidenceLogistic as EvidenceLogistic
    from scoring.histories import Histories as Histories
    from scoring.lead_model import LeadModel as LeadModel
    from scoring.prediction import Prediction as Prediction
    from scoring.prediction import Reason as Reason
    from scoring.registry import InvalidArtefactError as InvalidArtefactError
    from scoring.scorecard import Scorecard as Scorecard
    from scoring.succession import Verdict as Verdict
    from scoring.succession import is_not_worse as is_not_worse
    from scoring.timing import Timing as Timing
    from scoring.trained import TrainedModel as TrainedModel
    from scoring.training import train as train

_HOMES = {
    "EvidenceLogistic": "scoring.evidence",
    "Histories": "scoring.histories",
    "InvalidArtefactError": "scoring.registry",
    "LeadModel": "scoring.lead_model",
    "Prediction": "scoring.prediction",
    "Reason": "scoring.prediction",
    "Scorecard": "scoring.scorecard",
    "Timing": "scoring.timing",
    "TrainedModel": "scoring.trained",
    "Verdict": "scoring.succession",
    "is_not_worse": "scoring.succession",
    "train": "scoring.training",
}

__all__ = [
    "EvidenceLogistic",
    "Histories",
    "InvalidArtefactError",
    "LeadModel",
    "Prediction",
    "Reason",
    "Scorecard",
    "Timing",
    "TrainedModel",
    "Verdict",
    "is_not_worse",
    "train",
]


def __getattr__(name: str) -> Any:
    """Import the module that holds a public name when the name is first asked for (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'scoring' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
