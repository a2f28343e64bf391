"""Questions and their parts as a page shows them, and what its form sends back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crm.bre.answering import Seen, typed_answer
from crm.bre.answers import Answers
from crm.bre.printing import print_answer
from crm.bre.questionnaire import (
    Option,
    Part,
    PartType,
    Question,
    Questionnaire,
    Section,
    Wording,
    in_language,
)
from crm.bre.stated import short_date
from crm.bre.values import NoAnswer
from crm.days import read_moment
from models.bre_call import BreAnswer, InConfidence
from models.measure import Measure, StatedDate

CORE = "core"
NONE = "none"
CURRENCY = ":currency"
SEEN = ":seen"


@dataclass(frozen=True, slots=True)
class Reading:
    """In which language the page is read, and in which other one each question stands beside."""

    language: str
    also: str | None = None

    def text(self, wording: Wording) -> str:
        """A wording for the reader."""
        return in_language(wording, self.language) if wording else ""

    def beside(self, wording: Wording) -> str | None:
        """The wording for the company, where it is another one."""
        if self.also is None or self.also == self.language:
            return None
        return wording.get(self.also)


@dataclass(frozen=True, slots=True)
class PartOnPage:
    """One part with its answer, the last visit's, and what is wrong with what was typed."""

    part: Part
    label: str
    beside: str | None
    help: str
    unit: str
    options: tuple[tuple[str, str, str | None], ...]
    typed: str = ""
    currency: str = ""
    chosen: frozenset[str] = frozenset()
    state: str = ""
    seen: str = ""
    answered_by: int | None = None
    answered_at: Any = None
    last: str | None = None
    in_confidence: InConfidence | None = None
    note: str | None = None
    problem: str | None = None

    @property
    def key(self) -> str:
        """What its inputs are called."""
        return self.part.key

    @property
    def slug(self) -> str:
        """The key as an id that a selector can name."""
        return self.part.key.replace(".", "-")

    @property
    def kind(self) -> str:
        """What its input is."""
        return self.part.type.value


@dataclass(frozen=True, slots=True)
class QuestionOnPage:
    """One question with its parts."""

    question: Question
    text: str
    beside: str | None
    help: str
    parts: tuple[PartOnPage, ...] = field(default_factory=tuple)

    @property
    def in_confidence(self) -> InConfidence | None:
        """How its answers were supplied, where that was said."""
        return next((part.in_confidence for part in self.parts if part.in_confidence), None)

    @property
    def note(self) -> str | None:
        """A word on how they were supplied."""
        return next((part.note for part in self.parts if part.note), None)

    @property
    def has_answers(self) -> bool:
        """Whether anything at all is noted."""
        return any(part.state for part in self.parts)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many questions of a group have an answer to any part, or were skipped."""

    id: str
    title: str
    done: int
    total: int


def chosen_questions(questionnaire: Questionnaire, section_id: str) -> tuple[Question, ...]:
    """The questions of a page: the core ones, or those of a section."""
    section = find_section(questionnaire, section_id)
    return section.questions if section is not None else questionnaire.core_questions


def find_section(questionnaire: Questionnaire, section_id: str) -> Section | None:
    """The section with this id; None for the core questions."""
    return next((one for one in questionnaire.sections if one.id == section_id), None)


def count_progress(
    questionnaire: Questionnaire, rows: Mapping[str, BreAnswer], reading: Reading, core_title: str
) -> list[Progress]:
    """How far each group is: the core questions first, then every section."""
    asked = {key.partition(".")[0] for key in rows}

    def of(group_id: str, title: str, questions: tuple[Question, ...]) -> Progress:
        return Progress(
            group_id, title, sum(1 for one in questions if one.id in asked), len(questions)
        )

    return [
        of(CORE, core_title, questionnaire.core_questions),
        *(
            of(section.id, reading.text(section.title), section.questions)
            for section in questionnaire.sections
        ),
    ]


def question_on_page(
    question: Question,
    questionnaire: Questionnaire,
    rows: Mapping[str, BreAnswer],
    reading: Reading,
    *,
    previous: Answers | None = None,
    sent: Mapping[str, Any] | None = None,
    problems: Mapping[str, str] | None = None,
) -> QuestionOnPage:
    """A question as the page shows it; what was typed and refused stays as it was typed."""
    return QuestionOnPage(
        question=question,
        text=reading.text(question.text),
        beside=reading.beside(question.text),
        help=reading.text(question.help),
        parts=tuple(
            part_on_page(
                part,
                questionnaire,
                rows.get(part.key),
                reading,
                previous=previous,
                sent=sent,
                problem=(problems or {}).get(part.key),
            )
            for part in question.parts
        ),
    )


def part_on_page(
    part: Part,
    questionnaire: Questionnaire,
    row: BreAnswer | None,
    reading: Reading,
    *,
    previous: Answers | None = None,
    sent: Mapping[str, Any] | None = None,
    problem: str | None = None,
) -> PartOnPage:
    """One part with what is kept of it."""
    answer = typed_answer(questionnaire, row)
    raw = rendered(part, row, questionnaire)
    if problem is not None and sent is not None:
        raw = read_part(sent, part)
    last = previous.given.get(part.key) if previous is not None else None
    typed, currency, chosen = _inputs(part, raw)
    return PartOnPage(
        part=part,
        label=reading.text(part.label),
        beside=reading.beside(part.label),
        help=reading.text(part.help),
        unit=reading.text(part.unit),
        options=tuple(
            (one.code, reading.text(one.label), reading.beside(one.label))
            for one in _choices_of(part)
        ),
        typed=typed,
        currency=currency,
        chosen=chosen,
        state="" if answer is None else answer.value if isinstance(answer, NoAnswer) else "given",
        seen=row.answered_at.isoformat() if row is not None else "",
        answered_by=row.answered_by_id if row is not None else None,
        answered_at=row.answered_at if row is not None else None,
        last=print_answer(part, last, reading.language) if last is not None else None,
        in_confidence=row.in_confidence if row is not None else None,
        note=row.confidence_note if row is not None else None,
        problem=problem,
    )


def rendered(part: Part, row: BreAnswer | None, questionnaire: Questionnaire) -> Any:
    """What the inputs of a part send back when nobody touched them."""
    answer = typed_answer(questionnaire, row)
    if answer is None or isinstance(answer, NoAnswer):
        return ""
    if part.type is PartType.CHOICES and isinstance(answer, tuple):
        return list(answer) or NONE
    if isinstance(answer, Measure):
        printed = answer.as_printed or ("" if answer.value is None else str(answer.value))
        if answer.currency is None or answer.currency in printed:
            return printed
        return {"amount": printed, "currency": answer.currency}
    if isinstance(answer, StatedDate):
        return answer.as_printed or short_date(answer)
    return str(answer)


def read_part(sent: Any, part: Part) -> Any:
    """What a form says of a part, as `save_answer` reads it; a blank is an empty text."""
    if part.type is PartType.CHOICES:
        chosen = [value for value in sent.getlist(part.key) if value]
        return NONE if NONE in chosen else (chosen or "")
    typed = (sent.get(part.key) or "").strip()
    if part.type is PartType.MONEY and typed:
        currency = (sent.get(part.key + CURRENCY) or "").strip()
        if currency and currency.upper() not in typed.upper():
            return {"amount": typed, "currency": currency}
    return typed


def read_seen(sent: Any, part: Part) -> Seen:
    """Which answer the person had before them."""
    return Seen(read_moment(sent.get(part.key + SEEN)))


def _inputs(part: Part, raw: Any) -> tuple[str, str, frozenset[str]]:
    if isinstance(raw, list):
        return "", "", frozenset(map(str, raw))
    if isinstance(raw, Mapping):
        return str(raw.get("amount") or ""), str(raw.get("currency") or ""), frozenset()
    if part.type is PartType.CHOICES:
        return "", "", frozenset({NONE} if raw == NONE else ())
    return str(raw), "", frozenset({str(raw)} if raw else ())


def _choices_of(part: Part) -> tuple[Option, ...]:
    if part.type is PartType.RATING:
        return tuple(
            part.option(str(number)) or Option(str(number), {"en": str(number)})
            for number in range(1, 6)
        )
    if part.type is PartType.SCORE:
        return tuple(Option(str(number), {"en": str(number)}) for number in range(11))
    return part.options
