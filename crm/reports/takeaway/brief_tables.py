"""The tables of a brief in words: the open pipeline by stage, and what changed in it."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from crm.labels import label
from crm.reports.cell_text import value_text
from crm.reports.movement import Move, Movement, Standing
from crm.reports.phrases import (
    amount_value,
    currencies_of,
    listed,
    short_money,
    short_number,
    weighted_value,
)
from crm.reports.pipeline import OPEN_STAGES, Pipeline
from crm.reports.shown.converted import together_texts
from crm.reports.sums import Sums
from crm.reports.tables import Absent, Kind, Value
from crm.web.formatting import count, day
from models.stage import StageCode

# More currencies than these stand in the workbook and the report, not on the one page.
_CURRENCIES = 2


def or_few(number: int | None) -> str:
    """A count, or that it is too small to print."""
    return value_text(Absent.FEW if number is None else number, Kind.COUNT)


def _places(now: Pipeline) -> list[tuple[str, Sums]]:
    """The stages, or the neighbouring ones that are printed together in public."""
    if not now.bands:
        return [(label(line.stage), line.sums) for line in now.stages[: len(OPEN_STAGES)]]
    return [
        (
            stages_name(band.stages),
            band.sums,
        )
        for band in now.bands
    ]


def stages_name(stages: Sequence[StageCode]) -> str:
    """A stage, or neighbouring ones that are printed as one."""
    if len(stages) == 1:
        return label(stages[0])
    return pgettext(
        "stages",
        "%(first)s to %(last)s",
        first=label(stages[0]),
        last=label(stages[-1]),
    )


def stages_of(now: Pipeline) -> dict[str, Any]:
    """The table of the open pipeline by stage."""
    places = _places(now)
    every = [code for code in currencies_of([now.total]) if code is not None]
    by_use = sorted(every, key=lambda code: (-_stating(now.total, code), code))
    # A column of which nothing may be printed says less than the sum below the table.
    told = [code for code in by_use if any(_is_told(sums, code) for _name, sums in places)]
    currencies = sorted(told[:_CURRENCIES])
    has_jobs = any(sums.jobs.count is not None and sums.jobs.lead_count for _name, sums in places)
    largest = max((sums.lead_count or 0 for _name, sums in places), default=0) or 1
    rows = [
        {
            "name": name,
            "kind": "body",
            "share": None if sums.lead_count is None else sums.lead_count / largest,
            "cells": _cells(sums, currencies, has_jobs=has_jobs),
        }
        for name, sums in places
    ]
    rows.append(
        {
            "name": _("Open pipeline"),
            "kind": "total",
            "share": None,
            "cells": _cells(now.total, currencies, has_jobs=has_jobs),
        }
    )
    heads = [_("Stage"), _("Leads")]
    for code in currencies:
        heads += [
            _("Stated, %(currency)s", currency=code),
            _("Weighted, %(currency)s", currency=code),
        ]
    if has_jobs:
        heads.append(_("Jobs"))
    notes = []
    left = [_together(now.total, code) for code in by_use if code not in currencies]
    if any(left):
        notes.append(
            _("Over all stages also stated: %(list)s.", list=listed(text for text in left if text))
        )
    if now.rates is not None:
        notes += together_texts(now.total, now.rates)
    if now.total.unknown_capex_count and not now.total.is_few:
        notes.append(
            ngettext(
                "The investment of %(count)s lead is not known and in no sum.",
                "The investment of %(count)s leads is not known and in no sum.",
                now.total.unknown_capex_count,
                count=count(now.total.unknown_capex_count),
            )
        )
    return {
        "title": _("The open pipeline by stage"),
        "heads": heads,
        "rows": rows,
        "note": " ".join(notes),
    }


def _stating(total: Sums, code: str) -> int:
    return total.in_currency(code).lead_count or 0


def _is_told(sums: Sums, code: str) -> bool:
    money = sums.in_currency(code)
    return bool(money.lead_count) and money.amount is not None and not money.is_few


def _together(total: Sums, code: str) -> str:
    money = total.in_currency(code)
    if money.is_few or money.amount is None:
        return ""
    if money.weighted is None:
        return short_money(money.amount, code)
    return _(
        "%(amount)s (weighted %(weighted)s)",
        amount=short_money(money.amount, code),
        weighted=short_number(round(money.weighted)),
    )


def _cells(sums: Sums, currencies: Sequence[str], *, has_jobs: bool) -> list[str]:
    if sums.is_few:
        # Said once: a row of it would drown the page.
        return [or_few(None), *[""] * (2 * len(currencies) + has_jobs)]
    found = [or_few(sums.lead_count)]
    for code in currencies:
        money = sums.in_currency(code)
        found += [_short(amount_value(money)), _short(weighted_value(money))]
    if not has_jobs:
        return found
    jobs: Value = Absent.NOTHING
    if sums.jobs.is_few or (sums.jobs.lead_count and sums.jobs.count is None):
        jobs = Absent.FEW
    elif sums.jobs.lead_count and sums.jobs.count is not None:
        jobs = sums.jobs.count
    found.append(_short(jobs))
    return found


def _short(value: Value) -> str:
    if value is Absent.FEW:
        return _("withheld")
    return value_text(value, Kind.COUNT) if isinstance(value, Absent) else short_number(value)  # type: ignore[arg-type]


def moved_of(movement: Movement) -> dict[str, Any]:
    """The bridge: what was open, what came and went, what is open; and what only moved within."""
    opening, closing = movement.opening, movement.closing
    rows: list[list[Any]] = [[_("Open on %(day)s", day=day(opening.day)), _of_end(opening), True]]
    within: list[list[Any]] = []
    for move, name in move_names():
        line = movement.line(move)
        if line.event_count == 0:
            continue
        if line.event_count is None or line.lead_delta is None:
            text = value_text(Absent.FEW if line.is_few else Absent.WITHHELD, Kind.COUNT)
            (rows if move.adds or move.takes else within).append([name, text, False])
        elif not (move.adds or move.takes):
            within.append([name, or_few(line.event_count), False])
        else:
            rows.append([name, value_text(line.lead_delta, Kind.CHANGE), False])
    rows.append([_("Open on %(day)s", day=day(closing.day)), _of_end(closing), True])
    return {
        "title": _("What changed"),
        "rows": rows + within,
        "none": _("Nothing changed."),
    }


def _of_end(standing: Standing) -> str:
    if standing.lead_count is None and not standing.is_few:
        # Another number that is too small could be worked out from it.
        return value_text(Absent.WITHHELD, Kind.COUNT)
    return or_few(standing.lead_count)


def move_names() -> list[tuple[Move, str]]:
    """What the page calls the moves that it prints, in its order."""
    return [
        (Move.ENTERED, pgettext("of several leads", "Entered")),
        (Move.REOPENED, _("Taken up again")),
        (Move.WITHDRAWN, _("Announcement withdrawn")),
        (Move.RECLASSIFIED_IN, _("Counted here from now on")),
        (Move.ANNOUNCED, pgettext("of several leads", "Announced")),
        (Move.LOST, pgettext("of several leads", "Lost")),
        (Move.ABANDONED, pgettext("of several leads", "Given up by us")),
        (Move.PASSED_ON, pgettext("of several leads", "Passed on")),
        (Move.RECLASSIFIED_OUT, _("No longer counted here")),
        (Move.ADVANCED, _("Moved forward within")),
        (Move.SLIPPED_BACK, _("Slipped back within")),
    ]
