"""Every fact of the five texts has a home, with its words, and nothing is added to them."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import PROJECT
from crm.demo.data import read
from models.announcement import Announcement, AnnouncementKind
from models.contact import Contact
from models.document import Claim, Document
from models.interaction import Interaction
from models.lead import Lead, LeadParty
from models.measure import Precision, Qualifier
from models.mission import Mission
from models.organization import Organization, OrganizationRelation, RelationKind
from models.score import Score
from tests.crm.demo.conftest import Demo

TEXTS = PROJECT.parent / "shared" / "data"
FACTS = TEXTS / "seed_facts.yaml"
# What belongs to importing such a text rather than to its contents.
NO_CONTENT = {"noise", "encoding"}


@pytest.fixture(scope="module")
def session(demo: Demo) -> Iterator[Session]:
    with demo.database.unscoped_reader(purpose="test") as session:
        yield session


def _listed_facts(path: Path) -> list[tuple[str, str, str]]:
    """The (document, kind, quote) of each listed fact, read line by line."""
    facts, document, kind = [], "", ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if found := re.fullmatch(r"- id: (\d{3})-.*", line):
            document = found[1]
        elif found := re.fullmatch(r"  kind: (\w+)", line):
            kind = found[1]
        elif found := re.fullmatch(r"  quote: (.*)", line):
            quote = found[1]
            if quote.startswith("'"):
                quote = quote[1:-1].replace("''", "'")
            facts.append((document, kind, quote))
    return facts


@pytest.mark.skipif(not FACTS.exists(), reason="the list of facts is not here")
def test_every_listed_fact_has_a_home(session: Session) -> None:
    listed = _listed_facts(FACTS)
    assert len(listed) == 220
    titles = {row["title"]: row["key"] for row in read("facts")["documents"]}
    kept = {
        (titles[title], quote)
        for title, quote in session.execute(
            sa.select(Document.title, Claim.quote).join(Claim, Claim.document_id == Document.id)
        )
    }
    homeless = [
        (document, kind, quote)
        for document, kind, quote in listed
        if kind not in NO_CONTENT and (document, quote) not in kept
    ]
    assert homeless == []


@pytest.mark.skipif(not TEXTS.exists(), reason="the texts are not here")
def test_every_quote_and_printed_word_stands_in_its_text() -> None:
    texts = {
        path.name[:3]: " ".join(html.unescape(path.read_text(encoding="utf-8")).split())
        for path in (TEXTS / "sources").glob("*.txt")
    }
    told = read("facts")
    printed = [(row["document"], row["quote"]) for row in told["claims"]]
    printed += [(row["document"], row["name"]) for row in told["organizations"] if _is_named(row)]
    for row in told["contacts"]:
        printed += [(row["document"], row["printed_name"]), (row["document"], row["title"])]
    printed += [(row["document"], row["dates_as_printed"]) for row in told["missions"]]
    printed += [(row["document"], row["announced_as_printed"]) for row in told["announcements"]]
    for row in told["announcements"]:
        for field in ("capex", "jobs"):
            if field in row:
                printed.append((row["document"], row[field]["as_printed"]))
    missing = [(key, words) for key, words in printed if words not in texts[key]]
    assert missing == []


def _is_named(row: dict[str, object]) -> bool:
    # Placeholders stand for what a text leaves unnamed; these are named in pieces ("the
    # Canadian government", "former Mayor of Mississauga").
    pieces = {"seoul_office", "canada", "korea", "jetro", "mississauga"}
    return not row.get("is_placeholder") and row["key"] not in pieces


def test_what_a_text_does_not_say_stays_unknown(session: Session) -> None:
    missions = session.scalars(sa.select(Mission).where(Mission.document_id.is_not(None))).all()
    assert len(missions) == 3
    for mission in missions:
        assert mission.starts_on is None
        assert mission.ends_on is None
        assert mission.dates_precision is Precision.UNKNOWN
        assert mission.dates_as_printed
    organizations = session.scalars(
        sa.select(Organization).where(Organization.document_id.is_not(None))
    ).all()
    assert len(organizations) == 48
    assert all(one.native_name is None for one in organizations)
    by_name = {one.name: one for one in organizations}
    assert by_name["Konica Minolta"].country is None
    assert by_name["D-Wave Systems"].country is None
    assert by_name["A large Technology Corporate"].is_placeholder


def test_money_and_jobs_are_as_printed(session: Session) -> None:
    found = {
        one.kind: one
        for one in session.scalars(
            sa.select(Announcement).where(Announcement.document_id.is_not(None))
        )
    }
    venture = found[AnnouncementKind.JOINT_VENTURE]
    assert (venture.capex_amount, venture.capex_qualifier) == (5_000_000, Qualifier.EXACT)
    assert venture.capex_currency is None
    assert (venture.jobs_count, venture.jobs_qualifier) == (40, Qualifier.APPROXIMATE)
    memorandum = found[AnnouncementKind.GOVERNMENT_MOU]
    assert memorandum.capex_qualifier is Qualifier.NOT_DISCLOSED
    assert memorandum.capex_amount is None
    assert memorandum.jobs_qualifier is None
    for one in found.values():
        assert one.announced_on is None
        assert one.announced_precision is Precision.UNKNOWN


def test_texts_that_disagree_keep_both_claims(session: Session) -> None:
    quotes = set(
        session.scalars(
            sa.select(Claim.quote)
            .join(Announcement, Claim.announcement_id == Announcement.id)
            .where(Announcement.kind == AnnouncementKind.GOVERNMENT_MOU)
        )
    )
    assert "establishing the Canada-Korea Industrial Cooperation Committee" in quotes
    assert "plans to establish a forum for Canada–Korea industrial collaboration" in quotes
    quotes = set(session.scalars(sa.select(Claim.quote).where(Claim.mission_id.is_not(None))))
    assert "first of its kind from any Canadian municipality" in quotes
    assert "one of the First Municipalities to Launch a Virtual Mission" in quotes


def test_relations_are_kept(session: Session) -> None:
    subsidiary = session.execute(
        sa.select(OrganizationRelation.other_id, OrganizationRelation.kind)
        .join(Organization, Organization.id == OrganizationRelation.organization_id)
        .where(Organization.name == "IT Weapons")
    ).one()
    assert subsidiary.kind is RelationKind.SUBSIDIARY
    assert session.get_one(Organization, subsidiary.other_id).name == "Konica Minolta"


def test_the_unrelated_paragraph_is_left_out() -> None:
    assert "Zelenskyy" not in str(read("facts"))
    assert "Davos" not in str(read("facts"))


def test_real_records_are_not_marked_invented_and_name_their_source(session: Session) -> None:
    for cls in (Organization, Contact, Mission, Announcement):
        real = session.scalars(sa.select(cls).where(cls.is_demo.is_(False))).all()
        assert real
        assert all(one.document_id is not None for one in real), cls
        invented = session.scalars(sa.select(cls).where(cls.is_demo)).all()
        assert all(one.document_id is None for one in invented), cls


def test_real_organizations_have_no_lead_conversation_or_score(session: Session) -> None:
    real = sa.select(Organization.id).where(Organization.is_demo.is_(False))
    for column in (
        Lead.organization_id,
        LeadParty.organization_id,
        Interaction.organization_id,
    ):
        assert session.scalars(sa.select(column).where(column.in_(real))).all() == []
    assert session.scalars(sa.select(Score.id)).all() == []
    assert (
        session.scalars(
            sa.select(Announcement.id).where(
                Announcement.is_demo.is_(False), Announcement.lead_id.is_not(None)
            )
        ).all()
        == []
    )
