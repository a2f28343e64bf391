"""What a chance rests on: said with every chance that a person sees, and never by colour alone."""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from crm.web.formatting import count
from models.lead import Lead
from models.score import Basis, ModelVersion, Score, ScoreOverride, VersionState

FEWEST_CLOSED = 30
FEWEST_ANNOUNCED = 5
"""As `scoring.training` has them, which takes seconds to load."""


class ScoreState(enum.StrEnum):
    """What the chance of a lead rests on."""

    LEARNED = "learned"
    SCORECARD = "scorecard"
    NO_PATTERN = "no_pattern"
    REFUSED = "refused"
    SET = "set"
    NOT_SCORED = "not_scored"


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of one chance; `is_old`: the lead has changed since it was scored."""

    state: ScoreState
    is_old: bool = False

    @property
    def word(self) -> str:
        """A few words, for a list."""
        word = _WORDS[self.state]()
        return _("%(state)s, not up to date", state=word) if self.is_old else word


_WORDS: dict[ScoreState, Callable[[], str]] = {
    ScoreState.LEARNED: lambda: _("learned"),
    ScoreState.SCORECARD: lambda: _("scorecard only"),
    ScoreState.NO_PATTERN: lambda: _("no usable pattern yet"),
    ScoreState.REFUSED: lambda: _("scorecard, model refused"),
    ScoreState.SET: lambda: _("set by an officer"),
    ScoreState.NOT_SCORED: lambda: _("not scored yet"),
}


def standing_of(
    basis: Basis | None, *, is_set: bool = False, is_refused: bool = False, is_old: bool = False
) -> Standing:
    """The state of a chance with this basis; None for a lead that nothing has scored."""
    if is_set:
        return Standing(ScoreState.SET)
    if basis is None:
        return Standing(ScoreState.NOT_SCORED)
    if basis is Basis.SCORECARD and is_refused:
        return Standing(ScoreState.REFUSED, is_old)
    states = {
        Basis.MODEL: ScoreState.LEARNED,
        Basis.BASE_RATE: ScoreState.NO_PATTERN,
        Basis.SCORECARD: ScoreState.SCORECARD,
    }
    return Standing(states[basis], is_old)


def state_columns() -> list[Any]:
    """What `standing_of_row` reads, beside `Lead.changed_at`; needs `with_scores`."""
    # An expired one ends with the next scoring: until then lists order by it, and say so.
    return [
        Score.basis.label("score_basis"),
        Score.as_of.label("scored_at"),
        ScoreOverride.id.is_not(None).label("is_chance_set"),
        refused().label("is_model_refused"),
    ]


def with_scores(statement: Any) -> Any:
    """A statement on leads, with the current score of each and the chance that was set."""
    return statement.outerjoin(
        Score, sa.and_(Score.lead_id == Lead.id, Score.is_current)
    ).outerjoin(
        ScoreOverride,
        sa.and_(ScoreOverride.lead_id == Lead.id, ScoreOverride.ended_at.is_(None)),
    )


def refused() -> sa.ColumnElement[bool]:
    """Whether the version in use was refused, so that the scorecard serves."""
    return (
        sa.select(ModelVersion.id)
        .where(ModelVersion.state == VersionState.PUBLISHED, ModelVersion.refused_at.is_not(None))
        .correlate(None)
        .exists()
    )


def standing_of_row(row: Any) -> Standing:
    """The state of the chance of a row that has `state_columns` and `changed_at`."""
    return standing_of(
        row.score_basis,
        is_set=row.is_chance_set,
        is_refused=row.is_model_refused,
        is_old=row.scored_at is not None and row.changed_at > row.scored_at,
    )


def explained(state: ScoreState, version: ModelVersion | None) -> str:
    """A sentence on what the chances rest on; `version` is the one in use."""
    if state is ScoreState.REFUSED:
        return _(
            "The stored model is not the one that was registered, and is refused: the scorecard's"
            " points alone serve until a new one is trained."
        )
    if state is ScoreState.SCORECARD:
        return _scorecard(version)
    if version is None:
        return _("Nothing has been scored yet.") if state is ScoreState.NOT_SCORED else ""
    counts = {
        "closed": count(version.closed_count),
        "announced": count(version.announced_count),
    }
    if state is ScoreState.NO_PATTERN:
        return _(
            "On later time the model was no better than the office's own rate, so every lead shows"
            " that rate, in the scorecard's order. Closed leads: %(closed)s, announced:"
            " %(announced)s.",
            **counts,
        )
    if state is ScoreState.LEARNED:
        return _("Learned from %(closed)s closed leads, %(announced)s of them announced.", **counts)
    return ""


def _scorecard(version: ModelVersion | None) -> str:
    if version is None:
        return _("No model has been trained yet: the scorecard's points alone.")
    closed, announced = version.closed_count, version.announced_count
    if closed < FEWEST_CLOSED or announced < FEWEST_ANNOUNCED:
        return _(
            "It takes %(closed_needed)s closed leads, %(announced_needed)s of them announced, to"
            " learn from. Closed so far: %(closed)s, announced: %(announced)s.",
            closed=count(closed),
            closed_needed=count(FEWEST_CLOSED),
            announced=count(announced),
            announced_needed=count(FEWEST_ANNOUNCED),
        )
    if announced == closed:
        return _(
            "All %(closed)s closed leads were announced: nothing tells those that are announced"
            " from the others.",
            closed=count(closed),
        )
    return _(
        "Too few outcomes on later time to test what was learned. Closed so far: %(closed)s,"
        " announced: %(announced)s.",
        closed=count(closed),
        announced=count(announced),
    )
