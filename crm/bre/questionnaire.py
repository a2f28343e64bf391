"""What a company is asked on a visit, as data: sections, questions and their typed parts.

A questionnaire has a version; an office's own is loaded from the same kind of document as the
default one in `crm/bre/data/default`. Every question may be skipped.
"""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from crm.bre.documents import Place
from models.errors import N_

# The default questionnaire is complete in these; an office's own says which it has.
LANGUAGES = ("en", "fr", "ja", "ko")

Wording = Mapping[str, str]


class PartType(StrEnum):
    """What kind of answer a part takes."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    RATING = "rating"
    SCORE = "score"
    PERCENT = "percent"
    ORGANIZATION = "organization"


WITH_OPTIONS = frozenset({PartType.CHOICE, PartType.CHOICES})
# A rating runs from 1 to 5, a score from 0 to 10; both ends are part of the scale.
BOUNDS = {PartType.RATING: (1, 5), PartType.SCORE: (0, 10), PartType.PERCENT: (0, 100)}


class AskedOf(StrEnum):
    """Who answers: what the interviewer observes is never on the sheet sent ahead."""

    COMPANY = "company"
    INTERVIEWER = "interviewer"


def in_language(wording: Wording, language: str) -> str:
    """The sentence in a language, or in the first one there is."""
    return wording.get(language) or next(iter(wording.values()))


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose, or one named point of a rating's scale (its code is the number)."""

    code: str
    label: Wording


@dataclass(frozen=True, slots=True)
class Part:
    """One typed answer of a question; `key` is stable: `C1.employees_now`."""

    key: str
    type: PartType
    label: Wording
    help: Wording = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    scale: tuple[Option, ...] = ()
    unit: Wording = field(default_factory=dict)

    @property
    def question_id(self) -> str:
        """The question it belongs to."""
        return self.key.partition(".")[0]

    def option(self, code: str) -> Option | None:
        """The option, or the named point of the scale, with this code."""
        return next((one for one in (*self.options, *self.scale) if one.code == code), None)


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its parts. A bare answer to it is an answer to `main_part`."""

    id: str
    text: Wording
    parts: tuple[Part, ...]
    help: Wording = field(default_factory=dict)
    is_core: bool = False
    asked_of: AskedOf = AskedOf.COMPANY
    benchmark: str | None = None
    main: str | None = None

    @property
    def main_part(self) -> Part | None:
        """Its only part, or the one that a bare answer means; None where nobody could tell."""
        if len(self.parts) == 1:
            return self.parts[0]
        return next((part for part in self.parts if part.key == self.main), None)


@dataclass(frozen=True, slots=True)
class Section:
    """Questions on one subject."""

    id: str
    title: Wording
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Questionnaire:
    """One version of a questionnaire, complete in its languages.

    `introduction` is what the company reads first: what may be skipped, what is confidential.
    """

    id: str
    version: int
    languages: tuple[str, ...]
    sections: tuple[Section, ...]
    introduction: Wording = field(default_factory=dict)
    _parts: dict[str, Part] = field(init=False, repr=False, compare=False)
    _questions: dict[str, Question] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        questions = [question for section in self.sections for question in section.questions]
        parts = [part for question in questions for part in question.parts]
        object.__setattr__(self, "_questions", {question.id: question for question in questions})
        object.__setattr__(self, "_parts", {part.key: part for part in parts})

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question, in order."""
        return tuple(self._questions.values())

    @property
    def core_questions(self) -> tuple[Question, ...]:
        """The questions of a short visit."""
        return tuple(question for question in self.questions if question.is_core)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Every part, in order."""
        return tuple(self._parts.values())

    def find_question(self, question_id: str) -> Question | None:
        """The question with this id."""
        return self._questions.get(question_id)

    def find_part(self, key: str) -> Part | None:
        """The part with this key."""
        return self._parts.get(key)

    def get_part(self, key: str) -> Part:
        """The part with this key.

        Raises:
            KeyError: there is none.
        """
        return self._parts[key]

    def near(self, name: str) -> list[str]:
        """The keys that a mistyped one may have meant, best first."""
        question = self._questions.get(name.partition(".")[0].upper())
        keys = [part.key for part in question.parts] if question else list(self._parts)
        known = {key.casefold(): key for key in (*keys, *(() if question else self._questions))}
        found = difflib.get_close_matches(name.casefold(), known, n=3, cutoff=0.6)
        if question is not None:
            found += list(known)
        return list(dict.fromkeys(known[key] for key in found))[:6]


def questionnaire_from(document: Mapping[str, Any], name: str = "questionnaire") -> Questionnaire:
    """A questionnaire from its document.

    Raises:
        DocumentError: something is missing, unknown or twice; it says where.
    """
    return _Reader(Place(document, name)).questionnaire()


@lru_cache(maxsize=1)
def default_questionnaire() -> Questionnaire:
    """The questionnaire that ships with the product: 42 questions, ten of them core."""
    folder = Path(__file__).parent / "data" / "default"
    document = read_toml(folder / "questionnaire.toml")
    document["sections"] = [
        read_toml(folder / f"section_{letter.lower()}.toml") for letter in document["sections"]
    ]
    return questionnaire_from(document, "default")


def read_toml(path: Path) -> dict[str, Any]:
    """A file of the product's own data."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


class _Reader:
    """Reads one document; what several parts share stands once, under `shared`."""

    def __init__(self, document: Place) -> None:
        self._document = document
        self._languages: tuple[str, ...] = ()
        self._seen: set[str] = set()

    def questionnaire(self) -> Questionnaire:
        self._document.names(("id", "version", "languages", "introduction", "shared", "sections"))
        languages = self._document.at("languages")
        self._languages = languages.texts()
        if not self._languages or len(set(self._languages)) < len(self._languages):
            raise languages.wrong(N_("Name each language once."))
        return Questionnaire(
            id=self._document.at("id").text(),
            version=self._document.at("version").whole(),
            languages=self._languages,
            sections=tuple(self._section(place) for place in self._document.at("sections").items()),
            introduction=self._words(self._document, "introduction", is_wanted=False),
        )

    def _section(self, place: Place) -> Section:
        place.names(("id", "title", "questions"))
        return Section(
            id=self._once(place.at("id")),
            title=self._words(place, "title"),
            questions=tuple(self._question(one) for one in place.at("questions").items()),
        )

    def _question(self, place: Place) -> Question:
        place.names(("id", "text", "help", "core", "asked_of", "benchmark", "main", "parts"))
        question_id = self._once(place.at("id"))
        if "." in question_id:
            raise place.at("id").wrong(N_("A question's id has no full stop in it."))
        parts = tuple(self._part(one, question_id) for one in place.at("parts").items())
        if not parts:
            raise place.at("parts").wrong(N_("A question has at least one part."))
        main = self._full_key(place.at("main").text(), question_id) if "main" in place else None
        if main is not None and main not in {part.key for part in parts}:
            raise place.at("main").wrong(N_("The question has no such part."))
        return Question(
            id=question_id,
            text=self._words(place, "text"),
            help=self._words(place, "help", is_wanted=False),
            parts=parts,
            is_core=place.at("core").flag() if "core" in place else False,
            asked_of=place.at("asked_of").code(AskedOf) if "asked_of" in place else AskedOf.COMPANY,
            benchmark=place.at("benchmark").text() if "benchmark" in place else None,
            main=main,
        )

    def _part(self, place: Place, question_id: str) -> Part:
        place.names(("key", "type", "label", "help", "unit", "options", "scale"))
        part_type = place.at("type").code(PartType)
        options = self._options(place, "options")
        scale = self._options(place, "scale")
        if bool(options) != (part_type in WITH_OPTIONS):
            raise place.wrong(N_("A choice has options, and nothing else has."))
        if scale and part_type not in BOUNDS:
            raise place.at("scale").wrong(N_("Only a rating, a score or a percentage has a scale."))
        low, high = BOUNDS.get(part_type, (0, 0))
        for option in scale:
            if not option.code.isdecimal() or not low <= int(option.code) <= high:
                raise place.at("scale").wrong(
                    N_("“%(code)s” is not on the scale."), code=option.code
                )
        return Part(
            key=self._once(place.at("key"), self._full_key(place.at("key").text(), question_id)),
            type=part_type,
            label=self._words(place, "label"),
            help=self._words(place, "help", is_wanted=False),
            options=options,
            scale=scale,
            unit=self._words(place, "unit", is_wanted=False),
        )

    def _options(self, place: Place, name: str) -> tuple[Option, ...]:
        if name not in place:
            return ()
        listed = place.at(name)
        if isinstance(listed.value, str):
            listed = self._document.at("shared").at(listed.value)
        options = []
        for one in listed.items():
            one.names(("code", "label"))
            options.append(Option(one.at("code").text(), self._words(one, "label")))
        if len({option.code for option in options}) < len(options):
            raise listed.wrong(N_("Each code stands once."))
        return tuple(options)

    def _words(self, place: Place, name: str, *, is_wanted: bool = True) -> Wording:
        if not is_wanted and name not in place:
            return {}
        return place.at(name).wording(self._languages)

    def _once(self, place: Place, key: str = "") -> str:
        key = key or place.text()
        if key in self._seen:
            raise place.wrong(N_("“%(key)s” stands twice."), key=key)
        self._seen.add(key)
        return key

    @staticmethod
    def _full_key(key: str, question_id: str) -> str:
        return key if key.startswith(f"{question_id}.") else f"{question_id}.{key}"
