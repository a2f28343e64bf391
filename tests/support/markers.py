"""Markers that nobody has to remember: a test is marked by what it uses."""

import pytest

MARKED_BY_FIXTURE = {"postgres_server": "postgres", "browser": "browser"}


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test that stands on one of the fixtures, however deep; slow files come first.

    A file is one worker's: the longest, begun last, would keep the others waiting.
    """
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        for fixture, marker in MARKED_BY_FIXTURE.items():
            if fixture in fixtures:
                item.add_marker(marker)
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
