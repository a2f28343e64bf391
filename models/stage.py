"""The eight stages, what each asks of a lead, and the one rule that both validates and lists.

The codes are fixed; the probabilities and the requirements are rows, so that an office can
change them. `missing_requirements` answers "what is still missing" for a form, the board, an
import and a report alike.
"""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id
from models.types import coded


class StageCode(enum.StrEnum):
    """Where a lead stands, in order."""

    FIRST_CONTACT = "first_contact"
    ENGAGED = "engaged"
    QUALIFIED = "qualified"
    ACTIVE = "active"
    PROPOSAL = "proposal"
    NEGOTIATION = "negotiation"
    COMMITTED = "committed"
    ANNOUNCED = "announced"

    @property
    def position(self) -> int:
        """1 for the first contact, 8 for the announcement."""
        return _POSITIONS[self]

    @classmethod
    def at(cls, position: int) -> "StageCode":
        """The stage with this position, 1 to 8."""
        return STAGES[position - 1]


STAGES = tuple(StageCode)
_POSITIONS = {stage: number for number, stage in enumerate(STAGES, start=1)}


class Status(enum.StrEnum):
    """Whether a lead moves. There is no "won": a lead is won when it is announced."""

    ACTIVE = "active"
    ON_HOLD = "on_hold"
    LOST = "lost"
    ABANDONED = "abandoned"
    PASSED_ON = "passed_on"

    @property
    def is_open(self) -> bool:
        """Still worked on, or waiting to be."""
        return self in (Status.ACTIVE, Status.ON_HOLD)


class LeadType(enum.StrEnum):
    """What kind of project it is; totals never add one kind to another."""

    INVESTMENT = "investment"
    EXPANSION = "expansion"
    PARTNERSHIP = "partnership"
    TRADE = "trade"


class RequirementKind(enum.StrEnum):
    """Proof blocks the move into its stage; knowledge is asked and may be answered "not yet"."""

    PROOF = "proof"
    KNOWLEDGE = "knowledge"


class AnswerState(enum.StrEnum):
    """How a piece of knowledge that a stage asks for stands, when it is not simply known."""

    ASK_BY = "ask_by"
    NOT_APPLICABLE = "not_applicable"


class Stage(Base):
    """One stage of the pipeline with the prior chance that a lead in it is ever announced."""

    __tablename__ = "stages"

    code: Mapped[StageCode] = mapped_column(coded(StageCode), primary_key=True)
    position: Mapped[int] = mapped_column(unique=True)
    prior_probability: Mapped[float]

    __table_args__ = (
        sa.CheckConstraint("prior_probability BETWEEN 0 AND 1", name="prior_probability"),
    )


class StageRequirement(Base):
    """One thing a lead of this type needs for entering this stage."""

    __tablename__ = "stage_requirements"

    id: Mapped[Id]
    lead_type: Mapped[LeadType] = mapped_column(coded(LeadType))
    stage: Mapped[StageCode] = mapped_column(coded(StageCode))
    field: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[RequirementKind] = mapped_column(coded(RequirementKind))
    position: Mapped[int]

    __table_args__ = (sa.UniqueConstraint("lead_type", "stage", "field"),)


@dataclass(frozen=True, slots=True)
class Requirement:
    """A row of `stage_requirements`, detached."""

    stage: StageCode
    field: str
    kind: RequirementKind


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said when a stage asked: "not known yet, ask by" a day, or "does not apply"."""

    state: AnswerState
    ask_by_on: date | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A requirement that a lead does not meet. `ask_by_on` is the day it was promised for."""

    requirement: Requirement
    ask_by_on: date | None
    is_answered: bool


def missing_requirements(
    requirements: Iterable[Requirement],
    known: Mapping[str, bool],
    answers: Mapping[str, Answer],
    *,
    upto: StageCode,
) -> list[Gap]:
    """What a lead lacks for standing at `upto`, its stage's own and earlier ones, in order.

    `known` says for each requirement field whether the lead meets it. "Does not apply" ends the
    matter, "not known yet" leaves a gap that is answered: it is shown, but does not block.
    """
    gaps = []
    for requirement in requirements:
        if requirement.stage.position > upto.position or known.get(requirement.field, False):
            continue
        answer = answers.get(requirement.field)
        is_own_proof = requirement.kind is RequirementKind.PROOF and requirement.stage is upto
        if answer and answer.state is AnswerState.NOT_APPLICABLE and not is_own_proof:
            continue
        gaps.append(
            Gap(
                requirement,
                ask_by_on=answer.ask_by_on if answer else None,
                is_answered=answer is not None,
            )
        )
    return gaps


def blocking_gaps(gaps: Iterable[Gap], *, entering: StageCode) -> list[Gap]:
    """The gaps that stop a move: unanswered knowledge, and the proof of the stage entered.

    The proof of a stage that was skipped or imported is asked like knowledge.
    """
    return [
        gap
        for gap in gaps
        if (gap.requirement.kind is RequirementKind.PROOF and gap.requirement.stage is entering)
        or not gap.is_answered
    ]
