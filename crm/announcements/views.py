"""Pages of announcements: the list, one of them, announcing a lead, saying it better."""

from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.announcements import measures, queries
from crm.announcements.forms import PARTY_ROWS, AnnouncementForm
from crm.announcements.service import AnnouncementDetails, PartyDetails, announce, revise
from crm.errors import sentence
from crm.leads.service import EmbargoError, RequirementsError, move_lead
from crm.organizations.looks import is_noted, note_look
from crm.organizations.matching import AmbiguousError, resolve_organization
from crm.timezones import zone
from crm.web.access import EVERYBODY, WRITERS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.announcement import Announcement, AnnouncementKind, PartySide
from models.errors import DomainError
from models.lead import Direction, Lead
from models.measure import UNKNOWN, Measure, Precision, StatedDate
from models.stage import StageCode

blueprint = Blueprint("announcements", __name__, url_prefix="/announcements")


@blueprint.get("/")
@allow(EVERYBODY)
def index() -> Any:
    """Announcements, the latest first."""
    filters = queries.read_filters(request.args)
    page = queries.search_announcements(
        reader(), filters, now=now(), cursor=request.args.get("after")
    )
    arguments = {
        name: request.args[name] for name in ("q", "kind", "whose") if request.args.get(name)
    }
    return render_template(
        "announcements/index.html",
        page=page,
        filters=filters,
        arguments=arguments,
        whose=request.args.get("whose", ""),
        kinds=AnnouncementKind,
        now=now(),
    )


@blueprint.get("/<announcement_id>")
@allow(EVERYBODY)
def show(announcement_id: str) -> Any:
    """One announcement, with what public texts say of it."""
    announcement = queries.get_announcement(reader(), announcement_id, now=now())
    if is_noted(announcement.team_id, actor()):
        with transaction() as session:
            note_look(
                session,
                "announcements",
                announcement.id,
                team_id=announcement.team_id,
                lead_id=announcement.lead_id,
                actor=actor(),
                now=now(),
            )
    session = reader()
    return render_template(
        "announcements/show.html",
        announcement=announcement,
        parties=queries.list_parties(session, announcement),
        lead=queries.find_lead(session, announcement),
        mission=queries.find_mission(session, announcement),
        claims=queries.list_claims(session, announcement),
        is_embargoed=announcement.embargo_until is not None and announcement.embargo_until > now(),
    )


@blueprint.route("/new/<lead_id>", methods=["GET", "POST"])
@allow(WRITERS)
def new(lead_id: str) -> Any:
    """Announce a lead: keep the record and, unless told otherwise, move the lead."""
    lead = queries.get_lead(reader(), lead_id)
    form = _form(_first_values(lead))
    problems = Problems()
    if form.validate_on_submit():
        try:
            return _announce(lead_id, form)
        except DomainError as error:
            problems = _hold(form, error)
    status = 422 if form.is_submitted() else 200
    page = render_template(
        "announcements/new.html",
        form=form,
        lead=lead,
        problems=problems,
        may_move=_may_move(lead),
    )
    return page, status


def _announce(lead_id: str, form: AnnouncementForm) -> Any:
    try:
        made = _keep(lead_id, form, moves=form.moves_lead.data)
    except RequirementsError:
        # The record stands on its own; what the move still asks for, its own page asks.
        made = _keep(lead_id, form, moves=False)
        flash(_("The announcement is kept, but the lead has not moved."), "warning")
        return redirect(url_for("leads.move", lead_id=lead_id, to=StageCode.ANNOUNCED.value), 303)
    except EmbargoError:
        made = _keep(lead_id, form, moves=False)
        flash(
            _(
                "The announcement is kept under embargo. The owner's day says when its hour has"
                " passed and the lead can move to Announced."
            ),
            "success",
        )
    else:
        flash(_("The announcement is kept."), "success")
    return redirect(url_for(".show", announcement_id=made.public_id), 303)


def _keep(lead_id: str, form: AnnouncementForm, *, moves: bool) -> Announcement:
    with transaction() as session:
        lead = queries.get_lead(session, lead_id)
        details = _details(session, form, known=_own_names(lead))
        made = announce(session, lead, details, actor=actor(), now=now())
        if moves and _may_move(lead):
            move_lead(session, lead, StageCode.ANNOUNCED, actor=actor(), now=now())
        return made


@blueprint.route("/<announcement_id>/edit", methods=["GET", "POST"])
@allow(WRITERS)
def edit(announcement_id: str) -> Any:
    """Say an announcement better, or change its embargo."""
    on_file = queries.get_announcement(reader(), announcement_id, now=now())
    form = _form(_values(on_file))
    problems = Problems()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                found = queries.get_announcement(session, announcement_id, now=now())
                known = queries.party_keys(session, found)
                details = _details(session, form, known=known, on_file=found)
                revise(session, found, details, actor=actor(), now=now())
            flash(_("Your changes are kept."), "success")
            return redirect(url_for(".show", announcement_id=announcement_id), 303)
        except DomainError as error:
            problems = _hold(form, error)
    status = 422 if form.is_submitted() else 200
    page = render_template(
        "announcements/edit.html", form=form, announcement=on_file, problems=problems
    )
    return page, status


@dataclass
class Problems:
    """What was wrong with the parties: the sentence, and for a row several to choose from."""

    parties: list[str] = field(default_factory=list)
    choices: dict[int, list[Any]] = field(default_factory=dict)


class PartyRowError(DomainError):
    """A row of the parties that names nobody, or several: `row` says which."""

    def __init__(self, error: DomainError, row: int) -> None:
        self.row = row
        self.choices = error.choices if isinstance(error, AmbiguousError) else []
        super().__init__(error.message, field="parties", **error.params)


def _hold(form: AnnouncementForm, error: DomainError) -> Problems:
    problems = Problems()
    if isinstance(error, PartyRowError):
        row = form.parties[error.row].form.organization
        row.errors = [*row.errors, sentence(error)]
        if error.choices:
            problems.choices[error.row] = error.choices
    elif error.field == "parties":
        problems.parties.append(sentence(error))
    else:
        put_problem(form, error)
    return problems


def _form(values: dict[str, Any]) -> AnnouncementForm:
    form = AnnouncementForm(data=values)
    if not form.is_submitted():
        while len(form.parties) < max(PARTY_ROWS, len(values["parties"]) + 1):
            form.parties.append_entry({"side": PartySide.LOCAL.value})
    return form


def _first_values(lead: Lead) -> dict[str, Any]:
    inward = lead.direction is Direction.INTO_CANADA
    side = PartySide.FOREIGN if inward else PartySide.LOCAL
    own = (
        [{"organization": lead.organization.name, "side": side.value}] if lead.organization else []
    )
    return {
        "parties": own,
        "announced_precision": Precision.DAY.value,
        "embargo_zone": actor().office_time_zone,
        "moves_lead": _may_move(lead),
    }


def _may_move(lead: Lead) -> bool:
    return lead.stage is not StageCode.ANNOUNCED and lead.status.is_open


def _values(announcement: Announcement) -> dict[str, Any]:
    zone_name = announcement.embargo_zone or actor().office_time_zone
    until = announcement.embargo_until
    has_day = announcement.announced_precision is not Precision.UNKNOWN
    return {
        "kind": announcement.kind.value,
        "title": announcement.title,
        "parties": [
            {"organization": party.name, "side": party.side.value}
            for party in queries.list_parties(reader(), announcement)
        ],
        "source": announcement.source,
        "source_url": announcement.source_url,
        "announced_on": announcement.announced_on if has_day else None,
        "announced_precision": announcement.announced_precision.value
        if has_day
        else Precision.DAY.value,
        "announced_as_printed": announcement.announced_as_printed,
        "embargo_until": until.astimezone(zone(zone_name)).replace(tzinfo=None) if until else None,
        "embargo_zone": zone_name,
        "capex": measures.capex_words(announcement),
        "jobs": measures.jobs_words(announcement),
        "summary": announcement.summary,
        "moves_lead": False,
    }


def _details(
    session: Any,
    form: AnnouncementForm,
    *,
    known: dict[tuple[str, PartySide], int],
    on_file: Announcement | None = None,
) -> AnnouncementDetails:
    until = form.embargo_until.data
    zone_name = form.embargo_zone.data
    return AnnouncementDetails(
        kind=AnnouncementKind(form.kind.data),
        title=form.title.data,
        source=form.source.data,
        source_url=form.source_url.data,
        parties=_parties(session, form, known),
        summary=form.summary.data,
        announced=_stated(form),
        announced_as_printed=form.announced_as_printed.data,
        embargo_until=until.replace(tzinfo=zone(zone_name)) if until else None,
        embargo_zone=zone_name if until else None,
        capex=measures.read_capex(form.capex.data, kept=_kept(on_file, measures.capex_of)),
        jobs=measures.read_jobs(form.jobs.data, kept=_kept(on_file, measures.jobs_of)),
        document_id=on_file.document_id if on_file is not None else None,
    )


def _kept(on_file: Announcement | None, read: Any) -> Measure:
    measure: Measure = read(on_file) if on_file is not None else UNKNOWN
    return measure


def _stated(form: AnnouncementForm) -> StatedDate | None:
    if form.announced_on.data is None:
        return None
    return StatedDate(
        form.announced_on.data,
        Precision(form.announced_precision.data),
    )


def _own_names(lead: Lead) -> dict[tuple[str, PartySide], int]:
    """The lead's company as the form names it: another may bear the same name."""
    if lead.organization is None:
        return {}
    return {(lead.organization.name, side): lead.organization.id for side in PartySide}


def _parties(
    session: Any, form: AnnouncementForm, known: dict[tuple[str, PartySide], int]
) -> tuple[PartyDetails, ...]:
    found = []
    for number, row in enumerate(form.parties):
        text = (row.form.organization.data or "").strip()
        if not text:
            continue
        side = PartySide(row.form.side.data)
        if (text, side) in known:
            found.append(PartyDetails(known[text, side], side))
            continue
        try:
            organization = resolve_organization(session, text, field="organization")
        except DomainError as error:
            raise PartyRowError(error, number) from error
        row.form.organization.data = organization.name
        found.append(PartyDetails(organization.id, side))
    return tuple(found)
