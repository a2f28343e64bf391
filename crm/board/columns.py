"""The board's columns: neighbouring stages folded into five groups, unfolded on demand."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from crm.labels import label
from models.stage import StageCode


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring stages that stand in one column while they are folded."""

    code: str
    title: Any
    stages: tuple[StageCode, ...]

    @property
    def is_foldable(self) -> bool:
        """Whether there is anything to unfold."""
        return len(self.stages) > 1


@dataclass(frozen=True, slots=True)
class Column:
    """One column as it is shown: a folded group, or one stage of an unfolded one."""

    code: str
    title: Any
    stages: tuple[StageCode, ...]
    group: Group

    @property
    def is_folded(self) -> bool:
        """Whether it holds several stages."""
        return len(self.stages) > 1

    def stage_for(self, stage: StageCode) -> StageCode | None:
        """Where a lead at `stage` comes to when it is put here; None when it stands here already.

        Forward it enters the column's first stage, backward its last.
        """
        if stage in self.stages:
            return None
        return self.stages[0 if stage.position < self.stages[0].position else -1]


GROUPS = (
    Group("contact", _l("First contact, engaged"), (StageCode.FIRST_CONTACT, StageCode.ENGAGED)),
    Group("qualified", _l("Qualified"), (StageCode.QUALIFIED,)),
    Group("project", _l("Project, proposal"), (StageCode.ACTIVE, StageCode.PROPOSAL)),
    Group("closing", _l("Negotiation, committed"), (StageCode.NEGOTIATION, StageCode.COMMITTED)),
    Group("announced", _l("Announced"), (StageCode.ANNOUNCED,)),
)


def columns_of(unfolded: Collection[str]) -> list[Column]:
    """The columns, with the groups of these codes unfolded into their stages."""
    found = []
    for group in GROUPS:
        if group.is_foldable and group.code in unfolded:
            found += [Column(stage.value, label(stage), (stage,), group) for stage in group.stages]
        else:
            code = group.code if group.is_foldable else group.stages[0].value
            found.append(Column(code, group.title, group.stages, group))
    return found


def find_column(code: str) -> Column | None:
    """The column of this code, folded or not."""
    every = [*columns_of(()), *columns_of([group.code for group in GROUPS])]
    return next((column for column in every if column.code == code), None)
