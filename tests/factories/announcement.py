"""Announcements, made by the same command as in the product."""

from datetime import UTC, datetime
from typing import Any

from crm.announcements.commitments import CommitmentDetails, add_commitment
from crm.announcements.crediting import CreditDetails, credit
from crm.announcements.drafts import ApprovalDetails, add_draft, record_approval
from crm.announcements.service import AnnouncementDetails, announce
from crm.announcements.sources import ClaimDetails, SourceDetails, add_claim, add_source
from crm.database import Database
from models.announcement import Announcement, AnnouncementKind
from models.commitment import ApprovalParty, CommitmentKind, CreditRole
from models.lead import Lead
from models.user import LOCAL_ADMINISTRATOR, Actor

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def announcement_details(**values: Any) -> AnnouncementDetails:
    """Details of an announcement; whatever is given replaces the default."""
    return AnnouncementDetails(
        **{
            "kind": AnnouncementKind.NEW_ESTABLISHMENT,
            "title": "Sample Industries comes to Maple Falls",
            "source": "City release of 19 November 2026",
            **values,
        }
    )


def make_announcement(
    database: Database,
    lead: Lead | None,
    *,
    actor: Actor = LOCAL_ADMINISTRATOR,
    now: datetime = NOW,
    **values: Any,
) -> Announcement:
    """The announcement of a lead, or of others."""
    with database.transaction(actor) as session:
        found = session.get_one(Lead, lead.id) if lead is not None else None
        return announce(session, found, announcement_details(**values), actor=actor, now=now)


def hang_everything(
    database: Database, made: Announcement, word: str, *, actor: Actor = LOCAL_ADMINISTRATOR
) -> None:
    """A promise, a print and what it says, credit, and words that somebody agreed to."""
    with database.transaction(actor) as session:
        found = session.get_one(Announcement, made.id)
        promise = CommitmentDetails(CommitmentKind.PRODUCT, word)
        add_commitment(session, found, promise, actor=actor)
        source = add_source(session, found, SourceDetails(f"{word} Times"), actor=actor)
        add_claim(session, found, source, ClaimDetails(word, word, word), actor=actor)
        credit(session, found, CreditDetails(CreditRole.HELPED, name=word), actor=actor)
        draft = add_draft(session, found, word, actor=actor, now=NOW)
        agreed = ApprovalDetails(ApprovalParty.COMPANY, True, word)
        record_approval(session, draft, agreed, actor=actor, now=NOW)
