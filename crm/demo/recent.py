"""The invented office's last days: live changes by the same commands as in the application.

They come last, so that "what changed since you looked" has something to tell.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from crm import audit
from crm.demo.generator import Frame
from crm.demo.loading import Loaded, OpenLead
from crm.interactions.follow_ups import FollowUpDetails, promise
from crm.interactions.service import ConversationDetails, ParticipantDetails, log_conversation
from crm.leads.answers import Given
from crm.leads.confidentiality import restrict_lead
from crm.leads.facts import gaps_of
from crm.leads.service import edit_lead, move_lead
from crm.leads.standing import hold_lead, lose_leads, reassign_leads
from crm.timezones import today
from models.interaction import ContactDirection, InteractionKind
from models.lead import Lead, LossReason
from models.measure import Measure, Qualifier
from models.stage import StageCode, blocking_gaps
from models.user import Actor


@dataclass(frozen=True, slots=True)
class _Circle:
    """A restricted project: its code name, team, and who may own and restrict it."""

    code_name: str
    team: str
    owners: tuple[str, ...]
    reason: str


_CIRCLES = (
    _Circle("Project Heron", "Heron circle", ("haruka", "dana"), "Listed company, board in May."),
    _Circle("Project Tern", "Heron circle", ("dana", "haruka"), "A rival firm has a plant here."),
    _Circle("Projet Basalte", "Basalt circle", ("seojun", "marc"), "Entente de confidentialité."),
)
_RESTRICTED_FROM = StageCode.ENGAGED.position


def restrict_some(session: Session, frame: Frame, loaded: Loaded) -> list[OpenLead]:
    """Give three open projects a code name and a team; returns the leads that stay open to all."""
    left = list(loaded.at_hand)
    moment = frame.now - timedelta(days=20)
    for circle in _CIRCLES:
        fitting = [
            lead
            for owner in circle.owners
            for lead in left
            if lead.owner_key == owner
            and not lead.is_on_mission
            and lead.organization_id is not None
            and lead.organization_id not in loaded.shared
            and lead.stage >= _RESTRICTED_FROM
        ]
        if not fitting:
            continue
        chosen = max(fitting, key=lambda lead: lead.stage)
        left.remove(chosen)
        actor = frame.staff.actors[chosen.owner_key]
        audit.set_actor(session, actor)
        lead = session.get_one(Lead, chosen.lead_id)
        edit_lead(session, lead, {"code_name": circle.code_name}, actor=actor, now=moment)
        restrict_lead(
            session,
            lead,
            team_id=frame.staff.teams[circle.team],
            reason=circle.reason,
            actor=actor,
            now=moment,
        )
        session.flush()
    return left


def live_days(session: Session, frame: Frame, at_hand: Sequence[OpenLead]) -> set[str]:
    """Live changes of the last two days; returns the references of leads that they closed."""
    desk = _Desk(session, frame, at_hand)
    desk.do("haruka", 5, _talk, stages=range(3, 7))
    desk.do("haruka", 20, _move, stages=range(2, 4))
    desk.do("seojun", 9, _move, stages=range(1, 4))
    desk.do("seojun", 26, _resize, stages=range(3, 7))
    desk.do("marc", 30, _hold, stages=range(2, 6))
    desk.do("priya", 22, _talk, stages=range(2, 6))
    desk.do("claire", 33, _hand_over, stages=range(1, 7))
    lost = desk.do("dana", 28, _lose, stages=range(2, 6), is_losing=True)
    return {lost.reference} if lost else set()


@dataclass(frozen=True, slots=True)
class _Case:
    """One lead on somebody's desk, at the moment something is done to it."""

    session: Session
    frame: Frame
    lead: Lead
    contact_ids: tuple[int, ...]
    actor: Actor
    moment: datetime

    @property
    def day(self) -> date:
        """The day of the moment, where the actor sits."""
        return today(self.moment, self.actor.office_time_zone)


class _Desk:
    """Takes leads from their owners' desks, each once, and has something done to them."""

    def __init__(self, session: Session, frame: Frame, at_hand: Sequence[OpenLead]) -> None:
        self._session = session
        self._frame = frame
        self._left = [lead for lead in reversed(at_hand) if not lead.is_on_hold]

    def do(
        self,
        owner: str,
        hours_ago: int,
        deed: Callable[[_Case], None],
        *,
        stages: Iterable[int],
        is_losing: bool = False,
    ) -> OpenLead | None:
        wanted = set(stages)
        for lead in self._left:
            if lead.owner_key != owner or lead.stage not in wanted:
                continue
            if is_losing and lead.wins:
                continue
            self._left.remove(lead)
            actor = self._frame.staff.actors[owner]
            audit.set_actor(self._session, actor)
            deed(
                _Case(
                    session=self._session,
                    frame=self._frame,
                    lead=self._session.get_one(Lead, lead.lead_id),
                    contact_ids=lead.contact_ids,
                    actor=actor,
                    moment=self._frame.now - timedelta(hours=hours_ago),
                )
            )
            self._session.flush()
            return lead
        return None


def _talk(case: _Case) -> None:
    texts = {
        "Asia/Tokyo": ("ja", "先方の役員会は来月。質問3件は本日中に回答する。"),
        "Asia/Seoul": ("ko", "상대 이사회는 다음 달. 질문 세 건은 오늘 안에 답하기로 함."),
    }
    language, text = texts.get(
        case.actor.office_time_zone,
        ("en", "Their board meets next month. Three questions to answer."),
    )
    said = log_conversation(
        case.session,
        ConversationDetails(
            kind=InteractionKind.VIDEO,
            happened_on=case.day,
            direction=ContactDirection.IN,
            summary="Their board meets next month; three questions to answer today.",
            text=text,
            language=language,
            participants=(
                ParticipantDetails(user_id=case.actor.id),
                *(ParticipantDetails(contact_id=key) for key in case.contact_ids[:1]),
            ),
            next_step="Ask how the board received it",
            next_step_on=case.day + timedelta(days=21),
            is_demo=True,
        ),
        lead=case.lead,
        actor=case.actor,
        now=case.moment,
    )
    promise(
        case.session,
        FollowUpDetails(
            text="Answers to the three questions",
            due_on=today(case.frame.now, case.actor.office_time_zone),
            interaction_id=said.id,
        ),
        lead=case.lead,
        actor=case.actor,
        now=case.moment,
    )


def _move(case: _Case) -> None:
    """One stage on, as officers do it: what is not known yet is promised for a day."""
    stage = StageCode.at(case.lead.stage.position + 1)
    ask_by = case.day + timedelta(days=18)
    gaps = gaps_of(case.session, [case.lead], upto=stage)[case.lead.id]
    move_lead(
        case.session,
        case.lead,
        stage,
        actor=case.actor,
        now=case.moment,
        given={
            gap.requirement.field: Given(ask_by_on=ask_by)
            for gap in blocking_gaps(gaps, entering=stage)
        },
    )


def _resize(case: _Case) -> None:
    jobs = Measure(40, Qualifier.BETWEEN, upper=60, as_printed="40 to 60")
    edit_lead(case.session, case.lead, {"jobs": jobs}, actor=case.actor, now=case.moment)


def _hold(case: _Case) -> None:
    hold_lead(
        case.session,
        case.lead,
        until=case.day + timedelta(days=75),
        reason="En attente du nouveau plan à moyen terme.",
        actor=case.actor,
        now=case.moment,
    )


def _hand_over(case: _Case) -> None:
    priya = case.frame.staff.actors["priya"]
    reassign_leads(case.session, [case.lead], owner_id=priya.id, actor=case.actor, now=case.moment)


def _lose(case: _Case) -> None:
    lose_leads(
        case.session,
        [case.lead],
        code=LossReason.PLACE_WON,
        reason="A ready building and a shorter way to their customer.",
        lost_to="Ohio",
        actor=case.actor,
        now=case.moment,
    )
