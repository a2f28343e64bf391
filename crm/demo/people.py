"""Invented people at invented companies: ordinary names, titles by rank, departments."""

from dataclasses import dataclass
from random import Random
from typing import Any

from models.contact import Seniority

# (written, Latin, kana)
_JP_FAMILY = (
    *(("佐藤", "Sato", "サトウ"), ("鈴木", "Suzuki", "スズキ"), ("高橋", "Takahashi", "タカハシ")),
    *(("田中", "Tanaka", "タナカ"), ("渡辺", "Watanabe", "ワタナベ"), ("伊藤", "Ito", "イトウ")),
    *(("山本", "Yamamoto", "ヤマモト"), ("中村", "Nakamura", "ナカムラ")),
    *(("小林", "Kobayashi", "コバヤシ"), ("加藤", "Kato", "カトウ"), ("吉田", "Yoshida", "ヨシダ")),
    *(("山口", "Yamaguchi", "ヤマグチ"), ("松本", "Matsumoto", "マツモト")),
    *(("井上", "Inoue", "イノウエ"), ("木村", "Kimura", "キムラ"), ("林", "Hayashi", "ハヤシ")),
    *(("清水", "Shimizu", "シミズ"), ("山崎", "Yamazaki", "ヤマザキ"), ("森", "Mori", "モリ")),
    *(("池田", "Ikeda", "イケダ"), ("橋本", "Hashimoto", "ハシモト"), ("石川", "Ishikawa", "イシカワ")),
    *(("前田", "Maeda", "マエダ"), ("藤田", "Fujita", "フジタ"), ("後藤", "Goto", "ゴトウ")),
    *(("岡田", "Okada", "オカダ"), ("長谷川", "Hasegawa", "ハセガワ"), ("村上", "Murakami", "ムラカミ")),
    *(("近藤", "Kondo", "コンドウ"), ("石井", "Ishii", "イシイ"), ("髙木", "Takagi", "タカギ")),
    *(("渡邊", "Watanabe", "ワタナベ"), ("宮﨑", "Miyazaki", "ミヤザキ")),
)
_JP_GIVEN = (
    *(("健一", "Kenichi", "ケンイチ"), ("直樹", "Naoki", "ナオキ"), ("和也", "Kazuya", "カズヤ")),
    *(("浩二", "Koji", "コウジ"), ("隆", "Takashi", "タカシ"), ("誠", "Makoto", "マコト")),
    *(("真由美", "Mayumi", "マユミ"), ("恵子", "Keiko", "ケイコ"), ("由紀", "Yuki", "ユキ")),
    *(("智子", "Tomoko", "トモコ"), ("洋平", "Yohei", "ヨウヘイ"), ("大輔", "Daisuke", "ダイスケ")),
    *(("拓海", "Takumi", "タクミ"), ("亮", "Ryo", "リョウ"), ("裕子", "Yuko", "ユウコ")),
    *(("美穂", "Miho", "ミホ"), ("秀樹", "Hideki", "ヒデキ"), ("聡", "Satoshi", "サトシ")),
    *(("千尋", "Chihiro", "チヒロ"), ("彩", "Aya", "アヤ"), ("翔太", "Shota", "ショウタ")),
    *(("絵里", "Eri", "エリ"), ("正人", "Masato", "マサト"), ("純", "Jun", "ジュン")),
)
# (written, Latin)
_KR_FAMILY = (
    *(("김", "Kim"), ("이", "Lee"), ("박", "Park"), ("최", "Choi"), ("정", "Jung"), ("강", "Kang")),
    *(("조", "Cho"), ("윤", "Yoon"), ("장", "Jang"), ("임", "Lim"), ("한", "Han"), ("오", "Oh")),
    *(("서", "Seo"), ("신", "Shin"), ("권", "Kwon"), ("황", "Hwang"), ("안", "Ahn"), ("송", "Song")),
)
_KR_GIVEN = (
    *(("민준", "Min-jun"), ("서연", "Seo-yeon"), ("지훈", "Ji-hoon"), ("수진", "Su-jin")),
    *(("영호", "Young-ho"), ("은정", "Eun-jung"), ("성민", "Sung-min"), ("지영", "Ji-young")),
    *(("태현", "Tae-hyun"), ("혜원", "Hye-won"), ("동욱", "Dong-wook"), ("미경", "Mi-kyung")),
    *(("재훈", "Jae-hoon"), ("소영", "So-young"), ("상우", "Sang-woo"), ("유나", "Yu-na")),
    *(("경수", "Kyung-soo"), ("하은", "Ha-eun"), ("준영", "Jun-young"), ("나리", "Na-ri")),
)
# rank -> (level, Japanese title, Korean title, English title)
_RANKS = {
    1: (Seniority.EXECUTIVE, "代表取締役社長", "대표이사", "President"),
    2: (Seniority.SENIOR_MANAGING, "専務取締役", "전무", "Senior Managing Director"),
    3: (Seniority.MANAGING, "常務取締役", "상무", "Managing Director"),
    4: (Seniority.DIRECTOR, "執行役員", "이사", "Executive Officer"),
    5: (Seniority.DIVISION_HEAD, "本部長", "본부장", "Head of Division"),
    6: (Seniority.DEPARTMENT_HEAD, "部長", "부장", "General Manager"),
    7: (Seniority.SECTION_HEAD, "課長", "과장", "Manager"),
    8: (Seniority.STAFF, "主任", "대리", "Assistant Manager"),
}
_TOP_RANK_WITHOUT_DEPARTMENT = 3
# (Japanese, Korean, English)
DEPARTMENTS = (
    ("海外事業部", "해외사업팀", "Overseas Business"),
    ("経営企画部", "경영기획팀", "Corporate Planning"),
    ("生産技術部", "생산기술팀", "Production Engineering"),
    ("財務部", "재무팀", "Finance"),
    ("研究開発部", "연구개발팀", "Research and Development"),
    ("調達部", "구매팀", "Procurement"),
    ("人事部", "인사팀", "Human Resources"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person at a company abroad."""

    name: str
    native_name: str
    department: str
    rank: int
    row: dict[str, Any]


def draw_person(
    random: Random, market: str, *, rank: int, slug: str, obtained_from: str | None
) -> Person:
    """A person of this rank (1 is the president), as columns of `contacts`."""
    level, title_jp, title_kr, title = _RANKS[rank]
    department_jp, department_kr, department = random.choice(DEPARTMENTS)
    if market == "JP":
        family, given = random.choice(_JP_FAMILY), random.choice(_JP_GIVEN)
        native = f"{family[0]} {given[0]}"
        native_title, native_department = title_jp, department_jp
        reading = f"{family[2]} {given[2]}"
        language, honorific = "ja", "様"
    else:
        family_kr, given_kr = random.choice(_KR_FAMILY), random.choice(_KR_GIVEN)
        family, given = (*family_kr, ""), (*given_kr, "")
        native = family[0] + given[0]
        native_title, native_department = title_kr, department_kr
        reading, language, honorific = None, "ko", "님"
    # Cards print either order, and some capitals tell which name is the family's.
    printed = (
        f"{family[1].upper()} {given[1]}" if random.random() < 0.2 else f"{given[1]} {family[1]}"
    )
    if rank <= _TOP_RANK_WITHOUT_DEPARTMENT:
        shown_department, shown_title = None, title
    else:
        shown_department, shown_title = department, f"{title}, {department}"
        native_title = f"{native_department} {native_title}"
    mailbox = f"{given[1]}.{family[1]}".lower().replace("-", "")
    return Person(
        name=f"{given[1]} {family[1]}",
        native_name=native,
        department=department,
        rank=rank,
        row={
            "printed_name": printed,
            "family_name": family[1],
            "given_name": given[1],
            "native_name": native,
            "reading": reading,
            "honorific": honorific,
            "native_title": native_title,
            "title": shown_title,
            "department": shown_department,
            "seniority": level,
            # A domain that nobody can own.
            "email": f"{mailbox}@{slug}.example",
            "language": language,
            "obtained_from": obtained_from,
            "is_demo": True,
        },
    )
