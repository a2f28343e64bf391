"""A past day on the product's own tables: whatever was recorded since changes no bit of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import cast

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.agreements.citing import cite
from crm.bre.service import VisitDetails, record_visit
from crm.contacts.service import ContactDetails, edit_contact
from crm.database import Database
from crm.interactions.corrections import correct_conversation
from crm.interactions.service import (
    ConversationDetails,
    MeetingDetails,
    ParticipantDetails,
    add_participants,
    hold_meeting,
    log_conversation,
    plan_meeting,
)
from crm.leads.involved import StepDetails, add_party, add_steps, change_step, remove_step
from crm.leads.service import move_lead
from crm.leads.standing import lose_leads, pass_on_lead, reopen_lead
from crm.scores.ranking import rank
from models.agreement import Agreement, Citation
from models.bre_call import BreCall, BreFlag, FlagAxis, FlagStanding, Severity
from models.contact import Contact, Seniority
from models.interaction import (
    ContactDirection,
    Interaction,
    InteractionKind,
    InteractionParticipant,
)
from models.lead import (
    DecisionStanding,
    ImportedTotal,
    Lead,
    LeadParty,
    LeadRevision,
    LeadSource,
    LossReason,
    PartyRole,
    StepStanding,
)
from models.measure import StatedDate
from models.organization import Organization, OrganizationRelation, RelationKind, Sector
from models.stage import StageCode
from models.user import Role
from scoring.dataset import load_closings, load_histories
from scoring.features import features
from tests.factories.agreement import make_agreement
from tests.factories.contact import make_contact
from tests.factories.lead import make_lead
from tests.factories.office import NOW, make_office_past
from tests.factories.organization import make_organization
from tests.factories.user import actor_for, make_team, make_user

DAY = date(2026, 6, 30)
MOMENT = datetime(2026, 7, 1, 3, 59, 59, 999999, tzinfo=UTC)
"""The end of the day where the office is. What an import says of the next day begins after it."""

FLAGS = (
    # By visit: set down since, raised since and set down before, and standing all the time.
    (0, Severity.RED, FlagAxis.RISK, -20, FlagStanding.SET_DOWN, 15),
    (1, Severity.GREEN, FlagAxis.EXPANSION, 10, FlagStanding.OPEN, None),
    (1, Severity.RED, FlagAxis.RISK, -14, FlagStanding.SET_DOWN, -2),
    (2, Severity.GREEN, FlagAxis.EXPANSION, -9, FlagStanding.CONFIRMED, 20),
)


class _Office:
    """An office that writes into its records on both sides of the day."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.actor = actor_for(database, make_user(database, name="Dana Sample"))
        make_office_past(database, 110)
        with database.unscoped_reader(purpose="test") as session:
            told = {
                "source_id": session.scalars(sa.select(LeadSource.id)).first(),
                "sector_id": session.scalars(sa.select(Sector.id)).first(),
                "first_contact": StatedDate(date(2026, 1, 5)),
            }
        self.leads = [
            make_lead(database, now=self.on(-150 + 9 * place), **told).id for place in range(14)
        ]
        self.houses = [make_organization(database).id for _ in range(2)]
        self.agreement = make_agreement(database).id

    def on(self, days: float) -> datetime:
        return MOMENT + timedelta(days=days)

    @contextmanager
    def at(self, place: int) -> Iterator[tuple[Session, Lead]]:
        with self.database.transaction(self.actor) as session:
            yield session, session.get_one(Lead, self.leads[place])

    def write(self) -> None:
        for place in range(len(self.leads)):
            # The one half of them just before the day ended, the other just after.
            self._live(place, -2 - place if place % 2 else 3 + place)
        self._correct()
        self._plan(-5, 6)
        self._ends()
        self._visits()
        with self.at(0) as (session, _lead):
            imported = session.scalars(
                sa.select(Lead.id).where(Lead.reference.like("R%")).order_by(Lead.id)
            ).all()
            for place, lead_id in enumerate(imported[:60]):
                known_at = self.on(-3 if place % 2 else 40)
                session.add(ImportedTotal(lead_id=lead_id, known_at=known_at, meetings_count=place))
            for place, lead_id in enumerate(imported):
                session.add(
                    LeadParty(
                        lead_id=lead_id,
                        organization_id=self.houses[place % 2],
                        role=PartyRole.INTRODUCER,
                        known_at=self.on(-400 if place % 3 else 2),
                    )
                )

    def _live(self, place: int, days: float) -> None:
        now = self.on(days)
        person = make_contact(self.database, seniority=Seniority.DIRECTOR)
        boss = make_contact(self.database, seniority=Seniority.EXECUTIVE)
        with self.at(place) as (session, lead):
            add_steps(session, lead, "Planning\nBoard", actor=self.actor, now=self.on(-30))
            said = ConversationDetails(
                kind=InteractionKind.MEETING,
                happened_on=(now - timedelta(days=4)).date(),
                summary="Talked",
                direction=ContactDirection.IN,
                participants=(ParticipantDetails(contact_id=person.id),),
            )
            met = log_conversation(session, said, lead=lead, actor=self.actor, now=now)
            step = StepDetails(StepStanding.SUPPORTIVE, None, True)
            change_step(session, lead, 1, step, actor=self.actor, now=now)
            remove_step(session, lead, 2, actor=self.actor, now=self.on(9))
            house = session.get_one(Organization, self.houses[place % 2])
            add_party(session, lead, house, PartyRole.INTRODUCER, actor=self.actor, now=now)
            agreement = session.get_one(Agreement, self.agreement)
            cite(session, lead, agreement, actor=self.actor, now=now)
            add_participants(session, met, [ParticipantDetails(boss.id)], later=self.on(20))
            # Promoted since: they were a director when they were met.
            details = ContactDetails(printed_name="Somebody", seniority=Seniority.EXECUTIVE)
            found = session.get_one(Contact, person.id)
            edit_contact(session, found, details, organization=None, actor=self.actor)

    def _correct(self) -> None:
        said = ConversationDetails(
            kind=InteractionKind.CALL, happened_on=DAY, summary="A call", direction=None
        )
        with self.at(1) as (session, lead):
            met = log_conversation(session, said, lead=lead, actor=self.actor, now=self.on(-0.4))
            other = ConversationDetails(
                kind=InteractionKind.MEETING,
                happened_on=DAY,
                summary="A meeting",
                direction=ContactDirection.OUT,
            )
            correct_conversation(session, met, other, lead=lead, actor=self.actor, now=self.on(0.4))

    def _plan(self, planned: float, held: float) -> None:
        with self.at(2) as (session, lead):
            details = MeetingDetails(
                InteractionKind.MEETING, self.on(-1), None, "America/Toronto", "Plans"
            )
            meeting = plan_meeting(
                session, details, lead=lead, actor=self.actor, now=self.on(planned)
            )
            hold_meeting(
                session, meeting, summary="Held", lead=lead, actor=self.actor, now=self.on(held)
            )

    def _ends(self) -> None:
        manager = actor_for(self.database, make_user(self.database, role=Role.MANAGER))
        lost = {
            "code": LossReason.COST,
            "reason": None,
            "lost_to": None,
            "actor": self.actor,
        }
        with self.at(3) as (session, lead):
            lose_leads(session, [lead], now=self.on(-10), **lost)
        with self.at(3) as (session, lead):
            reopen_lead(session, lead, reason="They are back", actor=self.actor, now=self.on(11))
        with self.at(4) as (session, lead):
            lose_leads(session, [lead], now=self.on(12), **lost)
        with self.at(5) as (session, lead):
            # Moved on the board afterwards, with the day on which it happened.
            move_lead(
                session,
                lead,
                StageCode.PROPOSAL,
                actor=manager,
                now=self.on(13),
                happened_on=DAY - timedelta(days=10),
                reason="They said so",
                is_override=True,
            )
        with self.at(6) as (session, lead):
            pass_on_lead(
                session,
                lead,
                to="Another office",
                consent="Yes",
                sent=None,
                actor=self.actor,
                now=self.on(14),
            )

    def _visits(self) -> None:
        with self.at(7) as (session, _lead):
            leads = [session.get_one(Lead, key) for key in self.leads[:4]]
            firms = [session.get_one(Organization, lead.organization_id) for lead in leads]
            session.add(
                OrganizationRelation(
                    organization_id=firms[3].id, other_id=firms[2].id, kind=RelationKind.PARENT
                )
            )
            calls = [
                record_visit(
                    session,
                    VisitDetails(organization_id=firms[place].id),
                    visited=StatedDate(date(2026, 5, 5)),
                    actor=self.actor,
                    now=self.on(days),
                )
                for place, days in enumerate((-25, -15, -11, 18))
            ]
            for place, severity, axis, raised, standing, judged in FLAGS:
                session.add(
                    BreFlag(
                        call_id=calls[place].id,
                        organization_id=firms[place].id,
                        rule=axis.value,
                        rule_version=1,
                        severity=severity,
                        axis=axis,
                        evidence=[],
                        standing=standing,
                        raised_at=self.on(raised),
                        judged_at=None if judged is None else self.on(judged),
                    )
                )


def _forget(session: Session) -> dict[str, int]:
    """Delete every row that the office did not know at the moment; how many of each table."""
    connection = session.connection()
    gone = {}
    for cls, column in (
        (InteractionParticipant, "known_at"),
        (Interaction, "known_at"),
        (DecisionStanding, "known_at"),
        (LeadParty, "known_at"),
        (Citation, "known_at"),
        (ImportedTotal, "known_at"),
        (BreFlag, "raised_at"),
        (BreCall, "finished_at"),
        (LeadRevision, "valid_from"),
    ):
        table = cast(sa.Table, cls.__table__)
        done = connection.execute(sa.delete(table).where(table.c[column] > MOMENT))
        gone[table.name] = done.rowcount
    revisions = cast(sa.Table, LeadRevision.__table__)
    reopened = sa.update(revisions).where(revisions.c.valid_to > MOMENT).values(valid_to=None)
    gone["ends"] = connection.execute(reopened).rowcount
    flags = cast(sa.Table, BreFlag.__table__)
    unjudged = sa.update(flags).where(flags.c.judged_at > MOMENT)
    gone["judgements"] = connection.execute(
        unjudged.values(judged_at=None, standing=FlagStanding.OPEN)
    ).rowcount
    return gone


def _features(database: Database, moment: datetime) -> pd.DataFrame:
    with database.unscoped_reader(purpose="test") as session:
        return features(load_histories(session), moment)


def test_deleting_what_came_later_changes_no_bit(database: Database) -> None:
    office = _Office(database)
    office.write()
    seen = _features(database, MOMENT)
    ranked = rank(database, actor=office.actor, now=NOW, as_of=DAY)
    today = _features(database, NOW)
    with database.unscoped(office.actor, purpose="test") as session:
        gone = _forget(session)
    assert all(gone.values()), gone
    pd.testing.assert_frame_equal(_features(database, MOMENT), seen, check_exact=True)
    assert rank(database, actor=office.actor, now=NOW, as_of=DAY) == ranked
    assert len(ranked) > 20

    # What was written did tell something, of that day and of later ones.
    live = seen.loc[[lead for lead in office.leads if lead in seen.index]]
    assert live["group_here"].iloc[:3].tolist() == ["risk", "visited", "expansion"]
    assert live.loc[office.leads[1], "contact_direction"] == "in"
    assert live["seniority"].dropna().unique().tolist() == [5.0]
    assert set(live["decision_progress"]) == {0.0, 0.5}
    assert set(live["introducer"]) == set(live["agreement"]) == {"yes", "no"}
    assert live["introducer_record"].notna().any()
    assert live.loc[office.leads[5], "stage"] == "first_contact"
    assert live.loc[office.leads[2], "recent_contacts"] == 0
    assert office.leads[3] not in live.index
    assert {office.leads[4], office.leads[6]} <= set(live.index)
    assert not {office.leads[4], office.leads[6]} & set(today.index)
    assert today["seniority"].max() == 8.0
    assert set(today["decision_progress"].dropna()) == {1.0}
    # The parent of a firm that told of an expansion.
    assert today.loc[office.leads[3], "group_here"] == "expansion"


def test_features_of_some_leads_are_those_of_all(any_database: Database) -> None:
    office = _Office(any_database)
    office.write()
    team = make_team(any_database, make_user(any_database))
    with any_database.unscoped(office.actor, purpose="test") as session:
        # A restricted lead among the closed ones, and one among those asked about.
        shut = session.scalars(sa.select(Lead).where(Lead.reference == "R0003")).one()
        shut.team_id = team.id
    with any_database.unscoped_reader(purpose="test") as session:
        whole = load_histories(session)
        every = features(whole, NOW)
        asked = every.index[::3].tolist()
        some = load_histories(session, asked)
        closed = load_closings(session)
    assert shut.id not in set(closed["lead_id"])
    alone = features(some, NOW, asked, closed=closed)
    pd.testing.assert_frame_equal(alone, every.loc[asked], check_exact=True)
    told = every.notna().any()
    assert told.drop(["jobs", "capex", "capex_currency"]).all(), told[~told].index.tolist()


def test_what_a_team_keeps_to_itself_is_no_sign(database: Database) -> None:
    office = _Office(database)
    office.write()
    team = make_team(database, make_user(database))
    with database.unscoped(office.actor, purpose="test") as session:
        session.execute(sa.update(BreFlag).values(team_id=team.id))
    signs = _features(database, MOMENT)["group_here"]
    assert set(signs.dropna()) == {"visited", "none"}
