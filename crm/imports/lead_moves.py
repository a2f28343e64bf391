"""Whether a row moves its lead, and how: the past told anew, or a move of today.

A past change of a lead that never moved in the product is history. Any other change is a move
today. A row that is older than what the office did since moves nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from crm.imports.dates import last_day
from crm.imports.history import correct, moves_of_lead_row, moves_of_revisions
from crm.imports.lead_rows import LeadRow
from crm.imports.leads_on_file import LeadFacts, imported_of
from crm.imports.plan import LiveMove, PastChange, Reading
from crm.imports.problems import Notice
from models.errors import N_
from models.lead import REPORTABLE
from models.measure import Precision, StatedDate
from models.stage import StageCode, Status

_OLDER = N_("The lead has moved on in the product since: its stage and status stay as they are.")


def with_known_days(row: LeadRow, lead: LeadFacts) -> LeadRow:
    """The row with the days on file where it only gives the month or year that they lie in.

    Saying the same less exactly is no change.
    """
    days = {
        "first_contact_on": _finer(
            row.first_contact_on, lead["first_contact_on"], lead["first_contact_precision"]
        ),
        "target_on": _finer(row.target_on, lead["target_on"], lead["target_precision"]),
    }
    if row.stage in (None, lead["stage"]):
        days["stage_since"] = _finer(row.stage_since, lead["stage_since"])
    if row.status in (None, lead["status"]):
        days["closed_on"] = _finer(row.closed_on, lead["closed_on"])
    known: dict[str, Any] = {name: day for name, day in days.items() if day is not None}
    return replace(row, **known) if known else row


def _finer(
    stated: StatedDate | None, known: date | None, precision: Precision | None = Precision.DAY
) -> StatedDate | None:
    """The day on file, where a date of a month or a year contains it."""
    if stated is None or known is None or stated.precision is Precision.DAY:
        return None
    if precision is stated.precision or not stated.on <= known <= last_day(stated):
        return None
    return StatedDate(known, precision or Precision.DAY)


def corrects_past(row: LeadRow, lead: LeadFacts, today: date) -> bool:
    """Whether what the row says of stage, status and their days is history, and new."""
    if lead["was_moved"]:
        return False
    since = _since(row)
    closed = row.closed_on.on if row.closed_on else None
    if row.stage not in (None, lead["stage"]):
        return since is not None and since < today and (closed is None or closed < today)
    if row.status not in (None, lead["status"]):
        return not _is_active(row) and closed is not None and closed < today
    return _dates_differ(row, lead)


def past_change(row: LeadRow, lead: LeadFacts, revisions: Sequence[dict[str, Any]]) -> PastChange:
    """The lead's past with what the row says of its beginning, its present stage and its end."""
    imported = imported_of(revisions)
    known = StatedDate(lead["stage_since"]) if lead["stage_since"] else None
    stage = row.stage or lead["stage"]
    told = LeadRow(
        row.number,
        row.first_contact_on,
        stage=stage,
        stage_since=row.stage_since or (known if stage is lead["stage"] else None),
        status=row.status or lead["status"],
        closed_on=row.closed_on or _stated(lead["closed_on"]),
        reason=row.reason or lead["status_reason"],
        lost_to=row.lost_to or lead["lost_to"],
        loss_reason=row.loss_reason or lead["lost_reason"],
    )
    moves = correct(moves_of_revisions(imported), moves_of_lead_row(told))
    return PastChange(
        base_of(revisions),
        tuple(moves),
        tuple(revisions),
        row.first_contact_on if _first_differs(row, lead) else None,
    )


def base_of(revisions: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The reportable fields as they were known before the office changed any."""
    imported = imported_of(revisions)
    known = imported[-1] if imported else revisions[0]
    return {name: known[name] for name in (*REPORTABLE, "team_id")}


def live_moves(
    row: LeadRow, lead: LeadFacts, reading: Reading
) -> tuple[list[LiveMove], list[Notice]]:
    """The moves of today that a row asks for, and a word where it is out of date."""
    stage = row.stage if row.stage is not lead["stage"] else None
    status = row.status if row.status is not lead["status"] else None
    if stage is None and status is None:
        return [], []
    since = _since(row)
    if _is_older(row, lead, stage, status, since):
        column = "stage" if stage is not None else "status"
        return [], [reading.notice(row.number, column, _OLDER)]
    closed = row.closed_on.on if row.closed_on else None
    moves = []
    if stage is not None:
        moves.append(LiveMove(row.number, stage=stage, happened_on=since))
    if status is not None and (status is not Status.ACTIVE or not _resumes(lead, stage)):
        moves.append(
            LiveMove(
                row.number,
                status=status,
                happened_on=closed,
                reason=row.reason,
                lost_to=row.lost_to,
                loss_reason=row.loss_reason,
                hold_until=row.next_action_on.on if row.next_action_on else None,
            )
        )
    return moves, []


def _resumes(lead: LeadFacts, stage: StageCode | None) -> bool:
    """Whether moving the lead ends its hold by itself."""
    return stage is not None and lead["status"] is Status.ON_HOLD


def _is_older(
    row: LeadRow,
    lead: LeadFacts,
    stage: StageCode | None,
    status: Status | None,
    since: date | None,
) -> bool:
    """Whether the row tells of a time before what the product knows.

    A row without a day never takes back what the office did since.
    """
    if not lead["was_moved"]:
        return False
    if stage is not None:
        is_back = stage.position < lead["stage"].position
        if since is None or lead["stage_since"] is None:
            return is_back
        return since < lead["stage_since"] or (since == lead["stage_since"] and is_back)
    if status is Status.ACTIVE and not lead["status"].is_open:
        return since is not None and lead["closed_on"] is not None and since <= lead["closed_on"]
    return False


def _dates_differ(row: LeadRow, lead: LeadFacts) -> bool:
    """Whether the row gives another day, or another reason, for what is on file already."""
    if _first_differs(row, lead):
        return True
    since = _since(row)
    is_staged = (row.stage or lead["stage"]) is not StageCode.FIRST_CONTACT
    if is_staged and since is not None and since != lead["stage_since"]:
        return True
    if lead["status"] is Status.ACTIVE:
        return False
    closed = max(row.closed_on.on, since or row.closed_on.on) if row.closed_on else None
    if closed is not None and not lead["status"].is_open and closed != lead["closed_on"]:
        return True
    return row.reason is not None and row.reason != lead["status_reason"]


def _first_differs(row: LeadRow, lead: LeadFacts) -> bool:
    first = row.first_contact_on
    return (first.on, first.precision) != (
        lead["first_contact_on"],
        lead["first_contact_precision"] or Precision.DAY,
    )


def _since(row: LeadRow) -> date | None:
    return max(row.stage_since.on, row.first_contact_on.on) if row.stage_since else None


def _is_active(row: LeadRow) -> bool:
    return row.status is Status.ACTIVE


def _stated(day: date | None) -> StatedDate | None:
    return StatedDate(day) if day is not None else None
