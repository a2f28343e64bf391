"""The report of introducers: who counts, how much, and for whom."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from crm.announcements.service import PartyDetails
from crm.database import Database
from crm.introducers.filters import IntroducerFilters, IntroducerKind
from crm.introducers.queries import Introducer, load_facts
from crm.introducers.report import Line, Report, Word, build_report, list_leads
from crm.leads.confidentiality import restrict_lead
from crm.leads.involved import credit_introducer
from models.announcement import PartySide, Whose
from models.commitment import Attribution, Credit, CreditRole
from models.contact import Contact
from models.errors import DomainError, ForbiddenError, NotFoundError
from models.lead import Lead, LeadParty
from models.measure import Measure, Qualifier, StatedDate
from models.organization import Organization
from models.stage import StageCode, Status
from models.user import LOCAL_ADMINISTRATOR, Actor, Role
from tests.crm.introducers.openers import FORTY_JOBS, TEN_MILLION, attribute, introduce
from tests.factories.announcement import make_announcement
from tests.factories.contact import make_contact
from tests.factories.lead import NOW, make_lead
from tests.factories.organization import make_organization
from tests.factories.user import actor_for, make_office, make_team, make_user


def report_of(
    database: Database,
    actor: Actor = LOCAL_ADMINISTRATOR,
    **filters: Any,
) -> Report:
    """The report as somebody sees it."""
    chosen = IntroducerFilters(**filters)
    with database.reader(actor) as session:
        return build_report(load_facts(session, chosen, now=NOW), chosen)


def by_name(report: Report) -> dict[str, Line]:
    """The lines by the introducer's name."""
    return {line.introducer.name: line for line in report.lines if line.introducer}


def set_standing(database: Database, lead: Lead, stage: StageCode, status: Status) -> None:
    """Let a lead stand somewhere, whatever its way there."""
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        found = session.get_one(Lead, lead.id)
        found.stage, found.status = stage, status


def test_leads_are_counted_by_how_they_stand(database: Database) -> None:
    jetro = make_organization(database, name="JETRO")
    for stage, status in (
        (StageCode.ENGAGED, Status.ACTIVE),
        (StageCode.PROPOSAL, Status.ON_HOLD),
        (StageCode.QUALIFIED, Status.LOST),
        (StageCode.QUALIFIED, Status.PASSED_ON),
        (StageCode.ANNOUNCED, Status.ACTIVE),
    ):
        lead = make_lead(database)
        introduce(database, lead, jetro)
        set_standing(database, lead, stage, status)
    make_lead(database)
    [line] = report_of(database).lines
    assert line.introducer is not None
    assert line.introducer.kind is IntroducerKind.JETRO
    assert (line.lead_count, line.open_count, line.qualified_count) == (5, 2, 4)
    assert (line.announced_count, line.conversion.count) == (1, 4)


def test_an_outcome_is_counted_once_however_many_share_it(database: Database) -> None:
    lead = make_lead(database)
    names = ("Bank A", "Bank B", "Bank C")
    for name in names:
        introduce(database, lead, make_organization(database, name=name))
    make_announcement(database, lead, capex=TEN_MILLION, jobs=FORTY_JOBS)
    report = report_of(database)
    for name in names:
        line = by_name(report)[name]
        assert (line.full.outcome_count, line.shared.outcome_count) == (0, 0)
        assert dict(line.undivided.amounts) == {"CAD": 10_000_000}
        assert dict(line.among) == {3: 1}
    total = report.total
    assert (total.lead_count, len(total.outcome_ids)) == (1, 1)
    assert (dict(total.undivided.amounts), total.undivided.jobs) == ({"CAD": 10_000_000}, 40)
    assert dict(total.among) == {3: 1}
    assert (total.full.outcome_count, total.shared.outcome_count) == (0, 0)


def test_full_and_shared_credit_stand_apart(database: Database) -> None:
    bank, agency = (make_organization(database, name=name) for name in ("Bank", "KOTRA"))
    alone, together = make_lead(database), make_lead(database)
    introduce(database, alone, bank)
    introduce(database, together, bank, share=33.3)
    introduce(database, together, agency, share=66.7)
    make_announcement(database, alone, capex=TEN_MILLION)
    million = Measure(1_000_001, Qualifier.EXACT, currency="CAD")
    make_announcement(database, together, capex=million, jobs=Measure(7, Qualifier.EXACT))
    report = report_of(database)
    line = by_name(report)["Bank"]
    assert (dict(line.full.amounts), dict(line.shared.amounts)) == (
        {"CAD": 10_000_000},
        {"CAD": 333_000},
    )
    assert (line.shared.jobs, line.full.unknown_jobs_count) == (2, 1)
    other = by_name(report)["KOTRA"]
    assert other.shared.amounts["CAD"] + line.shared.amounts["CAD"] <= 1_000_001
    assert dict(report.total.full.amounts) == {"CAD": 10_000_000}
    assert dict(report.total.shared.amounts) == {"CAD": 333_000 + 667_000}
    assert report.total.shared.outcome_count == 1


def test_the_total_is_the_sum_of_the_shares_that_are_shown(database: Database) -> None:
    lead, agency = make_lead(database), make_organization(database, name="KOTRA")
    for name, share in (("Bank", 20), ("Broker", None), ("Adviser", None)):
        introduce(database, lead, make_organization(database, name=name), share=share)
    introduce(database, lead, agency, share=30)
    make_announcement(database, lead, capex=TEN_MILLION, jobs=FORTY_JOBS)
    total = report_of(database).total
    assert (dict(total.shared.amounts), total.shared.jobs) == ({"CAD": 5_000_000}, 20)
    assert (dict(total.undivided.amounts), total.undivided.jobs) == ({"CAD": 5_000_000}, 20)
    only = report_of(database, kind=IntroducerKind.KOTRA).total
    assert (dict(only.shared.amounts), only.undivided.outcome_count) == ({"CAD": 3_000_000}, 0)


def test_what_the_announcement_says_decides(database: Database) -> None:
    lead, bank = make_lead(database), make_organization(database, name="Bank")
    office = make_office(database, name="Seoul office")
    introduce(database, lead, bank)
    announcement = make_announcement(database, lead, capex=TEN_MILLION)
    made = attribute(database, announcement, credit=Credit.FULL, office_id=office.id)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Attribution, made.id).confirmed_at = NOW
    report = report_of(database)
    assert by_name(report)["Bank"].outcome_ids == set()
    assert by_name(report)["Bank"].lead_count == 1
    line = by_name(report)["Seoul office"]
    assert line.introducer is not None
    assert line.introducer.kind is IntroducerKind.OFFICE
    assert (line.lead_count, line.confirmed_count) == (1, 1)
    assert dict(line.full.amounts) == {"CAD": 10_000_000}
    assert (report.total.lead_count, report.total.confirmed_count) == (1, 1)


def test_who_helped_has_credit_and_no_lead(database: Database) -> None:
    announcement = make_announcement(database, make_lead(database), capex=TEN_MILLION)
    attribute(database, announcement, role=CreditRole.HELPED, name="A retired envoy")
    attribute(database, announcement, role=CreditRole.HELPED, name="a  RETIRED envoy ")
    [line] = report_of(database).lines
    assert line.introducer is not None
    assert line.introducer.kind is IntroducerKind.NAMED
    assert (line.lead_count, len(line.outcome_ids), line.conversion.share) == (0, 1, None)


def test_unknown_amounts_and_currencies_are_counted_and_not_added(database: Database) -> None:
    bank = make_organization(database, name="Bank")
    for capex in (Measure(5_000_000, Qualifier.EXACT), Measure()):
        lead = make_lead(database)
        introduce(database, lead, bank)
        make_announcement(database, lead, capex=capex)
    [line] = report_of(database).lines
    assert dict(line.full.amounts) == {}
    assert (line.full.no_currency_count, line.full.unknown_amount_count) == (1, 1)
    assert (line.full.jobs_known_count, line.full.unknown_jobs_count) == (0, 2)


def test_an_outcome_in_two_sums_is_left_out_of_them_once(database: Database) -> None:
    lead = make_lead(database)
    for name, share in (("Bank", 20), ("Broker", None), ("Adviser", None)):
        introduce(database, lead, make_organization(database, name=name), share=share)
    make_announcement(database, lead, capex=Measure())
    report = report_of(database)
    total = report.total
    assert total.shared.unknown_amount_count + total.undivided.unknown_amount_count == 2
    assert len(total.unadded_outcome_ids) == 1
    assert [len(line.unadded_outcome_ids) for line in report.lines] == [1, 1, 1]


def test_outcomes_of_others_and_those_to_come_are_not_counted(database: Database) -> None:
    bank = make_organization(database, name="Bank")
    party = make_organization(database)
    others = make_announcement(
        database, None, whose=Whose.OTHERS, parties=(_party(party),), capex=TEN_MILLION
    )
    attribute(database, others, credit=Credit.FULL, organization_id=bank.id)
    lead = make_lead(database)
    introduce(database, lead, bank)
    make_announcement(
        database,
        lead,
        capex=TEN_MILLION,
        embargo_until=NOW + timedelta(days=1),
        embargo_zone="Asia/Tokyo",
    )
    [line] = report_of(database).lines
    assert (line.lead_count, line.outcome_ids) == (1, set())
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        facts = load_facts(session, IntroducerFilters(), now=NOW)
    leads, told = list_leads(facts, line)
    assert [item.outcomes for item in leads] == [[]]
    assert [(item.outcome.title, item.outcome.is_ours) for item in told] == [(others.title, False)]


def _party(organization: Organization) -> PartyDetails:
    return PartyDetails(organization.id, PartySide.FOREIGN)


def test_a_shared_outcome_without_a_lead_counts(database: Database) -> None:
    bank = make_organization(database, name="Bank")
    shared = make_announcement(
        database,
        None,
        whose=Whose.SHARED,
        parties=(_party(make_organization(database)),),
        capex=TEN_MILLION,
        announced=StatedDate(date(2026, 5, 1)),
    )
    attribute(database, shared, credit=Credit.FULL, organization_id=bank.id)
    assert dict(report_of(database).total.full.amounts) == {"CAD": 10_000_000}
    assert report_of(database, first=date(2026, 5, 2)).lines == []
    assert report_of(database, market="JP").lines == []


def test_people_count_with_their_organization_or_by_themselves(database: Database) -> None:
    jetro = make_organization(database, name="JETRO")
    people = [make_contact(database, jetro, printed_name=name) for name in ("HANA", "KEN")]
    for person in people:
        introduce(database, make_lead(database), jetro, contact=person)
    introduce(database, make_lead(database), jetro)
    announcement = make_announcement(database, make_lead(database), capex=TEN_MILLION)
    attribute(database, announcement, contact_id=people[0].id)
    assert {name: line.lead_count for name, line in by_name(report_of(database)).items()} == {
        "JETRO": 4
    }
    alone = by_name(report_of(database, kind=IntroducerKind.PERSON))
    assert {name: line.lead_count for name, line in alone.items()} == {"HANA": 2, "KEN": 1}
    assert dict(alone["HANA"].full.amounts) == {"CAD": 10_000_000}
    assert alone["HANA"].introducer == Introducer(
        IntroducerKind.PERSON, people[0].public_id, "HANA"
    )
    assert report_of(database, kind=IntroducerKind.KOTRA).lines == []


def test_the_period_and_the_market_choose_leads(database: Database) -> None:
    bank = make_organization(database, name="Bank")
    for day, market in (
        (date(2026, 3, 2), "JP"),
        (date(2026, 6, 1), "KR"),
        (date(2026, 3, 3), "JP"),
    ):
        lead = make_lead(database, first_contact=StatedDate(day), market=market)
        introduce(database, lead, bank)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Lead, lead.id).first_contact_on = None
    report = report_of(database, first=date(2026, 1, 1), last=date(2026, 3, 31))
    assert (report.lines[0].lead_count, report.undated_count) == (1, 1)
    assert report_of(database, market="KR").lines[0].lead_count == 1
    assert report_of(database).undated_count == 0


@pytest.mark.parametrize("role", [Role.OFFICER, Role.MANAGER, Role.VIEWER])
def test_a_restricted_lead_counts_for_its_team_alone(database: Database, role: Role) -> None:
    bank = make_organization(database, name="Bank")
    member = make_user(database)
    team = make_team(database, member)
    inside = actor_for(database, member)
    outside = actor_for(database, make_user(database, role=role))
    lead = make_lead(database)
    introduce(database, make_lead(database), bank)
    before = report_of(database, outside)
    introduce(database, lead, bank)
    announcement = make_announcement(database, lead, capex=TEN_MILLION)
    attribute(database, announcement, name="A retired envoy")
    with database.transaction(inside) as session:
        restrict_lead(
            session,
            session.get_one(Lead, lead.id),
            team_id=team.id,
            reason="asked",
            actor=inside,
            now=NOW,
        )
    assert report_of(database, outside) == before
    report = report_of(database, inside)
    assert {name: line.lead_count for name, line in by_name(report).items()} == {
        "Bank": 2,
        "A retired envoy": 1,
    }
    assert report.restricted_count == 2


def test_the_way_names_who_it_was_and_the_clients_word(database: Database) -> None:
    jetro, lead = make_organization(database, name="JETRO"), make_lead(database)
    person = make_contact(database, jetro, printed_name="HANA")
    introduce(database, lead, jetro, contact=person)
    announcement = make_announcement(database, lead)
    made = attribute(
        database, announcement, credit=Credit.SHARED, share_percent=60.0, organization_id=jetro.id
    )
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Attribution, made.id).asked_at = NOW
    [line] = report_of(database).lines
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        facts = load_facts(session, IntroducerFilters(), now=NOW)
    [item], others = list_leads(facts, line)
    assert others == []
    assert item.person is not None
    assert item.person.name == "HANA"
    [told] = item.outcomes
    assert told.part is not None
    assert (told.part.share_percent, told.word, told.role) == (
        60.0,
        Word.ASKED,
        CreditRole.INTRODUCED,
    )


def test_shares_of_a_lead_never_pass_a_hundred(database: Database) -> None:
    lead = make_lead(database)
    bank, other = (make_organization(database, name=name) for name in ("Bank", "Other"))
    stranger = make_contact(database, other)
    introduce(database, lead, bank, share=60)
    introduce(database, lead, other, share=40)
    actor = LOCAL_ADMINISTRATOR

    def say(share: float | None, contact: Contact | None = None, to: Organization = bank) -> None:
        with database.transaction(actor) as session:
            credit_introducer(
                session,
                session.get_one(Lead, lead.id),
                session.get_one(Organization, to.id),
                contact=contact,
                share_percent=share,
                actor=actor,
                now=NOW,
            )

    for share in (61, 0, -1, 101):
        with pytest.raises(DomainError) as refused:
            say(share)
        assert refused.value.field == "share_percent"
    with pytest.raises(DomainError) as refused:
        say(None, contact=stranger)
    assert refused.value.field == "contact"
    with pytest.raises(NotFoundError):
        say(None, to=make_organization(database))
    say(None)
    with database.unscoped_reader(purpose="test") as session:
        kept = session.scalars(sa.select(LeadParty.share_percent).order_by(LeadParty.id)).all()
    assert kept == [None, 40]
    viewer = actor_for(database, make_user(database, role=Role.VIEWER))
    with database.transaction(viewer) as session, pytest.raises(ForbiddenError):
        credit_introducer(
            session,
            session.get_one(Lead, lead.id),
            session.get_one(Organization, bank.id),
            contact=None,
            share_percent=1,
            actor=viewer,
            now=NOW,
        )
