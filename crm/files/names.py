"""File names as they may be kept, shown and sent."""

import re
import unicodedata

_LIMIT = 120
_FORBIDDEN = re.compile(r'[<>:"|?*\\/]')


def clean_name(name: str) -> str:
    """A name without folders, without letters that hide or turn text, and of bearable length.

    The ending stays; it must fit the content anyway.
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    # Controls, and marks that turn the direction of writing, can make an ending look harmless.
    kept = "".join(letter for letter in last if unicodedata.category(letter) not in ("Cc", "Cf"))
    kept = re.sub(r"\s+", " ", _FORBIDDEN.sub("_", kept)).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if not dot:
        stem, ending = kept, ""
    stem = stem.strip(" .") or "file"
    room = _LIMIT - len(ending) - 1
    return f"{stem[:room].rstrip()}.{ending}" if ending else stem[:_LIMIT]
