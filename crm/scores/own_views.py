"""An officer's chance in the model's place: setting it, and taking it back."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from crm.leads.page_queries import get_lead
from crm.organizations.looks import is_noted, note_look
from crm.scores import overriding, version_queries
from crm.scores.bands import band
from crm.scores.judged import officers_record
from crm.scores.own import own_of
from crm.scores.views import blueprint
from crm.timezones import today
from crm.web.access import STAFF, WRITERS, allow
from crm.web.fields import DayField, NumberField
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.errors import DomainError
from models.lead import Lead

_NEEDED = _l("This is needed.")


class OwnForm(FlaskForm):
    """A chance, why, and until when."""

    chance = NumberField(
        _l("My chance of its ever being announced, in percent"),
        [InputRequired(_NEEDED), NumberRange(0, 100, _l("Write a number from 0 to 100."))],
        render_kw={"inputmode": "decimal"},
    )
    note = TextAreaField(
        _l("What do you know that the model does not?"),
        [InputRequired(_NEEDED), Length(max=overriding.LONGEST_NOTE)],
        render_kw={"rows": 3},
    )
    until_on = DayField(_l("Last day on which it stands"), [Optional()])


@blueprint.get("/leads/<lead_id>/own")
@allow(STAFF)
def own(lead_id: str) -> Any:
    """What officers said of a lead's chance, and the form to say it."""
    lead = get_lead(reader(), lead_id)
    if is_noted(lead.team_id, actor()):
        with transaction() as session:
            note_look(
                session,
                "leads",
                lead.id,
                team_id=lead.team_id,
                lead_id=lead.id,
                actor=actor(),
                now=now(),
            )
    return _page(lead, OwnForm(formdata=None))


@blueprint.post("/leads/<lead_id>/own")
@allow(WRITERS)
def set_own(lead_id: str) -> Any:
    """Put one's own chance in the place of the model's."""
    lead = get_lead(reader(), lead_id)
    form = OwnForm()
    if not form.validate_on_submit():
        return _page(lead, form), 422
    details = overriding.OverrideDetails(
        chance=float(form.chance.data) / 100, note=form.note.data, until_on=form.until_on.data
    )
    try:
        with transaction() as session:
            found = get_lead(session, lead_id)
            overriding.override_chance(session, found, details, actor=actor(), now=now())
    except DomainError as error:
        put_problem(form, error)
        return _page(get_lead(reader(), lead_id), form), error.status
    flash(_("Your chance stands in the place of the model's."), "success")
    return redirect(url_for("leads.show", lead_id=lead_id), 303)


@blueprint.post("/leads/<lead_id>/own/end")
@allow(WRITERS)
def end_own(lead_id: str) -> Any:
    """Take an officer's chance back."""
    with transaction() as session:
        lead = get_lead(session, lead_id)
        overriding.end_override(session, lead, actor=actor(), now=now())
    flash(_("The model's chance stands again."), "success")
    return redirect(url_for("leads.show", lead_id=lead_id), 303)


def _page(lead: Lead, form: OwnForm) -> str:
    session = reader()
    day = today(now(), actor().office_time_zone)
    return render_template(
        "scores/own.html",
        lead=lead,
        form=form,
        own=own_of(session, lead, day),
        score=overriding.current_score(session, lead.id),
        overrides=overriding.list_overrides(session, lead.id),
        record=officers_record(version_queries.freshness(session).version),
        day=day,
        band=band,
        may_write=actor().may_write,
    )
