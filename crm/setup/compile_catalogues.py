"""Compile the .po files named as arguments; run as a script by the environment's Python.

Apart from the rest of the set-up because it needs Babel, and in place of
`pybabel compile` because that ends well whatever it complained about.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po


def compile_catalogue(source: Path) -> Iterator[str]:
    """Write the .mo file beside `source`; yields what is wrong with it, then nothing is written."""
    # crm/translations/LOCALE/LC_MESSAGES/messages.po
    locale = source.parent.parent.name
    try:
        with source.open("rb") as file:
            catalogue = read_po(file, locale=locale, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        yield f"{source}: {error}"
        return
    problems = [
        f"{source}:{message.lineno}: {error}"
        for message, errors in catalogue.check()
        for error in errors
    ]
    yield from problems
    if not problems:
        with source.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)


def main(arguments: Sequence[str]) -> int:
    """Compile each; 1 when one of them is wrong."""
    problems = [problem for name in arguments for problem in compile_catalogue(Path(name))]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
