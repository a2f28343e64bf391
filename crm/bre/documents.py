"""Reads a document of data (from TOML or JSON) and says exactly where one is wrong."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from models.errors import DomainError, N_

Code = TypeVar("Code", bound=StrEnum)


class DocumentError(DomainError):
    """A questionnaire or a set of rules that cannot be used; `where` names the place in it."""

    def __init__(self, where: str, message: str, **params: object) -> None:
        super().__init__(message, field=None, **params)
        self.where = where

    def __str__(self) -> str:
        return f"{self.where}: {super().__str__()}"


class Place:
    """One value of a document, with the path that leads to it."""

    def __init__(self, value: object, path: str) -> None:
        self.value = value
        self.path = path

    def wrong(self, message: str, **params: object) -> DocumentError:
        """The error that says what is wrong here."""
        return DocumentError(self.path, message, **params)

    def names(self, known: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The names in a table; with `known`, a name that is not among them is an error."""
        names = tuple(self._table())
        for name in names:
            if known and name not in known:
                raise self.wrong(
                    N_("“%(name)s” is not known here. Known: %(known)s."),
                    name=name,
                    known=", ".join(known),
                )
        return names

    def __contains__(self, name: str) -> bool:
        return self._table().get(name) is not None

    def at(self, name: str) -> "Place":
        """What stands under a name, which must be there."""
        if name not in self:
            raise self.wrong(N_("“%(name)s” is missing."), name=name)
        return Place(self._table()[name], f"{self.path}.{name}")

    def items(self) -> Iterator["Place"]:
        """The members of a list."""
        if not isinstance(self.value, list | tuple):
            raise self.wrong(N_("A list is wanted here."))
        for position, value in enumerate(self.value, start=1):
            name = value.get("id", value.get("key")) if isinstance(value, Mapping) else None
            yield Place(value, f"{self.path}[{name or position}]")

    def text(self) -> str:
        """A text that is not empty."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.wrong(N_("A text is wanted here."))
        return self.value

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            raise self.wrong(N_("True or false is wanted here."))
        return self.value

    def whole(self) -> int:
        """A whole number from 1 on."""
        if not isinstance(self.value, int) or isinstance(self.value, bool) or self.value < 1:
            raise self.wrong(N_("A whole number from 1 on is wanted here."))
        return self.value

    def number(self) -> Fraction:
        """A number, exactly as it is written."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float | Decimal):
            raise self.wrong(N_("A number is wanted here."))
        return Fraction(str(self.value))

    def code(self, codes: type[Code]) -> Code:
        """One of the codes of an enumeration."""
        text = self.text()
        if text not in list(codes):
            raise self.wrong(
                N_("“%(value)s” is not one of: %(known)s."), value=text, known=", ".join(codes)
            )
        return codes(text)

    def texts(self) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(item.text() for item in self.items())

    def wording(self, languages: tuple[str, ...]) -> dict[str, str]:
        """A sentence in each of the languages, none missing."""
        self.names(languages)
        return {language: self.at(language).text() for language in languages}

    def _table(self) -> Mapping[str, object]:
        if not isinstance(self.value, Mapping):
            raise self.wrong(N_("A table of names and values is wanted here."))
        return self.value
