"""An officer's own chance: set with a reason, shown, taken back, never learned from, judged."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from crm.leads.confidentiality import restrict_lead
from crm.scores.judged import OverridesJudged, officers_record, overrides_judged
from crm.scores.overriding import (
    OverrideDetails,
    end_override,
    keep_overrides,
    load_overrides,
    override_chance,
)
from models.audit import AuditEntry
from models.errors import DomainError, ForbiddenError, NotFoundError
from models.lead import Lead
from models.score import Basis, ModelVersion, Score, ScoreOverride
from models.stage import StageCode, Status
from models.user import LOCAL_ADMINISTRATOR, Actor, Role
from tests.factories.lead import make_lead, reload_lead
from tests.factories.user import actor_for, make_team, make_user

NOW = datetime.fromisoformat("2026-11-20T15:00:00+00:00")
ZONE = "America/Toronto"


def make_score(database: Database, lead: Lead, probability: float = 0.35) -> None:
    """The model's own score of a lead."""
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.add(
            Score(
                lead_id=lead.id,
                team_id=lead.team_id,
                version_id=None,
                is_current=True,
                as_of=NOW,
                basis=Basis.MODEL,
                probability=probability,
                within_90=probability / 4,
                within_180=probability / 2,
                within_365=probability / 1.25,
                low=probability / 2,
                high=min(probability * 1.5, 0.99),
                log_odds=0.0,
                reasons=[],
            )
        )
        session.get_one(Lead, lead.id).chance = probability


def set_chance(
    database: Database,
    lead: Lead,
    chance: float = 0.6,
    *,
    actor: Actor = LOCAL_ADMINISTRATOR,
    now: datetime = NOW,
    note: str = "Their board decided on Monday.",
    until_on: date | None = None,
) -> None:
    """An officer's chance in the model's place."""
    with database.transaction(actor) as session:
        found = session.scalars(sa.select(Lead).where(Lead.id == lead.id)).one()
        details = OverrideDetails(chance, note, until_on)
        override_chance(session, found, details, actor=actor, now=now)


def test_the_officers_chance_orders_the_lead_and_the_models_stays_beside_it(
    database: Database,
) -> None:
    lead = make_lead(database)
    make_score(database, lead)
    set_chance(database, lead)
    assert reload_lead(database, lead.id).chance == 0.6
    with database.unscoped_reader(purpose="test") as session:
        [standing] = load_overrides(session, [lead.id], NOW.date()).values()
        assert session.scalars(sa.select(ScoreOverride.chance_then)).all() == [0.35]
        assert session.scalars(sa.select(Score.probability)).all() == [0.35]
        audited = session.scalars(
            sa.select(AuditEntry.action).where(AuditEntry.record_type == "score_overrides")
        ).all()
    assert (standing.chance, standing.created_by) == (0.6, LOCAL_ADMINISTRATOR.name)
    assert audited == ["created"]


def test_another_one_ends_the_first_and_taking_it_back_gives_the_models(
    database: Database,
) -> None:
    lead = make_lead(database)
    make_score(database, lead)
    set_chance(database, lead, 0.6)
    set_chance(database, lead, 0.2, now=NOW + timedelta(days=2))
    assert reload_lead(database, lead.id).chance == 0.2
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        end_override(session, session.get_one(Lead, lead.id), actor=LOCAL_ADMINISTRATOR, now=NOW)
    assert reload_lead(database, lead.id).chance == 0.35
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ScoreOverride)) == 2
        assert load_overrides(session, [lead.id], NOW.date()) == {}
    with (
        pytest.raises(NotFoundError),
        database.transaction(LOCAL_ADMINISTRATOR) as session,
    ):
        end_override(session, session.get_one(Lead, lead.id), actor=LOCAL_ADMINISTRATOR, now=NOW)


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (OverrideDetails(1.2, "why"), "chance"),
        (OverrideDetails(0.5, "  "), "note"),
        (OverrideDetails(0.5, "w" * 1_001), "note"),
        (OverrideDetails(0.5, "why", date(2026, 11, 1)), "until_on"),
    ],
)
def test_what_no_override_can_have_is_refused_at_its_field(
    database: Database, details: OverrideDetails, field: str
) -> None:
    lead = make_lead(database)
    with (
        pytest.raises(DomainError) as refused,
        database.transaction(LOCAL_ADMINISTRATOR) as session,
    ):
        override_chance(
            session,
            session.get_one(Lead, lead.id),
            details,
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )
    assert refused.value.field == field


def test_a_viewer_sets_nothing_and_a_closed_lead_has_no_chance(database: Database) -> None:
    lead = make_lead(database)
    viewer = actor_for(database, make_user(database, role=Role.VIEWER))
    with pytest.raises(ForbiddenError):
        set_chance(database, lead, actor=viewer)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Lead, lead.id).status = Status.LOST
    with pytest.raises(DomainError, match="Only an open lead"):
        set_chance(database, lead)


def _keep(database: Database, now: datetime) -> None:
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="scoring") as session:
        # As a scoring does, past the objects.
        session.execute(
            sa.update(Lead).values(chance=0.35).execution_options(synchronize_session=False)
        )
        keep_overrides(session, now=now, zone=ZONE)


def test_a_scoring_keeps_it_until_its_last_day_is_over(database: Database) -> None:
    lead = make_lead(database)
    make_score(database, lead)
    set_chance(database, lead, until_on=date(2026, 11, 21))
    _keep(database, NOW + timedelta(days=1))
    assert reload_lead(database, lead.id).chance == 0.6
    _keep(database, NOW + timedelta(days=2))
    assert reload_lead(database, lead.id).chance == 0.35
    with database.unscoped_reader(purpose="test") as session:
        override = session.scalars(sa.select(ScoreOverride)).one()
    assert override.ended_at == NOW + timedelta(days=2)
    assert override.ended_by is None


def test_it_ends_with_the_lead(database: Database) -> None:
    lead = make_lead(database)
    set_chance(database, lead)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Lead, lead.id).stage = StageCode.ANNOUNCED
    _keep(database, NOW)
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalars(sa.select(ScoreOverride.ended_at)).one() == NOW


def test_it_goes_with_its_lead_when_that_is_restricted(database: Database) -> None:
    lead = make_lead(database)
    set_chance(database, lead)
    team = make_team(database, make_user(database))
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        restrict_lead(
            session,
            session.get_one(Lead, lead.id),
            team_id=team.id,
            reason="Listed company",
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
        )
    outsider = actor_for(database, make_user(database))
    with database.reader(outsider) as session:
        assert session.scalars(sa.select(ScoreOverride)).all() == []
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalars(sa.select(ScoreOverride.team_id)).one() == team.id


def test_one_on_a_restricted_lead_is_its_teams_from_the_start(database: Database) -> None:
    team = make_team(database, make_user(database))
    lead = make_lead(database, team_id=team.id)
    set_chance(database, lead)
    with database.reader(actor_for(database, make_user(database))) as session:
        assert load_overrides(session, [lead.id], NOW.date()) == {}


def _judged(database: Database) -> OverridesJudged:
    with database.unscoped_reader(purpose="test") as session:
        return overrides_judged(session)


def test_they_are_judged_by_what_came_and_by_their_first_word(database: Database) -> None:
    team = make_team(database, make_user(database))
    leads = [make_lead(database, team_id=team.id if number == 15 else None) for number in range(16)]
    for lead in leads:
        make_score(database, lead, 0.2)
        set_chance(database, lead, 0.9)
        # What is said later, when it is nearly over, is no judgement of then.
        set_chance(database, lead, 0.1, now=NOW + timedelta(days=40))
    still_open = _judged(database)
    assert (still_open.lead_count, still_open.verdict) == (0, None)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        for lead in leads:
            session.get_one(Lead, lead.id).stage = StageCode.ANNOUNCED
    judged = _judged(database)
    # The restricted one tells nobody anything.
    assert (judged.lead_count, judged.came) == (15, 15)
    assert judged.expected == pytest.approx(13.5)
    assert judged.model_expected == pytest.approx(3.0)
    assert judged.verdict == "better"


def test_a_slip_of_the_keyboard_is_no_judgement_and_few_are_too_few(database: Database) -> None:
    lead = make_lead(database)
    make_score(database, lead, 0.2)
    set_chance(database, lead, 0.06)
    set_chance(database, lead, 0.6, now=NOW + timedelta(minutes=2))
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.get_one(Lead, lead.id).status = Status.LOST
    judged = _judged(database)
    assert (judged.expected, judged.is_too_few, judged.verdict) == (0.6, True, None)


def test_officers_estimates_are_worded_from_their_side() -> None:
    version = ModelVersion(
        metrics={
            "gain": {
                "all": [
                    {
                        "baseline": "officer",
                        "lead_count": 40,
                        "announced_count": 9,
                        "verdict": "better",
                    }
                ]
            }
        }
    )
    record = officers_record(version)
    assert record is not None
    assert (record.lead_count, record.announced_count, record.verdict) == (40, 9, "worse")
    assert officers_record(None) is officers_record(ModelVersion(metrics={})) is None


def test_the_page_sets_shows_and_takes_back(
    database: Database, sign_in: Callable[..., FlaskClient]
) -> None:
    lead = make_lead(database, likelihood=0.45)
    make_score(database, lead)
    officer = sign_in(Role.OFFICER, name="Ada Invented")
    path = f"/scores/leads/{lead.public_id}/own"
    assert "Put my chance" in officer.get(path).text
    empty = officer.post(path, data={"chance": "160", "note": ""})
    assert empty.status_code == 422
    assert "Write a number from 0 to 100." in empty.text
    assert "160" in empty.text
    done = officer.post(path, data={"chance": "60", "note": "Their board <decided>."})
    assert done.status_code == 303
    for shown in (f"/leads/{lead.public_id}", "/scores/ranking"):
        page = officer.get(shown).text
        assert "Their board &lt;decided&gt;." in page
        assert "Ada Invented" in page
        assert "35%" in page
        assert "45%" in page
    assert officer.post(f"{path}/end").status_code == 303
    page = officer.get("/scores/ranking").text
    assert "Their board" not in page
    assert "Ada Invented" in officer.get(path).text


def test_who_may_not_write_the_lead_sets_no_chance(
    database: Database, sign_in: Callable[..., FlaskClient]
) -> None:
    team = make_team(database, make_user(database))
    lead, hidden = make_lead(database), make_lead(database, team_id=team.id)
    data = {"chance": "60", "note": "why"}
    viewer, officer = sign_in(Role.VIEWER), sign_in(Role.OFFICER)
    for action in ("own", "own/end"):
        assert viewer.post(f"/scores/leads/{lead.public_id}/{action}", data=data).status_code == 403
        assert (
            officer.post(f"/scores/leads/{hidden.public_id}/{action}", data=data).status_code == 404
        )
    assert "Put my chance" not in viewer.get(f"/scores/leads/{lead.public_id}/own").text
    assert sign_in(Role.PARTNER).get(f"/scores/leads/{lead.public_id}/own").status_code == 403
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalars(sa.select(ScoreOverride)).all() == []
