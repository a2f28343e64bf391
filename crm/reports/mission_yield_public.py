"""What missions brought, as it may be published. Pure.

A mission is told by its days and countries: its name may be that of whom it visits. What is fewer
than three has no number, nor has what it could be worked out from.
"""

from dataclasses import replace
from itertools import pairwise

from crm.reports.mission_yield import Advance, LeadYield, MissionLine, Yield
from crm.reports.withholding import is_few, is_share_few


def publish_yield(found: Yield) -> Yield:
    """The missions as they may be published."""
    return replace(found, missions=tuple(_mission(line) for line in found.missions), is_public=True)


def _mission(line: MissionLine) -> MissionLine:
    meetings, undated = line.meeting_count or 0, line.undated_count or 0
    promises, due, kept = line.promise_count or 0, line.due_count or 0, line.kept_count or 0
    # Each is a part of the one before it.
    has_promises = not any(
        is_few(number) for number in (promises, promises - due, due, due - kept, kept)
    )
    counts = {
        "meeting_count": meetings,
        "talk_count": line.talk_count,
        "organization_count": line.organization_count,
        "promise_count": promises,
        "due_count": due,
        "kept_count": kept,
    }
    return replace(
        line,
        name="",
        as_printed=None,
        meeting_count=_shown(meetings),
        undated_count=None if is_share_few(undated, meetings) else undated,
        uncounted_count=0,
        talk_count=_shown(line.talk_count),
        organization_count=_shown(line.organization_count),
        leads=tuple(_leads(one) for one in line.leads),
        undated_lead_count=0 if is_few(line.undated_lead_count) else line.undated_lead_count,
        promise_count=promises if has_promises else None,
        due_count=due if has_promises else None,
        kept_count=kept if has_promises else None,
        few=tuple(name for name, number in counts.items() if is_few(number)),
    )


def _leads(one: LeadYield) -> LeadYield:
    met, new, qualified = one.met_count or 0, one.new_count or 0, one.qualified_count or 0
    # Who gained a stage within 90 days has within 180.
    steps = [0, *(step.advanced_count or 0 for step in one.advances), met]
    has_advances = not any(is_few(after - before) for before, after in pairwise(steps))
    counts = {"met_count": met, "new_count": new, "qualified_count": qualified}
    return replace(
        one,
        met_count=_shown(met),
        new_count=_shown(new),
        qualified_count=None if is_share_few(qualified, met + new) else qualified,
        advances=tuple(
            step if has_advances else Advance(step.days, None, step.is_early)
            for step in one.advances
        ),
        few=tuple(name for name, number in counts.items() if is_few(number)),
    )


def _shown(number: int | None) -> int | None:
    return None if is_few(number) else number
