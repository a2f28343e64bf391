"""Pages of what an announcement promises."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from crm.announcements import commitments, sources
from crm.announcements.commitments import CommitmentDetails
from crm.announcements.forms import read_yes_or_no, typed_number
from crm.announcements.part_forms import CommitmentForm
from crm.announcements.parts import done, load, number, part_page
from crm.announcements.views import blueprint
from crm.web.access import WRITERS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, reader, transaction
from models.announcement import Announcement
from models.commitment import Commitment, CommitmentKind
from models.errors import DomainError, N_
from models.measure import Qualifier

_HINTS = {
    "amount": _l("Only what is stated. Leave it empty where no number is."),
    "unit": _l("Such as jobs, percent, years. An amount of money has its currency instead."),
    "currency": _l("Only where the text says which dollars, yen or won are meant."),
}


@blueprint.route("/<announcement_id>/promises/new", methods=["GET", "POST"])
@allow(WRITERS)
def new_commitment(announcement_id: str) -> Any:
    """Write one promise down."""
    return _page(announcement_id, None)


@blueprint.route("/<announcement_id>/promises/<commitment_id>", methods=["GET", "POST"])
@allow(WRITERS)
def edit_commitment(announcement_id: str, commitment_id: str) -> Any:
    """Say one promise better."""
    return _page(announcement_id, commitment_id)


@blueprint.post("/<announcement_id>/promises/<commitment_id>/remove")
@allow(WRITERS)
def remove_commitment(announcement_id: str, commitment_id: str) -> Any:
    """Take away what was never promised."""
    with transaction() as session:
        found = load(session, announcement_id)
        commitments.remove_commitment(
            session, commitments.get_commitment(session, found, commitment_id), actor=actor()
        )
    return done(announcement_id, _("The promise is removed."), "promises-title")


def _page(announcement_id: str, commitment_id: str | None) -> Any:
    found = load(reader(), announcement_id)
    on_file = commitments.get_commitment(reader(), found, commitment_id) if commitment_id else None
    form = CommitmentForm(data=_values(on_file) if on_file else {})
    form.document.choices = _documents(reader(), found)
    if on_file is not None and not form.is_submitted():
        form.document.data = _document_of(on_file, reader(), found)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                announcement = load(session, announcement_id)
                details = _details(session, announcement, form)
                if commitment_id is None:
                    commitments.add_commitment(session, announcement, details, actor=actor())
                else:
                    one = commitments.get_commitment(session, announcement, commitment_id)
                    commitments.revise_commitment(session, one, details, actor=actor())
            return done(announcement_id, _("The promise is kept."), "promises-title")
        except DomainError as error:
            put_problem(form, error)
    heading = _("A promise") if on_file is None else _("Change a promise")
    return part_page(announcement_id, form, heading, _("Keep the promise"), hints=_HINTS)


def _documents(session: Session, announcement: Announcement) -> list[tuple[str, Any]]:
    found = {
        source.document.public_id: source.document.title
        for source in sources.list_sources(session, announcement)
        if source.document is not None
    }
    if announcement.document is not None:
        found.setdefault(announcement.document.public_id, announcement.document.title)
    return [("", _("Not said")), *found.items()]


def _document_of(commitment: Commitment, session: Session, announcement: Announcement) -> str:
    keys = _document_keys(session, announcement)
    return next((name for name, key in keys.items() if key == commitment.document_id), "")


def _document_keys(session: Session, announcement: Announcement) -> dict[str, int]:
    found = {
        source.document.public_id: source.document.id
        for source in sources.list_sources(session, announcement)
        if source.document is not None
    }
    if announcement.document is not None:
        found[announcement.document.public_id] = announcement.document.id
    return found


def _values(commitment: Commitment) -> dict[str, Any]:
    joint = commitment.is_joint
    return {
        "kind": commitment.kind.value,
        "text": commitment.text,
        "qualifier": commitment.qualifier.value if commitment.qualifier else "",
        "amount": typed_number(commitment.amount),
        "upper": typed_number(commitment.upper),
        "unit": commitment.unit,
        "currency": commitment.currency or "",
        "is_joint": "" if joint is None else ("yes" if joint else "no"),
        "as_printed": commitment.as_printed,
    }


def _details(
    session: Session, announcement: Announcement, form: CommitmentForm
) -> CommitmentDetails:
    document_id = None
    if form.document.data:
        document_id = _document_keys(session, announcement).get(form.document.data)
        if document_id is None:
            raise DomainError(N_("Choose a source from the list."), field="document")
    return CommitmentDetails(
        kind=CommitmentKind(form.kind.data),
        text=form.text.data,
        amount=number(form.amount.data),
        upper=number(form.upper.data),
        qualifier=Qualifier(form.qualifier.data) if form.qualifier.data else None,
        unit=form.unit.data,
        currency=form.currency.data or None,
        is_joint=read_yes_or_no(form.is_joint.data),
        as_printed=form.as_printed.data,
        document_id=document_id,
    )
