"""The reads behind the page of one lead."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from crm.announcements.embargo import State, past_embargo, state_of
from crm.leads.facts import known_fields, load_answers, load_facts, load_requirements
from crm.visibility import viewer_of
from crm.web.paging import Order, Page, fetch_page
from models.announcement import Announcement
from models.contact import Contact
from models.errors import NotFoundError
from models.interaction import (
    FollowUp,
    Interaction,
    InteractionParticipant,
    InteractionStanding,
    StoredFile,
)
from models.lead import DecisionStep, Lead, LeadParty
from models.organization import OrganizationIdentifier
from models.score import Score
from models.stage import (
    STAGES,
    Answer,
    AnswerState,
    Requirement,
    RequirementKind,
    StageCode,
    missing_requirements,
)

_PEOPLE_LIMIT = 30
_PAGE = 30


class NeedState(enum.StrEnum):
    """How something that a stage asks for stands."""

    MET = "met"
    ASKED = "asked"
    NOT_APPLICABLE = "not_applicable"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that a stage asks for, and how it stands."""

    field: str
    stage: StageCode
    kind: RequirementKind
    state: NeedState
    ask_by_on: date | None = None


@dataclass(frozen=True, slots=True)
class LeadPage:
    """Everything that stands on a lead's page, but for what is unfolded on demand."""

    lead: Lead
    next_stage: StageCode | None
    needs: Sequence[Need]
    gaps: Sequence[Need]
    recent: Sequence[Interaction]
    planned: Sequence[Interaction]
    follow_ups: Sequence[FollowUp]
    contacts: Sequence[Contact]
    score: Score | None
    steps: Sequence[DecisionStep]
    parties: Sequence[LeadParty]
    identifiers: Sequence[OrganizationIdentifier]
    files: Sequence[StoredFile]
    announcements: Sequence[Announcement]
    is_embargoed: bool

    @property
    def met_count(self) -> int:
        """How many needs of the next stage ask for nothing more."""
        done = (NeedState.MET, NeedState.NOT_APPLICABLE)
        return sum(need.state in done for need in self.needs)

    @property
    def promises(self) -> list[FollowUp]:
        """What was promised, besides the next step."""
        return [item for item in self.follow_ups if not item.is_next_step]

    @property
    def next_step(self) -> FollowUp | None:
        """The lead's next step, which knows its owner."""
        return next((item for item in self.follow_ups if item.is_next_step), None)


def get_lead(session: Session, public_id: str) -> Lead:
    """The lead with all that it refers to.

    Raises:
        NotFoundError: there is none that this session may see.
    """
    found = session.scalars(
        sa.select(Lead)
        .where(Lead.public_id == public_id)
        .options(
            joinedload(Lead.organization),
            joinedload(Lead.sector),
            joinedload(Lead.source),
            joinedload(Lead.owner),
            joinedload(Lead.office),
            joinedload(Lead.partner_office),
            joinedload(Lead.team),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def load_page(session: Session, lead: Lead, *, now: datetime, is_scored: bool) -> LeadPage:
    """What the page of a lead shows; `is_scored` says whether the reader may see its chance."""
    next_stage = STAGES[lead.stage.position] if lead.stage.position < len(STAGES) else None
    announcements = session.scalars(
        sa.select(Announcement)
        .where(Announcement.lead_id == lead.id, past_embargo(viewer_of(session), now=now))
        .order_by(Announcement.id.desc())
        .limit(5)
    ).all()
    needs, gaps = _needs(session, lead, next_stage, now=now)
    parties = list_parties(session, lead)
    organization_ids = [
        key for key in (lead.organization_id, *(item.organization_id for item in parties)) if key
    ]
    return LeadPage(
        lead=lead,
        next_stage=next_stage,
        needs=needs,
        gaps=gaps,
        recent=_recent(session, lead),
        planned=_planned(session, lead, now=now),
        follow_ups=session.scalars(
            sa.select(FollowUp)
            .where(FollowUp.lead_id == lead.id, FollowUp.done_at.is_(None))
            .options(joinedload(FollowUp.owner))
            .order_by(FollowUp.due_on.is_(None), FollowUp.due_on, FollowUp.id)
            .limit(20)
        ).all(),
        contacts=session.scalars(
            sa.select(Contact)
            .where(Contact.organization_id.in_(organization_ids))
            .order_by(Contact.printed_name, Contact.id)
            .limit(_PEOPLE_LIMIT)
        ).all(),
        score=session.scalars(
            sa.select(Score).where(Score.lead_id == lead.id, Score.is_current)
        ).first()
        if is_scored
        else None,
        steps=list_steps(session, lead),
        parties=parties,
        identifiers=session.scalars(
            sa.select(OrganizationIdentifier)
            .where(OrganizationIdentifier.organization_id == lead.organization_id)
            .order_by(OrganizationIdentifier.scheme)
        ).all(),
        files=session.scalars(
            sa.select(StoredFile)
            .where(StoredFile.lead_id == lead.id)
            .order_by(StoredFile.id.desc())
            .limit(50)
        ).all(),
        announcements=announcements,
        is_embargoed=bool(announcements)
        and all(state_of(item, now) is not State.PUBLIC for item in announcements),
    )


def list_steps(session: Session, lead: Lead) -> Sequence[DecisionStep]:
    """Who decides at head office, in order."""
    return session.scalars(
        sa.select(DecisionStep)
        .where(DecisionStep.lead_id == lead.id)
        .order_by(DecisionStep.position, DecisionStep.id)
    ).all()


def find_contact(session: Session, public_id: str) -> Contact:
    """A person on file.

    Raises:
        NotFoundError: there is none that this session may see.
    """
    found = session.scalars(sa.select(Contact).where(Contact.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def list_parties(session: Session, lead: Lead) -> Sequence[LeadParty]:
    """The companies involved besides the one that the lead is about, with who introduced it."""
    return session.scalars(
        sa.select(LeadParty)
        .join(LeadParty.organization)
        .where(LeadParty.lead_id == lead.id)
        .options(contains_eager(LeadParty.organization), joinedload(LeadParty.contact))
        .order_by(LeadParty.role, LeadParty.id)
    ).all()


def list_conversations(session: Session, lead: Lead, *, cursor: str | None) -> Page[Interaction]:
    """Every conversation on a lead, the latest first, with who took part."""
    statement: Any = (
        sa.select(Interaction.happened_on, Interaction.public_id, Interaction)
        .where(Interaction.lead_id == lead.id, Interaction.standing == InteractionStanding.HELD)
        .options(
            joinedload(Interaction.author),
            selectinload(Interaction.participants).options(
                joinedload(InteractionParticipant.contact), joinedload(InteractionParticipant.user)
            ),
        )
    )
    order = Order(
        Interaction.happened_on, Interaction.public_id, is_descending=True, may_be_unknown=True
    )
    return fetch_page(session, statement, order, size=_PAGE, cursor=cursor, value_key="happened_on")


def needs_of(
    requirements: Sequence[Requirement],
    known: dict[str, bool],
    answers: dict[str, Answer],
    *,
    stage: StageCode,
) -> list[Need]:
    """What one stage asks for, and how each thing stands."""
    return [
        Need(
            item.field,
            item.stage,
            item.kind,
            _state(known.get(item.field, False), answers.get(item.field)),
            answer.ask_by_on if (answer := answers.get(item.field)) else None,
        )
        for item in requirements
        if item.stage is stage
    ]


def _needs(
    session: Session, lead: Lead, next_stage: StageCode | None, *, now: datetime
) -> tuple[list[Need], list[Need]]:
    """What the next stage asks for; and what the lead lacks for where it stands already."""
    requirements = load_requirements(session)[lead.lead_type]
    facts = load_facts(session, [lead.id], now=now)[lead.id]
    answers = load_answers(session, [lead.id])[lead.id]
    known = known_fields(lead, facts)
    gaps = [
        Need(
            gap.requirement.field,
            gap.requirement.stage,
            gap.requirement.kind,
            _state(False, answers.get(gap.requirement.field)),
            gap.ask_by_on,
        )
        for gap in missing_requirements(requirements, known, answers, upto=lead.stage)
    ]
    if next_stage is None:
        return [], gaps
    return needs_of(requirements, known, answers, stage=next_stage), gaps


def _state(is_known: bool, answer: Answer | None) -> NeedState:
    if is_known:
        return NeedState.MET
    if answer is None:
        return NeedState.MISSING
    if answer.state is AnswerState.NOT_APPLICABLE:
        return NeedState.NOT_APPLICABLE
    return NeedState.ASKED


def _recent(session: Session, lead: Lead) -> Sequence[Interaction]:
    return session.scalars(
        sa.select(Interaction)
        .where(Interaction.lead_id == lead.id, Interaction.standing == InteractionStanding.HELD)
        .options(joinedload(Interaction.author))
        .order_by(Interaction.happened_on.desc(), Interaction.id.desc())
        .limit(3)
    ).all()


def _planned(session: Session, lead: Lead, *, now: datetime) -> Sequence[Interaction]:
    return session.scalars(
        sa.select(Interaction)
        .where(
            Interaction.lead_id == lead.id,
            Interaction.standing == InteractionStanding.PLANNED,
            Interaction.starts_at > now,
        )
        .order_by(Interaction.starts_at)
        .limit(3)
    ).all()
