"""How an item stands: asked, offered, confirmed, moved, held, late; and what was noted."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from crm.database import Database
from crm.interactions.follow_ups import FollowUpDetails, promise
from crm.leads.confidentiality import lift_restriction, restrict_lead, settle_organization
from crm.missions.agenda import ItemDetails, revise_item
from crm.missions.course import (
    hold_item,
    offer_times,
    set_standing,
    set_time,
    withdraw_time,
)
from crm.missions.item_parts import AttendeeDetails, MaterialDetails
from crm.missions.lateness import shift_back, shift_items
from crm.missions.notes import save_note
from models.agenda import (
    AgendaAttendee,
    AgendaItem,
    AgendaKind,
    AgendaMaterial,
    AgendaNote,
    AgendaSide,
    AgendaStanding,
    OfferedTime,
)
from models.errors import ConflictError, DomainError, ForbiddenError
from models.interaction import (
    Interaction,
    InteractionKind,
    InteractionParticipant,
    InteractionStanding,
)
from models.lead import Lead
from models.measure import Precision
from models.mission import Delivery, Mission
from models.organization import Organization
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.contact import make_contact
from tests.factories.interaction import make_conversation
from tests.factories.lead import make_lead, reload_lead
from tests.factories.mission import NOW, make_delegate, make_item, make_planned_mission
from tests.factories.organization import make_organization, restrict
from tests.factories.user import actor_for, make_team, make_user

ADMIN = LOCAL_ADMINISTRATOR
HOUR = timedelta(hours=1)
# Thu 19 Nov 19:30 in Toronto, Fri 20 Nov 09:30 in Tokyo.
EVENING = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)


def _reload(database: Database, item: AgendaItem) -> AgendaItem:
    with database.unscoped_reader(purpose="test") as session:
        return session.get_one(AgendaItem, item.id)


def _all(database: Database, cls: type) -> list:
    with database.unscoped_reader(purpose="test") as session:
        return list(session.scalars(sa.select(cls).order_by(sa.inspect(cls).primary_key[0])))


def test_an_item_about_a_lead_is_about_its_company_and_shares_its_team(database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member)
    lead = make_lead(database, team_id=team.id, confidentiality_reason="asked", code_name="Falcon")
    mission = make_planned_mission(database)
    item = make_item(
        database,
        mission,
        lead=lead,
        attendees=(AttendeeDetails(AgendaSide.THEIRS, name="Somebody"),),
        materials=(MaterialDetails("Deck", "ja"),),
    )
    assert (item.organization_id, item.team_id) == (lead.organization_id, team.id)
    assert [one.team_id for one in _all(database, AgendaAttendee)] == [team.id]
    assert [one.team_id for one in _all(database, AgendaMaterial)] == [team.id]


def test_a_secret_company_stands_on_no_open_item(database: Database) -> None:
    hidden = make_organization(database)
    restrict(database, hidden, make_team(database, make_user(database)).id)
    mission = make_planned_mission(database)
    with pytest.raises(DomainError):
        make_item(database, mission, lead=make_lead(database), organization=hidden)
    assert make_item(database, mission, organization=hidden).team_id == hidden.team_id


def test_a_trade_fair_has_no_agenda(database: Database) -> None:
    with pytest.raises(DomainError):
        make_item(database, make_planned_mission(database, is_fair=True))


def test_restricting_a_lead_takes_its_items_along_and_lifting_gives_them_back(
    database: Database,
) -> None:
    member = make_user(database)
    team = make_team(database, member)
    lead, mission = make_lead(database), make_planned_mission(database)
    other = make_organization(database)
    item = make_item(
        database,
        mission,
        lead=lead,
        attendees=(
            AttendeeDetails(AgendaSide.THEIRS, organization_id=other.id),
            AttendeeDetails(AgendaSide.THEIRS, name="Somebody"),
        ),
        materials=(MaterialDetails("Deck"),),
    )
    alone = make_item(database, mission, organization=_company(database, lead))
    actor = actor_for(database, member)
    with database.transaction(actor) as session:
        found = session.get_one(AgendaItem, item.id)
        offer_times(session, found, [(NOW + HOUR, NOW + 2 * HOUR)], actor=actor, now=NOW)
        save_note(session, found, "They like rail", actor=actor, now=NOW)
        save_note(session, session.get_one(AgendaItem, alone.id), "Alone", actor=actor, now=NOW)
    kinds = (AgendaItem, AgendaAttendee, AgendaMaterial, AgendaNote, OfferedTime)
    with database.transaction(actor) as session:
        restrict_lead(
            session,
            session.get_one(Lead, lead.id),
            team_id=team.id,
            reason="asked",
            actor=actor,
            now=NOW,
        )
    for kind in kinds:
        assert {row.team_id for row in _all(database, kind)} == {team.id}, kind
    outsider = actor_for(database, make_user(database, role=Role.MANAGER))
    with database.reader(outsider) as session:
        for kind in kinds:
            assert session.scalars(sa.select(kind)).all() == [], kind
    # Settling an open company that came along does not open the secret item's row.
    with database.transaction(actor) as session:
        settle_organization(session, other.id)
    assert {row.team_id for row in _all(database, AgendaAttendee)} == {team.id}
    with database.transaction(actor) as session:
        lift_restriction(
            session, session.get_one(Lead, lead.id), reason="public", actor=actor, now=NOW
        )
    for kind in kinds:
        assert {row.team_id for row in _all(database, kind)} == {None}, kind


def test_a_delegate_of_a_secret_company_is_named_at_no_table(any_database: Database) -> None:
    """People of our side can be of a company too, and it can become a secret afterwards."""
    database = any_database
    member = make_user(database)
    team = make_team(database, member)
    actor = actor_for(database, member)
    lead, mission = make_lead(database), make_planned_mission(database)
    company = _company(database, lead)
    person = make_contact(database, company, printed_name="HAYATE Secret")
    delegates = [
        make_delegate(database, mission, contact_id=person.id),
        make_delegate(database, mission, name="Zephyr driver", organization_id=company.id),
        make_delegate(database, mission, name="Mayor Sample"),
    ]
    ours = tuple(AttendeeDetails(AgendaSide.OURS, delegate_id=one.id) for one in delegates)
    make_item(database, mission, attendees=ours)
    with database.transaction(actor) as session:
        found = session.get_one(Lead, lead.id)
        restrict_lead(session, found, team_id=team.id, reason="asked", actor=actor, now=NOW)
    # Before it became a secret and after.
    make_item(database, mission, actor=actor, attendees=ours)
    with database.reader(actor_for(database, make_user(database))) as session:
        seen = session.scalars(sa.select(AgendaAttendee)).all()
        assert [one.delegate_id for one in seen] == [delegates[2].id] * 2
    with database.transaction(actor) as session:
        found = session.get_one(Lead, lead.id)
        lift_restriction(session, found, reason="public", actor=actor, now=NOW)
    assert {row.team_id for row in _all(database, AgendaAttendee)} == {None}


def _company(database: Database, lead: Lead) -> Organization:
    with database.unscoped_reader(purpose="test") as session:
        return session.get_one(Organization, lead.organization_id)


def test_times_are_offered_and_one_is_agreed(database: Database) -> None:
    item = make_item(
        database, make_planned_mission(database), organization=make_organization(database)
    )
    first, second = (NOW + HOUR, NOW + 2 * HOUR), (NOW + 5 * HOUR, NOW + 6 * HOUR)
    with database.transaction(ADMIN) as session:
        found = session.get_one(AgendaItem, item.id)
        offer_times(session, found, [first, second, first], actor=ADMIN, now=NOW)
        offer_times(session, found, [second], actor=ADMIN, now=NOW)
        assert found.standing is AgendaStanding.OFFERED
    assert [one.starts_at for one in _all(database, OfferedTime)] == [first[0], second[0]]
    with database.transaction(ADMIN) as session:
        found = session.get_one(AgendaItem, item.id)
        set_time(session, found, *second, time_zone="Asia/Tokyo", actor=ADMIN, now=NOW)
        assert found.standing is AgendaStanding.CONFIRMED
    assert _all(database, OfferedTime) == []
    with database.transaction(ADMIN) as session:
        found = session.get_one(AgendaItem, item.id)
        set_time(session, found, *first, actor=ADMIN, now=NOW)
        assert (found.standing, found.starts_at) == (AgendaStanding.MOVED, first[0])
        set_standing(session, found, AgendaStanding.CONFIRMED, actor=ADMIN, now=NOW)
        assert found.time_zone == "Asia/Tokyo"


def test_an_offer_is_taken_back(database: Database) -> None:
    item = make_item(database, make_planned_mission(database))
    with database.transaction(ADMIN) as session:
        found = session.get_one(AgendaItem, item.id)
        offer_times(session, found, [(NOW + HOUR, NOW + 2 * HOUR)], actor=ADMIN, now=NOW)
        withdraw_time(session, found, NOW + HOUR, actor=ADMIN, now=NOW)
        assert found.standing is AgendaStanding.ASKED
    assert _all(database, OfferedTime) == []


@pytest.mark.parametrize(
    "times",
    [
        [(NOW - HOUR, NOW)],
        [(NOW + HOUR, NOW + HOUR)],
        [(NOW + n * HOUR, NOW + (n + 1) * HOUR) for n in range(1, 15)],
    ],
)
def test_an_offer_that_cannot_be_is_refused(
    database: Database, times: list[tuple[datetime, datetime]]
) -> None:
    item = make_item(database, make_planned_mission(database))
    with pytest.raises(DomainError), database.transaction(ADMIN) as session:
        offer_times(session, session.get_one(AgendaItem, item.id), times, actor=ADMIN, now=NOW)


def test_an_item_is_confirmed_for_a_day(database: Database) -> None:
    bare = make_item(database, make_planned_mission(database))
    with pytest.raises(DomainError), database.transaction(ADMIN) as session:
        set_standing(
            session,
            session.get_one(AgendaItem, bare.id),
            AgendaStanding.CONFIRMED,
            actor=ADMIN,
            now=NOW,
        )


def test_what_was_held_is_a_conversation_on_the_market_s_day(database: Database) -> None:
    lead = make_lead(database)
    colleague = make_user(database)
    contact = make_contact(database, _company(database, lead))
    mission = make_planned_mission(database)
    ours = make_delegate(database, mission, user_id=colleague.id)
    guest = make_delegate(database, mission, name="Mayor Sample")
    item = make_item(
        database,
        mission,
        lead=lead,
        purpose="Sites with rail",
        starts_at=EVENING,
        ends_at=EVENING + HOUR,
        video_link="https://meet.example.com/x",
        attendees=(
            AttendeeDetails(AgendaSide.OURS, delegate_id=ours.id),
            AttendeeDetails(AgendaSide.OURS, delegate_id=guest.id),
            AttendeeDetails(AgendaSide.THEIRS, contact_id=contact.id),
            AttendeeDetails(AgendaSide.THEIRS, name="Their interpreter"),
        ),
    )
    with database.transaction(ADMIN) as session:
        hold_item(session, session.get_one(AgendaItem, item.id), actor=ADMIN, now=NOW)
    held = _reload(database, item)
    (talk,) = _all(database, Interaction)
    assert (held.standing, held.interaction_id) == (AgendaStanding.HELD, talk.id)
    assert (talk.kind, talk.standing) == (InteractionKind.VIDEO, InteractionStanding.HELD)
    # In Toronto it was the 19th still.
    assert (talk.happened_on, talk.starts_at) == (date(2026, 11, 20), EVENING)
    assert talk.ends_at == EVENING + HOUR
    assert (talk.lead_id, talk.mission_id, talk.summary) == (lead.id, mission.id, "Sites with rail")
    people = _all(database, InteractionParticipant)
    assert {(one.user_id, one.contact_id, one.name) for one in people} == {
        (colleague.id, None, None),
        (None, None, "Mayor Sample"),
        (None, contact.id, None),
        (None, None, "Their interpreter"),
    }
    assert reload_lead(database, lead.id).last_contact_on == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("kind", "delivery", "expected"),
    [
        (AgendaKind.MEETING, Delivery.VIRTUAL, InteractionKind.VIDEO),
        (AgendaKind.MEETING, Delivery.IN_PERSON, InteractionKind.MEETING),
        (AgendaKind.MEETING, None, InteractionKind.MEETING),
        (AgendaKind.LUNCH, Delivery.IN_PERSON, InteractionKind.MEETING),
        (AgendaKind.ROUNDTABLE, Delivery.VIRTUAL, InteractionKind.ROUNDTABLE),
        (AgendaKind.RECEPTION, Delivery.IN_PERSON, InteractionKind.RECEPTION),
        (AgendaKind.SITE_VISIT, Delivery.HYBRID, InteractionKind.SITE_VISIT),
    ],
)
def test_each_kind_of_item_is_its_kind_of_conversation(
    database: Database, kind: AgendaKind, delivery: Delivery | None, expected: InteractionKind
) -> None:
    mission = make_planned_mission(database, delivery=delivery)
    item = make_item(
        database, mission, kind=kind, organization=make_organization(database), starts_at=EVENING
    )
    with database.transaction(ADMIN) as session:
        hold_item(session, session.get_one(AgendaItem, item.id), actor=ADMIN, now=NOW)
    assert [talk.kind for talk in _all(database, Interaction)] == [expected]


def test_undoing_what_was_held_corrects_the_last_contact(database: Database) -> None:
    lead = make_lead(database)
    make_conversation(database, lead, happened_on=date(2026, 10, 1))
    item = make_item(database, make_planned_mission(database), lead=lead, starts_at=EVENING)
    for _ in range(2):
        with database.transaction(ADMIN) as session:
            found = session.get_one(AgendaItem, item.id)
            set_standing(session, found, AgendaStanding.HELD, actor=ADMIN, now=NOW)
        assert reload_lead(database, lead.id).last_contact_on == date(2026, 11, 20)
        with database.transaction(ADMIN) as session:
            found = session.get_one(AgendaItem, item.id)
            set_standing(session, found, AgendaStanding.NO_SHOW, actor=ADMIN, now=NOW)
            assert found.interaction_id is None
        assert reload_lead(database, lead.id).last_contact_on == date(2026, 10, 1)
    assert len(_all(database, Interaction)) == 1


def test_a_conversation_on_which_something_hangs_is_called_off_not_lost(
    database: Database,
) -> None:
    lead = make_lead(database)
    item = make_item(database, make_planned_mission(database), lead=lead, starts_at=EVENING)
    with database.transaction(ADMIN) as session:
        talk = hold_item(session, session.get_one(AgendaItem, item.id), actor=ADMIN, now=NOW)
        assert talk is not None
        promise(
            session,
            FollowUpDetails("Send the map", interaction_id=talk.id),
            lead=session.get_one(Lead, lead.id),
            actor=ADMIN,
            now=NOW,
        )
    with database.transaction(ADMIN) as session:
        found = session.get_one(AgendaItem, item.id)
        set_standing(session, found, AgendaStanding.CANCELLED, actor=ADMIN, now=NOW)
    (talk,) = _all(database, Interaction)
    assert talk.standing is InteractionStanding.CANCELLED


def test_what_has_not_begun_is_neither_held_nor_missed(database: Database) -> None:
    item = make_item(
        database,
        make_planned_mission(database),
        organization=make_organization(database),
        starts_at=NOW + HOUR,
    )
    for standing in (AgendaStanding.HELD, AgendaStanding.NO_SHOW):
        with database.transaction(ADMIN) as session:
            found = session.get_one(AgendaItem, item.id)
            with pytest.raises(DomainError):
                set_standing(session, found, standing, actor=ADMIN, now=NOW)
    assert _all(database, Interaction) == []


def test_an_item_without_a_day_is_held_on_a_day_that_is_said(database: Database) -> None:
    item = make_item(
        database, make_planned_mission(database), organization=make_organization(database)
    )
    with pytest.raises(DomainError) as refused, database.transaction(ADMIN) as session:
        hold_item(session, session.get_one(AgendaItem, item.id), actor=ADMIN, now=NOW)
    assert refused.value.field == "happened_on"
    with database.transaction(ADMIN) as session:
        hold_item(
            session,
            session.get_one(AgendaItem, item.id),
            happened_on=date(2026, 11, 18),
            actor=ADMIN,
            now=NOW,
        )
    (talk,) = _all(database, Interaction)
    assert (talk.happened_on, talk.happened_precision) == (date(2026, 11, 18), Precision.DAY)


def test_an_item_with_nobody_of_record_is_held_without_a_conversation(database: Database) -> None:
    item = make_item(database, make_planned_mission(database), starts_at=EVENING)
    with database.transaction(ADMIN) as session:
        found = session.get_one(AgendaItem, item.id)
        assert hold_item(session, found, actor=ADMIN, now=NOW) is None
        assert found.standing is AgendaStanding.HELD
    assert _all(database, Interaction) == []


def test_running_late_shifts_the_rest_of_the_evening_and_can_be_undone(database: Database) -> None:
    mission = make_planned_mission(database)

    def item(hours: float, **values: object) -> AgendaItem:
        starts_at = EVENING + timedelta(hours=hours)
        return make_item(
            database,
            mission,
            **{
                "starts_at": starts_at,
                "ends_at": starts_at + HOUR,
                "standing": AgendaStanding.CONFIRMED,
                **values,
            },
        )

    earlier, first, second = item(-2), item(0), item(1)
    over = item(2, standing=AgendaStanding.CANCELLED)
    # 19:30 and five hours: after midnight in Toronto, the same day in Tokyo.
    tomorrow = item(5)
    other = make_item(database, make_planned_mission(database), starts_at=EVENING + HOUR)
    everyone = (earlier, first, second, over, tomorrow, other)
    with database.transaction(ADMIN) as session:
        shifted = shift_items(
            session, session.get_one(AgendaItem, first.id), 15, actor=ADMIN, now=NOW
        )
    late = timedelta(minutes=15)
    moved = [
        _reload(database, one).starts_at - one.starts_at  # type: ignore[operator]
        for one in everyone
    ]
    assert moved == [timedelta(0), late, late, timedelta(0), timedelta(0), timedelta(0)]
    assert _reload(database, first).ends_at == EVENING + HOUR + late
    assert _reload(database, first).standing is AgendaStanding.CONFIRMED
    with database.transaction(ADMIN) as session:
        found = session.get_one(Mission, mission.id)
        shift_back(session, found, shifted, actor=ADMIN, now=NOW)
    assert all(_reload(database, one).starts_at == one.starts_at for one in everyone)
    # Undone twice would be early.
    with pytest.raises(ConflictError), database.transaction(ADMIN) as session:
        shift_back(session, session.get_one(Mission, mission.id), shifted, actor=ADMIN, now=NOW)


def test_an_undo_spares_what_was_changed_since(database: Database) -> None:
    mission = make_planned_mission(database)
    items = [
        make_item(database, mission, starts_at=EVENING + n * HOUR, ends_at=EVENING + (n + 1) * HOUR)
        for n in range(2)
    ]
    with database.transaction(ADMIN) as session:
        shifted = shift_items(
            session, session.get_one(AgendaItem, items[0].id), 30, actor=ADMIN, now=NOW
        )
    with database.transaction(ADMIN) as session:
        found = session.get_one(AgendaItem, items[1].id)
        set_standing(session, found, AgendaStanding.CANCELLED, actor=ADMIN, now=NOW)
    with pytest.raises(ConflictError), database.transaction(ADMIN) as session:
        shift_back(session, session.get_one(Mission, mission.id), shifted, actor=ADMIN, now=NOW)
    assert _reload(database, items[0]).starts_at == EVENING + timedelta(minutes=30)


def test_another_time_makes_a_confirmed_item_a_moved_one(database: Database) -> None:
    item = make_item(
        database,
        make_planned_mission(database),
        starts_at=EVENING,
        standing=AgendaStanding.CONFIRMED,
    )
    with database.transaction(ADMIN) as session:
        found = session.get_one(AgendaItem, item.id)
        same = ItemDetails(AgendaKind.MEETING, "Same hour", starts_at=EVENING)
        revise_item(session, found, same, version=1, actor=ADMIN, now=NOW)
        assert found.standing is AgendaStanding.CONFIRMED
        later = ItemDetails(AgendaKind.MEETING, "Later", starts_at=EVENING + HOUR)
        revise_item(session, found, later, version=2, actor=ADMIN, now=NOW)
        assert (found.standing, found.version) == (AgendaStanding.MOVED, 3)
        with pytest.raises(ConflictError):
            revise_item(session, found, same, version=2, actor=ADMIN, now=NOW)


def test_what_was_held_keeps_its_day_and_its_company(database: Database) -> None:
    company = make_organization(database)
    item = make_item(
        database, make_planned_mission(database), organization=company, starts_at=EVENING
    )
    with database.transaction(ADMIN) as session:
        found = session.get_one(AgendaItem, item.id)
        hold_item(session, found, actor=ADMIN, now=NOW)
        same = session.get_one(Organization, company.id)
        fine = ItemDetails(AgendaKind.MEETING, "Said better", starts_at=EVENING)
        revise_item(session, found, fine, organization=same, actor=ADMIN, now=NOW)
        with pytest.raises(DomainError):
            revise_item(session, found, fine, actor=ADMIN, now=NOW)
        later = ItemDetails(AgendaKind.MEETING, "Later", starts_at=EVENING + HOUR)
        with pytest.raises(DomainError):
            revise_item(session, found, later, organization=same, actor=ADMIN, now=NOW)


def test_everybody_has_a_note_of_their_own(database: Database) -> None:
    item = make_item(database, make_planned_mission(database))
    one, other = (actor_for(database, make_user(database)) for _ in range(2))
    for actor, text in ((one, "Likes rail\r\n"), (other, "Asked of power"), (one, "Likes rail!")):
        with database.transaction(actor) as session:
            save_note(session, session.get_one(AgendaItem, item.id), text, actor=actor, now=NOW)
    notes = {note.author_id: note.text for note in _all(database, AgendaNote)}
    assert notes == {one.id: "Likes rail!", other.id: "Asked of power"}
    with database.transaction(one) as session:
        save_note(session, session.get_one(AgendaItem, item.id), "  ", actor=one, now=NOW)
    assert [note.author_id for note in _all(database, AgendaNote)] == [other.id]


def test_another_device_s_words_are_not_overwritten(database: Database) -> None:
    item = make_item(database, make_planned_mission(database))
    actor = actor_for(database, make_user(database))

    def write(text: str, later: int, **seen: object) -> AgendaNote | None:
        with database.transaction(actor) as session:
            return save_note(
                session,
                session.get_one(AgendaItem, item.id),
                text,
                actor=actor,
                now=NOW + timedelta(seconds=later),
                **seen,  # type: ignore[arg-type]
            )

    first = write("On the laptop", 0, is_first=True)
    assert first is not None
    with pytest.raises(ConflictError):
        write("On the phone", 5, is_first=True)
    second = write("On the laptop too", 6, seen_at=first.changed_at)
    assert second is not None
    with pytest.raises(ConflictError):
        write("On the phone", 7, seen_at=first.changed_at)
    # The same words again are no conflict.
    write("On the laptop too", 8, seen_at=first.changed_at)
    assert [note.text for note in _all(database, AgendaNote)] == ["On the laptop too"]


def test_who_may_not_write_changes_no_item(database: Database) -> None:
    item = make_item(database, make_planned_mission(database), starts_at=EVENING)
    actor = actor_for(database, make_user(database, role=Role.VIEWER))
    commands = (
        lambda s, i: set_standing(s, i, AgendaStanding.CANCELLED, actor=actor, now=NOW),
        lambda s, i: hold_item(s, i, actor=actor, now=NOW),
        lambda s, i: shift_items(s, i, 5, actor=actor, now=NOW),
        lambda s, i: save_note(s, i, "x", actor=actor, now=NOW),
        lambda s, i: set_time(s, i, EVENING, None, actor=actor, now=NOW),
        lambda s, i: offer_times(s, i, [], actor=actor, now=NOW),
    )
    for command in commands:
        with pytest.raises(ForbiddenError), database.transaction(actor) as session:
            command(session, session.get_one(AgendaItem, item.id))
