"""What needs a recent proof of who sits there: the password, typed within the last minutes."""

from datetime import timedelta
from typing import Any

from flask import Response, abort, redirect, request, url_for
from flask_login import current_user

from crm.web.request import now

_RECENT = timedelta(minutes=10)


def is_recent() -> bool:
    """Whether the password was typed within the last ten minutes; signing in counts."""
    age: timedelta = now() - current_user.confirmed_at
    return age <= _RECENT


def must_be_recent(back: str) -> None:
    """End this request with the question for the password, unless it was typed lately.

    `back` is the page to go on to afterwards.
    """
    if not is_recent():
        abort(confirm_first(back))


def confirm_first(back: str) -> Any:
    """The way to the question for the password, and from there to `back`."""
    target = url_for("auth.confirm", next=back)
    if request.headers.get("HX-Request"):
        return Response(status=204, headers={"HX-Redirect": target})
    return redirect(target, 303)
