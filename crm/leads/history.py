"""The history of a lead in words: what each change changed, who made it, and why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from crm.labels import label
from crm.organizations.choices import in_reading_language
from crm.web.formatting import chance, country_name, day
from crm.wording import amount, jobs
from models.lead import Lead, LeadRevision, LeadSource, LossReason
from models.organization import Sector
from models.user import Office, User

Names = dict[tuple[str, int], str]
_OWN_ESTIMATE = _l("Own estimate")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a change changed; `before` is None where the lead began."""

    label: Any
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class PastChange:
    """One change of a lead, with what it changed."""

    revision: LeadRevision
    differences: Sequence[Difference]
    reason: str | None


def list_changes(session: Session, lead: Lead, *, with_estimates: bool) -> list[PastChange]:
    """Every change of a lead, the latest first; the office's own estimates are not a partner's."""
    revisions = session.scalars(
        sa.select(LeadRevision)
        .where(LeadRevision.lead_id == lead.id)
        .order_by(LeadRevision.sequence)
    ).all()
    names = _load_names(session, revisions)
    found = []
    before: LeadRevision | None = None
    for revision in revisions:
        found.append(
            PastChange(
                revision,
                [
                    item
                    for item in _differences(before, revision, names)
                    if with_estimates or item.label is not _OWN_ESTIMATE
                ],
                _reason(revision.reason),
            )
        )
        before = revision
    return found[::-1]


def _load_names(session: Session, revisions: Sequence[LeadRevision]) -> Names:
    """What the keys in the revisions are called, in one query for each table."""
    names: Names = {}
    for columns, cls, parts in (
        (("sector_id",), Sector, (Sector.name_en, Sector.name_fr)),
        (("source_id",), LeadSource, (LeadSource.name_en, LeadSource.name_fr)),
        (("owner_id",), User, (User.name, sa.null())),
        (("office_id", "partner_office_id"), Office, (Office.name, sa.null())),
    ):
        keys = {getattr(row, column) for row in revisions for column in columns} - {None}
        statement = sa.select(cls.id, *parts).where(cls.id.in_(keys))
        for key, name_en, name_fr in session.execute(statement):
            for column in columns:
                names[column, key] = in_reading_language(name_en, name_fr)
    return names


def _differences(
    before: LeadRevision | None, after: LeadRevision, names: Names
) -> list[Difference]:
    found = []
    for title, columns, words in _FIELDS:
        is_changed = before is None or any(
            getattr(before, column) != getattr(after, column) for column in columns
        )
        if not is_changed:
            continue
        new = words(after, names)
        if before is None:
            if new != _("not known") and columns[0] not in ("lead_type", "direction", "status"):
                found.append(Difference(title, None, new))
        else:
            found.append(Difference(title, words(before, names), new))
    return found


def _coded(column: str) -> Callable[[Any, Names], str]:
    return lambda row, _names: label(getattr(row, column))


def _named(column: str) -> Callable[[Any, Names], str]:
    return lambda row, names: names.get((column, getattr(row, column)), "") or _("not known")


def _owner(row: Any, names: Names) -> str:
    return names.get(("owner_id", row.owner_id), "") or _("nobody")


def _percent(row: Any, _names: Names) -> str:
    return chance(row.likelihood)


_FIELDS: tuple[tuple[Any, tuple[str, ...], Callable[[Any, Names], str]], ...] = (
    (_l("Stage"), ("stage",), _coded("stage")),
    (_l("Status"), ("status",), _coded("status")),
    (_l("Type"), ("lead_type",), _coded("lead_type")),
    (_l("Direction"), ("direction",), _coded("direction")),
    (_l("Country"), ("market",), lambda row, _names: country_name(row.market)),
    (_l("Sector"), ("sector_id",), _named("sector_id")),
    (_l("Source"), ("source_id",), _named("source_id")),
    (_l("Owner"), ("owner_id",), _owner),
    (_l("Office"), ("office_id",), _named("office_id")),
    (_l("Partner office"), ("partner_office_id",), _named("partner_office_id")),
    (
        _l("Investment"),
        ("capex_amount", "capex_upper", "capex_qualifier", "capex_currency"),
        lambda row, _names: amount(row),
    ),
    (
        _l("Jobs"),
        ("jobs_count", "jobs_upper", "jobs_qualifier"),
        lambda row, _names: jobs(row),
    ),
    (
        _l("Target date"),
        ("target_on", "target_precision"),
        lambda row, _names: day(row.target_on, row.target_precision),
    ),
    (_OWN_ESTIMATE, ("likelihood",), _percent),
)


def _reason(text: str | None) -> str | None:
    """The reason as written; a code that stands for no further words is worded."""
    codes = {item.value: item for item in LossReason}
    return label(codes[text]) if text in codes else text
