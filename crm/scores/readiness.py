"""What a learned chance needs, and how far the office is: the checklist of the model page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from crm.scores.figures import gain
from crm.web.formatting import count
from models.score import Basis, ModelVersion

CLOSED_NEEDED, ANNOUNCED_NEEDED = 30, 5


@dataclass(frozen=True, slots=True)
class Check:
    """A condition for a learned chance: met, not met, or (None) not to be judged yet."""

    is_met: bool | None
    text: str
    figures: str = ""


def checklist(version: ModelVersion) -> list[Check]:
    """What a learned chance needs, and how far the office is."""
    listed = version.metrics.get("readiness") or _older_readiness(version)
    return [_check(item) for item in listed]


def _check(item: Mapping[str, Any]) -> Check:
    code, figure, needed = item["code"], item.get("figure"), item.get("needed")
    counts = {"figure": count(int(figure or 0)), "needed": count(int(needed or 0))}
    texts = {
        "enough_closed": _("Closed leads: %(figure)s, needed: %(needed)s", **counts),
        "enough_announced": _("Announced leads: %(figure)s, needed: %(needed)s", **counts),
        "forward_possible": _(
            "Leads to test it on later time: %(figure)s, needed: %(needed)s", **counts
        ),
        "beats_base_rate": _("On later time it says more than the office's own rate, beyond luck"),
        "not_worse_lately": _("It is no worse than that on the newest fifth of the leads"),
    }
    figures = ""
    if code not in ("enough_closed", "enough_announced", "forward_possible") and figure is not None:
        figures = gain(figure, item.get("error"))
    return Check(item.get("is_met"), texts.get(code, str(code)), figures)


def _older_readiness(version: ModelVersion) -> list[dict[str, Any]]:
    test = version.metrics.get("forward") or {}
    closed, announced = version.closed_count, version.announced_count
    listed = [
        ("enough_closed", closed, CLOSED_NEEDED, None),
        ("enough_announced", announced, ANNOUNCED_NEEDED, None),
    ]
    checks: list[dict[str, Any]] = [
        {"code": code, "is_met": figure >= needed, "figure": figure, "needed": needed}
        for code, figure, needed, _error in listed
    ]
    whole = test.get("all") or {}
    if whole.get("gain") is not None:
        checks.append(
            {
                "code": "beats_base_rate",
                "is_met": version.basis is Basis.MODEL,
                "figure": whole["gain"],
                "error": whole.get("gain_error"),
            }
        )
    return checks
