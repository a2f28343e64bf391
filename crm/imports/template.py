"""The template files that an empty office downloads: a header and two invented rows."""

from functools import lru_cache

from crm.imports.columns import ColumnMapping, match_columns
from crm.imports.fields import fields_of
from crm.imports.words import read_words
from models.import_batch import BatchKind

LANGUAGES = ("en", "fr", "ja", "ko")
_WRITTEN_OUT = (BatchKind.LEADS, BatchKind.STAGES)

Lines = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def template_rows(language: str, kind: BatchKind = BatchKind.LEADS) -> Lines:
    """The header and two example rows in a language; every company in them is invented."""
    language = language if language in LANGUAGES else "en"
    if kind not in _WRITTEN_OUT:
        return _rows_of_records(language, kind)
    header, first, second = (tuple(line) for line in read_words("templates")[language][kind.value])
    return header, first, second


def template_mapping(language: str, kind: BatchKind = BatchKind.LEADS) -> ColumnMapping:
    """The fields of the template's columns, by which its own header is tested."""
    return match_columns(template_rows(language, kind)[0], kind)


@lru_cache(maxsize=16)
def _rows_of_records(language: str, kind: BatchKind) -> Lines:
    first, second = read_words("record_templates")[kind.value]
    used = [code for code in fields_of(kind) if code in first or code in second]
    return (
        tuple(_header(language, kind, code) for code in used),
        tuple(first.get(code, "") for code in used),
        tuple(second.get(code, "") for code in used),
    )


def _header(language: str, kind: BatchKind, code: str) -> str:
    """The first name of a field in a language, as far as it is this field's alone."""
    own = read_words("records")[kind.value][code]
    taken_over = read_words("headers").get(own.get("as"), {})
    if language == "en":
        return fields_of(kind)[code].label
    for name in (*taken_over.get(language, ()), *own.get(language, ())):
        if match_columns([name], kind).matches[0].field == code:
            return str(name)
    return fields_of(kind)[code].label
