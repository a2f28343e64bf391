"""What hangs on a site search: offers, parts, what was sent, and how it ended."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from crm.errors import sentence
from crm.properties.queries import get_property
from crm.site_searches import queries, service
from crm.site_searches.forms import EndForm, FateForm, PartForm, ReceivedForm, SendingForm
from crm.site_searches.service import PartDetails, SendingDetails
from crm.site_searches.views import blueprint, show_page
from crm.web.access import WRITERS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.errors import DomainError
from models.site_search import PartOwner, SearchPart, SearchResult, SearchSending, SiteOffer

_Write = Callable[[Session], None]


@blueprint.post("/<search_id>/offers")
@allow(WRITERS)
def offer(search_id: str) -> Any:
    """Offer a property."""

    def write(session: Session) -> None:
        search = queries.get_search(session, search_id)
        offered = get_property(session, request.form.get("property", ""))
        service.offer_property(session, search, offered, actor=actor())

    return _small(search_id, "offers", write, _("It is among the properties offered."))


@blueprint.post("/<search_id>/offers/<offer_id>")
@allow(WRITERS)
def judge(search_id: str, offer_id: str) -> Any:
    """Say what became of a property that was offered."""

    def write(session: Session) -> None:
        service.judge_offer(
            session,
            queries.get_child(session, SiteOffer, search_id, offer_id),
            result=_result(form),
            reason=form.reason.data,
            actor=actor(),
        )

    form = FateForm()
    return _small(search_id, "offers", write, _("The change is saved."), form)


@blueprint.post("/<search_id>/offers/<offer_id>/withdraw")
@allow(WRITERS)
def withdraw(search_id: str, offer_id: str) -> Any:
    """Take a property off that was not offered after all."""

    def write(session: Session) -> None:
        found = queries.get_child(session, SiteOffer, search_id, offer_id)
        service.withdraw_offer(session, found, actor=actor())

    return _small(search_id, "offers", write, _("It is taken off."))


@blueprint.post("/<search_id>/parts")
@allow(WRITERS)
def owe(search_id: str) -> Any:
    """Write down a part of the answer that somebody owes."""
    form = PartForm()

    def write(session: Session) -> None:
        search = queries.get_search(session, search_id)
        service.owe_part(session, search, _part(form), actor=actor())

    return _kept(search_id, "parts", ("part_form", form), write, _("The part is written down."))


@blueprint.post("/<search_id>/parts/<part_id>")
@allow(WRITERS)
def revise(search_id: str, part_id: str) -> Any:
    """Say better who owes what by when."""

    def write(session: Session) -> None:
        found = queries.get_child(session, SearchPart, search_id, part_id)
        service.revise_part(session, found, _part(form), actor=actor())

    form = PartForm()
    return _small(search_id, "parts", write, _("The change is saved."), form)


@blueprint.post("/<search_id>/parts/<part_id>/received")
@allow(WRITERS)
def receive(search_id: str, part_id: str) -> Any:
    """Tick off a part that came in, or take the tick back."""

    def write(session: Session) -> None:
        service.receive_part(
            session,
            queries.get_child(session, SearchPart, search_id, part_id),
            received_on=form.received_on.data,
            actor=actor(),
            now=now(),
        )

    form = ReceivedForm()
    return _small(search_id, "parts", write, _("The change is saved."), form)


@blueprint.post("/<search_id>/parts/<part_id>/drop")
@allow(WRITERS)
def drop_part(search_id: str, part_id: str) -> Any:
    """Take off a part that nobody owes."""

    def write(session: Session) -> None:
        found = queries.get_child(session, SearchPart, search_id, part_id)
        service.drop_part(session, found, actor=actor())

    return _small(search_id, "parts", write, _("It is taken off."))


@blueprint.post("/<search_id>/sendings")
@allow(WRITERS)
def send(search_id: str) -> Any:
    """Write down what was sent; the answer is the lead's proof for the Proposal stage."""
    form = SendingForm()

    def write(session: Session) -> None:
        search = queries.get_search(session, search_id)
        service.note_sending(
            session,
            search,
            search.lead,
            SendingDetails(
                form.what.data, form.sent_on.data, form.sent_to.data, form.is_answer.data
            ),
            actor=actor(),
            now=now(),
        )

    told = _("It is written down.")
    if form.is_answer.data:
        told = _("The answer is written down: the lead has its proof for the Proposal stage.")
    return _kept(search_id, "sendings", ("sending_form", form), write, told)


@blueprint.post("/<search_id>/sendings/<sending_id>/drop")
@allow(WRITERS)
def drop_sending(search_id: str, sending_id: str) -> Any:
    """Take off what was not sent after all."""

    def write(session: Session) -> None:
        found = queries.get_child(session, SearchSending, search_id, sending_id)
        service.drop_sending(session, found, actor=actor())

    return _small(search_id, "sendings", write, _("It is taken off."))


@blueprint.post("/<search_id>/end")
@allow(WRITERS)
def end(search_id: str) -> Any:
    """Say what became of our answer."""
    form = EndForm()

    def write(session: Session) -> None:
        service.end_search(
            session,
            queries.get_search(session, search_id),
            result=_result(form),
            reason=form.reason.data,
            result_on=form.result_on.data,
            actor=actor(),
            now=now(),
        )

    return _kept(search_id, "end", ("end_form", form), write, _("The change is saved."))


def _small(
    search_id: str, block: str, write: _Write, told: str, form: FlaskForm | None = None
) -> Any:
    """Do what a small form of one row asks for; a refusal is told above its block."""
    # First whether there is such a search: a form that is wrong must not tell.
    queries.get_search(reader(), search_id)
    if form is not None and not form.validate():
        problem = " ".join(str(one) for errors in form.errors.values() for one in errors)
        return show_page(search_id, refused=(block, problem)), 422
    try:
        with transaction() as session:
            write(session)
    except DomainError as error:
        if error.status in (403, 404):
            raise
        return show_page(search_id, refused=(block, sentence(error))), 422
    return _back(search_id, block, told)


def _kept(
    search_id: str, block: str, named_form: tuple[str, FlaskForm], write: _Write, told: str
) -> Any:
    """Do what a form asks for; it comes back as it was typed where something is wrong."""
    queries.get_search(reader(), search_id)
    name, form = named_form
    if form.validate():
        try:
            with transaction() as session:
                write(session)
        except DomainError as error:
            put_problem(form, error)
        else:
            return _back(search_id, block, told)
    return show_page(search_id, **{name: form}), 422


def _back(search_id: str, block: str, told: str) -> Any:
    flash(told, "success")
    return redirect(url_for(".show", search_id=search_id, _anchor=block), 303)


def _part(form: PartForm) -> PartDetails:
    return PartDetails(
        form.text.data, PartOwner(form.owed_by.data), form.person.data, form.due_on.data
    )


def _result(form: Any) -> SearchResult | None:
    return SearchResult(form.result.data) if form.result.data else None
