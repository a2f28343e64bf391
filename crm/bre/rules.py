"""The rules that turn answers into flags and proposed work, as data with a version each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from crm.bre.condition_reading import EACH, ConditionReader
from crm.bre.conditions import Condition
from crm.bre.documents import Place
from crm.bre.printing import FIGURES, LABELS, placeholders
from crm.bre.quantities import LAST
from crm.bre.questionnaire import (
    WITH_OPTIONS,
    Questionnaire,
    Wording,
    default_questionnaire,
    read_toml,
)
from models.errors import N_
from models.stage import LeadType, StageCode

# What the office's own staff read; the company never sees a rule.
RULE_LANGUAGES = ("en", "fr")


class Severity(StrEnum):
    """How a flag calls for attention, worst first."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"


class Axis(StrEnum):
    """What a flag is about. A firm can be at risk and about to expand at once."""

    RISK = "risk"
    EXPANSION = "expansion"


class RuleKind(StrEnum):
    """What a rule compares: one question's answers, several questions', or two visits'."""

    ANSWER = "answer"
    CROSS = "cross"
    TREND = "trend"


class LeadProposal(StrEnum):
    """Which lead a green flag proposes."""

    EXPANSION = "expansion"
    REFERRAL = "referral"
    ATTRACTION_TARGET = "attraction_target"


@dataclass(frozen=True, slots=True)
class Proposal:
    """The lead that a green flag proposes; without a stage a person decides where it begins."""

    kind: LeadProposal
    lead_type: LeadType
    stage: StageCode | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: the flag it raises where `when` holds, unless `unless` is known to hold too.

    `when` has one condition for each part the rule goes through (`each`), or a single one.
    `yields_to` names rules whose flag says the same and more: where one rests on all the parts
    that this flag would rest on, this flag is not raised. `shows` are parts that a reader of the
    flag wants to see beside its evidence.
    """

    id: str
    version: int
    severity: Severity
    axis: Axis
    kind: RuleKind
    when: tuple[Condition, ...]
    text: Wording
    unless: Condition | None = None
    each: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    yields_to: tuple[str, ...] = ()
    proposal: Proposal | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """Every part that can become its evidence."""
        return tuple(dict.fromkeys(part for one in self.when for part in one.parts()))


@dataclass(frozen=True, slots=True)
class ActionRule:
    """Work that answers propose without being a flag; one task for each option of `each_option`."""

    id: str
    version: int
    task: str
    when: Condition
    text: Wording
    each_option: str | None = None
    shows: tuple[str, ...] = ()
    due: str | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """Every part that can become its evidence."""
        return self.when.parts()


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules of a questionnaire. So many yellow flags together make the visit red."""

    id: str
    version: int
    yellows_for_red: int
    rules: tuple[Rule, ...]
    actions: tuple[ActionRule, ...] = ()
    by_id: Mapping[str, Rule] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {rule.id: rule for rule in self.rules})


def rules_from(
    document: Mapping[str, Any], questionnaire: Questionnaire, name: str = "rules"
) -> RuleSet:
    """A set of rules from its document, checked against the questionnaire it judges.

    Raises:
        DocumentError: something is missing, unknown or twice; it says where.
    """
    return _Reader(Place(document, name), questionnaire).rule_set()


@lru_cache(maxsize=1)
def default_rules() -> RuleSet:
    """The rules of the questionnaire that ships with the product."""
    path = Path(__file__).parent / "data" / "default" / "rules.toml"
    return rules_from(read_toml(path), default_questionnaire(), "rules")


_RULE = ("id", "version", "severity", "axis", "when", "unless", "each", "shows", "yields_to")
_ACTION = ("id", "version", "task", "when", "each_option", "shows", "due", "text")


class _Reader:
    def __init__(self, document: Place, questionnaire: Questionnaire) -> None:
        self._document = document
        self._questionnaire = questionnaire
        self._conditions = ConditionReader(questionnaire)
        self._seen: set[str] = set()

    def rule_set(self) -> RuleSet:
        document = self._document
        document.names(("id", "version", "yellows_for_red", "quantities", "rules", "actions"))
        if "quantities" in document:
            quantities = document.at("quantities")
            sums = {n: self._conditions.read_sums(quantities.at(n)) for n in quantities.names()}
            self._conditions = ConditionReader(self._questionnaire, sums)
        rules = tuple(self._rule(place) for place in document.at("rules").items())
        for place, rule in zip(document.at("rules").items(), rules, strict=True):
            for other in rule.yields_to:
                if other not in self._seen:
                    raise place.wrong(N_("There is no rule “%(name)s”."), name=other)
        actions = document.at("actions").items() if "actions" in document else ()
        return RuleSet(
            id=document.at("id").text(),
            version=document.at("version").whole(),
            yellows_for_red=document.at("yellows_for_red").whole(),
            rules=rules,
            actions=tuple(self._action(place) for place in actions),
        )

    def _rule(self, place: Place) -> Rule:
        place.names((*_RULE, "text", "proposes"))
        each = self._names(place, "each")
        readers = [
            ConditionReader(self._questionnaire, self._conditions.sums, part)
            for part in each or (None,)
        ]
        when = tuple(reader.read(place.at("when")) for reader in readers)
        parts = [part for condition in when for part in condition.parts()]
        severity = place.at("severity").code(Severity)
        if (severity is Severity.GREEN) != ("proposes" in place):
            raise place.wrong(N_("A green rule proposes a lead, and no other does."))
        return Rule(
            id=self._once(place),
            version=place.at("version").whole(),
            severity=severity,
            axis=place.at("axis").code(Axis),
            kind=_kind(parts, is_each=bool(each)),
            when=when,
            text=self._text(place, is_each=bool(each)),
            unless=self._conditions.read(place.at("unless")) if "unless" in place else None,
            each=each,
            shows=self._names(place, "shows"),
            yields_to=place.at("yields_to").texts() if "yields_to" in place else (),
            proposal=_proposal(place.at("proposes")) if "proposes" in place else None,
        )

    def _action(self, place: Place) -> ActionRule:
        place.names(_ACTION)
        each = None
        if "each_option" in place:
            each = self._conditions.name(place.at("each_option"), WITH_OPTIONS)
        return ActionRule(
            id=self._once(place),
            version=place.at("version").whole(),
            task=place.at("task").text(),
            when=self._conditions.read(place.at("when")),
            text=self._text(place, is_each=each is not None),
            each_option=each,
            shows=self._names(place, "shows"),
            due=self._conditions.name(place.at("due")) if "due" in place else None,
        )

    def _names(self, place: Place, name: str) -> tuple[str, ...]:
        if name not in place:
            return ()
        return tuple(self._conditions.name(one) for one in place.at(name).items())

    def _text(self, place: Place, *, is_each: bool) -> Wording:
        text = place.at("text")
        wording = text.wording(RULE_LANGUAGES)
        own = {LABELS, FIGURES, EACH} if is_each else {LABELS, FIGURES}
        for sentence in wording.values():
            for name in placeholders(sentence) - own:
                if self._questionnaire.find_part(name.removesuffix(LAST)) is None:
                    raise text.wrong(N_("The questionnaire has no part “%(name)s”."), name=name)
        return wording

    def _once(self, place: Place) -> str:
        rule_id = place.at("id").text()
        if rule_id in self._seen:
            raise place.wrong(N_("“%(key)s” stands twice."), key=rule_id)
        self._seen.add(rule_id)
        return rule_id


def _kind(parts: list[str], *, is_each: bool) -> RuleKind:
    if any(part.endswith(LAST) for part in parts):
        return RuleKind.TREND
    questions = {part.partition(".")[0] for part in parts}
    return RuleKind.CROSS if len(questions) > 1 and not is_each else RuleKind.ANSWER


def _proposal(place: Place) -> Proposal:
    place.names(("lead", "lead_type", "stage"))
    return Proposal(
        kind=place.at("lead").code(LeadProposal),
        lead_type=place.at("lead_type").code(LeadType),
        stage=place.at("stage").code(StageCode) if "stage" in place else None,
    )
