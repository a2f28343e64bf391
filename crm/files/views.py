"""Files brought to a record, fetched from it, and deleted.

`files.upload` takes the record as one of `lead`, `interaction` and `organization` (its public id,
in the address or the form), the files as `file` and where to go on to as `next`.
"""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage

from crm.errors import sentence
from crm.files import queries, service, storage
from crm.files.kinds import ACCEPT, ENDINGS
from crm.files.service import Home
from crm.interactions.looks import note_own_look
from crm.web.access import EVERYBODY, WRITERS, allow
from crm.web.paths import own_path
from crm.web.request import actor, now, reader, settings, transaction
from models.errors import DomainError, NotFoundError, N_

blueprint = Blueprint("files", __name__, url_prefix="/files")

_RECORDS = ("lead", "interaction", "organization")


@blueprint.app_template_global("files_accepted")
def files_accepted() -> str:
    """What a file input offers to choose."""
    return ACCEPT


@blueprint.app_template_global("may_delete_file")
def may_delete_file(file: Any) -> bool:
    """Whether the reader may delete a file."""
    return service.may_delete(file, actor=actor())


@blueprint.route("/upload", methods=["GET", "POST"])
@allow(WRITERS)
def upload() -> Any:
    """Bring one or several files to a record, all of them or none."""
    record_type, public_id = _record_named()
    problem = None
    if request.method == "POST":
        try:
            count = _keep_all(record_type, public_id, request.files.getlist("file"))
        except NotFoundError:
            raise
        except DomainError as error:
            problem = sentence(error)
        else:
            flash(ngettext("The file is added.", "%(num)d files are added.", count), "success")
            home = queries.get_home(reader(), record_type, public_id)
            return redirect(own_path(request.values.get("next"), _address(home)), 303)
    home = queries.get_home(reader(), record_type, public_id)
    page = render_template(
        "files/upload.html",
        record_type=record_type,
        public_id=public_id,
        back=own_path(request.values.get("next"), _address(home)),
        problem=problem,
        limit=settings().attachment_limit // (1024 * 1024),
        kinds=", ".join(ENDINGS),
    )
    return page, 422 if problem else 200


@blueprint.get("/<file_id>")
@allow(EVERYBODY)
def download(file_id: str) -> Response:
    """Send a file, always to be saved, never to be shown inside our pages."""
    file = queries.get_file(reader(), file_id)
    note_own_look(file)
    path = storage.path_of(settings().files, file.storage_name)
    if not path.is_file():
        raise NotFoundError
    answer = send_file(
        path,
        mimetype=file.content_type,
        as_attachment=True,
        download_name=file.name,
        conditional=False,
        etag=False,
    )
    # As it was found: Flask would call every text UTF-8.
    answer.headers["Content-Type"] = file.content_type
    return answer


@blueprint.post("/<file_id>/delete")
@allow(WRITERS)
def delete(file_id: str) -> Any:
    """Delete a file."""
    with transaction() as session:
        file = queries.get_file(session, file_id)
        name = file.name
        service.delete_file(session, file, config=settings(), actor=actor())
    flash(_("%(name)s is deleted.", name=name), "success")
    return redirect(own_path(request.values.get("next"), url_for("home.index")), 303)


def _record_named() -> tuple[str, str]:
    for record_type in _RECORDS:
        if public_id := request.values.get(record_type):
            return record_type, public_id
    raise NotFoundError


def _keep_all(record_type: str, public_id: str, uploads: list[FileStorage]) -> int:
    chosen = [item for item in uploads if item.filename]
    with transaction() as session:
        home = queries.get_home(session, record_type, public_id)
        if not chosen:
            raise DomainError(N_("Choose a file."), field="file")
        for item in chosen:
            service.keep_file(
                session,
                item.stream,  # type: ignore[arg-type]
                item.filename or "",
                home,
                config=settings(),
                actor=actor(),
                now=now(),
            )
    return len(chosen)


def _address(home: Home) -> str:
    if home.lead is not None:
        return url_for("leads.show", lead_id=home.lead.public_id)
    if home.interaction is not None:
        return url_for("interactions.show", interaction_id=home.interaction.public_id)
    assert home.organization is not None
    return url_for("organizations.show", organization_id=home.organization.public_id)
