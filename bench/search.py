"""The search box over so many invented names in each script, by the clock and against reading all.

    python -m bench.search [--names N] [--queries N] [--data DIR] [--postgres]

Prints a row for each database, script and length: median and 95th percentile in milliseconds of
the index (one statement, fifty names), of the whole search of organizations (the query read anew,
names that are or begin with it first, ranked), and of a bare look-up of a name by an ordinary
index on the same database; then how many times as long as the look-up the search takes, by their
medians, and whether that is within three. `wrong` counts the queries, of so many compared, whose
answer differs from reading every entry. `--data` keeps the names, or reads those that are there
already.
"""

import argparse
import dataclasses
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import Config, create_data_folder
from crm import schema
from crm.database import Database, create_engine
from crm.identity import folding, keys, normalizing, segments, spoken
from crm.leads.apply import insert_organizations
from crm.organizations.plan import OrganizationDetails, plan_organization
from crm.search import index, upkeep
from crm.search.candidates import FIRST, answering, find, parts_of
from crm.search.query import answers, read_query
from crm.search.statements import read
from models.organization import Organization
from models.search import SearchEntry, SearchKind
from models.user import LOCAL_ADMINISTRATOR, Actor, Role
from tests.support.postgres import create_database, run_server

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
KIND = SearchKind.ORGANIZATION
# One who is in no team sees the open records only: the criteria are part of what is timed.
ACTOR = Actor(id=1, name="Bench", role=Role.OFFICER)
_MOST_TIMES = 3.0
_CHUNK = 10_000
_REMEMBERED = (
    read_query,
    normalizing.strip_form,
    segments.cut,
    keys._latin_pieces,
    folding.fold_deep,
    spoken.sound_of_english,
)
_NAMES_EACH = 2
_SCRIPTS = {
    "kanji": ("\u4e00", "\u9fff"),
    "kana": ("\u30a1", "\u30fa"),
    "hangul": ("\uac00", "\ud7a3"),
    "latin": ("a", "z"),
}
_KANJI = "山川田中東西南北大小高木林森石井上下松本村島崎原野谷沢藤佐伊加三金永清水橋青赤白黒光"
_KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
_HANGUL = "가나다라마바사아자차카타파하대한민국삼성현동서남북신우진경영세일화정보미래"
_SYLLABLES = "ka ki ku to ta na mi mo ri sa shi yo ha ku en ton ber ing wood stein val lor mar"
_JAPANESE = ("工業", "電機", "製作所", "商事", "自動車", "化学", "製薬", "建設", "精密", "食品")
_KOREAN = ("전자", "산업", "건설", "화학", "자동차", "제약", "식품", "정밀", "상사", "에너지")
_ENGLISH = ("Works", "Motor", "Electric", "Chemical", "Foods", "Trading", "Systems", "Pharma")


def main() -> None:
    """Fill, time, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=25, help="of each script and length")
    parser.add_argument("--compared", type=int, default=5, help="of these, against reading all")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = options.data or Path(stack.enter_context(tempfile.TemporaryDirectory())) / "names"
        database = _open(folder, options.names)
        print(
            f"{'database':<11}{'script':<8}{'letters':>7}{'index p50':>11}{'p95':>8}"
            f"{'search p50':>12}{'p95':>8}{'look-up p50':>13}{'p95':>8}{'ratio':>7}{'wrong':>7}"
        )
        measure("sqlite", database, options)
        if options.postgres:
            url = stack.enter_context(create_database(stack.enter_context(run_server())))
            config = dataclasses.replace(Config.from_env(folder, {}), database_url=url)
            engine = create_engine(config)
            stack.callback(engine.dispose)
            schema.upgrade(engine)
            _copy(database, engine)
            measure("postgresql", Database(engine), options)


def measure(label: str, database: Database, options: argparse.Namespace) -> None:
    """Print the rows of one database."""
    draw = random.Random(5)
    with database.reader(ACTOR) as session:
        kept = session.execute(
            sa.select(SearchEntry.organization_id, SearchEntry.folded, SearchEntry.keys)
        ).all()
        names = session.scalars(sa.select(Organization.name).limit(5_000)).all()
        look_ups = [_look_up(draw.choice(names)) for _ in range(options.queries)]
        for script, (first, last) in _SCRIPTS.items():
            some = [row.folded for row in draw.sample(kept, min(20_000, len(kept)))]
            some = [name for name in some if first <= name[0] <= last]
            for length in (2, 3, 6):
                words = [_part(draw, some, length) for _ in range(options.queries)]
                searches = [_search(word) for word in words]
                # A database makes its plan for good in the first ten times or so.
                _timed(session, searches)
                timed = (
                    _timed(session, [_index(word) for word in words]),
                    _timed(session, searches),
                    _timed(session, look_ups),
                )
                wrong = sum(_is_wrong(session, kept, word) for word in words[: options.compared])
                figures = "".join(
                    f"{statistics.median(each):>{width}.2f}{_p95(each):>8.2f}"
                    for each, width in zip(timed, (11, 12, 13), strict=True)
                )
                ratio = statistics.median(timed[1]) / statistics.median(timed[2])
                verdict = "within 3x" if ratio <= _MOST_TIMES else "BEYOND 3x"
                row = f"{label:<11}{script:<8}{length:>7}{figures}{ratio:>6.1f}x{wrong:>7}"
                print(f"{row}  {verdict}", flush=True)


def _index(word: str) -> Callable[[Session], Any]:
    query = read_query(word)
    parts = parts_of(query, KIND)
    return lambda session: read(session, query, KIND, parts, most=FIRST)


def _search(word: str) -> Callable[[Session], Any]:
    return lambda session: find(session, read_query(word), KIND)


def _look_up(name: str) -> Callable[[Session], Any]:
    statement = sa.select(Organization.id, Organization.name).where(Organization.name == name)
    return lambda session: session.execute(statement.limit(50)).all()


def _timed(session: Session, calls: Sequence[Callable[[Session], Any]]) -> list[float]:
    """Milliseconds of each call, the median of five, warm."""
    found = []
    for call in calls:
        call(session)
        rounds = []
        for _ in range(5):
            _forget()
            began = time.perf_counter()
            call(session)
            rounds.append((time.perf_counter() - began) * 1000)
        found.append(statistics.median(rounds))
    return found


def _forget() -> None:
    """Nobody has typed this before: what was read of the same letters is not to help."""
    for kept in _REMEMBERED:
        kept.cache_clear()


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


def _part(draw: random.Random, names: Sequence[str], length: int) -> str:
    """So many letters out of the middle of one word of some name."""
    while True:
        word = max(draw.choice(names).split(), key=len)
        if len(word) >= length:
            start = draw.randrange(len(word) - length + 1)
            return word[start : start + length]


def _is_wrong(session: Session, kept: Sequence[Any], word: str) -> bool:
    query = read_query(word)
    statement = answering(KIND, word)
    assert statement is not None
    expected = {
        row.organization_id
        for row in kept
        if answers(query, KIND, row.folded, row.keys, is_thorough=True)
    }
    shown = {hit.record_id for hit in find(session, query, KIND).hits}
    return set(session.scalars(statement)) != expected or not shown <= expected


def _open(folder: Path, names: int) -> Database:
    is_new = not (folder / "secret_key").exists()
    if is_new:
        create_data_folder(folder)
    engine = create_engine(Config.from_env(folder, {}))
    schema.upgrade(engine)
    database = Database(engine)
    if is_new:
        draw = random.Random(1)
        began = time.perf_counter()
        for first in range(0, names // _NAMES_EACH, _CHUNK):
            plans = [plan_organization(_firm(draw), now=NOW) for _ in range(_CHUNK)]
            with database.transaction(LOCAL_ADMINISTRATOR) as session:
                insert_organizations(session, plans)
            print(f"{(first + _CHUNK) * _NAMES_EACH} names ...", file=sys.stderr)
        database.analyze()
        with database.unscoped(LOCAL_ADMINISTRATOR, purpose="bench") as session:
            upkeep.tidy(session, now=NOW)
        print(f"Written in {time.perf_counter() - began:.0f} s.", file=sys.stderr)
    return database


def _firm(draw: random.Random) -> OrganizationDetails:
    english = "".join(draw.choices(_SYLLABLES.split(), k=draw.randint(2, 4))).title()
    english = f"{english} {draw.choice(_ENGLISH)}"
    kind = draw.random()
    if kind < 0.45:
        native = "".join(draw.choices(_KANJI, k=draw.randint(2, 3))) + draw.choice(_JAPANESE)
        native = native if draw.random() < 0.5 else f"株式会社{native}"
    elif kind < 0.6:
        native = "".join(draw.choices(_KANA, k=draw.randint(3, 7)))
    else:
        native = "".join(draw.choices(_HANGUL, k=draw.randint(2, 3))) + draw.choice(_KOREAN)
    return OrganizationDetails(name=f"{english} {draw.randrange(1000)}", native_name=native)


def _copy(source: Database, target: sa.Engine) -> None:
    """The same organizations and entries on a PostgreSQL, indexed there anew."""
    print("Copying to a PostgreSQL ...", file=sys.stderr)
    for table in (Organization.__table__, SearchEntry.__table__):
        for rows in _chunks(source, table):
            with target.begin() as writing:
                writing.execute(sa.insert(table), rows)  # type: ignore[arg-type]
                if table is SearchEntry.__table__:
                    index.add(
                        writing,
                        [(row["id"], KIND, row["folded"], row["keys"]) for row in rows],
                    )
    with target.connect().execution_options(isolation_level="AUTOCOMMIT") as settling:
        settling.exec_driver_sql("VACUUM ANALYZE")


def _chunks(source: Database, table: Any) -> Iterator[list[dict[str, Any]]]:
    with source.engine.connect() as reading:
        result = reading.execution_options(yield_per=_CHUNK).execute(sa.select(table))
        for rows in result.mappings().partitions():
            yield [dict(row) for row in rows]


if __name__ == "__main__":
    main()
