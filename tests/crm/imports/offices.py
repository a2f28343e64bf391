"""Files of invented offices in four languages, as bytes in the encodings that offices save in."""

import csv
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import xlsxwriter

TODAY = date(2026, 11, 1)

CSV_ENCODINGS = {
    "en": ("utf-8", "utf-8-sig", "utf-16", "cp1252"),
    "fr": ("utf-8", "utf-8-sig", "utf-16", "cp1252"),
    "ja": ("utf-8", "utf-8-sig", "utf-16", "cp932", "euc_jp"),
    "ko": ("utf-8", "utf-8-sig", "utf-16", "cp949", "euc_kr"),
}


@dataclass(frozen=True)
class Words:
    """How one office writes its file."""

    headers: Sequence[str]
    stages: Sequence[str]
    lost: str
    active: str
    countries: dict[str, str]
    sectors: Sequence[str]
    sources: Sequence[str]
    owners: Sequence[str]
    names: Sequence[tuple[str, str]]
    reasons: Sequence[str]
    dates: Sequence[str]
    amounts: Sequence[tuple[str, int, str]]
    jobs: Sequence[tuple[str, int]]
    stage_headers: Sequence[str]


WORDS = {
    "en": Words(
        headers=[
            "Ref",
            "Company",
            "Company (local name)",
            "Country",
            "Sector",
            "Source",
            "Owner",
            "First contact",
            "Stage",
            "Stage since",
            "Status",
            "Reason",
            "Capex",
            "Currency",
            "Jobs",
            "Meetings",
            "Last contact",
            "Next action",
            "Notes",
        ],
        stages=[
            "First contact",
            "Engaged",
            "Qualified",
            "Active project",
            "Proposal",
            "Negotiation",
            "Committed",
            "Announced",
        ],
        lost="Lost",
        active="Active",
        countries={"JP": "Japan", "KR": "South Korea"},
        sectors=("Batteries", "Agri-food", "ICT"),
        sources=("JETRO", "Trade fair", "Inbound enquiry"),
        owners=("L. Chen", "S. Mori"),
        names=(("Hoshi Daini Parts Co., Ltd.", ""), ("Uram “Shin” Foods Inc.", "")),
        reasons=("Lost to Ohio", "No decision"),
        dates=("%Y-%m-%d", "%b %d, %Y", "%d %B %Y"),
        amounts=(("45.7M", 45_700_000, "CAD"), ("$1,200,000", 1_200_000, "USD")),
        jobs=(("~24", 24), ("177", 177)),
        stage_headers=("Ref", "Stage", "Date", "By", "Reason"),
    ),
    "fr": Words(
        headers=[
            "Réf",
            "Entreprise",
            "Nom local",
            "Pays",
            "Secteur",
            "Provenance",
            "Responsable",
            "Premier contact",
            "Étape",
            "Étape depuis",
            "Statut",
            "Motif",
            "Investissement",
            "Devise",
            "Emplois",
            "Rencontres",
            "Dernier contact",
            "Prochaine action",
            "Remarques",
        ],
        stages=[
            "Premier contact",
            "Engagé",
            "Qualifié",
            "Projet actif",
            "Proposition",
            "Négociation",
            "Engagement ferme",
            "Annoncé",
        ],
        lost="Perdu",
        active="Actif",
        countries={"JP": "Japon", "KR": "Corée du Sud"},
        sectors=("Batteries", "Agroalimentaire", "Technologies de l’information"),
        sources=("JETRO", "Salon", "Mission à l’étranger"),
        owners=("É. Tremblay", "S. Mori"),
        names=(("Hoshi Daini Pièces inc.", ""), ("Société Uram", "")),
        reasons=("Perdu au profit de l’Ohio", "Aucune décision"),
        dates=("%Y-%m-%d", "%d/%m/%Y"),
        amounts=(("45,7 M", 45_700_000, "CAD"), ("1 200 000 $", 1_200_000, "USD")),
        jobs=(("environ 24", 24), ("177", 177)),
        stage_headers=("Réf", "Étape", "Date", "Par", "Motif"),
    ),
    "ja": Words(
        headers=[
            "管理番号",
            "会社名（英）",
            "会社名",
            "国",
            "業種",
            "経路",
            "担当者",
            "初回接触日",
            "ステージ",
            "ステージ日付",
            "状況",
            "理由",
            "投資額",
            "通貨",
            "雇用数",
            "面談回数",
            "最終接触日",
            "次のアクション",
            "備考",
        ],
        stages=[
            "初回接触",
            "関係構築",
            "適格",
            "案件化",
            "提案・視察",
            "交渉",
            "決定（非公表）",
            "発表",
        ],
        lost="失注",
        active="進行中",
        countries={"JP": "日本", "KR": "韓国"},
        sectors=("電池", "食品", "情報通信"),
        sources=("JETRO", "展示会", "紹介"),
        owners=("森 真理", "S. Mori"),
        names=(("Hoshi Daini Parts", "株式会社星第二部品"), ("Yakumo Foods", "(株)八雲食品")),
        reasons=("オハイオ州に決定", "為替"),
        dates=("%Y/%m/%d", "%Y年%m月%d日", "令和"),
        amounts=(("12億円", 1_200_000_000, "JPY"), ("45.7M", 45_700_000, "CAD")),
        jobs=(("約24名", 24), ("１７７", 177)),
        stage_headers=("管理番号", "ステージ", "日付", "担当者", "理由"),
    ),
    "ko": Words(
        headers=[
            "관리번호",
            "회사명(영문)",
            "회사명",
            "국가",
            "업종",
            "경로",
            "담당자",
            "최초 접촉일",
            "단계",
            "단계 일자",
            "상태",
            "사유",
            "투자액",
            "통화",
            "고용 인원",
            "면담 횟수",
            "최근 접촉일",
            "다음 조치",
            "비고",
        ],
        stages=[
            "첫 접촉",
            "관계 구축",
            "적격",
            "추진 중",
            "제안·방문",
            "협상",
            "확정(비공개)",
            "발표",
        ],
        lost="실주",
        active="진행",
        countries={"JP": "일본", "KR": "한국"},
        sectors=("배터리", "식품", "정보통신"),
        sources=("KOTRA", "전시회", "소개"),
        owners=("박 담당", "J. Park"),
        names=(("Uram Dae Games", "주식회사 대우람게임즈"), ("Dasom Foods", "다솜식품(주)")),
        reasons=("오하이오로 결정", "환율"),
        dates=("%Y. %m. %d.", "%Y년 %m월 %d일", "%Y-%m-%d"),
        amounts=(("300억원", 30_000_000_000, "KRW"), ("45.7M", 45_700_000, "CAD")),
        jobs=(("약 24명", 24), ("177명", 177)),
        stage_headers=("관리번호", "단계", "날짜", "담당자", "사유"),
    ),
}


@dataclass(frozen=True)
class TrueLead:
    """What a row of an invented office truly says."""

    ref: str
    company: str
    native: str
    country: str
    first: date
    stage: int
    since: date
    is_lost: bool
    last: date
    amount: int
    currency: str
    jobs: int
    meetings: int


@dataclass(frozen=True)
class Office:
    """A file of leads with the truth behind each row."""

    language: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    truth: tuple[TrueLead, ...]

    def column(self, index_of_english: str) -> int:
        """The index of a column by its English name: every language has the same order."""
        return list(WORDS["en"].headers).index(index_of_english)


def write_date(on: date, style: str) -> str:
    """A date as the office writes it."""
    if style == "令和":
        return f"令和{on.year - 2018}年{on.month}月{on.day}日"
    return on.strftime(style)


def make_office(language: str, leads: int, *, seed: int = 1) -> Office:
    """An office with this many leads, none of which has a mistake."""
    words, rng = WORDS[language], random.Random(seed)
    rows, truth = [], []
    for number in range(1, leads + 1):
        latin, native = rng.choice(words.names)
        first = date(2020, 1, 13) + timedelta(days=rng.randrange(1500))
        since = first + timedelta(days=rng.randrange(400))
        last = since + timedelta(days=rng.randrange(90))
        amount_words, amount, currency = rng.choice(words.amounts)
        jobs_words, jobs = rng.choice(words.jobs)
        country = rng.choice(list(words.countries))
        stage, is_lost = rng.randrange(8), rng.random() < 0.5
        lead = TrueLead(
            f"L{number:04}",
            f"{latin} {number}",
            f"{native}{number}" if native else "",
            country,
            first,
            stage,
            since,
            is_lost,
            last,
            amount,
            currency,
            jobs,
            rng.randrange(1, 12),
        )
        truth.append(lead)
        rows.append(
            (
                lead.ref,
                lead.company,
                lead.native,
                words.countries[country],
                rng.choice(words.sectors),
                rng.choice(words.sources),
                rng.choice(words.owners),
                *(write_date(on, rng.choice(words.dates)) for on in (first,)),
                words.stages[stage],
                write_date(since, rng.choice(words.dates)),
                words.lost if is_lost else words.active,
                rng.choice(words.reasons) if is_lost else "",
                amount_words,
                currency,
                jobs_words,
                str(lead.meetings),
                write_date(last, rng.choice(words.dates)),
                "",
                "",
            )
        )
    return Office(language, tuple(words.headers), tuple(rows), tuple(truth))


def to_csv(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    encoding: str = "utf-8",
    *,
    delimiter: str = ",",
) -> bytes:
    """The table as a CSV file, with letters the encoding lacks replaced by question marks."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(headers)
    writer.writerows(rows)
    return text.getvalue().encode(encoding, errors="replace")


def to_xlsx(headers: Sequence[object], rows: Sequence[Sequence[object]], *, skip: int = 0) -> bytes:
    """The table as a workbook: dates, numbers and truth values as such, rows below `skip` ones."""
    content = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    workbook = xlsxwriter.Workbook(content, options)
    sheet = workbook.add_worksheet("Leads")
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    for number, row in enumerate((headers, *rows), start=skip):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(number, column, cell, day)
            elif isinstance(cell, bool):
                sheet.write_boolean(number, column, cell)
            elif isinstance(cell, int | float):
                sheet.write_number(number, column, cell)
            else:
                sheet.write_string(number, column, str(cell))
    workbook.close()
    return content.getvalue()
