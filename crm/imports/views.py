"""Pages of imports: bring a file, look at what was read, correct the columns, apply it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.errors import sentence
from crm.imports import drafts, preview, queries, service
from crm.imports.columns import ColumnMapping, guess_kind, match_columns
from crm.imports.forms import GUESS, FileForm, chosen_columns
from crm.imports.plan import ImportPlan, ImportRefusedError
from crm.imports.reading import read_table
from crm.imports.table import Table
from crm.timezones import today
from crm.web.access import WRITERS, allow
from crm.web.request import actor, close_reader, database, now, reader, settings, transaction
from models.errors import DomainError, NotFoundError, N_
from models.import_batch import BatchKind, BatchState, ImportBatch

blueprint = Blueprint("imports", __name__, url_prefix="/imports")

# A large file takes memory: a process reads this many at once, others wait their turn.
_READERS = BoundedSemaphore(2)
_WAIT = 20


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
        return _draft_page(batch)
    return result_views.result_page(batch)


@blueprint.post("/<batch_id>/mapping")
@allow(WRITERS)
def mapping(batch_id: str) -> Any:
    """Say which column holds which field, and what a row is; the file is read again."""
    batch = queries.get_batch(reader(), batch_id, actor())
    table = _table_of(batch)
    try:
        kind = BatchKind(request.form.get("kind", batch.kind.value))
    except ValueError as error:
        raise NotFoundError from error
    chosen = None
    if kind is batch.kind:
        chosen = chosen_columns(request.form, _mapping_of(table, batch))
    try:
        match_columns(table.headers, kind, chosen)
    except DomainError as error:
        flash(sentence(error), "danger")
    else:
        with transaction() as session:
            draft = queries.get_batch(session, batch_id, actor(), for_writing=True)
            _must_be_draft(draft)
            draft.kind = kind
            draft.mapping = chosen
    return redirect(url_for("imports.show", batch_id=batch_id), 303)


@blueprint.post("/<batch_id>/apply")
@allow(WRITERS)
def apply(batch_id: str) -> Any:
    """Bring everything in, or nothing."""
    batch = queries.get_batch(reader(), batch_id, actor())
    _must_be_draft(batch)
    moment = now()
    try:
        with reading_turn():
            table = _table_of(batch)
            parsed = _parsed(table, _mapping_of(table, batch))
            with transaction() as session:
                service.take_turn(session)
                draft = queries.get_batch(session, batch_id, actor(), for_writing=True)
                plan = _plan(session, parsed, moment)
                service.apply_import(session, plan, draft, actor=actor(), now=moment)
    except ImportRefusedError as error:
        flash(sentence(error), "danger")
    else:
        drafts.forget(settings(), batch_id)
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
        _must_be_draft(draft)
        session.delete(draft)
    drafts.forget(settings(), batch_id)
    flash(_("The file is thrown away; nothing was imported."), "success")
    return redirect(url_for("imports.index"), 303)


def score_again() -> None:
    """Let the ranking know of what changed: train where that is worth it, else only score."""
    from crm.scores.service import train_if_useful

    close_reader()
    try:
        train_if_useful(database(), actor=actor(), now=now())
    except DomainError as error:
        # The import stands all the same, and says so; the chances come with the next scoring.
        flash(sentence(error), "warning")


def plan_of_draft(batch: ImportBatch) -> ImportPlan:
    """What applying a draft would do by now.

    Raises:
        DomainError: the file is gone, or lacks a column without which no row can be read.
    """
    with reading_turn():
        table = _table_of(batch)
        return _plan(reader(), _parsed(table, _mapping_of(table, batch)), now())


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
    kind = form.kind.data
    found = guess_kind(table.headers) if kind == GUESS else BatchKind(kind)
    gone = []
    with transaction() as session:
        queries.check_rate(session, actor(), now=moment, limit=settings().imports_per_hour)
        for stale in queries.stale_drafts(session, now=moment):
            gone.append(stale.public_id)
            session.delete(stale)
        batch = service.draft_batch(
            table,
            match_columns(table.headers, found),
            file_name=name,
            sha256=hashlib.sha256(content).hexdigest(),
            actor=actor(),
            now=moment,
        )
        # Until it is applied, only what a person chose is kept of the mapping.
        batch.mapping = None
        session.add(batch)
        session.flush()
        drafts.keep(settings(), batch.public_id, content)
    for public_id in gone:
        drafts.forget(settings(), public_id)
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
    )


def _draft_page(batch: ImportBatch) -> Any:
    table = _table_of(batch)
    columns = _mapping_of(table, batch)
    parsed = plan = problem = None
    try:
        with reading_turn():
            parsed = _parsed(table, columns)
            plan = _plan(reader(), parsed, now())
    except DomainError as error:
        if error.status != DomainError.status:
            raise
        problem = sentence(error)
    return render_template(
        "imports/draft.html",
        batch=batch,
        table=table,
        columns=preview.column_choices(table, columns),
        fields=preview.field_choices(batch.kind),
        problem=problem,
        plan=plan,
        first_rows=preview.preview_of(parsed) if parsed else None,
        problems=preview.say(plan.problems[: preview.SHOWN]) if plan else [],
        notices=preview.say(plan.notices[: preview.SHOWN]) if plan else [],
    )


def _table_of(batch: ImportBatch) -> Table:
    content = drafts.find(settings(), batch.public_id)
    if content is None:
        raise DomainError(N_("The file is not kept any more. Bring it in again."))
    return read_table(content, batch.file_name)


def _mapping_of(table: Table, batch: ImportBatch) -> ColumnMapping:
    return match_columns(table.headers, batch.kind, batch.mapping)


def _parsed(table: Table, columns: ColumnMapping) -> service.ParsedFile:
    return service.parse_file(table, columns, today=today(now(), actor().office_time_zone))


def _plan(session: Any, parsed: service.ParsedFile, moment: Any) -> ImportPlan:
    return service.plan_import(
        session, parsed, actor=actor(), now=moment, zone_name=actor().office_time_zone
    )


def _must_be_draft(batch: ImportBatch) -> None:
    if batch.state is not BatchState.DRAFT:
        raise DomainError(N_("This file was imported already."))


from crm.imports import result_views  # noqa: E402 - adds its views to the blueprint
