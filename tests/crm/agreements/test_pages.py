"""Pages of agreements, figures and citations."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from models.agreement import Agreement, Citation, Statistic
from models.document import Claim, ClaimKind
from models.measure import Precision, Qualifier, StatedDate
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.agreement import make_agreement, make_citation, make_statistic
from tests.factories.announcement import make_announcement
from tests.factories.lead import make_lead, make_sector
from tests.factories.mission import make_document, make_mission
from tests.factories.user import make_team
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]


def the_only(database: Database, cls: type[Any]) -> Any:
    """The only row there is."""
    with database.unscoped_reader(purpose="test") as session:
        return session.scalars(sa.select(cls)).one()


def agreement_form(**values: Any) -> dict[str, Any]:
    """What the form of an agreement sends."""
    return {
        "kind": "trade_agreement",
        "name": "Comprehensive and Progressive Agreement",
        "short_name": "CPTPP",
        "countries": "Canada, 日本 ; KR",
        "effective_on": "2018-12-30",
        "effective_precision": "month",
        "signed_precision": "day",
        "signed_as_printed": "Wednesday",
        **values,
    }


def test_an_agreement_is_kept_and_changed(sign_in: SignIn, database: Database) -> None:
    make_sector(database, "Batteries")
    client = sign_in(Role.OFFICER)
    answer = client.post("/agreements/new", data=agreement_form(sectors=["batteries"]))
    assert answer.status_code == 303
    page = client.get(answer.location).text
    for words in ("December 2018", "“Wednesday”", "Canada, Japan, South Korea", "Batteries"):
        assert words in page
    edit = client.get(f"{answer.location}/edit").text
    assert 'value="Canada, Japan, South Korea"' in edit
    assert re.search(r'<input checked [^>]*value="batteries"', edit)
    answer = client.post(
        f"{answer.location}/edit",
        data=agreement_form(kind="mou", effective_on="", countries="Canada"),
    )
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "December 2018" not in page
    assert "none named" in page
    assert "so it suggests no lead" in page


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"name": ""}, "This field is required"),
        ({"countries": "Canada, Atlantis"}, "Atlantis"),
        ({"ends_on": "2001-01-01"}, "ends before it begins"),
        ({"url": "javascript:x"}, "not a web address"),
    ],
)
def test_what_is_wrong_is_said_and_stays(
    sign_in: SignIn, database: Database, values: dict[str, str], told: str
) -> None:
    answer = sign_in(Role.OFFICER).post("/agreements/new", data=agreement_form(**values))
    assert answer.status_code == 422
    assert told in answer.text
    assert 'value="CPTPP"' in answer.text
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalars(sa.select(Agreement)).all() == []


def test_a_figure_is_kept_and_changed(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    data = {
        "title": "Goods exported to Japan",
        "country": "JP",
        "amount": "5100000000",
        "as_printed": "$5.1 billion",
        "year": "2018",
        "source": "Release",
    }
    answer = client.post("/agreements/figures/new", data=data)
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "5.1B\u00a0(currency not known)" in page
    assert "not known, or none" in page
    assert "CAD" not in page
    edit = client.get(f"{answer.location}/edit").text
    assert 'value="5100000000"' in edit
    data |= {"amount": "228257", "unit": "vehicles", "qualifier": "approximate"}
    assert client.post(f"{answer.location}/edit", data=data).status_code == 303
    assert "about 228,257\u00a0vehicles" in client.get(answer.location).text
    kept = the_only(database, Statistic)
    assert (kept.qualifier, kept.currency) == (Qualifier.APPROXIMATE, None)
    assert client.post(f"{answer.location}/edit", data={**data, "source": ""}).status_code == 422


@pytest.mark.parametrize("path", ["/agreements/new", "/agreements/figures/new"])
def test_a_viewer_reads_and_writes_nothing(sign_in: SignIn, database: Database, path: str) -> None:
    agreement = make_agreement(database)
    viewer = sign_in(Role.VIEWER)
    assert viewer.get(f"/agreements/{agreement.public_id}").status_code == 200
    assert viewer.post(path, data=agreement_form()).status_code == 403
    address = f"/agreements/{agreement.public_id}/edit"
    assert viewer.post(address, data=agreement_form()).status_code == 403
    assert the_only(database, Agreement).name == agreement.name


def test_the_lists_are_filtered(sign_in: SignIn, database: Database) -> None:
    sector = make_sector(database, "Batteries")
    make_agreement(
        database,
        name="Pact of Korea",
        countries=("CA", "KR"),
        sector_ids=(sector.id,),
        effective=StatedDate(date(2015, 1, 1), Precision.MONTH),
    )
    make_agreement(database, name="Pact of Japan", countries=("CA", "JP"))
    make_statistic(database, title="Cars of Korea", country="KR", sector_id=sector.id, year=2024)
    make_statistic(database, title="Rank of Japan", country="JP", year=None)
    client = sign_in(Role.VIEWER)
    for query in ("country=KR", "sector=batteries", "year=2015", "country=KR&year=2015"):
        page = client.get(f"/agreements/?{query}").text
        assert "Pact of Korea" in page, query
        assert "Pact of Japan" not in page, query
    for query in ("country=KR", "sector=batteries", "year=2024"):
        page = client.get(f"/agreements/figures?{query}").text
        assert "Cars of Korea" in page, query
        assert "Rank of Japan" not in page, query
    assert "No agreement fits" in client.get("/agreements/?year=1999").text
    assert "Pact of Japan" in client.get("/agreements/?year=x&country=Japan&kind=y").text


@pytest.mark.parametrize("path", ["/agreements/", "/agreements/figures"])
def test_a_longer_list_asks_no_more(
    sign_in: SignIn, database: Database, queries: QueryCounter, path: str
) -> None:
    client = sign_in(Role.VIEWER)
    sector = make_sector(database)

    def asked() -> int:
        for _ in range(4):
            make_agreement(database, sector_ids=(sector.id,))
            make_statistic(database, sector_id=sector.id, country="JP")
        client.get(path)
        with queries:
            assert client.get(path).status_code == 200
        return len(queries.statements)

    assert asked() == asked()


def test_citing_from_the_lead_the_announcement_and_the_mission(
    sign_in: SignIn, database: Database
) -> None:
    agreement = make_agreement(database, name="The pact", short_name="PACT")
    figure = make_statistic(database, title="Cars sold")
    lead = make_lead(database)
    announcement, mission = make_announcement(database, lead), make_mission(database)
    client = sign_in(Role.OFFICER)
    for kind, plural, key in (
        ("lead", "leads", lead.public_id),
        ("announcement", "announcements", announcement.public_id),
        ("mission", "missions", mission.public_id),
    ):
        address = f"/agreements/cited-by/{kind}/{key}"
        assert "PACT · The pact" in client.get(address).text
        what = f"agreement:{agreement.public_id}"
        answer = client.post(address, data={"what": what, "note": "its tariff"})
        assert (answer.status_code, answer.location) == (303, f"/{plural}/{key}")
        assert "its tariff" in client.get(answer.location).text
        again = client.post(address, data={"what": what})
        assert again.status_code == 422
        assert "cited already" in again.text
        assert client.post(address, data={"what": "agreement:" + "a" * 16}).status_code == 422
        assert client.post(address, data={"what": f"figure:{figure.public_id}"}).status_code == 303
    page = client.get(f"/agreements/{agreement.public_id}").text
    for name in (lead.title, announcement.title, mission.name):
        assert str(name) in page
    for kind, key in (("lead", lead.public_id), ("mission", mission.public_id)):
        back = f"/agreements/{agreement.public_id}"
        answer = client.post(
            f"/agreements/cited-by/{kind}/{key}/remove",
            data={"what": f"agreement:{agreement.public_id}", "next": back},
        )
        assert (answer.status_code, answer.location) == (303, back)
    page = client.get(f"/agreements/{agreement.public_id}").text
    assert str(mission.name) not in page
    gone = client.post(
        f"/agreements/cited-by/lead/{lead.public_id}/remove",
        data={"what": f"agreement:{agreement.public_id}"},
    )
    assert gone.status_code == 404
    wrong = {"what": "lead:x"}
    address = f"/agreements/cited-by/lead/{lead.public_id}/remove"
    assert client.post(address, data=wrong).status_code == 404


def test_a_viewer_cites_nothing(sign_in: SignIn, database: Database) -> None:
    agreement, lead = make_agreement(database), make_lead(database)
    make_citation(database, lead, agreement)
    viewer = sign_in(Role.VIEWER)
    data = {"what": f"agreement:{agreement.public_id}"}
    for address in (
        f"/agreements/cited-by/lead/{lead.public_id}",
        f"/agreements/cited-by/lead/{lead.public_id}/remove",
    ):
        assert viewer.post(address, data=data).status_code == 403
    assert the_only(database, Citation).lead_id == lead.id
    page = viewer.get(f"/leads/{lead.public_id}").text
    assert agreement.name in page
    assert "cited-by" not in page


def test_what_may_cite_is_found_by_its_name(sign_in: SignIn, database: Database) -> None:
    agreement = make_agreement(database)
    lead = make_lead(database, code_name="Project Kestrel")
    hidden = make_lead(database, code_name="Project Kestrel Two", team_id=make_team(database).id)
    client = sign_in(Role.OFFICER)
    page = client.get(f"/agreements/{agreement.public_id}?find=kestrel").text
    assert f"/agreements/cited-by/lead/{lead.public_id}" in page
    assert hidden.public_id not in page
    assert (
        "Nothing of this name" in client.get(f"/agreements/{agreement.public_id}?find=zzzzz").text
    )
    # Whoever may not write is offered nothing to cite.
    page = sign_in(Role.VIEWER).get(f"/agreements/{agreement.public_id}?find=kestrel").text
    assert "cited-by" not in page


def test_texts_that_differ_stand_side_by_side(sign_in: SignIn, database: Database) -> None:
    agreement = make_agreement(database, name="The committee")
    documents = [make_document(database, title=f"Report {number}") for number in (1, 2)]
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        for document, words in zip(documents, ("a committee", "a forum"), strict=True):
            session.add(
                Claim(
                    document_id=document.id,
                    kind=ClaimKind.FACT,
                    text=f"It sets up {words}.",
                    quote=words,
                    agreement_id=agreement.id,
                    topic="What is set up",
                    is_preferred=words == "a forum",
                )
            )
    page = sign_in(Role.VIEWER).get(f"/agreements/{agreement.public_id}").text
    assert "The texts differ: What is set up" in page
    assert page.index("It sets up a forum.") < page.index("It sets up a committee.")
    assert page.count("the one we go by") == 1
    assert page.index("It sets up a forum.") < page.index("the one we go by")
    assert "Report 1" in page
    assert "Report 2" in page


def test_a_partner_sees_agreements_and_of_leads_their_own(
    sign_in: SignIn, database: Database
) -> None:
    agreement = make_agreement(database, name="The pact")
    lead = make_lead(database)
    make_citation(database, lead, agreement)
    partner = sign_in(Role.PARTNER)
    assert "The pact" in partner.get("/agreements/").text
    page = partner.get(f"/agreements/{agreement.public_id}")
    assert page.status_code == 200
    assert str(lead.title) not in page.text
