"""Numbers in addresses."""

from werkzeug.routing import IntegerConverter, ValidationError

_LAST_KEY = 2**31 - 1


class KeyConverter(IntegerConverter):
    """A whole number that can be a key or a place in a list; any other has no page."""

    def to_python(self, value: str) -> int:
        """Read the number."""
        if len(value) > len(str(_LAST_KEY)):
            raise ValidationError
        number: int = super().to_python(value)
        if number > _LAST_KEY:
            raise ValidationError
        return number
