"""The eight stages and what each asks of a lead, by type.

Revision ID: b2e1d3f5c7a9
Revises: a1f0c2e4b6d8
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

revision = "b2e1d3f5c7a9"
down_revision = "a1f0c2e4b6d8"
branch_labels = None
depends_on = None

# Prior chances of ever being announced: calibrated so that "qualified" stands between the 10 %
# average and the 20 % best practice that practitioners report. An office's own rates replace them.
STAGES = (
    ("first_contact", 0.04),
    ("engaged", 0.08),
    ("qualified", 0.15),
    ("active", 0.30),
    ("proposal", 0.45),
    ("negotiation", 0.65),
    ("committed", 0.85),
    ("announced", 1.00),
)

# (stage, field, kind, the lead types that it is asked of)
ALL = ("investment", "expansion", "partnership", "trade")
REQUIREMENTS = (
    ("first_contact", "company", "proof", ALL),
    ("first_contact", "contact_dated", "proof", ALL),
    ("first_contact", "market", "knowledge", ALL),
    ("first_contact", "sector", "knowledge", ALL),
    ("first_contact", "source", "knowledge", ALL),
    ("engaged", "decider_met", "knowledge", ALL),
    ("engaged", "next_action", "knowledge", ALL),
    ("qualified", "need", "knowledge", ALL),
    ("qualified", "drivers", "knowledge", ("investment", "expansion")),
    ("qualified", "size", "knowledge", ALL),
    ("qualified", "timing", "knowledge", ALL),
    ("qualified", "competing_places", "knowledge", ("investment", "expansion")),
    ("qualified", "decision_path", "knowledge", ("investment", "expansion", "partnership")),
    ("active", "owner", "knowledge", ALL),
    ("active", "partner_office", "knowledge", ("investment", "partnership")),
    ("active", "requirements", "knowledge", ("investment", "expansion", "partnership")),
    ("active", "nda_decision", "knowledge", ("investment", "expansion", "partnership")),
    ("active", "departments_met", "knowledge", ("investment", "expansion", "partnership")),
    ("proposal", "proposal_or_visit", "proof", ALL),
    ("negotiation", "terms_discussed", "knowledge", ALL),
    ("negotiation", "approval_state", "knowledge", ("investment", "expansion", "partnership")),
    ("committed", "signed_paper", "proof", ALL),
    ("committed", "embargo_decided", "knowledge", ALL),
    ("announced", "announcement", "proof", ALL),
)


def upgrade() -> None:
    stages = sa.table("stages", sa.column("code"), sa.column("position"), sa.column("prior_probability"))
    requirements = sa.table(
        "stage_requirements",
        sa.column("lead_type"),
        sa.column("stage"),
        sa.column("field"),
        sa.column("kind"),
        sa.column("position"),
    )
    op.bulk_insert(
        stages,
        [
            {"code": code, "position": position, "prior_probability": chance}
            for position, (code, chance) in enumerate(STAGES, start=1)
        ],
    )
    op.bulk_insert(
        requirements,
        [
            {"lead_type": kind, "stage": stage, "field": field, "kind": proof, "position": position}
            for position, (stage, field, proof, kinds) in enumerate(REQUIREMENTS, start=1)
            for kind in kinds
        ],
    )


def downgrade() -> None:
    op.execute("DELETE FROM stage_requirements")
    op.execute("DELETE FROM stages")
