"""Where to go on to after a form: a path of our own, never another site."""

from urllib.parse import urlsplit

from werkzeug.urls import iri_to_uri


def own_path(target: str | None, otherwise: str) -> str:
    """`target` when it is a path of ours, else `otherwise`; either way fit for a header."""
    return iri_to_uri(target if target and _is_own(target) else otherwise)


def _is_own(target: str) -> bool:
    # Browsers skip line breaks and tabs, and take a backslash for a slash: "/\t/host" is "//host".
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        return False
    if any(ord(letter) < 0x20 or ord(letter) == 0x7F for letter in target):
        return False
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc
