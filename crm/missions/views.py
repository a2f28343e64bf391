"""Pages of missions: the list, one of them, planning one, changing it, calling it off."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.agreements.citing import list_cited
from crm.announcements.queries import list_announcements
from crm.errors import sentence
from crm.interactions.choice_queries import public_id_of
from crm.missions import part_queries, queries
from crm.missions.forms import MissionForm
from crm.missions.frame import frame, markets_text
from crm.missions.reading import filled, mission_details, offer, read_version
from crm.missions.rules import check_version
from crm.missions.service import cancel_mission, plan_mission, revise_mission
from crm.organizations.choices import in_reading_language
from crm.organizations.conversations import list_conversations
from crm.web.access import EVERYBODY, WRITERS, allow
from crm.web.formatting import country_name
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.announcement import Announcement
from models.document import ClaimKind
from models.errors import DomainError
from models.mission import Mission, MissionStanding

# What the claims of one kind are about, as the headings of a mission's page say it.
HEADINGS: dict[ClaimKind, Any] = {
    ClaimKind.OBJECTIVE: _l("What it was for"),
    ClaimKind.OUTCOME: _l("What came of it"),
    ClaimKind.METRIC: _l("Figures of the mission"),
    ClaimKind.FACT: _l("What is known of it"),
    ClaimKind.ATTRIBUTION: _l("Who is credited"),
    ClaimKind.NEXT_STEP: _l("Next steps"),
    ClaimKind.INSIGHT: _l("What was learnt"),
    ClaimKind.STATEMENT: _l("What was said"),
    ClaimKind.STATISTIC: _l("Statistics"),
    ClaimKind.CONTEXT: _l("Context"),
}

blueprint = Blueprint("missions", __name__, url_prefix="/missions")


@blueprint.get("/")
@allow(EVERYBODY)
def index() -> Any:
    """Missions, the latest first."""
    session = reader()
    chosen = queries.read_filter(request.args)
    page = queries.list_missions(session, chosen, cursor=request.args.get("after"))
    options = queries.load_options(session)
    return render_template(
        "missions/index.html",
        page=page,
        chosen=chosen,
        options=options,
        countries=sorted(
            ((code, country_name(code)) for code in options.markets),
            key=lambda item: item[1].casefold(),
        ),
        standings=MissionStanding,
        markets=markets_text,
        may_write=actor().may_write,
    )


@blueprint.get("/<mission_id>")
@allow(EVERYBODY)
def show(mission_id: str) -> Any:
    """One mission: where, who, what for, and what came of it."""
    session = reader()
    mission = queries.get_mission(session, mission_id)
    return render_template(
        "missions/show.html",
        **frame(mission, "missions.show"),
        owner=part_queries.find_owner(session, mission),
        sectors=part_queries.list_sectors(session, mission),
        programmes=part_queries.list_programmes(session, mission),
        participants=queries.list_participants(session, mission),
        announcements=list_announcements(session, Announcement.mission_id == mission.id, now=now()),
        conversations=list_conversations(session, queries.apart_from_agenda(mission), limit=50),
        follow_ups=queries.list_follow_ups(session, mission),
        claims=queries.list_claims(session, mission),
        headings=HEADINGS,
        cited=list_cited(session, mission),
        sector_name=in_reading_language,
        may_cancel=_may_cancel(mission),
        is_bare=_may_cancel(mission)
        and not mission.is_fair
        and not queries.has_agenda(session, mission),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@allow(WRITERS)
def new() -> Any:
    """Plan a mission."""
    form = MissionForm(
        standing=MissionStanding.PLANNED.value,
        home_zone=actor().office_time_zone,
        owner=public_id_of(reader(), actor()),
    )
    offer(reader(), form)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                details = mission_details(session, form, on_file=None)
                mission = plan_mission(session, details, actor=actor(), now=now())
        except DomainError as error:
            put_problem(form, error)
        else:
            flash(_("The mission is planned."), "success")
            return redirect(url_for("missions.show", mission_id=mission.public_id), 303)
    page = render_template("missions/form.html", form=form, mission=None, meanwhile=())
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/<mission_id>/edit", methods=["GET", "POST"])
@allow(WRITERS)
def edit(mission_id: str) -> Any:
    """Change what is said of a mission."""
    session = reader()
    mission = queries.get_mission(session, mission_id)
    form = MissionForm(data=filled(session, mission) if request.method == "GET" else None)
    offer(session, form, on_file=mission)
    meanwhile: list[tuple[str, str]] = []
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            with transaction() as session:
                found = queries.get_mission(session, mission_id)
                check_version(found, read_version(form.version.data))
                details = mission_details(session, form, on_file=found)
                revise_mission(session, found, details, actor=actor(), now=now())
        except DomainError as error:
            put_problem(form, error)
            status = error.status
            if status == 409:
                meanwhile = _differences(form, mission_id)
        else:
            flash(_("The mission is changed."), "success")
            return redirect(url_for("missions.show", mission_id=mission_id), 303)
    mission = queries.get_mission(reader(), mission_id)
    page = render_template("missions/form.html", form=form, mission=mission, meanwhile=meanwhile)
    return page, status


@blueprint.post("/<mission_id>/cancel")
@allow(WRITERS)
def cancel(mission_id: str) -> Any:
    """Say that a mission will not take place."""
    try:
        with transaction() as session:
            found = queries.get_mission(session, mission_id)
            cancel_mission(session, found, actor=actor(), now=now())
    except DomainError as error:
        if error.status in (403, 404):
            raise
        flash(sentence(error), "danger")
    else:
        flash(_("The mission is cancelled."), "success")
    return redirect(url_for("missions.show", mission_id=mission_id), 303)


def _may_cancel(mission: Mission) -> bool:
    over = (MissionStanding.CANCELLED, MissionStanding.COMPLETED)
    # What a public text reports is not ours to call off.
    return actor().may_write and mission.standing not in over and mission.standing is not None


def _differences(form: MissionForm, mission_id: str) -> list[tuple[str, str]]:
    """What stands on file now where the form says otherwise; saving again replaces it."""
    session = reader()
    mission = queries.get_mission(session, mission_id)
    on_file = filled(session, mission)
    found = []
    for name, value in on_file.items():
        field = form[name]
        if name == "version":
            # Whoever saves again has been told.
            field.data = str(value)
            continue
        typed = (
            [entry for entry in field.data or () if entry]
            if isinstance(value, list)
            else (field.data or None)
        )
        if (value or None) != (typed or None):
            words = dict(getattr(field, "choices", None) or ())
            shown = value if isinstance(value, list) else [value]
            text = ", ".join(
                str(words.get(str(one), one)) for one in shown if one not in (None, "")
            )
            label = _("Countries") if name == "markets" else str(field.label.text)
            found.append((label, text or _("not known")))
    return found


from crm.missions import (  # noqa: E402, F401
    agenda_views,
    build_views,
    course_views,
    debrief_views,
    item_views,
    money_views,
    part_views,
    programme_views,
    report_views,
    tonight_views,
)
