"""The pipeline as it stood on any day, told again from the rows."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from crm.announcements.service import PartyDetails
from crm.database import Database
from crm.leads.confidentiality import restrict_lead
from crm.leads.service import edit_lead, move_lead
from crm.leads.standing import lose_leads
from crm.reports.params import Dimension, ReportParams, Scope
from crm.reports.periods import Calendar
from crm.reports.pipeline import OPEN_STAGES, Pipeline, PipelineReport
from crm.reports.pipeline_queries import read_pipeline
from crm.reports.sums import Sums
from models.agreement import Agreement, AgreementKind, Citation
from models.announcement import PartySide, Whose
from models.lead import Lead, LeadSource, LossReason
from models.measure import Measure, Qualifier
from models.organization import Sector
from models.score import ScorecardVersion
from models.stage import STAGES, LeadType, StageCode, Status
from models.user import LOCAL_ADMINISTRATOR, Actor, Office, Role, User
from tests.crm.reports.conftest import PastDemo
from tests.crm.reports.pipelines import FIRST, at, lead_through, past_lead, stated
from tests.crm.reports.raw_rows import (
    CHANCES,
    ZONE,
    Raw,
    end_of,
    is_open,
    plain_sums,
    sums,
    without_exact,
)
from tests.factories.announcement import make_announcement
from tests.factories.lead import NOW, make_lead
from tests.factories.user import actor_for, make_team, make_user

ADMIN = replace(LOCAL_ADMINISTRATOR, office_time_zone=ZONE)
OUTSIDER = Actor(id=None, name="outsider", role=Role.OFFICER, office_time_zone=ZONE)
JOBS = Measure(40, Qualifier.EXACT)
EMBARGO: dict[str, Any] = {"embargo_until": NOW + timedelta(days=3), "embargo_zone": ZONE}


def pipeline_of(
    database: Database, *, actor: Actor = ADMIN, now: datetime = NOW, **params: Any
) -> Pipeline:
    with database.reader(actor) as session:
        return read_pipeline(session, ReportParams(**params), now=now).now


def after(days: int) -> date:
    return FIRST + timedelta(days=days)


def counts(pipeline: Pipeline) -> list[int | None]:
    return [line.sums.lead_count for line in pipeline.stages]


def test_an_empty_office_has_an_empty_pipeline(any_database: Database) -> None:
    pipeline = pipeline_of(any_database)
    assert counts(pipeline) == [0] * 8
    assert (pipeline.total, pipeline.first_known_on, pipeline.is_before_first) == (
        Sums(),
        None,
        True,
    )
    for by in Dimension:
        assert pipeline_of(any_database, by=by).groups == ()


def test_every_figure_told_again_from_the_rows(past_demo: PastDemo) -> None:
    for number, day in enumerate(past_demo.days(10)):
        lead_type = tuple(LeadType)[number % 4] if number < 4 else LeadType.INVESTMENT
        found = pipeline_of(past_demo.database, as_of=day, lead_type=lead_type)
        states = [s for s in past_demo.raw.at(end_of(day)) if s.lead_type == lead_type]
        told = {
            stage: sums((s for s in states if s.stage == stage and s.status.is_open), CHANCES)
            for stage in STAGES
        }
        where = (past_demo.seed, day, lead_type)
        assert {line.stage: plain_sums(line.sums) for line in found.stages} == {
            stage: without_exact(item) for stage, item in told.items()
        }, where
        total = sums((s for s in states if is_open(s)), CHANCES)
        assert plain_sums(found.total) == without_exact(total), where


def _names(database: Database, cls: Any, column: str) -> dict[int, str]:
    table = cls.__table__
    with database.engine.connect() as connection:
        rows = connection.execute(sa.select(table.c.id, table.c[column]))
        return {row[0]: row[1] for row in rows}


@pytest.mark.parametrize("by", [by for by in Dimension if by is not Dimension.STAGE])
def test_groups_told_again_from_the_rows(past_demo: PastDemo, by: Dimension) -> None:
    column, names = {
        Dimension.MARKET: ("market", {}),
        Dimension.SECTOR: ("sector_id", _names(past_demo.database, Sector, "code")),
        Dimension.OFFICE: ("office_id", _names(past_demo.database, Office, "public_id")),
        Dimension.OWNER: ("owner_id", _names(past_demo.database, User, "public_id")),
        Dimension.SOURCE: ("source_id", _names(past_demo.database, LeadSource, "code")),
        Dimension.AGREEMENT: ("", _names(past_demo.database, Agreement, "public_id")),
    }[by]
    for day in past_demo.days(2):
        end = end_of(day)
        groups: dict[Any, list[Any]] = defaultdict(list)
        for state in past_demo.raw.at(end):
            if state.lead_type != LeadType.INVESTMENT or not state.status.is_open:
                continue
            keys = {getattr(state, column)} if column else _cited(past_demo.raw, state, end)
            for key in keys:
                groups[names.get(key, key)].append(state)
        told = {
            key: without_exact(sums((s for s in states if is_open(s)), CHANCES))
            for key, states in groups.items()
        }
        found = pipeline_of(past_demo.database, as_of=day, by=by)
        assert {line.key.code: plain_sums(line.sums) for line in found.groups} == told, (
            past_demo.seed,
            day,
        )
        assert found.total == pipeline_of(past_demo.database, as_of=day).total


def _cited(raw: Raw, state: Any, end: datetime) -> set[int | None]:
    return {
        row.agreement_id
        for row in raw.citations
        if row.lead_id == state.lead_id and row.agreement_id and row.known_at < end
    } or {None}


def test_announced_told_again_from_the_rows(past_demo: PastDemo) -> None:
    calendar = Calendar(ZONE, 1)
    for day in past_demo.days(3):
        end = end_of(day)
        known = {s.lead_id for s in past_demo.raw.at(end) if s.lead_type == LeadType.INVESTMENT}
        told: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
        first_shown = calendar.quarters_until(day, 8)[0].starts_on
        for row in past_demo.raw.announcements:
            if row.lead_id not in known or row.public_at is None or row.public_at >= end:
                continue
            whose = row.whose or Whose.OURS
            local = row.public_at.astimezone(end.tzinfo).date()
            start = calendar.quarter_of(local).starts_on
            key = start if start >= first_shown else None
            if whose != Whose.OTHERS:
                told[key][whose == Whose.SHARED] += 1
        found = pipeline_of(past_demo.database, as_of=day)
        assert {
            line.quarter.starts_on if line.quarter else None: [
                line.ours.lead_count,
                line.shared.lead_count,
            ]
            for line in found.announced
            if line.ours.lead_count or line.shared.lead_count
        } == told, (past_demo.seed, day)


def test_announcements_count_once_public_and_never_in_the_pipeline(database: Database) -> None:
    lead = make_lead(database, capex=stated(5))
    mine = make_announcement(database, lead, capex=stated(7), whose=Whose.OURS, **EMBARGO)
    assert lead.organization_id is not None
    party = PartyDetails(lead.organization_id, PartySide.FOREIGN)
    others = make_announcement(database, None, whose=Whose.OTHERS, parties=(party,))
    assert (mine.public_at, others.whose) == (None, Whose.OTHERS)

    def ours(now: datetime) -> list[Any]:
        line = pipeline_of(database, now=now).announced[-1]
        return [line.ours.lead_count, [money.amount for money in line.ours.capex]]

    assert ours(NOW) == [0, []]
    with database.engine.begin() as connection:
        table: Any = type(mine).__table__
        for made, moment in ((mine, NOW + timedelta(hours=3)), (others, NOW)):
            connection.execute(
                sa.update(table).where(table.c.id == made.id).values(public_at=moment)
            )
    # Later today is not yet.
    assert ours(NOW + timedelta(hours=2)) == [0, []]
    later = NOW + timedelta(days=3, minutes=1)
    assert ours(later) == [1, [7]]
    assert pipeline_of(database, now=later).unplaced_count == 0
    assert pipeline_of(database, now=later).total.in_currency("CAD").amount == 5


def test_today_does_not_change_yesterday(database: Database) -> None:
    lead_through(database, FIRST, after(10), capex=stated(2_000_000))
    found = pipeline_of(database, as_of=after(20))
    with database.transaction(ADMIN) as session:
        lead = session.scalars(sa.select(Lead)).one()
        edit_lead(session, lead, {"capex": stated(9_000_000)}, actor=ADMIN, now=NOW)
        lose_leads(
            session,
            [lead],
            code=LossReason.COST,
            reason=None,
            lost_to=None,
            actor=ADMIN,
            now=NOW + timedelta(minutes=1),
        )
        session.add(
            ScorecardVersion(
                number=1,
                content={"stages": dict.fromkeys((s.value for s in OPEN_STAGES), 0.5)},
                changed_at=NOW,
                changed_by="somebody",
            )
        )
    assert pipeline_of(database, as_of=after(20)) == found
    assert found.total.in_currency("CAD").weighted == Decimal(160_000)
    today = pipeline_of(database, now=NOW + timedelta(hours=1))
    assert today.total.lead_count == 0
    assert (today.weights.scorecard_number, today.weights.of(StageCode.ENGAGED)) == (
        1,
        Decimal("0.5"),
    )


def test_amounts_without_currency_and_unknown_ones_stand_apart(any_database: Database) -> None:
    lead_through(any_database, FIRST, capex=stated(3, None))
    lead_through(any_database, FIRST, capex=stated(4, "JPY"))
    lead_through(any_database, FIRST, capex=Measure(5, Qualifier.BETWEEN, upper=8, currency="JPY"))
    lead_through(any_database, FIRST, capex=Measure(1, Qualifier.AT_MOST, currency="CAD"))
    lead_through(any_database, FIRST, capex=Measure(None, Qualifier.NOT_DISCLOSED))
    lead_through(any_database, FIRST, status=Status.ON_HOLD, until=after(1))
    found = pipeline_of(any_database).line(StageCode.FIRST_CONTACT).sums
    assert [(m.currency, m.amount, m.upper, m.unknown_count) for m in found.capex] == [
        ("CAD", 1, 1, 0),
        ("JPY", 9, 12, 0),
        (None, 3, 3, 2),
    ]
    assert (found.lead_count, found.on_hold_count, found.unknown_capex_count) == (6, 1, 2)
    assert found.in_currency("JPY").told.between == 1
    assert found.in_currency("CAD").told.at_most == 1
    assert found.in_currency("JPY").largest_share == pytest.approx(5 / 9)


def test_a_citation_counts_from_when_it_was_noted(any_database: Database) -> None:
    lead_id = lead_through(any_database, FIRST)
    lead_through(any_database, FIRST)
    with any_database.transaction(ADMIN) as session:
        frame = Agreement(kind=AgreementKind.MOU, name="Sample MOU", created_at=NOW)
        session.add(frame)
        session.flush()
        noted = end_of(after(5))
        session.add(Citation(agreement_id=frame.id, lead_id=lead_id, known_at=noted))
        code = frame.public_id
    for day, count in ((after(5), 0), (after(6), 1)):
        assert pipeline_of(any_database, as_of=day, agreement=code).total.lead_count == count
        by = pipeline_of(any_database, as_of=day, by=Dimension.AGREEMENT)
        assert {line.key.code: line.sums.lead_count for line in by.groups} == (
            {code: 1, None: 1} if count else {None: 2}
        )


def test_a_restricted_lead_moves_no_total_of_an_outsider(database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member)
    actor = replace(actor_for(database, member), office_time_zone=ZONE)
    for days in range(4):
        lead_through(database, FIRST, after(days + 1), capex=stated(10))

    def seen(who: Actor, **params: Any) -> list[Pipeline]:
        days = (None, after(40))
        return [
            pipeline_of(database, actor=who, as_of=day, by=by, **params)
            for by in Dimension
            for day in days
            if not params or by is not Dimension.OWNER
        ]

    everything = (OUTSIDER, ADMIN)
    before = [seen(OUTSIDER), *(seen(who, scope=Scope.PUBLIC) for who in everything)]
    lead = make_lead(database, actor=actor, team_id=team.id, owner_id=member.id, capex=stated(99))
    hidden = past_lead(
        database, at(StageCode.FIRST_CONTACT, FIRST), team_id=team.id, capex=stated(77)
    )
    with database.transaction(actor) as session:
        found = session.get_one(Lead, lead.id)
        edit_lead(session, found, {"capex": stated(999)}, actor=actor, now=NOW)
    make_announcement(database, lead, actor=actor, capex=stated(999))
    assert hidden
    assert [seen(OUTSIDER), *(seen(who, scope=Scope.PUBLIC) for who in everything)] == before
    assert pipeline_of(database).total.lead_count == 6
    manager = replace(OUTSIDER, role=Role.MANAGER, counts_all=True)
    assert pipeline_of(database, actor=manager).total.lead_count == 6


def test_sealing_a_lead_changes_the_past_of_an_outsider(database: Database) -> None:
    team = make_team(database, make_user(database))
    lead_id = lead_through(database, FIRST)
    lead_through(database, FIRST)
    assert pipeline_of(database, actor=OUTSIDER, as_of=after(9)).total.lead_count == 2
    with database.transaction(ADMIN) as session:
        restrict_lead(
            session,
            session.get_one(Lead, lead_id),
            team_id=team.id,
            reason="They asked.",
            actor=ADMIN,
            now=NOW,
        )
    assert pipeline_of(database, actor=OUTSIDER, as_of=after(9)).total.lead_count == 1
    assert pipeline_of(database, as_of=after(9)).total.lead_count == 2


def test_in_public_what_is_under_embargo_is_left_out(database: Database) -> None:
    for _ in range(4):
        lead = make_lead(database)
    assert pipeline_of(database, scope=Scope.PUBLIC).total.lead_count == 4
    make_announcement(database, lead, **EMBARGO)
    assert pipeline_of(database, scope=Scope.PUBLIC).total.lead_count == 3
    assert pipeline_of(database).total.lead_count == 4


def test_in_public_few_are_put_together_and_what_is_still_few_is_not_told(
    database: Database,
) -> None:
    for _ in range(3):
        lead_through(database, FIRST, market="JP", capex=stated(100), jobs=JOBS)
    lead_through(database, FIRST, after(1), market="KR", capex=stated(3, "KRW"))
    lead_through(database, FIRST, after(1), after(2), market="KR")
    lead_through(database, FIRST, after(1), after(2), market="DE", jobs=JOBS)
    found = pipeline_of(database, scope=Scope.PUBLIC, by=Dimension.MARKET)
    assert [[stage.position for stage in band.stages] for band in found.bands] == [
        [1],
        [2, 3],
        [4],
        [5],
        [6],
        [7],
    ]
    assert [band.sums.lead_count for band in found.bands] == [3, 3, 0, 0, 0, 0]
    assert counts(found) == [3, None, None, 0, 0, 0, 0, 0]
    assert [(line.key.code, line.key.is_other, line.sums.lead_count) for line in found.groups] == [
        ("JP", False, 3),
        (None, True, 3),
    ]
    won = found.total.in_currency("KRW")
    assert (won.amount, won.weighted, won.is_few) == (None, None, True)
    assert found.total.in_currency("CAD").amount == 300
    # One lead's jobs are not to be had as the difference of two numbers either.
    assert found.total.jobs.count == 160
    assert [band.sums.jobs.count for band in found.bands[:2]] == [None, None]
    assert found.total.in_currency("CAD").largest_share is None
    few = pipeline_of(database, scope=Scope.PUBLIC, market="KR")
    assert (few.total.is_few, few.total.lead_count, few.total.capex) == (True, None, ())
    assert few.bands[0].sums.is_few


def test_figures_survive_being_kept(past_demo: PastDemo) -> None:
    with past_demo.database.reader(ADMIN) as session:
        for by in Dimension:
            params = ReportParams(by=by, compare=date(2026, 1, 1), scope=Scope.VIEWER)
            report = read_pipeline(session, params, now=NOW)
            plain = report.to_plain()
            assert PipelineReport.from_plain(plain) == report
            # What a later version kept besides is left out.
            assert PipelineReport.from_plain(plain | {"mood": "good"}) == report


def test_moving_a_lead_moves_it_from_that_moment_on(database: Database) -> None:
    lead = make_lead(database)
    with database.transaction(ADMIN) as session:
        move_lead(
            session,
            session.get_one(Lead, lead.id),
            StageCode.ENGAGED,
            actor=ADMIN,
            now=NOW + timedelta(days=1),
            is_override=True,
            reason="They met.",
        )
    later = NOW + timedelta(days=2)
    assert counts(pipeline_of(database, now=later, as_of=NOW.date()))[:2] == [1, 0]
    assert counts(pipeline_of(database, now=later))[:2] == [0, 1]
