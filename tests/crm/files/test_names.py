"""File names as they are kept and sent."""

import pytest

from crm.files.names import clean_name


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("資料 2026.pdf", "資料 2026.pdf"),
        ("C:\\Users\\x\\plan.pdf", "plan.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("invoice\u202efdp.txt", "invoicefdp.txt"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        ("...pdf", "pdf"),
        (".pdf", "pdf"),
        ("  .pdf", "pdf"),
        ("", "file"),
        ("x" * 300 + ".docx", "x" * 115 + ".docx"),
        ("카탈로그.pdf".encode().decode(), "카탈로그.pdf"),
    ],
)
def test_a_name_is_cleaned_and_keeps_its_ending(given: str, kept: str) -> None:
    assert clean_name(given) == kept
    assert len(kept) <= 120
