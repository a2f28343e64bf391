"""What a report is to the page, the workbook, the PDF, the command and the mail that print it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from crm.reports.behind import Behind
from crm.reports.charts import ChartSpec
from crm.reports.params import Dimension, ReportParams, Settled
from crm.reports.tables import Table
from crm.web.access import STAFF
from models.errors import DomainError, N_
from models.user import Role

FILTERS = ("office", "country", "sector", "owner", "source", "agreement")


@dataclass(frozen=True, slots=True)
class Words:
    """The reader's language, for names that a figure holds in two.

    Everything else (gettext, labels, days, numbers) follows the locale in force, which whoever
    calls `tables`, `charts` and the like has set. A page has room for `most_lines` of a long
    list; None is all.
    """

    language: str = "en"
    most_lines: int | None = None

    @property
    def is_french(self) -> bool:
        """Whether names are wanted in French."""
        return self.language == "fr"


def _nothing(_figures: Any, _words: Words) -> Sequence[Any]:
    return ()


def _no_sentence(_figures: Any, _words: Words) -> str:
    return ""


def _no_likelihoods(_figures: Any) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Report:
    """A report: how it is read, and how its figures become a sentence, charts and tables.

    `read(session, params, now=...)` gives the figures: a frozen dataclass of plain numbers with
    `to_plain()`; `from_plain` reads it back, for editions that were frozen. `question` is what the
    report answers, in one line. `sentence` is the answer in a sentence. `methods` are the
    footnotes that say how it is counted; `left_out` what the figures do not hold. `likelihoods`
    says what the chances in them rest on, nothing where there are none.

    `filters` are the names of the filters that it knows, as addresses have them (`FILTERS`);
    `dimensions` what it can be divided by. `has_type` reports are of one type of lead. `compares`
    says whether a second day is of use, `needs_compare` whether there always is one. `has_day`
    is False for what is only known as it stands now. `has_public` says whether there is a public
    mode, `compares_in_public` whether that has a second day too. `converts` says whether sums of
    money are told in one currency where that is asked.

    `behind(session, settled, args)` says which leads the arguments of a `Link` mean: those behind a
    number, as they stood.
    """

    code: str
    title: Any
    question: Any
    read: Callable[..., Any]
    from_plain: Callable[[Any], Any]
    tables: Callable[[Any, Words], Sequence[Table]]
    charts: Callable[[Any, Words], Sequence[ChartSpec]] = _nothing
    sentence: Callable[[Any, Words], str] = _no_sentence
    methods: Callable[[Any, Words], Sequence[str]] = _nothing
    left_out: Callable[[Any, Words], Sequence[str]] = _nothing
    likelihoods: Callable[[Any], str] = _no_likelihoods
    is_empty: Callable[[Any], bool] = field(default=lambda _figures: False)
    roles: frozenset[Role] = STAFF
    icon: str = "chart-bar"
    filters: tuple[str, ...] = FILTERS
    dimensions: tuple[Dimension, ...] = ()
    has_type: bool = True
    has_day: bool = True
    compares: bool = True
    needs_compare: bool = False
    has_public: bool = False
    compares_in_public: bool = True
    converts: bool = False
    behind: Callable[[Session, Settled, Any], Behind] | None = None

    def has_comparison(self, params: ReportParams) -> bool:
        """Whether a second day is of use for what is asked."""
        return self.compares and (self.compares_in_public or not params.is_public)

    def figures(self, session: Session, params: ReportParams, *, now: datetime) -> Any:
        """The figures of the report for whoever looks through the session.

        Raises:
            DomainError: a day that no report can be about, or a public copy of what has none.
        """
        if params.is_public and not self.has_public:
            # Whoever asks says which have one; here nothing passes unseen.
            raise DomainError(N_("This report has no public mode."), field="scope")
        return self.read(session, params, now=now)
