"""The list of leads as a page, for the list itself and for what is done to several of its leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from babel.numbers import get_currency_name
from flask import make_response, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from crm.errors import sentence
from crm.labels import choices
from crm.leads import list_queries
from crm.leads.cells import BAND_WORDS, Cells
from crm.leads.filters import LeadFilters, Standing, read_filters
from crm.leads.list_forms import CloseSeveralForm
from crm.timezones import today
from crm.web.formatting import country_name
from crm.web.request import actor, now, reader
from models.stage import LeadType, StageCode

STANDINGS = (
    (Standing.OPEN, _l("Open")),
    (Standing.ACTIVE, _l("Open, not on hold")),
    (Standing.ON_HOLD, _l("On hold")),
    (Standing.ANNOUNCED, _l("Announced")),
    (Standing.LOST, _l("Lost")),
    (Standing.ABANDONED, _l("Closed by us")),
    (Standing.PASSED_ON, _l("Passed on")),
    (Standing.ALL, _l("All")),
)
SORT_LABELS = (
    ("chance", _l("Chance")),
    ("title", _l("Name")),
    ("since", _l("Stage since")),
    ("contact", _l("Last contact")),
    ("step", _l("Next step")),
    ("amount", _l("Investment")),
    ("changed", _l("Last change")),
)
_COLUMNS = (
    (_l("Lead"), "title", ""),
    (_l("Stage"), "since", ""),
    (_l("Country"), None, ""),
    (_l("Sector"), None, ""),
    (_l("Investment"), "amount", "number"),
    (_l("Jobs"), None, "number"),
    (_l("Chance"), "chance", ""),
    (_l("Last contact"), "contact", ""),
    (_l("Next step"), "step", ""),
    (_l("Owner"), None, ""),
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading, which orders the list where it has an address."""

    label: str
    url: str | None
    css: str
    direction: str | None


def read_back(text: str) -> tuple[LeadFilters, str | None]:
    """The filters and the page that an action's form came from, as `back_text` wrote them."""
    args = MultiDict(parse_qsl(text[:4_000]))
    return read_filters(args), args.get("after")


def back_text(filters: LeadFilters, cursor: str | None) -> str:
    """The list's own address, for a form that returns to it."""
    args = filters.as_args() | ({"after": cursor} if cursor else {})
    return urlencode(args, doseq=True)


def list_page(
    filters: LeadFilters,
    *,
    cursor: str | None = None,
    ticked: Sequence[str] = (),
    close_form: CloseSeveralForm | None = None,
    close_problem: str | None = None,
    hand_over_problem: str | None = None,
) -> Any:
    """The list, whole or as the part that a new filter changes."""
    session = reader()
    language = get_locale().language
    day = today(now(), actor().time_zone)
    is_part = request.headers.get("HX-Target") == "leads-list"
    options = list_queries.load_options(session, language=language)
    context: dict[str, Any] = {
        "filters": filters,
        "problem_sentence": sentence(filters.problem) if filters.problem else None,
        "page": list_queries.list_leads(session, filters, today=day, cursor=cursor),
        "options": options,
        "headings": _headings(filters),
        "cell": Cells(),
        "today": day,
        "base": url_for("leads.show", lead_id="x")[:-1],
        "back": back_text(filters, cursor),
        "is_french": language == "fr",
        "may_write": actor().may_write,
        "ticked": frozenset(ticked),
        "close_form": close_form or CloseSeveralForm(formdata=None),
        "close_problem": close_problem,
        "hand_over_problem": hand_over_problem,
        "invented_word": _("Invented"),
        "late_word": _("late"),
        "nobody_word": _("nobody"),
        "left_word": _("has left"),
    }
    if is_part:
        response = make_response(render_template("leads/_list.html", **context))
        # The address of the list without the filters that ask for nothing.
        response.headers["HX-Push-Url"] = url_for("leads.index", **filters.as_args())
        return response
    return render_template("leads/index.html", **context, **_choices(options, language))


def _choices(options: list_queries.Options, language: str) -> dict[str, Any]:
    markets = [(code, country_name(code)) for code in options.markets]
    return {
        "standings": STANDINGS,
        "stages": choices(StageCode),
        "types": choices(LeadType),
        "markets": sorted(markets, key=lambda item: item[1]),
        "currencies": [
            (code, f"{code} · {get_currency_name(code, locale=language)}")
            for code in options.currencies
        ],
        "bands": [(code.value, word) for code, word in BAND_WORDS.items()],
        "sort_labels": SORT_LABELS[1:],
    }


def _headings(filters: LeadFilters) -> list[Heading]:
    found = []
    for label, sort, css in _COLUMNS:
        is_sorted = sort == filters.sort
        can_sort = sort is not None and (sort != "amount" or filters.currency is not None)
        found.append(
            Heading(
                str(label),
                url_for("leads.index", **filters.sorted_by(sort).as_args())
                if can_sort and sort is not None
                else None,
                css,
                ("descending" if filters.is_descending else "ascending") if is_sorted else None,
            )
        )
    return found
