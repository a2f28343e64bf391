"""Pages of where an event is printed, and of what each print says."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.announcements import sources
from crm.announcements.part_forms import ClaimForm, SourceForm
from crm.announcements.parts import done, load, part_page
from crm.announcements.sources import ClaimDetails, SourceDetails
from crm.announcements.views import blueprint
from crm.web.access import WRITERS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, reader, transaction
from models.document import ClaimKind
from models.errors import DomainError
from models.measure import Precision


@blueprint.route("/<announcement_id>/sources/new", methods=["GET", "POST"])
@allow(WRITERS)
def new_source(announcement_id: str) -> Any:
    """Fold one more print of the event into the announcement."""
    load(reader(), announcement_id)
    form = SourceForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                sources.add_source(
                    session, load(session, announcement_id), _source(form), actor=actor()
                )
            return done(announcement_id, _("The source is added."), "source-title")
        except DomainError as error:
            put_problem(form, error)
    return part_page(announcement_id, form, _("A source"), _("Add the source"))


@blueprint.post("/<announcement_id>/sources/<source_id>/prefer")
@allow(WRITERS)
def prefer_source(announcement_id: str, source_id: str) -> Any:
    """Go by this print, on every point on which it says something."""
    with transaction() as session:
        found = load(session, announcement_id)
        source = sources.get_source(session, found, source_id)
        sources.prefer_source(session, found, source, actor=actor())
    return done(announcement_id, _("This source is the preferred one now."), "source-title")


@blueprint.post("/<announcement_id>/sources/<source_id>/remove")
@allow(WRITERS)
def remove_source(announcement_id: str, source_id: str) -> Any:
    """Take away a print that is of something else."""
    with transaction() as session:
        found = load(session, announcement_id)
        sources.remove_source(session, sources.get_source(session, found, source_id), actor=actor())
    return done(announcement_id, _("The source is removed."), "source-title")


@blueprint.route("/<announcement_id>/statements/new", methods=["GET", "POST"])
@allow(WRITERS)
def new_claim(announcement_id: str) -> Any:
    """Keep what one print says."""
    found = load(reader(), announcement_id)
    form = ClaimForm(
        data={"source": request.args.get("source"), "topic": request.args.get("topic")}
    )
    form.source.choices = [
        (
            one.public_id,
            one.title or one.outlet or one.url or (one.document.title if one.document else ""),
        )
        for one in sources.list_sources(reader(), found)
    ]
    if form.validate_on_submit():
        try:
            with transaction() as session:
                announcement = load(session, announcement_id)
                sources.add_claim(
                    session,
                    announcement,
                    sources.get_source(session, announcement, form.source.data),
                    ClaimDetails(
                        form.text.data,
                        form.quote.data,
                        form.topic.data,
                        ClaimKind(form.kind.data),
                    ),
                    actor=actor(),
                )
            return done(announcement_id, _("The statement is kept."), "points-title")
        except DomainError as error:
            put_problem(form, error)
    return part_page(
        announcement_id,
        form,
        _("What a source says"),
        _("Keep the statement"),
        hints={
            "topic": _l("Sources that speak of the same point stand side by side."),
            "source": _l("Add a source first if yours is not in the list."),
        },
    )


@blueprint.post("/<announcement_id>/statements/prefer")
@allow(WRITERS)
def prefer_claim(announcement_id: str) -> Any:
    """On one point, go by what one document says."""
    with transaction() as session:
        sources.prefer_claim(
            session,
            load(session, announcement_id),
            request.form.get("topic", ""),
            request.form.get("document", ""),
            actor=actor(),
        )
    return done(announcement_id, _("This is the preferred statement now."), "points-title")


def _source(form: SourceForm) -> SourceDetails:
    has_day = form.published_on.data is not None
    return SourceDetails(
        outlet=form.outlet.data,
        title=form.title.data,
        url=form.url.data,
        language=form.language.data or None,
        published_on=form.published_on.data,
        published_precision=Precision(form.published_precision.data or Precision.DAY)
        if has_day
        else Precision.UNKNOWN,
        published_as_printed=form.published_as_printed.data,
    )
