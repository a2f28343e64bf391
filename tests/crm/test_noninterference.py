"""A restricted lead makes no difference to anything that an outsider can reach.

An office of open records is read page by page, the links followed. Then a colleague opens a lead,
restricts it, and works on it before and after. Every page is read again: the bytes are the same.
"""

import dataclasses
import difflib
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Config
from crm.announcements.crediting import CreditDetails, credit
from crm.announcements.service import PartyDetails
from crm.bre.judging import judge_flag
from crm.cards.sorting import Promised, SortDetails, sort_card
from crm.contacts.service import ContactDetails, add_contact
from crm.database import Database
from crm.enquiries.service import open_lead_from
from crm.files.service import Home, keep_file
from crm.home.service import snooze_lead
from crm.interactions.service import ParticipantDetails
from crm.leads.answers import Given, apply_given
from crm.leads.confidentiality import restrict_lead
from crm.leads.involved import add_party, add_steps, credit_introducer
from crm.leads.service import edit_lead, move_lead
from crm.leads.standing import lose_leads
from crm.missions.course import hold_item, offer_times
from crm.missions.item_parts import AttendeeDetails, MaterialDetails
from crm.missions.notes import save_note
from crm.organizations.parts import (
    RelationDetails,
    SiteDetails,
    add_identifier,
    add_site,
    relate,
)
from crm.organizations.plan import NameDetails, OrganizationDetails
from crm.organizations.service import add_name
from crm.references.service import WillingnessDetails, ask_for, record_willingness
from crm.reports.catalogue import REPORTS
from crm.scores.backtests import look_back
from crm.scores.service import rescore, train
from crm.site_searches.service import (
    PartDetails,
    SearchDetails,
    SendingDetails,
    note_sending,
    offer_property,
    open_search,
    owe_part,
)
from models.agenda import AgendaItem, AgendaSide
from models.agreement import Agreement, Statistic
from models.announcement import Announcement, PartySide, Release
from models.bre_call import BreFlag, FlagStanding
from models.card import Card, CardSorting
from models.commitment import CreditRole
from models.contact import Contact
from models.document import Claim
from models.interaction import Enquiry
from models.lead import Direction, Lead, LossReason, PartyRole
from models.measure import Measure, Qualifier, StatedDate
from models.mission import Mission
from models.organization import IdentifierScheme, Organization, RelationKind, SiteRole
from models.reference import PeerReference, Willingness
from models.score import Backtest
from models.site_search import PartOwner, Property
from models.stage import LeadType, StageCode, StageRequirement
from models.user import LOCAL_ADMINISTRATOR, Actor, Office, OfficeKind, Role, Team, User
from tests.crm.imports.bringing import bring, csv_bytes
from tests.factories.agreement import make_agreement, make_citation, make_statistic
from tests.factories.announcement import hang_everything, make_announcement
from tests.factories.card import JPEG, make_card, make_gift, type_it, write_letters
from tests.factories.contact import make_contact
from tests.factories.interaction import (
    make_conversation,
    make_enquiry,
    make_meeting,
    make_next_step,
    make_promise,
)
from tests.factories.lead import (
    NOW,
    lead_details,
    make_lead,
    make_past_leads,
    make_sector,
    make_source,
)
from tests.factories.mission import make_item, make_mission, make_planned_mission
from tests.factories.organization import make_organization
from tests.factories.reference import make_reference, make_request
from tests.factories.site_search import make_offer, make_property, make_search
from tests.factories.user import actor_for, make_office, make_team, make_user
from tests.factories.visit import answer, finish, make_visit, make_watch

NAME, NATIVE, CODE, REF = "Zephyr Lithography", "疾風露光機", "Project Falcon", "HID-77"
NUMBER, PERSON, EMAIL = "7000012050002", "HAYATE Secret", "hayate@zephyr.example"
PAGES, QUERIES_OF_A_PATH = 110, 3
_A_MONTH_AGO = NOW.date() - timedelta(days=30)
_TOKEN = re.compile(rb'(csrf_token"[^>]*value=|X-CSRFToken": )"[^"]*"')
_LINK = re.compile(r'(?:href|action|hx-get)="(/[^"#]*)')
# Files of the import are tried below; a template is the same for everybody.
_NOT_FOLLOWED = ("/static/", "/imports/template", "/health/")


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    """The moment of every request is `NOW`, so that no page changes by itself."""
    with time_machine.travel(NOW, tick=False):
        yield


@dataclass
class OfficeAtWork:
    """An office of open records, and the colleague who will have a secret."""

    database: Database
    config: Config
    home: Office
    partner: Office
    member: User
    team: Team
    open_lead: Lead
    enquiry: Enquiry
    party: Organization
    sector_id: int
    source_id: int
    stray: list[Any] = field(default_factory=list)

    @property
    def actor(self) -> Actor:
        return actor_for(self.database, self.member)

    @property
    def land_id(self) -> str:
        """The public id of the land that is offered to everybody."""
        with self.database.unscoped_reader(purpose="test") as session:
            return session.scalars(sa.select(Property.public_id)).one()

    @property
    def company_id(self) -> str:
        """The public id of the open lead's company."""
        with self.database.unscoped_reader(purpose="test") as session:
            return session.get_one(Organization, self.open_lead.organization_id).public_id


@pytest.fixture
def office(database: Database, config: Config) -> OfficeAtWork:
    asian = make_office(database, name="Tokyo", time_zone="Asia/Tokyo")
    partner = make_office(database, name="Province", kind=OfficeKind.PARTNER)
    member = make_user(database, office=asian, name="Member Of It")
    team = make_team(database, member, name="Falcon team")
    sector, source = make_sector(database), make_source(database)
    party = make_organization(database, name="Open Trade House")
    common: dict[str, Any] = {"sector_id": sector.id, "source_id": source.id}
    lead = make_lead(
        database,
        partner_office_id=partner.id,
        owner_id=member.id,
        office_id=asian.id,
        capex=Measure(9_000_000, Qualifier.EXACT, currency="CAD"),
        **common,
    )
    make_lead(database, market="KR", lead_type=LeadType.TRADE, direction=Direction.OUT_OF_CANADA)
    make_past_leads(database, 4, **common)
    with database.unscoped_reader(purpose="test") as session:
        company = session.get_one(Organization, lead.organization_id)
    contact = make_contact(database, company)
    make_conversation(database, lead, participants=(ParticipantDetails(contact_id=contact.id),))
    make_meeting(database, lead)
    make_promise(database, lead, office_id=partner.id)
    make_next_step(database, lead, due_on=NOW.date())
    make_announcement(database, lead)
    make_mission(database, offices=(partner,), organizations=((company, "host"),))
    mission = make_planned_mission(
        database, name="Open mission", markets=("JP", "TW"), office_ids=(partner.id,)
    )
    make_item(database, mission, lead=lead, starts_at=NOW, ends_at=NOW + timedelta(hours=1))
    make_card(database, config, mission=mission, front=JPEG)
    type_it(database, make_card(database, mission=mission), company)
    make_gift(database, organization=company, mission=mission)
    write_letters(database, mission)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = session.get_one(Lead, lead.id)
        _keep(session, config, Home(lead=found), LOCAL_ADMINISTRATOR)
        add_party(
            session,
            found,
            session.get_one(Organization, party.id),
            PartyRole.INTRODUCER,
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )
    pact = make_agreement(
        database, name="Open pact", countries=("CA", "JP", "TW", "SG"), sector_ids=(sector.id,)
    )
    make_citation(database, lead, pact)
    make_statistic(database, title="Open figure", country="TW")
    search = make_search(database, lead, owner_id=member.id, due_at=NOW, time_zone="Asia/Tokyo")
    make_offer(database, search, make_property(database, name="Open Park", land_m2=500_000.0))
    make_request(database, make_reference(database, party), lead)
    enquiry = make_enquiry(database)
    # Another team reads what companies say on visits; the secret's company is visited too.
    make_watch(database)
    visit = make_visit(database, company)
    answer(database, visit, {"E5.courted": "yes"})
    finish(database, visit)
    train(database, actor=LOCAL_ADMINISTRATOR, now=NOW)
    look_back(database, _A_MONTH_AGO, actor=LOCAL_ADMINISTRATOR, now=NOW)
    # The secret's enquiry is there from the start: it was open until a lead came of it.
    return OfficeAtWork(
        database, config, asian, partner, member, team, lead, enquiry, party, sector.id, source.id
    )


def _keep(session: Any, config: Config, home: Home, actor: Actor) -> None:
    keep_file(
        session, io.BytesIO(b"words"), "falcon.txt", home, config=config, actor=actor, now=NOW
    )


def add_secret(office: OfficeAtWork) -> Lead:
    """A lead with a child of every kind, half of them from before it was restricted."""
    database, actor = office.database, office.actor
    lead = make_lead(
        database,
        actor=actor,
        company=OrganizationDetails(name=NAME, native_name=NATIVE, country="TW"),
        code_name=CODE,
        reference=REF,
        market="TW",
        sector_id=office.sector_id,
        source_id=office.source_id,
        owner_id=office.member.id,
        office_id=office.home.id,
        partner_office_id=office.partner.id,
        capex=Measure(77_000_000, Qualifier.EXACT, currency="EUR"),
    )
    _work_on(office, lead.id)
    with database.transaction(actor) as session:
        restrict_lead(
            session,
            session.get_one(Lead, lead.id),
            team_id=office.team.id,
            reason="asked by the company",
            actor=actor,
            now=NOW,
        )
    _work_on(office, lead.id)
    second = _born_restricted(office, lead)
    with database.transaction(actor) as session:
        lose_leads(
            session,
            [session.get_one(Lead, second.id)],
            code=LossReason.PLACE_WON,
            reason=None,
            lost_to="Texas",
            actor=actor,
            now=NOW,
        )
    rescore(database, actor=LOCAL_ADMINISTRATOR, now=NOW)
    look_back(database, _A_MONTH_AGO, actor=LOCAL_ADMINISTRATOR, now=NOW, is_renewed=True)
    return lead


def _work_on(office: OfficeAtWork, lead_id: int) -> None:
    database, config, actor = office.database, office.config, office.actor
    with database.transaction(actor) as session:
        lead = session.get_one(Lead, lead_id)
        company = session.get_one(Organization, lead.organization_id)
        is_closed = lead.team_id is not None
        contact = add_contact(
            session,
            ContactDetails(printed_name=PERSON, email=f"{is_closed}.{EMAIL}"),
            organization=company,
            actor=actor,
            now=NOW,
        )
        add_steps(session, lead, "Falcon, planning", actor=actor, now=NOW)
        role = PartyRole.ADVISER if is_closed else PartyRole.INTRODUCER
        party = session.get_one(Organization, office.party.id)
        add_party(session, lead, party, role, actor=actor, now=NOW)
        kind = RelationKind.PARENT if is_closed else RelationKind.BUSINESS_UNIT
        relate(session, company, party, RelationDetails(kind), actor=actor)
        add_site(session, company, SiteDetails(city="Sudbury", role=SiteRole.PLANT), actor=actor)
        add_name(session, company, NameDetails(f"Zephyr {is_closed}"), actor=actor, now=NOW)
        _keep(session, config, Home(lead=lead), actor)
        snooze_lead(session, lead, days=7, actor=actor, now=NOW)
        _search_for_land(session, office, lead, actor)
        given = {"timing": Given(ask_by_on=NOW.date() + timedelta(days=3))}
        apply_given(session, lead, given, actor=actor, now=NOW)
        if not is_closed:
            add_identifier(
                session,
                company,
                IdentifierScheme.JP_CORPORATE_NUMBER,
                NUMBER,
                source=None,
                actor=actor,
            )
        else:
            _keep(session, config, Home(organization=company), actor)
            edit_lead(session, lead, {"notes": "A secret", "market": "SG"}, actor=actor, now=NOW)
            move_lead(
                session,
                lead,
                StageCode.ENGAGED,
                given={
                    field: Given(does_not_apply=True)
                    for field in ("sector", "source", "need", "timing", "next_action")
                },
                actor=actor,
                now=NOW,
            )
    someone = (ParticipantDetails(contact_id=contact.id), ParticipantDetails(name="Falcon"))
    made: dict[str, Any] = {"actor": actor}
    make_conversation(database, lead, participants=someone, summary="Falcon flies", **made)
    meeting = make_meeting(database, lead, participants=someone, summary="Falcon meets", **made)
    make_promise(database, lead, interaction_id=meeting.id, text="Falcon plan", **made)
    make_next_step(database, lead, "Falcon call", due_on=NOW.date(), **made)
    landed = StatedDate(NOW.date() - timedelta(days=400))
    told = make_announcement(database, lead, title="Falcon lands", announced=landed, **made)
    hang_everything(database, told, "Falcon", **made)
    pact, figure = _cited(database)
    make_citation(database, lead, figure if is_closed else pact, note="Falcon tariff", **made)
    make_citation(database, told, pact, note="Falcon tariff", **made)
    _credit(office, lead.id)
    _put_on_agenda(office, lead)
    _catch_cards(office, lead)
    visit = make_visit(
        database, company, season=2025 if is_closed else 2026, topic="Falcon", **made
    )
    answer(database, visit, {"E5.courted": "yes", "E5.places": "Falcon town"})
    finish(database, visit)


def _cited(database: Database) -> tuple[Agreement, Statistic]:
    """What everybody may read, and the secret cites."""
    with database.unscoped_reader(purpose="test") as session:
        return (
            session.scalars(sa.select(Agreement).where(Agreement.name == "Open pact")).one(),
            session.scalars(sa.select(Statistic).where(Statistic.title == "Open figure")).one(),
        )


def _credit(office: OfficeAtWork, lead_id: int) -> None:
    """The share of whoever introduced it."""
    with office.database.transaction(office.actor) as session:
        credit_introducer(
            session,
            session.get_one(Lead, lead_id),
            session.get_one(Organization, office.party.id),
            contact=None,
            share_percent=70,
            actor=office.actor,
            now=NOW,
        )


def _put_on_agenda(office: OfficeAtWork, lead: Lead) -> None:
    """On an open mission, among its open items: asked for, noted on, held."""
    database, actor = office.database, office.actor
    with database.unscoped_reader(purpose="test") as session:
        mission = session.scalars(sa.select(Mission).where(Mission.name == "Open mission")).one()
        person = session.scalars(sa.select(Contact).where(Contact.printed_name == PERSON)).first()
    assert person is not None
    item = make_item(
        database,
        mission,
        lead=lead,
        actor=actor,
        title="Falcon talk",
        starts_at=NOW - timedelta(minutes=5),
        attendees=(
            AttendeeDetails(AgendaSide.THEIRS, contact_id=person.id),
            AttendeeDetails(AgendaSide.THEIRS, organization_id=office.party.id),
        ),
        materials=(MaterialDetails("Falcon deck"),),
    )
    with database.transaction(actor) as session:
        found = session.get_one(AgendaItem, item.id)
        later = NOW + timedelta(days=3)
        offer_times(session, found, [(later, later + timedelta(hours=1))], actor=actor, now=NOW)
        save_note(session, found, "Falcon is keen", actor=actor, now=NOW)
        if lead.team_id is not None:
            hold_item(session, found, actor=actor, now=NOW)


def _catch_cards(office: OfficeAtWork, lead: Lead) -> None:
    """Cards caught at its meeting, one of them typed and sorted, a gift and letters of thanks."""
    database, config, actor = office.database, office.config, office.actor
    with database.unscoped_reader(purpose="test") as session:
        item = session.scalars(
            sa.select(AgendaItem)
            .where(AgendaItem.lead_id == lead.id)
            .order_by(AgendaItem.id.desc())
        ).first()
        assert item is not None
        mission = session.get_one(Mission, item.mission_id)
        company = session.get_one(Organization, lead.organization_id)
    caught: dict[str, Any] = {"item": item, "actor": actor, "front": JPEG, "note": "Falcon card"}
    make_card(database, config, **caught)
    card = make_card(database, config, **caught)
    type_it(database, card, company, actor=actor, printed_name="HAYATE Second")
    with database.transaction(actor) as session:
        sort_card(
            session,
            session.get_one(Card, card.id),
            SortDetails(
                CardSorting.EXISTING_LEAD, "Falcon card", promised=Promised("Falcon brochure")
            ),
            lead=session.get_one(Lead, lead.id),
            actor=actor,
            now=NOW,
        )
    make_gift(database, item=item, actor=actor, description="Falcon statue")
    make_gift(database, organization=company, actor=actor, description="Zephyr vase")
    write_letters(database, mission, actor=actor)


def _search_for_land(session: Any, office: OfficeAtWork, lead: Lead, actor: Actor) -> None:
    """A site search with all that hangs on it, and a firm that was asked to vouch."""
    due_at = NOW + timedelta(days=1)
    details = SearchDetails("Falcon land", land_m2=90_000.0, due_at=due_at, time_zone="Asia/Tokyo")
    search = open_search(session, lead, details, actor=actor, now=NOW)
    land = session.scalars(sa.select(Property)).one()
    offer_property(session, search, land, actor=actor)
    part = PartDetails("Falcon study", PartOwner.UTILITIES, due_on=NOW.date())
    owe_part(session, search, part, actor=actor)
    sent = SendingDetails("Falcon answer", NOW.date(), is_answer=lead.team_id is not None)
    note_sending(session, search, lead, sent, actor=actor, now=NOW)
    company = session.get_one(Organization, lead.organization_id)
    said = WillingnessDetails(Willingness.YES, note="Falcon vouches")
    record_willingness(session, company, said, actor=actor, now=NOW)
    if lead.team_id is None:
        known = PeerReference.organization_id == office.party.id
        firm = session.scalars(sa.select(PeerReference).where(known)).one()
        ask_for(session, firm, lead, asked_on=NOW.date(), actor=actor, now=NOW)


def _born_restricted(office: OfficeAtWork, first: Lead) -> Lead:
    """A second lead of the company, which an enquiry became."""
    database, actor = office.database, office.actor
    with database.transaction(actor) as session:
        enquiry = session.get_one(Enquiry, office.stray[0].id)
        details = lead_details(
            company=None,
            organization_id=first.organization_id,
            reference=f"{REF}-2",
            team_id=office.team.id,
            confidentiality_reason="as the first",
        )
        return open_lead_from(session, enquiry, details, actor=actor, now=NOW)


ROLES: dict[str, dict[str, Any]] = {
    "officer": {"role": Role.OFFICER},
    "viewer": {"role": Role.VIEWER},
    "manager": {"role": Role.MANAGER, "may_count_all": False},
    "manager who counts all": {"role": Role.MANAGER},
    "partner": {"role": Role.PARTNER},
}
# What somebody who counts all is told on purpose: sums over every lead.
_TOTALS = ("/reports/", "/leads/totals")


@pytest.mark.slow
@pytest.mark.parametrize("who", ROLES)
def test_a_restricted_lead_changes_nothing_that_an_outsider_reaches(
    office: OfficeAtWork, sign_in: Callable[..., FlaskClient], who: str
) -> None:
    database = office.database
    at = office.partner if who == "partner" else office.home
    client = sign_in(make_user(database, office=at, **ROLES[who]))
    # It is answered by a lead of the team, and is gone from sight like one: see below.
    enquiry = make_enquiry(database, owner_id=office.member.id)
    office.stray = [enquiry]
    _hide(database, enquiry, office.team)
    before = _before(client, _probes(office))
    if who == "manager who counts all":
        before = {path: seen for path, seen in before.items() if not path.startswith(_TOTALS)}
    assert len(before) > 60
    assert sum(status == 200 for status, _body in before.values()) > 40
    said = _answers(client, office)
    add_secret(office)
    after = {path: _seen(client, path) for path in before}
    assert _differences(before, after) == {}
    assert _differences(said, _answers(client, office)) == {}


def _hide(database: Database, enquiry: Enquiry, team: Team) -> None:
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Enquiry, enquiry.id).team_id = team.id


def _crawl(client: FlaskClient) -> dict[str, tuple[int, bytes]]:
    """What links lead to, a few addresses of each list with its filters."""
    waiting, seen, of_path = ["/"], {"/"}, dict[str, int]()
    found: dict[str, tuple[int, bytes]] = {}
    while waiting and len(found) < PAGES:
        address = waiting.pop(0)
        answer = client.get(address)
        found[address] = _said(answer)
        if answer.mimetype != "text/html":
            continue
        for written in _LINK.findall(answer.text):
            link = written.replace("&amp;", "&")
            path = urlsplit(link).path
            if link in seen or link.startswith(_NOT_FOLLOWED):
                continue
            seen.add(link)
            of_path[path] = of_path.get(path, 0) + 1
            if of_path[path] <= QUERIES_OF_A_PATH:
                waiting.append(link)
    return found


def _open_mission(office: OfficeAtWork) -> str:
    with office.database.unscoped_reader(purpose="test") as session:
        name = Mission.name == "Open mission"
        return session.scalars(sa.select(Mission.public_id).where(name)).one()


def _looked(office: OfficeAtWork) -> str:
    with office.database.unscoped_reader(purpose="test") as session:
        return session.scalars(sa.select(Backtest.public_id)).one()


def _probes(office: OfficeAtWork) -> list[str]:
    """Addresses that ask for exactly what the secret is going to be."""
    member = office.member.public_id
    asked = [
        *(f"q={text}" for text in (NAME, NATIVE, CODE, REF, "Zephyr", "Falcon")),
        *(f"country={code}" for code in ("TW", "SG")),
        *(f"sort={sort}&status=all&dir={way}"
          for sort in ("title", "since", "contact", "step", "changed") for way in ("asc", "desc")),
        f"owner={member}", f"office={office.home.public_id}", "currency=EUR",
        "currency=EUR&sort=amount", "currency=EUR&at_least=1M", "status=lost", "quiet=0",
        "stage=engaged", "sector=batteries", "source=jetro",
    ]  # fmt: skip
    searched = [NAME, NATIVE, "Zephyr", NUMBER, PERSON, EMAIL, "Falcon"]
    pact, figure = _cited(office.database)
    return [
        *(f"/leads/?{args}" for args in asked),
        *(f"/leads/totals?{args}" for args in asked),
        *(f"/{room}/?q={text}" for room in ("organizations", "contacts", "announcements")
          for text in searched),
        *(f"/{room}/?country=TW" for room in ("organizations", "contacts")),
        *(f"/organizations/suggest?{name}={text}" for name in ("q", "other", "company")
          for text in searched),
        *(f"/duplicates/warning?{name}={text}" for name in ("name", "company", "native", "number")
          for text in searched),
        "/duplicates/", "/duplicates/?verdict=same", "/duplicates/merges",
        *(f"/duplicates/pairs/{one}/{office.party.public_id}"
          for one in (office.company_id, "b" * 16)),
        *(f"/search/?q={text}{kind}" for text in (*searched, CODE, REF, "Zepyhr", "Falcno")
          for kind in ("", "&kind=organization", "&kind=lead", "&kind=interaction")),
        *(f"/interactions/new?q={text}" for text in searched),
        *(f"/interactions/{room}?whose={whose}{done}" for room in ("follow-ups", "meetings")
          for whose in ("mine", "office", "all") for done in ("", "&done=yes")),
        *(f"/enquiries/?whose=all{more}" for more in ("", "&state=answered", "&outcome=lead")),
        *(f"/site_searches/{args}" for args in ("", "?state=ended", "?whose=mine")),
        "/properties/", f"/properties/{office.land_id}",
        f"/references/leads/{office.open_lead.public_id}",
        *(f"/board/{args}" for args in ("", f"?owner={member}", "column?column=engaged")),
        *(f"/reports/funnel{args}" for args in ("", f"?owner={member}", "?country=TW")),
        *(f"/reports/{report.code}" for report in REPORTS), "/reports/movement?compare=last_year",
        *(f"/scores/ranking?whose={whose}" for whose in ("all", "office")),
        *(f"/agreements/{key}{args}" for args in ("", "?find=Falcon", "?find=Zephyr")
          for key in (pact.public_id, f"figures/{figure.public_id}")),
        "/agreements/?country=TW", "/agreements/figures?country=TW",
        "/cards/desk", "/cards/sort", "/cards/new", "/thanks/gifts", "/thanks/gifts?year=2026",
        *(f"/{path}{_open_mission(office)}"
          for path in ("cards/desk?mission=", "cards/sort?mission=", "thanks/")),
        *(f"/introducers/{args}" for args in ("", "?country=TW", "?country=SG", "?kind=person",
          "?kind=named", "?from=2026-01-01", f"organization/{office.party.public_id}")),
        f"/scores/leads/{'a' * 16}", "/scores/model", "/scores/look-back", "/scores/card",
        *(f"/scores/look-back/{_looked(office)}?within={within}" for within in ("90", "ever")),
        "/scores/ranking?likelihood=1&value=2&staleness=3&within=365",
        "/leads/new", "/imports/", "/admin/audit",
    ]  # fmt: skip


def _seen(client: FlaskClient, path: str) -> tuple[int, bytes]:
    return _said(client.get(path))


def _said(answer: TestResponse) -> tuple[int, bytes]:
    return answer.status_code, _TOKEN.sub(b"", answer.data)


def _before(client: FlaskClient, probes: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    """What is to be reached before there is a secret: by links, and by asking for it."""
    found = _crawl(client)
    return found | {path: _seen(client, path) for path in probes if path not in found}


def _differences(
    before: dict[str, tuple[int, bytes]], after: dict[str, tuple[int, bytes]]
) -> dict[str, list[str]]:
    """The lines that differ, by address: what a failing test has to tell."""
    return {
        path: [
            line
            for line in difflib.unified_diff(*map(_lines, (before[path], after[path])), n=0)
            if not line.startswith(("---", "+++", "@@"))
        ]
        for path in before
        if before[path] != after[path]
    }


def _lines(answer: tuple[int, bytes]) -> list[str]:
    return [str(answer[0]), *answer[1].decode("utf-8", "replace").splitlines()]


_EXPORTS = (
    *("organizations", "contacts", "interactions", "meetings?whose=all", "follow-ups?whose=all"),
    *("enquiries", "enquiries?state=answered", "announcements", "missions", "ranking"),
    "properties",
)


def _answers(client: FlaskClient, office: OfficeAtWork) -> dict[str, tuple[int, bytes]]:
    """What forms answer that name the secret company or lead, and change nothing."""
    lead, party = office.open_lead.public_id, office.party.public_id
    answers = {}
    for name in (NAME, NATIVE, f"Zephyr {True}"):
        for path, form in (
            (f"/leads/{lead}/companies", {"other": name, "role": "adviser"}),
            (f"/organizations/{party}/relations", {"other": name, "kind": "parent"}),
            ("/leads/new", {"company": name, "first_contact": ""}),
            (f"/enquiries/{office.enquiry.public_id}/lead", {"company": name, "kind": "x"}),
        ):
            answer = client.post(path, data=form)
            answers[f"{path} {name}"] = (answer.status_code, _TOKEN.sub(b"", answer.data))
    extensions = client.application.extensions
    extensions["config"] = dataclasses.replace(extensions["config"], exports_per_hour=10_000)
    for path in ("/leads/export?status=all", *(f"/exports/{name}" for name in _EXPORTS)):
        answer = client.post(path)
        answers[path] = (answer.status_code, _TOKEN.sub(b"", answer.data))
    with office.database.unscoped_reader(purpose="test") as session:
        mission = session.scalars(
            sa.select(Mission.public_id).where(Mission.name == "Open mission")
        ).one()
    for path in (f"/briefing/missions/{mission}", f"/briefing/companies/{party}"):
        answer = client.post(path, data={"names": "1"})
        answers[path] = (answer.status_code, _TOKEN.sub(b"", answer.data))
    row = f"{REF}|{NAME}|{NATIVE}|2026-11-01|engaged"
    content = csv_bytes("Reference|Company|Native name|First contact|Stage", row)
    answer = client.post(
        "/imports/check", data={"file": (io.BytesIO(content), "leads.csv"), "kind": "leads"}
    )
    if answer.status_code == 303:
        draft = str(answer.location)
        body = client.get(draft).data.replace(draft.rpartition("/")[2].encode(), b"")
        answers["import"] = (answer.status_code, _TOKEN.sub(b"", body))
        assert client.post(f"{draft}/discard", follow_redirects=True).status_code == 200
    return answers


# Ways in which a colleague of the team can put something on the secret's company alone.
_ON_THE_COMPANY = [
    ("conversation", "before"),
    ("conversation", "after"),
    ("meeting", "before"),
    ("meeting", "after"),
    ("promise", "before"),
    ("promise", "after"),
    ("enquiry", "before"),
    ("enquiry", "after"),
    ("file", "before"),
    ("file", "after"),
    ("announcement", "before"),
    ("announcement", "after"),
]
_PLACES = (
    "/",
    "/interactions/follow-ups?whose=all",
    "/interactions/meetings?whose=all",
    "/enquiries/?whose=all",
    "/announcements/",
)


@pytest.mark.parametrize(("what", "when"), _ON_THE_COMPANY)
def test_what_hangs_on_the_company_alone_is_hidden_with_it(
    office: OfficeAtWork, sign_in: Callable[..., FlaskClient], what: str, when: str
) -> None:
    outsider = sign_in(make_user(office.database, office=office.home))
    member = sign_in(office.member)
    before = {path: _seen(outsider, path) for path in _PLACES}
    lead = make_lead(office.database, actor=office.actor, code_name=CODE)
    with office.database.unscoped_reader(purpose="test") as session:
        company = session.get_one(Organization, lead.organization_id)
    if when == "before":
        _put_on_company(office, member, company, what)
    with office.database.transaction(office.actor) as session:
        found = session.get_one(Lead, lead.id)
        restrict_lead(
            session, found, team_id=office.team.id, reason="asked", actor=office.actor, now=NOW
        )
    if when == "after":
        _put_on_company(office, member, company, what)
    after = {path: _seen(outsider, path) for path in _PLACES}
    assert _differences(before, after) == {}


def _put_on_company(
    office: OfficeAtWork, member: FlaskClient, company: Organization, what: str
) -> None:
    address = f"/interactions/organizations/{company.public_id}"
    due = {"day": "2026-11-24", "time": "09:00", "time_zone": "Asia/Tokyo", "minutes": "60"}
    if what == "announcement":
        with office.database.unscoped_reader(purpose="test") as session:
            key = session.get_one(Organization, company.id).id
        party = PartyDetails(key, PartySide.FOREIGN)
        make_announcement(office.database, None, actor=office.actor, parties=(party,))
        return
    answer = {
        "conversation": lambda: member.post(address, data={"kind": "call", "summary": "Falcon"}),
        "meeting": lambda: member.post(
            f"{address}/plan", data={"kind": "meeting", "summary": "Falcon", **due}
        ),
        "promise": lambda: member.post(
            f"{address}/promise",
            data={"text": "Falcon", "owner": office.member.public_id, "due_on": "2026-11-24"},
        ),
        "enquiry": lambda: member.post(
            f"/enquiries/new?organization={company.public_id}",
            data={
                "channel": "email",
                "asked_for": "Falcon",
                "received_on": "2026-11-20",
                "received_time": "09:00",
                "time_zone": "America/Toronto",
            },
        ),
        "file": lambda: member.post(
            f"/files/upload?organization={company.public_id}",
            data={"file": (io.BytesIO(b"words"), "falcon.txt")},
        ),
    }[what]()
    assert answer.status_code == 303, answer.text


def test_scoring_again_counts_only_what_the_reader_sees(
    office: OfficeAtWork, sign_in: Callable[..., FlaskClient]
) -> None:
    outsider = sign_in(make_user(office.database))
    before = outsider.post("/scores/refresh", follow_redirects=True).data
    make_lead(office.database, actor=office.actor, team_id=office.team.id)
    after = outsider.post("/scores/refresh", follow_redirects=True).data
    assert _TOKEN.sub(b"", before) == _TOKEN.sub(b"", after)


def test_an_import_on_restricted_leads_is_no_news_to_others(
    office: OfficeAtWork, sign_in: Callable[..., FlaskClient]
) -> None:
    outsider = sign_in(make_user(office.database))
    make_lead(office.database, actor=office.actor, team_id=office.team.id, reference=REF)
    before = _seen(outsider, "/")
    row = f"{REF}|{CODE}|2026-03-02|engaged|2026-10-01"
    content = csv_bytes("Reference|Code name|First contact|Stage|Stage since", row)
    batch = bring(office.database, content, actor=office.actor)
    assert (batch.created_count, batch.updated_count) == (0, 1)
    assert _differences({"/": before}, {"/": _seen(outsider, "/")}) == {}


def test_an_open_lead_with_a_hidden_company_beside_it_can_be_read(
    office: OfficeAtWork, sign_in: Callable[..., FlaskClient]
) -> None:
    outsider = sign_in(make_user(office.database))
    path = f"/leads/{office.open_lead.public_id}"
    hidden = make_lead(office.database, actor=office.actor)
    with office.database.transaction(office.actor) as session:
        company = session.get_one(Organization, hidden.organization_id)
        lead = session.get_one(Lead, office.open_lead.id)
        before = _seen(outsider, path)
        add_party(session, lead, company, PartyRole.ADVISER, actor=office.actor, now=NOW)
    with office.database.transaction(office.actor) as session:
        found = session.get_one(Lead, hidden.id)
        restrict_lead(
            session, found, team_id=office.team.id, reason="asked", actor=office.actor, now=NOW
        )
    assert _differences({path: before}, {path: _seen(outsider, path)}) == {}


@pytest.mark.slow
@pytest.mark.parametrize("who", ["viewer", "partner"])
def test_an_announcement_before_its_hour_changes_nothing_for_whoever_only_reads(
    office: OfficeAtWork, sign_in: Callable[..., FlaskClient], who: str
) -> None:
    database, lead = office.database, office.open_lead
    at = office.partner if who == "partner" else office.home
    client = sign_in(make_user(database, office=at, **ROLES[who]))
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        # What a lead lacks is counted: all but the announcement is there.
        session.get_one(Lead, lead.id).stage = StageCode.COMMITTED
        session.execute(sa.delete(StageRequirement).where(StageRequirement.field != "announcement"))
        session.execute(sa.update(StageRequirement).values(stage=StageCode.COMMITTED))
        session.execute(sa.delete(Announcement))
        mission = session.scalars(sa.select(Mission).where(Mission.name == "Open mission")).one()
    before = _before(client, _probes(office))
    said = _answers(client, office)
    told = make_announcement(
        database,
        lead,
        title="Zephyr and Falcon come",
        mission_id=mission.id,
        embargo_until=NOW + timedelta(days=1),
        embargo_zone="Asia/Tokyo",
        release=Release.AUTOMATIC,
        capex=Measure(77_000_000, Qualifier.EXACT, currency="EUR"),
        parties=(
            PartyDetails(office.party.id, PartySide.FOREIGN),
            PartyDetails(lead.organization_id or 0, PartySide.LOCAL),
        ),
    )
    hang_everything(database, told, "Falcon")
    pact, figure = _cited(database)
    make_citation(database, told, pact, note="Falcon tariff")
    make_citation(database, told, figure, note="Falcon tariff")
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = session.get_one(Announcement, told.id)
        _keep(session, office.config, Home(announcement=found), LOCAL_ADMINISTRATOR)
        credited = CreditDetails(CreditRole.INTRODUCED, organization_id=office.party.id)
        credit(session, found, credited, actor=LOCAL_ADMINISTRATOR)
        session.execute(
            sa.update(Claim)
            .where(Claim.announcement_id == told.id)
            .values(organization_id=office.party.id, mission_id=mission.id)
        )
    after = {path: _seen(client, path) for path in before}
    assert _differences(before, after) == {}
    assert _differences(said, _answers(client, office)) == {}


@pytest.mark.slow
@pytest.mark.parametrize("who", ["officer", "viewer", "manager who counts all"])
def test_what_a_company_said_changes_nothing_outside_the_team_that_heard_it(
    office: OfficeAtWork, sign_in: Callable[..., FlaskClient], who: str
) -> None:
    database = office.database
    client = sign_in(make_user(database, office=office.home, **ROLES[who]))
    with database.unscoped_reader(purpose="test") as session:
        company = session.get_one(Organization, office.open_lead.organization_id)
    visit = make_visit(database, company, season=2024)
    answer(database, visit, {"A6.life_cycle": "mature"})
    finish(database, visit)
    addresses = [*_probes(office), "/bre/", "/bre/?season=2024"]
    for room in ("", "/answers", "/edit", "/sheet"):
        addresses.append(f"/bre/{visit.public_id}{room}")
    addresses += ["/bre/flags", "/bre/facilities", "/bre/rules", "/bre/cases", "/search/?q=Falcon"]
    before = _before(client, addresses)
    said = _answers(client, office)
    answer(
        database,
        visit,
        {"A5.ownership_change": "yes", "A6.life_cycle": "declining", "E5.places": "Falcon town"},
    )
    finished = finish(database, visit)
    assert finished.case is not None
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        flag = session.get_one(BreFlag, finished.raised[0].id)
        judge_flag(session, flag, FlagStanding.CONFIRMED, actor=LOCAL_ADMINISTRATOR, now=NOW)
        hidden = flag.public_id
    after = {path: _seen(client, path) for path in before}
    assert _differences(before, after) == {}
    assert _differences(said, _answers(client, office)) == {}
    for path in (f"/bre/flags/{hidden}", f"/bre/cases/{finished.case.public_id}"):
        nothing = f"{path.rpartition('/')[0]}/{'a' * 16}"
        assert _seen(client, path) == _seen(client, nothing), path
    # There was something to be told.
    boss = sign_in(make_user(database, role=Role.ADMIN))
    assert boss.get(f"/bre/flags/{hidden}").status_code == 200
