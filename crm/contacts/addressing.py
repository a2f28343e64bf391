"""How a person is addressed: the family name with what belongs after it, in either script.

Nothing is guessed: whose family name is not told apart is called by the whole name as printed.
"""

from dataclasses import dataclass

from crm.web.formatting import language_of
from models.contact import Contact

_JAPANESE, _KOREAN = "ja", "ko"
_USUAL = {_JAPANESE: "様", _KOREAN: "님"}


@dataclass(frozen=True, slots=True)
class Address:
    """What to say and what to write; `language` is that of the written form."""

    spoken: str | None
    written: str | None
    language: str | None


def address_of(contact: Contact) -> Address:
    """How to address somebody: "Kamiya-san" and "神谷様", "김 부장님", "Dr. Roy"."""
    language = _language(contact)
    family = family_name(contact)
    honorific = (contact.honorific or "").strip()
    if language not in _USUAL:
        spoken = f"{honorific} {family or contact.printed_name}".strip() if honorific else None
        return Address(spoken, None, None)
    native_family = native_family_name(contact)
    own = honorific if language_of(honorific) else ""
    if language == _KOREAN:
        written = _korean(contact, native_family, own)
        # It follows the whole name, or a title, never the family name alone.
        whole = _latin(contact)
        spoken = f"{whole}-nim" if whole else None
    else:
        name = native_family or contact.native_name
        written = f"{name}{own or _USUAL[language]}" if name else None
        called = family or _latin(contact)
        spoken = f"{called}-san" if called else None
    return Address(spoken, written, language if written else None)


def family_name(contact: Contact) -> str | None:
    """The family name in Latin letters, where it is told apart: by its field, or in capitals."""
    if contact.family_name and language_of(contact.family_name) is None:
        return contact.family_name
    for text in (contact.printed_name, contact.romanized_name):
        words = (text or "").split()
        capital = [word for word in words if len(word) > 1 and word.isupper()]
        if len(words) > 1 and len(capital) == 1 and language_of(capital[0]) is None:
            return capital[0].title()
    return None


def native_family_name(contact: Contact) -> str | None:
    """The family name in its own script, where a field or a blank tells it apart."""
    if contact.family_name and language_of(contact.family_name) is not None:
        return contact.family_name
    words = (contact.native_name or "").split()
    # Both scripts put the family name first.
    return words[0] if len(words) == 2 else None


def _latin(contact: Contact) -> str | None:
    """The whole name in Latin letters, in the order in which it is written."""
    for text in (contact.printed_name, contact.romanized_name):
        if text and language_of(text) is None:
            return text
    return None


def _korean(contact: Contact, family: str | None, honorific: str) -> str | None:
    title = (contact.native_title or "").strip()
    if family and title and language_of(title) == _KOREAN:
        return f"{family} {title.removesuffix('님')}님"
    return f"{contact.native_name} {honorific or '님'}" if contact.native_name else None


def _language(contact: Contact) -> str | None:
    for text in (contact.native_name, contact.honorific, contact.native_title):
        found = language_of(text) if text else None
        if found is not None:
            return found
    spoken = (contact.language or "").partition("-")[0]
    return spoken if spoken in _USUAL else None
