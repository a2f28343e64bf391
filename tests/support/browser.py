"""The browser of the tests: Chromium from `.venv/chromium`, through pytest-playwright.

Use the plugin's `page`, or `new_context` for several people at once. The
language comes from `browser_locale`, or for one test from
`@pytest.mark.browser_context_args(locale="ja-JP")`.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from crm.setup.bootstrap import ROOT
from crm.setup.chromium import is_packaged
from crm.setup.layout import Layout

# Side by side with everything else a page may take its time; what is wrong stays wrong.
expect.set_options(timeout=20_000)

LAYOUT = Layout(ROOT)
FONT_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <alias><family>sans-serif</family><prefer>
    <family>Noto Sans JP</family><family>Noto Sans KR</family>
  </prefer></alias>
</fontconfig>
"""

# The Node.js that comes with Playwright needs libatomic.so.1, which a minimal
# Debian lacks. Read when the driver starts.
os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(LAYOUT.node))


@pytest.fixture(scope="session")
def browser_locale() -> str:
    """The language that the browser asks for."""
    return "en-CA"


@pytest.fixture(scope="session")
def font_configuration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fonts that the browser sees, the same on every machine."""
    file = tmp_path_factory.mktemp("fontconfig") / "fonts.conf"
    # The cache stays: reading the fonts anew takes a second.
    cache = LAYOUT.chromium / "font-cache"
    file.write_text(FONT_CONFIGURATION.format(fonts=LAYOUT.fonts, cache=cache), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], font_configuration: Path
) -> dict[str, Any]:
    """How Chromium is started: ours on Linux, elsewhere the Chrome that is installed."""
    if not is_packaged():
        return {**browser_type_launch_args, "channel": "chrome"}
    return {
        **browser_type_launch_args,
        "executable_path": str(LAYOUT.chromium / "chromium"),
        "args": [
            # Its sandbox refuses to run as root; the pages are our own.
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
        ],
        "env": {
            **os.environ,
            "LD_LIBRARY_PATH": str(LAYOUT.chromium / "lib"),
            "FONTCONFIG_FILE": str(font_configuration),
        },
    }


@pytest.fixture(scope="session")
def browser_context_args(
    browser_context_args: dict[str, Any], browser_locale: str
) -> dict[str, Any]:
    """What each browser context has."""
    return {
        **browser_context_args,
        "locale": browser_locale,
        # A key pressed while something fades in would be ignored.
        "reduced_motion": "reduce",
    }
