"""Pages of a file that is not applied yet: how it is read, what is wrong, what is not sure."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.errors import sentence
from crm.imports import draft_files, drafts, outlook, preview, queries
from crm.imports.bad_rows import bad_rows_file
from crm.imports.columns import match_columns
from crm.imports.downloads import problems_csv
from crm.imports.draft_files import DraftFile, is_long
from crm.imports.forms import chosen_choices, chosen_columns, chosen_options
from crm.imports.options import ImportOptions
from crm.imports.outlook import Outlook
from crm.imports.problems import RowProblem
from crm.imports.reading import read_table
from crm.imports.views import (
    blueprint,
    must_be_draft,
    plan_of,
    read_again,
    reading_turn,
)
from crm.jobs.queries import find_job_of_batch
from crm.web.access import WRITERS, allow
from crm.web.request import actor, now, reader, settings, transaction
from models.errors import DomainError, NotFoundError, N_
from models.import_batch import BatchKind, BatchState, ImportBatch


@blueprint.post("/<batch_id>/mapping")
@allow(WRITERS)
def mapping(batch_id: str) -> Any:
    """Say how the file is read: its encoding, which column is which, what rows do."""
    batch = queries.get_batch(reader(), batch_id, actor())
    _must_be_readable(batch)
    try:
        kind = BatchKind(request.form.get("kind", batch.kind.value))
    except ValueError as error:
        raise NotFoundError from error
    options = chosen_options(request.form, ImportOptions.from_json(batch.options))
    is_read_otherwise = _is_read_otherwise(batch, options)
    content = drafts.find(settings(), batch_id)
    try:
        if content is None:
            raise DomainError(N_("The file is not kept any more. Bring it in again."))
        with reading_turn():
            table = read_table(
                content, batch.file_name, encoding=options.encoding, delimiter=options.delimiter
            )
        chosen = None
        if kind is batch.kind and not is_read_otherwise:
            said = draft_files.chosen(batch, table)
            chosen = chosen_columns(request.form, match_columns(table.headers, kind, said))
        match_columns(table.headers, kind, chosen)
    except DomainError as error:
        if error.status != DomainError.status:
            raise
        flash(sentence(error), "danger")
    else:
        with transaction() as session:
            draft = queries.get_batch(session, batch_id, actor(), for_writing=True)
            _must_be_readable(draft)
            draft.kind = kind
            draft.mapping = chosen
            draft.options = options.as_json()
            draft.encoding = table.encoding
            draft.row_count = len(table.rows) + len(table.problems)
            draft.state = BatchState.DRAFT
            read_again(session, draft)
    return redirect(url_for("imports.show", batch_id=batch_id), 303)


@blueprint.post("/<batch_id>/choices")
@allow(WRITERS)
def choices(batch_id: str) -> Any:
    """Say what single rows mean that may mean a record on file."""
    with transaction() as session:
        draft = queries.get_batch(session, batch_id, actor(), for_writing=True)
        must_be_draft(draft)
        options = ImportOptions.from_json(draft.options)
        draft.options = chosen_choices(request.form, options).as_json()
        read_again(session, draft)
    return redirect(url_for("imports.show", batch_id=batch_id) + "#questions-title", 303)


@blueprint.post("/<batch_id>/again")
@allow(WRITERS)
def again(batch_id: str) -> Any:
    """Begin again with the file of an import that was undone or failed, as it was read then."""
    with transaction() as session:
        batch = queries.get_batch(session, batch_id, actor(), for_writing=True)
        if batch.state not in (BatchState.UNDONE, BatchState.FAILED):
            raise DomainError(N_("Undo the import first."))
        if drafts.find(settings(), batch_id) is None:
            raise DomainError(N_("The file is not kept any more. Bring it in again."))
        if batch.state is BatchState.FAILED:
            draft = batch
            draft.state = BatchState.DRAFT
        else:
            draft = ImportBatch(
                kind=batch.kind,
                state=BatchState.DRAFT,
                file_name=batch.file_name,
                sha256=batch.sha256,
                encoding=batch.encoding,
                mapping=batch.mapping,
                options=batch.options,
                row_count=batch.row_count,
                created_count=0,
                updated_count=0,
                actor_id=actor().id,
                actor_name=actor().name,
                created_at=now(),
            )
            session.add(draft)
            session.flush()
            drafts.hand_over(settings(), batch_id, draft.public_id)
        read_again(session, draft)
        public_id = draft.public_id
    return redirect(url_for("imports.show", batch_id=public_id), 303)


@blueprint.get("/<batch_id>/progress")
@allow(WRITERS)
def progress(batch_id: str) -> Any:
    """How far a job is: the part of its page that is fetched again and again."""
    batch = queries.get_batch(reader(), batch_id, actor())
    is_undoing = queries.is_open(queries.find_undoing(reader(), batch))
    if batch.state not in (BatchState.READING, BatchState.APPLYING) and not is_undoing:
        response = Response("", 200)
        response.headers["HX-Redirect"] = url_for("imports.show", batch_id=batch_id)
        return response
    return render_template("imports/_progress.html", **_progress(batch))


@blueprint.get("/<batch_id>/problems.csv")
@allow(WRITERS)
def problems(batch_id: str) -> Response:
    """Every mistake of a draft, to mend them one after the other."""
    batch = _draft(batch_id)
    found, _file = _problems_of(batch)
    return _attachment(problems_csv(preview.say(found)), "text/csv", "problems.csv")


@blueprint.get("/<batch_id>/bad-rows")
@allow(WRITERS)
def bad_rows(batch_id: str) -> Response:
    """The rows with a mistake as a file like the one that came, with a last column that says what.

    Mended, it can be brought in by itself.
    """
    batch = _draft(batch_id)
    found, file = _problems_of(batch)
    content, mimetype, ending = bad_rows_file(file.table, preview.say(found))
    return _attachment(content, mimetype, f"bad-rows.{ending}")


def draft_page(batch: ImportBatch) -> Any:
    """A draft: what was read, what is wrong, what has to be decided."""
    with reading_turn():
        try:
            file = draft_files.read_draft(settings(), batch)
        except DomainError as error:
            if error.status != DomainError.status:
                raise
            return _unreadable_page(batch, sentence(error))
        found, first_rows = _outlook(batch, file)
    return render_template(
        "imports/draft.html",
        batch=batch,
        table=file.table,
        options=file.options,
        columns=preview.column_choices(file.table, file.mapping),
        fields=preview.field_choices(batch.kind),
        kinds=preview.kind_choices(),
        readings=preview.reading_choices(file.table),
        policies=preview.policy_choices(batch.kind, file.options),
        problem=found.problem,
        found=found,
        first_rows=first_rows,
        problems=preview.say(found.problems[: preview.SHOWN]),
        notices=preview.say(found.notices[: preview.SHOWN]),
        questions=preview.questions(found.questions[: preview.SHOWN]),
    )


def progress_page(batch: ImportBatch) -> Any:
    """How far a job is, or why it failed."""
    return render_template("imports/progress.html", **_progress(batch))


def _progress(batch: ImportBatch) -> dict[str, Any]:
    job = queries.find_undoing(reader(), batch) or find_job_of_batch(reader(), batch.id)
    return {
        "batch": batch,
        "job": job,
        "is_going_on": batch.state is not BatchState.FAILED,
        "step": _(job.step) if job is not None and job.step else None,
        "problem": _(job.problem) if job is not None and job.problem else None,
    }


def _outlook(batch: ImportBatch, file: DraftFile) -> tuple[Outlook, Any]:
    """What applying a draft would do, and its first rows; of a long one what the job kept."""
    if is_long(batch):
        kept = (batch.summary or {}).get("outlook", {})
        found = outlook.from_json(kept)
        rows = queries.first_prepared(reader(), batch)
        return found, preview.preview_of(file.mapping, rows)
    try:
        parsed = draft_files.parse(file, actor=actor(), now=now())
        plan = plan_of(reader(), file, parsed, now())
    except DomainError as error:
        if error.status != DomainError.status:
            raise
        return Outlook(problem=sentence(error)), None
    return outlook.outlook_of(plan), preview.preview_of(file.mapping, parsed.rows)


def _problems_of(batch: ImportBatch) -> tuple[list[RowProblem], DraftFile]:
    with reading_turn():
        file = draft_files.read_draft(settings(), batch)
        if is_long(batch):
            return [RowProblem(**one) for one in queries.prepared_problems(reader(), batch)], file
        parsed = draft_files.parse(file, actor=actor(), now=now())
        return plan_of(reader(), file, parsed, now()).problems, file


def _draft(batch_id: str) -> ImportBatch:
    batch = queries.get_batch(reader(), batch_id, actor())
    if batch.state is not BatchState.DRAFT:
        raise NotFoundError
    return batch


def _must_be_readable(batch: ImportBatch) -> None:
    if batch.state is not BatchState.FAILED:
        must_be_draft(batch)


def _is_read_otherwise(batch: ImportBatch, options: ImportOptions) -> bool:
    before = ImportOptions.from_json(batch.options)
    return (options.encoding, options.delimiter) != (before.encoding, before.delimiter)


def _unreadable_page(batch: ImportBatch, problem: str) -> str:
    return render_template(
        "imports/unreadable.html",
        batch=batch,
        problem=problem,
        options=ImportOptions.from_json(batch.options),
        readings=preview.reading_choices(None),
        is_kept=drafts.find(settings(), batch.public_id) is not None,
    )


def _attachment(content: bytes, mimetype: str, name: str) -> Response:
    return Response(
        content,
        mimetype=mimetype,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
