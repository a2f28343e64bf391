"""The clock of these tests stands still, so that "today" is a day that they know."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.factories.lead import NOW


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    """The moment of every request is `NOW`."""
    with time_machine.travel(NOW, tick=False):
        yield
