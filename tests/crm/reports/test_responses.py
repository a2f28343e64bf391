"""Response times, against a recount from raw rows, on a demo of unknown seed."""

from datetime import timedelta

import pytest

from crm.database import Database
from crm.enquiries.service import answer_enquiry
from crm.reports.responses import Answers
from crm.reports.shown.responses import REPORT
from crm.reports.waits import wait_of
from models.interaction import Enquiry, EnquiryOutcome
from models.user import LOCAL_ADMINISTRATOR
from tests.crm.reports.conftest import NOW, PastDemo
from tests.crm.reports.raw_records import end_of, read, rows_of
from tests.factories.interaction import make_enquiry
from tests.factories.organization import make_organization
from tests.factories.user import actor_for, make_team, make_user
from tests.support.application import QueryCounter


def answer(database: Database, enquiry: Enquiry, hours: int) -> None:
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        answer_enquiry(
            session,
            session.get_one(Enquiry, enquiry.id),
            answered_at=enquiry.received_at + timedelta(hours=hours),
            outcome=EnquiryOutcome.ANSWERED,
            note=None,
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )


def test_every_count_is_the_raw_rows(past_demo: PastDemo) -> None:
    enquiries = rows_of(past_demo.database, Enquiry)
    for day in (NOW.date(), *past_demo.days(5)):
        end, moment = end_of(day), min(end_of(day), NOW)
        known = [one for one in enquiries if one.received_at < end and one.created_at < end]
        done = {one.id: one.answered_at for one in known if (one.answered_at or end) < end}
        found = read(REPORT, past_demo.database, now=NOW, as_of=day).now
        whole = found.all
        assert (whole.answered.count, whole.answered.done_count) == (len(known), len(done))
        due = [one for one in known if one.due_at is not None]
        assert whole.on_time_count == sum(
            one.id in done and done[one.id] <= one.due_at for one in due
        )
        assert whole.overdue_count == sum(one.id not in done and one.due_at < moment for one in due)
        assert whole.late_count == sum(one.id in done and done[one.id] > one.due_at for one in due)
        hours = sorted(
            int((done[one.id] - one.received_at).total_seconds() // 3600)
            for one in known
            if one.id in done
        )
        if len(done) == len(known) >= 5:
            # With nobody waiting the median is the one in the middle.
            assert whole.answered.median_hours == hours[(len(hours) + 1) // 2 - 1]
        assert sum(line.answered.count for line in found.quarters) == len(known)


def test_who_still_waits_is_counted_for_as_long_as_they_waited() -> None:
    # Five answered after 1 to 5 hours, five waiting for 3: worked out by hand.
    hours = [*((hour, True) for hour in range(1, 6)), *[(3, False)] * 5]
    wait = wait_of(hours)
    assert (wait.count, wait.done_count, wait.open_count) == (10, 5, 5)
    # 0.9, 0.8, 0.7; then of the two left after the five, one after 4 hours: 0.35; then 0.
    assert (wait.quarter_hours, wait.median_hours, wait.three_quarters_hours) == (3, 4, 5)


def test_fewer_than_five_answers_say_nothing(database: Database) -> None:
    for hours in (1, 2, 3, 4):
        received = NOW - timedelta(hours=hours + 1)
        answer(database, make_enquiry(database, received_at=received), hours)
    whole: Answers = read(REPORT, database, now=NOW).now.all
    assert (whole.answered.is_few, whole.answered.median_hours) == (True, None)
    answer(database, make_enquiry(database, received_at=NOW - timedelta(hours=9)), 5)
    whole = read(REPORT, database, now=NOW).now.all
    assert (whole.answered.is_few, whole.answered.median_hours) == (False, 3)
    # They were answered and needed nobody.
    assert whole.assigned.count == 0


def test_a_restricted_enquiry_makes_no_difference_outside(database: Database) -> None:
    make_enquiry(database)
    outsider = actor_for(database, make_user(database))
    before = read(REPORT, database, now=NOW, actor=outsider)
    team = make_team(database, make_user(database))
    firm = make_organization(database)
    enquiry = make_enquiry(database, organization_id=firm.id)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Enquiry, enquiry.id).team_id = team.id
    assert read(REPORT, database, now=NOW, actor=outsider) == before
    assert read(REPORT, database, now=NOW).now.all.answered.count == 2


@pytest.mark.parametrize("count", [0, 6])
def test_a_fixed_number_of_statements(
    database: Database, queries: QueryCounter, count: int
) -> None:
    for _ in range(count):
        make_enquiry(database)
    with queries:
        read(REPORT, database, now=NOW)
    assert queries.count == 3
