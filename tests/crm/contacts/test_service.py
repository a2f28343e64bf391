"""Commands on contacts, and what native titles tell."""

import pytest
import sqlalchemy as sa

from crm.contacts.seniority import seniority_of
from crm.contacts.service import ContactDetails, edit_contact
from crm.database import Database
from models.audit import AuditEntry
from models.contact import Contact, Seniority
from models.errors import DomainError, ForbiddenError
from models.organization import Organization
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.contact import make_contact
from tests.factories.organization import make_organization, restrict
from tests.factories.user import actor_for, make_team, make_user

ADMIN = LOCAL_ADMINISTRATOR


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("代表取締役社長", Seniority.EXECUTIVE),
        ("代表取締役副社長", Seniority.EXECUTIVE),
        ("取締役副社長", Seniority.SENIOR_MANAGING),
        ("専務取締役 経営企画本部長", Seniority.SENIOR_MANAGING),
        ("常務執行役員", Seniority.MANAGING),
        ("執行役員", Seniority.DIRECTOR),
        ("海外事業本部長", Seniority.DIVISION_HEAD),
        ("経営企画部 部長", Seniority.DEPARTMENT_HEAD),
        ("部長代理", Seniority.SECTION_HEAD),
        ("次長", Seniority.SECTION_HEAD),
        ("課長", Seniority.SECTION_HEAD),
        ("主任", Seniority.STAFF),
        ("社長室 課長", Seniority.SECTION_HEAD),
        ("회장", Seniority.EXECUTIVE),
        ("대표이사", Seniority.EXECUTIVE),
        ("부사장", Seniority.SENIOR_MANAGING),
        ("전무이사", Seniority.SENIOR_MANAGING),
        ("상무", Seniority.MANAGING),
        ("이사", Seniority.DIRECTOR),
        ("전략기획본부장", Seniority.DIVISION_HEAD),
        ("부장", Seniority.DEPARTMENT_HEAD),
        ("과장", Seniority.SECTION_HEAD),
        ("대리", Seniority.STAFF),
        ("駐在員", None),
        ("General Manager", None),
        ("", None),
        (None, None),
    ],
)
def test_a_native_title_tells_the_rank(title: str | None, level: Seniority | None) -> None:
    assert seniority_of(title) is level


def test_what_is_said_of_the_rank_wins_over_the_title(database: Database) -> None:
    told = make_contact(database, native_title="部長")
    said = make_contact(database, native_title="部長", seniority=Seniority.EXECUTIVE)
    assert told.seniority is Seniority.DEPARTMENT_HEAD
    assert said.seniority is Seniority.EXECUTIVE


def test_the_order_on_the_card_is_never_turned_round(any_database: Database) -> None:
    made = make_contact(any_database, printed_name=" KIM Jung-Kwan ", native_name="김정관")
    assert made.printed_name == "KIM Jung-Kwan"
    assert made.family_name is None
    assert made.given_name is None
    with any_database.reader(ADMIN) as session:
        entry = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.record_type == "contacts")
        ).one()
    assert entry.action == "created"


def test_a_card_with_one_name_has_that_name(database: Database) -> None:
    assert make_contact(database, printed_name="", native_name="田中 愛").printed_name == "田中 愛"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"printed_name": " "}, "printed_name"),
        ({"email": "no address"}, "email"),
        ({"email": "a@b"}, "email"),
        ({"email": "a@b.example, c@d.example"}, "email"),
        ({"phone": "ring me"}, "phone"),
    ],
)
def test_what_cannot_be_is_refused(database: Database, values: dict[str, str], field: str) -> None:
    with pytest.raises(DomainError) as caught:
        make_contact(database, **values)
    assert caught.value.field == field


def test_a_reader_adds_nobody(database: Database) -> None:
    viewer = actor_for(database, make_user(database, role=Role.VIEWER))
    with pytest.raises(ForbiddenError):
        make_contact(database, actor=viewer)


def test_somebody_at_a_restricted_organization_is_as_restricted(database: Database) -> None:
    hidden = make_organization(database)
    open_one = make_organization(database)
    team = make_team(database, make_user(database))
    restrict(database, hidden, team.id)
    made = make_contact(database, hidden)
    assert made.team_id == team.id
    with database.transaction(ADMIN) as session:
        contact = session.get_one(Contact, made.id)
        other = session.get_one(Organization, open_one.id)
        edit_contact(session, contact, ContactDetails("TANAKA"), organization=other, actor=ADMIN)
        assert contact.team_id is None
        contact.team_id = team.id
        back = session.get_one(Organization, hidden.id)
        edit_contact(session, contact, ContactDetails("TANAKA"), organization=back, actor=ADMIN)
        assert contact.team_id == team.id


def test_nobody_takes_away_an_organization_they_cannot_see(database: Database) -> None:
    hidden = make_organization(database)
    made = make_contact(database, hidden)
    team = make_team(database, make_user(database))
    restrict(database, hidden, team.id)
    officer = actor_for(database, make_user(database))
    with database.transaction(officer) as session:
        contact = session.get_one(Contact, made.id)
        edit_contact(session, contact, ContactDetails("New"), organization=None, actor=officer)
        assert contact.organization_id == hidden.id
    with database.transaction(ADMIN) as session:
        contact = session.get_one(Contact, made.id)
        edit_contact(session, contact, ContactDetails("New"), organization=None, actor=ADMIN)
        assert contact.organization_id is None
