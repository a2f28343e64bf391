"""Moves that a file makes a lead take today: the same requirements as on a page hold for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.imports.plan import LiveMove, Reading
from crm.imports.problems import RowProblem
from crm.imports.text import key
from crm.labels import REQUIREMENTS, label
from crm.leads.facts import (
    LeadFacts,
    known_fields,
    load_answers,
    load_facts,
    load_requirements,
)
from crm.leads.service import RequirementsError, move_lead
from crm.leads.standing import close_leads, hold_lead, lose_leads, reopen_lead, resume_lead
from models.errors import DomainError, N_
from models.lead import Lead, LossReason
from models.stage import (
    Answer,
    Gap,
    LeadType,
    Requirement,
    StageCode,
    Status,
    blocking_gaps,
    missing_requirements,
)
from models.user import Actor

_CLOSED = N_("This lead is closed. Reopen it first.")
_ANNOUNCED = N_("An announced lead is won; it is not closed this way.")
_PASSED_ON = N_(
    "A file cannot say with whose consent a lead is passed on. Pass it on from the lead's page."
)
_NO_REASON = {
    Status.ACTIVE: N_("This lead was closed. Say in the reason why it is taken up again."),
    Status.ON_HOLD: N_("Say in the reason why the lead is on hold."),
    Status.LOST: N_("Say in the reason why the lead was lost."),
    Status.ABANDONED: N_("Say in the reason why we stopped."),
}
_NO_PLACE = N_("Say which place won.")
_NO_HOLD_DAY = N_("A lead on hold needs a later day to look again, as the date of its next action.")
_MISSING = N_(
    "This is a move of today, and “%(stage)s” needs an answer to: %(missing)s."
    " Answer on the lead's page, or move it there."
)


class Words:
    """Names of requirements, worded when they are read: in the reader's language."""

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = tuple(codes)

    def __str__(self) -> str:
        return ", ".join(str(REQUIREMENTS[code]) for code in self.codes)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the requirements read of the leads that move."""

    requirements: Mapping[LeadType, Sequence[Requirement]]
    facts: Mapping[int, LeadFacts]
    answers: Mapping[int, Mapping[str, Answer]]


class MoveCheck:
    """Says what stops the moves of a file, by the rules of the commands that will make them."""

    def __init__(self, session: Session, lead_ids: Sequence[int], reading: Reading) -> None:
        self._reading = reading
        self._known = _Known(
            load_requirements(session),
            load_facts(session, lead_ids),
            load_answers(session, lead_ids),
        )

    def problems(
        self, lead: Mapping[str, Any], changed: Mapping[str, Any], moves: Sequence[LiveMove]
    ) -> list[RowProblem]:
        """What stops these moves of a lead, whose columns are changed by the file before."""
        now = {**lead, **changed}
        for move in moves:
            problem = self._stage(now, move) or self._status(now, move)
            if problem is not None:
                return [problem]
            # The next move starts from where this one leads.
            if move.stage is not None:
                now["stage"] = move.stage
                if now["status"] is Status.ON_HOLD:
                    now["status"] = Status.ACTIVE
            if move.status is not None:
                now["status"] = move.status
        return []

    def _stage(self, lead: Mapping[str, Any], move: LiveMove) -> RowProblem | None:
        if move.stage is None or move.stage is lead["stage"]:
            return None
        if not lead["status"].is_open:
            return self._reading.problem(move.row, "stage", _CLOSED)
        if move.stage.position < lead["stage"].position:
            return None
        blocking = blocking_gaps(self._gaps(lead, move.stage), entering=move.stage)
        if not blocking:
            return None
        return self._reading.problem(
            move.row,
            "stage",
            _MISSING,
            stage=StageWord(move.stage, move.written),
            missing=Words([gap.requirement.field for gap in blocking]),
        )

    def _gaps(self, lead: Mapping[str, Any], stage: StageCode) -> list[Gap]:
        shown = cast(Lead, _Columns(lead))
        return missing_requirements(
            self._known.requirements[lead["lead_type"]],
            known_fields(shown, self._known.facts[lead["id"]]),
            self._known.answers[lead["id"]],
            upto=stage,
        )

    def _status(self, lead: Mapping[str, Any], move: LiveMove) -> RowProblem | None:
        status = move.status
        if status is None or status is lead["status"]:
            return None
        column = "status" if self._reading.header("status") else "stage"
        is_open = lead["status"].is_open
        if status is Status.PASSED_ON:
            return self._reading.problem(move.row, column, _PASSED_ON)
        if status is not Status.ACTIVE and not is_open:
            return self._reading.problem(move.row, column, _CLOSED)
        if status in (Status.LOST, Status.ABANDONED) and lead["stage"] is StageCode.ANNOUNCED:
            return self._reading.problem(move.row, column, _ANNOUNCED)
        needs_reason = status is not Status.ACTIVE or not is_open
        has_reason = move.reason or (status is Status.LOST and move.lost_to)
        if needs_reason and not has_reason:
            return self._reading.problem(move.row, "reason", _NO_REASON[status])
        if status is Status.LOST and not move.lost_to and move.loss_reason is LossReason.PLACE_WON:
            return self._reading.problem(move.row, "reason", _NO_PLACE)
        if status is Status.ON_HOLD and (
            move.hold_until is None or move.hold_until <= self._reading.today
        ):
            return self._reading.problem(move.row, "next_action_on", _NO_HOLD_DAY)
        return None


class StageWord:
    """A stage, worded when it is read, and as the file has it where that is another word."""

    def __init__(self, stage: StageCode, written: str | None = None) -> None:
        self.stage = stage
        self.written = written

    def __str__(self) -> str:
        stage = label(self.stage)
        if self.written is None or key(self.written) == key(stage):
            return stage
        return _("%(stage)s (in the file: %(written)s)", stage=stage, written=self.written)


class _Columns:
    """Columns by name, read as a lead's attributes."""

    def __init__(self, columns: Mapping[str, Any]) -> None:
        self._columns = columns

    def __getattr__(self, name: str) -> Any:
        return self._columns[name]


def words_of(error: DomainError) -> dict[str, object]:
    """The parameters of an error's sentence, with requirements in words instead of codes."""
    if isinstance(error, RequirementsError):
        return {"fields": Words([gap.requirement.field for gap in error.gaps])}
    return error.params


def make_move(
    session: Session, lead: Lead, move: LiveMove, *, actor: Actor, now: datetime, batch_id: int
) -> None:
    """Make one move through the command that a page calls for it.

    Raises:
        DomainError: the command refuses it.
    """
    if move.stage is not None and move.stage is not lead.stage:
        move_lead(
            session,
            lead,
            move.stage,
            actor=actor,
            now=now,
            happened_on=move.happened_on,
            reason=move.reason if move.status is None else None,
            batch_id=batch_id,
        )
    if move.status is None or move.status is lead.status:
        return
    if move.status is Status.ACTIVE:
        if lead.status is Status.ON_HOLD:
            resume_lead(session, lead, actor=actor, now=now)
        else:
            reopen_lead(session, lead, reason=move.reason or "", actor=actor, now=now)
    elif move.status is Status.ON_HOLD:
        if move.hold_until is None:
            raise DomainError(_NO_HOLD_DAY)
        hold_lead(
            session,
            lead,
            until=move.hold_until,
            reason=move.reason or "",
            actor=actor,
            now=now,
            batch_id=batch_id,
        )
    elif move.status is Status.LOST:
        lose_leads(
            session,
            [lead],
            code=LossReason.PLACE_WON if move.lost_to else move.loss_reason or LossReason.OTHER,
            reason=move.reason,
            lost_to=move.lost_to,
            actor=actor,
            now=now,
            happened_on=move.happened_on,
            batch_id=batch_id,
        )
    elif move.status is Status.ABANDONED:
        close_leads(
            session,
            [lead],
            reason=move.reason or "",
            actor=actor,
            now=now,
            happened_on=move.happened_on,
            batch_id=batch_id,
        )
    else:
        raise DomainError(_PASSED_ON)
