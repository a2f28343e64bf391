"""Commands on answers: each part is kept by itself, so that two interviewers lose nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.bre.answers import Answers, AnswersRefusedError, parse_answer
from crm.bre.questionnaire import Questionnaire
from crm.bre.response import settle_team
from crm.bre.service import must_write
from crm.bre.values import Answer, NoAnswer, plain_answer
from crm.bre.versions import keep_current, load_questionnaire
from models.bre_call import BreAnswer, BreCall, BreStanding, InConfidence
from models.errors import ConflictError, DomainError, NotFoundError, N_
from models.user import Actor

SKIP = "skipped"
UNKNOWN = "unknown"
_LONGEST_NOTE = 1_000


@dataclass(frozen=True, slots=True)
class Seen:
    """When the answer was given that a person had before them; None where there was none."""

    at: datetime | None


def save_answer(
    session: Session,
    call: BreCall,
    part_key: str,
    raw: Any,
    *,
    seen: Seen | None = None,
    actor: Actor,
    now: datetime,
) -> BreAnswer | None:
    """Keep the answer to one part. `skipped` and `unknown` are answers, a blank takes one back.

    With `seen`, an answer that somebody else gave meanwhile is not written over.

    Raises:
        AnswersRefusedError: it is no answer to this part; it says how to mend it.
        ConflictError: somebody else answered the part meanwhile.
        DomainError: no team is named, or the company declined the visit.
        ForbiddenError: the actor may not write, or is not in the team.
        NotFoundError: there is no such part.
    """
    must_write(actor)
    team_id = settle_team(session, call, actor=actor)
    if call.standing is BreStanding.DECLINED:
        raise DomainError(N_("The company declined this visit."))
    _lock(session, call)
    if call.questionnaire_id is None:
        call.questionnaire_id = keep_current(session, now=now).id
    part = load_questionnaire(session, call).find_part(part_key)
    if part is None:
        raise NotFoundError
    answer = parse_answer(part, raw)
    found = session.scalars(
        sa.select(BreAnswer).where(BreAnswer.call_id == call.id, BreAnswer.part == part.key)
    ).one_or_none()
    value = None if answer in (None, NoAnswer.SKIPPED) else plain_answer(answer)
    is_skipped = answer is NoAnswer.SKIPPED
    is_same = found is not None and (found.value, found.is_skipped) == (value, is_skipped)
    if is_same and answer is not None:
        return found
    is_others = found is not None and found.answered_by_id != actor.id
    if seen is not None and is_others and found is not None and seen.at != found.answered_at:
        raise ConflictError(
            N_("Somebody else answered this meanwhile. Save once more to replace it.")
        )
    if answer is None:
        if found is not None:
            session.delete(found)
            session.flush()
        return None
    if found is None:
        found = BreAnswer(call_id=call.id, part=part.key, team_id=team_id)
        session.add(found)
    found.value, found.is_skipped = value, is_skipped
    found.answered_by_id, found.answered_at = actor.id, now
    session.flush()
    return found


def save_confidence(
    session: Session,
    call: BreCall,
    parts: Sequence[str],
    *,
    in_confidence: InConfidence | None,
    note: str | None,
    actor: Actor,
) -> int:
    """Say how the answers to these parts were supplied; how many answers it was said of.

    Raises:
        DomainError: none of the parts has an answer, or the note is too long.
        ForbiddenError: the actor may not write, or is not in the team.
    """
    must_write(actor)
    settle_team(session, call, actor=actor)
    note = (note or "").strip() or None
    if note is not None and len(note) > _LONGEST_NOTE:
        raise DomainError(
            N_("The text is longer than %(longest)s characters."),
            field="note",
            longest=_LONGEST_NOTE,
        )
    found = session.scalars(
        sa.select(BreAnswer).where(BreAnswer.call_id == call.id, BreAnswer.part.in_(parts))
    ).all()
    if not found:
        raise DomainError(N_("There is no answer yet that could be in confidence."))
    for answer in found:
        answer.in_confidence, answer.confidence_note = in_confidence, note
    session.flush()
    return len(found)


def list_answers(session: Session, call: BreCall) -> dict[str, BreAnswer]:
    """What was answered on a visit, by part."""
    rows = session.scalars(sa.select(BreAnswer).where(BreAnswer.call_id == call.id))
    return {row.part: row for row in rows}


def typed_answers(
    questionnaire: Questionnaire, call: BreCall, rows: dict[str, BreAnswer]
) -> Answers:
    """Answers as the rules read them; what another version asked and this one does not is left."""
    given: dict[str, Answer] = {}
    for key, row in rows.items():
        answer = typed_answer(questionnaire, row)
        if answer is not None:
            given[key] = answer
    return Answers(given, call.visited_on)


def typed_answer(questionnaire: Questionnaire, row: BreAnswer | None) -> Answer | None:
    """One answer as it was meant; None for none."""
    part = questionnaire.find_part(row.part) if row is not None else None
    if row is None or part is None:
        return None
    try:
        return parse_answer(part, SKIP if row.is_skipped else row.value)
    except AnswersRefusedError:
        return None


def _lock(session: Session, call: BreCall) -> None:
    # Two parts saved at one moment wait for each other; SQLite has one writer anyhow.
    session.execute(sa.select(BreCall.id).where(BreCall.id == call.id).with_for_update()).all()
