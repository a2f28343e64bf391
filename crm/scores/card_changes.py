"""What one version of the scorecard changed in another."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm.scores.scorecards import OPEN_STAGES, Content, condition_of
from models.stage import StageCode


class CardChange(enum.StrEnum):
    """What was done to a line of the card."""

    ADDED = "added"
    REMOVED = "removed"
    POINTS = "points"
    REASON = "reason"
    CHANCE = "chance"


@dataclass(frozen=True, slots=True)
class Changed:
    """One line that differs: a stage with its chances, or a rule with its points."""

    kind: CardChange
    stage: StageCode | None = None
    rule: Mapping[str, Any] | None = None
    before: float | None = None
    after: float | None = None


def changes_between(before: Content, after: Content) -> list[Changed]:
    """What the later card says otherwise than the earlier one."""
    found = [
        Changed(CardChange.CHANCE, stage=stage, before=old, after=new)
        for stage in OPEN_STAGES
        if (old := before["stages"][stage.value]) != (new := after["stages"][stage.value])
    ]
    old_rules = list(before["rules"])
    for rule in after["rules"]:
        about = condition_of(rule)
        known = next((item for item in old_rules if condition_of(item) == about), None)
        if known is None:
            found.append(Changed(CardChange.ADDED, rule=rule, after=rule["points"]))
            continue
        old_rules.remove(known)
        if known["points"] != rule["points"]:
            found.append(
                Changed(CardChange.POINTS, rule=rule, before=known["points"], after=rule["points"])
            )
        elif known["reason"] != rule["reason"]:
            found.append(Changed(CardChange.REASON, rule=rule))
    found += [Changed(CardChange.REMOVED, rule=rule, before=rule["points"]) for rule in old_rules]
    return found
