"""What was told of a project, as its page lists it."""

from collections.abc import Callable, Iterator
from typing import Any

from flask_babel import gettext as _

from crm.labels import label
from crm.leads.inputs import INPUTS, InputKind
from crm.organizations.choices import in_reading_language
from crm.web.formatting import chance, country_name, day
from crm.wording import amount, jobs
from models.lead import Lead


def told_of(lead: Lead, *, with_estimates: bool) -> list[tuple[Any, str]]:
    """Labels and words of everything known, in the order in which forms ask for it.

    The office's own estimates are not a partner's.
    """
    return list(_told(lead, with_estimates=with_estimates))


def _told(lead: Lead, *, with_estimates: bool) -> Iterator[tuple[Any, str]]:
    for item in INPUTS.values():
        if item.kind is InputKind.PERCENT and not with_estimates:
            continue
        words = _WORDS.get(item.kind, _plain)(lead, item.name)
        if words:
            yield item.label, words


def _plain(lead: Lead, name: str) -> str:
    return getattr(lead, name, None) or ""


def _day(lead: Lead, name: str) -> str:
    value = getattr(lead, name, None)
    return day(value) if value else ""


def _stated_day(lead: Lead, name: str) -> str:
    value = getattr(lead, f"{name}_on")
    if value is None:
        return ""
    words = day(value, getattr(lead, f"{name}_precision"))
    return _printed(words, getattr(lead, f"{name}_as_printed"))


def _printed(words: str, as_printed: str | None) -> str:
    """The words, and those that stood in print where they differ."""
    return f"{words} (“{as_printed}”)" if as_printed and as_printed not in words else words


def _name(lead: Lead, name: str) -> str:
    record = getattr(lead, name)
    return record.name if record is not None else ""


def _look_up(lead: Lead, name: str) -> str:
    record = getattr(lead, name)
    return in_reading_language(record.name_en, record.name_fr) if record is not None else ""


_WORDS: dict[InputKind, Callable[[Lead, str], str]] = {
    InputKind.DAY: _day,
    InputKind.STATED_DAY: _stated_day,
    InputKind.AMOUNT: lambda lead, _name: (
        _printed(amount(lead), lead.capex_as_printed) if lead.capex_qualifier else ""
    ),
    InputKind.JOBS: lambda lead, _name: (
        _printed(jobs(lead), lead.jobs_as_printed) if lead.jobs_qualifier else ""
    ),
    InputKind.PERCENT: lambda lead, _name: (
        chance(lead.likelihood) if lead.likelihood is not None else ""
    ),
    InputKind.CODE: lambda lead, name: label(getattr(lead, name)),
    InputKind.COUNTRY: lambda lead, _name: country_name(lead.market) if lead.market else "",
    InputKind.SECTOR: _look_up,
    InputKind.SOURCE: _look_up,
    InputKind.OWNER: _name,
    InputKind.OFFICE: _name,
    InputKind.YES_NO: lambda lead, _name: "" if lead.is_company_disclosed else _("no"),
    # Who decides has a list of its own on the page.
    InputKind.LINES: lambda _lead, _name: "",
}
