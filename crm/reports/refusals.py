"""Why a copy of a report was not made, kept as a sentence with its places still open.

Whoever reads it later reads it in their own language.
"""

import json

from flask_babel import gettext

from models.errors import DomainError

# A value that somebody typed may be as long as they like; a line of a table is not.
_LONGEST = 120


def kept(error: DomainError) -> str:
    """An expected error as the column holds it."""
    values = {
        name: value if isinstance(value, int | float) else str(value)[:_LONGEST]
        for name, value in error.params.items()
    }
    return json.dumps([error.message, values], ensure_ascii=False)


def told(problem: str) -> str:
    """What was kept, in the reader's language.

    Earlier versions kept the English sentence with its values filled in: it is shown as it is.
    """
    try:
        message, values = json.loads(problem)
    except ValueError:
        message, values = problem, {}
    text: str = gettext(message)
    return text % values if values else text
