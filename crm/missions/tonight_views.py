"""Tonight, for a phone: now and next on both clocks, who is who, notes, and running late."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.contacts.addressing import address_of
from crm.days import read_moment
from crm.errors import sentence
from crm.missions import agenda_queries, queries
from crm.missions.clocks import evening_zone
from crm.missions.course import OPEN
from crm.missions.frame import frame
from crm.missions.lateness import LATEST_SHIFT, Shifted, shift_back, shift_items
from crm.missions.notes import save_note
from crm.missions.tonight import Tonight, tonight_of
from crm.missions.views import blueprint
from crm.organizations.words import glyphs
from crm.web.access import STAFF, WRITERS, allow
from crm.web.paths import own_path
from crm.web.request import actor, now, reader, transaction
from models.agenda import AgendaItem, AgendaNote
from models.errors import ConflictError, DomainError, N_
from models.mission import Mission

# What one tap says.
LATE = (5, 10, 15, 30)
_UNDO_AT_MOST = 60


@blueprint.get("/<mission_id>/tonight")
@allow(STAFF)
def tonight(mission_id: str) -> str:
    """The evening: what is now, what is next, and the item at hand with its people and notes."""
    session = reader()
    mission = queries.get_brief(session, mission_id)
    items = agenda_queries.list_items(session, mission, with_notes=True)
    evening = _evening(mission, items)
    chosen = request.args.get("item")
    item = next((one for one in items if one.public_id == chosen), None) or evening.focus
    return render_template(
        "missions/tonight.html",
        **_context(mission, evening),
        item=item,
        note=_own_note(item),
        others=_others(item),
        undo=_undo(),
        glyphs=glyphs,
        address_of=address_of,
        problem=None,
        typed=None,
    )


@blueprint.get("/<mission_id>/tonight/now")
@allow(STAFF)
def tonight_now(mission_id: str) -> str:
    """Now and next alone, which the page asks for every minute."""
    session = reader()
    mission = queries.get_brief(session, mission_id)
    evening = _evening(mission, agenda_queries.list_items(session, mission))
    return render_template("missions/_now.html", **_context(mission, evening))


@blueprint.post("/items/<item_id>/note")
@allow(WRITERS)
def note_down(item_id: str) -> Any:
    """Keep one's own note: while it is being typed, or by its button."""
    text = request.form.get("text", "")
    problem = None
    status = 200
    try:
        with transaction() as session:
            found = agenda_queries.get_item(session, item_id)
            save_note(
                session,
                found,
                text,
                seen_at=read_moment(request.form.get("seen")),
                is_first=request.form.get("seen") == "",
                actor=actor(),
                now=now(),
            )
    except DomainError as error:
        if error.status in (403, 404):
            raise
        problem, status = sentence(error), error.status
    item = agenda_queries.get_item(reader(), item_id)
    note = _own_note(item)
    if request.headers.get("HX-Request"):
        # Only the line beneath the box comes back: nobody's typing is touched.
        page = render_template(
            "missions/_note_saved.html",
            item=item,
            note=note,
            problem=problem,
            is_conflict=status == ConflictError.status,
        )
        return page, status
    if problem is None:
        flash(_("Your note is kept."), "success")
        target = url_for("missions.item", item_id=item_id, _anchor="notes")
        return redirect(own_path(request.values.get("next"), target), 303)
    session = reader()
    mission = queries.get_brief(session, item.mission.public_id)
    items = agenda_queries.list_items(session, mission, with_notes=True)
    page = render_template(
        "missions/tonight.html",
        **_context(mission, _evening(mission, items)),
        item=item,
        note=note,
        others=_others(item),
        undo=None,
        glyphs=glyphs,
        address_of=address_of,
        problem=problem,
        typed=text,
    )
    return page, status


@blueprint.post("/items/<item_id>/late")
@allow(WRITERS)
def run_late(item_id: str) -> Any:
    """Shift this item and the rest of the evening."""
    text = request.form.get("minutes", "")
    mission_id = None
    try:
        with transaction() as session:
            found = agenda_queries.get_item(session, item_id)
            mission_id = found.mission.public_id
            if text not in {str(minutes) for minutes in LATE}:
                raise DomainError(N_("Choose one of the numbers of minutes."))
            shifted = shift_items(session, found, int(text), actor=actor(), now=now())
    except DomainError as error:
        if error.status in (403, 404) or mission_id is None:
            raise
        flash(sentence(error), "danger")
        return redirect(url_for("missions.tonight", mission_id=mission_id), 303)
    marks = [f"{public_id}.{version}" for public_id, version in shifted.items]
    return redirect(
        url_for(
            "missions.tonight",
            mission_id=mission_id,
            late=shifted.minutes,
            shifted=",".join(marks),
        ),
        303,
    )


@blueprint.post("/<mission_id>/late/undo")
@allow(WRITERS)
def undo_late(mission_id: str) -> Any:
    """Take a shift back, whole or not at all."""
    shifted = _read_shifted(request.form)
    try:
        with transaction() as session:
            mission = queries.get_brief(session, mission_id)
            if shifted is None:
                raise DomainError(N_("There is nothing to take back."))
            back = shift_back(session, mission, shifted, actor=actor(), now=now())
    except DomainError as error:
        if error.status in (403, 404):
            raise
        flash(sentence(error), "danger")
    else:
        flash(
            ngettext(
                "%(num)d item is at its old time again.",
                "%(num)d items are at their old times again.",
                len(back.items),
            ),
            "success",
        )
    return redirect(url_for("missions.tonight", mission_id=mission_id), 303)


def _context(mission: Mission, evening: Tonight) -> dict[str, Any]:
    return {
        **frame(mission, "missions.tonight"),
        "evening": evening,
        "moment": now(),
        "late": LATE,
        "open_standings": OPEN,
        "begun": {item.id for item in evening.items if item.starts_at and item.starts_at <= now()},
    }


def _evening(mission: Mission, items: Any) -> Tonight:
    clock = evening_zone(mission, otherwise=actor().time_zone)
    return tonight_of(items, now=now(), zone_name=clock)


def _own_note(item: AgendaItem | None) -> AgendaNote | None:
    if item is None:
        return None
    return next((note for note in item.notes if note.author_id == actor().id), None)


def _others(item: AgendaItem | None) -> list[AgendaNote]:
    if item is None:
        return []
    return [note for note in item.notes if note.author_id != actor().id]


def _undo() -> Shifted | None:
    """The shift that led to this page, for the button that takes it back."""
    return _read_shifted(request.args)


def _read_shifted(values: Any) -> Shifted | None:
    minutes, marks = values.get("late", ""), values.get("shifted", "")
    if not (minutes.isascii() and minutes.isdigit() and 0 < int(minutes[:6]) <= LATEST_SHIFT):
        return None
    items = []
    for mark in marks.split(",")[:_UNDO_AT_MOST]:
        public_id, _dot, version = mark.partition(".")
        if not (public_id and version.isascii() and version.isdigit() and len(version) < 10):
            return None
        items.append((public_id, int(version)))
    return Shifted(int(minutes), tuple(items)) if items else None
