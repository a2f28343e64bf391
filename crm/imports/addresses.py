"""E-mail and web addresses of a cell."""

import re
import unicodedata

from crm.imports.problems import ValueProblem
from crm.imports.table import Cell
from crm.imports.text import is_unknown, one_line, quoted
from models.errors import N_

_LONGEST_EMAIL = 254
_LONGEST_SITE = 500
_EMAIL_PART = r"[^@\s<>,;:\"()\[\]\\]+"
_EMAIL = re.compile(rf"{_EMAIL_PART}@{_EMAIL_PART}\.[^@\s<>,;:\"()\[\]\\.]{{2,}}")
_NAMED_EMAIL = re.compile(r"[^<>]*<([^<>]+)>")
_SITE = re.compile(r"(?i)(?:(https?)://)?((?:[\w-]+\.)+[\w-]{2,}(?::\d{1,5})?)((?:[/?#]\S*)?)")


def parse_email(cell: Cell) -> str | None:
    """An e-mail address; "Name <address>" and "mailto:" are accepted around it."""
    if is_unknown(cell):
        return None
    text = unicodedata.normalize("NFKC", one_line(cell)).removeprefix("mailto:")
    named = _NAMED_EMAIL.fullmatch(text) if len(text) <= 2 * _LONGEST_EMAIL else None
    address = (named[1] if named else text).strip()
    is_short = len(address) <= _LONGEST_EMAIL
    if not is_short or ".." in address or _EMAIL.fullmatch(address) is None:
        raise ValueProblem(
            N_("“%(value)s” is not an e-mail address. Write one, such as name@example.com."),
            value=quoted(cell),
        )
    return address


def parse_website(cell: Cell) -> str | None:
    """A web address, always with its scheme; nothing but http and https is accepted."""
    if is_unknown(cell):
        return None
    text = one_line(cell)
    match = _SITE.fullmatch(text) if len(text) <= _LONGEST_SITE else None
    if match is None:
        raise ValueProblem(
            N_("“%(value)s” is not a web address. Write it as https://www.example.com."),
            value=quoted(cell),
        )
    scheme, host, rest = match.groups()
    return f"{(scheme or 'https').lower()}://{host}{rest}"
