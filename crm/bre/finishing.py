"""Finishing a visit: its answers are judged, flags raised or withdrawn, and a red one is a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.bre.answering import list_answers, typed_answers
from crm.bre.answers import Answers
from crm.bre.cases import open_case
from crm.bre.evaluation import Evaluation, Flag, evaluate
from crm.bre.flag_words import LANGUAGES, keep_words
from crm.bre.questionnaire import Questionnaire
from crm.bre.response import load_clock, settle_office, settle_team
from crm.bre.rules import RuleSet, default_rules
from crm.bre.service import SUMMARY, keep_taking_place, must_write
from crm.bre.versions import load_questionnaire
from crm.timezones import today
from models.bre_call import (
    BreAnswer,
    BreCall,
    BreCase,
    BreFlag,
    BreStanding,
    Consent,
    FlagAxis,
    FlagStanding,
    Severity,
)
from models.errors import DomainError, N_
from models.interaction import InteractionKind
from models.measure import Precision, StatedDate
from models.user import Actor, Office

COMPOSED = "composed"
# Stands as the reason of a flag whose rule no longer fires after an answer was put right.
WITHDRAWN = "withdrawn"
_COMPOSED_TEXT = {
    "en": "Several yellow flags together: a person says whether the company is at risk.",
    "fr": "Plusieurs drapeaux jaunes réunis\u00a0: une personne dit si l'entreprise est à risque.",
}


@dataclass(frozen=True, slots=True)
class Finished:
    """What followed from finishing a visit."""

    raised: Sequence[BreFlag] = ()
    withdrawn: Sequence[BreFlag] = ()
    case: BreCase | None = None


@dataclass(frozen=True, slots=True)
class _Wanted:
    rule: str
    version: int
    severity: Severity
    axis: FlagAxis
    evidence: list[Any]
    is_composed: bool = False


def finish_visit(
    session: Session,
    call: BreCall,
    *,
    visited: StatedDate | None = None,
    kind: InteractionKind | None = None,
    summary: str = SUMMARY,
    actor: Actor,
    now: datetime,
) -> Finished:
    """Say that a visit took place, and judge what was answered; again after an answer changed.

    The same answers give the same flags however often it is finished. A flag whose rule no longer
    fires is withdrawn while it is open; what a person has judged stays.

    Raises:
        DomainError: the company declined, or the day lies ahead.
        ForbiddenError: the actor may not write, or there are answers and the actor is not in the
            team that reads them.
    """
    must_write(actor)
    if call.standing is BreStanding.DECLINED:
        raise DomainError(N_("The company declined this visit."))
    visited = visited or _day_of(call, actor, now)
    keep_taking_place(
        session, call, visited=visited, kind=kind, summary=summary, actor=actor, now=now
    )
    call.standing = BreStanding.DONE
    if call.interviewer_id is None:
        call.interviewer_id = actor.id
    call.finished_at = now
    call.version = (call.version or 1) + 1
    session.flush()
    if call.questionnaire_id is None:
        return Finished()
    return _judge(session, call, actor=actor, now=now)


def evaluate_visit(
    session: Session, call: BreCall, *, on: date, language: str = "en"
) -> Evaluation:
    """What the rules say of a visit as it is answered now; nothing is written."""
    questionnaire = load_questionnaire(session, call)
    answers = typed_answers(questionnaire, call, list_answers(session, call))
    previous = load_previous(session, call, questionnaire)
    return evaluate(
        questionnaire,
        rules_of(questionnaire),
        answers,
        previous=previous,
        today=call.visited_on or on,
        language=language,
    )


def rules_of(questionnaire: Questionnaire) -> RuleSet:
    """The rules that judge a questionnaire: those that ship, as far as it asks what they read."""
    del questionnaire
    return default_rules()


def find_previous(session: Session, call: BreCall) -> BreCall | None:
    """The visit before this one at which the company answered something."""
    answered = sa.select(BreAnswer.id).where(BreAnswer.call_id == BreCall.id).correlate(BreCall)
    before = call.visited_on
    statement = (
        sa.select(BreCall)
        .where(
            BreCall.organization_id == call.organization_id,
            BreCall.id != call.id,
            BreCall.standing == BreStanding.DONE,
            BreCall.visited_on.is_not(None),
            answered.exists(),
        )
        .order_by(
            BreCall.site_id.is_not_distinct_from(call.site_id).desc(),
            BreCall.visited_on.desc(),
            BreCall.id.desc(),
        )
        .limit(1)
    )
    if call.site_id is not None:
        # Another facility's answers are no last visit to this one.
        statement = statement.where(
            sa.or_(BreCall.site_id == call.site_id, BreCall.site_id.is_(None))
        )
    if before is not None:
        statement = statement.where(BreCall.visited_on < before)
    return session.scalars(statement).first()


def load_previous(session: Session, call: BreCall, questionnaire: Questionnaire) -> Answers | None:
    """What was answered the last time; None where there was no last time."""
    previous = find_previous(session, call)
    if previous is None:
        return None
    return typed_answers(questionnaire, previous, list_answers(session, previous))


def _judge(session: Session, call: BreCall, *, actor: Actor, now: datetime) -> Finished:
    team_id = settle_team(session, call, actor=actor)
    questionnaire = load_questionnaire(session, call)
    answers = typed_answers(questionnaire, call, list_answers(session, call))
    _keep_consents(call, answers)
    previous = load_previous(session, call, questionnaire)
    day = call.visited_on or today(now, actor.office_time_zone)
    evaluations = {
        language: evaluate(
            questionnaire,
            rules_of(questionnaire),
            answers,
            previous=previous,
            today=day,
            language=language,
        )
        for language in LANGUAGES
    }
    wanted = _wanted(evaluations)
    settings = settle_office(session, call, actor=actor)
    clock = load_clock(session, session.get_one(Office, settings.office_id))
    days = {
        Severity.RED: settings.red_reply_days,
        Severity.YELLOW: settings.yellow_reply_days,
        Severity.GREEN: settings.green_reply_days,
    }
    known = {
        flag.rule: flag
        for flag in session.scalars(sa.select(BreFlag).where(BreFlag.call_id == call.id))
    }
    raised = []
    for key, one in wanted.items():
        flag = known.get(key)
        if flag is None:
            flag = BreFlag(
                call_id=call.id, organization_id=call.organization_id, rule=key, team_id=team_id
            )
            flag.is_demo = call.is_demo
            session.add(flag)
        elif flag.standing is FlagStanding.OPEN:
            flag.rule_version, flag.evidence = one.version, one.evidence
            flag.severity, flag.axis = one.severity, one.axis
            continue
        elif not is_withdrawn(flag):
            # Somebody has judged it: it stays as it was judged, on the evidence of then.
            continue
        flag.rule_version, flag.evidence = one.version, one.evidence
        flag.severity, flag.axis, flag.is_composed = one.severity, one.axis, one.is_composed
        flag.standing, flag.set_down_reason = FlagStanding.OPEN, None
        flag.judged_by_id = flag.judged_at = None
        flag.raised_at, flag.due_at = now, clock.due(now, days[one.severity])
        raised.append(flag)
    withdrawn = []
    for key, flag in known.items():
        if key not in wanted and flag.standing is FlagStanding.OPEN:
            flag.standing, flag.set_down_reason = FlagStanding.CLOSED, WITHDRAWN
            flag.judged_at = now
            withdrawn.append(flag)
    session.flush()
    reds = [flag for flag in raised if flag.severity is Severity.RED and not flag.is_composed]
    case = open_case(session, call, reds, actor=actor, now=now) if reds else None
    return Finished(raised, withdrawn, case)


def is_withdrawn(flag: BreFlag) -> bool:
    """Whether the rule no longer fired after an answer was put right."""
    return flag.standing is FlagStanding.CLOSED and flag.set_down_reason == WITHDRAWN


def _wanted(evaluations: dict[str, Evaluation]) -> dict[str, _Wanted]:
    first = evaluations[LANGUAGES[0]]
    keys = _keys(first.flags)
    found = {}
    for position, flag in enumerate(first.flags):
        words = {language: each.flags[position] for language, each in evaluations.items()}
        found[keys[position]] = _Wanted(
            rule=flag.rule,
            version=flag.version,
            severity=Severity(flag.severity.value),
            axis=FlagAxis(flag.axis.value),
            evidence=keep_words(words),
        )
    if first.is_composed:
        # Its evidence is the yellow flags, each by its sentence.
        yellows = [
            {
                "part": keys[position],
                "question": flag.evidence[0].question if flag.evidence else "",
                "label": dict.fromkeys(LANGUAGES, ""),
                "printed": {
                    language: each.flags[position].text for language, each in evaluations.items()
                },
                "value": None,
            }
            for position, flag in enumerate(first.flags)
            if flag.severity.value == Severity.YELLOW.value
        ]
        found[COMPOSED] = _Wanted(
            rule=COMPOSED,
            version=first.rule_set_version,
            severity=Severity.RED,
            axis=FlagAxis.RISK,
            evidence=[{"text": _COMPOSED_TEXT, "kind": COMPOSED}, *yellows],
            is_composed=True,
        )
    return found


def _keys(flags: Sequence[Flag]) -> list[str]:
    """What each flag is known by: its rule, and where a rule raised several the part of each."""
    return [
        f"{flag.rule}/{flag.evidence[0].part}"
        if _is_of_parts(flag) and flag.evidence
        else flag.rule
        for flag in flags
    ]


def rule_of(key: str) -> str:
    """The rule that a flag was raised by."""
    return key.partition("/")[0]


def _is_of_parts(flag: Flag) -> bool:
    rule = default_rules().by_id.get(flag.rule)
    return rule is not None and bool(rule.each)


def _keep_consents(call: BreCall, answers: Answers) -> None:
    """What the questionnaire asks of consent is the visit's, unless somebody said it there."""
    words = {"yes": Consent.YES, "no": Consent.NO}
    may_share, may_name = answers.value("H2.may_share"), answers.value("H2.may_name")
    if call.share_consent is None and isinstance(may_share, str):
        call.share_consent = words.get(may_share)
    if call.name_consent is None and isinstance(may_name, str):
        call.name_consent = words.get(may_name)
    following = answers.value("H2.next_contact")
    if call.next_contact_on is None and isinstance(following, StatedDate):
        call.next_contact_on = following.on if following.precision is Precision.DAY else None


def _day_of(call: BreCall, actor: Actor, now: datetime) -> StatedDate:
    if call.visited_on is not None:
        return StatedDate(call.visited_on, call.visited_precision, call.visited_as_printed)
    if call.starts_at is not None and call.starts_at <= now:
        return StatedDate(today(call.starts_at, call.time_zone or actor.office_time_zone))
    return StatedDate(today(now, actor.office_time_zone))
