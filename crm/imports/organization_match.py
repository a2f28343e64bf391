"""Which organization on file a row means: by reference, number or name, or by likeness."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crm.imports.options import CREATE, SKIP, ImportOptions, MatchKey, OnAlike
from crm.imports.organizations_on_file import (
    Likeness,
    OrganizationsOnFile,
    name_keys,
)
from crm.imports.questions import Likely, Question
from crm.imports.text import plain
from models.organization import IdentifierScheme, NameKind

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """An organization as a row names it."""

    row: int
    title: str
    names: Sequence[tuple[str, NameKind | None]] = ()
    country: str | None = None
    numbers: Sequence[tuple[IdentifierScheme, str]] = ()
    reference: str | None = None
    public_id: str | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The forms of its names for comparing."""
        return name_keys(text for text, _kind in self.names)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a row means: a record on file, a new one (`id` is None), or nothing to do with.

    `is_gone` says that what was chosen for the row, or named by its public id, is not on file.
    """

    id: int | None = None
    is_skipped: bool = False
    question: Question | None = None
    is_gone: bool = False


class OrganizationMatch:
    """Answers for rows, in what the importer may see."""

    def __init__(
        self, on_file: OrganizationsOnFile, likeness: Likeness, options: ImportOptions
    ) -> None:
        self._on_file = on_file
        self._likeness = likeness
        self._options = options

    def answer(self, wanted: Wanted) -> Answer:
        """The answer for a row; `question.choice` is empty where somebody has to say."""
        choice = self._options.choice(wanted.row)
        if choice == SKIP:
            return Answer(is_skipped=True, question=self._asked(wanted, SKIP))
        if choice == CREATE:
            return Answer(question=self._asked(wanted, CREATE))
        if choice is not None:
            number = self._on_file.by_public_id.get(choice)
            if number is None:
                return Answer(is_gone=True)
            return Answer(number, question=self._asked(wanted, choice))
        if wanted.public_id is not None:
            number = self._on_file.by_public_id.get(wanted.public_id)
            return Answer(number, is_gone=number is None)
        exact = self._exact(wanted)
        if len(exact) == 1:
            return Answer(exact[0])
        if exact:
            return Answer(question=self._question(wanted, self._several(exact), ""))
        return self._alike(wanted)

    def _alike(self, wanted: Wanted) -> Answer:
        candidates = self._candidates(wanted)
        if not candidates:
            return Answer()
        policy = self._options.on_alike
        if policy is OnAlike.SKIP:
            return Answer(is_skipped=True, question=self._question(wanted, candidates, SKIP))
        if policy is OnAlike.USE:
            first = candidates[0]
            question = self._question(wanted, candidates, first.public_id)
            return Answer(first.id, question=question)
        return Answer(question=self._question(wanted, candidates, CREATE))

    def _exact(self, wanted: Wanted) -> list[int]:
        """The organizations that the row surely names; several where it does not tell them apart.

        A reference comes before a number, a number before a name.
        """
        on_file = self._on_file
        if wanted.reference is not None:
            found = on_file.by_reference.get(plain(wanted.reference), [])
            if not found and wanted.reference in on_file.by_public_id:
                found = [on_file.by_public_id[wanted.reference]]
            if found:
                return self._best_named(wanted, found)
        if MatchKey.NUMBER in self._options.keys:
            found = [
                number
                for pair in wanted.numbers
                for number in on_file.by_number.get(pair[1], ())
                if pair in on_file.numbers.get(number, ())
            ]
            if found:
                return self._best_named(wanted, list(dict.fromkeys(found)))
        if MatchKey.NAME not in self._options.keys:
            return []
        found = [
            number
            for key in wanted.keys
            for number in on_file.by_name.get(key, ())
            if not self._is_another(wanted, number)
        ]
        return self._best_named(wanted, on_file.of_country(found, wanted.country))

    def _is_another(self, wanted: Wanted, number: int) -> bool:
        """Whether a reference or a number of one register says that it is another company."""
        facts = self._on_file.by_id[number]
        theirs = facts["reference"]
        if wanted.reference and theirs and plain(theirs) != plain(wanted.reference):
            return True
        known = self._on_file.numbers.get(number, set())
        schemes = {scheme for scheme, _value in wanted.numbers}
        return any(scheme in schemes for scheme, _value in known) and known.isdisjoint(
            wanted.numbers
        )

    def _best_named(self, wanted: Wanted, numbers: list[int]) -> list[int]:
        """Of several the one alone that shares most names with the row, then the country."""
        if len(numbers) < 2:
            return numbers
        keys = wanted.keys
        fits = {
            number: (
                sum(1 for key in keys if number in self._on_file.by_name.get(key, ())),
                self._on_file.by_id[number]["country"] == wanted.country,
            )
            for number in numbers
        }
        best = max(fits.values())
        return [number for number in numbers if fits[number] == best]

    def _candidates(self, wanted: Wanted) -> list[Likely]:
        if MatchKey.LIKENESS not in self._options.keys or not wanted.names:
            return []
        return self._likeness.find(wanted.names, country=wanted.country, numbers=wanted.numbers)

    def _several(self, numbers: Iterable[int]) -> list[Likely]:
        return [self._on_file.likely(number) for number in list(numbers)[:_NAMED]]

    def _asked(self, wanted: Wanted, choice: str) -> Question:
        """The question that was answered, so that the answer can be changed."""
        exact = self._exact(wanted)
        candidates = self._several(exact) if exact else self._candidates(wanted)
        chosen = self._on_file.by_public_id.get(choice)
        if chosen is not None and all(one.id != chosen for one in candidates):
            candidates = [self._on_file.likely(chosen), *candidates]
        return self._question(wanted, candidates, choice)

    def _question(self, wanted: Wanted, candidates: Sequence[Likely], choice: str) -> Question:
        return Question(wanted.row, wanted.title, candidates, choice)
