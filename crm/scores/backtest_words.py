"""A look back in plain words."""

from collections.abc import Mapping
from typing import Any

from babel.numbers import format_decimal
from flask_babel import gettext as _
from flask_babel import ngettext

from crm.labels import label
from crm.scores.backtest_queries import TOPS, Became, Group, Summary
from crm.timezones import today
from crm.web.formatting import chance, count, day, reading_locale
from crm.web.request import actor
from models.score import Backtest, Basis
from models.stage import Status


def basis_then(backtest: Backtest) -> str:
    """What the chances of that day rested on."""
    metrics: Mapping[str, Any] = backtest.metrics or {}
    closed, announced = metrics["closed_count"], metrics["announced_count"]
    known = ngettext(
        "%(number)s lead was closed by then, %(announced)s of them announced.",
        "%(number)s leads were closed by then, %(announced)s of them announced.",
        closed,
        number=count(closed),
        announced=count(announced),
    )
    if backtest.basis is Basis.SCORECARD:
        return _("%(known)s Too few to learn from: the scorecard's points alone.", known=known)
    if backtest.basis is Basis.BASE_RATE:
        return _(
            "%(known)s No usable pattern yet: every lead had the office's own rate, in the"
            " scorecard's order.",
            known=known,
        )
    return _("%(known)s The chances were learned from them.", known=known)


def lines(summary: Summary) -> list[str]:
    """How right it was, in sentences."""
    found = []
    if not summary.is_over and summary.over_on is not None:
        over_on = day(today(summary.over_on, actor().office_time_zone))
        found.append(
            _("This time is not over until %(day)s: what came so far is counted.", day=over_on)
        )
    found.append(
        ngettext(
            "%(number)s lead was open then; announced since: %(announced)s. The chances of then add"
            " up to %(expected)s.",
            "%(number)s leads were open then; announced since: %(announced)s. The chances of then"
            " add up to %(expected)s.",
            summary.count,
            number=count(summary.count),
            announced=count(summary.announced_count),
            expected=hits(summary.expected_count),
        )
    )
    if summary.passed_on_count:
        found.append(
            ngettext(
                "%(number)s lead more was passed on to somebody else since, and is not counted.",
                "%(number)s leads more were passed on to somebody else since, and are not counted.",
                summary.passed_on_count,
                number=count(summary.passed_on_count),
            )
        )
    if summary.count <= TOPS[0]:
        found.append(_("Too few leads to say whether one order is better than another."))
    elif not summary.announced_count:
        found.append(_("None was announced: no order can be told from another yet."))
    elif not summary.estimate_count:
        found.append(_("No officer had written down an estimate of their own by then."))
    else:
        found.append(
            ngettext(
                "%(number)s of them had an officer's own estimate.",
                "%(number)s of them had an officer's own estimate.",
                summary.estimate_count,
                number=count(summary.estimate_count),
            )
        )
    return found


def hits(value: float) -> str:
    """A count that may be a mean, with one decimal where it is not whole."""
    return str(format_decimal(round(value, 1), "0.#", locale=reading_locale()))


def said(group: Group) -> str:
    """The chances of a group."""
    if group.low == 0:
        return _("under %(high)s", high=chance(group.high))
    if group.high == 1:
        return _("%(low)s or more", low=chance(group.low))
    return _("%(low)s to %(high)s", low=chance(group.low), high=chance(group.high))


def became_kind(became: Became) -> str:
    """A word for the style: announced, ended or open."""
    if became.is_announced:
        return "announced"
    return "open" if became.status.is_open else "ended"


def became_words(became: Became) -> str:
    """What became of a lead since."""
    when = None
    if became.ended_at is not None:
        when = day(today(became.ended_at, actor().office_time_zone))
    if became.is_announced:
        return _("Announced on %(day)s", day=when) if when else _("Announced")
    if became.status.is_open:
        return _("Still open: %(stage)s", stage=label(became.stage))
    words = _passed(when) if became.status is Status.PASSED_ON else _ended(became, when)
    if became.lost_reason is not None:
        return _("%(end)s: %(reason)s", end=words, reason=label(became.lost_reason))
    return words


def _passed(when: str | None) -> str:
    return _("Passed on on %(day)s", day=when) if when else _("Passed on")


def _ended(became: Became, when: str | None) -> str:
    status = label(became.status)
    return _("%(status)s on %(day)s", status=status, day=when) if when else status
