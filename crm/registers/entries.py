"""What a public register says of a company, and what every register can be asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from models.organization import IdentifierScheme


@dataclass(frozen=True, slots=True)
class Entry:
    """One company as a register has it. `code` is the register's own; unknown is None.

    `industry` is the code of one of the industries in `crm.registers.industries`.
    """

    code: str
    native: str
    kana: str | None
    english: str | None
    numbers: tuple[tuple[IdentifierScheme, str], ...]
    country: str
    city: str | None
    industry: str | None
    fiscal_year_end_month: int | None
    is_listed: bool
    securities_code: str | None

    def number(self, scheme: IdentifierScheme) -> str | None:
        """The number of this scheme, if the register gives one."""
        return dict(self.numbers).get(scheme)


class Register(Protocol):
    """A source of companies. Further ones are added in `crm.registers.sources`."""

    @property
    def code(self) -> str:
        """Its name in addresses and commands."""

    @property
    def name(self) -> str:
        """What it is called, in English."""

    @property
    def licence(self) -> str:
        """The licence of what it says."""

    @property
    def attribution(self) -> str:
        """The words that have to stand wherever what it says is shown or kept."""

    @property
    def as_of(self) -> date | None:
        """The day of its content."""

    def count(self) -> int:
        """How many companies it holds."""

    def search(self, text: str, limit: int = 20) -> Sequence[Entry]:
        """The companies that a name, a reading or a number finds, the likeliest first."""

    def find(self, code: str) -> Entry | None:
        """The company of this code."""
