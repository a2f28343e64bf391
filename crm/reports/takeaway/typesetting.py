"""Pages set by typst from data alone, in our own fonts."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from crm.briefing.typesetting import FONTS
from crm.web.formatting import language_of
from models.errors import DomainError, N_

_HERE = Path(__file__).parent
_FOR_EVERYBODY = "ua-1"


def to_pdf(
    template: str, document: Mapping[str, Any], pictures: Mapping[str, str], *, made_at: datetime
) -> bytes:
    """The document as a PDF for everybody to read (PDF/UA-1: tags, title, language).

    The same document at the same moment is the same bytes.

    Raises:
        DomainError: the fonts were not fetched.
    """

    def compiled(standards: list[Any]) -> bytes:
        return typst.compile(
            str(_HERE / template),
            font_paths=[_fonts()],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=standards,
            sys_inputs=_inputs(document, pictures),
            timestamp=int(made_at.timestamp()),
        )

    try:
        return compiled([_FOR_EVERYBODY])
    except typst.TypstError:
        # A sign that our fonts lack, such as a picture in a name, is against the standard. A page
        # with a box in it, tagged all the same, is better than none.
        return compiled([])


def to_pictures(
    template: str,
    document: Mapping[str, Any],
    pictures: Mapping[str, str],
    *,
    resolution: float = 100.0,
) -> list[bytes]:
    """Each page as a PNG, to look at."""
    found: bytes | list[bytes] = typst.compile(
        str(_HERE / template),
        font_paths=[_fonts()],
        ignore_system_fonts=True,
        format="png",
        ppi=resolution,
        sys_inputs=_inputs(document, pictures),
    )
    return [found] if isinstance(found, bytes) else list(found)


def worded(text: str) -> Any:
    """A text, with the language that its glyphs need where its script tells."""
    tag = language_of(text)
    return text if tag is None else {"t": text, "l": tag}


def _inputs(document: Mapping[str, Any], pictures: Mapping[str, str]) -> dict[str, str]:
    return {"book": json.dumps(document, ensure_ascii=False), **pictures}


def _fonts() -> str:
    if not any(FONTS.glob("*.ttf")):
        raise DomainError(
            N_(
                "The fonts of printed pages are not there yet."
                " Fetch them with `python3 -m crm setup`."
            )
        )
    return str(FONTS)
