"""What the chances in a report rest on, in a line that goes with every page and file of it."""

from flask_babel import gettext as _

from crm.reports.forecast import ForecastReport
from crm.reports.likelihoods import Likelihoods, behind_outlook, behind_weights
from crm.reports.phrases import listed
from crm.reports.pipeline import PipelineReport
from crm.web.formatting import count, day


def pipeline_likelihoods(report: PipelineReport) -> str:
    """Of the weighted sums."""
    return likelihoods_text(behind_weights(report.now.weights))


def forecast_likelihoods(report: ForecastReport) -> str:
    """Of what is to be expected; empty where nothing is."""
    found = None if report.outlook is None else behind_outlook(report.outlook)
    return "" if found is None else likelihoods_text(found)


def likelihoods_text(found: Likelihoods) -> str:
    """The model with its version and day, the office's own rate, the scorecard: what there is."""
    parts = []
    if found.has_model:
        parts.append(_model(found))
    if found.has_rate:
        parts.append(_rate(found))
    if found.has_scorecard:
        parts.append(_scorecard(found))
    return listed(parts)


def _model(found: Likelihoods) -> str:
    if found.model_number is None:
        if found.model_on is None:
            return _("the model")
        return _("learned from what was known on %(day)s", day=day(found.model_on))
    number = count(found.model_number)
    if found.model_on is None:
        return _("model version %(number)s", number=number)
    return _("model version %(number)s of %(day)s", number=number, day=day(found.model_on))


def _rate(found: Likelihoods) -> str:
    if found.model_number is None or found.model_on is None or found.has_model:
        return _("the office's own rate")
    return _(
        "the office's own rate, version %(number)s of %(day)s",
        number=count(found.model_number),
        day=day(found.model_on),
    )


def _scorecard(found: Likelihoods) -> str:
    if found.scorecard_number is None:
        return _("the scorecard that ships") if found.is_shipped else _("the scorecard")
    number = count(found.scorecard_number)
    if found.scorecard_on is None:
        return _("scorecard version %(number)s", number=number)
    return _("scorecard version %(number)s of %(day)s", number=number, day=day(found.scorecard_on))
