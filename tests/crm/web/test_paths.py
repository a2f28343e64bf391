"""Where a form may lead on to."""

import pytest

from crm.web.paths import own_path


@pytest.mark.parametrize(
    "target",
    [
        *(None, "", "leads", "https://evil.example/", "//evil.example", "/\\evil.example"),
        *("/\t/evil.example", "/\n/evil.example", "\r\n/x", "/x\r\nX: 1", "/x\x00", "/x\x7f"),
        *("/a\\b", "javascript:alert(1)", "/\x1b"),
    ],
)
def test_another_site_is_never_gone_to(target: str | None) -> None:
    assert own_path(target, "/home") == "/home"


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/", "/"),
        ("/leads/?q=a&after=%E3%81%82#x", "/leads/?q=a&after=%E3%81%82#x"),
        ("/leads/?q=é", "/leads/?q=%C3%A9"),
    ],
)
def test_a_path_of_ours_is_fit_for_a_header(target: str, path: str) -> None:
    assert own_path(target, "/home") == path
