"""What no request of ours holds is refused before anybody reads it.

The files that are uploaded are not looked into here: whoever reads a file judges it.
"""

from collections.abc import Iterable, Iterator

from flask import abort, request

_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# No form of ours comes near; each value of a list becomes a parameter of a statement.
_MOST_VALUES = 2_000


def refuse_unreadable() -> None:
    """Answer 400 or 415 to what cannot come from a page of ours.

    No database keeps a NUL, and no answer can be written with half a surrogate pair.
    """
    if request.method in _WRITES and not _is_form():
        abort(415)
    for number, text in enumerate(_texts()):
        if number > _MOST_VALUES or not is_text(text):
            abort(400)


def is_text(text: str) -> bool:
    """Whether a text can be stored and shown: without NUL and without half a surrogate pair."""
    if text.isascii():
        return "\x00" not in text
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _is_form() -> bool:
    if request.mimetype:
        return request.mimetype in _FORMS
    # A form without any field has no body, and then no type.
    return not request.content_length and "Transfer-Encoding" not in request.headers


def _texts() -> Iterable[str]:
    yield request.path
    yield from _of(request.args.items(multi=True))
    yield from _of(request.form.items(multi=True))
    for name, file in request.files.items(multi=True):
        yield from (name, file.filename or "")


def _of(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, value in pairs:
        # Together they are one field.
        yield name + value
