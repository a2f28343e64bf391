"""The words of letters: blanks filled, passages left out, names as each language writes them."""

from datetime import date

import pytest

from crm.thanks.wording import (
    LANGUAGES,
    SHIPPED,
    Facts,
    check_template,
    fill,
    honorific_for,
    language_for,
    name_for,
)
from models.contact import Contact
from models.errors import DomainError

DAY = date(2026, 11, 20)


def _contact(**values: str) -> Contact:
    return Contact(**{"printed_name": "KAMIYA Taro", **values})


def _letter(language: str, **values: object) -> str:
    facts = Facts(**{"name": "KAMIYA Taro", **values})  # type: ignore[arg-type]
    return fill(SHIPPED[language], facts, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_shipped_letter_tells_all_that_is_known(language: str) -> None:
    text = _letter(
        language,
        honorific="X.",
        company="Sample Works",
        day=DAY,
        topic="Batteries",
        sender="Dana",
        office="City hall",
    )
    assert not set("{}[]") & set(text)
    for words in ("KAMIYA Taro", "Sample Works", "2026", "Batteries", "Dana", "City hall", "X."):
        assert words in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_that_knows_only_the_name_reads_as_if_nothing_were_missing(language: str) -> None:
    text = _letter(language)
    assert not set("{}[]") & set(text)
    assert "  " not in text
    assert "\n\n\n" not in text
    assert not text.startswith("\n")
    assert "KAMIYA Taro" in text


def test_days_are_written_as_each_language_does() -> None:
    assert "on November 20, 2026." in _letter("en", day=DAY)
    assert "le 20 novembre 2026." in _letter("fr", day=DAY)
    assert "このたびは2026年11月20日に、" in _letter("ja", day=DAY)
    assert "지난 2026년 11월 20일, 바쁘신" in _letter("ko", day=DAY)


def test_nobody_is_given_a_title_that_is_not_known() -> None:
    assert "Dear KAMIYA Taro," in _letter("en")
    assert "Bonjour KAMIYA Taro," in _letter("fr")
    assert "Dear Dr. KAMIYA Taro," in _letter("en", honorific="Dr.")


def test_a_brace_in_a_name_is_only_a_brace() -> None:
    text = _letter("en", company="{sender} [Works]", sender="Dana")
    assert "at {sender} [Works]." in text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "Write the letter"),
        ("Dear {name}, {salary}", "Only these placeholders"),
        ("Dear {name} {", "Only these placeholders"),
        ("Dear {name.__class__}", "Only these placeholders"),
        ("Dear friend", "whom it thanks"),
        ("Dear {name}[ on {day}", "other half"),
        ("{name}" * 2_000, "Write the letter"),
    ],
)
def test_a_wording_that_cannot_be_filled_is_refused(text: str, problem: str) -> None:
    with pytest.raises(DomainError, match=problem):
        check_template(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_ships_can_be_filled(language: str) -> None:
    assert check_template(SHIPPED[language]) == SHIPPED[language]


def test_the_language_is_the_one_on_record_else_that_of_the_name() -> None:
    assert language_for(_contact(language="ko"), "") == "ko"
    assert language_for(_contact(language="fr-CA"), "") == "fr"
    assert language_for(_contact(native_name="かみや 太郎"), "") == "ja"
    assert language_for(_contact(native_name="김정관"), "") == "ko"
    assert language_for(_contact(language="en", native_name="김정관"), "") == "en"
    # A letter in a language that we do not write goes out in English.
    assert language_for(_contact(language="de"), "") == "en"
    assert language_for(None, "김정관") == "ko"


def test_the_name_is_written_in_the_script_of_the_letter() -> None:
    both = _contact(native_name="かみや 太郎", romanized_name="Taro Kamiya")
    assert name_for(both, "ja") == "かみや 太郎"
    assert name_for(both, "ko") == "KAMIYA Taro"
    assert name_for(both, "en") == "KAMIYA Taro"
    only_native = _contact(printed_name="かみや 太郎", romanized_name="Taro Kamiya")
    assert name_for(only_native, "en") == "Taro Kamiya"


def test_the_form_of_address_follows_the_language_and_is_never_guessed() -> None:
    assert honorific_for(_contact(), "ja") == "様"
    assert honorific_for(_contact(honorific="先生"), "ja") == "先生"
    assert honorific_for(_contact(native_title="부장"), "ko") == "부장님"
    assert honorific_for(_contact(), "ko") == "님"
    assert honorific_for(_contact(honorific="Dr."), "en") == "Dr."
    for own in ("様", "-san", ""):
        assert honorific_for(_contact(honorific=own), "fr") == ""
    assert honorific_for(None, "ja") == "様"
