"""Commands on flags: a person confirms one, sets it down, or opens the lead that it proposes."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from crm.bre.answering import list_answers, typed_answers
from crm.bre.answers import Answers
from crm.bre.cases import open_case
from crm.bre.finishing import is_withdrawn, rule_of
from crm.bre.flag_words import read_words
from crm.bre.rules import LeadProposal, Proposal, default_rules
from crm.bre.service import SUMMARY, must_write
from crm.bre.versions import load_questionnaire
from crm.interactions.service import ConversationDetails, log_conversation
from crm.leads.details import LeadDetails
from crm.leads.service import move_lead, open_lead
from crm.organizations.plan import OrganizationDetails
from crm.timezones import today
from models.bre_call import (
    BreCall,
    BreCase,
    BreFlag,
    Consent,
    FlagStanding,
    InConfidence,
    Severity,
)
from models.errors import DomainError, ForbiddenError, N_
from models.interaction import InteractionKind
from models.lead import Lead
from models.measure import UNKNOWN, Measure, Precision, Qualifier, StatedDate
from models.organization import Organization
from models.stage import LeadType
from models.user import Actor

# What becomes facts of the lead, besides the flag's own evidence.
_PLANS = (
    *("E2.activity", "E2.places", "E2.capex", "E2.jobs", "E2.starts"),
    "E6.recommended",
)
_REASON = N_("Said in confidence on a company visit")


@dataclass(frozen=True, slots=True)
class LeadWish:
    """What a person says of the lead that a flag proposes.

    A referral names another company. Without `is_open` only the team of company visits sees it.
    """

    code_name: str | None = None
    company: str | None = None
    lead_type: LeadType | None = None
    is_open: bool = False


def judge_flag(
    session: Session,
    flag: BreFlag,
    standing: FlagStanding,
    *,
    reason: str | None = None,
    actor: Actor,
    now: datetime,
) -> BreCase | None:
    """Confirm a flag or set it down. A red one made of yellow flags is a case when confirmed.

    Raises:
        DomainError: it is set down without a reason, or was withdrawn.
        ForbiddenError: the actor may not write, or is not in the team.
    """
    _must_judge(flag, actor)
    if standing not in (FlagStanding.CONFIRMED, FlagStanding.SET_DOWN):
        raise DomainError(N_("Confirm the flag, or set it down."))
    reason = (reason or "").strip() or None
    if standing is FlagStanding.SET_DOWN and reason is None:
        raise DomainError(N_("Say why the flag is set down."), field="reason")
    if flag.standing is FlagStanding.CLOSED:
        raise DomainError(N_("This flag is closed."))
    flag.standing, flag.set_down_reason = standing, reason
    flag.judged_by_id, flag.judged_at = actor.id, now
    session.flush()
    if (
        standing is FlagStanding.CONFIRMED
        and flag.severity is Severity.RED
        and flag.case_id is None
    ):
        call = session.get_one(BreCall, flag.call_id)
        return open_case(session, call, [flag], actor=actor, now=now)
    return None


def open_flag_again(session: Session, flag: BreFlag, *, actor: Actor) -> None:
    """Take a judgement back.

    Raises:
        DomainError: nobody has judged it.
        ForbiddenError: the actor may not write, or is not in the team.
    """
    _must_judge(flag, actor)
    if flag.standing not in (FlagStanding.CONFIRMED, FlagStanding.SET_DOWN):
        raise DomainError(N_("Nobody has judged this flag."))
    flag.standing, flag.set_down_reason = FlagStanding.OPEN, None
    flag.judged_by_id = flag.judged_at = None
    session.flush()


def proposal_of(flag: BreFlag) -> Proposal | None:
    """The lead that a flag proposes; None where it proposes none, or has become one."""
    rule = default_rules().by_id.get(rule_of(flag.rule))
    return rule.proposal if rule is not None else None


def open_lead_from_flag(
    session: Session, flag: BreFlag, wish: LeadWish, *, actor: Actor, now: datetime
) -> Lead:
    """Open the lead that a green flag proposes, with what was said as its facts.

    Only the team sees it, unless the company let its answers be shared. It stands at the stage
    that the rule names where everything asked for up to it is known, else at first contact.

    Raises:
        DomainError: it proposes none or has one, a referral names nobody, or the company has not
            let its answers be shared, or not these.
        ForbiddenError: the actor may not write, or is not in the team.
    """
    _must_judge(flag, actor)
    proposal = proposal_of(flag)
    if proposal is None:
        raise DomainError(N_("This flag proposes no lead."))
    if flag.lead_id is not None:
        raise DomainError(N_("A lead was opened from this flag already."))
    call = session.get_one(BreCall, flag.call_id)
    if wish.is_open and call.share_consent is not Consent.YES:
        raise DomainError(
            N_("The company has not said that its answers may be shared: only the team sees it."),
            field="team",
        )
    if wish.is_open and _is_in_confidence(session, flag, call):
        raise DomainError(
            N_("Some of this was said in confidence: only the team sees the lead."), field="team"
        )
    organization = session.get_one(Organization, flag.organization_id)
    details = _details(flag, call, organization, proposal, wish=wish, actor=actor, now=now)
    if details.organization_id is not None:
        details = _with_plans(details, _answers(session, call))
    lead = open_lead(session, details, actor=actor, now=now)
    if details.organization_id is not None and call.visited_on is not None:
        log_conversation(
            session,
            ConversationDetails(
                kind=InteractionKind.SITE_VISIT,
                happened_on=call.visited_on,
                precision=call.visited_precision,
                summary=SUMMARY,
                is_demo=call.is_demo,
            ),
            lead=lead,
            actor=actor,
            now=now,
        )
    if proposal.stage is not None:
        _move_where_known(session, lead, proposal, actor=actor, now=now)
    flag.lead_id = lead.id
    flag.standing = FlagStanding.CONFIRMED
    flag.judged_by_id, flag.judged_at = actor.id, now
    session.flush()
    return lead


def _is_in_confidence(session: Session, flag: BreFlag, call: BreCall) -> bool:
    """Whether an answer that the lead would tell of was marked as said in confidence."""
    told = {one["part"] for one in flag.evidence if "part" in one} | set(_PLANS)
    return any(
        row.in_confidence not in (None, InConfidence.NO)
        for part, row in list_answers(session, call).items()
        if part in told
    )


def suggested_company(session: Session, flag: BreFlag) -> str | None:
    """Whom the company named: the one a referral is about; None where it named nobody."""
    proposal = proposal_of(flag)
    if proposal is None or proposal.kind is not LeadProposal.REFERRAL:
        return None
    call = session.get_one(BreCall, flag.call_id)
    named = _answers(session, call).value("E6.recommended")
    return named if isinstance(named, str) else None


def _details(
    flag: BreFlag,
    call: BreCall,
    organization: Organization,
    proposal: Proposal,
    *,
    wish: LeadWish,
    actor: Actor,
    now: datetime,
) -> LeadDetails:
    is_own = proposal.kind is LeadProposal.EXPANSION
    named = (wish.company or "").strip() or None
    if not is_own and named is None and not (wish.code_name or "").strip():
        raise DomainError(N_("Name the company, or give the lead a code name."), field="company")
    first = StatedDate(today(now, actor.office_time_zone))
    if call.visited_on is not None and call.visited_precision is not Precision.UNKNOWN:
        first = StatedDate(call.visited_on, call.visited_precision)
    words = read_words(flag.evidence, actor.language.value)
    return LeadDetails(
        organization_id=organization.id if is_own else None,
        company=OrganizationDetails(name=named) if named and not is_own else None,
        code_name=(wish.code_name or "").strip() or None,
        lead_type=wish.lead_type or proposal.lead_type,
        market=organization.country if is_own else None,
        sector_id=organization.sector_id if is_own else None,
        owner_id=actor.id,
        office_id=call.office_id,
        first_contact=first,
        notes=words.text or None,
        team_id=None if wish.is_open else flag.team_id,
        confidentiality_reason=None if wish.is_open else _REASON,
        is_demo=call.is_demo,
    )


def _with_plans(details: LeadDetails, answers: Answers) -> LeadDetails:
    """What was said of an expansion, as facts of its lead; what was not said stays unknown."""
    capex, jobs = answers.value("E2.capex"), answers.value("E2.jobs")
    starts = answers.value("E2.starts")
    return replace(
        details,
        need=_text(answers, "E2.activity"),
        competing_places=_text(answers, "E2.places"),
        capex=capex if isinstance(capex, Measure) else UNKNOWN,
        jobs=Measure(jobs, Qualifier.EXACT) if isinstance(jobs, int) else UNKNOWN,
        target=starts if isinstance(starts, StatedDate) else None,
    )


def _text(answers: Answers, part: str) -> str | None:
    found = answers.value(part)
    return found if isinstance(found, str) else None


def _answers(session: Session, call: BreCall) -> Answers:
    questionnaire = load_questionnaire(session, call)
    return typed_answers(questionnaire, call, list_answers(session, call))


def _move_where_known(
    session: Session, lead: Lead, proposal: Proposal, *, actor: Actor, now: datetime
) -> None:
    assert proposal.stage is not None
    try:
        with session.begin_nested():
            move_lead(session, lead, proposal.stage, actor=actor, now=now)
    except DomainError:
        # Something the stage asks for is not known yet: it stays at its first contact.
        session.refresh(lead)


def _must_judge(flag: BreFlag, actor: Actor) -> None:
    must_write(actor)
    if flag.team_id not in actor.team_ids and not actor.sees_all:
        raise ForbiddenError
    if is_withdrawn(flag):
        raise DomainError(N_("This flag was withdrawn: its answer was changed."))
