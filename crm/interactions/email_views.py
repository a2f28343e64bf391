"""An e-mail dropped or pasted on a lead."""

from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.interactions import queries
from crm.interactions.email_messages import Email, read_email
from crm.interactions.emails import FiledEmail, file_email
from crm.interactions.forms import EmailForm
from crm.interactions.looks import note_own_look
from crm.interactions.queries import Subject
from crm.interactions.views import address_of, blueprint, go_on
from crm.web.access import WRITERS, allow
from crm.web.paths import own_path
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, settings, transaction
from models.errors import DomainError
from models.interaction import ContactDirection


@blueprint.route("/leads/<lead_id>/email", methods=["GET", "POST"])
@allow(WRITERS)
def email(lead_id: str) -> Any:
    """Turn an e-mail into a conversation: an .eml file as `file`, or its text as `raw`."""
    form = EmailForm()
    if form.validate_on_submit():
        try:
            message = _message(form)
            with transaction() as session:
                lead = queries.get_lead(session, lead_id)
                filed = file_email(
                    session,
                    message,
                    lead=lead,
                    config=settings(),
                    actor=actor(),
                    now=now(),
                    happened_on=form.happened_on.data,
                    direction=ContactDirection(form.direction.data)
                    if form.direction.data
                    else None,
                )
        except DomainError as error:
            put_problem(form, error)
        else:
            _tell(filed)
            return go_on(own_path(request.values.get("next"), address_of(Subject(lead))))
    lead = queries.get_lead(reader(), lead_id)
    note_own_look(lead)
    page = render_template(
        "interactions/email.html",
        form=form,
        lead=lead,
        next=own_path(request.values.get("next"), url_for("leads.show", lead_id=lead_id)),
        limit=settings().attachment_limit // (1024 * 1024),
    )
    return page, 422 if form.is_submitted() else 200


def _message(form: EmailForm) -> Email:
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        return read_email(upload.read())
    return read_email((form.raw.data or "").encode(), is_pasted=True)


def _tell(filed: FiledEmail) -> None:
    flash(_("The e-mail is logged as a conversation."), "success")
    if filed.kept_count:
        flash(
            ngettext(
                "Its attachment is kept with it.",
                "Its %(num)d attachments are kept with it.",
                filed.kept_count,
            ),
            "success",
        )
    if filed.left_out:
        flash(
            _(
                "Left out, as files of this kind or size are not taken: %(names)s",
                names=", ".join(filed.left_out),
            ),
            "warning",
        )
