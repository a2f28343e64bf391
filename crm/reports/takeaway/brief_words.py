"""The brief in words, in the locale in force: what its page is set from."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from crm.labels import label
from crm.reports.movement import Move, Movement
from crm.reports.phrases import (
    change_text,
    currency_name,
    leads_text,
    listed,
    quarter_name,
    short_money,
    short_number,
)
from crm.reports.shown.converted import rates_text
from crm.reports.shown.likelihoods import likelihoods_text, pipeline_likelihoods
from crm.reports.takeaway.brief import Brief
from crm.reports.takeaway.brief_lists import lists_of
from crm.reports.takeaway.brief_tables import moved_of, or_few, stages_of
from crm.reports.takeaway.taken import moment_text, public_note
from crm.reports.takeaway.typesetting import to_pdf, worded
from crm.web.formatting import count, day, percent, reading_locale
from models.report import Audience

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
    elif any(line.event_count is None for line in movement.lines):
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
        "stages": stages_of(now),
        "moved": moved_of(brief.movement),
        "landing": {"title": _("What will land"), "text": _landing(brief)},
        "lists": lists_of(brief),
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
            "big": or_few(sums.lead_count),
            "label": _("open leads"),
        }
    ]
    shown = [money for money in sums.capex if money.currency and money.amount is not None]
    # By how many leads state it: an amount of yen is not more than one of dollars by its digits.
    for money in sorted(shown, key=lambda item: -(item.lead_count or 0))[:1]:
        stated = short_money(money.amount or 0, money.currency)
        if money.weighted is None:
            found.append({"big": stated, "label": _("stated")})
            continue
        found.append(
            {
                "big": short_money(round(money.weighted), money.currency),
                "label": _("weighted, of %(amount)s stated", amount=stated),
            }
        )
    jobs = sums.jobs
    if jobs.count is not None and jobs.lead_count:
        found.append(
            {
                "big": short_number(jobs.count),
                # By how many is not told where too few say nothing of them.
                "label": _("jobs stated by %(leads)s", leads=leads_text(jobs.lead_count))
                if jobs.unknown_count is not None
                else _("jobs stated"),
            }
        )
    found.append(
        {
            "big": count(brief.made_count),
            "label": ngettext(
                "announcement since %(day)s",
                "announcements since %(day)s",
                brief.made_count,
                day=day(brief.compare),
            ),
        }
    )
    for item in found:
        item["label"] = worded(item["label"])
    return found


def _likelihoods(brief: Brief) -> str:
    """What the chances rest on: those that weigh, and those of what will land."""
    weighted = pipeline_likelihoods(brief.pipeline)
    landing = brief.landing.likelihoods if brief.landing else None
    if landing is None:
        return _("Likelihoods: %(what)s.", what=weighted)
    return _(
        "Likelihoods: %(what)s; of what will land: %(landing)s.",
        what=weighted,
        landing=likelihoods_text(landing),
    )


def _notes(brief: Brief) -> list[str]:
    now = brief.pipeline.now
    found = [
        _(
            "The open pipeline is stages 1 to 7, active or on hold; what was announced is never part of it. Currencies are never converted or added together."  # noqa: E501
        )
        if now.rates is None
        else _(
            "The open pipeline is stages 1 to 7, active or on hold; what was announced is never part of it. Currencies are added together only in what is converted."  # noqa: E501
        ),
        *([rates_text(now.rates)] if now.rates else []),
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
    found.append(_likelihoods(brief))
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
