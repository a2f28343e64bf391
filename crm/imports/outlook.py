"""What an import would do, in plain data: shown on the page of a draft, kept for a long file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from crm.imports.plan import ImportPlan
from crm.imports.problems import Notice, RowProblem
from crm.imports.questions import Likely, Question

_KEPT = 200
_ASKED = 200


@dataclass(frozen=True, slots=True)
class Outlook:
    """Counts, and the first mistakes, notices and questions. `problem` is of the whole file."""

    created_count: int = 0
    updated_count: int = 0
    skipped_count: int = 0
    problem_count: int = 0
    notice_count: int = 0
    question_count: int = 0
    problems: Sequence[RowProblem] = ()
    notices: Sequence[Notice] = ()
    questions: Sequence[Question] = ()
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    problem: str | None = None

    @property
    def is_sound(self) -> bool:
        """Whether the file has no mistake, so that it can be applied."""
        return self.problem is None and not self.problem_count


def outlook_of(plan: ImportPlan) -> Outlook:
    """What a plan comes to."""
    questions = plan.records.questions
    return Outlook(
        plan.created_count,
        plan.updated_count,
        plan.skipped_count,
        len(plan.problems),
        len(plan.notices),
        len(questions),
        plan.problems[:_KEPT],
        plan.notices[:_KEPT],
        # Those that somebody has to answer come first.
        sorted(questions, key=lambda question: (bool(question.choice), question.row))[:_ASKED],
        plan.new_names(),
    )


def as_json(outlook: Outlook) -> dict[str, Any]:
    """For keeping with the batch."""
    kept = {
        name: getattr(outlook, name)
        for name in (
            *("created_count", "updated_count", "skipped_count", "problem_count"),
            *("notice_count", "question_count", "problem"),
        )
    }
    kept["names"] = {kind: list(names) for kind, names in outlook.names.items()}
    kept["problems"] = problems_as_json(outlook.problems)
    kept["notices"] = problems_as_json(outlook.notices)
    kept["questions"] = [
        {**asdict(question), "candidates": [asdict(one) for one in question.candidates]}
        for question in outlook.questions
    ]
    return kept


def from_json(kept: Mapping[str, Any]) -> Outlook:
    """What `as_json` was given."""
    values = dict(kept)
    values["problems"] = [RowProblem(**one) for one in kept.get("problems", ())]
    values["notices"] = [Notice(**one) for one in kept.get("notices", ())]
    values["questions"] = [
        Question(
            one["row"],
            one["title"],
            [Likely(**candidate) for candidate in one["candidates"]],
            one["choice"],
        )
        for one in kept.get("questions", ())
    ]
    return Outlook(**values)


def problems_as_json(problems: Iterable[RowProblem | Notice]) -> list[dict[str, Any]]:
    """Mistakes or notices as plain data; their parameters as they will be said."""
    return [
        {
            "row": one.row,
            "column": one.column,
            "message": one.message,
            "params": {name: _plain(value) for name, value in one.params.items()},
        }
        for one in problems
    ]


def _plain(value: object) -> object:
    return value if isinstance(value, int | float | str) else str(value)
