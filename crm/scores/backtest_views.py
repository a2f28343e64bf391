"""Pages of looking back: choose a past day, see the ranking of then and what became of it."""

from datetime import date, timedelta
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField
from wtforms.validators import InputRequired

from crm.errors import sentence
from crm.scores import backtest_queries as queries
from crm.scores import backtest_words as words
from crm.scores import backtests
from crm.scores.bands import band
from crm.scores.views import blueprint
from crm.scores.wording import reason_texts
from crm.timezones import today
from crm.web.access import STAFF, WRITERS, allow
from crm.web.request import actor, now, reader, transaction
from models.errors import DomainError, NotFoundError
from models.score import Backtest, BacktestState

_EVER = "ever"


class DayForm(FlaskForm):
    """Which day to look back at."""

    day = DateField(_l("Day"), validators=[InputRequired(_l("Choose a day."))])


@blueprint.get("/look-back", endpoint="backtests")
@allow(STAFF)
def backtests_index() -> Any:
    """Choose a day; the days that were looked back at."""
    return _index(DayForm(formdata=None))


@blueprint.post("/look-back")
@allow(WRITERS)
def ask_backtest() -> Any:
    """Show the ranking of a past day, or ask for it to be computed."""
    form = DayForm()
    if not form.validate_on_submit() or form.day.data is None:
        return _index(form), 422
    try:
        found = _ask(form.day.data)
    except DomainError as error:
        if error.field != "day":
            raise
        form.day.errors = [*form.day.errors, sentence(error)]
        return _index(form), 422
    return redirect(url_for("scores.backtest", backtest_id=found), 303)


@blueprint.get("/look-back/<backtest_id>")
@allow(STAFF)
def backtest(backtest_id: str) -> Any:
    """The ranking of a past day and what became of it; how far it is while it is computed."""
    session = reader()
    found = queries.get_backtest(session, backtest_id)
    if found.state is not BacktestState.READY:
        return render_template("scores/backtest_progress.html", **_progress(found))
    moment = queries.moment_of(found)
    past = queries.load_past(session, found)
    days = _days()
    summary = queries.summarise(past, moment=moment, now=now(), days=days)
    place = _start(len(past))
    shown = past[place : place + queries.PAGE_SIZE]
    reasons = queries.load_reasons(session, [one.key for one in shown])
    return render_template(
        "scores/backtest.html",
        backtest=found,
        basis_then=words.basis_then(found),
        summary=summary,
        lines=words.lines(summary),
        whole_count=len(past),
        rows=[
            (one, reason_texts(reasons.get(one.key, []), limit_up=2, limit_down=1)) for one in shown
        ],
        next_start=place + queries.PAGE_SIZE if place + queries.PAGE_SIZE < len(past) else None,
        start=place,
        days=days,
        horizons=_horizons(),
        band=band,
        hits=words.hits,
        said=words.said,
        became_kind=words.became_kind,
        became_words=words.became_words,
    )


@blueprint.get("/look-back/<backtest_id>/progress")
@allow(STAFF)
def backtest_progress(backtest_id: str) -> Any:
    """How far it is: the part of its page that is fetched again and again."""
    found = queries.get_backtest(reader(), backtest_id)
    if found.state is not BacktestState.ASKED:
        response = Response("", 200)
        response.headers["HX-Redirect"] = url_for("scores.backtest", backtest_id=backtest_id)
        return response
    return render_template("scores/_backtest_progress.html", **_progress(found))


@blueprint.post("/look-back/<backtest_id>/again")
@allow(WRITERS)
def renew_backtest(backtest_id: str) -> Any:
    """Compute it anew, from what is known of that day by now."""
    day = queries.get_backtest(reader(), backtest_id).day
    found = _ask(day, is_renewed=True)
    return redirect(url_for("scores.backtest", backtest_id=found), 303)


def _ask(day: date, *, is_renewed: bool = False) -> str:
    moment, who = now(), actor()
    with transaction() as session:
        return backtests.ask(session, day, actor=who, now=moment, is_renewed=is_renewed).public_id


def _index(form: DayForm) -> Any:
    session = reader()
    zone = actor().office_time_zone
    return render_template(
        "scores/backtests.html",
        form=form,
        backtests=queries.list_backtests(session),
        first_day=backtests.first_day(session, zone),
        last_day=today(now(), zone) - timedelta(days=1),
        kept_count=backtests.KEPT,
    )


def _progress(found: Backtest) -> dict[str, Any]:
    problem = _(found.problem) if found.problem else None
    return {"backtest": found, "problem": problem}


def _days() -> int | None:
    """The days within which a lead counts as announced; None for ever so far."""
    within = request.args.get("within", str(queries.HORIZONS[-1]))
    if within == _EVER:
        return None
    if within not in {str(days) for days in queries.HORIZONS}:
        raise NotFoundError
    return int(within)


def _start(count: int) -> int:
    start = request.args.get("from", 0, type=int)
    if start < 0 or (start and start >= count):
        raise NotFoundError
    return start


def _horizons() -> list[tuple[str, str]]:
    return [
        ("90", _("within 90 days")),
        ("180", _("within 180 days")),
        ("365", _("within 12 months")),
        (_EVER, _("ever so far")),
    ]
