"""The answer to a form that asks for a list as a file."""

from typing import Any

from flask import Response, request

from crm.auth.recent import confirm_first, is_recent
from crm.exports.rules import Maker, UnconfirmedError, export_table
from crm.exports.writing import csv_bytes, xlsx_bytes
from crm.timezones import today
from crm.web.request import actor, now, settings, transaction

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export_answer(make: Maker, record_type: str, *, back: str) -> Any:
    """The file that `make` reads, in the format and with the columns that the form asks for.

    `back` is the list's own page, to return to from the question for the password.
    """
    moment = now()
    day = today(moment, actor().time_zone)
    try:
        # Only the reading is within the transaction: writing a workbook takes long.
        with transaction() as session:
            table = export_table(
                session,
                make,
                record_type,
                actor=actor(),
                now=moment,
                today=day,
                config=settings(),
                is_confirmed=is_recent(),
            )
    except UnconfirmedError:
        return confirm_first(back)
    if request.form.get("columns") == "shown":
        table = table.shown()
    rows = table.cells()
    is_workbook = request.form.get("format") == "xlsx"
    name = f"{table.name}-{day.isoformat()}.{'xlsx' if is_workbook else 'csv'}"
    return Response(
        xlsx_bytes(table.name, table.headings(), rows)
        if is_workbook
        else csv_bytes(table.headings(), rows),
        mimetype=XLSX if is_workbook else "text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
