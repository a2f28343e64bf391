"""Pages of agenda items: adding one, one of them with its people and papers, changing it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.contacts.addressing import address_of
from crm.interactions.choice_queries import list_owners, list_people, public_id_of
from crm.interactions.queries import get_lead
from crm.labels import choices as label_choices
from crm.missions import agenda_queries, part_queries, queries
from crm.missions.agenda import add_item, mark_briefed, revise_item
from crm.missions.agenda_views import note_item_look
from crm.missions.cautions import warnings_of
from crm.missions.course import OPEN
from crm.missions.frame import Clocks, frame, warning_text
from crm.missions.item_forms import MATERIAL_ROWS, HoldForm, ItemForm, StandingForm, TimeForm
from crm.missions.item_parts import mark_material
from crm.missions.item_reading import filled_item, read_item
from crm.missions.naming import SeveralError
from crm.missions.reading import read_version
from crm.missions.rules import check_version
from crm.missions.views import blueprint
from crm.organizations.choices import language_name
from crm.organizations.matching import AmbiguousError
from crm.organizations.words import glyphs
from crm.timezones import today
from crm.web.access import EVERYBODY, WRITERS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.agenda import AgendaItem, AgendaStanding
from models.errors import DomainError
from models.mission import Mission


@blueprint.route("/<mission_id>/items/new", methods=["GET", "POST"])
@allow(WRITERS)
def new_item(mission_id: str) -> Any:
    """Put an item on the agenda, about whom the address names."""
    session = reader()
    mission = queries.get_brief(session, mission_id)
    clocks = Clocks.of(mission)
    form = ItemForm(data=_first_values(session, clocks) if request.method == "GET" else None)
    _offer(session, form, mission, None)
    choices: dict[str, list[Any]] = {}
    if form.validate_on_submit():
        try:
            with transaction() as session:
                found = queries.get_brief(session, mission_id)
                read = read_item(session, form, found, on_file=None)
                item = add_item(
                    session,
                    found,
                    read.details,
                    lead=read.lead,
                    organization=read.organization,
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            choices = _hold(form, error)
        else:
            flash(_("It is on the agenda."), "success")
            return redirect(url_for("missions.item", item_id=item.public_id), 303)
    return _form_page(mission_id, form, None, choices), 422 if form.is_submitted() else 200


@blueprint.get("/items/<item_id>")
@allow(EVERYBODY)
def item(item_id: str) -> str:
    """One item: when on both clocks, who, what for, how it stands, what was noted."""
    return item_page(item_id)


@blueprint.route("/items/<item_id>/edit", methods=["GET", "POST"])
@allow(WRITERS)
def edit_item(item_id: str) -> Any:
    """Change what is said of an item."""
    session = reader()
    known = agenda_queries.get_item(session, item_id)
    mission_id = known.mission.public_id
    clocks = Clocks.of(known.mission)
    form = ItemForm(data=filled_item(known, clocks.market) if request.method == "GET" else None)
    _offer(session, form, known.mission, known)
    choices: dict[str, list[Any]] = {}
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            with transaction() as session:
                found = agenda_queries.get_item(session, item_id)
                check_version(found, read_version(form.version.data))
                read = read_item(session, form, found.mission, on_file=found)
                revise_item(
                    session,
                    found,
                    read.details,
                    lead=read.lead,
                    organization=read.organization,
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            choices = _hold(form, error)
            status = error.status
        else:
            flash(_("The item is changed."), "success")
            return redirect(url_for("missions.item", item_id=item_id), 303)
    known = agenda_queries.get_item(reader(), item_id)
    if note_item_look(known):
        known = agenda_queries.get_item(reader(), item_id)
    if status == 409:
        # Whoever saves again has been told, and can look at the item beside.
        form.version.data = str(known.version)
    return _form_page(mission_id, form, known, choices), status


@blueprint.post("/items/<item_id>/materials/<material_id>")
@allow(WRITERS)
def tick_material(item_id: str, material_id: str) -> Any:
    """Say whether a paper is ready."""
    with transaction() as session:
        found = agenda_queries.get_item(session, item_id)
        material = agenda_queries.get_material(session, found, material_id)
        mark_material(session, material, is_ready=request.form.get("ready") == "1", actor=actor())
    return redirect(url_for("missions.item", item_id=item_id, _anchor="papers"), 303)


@blueprint.post("/items/<item_id>/briefed")
@allow(WRITERS)
def tick_briefed(item_id: str) -> Any:
    """Say whether the interpreter is briefed."""
    with transaction() as session:
        found = agenda_queries.get_item(session, item_id)
        mark_briefed(session, found, is_briefed=request.form.get("briefed") == "1", actor=actor())
    return redirect(url_for("missions.item", item_id=item_id), 303)


def item_page(
    item_id: str,
    *,
    hold_form: HoldForm | None = None,
    time_form: TimeForm | None = None,
    standing_form: StandingForm | None = None,
) -> str:
    """The page of an item, with the forms that say how it stands."""
    found = agenda_queries.get_item(reader(), item_id)
    if note_item_look(found):
        found = agenda_queries.get_item(reader(), item_id)
    session = reader()
    context = frame(found.mission, "missions.agenda")
    clocks: Clocks = context["clocks_of"]
    # A clash is with the other items.
    items = agenda_queries.list_items(session, found.mission)
    every = warnings_of(items, clocks.setting(found.mission), open_standings=OPEN)
    is_open = found.standing in OPEN
    return render_template(
        "missions/item.html",
        **context,
        item=found,
        warnings=every.get(found.id, ()),
        warning_text=warning_text,
        hold_form=hold_form or HoldForm(formdata=None),
        time_form=time_form
        or TimeForm(formdata=None, time_zone=found.time_zone or clocks.market, minutes=60),
        standing_form=standing_form or StandingForm(formdata=None),
        standings=label_choices(AgendaStanding),
        is_open=is_open,
        has_begun=_may_have_begun(found),
        needs_day=found.starts_at is None and found.happens_on is None,
        is_held=found.standing is AgendaStanding.HELD,
        language_name=language_name,
        glyphs=glyphs,
        address_of=address_of,
    )


def _may_have_begun(item: AgendaItem) -> bool:
    """Whether it can have taken place: what has no hour yet cannot, before its mission begins."""
    if item.starts_at is not None:
        return item.starts_at <= now()
    first = item.happens_on or item.mission.starts_on
    return first is None or first <= today(now(), Clocks.of(item.mission).market)


def _first_values(session: Session, clocks: Clocks) -> dict[str, Any]:
    values: dict[str, Any] = {
        "time_zone": clocks.market,
        "minutes": 60,
        "standing": AgendaStanding.ASKED.value,
        "owner": public_id_of(session, actor()),
    }
    lead_id, organization_id = request.args.get("lead"), request.args.get("organization")
    if lead_id:
        values["lead"] = get_lead(session, lead_id).title
    elif organization_id:
        values["organization"] = queries.get_organization(session, organization_id).name
    return values


def _offer(session: Session, form: ItemForm, mission: Mission, on_file: AgendaItem | None) -> None:
    owners = list_owners(session)
    owner = on_file.owner if on_file is not None else None
    if owner is not None and (owner.public_id, owner.name) not in owners:
        owners = [(owner.public_id, owner.name), *owners]
    form.owner.choices = [("", _("nobody yet")), *owners]
    form.programme.choices = [
        ("", _("none")),
        *((one.public_id, one.name) for one in part_queries.list_programmes(session, mission)),
    ]
    if on_file is not None:
        # How it stands is said by its own buttons: the page of a known item does not ask.
        del form.standing
    if not form.is_submitted():
        for _row in range(MATERIAL_ROWS):
            form.materials.append_entry({})


def _hold(form: ItemForm, error: DomainError) -> dict[str, list[Any]]:
    put_problem(
        form,
        error,
        starts_at="time",
        ends_at="minutes",
        company="organization",
        interpreter_cost_amount="interpreter_cost",
    )
    if isinstance(error, AmbiguousError | SeveralError) and error.field:
        return {error.field: list(error.choices)}
    return {}


def _form_page(
    mission_id: str, form: ItemForm, on_file: AgendaItem | None, choices: dict[str, list[Any]]
) -> str:
    session = reader()
    mission = queries.get_brief(session, mission_id)
    people = None
    if on_file is not None:
        people = list_people(session, lead=on_file.lead, organization=on_file.organization)
    elif request.args.get("lead"):
        lead = get_lead(session, request.args["lead"])
        people = list_people(session, lead=lead)
    elif request.args.get("organization"):
        company = queries.get_organization(session, request.args["organization"])
        people = list_people(session, organization=company)
    contacts = list(people.contacts) if people is not None else []
    if on_file is not None:
        known = {contact.id for contact in contacts}
        contacts += [
            one.contact
            for one in on_file.attendees
            if one.contact is not None and one.contact.id not in known
        ]
    return render_template(
        "missions/item_form.html",
        **frame(mission, "missions.agenda"),
        form=form,
        item=on_file,
        choices=choices,
        delegates=part_queries.list_delegates(session, mission),
        contacts=contacts,
        glyphs=glyphs,
    )
