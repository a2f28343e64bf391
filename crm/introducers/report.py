"""The report of introducers from what the statements returned. Pure.

Each introducer has a line; the total has each lead and each outcome once, however many share it,
and adds up what the lines show.
"""

import enum
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from crm.introducers.credit import Part, Rate, Stated, part_of, split
from crm.introducers.filters import IntroducerFilters, IntroducerKind
from crm.introducers.queries import CreditFact, Facts, Introducer, LeadFact, OutcomeFact
from models.commitment import Credit, CreditRole
from models.stage import StageCode, Status

_QUALIFIED = StageCode.QUALIFIED.position


class Word(enum.StrEnum):
    """What the client says of who helped."""

    CONFIRMED = "confirmed"
    DECLINED = "declined"
    ASKED = "asked"
    NONE = "none"


@dataclass(slots=True)
class Sums:
    """Investment by currency and jobs, as far as they are known; nothing is converted."""

    amounts: Counter[str] = field(default_factory=Counter)
    jobs: int = 0
    outcome_count: int = 0
    jobs_known_count: int = 0
    unknown_amount_count: int = 0
    no_currency_count: int = 0

    @property
    def unknown_jobs_count(self) -> int:
        """Outcomes whose jobs are not known."""
        return self.outcome_count - self.jobs_known_count

    def add(self, outcome: OutcomeFact, *percents: float) -> None:
        """Take in so many percent of an outcome, or several such parts of it."""
        self.outcome_count += 1
        if outcome.capex_amount is None:
            self.unknown_amount_count += 1
        elif outcome.capex_currency is None:
            self.no_currency_count += 1
        else:
            amount = outcome.capex_amount
            self.amounts[outcome.capex_currency] += sum(part_of(amount, one) for one in percents)
        if outcome.jobs_count is not None:
            self.jobs_known_count += 1
            jobs = outcome.jobs_count
            self.jobs += sum(part_of(jobs, one) for one in percents)


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """An outcome as one introducer has to do with it; `part` is None where they have no credit."""

    outcome: OutcomeFact
    part: Part | None
    role: CreditRole | None
    word: Word


@dataclass(frozen=True, slots=True)
class LeadLine:
    """A lead that an introducer brought, with what became of it."""

    lead: LeadFact
    person: Introducer | None
    outcomes: Sequence[OutcomeLine]


@dataclass(slots=True)
class Line:
    """One introducer. `undivided` is what is shared with others without any stated share.

    `unadded_outcome_ids` are the outcomes whose investment is in no sum: it, or its currency, is
    not known.
    """

    introducer: Introducer | None
    lead_ids: set[int] = field(default_factory=set)
    open_count: int = 0
    qualified_count: int = 0
    announced_count: int = 0
    passed_on_count: int = 0
    full: Sums = field(default_factory=Sums)
    shared: Sums = field(default_factory=Sums)
    undivided: Sums = field(default_factory=Sums)
    among: Counter[int] = field(default_factory=Counter)
    confirmed_count: int = 0
    outcome_ids: set[int] = field(default_factory=set)
    # Once each, though an outcome may be in the sums of shared and of undivided credit.
    unadded_outcome_ids: set[int] = field(default_factory=set)

    @property
    def lead_count(self) -> int:
        """The leads they introduced."""
        return len(self.lead_ids)

    @property
    def conversion(self) -> Rate:
        """Of those not passed on to another office, the ones that are announced so far."""
        return Rate(self.announced_count, self.lead_count - self.passed_on_count)


@dataclass(frozen=True, slots=True)
class Report:
    """Every line, those with the most behind them first; the total counts each outcome once."""

    lines: Sequence[Line]
    total: Line
    restricted_count: int
    undated_count: int


def build_report(facts: Facts, filters: IntroducerFilters) -> Report:
    """The lines of the report."""
    of_people = filters.of_people
    lines: dict[Introducer, Line] = {}
    for who, lead_id in _introduced(facts, of_people=of_people):
        _line(lines, who).lead_ids.add(lead_id)
    parts = parts_of(facts, of_people=of_people)
    words = _words(facts, of_people=of_people)
    for outcome_id, by_who in parts.items():
        outcome = facts.outcomes[outcome_id]
        if not outcome.is_ours:
            continue
        for who, part in by_who.items():
            line = _line(lines, who)
            line.outcome_ids.add(outcome_id)
            if outcome.capex_amount is None or outcome.capex_currency is None:
                line.unadded_outcome_ids.add(outcome_id)
            _take_in(line, outcome, part)
            if words.get((outcome_id, who)) is Word.CONFIRMED:
                line.confirmed_count += 1
    shown = [
        line
        for line in lines.values()
        if filters.kind in (None, line.introducer.kind if line.introducer else None)
    ]
    for line in shown:
        _count_leads(line, facts)
    shown.sort(key=_place)
    total = _total(shown, facts, parts, words)
    return Report(shown, total, _restricted(total, facts), facts.undated_count)


def find_line(report: Report, kind: str, public_id: str) -> Line | None:
    """The line of one introducer, by what its address says."""
    for line in report.lines:
        if line.introducer and (path_of(line.introducer), line.introducer.public_id) == (
            kind,
            public_id,
        ):
            return line
    return None


def path_of(introducer: Introducer) -> str:
    """What the address of an introducer's page calls its kind: both agencies are organizations."""
    if introducer.kind in (IntroducerKind.JETRO, IntroducerKind.KOTRA):
        return IntroducerKind.ORGANIZATION.value
    return introducer.kind.value


def list_leads(facts: Facts, line: Line) -> tuple[list[LeadLine], list[OutcomeLine]]:
    """The leads of one introducer with their outcomes, and the outcomes of none of these leads."""
    who = line.introducer
    assert who is not None
    of_people = who.kind is IntroducerKind.PERSON
    parts, words = parts_of(facts, of_people=of_people), _words(facts, of_people=of_people)
    roles = {
        (fact.outcome_id, _key(fact, of_people=of_people)): fact.role for fact in facts.credits
    }
    people = {
        fact.lead_id: fact.person
        for fact in facts.introductions
        if fact.introducer == who and fact.person is not None
    }

    def told(outcome_id: int) -> OutcomeLine:
        return OutcomeLine(
            facts.outcomes[outcome_id],
            parts.get(outcome_id, {}).get(who),
            roles.get((outcome_id, who)),
            words.get((outcome_id, who), Word.NONE),
        )

    of_lead: dict[int, list[int]] = {}
    for outcome_id, outcome in facts.outcomes.items():
        if outcome.lead_id is not None:
            of_lead.setdefault(outcome.lead_id, []).append(outcome_id)
    ordered = sorted(
        line.lead_ids,
        key=lambda lead_id: (
            -facts.leads[lead_id].stage.position,
            facts.leads[lead_id].title.casefold(),
        ),
    )
    leads = [
        LeadLine(
            facts.leads[lead_id],
            people.get(lead_id) if not of_people else None,
            [told(outcome_id) for outcome_id in of_lead.get(lead_id, ())],
        )
        for lead_id in ordered
    ]
    others = [
        told(outcome_id)
        for outcome_id, by_who in parts.items()
        if who in by_who and facts.outcomes[outcome_id].lead_id not in line.lead_ids
    ]
    return leads, others


def parts_of(facts: Facts, *, of_people: bool) -> dict[int, dict[Introducer, Part]]:
    """Each one's part of each outcome.

    Who is credited in the announcement decides; where nobody is, those who introduced its lead.
    """
    stated: dict[int, list[Stated]] = {}
    for fact in facts.credits:
        stated.setdefault(fact.outcome_id, []).append(
            Stated(_key(fact, of_people=of_people), fact.credit, fact.share_percent)
        )
    of_lead: dict[int, list[Stated]] = {}
    for introduction in facts.introductions:
        who = introduction.person if of_people else None
        key: Hashable = who or introduction.introducer
        of_lead.setdefault(introduction.lead_id, []).append(
            Stated(key, None, introduction.share_percent)
        )
    found = {}
    for outcome_id, outcome in facts.outcomes.items():
        several = stated.get(outcome_id)
        if several is None and outcome.lead_id is not None:
            several = of_lead.get(outcome.lead_id)
        if several:
            parts = split(several)
            found[outcome_id] = {
                key: part for key, part in parts.items() if isinstance(key, Introducer)
            }
    return found


def _introduced(facts: Facts, *, of_people: bool) -> list[tuple[Introducer, int]]:
    found = [
        ((fact.person if of_people else None) or fact.introducer, fact.lead_id)
        for fact in facts.introductions
    ]
    for credit in facts.credits:
        lead_id = facts.outcomes[credit.outcome_id].lead_id
        if credit.role is CreditRole.INTRODUCED and lead_id is not None:
            found.append((_key(credit, of_people=of_people), lead_id))
    return found


def _key(fact: CreditFact, *, of_people: bool) -> Introducer:
    return (fact.person if of_people else None) or fact.introducer


def _words(facts: Facts, *, of_people: bool) -> dict[tuple[int, Introducer], Word]:
    found: dict[tuple[int, Introducer], Word] = {}
    order = list(Word)
    for fact in facts.credits:
        word = Word.NONE
        if fact.is_confirmed:
            word = Word.CONFIRMED
        elif fact.is_declined:
            word = Word.DECLINED
        elif fact.is_asked:
            word = Word.ASKED
        key = (fact.outcome_id, _key(fact, of_people=of_people))
        found[key] = min(found.get(key, word), word, key=order.index)
    return found


def _line(lines: dict[Introducer, Line], who: Introducer) -> Line:
    return lines.setdefault(who, Line(who))


def _take_in(line: Line, outcome: OutcomeFact, part: Part) -> None:
    if part.credit is Credit.FULL:
        line.full.add(outcome, 100.0)
    elif part.share_percent is not None:
        line.shared.add(outcome, part.share_percent)
    else:
        line.undivided.add(outcome, part.rest_percent)
        line.among[part.among] += 1


def _count_leads(line: Line, facts: Facts) -> None:
    for lead_id in line.lead_ids:
        lead = facts.leads[lead_id]
        if lead.stage is StageCode.ANNOUNCED:
            line.announced_count += 1
        elif lead.status.is_open:
            line.open_count += 1
        if lead.stage.position >= _QUALIFIED:
            line.qualified_count += 1
        if lead.status is Status.PASSED_ON:
            line.passed_on_count += 1


def _total(
    lines: Sequence[Line],
    facts: Facts,
    parts: dict[int, dict[Introducer, Part]],
    words: dict[tuple[int, Introducer], Word],
) -> Line:
    """Each lead and each outcome once, and of an outcome what those who are shown have of it.

    So the sums of full credit and of stated shares are those of the lines; an undivided rest,
    which stands in the line of each who shares it, is here once.
    """
    total = Line(None)
    shown = {line.introducer for line in lines}
    for line in lines:
        total.lead_ids |= line.lead_ids
        total.outcome_ids |= line.outcome_ids
        total.unadded_outcome_ids |= line.unadded_outcome_ids
    _count_leads(total, facts)
    for outcome_id in sorted(total.outcome_ids):
        outcome, by_who = facts.outcomes[outcome_id], parts[outcome_id]
        held = [part for who, part in by_who.items() if who in shown]
        if any(part.credit is Credit.FULL for part in held):
            total.full.add(outcome, 100.0)
            held = []
        stated = [part.share_percent for part in held if part.share_percent is not None]
        if stated:
            total.shared.add(outcome, *stated)
        rest = next((part for part in held if part.is_undivided), None)
        if rest is not None:
            total.undivided.add(outcome, rest.rest_percent)
            total.among[rest.among] += 1
        if any(words.get((outcome_id, who)) is Word.CONFIRMED for who in by_who if who in shown):
            total.confirmed_count += 1
    return total


def _restricted(total: Line, facts: Facts) -> int:
    """How much of it is restricted to a team."""
    leads = sum(facts.leads[key].team_id is not None for key in total.lead_ids)
    return leads + sum(facts.outcomes[key].team_id is not None for key in total.outcome_ids)


def _place(line: Line) -> tuple[int, int, int, str]:
    name = line.introducer.name if line.introducer else ""
    return (-line.announced_count, -len(line.outcome_ids), -line.lead_count, name.casefold())
