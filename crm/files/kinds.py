"""What a file truly is, told by its bytes; what the office takes, and nothing else."""

import re
import zipfile
from typing import BinaryIO

from models.errors import DomainError, N_

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
EMAIL = "message/rfc822"
CSV = "text/csv"
TEXT = "text/plain"

_BY_ENDING = {
    "pdf": PDF,
    "png": PNG,
    "jpg": JPEG,
    "jpeg": JPEG,
    "docx": DOCX,
    "xlsx": XLSX,
    "pptx": PPTX,
    "eml": EMAIL,
    "csv": CSV,
    "txt": TEXT,
}
ENDINGS = tuple(_BY_ENDING)
ACCEPT = ",".join(f".{ending}" for ending in ENDINGS)

_OFFICE_PARTS = {
    "word/document.xml": DOCX,
    "xl/workbook.xml": XLSX,
    "ppt/presentation.xml": PPTX,
}
_ENTRY_LIMIT = 5_000
_UNPACKED_LIMIT = 500 * 1024 * 1024
_RATIO_LIMIT = 200
_TEXT_CHARSETS = ("utf-8", "cp932", "cp949", "cp1252")
_HEADER = re.compile(
    rb"^(from|date|subject|message-id|received|return-path|mime-version):", re.I | re.M
)
# Tabs, line ends and page breaks are text; the escape belongs to ISO-2022-JP.
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


def content_type_of(stream: BinaryIO, name: str) -> str:
    """The media type of a file, from its bytes; `name` must end as such a file does.

    Raises:
        DomainError: a kind that is not taken, or a name that says something else.
    """
    ending = name.rpartition(".")[2].lower()
    promised = _BY_ENDING.get(ending)
    if promised is None:
        raise DomainError(
            N_("Files of this kind are not taken. Taken are: %(kinds)s."),
            field="file",
            kinds=", ".join(ENDINGS),
        )
    stream.seek(0)
    start = stream.read(4096)
    if not start:
        raise DomainError(N_("This file is empty."), field="file")
    found = _look(stream, start, promised)
    stream.seek(0)
    if found is None:
        raise DomainError(
            N_("What is in this file is not what its name says (.%(ending)s)."),
            field="file",
            ending=ending,
        )
    return found


def _look(stream: BinaryIO, start: bytes, promised: str) -> str | None:
    """`promised` (with the character set of a text) when the bytes keep it, else None."""
    if promised == PDF:
        return PDF if start.startswith(b"%PDF-") else None
    if promised == PNG:
        return PNG if start.startswith(b"\x89PNG\r\n\x1a\n") and start[12:16] == b"IHDR" else None
    if promised == JPEG:
        return JPEG if start.startswith(b"\xff\xd8\xff") else None
    if promised in _OFFICE_PARTS.values():
        return promised if _office_kind(stream, start) == promised else None
    charset = _charset_of(stream)
    if charset is None:
        return None
    if promised == EMAIL:
        return EMAIL if len(set(_HEADER.findall(start))) >= 2 else None
    return f"{promised}; charset={charset}"


def _office_kind(stream: BinaryIO, start: bytes) -> str | None:
    if not start.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return None
    names = {entry.filename for entry in entries}
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if (
        len(entries) > _ENTRY_LIMIT
        or unpacked > _UNPACKED_LIMIT
        or unpacked > packed * _RATIO_LIMIT
        or any(entry.flag_bits & 1 for entry in entries)
    ):
        raise DomainError(N_("This file unpacks to more than anybody could read."), field="file")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise DomainError(N_("Files with macros are not taken."), field="file")
    if "[Content_Types].xml" not in names:
        return None
    return next((kind for part, kind in _OFFICE_PARTS.items() if part in names), None)


def _charset_of(stream: BinaryIO) -> str | None:
    """The character set of a text; None for bytes that are no text."""
    stream.seek(0)
    data = stream.read()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16" if _decodes(data, "utf-16") else None
    if _CONTROLS.search(data):
        return None
    return next((name for name in _TEXT_CHARSETS if _decodes(data, name)), None)


def _decodes(data: bytes, charset: str) -> bool:
    try:
        data.decode(charset)
    except UnicodeDecodeError:
        return False
    return True
