"""Pages of introducers, their file, and the credit on a lead's page."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from crm.exports.introducers import COLUMNS
from crm.introducers.report import Line
from models.audit import AuditEntry
from models.commitment import Credit
from models.lead import LeadParty
from models.user import LOCAL_ADMINISTRATOR, Role, UserSession
from tests.crm.introducers.openers import FORTY_JOBS, TEN_MILLION, attribute, introduce
from tests.factories.announcement import make_announcement
from tests.factories.contact import make_contact
from tests.factories.lead import make_lead
from tests.factories.organization import make_organization
from tests.factories.user import make_office, make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]


def words_of(page: str) -> str:
    """What a page says, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).replace("\u00a0", " ").split())


def test_the_report_says_who_brought_what(sign_in: SignIn, database: Database) -> None:
    jetro = make_organization(database, name="JETRO Toronto", native_name="日本貿易振興機構")
    lead = make_lead(database, code_name="Project Kestrel")
    introduce(database, lead, jetro)
    introduce(database, lead, make_organization(database, name="Bank of Works"))
    make_announcement(database, lead, capex=TEN_MILLION, jobs=FORTY_JOBS)
    client = sign_in(Role.VIEWER)
    said = words_of(client.get("/introducers/").text)
    for words in (
        "JETRO Toronto 日本貿易振興機構 JETRO",
        "0 of 1, likely 0% to 79%",
        "10M CAD 40 jobs shared among 2, not divided",
        "0 of 1 outcome confirmed",
        "Total each lead and each outcome once",
    ):
        assert words in said, words
    assert said.count("10M CAD") == 3
    page = client.get("/introducers/?kind=jetro").text
    assert "JETRO Toronto" in page
    assert "Bank of Works" not in page
    assert "Nobody that you can see" in client.get("/introducers/?kind=kotra").text
    wrong = client.get("/introducers/?from=2026-02-30")
    assert wrong.status_code == 422
    assert "is no day" in wrong.text


def test_the_page_of_one_leads_from_the_door_to_the_outcome(
    sign_in: SignIn, database: Database
) -> None:
    office = make_office(database, name="Seoul office")
    lead = make_lead(database, code_name="Project Kestrel")
    announcement = make_announcement(database, lead, title="Kestrel lands", capex=TEN_MILLION)
    attribute(database, announcement, credit=Credit.FULL, office_id=office.id)
    attribute_name = make_announcement(database, make_lead(database), title="Another lands")
    attribute(database, attribute_name, name="A retired envoy")
    client = sign_in(Role.VIEWER)
    page = client.get(f"/introducers/office/{office.public_id}")
    assert page.status_code == 200
    said = words_of(page.text)
    assert "Project Kestrel" in said
    assert "Kestrel lands" in said
    assert "full credit" in said
    assert "Another lands" not in said
    # The drawing repeats it, out of the way of a screen reader.
    assert re.search(r'<svg[^>]*aria-hidden="true"', page.text)
    assert page.text.count('class="way way-full"') == 1
    [address] = set(re.findall(r"/introducers/named/\w+", client.get("/introducers/").text))
    assert "Another lands" in client.get(address).text
    for path in (
        f"/introducers/person/{office.public_id}",
        f"/introducers/office/{'a' * 16}",
        f"/introducers/office/{office.public_id}?country=KR",
    ):
        assert client.get(path).status_code == 404, path


def test_a_person_has_a_page(sign_in: SignIn, database: Database) -> None:
    jetro = make_organization(database, name="JETRO")
    person = make_contact(database, jetro, printed_name="YAMAMOTO Haruko")
    introduce(database, make_lead(database, code_name="Kestrel"), jetro, contact=person)
    client = sign_in(Role.VIEWER)
    assert "YAMAMOTO Haruko" in client.get("/introducers/?kind=person").text
    page = client.get(f"/introducers/person/{person.public_id}").text
    assert "Kestrel" in page
    assert "by YAMAMOTO" in client.get(f"/introducers/organization/{jetro.public_id}").text


def test_a_partner_has_no_report(sign_in: SignIn, database: Database) -> None:
    partner = sign_in(Role.PARTNER)
    assert partner.get("/introducers/").status_code == 403
    assert partner.get(f"/introducers/office/{'a' * 16}").status_code == 403


def test_more_introducers_ask_no_more(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    client = sign_in(Role.VIEWER)
    counts = []
    for more in (2, 6):
        for _number in range(more):
            lead = make_lead(database)
            introduce(database, lead, make_organization(database))
            attribute(database, make_announcement(database, lead), name=f"Envoy {_number}")
        with queries:
            assert client.get("/introducers/").status_code == 200
        counts.append(queries.count)
    assert counts[0] == counts[1]


def rows_of(answer: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(answer.decode("utf-8-sig"))))


def test_the_file_counts_an_outcome_without_an_amount_once() -> None:
    """It stands in two sums of the total, those of shared and of undivided credit."""
    line = Line(None, unadded_outcome_ids={1})
    line.shared.unknown_amount_count = line.undivided.unknown_amount_count = 1
    [column] = [item for item in COLUMNS if item.heading == "Outcomes without a known amount"]
    assert column.value(line) == 1


def test_the_report_leaves_as_a_file(sign_in: SignIn, database: Database) -> None:
    bank = make_organization(database, name="=Bank")
    lead, other = make_lead(database), make_lead(database)
    introduce(database, lead, bank)
    introduce(database, other, bank)
    make_announcement(database, lead, capex=TEN_MILLION)
    client = sign_in(Role.OFFICER)
    answer = client.post("/exports/introducers?country=JP", data={"format": "csv"})
    [row, total] = rows_of(answer.data)
    assert row["Introducer"] == "'=Bank"
    assert (row["Leads introduced"], row["Investment, full credit"]) == ("2", "10000000 CAD")
    # Nobody knows the jobs: that is not none.
    assert row["Jobs, full credit"] == ""
    assert total["Introducer"] == "Total, each lead and outcome once"
    assert client.post("/exports/introducers", data={"format": "xlsx"}).status_code == 200
    assert sign_in(Role.VIEWER).post("/exports/introducers").status_code == 403
    with database.unscoped_reader(purpose="test") as session:
        entry = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "exported").order_by(AuditEntry.id)
        ).first()
        assert entry is not None
        assert entry.changes == {"filters": {"country": "JP"}, "count": 2, "list": "introducers"}


def test_other_teams_leads_stay_in_the_house(sign_in: SignIn, database: Database) -> None:
    bank = make_organization(database, name="Bank")
    introduce(database, make_lead(database), bank)
    hidden = make_lead(database, team_id=make_team(database).id)
    introduce(database, hidden, bank)
    admin = sign_in(Role.ADMIN)
    # An administrator sees them, and takes them nowhere.
    said = words_of(admin.get("/introducers/").text)
    assert re.search(r"Bank .{0,20}Other organization 2 2", said)
    [row, _total] = rows_of(admin.post("/exports/introducers", data={"format": "csv"}).data)
    assert row["Leads introduced"] == "1"


def test_ones_own_restricted_leads_leave_after_the_password(
    sign_in: SignIn, database: Database
) -> None:
    bank, member = make_organization(database, name="Bank"), make_user(database)
    team = make_team(database, member)
    introduce(database, make_lead(database, team_id=team.id), bank)
    client = sign_in(member)
    [row, _total] = rows_of(client.post("/exports/introducers", data={"format": "csv"}).data)
    assert row["Leads introduced"] == "1"
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.scalars(sa.select(UserSession)).one().created_at -= timedelta(minutes=11)
    answer = client.post("/exports/introducers", data={"format": "csv"})
    assert (answer.status_code, "/auth/confirm" in answer.location) == (303, True)


def test_the_share_is_said_on_the_leads_page(sign_in: SignIn, database: Database) -> None:
    jetro = make_organization(database, name="JETRO")
    person = make_contact(database, jetro, printed_name="YAMAMOTO Haruko")
    other = make_organization(database, name="Bank")
    lead = make_lead(database)
    introduce(database, lead, jetro)
    introduce(database, lead, other, share=70)
    client = sign_in(Role.OFFICER)
    page = client.get(f"/leads/{lead.public_id}?open=companies").text
    assert "YAMAMOTO Haruko" in page
    address = f"/leads/{lead.public_id}/companies/introducer"
    data = {"organization": jetro.public_id, "contact": person.public_id, "share_percent": "30"}
    over = client.post(address, data={**data, "share_percent": "30.5"})
    assert over.status_code == 422
    assert "they add up to 100.5%" in over.text
    assert 'value="30.5"' in over.text
    assert client.post(address, data={**data, "share_percent": "many"}).status_code == 422
    assert client.post(address, data=data).status_code == 303
    assert "30 % of the credit" in client.get(f"/leads/{lead.public_id}").text
    assert sign_in(Role.VIEWER).post(address, data=data).status_code == 403
    with database.unscoped_reader(purpose="test") as session:
        kept = session.scalars(
            sa.select(LeadParty).where(LeadParty.organization_id == jetro.id)
        ).one()
        assert (kept.contact_id, kept.share_percent) == (person.id, 30)


@pytest.mark.parametrize("field", ["contact", "organization"])
def test_nobody_is_credited_who_is_not_on_file(
    sign_in: SignIn, database: Database, field: str
) -> None:
    jetro, lead = make_organization(database, name="JETRO"), make_lead(database)
    introduce(database, lead, jetro)
    data = {"organization": jetro.public_id, "contact": "", field: "a" * 16}
    address = f"/leads/{lead.public_id}/companies/introducer"
    answer = sign_in(Role.OFFICER).post(address, data=data)
    assert answer.status_code in {404, 422}
