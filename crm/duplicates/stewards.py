"""Pairs that only a steward may know of: somebody entered what may be another team's secret.

Who enters an organization is told nothing, whatever comes of it here: the same is read and
compared whether or not a secret organization bears the name.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm import visibility
from crm.duplicates.parties import load_parties
from crm.identity.matching import REVIEWED, Matcher, Verdict
from crm.interactions.follow_ups import FollowUpDetails, promise
from models.duplicate import DistinctPair, NoticeState, StewardNotice
from models.errors import DomainError, ForbiddenError, NotFoundError, N_
from models.interaction import FollowUp
from models.lead import Lead
from models.organization import Organization
from models.user import Actor, Role, TeamMember, User

# Says to somebody, in their language, whom they should talk to.
Wording = Callable[[User, Sequence[User]], str]


@contextmanager
def seeing_all(session: Session, actor: Actor, *, purpose: str) -> Iterator[None]:
    """Let a writing session read every row for one step; then the actor looks again.

    Only columns are read in it: a record of the session would stay in sight afterwards.
    """
    visibility.set_unscoped(session, purpose)
    try:
        yield
    finally:
        visibility.set_viewer(session, actor)


def compare_with_hidden(
    session: Session, organization_ids: Collection[int], *, actor: Actor, now: datetime
) -> None:
    """Tell the stewards where a new organization may be one that the actor cannot see."""
    if actor.sees_all or not organization_ids:
        return
    session.flush()
    with seeing_all(session, actor, purpose="compare with what is hidden"):
        hidden = load_parties(
            session,
            None,
            Organization.team_id.is_not(None),
            Organization.team_id.not_in(sorted(actor.team_ids)),
        )
        matcher = Matcher(hidden)
        teams: dict[int, int | None] = {
            row.id: row.team_id
            for row in session.execute(
                sa.select(Organization.id, Organization.team_id).where(
                    Organization.team_id.is_not(None)
                )
            )
        }
        notices = [
            StewardNotice(
                organization_id=candidate.key,
                other_id=party.key,
                team_id=teams[int(str(candidate.key))],
                reason=candidate.reason.code,
                state=NoticeState.OPEN,
                actor_id=actor.id,
                noticed_at=now,
            )
            for party in load_parties(session, organization_ids)
            for candidate in matcher.find(party)
            if candidate.verdict is not Verdict.NONE and candidate.score >= REVIEWED
        ]
        session.add_all(notices)
        session.flush()
    for notice in notices:
        session.expunge(notice)


def is_steward(session: Session, actor: Actor) -> bool:
    """Whether the actor answers for such pairs: an administrator, and named if anybody is."""
    if not actor.may_administer:
        return False
    named = set(list_stewards(session))
    return not named or actor.id in {user.id for user in named}


def list_stewards(session: Session) -> Sequence[User]:
    """Those named, and still here."""
    return session.scalars(
        sa.select(User)
        .where(User.is_steward, User.is_active, User.role == Role.ADMIN)
        .order_by(User.name)
    ).all()


def list_administrators(session: Session) -> Sequence[User]:
    """Those who can be named."""
    return session.scalars(
        sa.select(User).where(User.is_active, User.role == Role.ADMIN).order_by(User.name)
    ).all()


def name_steward(session: Session, user_public_id: str, *, is_named: bool, actor: Actor) -> User:
    """Name an administrator as a steward, or no longer.

    Raises:
        ForbiddenError: the actor is no steward.
        NotFoundError: there is no such administrator.
    """
    must_be_steward(session, actor)
    user = session.scalars(
        sa.select(User).where(
            User.public_id == user_public_id, User.is_active, User.role == Role.ADMIN
        )
    ).one_or_none()
    if user is None:
        raise NotFoundError
    user.is_steward = is_named
    session.flush()
    return user


def must_be_steward(session: Session, actor: Actor) -> None:
    """Refuse everybody else.

    Raises:
        ForbiddenError: the actor is no steward.
    """
    if not is_steward(session, actor):
        raise ForbiddenError(N_("Only the stewards who were named look after these."))


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A pair as a steward sees it."""

    notice: StewardNotice
    hidden: Organization
    entered: Organization
    entered_by: User | None
    hidden_owners: Sequence[User]
    entered_owners: Sequence[User]


def list_notices(
    session: Session,
    actor: Actor,
    *,
    state: NoticeState | None = NoticeState.OPEN,
    limit: int = 100,
) -> list[NoticeRow]:
    """The latest notices with who is concerned; a fixed number of statements.

    Raises:
        ForbiddenError: the actor is no steward.
    """
    must_be_steward(session, actor)
    statement = sa.select(StewardNotice).order_by(
        StewardNotice.noticed_at.desc(), StewardNotice.id.desc()
    )
    if state is not None:
        statement = statement.where(StewardNotice.state == state)
    notices = session.scalars(statement.limit(limit)).all()
    return _rows(session, notices)


def get_notice(session: Session, public_id: str, actor: Actor) -> NoticeRow:
    """One notice.

    Raises:
        ForbiddenError: the actor is no steward.
        NotFoundError: there is none.
    """
    must_be_steward(session, actor)
    notice = session.scalars(
        sa.select(StewardNotice).where(StewardNotice.public_id == public_id)
    ).one_or_none()
    if notice is None:
        raise NotFoundError
    return _rows(session, [notice])[0]


def dismiss(session: Session, row: NoticeRow, *, actor: Actor, now: datetime) -> None:
    """They are not the same; nobody is asked again.

    Raises:
        DomainError: it is settled already.
    """
    _settle(row, NoticeState.DISMISSED, actor=actor, now=now)
    low, high = sorted((row.hidden.id, row.entered.id))
    if session.get(DistinctPair, (low, high)) is None:
        session.add(
            DistinctPair(organization_id=low, other_id=high, actor_id=actor.id, decided_at=now)
        )
    session.flush()


def tell_owners(
    session: Session, row: NoticeRow, *, wording: Wording, actor: Actor, now: datetime
) -> list[User]:
    """Give each side's owners the follow-up to talk to the other's; who was told.

    Whoever entered the firm is told whom to talk to, never of which firm: their follow-up names
    none. The team's own names the hidden one, and has its team.

    Raises:
        DomainError: it is settled already, or one side has nobody to tell.
    """
    inside = list(row.hidden_owners) or _members(session, row.hidden.team_id)
    outside = list(row.entered_owners) or [user for user in [row.entered_by] if user is not None]
    inside_ids = {user.id for user in inside}
    outside = [user for user in outside if user.id not in inside_ids]
    if not inside or not outside:
        raise DomainError(
            N_("One of the two sides has nobody who could be told. Talk to them yourself.")
        )
    _settle(row, NoticeState.TOLD, actor=actor, now=now)
    for user in outside:
        _ask(session, user, wording(user, inside), None, actor=actor, now=now)
    for user in inside:
        _ask(session, user, wording(user, outside), row.hidden.id, actor=actor, now=now)
    session.flush()
    return [*inside, *outside]


def _ask(
    session: Session,
    user: User,
    text: str,
    organization_id: int | None,
    *,
    actor: Actor,
    now: datetime,
) -> FollowUp:
    details = FollowUpDetails(
        text=text,
        owner_id=user.id,
        office_id=user.office_id,
        organization_id=organization_id,
        due_on=now.date(),
    )
    return promise(session, details, lead=None, actor=actor, now=now)


def _settle(row: NoticeRow, state: NoticeState, *, actor: Actor, now: datetime) -> None:
    if row.notice.state is not NoticeState.OPEN:
        raise DomainError(N_("Somebody has settled this already."))
    row.notice.state = state
    row.notice.settled_by_id = actor.id
    row.notice.settled_at = now


def _rows(session: Session, notices: Sequence[StewardNotice]) -> list[NoticeRow]:
    keys = {key for notice in notices for key in (notice.organization_id, notice.other_id)}
    organizations = {
        row.id: row
        for row in session.scalars(sa.select(Organization).where(Organization.id.in_(keys)))
    }
    owners: dict[int, dict[int, User]] = {}
    for key, user in session.execute(
        sa.select(Lead.organization_id, User)
        .join(User, User.id == Lead.owner_id)
        .where(Lead.organization_id.in_(keys), User.is_active)
        .order_by(User.name)
    ):
        owners.setdefault(int(key or 0), {})[user.id] = user
    writers = {
        user.id: user
        for user in session.scalars(
            sa.select(User).where(User.id.in_({notice.actor_id for notice in notices}))
        )
    }
    return [
        NoticeRow(
            notice=notice,
            hidden=organizations[notice.organization_id],
            entered=organizations[notice.other_id],
            entered_by=writers.get(notice.actor_id or 0),
            hidden_owners=list(owners.get(notice.organization_id, {}).values()),
            entered_owners=list(owners.get(notice.other_id, {}).values()),
        )
        for notice in notices
    ]


def _members(session: Session, team_id: int | None) -> list[User]:
    return list(
        session.scalars(
            sa.select(User)
            .join(TeamMember, TeamMember.user_id == User.id)
            .where(TeamMember.team_id == team_id, User.is_active)
            .order_by(User.name)
        )
    )
