"""Letters tell Japanese and Korean, and nothing else."""

import pytest

from crm.interactions.languages import language_of_text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("本日、準備室を訪問しました。", "ja"),
        ("공장 부지를 찾고 있습니다.", "ko"),
        ("カナダ", "ja"),
        ("Met 株式会社トヨタ自動織機 about the site and its power supply", None),
        ("Bonjour à tous", None),
        ("株式会社", None),
        ("KOTRA 담당자와 통화했습니다", "ko"),
        ("12.5%", None),
        ("", None),
        (None, None),
    ],
)
def test_the_language_is_told_by_the_script_or_not_at_all(
    text: str | None, language: str | None
) -> None:
    assert language_of_text(text) == language
