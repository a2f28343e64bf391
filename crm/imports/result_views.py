"""Pages of an import that was applied, templates to begin with, and the demo."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.imports import drafts, preview, queries, service
from crm.imports.downloads import XLSX, template_csv, template_xlsx
from crm.imports.draft_files import is_long_to_undo
from crm.imports.template import LANGUAGES
from crm.imports.views import ask_for, blueprint, score_again
from crm.scores.bands import band
from crm.scores.queries import top_leads
from crm.scores.states import standing_of_row
from crm.scores.wording import reason_texts
from crm.web.access import DIRECTORS, WRITERS, allow
from crm.web.request import actor, close_reader, database, now, reader, settings, transaction
from models.errors import ForbiddenError, NotFoundError
from models.import_batch import BatchKind, BatchState, ImportBatch
from models.job import Job


def result_page(batch: ImportBatch, undoing: Job | None) -> str:
    """What was found, whom to call, what was created, and the two buttons.

    `undoing` is a job that could not take it back, and says why.
    """
    session = reader()
    summary = batch.summary or {}
    is_of_leads = batch.kind in (BatchKind.LEADS, BatchKind.STAGES)
    return render_template(
        "imports/result.html",
        batch=batch,
        found=summary.get("outcome"),
        names={kind: rows for kind, rows in summary.get("names", {}).items() if rows},
        summary=summary,
        notices=preview.say_kept(summary.get("notices", ())[: preview.SHOWN]),
        standing_of=standing_of_row,
        calls=_calls(session) if is_of_leads and batch.state is not BatchState.UNDONE else [],
        is_of_leads=is_of_leads,
        can_begin_again=drafts.find(settings(), batch.public_id) is not None,
        band=band,
        problem=_(undoing.problem) if undoing is not None and undoing.problem else None,
    )


@blueprint.post("/<batch_id>/keep")
@allow(WRITERS)
def keep(batch_id: str) -> Any:
    """Say that the import is right."""
    with transaction() as session:
        batch = queries.get_batch(session, batch_id, actor(), for_writing=True)
        service.keep_batch(session, batch, actor=actor(), now=now())
    drafts.forget(settings(), batch_id)
    flash(_("The import is kept."), "success")
    return redirect(url_for("imports.show", batch_id=batch_id), 303)


@blueprint.post("/<batch_id>/undo")
@allow(WRITERS)
def undo(batch_id: str) -> Any:
    """Take the import back, as long as nobody went on working on its leads; a long one by a job."""
    if is_long_to_undo(queries.get_batch(reader(), batch_id, actor())):
        with transaction() as session:
            batch = queries.get_batch(session, batch_id, actor(), for_writing=True)
            service.must_be_applied(batch)
            if not queries.is_open(queries.find_undoing(session, batch)):
                ask_for(session, batch, queries.UNDO)
        return redirect(url_for("imports.show", batch_id=batch_id), 303)
    with transaction() as session:
        service.take_turn(session)
        batch = queries.get_batch(session, batch_id, actor(), for_writing=True)
        service.undo_batch(session, batch, actor=actor(), now=now())
    score_again()
    flash(_("The import is undone: everything stands as it did before."), "success")
    return redirect(url_for("imports.show", batch_id=batch_id), 303)


@blueprint.get("/template.csv")
@allow(WRITERS)
def template_as_csv() -> Response:
    """A template to fill in, with two invented rows."""
    language, kind = _template_choice()
    return _attachment(template_csv(language, kind), "text/csv", f"{kind.value}-{language}.csv")


@blueprint.get("/template.xlsx")
@allow(WRITERS)
def template_as_xlsx() -> Response:
    """The template as a workbook."""
    language, kind = _template_choice()
    return _attachment(template_xlsx(language, kind), XLSX, f"{kind.value}-{language}.xlsx")


@blueprint.post("/demo")
@allow(DIRECTORS)
def demo() -> Any:
    """Fill an office without leads with the demo, on a machine that only its user reaches."""
    from crm.demo.service import load_demo

    if not may_load_demo():
        raise ForbiddenError
    close_reader()
    load_demo(database(), settings(), now=now(), actor=actor())
    score_again()
    flash(
        _("The demo is loaded. Every name in it is invented, but for the public facts."), "success"
    )
    return redirect(url_for("imports.index"), 303)


def may_load_demo() -> bool:
    """Whether the reader may load the demo here.

    Its accounts have a passphrase that lies in the data folder, so that it is only for a product
    that is not reachable from other machines; `serve` refuses those for the same reason.
    """
    host = urlsplit(settings().public_url).hostname or ""
    try:
        is_local = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        is_local = False
    return is_local and actor().may_direct


def _calls(session: Any) -> list[tuple[Any, Any]]:
    """The five leads to call, each with the reasons that speak for it and one against."""
    return [
        (row, reason_texts(row.reasons or [], limit_up=2, limit_down=1))
        for row in top_leads(session, limit=5)
    ]


def _template_choice() -> tuple[str, BatchKind]:
    language = request.args.get("lang", "en")
    try:
        kind = BatchKind(request.args.get("kind", BatchKind.LEADS.value))
    except ValueError as error:
        raise NotFoundError from error
    if language not in LANGUAGES:
        raise NotFoundError
    return language, kind


def _attachment(content: bytes, mimetype: str, name: str) -> Response:
    return Response(
        content,
        mimetype=mimetype,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
