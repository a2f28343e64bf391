"""The filters of the list: read from an address, written into one, and what they find."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from crm.database import Database
from crm.leads.filters import SORTS, Standing, read_filters
from crm.leads.list_page import back_text, read_back
from crm.leads.list_queries import list_leads, load_options, summarise_leads
from crm.leads.standing import hold_lead, lose_leads
from crm.organizations.plan import OrganizationDetails
from crm.visibility import viewer_of
from models.lead import Lead, LossReason
from models.measure import Measure, Qualifier, StatedDate
from models.stage import LeadType, StageCode, Status
from models.user import LOCAL_ADMINISTRATOR, Actor, User
from tests.factories.lead import NOW, make_lead, make_sector, make_source
from tests.factories.user import actor_for, make_office, make_team, make_user

TODAY = NOW.date()


def _titles(database: Database, actor: Actor = LOCAL_ADMINISTRATOR, **args: Any) -> list[str]:
    with database.reader(actor) as session:
        page = list_leads(session, read_filters(MultiDict(args)), today=TODAY)
    return [row.title for row in page.rows]


def _change(database: Database, lead: Lead, change: Callable[..., Any], **values: Any) -> None:
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = session.get_one(Lead, lead.id)
        target = [found] if change is lose_leads else found
        change(session, target, actor=LOCAL_ADMINISTRATOR, now=NOW, **values)


def _set(database: Database, lead: Lead, **columns: Any) -> None:
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.execute(sa.update(Lead).where(Lead.id == lead.id).values(**columns))


def _named(database: Database, name: str, native: str | None = None, **values: Any) -> Lead:
    company = OrganizationDetails(name=name, native_name=native, country="JP")
    return make_lead(database, company=company, **values)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=toyota&stage=engaged&stage=active&status=all&type=trade&country=JP&sector=batteries",
        "source=jetro&owner=mine&office=abc&chance=high&currency=CAD&at_least=10M&quiet=60",
        "sort=title&dir=desc",
        "sort=amount&currency=JPY",
    ],
)
def test_an_address_says_what_it_said_before(query: str) -> None:
    filters = read_back(query)[0]
    assert read_back(back_text(filters, None))[0] == filters


@pytest.mark.parametrize(
    "query", ["stage=nonsense", "status=won", "quiet=-3", "sort=id", "dir=up", "type=&country="]
)
def test_what_is_no_filter_is_left_out(query: str) -> None:
    assert read_back(query)[0] == read_back("")[0]


def test_sorting_by_investment_asks_for_a_currency() -> None:
    filters = read_back("sort=amount")[0]
    assert filters.sort != "amount"
    assert filters.problem is not None
    assert filters.problem.field == "currency"


def test_open_means_open_and_not_yet_announced(any_database: Database) -> None:
    database = any_database
    _named(database, "Open")
    _change(database, _named(database, "Held"), hold_lead, until=date(2027, 1, 1), reason="ringi")
    lost = {"code": LossReason.GONE_SILENT, "reason": None, "lost_to": None}
    _change(database, _named(database, "Lost"), lose_leads, **lost)
    _set(database, _named(database, "Won"), stage=StageCode.ANNOUNCED)
    assert sorted(_titles(database)) == ["Held", "Open"]
    assert _titles(database, status="active") == ["Open"]
    assert _titles(database, status="on_hold") == ["Held"]
    assert _titles(database, status="lost") == ["Lost"]
    assert _titles(database, status="announced") == ["Won"]
    assert _titles(database, stage="announced") == ["Won"]
    assert len(_titles(database, status="all")) == 4


def test_each_filter_finds_its_own(any_database: Database) -> None:
    database = any_database
    sector, source = make_sector(database), make_source(database)
    office = make_office(database)
    owner = make_user(database, office=office)
    gone = make_user(database, is_active=False)
    _named(database, "Plain", first_contact=StatedDate(TODAY))
    _named(database, "Sector", sector_id=sector.id, first_contact=StatedDate(TODAY))
    _named(database, "Source", source_id=source.id, first_contact=StatedDate(TODAY))
    _named(database, "Office", office_id=office.id, first_contact=StatedDate(TODAY))
    _named(database, "Owned", owner_id=owner.id, first_contact=StatedDate(TODAY))
    _named(database, "Left", owner_id=gone.id, first_contact=StatedDate(TODAY))
    _named(database, "Korea", market="KR", first_contact=StatedDate(TODAY))
    _named(database, "Trade", lead_type=LeadType.TRADE, first_contact=StatedDate(TODAY))
    _named(database, "Quiet", first_contact=StatedDate(date(2026, 1, 5)))
    big = Measure(50_000_000, Qualifier.EXACT, currency="CAD")
    _named(database, "Big", capex=big, first_contact=StatedDate(TODAY))
    yen = Measure(50_000_000, Qualifier.EXACT, currency="JPY")
    _named(database, "Yen", capex=yen, first_contact=StatedDate(TODAY))
    likely = _named(database, "Likely", first_contact=StatedDate(TODAY))
    _set(database, likely, chance=0.5)
    expected = {
        "Sector": {"sector": sector.code},
        "Source": {"source": source.code},
        "Office": {"office": office.public_id},
        "Owned": {"owner": owner.public_id},
        "Korea": {"country": "KR"},
        "Trade": {"type": "trade"},
        "Quiet": {"quiet": "60"},
        "Big": {"currency": "CAD", "at_least": "20M"},
        "Likely": {"chance": "high"},
    }
    for title, args in expected.items():
        assert _titles(database, **args) == [title], args
    assert _titles(database, actor_for(database, owner), owner="mine") == ["Owned"]
    without = _titles(database, owner="none")
    assert "Left" in without
    assert "Plain" in without
    assert "Owned" not in without
    assert _titles(database, chance="low") == []
    assert _titles(database, currency="CAD", at_least="60M") == []


def test_words_find_every_name_the_code_name_and_the_reference(any_database: Database) -> None:
    _named(
        any_database,
        "Mihon Looms Inc.",
        "株式会社見本自動織機",
        code_name="Project Heron",
        reference="ref-17",
    )
    _named(any_database, "Other Works", "別会社")
    for words in (
        "Mihon",
        "ＭＩＨＯＮ",
        "見本自動織機",
        "㈱見本自動織機",
        "project heron",
        "REF-1",
    ):
        assert _titles(any_database, q=words) == ["Project Heron"], words


def test_a_percent_sign_is_a_percent_sign(database: Database) -> None:
    _named(database, "Plain Works")
    assert _titles(database, q="%") == []
    assert _titles(database, q="_") == []


def test_every_order_pages_through_all_and_none_twice(any_database: Database) -> None:
    leads = [_named(any_database, f"Works {number % 7}") for number in range(60)]
    cad = {"capex_currency": "CAD"}
    for number, lead in enumerate(leads):
        known = number % 3
        _set(
            any_database,
            lead,
            **cad,
            capex_amount=number % 5 * 10**6 if known else None,
            capex_qualifier=Qualifier.EXACT if known else None,
            chance=(number % 4) / 10 if known else None,
            last_contact_on=date(2026, 1, 1 + number % 6) if known else None,
            next_action_on=date(2026, 2, 1 + number % 6) if known else None,
        )
    for sort in sorted(SORTS):
        for direction in ("asc", "desc"):
            args = {"sort": sort, "dir": direction, "currency": "CAD"}
            filters = read_filters(MultiDict(args))
            seen = _paged(any_database, filters)
            assert len({row.public_id for row in seen}) == len(seen) == 60, args
            values = [getattr(row, filters.value_key) for row in seen]
            known_values = [value for value in values if value is not None]
            assert known_values == sorted(known_values, reverse=direction == "desc"), args
            assert values[len(known_values) :] == [None] * (60 - len(known_values)), args


def _paged(database: Database, filters: Any) -> list[Any]:
    seen: list[Any] = []
    cursor: str | None = None
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        while True:
            page = list_leads(session, filters, today=TODAY, cursor=cursor)
            seen += page.rows
            cursor = page.next_cursor
            if cursor is None:
                return seen


def test_totals_keep_types_and_currencies_apart_and_count_the_unknown(
    any_database: Database,
) -> None:
    cad = Measure(10_000_000, Qualifier.EXACT, currency="CAD")
    _named(any_database, "A", capex=cad, jobs=Measure(40, Qualifier.EXACT))
    _named(any_database, "B", capex=cad)
    _named(any_database, "C", capex=Measure(5_000_000, Qualifier.AT_LEAST, currency="JPY"))
    _named(any_database, "D")
    _named(any_database, "E", lead_type=LeadType.TRADE, capex=cad)
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        investment, trade = summarise_leads(session, read_filters({}), today=TODAY)
    assert investment.lead_count == 4
    assert {(m.currency, m.amount) for m in investment.amounts} == {
        ("CAD", 20_000_000),
        ("JPY", 5_000_000),
    }
    assert investment.unknown_amount_count == 1
    assert (investment.jobs_count, investment.unknown_jobs_count) == (40, 3)
    assert (trade.lead_type, trade.lead_count) == (LeadType.TRADE, 1)


def test_totals_over_all_leads_never_answer_a_search_for_a_name(database: Database) -> None:
    insider = make_user(database)
    team = make_team(database, insider)
    make_lead(database, team_id=team.id, code_name="Project Heron", market="JP")
    counting = Actor(id=None, name="m", role=LOCAL_ADMINISTRATOR.role.MANAGER, counts_all=True)
    with database.reader(counting) as session:
        assert viewer_of(session).counts_all
        every = summarise_leads(session, read_filters({}), today=TODAY)
        searched = summarise_leads(session, read_filters({"q": "heron"}), today=TODAY)
    assert [total.lead_count for total in every] == [1]
    assert searched == []


def test_the_filters_offer_no_country_of_a_hidden_lead(database: Database) -> None:
    outsider: User = make_user(database)
    team = make_team(database, make_user(database))
    _named(database, "Seen", capex=Measure(1_000_000, Qualifier.EXACT, currency="CAD"))
    hidden = Measure(1_000_000, Qualifier.EXACT, currency="CHF")
    _named(database, "Hidden", market="CH", capex=hidden, team_id=team.id)
    with database.reader(actor_for(database, outsider)) as session:
        options = load_options(session, language="en")
    assert options.markets == ["JP"]
    assert options.currencies == ["CAD"]


def test_the_standing_of_a_fresh_list_is_open() -> None:
    assert read_filters({}).standing is Standing.OPEN
    assert Status.ACTIVE.is_open
