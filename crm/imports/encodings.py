"""From bytes to text: which of the encodings that offices save in a file is in."""

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from crm.imports.columns import count_known
from models.errors import DomainError, N_

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What Excel and the office suites of Japan, Korea and Europe write. cp932 and cp949 contain
# Shift_JIS and EUC-KR. Chinese encodings accept nearly any bytes and would win by accident.
_CANDIDATES = ("cp932", "euc_jp", "cp949", "cp1252")
# What a person can say a file is in, where its content was read wrongly.
ENCODINGS = (
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"),
    *("cp932", "euc_jp", "iso2022_jp", "cp949", "euc_kr", "cp1252", "mac_roman"),
)
_SAMPLE = 200_000
_HEAD = 4_000
# A few broken characters in an otherwise sound file are shown as such, not refused.
_BROKEN_SHARE = 0.02
# Text of another encoding is hardly ever valid UTF-8, so that most of it being so is proof enough.
_BROKEN_UTF8_SHARE = 0.2
_SIGNS_SHARE = 0.05

_KANA = re.compile("[ぁ-ゖァ-ヺー]")
_HALF_KANA = re.compile("[｡-ﾟ]")
_HANGUL = re.compile("[가-힣]")
_HAN = re.compile("[一-鿿]")
# The syllables and characters that fill Korean and Japanese business text. Bytes of the one read
# as the other give Hangul or kanji too, but hardly these.
_COMMON_HANGUL = re.compile(
    "[이다는의에을를가은로하고지사기한인시자도해서대정원일어리제스부전주보나아라수구장과상동관공업용경안거중소회신문연영세"
    "비마만조금여계트무개년월식통화물산성국내외투유치진행최초접촉단담당번호명코드출처종형상태고용업종략양력선실주보류적격"
    "제협방발표확추첫구축사유음음터그룹모바일건설반도체배테크솔루션김박이최강윤임한오서신권황송전남북울산부광천경충청미포]"
)
_COMMON_HAN = re.compile(
    "[一二三四五六七八九十百千万億円年月日時分人名会社株式有限合同本部支店長事業務所工場製作造機械電子気自動車化学薬品食料"
    "水産農業建設土木材金属鉄鋼石油石炭繊維紙通信情報報運輸倉庫不動産銀行証券保険商小売卸貿易投資額雇用数管理番号国業種"
    "経路担当者初回接触状況理由通貨面談最終次備考発表決定交渉提案視察適格関係構築案件化進行中失注保留止東京大阪名古屋神奈川"
    "県市区町村都道府山田中高橋鈴木佐藤伊渡辺林加小吉村井松上野新太郎第白青若葉早瀬常盤星原千歳八雲北斗精密研究開拠点半導体"
    "装置技術医療海外日米英独仏韓中台加豪企画総経済省庁局課室連絡先住所電話番地丁目支援促誘致要未定済予]"
)
_ACCENT = re.compile("[ÀÂÇÈÉÊËÎÏÔÙÛÜàâäçèéêëîïñôöùûüœŒ€«»’‘“”–—…°]")
_HIGH = re.compile("[^\x00-\x7f]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file, the encoding it was in, and whether some characters were broken."""

    text: str
    encoding: str
    is_repaired: bool = False


def decode(content: bytes) -> Decoded:
    """The text of a CSV file; a sentence for the person where the bytes are no text."""
    decoded = _by_mark(content) or _by_zeros(content) or _as_utf8(content) or _by_likeness(content)
    if decoded is None:
        raise DomainError(
            N_(
                "The file's character encoding cannot be told. Save it as “CSV UTF-8”"
                " or as an Excel workbook (.xlsx) and try again."
            )
        )
    controls = len(_CONTROLS.findall(decoded.text, 0, _SAMPLE))
    if controls > max(20, min(len(decoded.text), _SAMPLE) // 100):
        raise not_a_table()
    return decoded


def decode_as(content: bytes, encoding: str) -> Decoded:
    """The text of a CSV file in the encoding that a person says it is in.

    Raises:
        DomainError: that encoding is not read here, or hardly a character is one of it.
    """
    if encoding not in ENCODINGS:
        raise DomainError(
            N_("Files in “%(encoding)s” are not read here. Use one of these: %(known)s."),
            encoding=encoding[:40],
            known=", ".join(ENCODINGS),
        )
    codec = "iso2022_jp_ext" if encoding == "iso2022_jp" else encoding
    try:
        text = content.decode(codec, errors="replace").removeprefix("\ufeff")
    except UnicodeError as error:
        raise not_a_table() from error
    if text.count("\ufffd") > max(20, len(text) // 10):
        raise DomainError(
            N_("This file is not in “%(encoding)s”: most of its characters cannot be read."),
            encoding=encoding,
        )
    return Decoded(text, encoding, "\ufffd" in text)


def not_a_table() -> DomainError:
    """The sentence for a file that is neither text nor a workbook."""
    return DomainError(
        N_("This is not a table that can be read. Save it as CSV or as an Excel workbook (.xlsx).")
    )


def _by_mark(content: bytes) -> Decoded | None:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            text = content.decode(encoding, errors="replace").removeprefix("\ufeff")
            label = "utf-8-sig" if encoding == "utf-8" else encoding
            return Decoded(text, label, "\ufffd" in text)
    return None


def _by_zeros(content: bytes) -> Decoded | None:
    """UTF-16 without its mark: in a table, every comma and line end has a zero byte beside it."""
    sample = content[:_HEAD]
    if len(sample) < 4 or not 0 < sample.count(0) <= len(sample) * 0.55:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) < 4 * min(even, odd) + 2:
        return None
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return Decoded(text, encoding)


def _as_utf8(content: bytes) -> Decoded | None:
    """Valid UTF-8 is UTF-8; so is a file where only a few of its sequences are broken."""
    if b"\x1b$" in content[:_SAMPLE]:
        try:
            return Decoded(content.decode("iso2022_jp_ext"), "iso2022_jp")
        except UnicodeDecodeError:
            pass
    try:
        return Decoded(content.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        text = content.decode("utf-8", errors="replace")
    broken, high = text.count("\ufffd"), len(_HIGH.findall(text))
    if broken <= high * _BROKEN_UTF8_SHARE:
        return Decoded(text, "utf-8", is_repaired=True)
    return None


def _by_likeness(content: bytes) -> Decoded | None:
    """The legacy encoding under which the file looks most like an office's table.

    Headers that are known words decide; without them, what charset-normalizer finds and which
    scripts appear. Short files defeat statistics: there, the headers and scripts are all there is.
    """
    sample = _whole_lines(content[:_SAMPLE])
    statistics = from_bytes(sample, cp_isolation=list(_CANDIDATES)).best()
    guessed = statistics.encoding if statistics is not None else None
    best: tuple[float, str] | None = None
    for encoding in _CANDIDATES:
        text = sample.decode(encoding, errors="replace")
        high = len(_HIGH.findall(text))
        broken = text.count("\ufffd") / max(high, 1)
        if broken > _BROKEN_SHARE:
            continue
        score = _likeness(text, encoding) - 20 * broken
        score += 3 * _known_headers(text) + (0.4 if encoding == guessed else 0)
        if best is None or score > best[0]:
            best = (score, encoding)
    if best is None or best[0] <= 0:
        return _sprinkled(content)
    text = content.decode(best[1], errors="replace")
    return Decoded(text, best[1], "\ufffd" in text)


def _sprinkled(content: bytes) -> Decoded | None:
    """A Western file whose few other characters are signs such as ® that tell no language."""
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        return None
    is_western = len(_HIGH.findall(text)) < len(text) * _SIGNS_SHARE
    return Decoded(text, "cp1252") if is_western else None


def _whole_lines(sample: bytes) -> bytes:
    """The sample cut at a line end, so that it does not end inside a character."""
    end = sample.rfind(b"\n")
    return sample[: end + 1] if len(sample) == _SAMPLE and end > 0 else sample


def _known_headers(text: str) -> int:
    """How many headers of the first lines are known words; ASCII ones tell nothing."""
    best = 0
    for line in text[:_HEAD].splitlines()[:10]:
        cells = [cell.strip(' "') for cell in re.split("[,;\t|]", line)]
        best = max(best, count_known(cell for cell in cells if not cell.isascii()))
    return best


def _likeness(text: str, encoding: str) -> float:
    """Between about -1 and 1: how much the non-ASCII characters are those of its language."""
    high = len(_HIGH.findall(text)) or 1
    kana, half = len(_KANA.findall(text)), len(_HALF_KANA.findall(text))
    hangul, han = len(_HANGUL.findall(text)), len(_HAN.findall(text))
    if encoding in ("cp932", "euc_jp"):
        common = len(_COMMON_HAN.findall(text))
        half_share = 0.8 if half < kana + han else -1.0
        return (kana + common + 0.3 * (han - common) + half_share * half) / high
    if encoding == "cp949":
        common = len(_COMMON_HANGUL.findall(text))
        return (common + 0.3 * (hangul - common) + 0.3 * (han + kana)) / high
    accents = len(_ACCENT.findall(text))
    return (accents - 1.5 * (high - accents)) / high
