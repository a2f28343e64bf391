"""The open council's page does not move for what is not public: not by a byte."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from crm.briefing.languages import in_language
from crm.database import Database
from crm.leads.confidentiality import restrict_lead
from crm.leads.service import edit_lead
from crm.missions.course import hold_item
from crm.organizations.plan import OrganizationDetails
from crm.reports.catalogue import REPORTS
from crm.reports.params import ReportParams, Scope
from crm.reports.plain import to_plain
from crm.reports.report import Words
from crm.reports.takeaway.brief_queries import read_brief
from crm.reports.takeaway.brief_words import brief_pdf, document_of
from crm.reports.takeaway.csv_files import csv_of
from crm.reports.takeaway.taken import take
from models.agenda import AgendaItem
from models.announcement import Announcement
from models.lead import Lead
from models.measure import StatedDate
from models.mission import Mission
from models.organization import Organization
from models.report import Audience
from models.user import Actor
from tests.crm.reports.conftest import NOW as DEMO_NOW
from tests.crm.reports.conftest import PastDemo
from tests.crm.reports.pipelines import FIRST, lead_through, stated
from tests.crm.reports.test_pipeline import ADMIN, EMBARGO, OUTSIDER
from tests.factories.announcement import make_announcement
from tests.factories.interaction import make_conversation
from tests.factories.lead import NOW, make_lead
from tests.factories.mission import make_item, make_planned_mission
from tests.factories.user import actor_for, make_team, make_user
from tests.factories.visit import make_firm, make_visit, make_watch

LATER = NOW + timedelta(hours=1)
PARAMS = ReportParams(compare=FIRST)


def page(database: Database, *, actor: Any = ADMIN) -> bytes:
    """The open council's page, as anybody would print it."""
    with database.reader(actor) as session, in_language("en"):
        brief, _settled = read_brief(session, PARAMS, Audience.COUNCIL, now=LATER)
        return brief_pdf(brief, None, made_by="Anna", made_at=LATER, zone_name="UTC")


def files(database: Database, *, actor: Actor = ADMIN) -> list[bytes]:
    """Every report that may be published, with all that a file or an answer says of it."""
    found = []
    params = replace(PARAMS, scope=Scope.PUBLIC)
    with database.reader(actor) as session, in_language("en"):
        for report in REPORTS:
            if report.has_public:
                taken = take(session, report, params, now=LATER, words=Words())
                # Who made it stands on it, by their own clock.
                about = tuple(line for line in taken.about if not line[0].startswith("Made"))
                found.append(csv_of(replace(taken, about=about))[0])
                figures = report.figures(session, params, now=LATER)
                found.append(json.dumps(to_plain(figures)).encode())
    return found


def out_and_about(database: Database) -> Mission:
    """A mission that met companies here and there, and visits to employers."""
    mission = make_planned_mission(database, name="To open friends", markets=("JP",))
    make_watch(database)
    for _number in range(4):
        firm = make_firm(database)
        meet(database, mission, organization=firm)
        make_visit(database, firm)
    return mission


def meet(database: Database, mission: Mission, *, actor: Actor = ADMIN, **about: Any) -> None:
    """A meeting that took place, some days before."""
    when = NOW - timedelta(days=3)
    end = when + timedelta(hours=1)
    item = make_item(database, mission, starts_at=when, ends_at=end, actor=actor, **about)
    with database.transaction(actor) as session:
        hold_item(session, session.get_one(AgendaItem, item.id), actor=actor, now=LATER)


def several(database: Database) -> None:
    for number in range(12):
        days = [FIRST + timedelta(days=step) for step in range(1 + number % 7)]
        lead_through(database, *days, capex=stated(1_000_000 + number))


def test_a_restricted_lead_moves_nothing_in_public(database: Database) -> None:
    several(database)
    mission = out_and_about(database)
    member = make_user(database)
    team = make_team(database, member)
    actor = actor_for(database, member)
    before, before_files = page(database), files(database)
    hidden = make_lead(database, actor=actor, team_id=team.id, capex=stated(900_000_000))
    meet(database, mission, lead=hidden, actor=actor)
    make_conversation(database, hidden, mission_id=mission.id, actor=actor)
    assert page(database) == before
    with database.transaction(actor) as session:
        found = session.get_one(Lead, hidden.id)
        edit_lead(session, found, {"capex": stated(950_000_000)}, actor=actor, now=NOW)
    make_announcement(database, hidden, actor=actor, title="Blue Heron comes")
    assert page(database) == before
    assert files(database) == before_files
    # Whoever prints it.
    for reader in (OUTSIDER, actor):
        assert page(database, actor=reader) == before
        assert files(database, actor=reader) == before_files


def test_an_embargoed_lead_never_was(database: Database) -> None:
    several(database)
    mission = out_and_about(database)
    before, before_files = page(database), files(database)
    assert b'meeting_count": 4' in b"".join(before_files)
    lead = make_lead(database, capex=stated(7_000_000), target=StatedDate(date(2027, 3, 1)))
    make_announcement(database, lead, **EMBARGO)
    meet(database, mission, lead=lead)
    for reader in (ADMIN, OUTSIDER):
        assert page(database, actor=reader) == before
        assert files(database, actor=reader) == before_files


def test_a_sealed_lead_never_was(database: Database) -> None:
    several(database)
    before, before_files = page(database), files(database)
    lead = make_lead(database, capex=stated(7_000_000))
    assert page(database) != before
    team = make_team(database, make_user(database))
    with database.transaction(ADMIN) as session:
        restrict_lead(
            session,
            session.get_one(Lead, lead.id),
            team_id=team.id,
            reason="They asked.",
            actor=ADMIN,
            now=NOW,
        )
    assert page(database) == before
    assert files(database) == before_files


def test_the_public_page_names_no_lead(past_demo: PastDemo) -> None:
    with past_demo.database.unscoped_reader(purpose="test") as session:
        titles = {title for title in session.scalars(sa.select(Lead.title)) if len(title) > 5}
        names = {name for name in session.scalars(sa.select(Organization.name)) if len(name) > 5}
        public = " ".join(
            session.scalars(sa.select(Announcement.title).where(Announcement.team_id.is_(None)))
        )
    with past_demo.database.reader(ADMIN) as session, in_language("en"):
        brief, _settled = read_brief(session, ReportParams(), Audience.COUNCIL, now=DEMO_NOW)
        plain = json.dumps(brief.to_plain(), ensure_ascii=False)
        printed = json.dumps(
            document_of(brief, None, made_by="Anna", made_on="today"), ensure_ascii=False
        )
    assert brief.near == ()
    assert brief.lead_ids == frozenset()
    for name in titles | names:
        if name not in public:
            assert name not in plain, past_demo.seed
            assert name not in printed, past_demo.seed


def test_fewer_than_three_have_no_number(database: Database) -> None:
    for _number in range(2):
        make_lead(database, capex=stated(3_333_333))
    with database.reader(ADMIN) as session, in_language("en"):
        brief, _settled = read_brief(session, PARAMS, Audience.COUNCIL, now=LATER)
        document = json.dumps(document_of(brief, None, made_by="Anna", made_on="today"))
    assert "Fewer than three leads are open." in document
    assert "fewer than three" in document
    assert "3.3M" not in document


def test_the_director_and_the_closed_session_read_more(database: Database) -> None:
    several(database)
    team = make_team(database, make_user(database))
    days = [FIRST + timedelta(days=step) for step in range(7)]
    for name, code_name in (("Blue Heron Batteries", None), ("Sora Works", "Project Tern")):
        company = OrganizationDetails(name, country="JP")
        lead_through(database, *days, company=company, code_name=code_name, team_id=team.id)
    found = {}
    for audience in Audience:
        with database.reader(ADMIN) as session, in_language("en"):
            brief, _settled = read_brief(session, PARAMS, audience, now=LATER)
            found[audience] = (
                brief.pipeline.now.total.lead_count,
                json.dumps(document_of(brief, None, made_by="Anna", made_on="today")),
            )
    assert [number for number, _text in found.values()] == [12, 14, 14]
    for audience, title, code in (
        (Audience.COUNCIL, False, False),
        (Audience.CLOSED, False, True),
        (Audience.DIRECTOR, True, True),
    ):
        text = found[audience][1]
        assert ("Blue Heron Batteries" in text, "Project Tern" in text) == (title, code)
