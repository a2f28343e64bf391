"""What a figure of an edition is about, and why it may read otherwise today. Pure."""

import enum
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.reports.movement import Move
from crm.reports.periods import Quarter
from crm.reports.takeaway.brief import Due
from models.lead import LossReason
from models.measure import Precision, Qualifier
from models.stage import StageCode


class Part(enum.StrEnum):
    """A part of the page."""

    PIPELINE = "pipeline"
    MOVEMENT = "movement"
    LOSSES = "losses"
    ANNOUNCED = "announced"
    QUARTERS = "quarters"
    RATES = "rates"
    NEAR = "near"
    NEXT = "next"
    LANDING = "landing"


class Figure(enum.StrEnum):
    """What a number, or a word, of a line says."""

    LEADS = "leads"
    ON_HOLD = "on_hold"
    STATED = "stated"
    WEIGHTED = "weighted"
    UNKNOWN_AMOUNT = "unknown_amount"
    JOBS = "jobs"
    WEIGHTED_JOBS = "weighted_jobs"
    UNKNOWN_JOBS = "unknown_jobs"
    EVENTS = "events"
    CHANGE_LEADS = "change_leads"
    CHANGE_STATED = "change_stated"
    CHANGE_JOBS = "change_jobs"
    COUNT = "count"
    STANDS = "stands"
    STAGE = "stage"
    EXPECTED = "expected"
    LIKELY_FROM = "likely_from"
    LIKELY_TO = "likely_to"
    RATE = "rate"
    CONVERTED = "converted"


class Cause(enum.StrEnum):
    """Why a figure reads otherwise.

    OTHERWISE is what no record tells: leads that were sealed or opened, and records that were
    deleted, change what is counted without a line of their own.
    """

    IMPORT = "import"
    ENTRY = "entry"
    CORRECTION = "correction"
    UNDONE = "undone"
    SEALED = "sealed"
    ANNOUNCEMENT = "announcement"
    ANNOUNCEMENT_CHANGED = "announcement_changed"
    ON_FILE = "on_file"
    FORECAST = "forecast"
    RATE = "rate"
    OTHERWISE = "otherwise"


@dataclass(frozen=True, slots=True)
class Loss:
    """A line of what was lost: why, and to where."""

    reason: LossReason | None
    place: str | None
    is_other: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day to come, as the page lists it."""

    day: date
    precision: Precision
    due: Due
    name: str | None
    markets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """An amount, or a number of jobs, with the word that was printed with it."""

    number: int
    upper: int | None
    qualifier: Qualifier | None


@dataclass(frozen=True, slots=True)
class Period:
    """A fiscal quarter's announcements: ours, or those that we share with others."""

    quarter: Quarter | None
    is_shared: bool


# What a line is about: all of a part, a stage, neighbouring stages, an end of the bridge (its
# day), a move, a fiscal quarter, a loss, a day to come, or a name.
Place = str | date | StageCode | tuple[StageCode, ...] | Move | Quarter | Period | Loss | Day | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that reads otherwise today; None: not printed, or no such line.

    `place` None is the whole of the part.
    """

    part: Part
    place: Place
    figure: Figure
    reported: Any
    known: Any
    currency: str | None = None
    why: tuple[Cause, ...] = ()
