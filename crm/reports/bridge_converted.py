"""A bridge told in one currency as well. Pure.

The opening is converted at the rates of its own day, the closing and what happened between them at
those of the last day. What the opening is worth more or less at the later rates is a line of its
own, so that the converted lines add up like the others.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from crm.reports.converted import WITHHELD, Converted, Part, Rates, convert
from crm.reports.movement import Amount, Move, MoveLine, Movement, Standing
from crm.reports.sums import ZERO


@dataclass(frozen=True, slots=True)
class ConvertedBridge:
    """The ends and the lines of a bridge in one currency.

    `rates_effect` is None where the opening is withheld. It holds what has a rate on the last day
    alone with its whole amount.
    """

    opening: Converted
    closing: Converted
    lines: tuple[Converted, ...]
    rates_before: Rates
    rates: Rates
    rates_effect: Decimal | None

    def line(self, move: Move) -> Converted:
        """The line of a move."""
        return self.lines[tuple(Move).index(move)]


def convert_bridge(movement: Movement) -> ConvertedBridge | None:
    """The bridge in the currency that somebody asked for; None where nobody did."""
    before, rates = movement.rates_before, movement.rates
    if before is None or rates is None:
        return None
    opening = _end(movement.opening, before)
    revalued = _end(movement.opening, rates)
    is_withheld = opening.is_withheld or revalued.is_withheld
    return ConvertedBridge(
        opening,
        _end(movement.closing, rates),
        tuple(_line(line, rates) for line in movement.lines),
        before,
        rates,
        None if is_withheld else (revalued.amount or ZERO) - (opening.amount or ZERO),
    )


def amount_parts(amounts: Iterable[Amount]) -> list[Part]:
    """The currencies of an end or a line; they have no chances that weigh."""
    return [Part(item.currency, item.amount, lead_count=item.lead_count) for item in amounts]


def _end(standing: Standing, rates: Rates) -> Converted:
    if standing.is_few or (standing.lead_count is None and not standing.capex):
        return WITHHELD
    return convert(amount_parts(standing.capex), rates)


def _line(line: MoveLine, rates: Rates) -> Converted:
    if line.is_few or (line.event_count is None and not line.capex):
        return WITHHELD
    return convert(amount_parts(line.capex), rates)
