"""A questionnaire as plain data, to keep a version of it or to hand it on."""

from typing import Any

from crm.bre.questionnaire import Option, Part, Question, Questionnaire, Wording, in_language


def questionnaire_document(
    questionnaire: Questionnaire, language: str | None = None
) -> dict[str, Any]:
    """The questionnaire as plain data, from which `questionnaire_from` reads the same one.

    With a language its sentences are texts in that language, which is for showing only.
    """

    def words(wording: Wording) -> object:
        return in_language(wording, language) if language else dict(wording)

    def choices(options: tuple[Option, ...]) -> list[dict[str, object]]:
        return [{"code": option.code, "label": words(option.label)} for option in options]

    def part_of(part: Part) -> dict[str, object]:
        found: dict[str, object] = {"key": part.key, "type": part.type.value}
        found["label"] = words(part.label)
        for name, wording in (("help", part.help), ("unit", part.unit)):
            if wording:
                found[name] = words(wording)
        for name, options in (("options", part.options), ("scale", part.scale)):
            if options:
                found[name] = choices(options)
        return found

    def question_of(question: Question) -> dict[str, object]:
        found: dict[str, object] = {"id": question.id, "core": question.is_core}
        found["text"] = words(question.text)
        if question.help:
            found["help"] = words(question.help)
        found["asked_of"] = question.asked_of.value
        if question.benchmark:
            found["benchmark"] = question.benchmark
        if question.main:
            found["main"] = question.main
        found["parts"] = [part_of(part) for part in question.parts]
        return found

    introduction = questionnaire.introduction
    return {
        "id": questionnaire.id,
        "version": questionnaire.version,
        "languages": list(questionnaire.languages),
        **({"introduction": words(introduction)} if introduction else {}),
        "sections": [
            {
                "id": section.id,
                "title": words(section.title),
                "questions": [question_of(question) for question in section.questions],
            }
            for section in questionnaire.sections
        ],
    }
