"""What changed between two days, as it may be published. Pure.

The bridge adds up: opening, every line and closing, in leads, in each currency and in jobs. So with
a line of few leads another one is withheld, and at last the opening, which another report of that
day may print; the closing stays wherever it can.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from crm.reports.movement import Amount, LossLine, Move, MoveLine, Movement, Standing
from crm.reports.withholding import Part, is_few, is_share_few, withheld
from models.lead import LossReason

# The ends are the last to be withheld, what stands now the very last.
_OPENING_RANK, _CLOSING_RANK = 1, 2


def publish_movement(movement: Movement) -> Movement:
    """The bridge as it may be published: no places, no passages, no stages, nothing entered late.

    What is withheld with a small number, so that nobody works it out, is None without `is_few`.
    """
    ends = (movement.opening, movement.closing)
    moving = [line for line in movement.lines if line.move.adds or line.move.takes]
    hidden_ends, hidden = _hidden(
        moving,
        [Part(end.lead_count or 0, end.lead_count or 0) for end in ends],
        [
            Part(line.event_count or 0, line.event_count or 0, 1 if line.move.adds else -1)
            for line in moving
        ],
        are_counts=True,
    )
    hidden |= {
        line.move
        for line in movement.lines
        if not (line.move.adds or line.move.takes) and is_few(line.event_count)
    }
    amounts = {
        currency: _hidden_amounts(movement, currency, hidden_ends, hidden)
        for currency in movement.currencies
    }
    sized = [line for line in movement.lines if _is_sized(line.move)]
    jobs_ends, jobs = _hidden(
        sized,
        [
            Part(
                end.jobs or 0,
                (end.lead_count or 0) - (end.unknown_jobs_count or 0),
                is_sensitive=is_hidden,
            )
            for end, is_hidden in zip(ends, hidden_ends, strict=True)
        ],
        [
            Part(line.jobs or 0, line.jobs_lead_count or 0, is_sensitive=line.move in hidden)
            for line in sized
        ],
    )
    opening, closing = (
        _standing(
            end,
            is_hidden=hidden_ends[place],
            without={code for code, (at_ends, _lines) in amounts.items() if at_ends[place]},
            has_jobs=not jobs_ends[place],
        )
        for place, end in enumerate(ends)
    )
    return replace(
        movement,
        opening=_without_small_change(opening, movement),
        closing=closing,
        lines=tuple(
            _line(
                line,
                is_hidden=line.move in hidden,
                without={code for code, (_ends, moves) in amounts.items() if line.move in moves},
                has_jobs=line.move not in jobs,
            )
            for line in movement.lines
        ),
        losses=() if Move.LOST in hidden else _losses(movement),
        passages=(),
        undated_count=0 if is_few(movement.undated_count) else movement.undated_count,
    )


def _is_sized(move: Move) -> bool:
    """Whether the move changes what the leads in the pipeline state: the others never do."""
    return move.adds or move.takes or move is Move.RE_ESTIMATED


_Hidden = tuple[tuple[bool, bool], set[Move]]


def _hidden(
    lines: Sequence[MoveLine],
    ends: Sequence[Part],
    between: Sequence[Part],
    *,
    are_counts: bool = False,
) -> _Hidden:
    """Which of the two ends and which lines are not printed, of a bridge from the one to the other.

    What few leads stand behind is sensitive, beside what is already marked so.
    """
    opening, closing = ends
    parts = [
        replace(opening, rank=_OPENING_RANK),
        *between,
        replace(closing, sign=-1, rank=_CLOSING_RANK),
    ]
    marked = [
        replace(part, is_sensitive=part.is_sensitive or is_few(part.lead_count)) for part in parts
    ]
    places = withheld(marked, are_counts=are_counts)
    last = len(parts) - 1
    moves = {line.move for place, line in enumerate(lines, start=1) if place in places}
    return (0 in places, last in places), moves


def _hidden_amounts(
    movement: Movement,
    currency: str | None,
    hidden_ends: tuple[bool, bool],
    hidden: set[Move],
) -> _Hidden:
    def part(capex: Sequence[Amount], *, is_hidden: bool) -> Part:
        found = next((item for item in capex if item.currency == currency), None)
        if found is None:
            return Part(0, 0, is_sensitive=is_hidden)
        return Part(found.amount or 0, found.lead_count or 0, is_sensitive=is_hidden)

    ends = (movement.opening, movement.closing)
    sized = [line for line in movement.lines if _is_sized(line.move)]
    return _hidden(
        sized,
        [
            part(end.capex, is_hidden=is_hidden)
            for end, is_hidden in zip(ends, hidden_ends, strict=True)
        ],
        [part(line.capex, is_hidden=line.move in hidden) for line in sized],
    )


def _capex(capex: Sequence[Amount], without: set[str | None]) -> tuple[Amount, ...]:
    """Withheld currencies stand on every line that might have one, whether it has or not."""
    kept = [replace(item, lead_count=None) for item in capex if item.currency not in without]
    found = [*kept, *(Amount(code, None, None) for code in without)]
    return tuple(sorted(found, key=lambda item: (item.currency is None, item.currency or "")))


def _standing(
    standing: Standing, *, is_hidden: bool, without: set[str | None], has_jobs: bool
) -> Standing:
    count = standing.lead_count or 0
    found = Standing(
        standing.day,
        lead_count=count,
        capex=_capex(standing.capex, without),
        unknown_capex_count=_unknown(standing.unknown_capex_count, count),
        jobs=standing.jobs if has_jobs else None,
        unknown_jobs_count=_unknown(standing.unknown_jobs_count, count),
        late_count=None,
        stages=(),
    )
    if not is_hidden:
        return found
    return replace(
        found,
        lead_count=None,
        unknown_capex_count=None,
        unknown_jobs_count=None,
        is_few=is_few(count),
    )


def _unknown(number: int | None, count: int) -> int | None:
    return None if number is None or is_share_few(number, count) else number


def _without_small_change(opening: Standing, movement: Movement) -> Standing:
    """Without how many leads say nothing where that has changed by few, which both ends tell."""
    capex = sum(abs(line.unknown_capex_delta or 0) for line in movement.lines)
    jobs = sum(abs(line.unknown_jobs_delta or 0) for line in movement.lines)
    return replace(
        opening,
        unknown_capex_count=None if is_few(capex) else opening.unknown_capex_count,
        unknown_jobs_count=None if is_few(jobs) else opening.unknown_jobs_count,
    )


def _line(line: MoveLine, *, is_hidden: bool, without: set[str | None], has_jobs: bool) -> MoveLine:
    is_moving = line.move.adds or line.move.takes
    return MoveLine(
        line.move,
        event_count=None if is_hidden else line.event_count,
        # Of a lead that stays everybody knows that it is neither more nor less.
        lead_delta=None if is_hidden and is_moving else line.lead_delta,
        capex=_capex(line.capex, without),
        unknown_capex_delta=None,
        jobs=line.jobs if has_jobs else None,
        unknown_jobs_delta=None,
        late_count=None,
        is_few=is_few(line.event_count),
    )


def _losses(movement: Movement) -> tuple[LossLine, ...]:
    """By reason alone; reasons of few leads are put together.

    None at all where they would not add up to the line of lost leads but for a few.
    """
    counts: Counter[LossReason | None] = Counter()
    for line in movement.losses:
        counts[line.reason] += line.lead_count
    lost = movement.line(Move.LOST).event_count or 0
    if is_few(abs(lost - counts.total())):
        return ()
    # "No reason given" is one of them, and stays where it stands: last.
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    shown = [LossLine(reason, None, number, ()) for reason, number in ranked if not is_few(number)]
    few = sum(number for number in counts.values() if is_few(number))
    while shown and is_few(few):
        few += shown.pop().lead_count
    shown.sort(key=lambda line: line.reason is None)
    other = [LossLine(None, None, few, (), is_other=True)] if few and not is_few(few) else []
    return (*shown, *other)
