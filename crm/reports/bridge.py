"""A bridge from one day to another, built from counted events. Pure.

A row says how many leads went from one state to another at once: the codes of both states, and
the sums of amounts and jobs before and after.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from crm.reports.movement import Amount, LossLine, Move, MoveLine, StagePassage
from models.lead import LossReason
from models.stage import StageCode, Status


def amounts_of(amounts: Counter[str | None], counts: Counter[str | None]) -> tuple[Amount, ...]:
    """The currencies in which anything was stated, in order, amounts without one last."""
    stated = sorted(
        (currency for currency, count in counts.items() if count),
        key=lambda code: (code is None, code or ""),
    )
    return tuple(Amount(currency, amounts[currency], counts[currency]) for currency in stated)


def _is_inside(selected: int | None, stage: StageCode, status: Status) -> bool:
    return bool(selected) and stage is not StageCode.ANNOUNCED and status.is_open


def move_of(row: Any) -> Move | None:
    """Which line of the bridge an event stands on; None where it is none but a new estimate."""
    is_inside = _is_inside(row.selected, row.stage, row.status)
    if row.stage_before is None:
        return Move.ENTERED
    if not _is_inside(row.selected_before, row.stage_before, row.status_before):
        if not row.selected_before:
            return Move.RECLASSIFIED_IN
        is_back = row.stage_before is StageCode.ANNOUNCED
        return Move.WITHDRAWN if is_back else Move.REOPENED
    if not is_inside:
        if not row.selected:
            return Move.RECLASSIFIED_OUT
        return _ENDS.get(row.status, Move.ANNOUNCED)
    if row.stage is not row.stage_before:
        further = row.stage.position > row.stage_before.position
        return Move.ADVANCED if further else Move.SLIPPED_BACK
    if row.status is not row.status_before:
        return Move.HELD if row.status is Status.ON_HOLD else Move.RESUMED
    return None


_ENDS = {
    Status.LOST: Move.LOST,
    Status.ABANDONED: Move.ABANDONED,
    Status.PASSED_ON: Move.PASSED_ON,
}


def sort_out(rows: Iterable[Any]) -> tuple[dict[Move, list[Any]], int]:
    """The events by their lines, those that may be new estimates also there; how many undated."""
    by_move: dict[Move, list[Any]] = {move: [] for move in Move}
    undated_count = 0
    for row in rows:
        move = move_of(row)
        if move is not None:
            by_move[move].append(row)
            undated_count += row.undated
        if move is None or not (move.adds or move.takes):
            by_move[Move.RE_ESTIMATED].append(row)
    return by_move, undated_count


def line_of(move: Move, rows: Sequence[Any]) -> MoveLine:
    """A line but that of new estimates. A lead that stays changes no sum here."""
    sign = 1 if move.adds else -1 if move.takes else 0
    ending = "" if move.adds else "_before"
    sized = rows if sign else []
    events = sum(row.events for row in rows)

    def add(name: str) -> int:
        return sign * sum(int(getattr(row, f"{name}{ending}") or 0) for row in sized)

    amounts: Counter[str | None] = Counter()
    counts: Counter[str | None] = Counter()
    for row in sized:
        currency = getattr(row, f"currency{ending}")
        amounts[currency] += sign * int(getattr(row, f"amount{ending}") or 0)
        counts[currency] += getattr(row, f"amount_leads{ending}")
    return MoveLine(
        move,
        event_count=events,
        lead_delta=sign * events,
        capex=amounts_of(amounts, counts),
        unknown_capex_delta=sign * events - add("amount_leads"),
        jobs=add("jobs"),
        unknown_jobs_delta=sign * events - add("jobs_leads"),
        late_count=sum(row.late for row in rows),
        jobs_lead_count=abs(add("jobs_leads")),
    )


def estimates_of(rows: Sequence[Any]) -> MoveLine:
    """The changes of size of leads that stay. What did not change takes itself away."""
    amounts: Counter[str | None] = Counter()
    counts: Counter[str | None] = Counter()
    for row in rows:
        amounts[row.currency] += int(row.amount or 0)
        amounts[row.currency_before] -= int(row.amount_before or 0)
        counts[row.currency] += row.resized_amounts
        if row.currency != row.currency_before:
            counts[row.currency_before] += row.resized_amounts_before
        elif not row.resized_amounts:
            counts[row.currency] += row.resized_amounts_before
    return MoveLine(
        Move.RE_ESTIMATED,
        event_count=sum(row.resized for row in rows),
        lead_delta=0,
        capex=amounts_of(amounts, counts),
        unknown_capex_delta=sum(row.amount_leads_before - row.amount_leads for row in rows),
        jobs=sum(int(row.jobs or 0) - int(row.jobs_before or 0) for row in rows),
        unknown_jobs_delta=sum(row.jobs_leads_before - row.jobs_leads for row in rows),
        late_count=sum(row.late_resized for row in rows),
        jobs_lead_count=sum(row.resized_jobs for row in rows),
    )


def loss_lines(rows: Iterable[Any]) -> tuple[LossLine, ...]:
    found: dict[tuple[LossReason | None, str | None], list[Any]] = {}
    for row in rows:
        reason = LossReason(row.code) if row.code else None
        found.setdefault((reason, row.place), []).append(row)
    lines = [
        LossLine(
            reason,
            place,
            sum(row.events for row in members),
            amounts_of(
                Counter({row.currency_before: int(row.amount or 0) for row in members}),
                Counter({row.currency_before: row.amounts for row in members}),
            ),
        )
        for (reason, place), members in found.items()
    ]
    # The most frequent first, what nobody gave a reason for last.
    return tuple(
        sorted(
            lines,
            key=lambda line: (
                line.reason is None,
                -line.lead_count,
                line.reason or "",
                line.place or "",
            ),
        )
    )


def passages_of(by_move: Mapping[Move, Sequence[Any]]) -> tuple[StagePassage, ...]:
    found: Counter[tuple[StageCode, StageCode]] = Counter()
    for move in (Move.ADVANCED, Move.SLIPPED_BACK, Move.ANNOUNCED):
        for row in by_move[move]:
            found[row.stage_before, row.stage] += row.events
    return tuple(
        StagePassage(origin, target, count)
        for (origin, target), count in sorted(
            found.items(), key=lambda item: (item[0][0].position, item[0][1].position)
        )
    )
