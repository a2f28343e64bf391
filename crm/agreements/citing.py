"""What cites an agreement or a figure: leads, announcements and missions.

A citation has the team of the lead or the announcement that cites: what is restricted is cited
by nobody that others know of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.agreements.service import must_write, words
from crm.announcements.embargo import past_embargo
from crm.visibility import viewer_of
from models.agreement import Agreement, AgreementKind, Citation, Statistic
from models.announcement import Announcement, AnnouncementKind
from models.errors import DomainError, NotFoundError, N_
from models.lead import Lead
from models.mission import Mission
from models.stage import StageCode, Status
from models.user import Actor

Subject = Lead | Announcement | Mission
Cited = Agreement | Statistic

AGREEMENT, FIGURE = "agreement", "figure"


@dataclass(frozen=True, slots=True)
class CitedRow:
    """An agreement or a figure that a record cites, with the word on why."""

    what: str
    public_id: str
    name: str
    short_name: str | None
    kind: AgreementKind | None
    year: int | None
    country: str | None
    is_demo: bool
    document_id: int | None
    note: str | None

    @property
    def key(self) -> str:
        """What a form calls it."""
        return f"{self.what}:{self.public_id}"


@dataclass(frozen=True, slots=True)
class CitingLead:
    """A lead that cites, with what a list of leads shows of one."""

    public_id: str
    title: str
    stage: StageCode
    status: Status
    note: str | None
    is_demo: bool


@dataclass(frozen=True, slots=True)
class CitingAnnouncement:
    """An announcement that cites."""

    public_id: str
    title: str
    kind: AnnouncementKind
    note: str | None
    is_demo: bool
    document_id: int | None


@dataclass(frozen=True, slots=True)
class CitingMission:
    """A mission that cites."""

    public_id: str
    name: str
    note: str | None
    is_demo: bool
    document_id: int | None


@dataclass(frozen=True, slots=True)
class Citing:
    """Everything in sight that cites an agreement or a figure."""

    leads: Sequence[CitingLead]
    announcements: Sequence[CitingAnnouncement]
    missions: Sequence[CitingMission]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.leads) + len(self.announcements) + len(self.missions)


def cite(
    session: Session,
    subject: Subject,
    cited: Cited,
    *,
    note: str | None = None,
    actor: Actor,
    now: datetime,
) -> Citation:
    """Say that a lead, an announcement or a mission cites an agreement or a figure.

    Raises:
        DomainError: it does so already.
        ForbiddenError: the actor may not write.
    """
    must_write(actor)
    if _find(session, subject, cited) is not None:
        raise DomainError(N_("This is cited already."), field="what")
    citation = Citation(
        lead_id=subject.id if isinstance(subject, Lead) else None,
        announcement_id=subject.id if isinstance(subject, Announcement) else None,
        mission_id=subject.id if isinstance(subject, Mission) else None,
        agreement_id=cited.id if isinstance(cited, Agreement) else None,
        statistic_id=cited.id if isinstance(cited, Statistic) else None,
        team_id=None if isinstance(subject, Mission) else subject.team_id,
        note=words(note),
        known_at=now,
    )
    session.add(citation)
    session.flush()
    return citation


def withdraw(session: Session, subject: Subject, cited: Cited, *, actor: Actor) -> None:
    """Say that it is not cited.

    Raises:
        NotFoundError: it is not.
        ForbiddenError: the actor may not write.
    """
    must_write(actor)
    citation = _find(session, subject, cited)
    if citation is None:
        raise NotFoundError
    session.delete(citation)
    session.flush()


def list_cited(session: Session, subject: Subject) -> list[CitedRow]:
    """What a record cites: agreements first, then figures, each by name."""
    rows = session.execute(
        sa.select(
            Agreement.public_id.label("agreement"),
            Agreement.name,
            Agreement.short_name,
            Agreement.kind,
            Agreement.is_demo.label("agreement_demo"),
            Agreement.document_id.label("agreement_document"),
            Statistic.public_id.label("figure"),
            Statistic.title,
            Statistic.year,
            Statistic.country,
            Statistic.is_demo.label("figure_demo"),
            Statistic.document_id.label("figure_document"),
            Citation.note,
        )
        .select_from(Citation)
        .outerjoin(Agreement, Agreement.id == Citation.agreement_id)
        .outerjoin(Statistic, Statistic.id == Citation.statistic_id)
        .where(_of(subject))
        .order_by(
            Agreement.name.is_(None),
            Agreement.name,
            Statistic.title,
            Statistic.year.desc(),
            Citation.id,
        )
    )
    return [
        CitedRow(
            what=AGREEMENT if row.agreement else FIGURE,
            public_id=row.agreement or row.figure,
            name=row.name if row.agreement else row.title,
            short_name=row.short_name,
            kind=row.kind,
            year=row.year,
            country=row.country,
            is_demo=row.agreement_demo if row.agreement else row.figure_demo,
            document_id=row.agreement_document if row.agreement else row.figure_document,
            note=row.note,
        )
        for row in rows
    ]


def list_citing(session: Session, cited: Cited, *, now: datetime) -> Citing:
    """What cites an agreement or a figure, as far as the viewer may see it, in one statement.

    An announcement before its hour cites nothing that a mere reader knows of.
    """
    told = past_embargo(viewer_of(session), now=now)
    rows = session.execute(
        sa.select(
            Citation.note,
            Lead.public_id.label("lead"),
            Lead.title.label("lead_title"),
            Lead.stage,
            Lead.status,
            Lead.is_demo.label("lead_demo"),
            Announcement.public_id.label("announcement"),
            Announcement.title.label("announcement_title"),
            Announcement.kind,
            Announcement.is_demo.label("announcement_demo"),
            Announcement.document_id.label("announcement_document"),
            Mission.public_id.label("mission"),
            Mission.name.label("mission_name"),
            Mission.is_demo.label("mission_demo"),
            Mission.document_id.label("mission_document"),
        )
        .select_from(Citation)
        .outerjoin(Lead, Lead.id == Citation.lead_id)
        .outerjoin(Announcement, sa.and_(Announcement.id == Citation.announcement_id, told))
        .outerjoin(Mission, Mission.id == Citation.mission_id)
        .where(_cites(cited))
        .order_by(Lead.title, Announcement.title, Mission.name, Citation.id)
    ).all()
    return Citing(
        leads=[
            CitingLead(row.lead, row.lead_title, row.stage, row.status, row.note, row.lead_demo)
            for row in rows
            if row.lead
        ],
        announcements=[
            CitingAnnouncement(
                row.announcement,
                row.announcement_title,
                row.kind,
                row.note,
                row.announcement_demo,
                row.announcement_document,
            )
            for row in rows
            if row.announcement
        ],
        missions=[
            CitingMission(
                row.mission, row.mission_name, row.note, row.mission_demo, row.mission_document
            )
            for row in rows
            if row.mission
        ],
    )


def _find(session: Session, subject: Subject, cited: Cited) -> Citation | None:
    return session.scalars(sa.select(Citation).where(_of(subject), _cites(cited))).first()


def _of(subject: Subject) -> Any:
    if isinstance(subject, Lead):
        return Citation.lead_id == subject.id
    if isinstance(subject, Announcement):
        return Citation.announcement_id == subject.id
    return Citation.mission_id == subject.id


def _cites(cited: Cited) -> Any:
    if isinstance(cited, Agreement):
        return Citation.agreement_id == cited.id
    return Citation.statistic_id == cited.id
