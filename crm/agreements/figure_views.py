"""Pages of market figures."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crm.agreements import queries
from crm.agreements.citing import list_citing
from crm.agreements.figures import StatisticDetails, keep_statistic, revise_statistic
from crm.agreements.forms import FigureForm
from crm.agreements.views import blueprint, filter_context, find_context
from crm.agreements.wording import figure
from crm.organizations.choices import in_reading_language, sector_choices
from crm.web.access import EVERYBODY, WRITERS, allow
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader, transaction
from models.agreement import Statistic
from models.errors import DomainError
from models.measure import Qualifier


@blueprint.get("/figures")
@allow(EVERYBODY)
def list_figures() -> Any:
    """Market figures, the latest year first."""
    filters = queries.read_filters(request.args)
    page = queries.list_statistics(reader(), filters, cursor=request.args.get("after"))
    return render_template(
        "agreements/figures.html", page=page, figure=figure, **filter_context(filters)
    )


@blueprint.route("/figures/new", methods=["GET", "POST"])
@allow(WRITERS)
def new_figure() -> Any:
    """Keep a figure."""
    form = _form(FigureForm())
    if form.validate_on_submit():
        try:
            with transaction() as session:
                made = keep_statistic(session, _details(session, form), actor=actor(), now=now())
        except DomainError as error:
            put_problem(form, error)
        else:
            flash(_("The figure is kept."), "success")
            return redirect(url_for(".show_figure", statistic_id=made.public_id), 303)
    page = render_template("agreements/figure_form.html", form=form, statistic=None)
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/figures/<statistic_id>")
@allow(EVERYBODY)
def show_figure(statistic_id: str) -> Any:
    """One figure: its year, its source, and what cites it."""
    session = reader()
    statistic = queries.get_statistic(session, statistic_id)
    sector = queries.find_sector(session, statistic)
    return render_template(
        "agreements/figure.html",
        statistic=statistic,
        sector=in_reading_language(sector.name_en, sector.name_fr) if sector else None,
        citing=list_citing(session, statistic, now=now()),
        figure=figure,
        **find_context(),
    )


@blueprint.route("/figures/<statistic_id>/edit", methods=["GET", "POST"])
@allow(WRITERS)
def edit_figure(statistic_id: str) -> Any:
    """Say a figure better."""
    on_file = queries.get_statistic(reader(), statistic_id)
    form = _form(FigureForm(data=_values(on_file)))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                found = queries.get_statistic(session, statistic_id)
                # Where it is from stays said by the document that it came with.
                details = _details(session, form, document_id=found.document_id)
                revise_statistic(session, found, details, actor=actor())
        except DomainError as error:
            put_problem(form, error)
        else:
            flash(_("The change is saved."), "success")
            return redirect(url_for(".show_figure", statistic_id=statistic_id), 303)
    on_file = queries.get_statistic(reader(), statistic_id)
    page = render_template("agreements/figure_form.html", form=form, statistic=on_file)
    return page, 422 if form.is_submitted() else 200


def _form(form: FigureForm) -> FigureForm:
    form.sector.choices = sector_choices(reader())
    return form


def _values(statistic: Statistic) -> dict[str, Any]:
    sector = queries.find_sector(reader(), statistic)
    names = ("title", "subject", "country", "year", "unit", "currency", "as_printed", "source")
    return {
        **{name: getattr(statistic, name) for name in (*names, "note")},
        "sector": sector.code if sector else "",
        "qualifier": statistic.qualifier.value if statistic.qualifier else "",
        "amount": _plain(statistic.amount),
        "upper": _plain(statistic.upper),
    }


def _details(
    session: Session, form: FigureForm, *, document_id: int | None = None
) -> StatisticDetails:
    sectors = queries.sector_codes(session, [form.sector.data] if form.sector.data else [])
    return StatisticDetails(
        title=form.title.data,
        subject=form.subject.data,
        country=form.country.data or None,
        sector_id=sectors[0] if sectors else None,
        amount=_number(form.amount.data),
        upper=_number(form.upper.data),
        qualifier=Qualifier(form.qualifier.data) if form.qualifier.data else None,
        unit=form.unit.data,
        currency=form.currency.data or None,
        as_printed=form.as_printed.data,
        year=form.year.data,
        note=form.note.data,
        source=form.source.data,
        document_id=document_id,
    )


def _number(value: Any) -> float | None:
    return float(value) if value is not None else None


def _plain(value: float | None) -> Any:
    """A number as a person writes it: no ".0" behind whole ones."""
    return int(value) if value is not None and value.is_integer() else value
