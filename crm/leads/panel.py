"""Forms that open in place: in the panel of a lead's page or of the board, else on a page alone."""

from typing import Any
from urllib.parse import urlsplit

from flask import Response, flash, json, redirect, render_template, request, url_for

from crm.leads.changes import check_version
from crm.web.paths import own_path
from models.lead import Lead

# Versions count from 1.
_OF_NO_LEAD = 0


def is_in_place() -> bool:
    """Whether the form is shown in a panel, through htmx."""
    return bool(request.headers.get("HX-Request"))


def panel(name: str, lead: Lead, **context: Any) -> str:
    """A form: the partial `leads/_<name>.html`, within a page when it is not opened in place."""
    template = f"leads/_{name}.html" if is_in_place() else "leads/panel.html"
    return render_template(
        template,
        part=f"leads/_{name}.html",
        lead=lead,
        next=next_address(lead),
        **context,
    )


def next_address(lead: Lead) -> str:
    """Where to go on to: where the form was opened from, else the lead's page."""
    own = url_for("leads.show", lead_id=lead.public_id)
    return own_path(request.values.get("next"), own)


def done(lead: Lead, message: str) -> Any:
    """Go on after a change; htmx is told to load the page, so that all of it is fresh.

    The board fetches itself and gives the focus back to the card.
    """
    target = next_address(lead)
    if is_in_place() and _is_on_board():
        event = {"board-changed": {"lead": lead.public_id, "message": message}}
        return Response(status=204, headers={"HX-Trigger": json.dumps(event, ensure_ascii=True)})
    flash(message, "success")
    if is_in_place():
        return Response(status=204, headers={"HX-Redirect": target})
    return redirect(target, 303)


def _is_on_board() -> bool:
    return urlsplit(request.headers.get("HX-Current-URL", "")).path == url_for("board.index")


def expect_version(lead: Lead, text: str | None) -> None:
    """Refuse a form that was opened before somebody else changed the lead, or does not say when.

    Raises:
        ConflictError: the lead has changed since.
    """
    is_number = text is not None and text.isascii() and text.isdecimal() and len(text) < 10
    check_version(lead, int(text) if text and is_number else _OF_NO_LEAD)
