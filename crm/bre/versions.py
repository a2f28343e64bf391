"""Questionnaires as they were when they were asked: kept whole, so that old answers keep words."""

from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.bre.questionnaire import Questionnaire, default_questionnaire, questionnaire_from
from crm.bre.writing import questionnaire_document
from models.bre_call import BreCall, QuestionnaireVersion


def keep_current(session: Session, *, now: datetime) -> QuestionnaireVersion:
    """The version that is asked now; the one that ships is kept when it is first used."""
    shipped = default_questionnaire()
    current = session.scalars(
        sa.select(QuestionnaireVersion)
        .where(QuestionnaireVersion.is_current)
        .order_by(QuestionnaireVersion.id.desc())
        .limit(1)
    ).first()
    if current is not None and (current.key != shipped.id or current.number >= shipped.version):
        # An office's own stays current; so does a newer one of ours.
        return current
    if current is not None:
        current.is_current = False
    found = session.scalars(
        sa.select(QuestionnaireVersion).where(
            QuestionnaireVersion.key == shipped.id,
            QuestionnaireVersion.number == shipped.version,
        )
    ).one_or_none()
    if found is None:
        found = QuestionnaireVersion(
            key=shipped.id,
            number=shipped.version,
            content=questionnaire_document(shipped),
            is_current=True,
            created_at=now,
        )
        session.add(found)
    found.is_current = True
    session.flush()
    return found


def questionnaire_of(version: QuestionnaireVersion | None) -> Questionnaire:
    """The questionnaire of a version; without one, the one that ships."""
    if version is None:
        return default_questionnaire()
    return _read(_Content(version))


def load_questionnaire(session: Session, call: BreCall) -> Questionnaire:
    """The questionnaire that a visit was, or will be, asked by."""
    if call.questionnaire_id is None:
        current = session.scalars(
            sa.select(QuestionnaireVersion)
            .where(QuestionnaireVersion.is_current)
            .order_by(QuestionnaireVersion.id.desc())
            .limit(1)
        ).first()
        shipped = default_questionnaire()
        if current is None or (current.key == shipped.id and current.number < shipped.version):
            return shipped
        return questionnaire_of(current)
    return questionnaire_of(session.get_one(QuestionnaireVersion, call.questionnaire_id))


class _Content:
    """A version's document, known again by which one it is and when it was kept."""

    def __init__(self, version: QuestionnaireVersion) -> None:
        self._key = (version.key, version.number, version.created_at)
        self.document = version.content

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Content)
            and self._key == other._key
            and self.document == other.document
        )


@lru_cache(maxsize=16)
def _read(content: _Content) -> Questionnaire:
    return questionnaire_from(content.document)
