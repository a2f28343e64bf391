"""What is wrong with a file, as data: a row, a column, and a sentence with its parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field


class ValueProblem(Exception):
    """A cell that cannot be read. `message` is an English template marked with `N_`."""

    def __init__(self, message: str, **params: object) -> None:
        self.message = message
        self.params = params
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One mistake: the row as a spreadsheet numbers it and the header as printed.

    `column` is empty where the mistake is not in one column.
    """

    row: int
    column: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)

    def text(self) -> str:
        """The English sentence."""
        return self.message % self.params if self.params else self.message


@dataclass(frozen=True, slots=True)
class Notice:
    """Something worth a look that stops nothing: what was read, and how."""

    row: int
    column: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)

    def text(self) -> str:
        """The English sentence."""
        return self.message % self.params if self.params else self.message
