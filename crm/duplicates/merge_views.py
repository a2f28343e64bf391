"""Two side by side, merging them, and taking a merge back."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.duplicates import queries
from crm.duplicates.allowed import check_answers_for, opens_a_secret
from crm.duplicates.asking import in_words
from crm.duplicates.merge import merge_organizations
from crm.duplicates.undo import KEPT_FOR, check_may_undo, undo_merge
from crm.duplicates.views import blueprint
from crm.errors import sentence
from crm.organizations.choices import in_reading_language
from crm.organizations.identifiers import format_identifier
from crm.organizations.looks import is_noted, note_look
from crm.web.access import WRITERS, allow
from crm.web.request import actor, now, reader, transaction
from models.errors import DomainError, NotFoundError, N_


@blueprint.route("/pairs/<one_id>/<other_id>", methods=["GET", "POST"])
@allow(WRITERS)
def compare(one_id: str, other_id: str) -> Any:
    """The two side by side, with what names each; a choice of the one that stays."""
    problem = None
    if request.method == "POST":
        try:
            kept_id = _merge(one_id, other_id)
        except DomainError as error:
            if error.status != 422:
                raise
            problem = sentence(error)
        else:
            flash(
                _("The two are one now. For thirty days this can be undone, under Duplicates."),
                "success",
            )
            return redirect(url_for("organizations.show", organization_id=kept_id), 303)
    _note_looks(one_id, other_id)
    page = _compare_page(one_id, other_id, problem)
    return page, 422 if request.method == "POST" else 200


def _merge(one_id: str, other_id: str) -> str:
    with transaction() as session:
        one, other = queries.load_two(session, one_id, other_id)
        kept = request.form.get("keep", "")
        if kept not in (one.public_id, other.public_id):
            raise DomainError(N_("Choose the one that stays."))
        survivor, absorbed = (one, other) if kept == one.public_id else (other, one)
        merge_organizations(
            session,
            survivor,
            absorbed,
            actor=actor(),
            now=now(),
            may_open=bool(request.form.get("may_open")),
        )
        return kept


def _note_looks(*public_ids: str) -> None:
    """An administrator's look at a team's organization is written down, here too."""
    found = [queries.load_side(reader(), public_id).organization for public_id in public_ids]
    noted = [one for one in found if is_noted(one.team_id, actor())]
    if noted:
        with transaction() as session:
            for one in noted:
                note_look(
                    session,
                    "organizations",
                    one.id,
                    team_id=one.team_id,
                    actor=actor(),
                    now=now(),
                )


def _compare_page(one_id: str, other_id: str, problem: str | None) -> str:
    session = reader()
    sides = [queries.load_side(session, public_id) for public_id in (one_id, other_id)]
    one, other = (side.organization for side in sides)
    if one.id == other.id:
        raise NotFoundError
    refusal = None
    try:
        check_answers_for(session, one, other, actor=actor())
    except DomainError as error:
        refusal = sentence(error)
    kept = (
        request.form.get("keep")
        or max(sides, key=lambda side: (side.weight, -side.organization.id)).organization.public_id
    )
    return render_template(
        "duplicates/compare.html",
        sides=sides,
        found=queries.compare_two(session, one, other),
        problem=problem,
        refusal=refusal,
        kept=kept,
        opens=opens_a_secret(one, other),
        is_settled=queries.is_distinct(session, one, other),
        in_words=in_words,
        in_reading_language=in_reading_language,
        format_identifier=format_identifier,
    )


@blueprint.get("/merges")
@allow(WRITERS)
def merges() -> str:
    """The latest merges, with the way to undo each."""
    found = [
        (merge, survivor, merge.undone_at is None and now() - merge.merged_at <= KEPT_FOR)
        for merge, survivor in queries.list_merges(reader())
    ]
    return render_template("duplicates/merges.html", merges=found)


@blueprint.route("/merges/<merge_id>/undo", methods=["GET", "POST"])
@allow(WRITERS)
def undo(merge_id: str) -> Any:
    """What undoing would bring back, and what came since and stays; then undo it."""
    problem = None
    if request.method == "POST":
        try:
            with transaction() as session:
                found, _survivor = queries.get_merge(session, merge_id)
                back = undo_merge(session, found, actor=actor(), now=now())
        except DomainError as error:
            if error.status != 422:
                raise
            problem = sentence(error)
        else:
            flash(_("%(name)s is an organization of its own again.", name=back.name), "success")
            return redirect(url_for("organizations.show", organization_id=back.public_id), 303)
    session = reader()
    merge, survivor = queries.get_merge(session, merge_id)
    refusal = None
    try:
        check_may_undo(merge, survivor, actor=actor(), now=now())
    except DomainError as error:
        refusal = sentence(error)
    page = render_template(
        "duplicates/undo.html",
        merge=merge,
        survivor=survivor,
        newcomers=queries.list_newcomers(session, merge),
        moved_count=queries.count_moved(session, merge),
        problem=problem if problem != refusal else None,
        refusal=refusal,
    )
    return page, 422 if request.method == "POST" else 200
