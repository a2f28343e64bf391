"""Pages of company visits: the season, and asking a company for a visit."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.bre import queries, season_queries, service
from crm.bre.forms import (
    AskForm,
)
from crm.bre.response import has_a_team, is_of_a_team
from crm.bre.service import VisitDetails
from crm.errors import sentence
from crm.interactions.choice_queries import find_user_id, list_owners, public_id_of
from crm.organizations.choices import language_choices
from crm.timezones import today
from crm.web.access import STAFF, WRITERS, allow
from crm.web.paths import own_path
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.bre_call import BreStanding
from models.errors import DomainError
from models.organization import Organization

blueprint = Blueprint("bre", __name__, url_prefix="/bre")


@blueprint.get("/")
@allow(STAFF)
def index() -> str:
    """A season: the firms here by how their visit stands."""
    this_year = this_day().year
    chosen = season_queries.read_filter(request.args, this_year=this_year)
    session = reader()
    return render_template(
        "bre/index.html",
        page=season_queries.list_firms(session, chosen, cursor=request.args.get("after")),
        counts=season_queries.count_firms(session, chosen.season),
        coverage=season_queries.load_coverage(session, chosen.season),
        seasons=season_queries.list_seasons(session, this_year=this_year),
        countries=season_queries.list_countries(session, chosen.season),
        chosen=chosen,
        arguments=chosen.arguments,
        standings=list(BreStanding),
        may_write=actor().may_write,
        in_team=is_of_a_team(session, actor()),
        has_team=has_a_team(session),
    )


@blueprint.post("/ask/<organization_id>")
@allow(WRITERS)
def ask(organization_id: str) -> Any:
    """One click: the firm was asked today."""
    target = own_path(request.form.get("next"), url_for(".index"))
    try:
        with transaction() as session:
            organization = queries.get_organization(session, organization_id)
            call = service.ask_visit(
                session,
                VisitDetails(
                    organization_id=organization.id,
                    season=request.form.get("season", type=_season),
                    interviewer_id=actor().id,
                    is_demo=organization.is_demo,
                ),
                actor=actor(),
                now=now(),
            )
    except DomainError as error:
        return refused(error, target)
    if request.form.get("then") == "book":
        return redirect(url_for(".book", visit_id=call.public_id), 303)
    flash(_("Asked for a visit: %(name)s", name=organization.name), "success")
    return redirect(target, 303)


@blueprint.route("/new/<organization_id>", methods=["GET", "POST"])
@allow(WRITERS)
def new(organization_id: str) -> Any:
    """Ask a company for a visit, with what is known of it."""
    found = queries.get_organization(reader(), organization_id)
    form = AskForm(
        season=this_day().year,
        asked_on=this_day(),
        interviewer=public_id_of(reader(), actor()),
        language={"JP": "ja", "KR": "ko"}.get(found.country or "", ""),
    )
    offer(form, found)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                organization = queries.get_organization(session, organization_id)
                call = service.ask_visit(
                    session,
                    VisitDetails(
                        organization_id=organization.id,
                        site_id=site_id(session, organization.id, form.site.data),
                        season=form.season.data,
                        topic=form.topic.data,
                        interviewer_id=find_user_id(session, form.interviewer.data),
                        language=form.language.data or None,
                        is_demo=organization.is_demo,
                    ),
                    asked_on=form.asked_on.data,
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            put_problem(form, error)
        else:
            flash(_("The visit is asked for."), "success")
            return redirect(url_for(".show", visit_id=call.public_id), 303)
    page = render_template(
        "bre/new.html", form=form, organization=queries.get_organization(reader(), organization_id)
    )
    return page, 422 if form.is_submitted() else 200


def refused(error: DomainError, target: str) -> Any:
    """Say why nothing was done, on the page that asked for it."""
    if error.status in (403, 404):
        raise error
    flash(sentence(error), "danger")
    return redirect(target, 303)


def offer(form: Any, organization: Organization) -> None:
    """What the forms of a visit offer: facilities, colleagues, languages."""
    sites = queries.list_sites(reader(), organization.id)
    form.site.choices = [
        ("", _("The company as a whole")),
        *((site.public_id, site.name or site.city or _("Facility")) for site in sites),
    ]
    form.interviewer.choices = [("", _("Nobody yet")), *list_owners(reader())]
    form.language.choices = language_choices(_("not known"))


def site_id(session: Session, organization_id: int, public_id: str | None) -> int | None:
    """The key of a facility that a form names."""
    sites = queries.list_sites(session, organization_id)
    return next((site.id for site in sites if site.public_id == public_id), None)


def _season(text: str) -> int:
    season = int(text)
    if not text.isascii() or not 1990 <= season <= 2200:
        raise ValueError(text)
    return season


def this_day() -> date:
    """Today, where the reader is."""
    return today(now(), actor().time_zone)


from crm.bre import answer_views, case_views, flag_views, sheet_views, visit_views  # noqa: E402, F401
