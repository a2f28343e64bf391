"""What the small forms of an announcement share: finding it, one page for each, what they read."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from crm.announcements import queries
from crm.files.service import Home, keep_file
from crm.web.request import actor, now, reader, settings
from models.announcement import Announcement
from models.interaction import StoredFile


def load(session: Session, announcement_id: str) -> Announcement:
    """The announcement of an address, as far as the actor may know of it.

    Raises:
        NotFoundError: there is none.
    """
    return queries.get_announcement(session, announcement_id, now=now())


def part_page(
    announcement_id: str,
    form: Any,
    heading: str,
    submit: str,
    *,
    hints: Mapping[str, Any] | None = None,
    above: str | None = None,
    choices: Any = None,
) -> Any:
    """The page of one small form, with its problems where there are any."""
    page = render_template(
        "announcements/part.html",
        announcement=load(reader(), announcement_id),
        form=form,
        heading=heading,
        submit=submit,
        hints=hints or {},
        above=above,
        choices=choices,
    )
    return page, 422 if form.is_submitted() else 200


def done(announcement_id: str, words: str, anchor: str | None = None) -> Any:
    """Say that it is kept, and go back to the announcement."""
    flash(words, "success")
    return redirect(url_for(".show", announcement_id=announcement_id, _anchor=anchor), 303)


def keep_evidence(
    session: Session, announcement: Announcement, upload: FileStorage | None
) -> StoredFile | None:
    """Keep an uploaded proof with the announcement; None where nothing was chosen.

    Raises:
        DomainError: a kind of file that is not taken, too large, or too many.
    """
    if upload is None or not upload.filename:
        return None
    return keep_file(
        session,
        upload.stream,  # type: ignore[arg-type]
        upload.filename,
        Home(announcement=announcement),
        config=settings(),
        actor=actor(),
        now=now(),
    )


def number(value: Any) -> float | None:
    """A typed number as the tables keep it."""
    return float(value) if value is not None else None


def whole(value: Any) -> int | None:
    """A typed number without its fraction."""
    return int(value) if value is not None else None
