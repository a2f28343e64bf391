"""What the rules say of one visit: flags with their evidence, the overall colour, proposed work."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from crm.bre.answers import Answers
from crm.bre.condition_reading import EACH
from crm.bre.conditions import Condition
from crm.bre.printing import FIGURES, LABELS, LAST_VISIT, fill, print_answer, shortened
from crm.bre.quantities import LAST, Visit
from crm.bre.questionnaire import Part, Questionnaire, in_language
from crm.bre.rules import (
    ActionRule,
    Axis,
    LeadProposal,
    Proposal,
    Rule,
    RuleKind,
    RuleSet,
    Severity,
)
from crm.bre.values import Value
from models.measure import StatedDate
from models.stage import LeadType, StageCode


class Overall(StrEnum):
    """The colour of a visit as a whole."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    NONE = "none"


class RedReason(StrEnum):
    """Why a visit is red; one that is red by yellow flags alone waits for a person's word."""

    RULE = "rule"
    YELLOWS = "yellows"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One answer that a flag rests on, and how it reads. `is_last` is the visit before."""

    part: str
    question: str
    value: Value
    label: str
    printed: str
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class Flag:
    """What one rule found; `text` says it in a sentence.

    A rule that goes through several parts raises one flag for each: `subject` tells them apart.
    """

    rule: str
    version: int
    severity: Severity
    axis: Axis
    kind: RuleKind
    evidence: tuple[Evidence, ...]
    text: str
    shows: tuple[Evidence, ...] = ()
    proposal: Proposal | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """Work that the answers propose; `option` is the one of several that it is about."""

    rule: str
    version: int
    task: str
    text: str
    evidence: tuple[Evidence, ...]
    option: str | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class LeadToOpen:
    """A lead that green flags propose: one of a kind, at the furthest stage that a flag names."""

    kind: LeadProposal
    lead_type: LeadType
    stage: StageCode | None
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything the rules say of one visit."""

    flags: tuple[Flag, ...] = ()
    overall: Overall = Overall.NONE
    red_reason: RedReason | None = None
    tasks: tuple[Task, ...] = ()
    leads: tuple[LeadToOpen, ...] = ()
    rule_set: str = ""
    rule_set_version: int = 0

    @property
    def is_composed(self) -> bool:
        """Whether it is red by yellow flags alone, which a person confirms or sets down."""
        return self.red_reason is RedReason.YELLOWS

    def on_axis(self, axis: Axis) -> Overall:
        """The worst colour of the flags on one axis."""
        found = {flag.severity for flag in self.flags if flag.axis is axis}
        worst = next((severity for severity in Severity if severity in found), None)
        return Overall(worst.value) if worst else Overall.NONE


def evaluate(
    questionnaire: Questionnaire,
    rules: RuleSet,
    answers: Answers,
    *,
    previous: Answers | None = None,
    today: date,
    language: str = "en",
) -> Evaluation:
    """Judge one visit by its answers, compared with the last visit's where a rule asks for it."""
    judging = _Judging(questionnaire, Visit(answers, today, previous), language)
    flags = _without_yielding(rules, [f for rule in rules.rules for f in judging.flags(rule)])
    severities = [flag.severity for flag in flags]
    overall, reason = _overall(severities, rules.yellows_for_red)
    return Evaluation(
        flags=tuple(flags),
        overall=overall,
        red_reason=reason,
        tasks=tuple(task for action in rules.actions for task in judging.tasks(action)),
        leads=_leads(flags),
        rule_set=rules.id,
        rule_set_version=rules.version,
    )


class _Judging:
    """One visit under judgement."""

    def __init__(self, questionnaire: Questionnaire, visit: Visit, language: str) -> None:
        self._questionnaire = questionnaire
        self._visit = visit
        self._language = language

    def flags(self, rule: Rule) -> list[Flag]:
        """The flags of a rule: none or one, or one for each of the parts it goes through."""
        if rule.unless is not None and rule.unless.judge(self._visit).holds:
            return []
        found = []
        for position, condition in enumerate(rule.when):
            each = rule.each[position] if rule.each else None
            evidence = self._evidence_where(condition)
            if evidence is not None:
                found.append(self._flag(rule, evidence, each))
        return found

    def tasks(self, action: ActionRule) -> list[Task]:
        """The tasks of an action: none or one, or one for each option that was chosen."""
        evidence = self._evidence_where(action.when)
        if evidence is None:
            return []
        due = self._visit.value(action.due) if action.due else None
        options: tuple[str | None, ...] = (None,)
        if action.each_option is not None:
            chosen = self._visit.value(action.each_option)
            options = chosen if isinstance(chosen, tuple) else ()
        sentence = in_language(action.text, self._language)
        return [
            Task(
                rule=action.id,
                version=action.version,
                task=action.task,
                text=self._say(sentence, evidence, self._option(action.each_option, option)),
                evidence=(*evidence, *self._shown(action.shows, evidence)),
                option=option,
                due_on=due.on if isinstance(due, StatedDate) else None,
            )
            for option in options
        ]

    def _flag(self, rule: Rule, evidence: tuple[Evidence, ...], each: str | None) -> Flag:
        sentence = in_language(rule.text, self._language)
        label = self._label(each) if each else ""
        return Flag(
            rule=rule.id,
            version=rule.version,
            severity=rule.severity,
            axis=rule.axis,
            kind=rule.kind,
            evidence=evidence,
            text=self._say(sentence, evidence, label),
            shows=self._shown(rule.shows, evidence),
            proposal=rule.proposal,
            subject=each,
        )

    def _evidence_where(self, condition: Condition) -> tuple[Evidence, ...] | None:
        finding = condition.judge(self._visit)
        if not finding.holds:
            return None
        return tuple(self._evidence(name) for name in finding.parts if self._is_known(name))

    def _shown(
        self, names: tuple[str, ...], evidence: tuple[Evidence, ...]
    ) -> tuple[Evidence, ...]:
        used = {(one.part, one.is_last) for one in evidence}
        return tuple(
            self._evidence(name)
            for name in names
            if self._is_known(name) and (name, False) not in used
        )

    def _is_known(self, name: str) -> bool:
        return self._visit.value(name) is not None

    def _evidence(self, name: str) -> Evidence:
        part = self._part(name)
        value = self._visit.value(name)
        assert value is not None
        return Evidence(
            part=part.key,
            question=part.question_id,
            value=value,
            label=self._label(part.key),
            printed=print_answer(part, value, self._language),
            is_last=name.endswith(LAST),
        )

    def _say(self, sentence: str, evidence: tuple[Evidence, ...], label: str) -> str:
        def quote(name: str) -> str:
            if name == LABELS:
                return ", ".join(dict.fromkeys(one.label for one in evidence))
            if name == FIGURES:
                return "; ".join(map(self._figure, evidence))
            if name == EACH:
                return label
            value = self._visit.value(name)
            return shortened(print_answer(self._part(name), value, self._language))

        return fill(sentence, quote)

    def _figure(self, one: Evidence) -> str:
        colon = "\u00a0:" if self._language == "fr" else ":"
        last = in_language(LAST_VISIT, self._language) if one.is_last else ""
        return f"{one.label}{last}{colon} {shortened(one.printed)}"

    def _part(self, name: str) -> Part:
        return self._questionnaire.get_part(name.removesuffix(LAST))

    def _label(self, key: str) -> str:
        return in_language(self._questionnaire.get_part(key).label, self._language)

    def _option(self, key: str | None, code: str | None) -> str:
        option = self._questionnaire.get_part(key).option(code) if key and code else None
        return in_language(option.label, self._language) if option else ""


def _without_yielding(rules: RuleSet, flags: list[Flag]) -> list[Flag]:
    """The flags without those whose every answer a stronger one, named by its rule, rests on."""
    rests_on = {
        flag.rule: {(one.part, one.is_last) for one in flag.evidence}
        for flag in flags
        if not rules.by_id[flag.rule].each
    }
    return [
        flag
        for flag in flags
        if not any(
            {(one.part, one.is_last) for one in flag.evidence} <= rests_on.get(other, set())
            for other in rules.by_id[flag.rule].yields_to
        )
    ]


def _overall(severities: list[Severity], yellows_for_red: int) -> tuple[Overall, RedReason | None]:
    if Severity.RED in severities:
        return Overall.RED, RedReason.RULE
    if severities.count(Severity.YELLOW) >= yellows_for_red:
        return Overall.RED, RedReason.YELLOWS
    if Severity.YELLOW in severities:
        return Overall.YELLOW, None
    return (Overall.GREEN if severities else Overall.NONE), None


def _leads(flags: list[Flag]) -> tuple[LeadToOpen, ...]:
    """One lead of each kind, however many flags propose it."""
    found: dict[LeadProposal, LeadToOpen] = {}
    for flag in flags:
        if flag.proposal is None:
            continue
        proposal = flag.proposal
        known = found.get(proposal.kind)
        stages = [proposal.stage, known.stage if known else None]
        stage = max((one for one in stages if one), key=lambda one: one.position, default=None)
        found[proposal.kind] = LeadToOpen(
            kind=proposal.kind,
            lead_type=proposal.lead_type,
            stage=stage,
            rules=(*(known.rules if known else ()), flag.rule),
        )
    return tuple(found.values())
