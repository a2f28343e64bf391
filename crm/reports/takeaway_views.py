"""A report as a file, and several of them as a book, with the page's own filters."""

from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from crm.auth.recent import confirm_first, is_recent
from crm.briefing.languages import in_language
from crm.reports.catalogue import check_public, get_report, reports_for
from crm.reports.params import read_params
from crm.reports.report import Words
from crm.reports.takeaway.files import ReportFile, file_of
from crm.reports.takeaway.pdf import pdf_bytes
from crm.reports.takeaway.taken import Taken, take
from crm.reports.views import blueprint
from crm.timezones import today
from crm.web.access import STAFF, allow
from crm.web.request import actor, now, reader, settings
from models.errors import ForbiddenError
from models.report import ReportFormat


@blueprint.get("/<code>.<any(pdf, xlsx, csv):ending>")
@allow(STAFF)
def take_away(code: str, ending: str) -> Any:
    """A report as PDF, workbook or CSV: what its page shows, with what it is about."""
    report = get_report(code, actor().role)
    taken = take(reader(), report, read_params(request.args), now=now(), words=_words())
    kept: dict[str, Any] = request.args.to_dict()
    refusal = _refused([taken], url_for("reports.show", code=code, **kept))
    if refusal is not None:
        return refusal
    found = file_of(taken, ReportFormat(ending), table=request.args.get("table"))
    return _answer(found)


@blueprint.get("/book-<any(en, fr):language>.pdf")
@allow(STAFF)
def book(language: str) -> Any:
    """Several reports as one PDF: those that are asked for with `report`, else every one."""
    asked = request.args.getlist("report")
    reports = [report for report in reports_for(actor().role) if not asked or report.code in asked]
    if not reports:
        return redirect(url_for("reports.index"))
    params = read_params(request.args)
    if params.is_public:
        if asked:
            for report in reports:
                check_public(report, params)
        reports = [report for report in reports if report.has_public]
    moment = now()
    with in_language(language):
        words = Words(language)
        taken = [take(reader(), report, params, now=moment, words=words) for report in reports]
        refusal = _refused(taken, url_for("reports.index"))
        if refusal is not None:
            return refusal
        content = pdf_bytes(taken, title=_("Book of reports"))
    day = today(moment, actor().time_zone)
    return _answer(ReportFile(f"reports-{day.isoformat()}.pdf", content))


def _refused(taken: list[Taken], back: str) -> Any:
    """The question for the password, before many rows of leads leave the house."""
    rows = sum(item.lead_row_count for item in taken)
    if rows and not actor().may_write:
        # Who may not export a list may not take one away as a report either.
        raise ForbiddenError
    if rows > settings().export_confirm_rows and not is_recent():
        return confirm_first(back)
    return None


def _answer(found: ReportFile) -> Response:
    return Response(
        found.content,
        mimetype=found.mimetype,
        headers={"Content-Disposition": f'attachment; filename="{found.name}"'},
    )


def _words() -> Words:
    return Words(get_locale().language)
