"""Commands on organizations: what they keep, what they refuse, what they write to the audit."""

import dataclasses
from datetime import date

import pytest
import sqlalchemy as sa

from crm.database import Database
from crm.organizations.matching import (
    AmbiguousError,
    find_same_named,
    resolve_organization,
    suggest_organizations,
)
from crm.organizations.parts import (
    RelationDetails,
    SiteDetails,
    add_identifier,
    add_site,
    relate,
    unrelate,
)
from crm.organizations.plan import NameDetails, OrganizationDetails
from crm.organizations.service import add_name, edit_organization
from models.audit import AuditEntry
from models.errors import DomainError, ForbiddenError, NotFoundError
from models.lead import Lead
from models.measure import Measure, Qualifier
from models.organization import (
    IdentifierScheme,
    NameKind,
    Organization,
    OrganizationName,
    OrganizationRole,
    OrganizationRoleLink,
    RelationKind,
    Script,
    Site,
)
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.lead import make_lead
from tests.factories.organization import NOW, make_organization, restrict
from tests.factories.user import actor_for, make_team, make_user

ADMIN = LOCAL_ADMINISTRATOR


def _details(**values: object) -> OrganizationDetails:
    return OrganizationDetails(**{"name": "Sample Works", **values})  # type: ignore[arg-type]


def _names(database: Database, organization: Organization) -> dict[str, OrganizationName]:
    with database.reader(ADMIN) as session:
        rows = session.scalars(
            sa.select(OrganizationName).where(OrganizationName.organization_id == organization.id)
        )
        return {row.text: row for row in rows}


def test_adding_keeps_every_name_with_its_script(any_database: Database) -> None:
    made = make_organization(
        any_database,
        name="Toyota Sample Works",
        native_name="株式会社見本自動織機",
        country="JP",
        other_names=(NameDetails("ミホンジドウショッキ", kind=NameKind.KANA),),
        roles=(OrganizationRole.PROSPECT, OrganizationRole.INVESTOR),
    )
    names = _names(any_database, made)
    assert {text: name.script for text, name in names.items()} == {
        "Toyota Sample Works": Script.LATIN,
        "株式会社見本自動織機": Script.HAN,
        "ミホンジドウショッキ": Script.KANA,
    }
    assert names["株式会社見本自動織機"].language == "ja"
    assert made.native_name == "株式会社見本自動織機"
    with any_database.reader(ADMIN) as session:
        entry = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.record_type == "organizations")
        ).one()
    assert entry.action == "created"


def test_a_native_name_in_the_first_field_is_the_native_name(database: Database) -> None:
    made = make_organization(database, name="주식회사 대한민국첨단소재기술연구원", native_name=None)
    assert made.native_name == "주식회사 대한민국첨단소재기술연구원"
    assert made.native_language == "ko"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " ", "native_name": None}, "name"),
        ({"name": "---", "native_name": None}, "text"),
        ({"roles": ()}, "roles"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"website": "data:text/html,x"}, "website"),
        ({"website": "ftp://files.example.com"}, "website"),
        ({"website": "https://user:secret@example.com"}, "website"),
        ({"website": "https://localhost"}, "website"),
        ({"website": "https://[::1"}, "website"),
    ],
)
def test_what_cannot_be_is_refused(
    database: Database, values: dict[str, object], field: str
) -> None:
    with pytest.raises(DomainError) as caught:
        make_organization(database, **values)
    assert caught.value.field == field
    with database.reader(ADMIN) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Organization)) == 0


def test_a_bare_host_becomes_a_link(database: Database) -> None:
    assert make_organization(database, website="www.example.co.jp").website == (
        "https://www.example.co.jp"
    )


def test_a_reader_changes_nothing(database: Database) -> None:
    made = make_organization(database)
    viewer = actor_for(database, make_user(database, role=Role.VIEWER))
    with database.transaction(viewer) as session:
        found = session.get_one(Organization, made.id)
        with pytest.raises(ForbiddenError):
            edit_organization(session, found, _details(), actor=viewer, now=NOW)


def test_a_new_name_reaches_the_leads_that_show_it_hidden_ones_too(any_database: Database) -> None:
    made = make_organization(any_database, name="Old Name Works", native_name=None)
    team = make_team(any_database, make_user(any_database))
    open_lead = make_lead(any_database, organization_id=made.id)
    hidden = make_lead(any_database, organization_id=made.id, team_id=team.id)
    coded = make_lead(any_database, organization_id=made.id, code_name="Project Otter")
    officer = actor_for(any_database, make_user(any_database))
    with any_database.transaction(officer) as session:
        found = session.get_one(Organization, made.id)
        edit_organization(session, found, _details(name="New Name"), actor=officer, now=NOW)
    with any_database.reader(ADMIN) as session:
        titles = dict(session.execute(sa.select(Lead.id, Lead.title)).all())
    assert titles == {
        open_lead.id: "New Name",
        hidden.id: "New Name",
        coded.id: "Project Otter",
    }


def test_editing_tells_the_audit_of_names_and_roles(database: Database) -> None:
    made = make_organization(database, name="First", native_name=None)
    with database.transaction(ADMIN) as session:
        found = session.get_one(Organization, made.id)
        edit_organization(
            session,
            found,
            _details(
                name="First",
                roles=(OrganizationRole.INVESTOR,),
                other_names=(NameDetails("Premier", kind=NameKind.FORMER, language="fr"),),
            ),
            actor=ADMIN,
            now=NOW,
        )
    with database.reader(ADMIN) as session:
        roles = session.scalars(sa.select(OrganizationRoleLink.role)).all()
        entries = session.scalars(
            sa.select(AuditEntry).where(
                AuditEntry.action == "changed", AuditEntry.record_type == "organizations"
            )
        ).all()
    assert roles == [OrganizationRole.INVESTOR]
    changes = {
        field: change for entry in entries for field, change in (entry.changes or {}).items()
    }
    assert changes == {
        "roles": [["prospect"], ["investor"]],
        "names": [
            ["First (official_english)"],
            ["First (official_english)", "Premier (former, fr)"],
        ],
    }


def test_editing_without_a_change_writes_nothing(database: Database) -> None:
    made = make_organization(database, name="Same", native_name="同じ会社", country="JP")
    with database.transaction(ADMIN) as session:
        found = session.get_one(Organization, made.id)
        edit_organization(
            session,
            found,
            _details(name="Same", native_name="同じ会社", country="JP"),
            actor=ADMIN,
            now=NOW,
        )
    with database.reader(ADMIN) as session:
        assert session.scalars(sa.select(AuditEntry.action)).all() == ["created"] * 2


def test_a_removed_name_goes_and_the_others_keep_their_source(database: Database) -> None:
    made = make_organization(
        database,
        name="Kept",
        native_name=None,
        other_names=(NameDetails("Gone"), NameDetails("Staying", source="card")),
    )
    with database.transaction(ADMIN) as session:
        found = session.get_one(Organization, made.id)
        edit_organization(
            session,
            found,
            _details(name="Kept", other_names=(NameDetails("Staying", source="card"),)),
            actor=ADMIN,
            now=NOW,
        )
    names = _names(database, made)
    assert set(names) == {"Kept", "Staying"}
    assert names["Staying"].source == "card"


def test_the_first_name_in_another_script_is_shown_on_lists(database: Database) -> None:
    made = make_organization(database, name=None, native_name="株式会社見本")
    lead = make_lead(database, organization_id=made.id)
    with database.transaction(ADMIN) as session:
        found = session.get_one(Organization, made.id)
        add_name(session, found, NameDetails("Mihon Corp."), actor=ADMIN, now=NOW)
    with database.reader(ADMIN) as session:
        found = session.get_one(Organization, made.id)
        assert (found.name, found.native_name) == ("Mihon Corp.", "株式会社見本")
        assert session.get_one(Lead, lead.id).title == "Mihon Corp."


def test_spellings_of_one_name_are_found_as_one(database: Database) -> None:
    made = make_organization(
        database, name="Mihon Motors Co., Ltd.", native_name="株式会社見本発動機"
    )
    with database.reader(ADMIN) as session:
        for spelling in (
            "ＭＩＨＯＮ ＭＯＴＯＲＳ",
            "mihon motors, inc.",
            "㈱見本発動機",
            "見本発動機(株)",
        ):
            assert [found.id for found in find_same_named(session, [spelling])] == [made.id]
        assert find_same_named(session, ["見本"]) == []
        assert find_same_named(session, ["株式会社", " "]) == []
        assert [found.id for found in suggest_organizations(session, "発動機")] == [made.id]


def test_a_hidden_organization_is_no_duplicate_and_nobody_to_name(database: Database) -> None:
    made = make_organization(database, name="Secret Works", native_name=None)
    team = make_team(database, make_user(database))
    restrict(database, made, team.id)
    with database.unscoped(ADMIN, purpose="test") as session:
        for row in session.scalars(sa.select(OrganizationName)):
            row.team_id = team.id
    officer = actor_for(database, make_user(database))
    with database.reader(officer) as session:
        assert find_same_named(session, ["Secret Works"]) == []
        assert suggest_organizations(session, "Secret") == []
        for named in ("Secret Works", made.public_id):
            with pytest.raises(DomainError):
                resolve_organization(session, named, field="other")


def test_a_name_that_several_bear_asks_which(database: Database) -> None:
    first = make_organization(database, name="Twin Ltd.", native_name=None)
    make_organization(database, name="Twin Inc.", native_name=None)
    with database.reader(ADMIN) as session:
        with pytest.raises(AmbiguousError) as caught:
            resolve_organization(session, "twin", field="other")
        assert len(caught.value.choices) == 2
        assert resolve_organization(session, first.public_id, field="other").id == first.id


def test_relations_are_kept_once_whichever_way_they_are_said(database: Database) -> None:
    parent = make_organization(database)
    child = make_organization(database)
    with database.transaction(ADMIN) as session:
        one, other = (session.get_one(Organization, made.id) for made in (parent, child))
        relate(session, one, other, RelationDetails(RelationKind.PARENT, 51.5), actor=ADMIN)
        for kind, first, second in (
            (RelationKind.PARENT, one, other),
            (RelationKind.SUBSIDIARY, other, one),
        ):
            with pytest.raises(DomainError, match="kept already"):
                relate(session, first, second, RelationDetails(kind), actor=ADMIN)
        with pytest.raises(DomainError, match="another organization"):
            relate(session, one, one, RelationDetails(RelationKind.PARENT), actor=ADMIN)
        for share in (0, 100.5, -3):
            with pytest.raises(DomainError, match="share"):
                relate(
                    session,
                    one,
                    other,
                    RelationDetails(RelationKind.JOINT_VENTURE, share),
                    actor=ADMIN,
                )
        unrelate(session, one, other, RelationKind.PARENT, actor=ADMIN)
        with pytest.raises(NotFoundError):
            unrelate(session, one, other, RelationKind.PARENT, actor=ADMIN)


def test_what_hangs_on_a_restricted_organization_is_as_restricted(database: Database) -> None:
    made = make_organization(database)
    member = make_user(database)
    team = make_team(database, member)
    restrict(database, made, team.id)
    actor = actor_for(database, member)
    with database.transaction(actor) as session:
        found = session.get_one(Organization, made.id)
        number = add_identifier(
            session, found, IdentifierScheme.EDINET, "E02144", source=None, actor=actor
        )
        site = add_site(session, found, SiteDetails(city="Brampton"), actor=actor)
        add_name(session, found, NameDetails("Alias"), actor=actor, now=NOW)
        teams = {number.team_id, site.team_id}
    assert teams == {team.id}
    assert _names(database, made)["Alias"].team_id == team.id


def test_a_facility_keeps_jobs_as_they_were_stated(database: Database) -> None:
    made = make_organization(database)
    stated = Measure(20, Qualifier.BETWEEN, upper=30)
    with database.transaction(ADMIN) as session:
        found = session.get_one(Organization, made.id)
        site = add_site(
            session,
            found,
            SiteDetails(name="Plant", opened_on=date(2019, 4, 1), jobs=stated),
            actor=ADMIN,
        )
        assert (site.jobs_count, site.jobs_qualifier) == (20, Qualifier.AT_LEAST)
        with pytest.raises(DomainError):
            add_site(session, found, SiteDetails(country="CA"), actor=ADMIN)
        assert session.scalar(sa.select(sa.func.count()).select_from(Site)) == 1


def test_details_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        SiteDetails().city = "Tokyo"  # type: ignore[misc]


def test_an_organization_is_not_its_own_namesake(database: Database) -> None:
    made = make_organization(database, name="Mihon Co., Ltd.", native_name=None)
    with database.reader(ADMIN) as session:
        found = session.get_one(Organization, made.id)
        assert find_same_named(session, ["MIHON K.K."], but=found) == []
        assert len(find_same_named(session, ["MIHON K.K."])) == 1
