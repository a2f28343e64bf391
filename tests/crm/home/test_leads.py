"""Whom to call, who has gone quiet, and what nobody owns."""

from datetime import timedelta
from typing import Any

import pytest

from crm.database import Database
from crm.home.lead_queries import list_quiet, list_to_call, load_without_owner
from crm.home.service import hand_over_work, note_seen, snooze_lead
from models.errors import DomainError, ForbiddenError
from models.interaction import Enquiry, FollowUp
from models.lead import Lead
from models.mission import Mission, MissionStanding
from models.score import Basis, ModelVersion, Score, VersionState
from models.stage import Status
from models.user import LOCAL_ADMINISTRATOR, Actor, Role, User
from tests.factories.interaction import make_enquiry, make_next_step, make_promise
from tests.factories.lead import NOW, make_lead, reload_lead
from tests.factories.mission import make_mission
from tests.factories.user import actor_for, make_office, make_team, make_user

DAY = NOW.date()
LONG_AGO = DAY - timedelta(days=90)


def officer(database: Database) -> Actor:
    """An officer of an office."""
    return actor_for(database, make_user(database, office=make_office(database)))


@pytest.fixture
def me(database: Database) -> Actor:
    """An officer on SQLite."""
    return officer(database)


def lead_with(database: Database, **columns: Any) -> Lead:
    """A lead with columns as given, spoken to long ago."""
    lead = make_lead(database)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        found = session.get_one(Lead, lead.id)
        for name, value in {"last_contact_on": LONG_AGO, **columns}.items():
            setattr(found, name, value)
    return found


def to_call(database: Database, actor: Actor, **more: Any) -> list[str]:
    """The leads to call."""
    with database.reader(actor) as session:
        found = list_to_call(session, actor, now=NOW, besides=more.get("besides", ()))
    return [item.lead.lead_id for item in found]


def quiet(database: Database, actor: Actor, **more: Any) -> list[str]:
    """The leads that went quiet."""
    with database.reader(actor) as session:
        found = list_quiet(
            session, actor, now=NOW, quiet_after_days=60, besides=more.get("besides", ())
        )
    return [row.lead_id for row in found]


def test_ones_own_leads_come_first_then_the_offices_the_likeliest_first(
    any_database: Database,
) -> None:
    me = officer(any_database)
    other = make_user(any_database)
    mine = [lead_with(any_database, owner_id=me.id, chance=c) for c in (0.1, None, 0.3)]
    ours = [
        lead_with(any_database, owner_id=o, office_id=me.office_id, chance=c)
        for o, c in ((other.id, 0.2), (None, 0.9), (other.id, 0.1))
    ]
    lead_with(any_database, owner_id=other.id, chance=0.99)
    expected = [mine[2], mine[0], mine[1], ours[1], ours[0]]
    assert to_call(any_database, me) == [lead.public_id for lead in expected]
    assert to_call(any_database, me, besides={mine[2].public_id})[0] == mine[0].public_id


def test_hardly_likely_leads_come_last_whoever_owns_them(database: Database) -> None:
    me = officer(database)
    mine = lead_with(database, owner_id=me.id, chance=0.01)
    ours = lead_with(database, owner_id=None, office_id=me.office_id, chance=0.2)
    assert to_call(database, me) == [ours.public_id, mine.public_id]


@pytest.mark.parametrize(
    ("columns", "is_called", "is_quiet"),
    [
        ({}, True, True),
        ({"last_contact_on": None}, True, False),
        ({"last_contact_on": DAY - timedelta(days=30)}, True, False),
        ({"last_contact_on": DAY - timedelta(days=10)}, False, False),
        ({"next_action": "x", "next_action_on": DAY + timedelta(days=5)}, False, False),
        ({"next_action": "x", "next_action_on": DAY - timedelta(days=5)}, True, True),
        ({"status": Status.ON_HOLD, "hold_until": DAY}, False, False),
        ({"status": Status.LOST}, False, False),
    ],
)
def test_who_is_suggested(
    database: Database, columns: dict[str, Any], is_called: bool, is_quiet: bool
) -> None:
    me = actor_for(database, make_user(database))
    lead_with(database, owner_id=me.id, **columns)
    assert bool(to_call(database, me)) is is_called
    assert bool(quiet(database, me)) is is_quiet


def test_at_most_five_are_quiet_and_the_likeliest_first(database: Database, me: Actor) -> None:
    leads = [lead_with(database, owner_id=me.id, chance=n / 10) for n in range(7)]
    lead_with(database, owner_id=make_user(database).id, office_id=me.office_id)
    shown = quiet(database, me)
    assert shown == [lead.public_id for lead in reversed(leads)][:5]
    assert quiet(database, me, besides=shown) == [leads[1].public_id, leads[0].public_id]


def test_an_unowned_quiet_lead_is_its_offices(database: Database) -> None:
    me = actor_for(database, make_user(database, office=make_office(database)))
    gone = make_user(database, is_active=False)
    found = [
        lead_with(database, owner_id=owner, office_id=me.office_id) for owner in (None, gone.id)
    ]
    assert set(quiet(database, me)) == {lead.public_id for lead in found}


def test_a_snoozed_lead_rests_for_one_person_and_comes_back(any_database: Database) -> None:
    me = officer(any_database)
    lead = lead_with(any_database, owner_id=me.id)
    other = actor_for(any_database, make_user(any_database))
    for actor, days in ((other, 30), (me, 30), (me, 7)):
        with any_database.transaction(actor) as session:
            until = snooze_lead(
                session, session.get_one(Lead, lead.id), days=days, actor=actor, now=NOW
            )
    assert until == DAY + timedelta(days=7)
    assert (quiet(any_database, me), to_call(any_database, me)) == ([], [])
    with any_database.reader(me) as session:
        later = NOW + timedelta(days=7)
        back = list_quiet(session, me, now=later, quiet_after_days=60, besides=())
    assert [row.lead_id for row in back] == [lead.public_id]
    with pytest.raises(DomainError), any_database.transaction(me) as session:
        snooze_lead(session, session.get_one(Lead, lead.id), days=400, actor=me, now=NOW)


def test_the_reasons_of_the_score_come_along(database: Database) -> None:
    me = actor_for(database, make_user(database))
    lead = lead_with(database, owner_id=me.id, chance=0.4)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        version = ModelVersion(
            number=1,
            state=VersionState.PUBLISHED,
            basis=Basis.SCORECARD,
            cut_off_at=NOW,
            trained_at=NOW,
            trained_by="test",
            lead_count=1,
            closed_count=0,
            announced_count=0,
            metrics={},
            artefact="{}",
            sha256="x",
        )
        session.add(version)
        session.flush()
        for is_current, within in ((True, 0.3), (False, 0.1)):
            session.add(
                Score(
                    lead_id=lead.id,
                    version_id=version.id,
                    is_current=is_current,
                    as_of=NOW,
                    basis=Basis.SCORECARD,
                    probability=0.4,
                    within_90=0.1,
                    within_180=0.2,
                    within_365=within,
                    low=0.2,
                    high=0.6,
                    log_odds=0.0,
                    reasons=[{"feature": "x"}],
                )
            )
    with database.reader(me) as session:
        [item] = list_to_call(session, me, now=NOW, besides=())
    assert (item.score.within_365, item.reasons) == (0.3, [{"feature": "x"}])


def test_what_nobody_owns_is_shown_with_who_left(any_database: Database) -> None:
    office = make_office(any_database)
    boss = make_user(any_database, role=Role.MANAGER, office=office, name="Zoe")
    manager = actor_for(any_database, boss)
    colleague = make_user(any_database, name="Able")
    named = make_user(any_database, name="Named by an import", password_hash=None)
    make_user(any_database, role=Role.VIEWER, name="Looks on")
    gone = make_user(any_database, is_active=False, name="Gone")
    make_user(any_database, is_active=False, name="Left nothing")
    unowned = lead_with(any_database, owner_id=None)
    left = lead_with(any_database, owner_id=gone.id)
    imported = lead_with(any_database, owner_id=named.id)
    lead_with(any_database, owner_id=gone.id, status=Status.LOST)
    lead_with(any_database, owner_id=colleague.id)
    make_promise(any_database, left, owner_id=gone.id)
    asked = make_enquiry(any_database, owner_id=gone.id)
    with any_database.reader(manager) as session:
        waiting = load_without_owner(session)
    assert waiting is not None
    assert {row.lead_id for row in waiting.leads} == {
        lead.public_id for lead in (unowned, left, imported)
    }
    assert [row.public_id for row in waiting.enquiries] == [asked.public_id]
    assert [
        (former.name, former.lead_count, former.follow_up_count, former.enquiry_count)
        for former in waiting.former_owners
    ] == [("Gone", 1, 1, 1), ("Named by an import", 1, 0, 0)]
    assert waiting.colleagues == [(colleague.public_id, "Able"), (boss.public_id, "Zoe")]


def test_nothing_waits_where_all_is_owned(database: Database) -> None:
    manager = actor_for(database, make_user(database, role=Role.MANAGER))
    lead_with(database, owner_id=manager.id)
    with database.reader(manager) as session:
        assert load_without_owner(session) is None


def test_work_is_handed_over_whole(any_database: Database) -> None:
    manager = actor_for(any_database, make_user(any_database, role=Role.MANAGER))
    taker = make_user(any_database)
    gone, also_gone = (make_user(any_database, is_active=False) for _ in range(2))
    theirs = lead_with(any_database, owner_id=gone.id)
    single = lead_with(any_database, owner_id=also_gone.id)
    kept = lead_with(any_database, owner_id=taker.id)
    step = make_next_step(any_database, single, due_on=DAY)
    with any_database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(FollowUp, step.id).owner_id = also_gone.id
    promised = make_promise(any_database, None, owner_id=gone.id)
    asked = make_enquiry(any_database, owner_id=gone.id)
    other = make_enquiry(any_database)
    mission = make_mission(any_database)
    with any_database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        planned = session.get_one(Mission, mission.id)
        planned.owner_id, planned.standing = gone.id, MissionStanding.PLANNED
    with any_database.transaction(manager) as session:
        handed = hand_over_work(
            session,
            to=taker.public_id,
            lead_ids=[single.public_id, kept.public_id],
            enquiry_ids=[other.public_id],
            former_ids=[gone.public_id],
            actor=manager,
            now=NOW,
        )
    assert (handed.lead_count, handed.promise_count, handed.enquiry_count) == (2, 2, 2)
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        for cls, record in (
            (Lead, theirs),
            (Lead, single),
            (FollowUp, step),
            (FollowUp, promised),
            (Enquiry, asked),
            (Enquiry, other),
            (Mission, mission),
        ):
            assert session.get_one(cls, record.id).owner_id == taker.id


def test_a_restricted_lead_goes_to_nobody_who_could_not_see_it(database: Database) -> None:
    boss = make_user(database, role=Role.MANAGER)
    member, stranger = make_user(database), make_user(database)
    team = make_team(database, boss, member)
    manager = actor_for(database, boss)
    lead = make_lead(database, actor=manager, team_id=team.id)
    with (
        pytest.raises(DomainError, match="not in the team") as caught,
        database.transaction(manager) as session,
    ):
        hand_over_work(
            session, to=stranger.public_id, lead_ids=[lead.public_id], actor=manager, now=NOW
        )
    assert caught.value.field == "to"
    with database.transaction(manager) as session:
        hand_over_work(
            session, to=member.public_id, lead_ids=[lead.public_id], actor=manager, now=NOW
        )
    assert reload_lead(database, lead.id).owner_id == member.id


def test_an_officer_hands_nothing_over_and_nobody_takes_air(database: Database) -> None:
    officer = actor_for(database, make_user(database))
    manager = actor_for(database, make_user(database, role=Role.MANAGER))
    lead = lead_with(database, owner_id=None)
    taker, gone = make_user(database), make_user(database, is_active=False)
    for actor, to, lead_ids, error in (
        (officer, taker.public_id, [lead.public_id], ForbiddenError),
        (manager, gone.public_id, [lead.public_id], DomainError),
        (manager, "", [lead.public_id], DomainError),
        (manager, taker.public_id, [], DomainError),
        (manager, taker.public_id, ["nothere"], DomainError),
    ):
        with pytest.raises(error), database.transaction(actor) as session:
            hand_over_work(session, to=to, lead_ids=lead_ids, actor=actor, now=NOW)
    assert reload_lead(database, lead.id).owner_id is None


def test_what_was_seen_moves_forward_only(database: Database) -> None:
    user = make_user(database)
    me = actor_for(database, user)

    def seen(until: Any) -> Any:
        with database.transaction(me) as session:
            note_seen(session, until=until, actor=me, now=NOW)
            return session.get_one(User, user.id).looked_at

    assert seen(NOW - timedelta(hours=1)) == NOW - timedelta(hours=1)
    assert seen(NOW - timedelta(hours=2)) == NOW - timedelta(hours=1)
    assert seen(NOW + timedelta(days=1)) == NOW
