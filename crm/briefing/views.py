"""Pages from which a briefing book, or the page of one company, is made."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from crm.auth.recent import confirm_first, is_recent
from crm.briefing.languages import LANGUAGES
from crm.briefing.reading import list_companies
from crm.briefing.service import Wanted, make_book
from crm.errors import sentence
from crm.exports.rules import UnconfirmedError
from crm.missions import queries
from crm.missions.frame import frame
from crm.missions.queries import get_organization
from crm.timezones import today
from crm.web.access import WRITERS, allow
from crm.web.request import actor, close_reader, database, now, reader, settings
from models.errors import DomainError

blueprint = Blueprint("briefing", __name__, url_prefix="/briefing")


@blueprint.get("/missions/<mission_id>")
@allow(WRITERS)
def mission(mission_id: str) -> str:
    """From here the book of a mission is made, and the page of each organization."""
    session = reader()
    found = queries.get_brief(session, mission_id)
    return render_template(
        "briefing/mission.html",
        **frame(found, "briefing.mission"),
        companies=list_companies(session, found),
        language=actor().language.value,
    )


@blueprint.post("/missions/<mission_id>")
@allow(WRITERS)
def book(mission_id: str) -> Any:
    """The book of a mission as a PDF."""
    back = url_for("briefing.mission", mission_id=mission_id)
    wanted = Wanted(mission_id=mission_id, language=_language(), with_names="names" in request.form)
    return _answer(wanted, f"briefing-{mission_id}", back=back)


@blueprint.get("/companies/<organization_id>")
@allow(WRITERS)
def company(organization_id: str) -> str:
    """From here the page of one company is made."""
    return render_template(
        "briefing/company.html",
        organization=get_organization(reader(), organization_id),
        language=actor().language.value,
    )


@blueprint.post("/companies/<organization_id>")
@allow(WRITERS)
def sheet(organization_id: str) -> Any:
    """The page of one company as a PDF."""
    back = url_for("briefing.company", organization_id=organization_id)
    wanted = Wanted(
        organization_id=organization_id, language=_language(), with_names="names" in request.form
    )
    return _answer(wanted, f"briefing-{organization_id}", back=back)


def _language() -> str:
    stated = request.form.get("language", "")
    return stated if stated in LANGUAGES else actor().language.value


def _answer(wanted: Wanted, name: str, *, back: str) -> Any:
    moment = now()
    close_reader()
    try:
        pages = make_book(
            database(),
            wanted,
            actor=actor(),
            now=moment,
            config=settings(),
            is_confirmed=is_recent(),
        )
    except UnconfirmedError:
        return confirm_first(back)
    except DomainError as error:
        if error.status in (403, 404):
            raise
        flash(sentence(error), "danger")
        return redirect(back, 303)
    day = today(moment, actor().time_zone)
    return Response(
        pages,
        mimetype="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}-{day.isoformat()}.pdf"',
            "Cache-Control": "no-store",
        },
    )
