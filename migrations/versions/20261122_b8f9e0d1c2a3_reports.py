"""What reports keep: saved ones, editions, subscriptions, rates; views of lists; attachments.

Revision ID: b8f9e0d1c2a3
Revises: a7e8f9d0b1c2
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op


revision = 'b8f9e0d1c2a3'
down_revision = 'a7e8f9d0b1c2'
branch_labels = None
depends_on = None

KINDS = ("red_flag", "case_late", "embargo_over")


def upgrade() -> None:
    _allow_kinds((*KINDS, "report"))
    op.create_table('exchange_rates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('target', sa.String(length=3), nullable=False),
    sa.Column('stated_on', sa.Date(), nullable=False),
    sa.Column('rate', sa.Double(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('entered_by', sa.Text(), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint('rate > 0', name=op.f('ck_exchange_rates_rate')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exchange_rates')),
    sa.UniqueConstraint('currency', 'target', 'stated_on', name=op.f('uq_exchange_rates_currency_target_stated_on')),
    sa.UniqueConstraint('public_id', name=op.f('uq_exchange_rates_public_id'))
    )
    op.create_table('forecasts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('is_own', sa.Boolean(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('basis', sa.String(length=32), nullable=False),
    sa.Column('model_number', sa.Integer(), nullable=True),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_forecasts')),
    sa.UniqueConstraint('day', 'is_own', name=op.f('uq_forecasts_day_is_own'))
    )
    op.create_table('report_editions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('audience', sa.Enum('council', 'closed', 'director', name='audience', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('params', sa.JSON(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('compare_on', sa.Date(), nullable=True),
    sa.Column('office_id', sa.Integer(), nullable=True),
    sa.Column('opening', sa.Text(), nullable=True),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('model_number', sa.Integer(), nullable=True),
    sa.Column('is_public', sa.Boolean(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_by_id', sa.Integer(), nullable=True),
    sa.Column('published_by', sa.Text(), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_report_editions_office_id_offices')),
    sa.ForeignKeyConstraint(['published_by_id'], ['users.id'], name=op.f('fk_report_editions_published_by_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_editions')),
    sa.UniqueConstraint('public_id', name=op.f('uq_report_editions_public_id'))
    )
    with op.batch_alter_table('report_editions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_editions_kind_as_of'), ['kind', 'as_of'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_editions_published_at'), ['published_at'], unique=False)

    op.create_table('saved_reports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('params', sa.JSON(), nullable=False),
    sa.Column('is_shared', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_saved_reports_owner_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_reports')),
    sa.UniqueConstraint('owner_id', 'name', name=op.f('uq_saved_reports_owner_id_name')),
    sa.UniqueConstraint('public_id', name=op.f('uq_saved_reports_public_id'))
    )
    op.create_table('saved_views',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=40), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('query', sa.Text(), nullable=False),
    sa.Column('is_shared', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_saved_views_owner_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_views')),
    sa.UniqueConstraint('owner_id', 'place', 'name', name=op.f('uq_saved_views_owner_id_place_name')),
    sa.UniqueConstraint('public_id', name=op.f('uq_saved_views_public_id'))
    )
    with op.batch_alter_table('saved_views', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_saved_views_place_is_shared'), ['place', 'is_shared'], unique=False)

    op.create_table('mail_attachments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mail_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['mail_id'], ['outgoing_mails.id'], name=op.f('fk_mail_attachments_mail_id_outgoing_mails'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_attachments'))
    )
    with op.batch_alter_table('mail_attachments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mail_attachments_mail_id'), ['mail_id'], unique=False)

    op.create_table('report_subscriptions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('rhythm', sa.Enum('weekly', 'monthly', 'quarterly', name='rhythm', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=True),
    sa.Column('format', sa.Enum('pdf', 'xlsx', 'csv', name='report_format', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('is_active', sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Text(), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint('weekday BETWEEN 0 AND 6', name=op.f('ck_report_subscriptions_weekday')),
    sa.ForeignKeyConstraint(['report_id'], ['saved_reports.id'], name=op.f('fk_report_subscriptions_report_id_saved_reports'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_report_subscriptions_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_subscriptions')),
    sa.UniqueConstraint('public_id', name=op.f('uq_report_subscriptions_public_id')),
    sa.UniqueConstraint('report_id', 'user_id', name=op.f('uq_report_subscriptions_report_id_user_id'))
    )
    with op.batch_alter_table('report_subscriptions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_subscriptions_is_active_next_at'), ['is_active', 'next_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_subscriptions_report_id'), ['report_id'], unique=False)

    op.create_table('report_sendings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('subscription_id', sa.Integer(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'handed_over', 'failed', name='sending_state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('attempt_count', sa.Integer(), server_default='0', nullable=False),
    sa.Column('retry_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('problem', sa.Text(), nullable=True),
    sa.Column('mail_id', sa.Integer(), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['mail_id'], ['outgoing_mails.id'], name=op.f('fk_report_sendings_mail_id_outgoing_mails'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['subscription_id'], ['report_subscriptions.id'], name=op.f('fk_report_sendings_subscription_id_report_subscriptions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_sendings')),
    sa.UniqueConstraint('subscription_id', 'due_at', name=op.f('uq_report_sendings_subscription_id_due_at'))
    )
    with op.batch_alter_table('report_sendings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_sendings_mail_id'), ['mail_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_sendings_state_retry_at'), ['state', 'retry_at'], unique=False)



def downgrade() -> None:
    # An earlier version has no place for letters that bring a report.
    op.execute("DELETE FROM outgoing_mails WHERE kind = 'report'")
    _allow_kinds(KINDS)
    with op.batch_alter_table('report_sendings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_sendings_state_retry_at'))
        batch_op.drop_index(batch_op.f('ix_report_sendings_mail_id'))

    op.drop_table('report_sendings')
    with op.batch_alter_table('report_subscriptions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_subscriptions_report_id'))
        batch_op.drop_index(batch_op.f('ix_report_subscriptions_is_active_next_at'))

    op.drop_table('report_subscriptions')
    with op.batch_alter_table('mail_attachments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mail_attachments_mail_id'))

    op.drop_table('mail_attachments')
    with op.batch_alter_table('saved_views', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_saved_views_place_is_shared'))

    op.drop_table('saved_views')
    op.drop_table('saved_reports')
    with op.batch_alter_table('report_editions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_editions_published_at'))
        batch_op.drop_index(batch_op.f('ix_report_editions_kind_as_of'))

    op.drop_table('report_editions')
    op.drop_table('forecasts')
    op.drop_table('exchange_rates')


def _allow_kinds(codes: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{code}'" for code in codes)
    with op.batch_alter_table("outgoing_mails") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_outgoing_mails_mail_kind"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_outgoing_mails_mail_kind"), f"kind IN ({listed})"
        )
