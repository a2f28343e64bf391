"""The ranking: whom to call next, and why."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.exports.columns import Cell, Column, Table
from crm.exports.rules import Maker, Occasion
from crm.exports.values import called, day, text
from crm.leads.coding import open_native, open_step, open_title
from crm.scores.mixing import NAMES, Weights, sum_of
from crm.scores.queries import RankingFilter, ranking_order, read_filter, select_ranked
from crm.scores.states import standing_of_row
from crm.scores.wording import reason_texts
from models.errors import N_
from models.lead import Lead


def ranking_table(args: Mapping[str, str]) -> Maker:
    """What reads the ranking as it is filtered and ordered on its page."""
    return partial(_table, args)


def _table(args: Mapping[str, str], session: Session, occasion: Occasion) -> Table:
    chosen = read_filter(args, occasion.actor)
    rows = session.execute(
        select_ranked(chosen, occasion.today)
        .add_columns(Lead.reference, Lead.team_id, Lead.is_company_disclosed)
        .order_by(*ranking_order(chosen, occasion.today))
        .limit(occasion.limit)
    ).all()
    used = {name: args[name] for name in ("whose", "type", "within", *NAMES) if args.get(name)}
    return Table("ranking", _columns(chosen), rows, filters=used)


def _share(name: str) -> Any:
    return lambda row: None if (value := getattr(row, name)) is None else round(value, 4)


def _reasons(row: Any) -> Cell:
    texts = reason_texts(row.reasons or [], limit_up=3, limit_down=2)
    return "\n".join(
        (
            _("for: %(reason)s", reason=reason.text)
            if reason.is_up
            else _("against: %(reason)s", reason=reason.text)
        )
        for reason in texts
    )


def _columns(chosen: RankingFilter) -> tuple[Column, ...]:
    weights = _weights(chosen.weights)
    return (
        *COLUMNS,
        Column(N_("Likelihood, points"), lambda row: row.likelihood_points),
        Column(N_("Value, points"), lambda row: row.value_points),
        Column(N_("Call due, points"), _staleness),
        Column(N_("Weights"), lambda _row: weights),
        Column(N_("Sum of points"), lambda row: sum_of(row, chosen.weights).total),
    )


def _weights(weights: Weights) -> str:
    return _(
        "likelihood × %(likelihood)s, value × %(value)s, call due × %(staleness)s",
        likelihood=weights.likelihood,
        value=weights.value,
        staleness=weights.staleness,
    )


def _staleness(row: Any) -> Cell:
    return sum_of(row, Weights()).parts[-1].points


def _set_by(row: Any) -> Cell:
    if row.override_chance is None:
        return ""
    return _("%(name)s: %(note)s", name=row.override_by, note=row.override_note)


COLUMNS = (
    Column(N_("Reference"), text("reference"), is_shown=False),
    Column(N_("Lead"), open_title),
    Column(N_("Native name"), open_native),
    Column(N_("Stage"), called("stage")),
    Column(N_("Owner"), text("owner_name")),
    Column(N_("Chance"), _share("probability")),
    Column(N_("Chance, at least"), _share("low")),
    Column(N_("Chance, at most"), _share("high")),
    Column(N_("Announced within 12 months"), _share("within_365")),
    Column(N_("Basis"), lambda row: standing_of_row(row).word),
    Column(N_("Our own estimate"), _share("likelihood")),
    Column(N_("Chance set by an officer"), _share("override_chance")),
    Column(N_("Set by, and why"), _set_by),
    Column(N_("Last contact"), day("last_contact_on")),
    Column(N_("Next action"), open_step),
    Column(N_("Next action on"), day("next_action_on")),
    Column(N_("Why"), _reasons),
)
