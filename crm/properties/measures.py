"""Form fields for areas and electrical power, each typed with its unit."""

from typing import Any

from wtforms import StringField
from wtforms.validators import ValidationError

from crm.imports.problems import ValueProblem
from crm.properties.units import read_area, read_power
from crm.properties.wording import problem_words


class AreaField(StringField):
    """An area with its unit; `measured` holds its square metres."""

    measured: float | None = None

    def pre_validate(self, form: Any) -> None:
        """Read it."""
        try:
            self.measured = read_area(self.data or None)
        except ValueProblem as problem:
            raise ValidationError(problem_words(problem)) from problem


class PowerField(StringField):
    """Electrical power with its unit; `measured` holds its kilowatts."""

    measured: int | None = None

    def pre_validate(self, form: Any) -> None:
        """Read it."""
        try:
            self.measured = read_power(self.data or None)
        except ValueProblem as problem:
            raise ValidationError(problem_words(problem)) from problem
