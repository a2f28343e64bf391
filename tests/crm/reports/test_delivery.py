"""What was stated, announced and delivered: with evidence, past the embargo, and ours alone."""

from datetime import date, timedelta
from typing import Any

from crm.announcements.commitments import CommitmentDetails, add_commitment
from crm.announcements.delivery import DeliveryDetails, check_delivery
from crm.database import Database
from crm.reports.delivery import Stated
from crm.reports.shown.delivery import REPORT
from models.announcement import Announcement, Whose
from models.commitment import CommitmentKind, DeliveryCheck
from models.lead import Lead
from models.measure import Measure, Qualifier
from models.stage import LeadType
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.crm.reports.conftest import NOW, PastDemo
from tests.crm.reports.raw_records import end_of, local, read, rows_of
from tests.factories.announcement import make_announcement
from tests.factories.lead import make_lead
from tests.factories.user import actor_for, make_team, make_user
from tests.support.application import QueryCounter

ABOUT = Measure(5_000_000, Qualifier.APPROXIMATE, currency="CAD")
UP_TO = Measure(80, Qualifier.AT_MOST)


def test_every_sum_is_the_raw_rows(past_demo: PastDemo) -> None:
    database = past_demo.database
    checks: dict[int, list[Any]] = {}
    for row in rows_of(database, DeliveryCheck):
        checks.setdefault(row.announcement_id, []).append(row)
    for day in (NOW.date(), *past_demo.days(4)):
        end = end_of(day)
        kinds = {state.lead_id: state.lead_type for state in past_demo.raw.at(end)}
        for kind in LeadType:
            ours = [
                row
                for row in past_demo.raw.announcements
                if row.public_at is not None
                and row.public_at < end
                and row.public_at <= NOW
                and kinds.get(row.lead_id) is kind
                and row.whose in (Whose.OURS, None)
            ]
            found = read(REPORT, database, now=NOW, as_of=day, lead_type=kind).now
            assert found.count == len(ours), (past_demo.seed, day)
            for money in found.money:
                known = [
                    row
                    for row in ours
                    if row.capex_amount is not None and row.capex_currency == money.currency
                ]
                assert money.announced.amount == sum(row.capex_amount for row in known)
                assert money.announced.count == len(known)
            landed = 0
            for row in ours:
                proved = [
                    check
                    for check in checks.get(row.id, ())
                    if check.checked_on and check.checked_on <= day
                    if check.evidence is not None or check.file_id is not None
                    if check.landed_jobs is not None or check.landed_amount is not None
                ]
                last = max(proved, key=lambda check: check.months, default=None)
                landed += (last.landed_jobs or 0) if last else 0
            assert found.jobs.landed.amount == landed
            jobs = sum(row.jobs_count or 0 for row in ours)
            told = found.jobs
            assert told.new.amount + told.retained.amount + told.other.amount >= 0
            if not told.new.count and not told.retained.count:
                assert told.other.amount == jobs
            for line in found.lines:
                assert line.public_on <= day


def delivered(database: Database, made: Announcement, **values: Any) -> None:
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        check_delivery(
            session,
            session.get_one(Announcement, made.id),
            12,
            DeliveryDetails(checked_on=local(NOW), **values),
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )


def test_numbers_stay_as_they_were_stated(database: Database) -> None:
    lead = make_lead(database, capex=ABOUT, now=NOW - timedelta(days=9))
    made = make_announcement(database, lead, capex=ABOUT, jobs=UP_TO)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = session.get_one(Announcement, made.id)
        for kind, amount in (
            (CommitmentKind.JOBS_NEW, "about 50"),
            (CommitmentKind.JOBS_RETAINED, "30"),
        ):
            add_commitment(session, found, promised(kind, amount), actor=LOCAL_ADMINISTRATOR)
    now = read(REPORT, database, now=NOW).now
    [line] = now.lines
    assert line.capex == line.lead_capex == Stated(5_000_000, None, Qualifier.APPROXIMATE, "CAD")
    assert line.jobs_new == Stated(50, None, Qualifier.APPROXIMATE)
    assert line.jobs_retained == Stated(30, None, Qualifier.EXACT)
    assert (line.jobs_other.value, now.jobs.other.count) == (None, 0)
    assert now.jobs.new.told.approximate == 1
    assert (now.unchecked_count, now.jobs.landed.count) == (1, 0)


def promised(kind: CommitmentKind, words: str) -> CommitmentDetails:
    about = words.startswith("about")
    return CommitmentDetails(
        kind,
        words,
        amount=float(words.removeprefix("about ")),
        qualifier=Qualifier.APPROXIMATE if about else Qualifier.EXACT,
    )


def test_without_evidence_nothing_is_delivered(database: Database) -> None:
    made = make_announcement(database, make_lead(database), capex=ABOUT, jobs=UP_TO)
    delivered(database, made, landed_jobs=20, landed_amount=1_000_000, currency="CAD", evidence="x")
    now = read(REPORT, database, now=NOW).now
    assert (now.jobs.landed.amount, now.unchecked_count) == (20, 0)
    assert (now.money[0].landed.amount, now.money[0].checked.amount) == (1_000_000, 5_000_000)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        for check in session.query(DeliveryCheck):
            check.evidence = None
    now = read(REPORT, database, now=NOW).now
    assert (now.jobs.landed.count, now.unchecked_count, now.lines[0].checked_on) == (0, 1, None)


def test_before_its_hour_and_others_never_count(database: Database) -> None:
    viewer = actor_for(database, make_user(database, role=Role.VIEWER))
    before = read(REPORT, database, now=NOW, actor=viewer)
    make_announcement(
        database,
        make_lead(database),
        capex=ABOUT,
        embargo_until=NOW + timedelta(days=3),
        embargo_zone="America/Toronto",
    )
    theirs = make_announcement(database, make_lead(database), capex=ABOUT)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Announcement, theirs.id).whose = Whose.OTHERS
    for actor in (viewer, LOCAL_ADMINISTRATOR):
        found = read(REPORT, database, now=NOW, actor=actor)
        assert (found.now.count, found.now.lines, found.now.money) == (0, (), ())
    assert read(REPORT, database, now=NOW, actor=viewer) == before
    make_announcement(database, make_lead(database), whose=Whose.SHARED, our_share_percent=40)
    found = read(REPORT, database, now=NOW).now
    assert (found.count, found.shared_count, len(found.lines)) == (0, 1, 1)


def test_a_restricted_lead_makes_no_difference_outside(
    database: Database, queries: QueryCounter
) -> None:
    outsider = actor_for(database, make_user(database))
    manager = actor_for(database, make_user(database, role=Role.MANAGER))
    make_announcement(database, make_lead(database), capex=ABOUT)
    before = read(REPORT, database, now=NOW, actor=outsider)
    team = make_team(database, make_user(database))
    secret: Lead = make_lead(database, team_id=team.id, confidentiality_reason="Asked for it")
    make_announcement(database, secret, capex=ABOUT)
    assert read(REPORT, database, now=NOW, actor=outsider) == before
    with queries:
        counted = read(REPORT, database, now=NOW, actor=manager).now
    assert queries.count == 7
    assert (counted.count, counted.hidden_count, len(counted.lines)) == (2, 1, 1)
    assert counted.money[0].announced.amount == 10_000_000


def test_an_empty_office_delivered_nothing(database: Database) -> None:
    found = read(REPORT, database, now=NOW, compare=date(2026, 1, 1))
    assert REPORT.is_empty(found)
    assert found.now.jobs.landed.count == 0
