"""Pages of the register of gifts: the list, entering one, saying one better."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.organizations.looks import is_noted, note_look
from crm.organizations.matching import AmbiguousError, resolve_organization
from crm.thanks import gift_queries as queries
from crm.thanks.forms import GiftForm
from crm.thanks.gifts import About, GiftDetails, record_gift, revise_gift
from crm.thanks.views import blueprint
from crm.web.access import STAFF, WRITERS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.agenda import AgendaItem
from models.card import Gift, GiftDirection
from models.errors import DomainError
from models.organization import Organization


@blueprint.get("/gifts")
@allow(STAFF)
def gifts() -> str:
    """Gifts given and received, the latest first."""
    session = reader()
    chosen = queries.read_gift_filter(request.args)
    return render_template(
        "thanks/gifts.html",
        page=queries.list_gifts(session, chosen, cursor=request.args.get("after")),
        chosen=chosen,
        arguments=chosen.arguments,
        directions=GiftDirection,
        years=queries.list_gift_years(session),
        missions=queries.list_mission_choices(session),
        may_write=actor().may_write,
    )


@blueprint.route("/gifts/new", methods=["GET", "POST"])
@allow(WRITERS)
def new_gift() -> Any:
    """Enter a gift in the register."""
    item = queries.find_item(reader(), request.values.get("item"))
    form = _form(_first_values(item))
    choices: list[Any] = []
    if form.validate_on_submit():
        try:
            with transaction() as session:
                about = _about(session, form, None)
                record_gift(session, _details(form), about=about, actor=actor(), now=now())
        except DomainError as error:
            choices = error.choices if isinstance(error, AmbiguousError) else []
            put_problem(form, error)
        else:
            flash(_("The gift is in the register."), "success")
            return redirect(url_for(".gifts", mission=form.mission.data or None), 303)
    item = queries.find_item(reader(), request.values.get("item"))
    page = render_template("thanks/gift.html", form=form, choices=choices, gift=None, item=item)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/gifts/<gift_id>", methods=["GET", "POST"])
@allow(WRITERS)
def edit_gift(gift_id: str) -> Any:
    """Say an entry better: its value, where the gift is now."""
    gift = queries.get_gift(reader(), gift_id)
    form = _form(_values(gift))
    choices: list[Any] = []
    if form.validate_on_submit():
        try:
            with transaction() as session:
                found = queries.get_gift(session, gift_id)
                about = _about(session, form, found)
                revise_gift(session, found, _details(form), about=about, actor=actor(), now=now())
        except DomainError as error:
            choices = error.choices if isinstance(error, AmbiguousError) else []
            put_problem(form, error)
        else:
            flash(_("Your changes are kept."), "success")
            return redirect(url_for(".gifts"), 303)
    gift = queries.get_gift(reader(), gift_id)
    if is_noted(gift.team_id, actor()):
        with transaction() as session:
            note_look(session, "gifts", gift.id, team_id=gift.team_id, actor=actor(), now=now())
        gift = queries.get_gift(reader(), gift_id)
    page = render_template(
        "thanks/gift.html", form=form, choices=choices, gift=gift, item=gift.item
    )
    return page, 422 if form.is_submitted() else 200


def _form(values: dict[str, Any]) -> GiftForm:
    form = GiftForm(data=values)
    form.mission.choices = [("", _("No mission")), *queries.list_mission_choices(reader())]
    return form


def _first_values(item: AgendaItem | None) -> dict[str, Any]:
    company = item.organization if item is not None else None
    return {
        "direction": GiftDirection.RECEIVED.value,
        "mission": item.mission.public_id if item else request.args.get("mission", ""),
        "organization": company.name if company is not None else "",
        "our_person": actor().name,
    }


def _values(gift: Gift) -> dict[str, Any]:
    found = queries.find_mission_by_key(reader(), gift.mission_id)
    return {
        "direction": gift.direction.value,
        "description": gift.description,
        "person_name": gift.person_name or "",
        "organization": gift.organization.name if gift.organization else "",
        "our_person": gift.our_person or "",
        "given_on": gift.given_on,
        "value": gift.value_amount,
        "currency": gift.currency or "",
        "mission": found.public_id if found is not None else "",
        "disposition": gift.disposition or "",
    }


def _about(session: Session, form: GiftForm, gift: Gift | None) -> About:
    chosen = queries.find_mission(session, form.mission.data)
    item = gift.item if gift is not None else queries.find_item(session, request.form.get("item"))
    if item is not None and (chosen is None or item.mission_id != chosen.id):
        # Said to be of another mission, it was not given at this item.
        item = None
    return About(_organization(session, form, gift), chosen, item)


def _organization(session: Session, form: GiftForm, gift: Gift | None) -> Organization | None:
    text = (form.organization.data or "").strip()
    if not text:
        return None
    if gift is not None and gift.organization is not None and gift.organization.name == text:
        # It is the one, whatever others bear the name.
        return gift.organization
    return resolve_organization(session, text, field="organization")


def _details(form: GiftForm) -> GiftDetails:
    return GiftDetails(
        direction=GiftDirection(form.direction.data),
        description=form.description.data or "",
        person_name=form.person_name.data,
        our_person=form.our_person.data,
        value_amount=form.value.data,
        currency=form.currency.data or None,
        given_on=form.given_on.data,
        disposition=form.disposition.data,
    )
