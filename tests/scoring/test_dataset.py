"""The product's tables, read as histories."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
import sqlalchemy as sa

from crm.database import Database
from crm.leads.apply import insert_leads
from crm.leads.plan import PastEvent, plan_history
from crm.leads.standing import lose_leads
from models.contact import Contact, Seniority
from models.interaction import (
    ContactDirection,
    Interaction,
    InteractionKind,
    InteractionParticipant,
    InteractionStanding,
)
from models.lead import DecisionStanding, ImportedTotal, Lead, LossReason, StepStanding
from models.measure import Measure, Precision, Qualifier
from models.stage import StageCode, Status
from models.user import LOCAL_ADMINISTRATOR
from scoring import train
from scoring.dataset import load_closings, load_histories
from scoring.features import features
from scoring.outcomes import closings
from tests.factories.lead import lead_details, make_lead, make_sector, make_source
from tests.factories.user import make_team, make_user

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def _past(database: Database, *pasts: list[PastEvent], **values: object) -> list[int]:
    plans = [
        plan_history(
            lead_details(**values),
            events,
            actor=LOCAL_ADMINISTRATOR,
            now=NOW,
            zone_name="America/Toronto",
        )
        for events in pasts
    ]
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        return insert_leads(session, plans, actor=LOCAL_ADMINISTRATOR, now=NOW)


def test_tables_become_histories(any_database: Database) -> None:
    source, sector = make_source(any_database), make_sector(any_database)
    told = {"source_id": source.id, "sector_id": sector.id}
    won, lost = _past(
        any_database,
        [
            PastEvent(date(2025, 3, 3), stage=StageCode.FIRST_CONTACT),
            PastEvent(date(2026, 6, 1), stage=StageCode.ANNOUNCED),
        ],
        [
            PastEvent(date(2025, 3, 3), stage=StageCode.FIRST_CONTACT),
            PastEvent(date(2025, 9, 1), status=Status.LOST, reason="cost"),
        ],
        **told,
    )
    lead = make_lead(
        any_database,
        jobs=Measure(40, Qualifier.APPROXIMATE),
        capex=Measure(12_000_000, Qualifier.EXACT, currency="CAD"),
        **told,
    )
    with any_database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        director = Contact(printed_name="A", seniority=Seniority.DIRECTOR, created_at=NOW)
        clerk = Contact(printed_name="B", seniority=Seniority.STAFF, created_at=NOW)
        session.add_all([director, clerk])
        session.flush()
        for standing, kind in (
            (InteractionStanding.HELD, InteractionKind.MEETING),
            (InteractionStanding.PLANNED, InteractionKind.MEETING),
            (InteractionStanding.HELD, InteractionKind.NOTE),
        ):
            met = Interaction(
                lead_id=lead.id,
                kind=kind,
                direction=ContactDirection.IN,
                standing=standing,
                happened_on=date(2026, 11, 19),
                happened_precision=Precision.DAY,
                known_at=NOW + timedelta(hours=1),
                recorded_at=NOW,
            )
            session.add(met)
            session.flush()
            for person in (director, clerk):
                session.add(
                    InteractionParticipant(
                        interaction_id=met.id, contact_id=person.id, seniority=person.seniority
                    )
                )
        # What became of them since says nothing of the day on which they were met.
        director.seniority = Seniority.EXECUTIVE
        session.add(
            ImportedTotal(
                lead_id=lost, known_at=NOW, meetings_count=5, last_contact_on=date(2025, 8, 1)
            )
        )
        session.add(
            DecisionStanding(
                lead_id=lead.id, step=1, standing=StepStanding.SUPPORTIVE, known_at=NOW
            )
        )
    with any_database.unscoped_reader(purpose="training") as session:
        histories = load_histories(session)
        some = load_histories(session, [lead.id])
        closed = load_closings(session)
    later = NOW + timedelta(days=2)
    row = features(histories, later, [lead.id]).iloc[0]
    assert row["stage"] == "first_contact"
    assert (row["source"], row["sector"], row["market"]) == ("jetro", "batteries", "JP")
    assert (row["jobs"], row["capex"], row["capex_currency"]) == (40, 12_000_000, "CAD")
    assert (row["recent_contacts"], row["contact_direction"], row["seniority"]) == (1, "in", 5)
    assert row["decision_progress"] == 1.0
    assert some.leads["lead_id"].tolist() == [lead.id]
    assert features(histories, NOW, [lost])["meetings_per_stage"].item() == pytest.approx(5 / 1.5)

    # Imported history was known on its own day, long before the import.
    early = datetime(2025, 6, 1, tzinfo=UTC)
    assert features(histories, early).index.tolist() == [won, lost]
    assert features(histories, early, [lost])["meetings_per_stage"].isna().all()

    pd.testing.assert_frame_equal(
        closed.sort_values("lead_id", ignore_index=True),
        closings(histories).sort_values("lead_id", ignore_index=True),
    )
    assert closed["is_won"].tolist() == [True, False]
    model = train(histories, later)
    alone = model.predict(some, later, [lead.id], closed=closed)
    assert alone == model.predict(histories, later, [lead.id])


def test_a_live_loss_and_a_restricted_lead(database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member)
    shut, free = make_lead(database), make_lead(database)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        lose_leads(
            session,
            session.scalars(sa.select(Lead)).all(),
            code=LossReason.STAYED_HOME,
            reason=None,
            lost_to=None,
            actor=LOCAL_ADMINISTRATOR,
            now=NOW + timedelta(days=9),
        )
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.scalars(sa.select(Lead).where(Lead.id == shut.id)).one().team_id = team.id
    with database.unscoped_reader(purpose="training") as session:
        histories = load_histories(session)
        closed = load_closings(session)
    restricted = histories.leads.set_index("lead_id")["is_restricted"]
    assert restricted.to_dict() == {shut.id: True, free.id: False}
    assert closed["lead_id"].tolist() == [free.id]
    assert closed["closed_at"].tolist() == [NOW + timedelta(days=9)]
    assert histories.revisions["origin"].eq("live").all()


def test_an_empty_office_is_one_too(database: Database) -> None:
    with database.unscoped_reader(purpose="training") as session:
        histories, closed = load_histories(session), load_closings(session)
    assert histories.leads.empty
    assert closed.empty
    model = train(histories, NOW)
    assert model.basis == "scorecard"
    assert model.predict(histories, NOW, closed=closed) == []
