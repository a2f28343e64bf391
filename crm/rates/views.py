"""Pages of exchange rates: the list for all staff, writing for those who direct."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.days import read_moment
from crm.imports.currencies import codes
from crm.rates import queries
from crm.rates.forms import RateForm
from crm.rates.numbers import exact, read_number, units_of
from crm.rates.service import RateDetails, correct_rate, delete_rate, state_rate
from crm.rates.wording import decimal_sign, equation, plain_number
from crm.timezones import today
from crm.web.access import DIRECTORS, STAFF, allow
from crm.web.formatting import day
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.errors import DomainError, NotFoundError
from models.report import ExchangeRate

blueprint = Blueprint("rates", __name__, url_prefix="/rates")


@blueprint.get("/")
@allow(STAFF)
def index() -> Any:
    """The stated rates by pair of currencies, the newest first."""
    return render_template("rates/index.html", pairs=queries.list_pairs(reader()), words=_words)


@blueprint.get("/<currency>/<target>")
@allow(STAFF)
def pair(currency: str, target: str) -> Any:
    """Every rate of a pair."""
    if not {currency, target} <= codes():
        raise NotFoundError
    page = queries.list_rates(reader(), currency, target, cursor=request.args.get("after"))
    return render_template(
        "rates/pair.html", page=page, currency=currency, target=target, words=_words
    )


@blueprint.route("/new", methods=["GET", "POST"])
@allow(DIRECTORS)
def new() -> Any:
    """State a rate."""
    form = RateForm(
        data={
            "units": 1,
            "stated_on": today(now(), actor().time_zone),
            "currency": _code("currency"),
            "target": _code("target"),
        }
    )
    far = False
    if form.validate_on_submit():
        try:
            with transaction() as session:
                said = _said(state_rate(session, _details(form), actor=actor(), now=now()))
        except DomainError as error:
            put_problem(form, error, is_sure="amount")
            far = error.field == "is_sure"
        else:
            flash(_("Stated: %(rate)s.", rate=said), "success")
            return redirect(url_for(".index"), 303)
    page = render_template("rates/form.html", form=form, rate=None, is_far=far)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/<rate_id>/edit", methods=["GET", "POST"])
@allow(DIRECTORS)
def edit(rate_id: str) -> Any:
    """Correct a rate, or delete it."""
    form = RateForm(data=_values(queries.get_rate(reader(), rate_id)))
    far = False
    if form.validate_on_submit():
        try:
            with transaction() as session:
                found = queries.get_rate(session, rate_id)
                seen = read_moment(form.seen.data)
                details = _details(form)
                correct_rate(session, found, details, seen=seen, actor=actor(), now=now())
                said = _said(found)
        except DomainError as error:
            put_problem(form, error, is_sure="amount")
            far = error.field == "is_sure"
        else:
            flash(_("Corrected: %(rate)s.", rate=said), "success")
            return redirect(url_for(".index"), 303)
    on_file = queries.get_rate(reader(), rate_id)
    page = render_template(
        "rates/form.html", form=form, rate=on_file, is_far=far, words=_words(on_file)
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/<rate_id>/delete")
@allow(DIRECTORS)
def delete(rate_id: str) -> Any:
    """Delete a rate."""
    with transaction() as session:
        found = queries.get_rate(session, rate_id)
        said = _said(found)
        delete_rate(session, found, actor=actor())
    flash(_("Deleted: %(rate)s.", rate=said), "success")
    return redirect(url_for(".index"), 303)


def _details(form: RateForm) -> RateDetails:
    return RateDetails(
        currency=form.currency.data,
        target=form.target.data,
        units=form.units.data,
        amount=read_number(form.amount.data, decimal_sign=decimal_sign()),
        stated_on=form.stated_on.data,
        source=form.source.data,
        is_sure=form.is_sure.data,
    )


def _values(rate: ExchangeRate) -> dict[str, Any]:
    one = exact(rate.rate)
    units = units_of(one)
    return {
        "units": units,
        "currency": rate.currency,
        "amount": plain_number(one * units),
        "target": rate.target,
        "stated_on": rate.stated_on,
        "source": rate.source,
        "seen": rate.entered_at.isoformat(),
    }


def _words(rate: Any) -> str:
    return equation(rate.currency, rate.target, exact(rate.rate))


def _said(rate: ExchangeRate) -> str:
    return _("%(rate)s on %(day)s", rate=_words(rate), day=day(rate.stated_on))


def _code(name: str) -> str:
    code = request.args.get(name, "")
    return code if code in codes() else ""
