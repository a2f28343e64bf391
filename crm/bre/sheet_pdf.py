"""The question sheet as a PDF, set with our own fonts: Japanese and Korean look right anywhere."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import typst

from crm.bre.parts_on_page import PartOnPage, QuestionOnPage
from crm.bre.sheet import YES_NO, SheetWords, has_boxes
from models.errors import DomainError, N_
from models.organization import Organization

_TEMPLATE = Path(__file__).with_name("sheet.typ")
_FONTS = Path(__file__).parent.parent / "fonts"


def to_pdf(
    words: SheetWords,
    questions: Sequence[QuestionOnPage],
    organization: Organization,
    *,
    language: str,
    day: date | None,
    now: datetime,
) -> bytes:
    """The sheet on paper: A4 for Japan and Korea, letter elsewhere.

    Raises:
        DomainError: the fonts were not fetched.
    """
    if not any(_FONTS.glob("*.ttf")):
        raise DomainError(
            N_(
                "The fonts of printed pages are not there yet."
                " Fetch them with `python3 -m crm setup`."
            )
        )
    is_asian = language in ("ja", "ko")
    native = organization.native_name if is_asian else None
    document = {
        "lang": language,
        "paper": "a4" if is_asian else "us-letter",
        "title": words.title,
        "to": words.to,
        "name": f"{native or organization.name} {words.after_name}".strip(),
        "name_lang": (organization.native_language or language) if native else language,
        "on": words.on,
        "day": day.isoformat() if day is not None else "",
        "opening": words.opening,
        "closing": words.closing,
        "confidence": words.confidence,
        "questions": [
            {"text": one.text, "parts": [_part(part, one, language) for part in one.parts]}
            for one in questions
        ],
    }
    return typst.compile(
        str(_TEMPLATE),
        font_paths=[str(_FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"sheet": json.dumps(document, ensure_ascii=False)},
        timestamp=now,
    )


def _part(part: PartOnPage, question: QuestionOnPage, language: str) -> dict[str, Any]:
    label = part.label if len(question.parts) > 1 else ""
    if part.unit:
        label = f"{label} ({part.unit})".strip()
    boxes = []
    if part.kind == "yes_no":
        boxes = [words for _code, words in YES_NO[language]]
    elif has_boxes(part):
        boxes = [
            f"{code} {words}" if part.kind == "rating" and words != code else words
            for code, words, _beside in part.options
        ]
    return {"label": label, "boxes": boxes, "tall": part.kind == "long_text"}
