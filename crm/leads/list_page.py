"""The list of leads as a page, for the list itself and for what is done to several of its leads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from babel.numbers import get_currency_name
from flask import make_response, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from crm.errors import sentence
from crm.labels import choices
from crm.leads import list_queries
from crm.leads.cells import lead_cells, locale_key
from crm.leads.export_columns import shown_columns
from crm.leads.filters import COLUMNS, LeadFilters, Standing, read_filters, without_chances
from crm.scores.bands import Band
from crm.timezones import today
from crm.web.formatting import country_name
from crm.web.incoming import is_text
from crm.web.request import actor, now, reader
from models.lead import LossReason
from models.stage import LeadType, StageCode, Status

CLOSED_BY_US = Status.ABANDONED.value
ListChoices = tuple[tuple[str, str], ...]

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
    ("title", _l("Name")),
    ("since", _l("Stage since")),
    ("contact", _l("Last contact")),
    ("step", _l("Next step")),
    ("amount", _l("Investment (choose a currency)")),
    ("changed", _l("Last change")),
)
_COLUMNS = (
    (_l("Lead"), "title"),
    (_l("Stage"), "since"),
    (_l("Country and sector"), None),
    (_l("Investment"), "amount"),
    (_l("Jobs"), None),
    (_l("Chance"), "chance"),
    (_l("Last contact"), "contact"),
    (_l("Next step"), "step"),
    (_l("Owner"), None),
)
_NOTHING_TYPED = {"code": "", "lost_to": "", "reason": ""}


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading, which orders the list where it has an address."""

    label: str
    url: str | None
    direction: str | None


def read_back(text: str) -> tuple[LeadFilters, str | None]:
    """The filters and the page that an action's form came from, as `back_text` wrote them."""
    pairs = parse_qsl(text[:4_000])
    # It is an address within a field: what it spells is seen only now.
    args = MultiDict((name, value) for name, value in pairs if is_text(value))
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
    typed: Mapping[str, str] = _NOTHING_TYPED,
    close_problem: str | None = None,
    hand_over_problem: str | None = None,
) -> Any:
    """The list, whole or as the part that a new filter changes.

    `ticked` and `typed` keep what a form held that comes back with a problem.
    """
    session = reader()
    locale = locale_key()
    may_rank = not actor().is_partner
    if not may_rank:
        filters = without_chances(filters)
    day = today(now(), actor().time_zone)
    page = list_queries.list_leads(session, filters, today=day, cursor=cursor)
    context: dict[str, Any] = {
        "filters": filters,
        "problem_sentence": sentence(filters.problem) if filters.problem else None,
        "page": page,
        "rows": [
            lead_cells(row, locale=locale, today=day, is_ranked=may_rank) for row in page.rows
        ],
        "options": list_queries.load_options(session, language=get_locale().language),
        "headings": _headings(filters),
        "ends": end_choices(locale),
        "base": url_for("leads.show", lead_id="x")[:-1],
        "hidden": [name for name in COLUMNS if filters.columns and name not in filters.columns],
        "file_columns": len(shown_columns(filters)),
        "back": back_text(filters, cursor),
        "may_write": actor().may_write,
        "may_direct": actor().may_direct,
        "may_rank": may_rank,
        "ticked": frozenset(ticked),
        "typed": typed,
        "close_problem": close_problem,
        "hand_over_problem": hand_over_problem,
        "lock": Markup("🔒︎ "),
        "invented_word": _("Invented"),
        "late_word": _("late"),
        "nobody_word": _("nobody"),
        "left_word": _("has left"),
    }
    if request.headers.get("HX-Target") == "leads-list":
        response = make_response(render_template("leads/_list.html", **context))
        # The address of the list without the filters that ask for nothing.
        response.headers["HX-Push-Url"] = url_for("leads.index", **filters.as_args())
        return response
    options = context["options"]
    return render_template(
        "leads/index.html",
        **context,
        **_fixed_choices(locale),
        columns=[
            (name, str(label))
            for name, (label, _sort) in zip(COLUMNS, _COLUMNS[1:], strict=True)
            if may_rank or name != "chance"
        ],
        markets=_by_name(tuple(options.markets), locale),
        currencies=[(code, _currency(code, locale)) for code in options.currencies],
    )


@lru_cache(maxsize=8)
def end_choices(_locale: str) -> ListChoices:
    """Why leads end: the most frequent reason of all first, our own closing last."""
    reasons = sorted(choices(LossReason), key=lambda item: item[0] != LossReason.GONE_SILENT.value)
    closed = (CLOSED_BY_US, _("Closed by us: we stop following it"))
    return (*((value, str(text)) for value, text in reasons), closed)


@lru_cache(maxsize=8)
def _fixed_choices(_locale: str) -> dict[str, ListChoices]:
    return {
        name: tuple((str(value), str(text)) for value, text in items)
        for name, items in {
            "standings": STANDINGS,
            "stages": choices(StageCode),
            "types": choices(LeadType),
            "lost_reasons": choices(LossReason),
            "bands": choices(Band),
            "sort_labels": SORT_LABELS,
        }.items()
    }


@lru_cache(maxsize=64)
def _by_name(codes: tuple[str, ...], _locale: str) -> ListChoices:
    return tuple(list_queries.markets_in_order(codes, country_name))


@lru_cache(maxsize=256)
def _currency(code: str, locale: str) -> str:
    return f"{code} · {get_currency_name(code, locale=locale)}"


def _headings(filters: LeadFilters) -> list[Heading]:
    found = []
    address = url_for("leads.index")
    for label, sort in _COLUMNS:
        url = direction = None
        if sort is not None and (sort != "amount" or filters.currency is not None):
            query = urlencode(filters.sorted_by(sort).as_args(), doseq=True)
            url = f"{address}?{query}" if query else address
        if sort == filters.sort:
            direction = "descending" if filters.is_descending else "ascending"
        found.append(Heading(str(label), url, direction))
    return found
