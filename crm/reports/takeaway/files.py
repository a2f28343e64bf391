"""A report as the bytes of a file, by what its name ends in."""

from dataclasses import dataclass

from crm.reports.takeaway.csv_files import csv_of, table_csv
from crm.reports.takeaway.pdf import pdf_bytes
from crm.reports.takeaway.taken import Taken
from crm.reports.takeaway.xlsx import xlsx_bytes
from models.errors import NotFoundError
from models.report import ReportFormat

_MIMETYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "zip": "application/zip",
}


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A file to hand over, or to attach to a mail."""

    name: str
    content: bytes

    @property
    def mimetype(self) -> str:
        """What it is, as mails and browsers say it."""
        return _MIMETYPES[self.name.rpartition(".")[2]]


def file_of(taken: Taken, kind: ReportFormat, *, table: str | None = None) -> ReportFile:
    """The report in a format. CSV of several tables is a ZIP; `table` asks for one of them.

    Raises:
        NotFoundError: there is no such table.
        DomainError: the fonts of a PDF were not fetched.
    """
    if kind is ReportFormat.PDF:
        return ReportFile(f"{taken.stem}.pdf", pdf_bytes([taken]))
    if kind is ReportFormat.XLSX:
        return ReportFile(f"{taken.stem}.xlsx", xlsx_bytes(taken))
    if table is not None:
        for found in taken.tables:
            if found.code == table:
                return ReportFile(f"{taken.stem}-{table}.csv", table_csv(found))
        raise NotFoundError
    content, is_archive = csv_of(taken)
    return ReportFile(f"{taken.stem}.{'zip' if is_archive else 'csv'}", content)
