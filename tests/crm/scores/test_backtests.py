"""Looking back at a past day: what was known then, what became of it, and who may see which."""

import json
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from config import Config, create_data_folder
from crm.cli import main
from crm.database import Database
from crm.jobs.worker import work_once
from crm.scores import backtest_queries as queries
from crm.scores import backtests
from models.errors import DomainError, ForbiddenError
from models.job import Job
from models.lead import Lead, LeadRevision
from models.score import Backtest, BacktestScore, BacktestState
from models.stage import StageCode, Status
from models.user import LOCAL_ADMINISTRATOR, Actor, Role
from tests.factories.lead import make_lead
from tests.factories.office import NOW, make_office_past
from tests.factories.user import actor_for, make_team, make_user
from tests.support.application import QueryCounter, quick_engine

DAY, OTHER = date(2025, 6, 30), date(2025, 5, 31)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Path:
    """A database of an office that has looked back once, to copy."""
    folder = tmp_path_factory.mktemp("looked-back")
    create_data_folder(folder)
    shutil.copy(migrated_sqlite, folder / "crm.sqlite3")
    database = Database(quick_engine(Config.from_env(folder, {})))
    make_office_past(database)
    _look(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()
    return folder / "crm.sqlite3"


@pytest.fixture
def office(database: Database, config: Config, kept: Path) -> Database:
    shutil.copy(kept, config.data / "crm.sqlite3")
    return database


def _look(database: Database, day: date = DAY, *, is_renewed: bool = False) -> str:
    return backtests.look_back(
        database, day, actor=LOCAL_ADMINISTRATOR, now=NOW, is_renewed=is_renewed
    )


def _past(database: Database, public_id: str, actor: Actor) -> list[queries.Past]:
    with database.reader(actor) as session:
        return queries.load_past(session, queries.get_backtest(session, public_id))


def test_it_ranks_as_of_the_day_and_tells_what_became_of_each(office: Database) -> None:
    past = _past(office, _look(office), LOCAL_ADMINISTRATOR)
    assert len(past) > 20
    assert [one.place for one in past] == list(range(1, len(past) + 1))
    assert {one.stage for one in past} > {StageCode.FIRST_CONTACT, StageCode.ENGAGED}
    announced = [one for one in past if one.became.is_announced]
    lost = [one for one in past if one.became.status is Status.LOST]
    assert announced
    assert lost
    for one in announced + lost:
        # Nothing that had ended by then stands in the list.
        assert one.became.ended_at is not None
        assert one.became.ended_at.date() > DAY
    assert all(one.stage is not StageCode.ANNOUNCED for one in past)


def test_it_knows_nothing_of_what_came_later(office: Database) -> None:
    before = _rows(office, _look(office))
    with office.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        cut = NOW.replace(year=2025, month=7, day=2)
        session.execute(sa.delete(LeadRevision).where(LeadRevision.valid_from > cut))
        session.execute(
            sa.update(LeadRevision).where(LeadRevision.valid_to > cut).values(valid_to=None)
        )
    assert _rows(office, _look(office, is_renewed=True)) == before


def _rows(database: Database, public_id: str) -> list[tuple[object, ...]]:
    with database.unscoped_reader(purpose="test") as session:
        return [
            tuple(row)
            for row in session.execute(
                sa.select(
                    BacktestScore.lead_id,
                    BacktestScore.log_odds,
                    BacktestScore.probability,
                    BacktestScore.low,
                    BacktestScore.stage,
                )
                .join(Backtest)
                .where(Backtest.public_id == public_id)
                .order_by(BacktestScore.lead_id)
            )
        ]


def test_the_same_day_is_computed_again_only_when_what_was_known_has_changed(
    office: Database,
) -> None:
    first = _look(office)
    later = NOW + timedelta(hours=1)
    ask = {"actor": LOCAL_ADMINISTRATOR, "now": later}
    with office.transaction(LOCAL_ADMINISTRATOR) as session:
        again = backtests.ask(session, DAY, **ask)
        assert (again.public_id, again.state) == (first, BacktestState.READY)
        # What comes now is no news of that day.
    make_lead(office, now=NOW)
    with office.transaction(LOCAL_ADMINISTRATOR) as session:
        assert backtests.ask(session, DAY, **ask).state is BacktestState.READY
    with office.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        oldest = session.scalars(sa.select(LeadRevision).order_by(LeadRevision.valid_from)).first()
        assert oldest is not None
        session.execute(sa.delete(LeadRevision).where(LeadRevision.id == oldest.id))
    with office.transaction(LOCAL_ADMINISTRATOR) as session:
        renewed = backtests.ask(session, DAY, **ask)
        assert (renewed.public_id, renewed.state) == (first, BacktestState.ASKED)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (NOW.date(), "Choose a day that is over"),
        (NOW.date() + timedelta(days=400), "Choose a day that is over"),
        (date(1999, 1, 1), "No lead was known on that day"),
    ],
)
def test_a_day_that_cannot_be_looked_back_at_says_why(
    office: Database, day: date, sentence: str
) -> None:
    with pytest.raises(DomainError, match=sentence) as caught:
        _look(office, day)
    assert caught.value.field == "day"


def test_an_office_without_leads_says_so(database: Database) -> None:
    with pytest.raises(DomainError, match="no leads to look back at"):
        _look(database)


def test_who_only_reads_does_not_ask(office: Database) -> None:
    viewer = actor_for(office, make_user(office, role=Role.VIEWER))
    with office.transaction(viewer) as session, pytest.raises(ForbiddenError):
        backtests.ask(session, DAY, actor=viewer, now=NOW)


def test_the_newest_are_kept(office: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backtests, "KEPT", 2)
    for days in range(3):
        with office.transaction(LOCAL_ADMINISTRATOR) as session:
            backtests.ask(
                session,
                OTHER - timedelta(days=days),
                actor=LOCAL_ADMINISTRATOR,
                now=NOW + timedelta(minutes=days),
            )
    with office.unscoped_reader(purpose="test") as session:
        days_kept = set(session.scalars(sa.select(Backtest.day)))
    assert days_kept == {OTHER - timedelta(days=1), OTHER - timedelta(days=2)}


def test_a_restricted_lead_is_in_its_team_s_list_alone_and_teaches_nothing(
    office: Database,
) -> None:
    outsider = actor_for(office, make_user(office))
    public_id = _look(office)
    before = _past(office, public_id, outsider)
    member = make_user(office)
    team = make_team(office, member)
    with office.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        hidden = session.get_one(Lead, _key(session, before[0].public_id))
        hidden.team_id = team.id
        for table in (LeadRevision, BacktestScore):
            session.execute(
                sa.update(table).where(table.lead_id == hidden.id).values(team_id=team.id)
            )
    seen = _past(office, public_id, outsider)
    assert [one.public_id for one in seen] == [one.public_id for one in before[1:]]
    assert [one.place for one in seen] == list(range(1, len(before)))
    team_sees = _past(office, public_id, actor_for(office, member))
    assert {one.public_id for one in team_sees} == {one.public_id for one in before}
    # It taught until now; asked again, it does no more.
    taught = _lead_count(office)
    assert _look(office) == public_id
    assert _lead_count(office) == taught - 1
    assert len(_past(office, public_id, outsider)) == len(before) - 1


def _lead_count(database: Database) -> int:
    with database.unscoped_reader(purpose="test") as session:
        metrics = session.scalars(sa.select(Backtest.metrics)).one()
    assert metrics is not None
    return int(metrics["lead_count"])


def _key(session: object, public_id: str) -> int:
    found: int = session.scalar(sa.select(Lead.id).where(Lead.public_id == public_id))  # type: ignore[attr-defined]
    return found


def test_hits_are_expected_where_many_stand_equal(office: Database) -> None:
    past = _past(office, _look(office), LOCAL_ADMINISTRATOR)
    moment = NOW - timedelta(days=508)
    summary = queries.summarise(past, moment=moment, now=NOW, days=365)
    assert summary.is_over
    assert summary.count == len(past)
    assert [top.size for top in summary.tops] == [10, 20]
    top = summary.tops[0]
    assert top.by_estimate is None
    # By stage: whole stages first, and of the last one as many as a draw would give.
    ordered = sorted(past, key=lambda one: -one.stage.position)
    edge = ordered[9].stage
    above = [one for one in ordered if one.stage.position > edge.position]
    equal = [one for one in ordered if one.stage is edge]
    cut = moment + timedelta(days=365)

    def won(one: queries.Past) -> bool:
        ended_at = one.became.ended_at
        return one.became.is_announced and ended_at is not None and ended_at <= cut

    drawn = (10 - len(above)) * sum(map(won, equal)) / len(equal)
    assert top.by_stage == pytest.approx(sum(map(won, above)) + drawn)
    assert top.by_chance == sum(map(won, past[:10]))
    assert sum(group.count for group in summary.groups) == summary.count
    assert sum(group.announced_count for group in summary.groups) == summary.announced_count
    later = queries.summarise(past, moment=moment, now=moment + timedelta(days=100), days=365)
    assert not later.is_over
    assert later.announced_count <= summary.announced_count


def test_who_was_passed_on_says_nothing_either_way() -> None:
    def one(place: int, status: Status, *, days: int | None) -> queries.Past:
        ended = NOW + timedelta(days=days) if days is not None else None
        became = queries.Became(StageCode.ENGAGED, status, ended, None)
        within = dict.fromkeys(queries.HORIZONS, 0.25)
        return queries.Past(
            place, "x", "X", None, False, None, None, place, StageCode.ENGAGED, None, 0.5, within,
            0.1, 0.9, became,
        )  # fmt: skip

    past = [
        one(1, Status.PASSED_ON, days=30),
        one(2, Status.PASSED_ON, days=120),
        one(3, Status.LOST, days=30),
    ]
    later = NOW + timedelta(days=1000)
    short = queries.summarise(past, moment=NOW, now=later, days=90)
    assert (short.count, short.passed_on_count) == (2, 1)
    whole = queries.summarise(past, moment=NOW, now=later, days=None)
    assert (whole.count, whole.passed_on_count) == (1, 2)
    assert (short.expected_count, whole.expected_count) == (0.5, 0.5)


def test_asking_in_the_browser_waits_for_a_job(
    office: Database,
    config: Config,
    sign_in: Callable[..., FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("crm.scores.own_process.in_own_process", _in_this_process)
    officer = sign_in(Role.OFFICER)
    asked = officer.post("/scores/look-back", data={"day": OTHER.isoformat()})
    assert asked.status_code == 303
    path = asked.headers["Location"]
    waiting = officer.get(path)
    assert "This takes some seconds." in waiting.text
    assert officer.get(f"{path}/progress").headers.get("HX-Redirect") is None
    assert work_once(office, config)
    assert officer.get(f"{path}/progress").headers["HX-Redirect"] == path
    page = officer.get(path).text
    assert "The list as it would have been" in page
    assert "Announced on" in page
    assert "too few to say" in page
    for within in ("90", "180", "ever"):
        assert officer.get(f"{path}?within={within}").status_code == 200
    assert officer.get(f"{path}?within=91").status_code == 404
    assert officer.get(f"{path}?from=5000").status_code == 404
    assert "31 May 2025" in officer.get("/scores/look-back").text


def _in_this_process(run: object, *arguments: str) -> str | None:
    assert arguments == ("backtest", "--day", OTHER.isoformat())
    backtests.look_back(run.database, OTHER, actor=run.actor, now=NOW)  # type: ignore[attr-defined]
    return None


def test_a_job_that_fails_says_so_and_can_be_tried_again(
    office: Database,
    config: Config,
    sign_in: Callable[..., FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "crm.scores.own_process.in_own_process", lambda _run, *_arguments: "No room left."
    )
    officer = sign_in(Role.OFFICER)
    path = officer.post("/scores/look-back", data={"day": "2025-05-31"}).headers["Location"]
    assert work_once(office, config)
    assert "Something went wrong here" in officer.get(path).text
    assert officer.post(f"{path}/again").status_code == 303
    with office.unscoped_reader(purpose="test") as session:
        states = dict(session.execute(sa.select(Backtest.day, Backtest.state)).all())
        assert states == {DAY: BacktestState.READY, OTHER: BacktestState.ASKED}
        assert session.scalars(sa.select(Job)).one().problem is None


def test_a_wrong_day_is_told_at_the_field(
    office: Database, sign_in: Callable[..., FlaskClient]
) -> None:
    officer = sign_in(Role.OFFICER)
    for day, sentence in (("2099-01-01", "Choose a day that is over"), ("", "Choose a day.")):
        answer = officer.post("/scores/look-back", data={"day": day})
        assert answer.status_code == 422
        assert sentence in answer.text
    assert officer.get("/scores/look-back/nothing").status_code == 404


def test_a_viewer_looks_but_does_not_ask_and_a_partner_sees_nothing(
    office: Database, sign_in: Callable[..., FlaskClient]
) -> None:
    public_id = _look(office)
    viewer, partner = sign_in(Role.VIEWER), sign_in(Role.PARTNER)
    page = viewer.get(f"/scores/look-back/{public_id}")
    assert page.status_code == 200
    assert "Compute it anew" not in page.text
    for client in (viewer, partner):
        assert client.post("/scores/look-back", data={"day": "2025-06-29"}).status_code == 403
        assert client.post(f"/scores/look-back/{public_id}/again").status_code == 403
    assert partner.get(f"/scores/look-back/{public_id}").status_code == 403
    assert partner.get("/scores/look-back").status_code == 403
    with office.unscoped_reader(purpose="test") as session:
        assert len(session.scalars(sa.select(Backtest)).all()) == 1


def test_the_list_takes_the_same_statements_however_long_it_is(
    office: Database, sign_in: Callable[..., FlaskClient], queries: QueryCounter
) -> None:
    public_id = _look(office)
    officer = sign_in(Role.OFFICER)
    path = f"/scores/look-back/{public_id}"
    officer.get(path)
    with queries:
        officer.get(path)
    whole = queries.count
    with office.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        kept = session.scalars(sa.select(BacktestScore.id).limit(3)).all()
        session.execute(sa.delete(BacktestScore).where(BacktestScore.id.not_in(kept)))
    with queries:
        assert "Too few leads to say" in officer.get(path).text
    assert queries.count == whole


def test_the_command_line_tells_the_same(
    office: Database, config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["scores", "backtest", "--day", "2025-06-30", "--data", str(config.data)]
    assert main([*command, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["day"] == "2025-06-30"
    past = _past(office, _look(office), LOCAL_ADMINISTRATOR)
    assert [lead["lead"] for lead in told["leads"]] == [one.public_id for one in past]
    assert set(told["summaries"]) == {"90", "180", "365", "ever"}
    assert main(command) == 0
    assert "the chances add up to" in capsys.readouterr().out
    assert main(["scores", "backtest", "--day", "1990-01-01", "--data", str(config.data)]) == 1
    assert "No lead was known" in capsys.readouterr().err
