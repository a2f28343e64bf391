"""An edition against what is known now: every figure of it, and why it differs."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm import audit
from crm.announcements.service import PartyDetails, revise
from crm.briefing.languages import in_language
from crm.database import Database
from crm.leads.confidentiality import restrict_lead
from crm.leads.service import edit_lead
from crm.reports.converted import Rates, UsedRate
from crm.reports.edition_comparison import Compared, compare_edition
from crm.reports.edition_differences import find_differences
from crm.reports.edition_figures import Cause, Difference, Figure, Part
from crm.reports.edition_words import sections_of
from crm.reports.editions import get_edition, publish_edition
from crm.reports.movement import LossLine, Move
from crm.reports.params import ReportParams, Scope
from crm.reports.periods import Calendar
from crm.reports.takeaway.brief import Brief, Expectation, Landing
from models.announcement import Announcement, AnnouncementParty
from models.import_batch import BatchKind, BatchState, ImportBatch
from models.lead import Lead, LossReason
from models.report import Audience, ReportEdition
from models.stage import LeadType, StageCode, Status
from models.user import Actor, Role
from tests.crm.reports.kept_forecasts import ENDS, keep_forecast, said
from tests.crm.reports.pipelines import FIRST, lead_through, stated
from tests.crm.reports.test_editions import LATER, MANAGER, company, publish
from tests.crm.reports.test_forecast import score
from tests.crm.reports.test_pipeline import ADMIN, after
from tests.factories.announcement import announcement_details, make_announcement
from tests.factories.lead import NOW
from tests.factories.user import make_team, make_user

SignIn = Callable[..., FlaskClient]
SEVEN = [after(number) for number in range(7)]
EARLY, PUBLISHED = NOW - timedelta(hours=3), NOW - timedelta(hours=1)


def compared(database: Database, public_id: str, *, actor: Actor = ADMIN) -> Compared:
    with database.reader(actor) as session:
        return compare_edition(session, get_edition(session, public_id), now=LATER)


def publish_of(database: Database, params: ReportParams, audience: Audience) -> str:
    with database.transaction(ADMIN) as session:
        return publish_edition(
            session, params, audience, title="Autumn", opening=None, actor=ADMIN, now=PUBLISHED
        ).public_id


def find(found: Compared, part: Part, place: Any, figure: Figure) -> Difference:
    [item] = [
        item
        for item in found.differences
        if (item.part, item.place, item.figure) == (part, place, figure)
    ]
    return item


def announced_lead(database: Database, title: str, *, now: datetime) -> Announcement:
    """A lead that was announced on the day of publication, entered at a moment of it."""
    lead_id = lead_through(database, *SEVEN, NOW.date(), company=company(title), now=now)
    with database.unscoped_reader(purpose="test") as session:
        lead = session.get_one(Lead, lead_id)
    return make_announcement(database, lead, title=title, capex=stated(2_000_000), now=now)


@pytest.fixture
def published(database: Database) -> tuple[Database, str]:
    """An edition of two open leads, one of them close to a decision; one lost, one announced."""
    tern = company("Tern Batteries")
    lead_through(database, *SEVEN, capex=stated(1_000_000), company=tern, now=EARLY)
    lead_through(database, FIRST, capex=stated(300_000), now=EARLY)
    lead_through(database, FIRST, status=Status.LOST, until=after(9), now=EARLY)
    announced_lead(database, "Crane Cells comes", now=EARLY)
    return database, publish(database, now=PUBLISHED)


def test_every_part_of_the_page_is_compared(published: tuple[Database, str]) -> None:
    database, public_id = published
    assert compared(database, public_id).differences == ()
    # An import of today: one lead more, close to a decision, and one that was announced.
    lead_through(database, *SEVEN, capex=stated(500_000), company=company("Late Heron"))
    announced_lead(database, "Rail Works comes", now=NOW)
    found = compared(database, public_id)
    whole = find(found, Part.PIPELINE, None, Figure.LEADS)
    assert (whole.reported, whole.known) == (2, 3)
    stage = find(found, Part.PIPELINE, StageCode.COMMITTED, Figure.STATED)
    assert (stage.currency, stage.reported, stage.known) == ("CAD", 1_000_000, 1_500_000)
    assert stage.why == (Cause.IMPORT,)
    closing = find(found, Part.MOVEMENT, NOW.date(), Figure.LEADS)
    assert (closing.reported, closing.known) == (2, 3)
    moved = find(found, Part.MOVEMENT, Move.ANNOUNCED, Figure.EVENTS)
    assert (moved.reported, moved.known) == (1, 2)
    count = find(found, Part.ANNOUNCED, None, Figure.COUNT)
    assert (count.reported, count.known, count.why) == (1, 2, (Cause.ANNOUNCEMENT,))
    listed = find(found, Part.ANNOUNCED, "Rail Works comes", Figure.STANDS)
    assert (listed.reported, listed.known) == (False, True)
    near = find(found, Part.NEAR, "Late Heron", Figure.STANDS)
    assert (near.reported, near.known) == (False, True)
    assert any(item.part is Part.QUARTERS for item in found.differences)
    assert [item.title for item in found.announcements] == ["Rail Works comes"]
    with in_language("en"):
        sections = sections_of(found.differences)
    assert [section.code for section in sections] == [
        *("pipeline", "movement", "announced", "quarters", "near"),
    ]
    [line] = [line for line in sections[0].lines if line.place == "Open pipeline"][:1]
    assert (line.figure, line.reported, line.known) == ("Leads", "2", "3")
    assert "an import told of the past" in line.why


def test_a_correction_and_a_seal_are_told_as_such(published: tuple[Database, str]) -> None:
    database, public_id = published
    with database.transaction(ADMIN) as session:
        [lead_id] = [
            lead.id for lead in session.query(Lead).all() if lead.title == "Tern Batteries"
        ]
        lead = session.get_one(Lead, lead_id)
        edit_lead(session, lead, {"capex": stated(4_000_000)}, actor=ADMIN, now=NOW)
    found = compared(database, public_id)
    whole = find(found, Part.PIPELINE, None, Figure.STATED)
    assert (whole.reported, whole.known) == (1_300_000, 4_300_000)
    assert whole.why == (Cause.CORRECTION,)
    near = find(found, Part.NEAR, "Tern Batteries", Figure.STATED)
    assert (near.reported.number, near.known.number) == (1_000_000, 4_000_000)
    team = make_team(database, make_user(database))
    with database.transaction(ADMIN) as session:
        lead = session.get_one(Lead, lead_id)
        restrict_lead(session, lead, team_id=team.id, reason="Asked.", actor=ADMIN, now=LATER)
    assert compared(database, public_id).sealed_count == 1
    # Who may not see it reads that the lists are compared only in part, and no name.
    seen = compared(database, public_id, actor=MANAGER)
    assert (seen.is_whole, seen.sealed_count) == (False, 1)
    assert not [item for item in seen.differences if item.part in (Part.NEAR, Part.NEXT)]
    assert find(seen, Part.PIPELINE, None, Figure.STATED).known == 4_300_000


def test_an_announcement_corrected_since_is_told(published: tuple[Database, str]) -> None:
    database, public_id = published
    with database.transaction(ADMIN) as session:
        made = session.query(Announcement).one()
        party = session.query(AnnouncementParty).one()
        details = announcement_details(
            title=made.title,
            capex=stated(9_000_000),
            parties=(PartyDetails(party.organization_id, party.side),),
        )
        revise(session, made, details, actor=ADMIN, now=LATER)
    found = compared(database, public_id)
    item = find(found, Part.ANNOUNCED, "Crane Cells comes", Figure.STATED)
    assert (item.reported.number, item.known.number) == (2_000_000, 9_000_000)
    assert item.why == (Cause.ANNOUNCEMENT_CHANGED,)


def test_the_days_are_those_of_the_office_that_published(database: Database) -> None:
    tokyo = replace(ADMIN, office_time_zone="Asia/Tokyo")
    # In Tokyo it is the 21st already.
    evening = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
    lead_through(database, FIRST, capex=stated(1_000_000))
    public_id = publish(database, actor=tokyo, now=evening)
    with database.reader(ADMIN) as session:
        edition = get_edition(session, public_id)
        assert (edition.as_of, edition.time_zone) == (date(2026, 11, 21), "Asia/Tokyo")
        found = compare_edition(session, edition, now=evening + timedelta(minutes=5))
    assert found.differences == ()
    # On the 20th in Toronto still, but after the 21st of Tokyo.
    with database.transaction(ADMIN) as session:
        lead = session.query(Lead).one()
        later = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)
        edit_lead(session, lead, {"capex": stated(2_000_000)}, actor=ADMIN, now=later)
    assert compared(database, public_id).differences == ()


def test_the_page_tells_each_figure_and_why(
    sign_in: SignIn, published: tuple[Database, str]
) -> None:
    database, public_id = published
    lead_through(database, FIRST, capex=stated(500_000), company=company("Late Heron"))
    page = sign_in(Role.MANAGER).get(f"/reports/editions/{public_id}").get_data(as_text=True)
    for words in ("As known now", "an import told of the past", "Late Heron", "Open pipeline"):
        assert words in page, words


@pytest.fixture
def whole_brief(published: tuple[Database, str]) -> Brief:
    database, public_id = published
    with database.unscoped_reader(purpose="test") as session:
        edition = session.query(ReportEdition).filter_by(public_id=public_id).one()
        brief = Brief.from_plain(edition.figures)
    quarter = Calendar().quarter_of(NOW.date())
    return replace(brief, landing=Landing((Expectation(quarter, 2.0, 1, 4),), None))


# The second one is the first day of a quarter: the forecast that is kept is of the same day.
@pytest.mark.parametrize("moment", [NOW, datetime(2026, 10, 1, 15, tzinfo=UTC)])
def test_a_forecast_is_compared_on_its_own_day_alone(database: Database, moment: datetime) -> None:
    for day in (*ENDS, date(2026, 9, 30)):
        keep_forecast(database, day)
    score(database, lead_through(database, FIRST, now=moment))
    public_id = publish(database, now=moment)
    with database.reader(ADMIN) as session:
        edition = get_edition(session, public_id)
        landing = Brief.from_plain(edition.figures).landing
        assert landing is not None
        assert landing.day == moment.date() - timedelta(days=1)
        same_day = compare_edition(session, edition, now=moment + timedelta(minutes=5))
        next_day = compare_edition(session, edition, now=moment + timedelta(days=1))
        assert (same_day.differences, same_day.has_forecast) == ((), True)
        assert (next_day.differences, next_day.has_forecast) == ((), False)
        # As an earlier version froze it.
        del edition.figures["landing"]["day"]
        assert not compare_edition(session, edition, now=moment).has_forecast
        session.rollback()


def test_a_forecast_kept_since_is_not_compared(database: Database, sign_in: SignIn) -> None:
    for day in ENDS:
        keep_forecast(database, day)
    yesterday = ReportParams(compare=FIRST, as_of=NOW.date() - timedelta(days=1))
    public_id = publish_of(database, yesterday, Audience.DIRECTOR)
    assert compared(database, public_id).has_forecast
    keep_forecast(database, date(2026, 9, 30), leads=said(7.0, 5, 9))
    found = compared(database, public_id)
    assert (found.differences, found.has_forecast) == ((), False)
    page = sign_in(Role.MANAGER).get(f"/reports/editions/{public_id}").get_data(as_text=True)
    assert "A forecast of a past day is not computed again." in page


def test_what_was_not_printed_in_public_is_not_zero(database: Database) -> None:
    for days in (*[(FIRST,)] * 2, *[(FIRST, after(3))] * 6):
        lead_through(database, *days, now=EARLY)
    public_id = publish(database, Audience.COUNCIL, now=PUBLISHED)
    lead_through(database, FIRST)
    lead_through(database, FIRST)
    found = compared(database, public_id)
    first, second = list(StageCode)[:2]
    assert {
        item.place: (item.reported, item.known)
        for item in found.differences
        if (item.part, item.figure) == (Part.PIPELINE, Figure.LEADS)
    } == {(first, second): (8, None), first: (None, 4), second: (None, 6), None: (8, 10)}


@pytest.mark.parametrize(("scope", "known"), [(Scope.PUBLIC, None), (Scope.VIEWER, 0)])
def test_losses_withheld_in_public_are_not_zero(
    whole_brief: Brief, scope: Scope, known: int | None
) -> None:
    movement = replace(whole_brief.movement, scope=scope, losses=())
    four = replace(movement, losses=(LossLine(LossReason.GONE_SILENT, None, 4, ()),))
    reported, today = (replace(whole_brief, movement=item) for item in (four, movement))
    [item] = find_differences(reported, today, is_whole=True)
    assert (item.part, item.reported, item.known) == (Part.LOSSES, 4, known)


def test_only_leads_of_the_edition_count_as_sealed(database: Database) -> None:
    common: dict[str, Any] = {"now": EARLY, "capex": stated(1_000_000)}
    lead_ids = [
        lead_through(database, FIRST, market="JP", **common),
        lead_through(database, FIRST, market="KR", **common),
        lead_through(database, FIRST, market="JP", lead_type=LeadType.TRADE, **common),
        lead_through(database, LATER.date(), market="JP", now=LATER),
    ]
    public_id = publish_of(database, ReportParams(compare=FIRST, market="JP"), Audience.COUNCIL)
    team = make_team(database, make_user(database))
    for expected, lead_id in (
        (0, lead_ids[1]),
        (0, lead_ids[2]),
        (0, lead_ids[3]),
        (1, lead_ids[0]),
    ):
        with database.transaction(ADMIN) as session:
            lead = session.get_one(Lead, lead_id)
            restrict_lead(session, lead, team_id=team.id, reason="So.", actor=ADMIN, now=LATER)
        assert compared(database, public_id).sealed_count == expected


def test_only_imports_of_leads_count_as_taken_back(published: tuple[Database, str]) -> None:
    database, public_id = published
    with database.transaction(ADMIN) as session:
        for kind in BatchKind:
            batch = ImportBatch(
                kind=kind,
                state=BatchState.UNDONE,
                file_name="a.csv",
                sha256="0" * 64,
                **dict.fromkeys(("row_count", "created_count", "updated_count"), 1),
                actor_name="Anna",
                created_at=EARLY,
            )
            session.add(batch)
            session.flush()
            table = ImportBatch.__tablename__
            audit.record(session, "undone", table, now=LATER, record_id=batch.id)
    assert compared(database, public_id).undone_count == 2


# What no page of the brief prints by itself: the bounds of ranges, what a sum leaves out of the
# bridge, and what only says how to read the others.
_NOT_PRINTED = {
    *("upper", "largest", "told", "weights", "chance", "by", "groups", "bands", "before"),
    *("share_percent_sum", "unstated_count", "unplaced_count", "late_count", "passages"),
    *("undated_count", "jobs_lead_count", "unknown_capex_count", "unknown_jobs_count"),
    *("unknown_capex_delta", "unknown_jobs_delta"),
}


def _leaves(plain: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items: Any = plain.items() if isinstance(plain, dict) else enumerate(plain)
    for key, value in items:
        if key in _NOT_PRINTED:
            continue
        if isinstance(value, dict | list):
            yield from _leaves(value, (*path, key))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield (*path, key)


def _is_figure(path: tuple[Any, ...]) -> bool:
    """Not a count inside an amount, the place of a quarter, or the stages within the bridge."""
    words = [part for part in path if isinstance(part, str)]
    if "quarter" in words or words[-1] == "model_number" or "starts_on" in words:
        return False
    if words[-1] in ("lead_count", "unknown_count") and ("capex" in words or "jobs" in words):
        return False
    if "shared" in words or "ours" in words:
        return words[-1] in ("lead_count", "amount", "count") and "on_hold_count" not in words
    return "stages" not in words or words[:2] == ["pipeline", "now"]


def test_no_figure_of_the_page_is_left_out(whole_brief: Brief) -> None:
    plain = whole_brief.to_plain()
    paths = [path for path in _leaves(plain) if _is_figure(path)]
    assert len(paths) > 60
    for path in paths:
        other = deepcopy(plain)
        place = other
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] += 7
        found = list(find_differences(whole_brief, Brief.from_plain(other), is_whole=True))
        assert found, path
        with in_language("en"):
            assert sections_of(found)[0].lines


def test_what_moves_up_in_place_of_a_hidden_lead_is_no_news(whole_brief: Brief) -> None:
    without = replace(whole_brief, near=())
    assert len(whole_brief.near) == 1
    assert list(find_differences(without, whole_brief, is_whole=False)) == []
    [item] = find_differences(without, whole_brief, is_whole=True)
    assert (item.part, item.place, item.reported) == (Part.NEAR, "Tern Batteries", False)


def test_another_exchange_rate_is_told_with_what_comes_of_it(whole_brief: Brief) -> None:
    def at(rate: str) -> Brief:
        used = (UsedRate("CAD", Decimal(rate), NOW.date(), "Bank of Canada"),)
        report = whole_brief.pipeline
        now = replace(report.now, rates=Rates("JPY", NOW.date(), used))
        return replace(whole_brief, pipeline=replace(report, now=now))

    found = list(find_differences(at("110"), at("120"), is_whole=True))
    assert [item.figure for item in found] == [Figure.RATE, Figure.CONVERTED]
    assert (found[1].reported, found[1].known) == (1_300_000 * 110, 1_300_000 * 120)
    with in_language("en"):
        [section] = sections_of(found)
    assert section.lines[0].reported.endswith("(20 Nov 2026)")
    assert list(find_differences(at("110"), at("110"), is_whole=True)) == []
