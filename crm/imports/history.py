"""The past of a lead as files tell it, made into revisions on the lead's one time axis.

Pure: rows and what is on file in, rows out. What the office did since stays where it happened.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from crm.imports.lead_rows import LeadRow
from crm.imports.look_ups import Known
from crm.imports.losses import classify_reason
from crm.imports.stage_rows import StageRow
from crm.leads.plan import PastEvent, past_revisions
from models.lead import REPORTABLE, Change, LossReason
from models.stage import STAGES, StageCode, Status
from models.user import Actor

IdOf = Callable[[Known | None], int | None]

# What telling the past anew writes on a lead.
STATE_COLUMNS = (
    "stage",
    "status",
    "stage_since",
    "status_reason",
    "lost_reason",
    "lost_to",
    "closed_on",
    "first_contact_on",
    "first_contact_precision",
    "first_contact_as_printed",
    "last_contact_on",
    "changed_at",
    "version",
)

_TOLD = ("happened_on", "is_day_unknown", "stage", "status", "change", "reason", "lost_to")
_STAGED = (Change.OPENED, Change.MOVED, Change.ANNOUNCED)


@dataclass(frozen=True, slots=True)
class PastMove:
    """Something that happened to a lead, and who did it where the file says so.

    `on` is None where nobody knows the day.
    """

    on: date | None
    stage: StageCode | None = None
    status: Status | None = None
    reason: str | None = None
    lost_to: str | None = None
    loss_reason: LossReason | None = None
    by: str | None = None
    by_id: Known | None = None

    @property
    def order(self) -> tuple[bool, date, int]:
        """Days in order, unknown ones last; on one day the stages in order, an end after them."""
        position = self.stage.position if self.stage else len(STAGES) + 1
        return self.on is None, self.on or date.max, position

    @property
    def event(self) -> PastEvent:
        """The same for the plan of a lead's history."""
        return PastEvent(
            self.on, self.stage, self.status, self.reason, self.lost_to, self.loss_reason
        )


def moves_of_lead_row(row: LeadRow) -> list[PastMove]:
    """First contact, present stage and end, as one row of a leads file tells them.

    A month or a year stands for its first day, so that a later move may seem to come first: it
    then counts on the day of the one before it. An end of known day bounds a stage of unknown day.
    """
    first = row.first_contact_on.on
    stage = row.stage or StageCode.FIRST_CONTACT
    is_ended = row.status not in (None, Status.ACTIVE)
    closed = max(row.closed_on.on, first) if row.closed_on else None
    moves = [PastMove(first, StageCode.FIRST_CONTACT)]
    if stage is not StageCode.FIRST_CONTACT:
        since = max(row.stage_since.on, first) if row.stage_since else None
        if is_ended and since is None:
            since = closed
        elif since is not None and closed is not None:
            closed = max(closed, since)
        moves.append(PastMove(since, stage))
    if is_ended:
        moves.append(
            PastMove(
                closed,
                status=row.status,
                reason=row.reason,
                lost_to=row.lost_to,
                loss_reason=row.loss_reason,
            )
        )
    return moves


def move_of_stage_row(row: StageRow) -> PastMove:
    """What one row of a stage-change file tells."""
    return PastMove(
        row.happened_on.on,
        row.stage,
        row.status,
        row.reason,
        row.lost_to,
        row.loss_reason,
        row.by,
    )


def moves_of_revisions(revisions: Sequence[dict[str, Any]]) -> list[PastMove]:
    """The moves that revisions on file tell."""
    moves = []
    status = Status.ACTIVE
    for revision in revisions:
        is_staged = revision["change"] in _STAGED
        # A stage after an end or a hold brings the lead back by itself.
        is_turned = revision["status"] is not status and not (
            is_staged and revision["status"] is Status.ACTIVE
        )
        status = revision["status"]
        reason, lost_to = revision["reason"], revision["lost_to"]
        moves.append(
            PastMove(
                None if revision["is_day_unknown"] else revision["happened_on"],
                revision["stage"] if is_staged else None,
                status if is_turned else None,
                reason,
                lost_to,
                _why(revision) if status is Status.LOST else None,
                by=revision["actor_name"],
                by_id=revision["actor_id"],
            )
        )
    return moves


def _why(revision: dict[str, Any]) -> LossReason | None:
    return revision["lost_reason"] or classify_reason(revision["reason"] or "", revision["lost_to"])


def state_after(moves: Sequence[PastMove]) -> tuple[StageCode, Status]:
    """Where moves lead to: a stage after an end or a hold brings the lead back."""
    stage, status = StageCode.FIRST_CONTACT, Status.ACTIVE
    for move in sorted(moves, key=lambda move: move.order):
        if move.stage is not None:
            stage, status = move.stage, Status.ACTIVE
        status = move.status or status
    return stage, status


def correct(told: Sequence[PastMove], by_row: Sequence[PastMove]) -> list[PastMove]:
    """The history on file with what a lead's row says of its beginning and its present.

    What was told of the time in between stays.
    """
    first, *present = by_row
    ends = [move for move in present if move.stage is None]
    stages = [move for move in present if move.stage is not None]
    reached = stages[0] if stages else first
    known: dict[tuple[date | None, StageCode | None], PastMove] = {
        (move.on, move.stage): move for move in told if move.stage is not None
    }
    later = told[1:] if told and told[0].stage is StageCode.FIRST_CONTACT else told
    staged = [move for move in later if move.stage is not None]
    # The present stage on another day than on file is the same move, corrected.
    moved = staged[-1] if staged and staged[-1].stage is reached.stage else None
    between = [
        move
        for move in later
        if move is not moved and move.on is not None and first.order <= move.order < reached.order
    ]
    kept = [known.get((move.on, move.stage), move) for move in (first, *stages)]
    return sorted([kept[0], *between, *kept[1:], *ends], key=lambda move: move.order)


@dataclass(frozen=True, slots=True)
class Retold:
    """A lead's revisions after its past was told anew, and the columns they lead up to.

    Revisions that were on file keep their `id`.
    """

    revisions: list[dict[str, Any]]
    state: dict[str, Any]


def retell(
    base: dict[str, Any],
    moves: Sequence[PastMove],
    live: Sequence[dict[str, Any]],
    *,
    id_of: IdOf,
    actor: Actor,
    now: datetime,
    zone_name: str,
    batch_id: int | None,
) -> Retold:
    """The revisions of a lead whose imported past is `moves` and whose own ones are `live`.

    `base` holds the reportable fields before the first live revision. A live revision keeps its
    moment and its fields; its stage and status follow from the past told.
    """
    ordered = sorted(moves, key=lambda move: move.order)
    told = past_revisions(
        base,
        [move.event for move in ordered],
        actor=actor,
        now=now,
        zone_name=zone_name,
        batch_id=batch_id,
    )
    for revision, move in zip(told.revisions, ordered, strict=True):
        if move.by is not None:
            revision["actor_name"] = move.by
            revision["actor_id"] = id_of(move.by_id)
    return Retold(_interleave(base, told.revisions, live), told.state)


def is_told(
    base: dict[str, Any],
    moves: Sequence[PastMove],
    imported: Sequence[dict[str, Any]],
    *,
    actor: Actor,
    now: datetime,
    zone_name: str,
) -> bool:
    """Whether the revisions on file tell these moves already.

    Who did a move counts only where the file names somebody.
    """
    ordered = sorted(moves, key=lambda move: move.order)
    events = [move.event for move in ordered]
    told = past_revisions(
        base, events, actor=actor, now=now, zone_name=zone_name, batch_id=None
    ).revisions
    return len(told) == len(imported) and all(
        all(new[name] == old[name] for name in _TOLD) and move.by in (None, old["actor_name"])
        for new, old, move in zip(told, imported, ordered, strict=True)
    )


def _interleave(
    base: dict[str, Any], past: list[dict[str, Any]], live: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    fields = [name for name in REPORTABLE if name not in ("stage", "status")]
    # Sorting is stable: on one moment the past told comes before what the office wrote.
    merged = sorted([*past, *map(dict, live)], key=lambda revision: revision["valid_from"])
    known = {name: base[name] for name in fields}
    stage, status = StageCode.FIRST_CONTACT, Status.ACTIVE
    told = {id(revision) for revision in past}
    for number, revision in enumerate(merged, start=1):
        if id(revision) in told:
            stage, status = revision["stage"], revision["status"]
            revision.update(known)
        else:
            known = {name: revision[name] for name in fields}
            revision.update(stage=stage, status=status)
        revision["sequence"] = number
        revision["valid_to"] = None
        if number > 1:
            merged[number - 2]["valid_to"] = revision["valid_from"]
    return merged
