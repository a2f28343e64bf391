"""Releasing, holding and breaking early: what becomes public, and where the lead stands then."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.announcements import releasing
from crm.announcements.embargo import State, state_of
from crm.announcements.service import PartyDetails, revise
from crm.database import Database
from crm.jobs.duties import do_due
from crm.jobs.registry import DUTIES
from crm.leads.service import EmbargoError, move_lead
from models.announcement import Announcement, PartySide, Release, Whose
from models.audit import AuditEntry
from models.commitment import DeliveryCheck
from models.errors import DomainError, ForbiddenError
from models.lead import Change, Lead, LeadRevision
from models.mail import MailKind, OutgoingMail
from models.measure import Precision, StatedDate
from models.stage import RequirementKind, StageCode, StageRequirement
from models.user import LOCAL_ADMINISTRATOR, Actor, Role, User
from tests.factories.announcement import NOW, announcement_details, make_announcement
from tests.factories.lead import reload_lead
from tests.factories.organization import make_organization
from tests.factories.user import actor_for, make_user

Told = Callable[..., Announcement]
HOUR = timedelta(hours=1)
TOKYO = {"embargo_until": NOW + 9 * HOUR, "embargo_zone": "Asia/Tokyo"}
AFTER = NOW + 10 * HOUR


def _do(database: Database, actor: Actor, made: Announcement, command: object, now: datetime):  # type: ignore[no-untyped-def]
    with database.transaction(actor) as session:
        found = session.get_one(Announcement, made.id)
        return command(session, found, actor=actor, now=now)  # type: ignore[operator]


def _reload(database: Database, made: Announcement) -> Announcement:
    with database.unscoped_reader(purpose="test") as session:
        return session.get_one(Announcement, made.id)


def _stage(database: Database, made: Announcement) -> StageCode:
    assert made.lead_id is not None
    return reload_lead(database, made.lead_id).stage


def _run(database: Database, now: datetime) -> None:
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="duty") as session:
        releasing.run(session, now=now)


def _revisions(database: Database, made: Announcement) -> list[LeadRevision]:
    with database.unscoped_reader(purpose="test") as session:
        return list(
            session.scalars(
                sa.select(LeadRevision)
                .where(LeadRevision.lead_id == made.lead_id)
                .order_by(LeadRevision.sequence)
            )
        )


def test_what_is_announced_without_embargo_is_public_at_once(told: Told) -> None:
    made = told()
    assert (made.public_at, made.whose, made.release) == (NOW, Whose.OURS, Release.BY_OWNER)
    draft = told(is_draft=True, source=None)
    assert draft.public_at is None
    assert state_of(draft, NOW) is State.DRAFT


@pytest.mark.parametrize(
    ("release", "until", "public_at"),
    [
        (Release.BY_OWNER, 9, None),
        (Release.AUTOMATIC, 9, 9),
        # An hour that has passed is nobody's word that it came out.
        (Release.AUTOMATIC, -9, None),
        (Release.BY_OWNER, -9, None),
    ],
)
def test_an_embargo_opens_by_itself_only_when_that_was_chosen(
    told: Told, release: Release, until: int, public_at: int | None
) -> None:
    made = told(embargo_until=NOW + until * HOUR, embargo_zone="UTC", release=release)
    assert made.public_at == (NOW + public_at * HOUR if public_at else None)


def test_the_owner_releases_and_the_lead_moves_in_the_same_breath(
    database: Database, told: Told, actor: Actor
) -> None:
    made = told(**TOKYO)
    with pytest.raises(DomainError) as caught:
        _do(database, actor, made, releasing.release, NOW)
    assert "embargo still runs" in str(caught.value)
    assert _stage(database, made) is StageCode.COMMITTED
    _run(database, AFTER)
    assert _reload(database, made).public_at is None
    outcome = _do(database, actor, made, releasing.release, AFTER)
    assert outcome == releasing.Outcome(has_moved=True)
    found = _reload(database, made)
    assert (found.public_at, found.announced_on) == (AFTER, date(2026, 11, 21))
    last = _revisions(database, made)[-1]
    assert (last.stage, last.change) == (StageCode.ANNOUNCED, Change.ANNOUNCED)
    assert (last.valid_from, last.actor_id) == (AFTER, actor.id)
    with pytest.raises(DomainError):
        _do(database, actor, made, releasing.release, AFTER)


def test_a_lead_that_lacks_an_answer_stands_and_says_why(
    database: Database, told: Told, actor: Actor
) -> None:
    made = told(**TOKYO)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        lead = session.get_one(Lead, made.lead_id)
        session.add(
            StageRequirement(
                lead_type=lead.lead_type,
                stage=StageCode.COMMITTED,
                field="need",
                kind=RequirementKind.KNOWLEDGE,
                position=1,
            )
        )
    outcome = _do(database, actor, made, releasing.release, AFTER)
    assert outcome.problem is not None
    assert _stage(database, made) is StageCode.COMMITTED
    assert _reload(database, made).public_at == AFTER


def test_by_itself_the_lead_moves_with_effect_from_the_embargo_s_moment(
    database: Database, told: Told
) -> None:
    made = told(**TOKYO, release=Release.AUTOMATIC)
    _run(database, TOKYO["embargo_until"] - timedelta(seconds=1))  # type: ignore[operator]
    assert _stage(database, made) is StageCode.COMMITTED
    late = AFTER + timedelta(minutes=7)
    _run(database, late)
    _run(database, late + HOUR)
    revisions = _revisions(database, made)
    last = revisions[-1]
    assert last.stage is StageCode.ANNOUNCED
    assert last.valid_from == revisions[-2].valid_to == TOKYO["embargo_until"]
    assert last.recorded_at == late
    assert (last.actor_id, last.actor_name) == (None, "automatic release")
    lead = reload_lead(database, made.lead_id)  # type: ignore[arg-type]
    assert lead.stage_since == date(2026, 11, 21)
    assert [r.stage for r in revisions].count(StageCode.ANNOUNCED) == 1


def test_the_duty_is_listed_and_runs(database: Database, told: Told) -> None:
    made = told(**TOKYO, release=Release.AUTOMATIC)
    duty = next(duty for duty in DUTIES if duty.name == "announcements.release")
    assert duty.every == 60
    assert do_due(database, [duty], clock=lambda: AFTER) == [duty.name]
    assert _stage(database, made) is StageCode.ANNOUNCED


@pytest.mark.parametrize("release", list(Release))
def test_the_owner_is_written_to_once_when_the_embargo_ends(
    database: Database, told: Told, owner: User, release: Release
) -> None:
    made = told(**TOKYO, release=release, title="Never named")
    _run(database, NOW)
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalars(sa.select(OutgoingMail)).all() == []
    _run(database, AFTER)
    _run(database, AFTER + HOUR)
    with database.unscoped_reader(purpose="test") as session:
        [letter] = session.scalars(sa.select(OutgoingMail))
    assert (letter.kind, letter.user_id) == (MailKind.EMBARGO_OVER, owner.id)
    assert made.public_id in letter.body
    assert "Never named" not in letter.subject + letter.body
    assert ("release" in letter.subject) is (release is Release.BY_OWNER)


def test_nobody_is_written_to_about_what_is_on_hold(
    database: Database, told: Told, actor: Actor
) -> None:
    made = told(**TOKYO)
    _do(database, actor, made, releasing.hold, NOW)
    _run(database, AFTER)
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalars(sa.select(OutgoingMail)).all() == []


def test_on_hold_nothing_comes_out_by_itself_nor_after_it(
    database: Database, told: Told, actor: Actor
) -> None:
    made = told(**TOKYO, release=Release.AUTOMATIC)
    _do(database, actor, made, releasing.hold, NOW)
    assert _reload(database, made).public_at is None
    _run(database, AFTER)
    assert _stage(database, made) is StageCode.COMMITTED
    _do(database, actor, made, releasing.take_off_hold, AFTER)
    # Its hour passed while it was held: now somebody has to say that it is out.
    assert state_of(_reload(database, made), AFTER) is State.AWAITING
    _run(database, AFTER + HOUR)
    assert _stage(database, made) is StageCode.COMMITTED
    assert _do(database, actor, made, releasing.release, AFTER + HOUR).has_moved


def test_taken_off_hold_in_time_it_comes_out_by_itself_again(
    database: Database, told: Told, actor: Actor
) -> None:
    made = told(**TOKYO, release=Release.AUTOMATIC)
    _do(database, actor, made, releasing.hold, NOW)
    with pytest.raises(DomainError):
        _do(database, actor, made, releasing.hold, NOW)
    _do(database, actor, made, releasing.take_off_hold, NOW + HOUR)
    assert _reload(database, made).public_at == TOKYO["embargo_until"]
    with pytest.raises(DomainError):
        _do(database, actor, made, releasing.take_off_hold, NOW + HOUR)


def test_broken_early_every_channel_opens_and_hold_takes_all_of_it_back(
    database: Database, told: Told, actor: Actor
) -> None:
    made = told(**TOKYO)
    outcome = _do(database, actor, made, releasing.break_early, NOW + HOUR)
    found = _reload(database, made)
    assert outcome.has_moved
    assert (found.public_at, found.is_broken_early) == (NOW + HOUR, True)
    assert _stage(database, made) is StageCode.ANNOUNCED
    # A slip of the finger: the embargo still runs, and the stage would tell of it.
    outcome = _do(database, actor, made, releasing.hold, NOW + HOUR + timedelta(minutes=1))
    assert outcome.has_moved
    found = _reload(database, made)
    assert (found.public_at, found.is_broken_early, found.is_held) == (None, False, True)
    assert _stage(database, made) is StageCode.COMMITTED
    with database.unscoped_reader(purpose="test") as session:
        names = {
            name
            for entry in session.scalars(
                sa.select(AuditEntry).where(AuditEntry.record_type == "announcements")
            )
            for name in entry.changes or {}
        }
    assert {"public_at", "is_broken_early", "is_held"} <= names


def test_broken_early_needs_an_embargo_that_runs(
    database: Database, told: Told, actor: Actor
) -> None:
    for values in ({}, {"is_draft": True}, TOKYO):
        made = told(**values)
        with pytest.raises(DomainError):
            _do(database, actor, made, releasing.break_early, AFTER)


def test_held_after_a_person_released_it_the_lead_stays_announced(
    database: Database, told: Told, actor: Actor
) -> None:
    made = told(**TOKYO)
    _do(database, actor, made, releasing.release, AFTER)
    outcome = _do(database, actor, made, releasing.hold, AFTER + HOUR)
    assert outcome == releasing.Outcome()
    assert _reload(database, made).public_at is None
    assert _stage(database, made) is StageCode.ANNOUNCED


def test_held_after_it_came_out_by_itself_the_lead_goes_back(
    database: Database, told: Told, actor: Actor
) -> None:
    made = told(**TOKYO, release=Release.AUTOMATIC)
    _run(database, AFTER)
    outcome = _do(database, actor, made, releasing.hold, AFTER + HOUR)
    assert outcome.has_moved
    assert _stage(database, made) is StageCode.COMMITTED
    assert _do(database, actor, made, releasing.release, AFTER + 2 * HOUR).has_moved
    # Now somebody decided it.
    assert not _do(database, actor, made, releasing.hold, AFTER + 3 * HOUR).has_moved
    assert _stage(database, made) is StageCode.ANNOUNCED


def test_a_lead_announced_before_is_not_moved_back_by_a_second_announcement(
    database: Database, told: Told, actor: Actor
) -> None:
    first = told()
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        lead = session.get_one(Lead, first.lead_id)
        move_lead(session, lead, StageCode.ANNOUNCED, actor=LOCAL_ADMINISTRATOR, now=NOW)
    second = make_announcement(
        database, reload_lead(database, lead.id), **TOKYO, release=Release.AUTOMATIC
    )
    _run(database, AFTER)
    _do(database, actor, second, releasing.hold, AFTER + HOUR)
    assert _stage(database, second) is StageCode.ANNOUNCED


@pytest.mark.parametrize(
    "case",
    [
        (
            TOKYO,
            (),
            "under embargo until 2026-11-21 09:00 (Tokyo): the lead moves when Owner Of It",
        ),
        ({**TOKYO, "release": Release.AUTOMATIC}, (), "moves then, by itself"),
        ({"is_draft": True}, (), "not public yet: the lead moves when Owner Of It releases it"),
        (TOKYO, ("hold",), "on hold: the lead moves when Owner Of It releases it"),
    ],
)
def test_the_lead_does_not_move_before_and_is_told_when_and_by_whom(
    database: Database,
    told: Told,
    actor: Actor,
    case: tuple[dict[str, object], tuple[str, ...], str],
) -> None:
    values, taps, words = case
    made = told(**values)
    for tap in taps:
        _do(database, actor, made, getattr(releasing, tap), NOW)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        lead = session.get_one(Lead, made.lead_id)
        with pytest.raises(EmbargoError) as caught:
            move_lead(
                session,
                lead,
                StageCode.ANNOUNCED,
                actor=LOCAL_ADMINISTRATOR,
                now=NOW,
                is_override=True,
                reason="whatever",
            )
    assert words in str(caught.value)


def test_an_edit_never_publishes_and_a_new_embargo_closes_again(
    database: Database, told: Told, actor: Actor
) -> None:
    made = told(**TOKYO)
    parties = _party(database)

    def revised(now: datetime, **values: object) -> Announcement:
        with database.transaction(actor) as session:
            found = session.get_one(Announcement, made.id)
            revise(
                session,
                found,
                announcement_details(parties=parties, **values),
                actor=actor,
                now=now,
            )
        return _reload(database, made)

    assert state_of(revised(NOW), NOW) is State.DRAFT
    assert state_of(revised(AFTER, **TOKYO), AFTER) is State.AWAITING
    _do(database, actor, made, releasing.release, AFTER)
    assert revised(AFTER + HOUR, **TOKYO, title="Better").public_at == AFTER
    later = {**TOKYO, "embargo_until": AFTER + 5 * HOUR}
    assert state_of(revised(AFTER + HOUR, **later), AFTER + HOUR) is State.EMBARGOED


def test_only_a_draft_goes_without_a_source_and_needs_one_to_be_released(
    database: Database, told: Told, actor: Actor
) -> None:
    made = told(is_draft=True, source=None)
    with pytest.raises(DomainError) as caught:
        _do(database, actor, made, releasing.release, NOW)
    assert caught.value.field == "source"
    with pytest.raises(DomainError):
        told(source=None, **TOKYO)


def test_whoever_only_reads_taps_nothing(database: Database, told: Told) -> None:
    viewer = actor_for(database, make_user(database, role=Role.VIEWER))
    made = told(**TOKYO)
    for command in (
        releasing.release,
        releasing.hold,
        releasing.take_off_hold,
        releasing.break_early,
    ):
        with database.transaction(viewer) as session, pytest.raises(ForbiddenError):
            command(  # type: ignore[operator]
                session, session.get_one(Announcement, made.id), actor=viewer, now=AFTER
            )


def test_the_checks_of_delivery_are_set_when_it_becomes_public(
    database: Database, told: Told, actor: Actor
) -> None:
    def days(made: Announcement) -> list[date | None]:
        with database.unscoped_reader(purpose="test") as session:
            return list(
                session.scalars(
                    sa.select(DeliveryCheck.due_on)
                    .where(DeliveryCheck.announcement_id == made.id)
                    .order_by(DeliveryCheck.months)
                )
            )

    made = told(**TOKYO)
    assert days(made) == []
    _do(database, actor, made, releasing.release, AFTER)
    assert days(made) == [date(2027, 11, 21), date(2028, 11, 21), date(2029, 11, 21)]
    by_itself = told(**TOKYO, release=Release.AUTOMATIC)
    _run(database, AFTER)
    assert days(by_itself)[0] == date(2027, 11, 21)
    # Only words tell the day: there is nothing to count from.
    assert days(told(announced_as_printed="on Wednesday")) == []
    # A leap day, and a month that is all that is known.
    leap = told(announced=StatedDate(date(2024, 2, 29)))
    assert days(leap) == [date(2025, 2, 28), date(2026, 2, 28), date(2027, 2, 28)]
    month = told(announced=StatedDate(date(2024, 2, 5), Precision.MONTH))
    assert days(month)[0] == date(2025, 2, 28)
    others = make_announcement(
        database,
        None,
        announced=StatedDate(date(2024, 2, 5)),
        parties=_party(database),
    )
    assert days(others) == []


def _party(database: Database) -> tuple[PartyDetails, ...]:
    return (PartyDetails(make_organization(database).id, PartySide.FOREIGN),)
