"""Names in any script become keys that meet."""

import unicodedata

import pytest

from crm.identity.hangul import romanize_hangul
from crm.identity.kana import romanize_kana
from crm.identity.keys import keys_of, search_keys
from crm.identity.lexicon import ATTRIBUTION, PATH
from crm.identity.normalizing import normalize, strip_form
from crm.identity.scripts import script_of
from crm.identity.vocabulary import DATA, rows
from models.organization import Script


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("三星電子", Script.HAN),
        ("味の素", Script.JAPANESE),
        ("ﾆｯｻﾝ", Script.KANA),
        ("SK텔레콤", Script.HANGUL),
        ("Itōchū", Script.LATIN),
        ("佐々木", Script.HAN),
        ("123", Script.OTHER),
    ],
)
def test_the_script_of_a_name(text: str, script: Script) -> None:
    assert script_of(text) is script


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("株式会社日立製作所", "㈱日立製作所"),
        ("（株）日立製作所", "日立製作所"),
        ("ﾋﾀﾁ", "ヒタチ"),
        ("髙島屋", "高島屋"),
        ("新日鐵", "新日鉄"),
        ("関ヶ原製作所", "関ケ原製作所"),
        ("삼성전자주식회사", "삼성전자㈜"),
        ("주식회사 카카오", "(주)카카오"),
        ("Murata Manufacturing Co., Ltd.", "MURATA MANUFACTURING"),
        ("Itōchū Shōji", "Itochu Shoji"),
        ("Kabushiki Kaisha Foo", "Foo K.K."),
        ("CANDOCO.,LTD.", "Cando Co., Ltd."),
        ("S.K.Telecom", "SK Telecom"),
        (unicodedata.normalize("NFD", "가온전선"), "가온전선"),
    ],
)
def test_spellings_of_one_name_are_normalized_alike(one: str, other: str) -> None:
    assert normalize(one) == normalize(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Foo (Canada) Inc.", "Foo Inc."),
        ("Fund No. 1", "Fund No. 2"),
        ("バス", "パス"),
        ("Yuhan Corporation", "Corporation"),
    ],
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert normalize(one) != normalize(other)


def test_a_name_of_legal_forms_alone_is_kept() -> None:
    assert normalize("Company Limited") == "companylimited"
    assert normalize("株式会社") == "株式会社"
    assert normalize("...") == ""
    assert strip_form("Foo Ltd").has_form
    assert not strip_form("Foo").has_form


@pytest.mark.parametrize(
    ("kana", "letters"),
    [
        ("ニッサン", "nissan"),
        ("ジェイテクト", "jeitekuto"),
        ("ヴィレッジ", "virejji"),
        ("しんにほん", "shinnihon"),
        ("シャープ", "shapu"),
        ("ティーガイア", "tigaia"),
    ],
)
def test_kana_in_hepburn(kana: str, letters: str) -> None:
    assert romanize_kana(kana) == letters


@pytest.mark.parametrize(
    ("hangul", "letters"),
    [
        ("닛산", "nissan"),
        ("롯데", "rotte"),
        ("신라", "silla"),
        ("종로", "jongno"),
        ("독립문", "dongnimmun"),
        ("한국", "hanguk"),
        ("현대", "hyeondae"),
    ],
)
def test_hangul_as_it_is_said(hangul: str, letters: str) -> None:
    assert romanize_hangul(hangul) == letters


@pytest.mark.parametrize(
    "spellings",
    [
        ("日産", "ニッサン", "nissan", "닛산", "ﾆｯｻﾝ"),
        ("롯데", "Lotte", "ロッテ"),
        ("현대", "Hyundai"),
        ("삼성", "Samsung"),
        ("한국타이어", "Hankook Tire"),
        ("三菱", "Mitsubishi", "미쓰비시", "ミツビシ"),
        ("トヨタ", "Toyota", "도요타"),
        ("エヌティティ", "NTT"),
        ("에스케이", "SK", "エスケイ"),
    ],
)
def test_search_keys_of_one_name_meet(spellings: tuple[str, ...]) -> None:
    first, *others = [set(search_keys(spelling)) for spelling in spellings]
    for spelling, keys in zip(spellings[1:], others, strict=True):
        assert first & keys, spelling


def test_search_keys_are_few_plain_letters() -> None:
    for text in ("エヌ・ティ・ティ・データ", "株式会社ムロコーポレーション", "KT&G", "삼성SDI"):
        keys = search_keys(text)
        assert 1 <= len(keys) <= 4
        assert all(key.isascii() and key == key.lower() for key in keys)


def test_places_are_told_from_the_name() -> None:
    assert keys_of("Foo British Columbia Ltd.").places == {"britishcolumbia"}
    assert keys_of("フーカナダ").places == keys_of("Foo Canada").places == {"canada"}
    assert keys_of("소니코리아").places == {"korea"}
    assert keys_of("Korea Gas").places == frozenset()


def test_tables_have_no_entry_twice() -> None:
    for table in ("loanwords_ja.tsv", "loanwords_ko.tsv"):
        words = [cells[0] for cells in rows(table)]
        assert len(words) == len(set(words)) > 300
    codes = [cells[1] for cells in rows("descriptors.tsv")]
    assert len(set(codes)) > 75
    assert (DATA / "places.tsv").exists()


def test_the_lexicon_names_its_source_and_is_sorted() -> None:
    first, _, *entries = PATH.read_text(encoding="utf-8").splitlines()
    assert first == ATTRIBUTION
    kanji = [line.split("\t")[0] for line in entries]
    assert kanji == sorted(kanji)
    assert len(set(kanji)) > 1000
