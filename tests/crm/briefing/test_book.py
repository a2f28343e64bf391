"""What a briefing book tells, read from the PDF itself."""

import io
import re
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pypdf
import pytest

from config import Config
from crm.announcements.service import PartyDetails
from crm.briefing.blocks import breakable, run
from crm.briefing.reading import load_book, sight_for_print
from crm.briefing.service import Wanted, make_book
from crm.briefing.typesetting import to_pictures
from crm.database import Database
from crm.leads.confidentiality import restrict_lead
from crm.missions.course import hold_item
from crm.missions.item_parts import AttendeeDetails, MaterialDetails
from crm.organizations.parts import RelationDetails, SiteDetails, add_site, relate
from models.agenda import AgendaItem, AgendaKind, AgendaSide, AgendaStanding, InterpreterNeed
from models.announcement import PartySide
from models.audit import AuditEntry
from models.contact import Seniority
from models.errors import DomainError, ForbiddenError, NotFoundError
from models.lead import Lead
from models.mission import Attendance, DelegateRole, Mission
from models.organization import Organization, RelationKind
from models.reference import PeerReference, Willingness
from models.user import LOCAL_ADMINISTRATOR, Actor, Role
from tests.factories.announcement import make_announcement
from tests.factories.contact import make_contact
from tests.factories.interaction import make_conversation, make_promise
from tests.factories.lead import make_lead
from tests.factories.mission import (
    NOW,
    make_delegate,
    make_item,
    make_mission,
    make_planned_mission,
)
from tests.factories.organization import make_organization
from tests.factories.user import actor_for, make_team, make_user
from tests.support.application import QueryCounter

EVENING = datetime(2027, 1, 13, 0, 30, tzinfo=UTC)


@pytest.fixture
def officer(database: Database) -> Actor:
    return actor_for(database, make_user(database, name="Anne Sample"))


def _words(pages: bytes) -> str:
    """The text of a PDF in one line, as a search reads it."""
    reader = pypdf.PdfReader(io.BytesIO(pages))
    text = " ".join(page.extract_text() for page in reader.pages)
    return re.sub(r"\s+", " ", text)


def _book(database: Database, config: Config, actor: Actor, mission: Mission, **values: Any) -> str:
    wanted = Wanted(mission_id=mission.public_id, **values)
    return _words(
        make_book(database, wanted, actor=actor, now=NOW, config=config, is_confirmed=True)
    )


def test_a_book_tells_whom_one_meets_and_how(
    database: Database, config: Config, officer: Actor
) -> None:
    lead = make_lead(database, actor=officer, need="A separator line by 2029", drivers="Tariffs")
    with database.unscoped_reader(purpose="test") as session:
        company = session.get_one(Organization, lead.organization_id)
    director = make_contact(
        database,
        company,
        printed_name="Kamiya Ren",
        family_name="Kamiya",
        native_name="神谷 蓮",
        reading="カミヤ レン",
        title="General Manager",
        native_title="部長",
        seniority=Seniority.DEPARTMENT_HEAD,
    )
    parent = make_organization(database, name="Parent Works", native_name="親会社製作所")
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        one, other = (session.get_one(Organization, key) for key in (parent.id, company.id))
        relate(session, one, other, RelationDetails(RelationKind.PARENT), actor=officer)
        add_site(session, one, SiteDetails(city="Windsor"), actor=officer)
    make_conversation(database, lead, summary="They asked about power")
    make_promise(database, lead, text="Send the list of sites", due_on=date(2026, 12, 1))
    make_announcement(
        database,
        None,
        title="Sample plant opens",
        parties=(PartyDetails(company.id, PartySide.FOREIGN),),
    )
    peer = make_organization(database, name="Neighbour Parts", native_name=None)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.add(
            PeerReference(
                organization_id=peer.id, willingness=Willingness.ASK_FIRST, created_at=NOW
            )
        )
        # The same sector makes them peers.
        sectors = [session.get_one(Organization, key) for key in (peer.id, company.id)]
        from models.organization import Sector

        sector = Sector(code="batteries", name_en="Batteries", name_fr="Piles")
        session.add(sector)
        session.flush()
        for one in sectors:
            one.sector_id = sector.id
    mission = make_planned_mission(database, name="Virtual mission to Japan", led_by="Mayor A")
    delegate = make_delegate(
        database,
        mission,
        name="Inès Sample",
        role=DelegateRole.LEAD,
        attendance=Attendance.ACCEPTED,
    )
    make_item(
        database,
        mission,
        lead=lead,
        title="First talk",
        starts_at=EVENING,
        ends_at=EVENING + timedelta(minutes=45),
        standing=AgendaStanding.CONFIRMED,
        talking_points="Power by 2029\nSay *#strong[no markup]* $x$",
        protocol_notes="Cards first",
        interpreter_need=InterpreterNeed.CONSECUTIVE,
        interpreter_provider="Inter Voice",
        attendees=(
            AttendeeDetails(AgendaSide.OURS, delegate_id=delegate.id),
            AttendeeDetails(AgendaSide.THEIRS, contact_id=director.id),
        ),
        materials=(MaterialDetails("Site sheet", "ja", True),),
    )
    words = _book(database, config, officer, mission)
    for expected in (
        "Virtual mission to Japan",
        # Both clocks and both dates.
        "19:30–20:15 Toronto Tue 12 Jan",
        "09:30–10:15 Tokyo Wed 13 Jan",
        "Inès Sample",
        "Leads the mission",
        "Accepted",
        company.name,
        company.native_name or "",
        "Its parent is Parent Works 親会社製作所 (here in Windsor)",
        "神谷 蓮",
        "カミヤ レン",
        "部長 · General Manager",
        "Kamiya-san; 神谷様",
        "First contact",
        "A separator line by 2029",
        "Tariffs",
        "They asked about power",
        "Send the list of sites",
        "Sample plant opens",
        "Neighbour Parts",
        "not asked yet",
        "Cards first",
        "Inter Voice, not briefed yet",
        "Site sheet, Japanese, ready",
        "Say *#strong[no markup]* $x$",
        "Confidential",
        "For Anne Sample",
        "Fri 20 Nov 2026 10:00 Toronto = Sat 21 Nov 2026 00:00 Tokyo",
    ):
        assert expected in words, expected


def test_every_page_bears_the_readers_name_and_the_moment(
    database: Database, config: Config, officer: Actor
) -> None:
    mission = make_planned_mission(database)
    for _number in range(3):
        make_item(database, mission, organization=make_organization(database))
    wanted = Wanted(mission_id=mission.public_id)
    pages = make_book(database, wanted, actor=officer, now=NOW, config=config, is_confirmed=True)
    reader = pypdf.PdfReader(io.BytesIO(pages))
    assert len(reader.pages) >= 4
    for page in reader.pages:
        text = page.extract_text()
        assert "Confidential · Anne Sample" in text
        assert "Fri 20 Nov 2026 10:00 Toronto" in text
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_an_empty_mission_gives_a_sensible_book(
    database: Database, config: Config, officer: Actor
) -> None:
    words = _book(database, config, officer, make_mission(database, markets=()))
    assert "Nothing is on the agenda yet." in words
    assert "Nobody is named yet." in words
    assert "No organization is on file for this mission yet." in words
    assert "When not known" in words
    assert "None" not in words


def test_a_book_in_french(database: Database, config: Config, officer: Actor) -> None:
    mission = make_planned_mission(database)
    make_item(database, mission, starts_at=EVENING, ends_at=EVENING + timedelta(hours=1))
    words = _book(database, config, officer, mission, language="fr")
    assert "mar. 12 janv." in words
    assert "Confidentiel" in words


def test_a_coded_lead_stands_by_its_code_name_alone(
    database: Database, config: Config, officer: Actor
) -> None:
    lead = make_lead(database, actor=officer, code_name="Project Falcon", need="A fab in Sudbury")
    with database.unscoped_reader(purpose="test") as session:
        company = session.get_one(Organization, lead.organization_id)
    make_conversation(database, lead, summary="Falcon asked about power")
    make_promise(database, lead, text="Falcon plan")
    mission = make_planned_mission(database, organizations=())
    make_item(
        database, mission, lead=lead, title=f"Talk with {company.name}", talking_points="Sudbury"
    )
    words = _book(database, config, officer, mission)
    assert "Project Falcon" in words
    for hidden in (company.name, company.native_name or "", "Sudbury", "asked about power"):
        assert hidden not in words, hidden
    told = _book(database, config, officer, mission, with_names=True)
    for shown in (company.name, "A fab in Sudbury", "Falcon asked about power"):
        assert shown in told, shown


def test_a_company_met_openly_does_not_betray_its_coded_lead(
    database: Database, config: Config, officer: Actor
) -> None:
    company = make_organization(database, name="Open Works")
    coded = make_lead(
        database,
        actor=officer,
        company=None,
        organization_id=company.id,
        code_name="Project Falcon",
    )
    make_conversation(database, coded, summary="Secretly asked")
    make_promise(database, coded, text="A quiet promise")
    mission = make_planned_mission(database)
    make_item(database, mission, organization=company, title="Courtesy call")
    words = _book(database, config, officer, mission)
    assert "Courtesy call" in words
    for hidden in ("Project Falcon", "Secretly asked", "A quiet promise"):
        assert hidden not in words, hidden


def test_what_other_teams_keep_is_not_in_the_book(
    database: Database, config: Config, officer: Actor
) -> None:
    member = make_user(database)
    own = actor_for(database, member)
    team = make_team(database, member)
    own = replace(own, team_ids=frozenset({team.id}))
    lead = make_lead(database, actor=own)
    mission = make_planned_mission(database)
    item = make_item(database, mission, lead=lead, title="Hidden talk", actor=own)
    with database.transaction(own) as session:
        restrict_lead(
            session,
            session.get_one(Lead, lead.id),
            team_id=team.id,
            reason="asked",
            actor=own,
            now=NOW,
        )
    assert item.public_id
    assert "Hidden talk" in _book(database, config, own, mission)
    assert "Hidden talk" not in _book(database, config, officer, mission)
    # An administrator looks at it on the screen, where the look is on record; print leaves it out.
    admin = actor_for(database, make_user(database, role=Role.ADMIN))
    assert admin.sees_all
    assert "Hidden talk" not in _book(database, config, admin, mission)


def test_restricted_material_needs_the_password_lately(database: Database, config: Config) -> None:
    member = make_user(database)
    team = make_team(database, member)
    own = actor_for(database, member)
    lead = make_lead(database, actor=own, team_id=team.id)
    mission = make_planned_mission(database)
    make_item(database, mission, lead=lead, actor=own)
    wanted = Wanted(mission_id=mission.public_id)
    with pytest.raises(DomainError, match="password"):
        make_book(database, wanted, actor=own, now=NOW, config=config, is_confirmed=False)
    make_book(database, wanted, actor=own, now=NOW, config=config, is_confirmed=True)


def test_an_embargo_is_kept_from_whoever_may_not_write(database: Database) -> None:
    company = make_organization(database)
    make_announcement(
        database,
        None,
        title="Falcon lands",
        parties=(PartyDetails(company.id, PartySide.FOREIGN),),
        embargo_until=NOW + timedelta(days=9),
        embargo_zone="America/Toronto",
    )
    mission = make_planned_mission(database)
    make_item(database, mission, organization=company)
    for role, is_told in ((Role.VIEWER, False), (Role.OFFICER, True)):
        actor = actor_for(database, make_user(database, role=role))
        with database.reader(sight_for_print(actor)) as session:
            book = load_book(session, mission.public_id, now=NOW, today=NOW.date())
        titles = [one.title for chapter in book.chapters for one in chapter.announcements]
        assert titles == (["Falcon lands"] if is_told else [])


def test_a_book_is_an_export(database: Database, config: Config, officer: Actor) -> None:
    mission = make_planned_mission(database)
    _book(database, config, officer, mission)
    with database.unscoped_reader(purpose="test") as session:
        entry = session.query(AuditEntry).filter_by(action="exported").one()
    assert (entry.actor_id, entry.record_type) == (officer.id, "missions")
    assert entry.changes is not None
    assert entry.changes["filters"]["mission"] == mission.public_id
    viewer = actor_for(database, make_user(database, role=Role.VIEWER))
    with pytest.raises(ForbiddenError):
        _book(database, config, viewer, mission)
    with pytest.raises(NotFoundError):
        make_book(
            database,
            Wanted(mission_id="nonesuch"),
            actor=officer,
            now=NOW,
            config=config,
            is_confirmed=True,
        )


def _with_companies(database: Database, number: int) -> Mission:
    mission = make_planned_mission(database)
    for place in range(number):
        lead = make_lead(database)
        with database.unscoped_reader(purpose="test") as session:
            company = session.get_one(Organization, lead.organization_id)
        contact = make_contact(database, company)
        make_conversation(database, lead)
        make_item(
            database,
            mission,
            lead=lead,
            starts_at=EVENING + timedelta(minutes=30 * place),
            ends_at=EVENING + timedelta(minutes=30 * place + 30),
            attendees=(AttendeeDetails(AgendaSide.THEIRS, contact_id=contact.id),),
        )
    return mission


def test_twice_the_companies_take_as_many_queries(
    database: Database, queries: QueryCounter, officer: Actor
) -> None:
    counts = []
    for number in (2, 4):
        mission = _with_companies(database, number)
        with queries, database.reader(officer) as session:
            book = load_book(session, mission.public_id, now=NOW, today=NOW.date())
        assert len(book.chapters) == number
        counts.append(queries.count)
    assert counts[0] == counts[1]


def test_a_book_of_two_dozen_meetings_takes_under_three_seconds(
    database: Database, config: Config, officer: Actor
) -> None:
    mission = _with_companies(database, 24)
    wanted = Wanted(mission_id=mission.public_id)
    began = time.perf_counter()
    pages = make_book(database, wanted, actor=officer, now=NOW, config=config, is_confirmed=True)
    assert time.perf_counter() - began < 3
    assert len(pypdf.PdfReader(io.BytesIO(pages)).pages) >= 24


def test_long_names_keep_to_the_page(database: Database, config: Config, officer: Actor) -> None:
    """No word is wider than a column: nothing is set beyond the right margin."""
    company = make_organization(
        database,
        name="Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
        native_name="株式会社東日本電子材料研究開発工業ホールディングス・インターナショナル",
    )
    make_contact(
        database,
        company,
        printed_name="A" * 70,
        native_name="中御門小路久我山 貞文之助",
        native_title="代表取締役副社長執行役員兼最高技術責任者兼研究開発本部長",
    )
    mission = make_planned_mission(database, name="M" * 90)
    make_item(
        database,
        mission,
        organization=company,
        kind=AgendaKind.SIGNING,
        title="대한반도체소재기술연구원홀딩스업무협약체결식및기자회견과만찬",
        video_link="https://video.example/" + "x" * 120,
    )
    wanted = Wanted(mission_id=mission.public_id)
    pages = make_book(database, wanted, actor=officer, now=NOW, config=config, is_confirmed=True)
    reader = pypdf.PdfReader(io.BytesIO(pages))
    width = float(reader.pages[0].mediabox.width)
    for page in reader.pages:
        starts: list[float] = []
        page.extract_text(visitor_text=lambda text, _cm, tm, *_f: starts.append(tm[4]))  # noqa: B023
        assert max(starts) < width


def test_words_that_fit_no_column_may_end_their_line() -> None:
    assert breakable("short words stay") == "short words stay"
    assert "\u200b" in breakable("x" * 40)
    assert breakable("x" * 40).replace("\u200b", "") == "x" * 40
    assert run("田中 優子") == {"t": "田中 優子", "l": "ja", "n": True}
    assert run("plain") == "plain"


def test_a_held_meeting_is_history_in_the_next_book(
    database: Database, config: Config, officer: Actor
) -> None:
    company = make_organization(database)
    first = make_planned_mission(database)
    item = make_item(database, first, organization=company, starts_at=NOW - timedelta(hours=2))
    with database.transaction(officer) as session:
        found = session.get_one(AgendaItem, item.id)
        hold_item(session, found, summary="They liked the site", actor=officer, now=NOW)
    following = make_planned_mission(database, organizations=())
    make_item(database, following, organization=company)
    assert "They liked the site" in _book(database, config, officer, following)


def test_pages_can_be_set_as_pictures() -> None:
    frame = {
        "lang": "en",
        "name": "x",
        "title": "x",
        "over": "",
        "confidential": "Confidential",
        "for": "For x",
        "mark": "Confidential",
        "made": "now",
        "page": "page",
        "of": "of",
        "stamp": 0,
        "front": [],
        "chapters": [{"title": "Works", "native": run("製作所"), "blocks": []}],
    }
    [picture] = to_pictures(frame)
    assert picture.startswith(b"\x89PNG")


def test_a_book_is_read_alike_from_both_databases(any_database: Database) -> None:
    mission = _with_companies(any_database, 2)
    reader = actor_for(any_database, make_user(any_database))
    with any_database.reader(reader) as session:
        book = load_book(session, mission.public_id, now=NOW, today=NOW.date())
    assert [len(one.people) for one in book.chapters] == [1, 1]
    assert [len(one.conversations) for one in book.chapters] == [1, 1]
