"""Leads: one possible investment or partnership each, with its history on one time axis."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, DemoFlag, Id, PublicId, TeamScoped
from models.contact import Contact
from models.measure import Precision, Qualifier
from models.organization import Organization, Sector
from models.stage import AnswerState, LeadType, StageCode, Status
from models.types import coded
from models.user import Office, Team, User


class Direction(enum.StrEnum):
    """Whether the project comes into Canada or goes out of it."""

    INTO_CANADA = "into_canada"
    OUT_OF_CANADA = "out_of_canada"


class NdaDecision(enum.StrEnum):
    """What was decided about a non-disclosure agreement."""

    NOT_NEEDED = "not_needed"
    REQUESTED = "requested"
    SIGNED = "signed"


class ApprovalState(enum.StrEnum):
    """Where the internal approval (ringi, 품의) stands."""

    NOT_STARTED = "not_started"
    DRAFTING = "drafting"
    CIRCULATING = "circulating"
    APPROVED = "approved"
    RETURNED = "returned"


class StepStanding(enum.StrEnum):
    """How one person or body on the decision path stands to the project."""

    UNKNOWN = "unknown"
    OPPOSED = "opposed"
    NEUTRAL = "neutral"
    SUPPORTIVE = "supportive"
    APPROVED = "approved"


class LossReason(enum.StrEnum):
    """Why a lead ended without an announcement."""

    PLACE_WON = "place_won"
    STAYED_HOME = "stayed_home"
    GONE_SILENT = "gone_silent"
    NO_DECISION = "no_decision"
    BUDGET_WITHDRAWN = "budget_withdrawn"
    MERGED = "merged"
    COST = "cost"
    CONDITIONS = "conditions"
    NOT_A_FIT = "not_a_fit"
    OTHER = "other"


class PartyRole(enum.StrEnum):
    """What an organization is to a lead."""

    PROSPECT = "prospect"
    LOCAL_PARTNER = "local_partner"
    INTRODUCER = "introducer"
    ADVISER = "adviser"
    GOVERNMENT = "government"


class PassedOnOutcome(enum.StrEnum):
    """What the other office made of a lead that was passed on."""

    WAITING = "waiting"
    TAKEN = "taken"
    NOT_TAKEN = "not_taken"
    ANNOUNCED = "announced"
    LOST = "lost"


class Change(enum.StrEnum):
    """What a revision records."""

    OPENED = "opened"
    EDITED = "edited"
    MOVED = "moved"
    HELD = "held"
    RESUMED = "resumed"
    LOST = "lost"
    CLOSED = "closed"
    PASSED_ON = "passed_on"
    REOPENED = "reopened"
    ANNOUNCED = "announced"
    REASSIGNED = "reassigned"
    RESTRICTED = "restricted"
    LIFTED = "lifted"


class Origin(enum.StrEnum):
    """Whether the office knew at once, or an import told of the past."""

    LIVE = "live"
    IMPORT = "import"


class LeadSource(DemoFlag, Base):
    """How leads reach the office: JETRO, a trade fair, an enquiry ... Imports add theirs."""

    __tablename__ = "lead_sources"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name_en: Mapped[str]
    name_fr: Mapped[str | None]
    is_introducer: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class Reportable:
    """The fields of a lead whose every past state is kept in `lead_revisions`."""

    lead_type: Mapped[LeadType] = mapped_column(coded(LeadType))
    direction: Mapped[Direction] = mapped_column(coded(Direction))
    stage: Mapped[StageCode] = mapped_column(coded(StageCode))
    status: Mapped[Status] = mapped_column(coded(Status))
    market: Mapped[str | None] = mapped_column(sa.String(2))
    sector_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sectors.id"))
    source_id: Mapped[int | None] = mapped_column(sa.ForeignKey("lead_sources.id"))
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    office_id: Mapped[int | None] = mapped_column(sa.ForeignKey("offices.id"))
    partner_office_id: Mapped[int | None] = mapped_column(sa.ForeignKey("offices.id"))
    capex_amount: Mapped[int | None] = mapped_column(sa.BigInteger)
    capex_upper: Mapped[int | None] = mapped_column(sa.BigInteger)
    capex_qualifier: Mapped[Qualifier | None] = mapped_column(coded(Qualifier, "capex_qualifier"))
    capex_currency: Mapped[str | None] = mapped_column(sa.String(3))
    jobs_count: Mapped[int | None]
    jobs_upper: Mapped[int | None]
    jobs_qualifier: Mapped[Qualifier | None] = mapped_column(coded(Qualifier, "jobs_qualifier"))
    target_on: Mapped[date | None]
    target_precision: Mapped[Precision | None] = mapped_column(coded(Precision, "target_precision"))
    likelihood: Mapped[float | None]
    passed_on_outcome: Mapped[PassedOnOutcome | None] = mapped_column(coded(PassedOnOutcome))


REPORTABLE = (
    "lead_type",
    "direction",
    "stage",
    "status",
    "market",
    "sector_id",
    "source_id",
    "owner_id",
    "office_id",
    "partner_office_id",
    "capex_amount",
    "capex_upper",
    "capex_qualifier",
    "capex_currency",
    "jobs_count",
    "jobs_upper",
    "jobs_qualifier",
    "target_on",
    "target_precision",
    "likelihood",
    "passed_on_outcome",
)


class Lead(PublicId, DemoFlag, TeamScoped, Reportable, Base):
    """One possible investment, expansion, partnership or sale.

    `title` is what lists show: the code name where there is one, else the organization's Latin
    name. Facts kept for lists (`stage_since`, `last_contact_on`, `next_action_*`, `chance*`) are
    written by the commands that change them. `likelihood` is an officer's own estimate, 0 to 1.
    `size_place` is where its amount stands among the open leads' of its currency, 0 to 1.
    """

    __tablename__ = "leads"

    id: Mapped[Id]
    reference: Mapped[str | None] = mapped_column(sa.String(80), index=True)
    title: Mapped[str]
    code_name: Mapped[str | None]
    organization_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organizations.id"), index=True
    )
    is_company_disclosed: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    confidentiality_reason: Mapped[str | None]

    capex_as_printed: Mapped[str | None]
    jobs_as_printed: Mapped[str | None]
    target_as_printed: Mapped[str | None]
    status_reason: Mapped[str | None]
    lost_reason: Mapped[LossReason | None] = mapped_column(coded(LossReason))
    lost_to: Mapped[str | None]
    closed_on: Mapped[date | None]
    hold_until: Mapped[date | None]
    passed_on_to: Mapped[str | None]
    passed_on_consent: Mapped[str | None]
    passed_on_sent: Mapped[str | None]

    need: Mapped[str | None]
    drivers: Mapped[str | None]
    timing: Mapped[str | None]
    competing_places: Mapped[str | None]
    requirements: Mapped[str | None]
    nda_decision: Mapped[NdaDecision | None] = mapped_column(coded(NdaDecision))
    departments_met: Mapped[str | None]
    proposal_sent_on: Mapped[date | None]
    visit_held_on: Mapped[date | None]
    terms_discussed: Mapped[str | None]
    approval_state: Mapped[ApprovalState | None] = mapped_column(coded(ApprovalState))
    approval_expected_on: Mapped[date | None]
    paper_signed_on: Mapped[date | None]
    paper_kind: Mapped[str | None]
    embargo_decided: Mapped[str | None]
    notes: Mapped[str | None]

    first_contact_on: Mapped[date | None]
    first_contact_precision: Mapped[Precision | None] = mapped_column(
        coded(Precision, "first_contact_precision")
    )
    first_contact_as_printed: Mapped[str | None]
    stage_since: Mapped[date | None]
    last_contact_on: Mapped[date | None]
    next_action: Mapped[str | None]
    next_action_on: Mapped[date | None]
    chance: Mapped[float | None]
    chance_low: Mapped[float | None]
    chance_high: Mapped[float | None]
    size_place: Mapped[float | None]
    was_moved: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_batches.id"), index=True)
    opened_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    organization: Mapped[Organization | None] = relationship(
        lazy="raise_on_sql", foreign_keys=[organization_id]
    )
    sector: Mapped[Sector | None] = relationship(lazy="raise_on_sql")
    source: Mapped[LeadSource | None] = relationship(lazy="raise_on_sql")
    owner: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys="Lead.owner_id")
    office: Mapped[Office | None] = relationship(lazy="raise_on_sql", foreign_keys="Lead.office_id")
    partner_office: Mapped[Office | None] = relationship(
        lazy="raise_on_sql", foreign_keys="Lead.partner_office_id"
    )
    team: Mapped[Team | None] = relationship(lazy="raise_on_sql", foreign_keys="Lead.team_id")
    parties: Mapped[list["LeadParty"]] = relationship(lazy="raise_on_sql", passive_deletes=True)
    decision_steps: Mapped[list["DecisionStep"]] = relationship(
        lazy="raise_on_sql", order_by="DecisionStep.position", passive_deletes=True
    )

    # A list is read in two parts, the rows with a value and then those without: see
    # `crm.web.paging`. So plain indexes serve every order, in both directions.
    __table_args__ = (
        *(
            sa.Index(None, column, "public_id")
            for column in (
                "title",
                "chance",
                "stage_since",
                "last_contact_on",
                "next_action_on",
                "changed_at",
            )
        ),
        sa.Index(None, "capex_currency", "capex_amount", "public_id"),
        sa.Index(None, "stage", "status", "chance", "public_id"),
        sa.Index(None, "status", "last_contact_on"),
        *(sa.Index(None, column, "status") for column in ("market", "sector_id", "source_id")),
        *(sa.Index(None, column, "status", "chance") for column in ("owner_id", "office_id")),
        sa.Index(None, "partner_office_id"),
        # Holds all that counts and totals read, so that they never touch the rows themselves.
        sa.Index(
            "ix_leads_totals",
            "lead_type",
            "stage",
            "capex_currency",
            "status",
            "team_id",
            "capex_amount",
            "jobs_count",
            "lost_reason",
        ),
    )


class LeadRevision(TeamScoped, Reportable, Base):
    """One state of a lead's reportable fields, from when the office knew until it changed.

    `valid_from` is the one axis that reports and training read; `recorded_at` serves the audit,
    `happened_on` keeps the day something happened when that was earlier. `sequence` orders
    states that one day brought. A loss of unknown day has `is_day_unknown`; `lost_reason` and
    `lost_to` stand at the change that is a loss.
    """

    __tablename__ = "lead_revisions"

    id: Mapped[Id]
    lead_id: Mapped[int] = mapped_column(sa.ForeignKey("leads.id", ondelete="CASCADE"))
    sequence: Mapped[int]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    happened_on: Mapped[date | None]
    is_day_unknown: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    change: Mapped[Change] = mapped_column(coded(Change))
    origin: Mapped[Origin] = mapped_column(coded(Origin))
    is_override: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    reason: Mapped[str | None]
    lost_reason: Mapped[LossReason | None] = mapped_column(coded(LossReason))
    lost_to: Mapped[str | None]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    actor_name: Mapped[str]
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_batches.id"), index=True)

    lead: Mapped[Lead] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        sa.UniqueConstraint("lead_id", "sequence"),
        sa.Index(
            "uq_lead_revisions_open",
            "lead_id",
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        ),
        sa.Index(None, "valid_from", "lead_id"),
        # Holds all that the course of each lead reads, so that reports never touch the rows.
        sa.Index(
            "ix_lead_revisions_course",
            "lead_id",
            "sequence",
            "valid_from",
            "valid_to",
            "recorded_at",
            "stage",
            "status",
            "lead_type",
            "capex_currency",
            "capex_amount",
            "jobs_count",
            "team_id",
            "is_day_unknown",
            "origin",
            "happened_on",
        ),
    )


class LeadParty(TeamScoped, Base):
    """An organization involved in a lead, besides the company it is about.

    An introducer may be a person there, and have a share of the credit that somebody stated.
    `known_at` is when the office knew of it, which is what training reads.
    """

    __tablename__ = "lead_parties"

    id: Mapped[Id]
    lead_id: Mapped[int] = mapped_column(sa.ForeignKey("leads.id", ondelete="CASCADE"))
    organization_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[PartyRole] = mapped_column(coded(PartyRole))
    contact_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("contacts.id", ondelete="SET NULL"), index=True
    )
    share_percent: Mapped[float | None]
    known_at: Mapped[datetime]

    organization: Mapped[Organization] = relationship(lazy="raise_on_sql")
    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        sa.UniqueConstraint("lead_id", "organization_id", "role"),
        sa.CheckConstraint("share_percent BETWEEN 0 AND 100", name="share"),
    )


class DecisionStep(TeamScoped, Base):
    """One person or body whose consent the project needs at head office."""

    __tablename__ = "decision_steps"

    id: Mapped[Id]
    lead_id: Mapped[int] = mapped_column(sa.ForeignKey("leads.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str]
    department: Mapped[str | None]
    contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contacts.id"))
    is_decider: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    standing: Mapped[StepStanding] = mapped_column(coded(StepStanding))
    met_on: Mapped[date | None]
    recorded_at: Mapped[datetime]

    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")


class DecisionStanding(TeamScoped, Base):
    """How somebody on the decision path stood from a moment on, as the office knew it.

    Written with every change of a step, and kept when the step is taken off the path: `step` is
    its key then, `standing` nothing. Training reads this, never the step as it is today.
    """

    __tablename__ = "decision_standings"

    id: Mapped[Id]
    lead_id: Mapped[int] = mapped_column(sa.ForeignKey("leads.id", ondelete="CASCADE"))
    step: Mapped[int]
    standing: Mapped[StepStanding | None] = mapped_column(coded(StepStanding, "past_standing"))
    known_at: Mapped[datetime]

    __table_args__ = (sa.Index(None, "lead_id", "known_at"),)


class LeadAnswer(TeamScoped, Base):
    """What was answered when a stage asked for something not known: see `models.stage.Answer`."""

    __tablename__ = "lead_answers"

    id: Mapped[Id]
    lead_id: Mapped[int] = mapped_column(sa.ForeignKey("leads.id", ondelete="CASCADE"))
    field: Mapped[str] = mapped_column(sa.String(40))
    state: Mapped[AnswerState] = mapped_column(coded(AnswerState))
    ask_by_on: Mapped[date | None] = mapped_column(index=True)
    answered_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))

    __table_args__ = (sa.UniqueConstraint("lead_id", "field"),)


class LeadSnooze(TeamScoped, Base):
    """A person's wish not to be reminded of a quiet lead before a day."""

    __tablename__ = "lead_snoozes"

    id: Mapped[Id]
    lead_id: Mapped[int] = mapped_column(sa.ForeignKey("leads.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    until_on: Mapped[date]

    __table_args__ = (sa.UniqueConstraint("lead_id", "user_id"),)


class ImportedTotal(TeamScoped, Base):
    """A running total that a file stated about a lead: known on the day of that file only."""

    __tablename__ = "imported_totals"

    id: Mapped[Id]
    lead_id: Mapped[int] = mapped_column(sa.ForeignKey("leads.id", ondelete="CASCADE"), index=True)
    known_at: Mapped[datetime]
    meetings_count: Mapped[int | None]
    last_contact_on: Mapped[date | None]
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("import_batches.id"), index=True)
