"""first tables

Revision ID: a1f0c2e4b6d8
Revises:
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op


revision = "a1f0c2e4b6d8"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=12), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("published_as_printed", sa.Text(), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("public_id", name=op.f("uq_documents_public_id")),
    )
    op.create_table(
        "lead_sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_fr", sa.Text(), nullable=True),
        sa.Column("is_introducer", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_sources")),
        sa.UniqueConstraint("code", name=op.f("uq_lead_sources_code")),
    )
    op.create_table(
        "model_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "candidate",
                "published",
                "retired",
                name="version_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "basis",
            sa.Enum(
                "scorecard",
                "model",
                "base_rate",
                name="basis",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("cut_off_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trained_by", sa.Text(), nullable=False),
        sa.Column("lead_count", sa.Integer(), nullable=False),
        sa.Column("closed_count", sa.Integer(), nullable=False),
        sa.Column("announced_count", sa.Integer(), nullable=False),
        sa.Column("metrics", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("artefact", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_versions")),
        sa.UniqueConstraint("number", name=op.f("uq_model_versions_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_model_versions_public_id")),
    )
    op.create_table(
        "offices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "home",
                "abroad",
                "partner",
                name="office_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("fiscal_year_start_month", sa.Integer(), server_default="1", nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint(
            "fiscal_year_start_month BETWEEN 1 AND 12", name=op.f("ck_offices_fiscal_month")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offices")),
        sa.UniqueConstraint("name", name=op.f("uq_offices_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_offices_public_id")),
    )
    op.create_table(
        "sectors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_fr", sa.Text(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sectors")),
        sa.UniqueConstraint("code", name=op.f("uq_sectors_code")),
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name_hash", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
    )
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_in_attempts_address_at"), ["address", "at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_sign_in_attempts_at"), ["at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_sign_in_attempts_name_hash_at"), ["name_hash", "at"], unique=False
        )

    op.create_table(
        "stage_requirements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "lead_type",
            sa.Enum(
                "investment",
                "expansion",
                "partnership",
                "trade",
                name="lead_type",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "stage",
            sa.Enum(
                "first_contact",
                "engaged",
                "qualified",
                "active",
                "proposal",
                "negotiation",
                "committed",
                "announced",
                name="stage_code",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "proof",
                "knowledge",
                name="requirement_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_requirements")),
        sa.UniqueConstraint(
            "lead_type", "stage", "field", name=op.f("uq_stage_requirements_lead_type_stage_field")
        ),
    )
    op.create_table(
        "stages",
        sa.Column(
            "code",
            sa.Enum(
                "first_contact",
                "engaged",
                "qualified",
                "active",
                "proposal",
                "negotiation",
                "committed",
                "announced",
                name="stage_code",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("prior_probability", sa.Double(), nullable=False),
        sa.CheckConstraint(
            "prior_probability BETWEEN 0 AND 1", name=op.f("ck_stages_prior_probability")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_stages")),
        sa.UniqueConstraint("position", name=op.f("uq_stages_position")),
    )
    op.create_table(
        "teams",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("name", name=op.f("uq_teams_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_teams_public_id")),
    )
    op.create_table(
        "missions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "delivery",
            sa.Enum(
                "in_person",
                "virtual",
                "hybrid",
                name="delivery",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column(
            "dates_precision",
            sa.Enum(
                "day",
                "month",
                "quarter",
                "year",
                "unknown",
                name="precision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="unknown",
            nullable=False,
        ),
        sa.Column("dates_as_printed", sa.Text(), nullable=True),
        sa.Column("led_by", sa.Text(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_missions_document_id_documents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missions")),
        sa.UniqueConstraint("public_id", name=op.f("uq_missions_public_id")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=80), nullable=False),
        sa.Column("folded_name", sa.String(length=160), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "officer",
                "manager",
                "viewer",
                "admin",
                "partner",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column(
            "language",
            sa.Enum(
                "en", "fr", name="language", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("may_count_all", sa.Boolean(), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_users_office_id_offices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("folded_name", name=op.f("uq_users_folded_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_users_public_id")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
    )
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_users_office_id"), ["office_id"], unique=False)

    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("record_type", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("changes", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"],
            ["users.id"],
            name=op.f("fk_audit_entries_actor_id_users"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_audit_entries_team_id_teams")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entries_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entries_lead_id"), ["lead_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_audit_entries_record_type_record_id"),
            ["record_type", "record_id"],
            unique=False,
        )

    op.create_table(
        "import_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "leads",
                "stages",
                name="batch_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "applied",
                "kept",
                "undone",
                name="batch_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("encoding", sa.String(length=40), nullable=True),
        sa.Column("mapping", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("created_count", sa.Integer(), nullable=False),
        sa.Column("updated_count", sa.Integer(), nullable=False),
        sa.Column("summary", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_import_batches_actor_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batches")),
        sa.UniqueConstraint("public_id", name=op.f("uq_import_batches_public_id")),
    )
    with op.batch_alter_table("import_batches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_batches_actor_id"), ["actor_id"], unique=False)

    op.create_table(
        "mission_markets",
        sa.Column("mission_id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["mission_id"],
            ["missions.id"],
            name=op.f("fk_mission_markets_mission_id_missions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("mission_id", "country", name=op.f("pk_mission_markets")),
    )
    op.create_table(
        "mission_offices",
        sa.Column("mission_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mission_id"],
            ["missions.id"],
            name=op.f("fk_mission_offices_mission_id_missions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["office_id"],
            ["offices.id"],
            name=op.f("fk_mission_offices_office_id_offices"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("mission_id", "office_id", name=op.f("pk_mission_offices")),
    )
    with op.batch_alter_table("mission_offices", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_mission_offices_office_id"), ["office_id"], unique=False
        )

    op.create_table(
        "team_members",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"],
            ["teams.id"],
            name=op.f("fk_team_members_team_id_teams"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_team_members_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_team_members")),
    )
    with op.batch_alter_table("team_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_members_user_id"), ["user_id"], unique=False)

    op.create_table(
        "user_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agent", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_user_sessions_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_sessions_token_hash")),
    )
    with op.batch_alter_table("user_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_sessions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "organizations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("native_name", sa.Text(), nullable=True),
        sa.Column("native_language", sa.String(length=12), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("sector_id", sa.Integer(), nullable=True),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("is_placeholder", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("first_lead_id", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batches.id"],
            name=op.f("fk_organizations_batch_id_import_batches"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_organizations_document_id_documents")
        ),
        sa.ForeignKeyConstraint(
            ["first_lead_id"],
            ["leads.id"],
            name=op.f("fk_organizations_first_lead_id_leads"),
            ondelete="SET NULL",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["sector_id"], ["sectors.id"], name=op.f("fk_organizations_sector_id_sectors")
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_organizations_team_id_teams")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
        sa.UniqueConstraint("public_id", name=op.f("uq_organizations_public_id")),
    )
    with op.batch_alter_table("organizations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organizations_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_organizations_country"), ["country"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_organizations_first_lead_id"), ["first_lead_id"], unique=False
        )
        batch_op.create_index(
            "ix_organizations_name_public_id", ["name", "public_id"], unique=False
        )

    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("printed_name", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=True),
        sa.Column("given_name", sa.Text(), nullable=True),
        sa.Column("native_name", sa.Text(), nullable=True),
        sa.Column("reading", sa.Text(), nullable=True),
        sa.Column("honorific", sa.Text(), nullable=True),
        sa.Column("native_title", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("department", sa.Text(), nullable=True),
        sa.Column(
            "seniority",
            sa.Enum(
                "executive",
                "senior_managing",
                "managing",
                "director",
                "division_head",
                "department_head",
                "section_head",
                "staff",
                name="seniority",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=12), nullable=True),
        sa.Column("obtained_from", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("first_lead_id", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batches.id"], name=op.f("fk_contacts_batch_id_import_batches")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_contacts_document_id_documents")
        ),
        sa.ForeignKeyConstraint(
            ["first_lead_id"],
            ["leads.id"],
            name=op.f("fk_contacts_first_lead_id_leads"),
            ondelete="SET NULL",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_contacts_organization_id_organizations"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_contacts_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("public_id", name=op.f("uq_contacts_public_id")),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contacts_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_contacts_first_lead_id"), ["first_lead_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_contacts_organization_id"), ["organization_id"], unique=False
        )
        batch_op.create_index(
            "ix_contacts_printed_name_public_id", ["printed_name", "public_id"], unique=False
        )

    op.create_table(
        "leads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("code_name", sa.Text(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("is_company_disclosed", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("confidentiality_reason", sa.Text(), nullable=True),
        sa.Column("capex_as_printed", sa.Text(), nullable=True),
        sa.Column("jobs_as_printed", sa.Text(), nullable=True),
        sa.Column("target_as_printed", sa.Text(), nullable=True),
        sa.Column("status_reason", sa.Text(), nullable=True),
        sa.Column(
            "lost_reason",
            sa.Enum(
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
                name="loss_reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("lost_to", sa.Text(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("hold_until", sa.Date(), nullable=True),
        sa.Column("passed_on_to", sa.Text(), nullable=True),
        sa.Column("passed_on_consent", sa.Text(), nullable=True),
        sa.Column("passed_on_sent", sa.Text(), nullable=True),
        sa.Column(
            "passed_on_outcome",
            sa.Enum(
                "waiting",
                "taken",
                "not_taken",
                "announced",
                "lost",
                name="passed_on_outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("need", sa.Text(), nullable=True),
        sa.Column("drivers", sa.Text(), nullable=True),
        sa.Column("timing", sa.Text(), nullable=True),
        sa.Column("competing_places", sa.Text(), nullable=True),
        sa.Column("requirements", sa.Text(), nullable=True),
        sa.Column(
            "nda_decision",
            sa.Enum(
                "not_needed",
                "requested",
                "signed",
                name="nda_decision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("departments_met", sa.Text(), nullable=True),
        sa.Column("proposal_sent_on", sa.Date(), nullable=True),
        sa.Column("visit_held_on", sa.Date(), nullable=True),
        sa.Column("terms_discussed", sa.Text(), nullable=True),
        sa.Column(
            "approval_state",
            sa.Enum(
                "not_started",
                "drafting",
                "circulating",
                "approved",
                "returned",
                name="approval_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("approval_expected_on", sa.Date(), nullable=True),
        sa.Column("paper_signed_on", sa.Date(), nullable=True),
        sa.Column("paper_kind", sa.Text(), nullable=True),
        sa.Column("embargo_decided", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("first_contact_on", sa.Date(), nullable=True),
        sa.Column(
            "first_contact_precision",
            sa.Enum(
                "day",
                "month",
                "quarter",
                "year",
                "unknown",
                name="first_contact_precision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("first_contact_as_printed", sa.Text(), nullable=True),
        sa.Column("stage_since", sa.Date(), nullable=True),
        sa.Column("last_contact_on", sa.Date(), nullable=True),
        sa.Column("next_action", sa.Text(), nullable=True),
        sa.Column("next_action_on", sa.Date(), nullable=True),
        sa.Column("chance", sa.Double(), nullable=True),
        sa.Column("chance_low", sa.Double(), nullable=True),
        sa.Column("chance_high", sa.Double(), nullable=True),
        sa.Column("was_moved", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column(
            "lead_type",
            sa.Enum(
                "investment",
                "expansion",
                "partnership",
                "trade",
                name="lead_type",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "direction",
            sa.Enum(
                "into_canada",
                "out_of_canada",
                name="direction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "stage",
            sa.Enum(
                "first_contact",
                "engaged",
                "qualified",
                "active",
                "proposal",
                "negotiation",
                "committed",
                "announced",
                name="stage_code",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "active",
                "on_hold",
                "lost",
                "abandoned",
                "passed_on",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("market", sa.String(length=2), nullable=True),
        sa.Column("sector_id", sa.Integer(), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("partner_office_id", sa.Integer(), nullable=True),
        sa.Column("capex_amount", sa.BigInteger(), nullable=True),
        sa.Column("capex_upper", sa.BigInteger(), nullable=True),
        sa.Column(
            "capex_qualifier",
            sa.Enum(
                "exact",
                "approximate",
                "at_least",
                "at_most",
                "between",
                "not_disclosed",
                name="capex_qualifier",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("capex_currency", sa.String(length=3), nullable=True),
        sa.Column("jobs_count", sa.Integer(), nullable=True),
        sa.Column("jobs_upper", sa.Integer(), nullable=True),
        sa.Column(
            "jobs_qualifier",
            sa.Enum(
                "exact",
                "approximate",
                "at_least",
                "at_most",
                "between",
                "not_disclosed",
                name="jobs_qualifier",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("target_on", sa.Date(), nullable=True),
        sa.Column(
            "target_precision",
            sa.Enum(
                "day",
                "month",
                "quarter",
                "year",
                "unknown",
                name="target_precision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("likelihood", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batches.id"], name=op.f("fk_leads_batch_id_import_batches")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_leads_office_id_offices")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_leads_organization_id_organizations"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_leads_owner_id_users")),
        sa.ForeignKeyConstraint(
            ["partner_office_id"], ["offices.id"], name=op.f("fk_leads_partner_office_id_offices")
        ),
        sa.ForeignKeyConstraint(
            ["sector_id"], ["sectors.id"], name=op.f("fk_leads_sector_id_sectors")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["lead_sources.id"], name=op.f("fk_leads_source_id_lead_sources")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_leads_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leads")),
        sa.UniqueConstraint("public_id", name=op.f("uq_leads_public_id")),
    )
    with op.batch_alter_table("leads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_leads_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_leads_capex_currency_capex_amount_public_id"),
            ["capex_currency", "capex_amount", "public_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_leads_chance_public_id"), ["chance", "public_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_leads_changed_at_public_id"), ["changed_at", "public_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_leads_last_contact_on_public_id"),
            ["last_contact_on", "public_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_leads_market_status"), ["market", "status"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_leads_next_action_on_public_id"),
            ["next_action_on", "public_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_leads_office_id_status_chance"),
            ["office_id", "status", "chance"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_leads_organization_id"), ["organization_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_leads_owner_id_status_chance"),
            ["owner_id", "status", "chance"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_leads_partner_office_id"), ["partner_office_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_leads_reference"), ["reference"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_leads_sector_id_status"), ["sector_id", "status"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_leads_source_id_status"), ["source_id", "status"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_leads_stage_since_public_id"), ["stage_since", "public_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_leads_stage_status_chance_public_id"),
            ["stage", "status", "chance", "public_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_leads_status_last_contact_on"),
            ["status", "last_contact_on"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_leads_title_public_id"), ["title", "public_id"], unique=False
        )
        batch_op.create_index(
            "ix_leads_totals",
            [
                "lead_type",
                "stage",
                "capex_currency",
                "status",
                "team_id",
                "capex_amount",
                "jobs_count",
                "lost_reason",
            ],
            unique=False,
        )

    op.create_table(
        "mission_organizations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mission_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mission_id"],
            ["missions.id"],
            name=op.f("fk_mission_organizations_mission_id_missions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_mission_organizations_organization_id_organizations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mission_organizations")),
    )
    with op.batch_alter_table("mission_organizations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_mission_organizations_mission_id"), ["mission_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_mission_organizations_organization_id"),
            ["organization_id"],
            unique=False,
        )

    op.create_table(
        "organization_identifiers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column(
            "scheme",
            sa.Enum(
                "jp_corporate_number",
                "kr_business_number",
                "kr_corporate_number",
                "ca_business_number",
                "lei",
                "edinet",
                name="identifier_scheme",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_organization_identifiers_organization_id_organizations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_organization_identifiers_team_id_teams")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_identifiers")),
    )
    with op.batch_alter_table("organization_identifiers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_organization_identifiers_organization_id"),
            ["organization_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_organization_identifiers_scheme_value"),
            ["scheme", "value"],
            unique=False,
        )

    op.create_table(
        "organization_names",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("normalized", sa.Text(), nullable=False),
        sa.Column(
            "script",
            sa.Enum(
                "Latn",
                "Hani",
                "Jpan",
                "Kana",
                "Hang",
                "Zyyy",
                name="script",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=12), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "legal",
                "brand",
                "kana",
                "romaji",
                "official_english",
                "short",
                "acronym",
                "former",
                name="name_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_organization_names_organization_id_organizations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_organization_names_team_id_teams")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_names")),
    )
    with op.batch_alter_table("organization_names", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_organization_names_normalized"), ["normalized"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_organization_names_organization_id"), ["organization_id"], unique=False
        )

    op.create_table(
        "organization_relations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "parent",
                "group_member",
                "business_unit",
                "subsidiary",
                "joint_venture",
                name="relation_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("share_percent", sa.Double(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "organization_id <> other_id", name=op.f("ck_organization_relations_not_itself")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_organization_relations_document_id_documents"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_organization_relations_organization_id_organizations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["other_id"],
            ["organizations.id"],
            name=op.f("fk_organization_relations_other_id_organizations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_organization_relations_team_id_teams")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_relations")),
    )
    with op.batch_alter_table("organization_relations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_organization_relations_organization_id"),
            ["organization_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_organization_relations_other_id"), ["other_id"], unique=False
        )

    op.create_table(
        "organization_roles",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "prospect",
                "investor",
                "local_partner",
                "intermediary",
                "government",
                "institution",
                name="organization_role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_organization_roles_organization_id_organizations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "role", name=op.f("pk_organization_roles")),
    )
    op.create_table(
        "sites",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "head_office",
                "plant",
                "sales",
                "research",
                "logistics",
                "office",
                name="site_role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("jobs_count", sa.Integer(), nullable=True),
        sa.Column(
            "jobs_qualifier",
            sa.Enum(
                "exact",
                "approximate",
                "at_least",
                "at_most",
                "between",
                "not_disclosed",
                name="jobs_qualifier",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_sites_document_id_documents")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_sites_organization_id_organizations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_sites_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sites_public_id")),
    )
    with op.batch_alter_table("sites", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sites_organization_id"), ["organization_id"], unique=False
        )

    op.create_table(
        "announcements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "new_establishment",
                "expansion",
                "joint_venture",
                "distribution",
                "joint_research",
                "commercial_project",
                "government_mou",
                "partnership",
                name="announcement_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.Column(
            "announced_precision",
            sa.Enum(
                "day",
                "month",
                "quarter",
                "year",
                "unknown",
                name="precision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="day",
            nullable=False,
        ),
        sa.Column("announced_as_printed", sa.Text(), nullable=True),
        sa.Column("embargo_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("embargo_zone", sa.String(length=64), nullable=True),
        sa.Column("capex_amount", sa.BigInteger(), nullable=True),
        sa.Column("capex_upper", sa.BigInteger(), nullable=True),
        sa.Column(
            "capex_qualifier",
            sa.Enum(
                "exact",
                "approximate",
                "at_least",
                "at_most",
                "between",
                "not_disclosed",
                name="capex_qualifier",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("capex_currency", sa.String(length=3), nullable=True),
        sa.Column("capex_as_printed", sa.Text(), nullable=True),
        sa.Column("jobs_count", sa.Integer(), nullable=True),
        sa.Column("jobs_upper", sa.Integer(), nullable=True),
        sa.Column(
            "jobs_qualifier",
            sa.Enum(
                "exact",
                "approximate",
                "at_least",
                "at_most",
                "between",
                "not_disclosed",
                name="jobs_qualifier",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("jobs_as_printed", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_url", sa.Text(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("mission_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batches.id"],
            name=op.f("fk_announcements_batch_id_import_batches"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_announcements_document_id_documents")
        ),
        sa.ForeignKeyConstraint(
            ["lead_id"],
            ["leads.id"],
            name=op.f("fk_announcements_lead_id_leads"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["mission_id"], ["missions.id"], name=op.f("fk_announcements_mission_id_missions")
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_announcements_team_id_teams")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
        sa.UniqueConstraint("public_id", name=op.f("uq_announcements_public_id")),
    )
    with op.batch_alter_table("announcements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_announcements_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_announcements_lead_id"), ["lead_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_announcements_mission_id"), ["mission_id"], unique=False
        )

    op.create_table(
        "decision_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("is_decider", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column(
            "standing",
            sa.Enum(
                "unknown",
                "opposed",
                "neutral",
                "supportive",
                "approved",
                name="step_standing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_decision_steps_contact_id_contacts")
        ),
        sa.ForeignKeyConstraint(
            ["lead_id"],
            ["leads.id"],
            name=op.f("fk_decision_steps_lead_id_leads"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_decision_steps_team_id_teams")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_steps")),
    )
    with op.batch_alter_table("decision_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_steps_lead_id"), ["lead_id"], unique=False)

    op.create_table(
        "enquiries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "email",
                "phone",
                "web",
                "letter",
                "in_person",
                "intermediary",
                name="enquiry_channel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asker", sa.Text(), nullable=True),
        sa.Column("through", sa.Text(), nullable=True),
        sa.Column("asked_for", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "open",
                "answered",
                "lead",
                "referred",
                "not_for_us",
                name="enquiry_outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("outcome_note", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["leads.id"], name=op.f("fk_enquiries_lead_id_leads"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_enquiries_office_id_offices")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_enquiries_organization_id_organizations"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_enquiries_owner_id_users")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_enquiries_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiries")),
        sa.UniqueConstraint("public_id", name=op.f("uq_enquiries_public_id")),
    )
    with op.batch_alter_table("enquiries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enquiries_lead_id"), ["lead_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enquiries_office_id"), ["office_id"], unique=False)
        batch_op.create_index(
            "ix_enquiries_open",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("answered_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_enquiries_organization_id"), ["organization_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_enquiries_received_at"), ["received_at"], unique=False)

    op.create_table(
        "import_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "created",
                "updated",
                "unchanged",
                name="row_action",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batches.id"],
            name=op.f("fk_import_rows_batch_id_import_batches"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["leads.id"], name=op.f("fk_import_rows_lead_id_leads"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_import_rows_team_id_teams")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_rows")),
        sa.UniqueConstraint(
            "batch_id", "row_number", name=op.f("uq_import_rows_batch_id_row_number")
        ),
    )
    with op.batch_alter_table("import_rows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_rows_lead_id"), ["lead_id"], unique=False)

    op.create_table(
        "imported_totals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("meetings_count", sa.Integer(), nullable=True),
        sa.Column("last_contact_on", sa.Date(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batches.id"],
            name=op.f("fk_imported_totals_batch_id_import_batches"),
        ),
        sa.ForeignKeyConstraint(
            ["lead_id"],
            ["leads.id"],
            name=op.f("fk_imported_totals_lead_id_leads"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_imported_totals_team_id_teams")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_totals")),
    )
    with op.batch_alter_table("imported_totals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_imported_totals_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_imported_totals_lead_id"), ["lead_id"], unique=False)

    op.create_table(
        "interactions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("mission_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "call",
                "meeting",
                "email",
                "video",
                "briefing",
                "roundtable",
                "site_visit",
                "reception",
                "letter",
                "note",
                name="interaction_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "direction",
            sa.Enum(
                "in",
                "out",
                "both",
                name="contact_direction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "standing",
            sa.Enum(
                "planned",
                "held",
                "cancelled",
                name="interaction_standing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column(
            "happened_precision",
            sa.Enum(
                "day",
                "month",
                "quarter",
                "year",
                "unknown",
                name="precision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="day",
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=12), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("message_id", sa.String(length=400), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_interactions_author_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batches.id"],
            name=op.f("fk_interactions_batch_id_import_batches"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_interactions_document_id_documents")
        ),
        sa.ForeignKeyConstraint(
            ["lead_id"],
            ["leads.id"],
            name=op.f("fk_interactions_lead_id_leads"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["mission_id"], ["missions.id"], name=op.f("fk_interactions_mission_id_missions")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_interactions_organization_id_organizations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_interactions_team_id_teams")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interactions")),
        sa.UniqueConstraint("public_id", name=op.f("uq_interactions_public_id")),
    )
    with op.batch_alter_table("interactions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interactions_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_interactions_known_at"), ["known_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_interactions_lead_id_happened_on"),
            ["lead_id", "happened_on"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_interactions_mission_id"), ["mission_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_interactions_organization_id_happened_on"),
            ["organization_id", "happened_on"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_interactions_standing_starts_at"),
            ["standing", "starts_at"],
            unique=False,
        )

    op.create_table(
        "lead_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "ask_by",
                "not_applicable",
                name="answer_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("ask_by_on", sa.Date(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_lead_answers_actor_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["lead_id"],
            ["leads.id"],
            name=op.f("fk_lead_answers_lead_id_leads"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_lead_answers_team_id_teams")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_answers")),
        sa.UniqueConstraint("lead_id", "field", name=op.f("uq_lead_answers_lead_id_field")),
    )
    with op.batch_alter_table("lead_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lead_answers_ask_by_on"), ["ask_by_on"], unique=False)

    op.create_table(
        "lead_parties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "prospect",
                "local_partner",
                "introducer",
                "adviser",
                "government",
                name="party_role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["lead_id"],
            ["leads.id"],
            name=op.f("fk_lead_parties_lead_id_leads"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_lead_parties_organization_id_organizations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_lead_parties_team_id_teams")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_parties")),
        sa.UniqueConstraint(
            "lead_id",
            "organization_id",
            "role",
            name=op.f("uq_lead_parties_lead_id_organization_id_role"),
        ),
    )
    with op.batch_alter_table("lead_parties", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_lead_parties_organization_id"), ["organization_id"], unique=False
        )

    op.create_table(
        "lead_revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("is_day_unknown", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column(
            "change",
            sa.Enum(
                "opened",
                "edited",
                "moved",
                "held",
                "resumed",
                "lost",
                "closed",
                "passed_on",
                "reopened",
                "announced",
                "reassigned",
                "restricted",
                "lifted",
                name="change",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "origin",
            sa.Enum(
                "live",
                "import",
                name="origin",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_override", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("lost_to", sa.Text(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column(
            "lead_type",
            sa.Enum(
                "investment",
                "expansion",
                "partnership",
                "trade",
                name="lead_type",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "direction",
            sa.Enum(
                "into_canada",
                "out_of_canada",
                name="direction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "stage",
            sa.Enum(
                "first_contact",
                "engaged",
                "qualified",
                "active",
                "proposal",
                "negotiation",
                "committed",
                "announced",
                name="stage_code",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "active",
                "on_hold",
                "lost",
                "abandoned",
                "passed_on",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("market", sa.String(length=2), nullable=True),
        sa.Column("sector_id", sa.Integer(), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("partner_office_id", sa.Integer(), nullable=True),
        sa.Column("capex_amount", sa.BigInteger(), nullable=True),
        sa.Column("capex_upper", sa.BigInteger(), nullable=True),
        sa.Column(
            "capex_qualifier",
            sa.Enum(
                "exact",
                "approximate",
                "at_least",
                "at_most",
                "between",
                "not_disclosed",
                name="capex_qualifier",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("capex_currency", sa.String(length=3), nullable=True),
        sa.Column("jobs_count", sa.Integer(), nullable=True),
        sa.Column("jobs_upper", sa.Integer(), nullable=True),
        sa.Column(
            "jobs_qualifier",
            sa.Enum(
                "exact",
                "approximate",
                "at_least",
                "at_most",
                "between",
                "not_disclosed",
                name="jobs_qualifier",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("target_on", sa.Date(), nullable=True),
        sa.Column(
            "target_precision",
            sa.Enum(
                "day",
                "month",
                "quarter",
                "year",
                "unknown",
                name="target_precision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("likelihood", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_lead_revisions_actor_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batches.id"],
            name=op.f("fk_lead_revisions_batch_id_import_batches"),
        ),
        sa.ForeignKeyConstraint(
            ["lead_id"],
            ["leads.id"],
            name=op.f("fk_lead_revisions_lead_id_leads"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_lead_revisions_office_id_offices")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_lead_revisions_owner_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["partner_office_id"],
            ["offices.id"],
            name=op.f("fk_lead_revisions_partner_office_id_offices"),
        ),
        sa.ForeignKeyConstraint(
            ["sector_id"], ["sectors.id"], name=op.f("fk_lead_revisions_sector_id_sectors")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["lead_sources.id"],
            name=op.f("fk_lead_revisions_source_id_lead_sources"),
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_lead_revisions_team_id_teams")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_revisions")),
        sa.UniqueConstraint("lead_id", "sequence", name=op.f("uq_lead_revisions_lead_id_sequence")),
    )
    with op.batch_alter_table("lead_revisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lead_revisions_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_lead_revisions_valid_from_lead_id"),
            ["valid_from", "lead_id"],
            unique=False,
        )
        batch_op.create_index(
            "uq_lead_revisions_open",
            ["lead_id"],
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        )

    op.create_table(
        "lead_snoozes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["lead_id"],
            ["leads.id"],
            name=op.f("fk_lead_snoozes_lead_id_leads"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_lead_snoozes_team_id_teams")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_lead_snoozes_user_id_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_snoozes")),
        sa.UniqueConstraint("lead_id", "user_id", name=op.f("uq_lead_snoozes_lead_id_user_id")),
    )
    op.create_table(
        "scores",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "basis",
            sa.Enum(
                "scorecard",
                "model",
                "base_rate",
                name="basis",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("within_90", sa.Double(), nullable=False),
        sa.Column("within_180", sa.Double(), nullable=False),
        sa.Column("within_365", sa.Double(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column("log_odds", sa.Double(), nullable=False),
        sa.Column("reasons", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["leads.id"], name=op.f("fk_scores_lead_id_leads"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_scores_team_id_teams")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["model_versions.id"],
            name=op.f("fk_scores_version_id_model_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scores")),
    )
    with op.batch_alter_table("scores", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_scores_lead_id_as_of"), ["lead_id", "as_of"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_scores_version_id"), ["version_id"], unique=False)
        batch_op.create_index(
            "uq_scores_current",
            ["lead_id"],
            unique=True,
            sqlite_where=sa.text("is_current"),
            postgresql_where=sa.text("is_current"),
        )

    op.create_table(
        "announcement_parties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("announcement_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "foreign",
                "local",
                "government",
                name="party_side",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcements.id"],
            name=op.f("fk_announcement_parties_announcement_id_announcements"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_announcement_parties_organization_id_organizations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_announcement_parties_team_id_teams")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement_parties")),
    )
    with op.batch_alter_table("announcement_parties", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_announcement_parties_announcement_id"), ["announcement_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_announcement_parties_organization_id"), ["organization_id"], unique=False
        )

    op.create_table(
        "claims",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "fact",
                "statistic",
                "objective",
                "outcome",
                "metric",
                "statement",
                "insight",
                "next_step",
                "attribution",
                "context",
                name="claim_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("mission_id", sa.Integer(), nullable=True),
        sa.Column("announcement_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcements.id"],
            name=op.f("fk_claims_announcement_id_announcements"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_claims_document_id_documents"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["mission_id"],
            ["missions.id"],
            name=op.f("fk_claims_mission_id_missions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_claims_organization_id_organizations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
    )
    with op.batch_alter_table("claims", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_claims_announcement_id"), ["announcement_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_claims_document_id"), ["document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_claims_mission_id"), ["mission_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_claims_organization_id"), ["organization_id"], unique=False
        )

    op.create_table(
        "follow_ups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("interaction_id", sa.Integer(), nullable=True),
        sa.Column("mission_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("promised_to", sa.Text(), nullable=True),
        sa.Column("is_next_step", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batches.id"], name=op.f("fk_follow_ups_batch_id_import_batches")
        ),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interactions.id"],
            name=op.f("fk_follow_ups_interaction_id_interactions"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["leads.id"], name=op.f("fk_follow_ups_lead_id_leads"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["mission_id"], ["missions.id"], name=op.f("fk_follow_ups_mission_id_missions")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_follow_ups_office_id_offices")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_follow_ups_organization_id_organizations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_follow_ups_owner_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_follow_ups_team_id_teams")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint("public_id", name=op.f("uq_follow_ups_public_id")),
    )
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_ups_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_follow_ups_interaction_id"), ["interaction_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_follow_ups_lead_id"), ["lead_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_ups_mission_id"), ["mission_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_ups_office_id"), ["office_id"], unique=False)
        batch_op.create_index(
            "ix_follow_ups_open",
            ["owner_id", "due_on"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_follow_ups_organization_id"), ["organization_id"], unique=False
        )

    op.create_table(
        "interaction_participants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interaction_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "contact_id IS NOT NULL OR user_id IS NOT NULL OR name IS NOT NULL",
            name=op.f("ck_interaction_participants_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contacts.id"],
            name=op.f("fk_interaction_participants_contact_id_contacts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interactions.id"],
            name=op.f("fk_interaction_participants_interaction_id_interactions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_interaction_participants_team_id_teams")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_interaction_participants_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction_participants")),
    )
    with op.batch_alter_table("interaction_participants", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_interaction_participants_contact_id"), ["contact_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_interaction_participants_interaction_id"),
            ["interaction_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_interaction_participants_user_id"), ["user_id"], unique=False
        )

    op.create_table(
        "stored_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.String(length=120), nullable=False),
        sa.Column("byte_count", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("storage_name", sa.String(length=64), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("interaction_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "lead_id IS NOT NULL OR interaction_id IS NOT NULL OR organization_id IS NOT NULL",
            name=op.f("ck_stored_files_belongs_somewhere"),
        ),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interactions.id"],
            name=op.f("fk_stored_files_interaction_id_interactions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["lead_id"],
            ["leads.id"],
            name=op.f("fk_stored_files_lead_id_leads"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_stored_files_organization_id_organizations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_stored_files_team_id_teams")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["users.id"], name=op.f("fk_stored_files_uploaded_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_files")),
        sa.UniqueConstraint("public_id", name=op.f("uq_stored_files_public_id")),
        sa.UniqueConstraint("storage_name", name=op.f("uq_stored_files_storage_name")),
    )
    with op.batch_alter_table("stored_files", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_stored_files_interaction_id"), ["interaction_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_stored_files_lead_id"), ["lead_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_stored_files_organization_id"), ["organization_id"], unique=False
        )

    # Leads and organizations refer to each other: SQLite takes the second reference with the
    # table, PostgreSQL only once both tables are there.
    if op.get_bind().dialect.name != "sqlite":
        for table in ("organizations", "contacts"):
            op.create_foreign_key(
                f"fk_{table}_first_lead_id_leads",
                table,
                "leads",
                ["first_lead_id"],
                ["id"],
                ondelete="SET NULL",
            )


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        for table in ("organizations", "contacts"):
            op.drop_constraint(f"fk_{table}_first_lead_id_leads", table, type_="foreignkey")
    with op.batch_alter_table("stored_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stored_files_organization_id"))
        batch_op.drop_index(batch_op.f("ix_stored_files_lead_id"))
        batch_op.drop_index(batch_op.f("ix_stored_files_interaction_id"))

    op.drop_table("stored_files")
    with op.batch_alter_table("interaction_participants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_interaction_participants_user_id"))
        batch_op.drop_index(batch_op.f("ix_interaction_participants_interaction_id"))
        batch_op.drop_index(batch_op.f("ix_interaction_participants_contact_id"))

    op.drop_table("interaction_participants")
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_ups_organization_id"))
        batch_op.drop_index(
            "ix_follow_ups_open",
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_follow_ups_office_id"))
        batch_op.drop_index(batch_op.f("ix_follow_ups_mission_id"))
        batch_op.drop_index(batch_op.f("ix_follow_ups_lead_id"))
        batch_op.drop_index(batch_op.f("ix_follow_ups_interaction_id"))
        batch_op.drop_index(batch_op.f("ix_follow_ups_batch_id"))

    op.drop_table("follow_ups")
    with op.batch_alter_table("claims", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claims_organization_id"))
        batch_op.drop_index(batch_op.f("ix_claims_mission_id"))
        batch_op.drop_index(batch_op.f("ix_claims_document_id"))
        batch_op.drop_index(batch_op.f("ix_claims_announcement_id"))

    op.drop_table("claims")
    with op.batch_alter_table("announcement_parties", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_announcement_parties_organization_id"))
        batch_op.drop_index(batch_op.f("ix_announcement_parties_announcement_id"))

    op.drop_table("announcement_parties")
    with op.batch_alter_table("scores", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_scores_current",
            sqlite_where=sa.text("is_current"),
            postgresql_where=sa.text("is_current"),
        )
        batch_op.drop_index(batch_op.f("ix_scores_version_id"))
        batch_op.drop_index(batch_op.f("ix_scores_lead_id_as_of"))

    op.drop_table("scores")
    op.drop_table("lead_snoozes")
    with op.batch_alter_table("lead_revisions", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_lead_revisions_open",
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_lead_revisions_valid_from_lead_id"))
        batch_op.drop_index(batch_op.f("ix_lead_revisions_batch_id"))

    op.drop_table("lead_revisions")
    with op.batch_alter_table("lead_parties", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lead_parties_organization_id"))

    op.drop_table("lead_parties")
    with op.batch_alter_table("lead_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lead_answers_ask_by_on"))

    op.drop_table("lead_answers")
    with op.batch_alter_table("interactions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_interactions_standing_starts_at"))
        batch_op.drop_index(batch_op.f("ix_interactions_organization_id_happened_on"))
        batch_op.drop_index(batch_op.f("ix_interactions_mission_id"))
        batch_op.drop_index(batch_op.f("ix_interactions_lead_id_happened_on"))
        batch_op.drop_index(batch_op.f("ix_interactions_known_at"))
        batch_op.drop_index(batch_op.f("ix_interactions_batch_id"))

    op.drop_table("interactions")
    with op.batch_alter_table("imported_totals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_imported_totals_lead_id"))
        batch_op.drop_index(batch_op.f("ix_imported_totals_batch_id"))

    op.drop_table("imported_totals")
    with op.batch_alter_table("import_rows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_rows_lead_id"))

    op.drop_table("import_rows")
    with op.batch_alter_table("enquiries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enquiries_received_at"))
        batch_op.drop_index(batch_op.f("ix_enquiries_organization_id"))
        batch_op.drop_index(
            "ix_enquiries_open",
            sqlite_where=sa.text("answered_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_enquiries_office_id"))
        batch_op.drop_index(batch_op.f("ix_enquiries_lead_id"))

    op.drop_table("enquiries")
    with op.batch_alter_table("decision_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_steps_lead_id"))

    op.drop_table("decision_steps")
    with op.batch_alter_table("announcements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_announcements_mission_id"))
        batch_op.drop_index(batch_op.f("ix_announcements_lead_id"))
        batch_op.drop_index(batch_op.f("ix_announcements_batch_id"))

    op.drop_table("announcements")
    with op.batch_alter_table("sites", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sites_organization_id"))

    op.drop_table("sites")
    op.drop_table("organization_roles")
    with op.batch_alter_table("organization_relations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organization_relations_other_id"))
        batch_op.drop_index(batch_op.f("ix_organization_relations_organization_id"))

    op.drop_table("organization_relations")
    with op.batch_alter_table("organization_names", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organization_names_organization_id"))
        batch_op.drop_index(batch_op.f("ix_organization_names_normalized"))

    op.drop_table("organization_names")
    with op.batch_alter_table("organization_identifiers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organization_identifiers_scheme_value"))
        batch_op.drop_index(batch_op.f("ix_organization_identifiers_organization_id"))

    op.drop_table("organization_identifiers")
    with op.batch_alter_table("mission_organizations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mission_organizations_organization_id"))
        batch_op.drop_index(batch_op.f("ix_mission_organizations_mission_id"))

    op.drop_table("mission_organizations")
    with op.batch_alter_table("leads", schema=None) as batch_op:
        batch_op.drop_index("ix_leads_totals")
        batch_op.drop_index(batch_op.f("ix_leads_title_public_id"))
        batch_op.drop_index(batch_op.f("ix_leads_status_last_contact_on"))
        batch_op.drop_index(batch_op.f("ix_leads_stage_status_chance_public_id"))
        batch_op.drop_index(batch_op.f("ix_leads_stage_since_public_id"))
        batch_op.drop_index(batch_op.f("ix_leads_source_id_status"))
        batch_op.drop_index(batch_op.f("ix_leads_sector_id_status"))
        batch_op.drop_index(batch_op.f("ix_leads_reference"))
        batch_op.drop_index(batch_op.f("ix_leads_partner_office_id"))
        batch_op.drop_index(batch_op.f("ix_leads_owner_id_status_chance"))
        batch_op.drop_index(batch_op.f("ix_leads_organization_id"))
        batch_op.drop_index(batch_op.f("ix_leads_office_id_status_chance"))
        batch_op.drop_index(batch_op.f("ix_leads_next_action_on_public_id"))
        batch_op.drop_index(batch_op.f("ix_leads_market_status"))
        batch_op.drop_index(batch_op.f("ix_leads_last_contact_on_public_id"))
        batch_op.drop_index(batch_op.f("ix_leads_changed_at_public_id"))
        batch_op.drop_index(batch_op.f("ix_leads_chance_public_id"))
        batch_op.drop_index(batch_op.f("ix_leads_capex_currency_capex_amount_public_id"))
        batch_op.drop_index(batch_op.f("ix_leads_batch_id"))

    op.drop_table("leads")
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_index("ix_contacts_printed_name_public_id")
        batch_op.drop_index(batch_op.f("ix_contacts_organization_id"))
        batch_op.drop_index(batch_op.f("ix_contacts_first_lead_id"))
        batch_op.drop_index(batch_op.f("ix_contacts_batch_id"))

    op.drop_table("contacts")
    with op.batch_alter_table("organizations", schema=None) as batch_op:
        batch_op.drop_index("ix_organizations_name_public_id")
        batch_op.drop_index(batch_op.f("ix_organizations_first_lead_id"))
        batch_op.drop_index(batch_op.f("ix_organizations_country"))
        batch_op.drop_index(batch_op.f("ix_organizations_batch_id"))

    op.drop_table("organizations")
    with op.batch_alter_table("user_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_sessions_user_id"))

    op.drop_table("user_sessions")
    with op.batch_alter_table("team_members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_team_members_user_id"))

    op.drop_table("team_members")
    with op.batch_alter_table("mission_offices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mission_offices_office_id"))

    op.drop_table("mission_offices")
    op.drop_table("mission_markets")
    with op.batch_alter_table("import_batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_batches_actor_id"))

    op.drop_table("import_batches")
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entries_record_type_record_id"))
        batch_op.drop_index(batch_op.f("ix_audit_entries_lead_id"))
        batch_op.drop_index(batch_op.f("ix_audit_entries_at"))

    op.drop_table("audit_entries")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_users_office_id"))

    op.drop_table("users")
    op.drop_table("missions")
    op.drop_table("teams")
    op.drop_table("stages")
    op.drop_table("stage_requirements")
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_attempts_name_hash_at"))
        batch_op.drop_index(batch_op.f("ix_sign_in_attempts_at"))
        batch_op.drop_index(batch_op.f("ix_sign_in_attempts_address_at"))

    op.drop_table("sign_in_attempts")
    op.drop_table("sectors")
    op.drop_table("offices")
    op.drop_table("model_versions")
    op.drop_table("lead_sources")
    op.drop_table("documents")
