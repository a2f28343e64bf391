"""Every report there is, in the order of the index.

A report is a `Report` under the name `REPORT` in a module of its own; here it only gets its place.
The pages, the workbook, the PDF, the command and the subscriptions are made for whatever stands
here.
"""

from crm.reports.params import ReportParams
from crm.reports.report import Report
from crm.reports.shown import (
    conversion,
    credit,
    delivery,
    forecast,
    mission_yield,
    movement,
    pipeline,
    quality,
    referrals,
    responses,
    velocity,
    visits,
    work,
)
from models.errors import DomainError, NotFoundError, N_
from models.user import Role

REPORTS: tuple[Report, ...] = (
    pipeline.REPORT,
    movement.REPORT,
    conversion.REPORT,
    velocity.REPORT,
    forecast.REPORT,
    quality.REPORT,
    responses.REPORT,
    mission_yield.REPORT,
    visits.REPORT,
    delivery.REPORT,
    credit.REPORT,
    referrals.REPORT,
    work.REPORT,
)

_BY_CODE = {report.code: report for report in REPORTS}


def find_report(code: str) -> Report | None:
    """The report with a code, if there is one."""
    return _BY_CODE.get(code)


def get_report(code: str, role: Role) -> Report:
    """The report with a code, for somebody with a role.

    Raises:
        NotFoundError: there is none, or it is not for them.
    """
    report = _BY_CODE.get(code)
    if report is None or role not in report.roles:
        raise NotFoundError
    return report


def check_public(report: Report, params: ReportParams) -> None:
    """Nothing is called safe to publish that was not made so.

    Raises:
        DomainError: a public copy is asked for of what has no public mode.
    """
    if params.is_public and not report.has_public:
        raise DomainError(
            N_(
                "“%(report)s” has no public mode: it is for the office's own eyes. "
                "These have one: %(list)s."
            ),
            field="scope",
            report=str(report.title),
            list=", ".join(str(other.title) for other in REPORTS if other.has_public),
        )


def reports_for(role: Role) -> tuple[Report, ...]:
    """The reports that somebody with a role may read, in order."""
    return tuple(report for report in REPORTS if role in report.roles)
