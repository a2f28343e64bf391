"""What a stage-change file will do: the imported past of leads told anew, and moves of today."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from crm.imports.history import (
    PastMove,
    is_told,
    move_of_stage_row,
    moves_of_revisions,
    state_after,
)
from crm.imports.lead_moves import base_of
from crm.imports.leads_on_file import (
    LeadFacts,
    imported_of,
    load_by_reference,
    load_revisions,
)
from crm.imports.live_moves import MoveCheck, StageWord
from crm.imports.look_ups import ListKind
from crm.imports.plan import ImportPlan, LiveMove, PastChange, Update
from crm.imports.stage_rows import StageRow
from crm.imports.text import plain
from crm.timezones import today
from models.errors import N_
from models.measure import StatedDate
from models.stage import StageCode, Status

_UNKNOWN = N_("There is no lead with the reference “%(ref)s”. Import the leads first.")
_SEVERAL = N_("Several leads on file bear the reference “%(ref)s”. Change them on their pages.")
_OLDER = N_("The lead has moved on in the product since: this older change is left out.")
_END_KEPT = N_("The file does not tell how this lead ended: its end on file stays.")
_STAGE_DIFFERS = N_("The file's last stage is “%(stage)s”; on file the lead had come to “%(was)s”.")


def plan_stages(session: Session, plan: ImportPlan, rows: Sequence[StageRow]) -> None:
    """Fill in the plan: the rows of each lead together tell its past, or what it does today."""
    leads = load_by_reference(session, {row.ref for row in rows})
    rows_by_lead: dict[int, list[StageRow]] = {}
    found: dict[int, LeadFacts] = {}
    for row in rows:
        meant = leads.get(plain(row.ref), [])
        if len(meant) != 1:
            message = _SEVERAL if meant else _UNKNOWN
            plan.problems.append(plan.reading.problem(row.number, "ref", message, ref=row.ref))
            continue
        found[meant[0]["id"]] = meant[0]
        rows_by_lead.setdefault(meant[0]["id"], []).append(row)
    revisions = load_revisions(session, list(found))
    for lead_id, told in rows_by_lead.items():
        plan.updates.append(_update(plan, found[lead_id], told, revisions[lead_id]))
    _check_moves(session, plan)


def _update(
    plan: ImportPlan,
    lead: LeadFacts,
    rows: Sequence[StageRow],
    revisions: Sequence[dict[str, Any]],
) -> Update:
    """One lead's rows: sorted by day, those of the past are history, the others moves of today."""
    update = Update(sorted(row.number for row in rows), lead)
    known = _known_changes(plan, revisions)
    if lead["was_moved"]:
        _add_moves(plan, update, rows, known)
    else:
        day = plan.reading.today
        past = [row for row in rows if row.happened_on.on < day or _change(row) in known]
        live = [row for row in rows if row not in past]
        if past:
            _retell(plan, update, past, revisions)
        _add_moves(plan, update, live, set())
    return update


def _retell(
    plan: ImportPlan,
    update: Update,
    rows: Sequence[StageRow],
    revisions: Sequence[dict[str, Any]],
) -> None:
    lead, reading = update.lead, plan.reading
    imported = imported_of(revisions)
    told = moves_of_revisions(imported)
    moves = [move_of_stage_row(row) for row in rows]
    moves = _with_known_words(moves, told)
    moves = _with_first_contact(moves, lead)
    moves += _kept_end(plan, update, moves, told)
    _note_stage(plan, update, moves, rows)
    base = base_of(revisions)
    first_contact = _earlier_first_contact(rows, lead)
    if first_contact is None and is_told(
        base,
        moves,
        imported,
        actor=reading.actor,
        now=reading.now,
        zone_name=reading.zone_name,
    ):
        return
    named = [
        replace(move, by_id=plan.look_ups.find(ListKind.OWNERS, move.by))
        if move.by_id is None
        else move
        for move in moves
    ]
    update.past = PastChange(base, tuple(named), tuple(revisions), first_contact)
    update.used_rows.update(row.number for row in rows)


def _with_known_words(moves: Sequence[PastMove], told: Sequence[PastMove]) -> list[PastMove]:
    """The moves of the file; one without a reason keeps the reason that is on file for its end."""
    reasons = {move.status: move for move in told if move.status is not None}
    return [
        replace(
            move,
            reason=reasons[move.status].reason,
            lost_to=reasons[move.status].lost_to,
            loss_reason=reasons[move.status].loss_reason,
        )
        if move.status in reasons and move.reason is None and move.lost_to is None
        else move
        for move in moves
    ]


def _with_first_contact(moves: Sequence[PastMove], lead: LeadFacts) -> list[PastMove]:
    """The moves, begun with the first contact on file where the file begins later."""
    first = min(moves, key=lambda move: move.order)
    begun = lead["first_contact_on"]
    if first.stage is StageCode.FIRST_CONTACT or begun is None or begun > (first.on or begun):
        return list(moves)
    return [PastMove(begun, StageCode.FIRST_CONTACT), *moves]


def _kept_end(
    plan: ImportPlan, update: Update, moves: Sequence[PastMove], told: Sequence[PastMove]
) -> list[PastMove]:
    """The end on file of a lead about whose end the file says nothing at all.

    An end is not taken back by a list of stages; a stage that is later than it takes it back.
    """
    if not told or any(move.status is not None for move in moves):
        return []
    end = told[-1]
    last = max(moves, key=lambda move: move.order)
    if end.status in (None, Status.ACTIVE) or end.order < last.order:
        return []
    plan.notices.append(plan.reading.notice(update.rows[-1], "stage", _END_KEPT))
    return [replace(end, stage=None)]


def _note_stage(
    plan: ImportPlan, update: Update, moves: Sequence[PastMove], rows: Sequence[StageRow]
) -> None:
    """Say where the file ends below the stage that was on file: it counts, and is worth a look."""
    staged = [move for move in moves if move.stage is not None]
    last = max(staged, key=lambda move: move.order).stage if staged else None
    was = update.lead["stage"]
    if last is not None and last.position < was.position:
        plan.notices.append(
            plan.reading.notice(
                update.rows[-1],
                "stage",
                _STAGE_DIFFERS,
                stage=StageWord(last, {row.stage: row.written for row in rows}.get(last)),
                was=StageWord(was),
            )
        )


def _earlier_first_contact(rows: Iterable[StageRow], lead: LeadFacts) -> StatedDate | None:
    first = min((row.happened_on for row in rows), key=lambda stated: stated.on)
    known = lead["first_contact_on"]
    return first if known is None or first.on < known else None


def _known_changes(
    plan: ImportPlan, revisions: Sequence[dict[str, Any]]
) -> set[tuple[StageCode | Status | None, date]]:
    """Each stage and status that the lead came to, with the day it came there."""
    zone_name = plan.reading.zone_name
    known: set[tuple[StageCode | Status | None, date]] = set()
    stage = status = None
    for revision in revisions:
        if revision["is_day_unknown"]:
            stage, status = revision["stage"], revision["status"]
            continue
        days = {revision["happened_on"], today(revision["valid_from"], zone_name)} - {None}
        if revision["stage"] is not stage:
            known.update((revision["stage"], day) for day in days)
        if revision["status"] is not status:
            known.update((revision["status"], day) for day in days)
        stage, status = revision["stage"], revision["status"]
    return known


def _change(row: StageRow) -> tuple[StageCode | Status | None, date]:
    return row.stage or row.status, row.happened_on.on


def _add_moves(
    plan: ImportPlan,
    update: Update,
    rows: Iterable[StageRow],
    known: set[tuple[StageCode | Status | None, date]],
) -> None:
    """Moves of today, for the rows that are newer than all that is in the lead's history."""
    latest = max((day for _what, day in known), default=date.min)
    for row in rows:
        if _change(row) in known:
            continue
        if row.happened_on.on < latest:
            plan.notices.append(plan.reading.notice(row.number, "stage", _OLDER))
            continue
        update.moves.append(
            LiveMove(
                row.number,
                row.stage,
                row.status,
                row.happened_on.on,
                row.reason,
                row.lost_to,
                row.loss_reason,
                written=row.written,
            )
        )
        update.used_rows.add(row.number)


def _check_moves(session: Session, plan: ImportPlan) -> None:
    moving = [update for update in plan.updates if update.moves]
    if not moving:
        return
    check = MoveCheck(session, [update.lead["id"] for update in moving], plan.reading)
    for update in moving:
        changed: dict[str, Any] = {}
        if update.past is not None:
            changed["stage"], changed["status"] = state_after(update.past.moves)
        plan.problems.extend(check.problems(update.lead, changed, update.moves))
