"""What a stage requirement reads of a lead: which are met, and what was answered instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.announcements.embargo import is_public
from crm.visibility import may_write_through
from models.announcement import Announcement
from models.interaction import MEETING_KINDS, Interaction, InteractionStanding
from models.lead import DecisionStep, Lead, LeadAnswer
from models.stage import (
    Answer,
    Gap,
    LeadType,
    Requirement,
    StageCode,
    StageRequirement,
    missing_requirements,
)


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """What other tables say about one lead."""

    has_meeting: bool = False
    has_announcement: bool = False
    step_count: int = 0
    decider_met: bool = False
    departments_met_count: int = 0


def load_requirements(session: Session) -> dict[LeadType, list[Requirement]]:
    """What each type of lead needs, in order."""
    found: dict[LeadType, list[Requirement]] = {kind: [] for kind in LeadType}
    for row in session.scalars(sa.select(StageRequirement).order_by(StageRequirement.position)):
        found[row.lead_type].append(Requirement(row.stage, row.field, row.kind))
    return found


def load_facts(
    session: Session, lead_ids: Sequence[int], *, now: datetime | None = None
) -> dict[int, LeadFacts]:
    """The facts of several leads, in three queries whatever their number.

    Whoever only reads learns of an announcement once it is public, and its lead announced or the
    moment (`now`) known.
    """
    met = set(
        session.scalars(
            sa.select(Interaction.lead_id)
            .where(
                Interaction.lead_id.in_(lead_ids),
                Interaction.kind.in_(MEETING_KINDS),
                Interaction.standing == InteractionStanding.HELD,
            )
            .distinct()
        )
    )
    told = sa.select(Announcement.lead_id).where(Announcement.lead_id.in_(lead_ids)).distinct()
    if not may_write_through(session):
        # Whoever only reads does not learn that a record waits for its moment.
        is_out = Announcement.lead_id.in_(
            sa.select(Lead.id).where(Lead.stage == StageCode.ANNOUNCED)
        )
        told = told.where(is_out if now is None else sa.or_(is_out, is_public(now)))
    announced = set(session.scalars(told))
    steps: dict[int, list[DecisionStep]] = {}
    for step in session.scalars(sa.select(DecisionStep).where(DecisionStep.lead_id.in_(lead_ids))):
        steps.setdefault(step.lead_id, []).append(step)
    return {
        lead_id: LeadFacts(
            has_meeting=lead_id in met,
            has_announcement=lead_id in announced,
            step_count=len(steps.get(lead_id, ())),
            decider_met=any(step.is_decider and step.met_on for step in steps.get(lead_id, ())),
            departments_met_count=len(
                {
                    step.department or step.name
                    for step in steps.get(lead_id, ())
                    if step.met_on is not None
                }
            ),
        )
        for lead_id in lead_ids
    }


def load_answers(session: Session, lead_ids: Sequence[int]) -> dict[int, dict[str, Answer]]:
    """What was answered when stages asked, by lead and field."""
    found: dict[int, dict[str, Answer]] = {lead_id: {} for lead_id in lead_ids}
    for row in session.scalars(sa.select(LeadAnswer).where(LeadAnswer.lead_id.in_(lead_ids))):
        found[row.lead_id][row.field] = Answer(row.state, row.ask_by_on)
    return found


def known_fields(lead: Lead, facts: LeadFacts) -> dict[str, bool]:
    """For each requirement field, whether the lead meets it."""
    return {
        "company": lead.organization_id is not None or bool(lead.code_name),
        "contact_dated": lead.first_contact_on is not None,
        "market": lead.market is not None,
        "sector": lead.sector_id is not None,
        "source": lead.source_id is not None,
        "decider_met": facts.has_meeting or facts.departments_met_count > 0,
        "next_action": bool(lead.next_action) and lead.next_action_on is not None,
        "need": bool(lead.need),
        "drivers": bool(lead.drivers),
        # "Not disclosed" is an answer: the client was asked and cannot say.
        "size": lead.capex_qualifier is not None or lead.jobs_qualifier is not None,
        "timing": bool(lead.timing) or lead.target_on is not None,
        "competing_places": bool(lead.competing_places),
        "decision_path": facts.step_count > 0,
        "owner": lead.owner_id is not None,
        "partner_office": lead.partner_office_id is not None,
        "requirements": bool(lead.requirements),
        "nda_decision": lead.nda_decision is not None,
        "departments_met": facts.decider_met
        or facts.departments_met_count >= 2
        or bool(lead.departments_met),
        "proposal_or_visit": lead.proposal_sent_on is not None or lead.visit_held_on is not None,
        "terms_discussed": bool(lead.terms_discussed),
        "approval_state": lead.approval_state is not None,
        "signed_paper": lead.paper_signed_on is not None,
        "embargo_decided": bool(lead.embargo_decided),
        "announcement": facts.has_announcement,
    }


def gaps_of(
    session: Session, leads: Sequence[Lead], *, upto: StageCode | None = None
) -> dict[int, list[Gap]]:
    """What each lead lacks for where it stands, or for `upto`."""
    ids = [lead.id for lead in leads]
    requirements = load_requirements(session)
    facts = load_facts(session, ids)
    answers = load_answers(session, ids)
    return {
        lead.id: missing_requirements(
            requirements[lead.lead_type],
            known_fields(lead, facts[lead.id]),
            answers[lead.id],
            upto=upto or lead.stage,
        )
        for lead in leads
    }
