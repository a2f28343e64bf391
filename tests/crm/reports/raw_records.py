"""Whole tables as plain rows, and readings of reports as of a day."""

import dataclasses
import json
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm.database import Database
from crm.reports.params import ReportParams
from models.user import LOCAL_ADMINISTRATOR, Actor
from tests.crm.reports.raw_rows import ZONE


def rows_of(database: Database, cls: Any) -> list[Any]:
    """All rows of a table by their keys, whoever may see them."""
    table = cls.__table__
    with database.engine.connect() as connection:
        return list(connection.execute(sa.select(table).order_by(*table.primary_key)))


def end_of(day: date, zone: str = ZONE) -> datetime:
    """The first moment that is no longer of a day."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), ZoneInfo(zone))


def local(moment: datetime, zone: str = ZONE) -> date:
    """The day of a moment."""
    return moment.astimezone(ZoneInfo(zone)).date()


def read(
    report: Any,
    database: Database,
    *,
    now: datetime,
    actor: Actor = LOCAL_ADMINISTRATOR,
    **params: Any,
) -> Any:
    """The figures of a report for somebody who looks from Toronto, and back from plain data."""
    looks = dataclasses.replace(actor, time_zone=ZONE, office_time_zone=ZONE)
    with database.reader(looks) as session:
        figures = report.figures(session, ReportParams(**params), now=now)
    assert report.from_plain(json.loads(json.dumps(figures.to_plain()))) == figures
    return figures
