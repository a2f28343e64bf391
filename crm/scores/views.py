"""Pages of the ranking and of the model behind it."""

from typing import Any

from babel.numbers import format_decimal
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.labels import choices
from crm.scores import queries, service
from crm.scores.bands import band
from crm.scores.wording import reason_texts
from crm.web.access import DIRECTORS, STAFF, WRITERS, allow
from crm.web.formatting import reading_locale
from crm.web.request import actor, close_reader, database, now, reader
from models.errors import NotFoundError
from models.stage import LeadType

blueprint = Blueprint("scores", __name__, url_prefix="/scores")


@blueprint.get("/ranking")
@allow(STAFF)
def ranking() -> Any:
    """Whom to call next, why, how sure, and how old the data is."""
    session = reader()
    page = queries.ranking_page(
        session, queries.read_filter(request.args, actor()), cursor=request.args.get("after")
    )
    rows = [(row, reason_texts(row.reasons or [], limit_up=2, limit_down=1)) for row in page.rows]
    return render_template(
        "scores/ranking.html",
        page=page,
        rows=rows,
        freshness=queries.freshness(session),
        whose=request.args.get("whose", "all"),
        lead_type=request.args.get("type", ""),
        type_choices=choices(LeadType),
        band=band,
    )


@blueprint.get("/model")
@allow(STAFF)
def model() -> Any:
    """What the chances rest on, and how right the model was on later time."""
    session = reader()
    return render_template(
        "scores/model.html",
        freshness=queries.freshness(session),
        versions=queries.list_versions(session),
        contenders=_contenders(),
        figure=_figure,
    )


@blueprint.get("/leads/<lead_id>")
@allow(STAFF)
def lead_history(lead_id: str) -> Any:
    """How the chance of one lead moved."""
    session = reader()
    found = queries.find_lead(session, lead_id)
    if found is None:
        raise NotFoundError
    key, title = found
    return render_template(
        "scores/lead_history.html",
        lead_id=lead_id,
        title=title,
        scores=queries.score_history(session, key),
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


@blueprint.post("/train")
@allow(DIRECTORS)
def train() -> Any:
    """Train a new model on what is known by now, and use it."""
    close_reader()
    version = service.train(database(), actor=actor(), now=now())
    flash(_("Model %(number)s is trained and in use.", number=version.number), "success")
    return redirect(url_for("scores.model"), 303)


def _contenders() -> list[tuple[str, str]]:
    return [
        ("model", _("The model")),
        ("scorecard", _("The scorecard")),
        ("stage_only", _("The stage alone")),
        ("base_rate", _("The office's own rate")),
    ]


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return str(format_decimal(value, "0.000", locale=reading_locale()))
