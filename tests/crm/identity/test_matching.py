"""Whether two parties are one company: precision before recall."""

import re

import pytest

from crm.identity.keys import NameKeys, keys_of
from crm.identity.matching import Matcher, Party, Verdict, compare
from crm.identity.wording import SENTENCES
from models.organization import NameKind

EXCERPT = {
    "yusen": ("郵船ロジスティクス株式会社", "Yusen Logistics Co., Ltd."),
    "lotte": ("롯데쇼핑 주식회사", "Lotte Shopping Co., Ltd."),
    "skt": ("에스케이텔레콤 주식회사", "SK Telecom Co., Ltd."),
    "konica": ("コニカミノルタ株式会社", "Konica Minolta, Inc."),
    "samsung": ("삼성전자주식회사", "Samsung Electronics Co., Ltd."),
    "hyundai": ("현대자동차주식회사", "Hyundai Motor Company"),
    "sumitomo": ("住友電気工業株式会社", "Sumitomo Electric Industries, Ltd."),
    "shoji": ("住友商事株式会社", "Sumitomo Corporation"),
    "muro": ("株式会社ムロコーポレーション", "Muro Corporation"),
    "canon": ("キヤノン株式会社", "Canon Inc."),
}


def _names(*texts: str, kind: NameKind | None = None) -> tuple[NameKeys, ...]:
    return tuple(keys_of(text, kind=kind) for text in texts)


def _party(key: object, *texts: str, numbers: tuple[tuple[str, str], ...] = ()) -> Party:
    return Party(key, _names(*texts), frozenset(numbers))


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(_party(key, *texts) for key, texts in EXCERPT.items())


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("ユウセンロジスティクス", "yusen"),
        ("SK텔레콤", "skt"),
        ("에스케이텔레콤㈜", "skt"),
        ("ｺﾆｶﾐﾉﾙﾀ", "konica"),
        ("코니카미놀타", "konica"),
        ("현대차", "hyundai"),
        ("HYUNDAI MOTOR", "hyundai"),
        ("ヒュンダイモーター", "hyundai"),
        ("스미토모전기공업", "sumitomo"),
        ("Sumitomo Denki Kogyo", "sumitomo"),
        ("住友電工", "sumitomo"),
        ("Sumitomo Shoji", "shoji"),
        ("（株）ムロコーポレーション", "muro"),
    ],
)
def test_another_spelling_finds_its_company(matcher: Matcher, typed: str, key: str) -> None:
    found = matcher.find(_party(None, typed), least=85.0)
    assert [candidate.key for candidate in found[:1]] == [key]
    assert found[0].verdict in {Verdict.SAME, Verdict.PROPOSE}


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Lotte Home Shopping", "lotte"),
        ("롯데홈쇼핑", "lotte"),
        ("Lotte Chilsung", "lotte"),
        ("Samsung", "samsung"),
        ("Samsung Display", "samsung"),
        ("Sumitomo Chemical", "sumitomo"),
        ("住友化学", "sumitomo"),
        ("SEI Corporation", "sumitomo"),
        ("Hyundai Mobis", "hyundai"),
    ],
)
def test_a_like_name_of_another_company_is_never_proposed(
    matcher: Matcher, typed: str, key: str
) -> None:
    for candidate in matcher.find(_party(None, typed), least=0.0):
        assert candidate.verdict in {Verdict.REVIEW, Verdict.NONE}
        if candidate.key == key:
            assert candidate.score < 85.0


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Yusen Logistics (Canada) Inc.", "yusen"),
        ("Muro International", "muro"),
        ("キヤノンカナダ", "canon"),
        ("Canon Canada Inc.", "canon"),
        ("현대자동차 캐나다", "hyundai"),
        ("Hyundai Motor America", "hyundai"),
    ],
)
def test_a_name_with_a_place_is_a_subsidiary(matcher: Matcher, typed: str, key: str) -> None:
    found = matcher.find(_party(None, typed))[0]
    assert (found.key, found.verdict) == (key, Verdict.SUBSIDIARY)
    assert found.reason.params["place"]


def test_two_local_companies_are_sisters() -> None:
    found = compare(_party(1, "Yusen Logistics Canada"), _party(2, "Yusen Logistics Americas"))
    assert (found.verdict, found.reason.code) == (Verdict.REVIEW, "other_place")


def test_a_shared_number_decides() -> None:
    number = ("lei", "529900T8BM49AURSDO55")
    found = compare(_party(1, "Alpha", numbers=(number,)), _party(2, "ベータ", numbers=(number,)))
    assert (found.verdict, found.score) == (Verdict.SAME, 100.0)
    assert found.reason.code == "same_number"


def test_equal_legal_names_are_the_same_unless_something_speaks_against_it() -> None:
    mine, theirs = _party(1, "株式会社青空製作所"), _party(2, "青空製作所㈱")
    assert compare(mine, theirs).verdict is Verdict.SAME
    scheme = "jp_corporate_number"
    one = _party(1, "株式会社青空製作所", numbers=((scheme, "1"),))
    other = _party(2, "株式会社青空製作所", numbers=((scheme, "2"),))
    found = compare(one, other)
    assert (found.verdict, found.reason.code) == (Verdict.REVIEW, "other_register_number")
    japanese = Party(1, mine.names, country="JP")
    canadian = Party(2, theirs.names, country="CA")
    assert compare(japanese, canadian).verdict is Verdict.PROPOSE


def test_equal_english_names_of_firms_with_other_native_names_are_reviewed() -> None:
    english = _names("Daiichi Trading Co., Ltd.", kind=NameKind.OFFICIAL_ENGLISH)
    one = Party(1, english + _names("第一通商株式会社", kind=NameKind.LEGAL))
    other = Party(2, english + _names("大壱物産株式会社", kind=NameKind.LEGAL))
    found = compare(one, other)
    assert (found.verdict, found.reason.code) == (Verdict.REVIEW, "other_native_name")


@pytest.mark.parametrize(
    "kind", [NameKind.SHORT, NameKind.BRAND, NameKind.ACRONYM, NameKind.FORMER, NameKind.KANA]
)
def test_an_equal_short_name_is_at_most_proposed(kind: NameKind) -> None:
    one = Party(1, _names("Blue Sky Works", kind=kind))
    other = Party(2, _names("Blue Sky Works Ltd.", kind=NameKind.LEGAL))
    assert compare(one, other).verdict is Verdict.PROPOSE


def test_a_single_latin_word_is_not_certain() -> None:
    assert compare(_party(1, "Lotte"), _party(2, "Lotte Co., Ltd.")).verdict is Verdict.PROPOSE
    assert compare(_party(1, "ＴＯＡ株式会社"), _party(2, "TOA Corp.")).verdict is Verdict.PROPOSE
    lotte = compare(_party(1, "Lotte K.K."), _party(2, "Lotte Co., Ltd."))
    assert lotte.verdict is Verdict.SAME


def test_numbers_in_names_decide() -> None:
    found = compare(_party(1, "青空ファンド1号"), _party(2, "青空ファンド2号"))
    assert (found.verdict, found.reason.code) == (Verdict.REVIEW, "other_number")


def test_acronyms_decide() -> None:
    found = compare(_party(1, "KB Financial Group"), _party(2, "JB Financial Group"))
    assert (found.verdict, found.reason.code) == (Verdict.REVIEW, "other_letters")


def test_a_known_parent_is_no_duplicate() -> None:
    parent = _party(1, "Canon Inc.")
    child = Party(2, _names("Canon"), parents=frozenset([1]))
    found = compare(parent, child)
    assert (found.verdict, found.reason.code) == (Verdict.SUBSIDIARY, "linked")


def test_two_that_fit_alike_are_not_proposed() -> None:
    matcher = Matcher([_party(1, "Fuji Denki"), _party(2, "富士電気")])
    found = matcher.find(_party(None, "フジデンキ"), least=95.0)
    assert [candidate.verdict for candidate in found] == [Verdict.REVIEW, Verdict.REVIEW]
    assert found[0].reason.code == "several"


def test_the_margin_counts_parties_that_were_not_asked_for() -> None:
    typed = _party(None, "Marubeni Chubu Kagoshima Denki")
    near = _party(1, "Marubeni Chubu Kagoshima Denkki Ltd")
    next_ = _party(2, "Marubeni Chubu Kagoshimo Denki Ltd")
    both = Matcher([near, next_]).find(typed, least=0.0)
    assert 0 < both[0].score - both[1].score < 5
    asked = Matcher([near, next_]).find(typed, least=both[0].score)
    assert [candidate.verdict for candidate in asked] == [Verdict.REVIEW]
    assert Matcher([near]).find(typed)[0].verdict is Verdict.PROPOSE


def test_a_party_does_not_find_itself(matcher: Matcher) -> None:
    assert "muro" not in [c.key for c in matcher.find(_party("muro", "Muro Corporation"))]


def test_nothing_is_found_for_nothing(matcher: Matcher) -> None:
    assert matcher.find(_party(None, "")) == []
    assert matcher.find(Party(None, ())) == []
    assert Matcher().find(_party(None, "Muro")) == []
    assert compare(Party(1, ()), Party(2, ())).verdict is Verdict.NONE


def test_pairs_name_each_pair_once() -> None:
    matcher = Matcher([_party(1, "日産自動車"), _party(2, "丸紅"), _party(3, "Nissan Motor")])
    matcher.add(_party(4, "Marubeni Corporation"))
    assert [(one, found.key) for one, found in matcher.pairs()] == [(1, 3), (2, 4)]


def test_every_reason_has_its_sentence() -> None:
    pairs = [
        ("日産自動車", "Nissan Motor"),
        ("日産", "日産自動車"),
        ("Foo 1", "Foo"),
        ("Foo 1", "Foo 2"),
        ("Foo", "Bar"),
        ("KB Foo", "JB Foo"),
        ("Foo Canada", "Foo"),
        ("Foo Canada", "Foo Mexico"),
        ("Aozora Chemical", "Aozora Bank"),
    ]
    for one, other in pairs:
        reason = compare(_party(1, one), _party(2, other)).reason
        assert SENTENCES[reason.code] % reason.params
    for sentence in SENTENCES.values():
        named = set(re.findall(r"%\((\w+)\)s", sentence))
        assert named <= {"one", "other", "place", "number", "scheme"}
