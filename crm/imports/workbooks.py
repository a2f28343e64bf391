"""Excel workbooks (.xlsx): checked for what they would unpack to, then read by calamine."""

import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from crm.imports import limits
from crm.imports.table import Cell
from models.errors import DomainError, N_

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")

_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_STORED, _DEFLATED = 0, 8

# Cells with a value outside the limits. calamine lays a sheet out as a full rectangle, so one
# value in the last cell of Excel's grid would ask for hundreds of gigabytes.
_FAR_COLUMN = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="(?:[A-Z]{3}|[H-Z][A-Z]|G[S-Z])\d+"[^>]*[^/>]>')
_FAR_ROW = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="[A-Z]+(\d{5,})"[^>]*[^/>]>')
_UNNAMED_CELL = re.compile(rb'<(?:\w+:)?row\b[^>]*\br="(\d{5,})"[^>]*>\s*<(?:\w+:)?c(?![^>]*\br=)')


@dataclass(frozen=True, slots=True)
class Sheet:
    """The first visible sheet that holds something.

    `rows` begin with the sheet's first row, `first_column` is 0 for column A.
    """

    name: str
    rows: list[list[Cell]]
    first_column: int
    other_sheets: tuple[str, ...]


def is_workbook(content: bytes) -> bool:
    """Whether the bytes are some kind of office file, readable here or not."""
    return content.startswith((_ZIP, _EMPTY_ZIP, _OLE))


def read_sheet(content: bytes) -> Sheet:
    """The rows of an .xlsx file; a sentence for the person for every other kind."""
    if content.startswith(_OLE):
        raise _old_or_encrypted(content)
    _check_package(content)
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
        names = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible
        ]
        for name in names:
            sheet = workbook.get_sheet_by_name(name)
            if sheet.start is None:
                continue
            limits.check_columns(sheet.width)
            limits.check_rows(sheet.height - limits.HEADER_SEARCH_ROWS)
            rows: list[list[Cell]] = [list(row) for row in sheet.iter_rows()]
            others = tuple(other for other in names if other != name)
            return Sheet(name, rows, sheet.start[1], others)
    except (CalamineError, ValueError, OverflowError) as error:
        raise _damaged() from error
    raise DomainError(N_("The workbook has no visible sheet with anything in it."))


def _old_or_encrypted(content: bytes) -> DomainError:
    if _ENCRYPTED_STREAM in content:
        return DomainError(
            N_("The workbook is protected by a password. Save a copy without one and import that.")
        )
    return DomainError(
        N_(
            "This is a file of an old Office format, such as .xls."
            " Open it in Excel, save it as .xlsx or as CSV UTF-8, and import that."
        )
    )


def _check_package(content: bytes) -> None:
    """Refuse what is no workbook, is encrypted, or would unpack to more than the limits."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise _damaged() from error
    if any(entry.flag_bits & 1 for entry in entries):
        raise DomainError(
            N_("The workbook is protected by a password. Save a copy without one and import that.")
        )
    names = {entry.filename.replace("\\", "/").lower() for entry in entries}
    if "xl/workbook.xml" not in names:
        raise DomainError(
            N_(
                "This is an archive or a document, not an Excel workbook."
                " Save the table as .xlsx or as CSV UTF-8 and import that."
            )
        )
    if len(entries) > limits.ZIP_ENTRIES:
        raise _too_much()
    if sum(entry.file_size for entry in entries) > limits.UNPACKED_BYTES:
        raise _too_much()
    unpacked = 0
    for entry in entries:
        data = _inflate(content, entry, limits.UNPACKED_BYTES - unpacked)
        unpacked += len(data)
        if unpacked > max(limits.UNPACKED_UNSUSPECTED, limits.UNPACKED_RATIO * len(content)):
            raise _too_much()
        if entry.filename.lower().startswith("xl/worksheets/"):
            _check_reach(data)


def _inflate(content: bytes, entry: zipfile.ZipInfo, budget: int) -> bytes:
    """What an entry truly unpacks to. The size that the archive declares may be a lie."""
    start = entry.header_offset
    try:
        header = _LOCAL_HEADER.unpack_from(content, start)
    except struct.error as error:
        raise _damaged() from error
    start += _LOCAL_HEADER.size + header[9] + header[10]
    packed = content[start : start + entry.compress_size]
    if entry.compress_type == _STORED:
        data = packed
    elif entry.compress_type == _DEFLATED:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            data = inflater.decompress(packed, max(budget, 0) + 1)
        except zlib.error as error:
            raise _damaged() from error
    else:
        raise _damaged()
    if len(data) > budget:
        raise _too_much()
    return data


def _check_reach(sheet: bytes) -> None:
    """Refuse a sheet with a value beyond the row and column limits, before it is laid out."""
    if _FAR_COLUMN.search(sheet):
        limits.check_columns(limits.COLUMNS + 1)
    last_row = limits.ROWS + limits.HEADER_SEARCH_ROWS
    for pattern in (_FAR_ROW, _UNNAMED_CELL):
        for match in pattern.finditer(sheet):
            if int(match[1]) > last_row:
                limits.check_rows(limits.ROWS + 1)


def _too_much() -> DomainError:
    return DomainError(
        N_(
            "The workbook unpacks to far more than a table of leads."
            " Copy the table into a new workbook, or save it as CSV UTF-8, and import that."
        )
    )


def _damaged() -> DomainError:
    return DomainError(
        N_(
            "The workbook is damaged and cannot be read."
            " Open it in Excel, save it again as .xlsx, and import that."
        )
    )
