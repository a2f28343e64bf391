"""Pages of cards: taking one on the phone, with or without a network, and looking at one.

The page that takes cards works alone: `cards.js` keeps each card on the phone until it is sent,
and the worker (`cards.worker`) keeps the page itself, so that it opens without a network. It keeps
no other page. Without scripts the form sends each card by itself.
"""

import hashlib
import json
import uuid
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import FileStorage

from crm.cards import queries, service
from crm.cards.capture import CaptureDetails, Taken, take_card
from crm.days import read_moment
from crm.errors import sentence
from crm.interactions.choice_queries import public_id_of
from crm.interactions.looks import note_own_look
from crm.timezones import today
from crm.web.access import EVERYBODY, WRITERS, allow
from crm.web.paths import own_path
from crm.web.request import actor, now, reader, settings, transaction
from models.card import CardWish
from models.errors import DomainError

blueprint = Blueprint("cards", __name__, url_prefix="/cards")

# What the page that takes cards is made of; the worker keeps these beside it.
_ASSETS = ("vendor/tabler.min.css", "app.css", "cards.css", "vendor/icons.svg", "cards.js")
_QUEUE = "queue"


@blueprint.get("/new")
@allow(WRITERS)
def new() -> str:
    """Take a card: photos of both sides or a name, what to do next, one line."""
    return _capture_page()


@blueprint.post("/new")
@allow(WRITERS)
def create() -> Any:
    """Keep a card; the phone's queue is answered in JSON, and may send the same card again."""
    is_queue = request.headers.get("X-Requested-With") == _QUEUE
    try:
        taken = _take()
    except DomainError as error:
        if is_queue:
            return {"problem": sentence(error)}, error.status
        return _capture_page(sentence(error)), 422
    if is_queue:
        return {"card": taken.public_id, "is_new": taken.is_new}, 201 if taken.is_new else 200
    flash(_("The card is kept."), "success")
    mission = request.form.get("mission") or None
    return redirect(url_for(".new", mission=mission), 303)


@blueprint.get("/token")
@allow(WRITERS)
def token() -> Any:
    """Who is signed in, and a fresh token: the phone asks before it sends what waited."""
    said = {"user": public_id_of(reader(), actor()), "X-CSRFToken": generate_csrf()}
    return Response(json.dumps(said), mimetype="application/json")


@blueprint.get("/worker.js")
@allow(WRITERS)
def worker() -> Response:
    """The worker that keeps the page which takes cards, and no other, on the phone."""
    assets = [url_for("static", filename=name) for name in _ASSETS]
    script = render_template(
        "cards/worker.js", page=url_for(".new"), assets=assets, version=_version()
    )
    answer = make_response(script)
    answer.mimetype = "text/javascript"
    return answer


@blueprint.get("/<card_id>")
@allow(EVERYBODY)
def show(card_id: str) -> str:
    """One card: its photos, where it was taken, and what became of it."""
    card = queries.get_card(reader(), card_id)
    if note_own_look(card):
        card = queries.get_card(reader(), card_id)
    return render_template(
        "cards/show.html", card=card, may_delete=service.may_delete(card, actor=actor())
    )


@blueprint.post("/<card_id>/delete")
@allow(WRITERS)
def delete(card_id: str) -> Any:
    """Delete a card and its photos for good."""
    with transaction() as session:
        card = queries.get_card(session, card_id)
        service.delete_card(session, card, config=settings(), actor=actor())
    flash(_("The card and its photos are deleted."), "success")
    return redirect(own_path(request.form.get("next"), url_for(".desk")), 303)


def _take() -> Taken:
    details = CaptureDetails(
        capture_key=request.form.get("capture_key") or _key_of_form(),
        taken_at=read_moment(request.form.get("taken_at")),
        name=request.form.get("name"),
        note=request.form.get("note"),
        wish=_wish(request.form.get("wish", "")),
        front=_photo("front"),
        back=_photo("back"),
    )
    with transaction() as session:
        item = queries.find_item(session, request.form.get("item"))
        # What the phone remembers may be gone by now: the card is kept all the same.
        mission = queries.find_mission(session, request.form.get("mission"))
        if item is not None and mission is not None and item.mission_id != mission.id:
            # Somebody chose another mission since the page was opened at this item.
            item = None
        return take_card(
            session,
            details,
            mission=mission,
            item=item,
            config=settings(),
            actor=actor(),
            now=now(),
        )


def _key_of_form() -> str:
    """A key for a card that comes without one, from a page without scripts.

    It follows from all that is said: a form that is sent twice is one card.
    """
    digest = hashlib.sha256(today(now(), "UTC").isoformat().encode())
    for name in ("mission", "item", "name", "note", "wish"):
        digest.update(json.dumps(request.form.get(name, "")).encode())
    for name in ("front", "back"):
        stream = _photo(name)
        if stream is not None:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
            stream.seek(0)
        digest.update(b"|")
    return str(uuid.UUID(bytes=digest.digest()[:16]))


def _photo(name: str) -> Any:
    file: FileStorage | None = request.files.get(name)
    return file.stream if file is not None and file.filename else None


def _wish(code: str) -> CardWish | None:
    return CardWish(code) if code in set(CardWish) else None


def _capture_page(problem: str | None = None) -> str:
    session = reader()
    day = today(now(), actor().time_zone)
    missions = queries.list_missions(session, day)
    chosen = request.values.get("mission", "")
    item = queries.find_item(session, request.values.get("item"))
    if not chosen and "mission" not in request.values:
        # The one that is under way, where there is just one.
        around = [one for one in missions if queries.is_around(one, day)]
        chosen = around[0].public_id if len(around) == 1 else ""
    known = {one.public_id for one in missions}
    if chosen and chosen not in known and (other := queries.find_mission(session, chosen)):
        missions.insert(
            0, queries.MissionChoice(other.public_id, other.name, other.starts_on, other.ends_on)
        )
    return render_template(
        "cards/new.html",
        missions=missions,
        chosen=chosen,
        item=item,
        me=public_id_of(session, actor()),
        problem=problem,
        waiting=queries.count_waiting(session),
        wishes=CardWish,
    )


def _version() -> str:
    """Another one whenever a file that the page is made of changes, so that phones fetch it."""
    digest = hashlib.sha256()
    for name in _ASSETS:
        digest.update((settings().public_url + name).encode())
        digest.update((Path(current_app.static_folder or "") / name).read_bytes())
    return digest.hexdigest()[:16]


from crm.cards import desk_views, sort_views  # noqa: E402, F401
