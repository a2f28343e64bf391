"""Form fields that take only what the product can keep: days, moments and numbers."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from wtforms import DateField, DateTimeLocalField, DecimalField

from crm.days import is_possible


class DayField(DateField):
    """A day that anybody can mean: a slip of the keyboard gets a sentence of its own."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day."""
        super().process_formdata(valuelist)
        _keep_possible(self)


class MomentField(DateTimeLocalField):
    """A day and an hour, with the same bounds."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the moment."""
        super().process_formdata(valuelist)
        _keep_possible(self)


class NumberField(DecimalField):
    """A number: "not a number" and infinity are none."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number."""
        super().process_formdata(valuelist)
        if self.data is not None and not self.data.is_finite():
            self.data = None
            raise ValueError(self.gettext("Not a valid decimal value."))


def _keep_possible(field: DayField | MomentField) -> None:
    value = field.data
    day = value.date() if isinstance(value, datetime) else value
    if day is not None and not is_possible(day):
        # Nobody goes on with it, whatever becomes of the form.
        field.data = None
        raise ValueError(_("Choose a day between 1900 and 2200."))
