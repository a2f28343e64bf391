"""The page behind a signed link: a client says, without signing in, whether the credit is right."""

from typing import Any

from babel.dates import format_date
from flask import render_template, request
from flask_babel import force_locale

from crm.announcements import client_links
from crm.announcements.confirm_words import WORDS
from crm.announcements.views import blueprint
from crm.auth import throttle
from crm.errors import not_found_page
from crm.web.access import public
from crm.web.request import database, now
from models.errors import DomainError
from models.user import Actor, Role

_CLIENT = Actor(id=None, name="client (signed link)", role=Role.VIEWER)
_LONGEST_TOKEN = 100
_LONGEST_WORDS = 2_000
_THANKS, _GONE = "thanks", "gone"


@blueprint.route("/confirm/<token>", methods=["GET", "POST"])
@public
def confirm(token: str) -> Any:
    """Ask, and keep the one answer. An unknown link is nothing here, after some tries a wait."""
    moment, address = now(), request.remote_addr or "unknown"
    name = f"link {token[:_LONGEST_TOKEN]}"
    with database().unscoped_reader(purpose="throttling") as reading:
        throttle.check(reading, name, address, now=moment)
    with database().unscoped(_CLIENT, purpose="the client's answer") as session:
        found = client_links.find_by_token(session, token) if len(token) <= _LONGEST_TOKEN else None
        if found is None:
            throttle.note(session, name, address, succeeded=False, now=moment)
            return not_found_page()
        if not client_links.is_open_link(found, now=moment):
            return _page(found.link_language, end=_GONE), 410
        asked = client_links.load_asked(session, found, now=moment)
        expires_at, language = found.link_expires_at, found.link_language
        problem = None
        if request.method == "POST":
            try:
                client_links.answer_link(
                    session,
                    found,
                    answer=request.form.get("answer", ""),
                    name=request.form.get("name", "")[:_LONGEST_WORDS],
                    words=request.form.get("words", "")[:_LONGEST_WORDS],
                    now=moment,
                )
                return _page(language, end=_THANKS)
            except DomainError as error:
                problem = error.field or "answer"
    page = _page(language, asked=asked, expires_at=expires_at, problem=problem)
    return page, 422 if problem else 200


def _page(language: str | None, *, end: str | None = None, **shown: Any) -> str:
    code = language if language in WORDS else "en"
    words = WORDS[code]
    expires_at, asked = shown.get("expires_at"), shown.get("asked")
    with force_locale(code):
        return render_template(
            "announcements/confirm.html",
            language=code,
            words=words,
            end=getattr(words, end) if end else None,
            asked=asked,
            statement=words.statement(asked.role) % {"who": asked.who} if asked else None,
            day=format_date(expires_at.date(), "long", locale=code) if expires_at else None,
            problem=shown.get("problem"),
            typed=request.form,
        )
