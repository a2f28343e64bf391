"""Pages of saved views: those of a list, saving one, opening it, and changing it."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.errors import sentence
from crm.saved_views import queries, service
from crm.saved_views.carried import carried, read_opened
from crm.saved_views.keeping import kept_query, pairs_of
from crm.saved_views.opening import carried_view, list_address, opened, view_address
from crm.saved_views.places import BY_ENDPOINT, PLACES, Place
from crm.web.access import EVERYBODY, allow, roles_of
from crm.web.paths import own_path
from crm.web.request import actor, now, reader, transaction
from models.errors import ConflictError, DomainError
from models.report import SavedView
from models.user import Role

blueprint = Blueprint("saved_views", __name__, url_prefix="/views")
blueprint.add_app_template_global(carried_view)
blueprint.add_app_template_global(opened, "opened_list")

_ON_ITS_PAGE = (422, ConflictError.status)


@blueprint.before_app_request
def open_with_default() -> Any:
    """A list that is opened without a word opens with its reader's own choice.

    An address that asks for anything is left alone, and so is a part of a page.
    """
    place = BY_ENDPOINT.get(request.endpoint or "")
    if place is None or request.method != "GET" or request.query_string:
        return None
    if "HX-Request" in request.headers:
        return None
    view = queries.find_default(reader(), actor(), place)
    return None if view is None else redirect(view_address(view))


@blueprint.get("/<place>")
@allow(EVERYBODY)
def index(place: str) -> Any:
    """The views of a list, and the form that saves the one in the address."""
    _place(place)
    return _page(place, kept_query(place, request.args.items(multi=True), actor()))


@blueprint.post("/<place>")
@allow(EVERYBODY)
def save(place: str) -> Any:
    """Keep the list that the form came from."""
    _place(place)
    query = kept_query(place, pairs_of(request.form.get("query", "")[:4_000]), actor())
    name = request.form.get("name", "")
    is_shared = "is_shared" in request.form
    try:
        with transaction() as session:
            view = service.save_view(
                session,
                place=place,
                name=name,
                query=query,
                is_shared=is_shared,
                actor=actor(),
                now=now(),
                expected_version=_version(),
            )
    except DomainError as error:
        if error.status not in _ON_ITS_PAGE:
            raise
        kept = None
        if error.status == ConflictError.status:
            kept = service.find_own(reader(), actor(), place, name)
        problem = sentence(error)
        page = _page(place, query, name=name, problem=problem, kept=kept, is_shared=is_shared)
        return page, error.status
    flash(_("The view “%(name)s” is saved.", name=view.name), "success")
    return redirect(view_address(view), 303)


@blueprint.get("/open/<view_id>")
@allow(EVERYBODY)
def show(view_id: str) -> Any:
    """The list as a view has it. What the list knows no more is left out, and said there."""
    return redirect(view_address(_view(view_id)))


@blueprint.post("/open/<view_id>/default")
@allow(EVERYBODY)
def open_with(view_id: str) -> Any:
    """Let the list open with a view from now on, or plainly again."""
    view = _view(view_id)
    is_default = "is_default" in request.form
    with transaction() as session:
        if is_default:
            service.open_with(session, queries.get_view(session, actor(), view_id), actor=actor())
        else:
            service.open_plainly(session, view.place, actor=actor())
    title = PLACES[view.place].title
    if is_default:
        flash(_("%(list)s: opens with “%(name)s” now.", list=title, name=view.name), "success")
    else:
        flash(_("%(list)s: opens without a view now.", list=title), "success")
    return redirect(own_path(request.form.get("next"), view_address(view)), 303)


@blueprint.post("/open/<view_id>/change")
@allow(EVERYBODY)
def change(view_id: str) -> Any:
    """Call a view otherwise, and say who sees it."""
    place = _view(view_id).place
    name, is_shared = request.form.get("name", ""), "is_shared" in request.form
    try:
        with transaction() as session:
            service.change_view(
                session,
                queries.get_view(session, actor(), view_id),
                name=name,
                is_shared=is_shared,
                actor=actor(),
                expected_version=_version(),
            )
    except DomainError as error:
        if error.status not in _ON_ITS_PAGE:
            raise
        problem = sentence(error)
        page = _page(place, "", wrong=view_id, problem=problem, name=name, is_shared=is_shared)
        return page, error.status
    flash(_("The change is saved."), "success")
    return redirect(url_for(".index", place=place), 303)


@blueprint.post("/open/<view_id>/delete")
@allow(EVERYBODY)
def delete(view_id: str) -> Any:
    """Delete a view."""
    place = _view(view_id).place
    try:
        with transaction() as session:
            view = queries.get_view(session, actor(), view_id)
            service.delete_view(session, view, actor=actor(), expected_version=_version())
    except ConflictError as error:
        return _page(place, "", wrong=view_id, problem=sentence(error)), error.status
    flash(_("The view is deleted."), "success")
    return redirect(url_for(".index", place=place), 303)


def _page(
    place: str,
    query: str,
    *,
    name: str | None = None,
    is_shared: bool = False,
    problem: str | None = None,
    wrong: str | None = None,
    kept: SavedView | None = None,
) -> str:
    """The views of a list.

    `problem` is of the form that saves, or of the view that is `wrong`; `name` and `is_shared`
    are what that form held. `kept` is the view that saving would replace.
    """
    found = queries.list_views(reader(), actor(), place)
    is_part = request.headers.get("HX-Request") == "true"
    word = read_opened(carried(request.args).get("view", ""))
    return render_template(
        "saved_views/_menu_body.html" if is_part else "saved_views/index.html",
        place=place,
        title=PLACES[place].title,
        query=query,
        list_url=list_address(place, query, carried(request.args).get("view", "")),
        plain_url=list_address(place, "", "all"),
        own=[view for view in found if view.owner_id == actor().id],
        shared=[view for view in found if view.owner_id != actor().id],
        opened=next((view for view in found if word and view.public_id == word[0]), None),
        default=queries.find_default(reader(), actor(), place),
        may_share=actor().role is not Role.PARTNER,
        name=name,
        is_shared=is_shared,
        problem=problem,
        wrong=wrong,
        kept=kept,
    )


def _place(name: str) -> Place:
    place = PLACES.get(name)
    if place is None or actor().role not in (roles_of(current_app, place.endpoint) or ()):
        abort(404)
    if place.is_open is not None and not place.is_open(reader(), actor()):
        abort(404)
    return place


def _view(public_id: str) -> SavedView:
    view = queries.get_view(reader(), actor(), public_id)
    _place(view.place)
    return view


def _version() -> int | None:
    """Which state of a view a form was filled in from, where it says."""
    return request.form.get("version", type=int)
