"""Pages of organizations: what they show to whom, and that a refusal writes nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from crm.organizations.words import INVERSE_LABELS
from models.audit import AuditEntry
from models.document import ClaimKind
from models.organization import (
    Organization,
    OrganizationIdentifier,
    OrganizationName,
    OrganizationRelation,
    RelationKind,
    Site,
)
from models.user import OfficeKind, Role
from tests.factories.announcement import make_announcement
from tests.factories.contact import make_contact
from tests.factories.lead import make_lead
from tests.factories.mission import make_claim, make_document, make_mission
from tests.factories.organization import make_organization, restrict
from tests.factories.user import make_office, make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]
LONG_JA = "株式会社見本自動織機北米事業開発準備室"
LONG_KO = "주식회사 견본첨단소재기술연구원"


def _count(database: Database, cls: Any) -> int:
    with database.unscoped_reader(purpose="test") as session:
        return session.scalar(sa.select(sa.func.count()).select_from(cls)) or 0


def _path(organization: Organization, rest: str = "") -> str:
    return f"/organizations/{organization.public_id}{rest}"


def test_the_list_finds_names_in_any_script_and_numbers(
    sign_in: SignIn, database: Database
) -> None:
    client = sign_in(Role.OFFICER)
    made = make_organization(database, name="Mihon Looms", native_name=LONG_JA, country="JP")
    make_organization(database, name="Gyeonbon Materials", native_name=LONG_KO, country="KR")
    client.post(
        _path(made, "/identifiers"),
        data={"scheme": "jp_corporate_number", "value": "7000012050002"},
    )
    for words in ("mihon", "ＭＩＨＯＮ", "㈱見本自動織機", "自動織機北米", "T7000012050002"):
        page = client.get("/organizations/", query_string={"q": words}).text
        assert "Mihon Looms" in page, words
        assert "Gyeonbon Materials" not in page, words
    assert f'<span lang="ja">{LONG_JA}</span>' in client.get("/organizations/").text
    assert f'<span lang="ko">{LONG_KO}</span>' in client.get("/organizations/?country=KR").text
    assert "Mihon Looms" not in client.get("/organizations/?country=KR").text
    assert "Mihon Looms" not in client.get("/organizations/?role=government").text
    assert "No organization that you can see" in client.get("/organizations/?q=nobody").text


def test_htmx_gets_the_results_and_going_back_the_whole_page(
    sign_in: SignIn, database: Database
) -> None:
    make_organization(database, name="Mihon Looms")
    client = sign_in(Role.VIEWER)
    part = client.get("/organizations/?q=mihon", headers={"HX-Request": "true"}).text
    assert "Mihon Looms" in part
    assert "<html" not in part
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in client.get("/organizations/?q=mihon", headers=headers).text


def test_a_broken_cursor_is_a_sentence(sign_in: SignIn) -> None:
    answer = sign_in(Role.VIEWER).get("/organizations/?after=zzz")
    assert answer.status_code == 422
    assert "page link is broken" in answer.text


@pytest.mark.parametrize("rows", [60])
def test_the_next_page_goes_on_where_the_first_ended(
    sign_in: SignIn, database: Database, rows: int
) -> None:
    names = [f"Paged {number:03}" for number in range(rows)]
    for name in names:
        make_organization(database, name=name, native_name=None)
    client = sign_in(Role.VIEWER)
    first = client.get("/organizations/").text
    link = first.split('rel="next" href="')[1].split('"')[0]
    second = client.get(link.replace("&amp;", "&")).text
    assert [name for name in names if name in first] == names[:50]
    assert [name for name in names if name in second] == names[50:]


def test_the_list_asks_the_same_number_of_questions_for_any_number_of_rows(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    client = sign_in(Role.VIEWER)
    counts = []
    for rows in (10, 200):
        while _count(database, Organization) < rows:
            make_organization(database)
        client.get("/organizations/")
        with queries:
            assert client.get("/organizations/").status_code == 200
        counts.append(queries.count)
    assert counts[0] == counts[1] <= 10


def test_the_page_shows_everything_that_hangs_on_it(sign_in: SignIn, database: Database) -> None:
    document = make_document(database, title="Release of the ministry", url="https://gov.example/r")
    made = make_organization(
        database, name="Mihon Looms", native_name=LONG_JA, country="JP", document_id=document.id
    )
    parent = make_organization(database, name="Mihon Holdings", native_name=None)
    client = sign_in(Role.OFFICER)
    client.post(_path(parent, "/relations"), data={"kind": "parent", "other": made.public_id})
    client.post(
        _path(made, "/sites"), data={"name": "Plant One", "city": "Brampton", "jobs": "~40"}
    )
    client.post(
        _path(made, "/identifiers"), data={"scheme": "kr_business_number", "value": "1248100998"}
    )
    lead = make_lead(database, organization_id=made.id)
    make_contact(database, made, printed_name="TANAKA Ai", native_name="田中 愛")
    make_announcement(database, lead, title="Looms for Brampton")
    make_mission(database, name="Mission to Osaka", organizations=((made, "roundtable"),))
    make_claim(database, document, organization_id=made.id, quote="weaves in Brampton")
    page = client.get(_path(made)).text
    for words in (
        f'<span lang="ja">{LONG_JA}</span>',
        "Its parent is",
        "Mihon Holdings",
        "Plant One",
        "about 40 jobs",
        "124-81-00998",
        f"/leads/{lead.public_id}",
        "TANAKA Ai",
        '<span lang="ja">田中 愛</span>',
        "Looms for Brampton",
        "Mission to Osaka",
        "roundtable",
        "weaves in Brampton",
        "https://gov.example/r",
        "Public source",
    ):
        assert words in page, words


def test_the_page_asks_the_same_number_of_questions_however_much_there_is(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    made = make_organization(database)
    document = make_document(database)
    client = sign_in(Role.VIEWER)
    counts = []
    for times in (2, 20):
        for _ in range(times):
            make_contact(database, made)
            lead = make_lead(database, organization_id=made.id)
            make_announcement(database, lead)
            make_mission(database, organizations=((made, "host"),))
            make_claim(database, document, organization_id=made.id)
        with queries:
            assert client.get(_path(made)).status_code == 200
        counts.append(queries.count)
    assert counts[0] == counts[1] <= 36


def test_an_outsider_sees_nothing_of_a_restricted_organization(
    sign_in: SignIn, database: Database
) -> None:
    made = make_organization(database, name="Hidden Looms", native_name=None)
    near = make_organization(database, name="Open Looms", native_name=None)
    officer = sign_in(Role.OFFICER)
    officer.post(_path(near, "/relations"), data={"kind": "parent", "other": made.public_id})
    assert "Hidden Looms" in officer.get(_path(near)).text
    team = make_team(database, make_user(database))
    restrict(database, made, team.id)
    manager = sign_in(Role.MANAGER)
    missing = manager.get("/organizations/aaaaaaaaaaaaaaaa")
    for path in (_path(made), _path(made, "/edit")):
        answer = manager.get(path)
        assert answer.status_code == missing.status_code == 404
        assert answer.data == missing.data
    assert manager.post(_path(made, "/names"), data={"text": "Alias"}).status_code == 404
    assert "Hidden" not in manager.get(_path(near)).text
    assert "Hidden" not in manager.get("/organizations/").text
    assert "Hidden" not in manager.get("/organizations/suggest?other=hidden").text


def test_an_administrator_s_look_is_written_once_an_hour(
    sign_in: SignIn, database: Database
) -> None:
    made = make_organization(database)
    team = make_team(database, make_user(database))
    restrict(database, made, team.id)
    admin = sign_in(Role.ADMIN)
    for _ in range(2):
        assert admin.get(_path(made)).status_code == 200
    with database.unscoped_reader(purpose="test") as session:
        looks = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "looked")).all()
    assert [(look.record_type, look.record_id, look.team_id) for look in looks] == [
        ("organizations", made.id, team.id)
    ]


def test_a_partner_sees_the_organizations_of_their_leads_only(
    sign_in: SignIn, database: Database
) -> None:
    office = make_office(database, kind=OfficeKind.PARTNER)
    theirs = make_organization(database, name="Theirs", native_name=None)
    make_lead(database, organization_id=theirs.id, partner_office_id=office.id)
    other = make_organization(database, name="Not theirs", native_name=None)
    partner = sign_in(Role.PARTNER, office=office)
    page = partner.get("/organizations/").text
    assert "Theirs" in page
    assert "Not theirs" not in page
    assert partner.get(_path(theirs)).status_code == 200
    assert partner.get(_path(other)).status_code == 404


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PARTNER])
@pytest.mark.parametrize(
    "rest",
    [
        "/edit",
        "/names",
        "/identifiers",
        "/identifiers/remove",
        "/relations",
        "/relations/remove",
        "/sites",
        "/sites/aaaaaaaaaaaaaaaa",
        "/sites/aaaaaaaaaaaaaaaa/remove",
    ],
)
def test_a_reader_writes_nothing(
    sign_in: SignIn, database: Database, role: Role, rest: str
) -> None:
    made = make_organization(database)
    client = sign_in(role)
    before = _count(database, AuditEntry)
    answer = client.post(_path(made, rest), data={"text": "X", "name": "X", "city": "X"})
    assert answer.status_code == 403
    assert client.post("/organizations/new", data={"name": "X"}).status_code == 403
    assert _count(database, AuditEntry) == before
    assert "Edit" not in sign_in(Role.VIEWER).get(_path(made)).text


def test_a_same_named_one_is_shown_first_and_added_only_when_told_so(
    sign_in: SignIn, database: Database
) -> None:
    made = make_organization(database, name="Mihon Looms Co., Ltd.", native_name=None)
    client = sign_in(Role.OFFICER)
    data = {"name": "MIHON LOOMS", "roles": ["prospect"], "city": "Osaka"}
    answer = client.post("/organizations/new", data=data)
    assert answer.status_code == 422
    assert f"/organizations/{made.public_id}" in answer.text
    assert 'value="Osaka"' in answer.text
    assert _count(database, Organization) == 1
    answer = client.post("/organizations/new", data={**data, "anyway": "1"})
    assert answer.status_code == 303
    assert _count(database, Organization) == 2


def test_wrong_input_is_kept_beside_its_sentence(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    answer = client.post(
        "/organizations/new",
        data={"name": "Mihon", "roles": ["prospect"], "website": "javascript:alert(1)"},
    )
    assert answer.status_code == 422
    assert 'value="javascript:alert(1)"' in answer.text
    assert "not a web address" in answer.text
    assert _count(database, Organization) == 0


def test_editing_keeps_removes_and_adds_names(sign_in: SignIn, database: Database) -> None:
    made = make_organization(database, name="Mihon", native_name="見本")
    client = sign_in(Role.OFFICER)
    client.post(_path(made, "/names"), data={"text": "Old Mihon", "kind": "former"})
    page = client.get(_path(made, "/edit")).text
    assert 'value="Old Mihon"' in page
    answer = client.post(
        _path(made, "/edit"),
        data={
            "name": "Mihon",
            "native_name": "見本",
            "roles": ["prospect", "investor"],
            "names-0-text": "",
            "names-0-kind": "former",
            "names-1-text": "ミホン",
            "names-1-kind": "kana",
            "names-1-language": "",
        },
    )
    assert answer.status_code == 303
    with database.unscoped_reader(purpose="test") as session:
        names = session.scalars(sa.select(OrganizationName.text)).all()
    assert sorted(names) == ["Mihon", "ミホン", "見本"]


def test_small_forms_keep_what_they_are_told_and_say_what_is_wrong(
    sign_in: SignIn, database: Database
) -> None:
    made = make_organization(database, name="Mihon", native_name=None)
    make_organization(database, name="Twin Ltd.", native_name=None)
    twin = make_organization(database, name="Twin Inc.", native_name=None)
    client = sign_in(Role.OFFICER)
    wrong = client.post(
        _path(made, "/identifiers"),
        data={"scheme": "kr_business_number", "value": "850101-1234567"},
    )
    assert wrong.status_code == 422
    assert "주민등록번호" in wrong.text
    assert _count(database, OrganizationIdentifier) == 0
    asked = client.post(_path(made, "/relations"), data={"kind": "group_member", "other": "twin"})
    assert asked.status_code == 422
    assert f'<option value="{twin.public_id}">' in asked.text
    client.post(_path(made, "/relations"), data={"kind": "group_member", "other": twin.public_id})
    assert _count(database, OrganizationRelation) == 1
    gone = {"kind": "group_member", "other": made.public_id, "inverse": "1"}
    assert client.post(_path(twin, "/relations/remove"), data=gone).status_code == 303
    assert _count(database, OrganizationRelation) == 0
    unread = client.post(_path(made, "/sites"), data={"city": "Brampton", "jobs": "a few"})
    assert unread.status_code == 422
    assert 'value="a few"' in unread.text
    assert _count(database, Site) == 0
    for form in ("names", "relations", "sites"):
        assert client.post(_path(made, f"/{form}"), data={}).status_code == 422, form


def test_a_facility_is_edited_in_the_words_it_was_stated_in(
    sign_in: SignIn, database: Database
) -> None:
    made = make_organization(database)
    client = sign_in(Role.OFFICER)
    client.post(_path(made, "/sites"), data={"city": "Brampton", "jobs": "at least 40"})
    with database.unscoped_reader(purpose="test") as session:
        site = session.scalars(sa.select(Site)).one()
    path = _path(made, f"/sites/{site.public_id}")
    assert 'value="&gt;=40"' in client.get(path).text
    assert client.post(path, data={"city": "Mississauga", "jobs": ">=40"}).status_code == 303
    with database.unscoped_reader(purpose="test") as session:
        site = session.scalars(sa.select(Site)).one()
    assert (site.city, site.jobs_count) == ("Mississauga", 40)
    assert client.post(f"{path}/remove").status_code == 303
    assert _count(database, Site) == 0


def test_claims_of_an_announcement_wait_for_its_hour(sign_in: SignIn, database: Database) -> None:
    made = make_organization(database)
    lead = make_lead(database, organization_id=made.id)
    later = make_announcement(
        database,
        lead,
        title="Not before Monday",
        embargo_until=datetime.now(UTC) + timedelta(days=2),
        embargo_zone="Asia/Tokyo",
    )
    make_claim(
        database,
        make_document(database),
        organization_id=made.id,
        announcement_id=later.id,
        kind=ClaimKind.STATEMENT,
        quote="told too early",
    )
    viewer = sign_in(Role.VIEWER).get(_path(made)).text
    assert "Not before Monday" not in viewer
    assert "told too early" not in viewer
    writer = sign_in(Role.OFFICER).get(_path(made)).text
    assert "Not before Monday" in writer
    assert "told too early" in writer


def test_relation_kinds_have_words_both_ways() -> None:
    assert set(INVERSE_LABELS) == set(RelationKind)


def test_a_number_whose_check_digit_does_not_fit_says_so(
    sign_in: SignIn, database: Database
) -> None:
    made = make_organization(database)
    client = sign_in(Role.OFFICER)
    for value, is_doubted in (("110111-0085450", False), ("110111-0085451", True)):
        answer = client.post(
            _path(made, "/identifiers"),
            data={"scheme": "kr_corporate_number", "value": value},
            follow_redirects=True,
        )
        assert answer.text.count("does not fit as a check digit") == 2 * is_doubted
    # Once as a word on what was just done; afterwards beside the number.
    page = client.get(_path(made)).text
    assert page.count("does not fit as a check digit") == 1
