"""The words before they are said: versions that never change, and who agreed to which of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from models.announcement import Announcement
from models.commitment import AnnouncementDraft, ApprovalParty, DraftApproval
from models.errors import DomainError, ForbiddenError, NotFoundError, N_
from models.user import Actor


@dataclass(frozen=True, slots=True)
class ApprovalDetails:
    """What one party said of one version: agreed, refused, or asked and not answered yet."""

    party: ApprovalParty
    is_agreed: bool | None
    name: str | None = None
    decided_at: datetime | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """The latest word of one party, and the version that it was about."""

    party: ApprovalParty
    approval: DraftApproval
    number: int
    is_current: bool


def add_draft(
    session: Session,
    announcement: Announcement,
    text: str,
    *,
    language: str | None = None,
    actor: Actor,
    now: datetime,
) -> AnnouncementDraft:
    """Keep one more version of the words; the ones before stay as they were agreed to.

    Raises:
        DomainError: no words, or the same as in the latest version.
    """
    if not actor.may_write:
        raise ForbiddenError
    words = text.strip().replace("\r\n", "\n")
    if not words:
        raise DomainError(N_("Write the words."), field="text")
    drafts = list_drafts(session, announcement)
    if drafts and drafts[0].text == words:
        raise DomainError(N_("These are the words of the latest version."), field="text")
    draft = AnnouncementDraft(
        announcement_id=announcement.id,
        team_id=announcement.team_id,
        number=drafts[0].number + 1 if drafts else 1,
        text=words,
        language=language or None,
        written_by_id=actor.id,
        written_at=now,
    )
    session.add(draft)
    session.flush()
    return draft


def record_approval(
    session: Session,
    draft: AnnouncementDraft,
    details: ApprovalDetails,
    *,
    actor: Actor,
    now: datetime,
) -> DraftApproval:
    """Keep what a party said of one version.

    Raises:
        DomainError: it was decided in the future, or before the version was written.
    """
    if not actor.may_write:
        raise ForbiddenError
    decided_at = details.decided_at
    if details.is_agreed is None:
        decided_at = None
    elif decided_at is None:
        decided_at = now
    elif decided_at > now + timedelta(minutes=5):
        raise DomainError(N_("This moment lies in the future."), field="decided_at")
    elif decided_at < draft.written_at - timedelta(minutes=1):
        raise DomainError(
            N_("This version was written later: nobody can have agreed to it then."),
            field="decided_at",
        )
    approval = DraftApproval(
        draft_id=draft.id,
        team_id=draft.team_id,
        party=details.party,
        name=(details.name or "").strip() or None,
        is_agreed=details.is_agreed,
        decided_at=decided_at,
        note=(details.note or "").strip() or None,
        recorded_by_id=actor.id,
    )
    session.add(approval)
    session.flush()
    return approval


def list_drafts(session: Session, announcement: Announcement) -> Sequence[AnnouncementDraft]:
    """The versions of the words, the latest first, each with what was said of it."""
    return session.scalars(
        sa.select(AnnouncementDraft)
        .where(AnnouncementDraft.announcement_id == announcement.id)
        .options(
            joinedload(AnnouncementDraft.written_by), selectinload(AnnouncementDraft.approvals)
        )
        .order_by(AnnouncementDraft.number.desc())
    ).all()


def get_draft(session: Session, announcement: Announcement, public_id: str) -> AnnouncementDraft:
    """One version of the words of this announcement.

    Raises:
        NotFoundError: it has none of this id.
    """
    for draft in list_drafts(session, announcement):
        if draft.public_id == public_id:
            return draft
    raise NotFoundError


def standings_of(drafts: Sequence[AnnouncementDraft]) -> list[Standing]:
    """The latest word of each party that was asked, in the order of `ApprovalParty`.

    A party may have several people: the latest word of each name counts. What was said of an
    older version is that, never of the latest.
    """
    if not drafts:
        return []
    latest = max(draft.number for draft in drafts)
    found: dict[tuple[ApprovalParty, str], Standing] = {}
    for draft in sorted(drafts, key=lambda one: one.number):
        for approval in draft.approvals:
            found[approval.party, (approval.name or "").casefold()] = Standing(
                approval.party, approval, draft.number, draft.number == latest
            )
    order = list(ApprovalParty)
    return sorted(found.values(), key=lambda one: (order.index(one.party), one.approval.name or ""))
