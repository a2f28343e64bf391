"""Pages of duplicates: the groups that are to be settled, and the warning beside a name."""

from collections import Counter
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.duplicates import queries, scan, standing
from crm.duplicates.asking import in_words, said_distinct
from crm.duplicates.service import say_distinct, say_subsidiary
from crm.duplicates.similar import find_similar, typed
from crm.duplicates.stewards import is_steward
from crm.errors import sentence
from crm.identity.matching import Verdict
from crm.labels import label
from crm.web.access import WRITERS, allow
from crm.web.paths import own_path
from crm.web.request import actor, now, reader, transaction
from models.errors import DomainError

blueprint = Blueprint("duplicates", __name__, url_prefix="/duplicates")

PAGE = 25
# More than these are compared by a job; the page says how far it is and looks again.
AT_ONCE = 12_000


@blueprint.get("/")
@allow(WRITERS)
def index() -> Any:
    """Groups of organizations that may be one, the surest first."""
    session = reader()
    verdict = _verdict()
    common: dict[str, Any] = {
        "verdict": verdict,
        "verdicts": [(one.value, label(one)) for one in scan.ORDER],
        "is_steward": is_steward(session, actor()),
        "stands": None,
    }
    if scan.count_all(session) > AT_ONCE:
        stands = _standing(session)
        common |= _in_page(stands, _at(stands))
        if stands.compared_at is None:
            return render_template("duplicates/waiting.html", **common)
        every = scan.open_groups(session, standing.load_pairs(session, actor()))
    else:
        every = scan.find_groups(session)
    groups = [group for group in every if verdict in (None, group.verdict)]
    counts = Counter(group.verdict.value for group in every)
    number = min(request.args.get("page", 1, type=int) or 1, 10_000)
    number = max(1, min(number, -(-len(groups) // PAGE)))
    shown = groups[(number - 1) * PAGE : number * PAGE]
    return render_template(
        "duplicates/index.html",
        groups=shown,
        count=len(groups),
        counts=counts,
        number=number,
        has_more=len(groups) > number * PAGE,
        briefs=queries.load_briefs(session, shown),
        in_words=in_words,
        **common,
    )


def _verdict() -> Verdict | None:
    chosen = request.args.get("verdict", "")
    return Verdict(chosen) if chosen in {one.value for one in scan.ORDER} else None


def _standing(session: Session) -> standing.Standing:
    """How far the comparison is; one that is stale is asked for by the look."""
    stands = standing.look(session, actor())
    if stands.is_wanted(now()):
        with transaction() as writing:
            standing.ask(writing, actor=actor(), now=now())
            return standing.look(writing, actor())
    return stands


def _in_page(stands: standing.Standing, shown_at: str) -> dict[str, Any]:
    """How far it is, in words; `shown_at` is when what the page shows was compared."""
    return {
        "stands": stands,
        "shown_at": shown_at,
        "step": _(stands.step) if stands.step else None,
        "trouble": _(stands.problem) if stands.problem else None,
    }


def _at(stands: standing.Standing) -> str:
    return stands.compared_at.isoformat() if stands.compared_at else ""


@blueprint.get("/scan")
@allow(WRITERS)
def scan_state() -> Any:
    """How far the comparison is: the part of the page that is fetched again and again."""
    stands = standing.look(reader(), actor())
    shown_at = request.args.get("at", "")[:40]
    page = make_response(render_template("duplicates/_standing.html", **_in_page(stands, shown_at)))
    if not shown_at and not stands.is_under_way:
        # There was nothing on the page yet that a fresh one could take from its reader.
        page.headers["HX-Refresh"] = "true"
    return page


@blueprint.post("/scan")
@allow(WRITERS)
def scan_again() -> Any:
    """Have all be compared anew, without waiting for its time."""
    with transaction() as session:
        standing.ask(session, actor=actor(), now=now())
    return redirect(_back(), 303)


@blueprint.get("/warning")
@allow(WRITERS)
def warning() -> str:
    """What is on file that may be what is being typed: a fragment beside the field."""
    given = request.args
    what = typed(
        given.get("name"),
        given.get("company"),
        given.get("native"),
        given.get("native_name"),
        number=given.get("number"),
        country=given.get("country") or given.get("market"),
    )
    others = said_distinct()
    return render_template(
        "duplicates/_warning.html",
        similar=find_similar(reader(), what, now=now(), but=others),
        not_same=others,
        is_picked=given.get("pick") == "1",
        in_words=in_words,
    )


@blueprint.post("/distinct")
@allow(WRITERS)
def distinct() -> Any:
    """Say that two are not the same."""
    with transaction() as session:
        one, other = _two(session)
        say_distinct(session, one, other, actor=actor(), now=now())
    flash(_("Noted: they are not the same. Nobody is asked about the two again."), "success")
    return redirect(_back(), 303)


@blueprint.post("/subsidiary")
@allow(WRITERS)
def subsidiary() -> Any:
    """Say that one belongs to the other."""
    try:
        with transaction() as session:
            child, parent = _two(session)
            say_subsidiary(session, child, parent, actor=actor())
    except DomainError as error:
        if error.status != 422:
            raise
        flash(sentence(error), "danger")
    else:
        flash(
            _(
                "%(child)s is now kept as a subsidiary of %(parent)s.",
                child=child.name,
                parent=parent.name,
            ),
            "success",
        )
    return redirect(_back(), 303)


def _two(session: Any) -> Any:
    return queries.load_two(session, request.form.get("one", ""), request.form.get("other", ""))


def _back() -> str:
    return own_path(request.form.get("next"), url_for("duplicates.index"))


from crm.duplicates import merge_views, notice_views  # noqa: E402, F401
