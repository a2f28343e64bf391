"""What a company answered: typed values, and what was skipped or is not known.

An answer is a value, `NoAnswer.SKIPPED` (asked, and passed over), `NoAnswer.UNKNOWN` (asked, and
nobody knows) or absent (never asked). None of the last three is ever taken for "no" or zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crm.bre.questionnaire import Part, PartType, Question, Questionnaire, default_questionnaire
from crm.bre.stated import Refused
from crm.bre.values import (
    Answer,
    NoAnswer,
    Value,
    is_skip,
    is_unknown,
    plain_answer,
    read_answer,
)
from models.errors import DomainError, N_


@dataclass(frozen=True, slots=True)
class AnswerProblem:
    """One answer that cannot be taken: its part or key, and how to mend it."""

    part: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)

    def text(self) -> str:
        """The English sentence."""
        return self.message % self.params if self.params else self.message


class AnswersRefusedError(DomainError):
    """Answers with mistakes; `problems` names each part and how to mend it."""

    def __init__(self, problems: Sequence[AnswerProblem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        super().__init__(
            N_("These answers cannot be read. Mistakes: %(count)s, the first in %(part)s."),
            field=first.part,
            count=len(self.problems),
            part=first.part,
        )


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of one visit by part. `on` is the day they were given, where it is known."""

    given: Mapping[str, Answer] = field(default_factory=dict)
    on: date | None = None

    def value(self, part: str) -> Value | None:
        """The value of a part; None where it was skipped, is not known or was never asked."""
        answer = self.given.get(part)
        return None if isinstance(answer, NoAnswer) else answer

    def was_skipped(self, part: str) -> bool:
        """Whether it was asked and passed over."""
        return self.given.get(part) is NoAnswer.SKIPPED

    def was_asked(self, part: str) -> bool:
        """Whether anything at all is noted for the part."""
        return part in self.given

    def document(self) -> dict[str, Any]:
        """The answers as plain data, from which `parse_answers` reads the same."""
        return {part: plain_answer(answer) for part, answer in self.given.items()}


def parse_answers(
    document: Mapping[str, Any],
    questionnaire: Questionnaire | None = None,
    *,
    on: date | None = None,
) -> Answers:
    """Typed answers from plain data.

    Keys are parts (`C1.employees_now`) or questions, over a table of parts or, where the question
    has one part or a main one, over its bare answer.

    Raises:
        AnswersRefusedError: with a problem for every answer that cannot be taken.
    """
    reading = _Reading(questionnaire or default_questionnaire())
    for key, raw in document.items():
        reading.take(str(key), raw)
    if reading.problems:
        raise AnswersRefusedError(reading.problems)
    return Answers(reading.given, on)


def parse_answer(part: Part, raw: object) -> Answer | None:
    """One typed answer; None where there is none, which is never asked.

    Raises:
        AnswersRefusedError: it cannot be taken.
    """
    try:
        return read_answer(part, raw)
    except Refused as refused:
        raise AnswersRefusedError(
            [AnswerProblem(part.key, refused.message, refused.params)]
        ) from refused


class _Reading:
    """Goes through a document, key by key, and keeps what is wrong with it."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self._questionnaire = questionnaire
        self._parts = {part.key.casefold(): part for part in questionnaire.parts}
        self._questions = {one.id.casefold(): one for one in questionnaire.questions}
        self.given: dict[str, Answer] = {}
        self.problems: list[AnswerProblem] = []
        self._seen: set[str] = set()

    def take(self, key: str, raw: object) -> None:
        """Take what stands under a key, be it a part's or a question's."""
        part = self._parts.get(key.strip().casefold())
        question = self._questions.get(key.strip().casefold())
        if part is not None:
            self._keep(part, raw)
        elif question is not None:
            self._take_question(question, raw)
        else:
            self._refuse_key(key)

    def _take_question(self, question: Question, raw: object) -> None:
        main = question.main_part
        if isinstance(raw, Mapping) and not (
            main is not None
            and main.type in (PartType.MONEY, PartType.DATE)
            and {"amount", "on"} & set(raw)
        ):
            own = f"{question.id}.".casefold()
            for name, value in raw.items():
                key = str(name) if str(name).casefold().startswith(own) else f"{own}{name}"
                part = self._parts.get(key.casefold())
                if part is None:
                    self._refuse_key(f"{question.id}.{key[len(own) :]}")
                else:
                    self._keep(part, value)
        elif is_skip(raw) or is_unknown(raw):
            for part in question.parts:
                self._keep(part, raw)
        elif main is not None:
            self._keep(main, raw)
        else:
            self._refuse(
                question.id,
                N_("The question has several parts. Answer them one by one: %(parts)s."),
                parts=", ".join(part.key for part in question.parts),
            )

    def _keep(self, part: Part, raw: object) -> None:
        if part.key in self._seen:
            self._refuse(part.key, N_("The part is answered twice. Keep one of the answers."))
            return
        self._seen.add(part.key)
        try:
            answer = read_answer(part, raw)
        except Refused as refused:
            self._refuse(part.key, refused.message, **refused.params)
            return
        if answer is not None:
            self.given[part.key] = answer

    def _refuse_key(self, key: str) -> None:
        near = self._questionnaire.near(key)
        if near:
            message = N_("The questionnaire has no such part. Perhaps one of these: %(near)s.")
            self._refuse(key, message, near=", ".join(near))
        else:
            self._refuse(key, N_("The questionnaire has no such part."))

    def _refuse(self, part: str, message: str, **params: object) -> None:
        self.problems.append(AnswerProblem(part, message, params))
