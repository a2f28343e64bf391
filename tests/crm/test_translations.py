"""The French of the whole interface is there, fits its English, and is typeset as in Canada.

After a change of texts, extract them with the keywords below and give the new ones their French
in `crm/translations/fr/LC_MESSAGES/messages.po`.
"""

import re
from collections.abc import Iterator
from functools import cache

import pytest
from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po

from config import PROJECT
from crm.imports.columns import MatchedBy, match_columns
from crm.imports.fields import FIELDS
from models.import_batch import BatchKind

FRENCH = PROJECT / "crm" / "translations" / "fr" / "LC_MESSAGES" / "messages.po"
KEYWORDS = ("N_", "_l", "_lp:1c,2", "_p:1c,2")

# Words that French and English share. Anything else that reads the same was forgotten.
SAME_IN_BOTH = {
    "%(hectares)s ha (%(acres)s acres)",
    "%(hours)d h %(minutes)d min",
    "%(minutes)d min",
    "%(num)d contact",
    "%(num)d contacts",
    "%(rule)s, version %(version)s",
    ".ics",
    "Actions",
    "Administration",
    "Alberta",
    "Budget",
    "CSV",
    "Citation",
    "Code",
    "Communications",
    "Contact",
    "Contacts",
    "Conversion",
    "Date",
    "Description",
    "Document",
    "Documents",
    "Excel (.xlsx)",
    "Excel",
    "Expansion",
    "Format",
    "Institution",
    "Kana",
    "LEI",
    "Latin",
    "Manitoba",
    "Menu",
    "Minutes",
    "Mission",
    "Missions",
    "Note",
    "Notes",
    "Nunavut",
    "Ontario",
    "PDF",
    "Page",
    "Pages",
    "Parties",
    "Plan",
    "Points",
    "Prospect",
    "Public",
    "Questionnaire",
    "Questions",
    "Romaji",
    "Saskatchewan",
    "Sections",
    "Site",
    "Source",
    "Sources",
    "Total",
    "Type",
    "Version %(number)s",
    "Version",
    "Versions",
    "Yukon",
    "gain",
    "page",
    "version %(number)s",
}

NO_BREAK = "\N{NO-BREAK SPACE}"
# What Canadian French never has: each with the reason that the test prints.
UNWANTED = {
    r"[“”„]": "English quotation marks",
    r"’": "a curly apostrophe; the others are straight",
    rf"«(?!{NO_BREAK})|(?<!{NO_BREAK})»": "no no-break space within the guillemets",
    r" (?::|%%|»)": "a space that may break before a colon, per cent sign or guillemet",
    rf"[ {NO_BREAK}\N{{NARROW NO-BREAK SPACE}}][;!?]": "a space before ; ! or ?",
    r"<[a-zA-Z/]": "markup",
    # A colon alone stands after a word, with its own space before it.
    r"(?<!^) {2}|\s\Z|\A\s(?!:\Z)": "a space too many",
}


@cache
def used() -> frozenset[tuple[str | None, str | tuple[str, ...]]]:
    """The context and the English of every text that the sources mark."""
    with (PROJECT / "crm" / "translations" / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {**DEFAULT_KEYWORDS, **parse_keywords(KEYWORDS)}
    # The catalogue joins what the extraction only lists: one text with and without its plural.
    joined = Catalog()
    for _file, _line, english, _comments, context in extract_from_dir(
        PROJECT, methods, options, keywords=keywords
    ):
        joined.add(english, context=context)
    return frozenset((message.context, message.id) for message in joined if message.id)


@cache
def catalogue() -> Catalog:
    """The French."""
    with FRENCH.open("rb") as file:
        return read_po(file, locale="fr", abort_invalid=True)


def translated() -> Iterator[tuple[Message, tuple[str, ...], tuple[str, ...]]]:
    """Each entry with its English and its French, a form each."""
    for message in catalogue():
        if message.id:
            yield message, _forms(message.id), _forms(message.string)


def _forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"%(?:\(\w+\)[a-z]|%)", text))


def test_every_text_is_in_the_catalogue() -> None:
    assert len(used()) > 1_000
    kept = {(message.context, message.id) for message in catalogue()}
    missing = sorted(str(english) for context, english in used() if (context, english) not in kept)
    assert not missing, f"no French for: {missing}"


def test_nothing_is_kept_that_no_page_says_any_more() -> None:
    unused = sorted(
        str(message.id)
        for message, _english, _french in translated()
        if (message.context, message.id) not in used()
    )
    assert not unused, f"only in the catalogue: {unused}"
    assert not catalogue().obsolete, f"obsolete: {[str(key) for key in catalogue().obsolete]}"


def test_every_text_has_its_french() -> None:
    empty = [english[0] for _message, english, french in translated() if not all(french)]
    assert not empty, f"empty: {empty}"
    fuzzy = [english[0] for message, english, _french in translated() if message.fuzzy]
    assert not fuzzy, f"fuzzy: {fuzzy}"


def test_plurals_have_both_forms() -> None:
    assert catalogue().num_plurals == 2
    wrong = [
        english[0]
        for message, english, french in translated()
        if len(french) != (2 if message.pluralizable else 1)
    ]
    assert not wrong, f"not one form, or two for a plural: {wrong}"


def test_placeholders_are_those_of_the_english() -> None:
    wrong = []
    for _message, english, french in translated():
        for number, form in enumerate(french):
            # French takes the singular for 0 too, so it may need the number where English does not.
            allowed = [_placeholders(text) for text in (english if number == 0 else english[-1:])]
            if _placeholders(form) not in allowed:
                wrong.append(f"{english[number]} -> {form}")
    assert not wrong
    complaints = [
        f"{message.id}: {error}" for message, errors in catalogue().check() for error in errors
    ]
    assert not complaints


def test_nothing_was_left_in_english() -> None:
    same = {
        one
        for _message, english, french in translated()
        for one, other in zip(english, french, strict=True)
        if one == other and re.search(r"[A-Za-z]{2}", re.sub(r"%\(\w+\)[a-z]", "", one))
    }
    assert not same - SAME_IN_BOTH, f"the same in both languages: {sorted(same - SAME_IN_BOTH)}"
    assert not SAME_IN_BOTH - same, f"no longer the same: {sorted(SAME_IN_BOTH - same)}"


@pytest.mark.parametrize("pattern", UNWANTED, ids=UNWANTED.values())
def test_the_french_is_typeset_as_in_canada(pattern: str) -> None:
    wrong = [
        form
        for _message, _english, french in translated()
        for form in french
        if re.search(pattern, form)
    ]
    assert not wrong


@pytest.mark.parametrize("kind", BatchKind)
def test_the_import_reads_the_headers_that_a_french_export_writes(kind: BatchKind) -> None:
    unread = []
    for field in FIELDS:
        if kind not in field.kinds:
            continue
        header = catalogue()[field.label].string
        [match] = match_columns([header], kind).matches
        if (match.field, match.by) != (field.code, MatchedBy.NAME):
            unread.append(f"{header}: {match.field}, not {field.code}")
    assert not unread
