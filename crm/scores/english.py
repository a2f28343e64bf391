"""Words outside a request: the command line speaks English."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from flask_babel import Babel, force_locale


@contextmanager
def in_english() -> Iterator[None]:
    """A context in which gettext and the formats answer in English."""
    app = Flask("crm.words")
    Babel(app, default_locale="en")
    with app.app_context(), force_locale("en"):
        yield
