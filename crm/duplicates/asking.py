"""What a form that enters an organization says of like ones: those shown, those that are others."""

from datetime import datetime

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.duplicates.similar import Similar, Typed, find_similar
from crm.identity.matching import Reason
from crm.identity.wording import SENTENCES

_MOST = 50


def said_distinct() -> list[str]:
    """The public ids that the person said to be others."""
    return request.values.getlist("not_same")[:_MOST]


def ask_about(session: Session, what: Typed, *, now: datetime) -> list[Similar]:
    """Those on file to ask about before saving; none once all of them were shown, or "anyway"."""
    if request.form.get("anyway"):
        return []
    shown = {*request.form.getlist("shown")[:_MOST]}
    found = find_similar(session, what, now=now, but=said_distinct())
    return found if any(one.public_id not in shown for one in found) else []


def in_words(reason: Reason) -> str:
    """The reason as a sentence in the reader's language."""
    return _(SENTENCES[reason.code]) % dict(reason.params)
