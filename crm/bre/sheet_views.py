"""The question sheet: a page to print or to keep as a PDF, in the company's language."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _

from crm.bre import queries
from crm.bre.parts_on_page import Reading
from crm.bre.questionnaire import Questionnaire
from crm.bre.sheet import WORDS, YES_NO, askable, has_boxes, sheet_questions
from crm.bre.sheet_pdf import to_pdf
from crm.bre.versions import load_questionnaire
from crm.bre.views import blueprint
from crm.organizations.choices import language_name
from crm.timezones import today
from crm.web.access import STAFF, allow
from crm.web.formatting import reading_locale
from crm.web.request import actor, now, reader
from models.bre_call import BreCall


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an address asks for: in which language, and which questions."""

    visit: BreCall
    questionnaire: Questionnaire
    languages: list[str]
    language: str
    questions: tuple[str, ...]

    @property
    def day(self) -> date | None:
        """The day of the visit, where it has one."""
        if self.visit.starts_at is None:
            return None
        return today(self.visit.starts_at, self.visit.time_zone or actor().time_zone)


@blueprint.get("/<visit_id>/sheet")
@allow(STAFF)
def sheet(visit_id: str) -> Any:
    """The questions of a visit, without a single answer."""
    chosen = _chosen(visit_id)
    offered = askable(chosen.questionnaire)
    reading = Reading(reading_locale().language)
    return render_template(
        "bre/sheet.html",
        visit=chosen.visit,
        words=WORDS[chosen.language],
        language=chosen.language,
        languages=chosen.languages,
        language_name=language_name,
        sections=[
            (reading.text(section.title), [one for one in section.questions if one in offered])
            for section in chosen.questionnaire.sections
        ],
        reading=reading,
        chosen=chosen.questions,
        questions=sheet_questions(chosen.questionnaire, chosen.questions, chosen.language),
        has_boxes=has_boxes,
        yes_no=YES_NO[chosen.language],
        day=chosen.day,
        heading=_("Question sheet"),
    )


@blueprint.get("/<visit_id>/sheet.pdf")
@allow(STAFF)
def sheet_pdf(visit_id: str) -> Response:
    """The same as a PDF, to send ahead."""
    chosen = _chosen(visit_id)
    pdf = to_pdf(
        WORDS[chosen.language],
        sheet_questions(chosen.questionnaire, chosen.questions, chosen.language),
        chosen.visit.organization,
        language=chosen.language,
        day=chosen.day,
        now=now(),
    )
    name = f"questions-{chosen.language}-{chosen.visit.public_id}.pdf"
    return Response(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


def _chosen(visit_id: str) -> Chosen:
    visit = queries.get_visit(reader(), visit_id)
    questionnaire = load_questionnaire(reader(), visit)
    languages = [one for one in questionnaire.languages if one in WORDS] or ["en"]
    wanted = request.args.get("language") or visit.language or reading_locale().language
    offered = askable(questionnaire)
    asked = request.args.getlist("q")
    questions = tuple(one.id for one in offered if one.id in asked)
    return Chosen(
        visit,
        questionnaire,
        languages,
        wanted if wanted in languages else languages[0],
        questions or tuple(one.id for one in offered if one.is_core),
    )
