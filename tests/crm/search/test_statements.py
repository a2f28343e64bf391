"""The statement of a search: who looks is in each of its parts, and no shortcut loses a name."""

import random
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg

from crm.database import Database
from crm.interactions.choice_queries import search_subjects
from crm.search import frequencies, index, statements, upkeep
from crm.search.candidates import find, parts_of
from crm.search.frequencies import Frequencies
from crm.search.query import answers, read_query
from crm.search.statements import ALL, EXACT, LEADING, NEAR, OTHER, REST, Shape
from crm.visibility import NoViewerError, criteria_of
from models.organization import Organization
from models.search import SearchEntry, SearchKind
from models.user import LOCAL_ADMINISTRATOR, Actor, Role
from tests.factories.organization import NOW, make_organization, restrict
from tests.factories.user import actor_for, make_team, make_user

KIND = SearchKind.ORGANIZATION
OFFICER = Actor(id=1, name="Officer", role=Role.OFFICER, team_ids=frozenset({3, 4}))
PARTNER = Actor(id=2, name="Partner", role=Role.PARTNER, office_id=7)


@pytest.mark.parametrize(
    "dialect",
    [sqlite.dialect(), psycopg.dialect()],  # type: ignore[no-untyped-call]
    ids=["sqlite", "pg"],
)
@pytest.mark.parametrize("actor", [OFFICER, PARTNER], ids=["officer", "partner"])
@pytest.mark.parametrize("kind", SearchKind)
@pytest.mark.parametrize("is_walked", [False, True])
def test_who_looks_is_in_each_part_before_its_limit(
    database: Database, dialect: Any, actor: Actor, kind: SearchKind, is_walked: bool
) -> None:
    with database.reader(actor) as session:
        criteria = criteria_of(session)
    ways = tuple((condition, is_walked) for condition in (EXACT, LEADING, REST, OTHER, ALL, NEAR))
    shape = Shape(kind, (1,), 1, 2, ways, 50, waits=kind is SearchKind.ANNOUNCEMENT)
    parts = statements._compiled(dialect, shape, criteria).text.split(" UNION ALL SELECT ")
    assert len(parts) == len(ways)
    for part in parts:
        before, _limit, _after = part.rpartition("LIMIT 50")
        assert "search_entries.team_id IS NULL" in before
        assert ("lead_parties" in before) == (actor is PARTNER)


def test_without_a_viewer_nothing_is_read(database: Database) -> None:
    session = database.reader(OFFICER)
    session.info.clear()
    query = read_query("heron")
    with session, pytest.raises(NoViewerError):
        statements.read(session, query, KIND, parts_of(query, KIND), most=5)


def test_a_hidden_name_is_in_no_part_and_takes_nobodys_place(any_database: Database) -> None:
    member, outsider = make_user(any_database), make_user(any_database)
    team = make_team(any_database, member)
    shown = {
        make_organization(any_database, name=name, native_name=None).id
        for name in ("Heron", "Heron Works", "Old Heron")
    }
    for name in ("Heron", "Heron Mills", "Blue Heron") * 3:
        hidden = make_organization(any_database, name=name, native_name=None)
        restrict(any_database, hidden, team.id)
    for user, count in ((member, 12), (outsider, 3)):
        with any_database.reader(actor_for(any_database, user)) as session:
            hits = find(session, read_query("heron"), KIND).hits
            assert len(hits) == count
            assert shown <= {hit.record_id for hit in hits}
            few = find(session, read_query("heron"), KIND, most=3)
    assert {hit.record_id for hit in few.hits} == shown


ALPHABETS = ("abno ", "ロカナン", "工業電日 ", "상전가나", "ab工カ상")


def _drawn(draw: random.Random, longest: int) -> str:
    letters = draw.choice(ALPHABETS)
    return "".join(draw.choice(letters) for _ in range(draw.randint(1, longest)))


@pytest.mark.parametrize("reach", [0, 10, 1000])
def test_walking_from_the_newest_finds_what_looking_up_does(
    any_database: Database, monkeypatch: pytest.MonkeyPatch, reach: int
) -> None:
    """However wrong the counts are that it is decided by."""
    draw = random.Random(4)
    with any_database.transaction(LOCAL_ADMINISTRATOR) as session:
        for number in range(150):
            name = _drawn(draw, 12).strip() or "x"
            session.add(Organization(name=name, created_at=NOW, reference=f"r{number}"))
    monkeypatch.setattr(
        Frequencies,
        "walk",
        lambda self, _wanted, _most: self.newest - reach if draw.random() < 0.7 else None,
    )
    with any_database.engine.connect() as connection:
        table = SearchEntry.__table__
        rows = connection.execute(sa.select(table).where(table.c.kind == KIND)).all()
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        for _ in range(100):
            query = read_query(_drawn(draw, 4))
            if not query.is_usable:
                continue
            expected = {r.id for r in rows if answers(query, KIND, r.folded, r.keys)}
            for most in (5, 1000):
                found = statements.read(session, query, KIND, parts_of(query, KIND), most=most)
                assert {row.id for row in found} <= expected
                assert len({row.id for row in found}) == min(most, len(expected)), query
                assert [row.part for row in found] == sorted(row.part for row in found)


def test_letters_that_follow_each_other_are_counted_together() -> None:
    shares = {"o5de5": 0.06, "o5de5696d": 0.05, "o81ea52d5": 0.05, "o52d58eca": 0.05, "o52d5": 0.05}
    counted = Frequencies(shares, 1_000_000, 1_000_000)
    assert counted.share(("and", ("o81ea52d5", "o52d58eca"))) == pytest.approx(0.05)
    assert counted.share(("and", ("o81ea52d5", "o5de5696d"))) == pytest.approx(0.0025)
    assert counted.share(("and", ("o81ea52d5", "o793e682a"))) == 0.0
    assert counted.share(("or", ("o793e682a", "o5de5696d"))) == 0.05
    assert counted.walk("o5de5696d", 50) == 1_000_000 - 4000
    assert counted.walk("o793e682a", 50) is None
    start = Frequencies({"ozttr": 0.1, "ottr": 0.2, "ottra": 0.1}, 1_000_000, 1_000_000)
    assert start.share(("and", ("ozttr", "ottra"))) == pytest.approx(0.05)


def test_the_index_is_put_in_few_pieces_and_says_the_same(any_database: Database) -> None:
    for number in range(40):
        make_organization(any_database, name=f"Heron {number}", native_name=None)
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        before = find(session, read_query("heron"), KIND).hits
    with any_database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        index.tidy(session.connection())
        assert not index.is_untidy(session.connection())
        upkeep.tidy(session, now=NOW)
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        assert find(session, read_query("heron"), KIND).hits == before


def test_counts_are_read_of_postgresql(any_database: Database) -> None:
    for number in range(30):
        make_organization(any_database, name=f"Heron {number}", native_name=None)
    any_database.analyze()
    with any_database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            return
        counted = frequencies.frequencies(connection)
    assert counted.entries >= 30
    assert counted.newest >= 30
    assert counted.shares["other"] > 0.5


def test_what_a_conversation_is_about_is_found_in_any_script(any_database: Database) -> None:
    make_organization(any_database, name="日産自動車", native_name=None)
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        for typed in ("日産", "nissan", "닛산"):
            _leads, organizations = search_subjects(session, typed)
            assert [found.name for found in organizations] == ["日産自動車"], typed
        assert search_subjects(session, "n") == ([], [])
