"""What stages ask for, as conditions on `Lead`: the SQL form of `crm.leads.facts.known_fields`.

A report over every lead cannot load them one by one. `tests/crm/reports/test_gaps_rules.py` holds
each of these equal to the rule in Python: whoever changes the one changes the other.
"""

from typing import Any

import sqlalchemy as sa

from models.announcement import Announcement
from models.interaction import MEETING_KINDS, Interaction, InteractionStanding
from models.lead import DecisionStep, Lead


def _said(column: Any) -> Any:
    """There are words: neither null nor an empty text."""
    return sa.func.coalesce(column, "") != ""


def _one(cls: Any, *wanted: Any) -> Any:
    """The lead has such a row."""
    return sa.select(cls.id).where(cls.lead_id == Lead.id, *wanted).correlate(Lead).exists()


_STEP_MET = DecisionStep.met_on.is_not(None)
_DEPARTMENT = sa.func.coalesce(sa.func.nullif(DecisionStep.department, ""), DecisionStep.name)
_DEPARTMENTS_MET_COUNT = (
    sa.select(sa.func.count(_DEPARTMENT.distinct()))
    .where(DecisionStep.lead_id == Lead.id, _STEP_MET)
    .correlate(Lead)
    .scalar_subquery()
)

# By the field of a requirement. What is cheap to read stands first: both databases stop there.
KNOWN: dict[str, Any] = {
    "company": sa.or_(Lead.organization_id.is_not(None), _said(Lead.code_name)),
    "contact_dated": Lead.first_contact_on.is_not(None),
    "market": Lead.market.is_not(None),
    "sector": Lead.sector_id.is_not(None),
    "source": Lead.source_id.is_not(None),
    "decider_met": sa.or_(
        _one(DecisionStep, _STEP_MET),
        _one(
            Interaction,
            # In a settled order, so that the statement's text is the same in every process.
            Interaction.kind.in_(sorted(MEETING_KINDS)),
            Interaction.standing == InteractionStanding.HELD,
        ),
    ),
    "next_action": sa.and_(Lead.next_action_on.is_not(None), _said(Lead.next_action)),
    "need": _said(Lead.need),
    "drivers": _said(Lead.drivers),
    "size": sa.or_(Lead.capex_qualifier.is_not(None), Lead.jobs_qualifier.is_not(None)),
    "timing": sa.or_(Lead.target_on.is_not(None), _said(Lead.timing)),
    "competing_places": _said(Lead.competing_places),
    "decision_path": _one(DecisionStep),
    "owner": Lead.owner_id.is_not(None),
    "partner_office": Lead.partner_office_id.is_not(None),
    "requirements": _said(Lead.requirements),
    "nda_decision": Lead.nda_decision.is_not(None),
    "departments_met": sa.or_(
        _said(Lead.departments_met),
        _one(DecisionStep, _STEP_MET, DecisionStep.is_decider),
        _DEPARTMENTS_MET_COUNT >= 2,
    ),
    "proposal_or_visit": sa.or_(
        Lead.proposal_sent_on.is_not(None), Lead.visit_held_on.is_not(None)
    ),
    "terms_discussed": _said(Lead.terms_discussed),
    "approval_state": Lead.approval_state.is_not(None),
    "signed_paper": Lead.paper_signed_on.is_not(None),
    "embargo_decided": _said(Lead.embargo_decided),
    "announcement": _one(Announcement),
}


def known(field: str, *, told: Any = None) -> Any:
    """Whether a lead meets the requirement; of a field that nobody fills in, none does.

    `told` narrows the announcements that whoever looks may know of.
    """
    if field == "announcement" and told is not None:
        return _one(Announcement, told)
    return KNOWN.get(field, sa.false())
