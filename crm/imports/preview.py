"""What the page of a file that is not applied yet shows, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from flask_babel import gettext

from crm.imports.columns import ColumnMapping, MatchedBy
from crm.imports.encodings import ENCODINGS
from crm.imports.fields import fields_of
from crm.imports.forms import KINDS
from crm.imports.options import ImportOptions, MatchKey, OnAlike, OnMatch, OnNew
from crm.imports.organization_rows import OrganizationRow
from crm.imports.problems import Notice, RowProblem
from crm.imports.questions import Question, sentence_of
from crm.imports.stage_rows import StageRow
from crm.imports.table import Table
from crm.imports.text import one_line
from crm.imports.vocabulary import Likelihood
from crm.labels import label
from crm.web.formatting import country_name, day
from crm.wording import quantity
from models.import_batch import BatchKind
from models.measure import Measure, StatedDate
from models.organization import NameKind
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
    return [(field.code, gettext(field.label)) for field in fields_of(kind).values()]


def kind_choices() -> list[tuple[str, str]]:
    """What a row can be, for a select."""
    return [(code, str(text)) for code, text in KINDS]


@dataclass(frozen=True, slots=True)
class ReadingChoices:
    """The encodings and delimiters that a CSV file can be read with; none for a workbook."""

    encodings: tuple[str, ...]
    delimiters: tuple[tuple[str, str], ...]
    encoding: str
    delimiter: str


def reading_choices(table: Table | None) -> ReadingChoices | None:
    """How the file was read, and how else it can be."""
    if table is not None and table.delimiter is None:
        return None
    names = {
        ",": gettext("comma"),
        ";": gettext("semicolon"),
        "\t": gettext("tab"),
        "|": gettext("bar"),
    }
    return ReadingChoices(
        ENCODINGS,
        tuple(names.items()),
        table.encoding if table is not None else "",
        table.delimiter or "" if table is not None else "",
    )


@dataclass(frozen=True, slots=True)
class Policies:
    """What rows are compared by, and what they do, for the selects of the page."""

    keys: tuple[tuple[str, str, bool], ...]
    on_match: tuple[tuple[str, str, bool], ...]
    on_new: tuple[tuple[str, str, bool], ...]
    on_alike: tuple[tuple[str, str, bool], ...]


_KEYS_OF = {
    BatchKind.LEADS: (MatchKey.LIKENESS,),
    BatchKind.ORGANIZATIONS: (MatchKey.NUMBER, MatchKey.NAME, MatchKey.LIKENESS),
    BatchKind.CONTACTS: (MatchKey.EMAIL, MatchKey.NAME, MatchKey.LIKENESS),
    BatchKind.INTERACTIONS: (MatchKey.NAME, MatchKey.LIKENESS),
}


def policy_choices(kind: BatchKind, options: ImportOptions) -> Policies | None:
    """What an officer can say about rows of this kind; nothing for stage changes."""
    keys = _KEYS_OF.get(kind)
    if keys is None:
        return None
    names = {
        MatchKey.NUMBER: gettext("Register number"),
        MatchKey.EMAIL: gettext("E-mail address"),
        MatchKey.NAME: gettext("Name, however it is spelt"),
        MatchKey.LIKENESS: gettext("Company names that are only alike (you decide)"),
    }
    matched = {OnMatch.UPDATE: gettext("change it"), OnMatch.SKIP: gettext("leave the row out")}
    new = {OnNew.CREATE: gettext("create it"), OnNew.SKIP: gettext("leave the row out")}
    alike = {
        OnAlike.CREATE: gettext("keep them apart"),
        OnAlike.USE: gettext("use the one on file"),
        OnAlike.SKIP: gettext("leave the row out"),
    }
    return Policies(
        tuple((key.value, names[key], key in options.keys) for key in keys),
        tuple((one.value, text, one is options.on_match) for one, text in matched.items()),
        tuple((one.value, text, one is options.on_new) for one, text in new.items()),
        tuple((one.value, text, one is options.on_alike) for one, text in alike.items()),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in words: the row, and each answer with why it may be right."""

    row: int
    title: str
    choice: str
    candidates: tuple[tuple[str, str, str | None, str | None, str], ...]


def questions(found: Sequence[Question]) -> list[Asked]:
    """Rows that may mean a record on file, in the reader's language."""
    return [
        Asked(
            one.row,
            one.title,
            one.choice,
            tuple(
                (
                    candidate.public_id,
                    candidate.name,
                    candidate.native_name,
                    candidate.native_language,
                    _why(candidate.reason, dict(candidate.params), candidate.score),
                )
                for candidate in one.candidates
            ),
        )
        for one in found
    ]


def _why(reason: str, params: dict[str, Any], score: float | None) -> str:
    sentence = sentence_of(reason)
    told = words(sentence, params) if sentence else ""
    return told if score is None else f"{told} ({score:.0f})".strip()


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


def preview_of(mapping: ColumnMapping, rows: Sequence[Any]) -> Preview:
    """The first rows without a mistake, as they were read, under the names of their fields."""
    fields = fields_of(mapping.kind)
    codes = [match.field for match in mapping.matches if match.field is not None]
    codes = [code for code in codes if code not in _NOT_SHOWN]
    return Preview(
        tuple(gettext(fields[code].label) for code in codes),
        tuple(
            (row.number, tuple(_shown(_value(row, code)) for code in codes)) for row in rows[:_ROWS]
        ),
    )


# What a row keeps under another name, or in several columns of its own.
_NOT_SHOWN = frozenset({"currency", "standing"})
_KEPT_AS = {
    "fiscal_year_end": "fiscal_year_end_month",
    "parent": "parents",
    "number": "numbers",
    **dict.fromkeys(
        ("jp_corporate_number", "kr_business_number", "kr_corporate_number"), "numbers"
    ),
    **dict.fromkeys(("ca_business_number", "lei", "edinet"), "numbers"),
    **dict.fromkeys(("kana_name", "romaji_name", "brand_name", "short_name"), "other_names"),
    **dict.fromkeys(("acronym", "former_names"), "other_names"),
}
_NAMES_OF = {
    "kana_name": NameKind.KANA,
    "romaji_name": NameKind.ROMAJI,
    "brand_name": NameKind.BRAND,
    "short_name": NameKind.SHORT,
    "acronym": NameKind.ACRONYM,
    "former_names": NameKind.FORMER,
    "other_names": None,
}


def _value(row: Any, code: str) -> Any:
    if isinstance(row, StageRow):
        if code == "stage":
            return row.stage or row.status
        return row.happened_on if code == "date" else getattr(row, code)
    if isinstance(row, OrganizationRow):
        if code in _NAMES_OF:
            return [one.text for one in row.other_names if one.kind is _NAMES_OF[code]]
        if code == "notes":
            return None
        if _KEPT_AS.get(code) == "numbers":
            return [value for scheme, value in row.numbers if code in (scheme.value, "number")]
    value = getattr(row, _KEPT_AS.get(code, code))
    return country_name(value) if code == "country" and value else value


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
    if isinstance(value, tuple | list):
        return "; ".join(_shown(one) for one in value)[:200]
    if isinstance(value, StageCode | Status) or hasattr(value, "value"):
        return str(label(value))
    return str(value)[:200]
