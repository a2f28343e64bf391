"""The default questionnaire is whole in four languages; any document is checked as it is read."""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from crm.bre.documents import DocumentError
from crm.bre.questionnaire import (
    LANGUAGES,
    AskedOf,
    PartType,
    Wording,
    default_questionnaire,
    questionnaire_from,
)
from crm.bre.rules import default_rules, rules_from
from crm.bre.writing import questionnaire_document


def _wordings(document: object) -> Iterator[tuple[str, Wording]]:
    """Every wording in a document, with where it stands."""
    if isinstance(document, dict):
        if set(document) & set(LANGUAGES):
            yield "", document
            return
        for name, value in document.items():
            for path, wording in _wordings(value):
                yield f"{document.get('id', document.get('key', ''))}.{name}{path}", wording
    elif isinstance(document, list):
        for value in document:
            yield from _wordings(value)


WORDINGS = list(_wordings(questionnaire_document(default_questionnaire())))


def test_it_asks_forty_two_questions_of_which_ten_are_core() -> None:
    asked = default_questionnaire()
    counts = {section.id: len(section.questions) for section in asked.sections}
    assert counts == {"A": 6, "B": 6, "C": 7, "D": 6, "E": 6, "F": 4, "G": 4, "H": 3}
    for section in asked.sections:
        expected = [f"{section.id}{number}" for number in range(1, counts[section.id] + 1)]
        assert [question.id for question in section.questions] == expected
    core = [question.id for question in asked.core_questions]
    assert core == ["A5", "B3", "B6", "C1", "D1", "E1", "E2", "E4", "G3", "H2"]
    assert (asked.id, asked.version, asked.languages) == ("default", 1, LANGUAGES)


def test_every_sentence_stands_in_every_language() -> None:
    assert len(WORDINGS) > 250
    for path, wording in WORDINGS:
        assert list(wording) == list(LANGUAGES), path
        assert all(text == text.strip() != "" for text in wording.values()), path


def test_each_language_is_written_in_its_own_script_and_manner() -> None:
    for path, wording in WORDINGS:
        # Names of agreements and units are the same everywhere.
        if not re.search(r"[a-z]{4}", wording["en"]):
            continue
        assert re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", wording["ja"]), path
        assert re.search(r"[가-힣]", wording["ko"]), path
        assert not re.search(r"[가-힣\u3040-\u30ff]", wording["en"] + wording["fr"]), path
        assert not re.search(r" [?;:!]", wording["fr"]), path
    for question in default_questionnaire().questions:
        assert question.text["en"].endswith(("?", ".", ")")), question.id
        assert re.search(
            r"(?:ください|ますか|ですか|でしょうか|いたします)。|）$", question.text["ja"]
        )
        assert re.search(r"(?:십시오|습니까|십니까|입니까|합니까)[.?]", question.text["ko"])


def test_no_label_of_a_question_repeats_another() -> None:
    for question in default_questionnaire().questions:
        for language in LANGUAGES:
            labels = [part.label[language] for part in question.parts]
            assert len(set(labels)) == len(labels), (question.id, language)
            for part in question.parts:
                options = [option.label[language] for option in part.options]
                assert len(set(options)) == len(options), (part.key, language)


def test_ratings_name_what_their_points_mean() -> None:
    for part in default_questionnaire().parts:
        if part.type is PartType.RATING:
            assert [point.code for point in part.scale] == ["1", "2", "3", "4", "5"], part.key


def test_what_the_interviewer_observes_is_not_asked_of_the_company() -> None:
    observed = [
        q.id for q in default_questionnaire().questions if q.asked_of is not AskedOf.COMPANY
    ]
    assert observed == ["H3"]


def test_the_questions_that_jetro_asks_too_are_marked() -> None:
    marked = [q.id for q in default_questionnaire().questions if q.benchmark == "jetro"]
    assert marked == ["B4", "C1", "C2", "D2", "D3", "D6", "E1", "F1"]


def test_a_questionnaire_survives_being_written_and_read() -> None:
    document = json.loads(json.dumps(questionnaire_document(default_questionnaire())))
    assert questionnaire_from(document) == default_questionnaire()


def test_in_one_language_the_sentences_are_texts() -> None:
    document = questionnaire_document(default_questionnaire(), "ja")
    assert document["sections"][0]["title"] == "拠点の概要"
    assert document["sections"][0]["questions"][0]["parts"][0]["label"] == "主な製品・サービス"
    assert list(_wordings(document)) == []


OWN: dict[str, Any] = {
    "id": "own",
    "version": 3,
    "languages": ["en"],
    "sections": [
        {
            "id": "S",
            "title": {"en": "Water"},
            "questions": [
                {
                    "id": "S1",
                    "text": {"en": "How is the water?"},
                    "parts": [
                        {"key": "taste", "type": "rating", "label": {"en": "Taste"}},
                        {
                            "key": "source",
                            "type": "choice",
                            "label": {"en": "Source"},
                            "options": [{"code": "well", "label": {"en": "Well"}}],
                        },
                    ],
                }
            ],
        }
    ],
}
QUESTION = OWN["sections"][0]["questions"][0]


def test_an_offices_own_questionnaire_is_read() -> None:
    own = questionnaire_from(OWN)
    assert [part.key for part in own.parts] == ["S1.taste", "S1.source"]
    assert own.find_part("S1.taste") is own.get_part("S1.taste")


def _with(change: dict[str, Any], *path: object) -> dict[str, Any]:
    document: Any = copy.deepcopy(OWN)
    place = document
    for step in path:
        place = place[step]
    place.update(change)
    return dict(document)


_Q = ("sections", 0, "questions", 0)


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({}, "own: “languages” is missing."),
        (_with({"version": "1"}), "own.version: A whole number from 1 on is wanted here."),
        (_with({"colour": 1}), "own: “colour” is not known here."),
        (_with({"languages": ["en", "fr"]}), "own.sections[S].title: “fr” is missing."),
        (_with({"text": {"en": " "}}, *_Q), "[S1].text.en: A text is wanted here."),
        (_with({"core": "yes"}, *_Q), "[S1].core: True or false is wanted here."),
        (_with({"main": "colour"}, *_Q), "[S1].main: The question has no such part."),
        (_with({"id": "S.1"}, *_Q), "id: A question's id has no full stop in it."),
        (_with({"parts": []}, *_Q), "parts: A question has at least one part."),
        (_with({"parts": {}}, *_Q), "parts: A list is wanted here."),
        (_with({"type": "colour"}, *_Q, "parts", 0), "[taste].type: “colour” is not one of: text"),
        (_with({"type": "text"}, *_Q, "parts", 1), "[source]: A choice has options"),
        (_with({"type": "choice"}, *_Q, "parts", 0), "[taste]: A choice has options"),
        (_with({"options": "trend"}, *_Q, "parts", 1), "own: “shared” is missing."),
        (_with({"key": "source"}, *_Q, "parts", 0), "[source].key: “S1.source” stands twice."),
        (
            _with({"scale": [{"code": "6", "label": {"en": "Six"}}]}, *_Q, "parts", 0),
            "[taste].scale: “6” is not on the scale.",
        ),
        (
            _with({"options": [{"code": "a", "label": {"en": "A"}}] * 2}, *_Q, "parts", 1),
            "[source].options: Each code stands once.",
        ),
    ],
)
def test_a_wrong_document_is_refused_and_says_where(document: Any, sentence: str) -> None:
    with pytest.raises(DocumentError) as refused:
        questionnaire_from(document, "own")
    assert sentence in str(refused.value)


RULE: dict[str, Any] = {
    "id": "S1-red",
    "version": 1,
    "severity": "red",
    "axis": "risk",
    "when": {"part": "S1.taste", "at_most": 2},
    "text": {"en": "It tastes bad ({S1.taste}).", "fr": "Mauvais goût ({S1.taste})."},
}


def _rules(**changes: Any) -> dict[str, Any]:
    return {"id": "own", "version": 1, "yellows_for_red": 3, "rules": [{**RULE, **changes}]}


def test_rules_of_an_offices_own_questionnaire_are_read() -> None:
    assert rules_from(_rules(), questionnaire_from(OWN)).by_id["S1-red"].parts == ("S1.taste",)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"when": {}}, "[S1-red].when: A condition has exactly one of: all, any, not"),
        ({"when": {"part": "S1.tast", "at_most": 2}}, "The questionnaire has no part “S1.tast”."),
        ({"when": {"part": "S1.taste"}}, "Give at least one of: at_least, at_most"),
        ({"when": {"part": "S1.taste", "at_most": "2"}}, "at_most: A number is wanted here."),
        ({"when": {"part": "S1.taste", "atmost": 2}}, "“atmost” is not known here."),
        ({"when": {"part": "S1.taste", "is": "well"}}, "is of the type rating, which cannot"),
        ({"when": {"part": "S1.source", "is": "lake"}}, "is: “lake” is not one of: well."),
        ({"when": {"part": "S1.source", "is": "well", "in": []}}, "Give exactly one of: is, in"),
        ({"when": {"part": "S1.source", "at_least": 2}}, "is of the type choice, which cannot"),
        ({"when": {"months_until": "S1.taste", "at_most": 2}}, "is of the type rating"),
        ({"when": {"part": "=sum", "at_most": 2}}, "The rules define no quantity “sum”."),
        ({"when": {"change": ["S1.taste"], "at_most": 2}}, "Two quantities are wanted here."),
        ({"when": {"all": []}}, "A condition of several has at least one."),
        ({"severity": "pink"}, "“pink” is not one of: red, yellow, green."),
        ({"severity": "green"}, "A green rule proposes a lead, and no other does."),
        ({"yields_to": ["S9"]}, "There is no rule “S9”."),
        ({"text": {"en": "Bad."}}, "text: “fr” is missing."),
        ({"text": {"en": "{S1.colour}", "fr": "-"}}, "has no part “S1.colour”."),
    ],
)
def test_wrong_rules_are_refused_and_say_where(changes: Any, sentence: str) -> None:
    with pytest.raises(DocumentError) as refused:
        rules_from(_rules(**changes), questionnaire_from(OWN))
    assert sentence in str(refused.value)


def test_rules_look_only_at_what_their_questionnaire_asks() -> None:
    assert default_rules().rules
    with pytest.raises(DocumentError, match=r"has no part “S1\.taste”"):
        rules_from(_rules(), default_questionnaire())
