"""Search entries, merges, jobs, and files of every kind.

Revision ID: c3d4a5b6e7f8
Revises: b2e1d3f5c7a9
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op


revision = 'c3d4a5b6e7f8'
down_revision = 'b2e1d3f5c7a9'
branch_labels = None
depends_on = None

# What letter pairs a text holds: each database in its own kind of index.
SQLITE_GRAMS = """
CREATE VIRTUAL TABLE search_grams USING fts5(
  grams, content='', detail=none, columnsize=0, tokenize='ascii')
"""
POSTGRES_GRAMS = """
CREATE TABLE search_grams (
  entry_id INTEGER PRIMARY KEY REFERENCES search_entries (id) ON DELETE CASCADE,
  grams TSVECTOR NOT NULL)
"""

KINDS = ("leads", "stages", "organizations", "contacts", "interactions")
STATES = ("draft", "reading", "applying", "failed", "applied", "kept", "undone")
ACTIONS = ("created", "updated", "unchanged", "skipped")
CHECKS = (
    ("import_batches", "kind", "batch_kind", KINDS, KINDS[:2]),
    ("import_batches", "state", "batch_state", STATES, (STATES[0], *STATES[4:])),
    ("import_rows", "action", "row_action", ACTIONS, ACTIONS[:3]),
)
BROUGHT = ("organizations", "contacts", "interactions", "follow_ups")
OF_NEW_KINDS = "(SELECT id FROM import_batches WHERE kind NOT IN ('leads', 'stages'))"


def upgrade() -> None:
    for table, column, name, codes, _before in CHECKS:
        _allow(table, column, name, codes)
    op.create_table('column_mappings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('office_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('leads', 'stages', 'organizations', 'contacts', 'interactions', name='batch_kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('headers_sha256', sa.String(length=64), nullable=False),
    sa.Column('mapping', sa.JSON(), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_column_mappings_office_id_offices'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_column_mappings'))
    )
    with op.batch_alter_table('column_mappings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_column_mappings_headers_sha256'), ['headers_sha256'], unique=False)
        batch_op.create_index(batch_op.f('ix_column_mappings_office_id'), ['office_id'], unique=False)

    op.create_table('jobs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'running', 'done', 'failed', name='job_state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('step', sa.Text(), nullable=True),
    sa.Column('done_count', sa.Integer(), nullable=False),
    sa.Column('total_count', sa.Integer(), nullable=True),
    sa.Column('problem', sa.Text(), nullable=True),
    sa.Column('attempt_count', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=32), nullable=True),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('batch_id', sa.Integer(), nullable=True),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['users.id'], name=op.f('fk_jobs_actor_id_users')),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batches.id'], name=op.f('fk_jobs_batch_id_import_batches'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_jobs')),
    sa.UniqueConstraint('public_id', name=op.f('uq_jobs_public_id'))
    )
    with op.batch_alter_table('jobs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_jobs_batch_id'), ['batch_id'], unique=False)
        batch_op.create_index('ix_jobs_state_created_at', ['state', 'created_at'], unique=False)

    op.create_table('prepared_rows',
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('row_number', sa.Integer(), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.Column('problems', sa.JSON(none_as_null=True), nullable=True),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batches.id'], name=op.f('fk_prepared_rows_batch_id_import_batches'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('batch_id', 'row_number', name=op.f('pk_prepared_rows'))
    )
    op.create_table('distinct_pairs',
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('organization_id < other_id', name=op.f('ck_distinct_pairs_in_order')),
    sa.ForeignKeyConstraint(['actor_id'], ['users.id'], name=op.f('fk_distinct_pairs_actor_id_users')),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_distinct_pairs_organization_id_organizations'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['other_id'], ['organizations.id'], name=op.f('fk_distinct_pairs_other_id_organizations'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('organization_id', 'other_id', name=op.f('pk_distinct_pairs'))
    )
    with op.batch_alter_table('distinct_pairs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_distinct_pairs_other_id'), ['other_id'], unique=False)

    op.create_table('organization_merges',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('absorbed_public_id', sa.String(length=16), nullable=False),
    sa.Column('absorbed_name', sa.Text(), nullable=False),
    sa.Column('absorbed', sa.JSON(), nullable=False),
    sa.Column('moved', sa.JSON(), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('actor_name', sa.Text(), nullable=False),
    sa.Column('merged_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.Text(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['actor_id'], ['users.id'], name=op.f('fk_organization_merges_actor_id_users')),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_organization_merges_organization_id_organizations'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_organization_merges_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organization_merges')),
    sa.UniqueConstraint('public_id', name=op.f('uq_organization_merges_public_id'))
    )
    with op.batch_alter_table('organization_merges', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organization_merges_absorbed_public_id'), ['absorbed_public_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_organization_merges_merged_at'), ['merged_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_organization_merges_organization_id'), ['organization_id'], unique=False)

    op.create_table('steward_notices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('open', 'told', 'dismissed', name='notice_state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('noticed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_by_id', sa.Integer(), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['actor_id'], ['users.id'], name=op.f('fk_steward_notices_actor_id_users')),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_steward_notices_organization_id_organizations'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['other_id'], ['organizations.id'], name=op.f('fk_steward_notices_other_id_organizations'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['settled_by_id'], ['users.id'], name=op.f('fk_steward_notices_settled_by_id_users')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_steward_notices_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_steward_notices')),
    sa.UniqueConstraint('public_id', name=op.f('uq_steward_notices_public_id'))
    )
    with op.batch_alter_table('steward_notices', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_steward_notices_organization_id'), ['organization_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_steward_notices_other_id'), ['other_id'], unique=False)

    op.create_table('search_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('organization', 'contact', 'lead', 'interaction', 'mission', 'announcement', name='search_kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=True),
    sa.Column('contact_id', sa.Integer(), nullable=True),
    sa.Column('lead_id', sa.Integer(), nullable=True),
    sa.Column('interaction_id', sa.Integer(), nullable=True),
    sa.Column('mission_id', sa.Integer(), nullable=True),
    sa.Column('announcement_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=True),
    sa.Column('folded', sa.Text(), nullable=False),
    sa.Column('keys', sa.Text(), nullable=False),
    sa.Column('fresh_on', sa.Date(), nullable=True),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['announcement_id'], ['announcements.id'], name=op.f('fk_search_entries_announcement_id_announcements'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_search_entries_contact_id_contacts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['interaction_id'], ['interactions.id'], name=op.f('fk_search_entries_interaction_id_interactions'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], name=op.f('fk_search_entries_lead_id_leads'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['mission_id'], ['missions.id'], name=op.f('fk_search_entries_mission_id_missions'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_search_entries_organization_id_organizations'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_search_entries_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_entries'))
    )
    with op.batch_alter_table('search_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_search_entries_announcement_id'), ['announcement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_search_entries_contact_id'), ['contact_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_search_entries_interaction_id'), ['interaction_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_search_entries_lead_id'), ['lead_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_search_entries_mission_id'), ['mission_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_search_entries_organization_id'), ['organization_id'], unique=False)

    with op.batch_alter_table('contacts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('romanized_name', sa.Text(), nullable=True))

    with op.batch_alter_table('import_batches', schema=None) as batch_op:
        batch_op.add_column(sa.Column('options', sa.JSON(none_as_null=True), nullable=True))

    with op.batch_alter_table('import_rows', schema=None) as batch_op:
        batch_op.add_column(sa.Column('organization_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('contact_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('interaction_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_import_rows_contact_id'), ['contact_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_rows_interaction_id'), ['interaction_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_rows_organization_id'), ['organization_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_import_rows_contact_id_contacts'), 'contacts', ['contact_id'], ['id'], ondelete='CASCADE')
        batch_op.create_foreign_key(batch_op.f('fk_import_rows_interaction_id_interactions'), 'interactions', ['interaction_id'], ['id'], ondelete='CASCADE')
        batch_op.create_foreign_key(batch_op.f('fk_import_rows_organization_id_organizations'), 'organizations', ['organization_id'], ['id'], ondelete='CASCADE')

    with op.batch_alter_table('organizations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('fiscal_year_end_month', sa.Integer(), nullable=True))

    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_steward', sa.Boolean(), server_default=sa.false(), nullable=False))


    if op.get_bind().dialect.name == "sqlite":
        op.execute(SQLITE_GRAMS)
    else:
        op.execute(POSTGRES_GRAMS)
        op.execute("CREATE INDEX ix_search_grams_grams ON search_grams USING gin (grams)")


def downgrade() -> None:
    op.execute("DROP TABLE search_grams")
    # Batches of kinds that are not known any more are forgotten, what they brought stays; one that
    # a job had at hand is a draft again.
    op.execute("DELETE FROM jobs")
    op.execute("DELETE FROM import_rows WHERE action = 'skipped'")
    op.execute(f"DELETE FROM import_rows WHERE batch_id IN {OF_NEW_KINDS}")
    for table in BROUGHT:
        op.execute(f"UPDATE {table} SET batch_id = NULL WHERE batch_id IN {OF_NEW_KINDS}")
    op.execute(f"DELETE FROM prepared_rows WHERE batch_id IN {OF_NEW_KINDS}")
    op.execute("DELETE FROM import_batches WHERE kind NOT IN ('leads', 'stages')")
    op.execute(
        "UPDATE import_batches SET state = 'draft' WHERE state IN ('reading', 'applying', 'failed')"
    )
    for table, column, name, _codes, before in CHECKS:
        _allow(table, column, name, before)
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.drop_column('is_steward')

    with op.batch_alter_table('organizations', schema=None) as batch_op:
        batch_op.drop_column('fiscal_year_end_month')

    with op.batch_alter_table('import_rows', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_import_rows_organization_id_organizations'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_import_rows_interaction_id_interactions'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_import_rows_contact_id_contacts'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_import_rows_organization_id'))
        batch_op.drop_index(batch_op.f('ix_import_rows_interaction_id'))
        batch_op.drop_index(batch_op.f('ix_import_rows_contact_id'))
        batch_op.drop_column('interaction_id')
        batch_op.drop_column('contact_id')
        batch_op.drop_column('organization_id')

    with op.batch_alter_table('import_batches', schema=None) as batch_op:
        batch_op.drop_column('options')

    with op.batch_alter_table('contacts', schema=None) as batch_op:
        batch_op.drop_column('romanized_name')

    with op.batch_alter_table('search_entries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_search_entries_organization_id'))
        batch_op.drop_index(batch_op.f('ix_search_entries_mission_id'))
        batch_op.drop_index(batch_op.f('ix_search_entries_lead_id'))
        batch_op.drop_index(batch_op.f('ix_search_entries_interaction_id'))
        batch_op.drop_index(batch_op.f('ix_search_entries_contact_id'))
        batch_op.drop_index(batch_op.f('ix_search_entries_announcement_id'))

    op.drop_table('search_entries')
    with op.batch_alter_table('steward_notices', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_steward_notices_other_id'))
        batch_op.drop_index(batch_op.f('ix_steward_notices_organization_id'))

    op.drop_table('steward_notices')
    with op.batch_alter_table('organization_merges', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organization_merges_organization_id'))
        batch_op.drop_index(batch_op.f('ix_organization_merges_merged_at'))
        batch_op.drop_index(batch_op.f('ix_organization_merges_absorbed_public_id'))

    op.drop_table('organization_merges')
    with op.batch_alter_table('distinct_pairs', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_distinct_pairs_other_id'))

    op.drop_table('distinct_pairs')
    op.drop_table('prepared_rows')
    with op.batch_alter_table('jobs', schema=None) as batch_op:
        batch_op.drop_index('ix_jobs_state_created_at')
        batch_op.drop_index(batch_op.f('ix_jobs_batch_id'))

    op.drop_table('jobs')
    with op.batch_alter_table('column_mappings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_column_mappings_office_id'))
        batch_op.drop_index(batch_op.f('ix_column_mappings_headers_sha256'))

    op.drop_table('column_mappings')


def _allow(table: str, column: str, name: str, codes: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{code}'" for code in codes)
    with op.batch_alter_table(table) as batch_op:
        batch_op.drop_constraint(batch_op.f(f"ck_{table}_{name}"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f(f"ck_{table}_{name}"), f"{column} IN ({listed})"
        )
