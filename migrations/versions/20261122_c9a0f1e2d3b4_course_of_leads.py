"""Why a lead was lost and what became of one passed on, as of then; views that lists open with.

Revision ID: c9a0f1e2d3b4
Revises: b8f9e0d1c2a3
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

revision = "c9a0f1e2d3b4"
down_revision = "b8f9e0d1c2a3"
branch_labels = None
depends_on = None

LOSSES = (
    "place_won",
    "stayed_home",
    "gone_silent",
    "no_decision",
    "budget_withdrawn",
    "merged",
    "cost",
    "conditions",
    "not_a_fit",
    "other",
)
OUTCOMES = ("waiting", "taken", "not_taken", "announced", "lost")
COURSE = (
    "lead_id",
    "sequence",
    "valid_from",
    "valid_to",
    "recorded_at",
    "stage",
    "status",
    "lead_type",
    "capex_currency",
    "capex_amount",
    "jobs_count",
    "team_id",
    "is_day_unknown",
    "origin",
    "happened_on",
)


def upgrade() -> None:
    op.create_table(
        "default_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("view_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_default_views_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["view_id"],
            ["saved_views.id"],
            name=op.f("fk_default_views_view_id_saved_views"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_default_views")),
        sa.UniqueConstraint("user_id", "place", name=op.f("uq_default_views_user_id_place")),
    )
    op.create_index(op.f("ix_default_views_view_id"), "default_views", ["view_id"])
    op.add_column(
        "saved_views", sa.Column("version", sa.Integer(), server_default="1", nullable=False)
    )
    op.add_column("report_editions", sa.Column("time_zone", sa.Text(), nullable=True))
    with op.batch_alter_table("lead_revisions") as batch_op:
        for name, check, codes in (
            ("lost_reason", "loss_reason", LOSSES),
            ("passed_on_outcome", "passed_on_outcome", OUTCOMES),
        ):
            batch_op.add_column(sa.Column(name, sa.String(length=32), nullable=True))
            batch_op.create_check_constraint(
                batch_op.f(f"ck_lead_revisions_{check}"), f"{name} IN ({_listed(codes)})"
            )
    _fill()
    op.create_index("ix_lead_revisions_course", "lead_revisions", list(COURSE))


def downgrade() -> None:
    op.drop_index("ix_lead_revisions_course", "lead_revisions")
    with op.batch_alter_table("lead_revisions") as batch_op:
        for check in ("loss_reason", "passed_on_outcome"):
            batch_op.drop_constraint(batch_op.f(f"ck_lead_revisions_{check}"), type_="check")
        for name in ("passed_on_outcome", "lost_reason"):
            batch_op.drop_column(name)
    op.drop_column("report_editions", "time_zone")
    op.drop_column("saved_views", "version")
    op.drop_table("default_views")


def _fill() -> None:
    """Keep of the past what can be known: a loss of today, and what the words were."""
    op.execute(
        "UPDATE lead_revisions SET lost_reason = reason"
        f" WHERE change = 'lost' AND reason IN ({_listed(LOSSES)})"
    )
    op.execute(
        "UPDATE lead_revisions SET lost_reason = ("
        "SELECT leads.lost_reason FROM leads WHERE leads.id = lead_revisions.lead_id"
        " AND COALESCE(leads.status_reason, '') = COALESCE(lead_revisions.reason, ''))"
        " WHERE change = 'lost' AND lost_reason IS NULL"
    )
    op.execute(
        "UPDATE lead_revisions SET passed_on_outcome = ("
        "SELECT leads.passed_on_outcome FROM leads WHERE leads.id = lead_revisions.lead_id)"
        " WHERE status = 'passed_on' AND valid_to IS NULL"
    )


def _listed(codes: tuple[str, ...]) -> str:
    return ", ".join(f"'{code}'" for code in codes)
