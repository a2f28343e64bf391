"""Pages of the parts of a mission that have a lead of their own."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.missions import part_queries, queries
from crm.missions.forms import ProgrammeForm
from crm.missions.frame import frame
from crm.missions.parts import (
    ProgrammeDetails,
    add_programme,
    remove_programme,
    revise_programme,
)
from crm.missions.reading import all_sectors, find_sector_id
from crm.missions.views import blueprint
from crm.web.access import WRITERS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, reader, transaction
from models.errors import DomainError


@blueprint.route("/<mission_id>/programmes/new", methods=["GET", "POST"])
@allow(WRITERS)
def new_programme(mission_id: str) -> Any:
    """Add a part with a lead of its own."""
    return _programme(mission_id, None)


@blueprint.route("/<mission_id>/programmes/<programme_id>", methods=["GET", "POST"])
@allow(WRITERS)
def edit_programme(mission_id: str, programme_id: str) -> Any:
    """Say a part of the mission better."""
    return _programme(mission_id, programme_id)


@blueprint.post("/<mission_id>/programmes/<programme_id>/remove")
@allow(WRITERS)
def drop_programme(mission_id: str, programme_id: str) -> Any:
    """Take a part of the mission away."""
    with transaction() as session:
        mission = queries.get_brief(session, mission_id)
        programme = part_queries.get_programme(session, mission, programme_id)
        remove_programme(session, programme, actor=actor())
    flash(_("The part of the mission is taken away."), "success")
    return redirect(url_for("missions.show", mission_id=mission_id), 303)


def _programme(mission_id: str, programme_id: str | None) -> Any:
    session = reader()
    mission = queries.get_brief(session, mission_id)
    known = part_queries.get_programme(session, mission, programme_id) if programme_id else None
    values: dict[str, Any] = {}
    if known is not None and request.method == "GET":
        row = next(
            one
            for one in part_queries.list_programmes(session, mission)
            if one.public_id == programme_id
        )
        values = {
            "name": row.name,
            "led_by": row.led_by,
            "note": row.note,
            "sector": row.sector.code if row.sector else "",
        }
    form = ProgrammeForm(data=values)
    form.sector.choices = [("", _("not known")), *all_sectors(session)]
    if form.validate_on_submit():
        try:
            with transaction() as session:
                found = queries.get_brief(session, mission_id)
                details = ProgrammeDetails(
                    name=form.name.data or "",
                    led_by=form.led_by.data,
                    sector_id=find_sector_id(session, form.sector.data),
                    note=form.note.data,
                )
                if programme_id is None:
                    add_programme(session, found, details, actor=actor())
                else:
                    programme = part_queries.get_programme(session, found, programme_id)
                    revise_programme(session, programme, details, actor=actor())
        except DomainError as error:
            put_problem(form, error)
        else:
            flash(_("The part of the mission is saved."), "success")
            return redirect(url_for("missions.show", mission_id=mission_id), 303)
    mission = queries.get_brief(reader(), mission_id)
    page = render_template(
        "missions/programme.html",
        **frame(mission, "missions.show"),
        form=form,
        programme_id=programme_id,
    )
    return page, 422 if form.is_submitted() else 200
