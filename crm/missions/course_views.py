"""How an item stands, said from its page, the agenda or Tonight; times to offer, and slots."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.calendars.asking import Question, read_question
from crm.calendars.cautions import Caution
from crm.calendars.slots import LONGEST, SHORTEST, Slot, find_slots
from crm.days import read_moment
from crm.errors import sentence
from crm.labels import label
from crm.missions import agenda_queries
from crm.missions.agenda_queries import Busy
from crm.missions.agenda_views import note_item_look
from crm.missions.course import (
    OPEN,
    hold_item,
    offer_times,
    set_standing,
    set_time,
    withdraw_time,
)
from crm.missions.frame import Clocks, frame
from crm.missions.item_forms import HoldForm, StandingForm, TimeForm
from crm.missions.item_reading import read_time
from crm.missions.item_views import item_page
from crm.missions.reading import read_version
from crm.missions.views import blueprint
from crm.timezones import today
from crm.web.access import WRITERS, allow
from crm.web.formatting import reading_locale
from crm.web.paths import own_path
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.agenda import AgendaItem, AgendaStanding
from models.errors import DomainError, N_
from models.mission import Mission

# A day shows its best; nobody reads more when one item is to be placed.
_BEST = 4


@blueprint.post("/items/<item_id>/standing")
@allow(WRITERS)
def stand(item_id: str) -> Any:
    """Say how an item stands."""
    form = StandingForm()
    if not form.validate():
        return item_page(item_id, standing_form=form), 422
    try:
        with transaction() as session:
            found = agenda_queries.get_item(session, item_id)
            set_standing(
                session,
                found,
                AgendaStanding(form.standing.data),
                version=_version(form.version.data),
                actor=actor(),
                now=now(),
            )
    except DomainError as error:
        put_problem(form, error)
        if error.field == "happened_on":
            form.form_errors = [*form.form_errors, sentence(error)]
        return item_page(item_id, standing_form=form), error.status
    flash(_("Standing: %(standing)s.", standing=label(found.standing)), "success")
    return _back(item_id)


@blueprint.post("/items/<item_id>/hold")
@allow(WRITERS)
def hold_it(item_id: str) -> Any:
    """Say that it took place, with one line; the conversation is written."""
    form = HoldForm()
    if form.validate():
        try:
            with transaction() as session:
                found = agenda_queries.get_item(session, item_id)
                hold_item(
                    session,
                    found,
                    summary=form.summary.data,
                    happened_on=form.happened_on.data,
                    version=_version(form.version.data),
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            put_problem(form, error)
            return item_page(item_id, hold_form=form), error.status
        flash(_("It is marked as held."), "success")
        return _back(item_id)
    return item_page(item_id, hold_form=form), 422


@blueprint.post("/items/<item_id>/times")
@allow(WRITERS)
def take_time(item_id: str) -> Any:
    """Offer a time that was typed, or agree on it."""
    form = TimeForm()
    if form.validate():
        try:
            starts_at, ends_at = read_time(
                form.day.data, form.time.data, form.minutes.data, form.time_zone.data
            )
            assert starts_at is not None
            _take(item_id, starts_at, ends_at, form.time_zone.data)
        except DomainError as error:
            put_problem(form, error, times="time", ends_at="minutes")
            return item_page(item_id, time_form=form), error.status
        return redirect(url_for("missions.item", item_id=item_id), 303)
    return item_page(item_id, time_form=form), 422


@blueprint.post("/items/<item_id>/slot")
@allow(WRITERS)
def take_slot(item_id: str) -> Any:
    """Offer a proposed time, agree on one, or take an offered one back."""
    starts_at, ends_at = (read_moment(request.form.get(name)) for name in ("starts", "ends"))
    try:
        if starts_at is None or ends_at is None:
            raise DomainError(N_("This is no time. Choose one from the list."))
        if request.form.get("do") == "withdraw":
            with transaction() as session:
                found = agenda_queries.get_item(session, item_id)
                withdraw_time(session, found, starts_at, actor=actor(), now=now())
            flash(_("The time is no longer on offer."), "success")
        else:
            _take(item_id, starts_at, ends_at, None)
    except DomainError as error:
        if error.status in (403, 404):
            raise
        agenda_queries.get_item(reader(), item_id)
        flash(sentence(error), "danger")
    return _back(item_id)


@blueprint.get("/items/<item_id>/slots")
@allow(WRITERS)
def item_slots(item_id: str) -> Any:
    """Times that suit both sides of an item and leave out when our people are elsewhere."""
    found = agenda_queries.get_item(reader(), item_id)
    if note_item_look(found):
        found = agenda_queries.get_item(reader(), item_id)
    context = frame(found.mission, "missions.agenda")
    clocks: Clocks = context["clocks_of"]
    asked = {**_usual_days(found.mission, clocks), **request.args.to_dict()}
    asked.setdefault("minutes", _usual_minutes(found))
    asked |= {"home": clocks.home, "market": clocks.market}
    question = read_question(
        asked, home_zone=clocks.home, market_zone=clocks.market, today=today(now(), clocks.market)
    )
    busy = agenda_queries.list_busy(reader(), found)
    days = None if question.problems else _days(question, busy, now())
    page = render_template(
        "missions/slots.html",
        **context,
        item=found,
        question=question,
        problems={name: sentence(error) for name, error in question.problems.items()},
        days=days,
        busy=len(busy),
        caution_text=_caution_text,
        is_open=found.standing in OPEN,
    )
    return page, 422 if question.problems else 200


@dataclass(frozen=True, slots=True)
class _Day:
    """One day of the market: what to know about it, and its best times."""

    on: date
    cautions: Sequence[Caution]
    slots: Sequence[Slot]


def _days(question: Question, busy: Sequence[Busy], moment: datetime) -> list[_Day]:
    free = [
        slot
        for slot in find_slots(
            question.home, question.market, question.first, question.last, minutes=question.minutes
        )
        if slot.starts_at > moment
        and not any(slot.starts_at < one.ends_at and one.starts_at < slot.ends_at for one in busy)
    ]
    days = []
    for on, group in groupby(free, key=lambda slot: slot.market_day):
        proposals = list(group)[:_BEST]
        cautions = dict.fromkeys(
            caution for slot in proposals for caution in slot.cautions if not caution.is_about_dates
        )
        days.append(_Day(on, list(cautions), proposals))
    return days


def _take(
    item_id: str, starts_at: datetime, ends_at: datetime | None, zone_name: str | None
) -> None:
    with transaction() as session:
        found = agenda_queries.get_item(session, item_id)
        if request.form.get("do") == "agree":
            set_time(
                session, found, starts_at, ends_at, time_zone=zone_name, actor=actor(), now=now()
            )
            words = _("The time is confirmed.")
        else:
            ends = ends_at or starts_at + timedelta(hours=1)
            offer_times(session, found, [(starts_at, ends)], actor=actor(), now=now())
            words = _("The time is offered.")
    flash(words, "success")


def _usual_minutes(item: AgendaItem) -> str:
    """As long as it is planned to last, where a meeting can last so long."""
    if item.starts_at is None or item.ends_at is None:
        return ""
    minutes = int((item.ends_at - item.starts_at).total_seconds()) // 60
    return str(minutes) if SHORTEST <= minutes <= LONGEST else ""


def _usual_days(mission: Mission, clocks: Clocks) -> dict[str, str]:
    """The mission's own days, as far as they are known and still to come."""
    first = today(now(), clocks.market) + timedelta(days=1)
    begins, ends = mission.starts_on, mission.ends_on
    if begins is None or mission.dates_precision.value != "day":
        return {"from": first.isoformat()}
    first = max(first, begins)
    if ends is not None and ends >= first:
        last = min(ends, first + timedelta(days=13))
        return {"from": first.isoformat(), "to": last.isoformat()}
    return {"from": first.isoformat()}


def _caution_text(caution: Caution) -> str:
    return caution.text(reading_locale(), translate=_)


def _version(text: str | None) -> int | None:
    """The version of the page that sent it; Tonight's taps do not say one."""
    return read_version(text) if text else None


def _back(item_id: str) -> Any:
    target = url_for("missions.item", item_id=item_id)
    return redirect(own_path(request.values.get("next"), target), 303)
