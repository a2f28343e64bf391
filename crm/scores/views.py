"""Pages of the ranking and of the model behind it."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.labels import choices
from crm.scores import mixing, queries, service, version_queries
from crm.scores.bands import band
from crm.scores.moved import line, load_moved
from crm.scores.states import explained, standing_of, standing_of_row
from crm.scores.wording import reason_texts
from crm.timezones import today
from crm.web.access import STAFF, WRITERS, allow
from crm.web.request import actor, close_reader, database, now, reader
from models.stage import LeadType

blueprint = Blueprint("scores", __name__, url_prefix="/scores")


@blueprint.get("/ranking")
@allow(STAFF)
def ranking() -> Any:
    """Whom to call next, why, how sure, and how old the data is."""
    session = reader()
    chosen = queries.read_filter(request.args, actor())
    day = today(now(), actor().office_time_zone)
    kept = _within(request.args)
    page = queries.ranking_page(session, chosen, day=day, cursor=request.args.get("after"))
    rows = [
        (
            row,
            reason_texts(row.reasons or [], limit_up=2, limit_down=1),
            mixing.sum_of(row, chosen.weights),
        )
        for row in page.rows
    ]
    fresh = version_queries.freshness(session)
    office = standing_of(fresh.serves, is_refused=fresh.is_refused)
    moves = load_moved(session, [row.id for row in page.rows])
    return render_template(
        "scores/ranking.html",
        page=page,
        office_standing=office,
        office_words=explained(office.state, fresh.version),
        standing_of=standing_of_row,
        moved_lines={lead_id: line(found) for lead_id, found in moves.items()},
        rows=rows,
        chosen=chosen,
        within=kept,
        arguments={
            "whose": request.args.get("whose", "all"),
            "type": request.args.get("type", ""),
            **kept,
        },
        presets=_presets(),
        parts=_parts(),
        horizons=_horizons(),
        freshness=fresh,
        whose=request.args.get("whose", "all"),
        lead_type=request.args.get("type", ""),
        type_choices=choices(LeadType),
        band=band,
    )


@blueprint.post("/refresh")
@allow(WRITERS)
def refresh() -> Any:
    """Score every open lead again, with the model in use."""
    close_reader()
    service.rescore(database(), actor=actor(), now=now())
    # No number: it would count leads that the reader may not know of.
    flash(_("The open leads are scored again."), "success")
    return redirect(url_for("scores.ranking"), 303)


def _within(args: Mapping[str, str]) -> dict[str, str]:
    """The horizon and the weights of an address, for the links that keep them."""
    return {name: args[name] for name in ("within", *mixing.NAMES) if args.get(name)}


def _parts() -> dict[str, str]:
    return {
        "likelihood": _("Likelihood"),
        "value": _("Value"),
        "staleness": _("Call due"),
    }


def _presets() -> list[tuple[str, mixing.Weights]]:
    words = {
        "likely": _("Likely to land"),
        "call": _("Needs a call"),
        "large": _("Large and likely"),
    }
    return [(words[name], weights) for name, weights in mixing.PRESETS.items()]


def _horizons() -> list[tuple[str, str]]:
    return [
        ("ever", _("ever")),
        ("365", _("within 12 months")),
        ("180", _("within 6 months")),
        ("90", _("within 3 months")),
    ]


from crm.scores import (  # noqa: E402, F401 - they add their views to the blueprint
    backtest_views,
    card_views,
    history_views,
    model_views,
    own_views,
)
