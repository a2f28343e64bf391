"""Pages of saved views: those of a list, saving one, opening it, and changing it."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from crm.errors import sentence
from crm.saved_views import queries
from crm.saved_views.places import LABELS, PLACES, Place, kept_query, lost_names, pairs_of, without
from crm.saved_views.service import change_view, delete_view, save_view
from crm.web.access import EVERYBODY, allow, roles_of
from crm.web.request import actor, now, reader, transaction
from models.errors import DomainError
from models.report import SavedView
from models.user import Role

blueprint = Blueprint("saved_views", __name__, url_prefix="/views")


@blueprint.get("/<place>")
@allow(EVERYBODY)
def index(place: str) -> Any:
    """The views of a list, and the form that saves the one in the address."""
    _place(place)
    return _page(place, kept_query(place, request.args.items(multi=True)))


@blueprint.post("/<place>")
@allow(EVERYBODY)
def save(place: str) -> Any:
    """Keep the list that the form came from."""
    _place(place)
    query = kept_query(place, pairs_of(request.form.get("query", "")[:4_000]))
    name = request.form.get("name", "")
    try:
        with transaction() as session:
            view = save_view(
                session,
                place=place,
                name=name,
                query=query,
                is_shared="is_shared" in request.form,
                actor=actor(),
                now=now(),
            )
    except DomainError as error:
        if error.status != 422:
            raise
        return _page(place, query, name=name, problem=sentence(error)), 422
    flash(_("The view “%(name)s” is saved.", name=view.name), "success")
    return redirect(_address(place, view.query), 303)


@blueprint.get("/open/<view_id>")
@allow(EVERYBODY)
def show(view_id: str) -> Any:
    """The list as a view has it. What the list knows no more is left out, and said."""
    view = _view(view_id)
    lost = lost_names(reader(), view.place, view.query, language=get_locale().language)
    if lost:
        names = ", ".join(str(LABELS.get(name, name)) for name in lost)
        flash(
            _(
                "“%(name)s” asks for what is no more, left out here: %(filters)s.",
                name=view.name,
                filters=names,
            ),
            "warning",
        )
    return redirect(_address(view.place, without(view.query, lost)))


@blueprint.post("/open/<view_id>/change")
@allow(EVERYBODY)
def change(view_id: str) -> Any:
    """Call a view otherwise, and say who sees it."""
    place = _view(view_id).place
    try:
        with transaction() as session:
            change_view(
                session,
                queries.get_view(session, actor(), view_id),
                name=request.form.get("name", ""),
                is_shared="is_shared" in request.form,
                actor=actor(),
            )
    except DomainError as error:
        if error.status != 422:
            raise
        return _page(place, "", wrong=view_id, problem=sentence(error)), 422
    flash(_("The change is saved."), "success")
    return redirect(url_for(".index", place=place), 303)


@blueprint.post("/open/<view_id>/delete")
@allow(EVERYBODY)
def delete(view_id: str) -> Any:
    """Delete a view."""
    place = _view(view_id).place
    with transaction() as session:
        delete_view(session, queries.get_view(session, actor(), view_id), actor=actor())
    flash(_("The view is deleted."), "success")
    return redirect(url_for(".index", place=place), 303)


def _page(
    place: str, query: str, *, name: str = "", problem: str | None = None, wrong: str | None = None
) -> str:
    """The views of a list. `problem` is of the form that saves, or of the view that is `wrong`."""
    found = queries.list_views(reader(), actor(), place)
    is_part = request.headers.get("HX-Request") == "true"
    return render_template(
        "saved_views/_menu_body.html" if is_part else "saved_views/index.html",
        place=place,
        title=PLACES[place].title,
        query=query,
        list_url=_address(place, query),
        own=[view for view in found if view.owner_id == actor().id],
        shared=[view for view in found if view.owner_id != actor().id],
        may_share=actor().role is not Role.PARTNER,
        name=name,
        problem=problem,
        wrong=wrong,
    )


def _place(name: str) -> Place:
    place = PLACES.get(name)
    if place is None or actor().role not in (roles_of(current_app, place.endpoint) or ()):
        abort(404)
    return place


def _view(public_id: str) -> SavedView:
    view = queries.get_view(reader(), actor(), public_id)
    _place(view.place)
    return view


def _address(place: str, query: str) -> str:
    address = url_for(PLACES[place].endpoint)
    return f"{address}?{query}" if query else address
