"""Which header holds which field."""

import csv
import json
from collections import defaultdict

import pytest

from crm.imports.columns import MatchedBy, guess_kind, mapping_from_json, match_columns
from crm.imports.fields import FIELDS, header_key
from models.errors import DomainError
from models.import_batch import BatchKind
from tests.crm.imports.offices import WORDS

LEADS, STAGES = BatchKind.LEADS, BatchKind.STAGES
IN_ORDER = next(
    csv.reader(
        [
            "ref,company,company_native,country,sector,source,owner,first_contact_on,stage,"
            "stage_since,status,reason,capex,currency,jobs,meetings_count,last_contact_on,"
            "next_action,notes"
        ]
    )
)


@pytest.mark.parametrize("kind", BatchKind)
def test_no_name_stands_under_two_fields(kind: BatchKind) -> None:
    fields = defaultdict(set)
    for field in FIELDS:
        if kind in field.kinds:
            for name in field.names:
                assert header_key(name)
                fields[header_key(name)].add(field.code)
    assert {name: codes for name, codes in fields.items() if len(codes) > 1} == {}


@pytest.mark.parametrize("language", WORDS)
def test_an_office_s_headers_are_known(language: str) -> None:
    mapping = match_columns(WORDS[language].headers, LEADS)
    assert [match.field for match in mapping.matches] == IN_ORDER
    assert {match.by for match in mapping.matches} == {MatchedBy.NAME}
    assert (mapping.missing, mapping.unmatched) == ((), ())
    stages = match_columns(WORDS[language].stage_headers, STAGES)
    assert [match.field for match in stages.matches] == ["ref", "stage", "date", "by", "reason"]


@pytest.mark.parametrize("language", WORDS)
def test_the_kind_of_file_is_guessed(language: str) -> None:
    assert guess_kind(WORDS[language].headers) is LEADS
    assert guess_kind(WORDS[language].stage_headers) is STAGES
    assert guess_kind(["Ref", "Company", "Stage", "Date"]) is LEADS
    assert guess_kind(["a", "b"]) is LEADS


@pytest.mark.parametrize(
    ("header", "field", "by"),
    [
        ("REFERENCE", "ref", MatchedBy.NAME),
        ("No.", "ref", MatchedBy.NAME),
        ("#", "ref", MatchedBy.NAME),
        ("First contact*", "first_contact_on", MatchedBy.NAME),
        (" first_contact ", "first_contact_on", MatchedBy.NAME),
        ("premier CONTACT", "first_contact_on", MatchedBy.NAME),
        ("Etape", "stage", MatchedBy.NAME),
        ("会社名(英)", "company", MatchedBy.NAME),
        ("ｽﾃｰｼﾞ", "stage", MatchedBy.NAME),
        ("Stage\nステージ", "stage", MatchedBy.PART),
        ("Company / 会社名", "company", MatchedBy.PART),
        ("Jobs (est.)", "jobs", MatchedBy.PART),
        ("次のアクション（予定）", "next_action", MatchedBy.PART),
        ("Frist contact", "first_contact_on", MatchedBy.SPELLING),
        ("Curency", "currency", MatchedBy.SPELLING),
        ("Favourite colour", None, MatchedBy.NOTHING),
        ("最終日", None, MatchedBy.NOTHING),
        ("", None, MatchedBy.NOTHING),
        ("x" * 5000, None, MatchedBy.NOTHING),
        ("Stage / Status", None, MatchedBy.NOTHING),
    ],
)
def test_how_a_header_is_matched(header: str, field: str | None, by: MatchedBy) -> None:
    (match,) = match_columns([header], LEADS).matches
    assert (match.field, match.by) == (field, by)


def test_the_surer_of_two_headers_has_the_field() -> None:
    mapping = match_columns(["Compamy", "Company", "Company name"], LEADS)
    assert [match.field for match in mapping.matches] == [None, "company", None]
    assert mapping.unmatched == ("Compamy", "Company name")


def test_the_unit_of_an_amount_in_its_header() -> None:
    for header, multiplier, code in (
        ("Capex (CAD M)", 1_000_000, "CAD"),
        ("投資額（百万円）", 1_000_000, "JPY"),
        ("투자액(억원)", 100_000_000, "KRW"),
        ("Investissement (M$)", 1_000_000, None),
        ("Capex in CAD millions", 1_000_000, "CAD"),
    ):
        (match,) = match_columns([header], LEADS).matches
        assert match.field == "capex"
        assert match.unit.multiplier == multiplier
        assert (match.unit.currency.code if match.unit.currency else None) == code


def test_what_is_missing_is_named() -> None:
    mapping = match_columns(["Ref", "Stage", "Colour"], LEADS)
    assert mapping.missing == ("first_contact_on", "company")
    with pytest.raises(DomainError, match=r"first contact.*“Ref”, “Stage”, “Colour”"):
        mapping.require_complete()
    assert match_columns(["Code name", "First contact"], LEADS).missing == ()
    assert match_columns(["Stage"], STAGES).missing == ("date", "ref")
    with pytest.raises(DomainError, match="date of the change"):
        match_columns(["Ref", "Stage"], STAGES).require_complete()


def test_a_person_s_choice_comes_first() -> None:
    headers = ["Nummer", "Firma", "Company", "Kontakt"]
    chosen = {"Nummer": "ref", "Firma": "company", "Company": None, "kontakt": "first_contact_on"}
    mapping = match_columns(headers, LEADS, chosen)
    assert [match.field for match in mapping.matches] == [
        "ref",
        "company",
        None,
        "first_contact_on",
    ]
    assert {match.by for match in mapping.matches} == {MatchedBy.PERSON}
    assert mapping.as_dict() == {
        "Nummer": "ref",
        "Firma": "company",
        "Company": None,
        "Kontakt": "first_contact_on",
    }
    assert match_columns(headers, LEADS, mapping.as_dict()).as_dict() == mapping.as_dict()


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({"Colour": "ref"}, "a column “Colour” that the file does not have"),
        ({"Ref": "colour"}, "a field “colour” that such a file does not have"),
        ({"Ref": "date"}, "a field “date”"),
        ({"Ref": "notes", "Company": "notes"}, "“notes” to two columns, “Ref” and “Company”"),
    ],
)
def test_a_wrong_choice_is_told(chosen: dict[str, str | None], says: str) -> None:
    with pytest.raises(DomainError, match=says):
        match_columns(["Ref", "Company", "First contact"], LEADS, chosen)


def test_a_mapping_file() -> None:
    assert mapping_from_json('\ufeff{"Nummer": "ref", "Farbe": null}') == {
        "Nummer": "ref",
        "Farbe": None,
    }
    for wrong in ("", "{", "[1]", '{"a": 1}', "null", "[" * 50_000, json.dumps({"a": ["ref"]})):
        with pytest.raises(DomainError, match="mapping"):
            mapping_from_json(wrong)
