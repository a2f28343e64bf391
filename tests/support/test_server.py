"""The loopback server ends with its block."""

from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.support.server import serve


def test_the_application_answers_until_the_block_ends() -> None:
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "here")

    with serve(app) as url:
        assert get(url) == b"here"

    with pytest.raises(ConnectionRefusedError):
        get(url)


def get(url: str) -> bytes:
    """The body of the page."""
    connection = HTTPConnection(urlsplit(url).netloc)
    connection.request("GET", "/")
    body = connection.getresponse().read()
    connection.close()
    return body
