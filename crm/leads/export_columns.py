"""The columns of the list of leads as a file: those that stand on screen, in its order.

They are for people to read. What our import reads back are the columns of `crm.leads.export`.
"""

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import get_locale

from crm.exports.columns import Cell, Column
from crm.exports.values import called, country, day, number, text
from crm.leads.coding import open_native, open_step, open_title
from crm.leads.filters import COLUMNS, LeadFilters
from crm.leads.measures import capex_of, jobs_of
from crm.scores.states import ScoreState, standing_of_row
from models.errors import N_
from models.stage import StageCode


def shown_columns(filters: LeadFilters) -> tuple[Column, ...]:
    """What the list shows of each lead with these filters."""
    names: Sequence[str] = filters.columns or COLUMNS
    return (*_LEAD, *(column for name in names for column in _OF[name]))


def _sector(row: Any) -> Cell:
    is_french = get_locale().language == "fr"
    return (row.sector_fr if is_french else None) or row.sector or ""


def _is_ranked(row: Any) -> bool:
    # As on screen: what is announced, lost or passed on has no chance any more.
    return bool(row.status.is_open) and row.stage is not StageCode.ANNOUNCED


def _chance(name: str) -> Callable[[Any], Cell]:
    def value(row: Any) -> Cell:
        if not _is_ranked(row) or (found := getattr(row, name)) is None:
            return None
        # The range is the model's: it says nothing of a chance that an officer set.
        if name != "chance" and standing_of_row(row).state is ScoreState.SET:
            return None
        return round(found, 4)

    return value


def _basis(row: Any) -> Cell:
    return standing_of_row(row).word if _is_ranked(row) else ""


_LEAD = (
    Column(N_("Lead"), open_title),
    Column(N_("Native name"), open_native),
    Column(N_("Type"), called("lead_type")),
)
_OF: dict[str, tuple[Column, ...]] = {
    "stage": (Column(N_("Stage"), called("stage")), Column(N_("Status"), called("status"))),
    "place": (Column(N_("Country"), country("market")), Column(N_("Sector"), _sector)),
    "amount": (
        Column(N_("Investment"), lambda row: number(capex_of(row))),
        Column(N_("Currency"), text("capex_currency")),
    ),
    "jobs": (Column(N_("Jobs"), lambda row: number(jobs_of(row))),),
    "chance": (
        Column(N_("Chance"), _chance("chance")),
        Column(N_("Chance, at least"), _chance("chance_low")),
        Column(N_("Chance, at most"), _chance("chance_high")),
        Column(N_("Basis"), _basis),
    ),
    "contact": (Column(N_("Last contact"), day("last_contact_on")),),
    "step": (
        Column(N_("Next step"), open_step),
        Column(N_("Due"), day("next_action_on")),
    ),
    "owner": (Column(N_("Owner"), text("owner")),),
}
