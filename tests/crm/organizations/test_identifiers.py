"""Numbers of public registers: what fits is kept plain, what cannot be is refused."""

import pytest

from crm.organizations.identifiers import (
    check_identifier,
    doubt_identifier,
    format_identifier,
    is_individual_number,
    is_resident_number,
)
from models.errors import DomainError
from models.organization import IdentifierScheme as Scheme

# Numbers that their owners print on their own pages.
GENUINE = [
    (Scheme.JP_CORPORATE_NUMBER, "7000012050002", "7000012050002"),
    (Scheme.JP_CORPORATE_NUMBER, "T1180301018771", "1180301018771"),
    (Scheme.JP_CORPORATE_NUMBER, "１１８０３０１０１８７７１", "1180301018771"),
    (Scheme.KR_BUSINESS_NUMBER, "124-81-00998", "1248100998"),
    (Scheme.KR_BUSINESS_NUMBER, "101-81-09147", "1018109147"),
    (Scheme.KR_BUSINESS_NUMBER, "104-81-37225", "1048137225"),
    (Scheme.KR_BUSINESS_NUMBER, "220 81 62517", "2208162517"),
    (Scheme.KR_CORPORATE_NUMBER, "130111-0006246", "1301110006246"),
    (Scheme.KR_CORPORATE_NUMBER, "110111-0085450", "1101110085450"),
    (Scheme.CA_BUSINESS_NUMBER, "123456782", "123456782"),
    (Scheme.CA_BUSINESS_NUMBER, "123456782 rc0001", "123456782RC0001"),
    (Scheme.LEI, "529900T8BM49AURSDO55", "529900T8BM49AURSDO55"),
    (Scheme.LEI, "5493 006W 3QUS 5LMH 6R84", "5493006W3QUS5LMH6R84"),
    (Scheme.EDINET, "e02144", "E02144"),
]


@pytest.mark.parametrize(("scheme", "typed", "kept"), GENUINE)
def test_a_genuine_number_is_kept_plain(scheme: Scheme, typed: str, kept: str) -> None:
    assert check_identifier(scheme, typed) == kept


@pytest.mark.parametrize(
    ("scheme", "kept"),
    [
        (Scheme.JP_CORPORATE_NUMBER, "7000012050002"),
        (Scheme.KR_BUSINESS_NUMBER, "1248100998"),
        (Scheme.CA_BUSINESS_NUMBER, "123456782"),
        (Scheme.LEI, "529900T8BM49AURSDO55"),
    ],
)
def test_every_wrong_digit_is_found_that_the_check_can_find(scheme: Scheme, kept: str) -> None:
    passed = []
    for place, letter in enumerate(kept):
        for wrong in "0123456789" if letter.isdecimal() else "":
            if wrong == letter:
                continue
            try:
                check_identifier(scheme, kept[:place] + wrong + kept[place + 1 :])
            except DomainError:
                continue
            passed.append((place, {letter, wrong}))
    # To a sum modulo nine 0 and 9 are one.
    if scheme is Scheme.JP_CORPORATE_NUMBER:
        assert {frozenset(pair) for _place, pair in passed} == {frozenset("09")}
    else:
        assert passed == []


@pytest.mark.parametrize(
    ("scheme", "typed"),
    [
        (Scheme.JP_CORPORATE_NUMBER, "7000012050003"),
        (Scheme.JP_CORPORATE_NUMBER, "700001205000"),
        (Scheme.KR_BUSINESS_NUMBER, "124-81-00999"),
        (Scheme.KR_CORPORATE_NUMBER, "130111-000624"),
        (Scheme.CA_BUSINESS_NUMBER, "123456783"),
        (Scheme.CA_BUSINESS_NUMBER, "123456782RC1"),
        (Scheme.LEI, "529900T8BM49AURSDO56"),
        (Scheme.EDINET, "02144"),
        (Scheme.KR_BUSINESS_NUMBER, "١٢٤٨١٠٠٩٩٨"),
    ],
)
def test_what_cannot_be_is_refused_with_an_example(scheme: Scheme, typed: str) -> None:
    with pytest.raises(DomainError) as caught:
        check_identifier(scheme, typed)
    assert caught.value.field == "value"
    assert "example" in caught.value.params


@pytest.mark.parametrize("scheme", list(Scheme))
def test_a_resident_number_is_refused_by_name_under_any_register(scheme: Scheme) -> None:
    with pytest.raises(DomainError) as caught:
        check_identifier(scheme, "850101-1234567")
    assert "주민등록번호" in str(caught.value)
    assert "1234567" not in str(caught.value)


def test_a_corporate_number_that_looks_like_a_birth_date_is_a_corporate_number() -> None:
    assert is_resident_number("110111-1707178")
    assert check_identifier(Scheme.KR_CORPORATE_NUMBER, "110111-1707178") == "1101111707178"


@pytest.mark.parametrize("digits", ["851301-1234567", "850101-9234567", "850101-123456"])
def test_other_digits_are_no_resident_number(digits: str) -> None:
    assert not is_resident_number(digits)


def test_a_number_is_shown_as_its_country_writes_it() -> None:
    assert format_identifier(Scheme.KR_BUSINESS_NUMBER, "1248100998") == "124-81-00998"
    assert format_identifier(Scheme.KR_CORPORATE_NUMBER, "1301110006246") == "130111-0006246"
    assert format_identifier(Scheme.LEI, "529900T8BM49AURSDO55") == "529900T8BM49AURSDO55"


def test_a_corporate_number_without_its_check_digit_is_kept_with_a_doubt() -> None:
    kept = check_identifier(Scheme.KR_CORPORATE_NUMBER, "130111-0006247")
    assert kept == "1301110006247"
    assert "31 January 2025" in (doubt_identifier(Scheme.KR_CORPORATE_NUMBER, kept) or "")
    assert doubt_identifier(Scheme.KR_CORPORATE_NUMBER, "1301110006246") is None
    assert doubt_identifier(Scheme.KR_BUSINESS_NUMBER, "1248100998") is None


def test_a_persons_number_is_none_without_its_check_digit_either() -> None:
    with pytest.raises(DomainError, match="주민등록번호"):
        check_identifier(Scheme.KR_CORPORATE_NUMBER, "110111-1707179")


@pytest.mark.parametrize("scheme", list(Scheme))
def test_an_individual_number_is_refused_by_name_under_any_register(scheme: Scheme) -> None:
    with pytest.raises(DomainError, match="マイナンバー"):
        check_identifier(scheme, "1234 5678 9018")


def test_twelve_other_digits_are_no_individual_number() -> None:
    assert is_individual_number("１２３４５６７８９０１８")
    assert not is_individual_number("123456789019")
    assert not is_individual_number("12345678901")
