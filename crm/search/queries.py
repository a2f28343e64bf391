"""What the search box and its page show: the best records of each kind, with where they stand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.interactions.choice_queries import native_name_of_lead
from crm.search.candidates import FEW, NAMES, Found, find, find_near
from crm.search.excerpts import excerpt, holds
from crm.search.query import Query, read_query
from crm.search.ranking import NEAR, Hit, best_of_each
from models.agreement import Agreement, Statistic
from models.announcement import Announcement
from models.contact import Contact
from models.interaction import Interaction, InteractionKind
from models.lead import Lead
from models.measure import Precision
from models.mission import Mission
from models.organization import Organization
from models.search import SearchKind
from models.stage import StageCode, Status

SHOWN, MOST_SHOWN = 10, 200
# What is told of a record is shown around what was typed, once it is longer.
_LINE = 160
# Entries read where the first are too few: a record has several names.
_MOST_READ = 1_000
# Names before texts.
_ORDER = (
    SearchKind.ORGANIZATION,
    SearchKind.CONTACT,
    SearchKind.LEAD,
    SearchKind.MISSION,
    SearchKind.ANNOUNCEMENT,
    SearchKind.AGREEMENT,
    SearchKind.STATISTIC,
    SearchKind.INTERACTION,
)
# Whose names are misspelt; of a text too many are nearly anything.
_NEAR = NAMES[:4]


@dataclass(frozen=True, slots=True)
class Row:
    """One record that was found. What a kind does not have is None.

    `by` is the name by which it was found, `matched` the same where the row does not show it yet.
    """

    kind: SearchKind
    public_id: str
    name: str
    by: str
    score: float
    is_demo: bool
    native_name: str | None = None
    native_language: str | None = None
    matched: str | None = None
    matched_language: str | None = None
    country: str | None = None
    stage: StageCode | None = None
    status: Status | None = None
    title: str | None = None
    on: date | None = None
    precision: Precision | None = None
    contact_by: InteractionKind | None = None
    about: str | None = None
    about_native: str | None = None
    about_language: str | None = None

    @property
    def is_near(self) -> bool:
        """Whether the name is only nearly what was typed."""
        return self.score <= NEAR


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one kind, best first. `count` is how many there are, at least when `is_more`."""

    kind: SearchKind
    rows: Sequence[Row]
    count: int
    is_more: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, in groups. `is_short` says that the words are too few to look for."""

    text: str
    groups: Sequence[Group]
    is_short: bool = False

    @property
    def count(self) -> int:
        """How many rows there are to show."""
        return sum(len(group.rows) for group in self.groups)


def search(
    session: Session,
    text: str,
    *,
    now: datetime,
    kinds: Collection[SearchKind] = tuple(SearchKind),
    most: int = SHOWN,
) -> Answer:
    """The best records of each kind; where few have the words, also those that almost do."""
    query = read_query(text)
    if not query.is_usable:
        return Answer(text, [], is_short=True)
    found = {
        kind: _find(session, query, kind, now=now, most=most) for kind in _ORDER if kind in kinds
    }
    if sum(len(each.hits) for each in found.values()) < FEW:
        for kind in _NEAR:
            if kind in found:
                near = find_near(session, query, kind, now=now)
                hits = best_of_each((*found[kind].hits, *near))
                found[kind] = Found(hits, is_more=False)
    groups = [
        Group(kind, _rows(session, query, kind, each.hits[:most]), len(each.hits), each.is_more)
        for kind, each in found.items()
        if each.hits
    ]
    return Answer(text, sorted(groups, key=_place))


def search_top(
    session: Session,
    text: str,
    *,
    now: datetime,
    kinds: Collection[SearchKind] = tuple(SearchKind),
    most: int = SHOWN,
) -> Answer:
    """The best few of all kinds together, still in groups: what is shown while somebody types.

    Each kind that has an answer keeps its best one.
    """
    answer = search(session, text, now=now, kinds=kinds, most=most)
    firsts = [group.rows[0] for group in answer.groups]
    others = [row for group in answer.groups for row in group.rows[1:]]
    others.sort(key=lambda row: -row.score)
    kept = {(row.kind, row.public_id) for row in (*firsts, *others)[:most]}
    groups = [
        Group(
            group.kind,
            [row for row in group.rows if (row.kind, row.public_id) in kept],
            group.count,
            group.is_more,
        )
        for group in answer.groups
    ]
    return Answer(text, groups, is_short=answer.is_short)


def _find(session: Session, query: Query, kind: SearchKind, *, now: datetime, most: int) -> Found:
    """Hits of a kind, enough to show so many."""
    if most <= SHOWN:
        found = find(session, query, kind, now=now)
        if len(found.hits) >= most or not found.is_more:
            return found
    return find(session, query, kind, now=now, most=_MOST_READ)


def _place(group: Group) -> tuple[bool, float, int]:
    best = group.rows[0].score if group.rows else 0.0
    return group.kind not in NAMES, -best, _ORDER.index(group.kind)


def _rows(session: Session, query: Query, kind: SearchKind, hits: Sequence[Hit]) -> list[Row]:
    """The rows of these hits, one statement; a record that is out of sight is left out."""
    read = _READERS[kind]
    by_id = {row.id: row for row in session.execute(read([hit.record_id for hit in hits]))}
    return [_row(query, hit, by_id[hit.record_id]) for hit in hits if hit.record_id in by_id]


def _row(query: Query, hit: Hit, record: Any) -> Row:
    values = dict(record._mapping)
    del values["id"]
    if hit.kind is SearchKind.INTERACTION:
        whole, starts_at = values.pop("text"), values.pop("starts_at")
        values["on"] = values["on"] or (starts_at.date() if starts_at else None)
        by = excerpt(query, whole) if whole else hit.text
        values["name"] = values["name"] or hit.text
    else:
        by = hit.text if len(hit.text) <= _LINE else excerpt(query, hit.text)
    if hit.kind is SearchKind.STATISTIC and (year := values.pop("year")) is not None:
        values |= {"on": date(year, 1, 1), "precision": Precision.YEAR}
    if hit.kind is SearchKind.AGREEMENT and values["on"] is None:
        values["precision"] = None
    shown = [name for name in (values["name"], values.get("native_name")) if name]
    is_shown = by in shown or any(holds(query, name) for name in shown)
    return Row(
        kind=hit.kind,
        by=by,
        score=round(hit.score, 1),
        matched=None if is_shown else by,
        matched_language=None if is_shown else hit.language,
        **values,
    )


def _organizations(ids: Sequence[int]) -> Any:
    return sa.select(
        Organization.id,
        Organization.public_id,
        Organization.name,
        Organization.native_name,
        Organization.native_language,
        Organization.country,
        Organization.is_demo,
    ).where(Organization.id.in_(ids))


def _contacts(ids: Sequence[int]) -> Any:
    return (
        sa.select(
            Contact.id,
            Contact.public_id,
            Contact.printed_name.label("name"),
            Contact.native_name,
            Contact.language.label("native_language"),
            sa.func.coalesce(Contact.title, Contact.native_title).label("title"),
            *_about(Organization.name),
            Contact.is_demo,
        )
        .outerjoin(Organization, Organization.id == Contact.organization_id)
        .where(Contact.id.in_(ids))
    )


def _leads(ids: Sequence[int]) -> Any:
    return (
        sa.select(
            Lead.id,
            Lead.public_id,
            Lead.title.label("name"),
            *native_name_of_lead(),
            Lead.stage,
            Lead.status,
            Lead.is_demo,
        )
        .outerjoin(Organization, Organization.id == Lead.organization_id)
        .where(Lead.id.in_(ids))
    )


def _interactions(ids: Sequence[int]) -> Any:
    return (
        sa.select(
            Interaction.id,
            Interaction.public_id,
            Interaction.summary.label("name"),
            Interaction.text,
            Interaction.kind.label("contact_by"),
            Interaction.happened_on.label("on"),
            Interaction.starts_at,
            Interaction.happened_precision.label("precision"),
            sa.func.coalesce(Lead.title, Organization.name).label("about"),
            Interaction.is_demo,
        )
        .outerjoin(Lead, Lead.id == Interaction.lead_id)
        .outerjoin(Organization, Organization.id == Interaction.organization_id)
        .where(Interaction.id.in_(ids))
    )


def _missions(ids: Sequence[int]) -> Any:
    return sa.select(
        Mission.id,
        Mission.public_id,
        Mission.name,
        Mission.starts_on.label("on"),
        Mission.dates_precision.label("precision"),
        Mission.is_demo,
    ).where(Mission.id.in_(ids))


def _announcements(ids: Sequence[int]) -> Any:
    return sa.select(
        Announcement.id,
        Announcement.public_id,
        Announcement.title.label("name"),
        Announcement.announced_on.label("on"),
        Announcement.announced_precision.label("precision"),
        Announcement.is_demo,
    ).where(Announcement.id.in_(ids))


def _agreements(ids: Sequence[int]) -> Any:
    return sa.select(
        Agreement.id,
        Agreement.public_id,
        Agreement.name,
        Agreement.effective_on.label("on"),
        Agreement.effective_precision.label("precision"),
        Agreement.is_demo,
    ).where(Agreement.id.in_(ids))


def _statistics(ids: Sequence[int]) -> Any:
    return sa.select(
        Statistic.id,
        Statistic.public_id,
        Statistic.title.label("name"),
        Statistic.country,
        Statistic.year,
        Statistic.is_demo,
    ).where(Statistic.id.in_(ids))


def _about(name: Any) -> list[Any]:
    return [
        name.label("about"),
        Organization.native_name.label("about_native"),
        Organization.native_language.label("about_language"),
    ]


_READERS = {
    SearchKind.ORGANIZATION: _organizations,
    SearchKind.CONTACT: _contacts,
    SearchKind.LEAD: _leads,
    SearchKind.INTERACTION: _interactions,
    SearchKind.MISSION: _missions,
    SearchKind.ANNOUNCEMENT: _announcements,
    SearchKind.AGREEMENT: _agreements,
    SearchKind.STATISTIC: _statistics,
}
