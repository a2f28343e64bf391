"""The ranking: whom to call next, and why."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.exports.columns import Cell, Column, Table
from crm.exports.rules import Maker, Occasion
from crm.exports.values import called, day, text
from crm.leads.export import code_name, is_coded
from crm.scores.queries import read_filter, select_ranking
from crm.scores.wording import reason_texts
from models.errors import N_
from models.lead import Lead


def ranking_table(args: Mapping[str, str]) -> Maker:
    """What reads the ranking as it is filtered, the best chance first."""
    return partial(_table, args)


def _table(args: Mapping[str, str], session: Session, occasion: Occasion) -> Table:
    rows = session.execute(
        select_ranking(read_filter(args, occasion.actor))
        .add_columns(Lead.reference, Lead.team_id, Lead.is_company_disclosed)
        .order_by(Lead.chance.is_(None), Lead.chance.desc(), Lead.public_id.desc())
        .limit(occasion.limit)
    ).all()
    used = {name: args[name] for name in ("whose", "type") if args.get(name)}
    return Table("ranking", COLUMNS, rows, filters=used)


def _lead(row: Any) -> Cell:
    return code_name(row) if is_coded(row) else row.title


def _native(row: Any) -> Cell:
    is_hidden = is_coded(row) or row.code_name or row.native_name == row.title
    return "" if is_hidden else row.native_name or ""


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


COLUMNS = (
    Column(N_("Reference"), text("reference"), is_shown=False),
    Column(N_("Lead"), _lead),
    Column(N_("Native name"), _native),
    Column(N_("Stage"), called("stage")),
    Column(N_("Owner"), text("owner_name")),
    Column(N_("Chance"), _share("probability")),
    Column(N_("Chance, at least"), _share("low")),
    Column(N_("Chance, at most"), _share("high")),
    Column(N_("Announced within 12 months"), _share("within_365")),
    Column(N_("Last contact"), day("last_contact_on")),
    Column(N_("Next action"), text("next_action")),
    Column(N_("Next action on"), day("next_action_on")),
    Column(N_("Why"), _reasons),
)
