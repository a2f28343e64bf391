"""Sorting a card: what comes of it, and that each can be taken back."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from crm.cards.sorting import Promised, SortDetails, sort_card, unsort_card
from crm.database import Database
from models.agenda import AgendaItem
from models.card import Card, CardSorting, CardStanding
from models.errors import DomainError, ForbiddenError
from models.interaction import FollowUp, Interaction, InteractionStanding
from models.lead import Lead
from models.stage import StageCode, Status
from models.user import LOCAL_ADMINISTRATOR, Actor, Role
from tests.factories.card import NOW, make_card, reload_card, type_it
from tests.factories.lead import make_lead, reload_lead
from tests.factories.mission import make_item, make_mission
from tests.factories.organization import make_organization, restrict
from tests.factories.user import actor_for, make_team, make_user


def _sort(
    database: Database,
    card: Card,
    sorting: CardSorting,
    *,
    lead: Lead | None = None,
    actor: Actor = LOCAL_ADMINISTRATOR,
    **values: Any,
) -> Card:
    with database.transaction(actor) as session:
        sort_card(
            session,
            session.get_one(Card, card.id),
            SortDetails(sorting, "Card of SATO", **values),
            lead=session.get_one(Lead, lead.id) if lead else None,
            actor=actor,
            now=NOW,
        )
    return reload_card(database, card)


def _unsort(database: Database, card: Card) -> Card:
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        unsort_card(
            session,
            session.get_one(Card, card.id),
            summary="Card of SATO",
            reason="by mistake",
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )
    return reload_card(database, card)


def _meetings(database: Database) -> list[tuple[int | None, int | None]]:
    """The lead and the organization of each conversation."""
    with database.unscoped_reader(purpose="test") as session:
        return [
            (row.lead_id, row.organization_id)
            for row in session.scalars(
                sa.select(Interaction)
                .where(Interaction.standing == InteractionStanding.HELD)
                .order_by(Interaction.id)
            )
        ]


def _promises(database: Database) -> list[FollowUp]:
    with database.unscoped_reader(purpose="test") as session:
        return list(session.scalars(sa.select(FollowUp).where(FollowUp.is_next_step.is_(False))))


def test_a_card_opens_a_lead_at_its_first_contact(database: Database) -> None:
    company = make_organization(database, country="JP")
    owner = make_user(database)
    mission = make_mission(database)
    card = make_card(database, mission=mission, taken_at=NOW - timedelta(days=2))
    type_it(database, card, company)
    card = _sort(
        database,
        card,
        CardSorting.LEAD,
        owner_id=owner.id,
        promised=Promised("Send the site list", date(2026, 11, 25), owner.id),
    )
    assert card.lead_id is not None
    lead = reload_lead(database, card.lead_id)
    assert (lead.stage, lead.organization_id, lead.owner_id, lead.market) == (
        StageCode.FIRST_CONTACT,
        company.id,
        owner.id,
        "JP",
    )
    # The day on which they met, by the clock of the mission's market.
    assert lead.first_contact_on == date(2026, 11, 19)
    assert _meetings(database) == [(lead.id, company.id)]
    [made] = _promises(database)
    assert (made.text, made.due_on, made.owner_id, made.lead_id, made.mission_id) == (
        "Send the site list",
        date(2026, 11, 25),
        owner.id,
        lead.id,
        mission.id,
    )
    assert (card.standing, card.follow_up_id) == (CardStanding.SORTED, made.id)


def test_undone_the_lead_is_abandoned_and_the_promise_gone(database: Database) -> None:
    company = make_organization(database)
    card = make_card(database)
    type_it(database, card, company)
    card = _sort(database, card, CardSorting.LEAD, promised=Promised("Call"))
    lead_id = card.lead_id
    assert lead_id is not None
    card = _unsort(database, card)
    assert (card.standing, card.sorting, card.lead_id) == (CardStanding.TYPED, None, None)
    lead = reload_lead(database, lead_id)
    assert (lead.status, lead.status_reason) == (Status.ABANDONED, "by mistake")
    assert _promises(database) == []
    assert _meetings(database) == [(None, company.id)]


def test_a_card_joins_a_lead_on_file_and_leaves_it_again(database: Database) -> None:
    lead = make_lead(database)
    before = reload_lead(database, lead.id).last_contact_on
    company = make_organization(database)
    card = make_card(database)
    type_it(database, card, company)
    card = _sort(database, card, CardSorting.EXISTING_LEAD, lead=lead)
    assert card.lead_id == lead.id
    assert _meetings(database) == [(lead.id, company.id)]
    assert reload_lead(database, lead.id).last_contact_on == date(2026, 11, 20)
    card = _unsort(database, card)
    assert card.lead_id is None
    assert _meetings(database) == [(None, company.id)]
    after = reload_lead(database, lead.id)
    assert (after.status, after.last_contact_on) == (Status.ACTIVE, before)


def test_the_conversation_of_a_meeting_about_the_lead_stays(database: Database) -> None:
    lead = make_lead(database)
    item = make_item(database, make_mission(database), lead=lead)
    card = make_card(database, item=item)
    type_it(database, card, make_organization(database))
    met = reload_card(database, card).interaction_id
    card = _sort(database, card, CardSorting.EXISTING_LEAD, lead=lead)
    assert card.interaction_id == met
    assert _unsort(database, card).interaction_id == met
    with database.unscoped_reader(purpose="test") as session:
        assert session.get_one(AgendaItem, item.id).lead_id == lead.id


def test_keeping_in_touch_is_a_promise_to_somebody(database: Database) -> None:
    company = make_organization(database)
    card = make_card(database)
    type_it(database, card, company)
    with pytest.raises(DomainError, match="Say what is next"):
        _sort(database, card, CardSorting.KEEP_IN_TOUCH)
    card = _sort(database, card, CardSorting.KEEP_IN_TOUCH, promised=Promised("Write in spring"))
    [made] = _promises(database)
    assert (made.organization_id, made.lead_id, made.promised_to, made.interaction_id) == (
        company.id,
        None,
        "SATO Sample",
        card.interaction_id,
    )
    assert card.lead_id is None


def test_a_kept_promise_survives_the_undoing(database: Database) -> None:
    card = make_card(database)
    type_it(database, card, make_organization(database))
    _sort(database, card, CardSorting.KEEP_IN_TOUCH, promised=Promised("Write"))
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.execute(sa.update(FollowUp).values(done_at=NOW))
    assert _unsort(database, card).follow_up_id is None
    assert len(_promises(database)) == 1


def test_a_card_can_be_discarded_untyped_and_comes_back_untyped(database: Database) -> None:
    card = _sort(database, make_card(database), CardSorting.DISCARD)
    assert (card.standing, card.sorting) == (CardStanding.SORTED, CardSorting.DISCARD)
    assert _unsort(database, card).standing is CardStanding.TAKEN


@pytest.mark.parametrize("sorting", [CardSorting.LEAD, CardSorting.EXISTING_LEAD])
def test_nothing_comes_of_a_card_that_nobody_typed(
    database: Database, sorting: CardSorting
) -> None:
    with pytest.raises(DomainError, match="Type the card first"):
        _sort(database, make_card(database), sorting)


def test_a_lead_needs_a_company(database: Database) -> None:
    card = make_card(database)
    type_it(database, card)
    with pytest.raises(DomainError, match="A lead needs a company"):
        _sort(database, card, CardSorting.LEAD)
    lead = make_lead(database)
    assert _sort(database, card, CardSorting.EXISTING_LEAD, lead=lead).lead_id == lead.id


def test_a_card_is_sorted_once(database: Database) -> None:
    card = make_card(database)
    _sort(database, card, CardSorting.DISCARD)
    with pytest.raises(DomainError, match="sorted already"):
        _sort(database, card, CardSorting.DISCARD)
    _unsort(database, card)
    with pytest.raises(DomainError, match="is not sorted"):
        _unsort(database, card)


def test_a_secret_company_makes_no_open_lead(database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member)
    actor = actor_for(database, member)
    company = make_organization(database)
    restrict(database, company, team.id)
    card = make_card(database, actor=actor)
    type_it(database, card, company, actor=actor)
    with pytest.raises(DomainError, match="secret"):
        _sort(database, card, CardSorting.EXISTING_LEAD, lead=make_lead(database), actor=actor)
    card = _sort(database, card, CardSorting.LEAD, actor=actor)
    assert card.lead_id is not None
    assert reload_lead(database, card.lead_id).team_id == team.id == card.team_id


def test_who_only_reads_sorts_nothing(database: Database) -> None:
    card = make_card(database)
    viewer = actor_for(database, make_user(database, role=Role.VIEWER))
    with pytest.raises(ForbiddenError):
        _sort(database, card, CardSorting.DISCARD, actor=viewer)
