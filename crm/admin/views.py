"""Pages of administration. People, offices, teams and the audit have modules of their own."""

from typing import Any

from flask import Blueprint, render_template, request

from crm.admin import queries
from crm.labels import REQUIREMENTS
from crm.web.access import ADMINS, allow
from crm.web.request import reader
from models.stage import LeadType, RequirementKind

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.get("/")
@allow(ADMINS)
def index() -> Any:
    """People, by name."""
    text = request.args.get("q", "").strip()[:100]
    state = request.args.get("state", "active")
    page = queries.search_users(reader(), text=text, state=state, cursor=request.args.get("after"))
    arguments = {name: request.args[name] for name in ("q", "state") if request.args.get(name)}
    return render_template(
        "admin/index.html", page=page, text=text, state=state, arguments=arguments
    )


@blueprint.get("/stages")
@allow(ADMINS)
def stages() -> Any:
    """What each stage asks for, and its chance before anything else is known. To read."""
    return render_template(
        "admin/stages.html",
        stages=queries.list_stages(reader()),
        types=list(LeadType),
        proof=RequirementKind.PROOF,
        requirement_word=_requirement_word,
    )


def _requirement_word(field: str) -> str:
    return str(REQUIREMENTS.get(field, field))


# More pages on the same blueprint.
from crm.admin import (  # noqa: E402
    audit_views,  # noqa: F401
    letter_views,  # noqa: F401
    office_views,  # noqa: F401
    team_views,  # noqa: F401
    user_views,  # noqa: F401
    visit_views,  # noqa: F401
)
