"""What scoring keeps: scorecards, overrides, looks back, and what was known when.

Revision ID: a7e8f9d0b1c2
Revises: f6d7c8b9a0e1
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op


revision = 'a7e8f9d0b1c2'
down_revision = 'f6d7c8b9a0e1'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('score_settings',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('retrain_days', sa.Integer(), nullable=True),
    sa.Column('publishes_itself', sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_score_settings_one_row')),
    sa.CheckConstraint('retrain_days BETWEEN 1 AND 366', name=op.f('ck_score_settings_days')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_score_settings'))
    )
    op.create_table('backtests',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('state', sa.Enum('asked', 'ready', 'failed', name='backtest_state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('basis', sa.Enum('scorecard', 'model', 'base_rate', name='basis', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('metrics', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('problem', sa.Text(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('asked_by', sa.Text(), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['asked_by_id'], ['users.id'], name=op.f('fk_backtests_asked_by_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_backtests')),
    sa.UniqueConstraint('public_id', name=op.f('uq_backtests_public_id'))
    )
    with op.batch_alter_table('backtests', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_backtests_asked_at'), ['asked_at'], unique=False)

    op.create_table('scorecard_versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_by', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['changed_by_id'], ['users.id'], name=op.f('fk_scorecard_versions_changed_by_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scorecard_versions')),
    sa.UniqueConstraint('number', name=op.f('uq_scorecard_versions_number'))
    )
    op.create_table('backtest_scores',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('backtest_id', sa.Integer(), nullable=False),
    sa.Column('lead_id', sa.Integer(), nullable=False),
    sa.Column('stage', sa.Enum('first_contact', 'engaged', 'qualified', 'active', 'proposal', 'negotiation', 'committed', 'announced', name='stage_code', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('likelihood', sa.Double(), nullable=True),
    sa.Column('probability', sa.Double(), nullable=False),
    sa.Column('within_90', sa.Double(), nullable=False),
    sa.Column('within_180', sa.Double(), nullable=False),
    sa.Column('within_365', sa.Double(), nullable=False),
    sa.Column('low', sa.Double(), nullable=False),
    sa.Column('high', sa.Double(), nullable=False),
    sa.Column('log_odds', sa.Double(), nullable=False),
    sa.Column('reasons', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['backtest_id'], ['backtests.id'], name=op.f('fk_backtest_scores_backtest_id_backtests'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], name=op.f('fk_backtest_scores_lead_id_leads'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_backtest_scores_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_backtest_scores'))
    )
    with op.batch_alter_table('backtest_scores', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_backtest_scores_backtest_id_log_odds'), ['backtest_id', 'log_odds'], unique=False)
        batch_op.create_index(batch_op.f('ix_backtest_scores_lead_id'), ['lead_id'], unique=False)

    op.create_table('decision_standings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('lead_id', sa.Integer(), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('standing', sa.Enum('unknown', 'opposed', 'neutral', 'supportive', 'approved', name='past_standing', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('known_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], name=op.f('fk_decision_standings_lead_id_leads'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_decision_standings_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision_standings'))
    )
    with op.batch_alter_table('decision_standings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_decision_standings_lead_id_known_at'), ['lead_id', 'known_at'], unique=False)

    op.create_table('score_overrides',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('lead_id', sa.Integer(), nullable=False),
    sa.Column('chance', sa.Double(), nullable=False),
    sa.Column('chance_then', sa.Double(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_by', sa.Text(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.Text(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('chance BETWEEN 0 AND 1', name=op.f('ck_score_overrides_chance')),
    sa.ForeignKeyConstraint(['created_by_id'], ['users.id'], name=op.f('fk_score_overrides_created_by_id_users')),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], name=op.f('fk_score_overrides_lead_id_leads'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_score_overrides_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_score_overrides')),
    sa.UniqueConstraint('public_id', name=op.f('uq_score_overrides_public_id'))
    )
    op.execute(
        "INSERT INTO decision_standings (lead_id, step, standing, known_at, team_id)"
        " SELECT lead_id, id, standing, recorded_at, team_id FROM decision_steps"
    )
    with op.batch_alter_table('score_overrides', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_score_overrides_lead_id_created_at'), ['lead_id', 'created_at'], unique=False)
        batch_op.create_index('uq_score_overrides_open', ['lead_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    _add_moment('citations')

    with op.batch_alter_table('interaction_participants', schema=None) as batch_op:
        batch_op.add_column(sa.Column('seniority', sa.String(32), nullable=True))
        batch_op.add_column(sa.Column('known_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint(batch_op.f('ck_interaction_participants_seniority_then'), "seniority IN ('executive', 'senior_managing', 'managing', 'director', 'division_head', 'department_head', 'section_head', 'staff')")
    # Their rank today is the best guess at what it was.
    op.execute(
        "UPDATE interaction_participants SET seniority = (SELECT contacts.seniority FROM contacts"
        " WHERE contacts.id = interaction_participants.contact_id)"
    )

    _add_moment('lead_parties')

    with op.batch_alter_table('leads', schema=None) as batch_op:
        batch_op.add_column(sa.Column('size_place', sa.Double(), nullable=True))

    with op.batch_alter_table('model_versions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('scorecard_number', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('libraries', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('published_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('published_by', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('refused_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('note', sa.Text(), nullable=True))

    with op.batch_alter_table('scores', schema=None) as batch_op:
        batch_op.alter_column('version_id',
               existing_type=sa.INTEGER(),
               nullable=True)



def downgrade() -> None:
    # An earlier version knows no score without a model.
    op.execute("DELETE FROM scores WHERE version_id IS NULL")
    with op.batch_alter_table('scores', schema=None) as batch_op:
        batch_op.alter_column('version_id',
               existing_type=sa.INTEGER(),
               nullable=False)

    with op.batch_alter_table('model_versions', schema=None) as batch_op:
        batch_op.drop_column('note')
        batch_op.drop_column('refused_at')
        batch_op.drop_column('published_by')
        batch_op.drop_column('published_at')
        batch_op.drop_column('libraries')
        batch_op.drop_column('scorecard_number')

    with op.batch_alter_table('leads', schema=None) as batch_op:
        batch_op.drop_column('size_place')

    with op.batch_alter_table('lead_parties', schema=None) as batch_op:
        batch_op.drop_column('known_at')

    with op.batch_alter_table('interaction_participants', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_interaction_participants_seniority_then'), type_='check')
        batch_op.drop_column('known_at')
        batch_op.drop_column('seniority')

    with op.batch_alter_table('citations', schema=None) as batch_op:
        batch_op.drop_column('known_at')

    with op.batch_alter_table('score_overrides', schema=None) as batch_op:
        batch_op.drop_index('uq_score_overrides_open', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_score_overrides_lead_id_created_at'))

    op.drop_table('score_overrides')
    with op.batch_alter_table('decision_standings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_decision_standings_lead_id_known_at'))

    op.drop_table('decision_standings')
    with op.batch_alter_table('backtest_scores', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_backtest_scores_lead_id'))
        batch_op.drop_index(batch_op.f('ix_backtest_scores_backtest_id_log_odds'))

    op.drop_table('backtest_scores')
    op.drop_table('scorecard_versions')
    with op.batch_alter_table('backtests', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_backtests_asked_at'))

    op.drop_table('backtests')
    op.drop_table('score_settings')


def _add_moment(table: str) -> None:
    """Add `known_at`; of what stands it is the last change of its lead, or this moment."""
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.add_column(sa.Column('known_at', sa.DateTime(timezone=True), nullable=True))
    op.execute(
        f"UPDATE {table} SET known_at = COALESCE((SELECT leads.changed_at FROM leads"
        f" WHERE leads.id = {table}.lead_id), CURRENT_TIMESTAMP)"
    )
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.alter_column('known_at', existing_type=sa.DateTime(timezone=True), nullable=False)
