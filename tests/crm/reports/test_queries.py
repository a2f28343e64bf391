"""What the funnel counts, on both databases."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from crm.database import Database
from crm.leads.filters import Standing
from crm.leads.list_queries import summarise_leads
from crm.leads.service import move_lead
from crm.leads.standing import hold_lead, lose_leads, reopen_lead
from crm.reports.filters import FunnelFilters
from crm.reports.funnel import Conversion, Funnel, build_funnel
from crm.reports.queries import Figures, Outcome, StayRow, summarise_funnel
from models.lead import Lead, LossReason
from models.measure import Measure, Precision, Qualifier, StatedDate
from models.stage import LeadType, StageCode, Status
from models.user import LOCAL_ADMINISTRATOR, Actor, Role
from tests.crm.reports.pipelines import FIRST, at, ended, lead_through, past_lead, stated
from tests.factories.lead import NOW, make_lead, make_sector
from tests.factories.user import actor_for, make_office, make_team, make_user

TODAY = NOW.date()


def figures_of(
    database: Database,
    filters: FunnelFilters | None = None,
    *,
    actor: Actor = LOCAL_ADMINISTRATOR,
) -> Figures:
    with database.reader(actor) as session:
        return summarise_funnel(session, filters or FunnelFilters(), today=TODAY)


def funnel_of(
    database: Database, filters: FunnelFilters | None = None, *, actor: Actor = LOCAL_ADMINISTRATOR
) -> Funnel:
    return build_funnel(figures_of(database, filters, actor=actor))


def conversion(funnel: Funnel, stage: StageCode) -> Conversion:
    return funnel.conversions[stage.position - 1]


def after(days: int) -> date:
    return FIRST + timedelta(days=days)


def stays_at(database: Database, position: int) -> set[StayRow]:
    return {row for row in figures_of(database).stays if row.position == position}


def test_an_empty_office_has_an_empty_funnel(any_database: Database) -> None:
    funnel = funnel_of(any_database)
    assert funnel.lead_count == 0
    assert [line.sums.lead_count for line in funnel.lines] == [0] * 7
    assert [step.share for step in funnel.conversions] == [None] * 7
    assert [stay.all.count for stay in funnel.stays] == [0] * 7


def test_leads_investment_and_jobs_by_stage(any_database: Database) -> None:
    jobs = Measure(40, Qualifier.APPROXIMATE)
    lead_through(any_database, FIRST, after(5), capex=stated(2_000_000), jobs=jobs)
    lead_through(any_database, FIRST, after(6), capex=stated(3_000_000))
    lead_through(any_database, FIRST, after(6), capex=stated(9, "JPY"), jobs=jobs)
    lead_through(any_database, FIRST, after(6), capex=stated(77, None))
    lead_through(any_database, FIRST, after(7), capex=Measure(None, Qualifier.NOT_DISCLOSED))
    lead_through(any_database, FIRST, status=Status.ON_HOLD, until=after(8))
    lead_through(any_database, *(after(n) for n in range(8)), capex=stated(500, "USD"))
    lead_through(any_database, FIRST, lead_type=LeadType.TRADE, capex=stated(1))
    funnel = funnel_of(any_database)
    first, engaged, *others = (line.sums for line in funnel.lines)
    assert (first.lead_count, first.on_hold_count, first.unknown_amount_count) == (1, 1, 1)
    assert engaged.lead_count == 5
    assert dict(engaged.amounts) == {"CAD": 5_000_000, "JPY": 9}
    assert (engaged.no_currency_count, engaged.unknown_amount_count) == (1, 1)
    assert (engaged.jobs_count, engaged.unknown_jobs_count) == (80, 3)
    assert [sums.lead_count for sums in others] == [0] * 5
    assert funnel.pipeline.lead_count == 6
    assert dict(funnel.announced.amounts) == {"USD": 500}


def test_types_are_never_added_up(any_database: Database) -> None:
    lead_through(any_database, FIRST)
    lead_through(any_database, FIRST, lead_type=LeadType.EXPANSION)
    for lead_type, count in ((LeadType.EXPANSION, 1), (LeadType.TRADE, 0)):
        funnel = funnel_of(any_database, FunnelFilters(lead_type=lead_type))
        assert funnel.lead_count == conversion(funnel, StageCode.FIRST_CONTACT).count == count


def test_conversion_of_moved_open_ended_and_passed_on_leads(any_database: Database) -> None:
    lead_through(any_database, FIRST)
    lead_through(any_database, FIRST, after(9))
    lead_through(any_database, FIRST, after(9), after(20), status=Status.LOST, until=after(30))
    lead_through(any_database, FIRST, status=Status.ABANDONED, until=after(3))
    lead_through(any_database, FIRST, status=Status.PASSED_ON, until=after(3))
    past_lead(any_database, at(StageCode.FIRST_CONTACT, FIRST), at(StageCode.ACTIVE, after(9)))
    funnel = funnel_of(any_database)
    first = conversion(funnel, StageCode.FIRST_CONTACT)
    assert (first.count, first.moved_count) == (5, 3)
    assert (first.open_count, first.ended_count, first.passed_on_count) == (1, 1, 1)
    engaged = conversion(funnel, StageCode.ENGAGED)
    assert (engaged.count, engaged.moved_count, engaged.open_count) == (3, 2, 1)
    qualified = conversion(funnel, StageCode.QUALIFIED)
    assert (qualified.count, qualified.moved_count, qualified.ended_count) == (2, 1, 1)


def test_a_lead_that_was_moved_back_has_entered_the_later_stage(any_database: Database) -> None:
    lead_id = past_lead(
        any_database, at(StageCode.FIRST_CONTACT, FIRST), at(StageCode.QUALIFIED, after(9))
    )
    with any_database.transaction(LOCAL_ADMINISTRATOR) as session:
        lead = session.get_one(Lead, lead_id)
        move_lead(session, lead, StageCode.FIRST_CONTACT, actor=LOCAL_ADMINISTRATOR, now=NOW)
    funnel = funnel_of(any_database)
    assert funnel.lines[0].sums.lead_count == 1
    assert conversion(funnel, StageCode.ENGAGED).moved_count == 1
    assert conversion(funnel, StageCode.QUALIFIED).open_count == 1


def test_days_run_from_entering_to_leaving(any_database: Database) -> None:
    lead_through(any_database, FIRST, after(9), after(100), status=Status.LOST, until=after(130))
    lead_through(any_database, FIRST, after(12))
    assert stays_at(any_database, 1) == {
        StayRow(1, Outcome.MOVED, 9, 1),
        StayRow(1, Outcome.MOVED, 12, 1),
    }
    # The second lead is still there.
    assert stays_at(any_database, 2) == {StayRow(2, Outcome.MOVED, 91, 1)}
    assert stays_at(any_database, 3) == {StayRow(3, Outcome.ENDED, 30, 1)}


def test_edits_holds_and_closed_times_do_not_break_a_stay(any_database: Database) -> None:
    lead_id = lead_through(any_database, FIRST)
    opened = NOW.replace(month=1, day=5, hour=5)
    actor = LOCAL_ADMINISTRATOR

    def on(days: int) -> dict[str, object]:
        return {"actor": actor, "now": opened + timedelta(days=days)}

    with any_database.transaction(actor) as session:
        lead = session.get_one(Lead, lead_id)
        hold_lead(session, lead, until=date(2027, 1, 1), reason="ringi", **on(10))
        lose_leads(
            session, [lead], code=LossReason.GONE_SILENT, reason=None, lost_to=None, **on(40)
        )
        reopen_lead(session, lead, reason="they called", **on(100))
        lose_leads(session, [lead], code=LossReason.COST, reason=None, lost_to=None, **on(107))
    assert stays_at(any_database, 1) == {StayRow(1, Outcome.ENDED, 47, 1)}


def test_leads_that_are_still_there_are_no_completed_stay(any_database: Database) -> None:
    lead_through(any_database, FIRST, status=Status.ON_HOLD, until=after(20))
    past_lead(
        any_database,
        at(StageCode.ENGAGED, FIRST),
        at(StageCode.QUALIFIED, after(9)),
        at(StageCode.ENGAGED, after(12)),
    )
    assert stays_at(any_database, 1) == stays_at(any_database, 2) == set()
    assert stays_at(any_database, 3) == {StayRow(3, Outcome.MOVED, 3, 1)}


def test_skipped_stages_are_no_stays(any_database: Database) -> None:
    past_lead(
        any_database,
        at(StageCode.FIRST_CONTACT, FIRST),
        at(StageCode.ENGAGED, after(3)),
        at(StageCode.ACTIVE, after(9)),
    )
    assert stays_at(any_database, 2) == {StayRow(2, Outcome.MOVED, 6, 1)}
    assert stays_at(any_database, 3) == set()


def test_stays_whose_days_nobody_knows_are_left_out(any_database: Database) -> None:
    # An end of unknown day hides the last stage only,
    lead_through(any_database, FIRST, after(9), status=Status.LOST, until=None)
    # a move of unknown day hides both of its stages,
    past_lead(any_database, at(StageCode.FIRST_CONTACT, FIRST), at_unknown(StageCode.ENGAGED))
    # and a jump that an import told hides the first.
    past_lead(any_database, at(StageCode.FIRST_CONTACT, FIRST), at(StageCode.PROPOSAL, after(500)))
    assert stays_at(any_database, 1) == {StayRow(1, Outcome.MOVED, 9, 1)}
    assert stays_at(any_database, 2) == set()
    assert conversion(funnel_of(any_database), StageCode.FIRST_CONTACT).moved_count == 3


def at_unknown(stage: StageCode) -> object:
    return replace(at(stage, FIRST), on=None)


def test_losses_by_reason(any_database: Database) -> None:
    lead_through(any_database, FIRST, status=Status.LOST, until=after(3))
    lead_through(any_database, FIRST, after(1), status=Status.LOST, until=after(3))
    past_lead(any_database, at(StageCode.FIRST_CONTACT, FIRST), ended(Status.LOST, after(3)))
    assert list(funnel_of(any_database).lost) == [(LossReason.GONE_SILENT, 2), (None, 1)]


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (date(2026, 1, 5), None, 2),
        (date(2026, 1, 6), None, 1),
        (None, date(2026, 1, 5), 1),
        (date(2026, 1, 5), date(2026, 1, 5), 1),
        (date(2026, 6, 1), None, 0),
    ],
)
def test_a_range_bounds_the_day_of_the_first_contact_and_says_whom_it_leaves_out(
    any_database: Database, first: date | None, last: date | None, found: int
) -> None:
    lead_through(any_database, FIRST, after(3))
    lead_through(any_database, after(60), after(65))
    unknown = StatedDate(FIRST, Precision.UNKNOWN)
    lead_through(any_database, FIRST, after(3), first_contact=unknown)
    lead_through(any_database, FIRST, after(3), first_contact=None)
    funnel = funnel_of(any_database, FunnelFilters(first_from=first, first_to=last))
    assert funnel.lead_count == funnel.pipeline.lead_count == found
    assert conversion(funnel, StageCode.FIRST_CONTACT).count == found
    assert funnel.stays[0].all.count == found
    assert funnel.undated_count == 2
    assert funnel_of(any_database).undated_count == 0
    assert funnel_of(any_database).lead_count == 4


def test_each_filter_narrows_every_figure(any_database: Database) -> None:
    office = make_office(any_database)
    owner = make_user(any_database)
    sector = make_sector(any_database)
    lead_through(
        any_database,
        FIRST,
        after(3),
        market="KR",
        office_id=office.id,
        owner_id=owner.id,
        sector_id=sector.id,
    )
    lead_through(any_database, FIRST, after(3))
    for filters in (
        FunnelFilters(market="KR"),
        FunnelFilters(office=office.public_id),
        FunnelFilters(owner=owner.public_id),
        FunnelFilters(owner="mine"),
        FunnelFilters(sector=sector.code),
    ):
        funnel = funnel_of(any_database, filters, actor=actor_for(any_database, owner))
        assert funnel.lead_count == 1
        assert conversion(funnel, StageCode.FIRST_CONTACT).count == 1
        assert funnel.stays[0].all.count == 1


def test_a_restricted_lead_counts_for_its_team_and_for_who_counts_all(
    any_database: Database,
) -> None:
    member = make_user(any_database)
    team = make_team(any_database, member)
    lead_through(any_database, FIRST, after(3), team_id=team.id)
    lead_through(any_database, FIRST, after(3))
    counted = {
        "member": (member, 2),
        "outsider": (make_user(any_database), 1),
        "manager": (make_user(any_database, role=Role.MANAGER), 2),
        "viewer": (make_user(any_database, role=Role.VIEWER), 1),
        "manager of some": (
            make_user(any_database, role=Role.MANAGER, may_count_all=False),
            1,
        ),
    }
    for who, (user, count) in counted.items():
        funnel = funnel_of(any_database, actor=actor_for(any_database, user))
        assert funnel.lead_count == count, who
        assert conversion(funnel, StageCode.FIRST_CONTACT).count == count, who
        assert funnel.stays[0].all.count == count, who


def test_every_count_is_that_of_its_list(any_database: Database) -> None:
    for days in range(1, 9):
        lead_through(any_database, *(after(n) for n in range(days)))
        lead_through(
            any_database, *(after(n) for n in range(days)), status=Status.ON_HOLD, until=after(20)
        )
    for status in (Status.LOST, Status.ABANDONED, Status.PASSED_ON):
        lead_through(any_database, FIRST, after(3), status=status, until=after(9))
    make_lead(any_database, lead_type=LeadType.PARTNERSHIP)
    filters = FunnelFilters(first_to=FIRST)
    lead_through(any_database, after(1))
    funnel = funnel_of(any_database, filters)
    lists = [
        *((Standing.OPEN, line.stage, line.sums.lead_count) for line in funnel.lines),
        *((Standing.ON_HOLD, line.stage, line.sums.on_hold_count) for line in funnel.lines),
        (Standing.OPEN, None, funnel.pipeline.lead_count),
        (Standing.ANNOUNCED, None, funnel.announced.lead_count),
        (Standing.LOST, None, funnel.lost_count),
        (Standing.ABANDONED, None, funnel.closed_count),
        (Standing.PASSED_ON, None, funnel.passed_on_count),
    ]
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        for standing, stage, count in lists:
            [total] = summarise_leads(session, filters.as_list(standing, stage), today=TODAY)
            assert total.lead_count == count > 0, (standing, stage)
