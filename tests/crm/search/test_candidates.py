"""What is found, by whom, and in which order."""

import random

import pytest
import sqlalchemy as sa

from crm.database import Database
from crm.search.candidates import answering, find, find_near, find_organizations
from crm.search.query import answers, read_query
from models.organization import Organization
from models.search import SearchEntry, SearchKind
from models.user import LOCAL_ADMINISTRATOR, Actor
from tests.factories.organization import NOW, make_organization, restrict
from tests.factories.user import actor_for, make_team, make_user

KIND = SearchKind.ORGANIZATION


def named(database: Database, *names: str) -> dict[int, str]:
    """Organizations that bear one name each."""
    return {make_organization(database, name=name, native_name=None).id: name for name in names}


def found(
    database: Database, made: dict[int, str], text: str, actor: Actor = LOCAL_ADMINISTRATOR
) -> list[str]:
    with database.reader(actor) as session:
        return [made[hit.record_id] for hit in find(session, read_query(text), KIND).hits]


@pytest.mark.parametrize("name", ["日産自動車", "ニッサン", "Nissan Motor", "닛산"])
def test_each_writing_finds_each(any_database: Database, name: str) -> None:
    made = named(any_database, name, "Quillfeather")
    for typed in ("日産", "ニッサン", "ﾆｯｻﾝ", "にっさん", "nissan", "NISSAN", "닛산"):
        assert found(any_database, made, typed) == [name], typed


def test_two_letters_in_the_middle_of_a_name_find_it(any_database: Database) -> None:
    japanese, korean = ("室工業株式会社", "カナデンキ"), ("大韓電線", "한국가상전자")
    made = named(any_database, *japanese, *korean, "Lakehead Wood")
    for typed in ("工業", "業株", "電線", "상전", "eh", "ナデ", "デン", "室", "상"):
        assert any(typed in name for name in found(any_database, made, typed)), typed
    assert found(any_database, made, "x") == []
    assert found(any_database, made, "線電") == []


def test_words_are_found_in_any_order_and_without_their_spaces(any_database: Database) -> None:
    made = named(any_database, "Aoki Precision Tools", "삼성 전자 가상", "Aoki Marine")
    assert found(any_database, made, "tools aoki") == ["Aoki Precision Tools"]
    assert found(any_database, made, "aokiprec") == ["Aoki Precision Tools"]
    assert found(any_database, made, "삼성전자") == ["삼성 전자 가상"]
    assert found(any_database, made, "aoki") == ["Aoki Marine", "Aoki Precision Tools"]


def test_accents_and_punctuation_do_not_count(any_database: Database) -> None:
    made = named(any_database, "L'Érable Québec", "T-Gate & Sons, Ltd.")
    assert found(any_database, made, "erable quebec") == ["L'Érable Québec"]
    assert found(any_database, made, "t-gate") == ["T-Gate & Sons, Ltd."]
    assert found(any_database, made, "%") == []


def test_the_best_comes_first(any_database: Database) -> None:
    names = ["Mori", "Mori Works", "Old Mori Works", "Old Morioka", "Kamori", "森"]
    made = named(any_database, *names)
    assert found(any_database, made, "mori")[:5] == names[:5]
    assert "森" not in found(any_database, made, "mori")[:5]


def test_an_exact_name_is_found_among_too_many(any_database: Database) -> None:
    made = named(any_database, "Ota", "Otaru Works", *(f"Great Otani {n}" for n in range(12)))
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        hits = find(session, read_query("ota"), KIND, most=5)
    assert hits.is_more
    assert [made[hit.record_id] for hit in hits.hits[:2]] == ["Ota", "Otaru Works"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Toyotta Boshoku", "Toyota Boshoku"),
        ("tyoota", "Toyota Boshoku"),
        ("Muro Coporation", "Muro Corporation"),
        ("日立製作諸", "日立製作所"),
        ("현대자돈차", "현대자동차"),
        ("mitsubshi", "Mitsubishi Heavy"),
    ],
)
def test_a_slip_of_the_finger_is_forgiven(any_database: Database, typed: str, name: str) -> None:
    made = named(any_database, name, "Quillfeather", "Lakehead Wood")
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        near = find_near(session, read_query(typed), KIND)
        assert [made[hit.record_id] for hit in near] == [name]
        assert [made[key] for key in find_organizations(session, typed)] == [name]


def test_a_hidden_name_is_neither_found_nor_near(any_database: Database) -> None:
    member, outsider = make_user(any_database), make_user(any_database)
    team = make_team(any_database, member)
    hidden = make_organization(any_database, name="Heronsgate", native_name=None)
    open_one = make_organization(any_database, name="Heronsgate Open", native_name=None)
    restrict(any_database, hidden, team.id)
    for user, keys in ((member, {hidden.id, open_one.id}), (outsider, {open_one.id})):
        with any_database.reader(actor_for(any_database, user)) as session:
            hits = find(session, read_query("heron"), KIND, most=1).hits
            assert {hit.record_id for hit in hits} <= keys
            near = find_near(session, read_query("herongate"), KIND)
            assert {hit.record_id for hit in near} <= keys
            assert set(find_organizations(session, "heronsgate")) == keys
            statement = answering(KIND, "heronsgate")
            assert statement is not None
            assert set(session.scalars(statement)) == keys


ALPHABETS = ("abno ", "ロカナン", "工業電日 ", "상전가나", "ab工カ상")


def _drawn(draw: random.Random, longest: int) -> str:
    letters = draw.choice(ALPHABETS)
    return "".join(draw.choice(letters) for _ in range(draw.randint(1, longest)))


def test_the_index_says_what_reading_everything_says(any_database: Database) -> None:
    draw = random.Random(3)
    with any_database.transaction(LOCAL_ADMINISTRATOR) as session:
        for number in range(150):
            name = _drawn(draw, 12).strip() or "x"
            session.add(Organization(name=name, created_at=NOW, reference=f"r{number}"))
    with any_database.engine.connect() as connection:
        table = SearchEntry.__table__
        rows = connection.execute(sa.select(table).where(table.c.kind == KIND)).all()
    wrong = []
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        for _ in range(200):
            query = read_query(_drawn(draw, 5))
            if not query.is_usable:
                continue
            expected = {r.organization_id for r in rows if answers(query, KIND, r.folded, r.keys)}
            hits = find(session, query, KIND, most=10_000).hits
            if {hit.record_id for hit in hits} != expected:
                wrong.append(query)
    assert wrong == []


def test_no_query_breaks(any_database: Database) -> None:
    make_organization(any_database, name="𠮷野家 İstanbul ß")
    for typed in (
        *("", " ", "%", "_", '"', "'", "*", "^", "-", "(", "&|!", "\\"),
        *("NEAR(a b)", "a OR b", "a AND", "b:c", "<mark>", "🍁", "🍁🍁", "\u3099", "ß"),
        *("a" * 5000, "ab " * 500, "日" * 500, "İstanbul", "𠮷野家"),
    ):
        with any_database.reader(LOCAL_ADMINISTRATOR) as session:
            for kind in SearchKind:
                find(session, read_query(typed), kind)
                find_near(session, read_query(typed), kind)
