"""What a lead, an announcement or a mission cites: a page of its own to say so, or not any more."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.agreements import citing, queries
from crm.agreements.citing import AGREEMENT, Cited, Subject, list_cited
from crm.agreements.forms import CiteForm
from crm.agreements.views import blueprint
from crm.announcements.queries import get_announcement
from crm.leads.page_queries import get_lead
from crm.missions.queries import get_mission
from crm.organizations.looks import is_noted, note_look
from crm.web.access import WRITERS, allow
from crm.web.paths import own_path
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.announcement import Announcement
from models.errors import DomainError, NotFoundError
from models.lead import Lead

Getter = Callable[[Session], Subject]


@blueprint.route("/cited-by/lead/<lead_id>", methods=["GET", "POST"])
@allow(WRITERS)
def cite_on_lead(lead_id: str) -> Any:
    """What a lead cites, and one more."""
    return _cite(lambda session: get_lead(session, lead_id), lead_id=lead_id)


@blueprint.post("/cited-by/lead/<lead_id>/remove")
@allow(WRITERS)
def withdraw_from_lead(lead_id: str) -> Any:
    """A lead does not cite it."""
    return _withdraw(lambda session: get_lead(session, lead_id))


@blueprint.route("/cited-by/announcement/<announcement_id>", methods=["GET", "POST"])
@allow(WRITERS)
def cite_on_announcement(announcement_id: str) -> Any:
    """What an announcement cites, and one more."""
    return _cite(
        lambda session: get_announcement(session, announcement_id, now=now()),
        announcement_id=announcement_id,
    )


@blueprint.post("/cited-by/announcement/<announcement_id>/remove")
@allow(WRITERS)
def withdraw_from_announcement(announcement_id: str) -> Any:
    """An announcement does not cite it."""
    return _withdraw(lambda session: get_announcement(session, announcement_id, now=now()))


@blueprint.route("/cited-by/mission/<mission_id>", methods=["GET", "POST"])
@allow(WRITERS)
def cite_on_mission(mission_id: str) -> Any:
    """What a mission cites, and one more."""
    return _cite(lambda session: get_mission(session, mission_id), mission_id=mission_id)


@blueprint.post("/cited-by/mission/<mission_id>/remove")
@allow(WRITERS)
def withdraw_from_mission(mission_id: str) -> Any:
    """A mission does not cite it."""
    return _withdraw(lambda session: get_mission(session, mission_id))


def _cite(get: Getter, **arguments: Any) -> Any:
    subject = get(reader())
    form = CiteForm(what=request.args.get("what"))
    agreements, figures = queries.list_choices(reader())
    offered = [
        *((f"{AGREEMENT}:{key}", name) for key, name in agreements),
        *((f"{citing.FIGURE}:{key}", name) for key, name in figures),
    ]
    form.what.choices = offered
    if form.validate_on_submit():
        try:
            with transaction() as session:
                found = _cited(session, form.what.data)
                citing.cite(
                    session,
                    get(session),
                    found,
                    note=form.note.data,
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            put_problem(form, error)
        else:
            flash(_("It is cited."), "success")
            return redirect(own_path(request.form.get("next"), home_of(subject)), 303)
    subject = get(reader())
    _note_look(subject)
    subject = get(reader())
    page = render_template(
        "agreements/cite.html",
        form=form,
        subject=subject,
        home=home_of(subject),
        cited=list_cited(reader(), subject),
        remove=remove_address(subject),
        agreements=agreements,
        figures=figures,
        here=url_for(request.endpoint or "", **arguments),
    )
    return page, 422 if form.is_submitted() else 200


def _withdraw(get: Getter) -> Any:
    with transaction() as session:
        subject = get(session)
        found = _cited(session, request.form.get("what", ""))
        citing.withdraw(session, subject, found, actor=actor())
        home = home_of(subject)
    flash(_("It is not cited any more."), "success")
    return redirect(own_path(request.form.get("next"), home), 303)


def _cited(session: Session, key: str) -> Cited:
    """The agreement or the figure that a form names.

    Raises:
        NotFoundError: there is none.
    """
    what, _colon, public_id = key.partition(":")
    if what == AGREEMENT:
        return queries.get_agreement(session, public_id)
    if what == citing.FIGURE:
        return queries.get_statistic(session, public_id)
    raise NotFoundError


def home_of(subject: Subject) -> str:
    """The page of what cites."""
    if isinstance(subject, Lead):
        return url_for("leads.show", lead_id=subject.public_id)
    if isinstance(subject, Announcement):
        return url_for("announcements.show", announcement_id=subject.public_id)
    return url_for("missions.show", mission_id=subject.public_id)


def remove_address(subject: Subject) -> str:
    """Where the form goes that takes a citation away."""
    if isinstance(subject, Lead):
        return url_for(".withdraw_from_lead", lead_id=subject.public_id)
    if isinstance(subject, Announcement):
        return url_for(".withdraw_from_announcement", announcement_id=subject.public_id)
    return url_for(".withdraw_from_mission", mission_id=subject.public_id)


def _note_look(subject: Subject) -> None:
    """An administrator sees what is other teams'; each look is on record."""
    team_id = getattr(subject, "team_id", None)
    if not is_noted(team_id, actor()):
        return
    lead_id = subject.id if isinstance(subject, Lead) else getattr(subject, "lead_id", None)
    with transaction() as session:
        note_look(
            session,
            subject.__tablename__,
            subject.id,
            team_id=team_id,
            lead_id=lead_id,
            actor=actor(),
            now=now(),
        )
