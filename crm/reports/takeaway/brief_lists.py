"""The lists of a brief in words: announcements, leads close to a decision, and days to come."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from crm.labels import label
from crm.reports.phrases import listed, short_number
from crm.reports.takeaway.brief import Brief, Due, Made, Milestone, NamedLead, Near
from crm.reports.takeaway.typesetting import worded
from crm.web.formatting import count, country_name, day
from models.measure import Qualifier
from models.report import Audience


def lists_of(brief: Brief) -> list[dict[str, Any]]:
    """What was announced, what is close to a decision, and what comes next."""
    more = brief.made_count - len(brief.made)
    found = [
        {
            "title": _("Announced in this period"),
            "rows": [
                [day(item.public_on), worded(item.title), _stated(item)] for item in brief.made
            ],
            "none": _("Nothing was announced in this period."),
            "more": ngettext("and %(count)s more", "and %(count)s more", more, count=count(more))
            if more > 0
            else "",
        }
    ]
    if brief.audience is not Audience.COUNCIL:
        found.append(
            {
                "title": _("Closest to a decision"),
                "rows": [_near(item) for item in brief.near],
                "none": _("No lead is in negotiation or committed."),
                "more": "",
            }
        )
    found.append(
        {
            "title": _("Next"),
            "rows": [_milestone(item) for item in brief.milestones],
            "none": _("No day to come is on file."),
            "more": "",
        }
    )
    return found


def _near(item: Near) -> list[Any]:
    amount = _money(item)
    details = [country_name(item.market) if item.market else "", amount]
    return [
        label(item.stage),
        worded(lead_name(item.lead)),
        worded(" · ".join(filter(None, details))),
    ]


def lead_name(lead: NamedLead) -> str:
    """A lead as the audience reads it."""
    return lead.name or _("a lead without a code name")


def _milestone(item: Milestone) -> list[Any]:
    if item.due is Due.MISSION:
        places = listed(country_name(code) for code in item.markets)
        what = item.name or (
            _("Mission to %(places)s", places=places) if places else _("A mission")
        )
        note = places if item.name else ""
    else:
        what = lead_name(item.lead) if item.lead else ""
        note = due_text(item.due)
    return [day(item.day, item.precision), worded(what), worded(note)]


def due_text(due: Due) -> str:
    """What is to happen to a lead on a day to come."""
    return {
        Due.MISSION: _("Mission"),
        Due.ANNOUNCEMENT: _("is to be announced"),
        Due.APPROVAL: _("approval expected"),
        Due.TARGET: _("decision expected"),
    }[due]


def _stated(item: Made) -> Any:
    parts = [_money(item)]
    if item.jobs is not None:
        jobs = qualified(item.jobs, item.jobs_upper, item.jobs_qualifier, None)
        parts.append(_("jobs: %(count)s", count=jobs))
    return worded(", ".join(filter(None, parts)))


def _money(item: Made | Near) -> str:
    """What is stated, in its currency; an amount of which nobody said it says so."""
    currency = item.currency or _("(currency not known)")
    return qualified(item.amount, item.upper, item.qualifier, currency)


def qualified(
    number: int | None, upper: int | None, qualifier: Qualifier | None, currency: str | None
) -> str:
    """A number with the word that was printed with it: "up to" stays "up to"."""
    if number is None:
        return ""
    text = short_number(number)
    if qualifier is Qualifier.BETWEEN and upper is not None:
        text = _("%(low)s to %(high)s", low=text, high=short_number(upper))
    elif qualifier is Qualifier.APPROXIMATE:
        text = _("about %(number)s", number=text)
    elif qualifier is Qualifier.AT_LEAST:
        text = _("at least %(number)s", number=text)
    elif qualifier is Qualifier.AT_MOST:
        text = _("up to %(number)s", number=text)
    return f"{text}\u00a0{currency}" if currency else text
