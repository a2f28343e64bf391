"""My day."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.bre.case_queries import list_my_cases
from crm.days import read_moment
from crm.errors import sentence
from crm.home import service
from crm.home.forms import CallForm, HandOverForm
from crm.home.queries import load_my_day
from crm.interactions.queries import get_lead
from crm.interactions.service import log_call
from crm.labels import REQUIREMENTS, label
from crm.missions.debrief_queries import list_waiting
from crm.scores.bands import band
from crm.scores.wording import reason_texts
from crm.site_searches.queries import load_my_searches
from crm.timezones import today
from crm.web.access import DIRECTORS, EVERYBODY, WRITERS, allow
from crm.web.request import actor, now, reader, settings, transaction
from models.errors import DomainError
from models.lead import LossReason

blueprint = Blueprint("home", __name__, url_prefix="")

_CALL_AGAIN = timedelta(days=14)


@blueprint.get("/")
@allow(EVERYBODY)
def index() -> str:
    """What to do today, in order."""
    return _page()


@blueprint.post("/call/<lead_id>")
@allow(WRITERS)
def call(lead_id: str) -> Any:
    """One tap: the call took place, and the next one has its day."""
    # First whether there is such a lead: a form that is wrong must not tell.
    get_lead(reader(), lead_id)
    form = CallForm()
    if not form.validate():
        return _refuse(lead_id, _("Say on which day to call again."))
    try:
        with transaction() as session:
            lead = get_lead(session, lead_id)
            interaction = log_call(
                session,
                lead,
                next_on=form.next_on.data,
                step=None,
                summary=(form.summary.data or "").strip() or _("Call"),
                # A next step that stands already keeps its words and gets the new day.
                next_step=lead.next_action or _("Call again"),
                actor=actor(),
                now=now(),
            )
    except DomainError as error:
        if error.status in (403, 404):
            raise
        return _refuse(lead_id, sentence(error))
    if request.headers.get("HX-Request"):
        return render_template("home/_called.html", lead=lead, interaction=interaction)
    flash(_("The call is logged: %(name)s", name=lead.title), "success")
    return redirect(url_for("home.index", _anchor="call"), 303)


@blueprint.post("/snooze/<lead_id>")
@allow(WRITERS)
def snooze(lead_id: str) -> Any:
    """Let a quiet lead rest for a week or a month."""
    with transaction() as session:
        lead = get_lead(session, lead_id)
        until_on = service.snooze_lead(
            session, lead, days=request.form.get("days", 0, int), actor=actor(), now=now()
        )
    if request.headers.get("HX-Request"):
        return render_template("home/_rests.html", lead=lead, until_on=until_on)
    flash(_("%(name)s rests for now.", name=lead.title), "success")
    return redirect(url_for("home.index", _anchor="quiet"), 303)


@blueprint.post("/seen")
@allow(EVERYBODY)
def seen() -> Any:
    """What changed has been seen, up to the moment the page was made."""
    until = read_moment(request.form.get("until"))
    with transaction() as session:
        service.note_seen(session, until=until or now(), actor=actor(), now=now())
    return redirect(url_for("home.index", _anchor="changed"), 303)


@blueprint.post("/hand-over")
@allow(DIRECTORS)
def hand_over() -> Any:
    """Give what nobody owns to a colleague."""
    form = HandOverForm()
    try:
        with transaction() as session:
            handed = service.hand_over_work(
                session,
                to=form.to.data or "",
                lead_ids=form.leads.data or (),
                enquiry_ids=form.enquiries.data or (),
                former_ids=form.former.data or (),
                actor=actor(),
                now=now(),
            )
    except DomainError as error:
        if error.status in (403, 404):
            raise
        return _page(hand_over_form=form, hand_over_problem=sentence(error)), 422
    flash(
        _(
            "Handed over. Leads: %(leads)s, promises: %(promises)s, enquiries: %(enquiries)s.",
            leads=handed.lead_count,
            promises=handed.promise_count,
            enquiries=handed.enquiry_count,
        ),
        "success",
    )
    return redirect(url_for("home.index"), 303)


def _page(
    *,
    call_problem: tuple[str, str] | None = None,
    hand_over_form: HandOverForm | None = None,
    hand_over_problem: str | None = None,
) -> str:
    moment = now()
    day = load_my_day(reader(), actor(), now=moment, quiet_after_days=settings().quiet_after_days)
    return render_template(
        "home/index.html",
        day=day,
        now=moment,
        my_today=today(moment, actor().time_zone),
        next_on=today(moment, actor().time_zone) + _CALL_AGAIN,
        quiet_after_days=settings().quiet_after_days,
        may_write=actor().may_write,
        reason_of=_reason,
        band=band,
        question_of=REQUIREMENTS.__getitem__,
        words_of=_words_of,
        my_cases=list_my_cases(reader(), actor()),
        to_debrief=list_waiting(reader(), actor(), now=moment),
        my_searches=load_my_searches(reader(), actor(), now=moment),
        call_problem=call_problem,
        hand_over_form=hand_over_form or HandOverForm(formdata=None),
        hand_over_problem=hand_over_problem,
    )


def _reason(reasons: Sequence[dict[str, Any]]) -> str | None:
    """The first reason that speaks for a lead; None where its score has none."""
    told = reason_texts(reasons, limit_up=1, limit_down=0)
    return told[0].text if told else None


def _words_of(reason: str) -> str:
    """The reason of a change; of a loss without words of its own, what its code is called."""
    return label(LossReason(reason)) if reason in set(LossReason) else reason


def _refuse(lead_id: str, problem: str) -> Any:
    if request.headers.get("HX-Request"):
        answer = render_template("errors/_notice.html", message=problem, status=422)
        return Response(
            answer,
            422,
            {"HX-Retarget": f"#problem-{lead_id}", "HX-Reswap": "innerHTML"},
        )
    return _page(call_problem=(lead_id, problem)), 422
