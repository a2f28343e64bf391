"""What a file is, told by its bytes."""

import io
import zipfile

import pytest

from crm.files import kinds
from crm.files.kinds import content_type_of
from models.errors import DomainError
from tests.crm.files.contents import DOCX, JPEG, LETTER, PDF, PNG, PPTX, XLSX, office_file


@pytest.mark.parametrize(
    ("name", "data", "content_type"),
    [
        ("a.pdf", PDF, kinds.PDF),
        ("a.PNG", PNG, kinds.PNG),
        ("a.jpg", JPEG, kinds.JPEG),
        ("a.jpeg", JPEG, kinds.JPEG),
        ("a.docx", DOCX, kinds.DOCX),
        ("a.xlsx", XLSX, kinds.XLSX),
        ("a.pptx", PPTX, kinds.PPTX),
        ("a.eml", LETTER, kinds.EMAIL),
        ("a.txt", "合同会社".encode(), "text/plain; charset=utf-8"),
        ("a.csv", "会社名,国\n".encode("cp932"), "text/csv; charset=cp932"),
        ("a.csv", "회사,국가\n".encode("utf-16"), "text/csv; charset=utf-16"),
    ],
)
def test_what_is_taken(name: str, data: bytes, content_type: str) -> None:
    stream = io.BytesIO(data)
    assert content_type_of(stream, name) == content_type
    assert stream.tell() == 0


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.exe", b"MZ"),
        ("a.svg", b"<svg/>"),
        ("a.html", b"<html>"),
        ("a.zip", DOCX),
        ("a.doc", b"\xd0\xcf\x11\xe0"),
        ("a", PDF),
        ("a.pdf", b"<html>"),
        ("a.pdf", b""),
        ("a.png", JPEG),
        ("a.jpg", PDF),
        ("a.docx", XLSX),
        ("a.docx", b"PK\x03\x04 broken"),
        ("a.xlsx", office_file("other.xml")),
        ("a.txt", b"\x00\x01\x02"),
        ("a.txt", PNG),
        ("a.eml", b"just words"),
    ],
)
def test_what_is_not_taken(name: str, data: bytes) -> None:
    with pytest.raises(DomainError) as caught:
        content_type_of(io.BytesIO(data), name)
    assert caught.value.field == "file"


def test_macros_are_not_taken() -> None:
    packed = io.BytesIO(DOCX)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"x")
    with pytest.raises(DomainError, match="macros"):
        content_type_of(packed, "a.docx")


def test_a_bomb_is_not_taken() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"0" * 20_000_000)
    with pytest.raises(DomainError, match="unpacks"):
        content_type_of(packed, "a.docx")
