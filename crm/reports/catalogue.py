"""Every report there is, in the order of the index.

A report is a `Report` under the name `REPORT` in a module of its own; here it only gets its place.
The pages, the workbook, the PDF, the command and the subscriptions are made for whatever stands
here.
"""

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
from models.errors import NotFoundError
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


def reports_for(role: Role) -> tuple[Report, ...]:
    """The reports that somebody with a role may read, in order."""
    return tuple(report for report in REPORTS if role in report.roles)
