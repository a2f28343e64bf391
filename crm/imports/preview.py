"""What the page of a file that is not applied yet shows, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from flask_babel import gettext

from crm.imports.columns import ColumnMapping, MatchedBy
from crm.imports.fields import FIELD_BY_CODE, FIELDS
from crm.imports.lead_rows import LeadRow
from crm.imports.plan import ImportPlan
from crm.imports.problems import Notice, RowProblem
from crm.imports.service import ParsedFile
from crm.imports.stage_rows import StageRow
from crm.imports.table import Table
from crm.imports.text import one_line
from crm.imports.vocabulary import Likelihood
from crm.labels import label
from crm.web.formatting import country_name, day
from crm.wording import quantity
from models.import_batch import BatchKind
from models.measure import Measure, StatedDate
from models.stage import StageCode, Status

SHOWN = 50
_ROWS = 5
_SAMPLES = 3
_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Said:
    """A mistake or a notice in words."""

    row: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """One column of the file: its header, the field it holds and its first cells."""

    index: int
    letter: str
    header: str
    field: str
    is_sure: bool
    can_choose: bool
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows as they were read: a header and cells."""

    headers: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def say(found: Sequence[RowProblem | Notice]) -> list[Said]:
    """Mistakes or notices in the reader's language."""
    return [
        Said(one.row, one.column, words(one.message, dict(one.params) if one.params else {}))
        for one in found
    ]


def say_kept(notices: Sequence[dict[str, Any]]) -> list[Said]:
    """Notices that were kept with an applied import."""
    return [
        Said(one["row"], one["column"], words(one["message"], one["params"])) for one in notices
    ]


def words(message: str, params: dict[str, Any]) -> str:
    """A template with its parameters in the reader's language."""
    text: str = gettext(message)
    return text % params if params else text


def field_choices(kind: BatchKind) -> list[tuple[str, str]]:
    """The fields that a column of such a file can hold, for a select."""
    return [(field.code, gettext(field.label)) for field in FIELDS if kind in field.kinds]


def column_choices(table: Table, mapping: ColumnMapping) -> list[ColumnChoice]:
    """The columns of a file for its mapping. One without a header of its own cannot be chosen."""
    seen: set[str] = set()
    choices = []
    for match in mapping.matches:
        cells = (one_line(row.cells[match.index]) for row in table.rows)
        samples = list(dict.fromkeys(cell for cell in islice(cells, _LOOKED_AT) if cell))
        choices.append(
            ColumnChoice(
                match.index,
                table.letter(match.index),
                match.header,
                match.field or "",
                match.by in (MatchedBy.NAME, MatchedBy.PERSON),
                bool(match.header) and match.header not in seen,
                tuple(sample[:60] for sample in samples[:_SAMPLES]),
            )
        )
        seen.add(match.header)
    return choices


def preview_of(parsed: ParsedFile) -> Preview:
    """The first rows without a mistake, as they were read, under the names of their fields."""
    codes = [match.field for match in parsed.mapping.matches if match.field is not None]
    codes = [code for code in codes if code != "currency"]
    rows: Sequence[LeadRow | StageRow] = parsed.leads or parsed.stages
    return Preview(
        tuple(gettext(FIELD_BY_CODE[code].label) for code in codes),
        tuple(
            (row.number, tuple(_shown(_value(row, code)) for code in codes)) for row in rows[:_ROWS]
        ),
    )


def new_names(plan: ImportPlan) -> dict[str, list[str]]:
    """The owners, sectors, sources and offices that are created, where there are any."""
    return dict(plan.new_names())


def _value(row: LeadRow | StageRow, code: str) -> Any:
    if isinstance(row, LeadRow):
        value = getattr(row, code)
        return country_name(value) if code == "country" and value else value
    if code == "stage":
        return row.stage or row.status
    return row.happened_on if code == "date" else getattr(row, code)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, StatedDate):
        return day(value.on, value.precision)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Measure):
        if value.qualifier is None:
            return ""
        return quantity(value.value, value.qualifier, value.upper, value.currency or "")
    if isinstance(value, Likelihood):
        return value.as_printed
    if isinstance(value, StageCode | Status) or hasattr(value, "value"):
        return label(value)
    return str(value)[:200]
