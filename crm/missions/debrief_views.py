"""The debrief of a mission: one editable table of all its items, and what was promised."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from crm.interactions.choice_queries import find_user_id, list_owners
from crm.interactions.follow_ups import FollowUpDetails
from crm.missions import agenda_queries, queries
from crm.missions.agenda_queries import get_item
from crm.missions.debrief import (
    SAID,
    DebriefDetails,
    StepDetails,
    debrief_item,
    promise_on_mission,
    steps_of,
)
from crm.missions.debrief_forms import DebriefRow, MissionPromiseForm
from crm.missions.frame import Clocks, frame
from crm.missions.reading import read_version
from crm.missions.views import blueprint
from crm.timezones import today
from crm.web.access import STAFF, WRITERS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.agenda import AgendaItem, AgendaOutcome, AgendaStanding
from models.errors import DomainError
from models.interaction import FollowUp
from models.mission import Mission

Rows = dict[str, DebriefRow]


@blueprint.get("/<mission_id>/debrief")
@allow(STAFF)
def debrief(mission_id: str) -> str:
    """All items of a mission: whether people met, what came of it, what comes next."""
    return _page(mission_id, {}, None)


@blueprint.post("/<mission_id>/debrief")
@allow(WRITERS)
def save_debrief(mission_id: str) -> Any:
    """Keep every row of the table, or none where one cannot be kept."""
    rows: Rows = {}
    saved = 0
    try:
        with transaction() as session:
            mission = queries.get_brief(session, mission_id)
            items = agenda_queries.list_items(session, mission)
            steps = steps_of(session, mission, items)
            owners = list_owners(session)
            for item in items:
                row = _sent(item, owners)
                if row is None:
                    continue
                rows[item.public_id] = row
                if not row.validate():
                    raise _UnreadableError
                if _is_news(row, item, steps.get(item.id)):
                    _save(session, item, row)
                    saved += 1
    except _UnreadableError:
        return _page(mission_id, rows, None), 422
    except DomainError as error:
        last = list(rows.values())[-1] if rows else None
        if last is None or error.status in (403, 404):
            raise
        _put(last, error)
        return _page(mission_id, rows, None), error.status
    flash(
        ngettext("%(num)d row is saved.", "%(num)d rows are saved.", saved)
        if saved
        else _("Nothing was changed."),
        "success",
    )
    return redirect(url_for("missions.debrief", mission_id=mission_id), 303)


@blueprint.post("/items/<item_id>/debrief")
@allow(WRITERS)
def debrief_row(item_id: str) -> Any:
    """Keep one row of the table."""
    row: DebriefRow | None = None
    status = 200
    mission_id = ""
    try:
        with transaction() as session:
            item = get_item(session, item_id)
            mission_id = item.mission.public_id
            row = _sent(item, list_owners(session))
            if row is None or not row.validate():
                raise _UnreadableError
            _save(session, item, row)
    except _UnreadableError:
        status = 422
    except DomainError as error:
        if row is None or error.status in (403, 404):
            raise
        _put(row, error)
        status = error.status
    kept = {} if status == 200 or row is None else {item_id: row}
    if request.headers.get("HX-Request"):
        return _row_fragment(item_id, kept.get(item_id)), status
    if status == 200:
        flash(_("The row is saved."), "success")
        target = url_for("missions.debrief", mission_id=mission_id, _anchor=f"row-{item_id}")
        return redirect(target, 303)
    return _page(mission_id, kept, None), status


@blueprint.post("/<mission_id>/promises")
@allow(WRITERS)
def keep_promise(mission_id: str) -> Any:
    """Keep something that was promised on a mission."""
    session = reader()
    mission = queries.get_brief(session, mission_id)
    form = _promise_form(session, agenda_queries.list_items(session, mission))
    status = 422
    if form.validate():
        try:
            with transaction() as session:
                mission = queries.get_brief(session, mission_id)
                item = get_item(session, form.item.data) if form.item.data else None
                promise_on_mission(
                    session,
                    mission,
                    FollowUpDetails(
                        form.text.data or "",
                        due_on=form.due_on.data,
                        promised_to=(form.promised_to.data or "").strip() or None,
                        owner_id=find_user_id(session, form.owner.data),
                    ),
                    item=item,
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            put_problem(form, error)
            status = error.status
        else:
            flash(_("The promise is kept."), "success")
            target = url_for("missions.debrief", mission_id=mission_id, _anchor="promises")
            return redirect(target, 303)
    return _page(mission_id, {}, form), status


class _UnreadableError(Exception):
    """A row could not be read: its fields say why."""


def _page(mission_id: str, sent: Rows, promise_form: MissionPromiseForm | None) -> str:
    session = reader()
    mission = queries.get_brief(session, mission_id)
    items = agenda_queries.list_items(session, mission)
    context = frame(mission, "missions.debrief")
    return render_template(
        "missions/debrief.html",
        **context,
        items=items,
        rows=_rows(session, mission, items, sent) if context["may_write"] else {},
        steps=steps_of(session, mission, items),
        promises=queries.list_follow_ups(session, mission),
        promise_form=promise_form or _promise_form(session, items, fresh=True),
        open_count=sum(_is_open(item) for item in items),
        my_today=today(now(), actor().time_zone),
        is_saved=False,
        day_known=_day_known,
    )


def _row_fragment(item_id: str, sent: DebriefRow | None) -> str:
    session = reader()
    item = get_item(session, item_id)
    rows = _rows(session, item.mission, [item], {item_id: sent} if sent is not None else {})
    return render_template(
        "missions/_debrief_row.html",
        item=item,
        row=rows[item_id],
        clocks_of=Clocks.of(item.mission),
        is_saved=sent is None,
        day_known=_day_known,
    )


def _rows(session: Session, mission: Mission, items: Sequence[AgendaItem], sent: Rows) -> Rows:
    """The form of each row: as it was sent where it came back, else as it stands on file."""
    steps = steps_of(session, mission, items)
    owners = list_owners(session)
    found: Rows = {}
    for item in items:
        row = sent.get(item.public_id)
        if row is None:
            row = DebriefRow(prefix=_prefix(item), data=_filled(item, steps.get(item.id)))
            row.offer(item, owners)
        else:
            # Whoever saves again has been told.
            row.version.data = str(item.version)
            if not row.met.data and item.standing in SAID:
                row.met.data = item.standing.value
            row.step_was.data = _step_text(steps.get(item.id))
        found[item.public_id] = row
    return found


def _sent(item: AgendaItem, owners: list[tuple[str, str]]) -> DebriefRow | None:
    """The row of an item as the form has it; None where the form has none."""
    if f"{_prefix(item)}version" not in request.form:
        return None
    row = DebriefRow(request.form, prefix=_prefix(item))
    row.offer(item, owners)
    return row


def _save(session: Session, item: AgendaItem, row: DebriefRow) -> None:
    step = None
    if row.step.data is not None and _typed_step(row) != (row.step_was.data or ""):
        step = StepDetails(
            row.step.data, find_user_id(session, row.owner.data or None), row.due_on.data
        )
    details = DebriefDetails(
        standing=AgendaStanding(row.met.data) if row.met.data in set(SAID) else None,
        happened_on=row.happened_on.data,
        outcome=AgendaOutcome(row.outcome.data) if row.outcome.data else None,
        note=row.note.data,
        step=step,
    )
    debrief_item(
        session,
        item,
        details,
        version=read_version(row.version.data),
        actor=actor(),
        now=now(),
    )


def _is_news(row: DebriefRow, item: AgendaItem, step: FollowUp | None) -> bool:
    """Whether a row says anything but what is on file: rows nobody touched are left alone."""
    on_file = _filled(item, step)
    return any((row[name].data or "") != (on_file[name] or "") for name in ("met", "outcome")) or (
        (row.note.data or "").replace("\r\n", "\n").strip() != (on_file["note"] or "")
        or (row.step.data is not None and _typed_step(row) != (row.step_was.data or ""))
    )


def _filled(item: AgendaItem, step: FollowUp | None) -> dict[str, Any]:
    return {
        "version": item.version,
        "step_was": _step_text(step),
        "met": item.standing.value if item.standing in SAID else "",
        "outcome": item.outcome.value if item.outcome else "",
        "note": item.outcome_note,
        "step": step.text if step is not None else "",
        "owner": step.owner.public_id if step is not None and step.owner else "",
        "due_on": step.due_on if step is not None else None,
    }


def _step_text(step: FollowUp | None) -> str:
    """A next step in one line, to tell whether somebody typed another one."""
    if step is None:
        return "||"
    owner = step.owner.public_id if step.owner else ""
    return f"{step.text}|{owner}|{step.due_on or ''}"


def _typed_step(row: DebriefRow) -> str:
    return f"{(row.step.data or '').strip()}|{row.owner.data or ''}|{row.due_on.data or ''}"


def _prefix(item: AgendaItem) -> str:
    return f"{item.public_id}-"


def _put(row: DebriefRow, error: DomainError) -> None:
    put_problem(row, error, standing="met")


def _day_known(item: AgendaItem) -> bool:
    return item.starts_at is not None or item.happens_on is not None


def _is_open(item: AgendaItem) -> bool:
    """Whether nobody said yet what became of an item, or what came of the meeting."""
    if item.standing is AgendaStanding.HELD:
        return item.outcome is None
    return item.standing not in (AgendaStanding.NO_SHOW, AgendaStanding.CANCELLED)


def _promise_form(
    session: Session, items: Sequence[AgendaItem], *, fresh: bool = False
) -> MissionPromiseForm:
    form = MissionPromiseForm(formdata=None) if fresh else MissionPromiseForm()
    form.item.choices = [
        ("", _("to nobody in particular")),
        *((item.public_id, item.title) for item in items),
    ]
    form.owner.choices = [("", _("as the lead, or I")), *list_owners(session)]
    return form
