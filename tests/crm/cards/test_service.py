"""Cards: kept once, typed into contacts and conversations, and as secret as what they are about."""

import dataclasses
import io
import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from config import Config
from crm.cards.capture import CaptureDetails, Taken, take_card
from crm.cards.service import delete_card
from crm.database import Database
from crm.leads.confidentiality import lift_restriction, restrict_lead
from crm.missions.course import hold_item
from models.agenda import AgendaItem, AgendaStanding
from models.card import Card, CardStanding, CardWish
from models.errors import DomainError, ForbiddenError
from models.interaction import Interaction, InteractionKind, InteractionParticipant, StoredFile
from models.lead import Lead
from models.mission import Delivery, Mission
from models.user import LOCAL_ADMINISTRATOR, Actor, Role
from tests.factories.card import JPEG, NOW, PNG, make_card, reload_card, type_it
from tests.factories.contact import make_contact
from tests.factories.lead import make_lead
from tests.factories.mission import make_item, make_mission, make_planned_mission
from tests.factories.organization import make_organization, restrict
from tests.factories.user import actor_for, make_team, make_user


def _take(database: Database, config: Config, details: CaptureDetails, **more: object) -> Taken:
    actor = more.pop("actor", LOCAL_ADMINISTRATOR)
    assert isinstance(actor, Actor)
    with database.transaction(actor) as session:
        return take_card(session, details, config=config, actor=actor, now=NOW, **more)  # type: ignore[arg-type]


def test_a_card_that_is_sent_twice_is_kept_once(any_database: Database, config: Config) -> None:
    officer = actor_for(any_database, make_user(any_database))
    details = CaptureDetails(str(uuid.uuid4()), name="SATO")
    first = _take(any_database, config, details, actor=officer)
    again = _take(any_database, config, details, actor=officer)
    assert (first.is_new, again.is_new) == (True, False)
    assert first.public_id == again.public_id
    # Somebody else's phone that made the same key has a card of its own.
    other = _take(
        any_database, config, details, actor=actor_for(any_database, make_user(any_database))
    )
    assert other.is_new
    with any_database.unscoped_reader(purpose="test") as session:
        assert session.scalar(sa.select(sa.func.count(Card.id))) == 2


def test_a_card_sent_again_after_it_became_a_secret_is_not_kept_twice(
    any_database: Database, config: Config
) -> None:
    officer = actor_for(any_database, make_user(any_database))
    details = CaptureDetails(str(uuid.uuid4()), name="SATO")
    first = _take(any_database, config, details, actor=officer)
    team = make_team(any_database, make_user(any_database))
    with any_database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.execute(sa.update(Card).values(team_id=team.id))
    assert _take(any_database, config, details, actor=officer) == Taken(None, is_new=False)
    assert first.public_id is not None
    with any_database.unscoped_reader(purpose="test") as session:
        assert session.scalar(sa.select(sa.func.count(Card.id))) == 1


def test_a_card_needs_a_photo_or_a_name(database: Database, config: Config) -> None:
    with pytest.raises(DomainError, match="photo of the card, or write a name"):
        _take(database, config, CaptureDetails(str(uuid.uuid4()), name="  ", note="a line"))
    with pytest.raises(DomainError, match="cannot be told"):
        _take(database, config, CaptureDetails("1", name="SATO"))
    card = make_card(database, config, front=JPEG, back=PNG)
    with database.unscoped_reader(purpose="test") as session:
        kept = session.scalars(sa.select(StoredFile).order_by(StoredFile.id)).all()
    assert [(file.name, file.content_type) for file in kept] == [
        ("card-front.jpg", "image/jpeg"),
        ("card-back.png", "image/png"),
    ]
    assert {file.card_id for file in kept} == {card.id}
    assert (reload_card(database, card).front_id, card.name) == (kept[0].id, None)


@pytest.mark.parametrize("data", [b"<svg onload=alert(1)>", b"%PDF-1.7", b"GIF89a", b"\x89PNGx"])
def test_what_is_no_photo_is_refused_and_leaves_nothing(
    database: Database, config: Config, data: bytes
) -> None:
    details = CaptureDetails(str(uuid.uuid4()), front=io.BytesIO(data))
    with pytest.raises(DomainError):
        _take(database, config, details)
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalar(sa.select(sa.func.count(Card.id))) == 0
    assert not config.files.exists() or not list(config.files.iterdir())


def test_a_phone_whose_clock_runs_ahead_took_the_card_now(database: Database) -> None:
    ahead = make_card(database, taken_at=NOW + timedelta(hours=3))
    before = make_card(database, taken_at=NOW - timedelta(hours=3))
    assert ahead.taken_at == NOW
    assert before.taken_at == NOW - timedelta(hours=3)


def test_nobody_floods_the_store(
    database: Database, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.cards.capture.CARDS_A_DAY", 2)
    officer = actor_for(database, make_user(database))
    for _ in range(2):
        _take(database, config, CaptureDetails(str(uuid.uuid4()), name="A"), actor=officer)
    with pytest.raises(DomainError, match="within a day"):
        _take(database, config, CaptureDetails(str(uuid.uuid4()), name="A"), actor=officer)


def test_who_only_reads_takes_no_card(database: Database, config: Config) -> None:
    viewer = actor_for(database, make_user(database, role=Role.VIEWER))
    with pytest.raises(ForbiddenError):
        _take(database, config, CaptureDetails(str(uuid.uuid4()), name="A"), actor=viewer)


def test_a_card_becomes_a_contact_and_a_conversation_and_no_lead(database: Database) -> None:
    company = make_organization(database)
    mission = make_mission(
        database,
        delivery=Delivery.VIRTUAL,
        home_zone="America/Toronto",
        market_zone="Asia/Tokyo",
    )
    taker = actor_for(database, make_user(database))
    # Evening in Toronto: on a virtual mission that is the day, though it is the next in Tokyo.
    card = make_card(
        database, mission=mission, actor=taker, taken_at=NOW - timedelta(hours=14), now=NOW
    )
    contact = type_it(database, card, company, native_name="佐藤", email="sato@sample.example")
    card = reload_card(database, card)
    assert card.standing is CardStanding.TYPED
    assert (card.contact_id, card.organization_id) == (contact.id, company.id)
    with database.unscoped_reader(purpose="test") as session:
        met = session.get_one(Interaction, card.interaction_id)
        people = session.scalars(
            sa.select(InteractionParticipant).where(InteractionParticipant.interaction_id == met.id)
        ).all()
        assert session.scalar(sa.select(sa.func.count(Lead.id))) == 0
    assert (met.organization_id, met.mission_id, met.lead_id) == (company.id, mission.id, None)
    assert str(met.happened_on) == "2026-11-19"
    assert {(one.contact_id, one.user_id) for one in people} == {
        (contact.id, None),
        (None, taker.id),
    }
    with pytest.raises(DomainError, match="typed already"):
        type_it(database, card, company)


def test_somebody_on_file_keeps_what_is_known_and_gains_what_was_not(database: Database) -> None:
    company = make_organization(database)
    known = make_contact(database, company, printed_name="SATO Kenji", title="Director")
    card = make_card(database)
    found = type_it(
        database, card, None, contact=known, printed_name="Sato", title="Boss", phone="+81 3 1234"
    )
    assert found.id == known.id
    assert (found.printed_name, found.title, found.phone) == (
        "SATO Kenji",
        "Director",
        "+81 3 1234",
    )
    assert reload_card(database, card).organization_id == company.id


def test_a_card_of_a_meeting_that_was_held_joins_its_conversation(database: Database) -> None:
    lead = make_lead(database)
    mission = make_mission(database)
    item = make_item(
        database, mission, lead=lead, standing=AgendaStanding.CONFIRMED,
        starts_at=NOW - timedelta(hours=2),
    )  # fmt: skip
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = session.get_one(AgendaItem, item.id)
        held = hold_item(session, found, actor=LOCAL_ADMINISTRATOR, now=NOW)
    assert held is not None
    company = make_organization(database)
    card = make_card(database, item=item)
    contact = type_it(database, card, company)
    card = reload_card(database, card)
    assert (card.mission_id, card.interaction_id) == (mission.id, held.id)
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalars(
            sa.select(InteractionParticipant.contact_id).where(
                InteractionParticipant.interaction_id == held.id
            )
        ).all() == [contact.id]
        # That they were there was not known when the meeting was written down.
        joined = session.scalars(sa.select(InteractionParticipant)).one()
    assert joined.known_at is not None
    assert joined.known_at >= held.known_at


def test_before_it_is_held_the_card_logs_a_conversation_about_the_lead(database: Database) -> None:
    lead = make_lead(database)
    item = make_item(database, make_planned_mission(database), lead=lead)
    card = make_card(database, item=item)
    type_it(database, card, make_organization(database))
    with database.unscoped_reader(purpose="test") as session:
        met = session.get_one(Interaction, reload_card(database, card).interaction_id)
    assert (met.lead_id, met.kind) == (lead.id, InteractionKind.VIDEO)


def test_a_card_is_as_secret_as_its_item_and_opens_with_it(
    database: Database, config: Config
) -> None:
    member = make_user(database)
    team = make_team(database, member)
    actor = actor_for(database, member)
    lead = make_lead(database, actor=actor, owner_id=member.id)
    item = make_item(database, make_mission(database), lead=lead)
    before = make_card(database, config, item=item, actor=actor, front=JPEG)

    def teams() -> set[int | None]:
        with database.unscoped_reader(purpose="test") as session:
            found = {*session.scalars(sa.select(Card.team_id))}
            return found | {*session.scalars(sa.select(StoredFile.team_id))}

    assert teams() == {None}
    with database.transaction(actor) as session:
        found = session.get_one(Lead, lead.id)
        restrict_lead(session, found, team_id=team.id, reason="asked", actor=actor, now=NOW)
    make_card(database, config, item=item, actor=actor, front=JPEG)
    assert teams() == {team.id}
    with database.reader(actor_for(database, make_user(database))) as session:
        assert session.scalars(sa.select(Card)).all() == []
    with database.transaction(actor) as session:
        found = session.get_one(Lead, lead.id)
        lift_restriction(session, found, reason="public now", actor=actor, now=NOW)
    assert teams() == {None}
    assert reload_card(database, before).team_id is None


def test_a_card_of_a_secret_company_is_that_team_s(database: Database, config: Config) -> None:
    company = make_organization(database)
    member = make_user(database)
    team = make_team(database, member)
    restrict(database, company, team.id)
    card = make_card(database, config, front=JPEG)
    type_it(database, card, company)
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalar(sa.select(Card.team_id)) == team.id
        assert session.scalar(sa.select(StoredFile.team_id)) == team.id
        assert session.scalar(sa.select(Interaction.team_id)) == team.id


def test_a_deleted_card_takes_its_photos_along(database: Database, config: Config) -> None:
    taker = actor_for(database, make_user(database))
    card = make_card(database, config, actor=taker, front=JPEG, wish=CardWish.KEEP)
    assert len(list(config.files.iterdir())) == 1
    other = actor_for(database, make_user(database))
    with pytest.raises(ForbiddenError), database.transaction(other) as session:
        delete_card(session, session.get_one(Card, card.id), config=config, actor=other)
    with database.transaction(taker) as session:
        delete_card(session, session.get_one(Card, card.id), config=config, actor=taker)
    assert list(config.files.iterdir()) == []
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalar(sa.select(sa.func.count(Card.id))) == 0
        assert session.scalar(sa.select(sa.func.count(StoredFile.id))) == 0


def test_a_mission_that_is_gone_loses_no_card(database: Database, config: Config) -> None:
    assert _take(
        database, dataclasses.replace(config), CaptureDetails(str(uuid.uuid4()), name="A"),
        mission=None,
    ).is_new  # fmt: skip
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalars(sa.select(Mission)).all() == []
