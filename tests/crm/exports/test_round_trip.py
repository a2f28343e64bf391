"""Importing an export changes nothing."""

from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from flask.testing import FlaskClient

from crm.database import Database
from crm.interactions.service import ParticipantDetails
from crm.organizations.parts import RelationDetails, add_identifier, relate
from crm.organizations.plan import NameDetails
from models.import_batch import BatchKind
from models.interaction import ContactDirection, InteractionKind
from models.measure import Measure, Precision, Qualifier, StatedDate
from models.organization import (
    IdentifierScheme,
    NameKind,
    Organization,
    OrganizationRole,
    RelationKind,
)
from models.user import LOCAL_ADMINISTRATOR, Language, Role
from tests.crm.imports.bringing import TRAIL, bring, check, differing, dump
from tests.factories.contact import make_contact
from tests.factories.interaction import make_conversation, make_meeting
from tests.factories.lead import NOW, make_lead, make_sector, make_source
from tests.factories.organization import make_organization
from tests.factories.user import make_office, make_user

SignIn = Callable[..., FlaskClient]
LISTS = {
    BatchKind.ORGANIZATIONS: "/exports/organizations",
    BatchKind.CONTACTS: "/exports/contacts",
    BatchKind.INTERACTIONS: "/exports/interactions",
    BatchKind.LEADS: "/leads/export?status=all",
}


def fill(database: Database) -> None:
    """An office whose records bear what is hardest to bring back."""
    sector = make_sector(database)
    made = make_organization(
        database,
        name="Mihon Looms",
        native_name="株式会社見本織機",
        country="JP",
        city="Sakai",
        sector_id=sector.id,
        website="https://mihon.example",
        description="=1+1 is no formula,\nnor is\n+81 3",
        reference="ORG-17",
        fiscal_year_end_month=3,
        roles=(OrganizationRole.PROSPECT, OrganizationRole.INVESTOR),
        other_names=(
            NameDetails("ミホンショッキ", NameKind.KANA, source="a register"),
            NameDetails("Mihon Shokki", NameKind.ROMAJI),
            NameDetails("見本", NameKind.SHORT),
            NameDetails("見本織物", NameKind.FORMER, valid_to=date(2001, 3, 31)),
            NameDetails("Mihon Textiles", NameKind.FORMER),
            NameDetails("Mihon; Sons | Co.", NameKind.FORMER),
            NameDetails('"Mihon"；織機', NameKind.LEGAL),
            NameDetails("MIHON", NameKind.BRAND),
            NameDetails("미혼직기", language="ko"),
        ),
    )
    parent = make_organization(database, name="Mihon Holdings", native_name="見本ホールディングス")
    only_native = make_organization(database, name=None, native_name="견본대한")
    make_organization(database, name="Plain Works", native_name=None, country="CA")
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        company = session.get_one(Organization, made.id)
        for scheme, value in (
            (IdentifierScheme.JP_CORPORATE_NUMBER, "7000012050002"),
            (IdentifierScheme.KR_BUSINESS_NUMBER, "124-81-00998"),
            (IdentifierScheme.LEI, "529900T8BM49AURSDO55"),
        ):
            add_identifier(
                session, company, scheme, value, source="card", actor=LOCAL_ADMINISTRATOR
            )
        relate(
            session,
            session.get_one(Organization, parent.id),
            company,
            RelationDetails(RelationKind.PARENT, share_percent=60),
            actor=LOCAL_ADMINISTRATOR,
        )
    contact = make_contact(
        database,
        made,
        printed_name="TANAKA Hanako",
        family_name="Tanaka",
        given_name="Hanako",
        native_name="田中花子",
        reading="たなか はなこ",
        romanized_name="Hanako Tanaka",
        honorific="様",
        native_title="部長",
        title="General Manager",
        department="Planning",
        email="hanako@mihon.example",
        phone="+81 3 1234 5678",
        language="ja",
        obtained_from="A card",
        notes="@home on Fridays",
    )
    make_contact(database, only_native, printed_name="김정관", language="ko")
    make_contact(database, None, printed_name="- no card -")
    owner = make_user(database, name="Dana Example", office=make_office(database, name="Tokyo"))
    lead = make_lead(
        database,
        organization_id=made.id,
        company=None,
        reference="L-17",
        sector_id=sector.id,
        source_id=make_source(database).id,
        owner_id=owner.id,
        capex=Measure(12_000_000, Qualifier.EXACT, currency="CAD"),
        jobs=Measure(40, Qualifier.APPROXIMATE),
        first_contact=StatedDate(date(2026, 4, 1), Precision.MONTH),
        target=StatedDate(date(2027, 1, 1), Precision.YEAR),
        likelihood=0.35,
        notes="=HYPERLINK()",
    )
    make_conversation(
        database,
        lead,
        kind=InteractionKind.MEETING,
        direction=ContactDirection.OUT,
        summary="+ good, ready",
        text="田中様\n=1+1",
        language="ja",
        place="Sakai",
        participants=(
            ParticipantDetails(contact_id=contact.id),
            ParticipantDetails(user_id=owner.id),
            ParticipantDetails(name="An interpreter"),
            ParticipantDetails(name="Kim; Lee | partners"),
        ),
    )
    make_meeting(database, lead)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("kind", list(LISTS))
def test_importing_an_export_changes_nothing(
    sign_in: SignIn, database: Database, kind: BatchKind, language: Language, form: str
) -> None:
    with time_machine.travel(NOW, tick=False):
        fill(database)
        client = sign_in(Role.OFFICER, language=language)
        answer = client.post(LISTS[kind], data={"format": form})
        assert answer.status_code == 200
        before = dump(database, without=TRAIL)
        plan = check(database, answer.data, kind)
        assert plan.problems == []
        assert plan.created_count == 0
        if kind is not BatchKind.LEADS:
            assert plan.updated_count == 0
        bring(database, answer.data, kind)
        assert list(differing(before, dump(database, without=TRAIL))) == []
