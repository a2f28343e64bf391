"""A book set as PDF, or as pictures of its pages.

The template gets every word as data, so nothing that a person typed can be markup. The fonts are
our own: a machine without any sets Japanese and Korean alike.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

from models.errors import DomainError, N_

_TEMPLATE = Path(__file__).with_name("book.typ")
FONTS = Path(__file__).parent.parent / "fonts"


def to_pdf(document: Mapping[str, Any]) -> bytes:
    """The document as a tagged PDF whose text can be searched.

    Raises:
        DomainError: the fonts were not fetched.
    """
    return typst.compile(
        str(_TEMPLATE),
        font_paths=[_fonts()],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs=_inputs(document),
        timestamp=document["stamp"],
    )


def to_pictures(document: Mapping[str, Any], *, resolution: float = 100.0) -> list[bytes]:
    """Each page as a PNG, to look at."""
    found: bytes | list[bytes] = typst.compile(
        str(_TEMPLATE),
        font_paths=[_fonts()],
        ignore_system_fonts=True,
        format="png",
        ppi=resolution,
        sys_inputs=_inputs(document),
    )
    return [found] if isinstance(found, bytes) else list(found)


def _fonts() -> str:
    if not any(FONTS.glob("*.ttf")):
        raise DomainError(
            N_(
                "The fonts of printed pages are not there yet."
                " Fetch them with `python3 -m crm setup`."
            )
        )
    return str(FONTS)


def _inputs(document: Mapping[str, Any]) -> dict[str, str]:
    return {"book": json.dumps(document, ensure_ascii=False)}
