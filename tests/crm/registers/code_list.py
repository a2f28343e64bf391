"""A small code list in the form in which the agency publishes it; every company is invented."""

from collections.abc import Sequence

HEADER = (
    *("ＥＤＩＮＥＴコード", "提出者種別", "上場区分", "連結の有無", "資本金", "決算日", "提出者名"),
    *(
        "提出者名（英字）",
        "提出者名（ヨミ）",
        "所在地",
        "提出者業種",
        "証券コード",
        "提出者法人番号",
    ),
)
COMPANY, PERSON = "内国法人・組合", "個人（組合発行者を除く）"
ROWS: tuple[Sequence[str], ...] = (
    (
        *("E90001", COMPANY, "上場", "有", "100", "3月31日", "株式会社　見本タネＡ"),
        *("MIHON SEEDS A CO., LTD.", "カブシキガイシャ　ミホンタネエー", "横浜市都筑区１－２"),
        *("水産・農林業", "99910", "7000012050002"),
    ),
    (
        *("E90002", COMPANY, "非上場", "無", "100", "2月末日", "見本倉庫有限会社"),
        *("", "ミホンソウコユウゲンガイシャ", "千代田区大手町１", "倉庫・運輸関連", "", ""),
    ),
    (*("E90003", PERSON, "", "", "", "", "見本　太郎", "", "ミホン　タロウ", "", PERSON, "", ""),),
    (
        *("E90004", "外国法人・組合", "", "", "", "", "サンプル・インク", "SAMPLE INC", ""),
        *("アメリカ合衆国", "外国法人・組合", "", ""),
    ),
)


def code_list(
    rows: Sequence[Sequence[str]] = ROWS,
    *,
    day: str = "2026年10月05日現在",
    header: Sequence[str] = HEADER,
    encoding: str = "cp932",
) -> bytes:
    """The file."""
    lines = [["ダウンロード実行日", day, "件数", f"{len(rows)}件"], header, *rows]
    text = "".join(",".join(f'"{cell}"' for cell in line) + "\r\n" for line in lines)
    return text.encode(encoding)
