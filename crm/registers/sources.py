"""The registers that this office can search. A new one is added to `registers`."""

from functools import lru_cache
from pathlib import Path

from crm.registers.edinet import Edinet
from crm.registers.entries import Register
from models.errors import NotFoundError

FOLDER = "registers"


@lru_cache(maxsize=8)
def registers(data: Path) -> tuple[Register, ...]:
    """Every register, with the editions that the data folder holds before those we ship."""
    return (Edinet(data / FOLDER / "edinet.tsv"),)


def get_register(data: Path, code: str) -> Register:
    """The register of this code.

    Raises:
        NotFoundError: there is none.
    """
    for register in registers(data):
        if register.code == code:
            return register
    raise NotFoundError
