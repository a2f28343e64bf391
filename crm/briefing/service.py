"""The command behind every book: read with the right sight, worded, set, and put on record."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from config import Config
from crm.briefing.book import Reader, word_book
from crm.briefing.languages import in_language
from crm.briefing.reading import Book, load_book, load_company, sight_for_print
from crm.briefing.typesetting import to_pdf
from crm.database import Database
from crm.exports.columns import Table
from crm.exports.rules import export_table
from crm.timezones import today
from models.errors import NotFoundError
from models.organization import Organization
from models.user import Actor


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which book: of a mission or of one company, in which language.

    `with_names` tells the companies behind code names as well.
    """

    mission_id: str | None = None
    organization_id: str | None = None
    language: str = "en"
    with_names: bool = False


def make_book(
    database: Database,
    wanted: Wanted,
    *,
    actor: Actor,
    now: datetime,
    config: Config,
    is_confirmed: bool,
) -> bytes:
    """The book as a PDF. It leaves the house like any export: audited, counted, and what is
    restricted only with the password typed lately.

    Raises:
        UnconfirmedError: it tells what is restricted, and nobody typed the password lately.
        DomainError: too many exports within an hour, or the fonts are not there.
        NotFoundError: there is no such mission or company that the actor may see.
    """
    day = today(now, actor.time_zone)
    with database.reader(sight_for_print(actor)) as session:
        if wanted.mission_id is not None:
            book = load_book(
                session, wanted.mission_id, now=now, today=day, with_names=wanted.with_names
            )
        else:
            key = session.scalar(
                sa.select(Organization.id).where(
                    Organization.public_id == (wanted.organization_id or "")
                )
            )
            if key is None:
                raise NotFoundError
            book = load_company(session, key, now=now, today=day, with_names=wanted.with_names)
        with in_language(wanted.language):
            document = word_book(book, Reader(actor.name, actor.time_zone), now=now)
    with database.transaction(actor) as session:
        export_table(
            session,
            lambda _session, _occasion: _entry(book, wanted),
            "missions" if book.mission is not None else "organizations",
            actor=actor,
            now=now,
            today=day,
            config=config,
            is_confirmed=is_confirmed,
        )
    return to_pdf(document)


def _entry(book: Book, wanted: Wanted) -> Table:
    """What the audit says of a book."""
    about = {"mission": wanted.mission_id, "organization": wanted.organization_id}
    filters = {name: value for name, value in about.items() if value is not None}
    filters["language"] = wanted.language
    if wanted.with_names:
        filters["with_names"] = "yes"
    # Telling a name behind a code is as delicate as telling what is a team's.
    coded = any(lead.code_name for one in book.chapters for lead in one.leads)
    restricted = book.restricted_count + (1 if wanted.with_names and coded else 0)
    return Table("briefing", (), book.chapters, filters=filters, restricted_count=restricted)
