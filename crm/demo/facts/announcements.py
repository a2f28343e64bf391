"""The announcements of the texts, which are of others: promises, prints, and who is credited."""

from crm.announcements.commitments import CommitmentDetails, add_commitment
from crm.announcements.crediting import CreditDetails, credit
from crm.announcements.service import AnnouncementDetails, PartyDetails, announce
from crm.announcements.sources import SourceDetails, add_source
from crm.demo.data import read
from crm.demo.facts.keeping import Kept, Row
from crm.demo.facts.measures import measure_of
from models.announcement import Announcement, AnnouncementKind, PartySide, Whose
from models.commitment import CommitmentKind, Credit, CreditRole
from models.document import Document
from models.measure import Qualifier


def keep_announcements(kept: Kept) -> None:
    """Write the announcements with everything that is said of each."""
    for row in read("facts/announcements"):
        announcement = announce(
            kept.session,
            None,
            AnnouncementDetails(
                kind=AnnouncementKind(row["kind"]),
                title=row["title"],
                source=row.get("source"),
                parties=tuple(
                    PartyDetails(kept.organizations[key], PartySide(side), part)
                    for key, side, part in row["parties"]
                ),
                summary=row["summary"],
                # No text gives a calendar date: only the words are kept.
                announced_as_printed=row["announced_as_printed"],
                capex=measure_of(row, "capex"),
                jobs=measure_of(row, "jobs"),
                mission_id=kept.missions[row["mission"]].id if "mission" in row else None,
                document_id=kept.documents[row["document"]],
                whose=Whose.OTHERS,
                is_made_on_mission=row.get("is_made_on_mission"),
            ),
            actor=kept.actor,
            now=kept.now,
        )
        kept.announcements[row["key"]] = announcement
        _promises(kept, announcement, row)
        _prints(kept, announcement, row)
        for one in row["credits"]:
            credit(
                kept.session,
                announcement,
                CreditDetails(
                    role=CreditRole(one["role"]),
                    credit=Credit(one["credit"]),
                    organization_id=kept.organizations[one["organization"]],
                    text=one["text"],
                    quote=one["quote"],
                    document_id=kept.documents[one["document"]],
                ),
                actor=kept.actor,
            )


def _promises(kept: Kept, announcement: Announcement, row: Row) -> None:
    for one in row["commitments"]:
        qualifier = one.get("qualifier")
        add_commitment(
            kept.session,
            announcement,
            CommitmentDetails(
                kind=CommitmentKind(one["kind"]),
                text=one.get("text"),
                amount=one.get("amount"),
                qualifier=Qualifier(qualifier) if qualifier else None,
                unit=one.get("unit"),
                is_joint=one.get("is_joint"),
                as_printed=one.get("as_printed"),
                document_id=kept.documents[one.get("document", row["document"])],
            ),
            actor=kept.actor,
        )


def _prints(kept: Kept, announcement: Announcement, row: Row) -> None:
    for one in row["sources"]:
        document = kept.session.get_one(Document, kept.documents[one["document"]])
        add_source(
            kept.session,
            announcement,
            SourceDetails(
                outlet=one.get("outlet"),
                language=document.language,
                document_id=document.id,
                is_preferred=one.get("preferred", False),
            ),
            actor=kept.actor,
        )
