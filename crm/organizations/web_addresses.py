"""Web addresses that a page may link to."""

from urllib.parse import urlsplit

from models.errors import DomainError, N_

_LONGEST = 500


def web_address(text: str | None, *, field: str) -> str | None:
    """The address, with `https://` put before a bare host name; None for an empty text.

    Only http and https, and a host that can be one: whatever else a link could start in a
    browser (`javascript:`, `data:`, `file:`) is refused.

    Raises:
        DomainError: it is no web address.
    """
    address = (text or "").strip()
    if not address:
        return None
    if "://" not in address and not address.lower().startswith(("javascript:", "data:", "mailto:")):
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _unusable(field) from error
    if (
        parts.scheme not in ("http", "https")
        or "." not in host.strip(".")
        or parts.username is not None
        or any(letter.isspace() or letter in "<>\"'\\" for letter in address)
        or len(address) > _LONGEST
    ):
        raise _unusable(field)
    return address


def _unusable(field: str) -> DomainError:
    return DomainError(
        N_("This is not a web address. Write it as https://www.example.com."), field=field
    )
