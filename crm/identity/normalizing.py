"""A name without its legal form, and the spelling in which two writings of it are equal."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Legal forms are kept for display and stripped for comparing. Longest first.
_NATIVE = sorted(
    [
        "株式会社",
        "有限会社",
        "合同会社",
        "合資会社",
        "合名会社",
        "相互会社",
        "特定目的会社",
        "特例有限会社",
        "一般社団法人",
        "公益社団法人",
        "一般財団法人",
        "公益財団法人",
        "社団法人",
        "財団法人",
        "独立行政法人",
        "国立研究開発法人",
        "国立大学法人",
        "学校法人",
        "医療法人",
        "社会福祉法人",
        "特定非営利活動法人",
        "かぶしきがいしゃ",
        "カブシキガイシャ",
        "カブシキカイシャ",
        "カブシキガイシヤ",
        "ユウゲンガイシャ",
        "ゴウドウガイシャ",
        "ソウゴガイシャ",
        "(株)",
        "(有)",
        "(同)",
        "(資)",
        "(名)",
        "(社)",
        "(財)",
        "(独)",
        "(一社)",
        "(一財)",
        "(公社)",
        "(公財)",
        "주식회사",
        "유한책임회사",
        "유한회사",
        "합자회사",
        "합명회사",
        "사단법인",
        "재단법인",
        "농업회사법인",
        "사회적협동조합",
        "(주)",
        "(유)",
        "(합)",
        "(사)",
        "(재)",
        "(유한)",
    ],
    key=len,
    reverse=True,
)
_NATIVE_FORM = re.compile("|".join(map(re.escape, _NATIVE)))
_LATIN_WORDS = frozenset(
    [
        "co",
        "ltd",
        "limited",
        "inc",
        "incorporated",
        "corp",
        "corporation",
        "company",
        "llc",
        "llp",
        "lp",
        "gmbh",
        "ag",
        "plc",
        "sa",
        "se",
        "nv",
        "bv",
        "ab",
        "oy",
        "spa",
        "srl",
        "sas",
        "sarl",
        "pte",
        "pty",
        "pvt",
        "kk",
        "gk",
        "yk",
        "kabushikikaisha",
        "kabushikigaisha",
        "godogaisha",
        "yugenkaisha",
        "yugengaisha",
        "jusikhoesa",
        "jusikhoisa",
        "yuhanhoesa",
        "coltd",
        "cltd",
        "colimited",
        "ltda",
        "ulc",
        "lllc",
        "ltee",
        "limitee",
        "cie",
        "coinc",
    ]
)
# "CANDOCO.,LTD." and "TosnetCorporation": typed without the space.
_GLUED = re.compile(
    r"(?:(?<=[a-z]{3})co\.?\s*,\s*\.?ltd|(?<=[a-z]{4})corporation|(?<=[a-z]{3})inc)\.?\s*$"
)
_SPACED_FORM = re.compile(
    r"\b(kabushiki|goudou|godo|yuugen|yugen|jusik|yuhan)[\s-]+(kaisha|gaisha|hoesa|hoisa)\b"
)
_SEPARATORS = re.compile(r"[\W_]+")

# Older and variant shapes of characters in names, each to the one that is usual today.
_VARIANTS = str.maketrans(
    "髙﨑邊邉濵濱德瀨栁齋齊澤國學會鐵鐡榮壽廣櫻眞惠鹽藏關舊圓黑淸產團應發條礦纖總聯驛島嶋嶌冨"
    "龍瀧萬與豐寶對獨藥電氣經濟繪實縣冲凉區曉淺輛檜嶽兒圖將專攝曾條樂樓歐澁燈狹獻畫稻穗粹聲莊"
    "藝處號觀證讓賣鄕錢鎭靜顯體鷗麥黃點龜佛價勳勞參壓壯奧姬寬屬峽帶彌從戰舍靑陽盡醬醱頸硏槪緖",
    "高崎辺辺浜浜徳瀬柳斎斉沢国学会鉄鉄栄寿広桜真恵塩蔵関旧円黒清産団応発条鉱繊総連駅島島島富"
    "竜滝万与豊宝対独薬電気経済絵実県沖涼区暁浅両桧岳児図将専摂曽条楽楼欧渋灯狭献画稲穂粋声荘"
    "芸処号観証譲売郷銭鎮静顕体鴎麦黄点亀仏価勲労参圧壮奥姫寛属峡帯弥従戦舎青陽尽醤発頚研概緒",
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－~〜～─━", "ー"))
_SMALL_KANA = str.maketrans("ヶヵァィゥェォャュョヮッ", "ケカアイウエオヤユヨワツ")


@dataclass(frozen=True, slots=True)
class Stripped:
    """A name after width and case folding: `text` in words without the legal form."""

    text: str
    has_form: bool


@lru_cache(maxsize=16384)
def strip_form(text: str) -> Stripped:
    """The name in one width and case, variant characters folded, without its legal form."""
    folded = unicodedata.normalize("NFKC", text)
    if not folded.isascii():
        folded = folded.translate(_VARIANTS)
        folded = "".join(
            letter
            for letter in unicodedata.normalize("NFKD", folded)
            if not (unicodedata.combining(letter) and letter not in "\u3099\u309a")
        )
        folded = unicodedata.normalize("NFC", folded)
    folded = folded.casefold().replace("&", " & ")
    folded = _SPACED_FORM.sub(r"\1\2", folded)
    unglued = _GLUED.sub(" ltd", folded)
    has_form = unglued != folded
    folded = unglued
    if not folded.isascii():
        without = _NATIVE_FORM.sub(" ", folded)
        has_form = has_form or without != folded
        folded = without if _SEPARATORS.sub("", without) else folded
    words = [
        word
        for word in (
            _SEPARATORS.sub(" ", part).replace(" ", "") if part != "&" else part
            for part in _split(folded)
        )
        if word
    ]
    words = _join_letters(words)
    kept = [word for word in words if word not in _LATIN_WORDS]
    # A form in the middle is part of the name ("Company One"): only both ends are stripped.
    if kept and kept != ["&"]:
        has_form = has_form or len(kept) < len(words)
        while kept and kept[-1] in {"&", "and"}:
            kept.pop()
        words = kept
    return Stripped(" ".join(words), has_form)


def _split(folded: str) -> list[str]:
    spaced = re.sub(r"'s\b|’s\b", "s", folded)
    spaced = re.sub(r"[^\w&ー]+|_+", " ", spaced)
    return spaced.split()


def _join_letters(words: list[str]) -> list[str]:
    """ "K.K." and "Co., Ltd." come apart at the dots: put single letters together again."""
    joined: list[str] = []
    run = ""
    for place, word in enumerate([*words, ""]):
        if len(word) == 1 and word.isascii() and word.isalpha():
            run += word
            continue
        # "S & P" and "C&C": the letters on both sides are one word.
        if word == "&" and run and place + 1 < len(words) and len(words[place + 1]) == 1:
            run += word
            continue
        if run:
            joined.append(run)
            run = ""
        if word:
            joined.append(word)
    return joined


def normalize(text: str) -> str:
    """The form in which two spellings of one name are equal; empty when nothing is left.

    Width, case, accents, variant characters, legal forms, punctuation, spaces and small kana are
    folded away.
    """
    words = strip_form(text).text
    if words.isascii():
        return words.replace("&", "and").replace(" ", "")
    folded = words.translate(_SMALL_KANA)
    return folded.replace("&", "and").replace(" ", "").translate(_DASHES)
