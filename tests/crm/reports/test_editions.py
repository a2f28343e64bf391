"""Editions: frozen as published, compared with what is known now, never in wrong hands."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pypdf
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.briefing.languages import in_language
from crm.database import Database
from crm.leads.confidentiality import restrict_lead
from crm.leads.service import edit_lead
from crm.organizations.plan import OrganizationDetails
from crm.reports.edition_comparison import compare_edition
from crm.reports.edition_figures import Figure, Part
from crm.reports.editions import (
    frozen_brief,
    get_edition,
    list_editions,
    publish_edition,
    why_withdrawn,
    withdraw_edition,
)
from crm.reports.params import ReportParams
from crm.reports.takeaway.brief_words import brief_pdf
from models.audit import AuditEntry
from models.errors import DomainError, ForbiddenError, NotFoundError
from models.lead import Lead
from models.report import Audience, ReportEdition
from models.user import Actor, Role
from tests.crm.reports.pipelines import FIRST, lead_through, stated
from tests.crm.reports.test_pipeline import ADMIN, OUTSIDER, after
from tests.factories.lead import NOW
from tests.factories.user import make_team, make_user

SignIn = Callable[..., FlaskClient]
LATER = NOW + timedelta(days=2)
MANAGER = replace(OUTSIDER, role=Role.MANAGER, counts_all=True, name="Marie Roy")
NARROW = replace(OUTSIDER, role=Role.MANAGER)


def company(name: str) -> OrganizationDetails:
    return OrganizationDetails(name, country="JP")


def publish(
    database: Database, audience: Audience = Audience.DIRECTOR, *, actor: Actor = ADMIN, **more: Any
) -> str:
    with database.transaction(actor) as session:
        return publish_edition(
            session,
            ReportParams(compare=FIRST),
            audience,
            **{"title": "Autumn", "opening": None, "actor": actor, "now": NOW, **more},
        ).public_id


def pdf_of(database: Database, public_id: str, *, actor: Actor = ADMIN) -> bytes:
    with database.reader(actor) as session, in_language("en"):
        edition = get_edition(session, public_id)
        return brief_pdf(
            frozen_brief(session, edition),
            edition.opening,
            made_by=edition.published_by,
            made_at=edition.published_at,
            zone_name="UTC",
        )


def test_an_edition_stays_as_it_was_published(any_database: Database) -> None:
    days = [after(number) for number in range(7)]
    lead_id = lead_through(
        any_database,
        *days,
        capex=stated(1_000_000),
        company=company("Tern Batteries"),
    )
    public_id = publish(any_database)
    before = pdf_of(any_database, public_id)
    with any_database.transaction(ADMIN) as session:
        found = session.get_one(Lead, lead_id)
        edit_lead(session, found, {"capex": stated(9_000_000)}, actor=ADMIN, now=LATER)
    lead_through(any_database, FIRST)
    assert pdf_of(any_database, public_id) == before
    text = pypdf.PdfReader(io.BytesIO(before)).pages[0].extract_text()
    assert "Tern Batteries" in text
    assert len(pypdf.PdfReader(io.BytesIO(before)).pages) == 1


def test_nothing_learnt_nothing_differs(database: Database) -> None:
    lead_through(database, FIRST, after(9), capex=stated(1_000_000))
    public_id = publish(database)
    with database.reader(ADMIN) as session:
        found = compare_edition(session, get_edition(session, public_id), now=LATER)
    assert (found.differences, found.late, found.hidden_count) == ((), (), 0)


def test_what_was_entered_late_is_told_with_its_leads(database: Database) -> None:
    lead_through(database, FIRST, capex=stated(1_000_000))
    public_id = publish(database, Audience.CLOSED, now=NOW - timedelta(hours=1))
    # Told after publication, about the time before it.
    lead_through(
        database,
        FIRST,
        capex=stated(500_000),
        company=company("Late Heron"),
    )
    team = make_team(database, make_user(database))
    lead_through(database, FIRST, company=company("Hidden Heron"), team_id=team.id)
    with database.reader(ADMIN) as session:
        found = compare_edition(session, get_edition(session, public_id), now=LATER)
    told = {
        (item.figure, item.currency): (item.reported, item.known)
        for item in found.differences
        if item.part is Part.PIPELINE and item.place is None
    }
    assert told[Figure.LEADS, None] == (1, 3)
    assert told[Figure.STATED, "CAD"] == (1_000_000, 1_500_000)
    assert {item.title for item in found.late} >= {"Late Heron", "Hidden Heron"}
    with database.reader(MANAGER) as session:
        seen = compare_edition(session, get_edition(session, public_id), now=LATER)
    titles = {item.title for item in seen.late}
    assert "Late Heron" in titles
    assert "Hidden Heron" not in titles
    assert seen.hidden_count >= 1


def test_a_lead_sealed_later_leaves_the_page_of_who_may_not_see_it(database: Database) -> None:
    days = [after(number) for number in range(7)]
    lead_id = lead_through(database, *days, company=company("Tern Batteries"))
    public_id = publish(database)
    team = make_team(database, make_user(database))
    with database.transaction(ADMIN) as session:
        found = session.get_one(Lead, lead_id)
        restrict_lead(session, found, team_id=team.id, reason="They asked.", actor=ADMIN, now=LATER)
    for actor, is_named in ((ADMIN, True), (MANAGER, False)):
        content = pdf_of(database, public_id, actor=actor)
        text = pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()
        assert ("Tern Batteries" in text) == is_named


def test_who_reads_which(database: Database) -> None:
    open_id, closed_id = publish(database, Audience.COUNCIL), publish(database, Audience.CLOSED)
    viewer = replace(OUTSIDER, role=Role.VIEWER)
    for actor, ids in (
        (viewer, {open_id}),
        (OUTSIDER, {open_id}),
        # Totals of leads that she does not count.
        (NARROW, {open_id}),
        (MANAGER, {open_id, closed_id}),
        (ADMIN, {open_id, closed_id}),
    ):
        with database.reader(actor) as session:
            assert {edition.public_id for edition in list_editions(session)} == ids
            if closed_id not in ids:
                with pytest.raises(NotFoundError):
                    get_edition(session, closed_id)


def test_only_directors_publish_and_withdraw(database: Database) -> None:
    with pytest.raises(ForbiddenError):
        publish(database, Audience.COUNCIL, actor=OUTSIDER)
    public_id = publish(database, Audience.COUNCIL)
    with database.transaction(OUTSIDER) as session, pytest.raises(ForbiddenError):
        withdraw_edition(session, public_id, reason="x", actor=OUTSIDER, now=NOW)


def test_a_withdrawn_edition_stays_with_its_reason(database: Database) -> None:
    public_id = publish(database)
    with database.transaction(ADMIN) as session, pytest.raises(DomainError, match="Say why"):
        withdraw_edition(session, public_id, reason=" ", actor=ADMIN, now=LATER)
    with database.transaction(ADMIN) as session:
        withdraw_edition(session, public_id, reason="Wrong year.", actor=ADMIN, now=LATER)
    with database.transaction(ADMIN) as session, pytest.raises(DomainError, match="already"):
        withdraw_edition(session, public_id, reason="Again.", actor=ADMIN, now=LATER)
    with database.reader(ADMIN) as session:
        edition = get_edition(session, public_id)
        assert edition.withdrawn_at == LATER
        assert why_withdrawn(session, edition) == "Wrong year."
        entries = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.record_type == "report_editions")
        ).all()
    assert {"created", "withdrawn"} <= {entry.action for entry in entries}


def test_titles_and_openings_are_checked(database: Database) -> None:
    with pytest.raises(DomainError, match="title"):
        publish(database, title=" ")
    with pytest.raises(DomainError, match="longer than"):
        publish(database, opening="x" * 601)


def test_publishing_on_the_page(sign_in: SignIn, database: Database) -> None:
    lead_through(database, FIRST, after(9), capex=stated(1_000_000))
    manager = sign_in(Role.MANAGER)
    page = manager.get("/reports/editions/new?audience=council").get_data(as_text=True)
    assert "Fewer than three leads are open." in page
    answer = manager.post(
        "/reports/editions/new",
        data={"audience": "council", "title": "Autumn", "opening": "A good autumn."},
    )
    assert answer.status_code == 303
    officer = sign_in(Role.OFFICER)
    assert "Autumn" in officer.get("/reports/editions").get_data(as_text=True)
    page = officer.get(answer.headers["Location"]).get_data(as_text=True)
    assert "A good autumn." in page
    assert "Withdraw" not in page
    pdf = officer.get(f"{answer.headers['Location']}.pdf?language=fr")
    assert "A good autumn." in pypdf.PdfReader(io.BytesIO(pdf.data)).pages[0].extract_text()
    refused = manager.post(f"{answer.headers['Location']}/withdraw", data={"reason": ""})
    assert refused.status_code == 422
    done = manager.post(f"{answer.headers['Location']}/withdraw", data={"reason": "Wrong."})
    assert done.status_code == 303
    page = officer.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Wrong." in page
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ReportEdition)) == 1


def test_an_opening_that_nobody_changed_is_in_either_language(
    sign_in: SignIn, database: Database
) -> None:
    lead_through(database, FIRST)
    data = {
        "audience": "director",
        "title": "Autumn",
        "opening": "As it\r\nwas.",
        "proposal": "As it was.",
    }
    assert sign_in(Role.MANAGER).post("/reports/editions/new", data=data).status_code == 303
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalars(sa.select(ReportEdition.opening)).one() is None


def test_the_brief_of_today_is_for_whom_it_is_for(sign_in: SignIn) -> None:
    officer = sign_in(Role.OFFICER)
    assert officer.get("/reports/brief/council.pdf").mimetype == "application/pdf"
    assert officer.get("/reports/brief/closed.pdf").status_code == 403
    assert officer.get("/reports/brief/nobody.pdf").status_code == 404
    assert officer.get("/reports/editions/new").status_code == 403
    for audience in Audience:
        answer = sign_in(Role.MANAGER).get(f"/reports/brief/{audience.value}.pdf?language=fr")
        assert len(pypdf.PdfReader(io.BytesIO(answer.data)).pages) == 1
