"""The question sheet: a page to print or to keep as a PDF, in the company's language."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from crm.bre import queries
from crm.bre.parts_on_page import Reading
from crm.bre.sheet import WORDS, askable, has_boxes, sheet_questions
from crm.bre.values import NO, YES
from crm.bre.versions import load_questionnaire
from crm.bre.views import blueprint
from crm.organizations.choices import language_name
from crm.timezones import today
from crm.web.access import STAFF, allow
from crm.web.formatting import reading_locale
from crm.web.request import actor, reader

# How yes and no read on a sheet.
_YES_NO = {
    "en": ((YES, "Yes"), (NO, "No")),
    "fr": ((YES, "Oui"), (NO, "Non")),
    "ja": ((YES, "はい"), (NO, "いいえ")),
    "ko": ((YES, "예"), (NO, "아니요")),
}


@blueprint.get("/<visit_id>/sheet")
@allow(STAFF)
def sheet(visit_id: str) -> Any:
    """The questions of a visit, without a single answer."""
    visit = queries.get_visit(reader(), visit_id)
    questionnaire = load_questionnaire(reader(), visit)
    languages = [one for one in questionnaire.languages if one in WORDS] or ["en"]
    wanted = request.args.get("language") or visit.language or reading_locale().language
    language = wanted if wanted in languages else languages[0]
    offered = askable(questionnaire)
    chosen = tuple(one.id for one in offered if one.id in request.args.getlist("q"))
    if not chosen:
        chosen = tuple(one.id for one in offered if one.is_core)
    day = None
    if visit.starts_at is not None:
        day = today(visit.starts_at, visit.time_zone or actor().time_zone)
    reading = Reading(reading_locale().language)
    return render_template(
        "bre/sheet.html",
        visit=visit,
        words=WORDS[language],
        language=language,
        languages=languages,
        language_name=language_name,
        sections=[
            (reading.text(section.title), [one for one in section.questions if one in offered])
            for section in questionnaire.sections
        ],
        reading=reading,
        chosen=chosen,
        questions=sheet_questions(questionnaire, chosen, language),
        has_boxes=has_boxes,
        yes_no=_YES_NO[language],
        day=day,
        heading=_("Question sheet"),
    )
