"""The reads of the ledger and of delivery, and the duty, on both databases."""

from datetime import UTC, date, datetime, timedelta

from crm.announcements import ledger_queries, queries, releasing
from crm.announcements.delivery_queries import Counts, count_deliveries, list_deliveries
from crm.announcements.ledger_queries import Totals
from crm.announcements.queries import Filters
from crm.database import Database
from models.announcement import Announcement, Release, Whose
from models.measure import StatedDate
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.announcement import NOW, make_announcement
from tests.factories.lead import make_lead
from tests.factories.mission import make_mission
from tests.factories.user import actor_for, make_user

DAY = date(2026, 11, 20)


def test_both_databases_count_and_release_alike(any_database: Database) -> None:
    viewer = actor_for(any_database, make_user(any_database, role=Role.VIEWER))
    owner = make_user(any_database)
    mission = make_mission(any_database)
    until = datetime(2026, 12, 1, tzinfo=UTC)
    make_announcement(
        any_database,
        make_lead(any_database, owner_id=owner.id),
        announced=StatedDate(date(2025, 1, 31)),
        whose=Whose.SHARED,
        our_share_percent=12.5,
        mission_id=mission.id,
    )
    waits = make_announcement(
        any_database,
        make_lead(any_database, owner_id=owner.id),
        embargo_until=until,
        embargo_zone="UTC",
        release=Release.AUTOMATIC,
    )
    with any_database.reader(viewer) as session:
        everything = Filters()
        totals = ledger_queries.summarise_announcements(session, everything, now=NOW)
        assert totals == Totals(shared=1, share=0.125)
        # The moment comes; no worker has to.
        totals = ledger_queries.summarise_announcements(session, everything, now=until)
        assert totals == Totals(ours=1, shared=1, share=0.125)
        narrow = Filters(whose=Whose.SHARED, year=2025, market="JP", mission=mission.public_id)
        assert ledger_queries.summarise_announcements(session, narrow, now=until).counted == 1
        page = queries.search_announcements(session, narrow, now=until, cursor=None)
        assert [row.whose for row in page.rows] == [Whose.SHARED]
        offered = ledger_queries.load_offered(session, now=NOW)
        assert (offered.years, offered.markets) == ([2025], ["JP"])
        assert offered.missions == [(mission.public_id, mission.name)]
        late = list_deliveries(session, "overdue", day=DAY, now=NOW, cursor=None)
        assert [(row.months, row.due_on) for row in late.rows] == [(12, date(2026, 1, 31))]
        assert count_deliveries(session, day=DAY, now=NOW) == Counts(1, 1, 0)
    with any_database.unscoped(LOCAL_ADMINISTRATOR, purpose="duty") as session:
        releasing.run(session, now=until + timedelta(seconds=30))
    with any_database.unscoped_reader(purpose="test") as session:
        assert session.get_one(Announcement, waits.id).announced_on == date(2026, 12, 1)
    with any_database.reader(viewer) as session:
        assert count_deliveries(session, day=date(2028, 1, 1), now=until) == Counts(3, 2, 0)
