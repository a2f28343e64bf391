"""The template file that an empty office downloads: a header and two invented rows."""

from crm.imports.columns import ColumnMapping, match_columns
from crm.imports.words import read_words
from models.import_batch import BatchKind

LANGUAGES = ("en", "fr", "ja", "ko")


def template_rows(
    language: str, kind: BatchKind = BatchKind.LEADS
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The header and two example rows in a language; every company in them is invented."""
    lines = read_words("templates")[language if language in LANGUAGES else "en"][kind.value]
    header, first, second = (tuple(line) for line in lines)
    return header, first, second


def template_mapping(language: str, kind: BatchKind = BatchKind.LEADS) -> ColumnMapping:
    """The fields of the template's columns, by which its own header is tested."""
    return match_columns(template_rows(language, kind)[0], kind)
