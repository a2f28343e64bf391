"""Every fact of the five texts has a home, with its words, and nothing is added to them."""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from config import PROJECT
from crm.app import create_app
from crm.demo.data import read
from crm.search.candidates import find
from crm.search.query import read_query
from models.agreement import Agreement, Statistic
from models.announcement import Announcement
from models.contact import Contact
from models.document import Claim, Document
from models.interaction import Interaction
from models.lead import Lead, LeadParty
from models.measure import Precision
from models.mission import Mission
from models.organization import Organization
from models.reference import PeerReference
from models.score import Score
from models.search import SearchKind
from tests.crm.demo.conftest import NOW, Demo
from tests.crm.demo.fact_homes import HOMES, NO_CONTENT
from tests.crm.demo.fact_records import Records

TEXTS = PROJECT.parent / "shared" / "data"
FACTS = TEXTS / "seed_facts.yaml"
FILES = ("documents", "organizations", "missions", "announcements", "agreements", "claims")
# Printed words are quotes. The others are names: the headline of one report, and a minister's post.
PRINTED = re.compile(r"quote|printed_name|url|publisher|\w*as_printed")
NAMES = {
    "Canada and Korea sign MOU for more trade, including autos and minerals",
    "Minister of International Relations, La Francophonie and Foreign Trade",
}
CLAIMS: list[dict[str, Any]] = read("facts/claims")
# What a claim may be told of, first of all of an announcement, as the search has it.
FILE_OF: dict[str, tuple[Any, str]] = {
    "announcement": (Announcement, "announcements"),
    "agreement": (Agreement, "agreements"),
    "organization": (Organization, "organizations"),
    "mission": (Mission, "missions"),
}


@pytest.fixture(scope="module")
def session(demo: Demo) -> Iterator[Session]:
    with demo.database.unscoped_reader(purpose="test") as session:
        yield session


@pytest.fixture(scope="module")
def texts(session: Session) -> dict[str, int]:
    """The keys of the texts."""
    by_title = {row["title"]: row["key"] for row in read("facts/documents")}
    return {
        by_title[title]: key
        for key, title in session.execute(sa.select(Document.id, Document.title))
        if title in by_title
    }


def _listed_facts(path: Path) -> list[tuple[str, str]]:
    """The number and the quote of each listed fact, read line by line."""
    facts, number = [], ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if found := re.fullmatch(r"- id: (\d{3}-.*)", line):
            number = found[1]
        elif found := re.fullmatch(r"  quote: (.*)", line):
            quote = found[1]
            if quote.startswith("'"):
                quote = quote[1:-1].replace("''", "'")
            facts.append((number, quote))
    return facts


@pytest.mark.skipif(not FACTS.exists(), reason="the list of facts is not here")
def test_every_listed_fact_is_told_with_its_own_words() -> None:
    listed = _listed_facts(FACTS)
    assert len(listed) == 220
    told = {row["fact"]: row["quote"] for row in CLAIMS}
    assert len(told) == len(CLAIMS)
    assert {number: quote for number, quote in listed if number not in NO_CONTENT} == told


def test_every_fact_has_a_claim_with_its_source(session: Session, texts: dict[str, int]) -> None:
    kept = {
        (claim.document_id, claim.text, claim.quote) for claim in session.scalars(sa.select(Claim))
    }
    assert HOMES.keys() == {row["fact"] for row in CLAIMS}
    assert len(HOMES) + len(NO_CONTENT) == 220
    for row in CLAIMS:
        assert row["fact"].startswith(row["document"])
        assert (texts[row["document"]], row["text"], row["quote"]) in kept


@pytest.mark.parametrize("fact", [fact for fact, home in HOMES.items() if home[0] != "claim"])
def test_a_fact_stands_as_a_record(fact: str, session: Session, texts: dict[str, int]) -> None:
    home = HOMES[fact]
    assert Records(session, texts).values(home) == home[2]


def test_what_no_column_holds_is_a_claim_of_its_kind(
    session: Session, texts: dict[str, int]
) -> None:
    by_fact = {row["fact"]: row for row in CLAIMS}
    classes: dict[str, Any] = {
        "mission": Mission,
        "announcement": Announcement,
        "organization": Organization,
        "agreement": Agreement,
    }
    records = Records(session, texts)
    for fact, (kind, place, expected) in HOMES.items():
        if kind != "claim":
            continue
        about, name = place
        field = "title" if about == "announcement" else "name"
        record = records.one(classes[about], **{field: name})
        claim = session.scalars(
            sa.select(Claim).filter_by(**{f"{about}_id": record.id}, text=by_fact[fact]["text"])
        ).one()
        assert claim.kind.value == expected["kind"], fact


def test_every_fact_is_found_by_search(demo: Demo) -> None:
    """By the words of the text: the record that the claim is told of is among the answers."""
    lost = []
    with demo.database.unscoped_reader(purpose="test") as session:
        for row in CLAIMS:
            kind = next(kind for kind in FILE_OF if kind in row)
            query = read_query(row["quote"])
            found = find(session, query, SearchKind(kind), now=NOW)
            cls, name = FILE_OF[kind]
            record = _keys_by_name(session, cls)[_title_of(name, row[kind])]
            if record not in {hit.record_id for hit in found.hits}:
                lost.append((row["fact"], row["quote"]))
    assert lost == []


def _keys_by_name(session: Session, cls: Any) -> dict[str, int]:
    column = cls.title if cls is Announcement else cls.name
    named = sa.select(column, cls.id).where(cls.document_id.is_not(None))
    return {name: key for name, key in session.execute(named)}  # noqa: C416 -- rows, not pairs


def _title_of(file: str, key: str | None) -> str:
    told = read(f"facts/{file}")
    rows = told if isinstance(told, list) else [*told[file], *told.get("events", ())]
    found = next((row for row in rows if row["key"] == key), {})
    return str(found.get("title") or found.get("name"))


@pytest.fixture(scope="module")
def officer(demo: Demo) -> FlaskClient:
    """An officer of the demo, signed in by the form as anybody is."""
    app = create_app(demo.config)
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    account = next(one for one in demo.result.accounts if one.username == "dana")
    client.post("/auth/sign-in", data={"username": account.username, "password": account.password})
    return client


def test_every_fact_is_shown_on_its_page_with_its_source(
    officer: FlaskClient, session: Session, texts: dict[str, int]
) -> None:
    titles = {row["key"]: row["title"] for row in read("facts/documents")}
    pages: dict[str, str] = {}
    unseen = []
    for row in CLAIMS:
        for kind, (cls, file) in FILE_OF.items():
            # What is said of an announcement is on its page, and on those of organizations.
            if kind not in row or (kind == "mission" and "announcement" in row):
                continue
            field = "title" if kind == "announcement" else "name"
            record = Records(session, texts).one(cls, **{field: _title_of(file, row[kind])})
            address = f"/{file}/{record.public_id}"
            if address not in pages:
                pages[address] = _page(officer, address)
            page = pages[address]
            if not all(part in page for part in (row["text"], row["quote"])):
                unseen.append((row["fact"], address))
            assert titles[row["document"]] in page, (row["fact"], address)
    assert unseen == []


def test_figures_visits_and_agendas_have_pages(officer: FlaskClient, session: Session) -> None:
    for figure in session.scalars(sa.select(Statistic).where(Statistic.is_demo.is_(False))):
        page = _page(officer, f"/agreements/figures/{figure.public_id}")
        assert figure.as_printed is not None
        assert figure.as_printed in page
        assert "CAD" not in page
    missions = session.scalars(
        sa.select(Mission).where(Mission.is_demo.is_(False), Mission.is_fair.is_(False))
    ).all()
    assert len(missions) == 3
    for mission in missions:
        delegation = _page(officer, f"/missions/{mission.public_id}/delegation")
        assert mission.name in delegation


def _page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    text = html.unescape(answer.text)
    # What stands between tags, in one line; an address in a text may be a link.
    return " ".join(re.sub(r"<[^>]*>", "", text).replace("\u00ad", "").split())


def test_no_sentence_is_copied() -> None:
    """No eight words in a row of ours are a text's; a quote is short."""
    assert _copied("The ministers’ visit included a series of meetings with officials")
    found = [words for name in FILES for words in _told(read(f"facts/{name}")) if _copied(words)]
    assert found == []
    assert [row["quote"] for row in CLAIMS if len(row["quote"].split()) >= 12] == []


def _told(value: Any) -> Iterator[str]:
    """Every sentence of ours in a file."""
    if isinstance(value, dict):
        for key, one in value.items():
            if not PRINTED.fullmatch(key):
                yield from _told(one)
    elif isinstance(value, list):
        for one in value:
            yield from _told(one)
    elif isinstance(value, str) and value not in NAMES:
        yield value


def _words(text: str) -> list[str]:
    plain = html.unescape(text).replace("’", "'")
    words = (word.strip('.,;:!?"“”()–—-').lower() for word in plain.split())
    return [word for word in words if word]


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[start : start + 8]) for start in range(len(words) - 7)}


_PRINTED_RUNS: set[tuple[str, ...]] = set()


def _copied(text: str) -> bool:
    if not TEXTS.exists():
        pytest.skip("the texts are not here")
    if not _PRINTED_RUNS:
        for path in (TEXTS / "sources").glob("*.txt"):
            _PRINTED_RUNS.update(_runs(_words(path.read_text(encoding="utf-8"))))
    return not _PRINTED_RUNS.isdisjoint(_runs(_words(text)))


@pytest.mark.skipif(not TEXTS.exists(), reason="the texts are not here")
def test_every_quote_and_printed_word_stands_in_its_text() -> None:
    texts = {
        path.name[:3]: " ".join(html.unescape(path.read_text(encoding="utf-8")).split())
        for path in (TEXTS / "sources").glob("*.txt")
    }
    printed = [(row["document"], row["quote"]) for row in CLAIMS]
    told = read("facts/organizations")
    printed += [(row["document"], row["name"]) for row in told["organizations"] if _is_named(row)]
    for row in told["contacts"]:
        printed += [(row["document"], row["printed_name"]), (row["document"], row["title"])]
    for name in FILES:
        printed += _printed_of(read(f"facts/{name}"), "")
    missing = [(key, words) for key, words in printed if words not in texts[key]]
    assert missing == []


def _printed_of(value: Any, document: str) -> list[tuple[str, str]]:
    found = []
    if isinstance(value, dict):
        document = value.get("document", document)
        for key, one in value.items():
            if key == "as_printed" or key.endswith("_as_printed"):
                found.append((document, one))
            else:
                found += _printed_of(one, document)
    elif isinstance(value, list):
        for one in value:
            found += _printed_of(one, document)
    return found


def _is_named(row: dict[str, object]) -> bool:
    # Placeholders stand for what a text leaves unnamed; these are named in pieces ("the
    # Canadian government", "former Mayor of Mississauga").
    pieces = {"seoul_office", "canada", "korea", "jetro", "mississauga"}
    return not row.get("is_placeholder") and row["key"] not in pieces


def test_what_a_text_does_not_say_stays_unknown(session: Session) -> None:
    missions = session.scalars(
        sa.select(Mission).where(Mission.document_id.is_not(None), Mission.is_fair.is_(False))
    ).all()
    assert len(missions) == 3
    for mission in missions:
        assert (mission.starts_on, mission.ends_on) == (None, None)
        assert mission.dates_precision is Precision.UNKNOWN
        assert mission.dates_as_printed
        assert (mission.home_zone, mission.market_zone, mission.currency) == (None, None, None)
        assert mission.owner_id is None
    organizations = session.scalars(
        sa.select(Organization).where(Organization.document_id.is_not(None))
    ).all()
    assert len(organizations) == 48
    assert all(one.native_name is None for one in organizations)
    by_name = {one.name: one for one in organizations}
    assert by_name["Konica Minolta"].country is None
    assert by_name["D-Wave Systems"].country is None
    assert by_name["A large Technology Corporate"].is_placeholder
    announcements = session.scalars(
        sa.select(Announcement).where(Announcement.document_id.is_not(None))
    ).all()
    assert len(announcements) == 6
    for one in announcements:
        assert (one.announced_on, one.announced_precision) == (None, Precision.UNKNOWN)
        assert (one.capex_currency, one.our_share_percent, one.owner_id) == (None, None, None)
        assert one.public_at is not None
    # That a firm spoke of its success is no word on whether it vouches for the place.
    said = sa.select(PeerReference.id).where(
        PeerReference.organization_id == by_name["IT Weapons"].id
    )
    assert session.scalar(said) is None


def test_texts_that_disagree_keep_both_claims(session: Session, texts: dict[str, int]) -> None:
    points: dict[str, set[tuple[int, bool | None]]] = {}
    for claim in session.scalars(sa.select(Claim).where(Claim.topic.is_not(None))):
        points.setdefault(str(claim.topic), set()).add((claim.document_id, claim.is_preferred))
    assert points == {
        "What it sets up": {(texts["001"], True), (texts["004"], False)},
        "Name of the minister": {(texts["001"], False), (texts["004"], True)},
        # Both stand in one text; which of them holds, nobody can say.
        "First, or one of the first": {(texts["002"], None)},
    }
    quotes = set(session.scalars(sa.select(Claim.quote).where(Claim.mission_id.is_not(None))))
    assert "first of its kind from any Canadian municipality" in quotes
    assert "one of the First Municipalities to Launch a Virtual Mission" in quotes


def test_the_unrelated_paragraph_is_left_out() -> None:
    everything = str([read(f"facts/{name}") for name in FILES])
    assert "Zelenskyy" not in everything
    assert "Davos" not in everything
    assert "&#39;" not in everything


def test_real_records_are_not_marked_invented_and_name_their_source(session: Session) -> None:
    for cls in (Organization, Contact, Mission, Announcement, Agreement, Statistic):
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
