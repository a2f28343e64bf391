"""The clock of these tests stands still, so that a book bears a moment that they know."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.factories.mission import NOW


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    """The moment of every request is `NOW`."""
    with time_machine.travel(NOW, tick=False):
        yield
