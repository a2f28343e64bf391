"""The language of a book, whoever asks for it: a page, or a command without a request."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, has_app_context
from flask_babel import Babel, force_locale

_TRANSLATIONS = Path(__file__).parent.parent / "translations"
LANGUAGES = ("en", "fr")


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """A context in which gettext and the formats answer in `language`."""
    if has_app_context():
        with force_locale(language):
            yield
        return
    app = Flask("crm.words")
    Babel(
        app,
        default_locale="en",
        default_translation_directories=str(_TRANSLATIONS),
    )
    with app.app_context(), force_locale(language):
        yield
