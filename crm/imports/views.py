"""Pages of imports: bring a file, look at what was read, apply it or throw it away."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from crm.errors import sentence
from crm.imports import draft_files, drafts, queries, service
from crm.imports.columns import guess_kind, match_columns
from crm.imports.draft_files import DraftFile, is_long
from crm.imports.forms import GUESS, FileForm
from crm.imports.options import ImportOptions
from crm.imports.plan import ImportPlan, ImportRefusedError
from crm.imports.reading import read_table
from crm.jobs import service as jobs
from crm.web.access import WRITERS, allow
from crm.web.request import actor, close_reader, database, now, reader, settings, transaction
from models.errors import DomainError, N_
from models.import_batch import BatchKind, BatchState, ImportBatch

blueprint = Blueprint("imports", __name__, url_prefix="/imports")

# A large file takes memory: a process reads this many at once, others wait their turn.
_READERS = BoundedSemaphore(2)
_WAIT = 20
_KEPT_FOR = timedelta(days=1)


class BusyError(DomainError):
    """Too many files are being read at the same moment."""

    status = 429


@contextmanager
def reading_turn() -> Iterator[None]:
    """Wait for a turn to read a file.

    Raises:
        BusyError: none came in good time.
    """
    if not _READERS.acquire(timeout=_WAIT):
        raise BusyError(N_("Other files are being read. Try again in a minute."))
    try:
        yield
    finally:
        _READERS.release()


@blueprint.get("/")
@allow(WRITERS)
def index() -> Any:
    """Bring a file, and the files brought before."""
    return _index_page(FileForm(formdata=None))


@blueprint.post("/check")
@allow(WRITERS)
def check() -> Any:
    """Keep a file as a draft, once it is known to hold a table."""
    form = FileForm()
    problem = None
    if form.validate_on_submit():
        try:
            batch = _keep_draft(form)
        except queries.TooManyImportsError:
            raise
        except DomainError as error:
            problem = sentence(error)
        else:
            return redirect(url_for("imports.show", batch_id=batch.public_id), 303)
    return _index_page(form, problem), 422


@blueprint.get("/<batch_id>")
@allow(WRITERS)
def show(batch_id: str) -> Any:
    """A draft with what was read and what is wrong; afterwards what came of it."""
    batch = queries.get_batch(reader(), batch_id, actor())
    if batch.state is BatchState.DRAFT:
        return draft_views.draft_page(batch)
    undoing = queries.find_undoing(reader(), batch)
    if batch.state in (BatchState.READING, BatchState.APPLYING, BatchState.FAILED):
        return draft_views.progress_page(batch)
    if queries.is_open(undoing):
        return draft_views.progress_page(batch)
    return result_views.result_page(batch, undoing)


@blueprint.post("/<batch_id>/apply")
@allow(WRITERS)
def apply(batch_id: str) -> Any:
    """Bring everything in, or nothing; a long file by a job."""
    batch = queries.get_batch(reader(), batch_id, actor())
    must_be_draft(batch)
    if is_long(batch):
        with transaction() as session:
            draft = queries.get_batch(session, batch_id, actor(), for_writing=True)
            must_be_draft(draft)
            draft.state = BatchState.APPLYING
            ask_for(session, draft, "imports.apply")
        return redirect(url_for("imports.show", batch_id=batch_id), 303)
    try:
        _apply_now(batch)
    except ImportRefusedError as error:
        flash(sentence(error), "danger")
    else:
        database().analyze()
        score_again()
        flash(_("The file is imported."), "success")
    return redirect(url_for("imports.show", batch_id=batch_id), 303)


@blueprint.post("/<batch_id>/discard")
@allow(WRITERS)
def discard(batch_id: str) -> Any:
    """Throw a draft away."""
    with transaction() as session:
        draft = queries.get_batch(session, batch_id, actor(), for_writing=True)
        if draft.state not in (BatchState.READING, BatchState.FAILED):
            must_be_draft(draft)
        session.delete(draft)
    drafts.forget(settings(), batch_id)
    flash(_("The file is thrown away; nothing was imported."), "success")
    return redirect(url_for("imports.index"), 303)


def score_again() -> None:
    """Let the ranking know of what changed: train where that is worth it, else only score.

    In an office of many leads a job does it: training would take more than a page can wait for.
    """
    from crm.scores.service import train_if_useful

    many = draft_files.has_many_leads(reader())
    close_reader()
    if many:
        with transaction() as session:
            jobs.ask(session, "scores.renew", {}, batch_id=None, actor_id=actor().id, now=now())
        return
    try:
        train_if_useful(database(), actor=actor(), now=now())
    except DomainError as error:
        # The import stands all the same, and says so; the chances come with the next scoring.
        flash(sentence(error), "warning")


def must_be_draft(batch: ImportBatch) -> None:
    """Refuse what is no draft any more.

    Raises:
        DomainError: it was applied already.
    """
    if batch.state is not BatchState.DRAFT:
        raise DomainError(N_("This file was imported already."))


def ask_for(session: Any, batch: ImportBatch, kind: str) -> None:
    """Ask for a job on a draft."""
    jobs.ask(
        session,
        kind,
        {},
        batch_id=batch.id,
        actor_id=actor().id,
        now=now(),
        total_count=batch.row_count,
    )


def read_again(session: Any, batch: ImportBatch) -> None:
    """Let a job read a long draft anew."""
    if is_long(batch):
        batch.state = BatchState.READING
        batch.summary = None
        ask_for(session, batch, "imports.read")


def plan_of(session: Any, file: DraftFile, parsed: service.ParsedFile, moment: Any) -> ImportPlan:
    """What applying a draft would do by now."""
    return service.plan_import(
        session,
        parsed,
        actor=actor(),
        now=moment,
        zone_name=actor().office_time_zone,
        options=file.options,
    )


def _apply_now(batch: ImportBatch) -> None:
    moment = now()
    with reading_turn():
        file = draft_files.read_draft(settings(), batch)
        parsed = draft_files.parse(file, actor=actor(), now=moment)
        with transaction() as session:
            service.take_turn(session)
            draft = queries.get_batch(session, batch.public_id, actor(), for_writing=True)
            must_be_draft(draft)
            plan = plan_of(session, file, parsed, moment)
            service.apply_import(session, plan, draft, actor=actor(), now=moment)
            draft_files.remember_mapping(
                session,
                actor().office_id,
                file.table.headers,
                draft.kind,
                plan.reading.mapping.as_dict(),
                now=moment,
            )


def _keep_draft(form: FileForm) -> ImportBatch:
    name, content = _content(form)
    moment = now()
    queries.check_rate(reader(), actor(), now=moment, limit=settings().imports_per_hour)
    with reading_turn():
        table = read_table(content, name)
    limit = settings().import_row_limit
    if service.row_count(table) > limit:
        raise DomainError(
            N_("The file has more than %(limit)s rows. Split it into smaller files."), limit=limit
        )
    with transaction() as session:
        queries.check_rate(session, actor(), now=moment, limit=settings().imports_per_hour)
        gone = []
        for stale in queries.stale_drafts(session, now=moment):
            gone.append(stale.public_id)
            session.delete(stale)
        said = None if form.kind.data == GUESS else BatchKind(form.kind.data)
        known = draft_files.find_mapping(session, actor().office_id, table.headers, said)
        kind = said or (known.kind if known is not None else guess_kind(table.headers))
        batch = service.draft_batch(
            table,
            match_columns(table.headers, kind),
            file_name=name,
            sha256=hashlib.sha256(content).hexdigest(),
            actor=actor(),
            now=moment,
        )
        # Until it is applied, only what a person chose is kept of the mapping, now or before.
        batch.mapping = dict(known.mapping) if known is not None else None
        batch.options = ImportOptions().as_json()
        session.add(batch)
        session.flush()
        drafts.keep(settings(), batch.public_id, content)
        read_again(session, batch)
        kept = queries.draft_ids(session)
    for public_id in gone:
        drafts.forget(settings(), public_id)
    drafts.sweep(settings(), kept, before=moment - _KEPT_FOR)
    return batch


def _content(form: FileForm) -> tuple[str, bytes]:
    if form.file.data:
        name = (form.file.data.filename or "").replace("\\", "/").rsplit("/", 1)[-1]
        return name[:200] or _("file"), form.file.data.read()
    if (form.pasted.data or "").strip():
        return _("pasted cells"), form.pasted.data.encode()
    raise DomainError(N_("Choose a file, or paste cells with their headers."), field="file")


def _index_page(form: FileForm, problem: str | None = None) -> str:
    session = reader()
    return render_template(
        "imports/index.html",
        form=form,
        problem=problem,
        batches=queries.list_batches(session, actor()),
        is_empty=not queries.has_leads(session),
        may_load_demo=result_views.may_load_demo(),
        kinds=[(kind, text) for kind, text in FileForm.kind_choices() if kind != GUESS],
    )


from crm.imports import draft_views, result_views  # noqa: E402 - they add to the blueprint
