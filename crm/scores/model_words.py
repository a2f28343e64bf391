"""How right a model has been, in plain words: from the figures that training keeps with it.

A version of an older program lacks some figures: what is not there is left out, never guessed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from crm.scores.figures import gain, number
from crm.scores.readiness import ANNOUNCED_NEEDED, CLOSED_NEEDED
from crm.scores.version_queries import Freshness
from crm.web.formatting import count, day
from models.score import Basis, ModelVersion

_DAYS_A_MONTH = 30.4


@dataclass(frozen=True, slots=True)
class Compared:
    """The model beside one other way of saying a chance."""

    name: str
    verdict: str
    verdict_text: str
    lead_count: int
    announced_count: int
    loss_gain: str
    order_gain: str


@dataclass(frozen=True, slots=True)
class Hits:
    """How many of the ten that one order puts first were announced."""

    name: str
    hits: str
    asked: str
    is_ours: bool = False


def answer(found: Freshness) -> list[str]:
    """What a person wants to know first, in a sentence or three."""
    version = found.version
    if version is None:
        return [_("No model has been trained yet: the scorecard's points alone order the leads.")]
    if found.is_refused:
        return [
            _(
                "The stored model is not the one that was registered, so it does not serve: the"
                " scorecard does, until another version is trained or published."
            )
        ]
    if version.basis is Basis.SCORECARD:
        return [_too_few(version)]
    if version.basis is Basis.BASE_RATE:
        return [
            _(
                "No usable pattern yet: on later time the model was no better than the office's"
                " own rate, so every lead shows that rate and the scorecard orders them."
            ),
            *_first_ten(version),
        ]
    return _first_ten(version) or [
        _("On later time the model said more than the office's own rate does.")
    ]


def _too_few(version: ModelVersion) -> str:
    if version.closed_count < CLOSED_NEEDED or version.announced_count < ANNOUNCED_NEEDED:
        return _(
            "Too few outcomes to say: %(closed)s of the %(closed_needed)s closed leads needed,"
            " and %(announced)s of the %(announced_needed)s announced ones. Until then the"
            " scorecard's points alone say the chances.",
            closed=count(version.closed_count),
            closed_needed=CLOSED_NEEDED,
            announced=count(version.announced_count),
            announced_needed=ANNOUNCED_NEEDED,
        )
    return _(
        "Too few outcomes on later time to test a model. Until then the scorecard's points alone"
        " say the chances."
    )


def _first_ten(version: ModelVersion) -> list[str]:
    top = version.metrics.get("top") or {}
    hits, asked = top.get("hits") or {}, top.get("asked_count")
    if not asked or hits.get("model") is None or hits.get("stage_only") is None:
        return []
    moments: Sequence[Mapping[str, Any]] = top.get("moments") or []
    told = {
        "asked": count(asked),
        "hits": count(round(hits["model"])),
        "stage": count(round(hits["stage_only"])),
        "months": count(round(top["horizon"] / _DAYS_A_MONTH)),
    }
    if len(moments) == 1:
        text = _(
            "Of the %(asked)s leads it would have put first on %(day)s, %(hits)s were announced"
            " within %(months)s months; by stage alone it would have been %(stage)s.",
            day=day(_moment(moments[0]["at"])),
            **told,
        )
    else:
        text = _(
            "Of the %(asked)s leads it would have put first on %(days)s past days, %(hits)s were"
            " announced within %(months)s months; by stage alone it would have been %(stage)s.",
            days=count(len(moments)),
            **told,
        )
    chance = hits.get("chance")
    if chance is None:
        return [text]
    return [text, _("By chance it would have been about %(hits)s.", hits=count(round(chance)))]


def compared(version: ModelVersion, part: str) -> list[Compared]:
    """The model beside each other way, on the `newest` fifth or on `all` later time."""
    rows: Sequence[Mapping[str, Any]] = (version.metrics.get("gain") or {}).get(part) or ()
    names = {
        "base_rate": _("The office's own rate for every lead"),
        "stage_only": _("The stage alone"),
        "scorecard": _("The scorecard alone"),
        "officer": _("Officers' own estimates"),
        "naive_bayes": _("Counting wins by value, as many systems do"),
    }
    verdicts = {
        "better": _("better"),
        "same": _("no difference"),
        "worse": _("worse"),
        "unknown": _("too few to say"),
    }
    found = []
    for row in rows:
        verdict = row.get("verdict") if row.get("verdict") in verdicts else "unknown"
        found.append(
            Compared(
                name=names.get(row["baseline"], str(row["baseline"])),
                verdict=str(verdict),
                verdict_text=verdicts[str(verdict)],
                lead_count=row.get("lead_count") or 0,
                announced_count=row.get("announced_count") or 0,
                loss_gain=gain(row.get("log_loss_gain"), row.get("log_loss_error")),
                order_gain=gain(row.get("auc_gain"), row.get("auc_error")),
            )
        )
    return found


def first_tens(version: ModelVersion) -> list[Hits]:
    """Of the ten leads that each order puts first, how many were announced."""
    top = version.metrics.get("top") or {}
    hits, asked = top.get("hits") or {}, top.get("asked_count")
    if not asked:
        return []
    names = {
        "model": _("The model's order"),
        "stage_only": _("By stage"),
        "scorecard": _("By the scorecard"),
        "chance": _("By chance"),
    }
    found = [
        Hits(name, number(hits[code], 1), count(asked), is_ours=code == "model")
        for code, name in names.items()
        if hits.get(code) is not None
    ]
    theirs, ours = hits.get("officer"), top.get("model_where_officer")
    if theirs is not None and top.get("officer_asked_count"):
        of = count(top["officer_asked_count"])
        found.append(Hits(_("By officers' own estimates"), number(theirs, 1), of))
        if ours is not None:
            name = _("The model's order of the same leads")
            found.append(Hits(name, number(ours, 1), of, is_ours=True))
    return found


def learning(version: ModelVersion) -> str | None:
    """Whether more closed leads would help."""
    steps = version.metrics.get("learning") or ()
    if not steps:
        return None
    rising = steps[-1].get("is_still_rising")
    if rising is None:
        return _("Whether more closed leads would help cannot be told yet.")
    if rising:
        return _("More closed leads would help: the last ones still made it better.")
    return _("More closed leads no longer change much.")


def screen(version: ModelVersion) -> list[str]:
    """Whether anything looks as if it had been written down after the end was known."""
    found = version.metrics.get("screen") or {}
    if not found:
        return []
    columns = found.get("columns") or ()
    texts = [
        ngettext(
            "%(num)d fact gives the outcome away: check that it is not written down afterwards.",
            "%(num)d facts give the outcome away: check that they are not written down afterwards.",
            len(columns),
        )
        if columns
        else _("No single fact gives the outcome away.")
    ]
    if found.get("is_too_good"):
        texts.append(
            _(
                "It looks much better on leads drawn at random than on later ones: something"
                " may be known too early, or times have changed."
            )
        )
    elif found.get("is_too_good") is False:
        texts.append(_("It does not look better on leads drawn at random than on later ones."))
    return texts


def band_text(version: ModelVersion) -> str | None:
    """Whether the likely range held."""
    band = version.metrics.get("band") or {}
    if not band.get("group_count"):
        return None
    return _(
        "The likely range held in %(held)s of %(groups)s groups of leads.",
        held=count(band["held_count"]),
        groups=count(band["group_count"]),
    )


def verdict_text(version: ModelVersion) -> str:
    """How it compared with the version in use when it was trained."""
    verdict = version.metrics.get("verdict") or {}
    against = verdict.get("against")
    texts = {
        "first": _("There was none in use."),
        "heals": _("The one in use had been refused."),
        "other_card": _("The scorecard is another one."),
        "better": _("Better than version %(number)s", number=against),
        "same": _("As good as version %(number)s", number=against),
        "worse": _("Worse than version %(number)s", number=against),
        "not_enough": _(
            "Too few new outcomes to compare it with version %(number)s", number=against
        ),
        "other_horizons": _("Version %(number)s answers for other horizons", number=against),
    }
    return texts.get(str(verdict.get("why")), "")


def _moment(text: str) -> date:
    return datetime.fromisoformat(text).date()
