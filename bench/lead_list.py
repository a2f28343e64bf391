"""The list of leads against a bare page that renders 50 rows from one indexed query.

    python -m bench.lead_list [--leads N] [--data DIR] [--rounds N] [--analyze]

Both run in this process, one after the other in turn, so that a busy machine slows both alike.
The bare page is a Flask route without sign-in: one SQLAlchemy Core query, one Jinja table.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, render_template_string

from bench.office import open_office, sign_in
from crm.database import Database
from models.lead import Lead
from models.organization import Organization
from models.user import Role

BARE = """<!doctype html><title>Leads</title><table>
{% for row in rows %}<tr><td><a href="/leads/{{ row.public_id }}">{{ row.title }}</a></td>
<td>{{ row.native_name }}</td><td>{{ row.stage }}</td><td>{{ row.market }}</td>
<td>{{ row.capex_amount }}</td><td>{{ row.jobs_count }}</td><td>{{ row.chance }}</td>
<td>{{ row.last_contact_on }}</td><td>{{ row.next_action }}</td></tr>
{% endfor %}</table>"""
BARE_COLUMNS = (
    "public_id",
    "title",
    "stage",
    "market",
    "capex_amount",
    "jobs_count",
    "chance",
    "last_contact_on",
    "next_action",
)
PAGES = {
    "first page": "/leads/",
    "by last change": "/leads/?sort=changed",
    "stage and country": "/leads/?stage=qualified&country=JP",
    "stage, country, by amount": "/leads/?stage=qualified&country=JP&currency=CAD&sort=amount",
    "one owner": "/leads/?owner=mine",
    "lost, by name": "/leads/?status=lost&sort=title",
    "name in its own script": "/leads/?q=製作所123",
    "totals": "/leads/totals",
    "board": "/board/",
    "board, unfolded": "/board/?unfold=contact&unfold=project&unfold=closing",
}


def main() -> None:
    """Time each page and print how many times the bare page it costs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--data", type=Path, help="a folder to make the office in, and to keep")
    parser.add_argument(
        "--analyze", action="store_true", help="let the database count its values first"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.data or Path(scratch) / "office"
        print(f"An office with {options.leads} leads ...", file=sys.stderr)
        app = open_office(folder, leads=options.leads)
        if options.analyze:
            with app.extensions["database"].engine.begin() as connection:
                connection.exec_driver_sql("ANALYZE")
        print(json.dumps(measure(app, rounds=options.rounds), indent=2, ensure_ascii=False))


def measure(app: Flask, *, rounds: int) -> dict[str, Any]:
    """Medians in milliseconds, the number of statements and the size of each page."""
    database: Database = app.extensions["database"]
    bare = _bare_page(database)
    client = sign_in(app, Role.OFFICER)
    statements: list[str] = []
    sa.event.listen(
        database.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_more: statements.append(statement),
    )
    found: dict[str, Any] = {"database": _version(database), "pages": {}}
    page = client.get("/leads/").text
    a_lead = page.partition('<td><a href="')[2].partition('"')[0]
    for name, path in {**PAGES, "one lead": a_lead}.items():
        response = client.get(path)
        assert response.status_code == 200, (path, response.status_code)
        floors, times = [], []
        for _ in range(rounds):
            floors.append(_timed(bare))
            statements.clear()
            times.append(_timed(lambda path=path: client.get(path)))  # type: ignore[misc]
        floor, median = statistics.median(floors), statistics.median(times)
        found["pages"][name] = {
            "bare_ms": round(floor, 2),
            "ms": round(median, 2),
            "ratio": round(median / floor, 1),
            "sql": len(statements),
            "kilobytes": round(len(response.data) / 1024, 1),
        }
    return found


def _version(database: Database) -> str:
    with database.engine.connect() as connection:
        version = ".".join(map(str, connection.dialect.server_version_info or ()))
    return f"{database.engine.dialect.name} {version}"


def _bare_page(database: Database) -> Callable[[], Any]:
    app = Flask("bare")
    leads, organizations = Lead.__table__, Organization.__table__
    query = (
        sa.select(*(leads.c[name] for name in BARE_COLUMNS), organizations.c.native_name)
        .outerjoin(organizations, organizations.c.id == leads.c.organization_id)
        .order_by(leads.c.changed_at.desc(), leads.c.public_id.desc())
        .limit(50)
    )

    @app.get("/")
    def index() -> str:
        with database.engine.connect() as connection:
            return render_template_string(BARE, rows=connection.execute(query).all())

    client = app.test_client()
    return lambda: client.get("/")


def _timed(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1_000


if __name__ == "__main__":
    main()
