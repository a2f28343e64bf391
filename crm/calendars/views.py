"""The page of meeting times."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from crm.calendars.asking import MINUTES, Question, read_question
from crm.calendars.cautions import Caution
from crm.calendars.clocks import city_of, in_both
from crm.calendars.picture import bars_of
from crm.calendars.slots import (
    HOME_LIMITS,
    MARKET_LIMITS,
    Slot,
    find_slots,
    overlap_through_year,
)
from crm.errors import sentence
from crm.timezones import time_zone_choices, today
from crm.web.access import STAFF, allow
from crm.web.formatting import reading_locale
from crm.web.request import actor, now

blueprint = Blueprint("calendars", __name__, url_prefix="/calendars")

# A day shows its best; the rest stands folded beneath.
_BEST = 3
# Markets that share a clock, so that one proposal can serve both.
_TWINS = ("Asia/Tokyo", "Asia/Seoul")


@blueprint.get("/slots")
@allow(STAFF)
def slots() -> Any:
    """Hours that suit home and a market, day by day, and what the two share through the year."""
    zone_name = actor().time_zone
    question = read_question(request.args, home_zone=zone_name, today=today(now(), zone_name))
    context = {
        "question": question,
        "problems": {name: sentence(error) for name, error in question.problems.items()},
        "values": _values(question),
        "zones": time_zone_choices(),
        "twins": [(name, city_of(name)) for name in sorted({*_TWINS, question.also or ""} - {""})],
        "home_city": city_of(question.home.zone),
        "market_city": city_of(question.market.zone),
    }
    if question.problems:
        return render_template("calendars/slots.html", **context, days=None, periods=None), 422
    found = find_slots(
        question.home, question.market, question.first, question.last, minutes=question.minutes
    )
    return render_template(
        "calendars/slots.html",
        **context,
        days=_days(found),
        periods=overlap_through_year(question.home, question.market, question.first.year),
        bars_of=lambda period: bars_of(period, question.home.limits, question.market.limits),
        both=lambda moment: in_both(
            moment, question.home.zone, question.market.zone, locale=reading_locale()
        ),
        caution_text=_caution_text,
        length=_length,
    )


@dataclass(frozen=True, slots=True)
class _Day:
    """One day of the market: what to know about it, and its proposals, the best apart."""

    on: date
    cautions: Sequence[Caution]
    best: Sequence[Slot]
    rest: Sequence[Slot]


def _days(found: Sequence[Slot]) -> list[_Day]:
    days = []
    for on, group in groupby(found, key=lambda slot: slot.market_day):
        proposals = list(group)
        # What holds for one home date may not for the other: a market day can have two.
        cautions = dict.fromkeys(
            caution for slot in proposals for caution in slot.cautions if not caution.is_about_dates
        )
        days.append(_Day(on, list(cautions), proposals[:_BEST], proposals[_BEST:]))
    return days


def _caution_text(caution: Caution) -> str:
    # The sentence is marked where it stands as data.
    return caution.text(reading_locale(), translate=_)


def _length(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not rest:
        return _("%(hours)d h", hours=hours)
    if not hours:
        return _("%(minutes)d min", minutes=rest)
    return _("%(hours)d h %(minutes)d min", hours=hours, minutes=rest)


def _values(question: Question) -> dict[str, str]:
    """What the form shows: what was typed, and the usual for the rest."""
    usual = {
        "home": question.home.zone,
        "market": question.market.zone,
        "also": "",
        "from": question.first.isoformat(),
        "to": question.last.isoformat(),
        "minutes": str(MINUTES),
        "home_from": f"{HOME_LIMITS.opens:%H:%M}",
        "home_to": f"{HOME_LIMITS.closes:%H:%M}",
        "market_from": f"{MARKET_LIMITS.opens:%H:%M}",
        "market_to": f"{MARKET_LIMITS.closes:%H:%M}",
    }
    return {name: question.typed.get(name) or value for name, value in usual.items()}
