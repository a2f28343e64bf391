"""Pages of announcements: the ledger, and one of them."""

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import format_decimal

from crm.agreements.citing import list_cited
from crm.announcements import (
    commitments,
    crediting,
    delivery,
    drafts,
    ledger_queries,
    queries,
    sources,
    wording,
)
from crm.announcements.embargo import State, state_of
from crm.announcements.part_forms import AskForm
from crm.organizations.looks import is_noted, note_look
from crm.timezones import today
from crm.web.access import EVERYBODY, allow
from crm.web.formatting import country_name
from crm.web.request import actor, now, reader, transaction
from models.announcement import Announcement, AnnouncementKind, Whose

blueprint = Blueprint("announcements", __name__, url_prefix="/announcements")


@blueprint.app_template_global("announcement_state")
def announcement_state(announcement: Any) -> State:
    """How an announcement, or a row of one, stands at this moment."""
    return state_of(announcement, now())


@blueprint.app_template_filter("state_word")
def state_word(state: State) -> str:
    """What a state is called."""
    return str(wording.STATES[state])


blueprint.add_app_template_filter(wording.promised, "promised")
blueprint.add_app_template_filter(wording.share, "share")


@blueprint.get("/")
@allow(EVERYBODY)
def index() -> Any:
    """Announcements, the latest first."""
    filters = queries.read_filters(request.args)
    session = reader()
    offered = ledger_queries.load_offered(session, now=now())
    totals = ledger_queries.summarise_announcements(session, filters, now=now())
    page = queries.search_announcements(
        session, filters, now=now(), cursor=request.args.get("after")
    )
    return render_template(
        "announcements/index.html",
        page=page,
        filters=filters,
        arguments=filters.arguments,
        totals=totals,
        share=format_decimal(totals.share, "#,##0.##"),
        years=[(str(year), str(year)) for year in offered.years],
        missions=offered.missions,
        markets=[(code, country_name(code)) for code in offered.markets],
        kinds=AnnouncementKind,
        whose=Whose,
        may_write=actor().may_write,
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
    return render_template("announcements/show.html", **shown(announcement))


def shown(announcement: Announcement) -> dict[str, Any]:
    """What the page of an announcement shows; the words before they are said, to who writes."""
    session = reader()
    may_write = actor().may_write
    claims = sources.list_claims(session, announcement)
    points, other_claims = sources.points_of(claims)
    checks = delivery.list_checks(session, announcement)
    versions = drafts.list_drafts(session, announcement) if may_write else []
    return {
        "announcement": announcement,
        "state": state_of(announcement, now()),
        "parties": queries.list_parties(session, announcement),
        "lead": queries.find_lead(session, announcement),
        "mission": queries.find_mission(session, announcement),
        "owner": queries.find_owner(session, announcement),
        "commitments": commitments.list_commitments(session, announcement),
        "sources": sources.list_sources(session, announcement),
        "points": points,
        "claims": other_claims,
        "credits": crediting.list_credits(session, announcement),
        "checks": checks,
        "made": {check.months: check for check in checks},
        "months": delivery.MONTHS,
        "versions": versions,
        "standings": drafts.standings_of(versions),
        "ask_form": AskForm(formdata=None),
        "today": today(now(), actor().time_zone),
        "now": now(),
        "cited": list_cited(session, announcement),
        "may_write": may_write,
    }


from crm.announcements import (  # noqa: E402
    commitment_views,
    confirm_views,
    credit_views,
    delivery_views,
    draft_views,
    entry_views,
    release_views,
    source_views,
)

__all__ = [
    "blueprint",
    "commitment_views",
    "confirm_views",
    "credit_views",
    "delivery_views",
    "draft_views",
    "entry_views",
    "release_views",
    "source_views",
]
