"""Letters of thanks: everybody who was met, once; and the register of gifts."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from crm.cards.sorting import SortDetails, sort_card
from crm.database import Database
from crm.leads.confidentiality import lift_restriction, restrict_lead
from crm.missions.item_parts import AttendeeDetails
from crm.thanks.gifts import About, GiftDetails, record_gift, revise_gift
from crm.thanks.queries import list_letters, list_unthanked, load_mission
from crm.thanks.service import (
    LetterDetails,
    drop_letter,
    mark_sent,
    propose_letters,
    revise_letter,
    set_template,
)
from crm.thanks.wording import SHIPPED
from models.agenda import AgendaItem, AgendaSide, AgendaStanding
from models.card import Card, CardSorting, Gift, GiftDirection, LetterTemplate, ThankYou
from models.errors import DomainError, ForbiddenError
from models.lead import Lead
from models.mission import DelegateRole, Mission
from models.organization import Organization
from models.user import LOCAL_ADMINISTRATOR, Actor, Role
from tests.factories.card import NOW, make_card, type_it
from tests.factories.contact import make_contact
from tests.factories.lead import make_lead
from tests.factories.mission import make_delegate, make_item, make_planned_mission
from tests.factories.organization import make_organization
from tests.factories.user import actor_for, make_office, make_team, make_user


def _theirs(**values: Any) -> AttendeeDetails:
    return AttendeeDetails(AgendaSide.THEIRS, **values)


def _propose(
    database: Database, mission: Mission, actor: Actor = LOCAL_ADMINISTRATOR
) -> list[ThankYou]:
    with database.transaction(actor) as session:
        return propose_letters(session, session.get_one(Mission, mission.id), actor=actor, now=NOW)


def _letters(database: Database) -> dict[str, ThankYou]:
    with database.unscoped_reader(purpose="test") as session:
        return {row.person_name: row for row in session.scalars(sa.select(ThankYou))}


def test_nobody_is_thanked_for_a_talk_on_a_name_of_ours(any_database: Database) -> None:
    company = make_organization(any_database, name="Sample Works", native_name="見本製作所")
    lead = make_lead(any_database)
    mission = make_planned_mission(any_database)
    shared: dict[str, Any] = {"standing": AgendaStanding.HELD, "starts_at": NOW - timedelta(days=2)}
    for title, name, about in (
        ("Sample Works", "Of the company", {"organization": company}),
        (lead.title, "Of the lead", {"lead": lead}),
        ("Roundtable on rail", "Of the table", {"lead": lead}),
    ):
        people = (_theirs(name=name),)
        make_item(any_database, mission, title=title, attendees=people, **shared, **about)
    _propose(any_database, mission)
    letters = _letters(any_database)
    assert "Re: Roundtable on rail" in letters["Of the table"].text
    for name in ("Of the company", "Of the lead"):
        assert "Re:" not in letters[name].text
        assert lead.title not in letters[name].text


def test_everybody_who_was_met_is_thanked_once(any_database: Database) -> None:
    company = make_organization(any_database, name="Sample Works", native_name="見本製作所")
    mission = make_planned_mission(any_database)
    mayor = make_delegate(any_database, mission, name="Mayor Sample", role=DelegateRole.LEAD)
    kamiya = make_contact(
        any_database, company, printed_name="KAMIYA Taro", native_name="かみや 太郎", language="ja"
    )
    held = AgendaStanding.HELD
    make_item(
        any_database,
        mission,
        organization=company,
        title="Roundtable on batteries",
        standing=held,
        starts_at=NOW - timedelta(days=2),
        attendees=(
            _theirs(contact_id=kamiya.id),
            _theirs(name="The chair"),
            _theirs(organization_id=company.id),
            AttendeeDetails(AgendaSide.OURS, delegate_id=mayor.id),
        ),
    )
    make_item(any_database, mission, standing=held, attendees=(_theirs(contact_id=kamiya.id),))
    make_item(any_database, mission, attendees=(_theirs(name="Not met yet"),))
    card = make_card(any_database, mission=mission, taken_at=NOW - timedelta(days=1))
    type_it(any_database, card, company, printed_name="SATO Mai")
    type_it(any_database, make_card(any_database, mission=mission), None, contact=kamiya)
    thrown = make_card(any_database, mission=mission)
    type_it(any_database, thrown, company, printed_name="Nobody")
    with any_database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = session.get_one(Card, thrown.id)
        discard = SortDetails(CardSorting.DISCARD, "")
        sort_card(session, found, discard, actor=LOCAL_ADMINISTRATOR, now=NOW)
    assert len(_propose(any_database, mission)) == 3
    letters = _letters(any_database)
    assert set(letters) == {"かみや 太郎", "The chair", "SATO Mai"}
    first = letters["かみや 太郎"]
    assert (first.language, first.honorific, first.sender_name) == ("ja", "様", "Mayor Sample")
    # By the market's clock it was the 19th; a week later it is due.
    assert first.due_on == date(2026, 11, 26)
    for words in ("見本製作所\nかみや 太郎様", "2026年11月19日に", "Roundtable", "Mayor Sample"):
        assert words in first.text
    assert letters["SATO Mai"].due_on == date(2026, 11, 26)
    assert _propose(any_database, mission) == []


def test_a_letter_follows_its_language_until_somebody_writes_in_it(database: Database) -> None:
    office = make_office(database, name="Tokyo Office")
    dana = make_user(database, name="Dana", office=office)
    mission = make_planned_mission(database)
    contact = make_contact(
        database,
        make_organization(database),
        printed_name="KIM Jung-Kwan",
        native_name="김정관",
        native_title="부장",
    )
    make_item(
        database, mission, standing=AgendaStanding.HELD,
        attendees=(_theirs(contact_id=contact.id),),
    )  # fmt: skip
    _propose(database, mission, actor_for(database, dana))
    [letter] = _letters(database).values()
    assert (letter.person_name, letter.honorific, letter.sender_id) == ("김정관", "부장님", dana.id)

    def revise(**values: Any) -> ThankYou:
        with database.transaction(LOCAL_ADMINISTRATOR) as session:
            found = session.get_one(ThankYou, letter.id)
            session.refresh(found, ["contact", "sender"])
            known = {
                name: getattr(found, name)
                for name in ("person_name", "language", "text", "honorific", "sender_id", "due_on")
            }
            details = LetterDetails(**{**known, **values})
            revise_letter(session, found, details, actor=LOCAL_ADMINISTRATOR)
        [changed] = _letters(database).values()
        return changed

    english = revise(language="en")
    assert (english.person_name, english.honorific) == ("KIM Jung-Kwan", None)
    assert english.text.startswith("Re: ")
    assert "Dear KIM Jung-Kwan," in english.text
    assert english.text.endswith("Dana\nTokyo Office")
    own = revise(text="My own words.")
    assert own.text == "My own words."
    assert revise(language="fr").text == "My own words."
    with pytest.raises(DomainError, match="Choose a language"):
        revise(language="tlh")


def test_letters_are_sent_in_bulk_and_stay_as_they_went_out(database: Database) -> None:
    mission = make_planned_mission(database)
    make_item(
        database, mission, standing=AgendaStanding.HELD,
        attendees=(_theirs(name="One"), _theirs(name="Two")),
    )  # fmt: skip
    _propose(database, mission)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        both = list_letters(session, load_mission(session, mission.public_id))
        one, two = both
        assert mark_sent(session, both, is_sent=True, actor=LOCAL_ADMINISTRATOR, now=NOW) == 2
        assert mark_sent(session, both, is_sent=True, actor=LOCAL_ADMINISTRATOR, now=NOW) == 0
        details = LetterDetails("One", "en", "Other words")
        with pytest.raises(DomainError, match="as it went out"):
            revise_letter(session, one, details, actor=LOCAL_ADMINISTRATOR)
        with pytest.raises(DomainError, match="as it went out"):
            drop_letter(session, two, actor=LOCAL_ADMINISTRATOR)
        assert mark_sent(session, [two], is_sent=False, actor=LOCAL_ADMINISTRATOR, now=NOW) == 1
        drop_letter(session, two, actor=LOCAL_ADMINISTRATOR)
    assert set(_letters(database)) == {"One"}


def test_who_was_met_in_the_open_too_is_thanked_in_the_open(database: Database) -> None:
    owner = make_user(database)
    team = make_team(database, owner)
    actor = actor_for(database, owner)
    mission, company = make_planned_mission(database), make_organization(database)
    contact = make_contact(database, company, printed_name="SATO Mai")
    secret = make_lead(database, team_id=team.id, confidentiality_reason="asked", actor=actor)
    both = {"standing": AgendaStanding.HELD, "attendees": (_theirs(contact_id=contact.id),)}
    early, late = NOW - timedelta(days=2), NOW - timedelta(days=1)
    make_item(database, mission, lead=secret, starts_at=early, actor=actor, **both)
    make_item(database, mission, title="Open table", starts_at=late, **both)
    [letter] = _propose(database, mission, actor)
    # Hidden, it would be in the way of an outsider's, and so tell of the secret.
    assert letter.team_id is None
    outsider = actor_for(database, make_user(database))
    with database.reader(outsider) as session:
        found = session.get_one(Mission, mission.id)
        session.refresh(found, ["markets"])
        letters = list_letters(session, found)
        assert [one.item.title for one in letters if one.item] == ["Open table"]
        assert list_unthanked(session, found, letters, otherwise="UTC") == []


def test_a_letter_is_as_secret_as_its_meeting(any_database: Database) -> None:
    member = make_user(any_database)
    team = make_team(any_database, member)
    actor = actor_for(any_database, member)
    outsider = actor_for(any_database, make_user(any_database))
    lead = make_lead(any_database, actor=actor, owner_id=member.id)
    mission = make_planned_mission(any_database)
    contact = make_contact(any_database)
    for about in (lead, None):
        make_item(
            any_database, mission, lead=about, standing=AgendaStanding.HELD,
            attendees=(_theirs(contact_id=contact.id), _theirs(name=f"About {about is lead}")),
        )  # fmt: skip
    with any_database.unscoped_reader(purpose="test") as session:
        item = session.scalars(sa.select(AgendaItem).where(AgendaItem.lead_id == lead.id)).one()
    with any_database.transaction(actor) as session:
        about = About(item=session.get_one(AgendaItem, item.id))
        details = GiftDetails(GiftDirection.RECEIVED, "A fan", person_name="The chair")
        record_gift(session, details, about=about, actor=actor, now=NOW)
    _propose(any_database, mission, actor)
    with any_database.transaction(actor) as session:
        found = session.get_one(Lead, lead.id)
        restrict_lead(session, found, team_id=team.id, reason="asked", actor=actor, now=NOW)

    def seen(by: Actor) -> tuple[set[str], int]:
        with any_database.reader(by) as session:
            names = {*session.scalars(sa.select(ThankYou.person_name))}
            return names, len(session.scalars(sa.select(Gift)).all())

    assert seen(outsider) == ({"About False"}, 0)
    assert seen(actor)[1] == 1
    # The same person was met at an open table as well: the outsider's proposal neither fails
    # nor tells that somebody thanks them already.
    assert _propose(any_database, mission, outsider) == []
    with any_database.transaction(actor) as session:
        found = session.get_one(Lead, lead.id)
        lift_restriction(session, found, reason="public", actor=actor, now=NOW)
    assert seen(outsider)[1] == 1
    assert len(seen(outsider)[0]) == 3


def test_those_without_a_letter_are_told_from_those_with_one(database: Database) -> None:
    mission = make_planned_mission(database)
    make_item(database, mission, standing=AgendaStanding.HELD, attendees=(_theirs(name="One"),))
    _propose(database, mission)
    make_item(database, mission, standing=AgendaStanding.HELD, attendees=(_theirs(name="Two"),))
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        found = load_mission(session, mission.public_id)
        rest = list_unthanked(session, found, list_letters(session, found), otherwise="UTC")
    assert [one.name for one in rest] == ["Two"]


def test_the_office_has_wording_of_its_own_and_takes_the_shipped_one_again(
    database: Database,
) -> None:
    manager = actor_for(database, make_user(database, role=Role.MANAGER))

    def own() -> list[str]:
        with database.unscoped_reader(purpose="test") as session:
            return list(session.scalars(sa.select(LetterTemplate.text)))

    with database.transaction(manager) as session:
        set_template(session, "en", "Hello {name}!\r\n{office}", actor=manager, now=NOW)
    assert own() == ["Hello {name}!\n{office}"]
    mission = make_planned_mission(database)
    make_item(database, mission, standing=AgendaStanding.HELD, attendees=(_theirs(name="One"),))
    _propose(database, mission)
    assert _letters(database)["One"].text == "Hello One!"
    with database.transaction(manager) as session:
        set_template(session, "en", SHIPPED["en"], actor=manager, now=NOW)
    assert own() == []
    officer = actor_for(database, make_user(database))
    with pytest.raises(ForbiddenError), database.transaction(officer) as session:
        set_template(session, "en", "Hello {name}", actor=officer, now=NOW)


def _gift(database: Database, details: GiftDetails, *, company: Organization | None = None) -> Gift:
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        about = About(session.get_one(Organization, company.id) if company else None)
        return record_gift(session, details, about=about, actor=LOCAL_ADMINISTRATOR, now=NOW)


def test_a_gift_of_unknown_value_stays_unknown(database: Database) -> None:
    company = make_organization(database)
    contact = make_contact(database, company, printed_name="KAMIYA Taro")
    gift = _gift(
        database,
        GiftDetails(GiftDirection.RECEIVED, "A fan", person_name="kamiya taro", currency="JPY"),
        company=company,
    )
    assert (gift.value_amount, gift.currency, gift.given_on) == (None, None, None)
    assert gift.contact_id == contact.id
    no_currency = _gift(
        database, GiftDetails(GiftDirection.GIVEN, "Syrup", person_name="A", value_amount=40)
    )
    assert (no_currency.value_amount, no_currency.currency) == (40, None)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"description": " "}, "what was given"),
        ({"person_name": None}, "who it is from"),
        ({"value_amount": -1}, "without a sign"),
        ({"given_on": date(2027, 1, 1)}, "future"),
    ],
)
def test_what_cannot_be_a_gift_is_refused(
    database: Database, values: dict[str, Any], problem: str
) -> None:
    known: dict[str, Any] = {"description": "A fan", "person_name": "A", **values}
    with pytest.raises(DomainError, match=problem):
        _gift(database, GiftDetails(GiftDirection.GIVEN, **known))


def test_an_entry_is_said_better_and_the_audit_keeps_both(database: Database) -> None:
    gift = _gift(database, GiftDetails(GiftDirection.GIVEN, "Syrup", person_name="A"))
    details = GiftDetails(
        GiftDirection.GIVEN, "Maple syrup", person_name="A", value_amount=40, currency="CAD"
    )
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = session.get_one(Gift, gift.id)
        revise_gift(session, found, details, about=About(), actor=LOCAL_ADMINISTRATOR, now=NOW)
    with database.unscoped_reader(purpose="test") as session:
        assert session.get_one(Gift, gift.id).description == "Maple syrup"
    viewer = actor_for(database, make_user(database, role=Role.VIEWER))
    with pytest.raises(ForbiddenError), database.transaction(viewer) as session:
        revise_gift(session, gift, details, about=About(), actor=viewer, now=NOW)
