"""The page of a mission's money: the budget against the cost, line by line."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.missions import part_queries, queries
from crm.missions.forms import COST_ROWS, MoneyForm
from crm.missions.frame import frame
from crm.missions.parts import CostDetails, write_costs
from crm.missions.reading import read_amount, read_version
from crm.missions.rules import check_version
from crm.missions.service import set_currency
from crm.missions.views import blueprint
from crm.web.access import STAFF, WRITERS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, reader, transaction
from models.errors import DomainError


@dataclass(frozen=True, slots=True)
class Total:
    """A sum over the lines whose amount is known, and how many leave it open."""

    amount: int
    known: int
    unknown: int


@blueprint.get("/<mission_id>/money")
@allow(STAFF)
def money(mission_id: str) -> str:
    """The budget of a mission against what it cost."""
    return _page(mission_id, None)


@blueprint.post("/<mission_id>/money")
@allow(WRITERS)
def save_money(mission_id: str) -> Any:
    """Keep the budget lines as they stand in the table."""
    form = MoneyForm()
    status = 422
    if form.validate():
        try:
            with transaction() as session:
                mission = queries.get_brief(session, mission_id)
                check_version(mission, read_version(form.version.data))
                lines = [_line(row.form) for row in form.lines]
                set_currency(session, mission, form.currency.data or None, actor=actor())
                write_costs(session, mission, lines, actor=actor())
        except DomainError as error:
            status = error.status
            put_problem(form, error)
        else:
            flash(_("The budget is saved."), "success")
            return redirect(url_for("missions.money", mission_id=mission_id), 303)
    return _page(mission_id, form), status


def _line(row: Any) -> CostDetails:
    try:
        return CostDetails(
            row.label.data or "",
            read_amount(row.budget.data, field="budget"),
            read_amount(row.cost.data, field="cost"),
            row.public_id.data or None,
        )
    except DomainError as error:
        put_problem(row, error)
        raise DomainError(error.message) from error


def _page(mission_id: str, form: MoneyForm | None) -> str:
    session = reader()
    mission = queries.get_brief(session, mission_id)
    costs = part_queries.list_costs(session, mission)
    if form is None and actor().may_write:
        rows: list[dict[str, Any]] = [
            {
                "public_id": cost.public_id,
                "label": cost.label,
                "budget": "" if cost.budget_amount is None else str(cost.budget_amount),
                "cost": "" if cost.cost_amount is None else str(cost.cost_amount),
            }
            for cost in costs
        ]
        form = MoneyForm(
            formdata=None,
            data={
                "version": mission.version,
                "currency": mission.currency or "",
                "lines": rows + [{}] * COST_ROWS,
            },
        )
    elif form is not None and request.method == "POST":
        # Whoever saves again has seen what stands on file beneath.
        form.version.data = str(mission.version)
    return render_template(
        "missions/money.html",
        **frame(mission, "missions.money"),
        form=form,
        costs=costs,
        budget=_total([cost.budget_amount for cost in costs]),
        cost=_total([cost.cost_amount for cost in costs]),
    )


def _total(amounts: list[int | None]) -> Total:
    known = [amount for amount in amounts if amount is not None]
    return Total(sum(known), len(known), len(amounts) - len(known))
