"""The sheet of a day: a line for each card, each saved by itself."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.cards import queries, sorting
from crm.cards.forms import SortForm
from crm.cards.sorting import Promised, SortDetails
from crm.cards.views import blueprint
from crm.days import read_day
from crm.interactions import choice_queries
from crm.interactions.looks import note_own_look
from crm.interactions.moments import business_days_after
from crm.missions.clocks import evening_zone
from crm.timezones import today
from crm.web.access import WRITERS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.card import Card, CardSorting, CardWish
from models.errors import DomainError, NotFoundError, N_
from models.mission import Mission
from models.stage import LeadType

# How soon who met somebody is expected to be heard of again.
_DUE = {CardWish.SEND_SOMETHING: 3, CardWish.TALK_AGAIN: 10, CardWish.KEEP: 20}


@dataclass(frozen=True, slots=True)
class Line:
    """A card on the sheet with its form, and the leads of its company."""

    card: Card
    form: SortForm
    leads: list[choice_queries.Choice]
    others: list[choice_queries.Choice]


@blueprint.get("/sort")
@allow(WRITERS)
def sort() -> str:
    """The cards of a day: lead, existing lead, keep in touch, discard."""
    session = reader()
    mission = queries.find_mission(session, request.args.get("mission"))
    zone_name = _zone(mission)
    days = queries.list_days(session, mission, zone_name)
    day = read_day(request.args.get("day")) or (days[0][0] if days else today(now(), zone_name))
    cards = queries.list_of_day(session, mission, day, zone_name)
    return render_template(
        "cards/sort.html",
        lines=_lines(session, cards, mission, zone_name),
        mission=mission,
        day=day,
        days=days,
        zone_name=zone_name,
        waiting=queries.count_waiting(session, mission),
        focus=None,
    )


@blueprint.post("/<card_id>/sort")
@allow(WRITERS)
def sort_one(card_id: str) -> Any:
    """Say what becomes of one card."""
    form = _line_form()
    chosen = request.form.get("sorting", "")
    if chosen not in set(CardSorting):
        raise NotFoundError
    if form.validate():
        try:
            with transaction() as session:
                card = queries.get_card(session, card_id)
                if chosen == CardSorting.LEAD:
                    _check_known(session, card)
                sorting.sort_card(
                    session,
                    card,
                    _details(session, form, card, CardSorting(chosen)),
                    lead=queries.find_lead(session, form.lead.data or ""),
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            put_problem(form, error)
        else:
            return _line_answer(card_id, None)
    return _line_answer(card_id, form)


@blueprint.post("/<card_id>/unsort")
@allow(WRITERS)
def unsort(card_id: str) -> Any:
    """Take back what became of one card."""
    with transaction() as session:
        card = queries.get_card(session, card_id)
        opened = sorting.unsort_card(
            session,
            card,
            summary=_summary(card),
            reason=_("Opened from a card by mistake"),
            actor=actor(),
            now=now(),
        )
    said = None
    if opened is not None:
        said = _("The lead that it had opened stands as abandoned: %(title)s", title=opened.title)
    return _line_answer(card_id, None, said=said)


def _check_known(session: Session, card: Card) -> None:
    """Refuse a second lead of a company to somebody whose sheet did not show the first.

    Raises:
        DomainError: it has been opened since: by a card of the same company, as a rule.
    """
    known = {*request.form.getlist("known")}
    theirs = queries.list_lead_choices(session, [card], None, actor()).by_company
    for lead in theirs.get(card.organization_id or 0, []):
        if lead.public_id not in known:
            raise DomainError(
                N_(
                    "This company has a lead by now: %(title)s. Add the card to it, or say once"
                    " more that it is a new one."
                ),
                field="lead",
                title=lead.name,
            )


def _line_answer(card_id: str, form: SortForm | None, *, said: str | None = None) -> Any:
    session = reader()
    card = queries.get_card(session, card_id)
    if note_own_look(card):
        session = reader()
        card = queries.get_card(session, card_id)
    mission = queries.find_mission(session, card.mission.public_id) if card.mission else None
    zone_name = _zone(mission)
    status = 422 if form is not None else 200
    if request.headers.get("HX-Request"):
        [line] = _lines(session, [card], mission, zone_name, form=form)
        page = render_template(
            "cards/_line.html", line=line, zone_name=zone_name, said=said, is_fresh=True
        )
        return page, status
    day = today(card.taken_at, zone_name)
    if form is None:
        if said:
            flash(said, "warning")
        where = request.form.get("mission") or None
        return redirect(
            url_for(".sort", mission=where, day=day.isoformat(), _anchor=f"card-{card_id}"), 303
        )
    cards = queries.list_of_day(session, mission, day, zone_name)
    lines = _lines(session, cards, mission, zone_name, form=form, only=card_id)
    page = render_template(
        "cards/sort.html",
        lines=lines,
        mission=mission,
        day=day,
        days=queries.list_days(session, mission, zone_name),
        zone_name=zone_name,
        waiting=queries.count_waiting(session, mission),
        focus=card_id,
    )
    return page, status


def _lines(
    session: Session,
    cards: Any,
    mission: Mission | None,
    zone_name: str,
    *,
    form: SortForm | None = None,
    only: str | None = None,
) -> list[Line]:
    leads = queries.list_lead_choices(session, cards, mission, actor())
    owners = choice_queries.list_owners(session)
    mine = choice_queries.public_id_of(session, actor())
    lines = []
    for card in cards:
        is_filled = form is not None and only in (None, card.public_id)
        own = form if is_filled and form is not None else _line_form(card)
        theirs = leads.by_company.get(card.organization_id, [])
        known = {one.public_id for one in theirs}
        others = [one for one in leads.others if one.public_id not in known]
        own.owner.choices = owners
        own.lead.choices = [("", "")]
        if not is_filled:
            own.owner.data = _owner(card, owners, mine)
        if theirs and not own.lead.data:
            own.lead.data = theirs[0].public_id
        lines.append(Line(card, own, theirs, others))
    return lines


def _line_form(card: Card | None = None) -> SortForm:
    if card is None:
        form = SortForm()
        form.lead.choices = form.owner.choices = []
        return form
    day = business_days_after(today(now(), actor().time_zone), _DUE[card.wish or CardWish.KEEP])
    form = SortForm(
        formdata=None,
        prefix="",
        data={
            "text": _next_step(card),
            "due_on": day if card.wish is not CardWish.KEEP else None,
            "lead_type": LeadType.INVESTMENT.value,
        },
    )
    for field in form:
        # The same form stands on the page once a card.
        field.id = f"{field.name}-{card.public_id}"
    return form


def _next_step(card: Card) -> str:
    if card.wish is CardWish.SEND_SOMETHING:
        return _("Send: %(what)s", what=card.note) if card.note else _("Send something")
    if card.wish is CardWish.TALK_AGAIN:
        return _("Talk again: %(what)s", what=card.note) if card.note else _("Talk again")
    return ""


def _owner(card: Card, owners: list[tuple[str, str]], mine: str) -> str:
    """Who took the card, as far as they can be given work; else whoever sorts it."""
    known = {public_id for public_id, _name in owners}
    taker = card.taken_by.public_id if card.taken_by is not None else ""
    return taker if taker in known else mine


def _details(session: Session, form: SortForm, card: Card, chosen: CardSorting) -> SortDetails:
    owner_id = choice_queries.find_user_id(session, form.owner.data or "")
    text = (form.text.data or "").strip()
    if chosen is CardSorting.KEEP_IN_TOUCH and not text:
        text = _("Keep in touch")
    promised = None
    if text and chosen is not CardSorting.DISCARD:
        promised = Promised(text, form.due_on.data, owner_id)
    return SortDetails(
        chosen,
        _summary(card),
        lead_type=LeadType(form.lead_type.data),
        owner_id=owner_id,
        promised=promised,
    )


def _summary(card: Card) -> str:
    name = card.contact.printed_name if card.contact else card.name or ""
    return card.note or _("Card of %(name)s", name=name)


def _zone(mission: Mission | None) -> str:
    if mission is None:
        return actor().time_zone
    return evening_zone(mission, otherwise=actor().office_time_zone)
