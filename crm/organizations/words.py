"""What the pages of organizations say in words of their own."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from crm.organizations.family import Member, Standing
from crm.wording import quantity
from models.organization import RelationKind, Site

# A relation read from its other end.
INVERSE_LABELS: dict[RelationKind, Any] = {
    RelationKind.PARENT: _l("Its parent is"),
    RelationKind.GROUP_MEMBER: _l("Member of the same group as"),
    RelationKind.BUSINESS_UNIT: _l("Its business unit is"),
    RelationKind.SUBSIDIARY: _l("Its subsidiary is"),
    RelationKind.JOINT_VENTURE: _l("Its joint venture is"),
}

# How the families of organizations are told, nearest first.
STANDINGS: tuple[tuple[Standing, Any], ...] = (
    (Standing.ABOVE, _l("Above it")),
    (Standing.BESIDE, _l("Beside it")),
    (Standing.BELOW, _l("Below it")),
    (Standing.SAME_GROUP, _l("In the same group")),
    (Standing.FURTHER, _l("Further in the family")),
)


def standing_words(member: Member) -> str:
    """What a member of the family is to the organization at hand."""
    if member.standing is Standing.ITSELF:
        return _("of this organization")
    if member.standing is Standing.ABOVE:
        return _("through its parent") if member.steps == 1 else _("through a parent of its parent")
    if member.standing is Standing.BELOW:
        return _("through what belongs to it")
    if member.standing is Standing.BESIDE:
        return _("through a sister company")
    return _("through the same group")


_SIGNS = {"approximate": "~", "at_least": ">=", "at_most": "<="}


def glyphs(language: str | None) -> str | None:
    """The language whose glyphs a person's name needs, if their language tells it.

    Somebody who speaks English with us still writes their name in their own script.
    """
    is_telling = language is not None and language.partition("-")[0] in {"ja", "ko", "zh"}
    return language if is_telling else None


def site_jobs(site: Site) -> str:
    """The jobs of a facility, as they were stated."""
    text = quantity(site.jobs_count, site.jobs_qualifier, None, compact=False)
    if site.jobs_count is None:
        return _("jobs: %(number)s", number=text)
    return ngettext("%(text)s job", "%(text)s jobs", site.jobs_count, text=text)


def typed_jobs(site: Site) -> str:
    """The jobs of a facility in words that a form reads back as the same."""
    if site.jobs_qualifier is None:
        return ""
    if site.jobs_count is None:
        return "not disclosed"
    return f"{_SIGNS.get(site.jobs_qualifier.value, '')}{site.jobs_count}"
