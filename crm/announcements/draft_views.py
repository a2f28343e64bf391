"""Pages of the words before they are said, and of who agreed to them."""

from typing import Any

from flask_babel import gettext as _

from crm.announcements import drafts
from crm.announcements.drafts import ApprovalDetails
from crm.announcements.part_forms import ApprovalForm, DraftForm
from crm.announcements.parts import done, load, part_page
from crm.announcements.views import blueprint
from crm.interactions.moments import local_moment
from crm.web.access import WRITERS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.commitment import ApprovalParty
from models.errors import DomainError

_ANSWERS = {"asked": None, "agreed": True, "refused": False}


@blueprint.route("/<announcement_id>/words/new", methods=["GET", "POST"])
@allow(WRITERS)
def new_draft(announcement_id: str) -> Any:
    """Write one more version of the words."""
    versions = drafts.list_drafts(reader(), load(reader(), announcement_id))
    latest = versions[0] if versions else None
    form = DraftForm(
        data={"text": latest.text, "language": latest.language or ""} if latest else {}
    )
    if form.validate_on_submit():
        try:
            with transaction() as session:
                made = drafts.add_draft(
                    session,
                    load(session, announcement_id),
                    form.text.data,
                    language=form.language.data or None,
                    actor=actor(),
                    now=now(),
                )
                number = made.number
            return done(
                announcement_id, _("Version %(number)s is kept.", number=number), "words-title"
            )
        except DomainError as error:
            put_problem(form, error)
    return part_page(
        announcement_id,
        form,
        _("The words to be said"),
        _("Keep as a new version"),
        above=_("Who agreed to an older version has not agreed to the new one.")
        if latest
        else None,
    )


@blueprint.route("/<announcement_id>/words/<draft_id>/answer", methods=["GET", "POST"])
@allow(WRITERS)
def new_approval(announcement_id: str, draft_id: str) -> Any:
    """Keep what the company, the province or the mayor's office said of one version."""
    draft = drafts.get_draft(reader(), load(reader(), announcement_id), draft_id)
    heading = _("An answer to version %(number)s", number=draft.number)
    form = ApprovalForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                found = load(session, announcement_id)
                drafts.record_approval(
                    session,
                    drafts.get_draft(session, found, draft_id),
                    _details(form),
                    actor=actor(),
                    now=now(),
                )
            return done(announcement_id, _("The answer is kept."), "words-title")
        except DomainError as error:
            put_problem(form, error)
    return part_page(announcement_id, form, heading, _("Keep the answer"))


def _details(form: ApprovalForm) -> ApprovalDetails:
    stated = form.decided_at.data
    return ApprovalDetails(
        ApprovalParty(form.party.data),
        _ANSWERS[form.answer.data],
        name=form.name.data,
        decided_at=local_moment(stated.date(), stated.time(), actor().time_zone, field="decided_at")
        if stated is not None
        else None,
        note=form.note.data,
    )
