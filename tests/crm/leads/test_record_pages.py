"""Opening and editing a lead: names in any script, amounts in words, and nobody's change lost."""

import html
import re
from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from crm.organizations.plan import OrganizationDetails
from models.audit import AuditEntry
from models.lead import Lead, LeadRevision, Origin
from models.measure import Measure, Precision, Qualifier
from models.organization import Organization
from models.stage import LeadType
from models.user import Role
from tests.factories.lead import make_lead, make_sector, make_source, reload_lead
from tests.factories.organization import make_organization
from tests.factories.user import make_team, make_user

SignIn = Callable[..., FlaskClient]
BASE = {"lead_type": "investment", "direction": "into_canada", "first_contact": "2026-11-03"}


def _only(database: Database) -> Lead:
    with database.unscoped_reader(purpose="test") as session:
        return session.scalars(sa.select(Lead)).one()


def _count(database: Database, cls: type) -> int:
    with database.unscoped_reader(purpose="test") as session:
        return session.scalar(sa.select(sa.func.count()).select_from(cls)) or 0


def test_the_short_form_says_what_each_stage_needs(sign_in: SignIn) -> None:
    client = sign_in(Role.OFFICER, name="Dana Example")
    page = client.get("/leads/new").text
    me = client.user  # type: ignore[attr-defined]
    assert f'<option selected value="{me.public_id}">' in page
    assert 'value="2026-11-20"' in page
    assert "needed for Qualified" in page
    for stage in ("Qualified", "Project under way", "Proposal / site visit", "Committed"):
        assert f"Needed for {stage}" in page
    trade = client.get("/leads/new?lead_type=trade").text
    assert "Company" in trade


def test_a_lead_opens_with_words_and_scripts(sign_in: SignIn, database: Database) -> None:
    sector, source = make_sector(database), make_source(database)
    client = sign_in(Role.OFFICER)
    answer = client.post(
        "/leads/new",
        data=BASE
        | {
            "company": "Mihon Looms",
            "native_name": "株式会社見本織機",
            "market": "JP",
            "sector": sector.code,
            "source": source.code,
            "lead_type": "expansion",
            "first_contact_precision": "month",
            "capex": "about 12億円",
            "jobs": "20-30",
            "need": "land\r\nand power",
        },
    )
    assert answer.status_code == 303
    lead = _only(database)
    assert answer.location == f"/leads/{lead.public_id}"
    assert (lead.title, lead.market, lead.lead_type) == ("Mihon Looms", "JP", LeadType.EXPANSION)
    assert (lead.sector_id, lead.source_id) == (sector.id, source.id)
    assert (lead.first_contact_on, lead.first_contact_precision) == (
        date(2026, 11, 1),
        Precision.MONTH,
    )
    assert (lead.capex_amount, lead.capex_qualifier, lead.capex_currency) == (
        1_200_000_000,
        Qualifier.APPROXIMATE,
        "JPY",
    )
    assert (lead.jobs_count, lead.jobs_upper) == (20, 30)
    with database.unscoped_reader(purpose="test") as session:
        organization = session.scalars(sa.select(Organization)).one()
        revision = session.scalars(sa.select(LeadRevision)).one()
    assert (organization.native_name, organization.native_language) == ("株式会社見本織機", "ja")
    assert revision.origin is Origin.LIVE


def test_a_name_in_its_own_script_is_enough(sign_in: SignIn, database: Database) -> None:
    sign_in(Role.OFFICER).post("/leads/new", data=BASE | {"company": "주식회사 견본소재"})
    with database.unscoped_reader(purpose="test") as session:
        organization = session.scalars(sa.select(Organization)).one()
    assert organization.native_name == "주식회사 견본소재"
    assert organization.native_language == "ko"


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({}, "company", "needs a company or a code name"),
        ({"company": "X", "first_contact": ""}, "first_contact", "This is needed."),
        ({"company": "X", "first_contact": "2027-01-01"}, "first_contact", "lies in the future"),
        ({"company": "X", "capex": "45"}, "capex", "too small for an investment"),
        ({"company": "X", "capex": "10M USD", "capex_currency": "CAD"}, "capex", "currencies"),
        ({"company": "X", "jobs": "many"}, "jobs", "not a whole number"),
        ({"company": "X", "likelihood": "140"}, "likelihood", "0"),
    ],
)
def test_what_cannot_be_stays_at_its_field_with_what_was_typed(
    sign_in: SignIn, database: Database, data: dict[str, str], field: str, words: str
) -> None:
    sent = BASE | {"need": "typed before"} | data
    answer = sign_in(Role.OFFICER).post("/leads/new", data=sent)
    assert answer.status_code == 422
    error = answer.text.split(f'id="{field}-error"')[1].split("</div>")[0]
    assert words in error
    assert "typed before" in answer.text
    assert _count(database, Lead) == _count(database, Organization) == 0


def test_a_company_on_file_is_found_in_any_spelling(sign_in: SignIn, database: Database) -> None:
    made = make_organization(
        database, name="Mihon Looms Co., Ltd.", native_name="株式会社見本織機", country="JP"
    )
    client = sign_in(Role.OFFICER)
    for name in ("MIHON LOOMS", "㈱見本織機"):
        client.post("/leads/new", data=BASE | {"company": name, "market": "JP"})
    with database.unscoped_reader(purpose="test") as session:
        assert set(session.scalars(sa.select(Lead.organization_id))) == {made.id}


def test_of_two_companies_of_one_name_the_person_chooses(
    sign_in: SignIn, database: Database
) -> None:
    first = make_organization(database, name="Mihon", native_name=None, country="JP")
    second = make_organization(database, name="Mihon", native_name=None, country="KR")
    client = sign_in(Role.OFFICER)
    asked = client.post("/leads/new", data=BASE | {"company": "Mihon", "need": "kept"})
    assert asked.status_code == 422
    assert first.public_id in asked.text
    assert second.public_id in asked.text
    assert "kept" in asked.text
    chosen = BASE | {"company": "Mihon", "organization": second.public_id, "is_other_company": "y"}
    assert client.post("/leads/new", data=chosen).status_code == 303
    assert _only(database).organization_id == second.id
    other = BASE | {"company": "Mihon", "organization": "", "is_other_company": "y"}
    assert client.post("/leads/new", data=other).status_code == 303
    assert _count(database, Organization) == 3


def test_a_company_of_another_country_is_asked_about(sign_in: SignIn, database: Database) -> None:
    make_organization(database, name="Mihon", native_name=None, country="KR")
    sent = BASE | {"company": "Mihon", "market": "JP"}
    assert sign_in(Role.OFFICER).post("/leads/new", data=sent).status_code == 422


def test_a_hidden_company_is_neither_found_nor_betrayed(
    sign_in: SignIn, database: Database
) -> None:
    team = make_team(database, make_user(database))
    make_lead(
        database,
        company=OrganizationDetails(name="Mihon Looms", country="JP"),
        team_id=team.id,
        code_name="Project Heron",
    )
    client = sign_in(Role.OFFICER)
    assert client.post("/leads/new", data=BASE | {"company": "Mihon Looms"}).status_code == 303
    assert _count(database, Organization) == 2
    with database.unscoped_reader(purpose="test") as session:
        hidden = session.scalars(
            sa.select(Organization.public_id).where(Organization.team_id == team.id)
        ).one()
    assert client.get(f"/leads/new?organization={hidden}").status_code == 404
    assert client.post("/leads/new", data=BASE | {"organization": hidden}).status_code == 404


def test_from_an_organizations_page_the_company_is_settled(
    sign_in: SignIn, database: Database
) -> None:
    made = make_organization(database, name="Mihon Looms", country="KR")
    client = sign_in(Role.OFFICER)
    page = client.get(f"/leads/new?organization={made.public_id}").text
    assert "Mihon Looms" in page
    assert '<option selected value="KR">' in page
    client.post("/leads/new", data=BASE | {"organization": made.public_id})
    assert _only(database).organization_id == made.id


def test_a_lead_is_confidential_from_its_first_moment(sign_in: SignIn, database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member)
    client = sign_in(member)
    sent = BASE | {"company": "Mihon Looms", "team": team.public_id}
    refused = client.post("/leads/new", data=sent)
    assert refused.status_code == 422
    assert 'id="confidentiality_reason-error"' in refused.text
    sent["confidentiality_reason"] = "listed firm"
    assert client.post("/leads/new", data=sent).status_code == 303
    lead = _only(database)
    assert lead.team_id == team.id
    outsider = sign_in(Role.MANAGER)
    assert outsider.get(f"/leads/{lead.public_id}").status_code == 404
    assert "Mihon" not in outsider.get("/organizations/").text


def test_an_edit_changes_what_was_changed_and_keeps_the_words_in_print(
    sign_in: SignIn, database: Database
) -> None:
    lead = make_lead(
        database,
        capex=Measure(45_700_000, Qualifier.EXACT, currency="CAD", as_printed="CAD 45.7 million"),
        jobs=Measure(40, Qualifier.APPROXIMATE, as_printed="about forty (40)"),
        need="A plant",
    )
    client = sign_in(Role.OFFICER)
    page = client.get(f"/leads/{lead.public_id}/edit").text
    assert 'value="CAD 45.7 million"' in page
    assert 'value="~40"' in page
    sent = _filled(page) | {"timing": "next year"}
    assert client.post(f"/leads/{lead.public_id}/edit", data=sent).status_code == 303
    edited = reload_lead(database, lead.id)
    assert edited.timing == "next year"
    assert (edited.capex_as_printed, edited.jobs_as_printed) == (
        "CAD 45.7 million",
        "about forty (40)",
    )
    assert _count(database, LeadRevision) == 1
    sent = _filled(client.get(f"/leads/{lead.public_id}/edit").text)
    sent |= {"capex": "50M", "need": ""}
    assert client.post(f"/leads/{lead.public_id}/edit", data=sent).status_code == 303
    edited = reload_lead(database, lead.id)
    assert (edited.capex_amount, edited.capex_currency) == (50_000_000, "CAD")
    assert edited.need is None
    assert _count(database, LeadRevision) == 2


def test_two_people_never_overwrite_each_other_unknowingly(
    sign_in: SignIn, database: Database
) -> None:
    lead = make_lead(database, timing="this year")
    first, second = sign_in(Role.OFFICER), sign_in(Role.OFFICER)
    path = f"/leads/{lead.public_id}/edit"
    sent = _filled(first.get(path).text)
    theirs = sent | {"timing": "next year", "jobs": "44"}
    assert second.post(path, data=theirs).status_code == 303
    refused = first.post(path, data=sent | {"timing": "in two years"})
    assert refused.status_code == 409
    assert "Somebody changed this lead" in refused.text
    assert "Timing: next year" in refused.text
    assert "Jobs: 44" not in refused.text
    assert 'value="in two years"' in refused.text
    assert reload_lead(database, lead.id).timing == "next year"
    again = _filled(refused.text)
    assert first.post(path, data=again).status_code == 303
    saved = reload_lead(database, lead.id)
    # What the first did not touch is the second's still.
    assert (saved.timing, saved.jobs_count) == ("in two years", 44)


def test_a_company_that_becomes_known_is_as_restricted_as_its_lead(
    sign_in: SignIn, database: Database
) -> None:
    member = make_user(database)
    team = make_team(database, member)
    lead = make_lead(database, company=None, code_name="Project Heron", team_id=team.id)
    client = sign_in(member)
    path = f"/leads/{lead.public_id}/edit"
    sent = _filled(client.get(path).text) | {"company": "Mihon Looms", "native_name": "見本織機"}
    assert client.post(path, data=sent).status_code == 303
    with database.unscoped_reader(purpose="test") as session:
        organization = session.scalars(sa.select(Organization)).one()
        entry = session.scalars(
            sa.select(AuditEntry).where(
                AuditEntry.record_type == "organizations", AuditEntry.action == "created"
            )
        ).one()
    assert reload_lead(database, lead.id).organization_id == organization.id
    assert (organization.team_id, organization.first_lead_id) == (team.id, lead.id)
    assert entry.team_id == team.id


def test_only_a_manager_changes_the_owner_of_an_owned_lead(
    sign_in: SignIn, database: Database
) -> None:
    owner, other = make_user(database), make_user(database)
    lead = make_lead(database, owner_id=owner.id)
    path = f"/leads/{lead.public_id}/edit"
    officer = sign_in(Role.OFFICER)
    page = officer.get(path).text
    assert other.public_id not in page
    assert officer.post(path, data=_filled(page) | {"owner": other.public_id}).status_code == 422
    manager = sign_in(Role.MANAGER)
    sent = _filled(manager.get(path).text) | {"owner": other.public_id}
    assert manager.post(path, data=sent).status_code == 303
    assert reload_lead(database, lead.id).owner_id == other.id


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTNER])
def test_readers_open_and_edit_nothing(sign_in: SignIn, database: Database, role: Role) -> None:
    lead = make_lead(database)
    client = sign_in(role)
    assert client.post("/leads/new", data=BASE | {"company": "X"}).status_code == 403
    assert client.post(f"/leads/{lead.public_id}/edit", data={"timing": "x"}).status_code == 403
    assert _count(database, Lead) == 1
    assert reload_lead(database, lead.id).version == 1


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("capex=45.7M&capex_currency=CAD", "Read as: 45,700,000\xa0CAD"),
        ("capex=12億円", "Read as: 1,200,000,000\xa0JPY"),
        ("capex=about 40M", "Read as: about 40,000,000\xa0currency not known"),
        ("capex=not disclosed", "Read as: not disclosed"),
        ("capex=", "Read as: not known"),
        ("capex=lots", "is not an amount"),
        ("jobs=~40", "Read as: about 40"),
    ],
)
def test_what_is_typed_is_read_back(sign_in: SignIn, query: str, words: str) -> None:
    assert words in sign_in(Role.OFFICER).get(f"/leads/reading?{query}").text


def _filled(page: str) -> dict[str, str]:
    """What a browser would send back of the lead's form, as it stands."""
    form = page.split("<main")[1]
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        is_box = 'type="checkbox"' in tag
        if name and (not is_box or " checked" in tag):
            sent[name[1]] = html.unescape(value[1]) if value else ""
    for name_, body in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S
    ):
        sent[name_] = body.removeprefix("\r\n").strip()
    for name_, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', body)
        first = re.search(r'<option value="([^"]*)"', body)
        sent[name_] = chosen[1] if chosen else (first[1] if first else "")
    return sent
