"""Writes everything that the five texts tell, in the order in which records need each other."""

from datetime import datetime

from sqlalchemy.orm import Session

from crm.demo.facts.agreements import cite_all, keep_agreements
from crm.demo.facts.announcements import keep_announcements
from crm.demo.facts.keeping import Kept, keep_claims, keep_records
from crm.demo.facts.missions import keep_missions, keep_promises, keep_visits


def keep_facts(session: Session, *, sectors: dict[str, int], now: datetime) -> dict[str, int]:
    """Write the public facts; returns how many records of each kind."""
    kept = Kept(session, now, dict(sectors))
    keep_records(kept)
    keep_missions(kept)
    keep_announcements(kept)
    keep_agreements(kept)
    cite_all(kept)
    visits = keep_visits(kept)
    promises = keep_promises(kept)
    claims = keep_claims(kept)
    return {
        "public_documents": len(kept.documents),
        "public_organizations": len(kept.organizations),
        "public_contacts": len(kept.contacts),
        "public_missions": len(kept.missions),
        "public_announcements": len(kept.announcements),
        "public_agreements": len(kept.agreements),
        "public_statistics": len(kept.statistics),
        "public_visits": visits,
        "public_promises": promises,
        "public_claims": claims,
    }
