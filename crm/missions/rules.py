"""What every command of the room asks first, and how it reads words."""

from typing import Any

from models.errors import ConflictError, ForbiddenError, N_
from models.user import Actor


def must_write(actor: Actor) -> None:
    """Refuse whoever may not write.

    Raises:
        ForbiddenError: the role does not allow it.
    """
    if not actor.may_write:
        raise ForbiddenError


def check_version(record: Any, version: int | None) -> None:
    """Refuse a form that was opened before somebody else changed the record.

    Raises:
        ConflictError: it has changed since.
    """
    if version is not None and record.version != version:
        raise ConflictError(
            N_("Somebody else changed this in the meantime. Look at it again before you save.")
        )


def text_or_none(text: str | None) -> str | None:
    """Words without blanks around them; None for none."""
    return (text or "").strip() or None
