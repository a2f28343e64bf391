"""Which inputs ask for what a stage requires: the field of a requirement, and its inputs.

A test holds that every requirement of every lead type has its question here.
"""

from crm.leads.inputs import INPUTS, Input

ANNOUNCEMENT = "announcement"

_INPUTS_BY_FIELD: dict[str, tuple[str, ...]] = {
    "company": ("code_name",),
    "contact_dated": ("first_contact",),
    "market": ("market",),
    "sector": ("sector",),
    "source": ("source",),
    "decider_met": ("met_on", "met_whom"),
    "next_action": ("next_action", "next_action_on"),
    "need": ("need",),
    "drivers": ("drivers",),
    "size": ("capex", "jobs"),
    "timing": ("timing", "target"),
    "competing_places": ("competing_places",),
    "decision_path": ("steps",),
    "owner": ("owner",),
    "partner_office": ("partner_office",),
    "requirements": ("requirements",),
    "nda_decision": ("nda_decision",),
    "departments_met": ("departments_met",),
    "proposal_or_visit": ("proposal_sent_on", "visit_held_on"),
    "terms_discussed": ("terms_discussed",),
    "approval_state": ("approval_state", "approval_expected_on"),
    "signed_paper": ("paper_signed_on", "paper_kind"),
    "embargo_decided": ("embargo_decided",),
    # The announcement is a record of its own, with a form of its own in the same move.
    ANNOUNCEMENT: (),
}

QUESTIONS: dict[str, tuple[Input, ...]] = {
    field: tuple(INPUTS[name] for name in names) for field, names in _INPUTS_BY_FIELD.items()
}

# Answers that live in other tables: a move takes them, the edit form does not.
ELSEWHERE = frozenset({"met_on", "met_whom", "next_action", "next_action_on", "steps"})

FIELD_BY_INPUT: dict[str, str] = {
    name: field for field, names in _INPUTS_BY_FIELD.items() for name in names
}
