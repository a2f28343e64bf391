"""The columns that a person has chosen, checked against the file and against our fields."""

from collections.abc import Mapping, Sequence

from crm.imports.fields import fields_of, header_key
from crm.imports.text import one_line
from models.errors import DomainError, N_
from models.import_batch import BatchKind


def resolve_choices(
    headers: Sequence[str], kind: BatchKind, chosen: Mapping[str, str | None]
) -> dict[int, str | None]:
    """The index of each chosen header, with its field; an unknown name is an error."""
    fixed: dict[int, str | None] = {}
    taken: dict[str, str] = {}
    for header, code in chosen.items():
        index = _find_header(headers, header)
        if index is None:
            listed = ", ".join(f"“{one}”" for one in headers if one)
            raise DomainError(
                N_(
                    "The mapping names a column “%(header)s” that the file does not have."
                    " Its columns are: %(headers)s."
                ),
                header=one_line(header)[:100],
                headers=listed[:600],
            )
        if code is not None:
            if code not in fields_of(kind):
                raise DomainError(
                    N_(
                        "The mapping names a field “%(name)s” that such a file does not have."
                        " Its fields are: %(fields)s."
                    ),
                    name=one_line(code)[:100],
                    fields=", ".join(fields_of(kind)),
                )
            if code in taken:
                raise DomainError(
                    N_(
                        "The mapping gives the field “%(name)s” to two columns,"
                        " “%(first)s” and “%(second)s”."
                    ),
                    name=code,
                    first=taken[code],
                    second=one_line(header)[:100],
                )
            taken[code] = one_line(header)[:100]
        fixed[index] = code
    return fixed


def _find_header(headers: Sequence[str], wanted: str) -> int | None:
    if wanted in headers:
        return headers.index(wanted)
    wanted_key = header_key(wanted)
    return next(
        (index for index, one in enumerate(headers) if one and header_key(one) == wanted_key), None
    )
