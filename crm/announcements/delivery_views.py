"""Pages of delivery: what is due to be checked, and one check."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.announcements import delivery, delivery_queries
from crm.announcements.delivery import MONTHS, DeliveryDetails
from crm.announcements.part_forms import DeliveryForm
from crm.announcements.parts import done, keep_evidence, load, part_page, whole
from crm.announcements.views import blueprint
from crm.timezones import today
from crm.web.access import EVERYBODY, WRITERS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.errors import DomainError, NotFoundError


@blueprint.get("/delivery")
@allow(EVERYBODY)
def deliveries() -> Any:
    """What was promised and has to be checked, and what has landed."""
    chosen = request.args.get("show", "")
    show = chosen if chosen in delivery_queries.SHOWN else delivery_queries.SHOWN[0]
    day = today(now(), actor().time_zone)
    return render_template(
        "announcements/deliveries.html",
        page=delivery_queries.list_deliveries(
            reader(), show, day=day, now=now(), cursor=request.args.get("after")
        ),
        counts=delivery_queries.count_deliveries(reader(), day=day, now=now()),
        show=show,
        today=day,
        may_write=actor().may_write,
    )


@blueprint.route("/<announcement_id>/delivery/<int:months>", methods=["GET", "POST"])
@allow(WRITERS)
def check_delivery(announcement_id: str, months: int) -> Any:
    """Keep what had landed so many months later."""
    found = load(reader(), announcement_id)
    if months not in MONTHS:
        raise NotFoundError
    on_file = {check.months: check for check in delivery.list_checks(reader(), found)}.get(months)
    values: dict[str, Any] = {"checked_on": today(now(), actor().time_zone)}
    if on_file is not None and on_file.checked_on is not None:
        values = {
            "checked_on": on_file.checked_on,
            "landed_jobs": on_file.landed_jobs,
            "landed_amount": on_file.landed_amount,
            "currency": on_file.currency or "",
            "evidence": on_file.evidence,
        }
    form = DeliveryForm(data=values)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                announcement = load(session, announcement_id)
                delivery.check_delivery(
                    session,
                    announcement,
                    months,
                    DeliveryDetails(
                        form.checked_on.data,
                        landed_jobs=whole(form.landed_jobs.data),
                        landed_amount=whole(form.landed_amount.data),
                        currency=form.currency.data or None,
                        evidence=form.evidence.data,
                    ),
                    file=keep_evidence(session, announcement, form.file.data),
                    actor=actor(),
                    now=now(),
                )
            return done(announcement_id, _("The check is kept."), "delivery-title")
        except DomainError as error:
            put_problem(form, error)
    return part_page(
        announcement_id,
        form,
        _("What landed after %(months)s months", months=months),
        _("Keep the check"),
        hints={
            "landed_jobs": _l("Leave it empty where nobody could say: that is not known, not 0."),
            "evidence": _l("A payroll count, a visit, a permit: what landed needs its proof."),
        },
    )
