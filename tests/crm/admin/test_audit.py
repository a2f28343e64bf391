"""The audit log in words: nothing left in codes, every filter, every page."""

import ast
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from config import PROJECT
from crm import audit
from crm.admin.audit_fields import FIELDS, QUIET
from crm.admin.audit_queries import PAGE
from crm.admin.audit_words import ACTIONS, RECORDS
from crm.database import Database
from models.audit import AuditEntry
from models.base import Base
from models.user import LOCAL_ADMINISTRATOR, Language, Role
from tests.factories.lead import make_lead
from tests.factories.organization import make_organization
from tests.factories.user import make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]
START = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)


def _audited() -> list[type[Base]]:
    return [
        mapper.class_
        for mapper in Base.registry.mappers
        if not issubclass(mapper.class_, audit._NOT_AUDITED)
    ]


def test_every_record_and_field_that_can_be_audited_has_a_word() -> None:
    silent = set()
    for cls in _audited():
        if cls.__tablename__ not in RECORDS:
            silent.add(cls.__tablename__)
        for attribute in sa.inspect(cls).column_attrs:
            name = attribute.key
            inner = audit._NOISE | audit._KEPT_ON_LEADS | {"id"}
            if name not in FIELDS and name not in QUIET and name not in inner:
                silent.add(f"{cls.__tablename__}.{name}")
    assert silent == set()


def test_every_action_that_a_command_writes_has_a_word() -> None:
    written = {"created", "changed", "deleted"}
    for path in (PROJECT / "crm").rglob("*.py"):
        if "node_modules" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "record"
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "audit"
                and len(node.args) > 1
                and isinstance(node.args[1], ast.Constant)
            ):
                written.add(str(node.args[1].value))
    assert {"signed_in", "moved_anyway", "looked"} <= written
    assert written - ACTIONS.keys() == set()


def _note(database: Database, count: int, *, at: datetime, step: timedelta) -> None:
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        for number in range(count):
            audit.record(
                session,
                "exported",
                "leads",
                now=at + number * step,
                reason=f"entry {number:03}",
            )


@pytest.mark.parametrize("step", [timedelta(0), timedelta(seconds=1)], ids=["one moment", "many"])
def test_pages_follow_each_other_without_gap_or_repeat(
    sign_in: SignIn, database: Database, step: timedelta
) -> None:
    admin = sign_in(Role.ADMIN)
    _note(database, 3 * PAGE + 7, at=START, step=step)
    link = "/admin/audit?action=exported"
    seen: list[str] = []
    for _ in range(10):
        page = admin.get(link).text
        seen += [part[:9] for part in page.split("Reason: ")[1:]]
        if 'rel="next"' not in page:
            break
        link = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert seen == [f"entry {number:03}" for number in reversed(range(3 * PAGE + 7))]


@pytest.mark.parametrize("cursor", ["zzz", "e30", "WzEsMl0", "W10", "WyIyMDI2LTExLTAyIiwgLTFd"])
def test_a_broken_cursor_is_a_sentence(sign_in: SignIn, cursor: str) -> None:
    answer = sign_in(Role.ADMIN).get(f"/admin/audit?after={cursor}")
    assert answer.status_code == 422
    assert "page link is broken" in answer.text


def test_entries_are_in_words_with_before_and_after(sign_in: SignIn, database: Database) -> None:
    owner = make_user(database, name="Ai Tanaka")
    lead = make_lead(database, owner_id=owner.id, market="JP")
    made = make_organization(database, name="Mihon Looms", native_name=None)
    officer = sign_in(Role.OFFICER, name="Officer Otter")
    officer.post(
        f"/organizations/{made.public_id}/edit",
        data={
            "name": "Mihon Looms",
            "roles": ["investor"],
            "country": "KR",
            "names-0-text": "見本織機",
            "names-0-kind": "legal",
            "names-0-language": "ja",
        },
    )
    page = sign_in(Role.ADMIN).get("/admin/audit").text.split("<tbody>")[1]
    for words in (
        "Officer Otter",
        "Organization changed",
        f"/organizations/{made.public_id}",
        "Country:",
        "<ins>South Korea</ins>",
        "<del>Prospect</del>",
        "<ins>Investor here</ins>",
        "見本織機 (legal, ja)",
        "Lead added",
        f"/leads/{lead.public_id}",
        "<ins>First contact</ins>",
    ):
        assert words in page, words
    for codes in ("first_contact", "official_english</", "organization_id", "owner_id"):
        assert codes not in page, codes


def test_the_log_is_filtered_by_person_record_action_and_day(
    sign_in: SignIn, database: Database
) -> None:
    first = make_lead(database)
    second = make_lead(database)
    made = make_organization(database)
    _note(database, 1, at=START, step=timedelta(0))
    officer = sign_in(Role.OFFICER, name="Officer Otter")
    officer.post(f"/organizations/{made.public_id}/names", data={"text": "Another"})
    admin = sign_in(Role.ADMIN)

    def rows(**query: str) -> list[str]:
        page = admin.get("/admin/audit", query_string=query).text
        return page.split("<tbody>")[1].split("<tr>")[1:] if "<tbody>" in page else []

    person = officer.user.public_id  # type: ignore[attr-defined]
    assert len(rows(who=person)) == 1
    assert all("local administrator" in row for row in rows(who="local"))
    assert all(first.public_id in row for row in rows(record=first.public_id, kind="leads"))
    assert not any(second.public_id in row for row in rows(record=first.public_id))
    assert len(rows(record=made.public_id)) == 2
    assert len(rows(record=made.public_id, kind="organizations", action="changed")) == 1
    assert rows(record="aaaaaaaaaaaaaaaa") == []
    assert len(rows(action="exported")) == 1
    assert len(rows(since="2026-11-02", until="2026-11-02")) == 1
    assert rows(until="2026-11-01") == []
    assert len(rows(since="not a day", action="exported")) == 1


def test_a_lead_s_entries_are_found_with_all_that_hangs_on_it(
    sign_in: SignIn, database: Database
) -> None:
    lead = make_lead(database)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        audit.record(session, "looked", "interactions", now=START, record_id=5, lead_id=lead.id)
    page = sign_in(Role.ADMIN).get(f"/admin/audit?record={lead.public_id}").text
    assert "looked at a restricted record" in page


def test_the_log_asks_the_same_number_of_questions_for_any_number_of_rows(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    admin = sign_in(Role.ADMIN)
    owner = make_user(database)
    counts = []
    for rows in (5, 60):
        for _ in range(rows):
            make_lead(database, owner_id=owner.id)
        with queries:
            assert admin.get("/admin/audit?kind=leads").status_code == 200
        counts.append(queries.count)
    assert counts[0] == counts[1] <= 8


def test_a_reader_of_french_reads_the_log_in_french_dates(
    sign_in: SignIn, database: Database
) -> None:
    make_team(database)
    _note(database, 1, at=START, step=timedelta(0))
    page = sign_in(Role.ADMIN, language=Language.FR).get("/admin/audit?action=exported").text
    assert "2 nov. 2026" in page


def test_what_was_deleted_is_told_if_the_log_kept_it(sign_in: SignIn, database: Database) -> None:
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.add(
            AuditEntry(
                at=START,
                actor_name="somebody",
                action="deleted",
                record_type="organization_identifiers",
                record_id=1,
                changes={"scheme": ["lei", None], "value": ["529900T8BM49AURSDO55", None]},
            )
        )
    page = sign_in(Role.ADMIN).get("/admin/audit?action=deleted").text
    assert "<del>LEI</del>" in page
    assert "taken away" in page
