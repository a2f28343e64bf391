"""The bridge from one day to another: it adds up, and each line is what the rows say."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from crm.database import Database
from crm.leads.service import edit_lead, move_lead
from crm.leads.standing import close_leads, hold_lead, lose_leads, pass_on_lead, reopen_lead
from crm.reports.movement import Amount, Move, Movement
from crm.reports.movement_queries import read_movement
from crm.reports.params import ReportParams, Scope
from models.errors import DomainError
from models.lead import Lead, LossReason
from models.measure import Measure, Qualifier
from models.stage import LeadType, StageCode, Status
from models.user import Actor
from tests.crm.reports.conftest import PastDemo
from tests.crm.reports.pipelines import FIRST, at, ended, lead_through, past_lead, stated
from tests.crm.reports.raw_rows import Raw, end_of, is_open
from tests.crm.reports.test_pipeline import ADMIN, OUTSIDER
from tests.factories.lead import NOW, make_lead
from tests.factories.user import make_team, make_user

UNKNOWN = Measure()


def movement_of(
    database: Database,
    compare: date,
    as_of: date | None = None,
    *,
    actor: Actor = ADMIN,
    **params: Any,
) -> Movement:
    with database.reader(actor) as session:
        return read_movement(
            session,
            ReportParams(as_of=as_of, compare=compare, **params),
            now=NOW + timedelta(days=30),
        )


def lines_of(movement: Movement) -> dict[str, tuple[int | None, int | None]]:
    return {
        line.move.value: (line.event_count, line.lead_delta)
        for line in movement.lines
        if line.event_count
    }


def must_add_up(movement: Movement) -> None:
    opening, closing, lines = movement.opening, movement.closing, movement.lines

    def added(name: str, of: str) -> None:
        moved = sum(getattr(line, of) for line in lines)
        assert getattr(opening, name) + moved == getattr(closing, name), name

    added("lead_count", "lead_delta")
    added("jobs", "jobs")
    added("unknown_capex_count", "unknown_capex_delta")
    added("unknown_jobs_count", "unknown_jobs_delta")
    for currency in movement.currencies:

        def amount(part: Any, currency: str | None = currency) -> int:
            return sum(item.amount for item in part.capex if item.currency == currency)

        assert amount(opening) + sum(map(amount, lines)) == amount(closing), currency


def told_again(raw: Raw, start: Any, end: Any, lead_type: LeadType) -> dict[str, Counter[str]]:
    """Each change of each lead between two moments, by what it did."""
    events: Counter[str] = Counter()
    amounts: Counter[str] = Counter()

    def inside(state: Any) -> bool:
        return state is not None and state.lead_type == lead_type and is_open(state)

    for states in raw.states.values():
        for before, after in zip([None, *states], states, strict=False):
            if not start <= after.valid_from < end or not (inside(before) or inside(after)):
                continue
            if inside(before) and inside(after):
                name = _step(before, after)
                events["re_estimated"] += _is_resized(before, after)
                for state, sign in ((after, 1), (before, -1)):
                    size = sign * (state.capex_amount or 0)
                    amounts[f"re_estimated {state.capex_currency}"] += size
            elif inside(after):
                name = _way_in(before, lead_type)
                amounts[f"{name} {after.capex_currency}"] += after.capex_amount or 0
            else:
                name = _way_out(after, lead_type)
                amounts[f"{name} {before.capex_currency}"] -= before.capex_amount or 0
            events[name] += 1
    del events[""]
    return {"events": +events, "amounts": Counter({k: v for k, v in amounts.items() if v})}


def _is_resized(before: Any, after: Any) -> bool:
    is_other = after.capex_amount is not None and before.capex_currency != after.capex_currency
    return (
        is_other
        or before.capex_amount != after.capex_amount
        or before.jobs_count != after.jobs_count
    )


def _step(before: Any, after: Any) -> str:
    step = after.stage.position - before.stage.position
    if step:
        return "advanced" if step > 0 else "slipped_back"
    if before.status != after.status:
        return "held" if after.status == Status.ON_HOLD else "resumed"
    return ""


def _way_in(before: Any, lead_type: LeadType) -> str:
    if before is None:
        return "entered"
    if before.lead_type != lead_type:
        return "reclassified_in"
    return "withdrawn" if before.stage == StageCode.ANNOUNCED else "reopened"


def _way_out(after: Any, lead_type: LeadType) -> str:
    if after.lead_type != lead_type:
        return "reclassified_out"
    return "announced" if after.status.is_open else str(after.status.value)


@pytest.mark.parametrize("lead_type", list(LeadType))
def test_it_adds_up_between_any_two_days(past_demo: PastDemo, lead_type: LeadType) -> None:
    days = past_demo.days(6)
    for compare, as_of in (days[:2], days[2:4], days[4:], (days[0], days[5])):
        found = movement_of(past_demo.database, compare, as_of, lead_type=lead_type)
        must_add_up(found)
        told = told_again(past_demo.raw, end_of(compare), end_of(as_of), lead_type)
        where = (past_demo.seed, compare, as_of)
        assert {
            line.move.value: line.event_count for line in found.lines if line.event_count
        } == told["events"], where
        assert {
            f"{line.move.value} {item.currency}": item.amount
            for line in found.lines
            for item in line.capex
            if item.amount
        } == told["amounts"], where
        assert Movement.from_plain(found.to_plain()) == found


def test_everything_that_can_happen_stands_on_its_line(any_database: Database) -> None:
    leads = [make_lead(any_database, capex=stated(10), jobs=Measure(3, Qualifier.EXACT)).id]
    leads += [make_lead(any_database).id for _ in range(7)]
    begun = NOW.date()

    with any_database.transaction(ADMIN) as session:
        found = [session.get_one(Lead, key) for key in leads]
        hours = iter(range(1, 40))

        def do(command: Any, lead: Any, *given: Any, **values: Any) -> None:
            moment = NOW + timedelta(days=1, hours=next(hours))
            command(session, lead, *given, actor=ADMIN, now=moment, **values)

        anyway = {"is_override": True, "reason": "They met."}
        do(edit_lead, found[0], {"capex": stated(4, "JPY"), "jobs": UNKNOWN})
        do(move_lead, found[0], StageCode.ACTIVE, **anyway)
        do(move_lead, found[0], StageCode.ENGAGED)
        do(hold_lead, found[1], until=date(2027, 3, 1), reason="They wait.")
        do(lose_leads, [found[2]], code=LossReason.COST, reason="Too dear.", lost_to=None)
        do(lose_leads, [found[3]], code=LossReason.PLACE_WON, reason=None, lost_to="Ohio")
        do(close_leads, [found[4]], reason="No fit.")
        do(pass_on_lead, found[5], to="Montréal", consent="Theirs.", sent=None)
        do(lose_leads, [found[6]], code=LossReason.OTHER, reason="A whim.", lost_to=None)
        do(reopen_lead, found[6], reason="They called.")
        do(edit_lead, found[7], {"market": "KR"})
    make_lead(any_database, now=NOW + timedelta(days=3), capex=stated(7))
    until = begun + timedelta(days=9)
    movement = movement_of(any_database, begun, until)
    must_add_up(movement)
    assert lines_of(movement) == {
        "entered": (1, 1),
        "reopened": (1, 1),
        "advanced": (1, 0),
        "slipped_back": (1, 0),
        "held": (1, 0),
        "re_estimated": (1, 0),
        "lost": (3, -3),
        "abandoned": (1, -1),
        "passed_on": (1, -1),
    }
    assert movement.line(Move.RE_ESTIMATED).capex == (Amount("CAD", -10, 1), Amount("JPY", 4, 1))
    assert movement.line(Move.RE_ESTIMATED).unknown_jobs_delta == 1
    assert [(item.reason, item.place, item.lead_count) for item in movement.losses] == [
        (LossReason.COST, None, 1),
        # Taken up again since: the reason of that loss stays.
        (LossReason.OTHER, None, 1),
        (LossReason.PLACE_WON, "Ohio", 1),
    ]
    assert [
        (item.origin.position, item.target.position, item.lead_count) for item in movement.passages
    ] == [(1, 4, 1), (4, 2, 1)]
    in_japan = movement_of(any_database, begun, until, market="JP")
    must_add_up(in_japan)
    assert in_japan.line(Move.RECLASSIFIED_OUT).lead_delta == -1
    in_korea = movement_of(any_database, begun, until, market="KR")
    must_add_up(in_korea)
    assert lines_of(in_korea) == {"reclassified_in": (1, 1)}


def test_an_announcement_taken_back_is_not_a_lead_taken_up_again(database: Database) -> None:
    days = [FIRST + timedelta(days=n) for n in range(8)]
    lead_id = lead_through(database, *days, capex=stated(5))
    with database.transaction(ADMIN) as session:
        lead = session.get_one(Lead, lead_id)
        move_lead(session, lead, StageCode.COMMITTED, actor=ADMIN, now=NOW)
    movement = movement_of(database, days[7])
    must_add_up(movement)
    assert lines_of(movement) == {"withdrawn": (1, 1)}
    assert lines_of(movement_of(database, days[5], days[7])) == {
        "advanced": (1, 0),
        "announced": (1, -1),
    }


def test_another_currency_is_another_estimate(database: Database) -> None:
    lead_id = make_lead(database, capex=stated(10, "CAD")).id
    with database.transaction(ADMIN) as session:
        lead = session.get_one(Lead, lead_id)
        later = NOW + timedelta(days=2)
        edit_lead(session, lead, {"capex": stated(10, "JPY")}, actor=ADMIN, now=later)
    movement = movement_of(database, NOW.date())
    must_add_up(movement)
    line = movement.line(Move.RE_ESTIMATED)
    assert (line.event_count, line.capex) == (1, (Amount("CAD", -10, 1), Amount("JPY", 10, 1)))


def test_what_was_entered_later_is_counted(database: Database) -> None:
    past_lead(
        database,
        at(StageCode.FIRST_CONTACT, FIRST),
        ended(Status.LOST, FIRST + timedelta(days=30), LossReason.COST),
    )
    movement = movement_of(database, FIRST, FIRST + timedelta(days=60))
    assert (movement.opening.lead_count, movement.opening.late_count) == (1, 1)
    assert movement.line(Move.LOST).late_count == 1
    assert movement.losses[0].reason is LossReason.COST


def test_a_restricted_lead_is_on_no_line_of_an_outsider(database: Database) -> None:
    team = make_team(database, make_user(database))
    make_lead(database)
    begun = NOW.date() - timedelta(days=1)
    before = movement_of(database, begun, actor=OUTSIDER)
    public = movement_of(database, begun, scope=Scope.PUBLIC)
    make_lead(database, team_id=team.id, capex=stated(99))
    assert movement_of(database, begun, actor=OUTSIDER) == before
    assert movement_of(database, begun, scope=Scope.PUBLIC) == public
    assert movement_of(database, begun).closing.lead_count == 2


def test_in_public_few_changes_are_not_told(database: Database) -> None:
    begun = NOW.date() - timedelta(days=1)
    for _ in range(4):
        make_lead(database, capex=stated(5))
    lead = make_lead(database)
    with database.transaction(ADMIN) as session:
        found = session.get_one(Lead, lead.id)
        close_leads(session, [found], reason="No fit.", actor=ADMIN, now=NOW + timedelta(hours=1))
    movement = movement_of(database, begun, scope=Scope.PUBLIC)
    # From how many entered and how many are open, the few that ended could be worked out.
    entered = movement.line(Move.ENTERED)
    assert (entered.event_count, entered.is_few, movement.closing.lead_count) == (None, False, 4)
    assert movement.closing.capex == (Amount("CAD", 20, None),)
    few = movement.line(Move.ABANDONED)
    assert (few.is_few, few.event_count, few.lead_delta) == (True, None, None)
    assert movement.passages == ()


def test_a_bridge_needs_a_day_before_its_end(database: Database) -> None:
    with pytest.raises(DomainError) as refused:
        movement_of(database, NOW.date(), NOW.date())
    assert refused.value.field == "compare"


def test_the_statements_are_as_many_for_any_number_of_leads(
    database: Database, queries: Any
) -> None:
    begun = NOW.date() - timedelta(days=1)
    make_lead(database)
    with queries:
        movement_of(database, begun)
    few = queries.count
    for _ in range(5):
        make_lead(database)
    with queries:
        movement_of(database, begun)
    assert queries.count == few
