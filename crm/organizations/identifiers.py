"""Numbers that public registers give organizations, and whether one can be such a number."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from models.errors import DomainError, N_
from models.organization import IdentifierScheme

_SEPARATORS = re.compile(r"[\s.\-‐‑‒–—―－・]+")
_RESIDENT_HYPHENATED = re.compile(r"\s*\d{6}\s*[-‐‑‒–—―]\s*\d{7}\s*")
_BN = re.compile(r"(\d{9})(?:[A-Z]{2}\d{4})?")
_LEI = re.compile(r"[A-Z0-9]{18}\d{2}")
_EDINET = re.compile(r"E\d{5}")


def check_identifier(scheme: IdentifierScheme, text: str) -> str:
    """The number as it is kept: plain width, no separators, capitals, its check digit fitting.

    Raises:
        DomainError: it cannot be a number of this register, or it is a person's.
    """
    wide = unicodedata.normalize("NFKC", text).strip().upper()
    value = _SEPARATORS.sub("", wide)
    if not value:
        raise DomainError(N_("Write the number."), field="value")
    fits, example = _RULES[scheme]
    is_sound = fits(value)
    if is_resident_number(wide) and not (
        is_sound
        # Hyphenated like this, only Korean corporations' numbers look the same.
        and (scheme is IdentifierScheme.KR_CORPORATE_NUMBER or not _RESIDENT_HYPHENATED.match(wide))
    ):
        raise DomainError(
            N_(
                "This looks like a Korean resident registration number (주민등록번호)."
                " It belongs to a person and is never kept here."
            ),
            field="value",
        )
    if not is_sound and is_individual_number(wide):
        raise DomainError(
            N_(
                "This looks like a Japanese individual number (マイナンバー)."
                " It belongs to a person and is never kept here."
            ),
            field="value",
        )
    if not is_sound and not _may_lack_check_digit(scheme, value):
        raise DomainError(
            N_(
                "This cannot be right: its form or its check digit does not fit."
                " Example: %(example)s"
            ),
            field="value",
            example=example,
        )
    return value.removeprefix("T") if scheme is IdentifierScheme.JP_CORPORATE_NUMBER else value


def doubt_identifier(scheme: IdentifierScheme, value: str) -> str | None:
    """A sentence to show beside a number that is kept although its check digit does not fit."""
    if _may_lack_check_digit(scheme, value) and not _is_kr_corporate_number(value):
        return N_(
            "The last digit does not fit as a check digit. Numbers given since 31 January 2025"
            " may have none; compare an older one with the register."
        )
    return None


def format_identifier(scheme: IdentifierScheme, value: str) -> str:
    """The number with the separators that its country writes."""
    if scheme is IdentifierScheme.KR_BUSINESS_NUMBER and len(value) == 10:
        return f"{value[:3]}-{value[3:5]}-{value[5:]}"
    if scheme is IdentifierScheme.KR_CORPORATE_NUMBER and len(value) == 13:
        return f"{value[:6]}-{value[6:]}"
    return value


def is_resident_number(text: str) -> bool:
    """Whether a text is built like a Korean resident or foreigner registration number.

    Six digits of a birth date, then one that tells sex and century (1 to 8 for anybody alive),
    then six more. Numbers given since October 2020 have no check digit, so none is asked for.
    """
    digits = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    if len(digits) != 13 or not digits.isdecimal() or digits[6] not in "12345678":
        return False
    century = 1900 if digits[6] in "1256" else 2000
    try:
        date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return False
    return True


def is_individual_number(text: str) -> bool:
    """Whether a text is built like a Japanese My Number: twelve digits, the last a check digit."""
    digits = _digits(_SEPARATORS.sub("", unicodedata.normalize("NFKC", text)), 12)
    if digits is None:
        return False
    weighted = sum(
        digit * (place + 2 if place < 6 else place - 4)
        for place, digit in enumerate(reversed(digits[:11]))
    )
    rest = weighted % 11
    return digits[11] == (0 if rest <= 1 else 11 - rest)


def _may_lack_check_digit(scheme: IdentifierScheme, value: str) -> bool:
    """Korean registry offices gave up the check digit of corporate numbers in January 2025."""
    return scheme is IdentifierScheme.KR_CORPORATE_NUMBER and _digits(value, 13) is not None


def _is_jp_corporate_number(value: str) -> bool:
    # The invoice registration number is the same one behind a T.
    digits = _digits(value.removeprefix("T"), 13)
    if digits is None:
        return False
    weighted = sum(
        digit * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits[1:]))
    )
    return digits[0] == 9 - weighted % 9


def _is_kr_business_number(value: str) -> bool:
    digits = _digits(value, 10)
    if digits is None:
        return False
    weights = (1, 3, 7, 1, 3, 7, 1, 3, 5)
    weighted = sum(digit * weight for digit, weight in zip(digits, weights, strict=False))
    return (10 - (weighted + digits[8] * 5 // 10) % 10) % 10 == digits[9]


def _is_kr_corporate_number(value: str) -> bool:
    digits = _digits(value, 13)
    if digits is None:
        return False
    weighted = sum(digit * (2 if place % 2 else 1) for place, digit in enumerate(digits[:12]))
    return (10 - weighted % 10) % 10 == digits[12]


def _is_ca_business_number(value: str) -> bool:
    match = _BN.fullmatch(value)
    if match is None:
        return False
    total = 0
    for place, letter in enumerate(match[1]):
        digit = int(letter) * (2 if place % 2 else 1)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def _is_lei(value: str) -> bool:
    return (
        _LEI.fullmatch(value) is not None and int("".join(str(int(c, 36)) for c in value)) % 97 == 1
    )


def _is_edinet(value: str) -> bool:
    return _EDINET.fullmatch(value) is not None


def _digits(value: str, count: int) -> list[int] | None:
    if len(value) != count or not (value.isascii() and value.isdecimal()):
        return None
    return [int(letter) for letter in value]


_RULES: dict[IdentifierScheme, tuple[Callable[[str], bool], str]] = {
    IdentifierScheme.JP_CORPORATE_NUMBER: (_is_jp_corporate_number, "7000012050002"),
    IdentifierScheme.KR_BUSINESS_NUMBER: (_is_kr_business_number, "124-81-00998"),
    IdentifierScheme.KR_CORPORATE_NUMBER: (_is_kr_corporate_number, "130111-0006246"),
    IdentifierScheme.CA_BUSINESS_NUMBER: (_is_ca_business_number, "123456782 RC0001"),
    IdentifierScheme.LEI: (_is_lei, "529900T8BM49AURSDO55"),
    IdentifierScheme.EDINET: (_is_edinet, "E02144"),
}
