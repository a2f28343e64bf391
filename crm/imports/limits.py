"""How large a file may be. The limits hold before anything is unpacked or understood."""

from models.errors import DomainError, N_

FILE_BYTES = 32 * 2**20
ROWS = 50_000
COLUMNS = 200
CELL_CHARACTERS = 32_767
UNPACKED_BYTES = 100 * 2**20
UNPACKED_RATIO = 100
# Below this size a high ratio is only an empty sheet, not an attack.
UNPACKED_UNSUSPECTED = 2 * 2**20
ZIP_ENTRIES = 1_000
# A header may stand below a title and some remarks.
HEADER_SEARCH_ROWS = 10


def check_size(content: bytes) -> None:
    """Refuse a file that is too large to read, or empty."""
    if len(content) > FILE_BYTES:
        raise DomainError(
            N_("The file is larger than %(limit)s MB. Split it into smaller files."),
            limit=FILE_BYTES // 2**20,
        )
    if not content.strip():
        raise DomainError(N_("The file is empty."))


def check_rows(count: int) -> None:
    """Refuse a table with too many rows."""
    if count > ROWS:
        raise DomainError(
            N_("The file has more than %(limit)s rows. Split it into smaller files."), limit=ROWS
        )


def check_columns(count: int) -> None:
    """Refuse a table with too many columns."""
    if count > COLUMNS:
        raise DomainError(
            N_("The file has more than %(limit)s columns. Keep only those of the leads."),
            limit=COLUMNS,
        )
