"""The scorecard's form read back: every line as it was typed, and what is wrong with it and how.

Rules that stand are changed by points and reason, or removed; what they are about stays, because
another condition is another rule. New ones are written in the reader's own words.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from flask_babel import gettext as _

from crm.scores import card_words
from crm.scores.scorecards import LONGEST_REASON, OPEN_STAGES, Content

NEW_ROWS = 3
_MOST_VALUES, _LONGEST_VALUE = 30, 80
_NUMBER = re.compile(r"-?\d{1,9}(?:[.,]\d{1,6})?")
_WHOLE = re.compile(r"[+−-]?\d{1,3}")
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_COLUMNS = ("feature", "values", "from", "below", "missing", "points", "reason")


@dataclass(frozen=True, slots=True)
class Line:
    """One rule as it stands in the form. `rule` is the one that stands, none for a new line."""

    place: int
    rule: Mapping[str, Any] | None
    typed: Mapping[str, str]
    problems: Mapping[str, str]


@dataclass(slots=True)
class CardForm:
    """What was typed, what it says, and its problems by the name of the input."""

    base: Content
    typed: Mapping[str, str]
    names: Mapping[str, Mapping[str, str]]
    problems: dict[str, str] = field(default_factory=dict)

    def read(self) -> Content:
        """The card that was typed; where `problems` is not empty it is not to be used."""
        stages = {stage.value: self._stage(f"stage-{stage.value}") for stage in OPEN_STAGES}
        self._rise(stages)
        rules = [
            self._standing(place, rule)
            for place, rule in enumerate(self.base["rules"])
            if f"remove-{place}" not in self.typed
        ]
        rules += [rule for row in range(NEW_ROWS) if (rule := self._new(f"new-{row}")) is not None]
        return {"format": self.base["format"], "stages": stages, "rules": rules}

    def _text(self, name: str) -> str:
        return " ".join(self.typed.get(name, "").split())

    def _stage(self, name: str) -> float:
        value = _number(self._text(name).removesuffix("%").strip())
        if value is None or not 0 < value < 100:
            self.problems[name] = _("Write a number above 0 and below 100, such as 15.")
            return 0.5
        return round(value / 100, 6)

    def _rise(self, stages: Mapping[str, float]) -> None:
        codes = [
            stage.value for stage in OPEN_STAGES if f"stage-{stage.value}" not in self.problems
        ]
        for before, code in pairwise(codes):
            if stages[code] <= stages[before]:
                self.problems[f"stage-{code}"] = _(
                    "It must rise from stage to stage: write more than %(percent)s here, or less"
                    " before.",
                    percent=card_words.plain_percent(stages[before]),
                )

    def _standing(self, place: int, rule: Mapping[str, Any]) -> Content:
        points, reason = f"points-{place}", f"reason-{place}"
        given = self._text(reason)
        # A reason that ships is shown in the reader's language, and kept as it was.
        shown = " ".join(card_words.reason_of(rule).split())
        kept = rule["reason"] if given == shown else given
        return {**rule, "points": self._points(points), "reason": self._reason(reason, kept)}

    def _points(self, name: str) -> int:
        text = self._text(name).replace("−", "-")
        if not _WHOLE.fullmatch(text) or abs(int(text)) > 100:
            self.problems[name] = _("Write a whole number from -100 to 100.")
            return 0
        return int(text)

    def _reason(self, name: str, given: str) -> str:
        if not given:
            self.problems[name] = _("Say why: colleagues judge the rule by its reason.")
        elif len(given) > LONGEST_REASON:
            self.problems[name] = _("Shorten it to %(limit)s characters.", limit=LONGEST_REASON)
        return given

    def _new(self, row: str) -> Content | None:
        filled = [self._text(f"{row}-{name}") for name in _COLUMNS]
        if not any(filled):
            return None
        feature = self._text(f"{row}-feature")
        if feature not in dict(card_words.offered_features()):
            self.problems[f"{row}-feature"] = _("Choose what the rule is about.")
            return None
        rule: Content = {"feature": feature, **self._condition(row, feature)}
        rule["points"] = self._points(f"{row}-points")
        rule["reason"] = self._reason(f"{row}-reason", self._text(f"{row}-reason"))
        return rule

    def _condition(self, row: str, feature: str) -> Content:
        unit = card_words.unit_of(feature)
        values, missing = self._text(f"{row}-values"), self._text(f"{row}-missing")
        bounds = [self._text(f"{row}-{end}") for end in ("from", "below")]
        if (bool(values) + bool(missing) + any(bounds)) != 1:
            self.problems[f"{row}-values" if unit is None else f"{row}-from"] = (
                _("Write values, or tick “not known”: one of the two.")
                if unit is None
                else _("Write from where, below what, or tick “not known”.")
            )
            return {}
        if missing:
            return {"is_missing": True}
        if unit is None:
            if not values:
                self.problems[f"{row}-values"] = _("This is no number: write its values.")
                return {}
            return self._values(f"{row}-values", feature, values)
        if values:
            self.problems[f"{row}-from"] = _("This is a number: write from where, or below what.")
            return {}
        return self._range(row, unit, bounds)

    def _values(self, name: str, feature: str, text: str) -> Content:
        codes: list[str] = []
        unknown: list[str] = []
        for word in (part.strip() for part in re.split(r"[,;、]", text)):
            if not word:
                continue
            code = _code_of(feature, word, self.names)
            (unknown if code is None else codes).append(code or word)
        known = card_words.closed_values(feature)
        if unknown and known is not None:
            self.problems[name] = _(
                "“%(word)s” is none of its values. Write %(values)s.",
                word=unknown[0],
                values=", ".join(str(word) for _code, word in known),
            )
        elif unknown:
            self.problems[name] = _(
                "“%(word)s” is not known here. Write it as on the list below.", word=unknown[0]
            )
        elif not codes or len(codes) > _MOST_VALUES:
            self.problems[name] = _(
                "Write from one to %(limit)s values, with commas between them.",
                limit=_MOST_VALUES,
            )
        return {"any_of": list(dict.fromkeys(codes))}

    def _range(self, row: str, unit: str, bounds: Sequence[str]) -> Content:
        found: Content = {}
        for end, key, text in (("from", "at_least", bounds[0]), ("below", "below", bounds[1])):
            if not text:
                continue
            value = _number(text.removesuffix("%").strip())
            if value is None:
                self.problems[f"{row}-{end}"] = _("Write a number, such as 180.")
                continue
            found[key] = round(value / 100, 6) if unit == card_words.SHARE else value
        if len(found) == 2 and found["at_least"] >= found["below"]:
            self.problems[f"{row}-below"] = _("Write a number above where it starts.")
        return found


def typed_of(content: Content) -> dict[str, str]:
    """A card as its form shows it before anybody typed."""
    typed = {
        f"stage-{stage.value}": card_words.plain_percent(content["stages"][stage.value])
        for stage in OPEN_STAGES
    }
    for place, rule in enumerate(content["rules"]):
        typed[f"points-{place}"] = str(rule["points"])
        typed[f"reason-{place}"] = card_words.reason_of(rule)
    return typed


def _number(text: str) -> float | None:
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def _code_of(feature: str, word: str, names: Mapping[str, Mapping[str, str]]) -> str | None:
    """The code that a word stands for; None where it stands for nothing."""
    if not any(letter.isalnum() for letter in word) or len(word) > _LONGEST_VALUE:
        return None
    if feature == "source":
        # Sources are compared by their words: what an office calls them by will do.
        return word
    if feature == "capex_currency":
        return word.upper() if _CURRENCY.fullmatch(word) else None
    known = card_words.closed_values(feature)
    offered = known if known is not None else list(names.get(feature, {}).items())
    folded = word.casefold()
    for code, name in offered:
        if folded in (code.casefold(), str(name).casefold()):
            return code
    return None
