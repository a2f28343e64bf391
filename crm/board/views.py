"""The board's page, its columns one by one, and the moves that are made on it."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, flash, json, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from crm.board.columns import GROUPS, columns_of, find_column
from crm.board.queries import BoardFilters, list_column, load_board
from crm.labels import choices, label
from crm.leads.cells import lead_cells, locale_key
from crm.leads.list_queries import load_options
from crm.leads.panel import expect_version
from crm.leads.service import RequirementsError, move_lead
from crm.timezones import today
from crm.web.access import STAFF, WRITERS, allow
from crm.web.paths import own_path
from crm.web.request import actor, now, reader, transaction
from models.errors import NotFoundError
from models.lead import Lead
from models.stage import LeadType, StageCode

blueprint = Blueprint("board", __name__, url_prefix="/board")


@blueprint.get("/")
@allow(STAFF)
def index() -> Any:
    """The board, with the groups unfolded that its address names."""
    filters = _filters()
    unfolded = {code for code in request.args.getlist("unfold") if code in _FOLDABLE}
    day = today(now(), actor().time_zone)
    columns = load_board(reader(), filters, columns_of(unfolded), today=day)
    locale = locale_key()
    args = _args(filters)
    return render_template(
        "board/index.html",
        filters=filters,
        args=args,
        columns=[
            (item, [lead_cells(card, locale=locale, today=day) for card in item.cards])
            for item in columns
        ],
        unfolded=unfolded,
        fold_address=lambda code: _fold_address(args, unfolded, code),
        types=choices(LeadType),
        options=load_options(reader(), language=get_locale().language),
        **_card_context(_address(args, unfolded)),
    )


@blueprint.get("/column")
@allow(STAFF)
def column() -> Any:
    """One column, 50 cards a page; in the board's place it is shown there."""
    filters = _filters()
    found = find_column(request.args.get("column", ""))
    if found is None:
        raise NotFoundError
    day = today(now(), actor().time_zone)
    cursor = request.args.get("after")
    page = list_column(reader(), filters, found, today=day, cursor=cursor)
    locale = locale_key()
    args = _args(filters) | {"column": found.code}
    here = url_for("board.column", **args, after=cursor)
    context = {
        "column": found,
        "page": page,
        "args": args,
        "board_args": _args(filters),
        "cards": [lead_cells(card, locale=locale, today=day) for card in page.rows],
    }
    if request.headers.get("HX-Request"):
        board = own_path(request.args.get("board"), url_for("board.index", **_args(filters)))
        return render_template("board/_more_cards.html", **context, **_card_context(board))
    return render_template("board/column.html", **context, **_card_context(here))


@blueprint.post("/move")
@allow(WRITERS)
def move() -> Any:
    """Move a lead to a column; what the move needs is asked by the page of the move."""
    board = own_path(request.form.get("next"), url_for("board.index"))
    found = find_column(request.form.get("to", ""))
    if found is None:
        raise NotFoundError
    lead_id = request.form.get("lead", "")
    stage: StageCode | None = None
    try:
        with transaction() as session:
            lead = session.scalars(sa.select(Lead).where(Lead.public_id == lead_id)).one_or_none()
            if lead is None:
                raise NotFoundError
            expect_version(lead, request.form.get("version"))
            stage = found.stage_for(lead.stage)
            if stage is not None:
                move_lead(session, lead, stage, actor=actor(), now=now())
    except RequirementsError as error:
        target = url_for("leads.move", lead_id=lead_id, to=error.stage.value, next=board)
        return redirect(target, 303)
    message = _("%(lead)s is now at: %(stage)s.", lead=lead.title, stage=label(stage or lead.stage))
    if request.headers.get("HX-Request"):
        event = {"board-changed": {"lead": lead_id, "message": message}}
        return Response(status=204, headers={"HX-Trigger": json.dumps(event, ensure_ascii=True)})
    flash(message, "success")
    return redirect(board, 303)


_FOLDABLE = frozenset(group.code for group in GROUPS if group.is_foldable)


def _filters() -> BoardFilters:
    kind = request.args.get("type", "")
    owner, office = request.args.get("owner", ""), request.args.get("office", "")
    return BoardFilters(
        lead_type=LeadType(kind) if kind in set(LeadType) else LeadType.INVESTMENT,
        owner=owner if 0 < len(owner) <= 16 else None,
        office=office if 0 < len(office) <= 16 else None,
    )


def _args(filters: BoardFilters) -> dict[str, Any]:
    args = {"owner": filters.owner, "office": filters.office}
    if filters.lead_type is not LeadType.INVESTMENT:
        args["type"] = filters.lead_type.value
    return {name: value for name, value in args.items() if value}


def _address(args: dict[str, Any], unfolded: set[str]) -> str:
    return url_for("board.index", **args, unfold=sorted(unfolded))


def _fold_address(args: dict[str, Any], unfolded: set[str], code: str) -> str:
    """The board with one group folded or unfolded."""
    return _address(args, unfolded ^ {code})


def _card_context(board: str) -> dict[str, Any]:
    """What every card needs; `board` is the address to come back to."""
    return {
        "board": board,
        "base": url_for("leads.show", lead_id="x")[:-1],
        "may_write": actor().may_write,
        "sees_all": actor().sees_all,
    }
