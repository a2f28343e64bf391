"""Building the agenda: whom to meet in the market and why, ticked and asked in one go."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from sqlalchemy.orm import Session

from crm.errors import sentence
from crm.interactions.queries import get_lead
from crm.missions import part_queries, queries
from crm.missions.agenda import ItemDetails, add_item
from crm.missions.frame import Clocks, frame
from crm.missions.item_parts import AttendeeDetails
from crm.missions.proposals import load_proposals
from crm.missions.views import blueprint
from crm.scores.bands import band
from crm.scores.wording import reason_texts
from crm.timezones import today
from crm.web.access import WRITERS, allow
from crm.web.formatting import reading_locale
from crm.web.request import actor, now, reader, transaction
from models.agenda import AgendaItem, AgendaKind, AgendaSide
from models.errors import DomainError, NotFoundError, N_
from models.lead import Lead
from models.mission import Attendance, Delegate, Mission
from models.organization import Organization
from models.stage import StageCode

# What is asked of whom, by the list it was ticked in.
_KINDS = {
    "lead": AgendaKind.MEETING,
    "investor": AgendaKind.BRE_CALL,
    "opener": AgendaKind.MEETING,
}
_AT_MOST = 100


@blueprint.get("/<mission_id>/build")
@allow(WRITERS)
def build(mission_id: str) -> str:
    """Whom to meet, and why."""
    return _page(mission_id)


@blueprint.post("/<mission_id>/build")
@allow(WRITERS)
def ask_chosen(mission_id: str) -> Any:
    """Put everybody who is ticked on the agenda, as asked."""
    ticked = [value.partition(":") for value in dict.fromkeys(request.form.getlist("who"))]
    try:
        if not ticked:
            raise DomainError(N_("Tick at least one."))
        if len(ticked) > _AT_MOST:
            raise DomainError(N_("Tick at most %(most)s at once."), most=_AT_MOST)
        with transaction() as session:
            mission = queries.get_brief(session, mission_id)
            ours = _our_side(session, mission) if request.form.get("delegation") == "1" else ()
            made = [_ask(session, mission, kind, key, ours) for kind, _colon, key in ticked]
    except DomainError as error:
        if error.status in (403, 404):
            raise
        return _page(mission_id, problem=sentence(error)), 422
    flash(
        ngettext(
            "%(num)d item was added to the agenda as asked.",
            "%(num)d items were added to the agenda as asked.",
            len(made),
        ),
        "success",
    )
    return redirect(url_for("missions.agenda", mission_id=mission_id), 303)


def _our_side(session: Session, mission: Mission) -> tuple[AttendeeDetails, ...]:
    """The delegation, but for those who do not come."""
    return tuple(
        AttendeeDetails(AgendaSide.OURS, delegate_id=one.id) for one in _coming(session, mission)
    )


def _coming(session: Session, mission: Mission) -> list[Delegate]:
    away = (Attendance.DECLINED, Attendance.ABSENT)
    found = part_queries.list_delegates(session, mission)
    return [one for one in found if one.attendance not in away]


def _ask(
    session: Session,
    mission: Mission,
    kind: str,
    public_id: str,
    ours: tuple[AttendeeDetails, ...],
) -> AgendaItem:
    if kind not in _KINDS:
        raise NotFoundError
    lead: Lead | None = None
    organization: Organization | None = None
    item_kind = _KINDS[kind]
    if kind == "lead":
        lead = get_lead(session, public_id)
        title = lead.title
        if lead.stage is StageCode.COMMITTED:
            item_kind = AgendaKind.SIGNING
    else:
        organization = queries.get_organization(session, public_id)
        title = organization.name
    details = ItemDetails(
        kind=item_kind,
        title=title,
        time_zone=Clocks.of(mission).market,
        owner_id=actor().id,
        attendees=ours,
        is_demo=mission.is_demo,
    )
    return add_item(
        session,
        mission,
        details,
        lead=lead,
        organization=organization,
        actor=actor(),
        now=now(),
    )


def _page(mission_id: str, *, problem: str | None = None) -> str:
    session = reader()
    mission = queries.get_brief(session, mission_id)
    if mission.is_fair:
        raise NotFoundError
    sector = request.args.get("sector")
    found = load_proposals(session, mission, sector=sector, language=reading_locale().language)
    return render_template(
        "missions/build.html",
        **frame(mission, "missions.agenda"),
        found=found,
        leads=[
            (lead, reason_texts(lead.reasons or [], limit_up=2, limit_down=1))
            for lead in found.leads
        ],
        sector=sector,
        problem=problem,
        ticked=set(request.form.getlist("who")),
        coming=_coming(session, mission),
        takes_delegation=request.method == "GET" or request.form.get("delegation") == "1",
        band=band,
        my_today=today(now(), actor().time_zone),
    )
