"""What the pages of agreements and figures show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from crm.announcements.embargo import past_embargo
from crm.visibility import viewer_of
from crm.web.paging import Order, Page, fetch_page
from models.agreement import (
    Agreement,
    AgreementCountry,
    AgreementKind,
    AgreementSector,
    Statistic,
)
from models.announcement import Announcement
from models.document import Claim
from models.errors import NotFoundError
from models.organization import Sector

PAGE = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader chose to see. `year` is that of a figure, or in which an agreement began."""

    country: str | None = None
    sector: str | None = None
    year: int | None = None
    kind: AgreementKind | None = None

    def as_args(self) -> dict[str, str]:
        """The filters as arguments of an address."""
        found = {
            "country": self.country,
            "sector": self.sector,
            "year": str(self.year) if self.year else None,
            "kind": self.kind.value if self.kind else None,
        }
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Options:
    """What the filters offer: what is on file, sectors by code with both names."""

    countries: Sequence[str]
    sectors: Sequence[tuple[str, str, str | None]]
    years: Sequence[int]


@dataclass(frozen=True, slots=True)
class SectorName:
    """A sector in both languages."""

    name_en: str
    name_fr: str | None


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One agreement on a list."""

    record: Any
    countries: tuple[str, ...]
    sectors: tuple[SectorName, ...]


def read_filters(args: Mapping[str, str]) -> Filters:
    """The filters in an address. What is no filter of ours is left out, never an error."""
    year, kind = args.get("year", ""), args.get("kind", "")
    country, sector = args.get("country", "").strip(), args.get("sector", "").strip()
    return Filters(
        country=country if len(country) == 2 else None,
        sector=sector if 0 < len(sector) <= 80 else None,
        year=int(year) if year.isascii() and year.isdecimal() and len(year) == 4 else None,
        kind=AgreementKind(kind) if kind in set(AgreementKind) else None,
    )


def list_agreements(
    session: Session, filters: Filters, *, cursor: str | None
) -> Page[AgreementRow]:
    """A page of agreements by name."""
    statement: Any = sa.select(
        Agreement.id,
        Agreement.public_id,
        Agreement.kind,
        Agreement.name,
        Agreement.short_name,
        Agreement.effective_on,
        Agreement.effective_precision,
        Agreement.effective_as_printed,
        Agreement.signed_on,
        Agreement.signed_precision,
        Agreement.signed_as_printed,
        Agreement.ends_on,
        Agreement.is_demo,
        Agreement.document_id,
    )
    if filters.kind is not None:
        statement = statement.where(Agreement.kind == filters.kind)
    if filters.country is not None:
        statement = statement.where(
            Agreement.id.in_(
                sa.select(AgreementCountry.agreement_id).where(
                    AgreementCountry.country == filters.country
                )
            )
        )
    if filters.sector is not None:
        statement = statement.where(
            Agreement.id.in_(
                sa.select(AgreementSector.agreement_id)
                .join(Sector, Sector.id == AgreementSector.sector_id)
                .where(Sector.code == filters.sector)
            )
        )
    if filters.year is not None:
        statement = statement.where(
            sa.or_(
                *(
                    column.between(date(filters.year, 1, 1), date(filters.year, 12, 31))
                    for column in (Agreement.effective_on, Agreement.signed_on)
                )
            )
        )
    page = fetch_page(
        session,
        statement,
        Order(Agreement.name, Agreement.public_id),
        size=PAGE,
        cursor=cursor,
        value_key="name",
    )
    ids = [row.id for row in page.rows]
    countries, sectors = _countries_of(session, ids), _sectors_of(session, ids)
    rows = [
        AgreementRow(row, tuple(countries.get(row.id, ())), tuple(sectors.get(row.id, ())))
        for row in page.rows
    ]
    return Page(rows, page.next_cursor, page.is_first)


def list_statistics(session: Session, filters: Filters, *, cursor: str | None) -> Page[Any]:
    """A page of figures, the latest year first, those of unknown year last."""
    statement: Any = (
        sa.select(
            Statistic.public_id,
            Statistic.title,
            Statistic.subject,
            Statistic.country,
            Statistic.amount,
            Statistic.upper,
            Statistic.qualifier,
            Statistic.unit,
            Statistic.currency,
            Statistic.as_printed,
            Statistic.year,
            Statistic.source,
            Statistic.is_demo,
            Statistic.document_id,
            Sector.name_en,
            Sector.name_fr,
        )
        .select_from(Statistic)
        .outerjoin(Sector, Sector.id == Statistic.sector_id)
    )
    if filters.country is not None:
        statement = statement.where(Statistic.country == filters.country)
    if filters.sector is not None:
        statement = statement.where(Sector.code == filters.sector)
    if filters.year is not None:
        statement = statement.where(Statistic.year == filters.year)
    return fetch_page(
        session,
        statement,
        Order(Statistic.year, Statistic.public_id, is_descending=True, may_be_unknown=True),
        size=PAGE,
        cursor=cursor,
        value_key="year",
    )


def load_options(session: Session) -> Options:
    """What the filters of both lists offer, in three statements."""
    countries = session.scalars(
        sa.union(
            sa.select(AgreementCountry.country),
            sa.select(Statistic.country).where(Statistic.country.is_not(None)),
        )
    ).all()
    used: Any = sa.union(
        sa.select(AgreementSector.sector_id),
        sa.select(Statistic.sector_id).where(Statistic.sector_id.is_not(None)),
    )
    sectors = session.execute(
        sa.select(Sector.code, Sector.name_en, Sector.name_fr)
        .where(Sector.id.in_(used))
        .order_by(Sector.name_en)
    ).all()
    years = session.scalars(
        sa.union(
            sa.select(Statistic.year).where(Statistic.year.is_not(None)),
            *(
                sa.select(sa.cast(sa.extract("year", column), sa.Integer)).where(
                    column.is_not(None)
                )
                for column in (Agreement.effective_on, Agreement.signed_on)
            ),
        )
    ).all()
    return Options(
        countries=sorted(code for code in countries if code),
        sectors=[(code, english, french) for code, english, french in sectors],
        years=sorted({int(year) for year in years if year is not None}, reverse=True),
    )


def get_agreement(session: Session, public_id: str) -> Agreement:
    """One agreement with its countries, sectors and document.

    Raises:
        NotFoundError: there is none.
    """
    found = session.scalars(
        sa.select(Agreement)
        .where(Agreement.public_id == public_id)
        .options(
            joinedload(Agreement.document),
            selectinload(Agreement.countries),
            selectinload(Agreement.sectors).joinedload(AgreementSector.sector),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def get_statistic(session: Session, public_id: str) -> Statistic:
    """One figure with its document.

    Raises:
        NotFoundError: there is none.
    """
    found = session.scalars(
        sa.select(Statistic)
        .where(Statistic.public_id == public_id)
        .options(joinedload(Statistic.document))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def find_sector(session: Session, statistic: Statistic) -> Sector | None:
    """The sector that a figure is about."""
    if statistic.sector_id is None:
        return None
    return session.get_one(Sector, statistic.sector_id)


def sector_codes(session: Session, codes: Sequence[str]) -> tuple[int, ...]:
    """The keys of the sectors with these codes; one that is on file no more is left out."""
    if not codes:
        return ()
    return tuple(session.scalars(sa.select(Sector.id).where(Sector.code.in_(codes))))


def find_announcement(
    session: Session, agreement: Agreement, *, now: datetime
) -> Announcement | None:
    """The announcement of an agreement, if the reader may know of it."""
    if agreement.announcement_id is None:
        return None
    return session.scalars(
        sa.select(Announcement).where(
            Announcement.id == agreement.announcement_id,
            past_embargo(viewer_of(session), now=now),
        )
    ).one_or_none()


def list_claims(session: Session, agreement: Agreement, *, now: datetime) -> Sequence[Claim]:
    """What public texts say of an agreement; what is said of an announcement waits for its hour."""
    told = sa.select(Announcement.id).where(past_embargo(viewer_of(session), now=now))
    return session.scalars(
        sa.select(Claim)
        .where(
            Claim.agreement_id == agreement.id,
            sa.or_(Claim.announcement_id.is_(None), Claim.announcement_id.in_(told)),
        )
        .options(joinedload(Claim.document))
        .order_by(Claim.kind, Claim.id)
    ).all()


def list_choices(session: Session) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Agreements and figures that a record may cite: public ids with what they are called."""
    agreements = session.execute(
        sa.select(Agreement.public_id, Agreement.name, Agreement.short_name).order_by(
            Agreement.name, Agreement.id
        )
    )
    figures = session.execute(
        sa.select(Statistic.public_id, Statistic.title, Statistic.year).order_by(
            Statistic.title, Statistic.year.desc(), Statistic.id
        )
    )
    return (
        [(key, f"{short} · {name}" if short else name) for key, name, short in agreements],
        [(key, f"{title} ({year})" if year else title) for key, title, year in figures],
    )


def _countries_of(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for agreement_id, country in session.execute(
        sa.select(AgreementCountry.agreement_id, AgreementCountry.country)
        .where(AgreementCountry.agreement_id.in_(ids))
        .order_by(AgreementCountry.country)
    ):
        found.setdefault(agreement_id, []).append(country)
    return found


def _sectors_of(session: Session, ids: Sequence[int]) -> dict[int, list[SectorName]]:
    found: dict[int, list[SectorName]] = {}
    for agreement_id, english, french in session.execute(
        sa.select(AgreementSector.agreement_id, Sector.name_en, Sector.name_fr)
        .join(Sector, Sector.id == AgreementSector.sector_id)
        .where(AgreementSector.agreement_id.in_(ids))
        .order_by(Sector.name_en)
    ):
        found.setdefault(agreement_id, []).append(SectorName(english, french))
    return found
