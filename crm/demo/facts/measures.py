"""Numbers of the texts as they are printed; what is not stated stays unknown."""

from typing import Any

from models.measure import UNKNOWN, Measure, Qualifier


def measure_of(row: dict[str, Any], field: str) -> Measure:
    """A stated number with its words. No text names a currency, so none has one."""
    stated = row.get(field)
    if stated is None:
        return UNKNOWN
    qualifier = stated.get("qualifier")
    return Measure(
        stated.get("value"),
        Qualifier(qualifier) if qualifier else None,
        as_printed=stated["as_printed"],
    )
