"""Excel workbooks (.xlsx): checked for what they would unpack to, then read by calamine."""

import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from xml.parsers import expat

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

_CLAIMS = ("sheetData", "uniqueCount")
_REFERENCE = re.compile(r"([A-Za-z]{1,7})(\d{1,9})")


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
            rows: list[list[Cell]] = [_cells(row) for row in sheet.iter_rows()]
            others = tuple(other for other in names if other != name)
            return Sheet(name, rows, sheet.start[1], others)
    except (CalamineError, ValueError, OverflowError) as error:
        raise _damaged() from error
    raise DomainError(N_("The workbook has no visible sheet with anything in it."))


def _cells(row: Sequence[Cell]) -> list[Cell]:
    """The cells of a row; none at all where the row is blank, which spares a sparse sheet."""
    return list(row) if any(cell != "" for cell in row) else []


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
        _check_claims(data)


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


def _check_claims(data: bytes) -> None:
    """Refuse a part that would make calamine ask for more memory than there is.

    It lays a sheet out as one full rectangle, and makes room for as many shared texts as the part
    claims to hold: one value in the last cell of Excel's grid, or one false count, asks for
    hundreds of gigabytes and ends the process. A part may bear any file name, so that each is
    looked at.
    """
    if any(word.encode(wide) in data for word in _CLAIMS for wide in ("utf-16-le", "utf-16-be")):
        raise _damaged()
    if not any(word.encode() in data for word in _CLAIMS):
        return
    claims = _Claims(len(data))
    parser = expat.ParserCreate()
    parser.StartElementHandler = claims.start
    parser.StartDoctypeDeclHandler = claims.refuse_doctype
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError) as error:
        raise _damaged() from error


class _Claims:
    """Follows the cells of a sheet. Empty cells may stand anywhere: Excel leaves styled ones."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.row = self.column = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """One element begins: a row, a cell, or what a cell holds."""
        count = attributes.get("uniqueCount", "0")
        if not count.isdecimal() or int(count[:20]) > self.size:
            raise _damaged()
        local = name.rpartition(":")[2]
        if local == "c":
            self.column += 1
            match = _REFERENCE.fullmatch(attributes.get("r", ""))
            if match is not None:
                self.column, self.row = _number(match[1]), int(match[2])
        elif local == "row":
            number = attributes.get("r", "")
            self.row = int(number) if number.isdecimal() else self.row + 1
            self.column = 0
        elif local in ("v", "is", "t"):
            limits.check_columns(self.column)
            limits.check_rows(self.row - limits.HEADER_SEARCH_ROWS)

    def refuse_doctype(self, *_: object) -> None:
        """No program writes one into a sheet; an attack does."""
        raise _damaged()


@lru_cache(maxsize=1024)
def _number(letters: str) -> int:
    """The number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


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
