"""Readings of kanji are learned from names and their kana."""

from pathlib import Path

from crm.identity.learning import kanji_runs, learn, learn_from, write
from crm.identity.lexicon import load

NAMES = [
    ("東京電力", "トウキョウデンリョク"),
    ("東北電力", "トウホクデンリョク"),
    ("東京海上", "トウキョウカイジョウ"),
    ("北海電気", "ホッカイデンキ"),
    ("東電", "トウデン"),
    ("海電", "カイデン"),
    ("服部商店", "ハットリショウテン"),
    ("服部電気", "ハットリデンキ"),
    ("味の素", "アジノモト"),
]


def test_kana_anchor_the_kanji_between_them() -> None:
    assert list(kanji_runs([("株式会社青いビル管理", "カブシキガイシャアオイビルカンリ")])) == [
        ("青", "アオ"),
        ("管理", "カンリ"),
    ]
    assert list(kanji_runs([("青木ビル", "アオキホテル")])) == []


def test_each_kanji_gets_its_reading_and_compounds_only_where_they_differ() -> None:
    lexicon = learn(NAMES)
    assert lexicon.read("東京電気") == ["トウキョウデンキ"]
    assert lexicon.read("服部") == ["ハットリ"]
    assert lexicon.read("味ノ素") == ["アジノモト"]
    assert "東電" not in lexicon.entries
    assert lexicon.read("未知") == []


def test_of_persons_only_the_family_name_is_learned() -> None:
    lexicon = learn_from(
        [
            {
                "提出者種別": "個人（組合発行者を除く）",
                "提出者名": "服部　和夫",
                "提出者名（ヨミ）": "ハットリ　カズオ",
            }
        ]
    )
    assert lexicon.read("服部") == ["ハットリ"]
    assert lexicon.read("和夫") == []


def test_what_is_written_is_read_back_the_same_whatever_the_order(tmp_path: Path) -> None:
    write(learn(NAMES), tmp_path / "one.tsv")
    write(learn(NAMES[::-1]), tmp_path / "other.tsv")
    assert load(tmp_path / "one.tsv") == learn(NAMES)
    assert (tmp_path / "one.tsv").read_bytes() == (tmp_path / "other.tsv").read_bytes()
