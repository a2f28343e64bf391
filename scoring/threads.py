"""One thread for the linear algebra of small matrices.

More gain nothing at this size, wait for each other on a busy machine (measured: forty times
slower on two cores), and may add up in another order: the same data must give the same bits.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import numpy  # noqa: F401 - loads its linear algebra, to be found below
import scipy.linalg  # noqa: F401 - likewise
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]


@lru_cache(maxsize=1)
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold the linear algebra to one thread within the block."""
    with _libraries().limit(limits=1, user_api="blas"):
        yield
