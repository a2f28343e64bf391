"""The tests' browser starts, has our fonts, and speaks the language that it is told."""

from collections.abc import Iterator

import pytest
from flask import Flask, request
from playwright.sync_api import Page

from tests.support.server import serve


@pytest.fixture(scope="module")
def echo() -> Iterator[str]:
    """A page that says which language was asked for."""
    app = Flask(__name__)

    @app.get("/")
    def index() -> str:
        return f"<title>{request.headers['Accept-Language']}</title><p>東京 서울</p>"

    with serve(app) as url:
        yield url


def test_a_page_is_served_and_shown(page: Page, echo: str) -> None:
    response = page.goto(echo)
    assert response is not None
    assert response.status == 200
    assert page.title().startswith("en-CA")
    assert page.inner_text("p") == "東京 서울"


@pytest.mark.browser_context_args(locale="ja-JP")
def test_one_test_may_ask_for_another_language(page: Page, echo: str) -> None:
    page.goto(echo)
    assert page.title().startswith("ja-JP")


def test_nothing_fades_in(page: Page) -> None:
    assert page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")


@pytest.mark.parametrize("family", ["NotoSansJP", "NotoSansKR"])
def test_the_asian_fonts_are_there(page: Page, family: str) -> None:
    seen = page.evaluate(
        """async (family) => {
          const face = new FontFace("probe", `local("${family}-Regular")`);
          await face.load();
          return face.status;
        }""",
        family,
    )
    assert seen == "loaded"
