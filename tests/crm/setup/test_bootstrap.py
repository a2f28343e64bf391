"""The order of the steps."""

from collections.abc import Iterator

import pytest

from crm.setup import bootstrap
from crm.setup.bootstrap import ROOT, set_up, undone
from crm.setup.layout import Layout
from crm.setup.report import SetupError


def names(layout: Layout, wanted: bootstrap.PackageSet) -> list[str]:
    """The steps that a start would do now."""
    return [type(step).__name__ for step in undone(layout, wanted)]


@pytest.fixture
def checkout(layout: Layout) -> Layout:
    """A fresh clone, as far as the steps look."""
    layout.frontend.mkdir()
    for name in ("package.json", "package-lock.json", "icons.txt"):
        (layout.frontend / name).write_bytes((ROOT / "crm" / "frontend" / name).read_bytes())
    return layout


def test_a_fresh_clone_gets_what_running_needs_and_no_browser(checkout: Layout) -> None:
    expected = ["Environment", "Installer", "PythonPackages", "Node", "NodeModules", "VendorAssets"]
    assert names(checkout, "run") == [*expected, "Fonts"]


def test_the_tests_add_a_browser(checkout: Layout) -> None:
    assert names(checkout, "test")[-3:] == ["VendorAssets", "Fonts", "Chromium"]


def test_a_step_that_leaves_nothing_behind_stops_the_setup(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Idle:
        def is_done(self) -> bool:
            return False

        def do(self) -> None:
            pass

    def idle_steps(*_: object) -> Iterator[Idle]:
        yield Idle()

    monkeypatch.setattr(bootstrap, "undone", idle_steps)
    with pytest.raises(SetupError, match="Idle ended without an error, but what it makes"):
        set_up(layout, "run")
