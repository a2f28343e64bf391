"""The words and the evidence of a flag as they were when it was raised, in both languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm.bre.evaluation import Evidence, Flag
from crm.bre.values import plain_answer

LANGUAGES = ("en", "fr")


@dataclass(frozen=True, slots=True)
class EvidenceWords:
    """One answer that a flag rests on, or that its reader wants to see beside it."""

    part: str
    question: str
    label: str
    printed: str
    is_last: bool
    is_beside: bool


@dataclass(frozen=True, slots=True)
class FlagWords:
    """A flag as its reader sees it."""

    text: str
    kind: str
    evidence: tuple[EvidenceWords, ...] = ()


def keep_words(by_language: Mapping[str, Flag]) -> list[dict[str, Any]]:
    """What a flag keeps: its sentence, then its evidence."""
    first = next(iter(by_language.values()))
    kept: list[dict[str, Any]] = [
        {
            "text": {language: flag.text for language, flag in by_language.items()},
            "kind": first.kind.value,
        }
    ]
    for is_beside in (False, True):
        columns = {
            language: (flag.shows if is_beside else flag.evidence)
            for language, flag in by_language.items()
        }
        for position, one in enumerate(first.shows if is_beside else first.evidence):
            kept.append(
                _evidence(
                    one,
                    {language: shown[position] for language, shown in columns.items()},
                    is_beside=is_beside,
                )
            )
    return kept


def read_words(kept: Sequence[Any], language: str) -> FlagWords:
    """A flag's words in a language, or in English where it kept none in it."""
    text, kind = "", ""
    evidence = []
    for one in kept:
        if "text" in one:
            text, kind = _in(one["text"], language), one.get("kind", "")
        else:
            evidence.append(
                EvidenceWords(
                    part=one["part"],
                    question=one["question"],
                    label=_in(one["label"], language),
                    printed=_in(one["printed"], language),
                    is_last=bool(one.get("is_last")),
                    is_beside=bool(one.get("is_beside")),
                )
            )
    return FlagWords(text, kind, tuple(evidence))


def value_of(kept: Sequence[Any], part: str) -> Any:
    """The plain value of a part in a flag's evidence, of this visit; None where it has none."""
    for one in kept:
        if one.get("part") == part and not one.get("is_last"):
            return one.get("value")
    return None


def _evidence(
    one: Evidence, by_language: Mapping[str, Evidence], *, is_beside: bool
) -> dict[str, Any]:
    return {
        "part": one.part,
        "question": one.question,
        "label": {language: each.label for language, each in by_language.items()},
        "printed": {language: each.printed for language, each in by_language.items()},
        "value": plain_answer(one.value),
        "is_last": one.is_last,
        "is_beside": is_beside,
    }


def _in(wording: Mapping[str, str], language: str) -> str:
    return wording.get(language) or wording.get("en") or next(iter(wording.values()), "")
