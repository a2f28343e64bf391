"""No score, reason, count, ranking, model page or look back tells an outsider of a restricted lead.

The office is scored and trained; then a team's leads live their whole lives beside it, sharing
sector, source, introducer, company group, mission and company visits with open leads. Trained
anew, everything that an outsider can read is the same, byte for byte.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient

from config import Config, create_data_folder
from crm.database import Database
from crm.leads.apply import insert_leads
from crm.leads.confidentiality import restrict_lead
from crm.leads.involved import add_party
from crm.leads.plan import PastEvent, plan_history
from crm.organizations.parts import RelationDetails, relate
from crm.scores import backtests, ranking
from crm.scores.serving import rescore
from crm.scores.training import train
from models.bre_call import BreCall
from models.lead import Lead, PartyRole
from models.organization import Organization, RelationKind
from models.score import BacktestScore, ModelVersion, Score
from models.stage import STAGES, StageCode, Status
from models.user import LOCAL_ADMINISTRATOR, Actor, OfficeKind, Role, Team, User
from tests.factories.interaction import make_meeting
from tests.factories.lead import lead_details
from tests.factories.mission import make_planned_mission
from tests.factories.office import NOW, make_office_past
from tests.factories.organization import make_organization
from tests.factories.user import actor_for, make_office, make_team, make_user
from tests.factories.visit import answer, finish, make_visit, make_watch
from tests.support.application import quick_engine

DAY = date(2025, 6, 30)
_TOKEN = re.compile(rb'(csrf_token"[^>]*value=|X-CSRFToken": )"[^"]*"')


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Path:
    """A database of an office with a past, an introducer, a mission and company visits, to copy."""
    folder = tmp_path_factory.mktemp("confidential")
    create_data_folder(folder)
    shutil.copy(migrated_sqlite, folder / "crm.sqlite3")
    database = Database(quick_engine(Config.from_env(folder, {})))
    with time_machine.travel(NOW, tick=False):
        make_office_past(database, 120)
        _share(database)
        train(database, actor=LOCAL_ADMINISTRATOR, now=NOW)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()
    return folder / "crm.sqlite3"


@pytest.fixture
def office(database: Database, config: Config, kept: Path) -> Database:
    shutil.copy(kept, config.data / "crm.sqlite3")
    return database


def _share(database: Database) -> None:
    """What the secrets are going to share with open leads."""
    introducer = make_organization(database, name="Trade House")
    make_organization(database, name="Group Head")
    mission = make_planned_mission(database, name="Spring")
    make_watch(database)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        leads = list(
            session.scalars(
                sa.select(Lead).where(Lead.status == Status.ACTIVE).order_by(Lead.id).limit(6)
            )
        )
        house = session.get_one(Organization, introducer.id)
        for lead in leads:
            add_party(
                session, lead, house, PartyRole.INTRODUCER, actor=LOCAL_ADMINISTRATOR, now=NOW
            )
    make_meeting(database, leads[0], mission_id=mission.id, starts_at=NOW - timedelta(days=9))


def test_the_lives_of_restricted_leads_change_no_byte_that_an_outsider_reads(
    office: Database,
    config: Config,
    sign_in: Callable[..., FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # How long a training took is no news of what it learned from.
    monkeypatch.setattr("scoring.training.monotonic", lambda: 0.0)
    reader, member = make_user(office), make_user(office, name="Member")
    team = make_team(office, member, name="Falcon team")
    outsider, client = actor_for(office, reader), sign_in(reader)
    look = backtests.look_back(office, DAY, actor=LOCAL_ADMINISTRATOR, now=NOW)
    rescore(office, actor=LOCAL_ADMINISTRATOR, now=NOW)
    scored = _outside(office, outsider, client, look)
    assert len(scored["scores"]) > 10
    assert len(scored["look back"]) > 10
    assert b"Look back" in scored[f"/scores/look-back/{look}"]
    with _as_it_was(office, config):
        # The same office, trained and looked back anew without the secrets.
        trained = _anew(office, outsider, client, look)

    secrets = _live(office, member, team)
    rescore(office, actor=LOCAL_ADMINISTRATOR, now=NOW)
    assert _unlike(scored, _outside(office, outsider, client, look)) == []
    assert _unlike(trained, _anew(office, outsider, client, look)) == []
    with office.unscoped_reader(purpose="test") as session:
        # The secrets were there: the team's own have a chance, and stand in the look back.
        scored_ids = set(session.scalars(sa.select(Score.lead_id).where(Score.is_current)))
        looked_ids = set(session.scalars(sa.select(BacktestScore.lead_id)))
    assert secrets & scored_ids
    assert secrets & looked_ids


@contextmanager
def _as_it_was(database: Database, config: Config) -> Iterator[None]:
    """Afterwards the database is again what it was before."""
    file, kept = config.data / "crm.sqlite3", config.data / "kept.sqlite3"
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()
    shutil.copy(file, kept)
    yield
    database.engine.dispose()
    for rest in config.data.glob("crm.sqlite3-*"):
        rest.unlink()
    shutil.copy(kept, file)


def _anew(database: Database, actor: Actor, client: FlaskClient, look: str) -> dict[str, Any]:
    train(database, actor=LOCAL_ADMINISTRATOR, now=NOW)
    backtests.compute(database, look, actor=LOCAL_ADMINISTRATOR, now=NOW)
    return _outside(database, actor, client, look)


def test_a_lead_that_is_sealed_is_counted_no_more_once_trained_anew(
    office: Database,
) -> None:
    outsider = actor_for(office, make_user(office, role=Role.MANAGER))
    team = make_team(office, make_user(office, name="Sealer"))
    before = _version(office)
    with office.transaction(LOCAL_ADMINISTRATOR) as session:
        lead = session.scalars(
            sa.select(Lead).where(Lead.stage == StageCode.ANNOUNCED).order_by(Lead.id)
        ).first()
        assert lead is not None
        restrict_lead(
            session,
            lead,
            team_id=team.id,
            reason="asked by the company",
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )
    train(office, actor=LOCAL_ADMINISTRATOR, now=NOW)
    after = _version(office)
    assert after.lead_count == before.lead_count - 1
    assert after.closed_count == before.closed_count - 1
    assert after.announced_count == before.announced_count - 1
    with office.reader(outsider) as session:
        counts = {
            (reason["office_closed_count"], reason["office_announced_count"])
            for reasons in session.scalars(sa.select(Score.reasons).where(Score.is_current))
            for reason in reasons
        }
    assert counts <= {(after.closed_count, after.announced_count)}


def test_a_partner_reads_its_slice_without_any_chance(
    office: Database, sign_in: Callable[..., FlaskClient]
) -> None:
    province = make_office(office, name="Province", kind=OfficeKind.PARTNER)
    with office.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        lead = session.scalars(
            sa.select(Lead).where(Lead.chance.is_not(None)).order_by(Lead.id)
        ).first()
        assert lead is not None
        lead.partner_office_id = province.id
    partner = sign_in(Role.PARTNER, office=province)
    page = partner.get(f"/leads/{lead.public_id}")
    assert page.status_code == 200
    for words in ("The whole sum", "score-state", "Announced within 12 months"):
        assert words not in page.text
    for path in (
        "/scores/ranking",
        "/scores/model",
        "/scores/look-back",
        f"/scores/leads/{lead.public_id}",
    ):
        assert partner.get(path).status_code == 403


def _live(database: Database, member: User, team: Team) -> set[int]:
    """Restricted leads that are opened, grow, are announced and are lost; returns their keys."""
    actor = actor_for(database, member)
    keys = _pasts(database, member, team, actor)
    with database.unscoped_reader(purpose="test") as session:
        leads = list(session.scalars(sa.select(Lead).where(Lead.id.in_(keys))))
        mission_id = session.scalars(sa.text("SELECT id FROM missions")).first()
        firms = [session.get_one(Organization, lead.organization_id) for lead in leads]
    make_meeting(
        database, leads[0], actor=actor, mission_id=mission_id, starts_at=NOW - timedelta(days=4)
    )
    visit = make_visit(database, firms[0], actor=actor)
    answer(database, visit, {"E5.courted": "yes"})
    finish(database, visit)
    with database.unscoped_reader(purpose="test") as session:
        assert session.get_one(BreCall, visit.id).team_id is not None
    return set(keys)


def _pasts(database: Database, member: User, team: Team, actor: Actor) -> list[int]:
    with database.unscoped_reader(purpose="test") as session:
        like = session.scalars(
            sa.select(Lead).where(Lead.chance.is_not(None)).order_by(Lead.id)
        ).first()
        house = session.scalars(
            sa.select(Organization).where(Organization.name == "Trade House")
        ).one()
    assert like is not None
    lost = PastEvent(date(2025, 9, 1), status=Status.LOST, reason="No decision")
    announced = [
        PastEvent(date(2025, 3, 1) + timedelta(days=20 * number), stage=stage)
        for number, stage in enumerate(STAGES)
    ]
    lives = [announced, announced, [*announced[:3], lost], announced[:5], announced[:2]]
    plans = [
        plan_history(
            lead_details(
                sector_id=like.sector_id,
                source_id=like.source_id,
                owner_id=member.id,
                team_id=team.id,
                confidentiality_reason="asked by the company",
                parties=((house.id, PartyRole.INTRODUCER),),
            ),
            events,
            actor=actor,
            now=NOW,
            zone_name="America/Toronto",
        )
        for events in lives
    ]
    with database.transaction(actor) as session:
        keys = insert_leads(session, plans, actor=actor, now=NOW)
        # One group with the company of an open lead.
        firm = session.get_one(Organization, session.get_one(Lead, keys[0]).organization_id)
        group = session.get_one(Organization, like.organization_id)
        relate(session, firm, group, RelationDetails(RelationKind.PARENT), actor=actor)
    return keys


def _outside(database: Database, actor: Actor, client: FlaskClient, look: str) -> dict[str, Any]:
    """Everything of the scores that an outsider can reach, as data and as pages."""
    with database.reader(actor) as session:
        scores = session.execute(
            sa.select(
                Score.lead_id,
                Score.basis,
                Score.probability,
                Score.within_90,
                Score.within_180,
                Score.within_365,
                Score.low,
                Score.high,
                Score.log_odds,
                Score.reasons,
                Lead.chance,
                Lead.size_place,
            )
            .join(Lead, Lead.id == Score.lead_id)
            .where(Score.is_current)
            .order_by(Score.lead_id)
        ).all()
        past = session.execute(
            sa.select(
                BacktestScore.lead_id,
                BacktestScore.log_odds,
                BacktestScore.low,
                BacktestScore.reasons,
            ).order_by(BacktestScore.lead_id)
        ).all()
        lead_ids = session.scalars(
            sa.select(Lead.public_id)
            .where(Lead.chance.is_not(None))
            .order_by(Lead.chance.desc())
            .limit(4)
        ).all()
    version = _version(database)
    pages = (
        "/",
        "/scores/ranking",
        "/scores/ranking?likelihood=1&value=2&staleness=3",
        "/scores/model",
        "/scores/card",
        "/scores/look-back",
        f"/scores/look-back/{look}",
        f"/scores/look-back/{look}?within=ever",
        "/leads/",
        "/board/",
        *(f"/leads/{public_id}" for public_id in lead_ids),
        *(f"/scores/leads/{public_id}" for public_id in lead_ids),
    )
    answers = {path: client.get(path) for path in pages}
    return {
        "export": client.post("/exports/ranking").data,
        "scores": [tuple(row) for row in scores],
        "look back": [tuple(row) for row in past],
        "ranking": ranking.rank(database, actor=actor, now=NOW),
        "artefact": version.artefact,
        "metrics": version.metrics,
        "counts": (version.lead_count, version.closed_count, version.announced_count),
        **{path: _TOKEN.sub(b"", answer.data) for path, answer in answers.items()},
    }


def _unlike(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    assert before.keys() == after.keys()
    return [name for name in before if before[name] != after[name]]


def _version(database: Database) -> ModelVersion:
    """The newest version, published or not: all that was ever learned is compared."""
    with database.unscoped_reader(purpose="test") as session:
        found = session.scalars(
            sa.select(ModelVersion).order_by(ModelVersion.number.desc())
        ).first()
    assert found is not None
    return found
