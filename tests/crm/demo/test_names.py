"""No invented company bears the name of a real one."""

import csv
from random import Random

import pytest

from config import PROJECT
from crm.demo import names
from crm.demo.data import read
from crm.demo.names import SECTOR_CODES, CompanyNames
from crm.demo.register import compile_register, is_real
from crm.identity.normalizing import normalize

KNOWN_NAMES = PROJECT.parent / "shared" / "data" / "company_names.csv"


def _drawn(count: int) -> list[names.CompanyName]:
    drawn = CompanyNames(Random(11))
    choices = Random(12)
    return [
        drawn.draw(choices.choice(("JP", "KR")), choices.choice(SECTOR_CODES)) for _ in range(count)
    ]


@pytest.mark.parametrize(
    "name",
    [
        "株式会社大林組",
        "(株)大林組",
        "OBAYASHI CORPORATION",
        "カブシキガイシャオオバヤシグミ",
        "Toyota Boshoku Anything",
        "주식회사 삼성무엇",
    ],
)
def test_the_register_knows_real_names_in_every_spelling(name: str) -> None:
    assert is_real(name)


def test_the_register_lets_invented_names_pass() -> None:
    assert not is_real("株式会社星凪精密")
    assert not is_real("Hoshinagi Precision Co., Ltd.")


def test_the_register_holds_no_natural_persons() -> None:
    company = ["E1", "内国法人・組合", "", "", "", "", "株式会社甲", "KO CO., LTD.", "コウ"]
    person = ["E2", "個人(組合発行者を除く)", "", "", "", "", "乙野花子", "", "オツノハナコ"]
    assert compile_register([company, person]) == compile_register([company])
    assert len(compile_register([company])) == 3 * 5


def test_a_real_name_is_never_given(monkeypatch: pytest.MonkeyPatch) -> None:
    first = CompanyNames(Random(5)).draw("JP", "ict")
    real = {first.native, first.english, first.kana}
    monkeypatch.setattr(names, "is_real", lambda name: name in real)
    other = CompanyNames(Random(5)).draw("JP", "ict")
    assert not real & {other.native, other.english, other.kana}


def test_drawn_names_are_invented_and_given_once() -> None:
    drawn = _drawn(2000)
    for name in drawn:
        for text in (name.native, name.native_short, name.english, name.kana):
            assert text is None or not is_real(text)
    assert len({normalize(name.native) for name in drawn}) == len(drawn)
    assert len({normalize(name.english) for name in drawn}) == len(drawn)


@pytest.mark.skipif(not KNOWN_NAMES.exists(), reason="the list of known names is not here")
def test_drawn_names_are_not_on_the_list_of_known_names() -> None:
    with KNOWN_NAMES.open(encoding="utf-8", newline="") as file:
        known = {normalize(row["name"]) for row in csv.DictReader(file)}
    drawn = {
        normalize(text)
        for name in _drawn(2000)
        for text in (name.native, name.native_short, name.english, name.kana)
        if text
    }
    assert not known & drawn


def test_both_spellings_of_a_name_are_one_to_matching() -> None:
    for name in _drawn(200):
        assert normalize(name.native) == normalize(name.native_short)


def test_texts_exist_in_every_language() -> None:
    for topic in read("topics"):
        assert set(topic["summary"]) == {"en", "fr"}
        assert set(topic["text"]) == {"en", "fr", "ja", "ko"}
    english, french = (read("particulars")[language] for language in ("en", "fr"))
    assert english.keys() == french.keys()
    for key, said in english.items():
        if isinstance(said, list):
            assert len(french[key]) == len(said), key
