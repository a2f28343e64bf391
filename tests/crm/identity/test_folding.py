"""Shortcuts in folding names: none may change what is found without them."""

import re

from hypothesis import given
from hypothesis import strategies as st

from crm.identity import folding, spoken
from crm.identity.folding import Rule, apply_rules
from crm.identity.keys import keys_of, search_keys

NAMES = (
    *(
        "株式会社ムロコーポレーション",
        "日産自動車",
        "エヌ・ティ・ティ・データ",
        "髙島屋",
        "ヤマト運輸",
    ),
    *("Muro Corporation", "Quick Chocolate & Tea Co., Ltd.", "Fujitsu", "Hyundai Motor Japan"),
    *("삼성전자 주식회사", "에스케이하이닉스", "현대자동차", "三菱UFJ銀行", "KT&G", "ＡＧＣ㈱"),
    *("L'Érable Québec", "", "！"),
)
TABLES = (folding._LIGHT_RULES, folding._DEEP_RULES, spoken._ENGLISH, spoken._ADDED)


def _one_after_the_other(word: str, rules: list[Rule]) -> str:
    for rule in rules:
        pattern = re.compile(rule.pattern) if isinstance(rule.pattern, str) else rule.pattern
        word = pattern.sub(rule.spelling, word)
    return word


@given(st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzA1ー"), max_size=14))
def test_a_rule_that_is_passed_over_would_have_changed_nothing(word: str) -> None:
    for rules in TABLES:
        assert apply_rules(word, rules) == _one_after_the_other(word, rules)


@given(
    st.sampled_from(NAMES)
    | st.text(st.sampled_from("日産工業のロカーンッ가나삼성 abikt&.・"), max_size=9)
)
def test_what_search_keeps_is_what_names_are_compared_by(name: str) -> None:
    assert search_keys(name) == keys_of(name).sounds[:4]
