"""The clock of these tests stands still, so that "today" is a day that they know."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.factories.lead import NOW


@pytest.fixture(autouse=True)
def still_clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """The moment of every request is `NOW`; a real browser keeps its own time."""
    if request.node.get_closest_marker("browser"):
        yield
        return
    with time_machine.travel(NOW, tick=False):
        yield
