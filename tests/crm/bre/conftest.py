"""The clock of the pages' tests stands still, so that "today" is a day that they know."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.factories.lead import NOW

_PURE = ("test_questionnaire", "test_rules", "test_evaluation", "test_cli")


@pytest.fixture(autouse=True)
def still_clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """The moment of every request is `NOW`; a real browser keeps its own time."""
    module = request.node.module.__name__.rpartition(".")[2]
    if request.node.get_closest_marker("browser") or module.startswith(_PURE):
        yield
        return
    with time_machine.travel(NOW, tick=False):
        yield
