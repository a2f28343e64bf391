"""Small files of every kind that is taken, and some that are not."""

import io
import struct
import zipfile


def office_file(part: str, **more: bytes) -> bytes:
    """A file of an office program, as far as anybody looks."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, "<x/>")
        for name, data in more.items():
            archive.writestr(name.replace("__", "/"), data)
    return packed.getvalue()


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + b"\0" * 17
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF"
DOCX = office_file("word/document.xml")
XLSX = office_file("xl/workbook.xml")
PPTX = office_file("ppt/presentation.xml")
LETTER = b"From: a@b.example\r\nSubject: x\r\nDate: Fri, 20 Nov 2026 09:30:00 +0900\r\n\r\nhello"
