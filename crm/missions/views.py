"""Pages of missions, to read."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext as _l

from crm.announcements.queries import list_announcements
from crm.missions import queries
from crm.organizations.conversations import list_conversations
from crm.web.access import EVERYBODY, allow
from crm.web.formatting import country_name
from crm.web.request import now, reader
from models.announcement import Announcement
from models.document import ClaimKind
from models.interaction import Interaction

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
    page = queries.list_missions(reader(), cursor=request.args.get("after"))
    return render_template("missions/index.html", page=page, markets=_markets)


@blueprint.get("/<mission_id>")
@allow(EVERYBODY)
def show(mission_id: str) -> Any:
    """One mission: where, who, what for, and what came of it."""
    session = reader()
    mission = queries.get_mission(session, mission_id)
    return render_template(
        "missions/show.html",
        mission=mission,
        participants=queries.list_participants(session, mission),
        announcements=list_announcements(session, Announcement.mission_id == mission.id, now=now()),
        conversations=list_conversations(session, Interaction.mission_id == mission.id, limit=50),
        follow_ups=queries.list_follow_ups(session, mission),
        claims=queries.list_claims(session, mission),
        headings=HEADINGS,
        markets=_markets,
    )


def _markets(codes: Iterable[str]) -> str:
    return ", ".join(country_name(code) for code in codes)
