"""The clock of these tests stands still, so that "now" is a moment that they know."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.factories.mission import NOW


@pytest.fixture(autouse=True)
def still_clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """The moment of every request is `NOW`; a real browser keeps its own time."""
    if request.node.get_closest_marker("browser"):
        yield
        return
    with time_machine.travel(NOW, tick=False):
        yield
