"""Bytes of e-mails as text: the character sets of Japan and Korea, and HTML without its marks."""

import re
import unicodedata
from email.header import decode_header
from email.utils import getaddresses
from html.parser import HTMLParser

# What mail programs call a character set, and the wider one that they really write.
_REALLY = {
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "ks_c_5601": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "unknown-8bit": "utf-8",
}
# Others that mail is written in. Python knows many more, some of them no character sets at all:
# they unpack, decipher or obey what they read.
_OTHERS = frozenset(
    "utf-8 utf-16 utf-16be utf-16le big5 big5hkscs euc-jp euc-jis-2004 hz iso-2022-kr johab"  # noqa: SIM905
    " koi8-r koi8-u mac-roman macintosh tis-620".split()
)
_FAMILIES = re.compile(r"iso-8859-(?:[2-9]|1[0-6])|(?:windows-|cp)125[0-8]|cp(?:437|850|932|949)")
_ISO_2022_JP = frozenset({"iso-2022-jp", "iso2022-jp", "csiso2022jp", "iso-2022-jp-ms", "cp50221"})
_GUESSES = ("utf-8", "cp932", "cp949")
_ESCAPES = re.compile(rb"\x1b(\$[@B]|\([BJI])")
_BLOCKS = frozenset(
    "address article blockquote br dd div dl dt footer h1 h2 h3 h4 h5 h6 header hr li ol p pre"  # noqa: SIM905
    " section table tr ul".split()
)
_SILENT = frozenset({"head", "script", "style", "template", "title"})


def decode(data: bytes, charset: str | None, *, is_retyped: bool = False) -> str:
    """Text in the character set that its sender names, or in the one that fits.

    `is_retyped` says that the bytes were pasted and are UTF-8, whatever the header says.
    """
    name = (charset or "").strip().lower()
    if name in _ISO_2022_JP or (not name and b"\x1b$" in data):
        return _iso_2022_jp(data)
    named = _known(_REALLY.get(name, name))
    first = ("utf-8", named) if is_retyped else (named,)
    for candidate in (*first, *_GUESSES):
        if not candidate:
            continue
        try:
            return data.decode(candidate)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("utf-8", "replace")


def _known(name: str) -> str:
    """The name of a character set that mail is written in; nothing for any other."""
    is_known = name in _OTHERS or name in _REALLY.values() or _FAMILIES.fullmatch(name)
    return name if is_known else ""


def _iso_2022_jp(data: bytes) -> str:
    # The codec of that name lacks the letters that Japanese business uses most, such as the
    # bracketed "kabu", so two-byte runs are read through their wider set.
    pieces = _ESCAPES.split(data)
    text = [decode(pieces[0], "utf-8")] if pieces[0] else []
    for escape, run in zip(pieces[1::2], pieces[2::2], strict=True):
        if escape in (b"$B", b"$@"):
            text.append(_two_byte_run(run))
        elif escape == b"(I":
            text.append(bytes(byte | 0x80 for byte in run).decode("cp932", "replace"))
        else:
            text.append(run.decode("utf-8", "replace"))
    return "".join(text)


def _two_byte_run(run: bytes) -> str:
    letters = bytearray()
    position = 0
    while position < len(run):
        row, cell = run[position], run[position + 1] if position + 1 < len(run) else 0
        if not (0x21 <= row <= 0x7E and 0x21 <= cell <= 0x7E):
            # A line break inside a run: senders that forget to switch back.
            letters.append(row)
            position += 1
            continue
        letters.append(((row + 1) >> 1) + (0x70 if row < 0x5F else 0xB0))
        letters.append(cell + (0x1F if cell < 0x60 else 0x20) if row & 1 else cell + 0x7E)
        position += 2
    return letters.decode("cp932", "replace")


def header_text(raw: str | None) -> str:
    """A header as a person reads it: encoded words and raw bytes alike."""
    if not raw:
        return ""
    unfolded = re.sub(r"\r?\n[ \t]+", " ", str(raw))
    if "=?" not in unfolded:
        return _printable(_raw_text(unfolded)).strip()
    pieces = []
    for piece, charset in decode_header(unfolded):
        pieces.append(_raw_text(piece) if isinstance(piece, str) else decode(piece, charset))
    return _printable(re.sub(r"\s+", " ", "".join(pieces))).strip()


def _printable(text: str) -> str:
    """The text without control characters and half pairs, which an encoded word can spell."""
    if text.isprintable():
        return text
    return "".join(letter for letter in text if unicodedata.category(letter) not in ("Cc", "Cs"))


def addresses(raw: list[str]) -> list[tuple[str, str]]:
    """Names and addresses of a header, addresses in lower case."""
    found = []
    # Split first: a decoded name may hold a comma.
    for name, address in getaddresses([re.sub(r"\r?\n[ \t]+", " ", str(value)) for value in raw]):
        if "@" in address:
            found.append((header_text(name), address.strip().lower()))
    return found


def _raw_text(text: str) -> str:
    """Undo what reading a message does to bytes in headers that are not ASCII."""
    try:
        data = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        # Half a pair that stands for no byte stands for nothing.
        data = text.encode("utf-8", "replace")
    return decode(data, None)


def html_to_text(html: str) -> str:
    """The words of a page of HTML, its blocks on lines of their own."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = (re.sub(r"[ \t\r\f\v\xa0]+", " ", line).strip() for line in reader.text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._silent = 0

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self._pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self._pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._pieces.append(re.sub(r"\s+", " ", data))
