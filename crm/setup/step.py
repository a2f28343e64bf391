"""A step of the set-up: whether it is done, and how to do it."""

from typing import Literal, Protocol

PackageSet = Literal["run", "test", "dev"]

# Each set holds those after it: whoever has the tests' packages can also run.
SETS: tuple[PackageSet, ...] = ("dev", "test", "run")


def sets_that_serve(wanted: PackageSet) -> tuple[PackageSet, ...]:
    """The sets that hold all of `wanted`, itself the last."""
    return SETS[: SETS.index(wanted) + 1]


class Step(Protocol):
    """One thing that has to stand before the application starts."""

    def is_done(self) -> bool:
        """Whether what this step makes stands and fits its input; reads only."""

    def do(self) -> None:
        """Make it, whatever an earlier attempt left behind."""
