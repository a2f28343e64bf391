"""Pages of duplicates: the groups that are to be settled, and the warning beside a name."""

import threading
from collections import Counter
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.duplicates import queries, scan
from crm.duplicates.asking import in_words, said_distinct
from crm.duplicates.service import say_distinct, say_subsidiary
from crm.duplicates.similar import find_similar, typed
from crm.duplicates.stewards import is_steward
from crm.errors import sentence
from crm.identity.matching import Verdict
from crm.labels import label
from crm.web.access import WRITERS, allow
from crm.web.paths import own_path
from crm.web.request import actor, database, now, reader, transaction
from models.errors import DomainError
from models.user import Actor

blueprint = Blueprint("duplicates", __name__, url_prefix="/duplicates")

PAGE = 25
# More than these are compared beside the request; the page says so and looks again.
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
    }
    if not scan.is_ready(session) and scan.count_all(session) > AT_ONCE:
        _scan_beside(actor())
        return render_template("duplicates/waiting.html", **common)
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


_running: set[Any] = set()
_running_lock = threading.Lock()


def _scan_beside(who: Actor) -> None:
    """Compare for this circle of viewers in a thread of its own, one at a time for each."""
    circle = (str(database().engine.url), who.sees_all, who.team_ids)
    with _running_lock:
        if circle in _running:
            return
        _running.add(circle)
    source, logger = database(), current_app.logger

    def work() -> None:
        try:
            with source.reader(who) as session:
                scan.find_groups(session)
        except Exception:
            logger.exception("The comparison of all organizations failed")
        finally:
            with _running_lock:
                _running.discard(circle)

    threading.Thread(target=work, name="duplicates", daemon=True).start()


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
