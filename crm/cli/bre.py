"""`bre`: the questionnaire of a company visit, and what the rules say of its answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import click

from config import Config, ConfigError
from crm.bre.answers import Answers, AnswersRefusedError, parse_answers
from crm.bre.evaluation import Evaluation, Evidence, Flag, Task, evaluate
from crm.bre.questionnaire import LANGUAGES, Questionnaire, default_questionnaire, in_language
from crm.bre.rules import RULE_LANGUAGES, Axis, default_rules
from crm.bre.values import plain_answer
from crm.bre.writing import questionnaire_document
from crm.cli.context import Context, command_options
from crm.days import read_day
from crm.timezones import today as today_in
from models.errors import DomainError, N_

_ENVELOPE = ("questionnaire", "version", "today", "answers", "previous")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def bre() -> None:
    """Company visits (business retention and expansion): what is asked, and what answers mean."""


@bre.command()
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    help="In one language only. Default: every sentence in all of them.",
)
@command_options
def questionnaire(*, context: Context, lang: str | None) -> None:
    """Print the default questionnaire: sections, questions, and their typed parts with keys."""
    asked = default_questionnaire()
    context.emit(questionnaire_document(asked, lang), _sheet(asked, lang or LANGUAGES[0]))


# `evaluate` is the function that it calls.
@bre.command("evaluate")
@click.argument("answers_file", metavar="ANSWERS", type=_FILE)
@click.option("--previous", type=_FILE, metavar="FILE", help="The answers of the last visit.")
@click.option("--today", metavar="DATE", help="The day of the visit, such as 2026-11-22.")
@click.option(
    "--lang",
    type=click.Choice(RULE_LANGUAGES),
    default=RULE_LANGUAGES[0],
    show_default=True,
    help="The language of the reasons.",
)
@command_options
def evaluate_command(
    answers_file: Path,
    *,
    context: Context,
    previous: Path | None,
    today: str | None,
    lang: str,
) -> None:
    """Judge the answers in ANSWERS by the rules: the flags with severity and evidence.

    ANSWERS is JSON: {"questionnaire": "default", "version": 1, "today": "2026-11-22",
    "answers": {"C1.employees_now": 120, "C1": {"employees_in_12_months": 108}, "E4": "skipped"},
    "previous": {...}}. Only the answers have to be there. The keys of parts, their types and
    options are printed by `bre questionnaire`.
    """
    asked, rules = default_questionnaire(), default_rules()
    visit = _read_visit(context, answers_file, asked)
    last = visit.previous
    if previous is not None:
        last = _read_visit(context, previous, asked).answers
    day = _day(today) or visit.answers.on or _today(context)
    found = evaluate(asked, rules, visit.answers, previous=last, today=day, language=lang)
    context.emit(
        {
            "questionnaire": asked.id,
            "questionnaire_version": asked.version,
            "rules_version": found.rule_set_version,
            "today": day,
            **_outcome(found),
        },
        _lines(found),
    )


@dataclass(frozen=True, slots=True)
class _Visit:
    """What a file of answers holds."""

    answers: Answers
    previous: Answers | None = None


def _read_visit(context: Context, file: Path, asked: Questionnaire) -> _Visit:
    document = _read_json(file)
    if "answers" not in document:
        # A file may hold nothing but the answers.
        bare = {name: value for name, value in document.items() if name not in _ENVELOPE}
        document = {name: document[name] for name in document if name in _ENVELOPE}
        document["answers"] = bare
    for name in document:
        if name not in _ENVELOPE:
            raise DomainError(
                N_("“%(name)s” is not known beside the answers. Known: %(known)s."),
                name=name[:60],
                known=", ".join(_ENVELOPE),
            )
    _check_version(document, asked)
    previous = document.get("previous")
    return _Visit(
        _answers(context, document, asked, ""),
        None if previous is None else _previous(context, previous, asked),
    )


def _previous(context: Context, previous: object, asked: Questionnaire) -> Answers:
    if not isinstance(previous, Mapping):
        raise DomainError(N_("“previous” holds the answers of the last visit, by key."))
    document = previous if "answers" in previous else {"answers": previous}
    _check_version(document, asked)
    return _answers(context, document, asked, "previous: ")


def _answers(
    context: Context, document: Mapping[str, Any], asked: Questionnaire, prefix: str
) -> Answers:
    given = document["answers"]
    if not isinstance(given, Mapping):
        raise DomainError(N_("“answers” holds answers by key, such as {“E4”: 4}."))
    try:
        return parse_answers(given, asked, on=_day(document.get("today")))
    except AnswersRefusedError as error:
        _refuse(context, error, prefix)


def _refuse(context: Context, error: AnswersRefusedError, prefix: str) -> NoReturn:
    problems = [
        {"part": f"{prefix}{problem.part}", "message": problem.text()} for problem in error.problems
    ]
    if not context.is_json:
        for problem in problems:
            click.echo(f"{problem['part']}: {problem['message']}")
    context.fail(str(error), {"error": str(error), "problems": problems})


def _check_version(document: Mapping[str, Any], asked: Questionnaire) -> None:
    named = document.get("questionnaire", asked.id)
    version = document.get("version", asked.version)
    if named != asked.id or str(version) != str(asked.version):
        raise DomainError(
            N_(
                "The answers are to “%(named)s”, version %(version)s."
                " There is only “%(id)s”, version %(known)s."
            ),
            named=named,
            version=version,
            id=asked.id,
            known=asked.version,
        )


def _read_json(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise DomainError(N_("%(file)s is not in UTF-8."), file=file.name) from error
    # JSON allows longer numbers than are read.
    except (ValueError, RecursionError) as error:
        raise DomainError(
            N_("%(file)s is not JSON: %(what)s."), file=file.name, what=error
        ) from error
    if not isinstance(document, dict):
        raise DomainError(N_("%(file)s holds no answers by key."), file=file.name)
    return document


def _day(text: object) -> date | None:
    if text is None:
        return None
    day = read_day(text) if isinstance(text, str) else None
    if day is None:
        raise DomainError(
            N_("“%(value)s” is not a day. Write it like 2026-11-22."), value=str(text)[:60]
        )
    return day


def _today(context: Context) -> date:
    # Judging a file needs no office; without one its usual zone says which day it is.
    try:
        zone = context.config.office_time_zone
    except ConfigError:
        zone = Config.office_time_zone
    now: datetime = context.now
    return today_in(now, zone)


def _outcome(found: Evaluation) -> dict[str, Any]:
    return {
        "overall": found.overall.value,
        "composed": found.is_composed,
        "axes": {axis.value: found.on_axis(axis).value for axis in Axis},
        "flags": [_flag(flag) for flag in found.flags],
        "tasks": [_task(task) for task in found.tasks],
        "leads": [
            {
                "kind": lead.kind.value,
                "lead_type": lead.lead_type.value,
                "stage": lead.stage.value if lead.stage else None,
                "rules": list(lead.rules),
            }
            for lead in found.leads
        ],
    }


def _flag(flag: Flag) -> dict[str, Any]:
    return {
        "rule": flag.rule,
        "version": flag.version,
        "severity": flag.severity.value,
        "axis": flag.axis.value,
        "kind": flag.kind.value,
        "subject": flag.subject,
        "evidence": [_evidence(one) for one in flag.evidence],
        "shows": [_evidence(one) for one in flag.shows],
        "text": flag.text,
    }


def _evidence(one: Evidence) -> dict[str, Any]:
    return {
        "part": one.part,
        "question": one.question,
        "value": plain_answer(one.value),
        "visit": "last" if one.is_last else "this",
        "label": one.label,
        "printed": one.printed,
    }


def _task(task: Task) -> dict[str, Any]:
    return {
        "rule": task.rule,
        "version": task.version,
        "task": task.task,
        "option": task.option,
        "due": task.due_on,
        "evidence": [_evidence(one) for one in task.evidence],
        "text": task.text,
    }


def _lines(found: Evaluation) -> list[str]:
    overall = f"Overall: {found.overall.value}"
    if found.is_composed:
        overall += " (by yellow flags together: a person confirms it or sets it down)"
    lines = [overall]
    lines += [f"{flag.severity.value:6}  {flag.rule}: {flag.text}" for flag in found.flags]
    lines += [f"task    {task.rule}: {task.text}" for task in found.tasks]
    for lead in found.leads:
        stage = f", at the stage {lead.stage.value}" if lead.stage else ""
        lines.append(f"lead    {lead.kind.value}{stage}: {', '.join(lead.rules)}")
    return lines


def _sheet(asked: Questionnaire, language: str) -> list[str]:
    lines = []
    for section in asked.sections:
        lines.append(f"{section.id}  {in_language(section.title, language)}")
        for question in section.questions:
            core = " *" if question.is_core else ""
            lines.append(f"  {question.id}{core}  {in_language(question.text, language)}")
            for part in question.parts:
                codes = ", ".join(option.code for option in part.options)
                kind = f"{part.type.value}: {codes}" if codes else part.type.value
                lines.append(f"      {part.key} ({kind})  {in_language(part.label, language)}")
    return lines
