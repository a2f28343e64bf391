"""Letters: what waits for the mail server, and why; never what a letter says."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from crm.admin.views import blueprint
from crm.mail.queries import count_letters, get_letter, list_letters
from crm.mail.sending import MOST_ATTEMPTS, try_again
from crm.web.access import ADMINS, allow
from crm.web.request import now, reader, settings, transaction


@blueprint.get("/letters")
@allow(ADMINS)
def letters() -> str:
    """Letters that wait, then the last ones that were sent."""
    return render_template(
        "admin/letters.html",
        rows=list_letters(reader()),
        counts=count_letters(reader()),
        has_server=settings().smtp_url is not None,
        sender=settings().mail_from,
        most_attempts=MOST_ATTEMPTS,
        now=now(),
    )


@blueprint.post("/letters/<letter_id>/again")
@allow(ADMINS)
def send_again(letter_id: str) -> Any:
    """Give a letter that the server refused its next turn at once."""
    with transaction() as session:
        try_again(get_letter(session, letter_id), now=now())
    flash(_("It is tried again within a minute."), "success")
    return redirect(url_for(".letters"), 303)
