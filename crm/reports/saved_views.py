"""Pages of saved reports: saving one, the list of them, and to whom they are sent."""

from typing import Any

from babel.dates import get_day_names
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.errors import sentence
from crm.labels import choices
from crm.reports import saved as rules
from crm.reports import subscriptions
from crm.reports.catalogue import find_report, get_report
from crm.reports.params import read_params
from crm.reports.refusals import told
from crm.reports.views import blueprint
from crm.web.access import STAFF, allow
from crm.web.formatting import reading_locale
from crm.web.request import actor, now, reader, transaction
from models.errors import DomainError, N_
from models.report import ReportFormat, Rhythm, SavedReport
from models.user import Actor


@blueprint.get("/saved")
@allow(STAFF)
def saved() -> Any:
    """One's own saved reports, those of colleagues, and what one is sent."""
    found = rules.list_saved(reader(), actor())
    return render_template(
        "reports/saved.html",
        own=[item for item in found if item.owner_id == actor().id],
        shared=[item for item in found if item.owner_id != actor().id],
        sent=subscriptions.list_subscriptions(reader(), actor()),
        title_of=_title,
        address_of=_address,
        weekdays=_weekdays(),
        said=told,
    )


@blueprint.route("/saved/new/<kind>", methods=["GET", "POST"])
@allow(STAFF)
def save_report(kind: str) -> Any:
    """Keep the report in the address, with its filters, under a name."""
    report = get_report(kind, actor().role)
    params = read_params(request.args)
    problem = None
    name = request.form.get("name", "")
    if request.method == "POST":
        try:
            with transaction() as session:
                made = rules.save_report(
                    session,
                    kind=kind,
                    params=params,
                    name=name,
                    is_shared="is_shared" in request.form,
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            if error.status != 422:
                raise
            problem = sentence(error)
        else:
            flash(_("The report “%(name)s” is saved.", name=made.name), "success")
            return redirect(url_for(".saved_report", saved_id=made.public_id), 303)
    page = render_template(
        "reports/saved_form.html",
        report=report,
        args=params.as_args(),
        names=[item.name for item in rules.own_saved(reader(), actor(), kind)],
        name=name,
        is_shared="is_shared" in request.form,
        problem=problem,
    )
    return page, 422 if problem else 200


@blueprint.get("/saved/<saved_id>")
@allow(STAFF)
def saved_report(saved_id: str) -> Any:
    """A saved report: its name, who sees it, and to whom it is sent."""
    return _page(saved_id)


@blueprint.post("/saved/<saved_id>/change")
@allow(STAFF)
def change_saved(saved_id: str) -> Any:
    """Call it otherwise, and say who sees it."""
    try:
        with transaction() as session:
            rules.change_saved(
                session,
                rules.get_saved(session, actor(), saved_id),
                name=request.form.get("name", ""),
                is_shared="is_shared" in request.form,
                actor=actor(),
            )
    except DomainError as error:
        if error.status != 422:
            raise
        return _page(saved_id, problems={"name": sentence(error)}), 422
    flash(_("The change is saved."), "success")
    return redirect(url_for(".saved_report", saved_id=saved_id), 303)


@blueprint.post("/saved/<saved_id>/delete")
@allow(STAFF)
def delete_saved(saved_id: str) -> Any:
    """Delete it, and with it what is sent of it."""
    with transaction() as session:
        rules.delete_saved(session, rules.get_saved(session, actor(), saved_id), actor=actor())
    flash(_("The saved report is deleted, and is sent no more."), "success")
    return redirect(url_for(".saved"), 303)


@blueprint.post("/saved/<saved_id>/send")
@allow(STAFF)
def subscribe(saved_id: str) -> Any:
    """Send it to oneself, or as a manager to somebody else."""
    try:
        rhythm, kind, weekday = _schedule()
        with transaction() as session:
            subscriptions.subscribe(
                session,
                rules.get_saved(session, actor(), saved_id),
                user_id=request.form.get("user") or None,
                rhythm=rhythm,
                weekday=weekday,
                kind=kind,
                actor=actor(),
                now=now(),
            )
    except DomainError as error:
        if error.status != 422:
            raise
        return _page(saved_id, problems={error.field or "user": sentence(error)}), 422
    flash(_("It will be sent."), "success")
    return redirect(url_for(".saved_report", saved_id=saved_id), 303)


@blueprint.post("/subscriptions/<subscription_id>/stop")
@allow(STAFF)
def stop_subscription(subscription_id: str) -> Any:
    """Send no more of it."""
    with transaction() as session:
        found = subscriptions.get_subscription(session, actor(), subscription_id)
        subscriptions.stop(found, actor=actor())
    flash(_("It is sent no more."), "success")
    return redirect(url_for(".saved"), 303)


def _page(saved_id: str, problems: dict[str, str] | None = None) -> str:
    item = rules.get_saved(reader(), actor(), saved_id)
    return render_template(
        "reports/saved_report.html",
        item=item,
        title=_title(item),
        address=_address(item),
        is_own=item.owner_id == actor().id,
        sent=subscriptions.list_subscriptions(reader(), actor(), item),
        people=_people(item, actor()),
        rhythms=choices(Rhythm),
        formats=choices(ReportFormat),
        weekdays=_weekdays(),
        said=told,
        problems=problems or {},
    )


def _people(item: SavedReport, who: Actor) -> list[tuple[str, str]]:
    """Whom a manager may send it to."""
    if not who.may_direct:
        return []
    found = subscriptions.recipients(reader(), item)
    return [(user.public_id, user.name) for user in found if user.id != who.id]


def _schedule() -> tuple[Rhythm, ReportFormat, int | None]:
    rhythm, kind = request.form.get("rhythm", ""), request.form.get("format", "")
    if rhythm not in set(Rhythm):
        raise DomainError(N_("Choose how often."), field="rhythm")
    if kind not in set(ReportFormat):
        raise DomainError(N_("Choose a format."), field="format")
    weekday = request.form.get("weekday", "")
    day = int(weekday) if weekday in {str(number) for number in range(7)} else None
    return Rhythm(rhythm), ReportFormat(kind), day


def _weekdays() -> list[tuple[int, str]]:
    names = get_day_names("wide", locale=reading_locale())
    return [(number, names[number]) for number in range(7)]


def _title(item: SavedReport) -> Any:
    report = find_report(item.kind)
    return report.title if report is not None else item.kind


def _address(item: SavedReport) -> str:
    args: dict[str, Any] = dict(read_params(item.params).as_args())
    return url_for("reports.show", code=item.kind, **args)
