"""What was found in a file, counted for the sentence on its result page."""

from collections.abc import Collection, Mapping
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.imports.chunks import in_chunks
from crm.imports.writing import column_names
from crm.leads.facts import known_fields, load_answers, load_facts, load_requirements
from models.lead import Lead
from models.stage import StageCode, Status, missing_requirements

_COLUMNS = column_names(Lead)


def count_outcome(
    session: Session, lead_ids: Collection[int], *, noticed: Collection[int]
) -> dict[str, int]:
    """How many of these leads are open, announced and to look at, and how many things they lack.

    An announced lead is not open any more. To look at are open leads that lack
    something for where they stand, and all whose rows had to be read with care (`noticed`).
    """
    standing: dict[tuple[StageCode, Status], int] = {}
    for chunk in in_chunks(lead_ids):
        statement = (
            sa.select(Lead.stage, Lead.status, sa.func.count())
            .where(Lead.id.in_(chunk))
            .group_by(Lead.stage, Lead.status)
        )
        for stage, status, number in session.execute(statement):
            standing[stage, status] = standing.get((stage, status), 0) + number
    gaps = _count_gaps(session, lead_ids)
    return {
        "leads": sum(standing.values()),
        "open": sum(
            number
            for (stage, status), number in standing.items()
            if status.is_open and stage is not StageCode.ANNOUNCED
        ),
        "announced": sum(
            number for (stage, _), number in standing.items() if stage is StageCode.ANNOUNCED
        ),
        "to_look_at": len({*gaps, *noticed}),
        "gaps": sum(gaps.values()),
    }


def _count_gaps(session: Session, lead_ids: Collection[int]) -> Mapping[int, int]:
    requirements = load_requirements(session)
    found: dict[int, int] = {}
    for chunk in in_chunks(lead_ids):
        statement = sa.select(*(getattr(Lead, name) for name in _COLUMNS)).where(
            Lead.id.in_(chunk), Lead.status.in_([Status.ACTIVE, Status.ON_HOLD])
        )
        # A row reads like the lead: the rules look at its columns only.
        leads: list[Any] = list(session.execute(statement))
        ids = [lead.id for lead in leads]
        facts, answers = load_facts(session, ids), load_answers(session, ids)
        for lead in leads:
            gaps = missing_requirements(
                requirements[lead.lead_type],
                known_fields(cast(Lead, lead), facts[lead.id]),
                answers[lead.id],
                upto=lead.stage,
            )
            if gaps:
                found[lead.id] = len(gaps)
    return found
