"""Introducers' credit as of a day: what was known then, as its own page has it today."""

from datetime import timedelta

from crm.database import Database
from crm.introducers.filters import IntroducerFilters
from crm.introducers.queries import load_facts
from crm.introducers.report import build_report
from crm.leads.involved import add_party, credit_introducer
from crm.reports.credit import CreditSums
from crm.reports.shown.credit import REPORT
from models.lead import Lead, LeadParty, PartyRole
from models.measure import Measure, Qualifier
from models.organization import Organization
from models.stage import LeadType
from models.user import LOCAL_ADMINISTRATOR
from tests.crm.reports.conftest import NOW, PastDemo
from tests.crm.reports.raw_records import end_of, read, rows_of
from tests.factories.announcement import make_announcement
from tests.factories.lead import make_lead
from tests.factories.organization import make_organization
from tests.factories.user import actor_for, make_team, make_user
from tests.support.application import QueryCounter

TEN_MILLION = Measure(10_000_000, Qualifier.EXACT, currency="CAD")


def introduce(database: Database, lead: Lead, firm: Organization, share: float | None) -> None:
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = session.get_one(Lead, lead.id)
        organization = session.get_one(Organization, firm.id)
        actor = LOCAL_ADMINISTRATOR
        add_party(session, found, organization, PartyRole.INTRODUCER, actor=actor, now=NOW)
        credit_introducer(
            session, found, organization, contact=None, share_percent=share, actor=actor, now=NOW
        )


def test_today_it_is_the_introducers_own_page(past_demo: PastDemo) -> None:
    database = past_demo.database
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        filters = IntroducerFilters()
        page = build_report(load_facts(session, filters, now=NOW), filters)
    found = [read(REPORT, database, now=NOW, lead_type=kind).now for kind in LeadType]
    assert sum(one.total.lead_count for one in found) == page.total.lead_count
    assert sum(one.total.announced_count for one in found) == page.total.announced_count


def test_of_a_past_day_the_raw_rows(past_demo: PastDemo) -> None:
    parties = [
        row for row in rows_of(past_demo.database, LeadParty) if row.role is PartyRole.INTRODUCER
    ]
    for day in past_demo.days(4):
        end = end_of(day)
        standing = {state.lead_id: state for state in past_demo.raw.at(end)}
        for kind in LeadType:
            found = read(REPORT, past_demo.database, now=NOW, as_of=day, lead_type=kind).now
            introduced = {
                row.lead_id
                for row in parties
                if row.known_at < end
                and row.lead_id in standing
                and standing[row.lead_id].lead_type is kind
            }
            assert found.total.lead_count >= len(introduced)
            for line in found.lines:
                assert line.open_count + line.announced_count <= line.lead_count


def added(several: list[CreditSums]) -> tuple[int, int]:
    amounts = sum(one.amount for sums in several for one in sums.amounts)
    return amounts, sum(sums.jobs for sums in several)


def test_the_total_is_the_sum_of_the_lines(past_demo: PastDemo, database: Database) -> None:
    lead = make_lead(database)
    for name, share in (("Bank", 33.3), ("Broker", 20.0), ("Adviser", None)):
        introduce(database, lead, make_organization(database, name=name), share)
    make_announcement(database, lead, capex=TEN_MILLION, jobs=Measure(40, Qualifier.EXACT))
    for office in (database, past_demo.database):
        now = read(REPORT, office, now=NOW).now
        assert added([now.total.full]) == added([line.full for line in now.lines])
        assert added([now.total.shared]) == added([line.shared for line in now.lines])
    now = read(REPORT, database, now=NOW).now
    assert added([now.total.shared]) == (5_330_000, 13 + 8)
    assert added([now.total.undivided]) == (4_670_000, 18)


def test_what_nobody_knew_yet_is_not_counted(database: Database) -> None:
    lead = make_lead(database, now=NOW - timedelta(days=30))
    introduce(database, lead, make_organization(database, name="Bank"), None)
    report = read(REPORT, database, now=NOW, compare=NOW.date() - timedelta(days=3))
    assert report.before is not None
    assert (report.now.total.lead_count, report.before.total.lead_count) == (1, 0)


def test_a_restricted_lead_makes_no_difference_outside(
    database: Database, queries: QueryCounter
) -> None:
    bank = make_organization(database, name="Bank")
    introduce(database, make_lead(database), bank, None)
    outsider = actor_for(database, make_user(database))
    before = read(REPORT, database, now=NOW, actor=outsider)
    team = make_team(database, make_user(database))
    secret = make_lead(database, team_id=team.id, confidentiality_reason="Asked for it")
    introduce(database, secret, bank, None)
    make_announcement(database, secret, capex=TEN_MILLION)
    with queries:
        assert read(REPORT, database, now=NOW, actor=outsider) == before
    assert queries.count == 8
    assert read(REPORT, database, now=NOW).now.total.lead_count == 2
