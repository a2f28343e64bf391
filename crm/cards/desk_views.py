"""The desk: cards that wait for somebody to type what they say, one after the other."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.cards import queries
from crm.cards.forms import NEW, TypedForm
from crm.cards.matching import Proposals, propose
from crm.cards.service import Words, type_card
from crm.cards.views import blueprint
from crm.contacts.service import ContactDetails
from crm.interactions.looks import note_own_look
from crm.missions.clocks import usual_zone
from crm.organizations.choices import language_choices
from crm.organizations.plan import OrganizationDetails
from crm.organizations.queries import load_organization
from crm.organizations.service import add_organization
from crm.organizations.words import glyphs
from crm.web.access import EVERYBODY, WRITERS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.card import Card, CardStanding
from models.errors import DomainError
from models.organization import Organization

_TEXTS = (
    "native_name",
    "reading",
    "department",
    "native_title",
    "title",
    "honorific",
    "email",
    "phone",
    "language",
)
_NOBODY = Proposals((), (), None)


@blueprint.get("/desk")
@allow(EVERYBODY)
def desk() -> str:
    """The cards that wait to be typed, the longest waiting first."""
    session = reader()
    mission = queries.find_mission(session, request.args.get("mission"))
    return render_template(
        "cards/desk.html",
        page=queries.list_desk(session, mission, cursor=request.args.get("after")),
        waiting=queries.count_waiting(session, mission),
        mission=mission,
        arguments={"mission": mission.public_id} if mission else {},
        may_write=actor().may_write,
    )


@blueprint.route("/<card_id>/type", methods=["GET", "POST"])
@allow(WRITERS)
def type_in(card_id: str) -> Any:
    """Type what a card says, beside its photos."""
    card = queries.get_card(reader(), card_id)
    if card.standing is not CardStanding.TAKEN:
        return redirect(url_for(".show", card_id=card_id), 303)
    form = _form(card)
    proposals = _NOBODY
    if form.validate_on_submit():
        try:
            with transaction() as session:
                card = queries.get_card(session, card_id)
                proposals = propose(session, **_typed(form), now=now())
                is_asked = _ask(form, proposals)
                if not is_asked:
                    following = queries.find_next(session, card)
                    _type(session, card, form, proposals)
        except DomainError as error:
            put_problem(form, error)
        else:
            if not is_asked:
                flash(_("The card is typed."), "success")
                return _go_on(following)
    card = queries.get_card(reader(), card_id)
    if note_own_look(card):
        card = queries.get_card(reader(), card_id)
    if not form.is_submitted():
        proposals = propose(reader(), **_typed(form), now=now())
    page = render_template(
        "cards/type.html", card=card, form=form, proposals=proposals, glyphs=glyphs, NEW=NEW
    )
    return page, 422 if form.is_submitted() else 200


def _form(card: Card) -> TypedForm:
    form = TypedForm(data=_first_values(card) if request.method == "GET" else None)
    form.language.choices = language_choices(_("not known"))
    return form


def _first_values(card: Card) -> dict[str, Any]:
    markets = [market.country for market in card.mission.markets] if card.mission else []
    # In the market everybody's card is from there, or says otherwise.
    country = markets[0] if len(markets) == 1 else ""
    name = card.name or ""
    is_native = any(ord(letter) > 0x2E80 for letter in name)
    return {
        "native_name" if is_native else "printed_name": name,
        "country": country if usual_zone(country) else "",
        "language": "",
    }


def _typed(form: TypedForm) -> dict[str, Any]:
    return {
        "companies": (form.company.data, form.native_company.data),
        "names": (form.printed_name.data, form.native_name.data),
        "email": form.email.data,
        "country": form.country.data or None,
    }


def _ask(form: TypedForm, proposals: Proposals) -> bool:
    """Whether something is to be chosen first; an answer that was not offered is none."""
    is_asked = False
    companies = {one.public_id for one in proposals.companies}
    if proposals.companies and form.organization.data not in {*companies, NEW}:
        form.organization.errors = [_("Say whether it is one of these.")]
        is_asked = True
    people = {one.public_id for one in proposals.people}
    if proposals.people and form.contact.data not in {*people, NEW}:
        form.contact.errors = [_("Say whether it is one of these.")]
        is_asked = True
    return is_asked


def _type(session: Session, card: Card, form: TypedForm, proposals: Proposals) -> None:
    contact = None
    if proposals.people and form.contact.data != NEW:
        contact = queries.find_person(session, form.contact.data)
    type_card(
        session,
        card,
        ContactDetails(
            printed_name=form.printed_name.data or "",
            **{name: form[name].data or None for name in _TEXTS},
        ),
        Words(
            summary=card.note
            or _("Card of %(name)s", name=form.printed_name.data or form.native_name.data),
            obtained_from=_("Business card, %(mission)s", mission=card.mission.name)
            if card.mission
            else _("Business card"),
        ),
        organization=_organization(session, form, proposals),
        contact=contact,
        actor=actor(),
        now=now(),
    )


def _organization(session: Session, form: TypedForm, proposals: Proposals) -> Organization | None:
    if proposals.exact is not None:
        return load_organization(session, proposals.exact)
    if proposals.companies and form.organization.data != NEW:
        return load_organization(session, form.organization.data)
    name = (form.company.data or "").strip()
    native = (form.native_company.data or "").strip()
    if not name and not native:
        return None
    return add_organization(
        session,
        OrganizationDetails(
            name=name or None, native_name=native or None, country=form.country.data or None
        ),
        actor=actor(),
        now=now(),
    )


def _go_on(following: str | None) -> Any:
    if following is None:
        flash(_("No card waits to be typed any more."), "success")
        return redirect(url_for(".desk"), 303)
    return redirect(url_for(".type_in", card_id=following), 303)
