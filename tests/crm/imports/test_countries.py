"""Countries by code and by name."""

import pytest
from babel import Locale

from crm.imports.countries import country_codes, parse_country
from crm.imports.currencies import LOCALES
from crm.imports.problems import ValueProblem
from crm.imports.words import read_words


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        *[(name, "KR") for name in ("Korea", "South Korea", "Republic of Korea", "ROK", "KOR")],
        *[
            (name, "KR")
            for name in ("韓国", "大韓民国", "한국", "대한민국", "Corée du Sud", "coree")
        ],
        *[
            (name, "JP")
            for name in ("Japan", "JAPAN", "Japon", "日本", "日本国", "일본", "JPN", "jp")
        ],
        *[(name, "US") for name in ("USA", "U.S.", "United States", "États-Unis", "米国", "미국")],
        *[(name, "CN") for name in ("China", "PRC", "中国", "중국", "Chine")],
        *[(name, "HK") for name in ("Hong Kong", "香港", "홍콩")],
        *[(name, "GB") for name in ("UK", "England", "英国", "영국", "Royaume-Uni")],
        ("Côte d'Ivoire", "CI"),
        ("Cote d’Ivoire", "CI"),
        ("Georgia", "GE"),
        ("Namibia", "NA"),
        ("台湾", "TW"),
    ],
)
def test_a_country_is_known_by_code_or_name(printed: str, code: str) -> None:
    assert parse_country(printed) == code


@pytest.mark.parametrize("locale", LOCALES)
def test_every_country_of_cldr_is_known_in_each_language(locale: str) -> None:
    names = Locale(locale).territories
    wrong = {code: names[code] for code in country_codes() if parse_country(names[code]) != code}
    assert wrong == {}


@pytest.mark.parametrize("printed", ["", "-", "NA", "n/a", "unknown", "不明", "미상", None])
def test_an_unknown_country_is_none(printed: str | None) -> None:
    assert parse_country(printed) is None


@pytest.mark.parametrize(
    "printed", ["Atlantis", "Japan / Korea", "EU", "UN", "001", "QO", "Québec", "Asia", "J"]
)
def test_a_word_that_is_no_country_is_a_mistake(printed: str) -> None:
    with pytest.raises(ValueProblem, match="not a country"):
        parse_country(printed)


def test_our_own_names_are_of_countries_and_of_one_each() -> None:
    aliases = read_words("countries")
    assert set(aliases) <= country_codes()
    for code, names in aliases.items():
        assert [name for name in names if parse_country(name) != code] == []
