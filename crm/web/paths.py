"""Where to go on to after a form: a path of our own, never another site."""

from urllib.parse import urlsplit


def own_path(target: str | None, otherwise: str) -> str:
    """`target` when it is a path of ours, else `otherwise`."""
    if target and target.startswith("/") and not target.startswith(("//", "/\\")):
        parts = urlsplit(target)
        if not parts.scheme and not parts.netloc:
            return target
    return otherwise
