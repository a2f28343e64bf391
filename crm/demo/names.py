"""Invented companies' names: words of nature put together as no known company does.

Each name is checked against the register of real ones, and given once.
"""

from dataclasses import dataclass
from random import Random

from crm.demo.register import is_real
from crm.organizations.names import normalize


@dataclass(frozen=True, slots=True)
class CompanyName:
    """One company's names: as printed at home, in English, and read aloud (Japan only).

    `native_short` is another spelling met on cards (㈱, (주)), `slug` what its web address holds.
    """

    english: str
    native: str
    native_short: str
    kana: str | None
    slug: str


# (written, Latin, kana)
_JP_FIRST = (
    *(("星", "Hoshi", "ホシ"), ("霧", "Kiri", "キリ"), ("霞", "Kasumi", "カスミ")),
    *(("雫", "Shizuku", "シズク"), ("虹", "Niji", "ニジ"), ("霜", "Shimo", "シモ")),
    *(("蛍", "Hotaru", "ホタル"), ("朧", "Oboro", "オボロ"), ("暁", "Akatsuki", "アカツキ")),
    *(("宵", "Yoi", "ヨイ"), ("汐", "Shio", "シオ"), ("渚", "Nagisa", "ナギサ")),
    *(("藍", "Ai", "アイ"), ("茜", "Akane", "アカネ"), ("翠", "Midori", "ミドリ")),
    *(("琥珀", "Kohaku", "コハク"), ("瑠璃", "Ruri", "ルリ"), ("紬", "Tsumugi", "ツムギ")),
    *(("雪", "Yuki", "ユキ"), ("風", "Kaze", "カゼ"), ("露", "Tsuyu", "ツユ")),
    *(("梢", "Kozue", "コズエ"), ("楓", "Kaede", "カエデ"), ("椿", "Tsubaki", "ツバキ")),
    *(("萩", "Hagi", "ハギ"), ("蓮", "Hasu", "ハス"), ("樺", "Kaba", "カバ")),
    *(("珊瑚", "Sango", "サンゴ"), ("菫", "Sumire", "スミレ"), ("鶫", "Tsugumi", "ツグミ")),
)
_JP_SECOND = (
    *(("凪", "nagi", "ナギ"), ("灯", "tomori", "トモリ"), ("結", "musubi", "ムスビ")),
    *(("環", "tamaki", "タマキ"), ("織", "ori", "オリ"), ("帆", "ho", "ホ")),
    *(("舟", "bune", "ブネ"), ("笛", "bue", "ブエ"), ("音", "ne", "ネ")),
    *(("砂", "suna", "スナ"), ("門", "kado", "カド"), ("窓", "mado", "マド")),
    *(("庭", "niwa", "ニワ"), ("路", "ji", "ジ"), ("泉", "izumi", "イズミ")),
    *(("岬", "misaki", "ミサキ"), ("雲", "gumo", "グモ"), ("波", "nami", "ナミ")),
    *(("峰", "mine", "ミネ"), ("橋", "bashi", "バシ"), ("羽", "ba", "バ")),
    *(("鈴", "suzu", "スズ"), ("鏡", "kagami", "カガミ"), ("籠", "kago", "カゴ")),
)
# Families, places and everyday words.
_JP_AVOID = frozenset(
    ["星雲", "風波", "雪路", "萩路", "藍泉", "暁星", "雪峰", "露泉", "星峰", "渚橋", "霞門", "椿泉"]
)
_JP_PREFIX = (
    *(("新", "Shin ", "シン"), ("東", "Higashi ", "ヒガシ"), ("西", "Nishi ", "ニシ")),
    *(("北", "Kita ", "キタ"), ("南", "Minami ", "ミナミ"), ("中央", "Chuo ", "チュウオウ")),
    *(("第一", "Daiichi ", "ダイイチ"), ("第二", "Daini ", "ダイニ"), ("大", "Dai ", "ダイ")),
)
_JP_TRADE = {
    "automotive": (
        *(("自動車部品", "Auto Parts", "ジドウシャブヒン"), ("車体", "Body Works", "シャタイ")),
        *(("機工", "Kiko", "キコウ"), ("精密", "Precision", "セイミツ")),
    ),
    "batteries": (
        *(("電池", "Battery", "デンチ"), ("蓄電", "Energy Storage", "チクデン")),
        *(("電池材料", "Battery Materials", "デンチザイリョウ"), ("化成", "Kasei", "カセイ")),
    ),
    "clean_technology": (
        *(("水素", "Hydrogen", "スイソ"), ("環境", "Environmental Systems", "カンキョウ")),
        *(("再資源", "Recycling", "サイシゲン"), ("風力", "Wind Power", "フウリョク")),
    ),
    "ict": (
        *(("システム", "Systems", "システム"), ("情報", "Information", "ジョウホウ")),
        *(("ソリューションズ", "Solutions", "ソリューションズ"), ("通信", "Telecom", "ツウシン")),
    ),
    "artificial_intelligence": (
        *(("知能", "Intelligence", "チノウ"), ("ロボティクス", "Robotics", "ロボティクス")),
        *(("データ", "Data", "データ"), ("計測", "Sensing", "ケイソク")),
    ),
    "digital_media": (
        *(("映像", "Pictures", "エイゾウ"), ("アニメーション", "Animation", "アニメーション")),
        *(("ゲームズ", "Games", "ゲームズ"), ("音響", "Audio", "オンキョウ")),
    ),
    "life_sciences": (
        *(("製薬", "Pharma", "セイヤク"), ("バイオ", "Bio", "バイオ")),
        *(("メディカル", "Medical", "メディカル"), ("診断", "Diagnostics", "シンダン")),
    ),
    "agri_food": (
        *(("食品", "Foods", "ショクヒン"), ("農産", "Agri", "ノウサン")),
        *(("製菓", "Confectionery", "セイカ"), ("醸造", "Brewing", "ジョウゾウ")),
    ),
    "logistics": (
        *(("物流", "Logistics", "ブツリュウ"), ("倉庫", "Warehouse", "ソウコ")),
        *(("運輸", "Transport", "ウンユ"), ("低温", "Cold Chain", "テイオン")),
    ),
    "advanced_manufacturing": (
        *(("製作所", "Works", "セイサクショ"), ("精機", "Seiki", "セイキ")),
        *(("金型", "Tooling", "カナガタ"), ("金属", "Metals", "キンゾク")),
    ),
}

# (written, Latin)
_KR_FIRST = (
    *(("늘", "Neul"), ("별", "Byeol"), ("솔", "Sol"), ("여울", "Yeoul"), ("윤슬", "Yunseul")),
    *(("이슬", "Iseul"), ("가람", "Garam"), ("나래", "Narae"), ("도담", "Dodam"), ("다온", "Daon")),
    *(("마루", "Maru"), ("미르", "Mireu"), ("바론", "Baron"), ("보늬", "Bonui"), ("산들", "Sandeul")),
    *(("새론", "Saeron"), ("소담", "Sodam"), ("수련", "Suryeon"), ("아람", "Aram"), ("온새", "Onsae")),
    *(("은결", "Eungyeol"), ("잔별", "Janbyeol"), ("초아", "Choa"), ("타래", "Tarae")),
    *(("푸름", "Pureum"), ("하늬", "Hanui"), ("한결", "Hangyeol"), ("해담", "Haedam")),
    *(("휘온", "Hwion"), ("너울", "Neoul")),
)
_KR_SECOND = (
    *(("결", "gyeol"), ("누리", "nuri"), ("담", "dam"), ("들", "deul"), ("뜰", "tteul")),
    *(("마을", "maeul"), ("뫼", "moe"), ("벌", "beol"), ("빛", "bit"), ("샘", "saem")),
    *(("숲", "sup"), ("온", "on"), ("울", "ul"), ("재", "jae"), ("터", "teo"), ("틀", "teul")),
    *(("길", "gil"), ("나루", "naru"), ("고래", "gorae"), ("노을", "noeul")),
)
_KR_PREFIX = (("신", "Shin "), ("대", "Dae "), ("동", "Dong "), ("서", "Seo "), ("제일", "Jeil "))
_KR_TRADE = {
    "automotive": (("정공", "Precision"), ("모빌리티", "Mobility"), ("오토텍", "Autotech")),
    "batteries": (("전지", "Battery"), ("전지소재", "Battery Materials"), ("셀텍", "Celltech")),
    "clean_technology": (("환경", "Environment"), ("수소", "Hydrogen"), ("그린텍", "Greentech")),
    "ict": (("시스템즈", "Systems"), ("소프트", "Soft"), ("통신", "Telecom")),
    "artificial_intelligence": (("로봇", "Robotics"), ("데이터", "Data"), ("비전", "Vision")),
    "digital_media": (("게임즈", "Games"), ("콘텐츠", "Contents"), ("스튜디오", "Studio")),
    "life_sciences": (("바이오", "Bio"), ("제약", "Pharma"), ("메디컬", "Medical")),
    "agri_food": (("푸드", "Food"), ("식품", "Foods"), ("농산", "Agri")),
    "logistics": (("로지스", "Logis"), ("물류", "Logistics"), ("해운", "Shipping")),
    "advanced_manufacturing": (("기계", "Machinery"), ("소재", "Materials"), ("정밀", "Precision Works")),
}
_ENGLISH_FORMS = (" Co., Ltd.", " Co., Ltd.", " Co., Ltd.", " Inc.", " Corporation", "", " K.K.")
SECTOR_CODES = tuple(_JP_TRADE)
# How often a name is tried plain before a word is put in front of it.
_PLAIN_TRIES = 4


class CompanyNames:
    """Draws names, each once, none of them real."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._given: set[str] = set()

    def draw(self, market: str, sector: str) -> CompanyName:
        """A new name for a company of this country (JP or KR) and sector."""
        make = _japanese if market == "JP" else _korean
        tries = 0
        while True:
            name = make(self._random, sector, is_prefixed=tries >= _PLAIN_TRIES)
            keys = {normalize(name.native), normalize(name.english)}
            tries += 1
            if keys & self._given:
                continue
            if any(is_real(text) for text in (name.native, name.english, name.kana) if text):
                continue
            self._given |= keys
            return name


def _japanese(random: Random, sector: str, *, is_prefixed: bool) -> CompanyName:
    while True:
        first, second = random.choice(_JP_FIRST), random.choice(_JP_SECOND)
        if first[0] + second[0] not in _JP_AVOID:
            break
    trade = random.choice(_JP_TRADE[sector])
    prefix = random.choice(_JP_PREFIX) if is_prefixed else ("", "", "")
    stem = prefix[1] + first[1] + second[1]
    body = prefix[0] + first[0] + second[0] + trade[0]
    form = random.random()
    if form < 0.45:
        native, short = f"株式会社{body}", f"㈱{body}"
    elif form < 0.8:
        native, short = f"{body}株式会社", f"{body}㈱"
    elif form < 0.95:
        native, short = f"㈱{body}", f"(株){body}"
    else:
        native, short = f"合同会社{body}", f"(同){body}"
    return CompanyName(
        english=f"{stem} {trade[1]}{random.choice(_ENGLISH_FORMS)}",
        native=native,
        native_short=short,
        kana=prefix[2] + first[2] + second[2] + trade[2],
        slug=_slug(f"{stem} {trade[1]}"),
    )


def _korean(random: Random, sector: str, *, is_prefixed: bool) -> CompanyName:
    first, second = random.choice(_KR_FIRST), random.choice(_KR_SECOND)
    trade = random.choice(_KR_TRADE[sector])
    prefix = random.choice(_KR_PREFIX) if is_prefixed else ("", "")
    stem = prefix[1] + first[1] + second[1]
    body = prefix[0] + first[0] + second[0] + trade[0]
    form = random.random()
    if form < 0.45:
        native, short = f"주식회사 {body}", f"㈜{body}"
    elif form < 0.75:
        native, short = f"{body}(주)", f"㈜{body}"
    else:
        native, short = f"㈜{body}", f"{body}(주)"
    return CompanyName(
        english=f"{stem} {trade[1]}{random.choice(_ENGLISH_FORMS[:-1])}",
        native=native,
        native_short=short,
        kana=None,
        slug=_slug(f"{stem} {trade[1]}"),
    )


def _slug(text: str) -> str:
    return "-".join(text.lower().split())
