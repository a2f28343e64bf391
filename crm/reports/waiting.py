"""Whether a report will keep its reader waiting, judged before it is read.

What a report costs grows with the states that its leads have had; how many there are, the highest
key tells at once. The judgement is rough on purpose: a report that would be shown soon anyhow may
say what it reads, one that takes seconds must.
"""

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.reports.params import Settled
from crm.reports.report import Report
from crm.web.formatting import day
from models.lead import LeadRevision

# Milliseconds a million states, on PostgreSQL and on SQLite, as `bench/reports.py` measures them
# on two idle cores. Reports that are not named read only a part of the history.
COSTS = {
    "pipeline": (160, 260),
    "movement": (350, 560),
    "conversion": (350, 1_230),
    "velocity": (600, 1_550),
    "forecast": (230, 450),
    "quality": (150, 280),
    "delivery": (350, 500),
    "introducers": (100, 220),
    "referrals": (220, 670),
    "work": (120, 240),
}


def expected_time(session: Session, report: Report, settled: Settled) -> timedelta:
    """About how long the figures of a report take on an idle machine.

    As if every state that the reader may know of were read: a report of a past day takes less.
    """
    costs = COSTS.get(report.code)
    if costs is None:
        return timedelta(0)
    states = session.scalar(sa.select(sa.func.max(LeadRevision.id))) or 0
    cost = costs[session.get_bind().dialect.name == "sqlite"]
    # Who names a day to compare with has the history read twice, or more of it.
    days = 2 if report.has_comparison(settled.params) and settled.params.compare else 1
    return timedelta(milliseconds=cost * days * states / 1_000_000)


def reading_text(report: Report, settled: Settled) -> str:
    """What is being read, for the line over the bar."""
    end = settled.as_of if report.has_day else settled.today
    if report.has_comparison(settled.params) and settled.compare:
        return _(
            "Reading the history of the leads between %(start)s and %(end)s…",
            start=day(settled.compare),
            end=day(end),
        )
    return _("Reading the history of the leads until %(day)s…", day=day(end))
