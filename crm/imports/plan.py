"""What an import will do, before anything is written: the one object that is shown and applied."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from crm.imports.columns import ColumnMapping
from crm.imports.companies import Companies, Company
from crm.imports.history import PastMove
from crm.imports.lead_rows import LeadRow
from crm.imports.leads_on_file import LeadFacts
from crm.imports.look_ups import Known, LookUps
from crm.imports.options import DEFAULT, ImportOptions
from crm.imports.problems import Notice, RowProblem
from crm.imports.records import Records
from crm.timezones import today
from models.errors import DomainError, N_
from models.import_batch import BatchKind
from models.lead import LossReason
from models.measure import StatedDate
from models.stage import StageCode, Status
from models.user import Actor

_TOLD_EVERY = 500


class ImportRefusedError(DomainError):
    """A file with mistakes: nothing is written. `problems` says what is wrong, row by row."""

    def __init__(self, problems: Sequence[RowProblem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.row)
        super().__init__(
            N_("Nothing was imported. Mistakes found: %(count)s, the first in row %(row)s."),
            count=len(self.problems),
            row=self.problems[0].row,
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """Who brings the file in, when, and where the days of its dates begin."""

    actor: Actor
    now: datetime
    zone_name: str
    mapping: ColumnMapping
    options: ImportOptions = DEFAULT

    @property
    def today(self) -> date:
        """The day at this moment in the office's zone."""
        return today(self.now, self.zone_name)

    def header(self, field_code: str) -> str:
        """The header, as printed, of the column that holds a field; empty where there is none."""
        match = self.mapping.find(field_code)
        return match.header if match is not None else ""

    def problem(self, row: int, field_code: str, message: str, **params: object) -> RowProblem:
        """A mistake in the column that holds a field."""
        return RowProblem(row, self.header(field_code), message, params)

    def notice(self, row: int, field_code: str, message: str, **params: object) -> Notice:
        """Something worth a look in the column that holds a field."""
        return Notice(row, self.header(field_code), message, params)


@dataclass(frozen=True, slots=True)
class Creation:
    """A row that becomes a new lead with its past."""

    row: LeadRow
    company: Company | None
    owner: Known | None
    sector: Known | None
    source: Known | None
    office: Known | None


@dataclass(frozen=True, slots=True)
class PastChange:
    """The imported past of a lead, told anew. `revisions` are those on file."""

    base: dict[str, Any]
    moves: tuple[PastMove, ...]
    revisions: tuple[dict[str, Any], ...]
    first_contact: StatedDate | None = None


@dataclass(frozen=True, slots=True)
class LiveMove:
    """A move that a lead makes today, through the same commands as on a page."""

    row: int
    stage: StageCode | None = None
    status: Status | None = None
    happened_on: date | None = None
    reason: str | None = None
    lost_to: str | None = None
    loss_reason: LossReason | None = None
    hold_until: date | None = None
    written: str | None = None


@dataclass(slots=True)
class Update:
    """What a file changes on a lead that is on file; `rows` are those that name it.

    `edits` are fields as in `LeadDetails`; a value may be a `NewName`, for which creating it
    gives the key. `company` is another company than the lead's so far.
    """

    rows: list[int]
    lead: LeadFacts
    edits: dict[str, Any] = field(default_factory=dict)
    company: Company | None = None
    past: PastChange | None = None
    moves: list[LiveMove] = field(default_factory=list)
    next_step: tuple[str, date | None] | None = None
    totals: tuple[int | None, date | None] | None = None
    contact: LeadRow | None = None
    used_rows: set[int] = field(default_factory=set)

    @property
    def is_live(self) -> bool:
        """Whether the lead changes as of today."""
        return bool(self.edits or self.company or self.moves or self.next_step)

    @property
    def changes(self) -> bool:
        """Whether anything changes at all."""
        return bool(self.is_live or self.past or self.totals or self.contact)


@dataclass(slots=True)
class ImportPlan:
    """Everything an import will do. With `problems` it does nothing."""

    reading: Reading
    row_count: int
    encoding: str
    problems: list[RowProblem]
    notices: list[Notice]
    look_ups: LookUps
    companies: Companies = field(default_factory=Companies)
    creations: list[Creation] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    records: Records = field(default_factory=Records)
    progress: Callable[[int], None] | None = None
    # What follows from it is done by whoever applies a long file, after its lock is given back.
    is_followed_up: bool = False
    _compared: int = 0

    @property
    def kind(self) -> BatchKind:
        """What a row is: a lead, a stage change, an organization ..."""
        return self.reading.mapping.kind

    @property
    def options(self) -> ImportOptions:
        """How the officer wants rows treated."""
        return self.reading.options

    @property
    def is_sound(self) -> bool:
        """Whether the file has no mistake, so that it can be applied."""
        return not self.problems

    @property
    def created_count(self) -> int:
        """How many leads or records are created: none where there is a mistake."""
        return len(self.creations) + len(self.records.creations) if self.is_sound else 0

    @property
    def updated_count(self) -> int:
        """How many leads or records change: none where there is a mistake."""
        if not self.is_sound:
            return 0
        return sum(1 for _ in self.changed()) + len(self.records.changed)

    @property
    def skipped_count(self) -> int:
        """How many rows are left out."""
        return len(self.records.skipped)

    def step(self) -> None:
        """Say that one more row was compared with what is on file."""
        self._compared += 1
        if self.progress is not None and self._compared % _TOLD_EVERY == 0:
            self.progress(self._compared)

    def changed(self) -> Iterator[Update]:
        """The leads on file that change."""
        return (update for update in self.updates if update.changes)

    def new_names(self) -> Mapping[str, list[str]]:
        """The owners, sectors, sources and offices that are created, by list."""
        return {kind.value: names for kind, names in self.look_ups.new.items() if names}
