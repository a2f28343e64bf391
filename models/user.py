"""Staff, the offices they sit in, the teams that share restricted leads, and their sessions."""

import enum
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from models.base import Base, DemoFlag, Id, PublicId
from models.types import coded


class Role(enum.StrEnum):
    """What a member of staff may do. A partner is a colleague of another office."""

    OFFICER = "officer"
    MANAGER = "manager"
    VIEWER = "viewer"
    ADMIN = "admin"
    PARTNER = "partner"


class OfficeKind(enum.StrEnum):
    """Where an office stands: at home (a city hall, a province) or in a market."""

    HOME = "home"
    ABROAD = "abroad"
    PARTNER = "partner"


class Language(enum.StrEnum):
    """Languages the interface speaks."""

    EN = "en"
    FR = "fr"


def fold_username(text: str) -> str:
    """A user name in the form in which two spellings of one name are equal."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


class Office(PublicId, DemoFlag, Base):
    """A place where staff sit; its time zone decides what "today" and "end of the day" mean.

    `calendar_place` ("CA-ON", "JP") says whose public holidays it keeps; unknown, it keeps none.
    """

    __tablename__ = "offices"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[OfficeKind] = mapped_column(coded(OfficeKind))
    country: Mapped[str | None] = mapped_column(sa.String(2))
    time_zone: Mapped[str] = mapped_column(sa.String(64))
    fiscal_year_start_month: Mapped[int] = mapped_column(default=1, server_default="1")
    calendar_place: Mapped[str | None] = mapped_column(sa.String(8))

    __table_args__ = (
        sa.CheckConstraint("fiscal_year_start_month BETWEEN 1 AND 12", name="fiscal_month"),
    )


class OfficeClosure(Base):
    """A day on which an office is closed besides the public holidays of its place."""

    __tablename__ = "office_closures"

    office_id: Mapped[int] = mapped_column(
        sa.ForeignKey("offices.id", ondelete="CASCADE"), primary_key=True
    )
    closed_on: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str | None]


class User(PublicId, DemoFlag, Base):
    """A member of staff. Without a password hash (an owner that an import named) nobody signs in.

    `folded_name` is the user name as `fold_username` makes it: one person, however they type it.
    `may_count_all` gives totals over every lead, restricted ones too, by code name; null follows
    the role, and the manager's role gives it. A steward is told when somebody enters what may be
    an organization that they cannot see.
    """

    __tablename__ = "users"

    id: Mapped[Id]
    username: Mapped[str] = mapped_column(sa.String(80), unique=True)
    folded_name: Mapped[str] = mapped_column(sa.String(160), unique=True)
    name: Mapped[str]
    email: Mapped[str | None]
    password_hash: Mapped[str | None]
    role: Mapped[Role] = mapped_column(coded(Role))
    office_id: Mapped[int | None] = mapped_column(sa.ForeignKey("offices.id"), index=True)
    language: Mapped[Language] = mapped_column(coded(Language), default=Language.EN)
    time_zone: Mapped[str] = mapped_column(sa.String(64))
    may_count_all: Mapped[bool | None]
    is_steward: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    is_active: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    deactivated_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    office: Mapped[Office | None] = relationship(lazy="raise_on_sql")

    @validates("username")
    def _fold_with_it(self, _key: str, username: str) -> str:
        # Whoever sets the name sets what it is compared by.
        self.folded_name = fold_username(username)
        return username


def cannot_work() -> sa.ColumnElement[bool]:
    """Who cannot look after anything: those who left, and owners that an import merely named."""
    return sa.or_(User.is_active.is_(False), User.password_hash.is_(None))


class Team(PublicId, DemoFlag, Base):
    """The people named for a confidential project. One team may hold several leads."""

    __tablename__ = "teams"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]

    members: Mapped[list["TeamMember"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", passive_deletes=True
    )


class TeamMember(Base):
    """One person in one team."""

    __tablename__ = "team_members"

    team_id: Mapped[int] = mapped_column(
        sa.ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )

    user: Mapped[User] = relationship(lazy="raise_on_sql")


class UserSession(Base):
    """A signed-in browser. The cookie carries a random token; only its hash is kept.

    `confirmed_at` is when the password was last typed again, for what needs a recent proof.
    """

    __tablename__ = "user_sessions"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    agent: Mapped[str | None] = mapped_column(sa.String(200))


class SignInAttempt(Base):
    """One attempt to sign in, kept for throttling. The name is hashed: it may be a password."""

    __tablename__ = "sign_in_attempts"

    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(index=True)
    name_hash: Mapped[str] = mapped_column(sa.String(64))
    address: Mapped[str] = mapped_column(sa.String(64))
    succeeded: Mapped[bool]

    __table_args__ = (
        sa.Index(None, "name_hash", "at"),
        sa.Index(None, "address", "at"),
    )


_WRITERS = frozenset({Role.OFFICER, Role.MANAGER, Role.ADMIN})
_DIRECTORS = frozenset({Role.MANAGER, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts or looks: what rules and visibility need of a user, and nothing that can go stale.

    `is_local` is the administrator at the command line, who has no user row (`id` is None).
    """

    id: int | None
    name: str
    role: Role
    office_id: int | None = None
    office_time_zone: str = "UTC"
    time_zone: str = "UTC"
    language: Language = Language.EN
    team_ids: frozenset[int] = field(default_factory=frozenset)
    counts_all: bool = False

    @property
    def may_write(self) -> bool:
        """Open and change leads, log conversations, import and export what one sees."""
        return self.role in _WRITERS

    @property
    def may_direct(self) -> bool:
        """Move anyway, reassign, hand over in bulk, see the load of others."""
        return self.role in _DIRECTORS

    @property
    def may_administer(self) -> bool:
        """Users, settings, audit."""
        return self.role is Role.ADMIN

    @property
    def sees_all(self) -> bool:
        """Restricted leads of any team too; such a look is written to the audit."""
        return self.role is Role.ADMIN

    @property
    def is_partner(self) -> bool:
        """A colleague of another office: sees only what names that office."""
        return self.role is Role.PARTNER

    def with_language(self, language: Language) -> "Actor":
        """The same person, reading another language."""
        return replace(self, language=language)


def counts_all(role: Role, may_count_all: bool | None) -> bool:
    """Whether totals run over every lead for this person: as set, or as the role gives it."""
    if may_count_all is not None:
        return may_count_all
    return role in _DIRECTORS


LOCAL_ADMINISTRATOR = Actor(id=None, name="local administrator", role=Role.ADMIN, counts_all=True)
