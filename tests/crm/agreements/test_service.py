"""Commands on agreements, figures and citations."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from crm.agreements.citing import cite, list_cited, list_citing, withdraw
from crm.agreements.figures import StatisticDetails, keep_statistic
from crm.agreements.pipeline import list_suggested, summarise_pipeline
from crm.agreements.queries import get_agreement, list_claims
from crm.agreements.service import AgreementDetails, keep_agreement, revise_agreement
from crm.database import Database
from crm.leads.confidentiality import lift_restriction, restrict_lead
from models.agreement import Agreement, AgreementKind, Citation, Statistic
from models.document import Claim, ClaimKind
from models.errors import DomainError, ForbiddenError, NotFoundError
from models.lead import Lead
from models.measure import Measure, Precision, Qualifier, StatedDate
from models.stage import LeadType, StageCode
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.agreement import make_agreement, make_citation, make_statistic
from tests.factories.announcement import make_announcement
from tests.factories.lead import NOW, make_lead, make_sector
from tests.factories.mission import make_document, make_mission
from tests.factories.user import actor_for, make_team, make_user


def test_a_date_is_kept_as_exactly_as_it_is_known(database: Database) -> None:
    made = make_agreement(
        database,
        effective=StatedDate(date(2018, 12, 30), Precision.MONTH),
        signed_as_printed=" Wednesday ",
    )
    assert made.effective_on == date(2018, 12, 1)
    assert made.effective_precision is Precision.MONTH
    assert made.signed_on is None
    assert made.signed_precision is Precision.UNKNOWN
    assert made.signed_as_printed == "Wednesday"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "  "}, "name"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"countries": ("CA", "XX")}, "countries"),
        ({"sector_ids": (999,)}, "sectors"),
        (
            {"effective": StatedDate(date(2018, 12, 30)), "ends_on": date(2018, 12, 29)},
            "ends_on",
        ),
    ],
)
def test_what_cannot_be_is_refused(database: Database, values: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        make_agreement(database, **values)
    assert refused.value.field == field
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalars(sa.select(Agreement)).all() == []


def test_revising_replaces_countries_and_sectors(database: Database) -> None:
    one, other = make_sector(database, "Batteries"), make_sector(database, "Agrifoods")
    made = make_agreement(database, countries=("CA", "JP"), sector_ids=(one.id,))
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        details = AgreementDetails(
            AgreementKind.MOU, "Renamed", countries=("CA", "KR"), sector_ids=(other.id,)
        )
        found = session.get_one(Agreement, made.id)
        revise_agreement(session, found, details, actor=LOCAL_ADMINISTRATOR)
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        found = get_agreement(session, made.public_id)
        assert (found.name, found.kind) == ("Renamed", AgreementKind.MOU)
        assert {item.country for item in found.countries} == {"CA", "KR"}
        assert [item.sector.name_en for item in found.sectors] == ["Agrifoods"]


def test_a_figure_of_unknown_currency_stays_so(database: Database) -> None:
    made = make_statistic(database, amount=5.1e9, unit=None, as_printed="$5.1 billion")
    assert (made.amount, made.currency, made.qualifier) == (5.1e9, None, Qualifier.EXACT)
    words = make_statistic(database, amount=None, unit=None, year=None, as_printed="third-largest")
    assert (words.amount, words.qualifier, words.year) == (None, None, None)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"amount": None}, "amount"),
        ({"source": " "}, "source"),
        ({"amount": float("nan")}, "amount"),
        ({"amount": 5.0, "upper": 4.0}, "upper"),
        ({"qualifier": Qualifier.BETWEEN}, "upper"),
        ({"qualifier": Qualifier.APPROXIMATE, "amount": None, "as_printed": "x"}, "amount"),
        ({"qualifier": Qualifier.NOT_DISCLOSED}, "amount"),
        ({"currency": "XXX1"}, "currency"),
        ({"year": 18}, "year"),
        ({"country": "ZZ"}, "country"),
        ({"sector_id": 999}, "sector"),
    ],
)
def test_a_figure_that_cannot_be_is_refused(
    database: Database, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        make_statistic(database, **values)
    assert refused.value.field == field


def test_who_may_not_write_keeps_and_cites_nothing(database: Database) -> None:
    agreement, lead = make_agreement(database), make_lead(database)
    viewer = actor_for(database, make_user(database, role=Role.VIEWER))
    with database.transaction(viewer) as session:
        with pytest.raises(ForbiddenError):
            keep_agreement(session, AgreementDetails(AgreementKind.MOU, "x"), actor=viewer, now=NOW)
        with pytest.raises(ForbiddenError):
            keep_statistic(session, StatisticDetails("x", amount=1), actor=viewer, now=NOW)
        with pytest.raises(ForbiddenError):
            cite(
                session,
                session.get_one(Lead, lead.id),
                session.get_one(Agreement, agreement.id),
                actor=viewer,
                now=NOW,
            )


def test_a_citation_is_made_once_and_withdrawn(database: Database) -> None:
    agreement, lead = make_agreement(database, short_name="CKFTA"), make_lead(database)
    figure, mission = make_statistic(database), make_mission(database)
    make_citation(database, lead, agreement, note="Tariffs")
    make_citation(database, lead, figure)
    make_citation(database, mission, agreement)
    with pytest.raises(DomainError):
        make_citation(database, lead, agreement)
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        cited = list_cited(session, session.get_one(Lead, lead.id))
        assert [(item.what, item.name, item.note) for item in cited] == [
            ("agreement", agreement.name, "Tariffs"),
            ("figure", figure.title, None),
        ]
        citing = list_citing(session, session.get_one(Agreement, agreement.id), now=NOW)
        assert [item.title for item in citing.leads] == [lead.title]
        assert [item.name for item in citing.missions] == [mission.name]
        assert citing.count == 2
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        arguments = (session.get_one(Lead, lead.id), session.get_one(Statistic, figure.id))
        withdraw(session, *arguments, actor=LOCAL_ADMINISTRATOR)
        with pytest.raises(NotFoundError):
            withdraw(session, *arguments, actor=LOCAL_ADMINISTRATOR)


def test_a_citation_has_its_leads_team(database: Database) -> None:
    agreement, lead = make_agreement(database), make_lead(database)
    announcement = make_announcement(database, lead)
    make_citation(database, lead, agreement)
    make_citation(database, announcement, agreement)
    member = make_user(database)
    team = make_team(database, member)
    inside, outside = actor_for(database, member), actor_for(database, make_user(database))

    def counts() -> list[int]:
        found = []
        for actor in (inside, outside):
            with database.reader(actor) as session:
                chosen = get_agreement(session, agreement.public_id)
                citing = list_citing(session, chosen, now=NOW)
                pipeline = summarise_pipeline(session, chosen)
                found.append(citing.count)
                found.append(sum(part.total.lead_count for part in pipeline.citing))
        return found

    assert counts() == [2, 1, 2, 1]
    with database.transaction(inside) as session:
        restrict_lead(
            session,
            session.get_one(Lead, lead.id),
            team_id=team.id,
            reason="asked",
            actor=inside,
            now=NOW,
        )
    with database.unscoped_reader(purpose="test") as session:
        assert set(session.scalars(sa.select(Citation.team_id))) == {team.id}
    assert counts() == [2, 1, 0, 0]
    make_citation(database, announcement, make_statistic(database), actor=inside)
    with database.unscoped_reader(purpose="test") as session:
        assert set(session.scalars(sa.select(Citation.team_id))) == {team.id}
    with database.transaction(inside) as session:
        lift_restriction(
            session, session.get_one(Lead, lead.id), reason="told", actor=inside, now=NOW
        )
    with database.unscoped_reader(purpose="test") as session:
        assert set(session.scalars(sa.select(Citation.team_id))) == {None}
    assert counts() == [2, 1, 2, 1]


def test_an_embargoed_announcement_cites_nothing_that_a_reader_knows(database: Database) -> None:
    agreement = make_agreement(database)
    announcement = make_announcement(database, make_lead(database), is_draft=True)
    make_citation(database, announcement, agreement)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        document = make_claimed_document(database)
        session.add(
            Claim(
                document_id=document,
                kind=ClaimKind.FACT,
                text="said of it",
                quote="said",
                agreement_id=agreement.id,
                announcement_id=announcement.id,
            )
        )
    for role, seen in ((Role.OFFICER, 1), (Role.VIEWER, 0)):
        actor = actor_for(database, make_user(database, role=role))
        with database.reader(actor) as session:
            found = get_agreement(session, agreement.public_id)
            assert list_citing(session, found, now=NOW).count == seen
            assert len(list_claims(session, found, now=NOW)) == seen


def make_claimed_document(database: Database) -> int:
    """A public text; its key."""
    return make_document(database).id


def test_the_pipeline_tells_cited_from_suggested(database: Database) -> None:
    sector, other = make_sector(database, "Batteries"), make_sector(database, "Agrifoods")
    agreement = make_agreement(database, countries=("CA", "JP"), sector_ids=(sector.id,))
    cad = Measure(5_000_000, Qualifier.EXACT, currency="CAD")
    cites = make_lead(database, market="KR", sector_id=other.id, capex=cad)
    make_citation(database, cites, agreement)
    suggested = make_lead(database, sector_id=sector.id, capex=Measure(3, Qualifier.EXACT))
    make_lead(database, sector_id=sector.id)
    make_lead(database, sector_id=other.id)
    make_lead(database, market="KR", sector_id=sector.id)
    make_lead(database, market="CA", sector_id=sector.id)
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        found = get_agreement(session, agreement.public_id)
        pipeline = summarise_pipeline(session, found)
        [part] = pipeline.citing
        assert part.lead_type is LeadType.INVESTMENT
        assert [stage for stage, _sums in part.stages] == [StageCode.FIRST_CONTACT]
        assert (part.total.lead_count, dict(part.total.amounts)) == (1, {"CAD": 5_000_000})
        [part] = pipeline.suggested
        assert (part.total.lead_count, dict(part.total.amounts)) == (2, {})
        assert (part.total.no_currency_count, part.total.unknown_count) == (1, 1)
        leads = list_suggested(session, found)
        assert suggested.id in {lead.id for lead in leads}
        assert len(leads) == 2


def test_an_agreement_of_no_other_country_suggests_nothing(database: Database) -> None:
    agreement = make_agreement(database, countries=("CA",))
    make_lead(database, market="CA")
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        found = get_agreement(session, agreement.public_id)
        pipeline = summarise_pipeline(session, found)
        assert (pipeline.has_scope, pipeline.suggested) == (False, [])
        assert list_suggested(session, found) == []
