"""What the invented office wrote down of a lead: size, timing, needs, papers.

Whether a size is known has nothing to do with how far a lead came: a gap that followed the
outcome would tell a model what it must not know.
"""

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from crm.demo.course import Course
from crm.demo.data import phrases
from crm.demo.names import CompanyName
from crm.demo.office import Staff
from crm.demo.world import Prospect
from crm.leads.details import LeadDetails
from crm.organizations.plan import NameDetails, OrganizationDetails
from models.lead import ApprovalState, NdaDecision
from models.measure import UNKNOWN, Measure, Precision, Qualifier, StatedDate
from models.organization import NameKind, OrganizationRole
from models.stage import LeadType
from models.user import Actor

_UNKNOWN_SHARE = 0.27
_GAP_SHARE = 0.12
_ESTIMATED_SHARE = 0.85
# A currency, how often it is stated, and how many of it make a Canadian dollar.
_CURRENCIES = {
    "JP": ((None, 0.2, 1), ("CAD", 0.42, 1), ("USD", 0.18, 0.75), ("JPY", 0.2, 110)),
    "KR": ((None, 0.2, 1), ("CAD", 0.42, 1), ("USD", 0.2, 0.75), ("KRW", 0.18, 1000)),
}
_QUALIFIERS = (
    *(Qualifier.EXACT, Qualifier.APPROXIMATE, Qualifier.BETWEEN),
    *(Qualifier.AT_LEAST, Qualifier.AT_MOST),
)
_QUALIFIER_SHARES = (0.45, 0.3, 0.12, 0.08, 0.05)
_WORDS = {
    Qualifier.EXACT: "{}",
    Qualifier.APPROXIMATE: "about {}",
    Qualifier.BETWEEN: "{} to {}",
    Qualifier.AT_LEAST: "at least {}",
    Qualifier.AT_MOST: "up to {}",
}
_CITIES = {
    "JP": ("Tokyo", "Osaka", "Nagoya", "Yokohama", "Kyoto", "Hamamatsu", "Fukuoka", "Sendai"),
    "KR": ("Seoul", "Incheon", "Busan", "Suwon", "Ulsan", "Daejeon", "Daegu", "Changwon"),
}


@dataclass(frozen=True, slots=True)
class Context:
    """Who keeps the lead, in which language, the day it is looked at from, and in which zone."""

    staff: Staff
    owner: Actor | None
    language: str
    today: date
    zone: str


def details_of(
    prospect: Prospect,
    course: Course,
    *,
    name: CompanyName,
    organization_id: int | None,
    parties: tuple[Any, ...],
    context: Context,
    random: Random,
) -> LeadDetails:
    """The lead as a form would say it; a company on file is named by its key."""
    staff, owner = context.staff, context.owner
    currency, factor = _currency(random, prospect.market)
    return LeadDetails(
        organization_id=organization_id,
        company=None if organization_id else _company(prospect, name, staff, random),
        reference=reference_of(prospect),
        lead_type=prospect.lead_type,
        direction=prospect.direction,
        market=prospect.market,
        sector_id=staff.sectors[prospect.sector],
        source_id=staff.sources[prospect.source],
        owner_id=owner.id if owner else None,
        office_id=owner.office_id if owner else staff.offices["home"],
        partner_office_id=staff.offices["ministry"]
        if prospect.source == "partner_ministry" or random.random() < 0.22
        else None,
        capex=_measure(random, prospect.capex_millions * 1e6 * factor, currency)
        if prospect.lead_type is not LeadType.TRADE
        else UNKNOWN,
        jobs=_measure(random, prospect.jobs, None),
        target=_target(prospect, random),
        likelihood=_estimate(prospect, random),
        first_contact=_first_contact(course, context.language),
        parties=parties,
        notes=random.choice(phrases(context.language)["notes"]) if random.random() < 0.2 else None,
        is_demo=True,
        **_knowledge(course, context, random),
    )


def reference_of(prospect: Prospect) -> str:
    """The office's own reference of a lead."""
    return f"MF-{prospect.began_on.year}-{prospect.number:04d}"


def undisclosed(details: LeadDetails) -> LeadDetails:
    """The same lead as an adviser first tells of it: neither the client nor its size is named."""
    hidden = Measure(qualifier=Qualifier.NOT_DISCLOSED)
    return replace(
        details,
        company=None,
        code_name=f"Blind search {details.reference}",
        is_company_disclosed=False,
        capex=hidden,
        jobs=hidden,
    )


def _company(
    prospect: Prospect, name: CompanyName, staff: Staff, random: Random
) -> OrganizationDetails:
    others = [NameDetails(name.native_short, kind=NameKind.SHORT)]
    if name.kana:
        others.append(NameDetails(name.kana, kind=NameKind.KANA, language="ja-Kana"))
    is_here = prospect.source == "existing_investor"
    return OrganizationDetails(
        name=name.english,
        native_name=name.native,
        country=prospect.market,
        city=random.choice(_CITIES[prospect.market]),
        sector_id=staff.sectors[prospect.sector],
        website=f"https://{name.slug}.example/",
        roles=(OrganizationRole.PROSPECT, OrganizationRole.INVESTOR)
        if is_here
        else (OrganizationRole.PROSPECT,),
        other_names=tuple(others),
        is_demo=True,
    )


def _knowledge(course: Course, context: Context, random: Random) -> dict[str, Any]:
    """What the stages asked for on the way, with a gap here and there."""
    stage, said = course.stage, phrases(context.language)
    known: dict[str, Any] = {}

    def keep(field: str, value: Any) -> None:
        if random.random() >= _GAP_SHARE:
            known[field] = value

    if stage >= 3:
        for field in ("need", "drivers", "timing", "competing_places"):
            keep(field, random.choice(said[field]))
    if stage >= 4:
        for field in ("requirements", "departments_met"):
            keep(field, random.choice(said[field]))
        keep("nda_decision", random.choice(tuple(NdaDecision)))
    if stage >= 5:
        day = course.reached_on(5)
        # One of the two brings the stage, the other often follows.
        first, second = "proposal_sent_on", "visit_held_on"
        if random.random() >= 0.6:
            first, second = second, first
        known[first] = day
        later = day + timedelta(days=random.randint(10, 25))
        if later <= min(context.today, course.active_until) and random.random() < 0.5:
            known[second] = later
    if stage >= 6:
        keep("terms_discussed", random.choice(said["terms_discussed"]))
        keep(
            "approval_state",
            ApprovalState.APPROVED
            if stage >= 7
            else random.choice((ApprovalState.DRAFTING, ApprovalState.CIRCULATING)),
        )
        if stage == 6 and course.is_open and random.random() < 0.6:
            known["approval_expected_on"] = context.today + timedelta(days=random.randint(10, 90))
    if stage >= 7:
        known["paper_signed_on"] = course.reached_on(7)
        known["paper_kind"] = random.choice(said["paper_kind"])
        keep("embargo_decided", random.choice(said["embargo_decided"]))
    return known


def _measure(random: Random, amount: float, currency: str | None) -> Measure:
    if random.random() < _UNKNOWN_SHARE:
        if random.random() < 0.4:
            return Measure(qualifier=Qualifier.NOT_DISCLOSED)
        return UNKNOWN
    value = _rounded(amount)
    qualifier = random.choices(_QUALIFIERS, _QUALIFIER_SHARES)[0]
    upper = _rounded(amount * 1.5) if qualifier is Qualifier.BETWEEN else None
    if upper is not None and upper <= value:
        qualifier, upper = Qualifier.APPROXIMATE, None
    return Measure(
        value=value,
        upper=upper,
        qualifier=qualifier,
        currency=currency,
        as_printed=_WORDS[qualifier].format(f"{value:,}", f"{upper:,}" if upper else ""),
    )


def _rounded(amount: float) -> int:
    """Two significant digits, as people state sizes."""
    whole = max(1, round(amount))
    step = 10 ** max(0, int(math.log10(whole)) - 1)
    return max(1, round(whole / step) * step)


def _currency(random: Random, market: str) -> tuple[str | None, float]:
    options = _CURRENCIES[market]
    code, _, factor = random.choices(options, [share for _, share, _ in options])[0]
    return code, factor


def _target(prospect: Prospect, random: Random) -> StatedDate | None:
    if random.random() < 0.3:
        return None
    year = prospect.began_on.year + random.randint(2, 4)
    if random.random() < 0.4:
        return StatedDate(date(year, 1, 1), Precision.YEAR, str(year))
    quarter = random.randint(1, 4)
    return StatedDate(date(year, 3 * quarter - 2, 1), Precision.QUARTER, f"Q{quarter} {year}")


def _estimate(prospect: Prospect, random: Random) -> float | None:
    """An officer's own likelihood: the truth seen dimly, in steps of 5 %."""
    if random.random() >= _ESTIMATED_SHARE:
        return None
    seen = math.log(prospect.chance / (1.0 - prospect.chance)) + random.gauss(0.3, 1.7)
    return min(0.95, max(0.05, round(20.0 / (1.0 + math.exp(-seen))) / 20.0))


def _first_contact(course: Course, language: str) -> StatedDate:
    day = course.stages[1]
    if course.first_precision is Precision.MONTH:
        printed = f"{phrases(language)['months'][day.month - 1]} {day.year}"
        return StatedDate(day, Precision.MONTH, printed)
    return StatedDate(day)
