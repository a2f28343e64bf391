"""Agreements, strategies and figures of the texts, and which record cites them."""

from datetime import date

from crm.agreements.citing import Cited, Subject, cite
from crm.agreements.figures import StatisticDetails, keep_statistic
from crm.agreements.service import AgreementDetails, keep_agreement
from crm.demo.data import read
from crm.demo.facts.keeping import Kept, Row
from models.agreement import AgreementKind
from models.measure import Precision, Qualifier, StatedDate


def keep_agreements(kept: Kept) -> None:
    """Write the agreements and the figures."""
    told = read("facts/agreements")
    for row in told["agreements"]:
        signed = row.get("announcement")
        kept.agreements[row["key"]] = keep_agreement(
            kept.session,
            AgreementDetails(
                kind=AgreementKind(row["kind"]),
                name=row["name"],
                short_name=row.get("short_name"),
                scope=row["scope"],
                effective=_stated(row),
                signed_as_printed=row.get("signed_as_printed"),
                countries=tuple(row["countries"]),
                sector_ids=tuple(kept.sectors[code] for code in row.get("sectors", ())),
                note=row.get("note"),
                document_id=kept.documents[row["document"]],
                announcement_id=kept.announcements[signed].id if signed else None,
            ),
            actor=kept.actor,
            now=kept.now,
        )
    for row in told["statistics"]:
        qualifier = row.get("qualifier")
        kept.statistics[row["key"]] = keep_statistic(
            kept.session,
            StatisticDetails(
                title=row["title"],
                subject=row["subject"],
                country=row["country"],
                sector_id=kept.sectors[row["sector"]] if "sector" in row else None,
                amount=row.get("amount"),
                qualifier=Qualifier(qualifier) if qualifier else None,
                # The texts say "$": which dollar it is, they do not say.
                unit=row["unit"],
                as_printed=row["as_printed"],
                year=row.get("year"),
                note=row.get("note"),
                document_id=kept.documents[row["document"]],
            ),
            actor=kept.actor,
            now=kept.now,
        )


def cite_all(kept: Kept) -> None:
    """Say which mission or announcement speaks of which agreement or figure."""
    subjects: dict[str, dict[str, Subject]] = {
        "mission": dict(kept.missions),
        "announcement": dict(kept.announcements),
    }
    cited: dict[str, Cited] = {**kept.agreements, **kept.statistics}
    for kind, key, what, note in read("facts/agreements")["citations"]:
        cite(
            kept.session,
            subjects[kind][key],
            cited[what],
            note=note,
            actor=kept.actor,
            now=kept.now,
        )


def _stated(row: Row) -> StatedDate | None:
    stated = row.get("effective")
    if stated is None:
        return None
    return StatedDate(
        date.fromisoformat(stated["on"]), Precision(stated["precision"]), stated["as_printed"]
    )
