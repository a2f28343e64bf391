"""The brief in words, in the locale in force: what its page is set from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from crm.labels import label
from crm.reports.cell_text import value_text
from crm.reports.movement import Move, Movement
from crm.reports.phrases import (
    amount_value,
    change_text,
    currencies_of,
    currency_name,
    leads_text,
    listed,
    quarter_name,
    short_money,
    short_number,
    weighted_value,
)
from crm.reports.pipeline import OPEN_STAGES, Pipeline
from crm.reports.sums import Sums
from crm.reports.tables import Absent, Kind, Value
from crm.reports.takeaway.brief import Brief, Due, Made, Milestone, NamedLead, Near
from crm.reports.takeaway.taken import moment_text, public_note
from crm.reports.takeaway.typesetting import to_pdf, worded
from crm.web.formatting import count, country_name, day, percent, reading_locale
from models.measure import Qualifier
from models.report import Audience

# More currencies than these stand in the workbook and the report, not on the one page.
_CURRENCIES = 2
_LONG = 260


def brief_pdf(
    brief: Brief, opening: str | None, *, made_by: str, made_at: datetime, zone_name: str
) -> bytes:
    """The page as PDF: the same figures of the same moment are the same bytes."""
    document = document_of(brief, opening, made_by=made_by, made_on=moment_text(made_at, zone_name))
    return to_pdf("brief.typ", document, {}, made_at=made_at)


def propose_opening(brief: Brief) -> str:
    """What changed since the day that is compared with, in plain words."""
    movement, now = brief.movement, brief.pipeline.now
    if now.total.lead_count is None:
        return _("Fewer than three leads are open.")
    happened = _happened(movement)
    since = day(brief.compare)
    if happened:
        first = _("Since %(day)s, %(list)s.", day=since, list=listed(happened))
    elif any(line.is_few for line in movement.lines):
        first = _("Since %(day)s, little has changed.", day=since)
    else:
        first = _("Since %(day)s, nothing has changed.", day=since)
    leads = leads_text(now.total.lead_count)
    before = movement.opening.lead_count
    if before is None:
        return f"{first} " + _("%(leads)s are open today.", leads=leads)
    change = change_text(now.total.lead_count, before, brief.compare)
    second = _("The open pipeline holds %(leads)s, %(change)s.", leads=leads, change=change)
    return f"{first} {second}"


def _happened(movement: Movement) -> list[str]:
    numbers = {
        move: movement.line(move).event_count or 0
        for move in (Move.ANNOUNCED, Move.ENTERED, Move.ADVANCED, Move.LOST)
    }
    announced, entered = numbers[Move.ANNOUNCED], numbers[Move.ENTERED]
    advanced, lost = numbers[Move.ADVANCED], numbers[Move.LOST]
    found = {
        Move.ENTERED: ngettext(
            "%(count)s lead came in", "%(count)s leads came in", entered, count=count(entered)
        ),
        Move.ADVANCED: ngettext(
            "%(count)s step forward was taken",
            "%(count)s steps forward were taken",
            advanced,
            count=count(advanced),
        ),
        Move.ANNOUNCED: ngettext(
            "%(count)s was announced",
            "%(count)s were announced",
            announced,
            count=count(announced),
        ),
        Move.LOST: ngettext(
            "%(count)s lead was lost", "%(count)s leads were lost", lost, count=count(lost)
        ),
    }
    return [text for move, text in found.items() if numbers[move]]


def document_of(brief: Brief, opening: str | None, *, made_by: str, made_on: str) -> dict[str, Any]:
    """What the template is given."""
    now = brief.pipeline.now
    text = opening or propose_opening(brief)
    return {
        "title": _("Investment pipeline")
        if now.lead_type == "investment"
        else label(now.lead_type),
        "lang": reading_locale().language,
        "office": worded(brief.office_name or ""),
        "open": brief.audience is Audience.COUNCIL,
        "tag": tag_of(brief.audience),
        "days": _(
            "As it stood on %(day)s, compared with %(other)s",
            day=day(brief.as_of),
            other=day(brief.compare),
        ),
        "opening": worded(text),
        "opening_size": 16 if len(text) <= _LONG else 12,
        "numbers": _numbers(brief),
        "stages": _stages(now),
        "moved": _moved(brief.movement),
        "landing": {"title": _("What will land"), "text": _landing(brief)},
        "lists": _lists(brief),
        "foot": _("Made by %(name)s on %(moment)s", name=made_by, moment=made_on),
        "notes": _notes(brief),
    }


def _landing(brief: Brief) -> str:
    """How many leads are to be announced, quarter by quarter, or why nobody says."""
    if brief.landing is None:
        return _(
            "No forecast yet: it joins this page once four of the office's own past quarters have been judged."  # noqa: E501
        )
    parts = [
        _(
            "%(quarter)s: %(low)s to %(high)s announced",
            quarter=quarter_name(item.quarter),
            low=count(item.low),
            high=count(item.high),
        )
        if item.low is not None and item.high is not None
        else _(
            "%(quarter)s: about %(number)s announced",
            quarter=quarter_name(item.quarter),
            number=short_number(item.leads, digits=1),
        )
        for item in brief.landing.quarters
    ]
    return _("Likely range: %(list)s.", list="; ".join(parts))


def tag_of(audience: Audience) -> str:
    """What stands on the page's corner, so that nobody takes the wrong one into the room."""
    return {
        Audience.COUNCIL: _("Open council"),
        Audience.CLOSED: _("Closed session: confidential"),
        Audience.DIRECTOR: _("Director: confidential"),
    }[audience]


def _numbers(brief: Brief) -> list[dict[str, Any]]:
    sums = brief.pipeline.now.total
    found = [
        {
            "big": _or_few(sums.lead_count),
            "label": _("open leads"),
        }
    ]
    shown = [money for money in sums.capex if money.currency and money.weighted is not None]
    # By how many leads state it: an amount of yen is not more than one of dollars by its digits.
    for money in sorted(shown, key=lambda item: -(item.lead_count or 0))[:1]:
        found.append(
            {
                "big": short_money(round(money.weighted or 0), money.currency),
                "label": _(
                    "weighted, of %(amount)s stated",
                    amount=short_money(money.amount or 0, money.currency),
                ),
            }
        )
    jobs = sums.jobs
    if jobs.count is not None and jobs.lead_count:
        found.append(
            {
                "big": short_number(jobs.count),
                "label": _("jobs stated by %(leads)s", leads=leads_text(jobs.lead_count)),
            }
        )
    found.append(
        {
            "big": count(brief.made_count),
            "label": _("announced since %(day)s", day=day(brief.compare)),
        }
    )
    for item in found:
        item["label"] = worded(item["label"])
    return found


def _or_few(number: int | None) -> str:
    return value_text(Absent.FEW if number is None else number, Kind.COUNT)


def _places(now: Pipeline) -> list[tuple[str, Sums]]:
    """The stages, or the neighbouring ones that are printed together in public."""
    if not now.bands:
        return [(label(line.stage), line.sums) for line in now.stages[: len(OPEN_STAGES)]]
    return [
        (
            label(band.stages[0])
            if len(band.stages) == 1
            else pgettext(
                "stages",
                "%(first)s to %(last)s",
                first=label(band.stages[0]),
                last=label(band.stages[-1]),
            ),
            band.sums,
        )
        for band in now.bands
    ]


def _stages(now: Pipeline) -> dict[str, Any]:
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
    if money.is_few or money.amount is None or money.weighted is None:
        return ""
    return _(
        "%(amount)s (weighted %(weighted)s)",
        amount=short_money(money.amount, code),
        weighted=short_number(round(money.weighted)),
    )


def _cells(sums: Sums, currencies: Sequence[str], *, has_jobs: bool) -> list[str]:
    if sums.is_few:
        # Said once: a row of it would drown the page.
        return [_or_few(None), *[""] * (2 * len(currencies) + has_jobs)]
    found = [_or_few(sums.lead_count)]
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


def _moved(movement: Movement) -> dict[str, Any]:
    """The bridge: what was open, what came and went, what is open; and what only moved within."""
    opening, closing = movement.opening, movement.closing
    rows: list[list[Any]] = [
        [_("Open on %(day)s", day=day(opening.day)), _or_few(opening.lead_count), True]
    ]
    within: list[list[Any]] = []
    for move, name in _move_names():
        line = movement.line(move)
        if line.event_count == 0:
            continue
        if not (move.adds or move.takes):
            within.append([name, _or_few(line.event_count), False])
        elif line.is_few or line.lead_delta is None:
            rows.append([name, _or_few(None), False])
        else:
            rows.append([name, value_text(line.lead_delta, Kind.CHANGE), False])
    rows.append([_("Open on %(day)s", day=day(closing.day)), _or_few(closing.lead_count), True])
    return {
        "title": _("What changed"),
        "rows": rows + within,
        "none": _("Nothing changed."),
    }


def _move_names() -> list[tuple[Move, str]]:
    return [
        (Move.ENTERED, _("Entered")),
        (Move.REOPENED, _("Taken up again")),
        (Move.WITHDRAWN, _("Announcement withdrawn")),
        (Move.RECLASSIFIED_IN, _("Counted here from now on")),
        (Move.ANNOUNCED, _("Announced")),
        (Move.LOST, _("Lost")),
        (Move.ABANDONED, _("Given up by us")),
        (Move.PASSED_ON, _("Passed on")),
        (Move.RECLASSIFIED_OUT, _("No longer counted here")),
        (Move.ADVANCED, _("Moved forward within")),
        (Move.SLIPPED_BACK, _("Slipped back within")),
    ]


def _lists(brief: Brief) -> list[dict[str, Any]]:
    more = brief.made_count - len(brief.made)
    found = [
        {
            "title": _("Announced in this period"),
            "rows": [
                [day(item.public_on), worded(item.title), _stated(item)] for item in brief.made
            ],
            "none": _("Nothing was announced in this period."),
            "more": ngettext("and %(count)s more", "and %(count)s more", more, count=count(more))
            if more > 0
            else "",
        }
    ]
    if brief.audience is not Audience.COUNCIL:
        found.append(
            {
                "title": _("Closest to a decision"),
                "rows": [_near(item) for item in brief.near],
                "none": _("No lead is in negotiation or committed."),
                "more": "",
            }
        )
    found.append(
        {
            "title": _("Next"),
            "rows": [_milestone(item) for item in brief.milestones],
            "none": _("No day to come is on file."),
            "more": "",
        }
    )
    return found


def _near(item: Near) -> list[Any]:
    amount = qualified(item.amount, item.upper, item.qualifier, item.currency)
    details = [country_name(item.market) if item.market else "", amount]
    return [
        label(item.stage),
        worded(lead_name(item.lead)),
        worded(" · ".join(filter(None, details))),
    ]


def lead_name(lead: NamedLead) -> str:
    """A lead as the audience reads it."""
    return lead.name or _("a lead without a code name")


def _milestone(item: Milestone) -> list[Any]:
    if item.due is Due.MISSION:
        places = listed(country_name(code) for code in item.markets)
        what = item.name or (
            _("Mission to %(places)s", places=places) if places else _("A mission")
        )
        note = places if item.name else ""
    else:
        what = lead_name(item.lead) if item.lead else ""
        note = {
            Due.ANNOUNCEMENT: _("is to be announced"),
            Due.APPROVAL: _("approval expected"),
            Due.TARGET: _("decision expected"),
        }[item.due]
    return [day(item.day, item.precision), worded(what), worded(note)]


def _stated(item: Made) -> Any:
    parts = [qualified(item.amount, item.upper, item.qualifier, item.currency)]
    if item.jobs is not None:
        jobs = qualified(item.jobs, item.jobs_upper, item.jobs_qualifier, None)
        parts.append(_("jobs: %(count)s", count=jobs))
    return worded(", ".join(filter(None, parts)))


def qualified(
    number: int | None, upper: int | None, qualifier: Qualifier | None, currency: str | None
) -> str:
    """A number with the word that was printed with it: "up to" stays "up to"."""
    if number is None:
        return ""
    text = short_number(number)
    if qualifier is Qualifier.BETWEEN and upper is not None:
        text = _("%(low)s to %(high)s", low=text, high=short_number(upper))
    elif qualifier is Qualifier.APPROXIMATE:
        text = _("about %(number)s", number=text)
    elif qualifier is Qualifier.AT_LEAST:
        text = _("at least %(number)s", number=text)
    elif qualifier is Qualifier.AT_MOST:
        text = _("up to %(number)s", number=text)
    return f"{text}\u00a0{currency}" if currency else text


def _notes(brief: Brief) -> list[str]:
    now = brief.pipeline.now
    found = [
        _(
            "The open pipeline is stages 1 to 7, active or on hold; what was announced is never part of it. Currencies are never converted or added together."  # noqa: E501
        ),
        _(
            "Weighted: each amount times the chance of its stage (%(chances)s).",
            chances=", ".join(
                _(
                    "%(name)s: %(number)s",
                    name=label(item.stage),
                    number=percent(float(item.chance)),
                )
                for item in now.weights.chances
            ),
        ),
    ]
    if now.weights.starting_share:
        found.append(
            _(
                "%(share)s of the weighted sums rests on chances that are starting points, which the office can change.",  # noqa: E501
                share=percent(now.weights.starting_share),
            )
        )
    if brief.audience is Audience.COUNCIL:
        found.append(public_note())
    else:
        found += [
            _(
                "The largest lead makes %(share)s of the weighted %(currency)s.",
                share=percent(money.largest_share),
                currency=currency_name(money.currency),
            )
            for money in now.total.capex
            if money.largest_share is not None and money.currency is not None
        ]
        if not brief.is_all:
            found.append(_("Only leads that its maker can see are counted."))
    return found
