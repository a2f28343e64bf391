"""Field work: missions, company visits, announcements and what stands behind them.

Revision ID: f6d7c8b9a0e1
Revises: e5c6b7a8f9d0
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op


revision = 'f6d7c8b9a0e1'
down_revision = 'e5c6b7a8f9d0'
branch_labels = None
depends_on = None

KINDS = ("organization", "contact", "lead", "interaction", "mission", "announcement")
NEW_KINDS = ("agreement", "statistic")
BELONGS = "lead_id IS NOT NULL OR interaction_id IS NOT NULL OR organization_id IS NOT NULL"
# What an earlier version has no place for goes with this one.
LATER = (
    ("search_entries", "kind IN ('agreement', 'statistic')"),
    ("claims", "agreement_id IS NOT NULL AND organization_id IS NULL AND mission_id IS NULL AND announcement_id IS NULL"),
    ("stored_files", f"NOT ({BELONGS})"),
)


def upgrade() -> None:
    op.create_table('letter_templates',
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'language', name=op.f('pk_letter_templates'))
    )
    op.create_table('properties',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=120), nullable=True),
    sa.Column('kind', sa.Enum('land', 'building', name='property_kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), nullable=True),
    sa.Column('city', sa.Text(), nullable=True),
    sa.Column('land_m2', sa.Double(), nullable=True),
    sa.Column('building_m2', sa.Double(), nullable=True),
    sa.Column('power_kw', sa.Integer(), nullable=True),
    sa.Column('zoning', sa.Text(), nullable=True),
    sa.Column('price_amount', sa.BigInteger(), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=True),
    sa.Column('available_from', sa.Date(), nullable=True),
    sa.Column('source', sa.Text(), nullable=True),
    sa.Column('as_of', sa.Date(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('is_available', sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('is_demo', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_properties')),
    sa.UniqueConstraint('public_id', name=op.f('uq_properties_public_id'))
    )
    with op.batch_alter_table('properties', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_properties_kind_is_available'), ['kind', 'is_available'], unique=False)
        batch_op.create_index(batch_op.f('ix_properties_name_public_id'), ['name', 'public_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_properties_reference'), ['reference'], unique=False)

    op.create_table('questionnaire_versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('is_current', sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_questionnaire_versions')),
    sa.UniqueConstraint('key', 'number', name=op.f('uq_questionnaire_versions_key_number'))
    )
    op.create_table('office_closures',
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=False),
    sa.Column('name', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_office_closures_office_id_offices'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('office_id', 'closed_on', name=op.f('pk_office_closures'))
    )
    op.create_table('statistics',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=True),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('sector_id', sa.Integer(), nullable=True),
    sa.Column('amount', sa.Double(), nullable=True),
    sa.Column('upper', sa.Double(), nullable=True),
    sa.Column('qualifier', sa.Enum('exact', 'approximate', 'at_least', 'at_most', 'between', 'not_disclosed', name='qualifier', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('unit', sa.Text(), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=True),
    sa.Column('as_printed', sa.Text(), nullable=True),
    sa.Column('year', sa.Integer(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('source', sa.Text(), nullable=True),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('is_demo', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_statistics_document_id_documents')),
    sa.ForeignKeyConstraint(['sector_id'], ['sectors.id'], name=op.f('fk_statistics_sector_id_sectors')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statistics')),
    sa.UniqueConstraint('public_id', name=op.f('uq_statistics_public_id'))
    )
    with op.batch_alter_table('statistics', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_statistics_country_year'), ['country', 'year'], unique=False)
        batch_op.create_index(batch_op.f('ix_statistics_title_public_id'), ['title', 'public_id'], unique=False)

    op.create_table('bre_settings',
    sa.Column('office_id', sa.Integer(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('backup_id', sa.Integer(), nullable=True),
    sa.Column('manager_id', sa.Integer(), nullable=True),
    sa.Column('red_reply_days', sa.Integer(), server_default='2', nullable=False),
    sa.Column('red_plan_days', sa.Integer(), server_default='5', nullable=False),
    sa.Column('red_close_days', sa.Integer(), server_default='30', nullable=False),
    sa.Column('yellow_reply_days', sa.Integer(), server_default='5', nullable=False),
    sa.Column('green_reply_days', sa.Integer(), server_default='5', nullable=False),
    sa.ForeignKeyConstraint(['backup_id'], ['users.id'], name=op.f('fk_bre_settings_backup_id_users')),
    sa.ForeignKeyConstraint(['manager_id'], ['users.id'], name=op.f('fk_bre_settings_manager_id_users')),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_bre_settings_office_id_offices'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_bre_settings_owner_id_users')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_bre_settings_team_id_teams')),
    sa.PrimaryKeyConstraint('office_id', name=op.f('pk_bre_settings'))
    )
    op.create_table('outgoing_mails',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('red_flag', 'case_late', 'embargo_over', name='mail_kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('to_address', sa.Text(), nullable=True),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('next_try_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_outgoing_mails_user_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outgoing_mails')),
    sa.UniqueConstraint('public_id', name=op.f('uq_outgoing_mails_public_id'))
    )
    with op.batch_alter_table('outgoing_mails', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outgoing_mails_user_id'), ['user_id'], unique=False)
        batch_op.create_index('ix_outgoing_mails_waiting', ['next_try_at'], unique=False, sqlite_where=sa.text('sent_at IS NULL'), postgresql_where=sa.text('sent_at IS NULL'))

    op.create_table('mission_costs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mission_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('budget_amount', sa.BigInteger(), nullable=True),
    sa.Column('cost_amount', sa.BigInteger(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['mission_id'], ['missions.id'], name=op.f('fk_mission_costs_mission_id_missions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mission_costs')),
    sa.UniqueConstraint('public_id', name=op.f('uq_mission_costs_public_id'))
    )
    with op.batch_alter_table('mission_costs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mission_costs_mission_id'), ['mission_id'], unique=False)

    op.create_table('mission_programmes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mission_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('led_by', sa.Text(), nullable=True),
    sa.Column('sector_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_mission_programmes_document_id_documents')),
    sa.ForeignKeyConstraint(['mission_id'], ['missions.id'], name=op.f('fk_mission_programmes_mission_id_missions'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sector_id'], ['sectors.id'], name=op.f('fk_mission_programmes_sector_id_sectors')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mission_programmes')),
    sa.UniqueConstraint('public_id', name=op.f('uq_mission_programmes_public_id'))
    )
    with op.batch_alter_table('mission_programmes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mission_programmes_mission_id'), ['mission_id'], unique=False)

    op.create_table('mission_sectors',
    sa.Column('mission_id', sa.Integer(), nullable=False),
    sa.Column('sector_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['mission_id'], ['missions.id'], name=op.f('fk_mission_sectors_mission_id_missions'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sector_id'], ['sectors.id'], name=op.f('fk_mission_sectors_sector_id_sectors'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('mission_id', 'sector_id', name=op.f('pk_mission_sectors'))
    )
    with op.batch_alter_table('mission_sectors', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mission_sectors_sector_id'), ['sector_id'], unique=False)

    op.create_table('delegates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mission_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=True),
    sa.Column('role', sa.Enum('lead', 'co_lead', 'member', 'adviser', 'interpreter', 'organizer', name='delegate_role', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('attendance', sa.Enum('invited', 'accepted', 'declined', 'came', 'absent', name='attendance', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('contact_id', sa.Integer(), nullable=True),
    sa.Column('organization_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('is_demo', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_delegates_contact_id_contacts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_delegates_document_id_documents')),
    sa.ForeignKeyConstraint(['mission_id'], ['missions.id'], name=op.f('fk_delegates_mission_id_missions'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_delegates_organization_id_organizations'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_delegates_user_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delegates')),
    sa.UniqueConstraint('public_id', name=op.f('uq_delegates_public_id'))
    )
    with op.batch_alter_table('delegates', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delegates_contact_id'), ['contact_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_delegates_mission_id'), ['mission_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_delegates_organization_id'), ['organization_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_delegates_user_id'), ['user_id'], unique=False)

    op.create_table('peer_references',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('contact_id', sa.Integer(), nullable=True),
    sa.Column('willingness', sa.Enum('yes', 'ask_first', 'no', name='willingness', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('said_on', sa.Date(), nullable=True),
    sa.Column('languages', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('is_demo', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_peer_references_contact_id_contacts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_peer_references_document_id_documents')),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_peer_references_organization_id_organizations'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_peer_references_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_peer_references')),
    sa.UniqueConstraint('organization_id', name=op.f('uq_peer_references_organization_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_peer_references_public_id'))
    )
    with op.batch_alter_table('peer_references', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_peer_references_contact_id'), ['contact_id'], unique=False)

    op.create_table('site_searches',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('lead_id', sa.Integer(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=True),
    sa.Column('requirements', sa.Text(), nullable=True),
    sa.Column('land_m2', sa.Double(), nullable=True),
    sa.Column('building_m2', sa.Double(), nullable=True),
    sa.Column('power_kw', sa.Integer(), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('time_zone', sa.String(length=64), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('result', sa.Enum('shortlisted', 'visit', 'chosen', 'eliminated', 'no_answer', name='search_result', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('result_reason', sa.Text(), nullable=True),
    sa.Column('result_on', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('is_demo', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], name=op.f('fk_site_searches_lead_id_leads'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_site_searches_owner_id_users')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_site_searches_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site_searches')),
    sa.UniqueConstraint('public_id', name=op.f('uq_site_searches_public_id'))
    )
    with op.batch_alter_table('site_searches', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_site_searches_lead_id'), ['lead_id'], unique=False)
        batch_op.create_index('ix_site_searches_open', ['due_at'], unique=False, sqlite_where=sa.text('result IS NULL'), postgresql_where=sa.text('result IS NULL'))
        batch_op.create_index(batch_op.f('ix_site_searches_owner_id'), ['owner_id'], unique=False)

    op.create_table('agenda_items',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mission_id', sa.Integer(), nullable=False),
    sa.Column('programme_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('meeting', 'briefing', 'roundtable', 'signing', 'lunch', 'reception', 'site_visit', 'bre_call', 'series', name='agenda_kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('standing', sa.Enum('asked', 'offered', 'confirmed', 'moved', 'cancelled', 'no_show', 'held', name='agenda_standing', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=True),
    sa.Column('lead_id', sa.Integer(), nullable=True),
    sa.Column('interaction_id', sa.Integer(), nullable=True),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('time_zone', sa.String(length=64), nullable=True),
    sa.Column('happens_on', sa.Date(), nullable=True),
    sa.Column('happens_precision', sa.Enum('day', 'month', 'quarter', 'year', 'unknown', name='precision', native_enum=False, create_constraint=True, length=32), server_default='unknown', nullable=False),
    sa.Column('happens_as_printed', sa.Text(), nullable=True),
    sa.Column('count', sa.Integer(), nullable=True),
    sa.Column('count_qualifier', sa.Enum('exact', 'approximate', 'at_least', 'at_most', 'between', 'not_disclosed', name='count_qualifier', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('count_as_printed', sa.Text(), nullable=True),
    sa.Column('guest_count', sa.Integer(), nullable=True),
    sa.Column('guest_qualifier', sa.Enum('exact', 'approximate', 'at_least', 'at_most', 'between', 'not_disclosed', name='guest_qualifier', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('guests_as_printed', sa.Text(), nullable=True),
    sa.Column('place', sa.Text(), nullable=True),
    sa.Column('video_link', sa.Text(), nullable=True),
    sa.Column('interpreter_need', sa.Enum('none', 'consecutive', 'simultaneous', name='interpreter_need', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('interpreter_languages', sa.Text(), nullable=True),
    sa.Column('interpreter_provider', sa.Text(), nullable=True),
    sa.Column('interpreter_cost_amount', sa.BigInteger(), nullable=True),
    sa.Column('is_interpreter_briefed', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('protocol_notes', sa.Text(), nullable=True),
    sa.Column('talking_points', sa.Text(), nullable=True),
    sa.Column('purpose', sa.Text(), nullable=True),
    sa.Column('outcome', sa.Enum('advanced', 'interested', 'later', 'no_interest', 'relationship', name='agenda_outcome', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('outcome_note', sa.Text(), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('is_demo', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_agenda_items_document_id_documents')),
    sa.ForeignKeyConstraint(['interaction_id'], ['interactions.id'], name=op.f('fk_agenda_items_interaction_id_interactions'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], name=op.f('fk_agenda_items_lead_id_leads'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['mission_id'], ['missions.id'], name=op.f('fk_agenda_items_mission_id_missions'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_agenda_items_organization_id_organizations'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_agenda_items_owner_id_users')),
    sa.ForeignKeyConstraint(['programme_id'], ['mission_programmes.id'], name=op.f('fk_agenda_items_programme_id_mission_programmes'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_agenda_items_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_items')),
    sa.UniqueConstraint('public_id', name=op.f('uq_agenda_items_public_id'))
    )
    with op.batch_alter_table('agenda_items', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agenda_items_interaction_id'), ['interaction_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_agenda_items_lead_id'), ['lead_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_agenda_items_mission_id_starts_at'), ['mission_id', 'starts_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_agenda_items_organization_id'), ['organization_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_agenda_items_programme_id'), ['programme_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_agenda_items_starts_at'), ['starts_at'], unique=False)

    op.create_table('agreements',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('trade_agreement', 'mou', 'committee', 'strategy', name='agreement_kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('short_name', sa.Text(), nullable=True),
    sa.Column('scope', sa.Text(), nullable=True),
    sa.Column('effective_on', sa.Date(), nullable=True),
    sa.Column('effective_precision', sa.Enum('day', 'month', 'quarter', 'year', 'unknown', name='precision', native_enum=False, create_constraint=True, length=32), server_default='unknown', nullable=False),
    sa.Column('effective_as_printed', sa.Text(), nullable=True),
    sa.Column('signed_on', sa.Date(), nullable=True),
    sa.Column('signed_precision', sa.Enum('day', 'month', 'quarter', 'year', 'unknown', name='signed_precision', native_enum=False, create_constraint=True, length=32), server_default='unknown', nullable=False),
    sa.Column('signed_as_printed', sa.Text(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('url', sa.Text(), nullable=True),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('announcement_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('is_demo', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['announcement_id'], ['announcements.id'], name=op.f('fk_agreements_announcement_id_announcements'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_agreements_document_id_documents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreements')),
    sa.UniqueConstraint('public_id', name=op.f('uq_agreements_public_id'))
    )
    with op.batch_alter_table('agreements', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agreements_announcement_id'), ['announcement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_agreements_name_public_id'), ['name', 'public_id'], unique=False)

    op.create_table('announcement_drafts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('announcement_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=True),
    sa.Column('written_by_id', sa.Integer(), nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['announcement_id'], ['announcements.id'], name=op.f('fk_announcement_drafts_announcement_id_announcements'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_announcement_drafts_team_id_teams')),
    sa.ForeignKeyConstraint(['written_by_id'], ['users.id'], name=op.f('fk_announcement_drafts_written_by_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement_drafts')),
    sa.UniqueConstraint('announcement_id', 'number', name=op.f('uq_announcement_drafts_announcement_id_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_announcement_drafts_public_id'))
    )
    op.create_table('announcement_sources',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('announcement_id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('outlet', sa.Text(), nullable=True),
    sa.Column('title', sa.Text(), nullable=True),
    sa.Column('url', sa.Text(), nullable=True),
    sa.Column('language', sa.String(length=12), nullable=True),
    sa.Column('published_on', sa.Date(), nullable=True),
    sa.Column('published_precision', sa.Enum('day', 'month', 'quarter', 'year', 'unknown', name='precision', native_enum=False, create_constraint=True, length=32), server_default='unknown', nullable=False),
    sa.Column('published_as_printed', sa.Text(), nullable=True),
    sa.Column('is_preferred', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['announcement_id'], ['announcements.id'], name=op.f('fk_announcement_sources_announcement_id_announcements'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_announcement_sources_document_id_documents')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_announcement_sources_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement_sources')),
    sa.UniqueConstraint('public_id', name=op.f('uq_announcement_sources_public_id'))
    )
    with op.batch_alter_table('announcement_sources', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_announcement_sources_announcement_id'), ['announcement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_announcement_sources_document_id'), ['document_id'], unique=False)

    op.create_table('bre_calls',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('site_id', sa.Integer(), nullable=True),
    sa.Column('mission_id', sa.Integer(), nullable=True),
    sa.Column('interaction_id', sa.Integer(), nullable=True),
    sa.Column('office_id', sa.Integer(), nullable=True),
    sa.Column('questionnaire_id', sa.Integer(), nullable=True),
    sa.Column('season', sa.Integer(), nullable=True),
    sa.Column('standing', sa.Enum('asked', 'booked', 'done', 'declined', name='bre_standing', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('asked_on', sa.Date(), nullable=True),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('time_zone', sa.String(length=64), nullable=True),
    sa.Column('visited_on', sa.Date(), nullable=True),
    sa.Column('visited_precision', sa.Enum('day', 'month', 'quarter', 'year', 'unknown', name='precision', native_enum=False, create_constraint=True, length=32), server_default='day', nullable=False),
    sa.Column('visited_as_printed', sa.Text(), nullable=True),
    sa.Column('topic', sa.Text(), nullable=True),
    sa.Column('declined_reason', sa.Text(), nullable=True),
    sa.Column('interviewer_id', sa.Integer(), nullable=True),
    sa.Column('language', sa.String(length=12), nullable=True),
    sa.Column('sheet_sent_on', sa.Date(), nullable=True),
    sa.Column('in_confidence', sa.Enum('no', 'implicit', 'explicit', name='in_confidence', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('share_consent', sa.Enum('yes', 'no', 'ask_first', name='share_consent', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('name_consent', sa.Enum('yes', 'no', 'ask_first', name='name_consent', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('next_contact_on', sa.Date(), nullable=True),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('is_demo', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_bre_calls_document_id_documents')),
    sa.ForeignKeyConstraint(['interaction_id'], ['interactions.id'], name=op.f('fk_bre_calls_interaction_id_interactions'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['interviewer_id'], ['users.id'], name=op.f('fk_bre_calls_interviewer_id_users')),
    sa.ForeignKeyConstraint(['mission_id'], ['missions.id'], name=op.f('fk_bre_calls_mission_id_missions'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_bre_calls_office_id_offices')),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_bre_calls_organization_id_organizations'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['questionnaire_id'], ['questionnaire_versions.id'], name=op.f('fk_bre_calls_questionnaire_id_questionnaire_versions')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_bre_calls_site_id_sites'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_bre_calls_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bre_calls')),
    sa.UniqueConstraint('public_id', name=op.f('uq_bre_calls_public_id'))
    )
    with op.batch_alter_table('bre_calls', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bre_calls_interaction_id'), ['interaction_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bre_calls_interviewer_id'), ['interviewer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bre_calls_mission_id'), ['mission_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bre_calls_office_id'), ['office_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bre_calls_organization_id_visited_on'), ['organization_id', 'visited_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_bre_calls_questionnaire_id'), ['questionnaire_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bre_calls_season_standing'), ['season', 'standing'], unique=False)
        batch_op.create_index(batch_op.f('ix_bre_calls_site_id'), ['site_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bre_calls_starts_at'), ['starts_at'], unique=False)

    op.create_table('commitments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('announcement_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('investment', 'jobs_new', 'jobs_retained', 'market_share', 'term', 'royalties', 'intellectual_property', 'product', 'localization', 'other', name='commitment_kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('amount', sa.Double(), nullable=True),
    sa.Column('upper', sa.Double(), nullable=True),
    sa.Column('qualifier', sa.Enum('exact', 'approximate', 'at_least', 'at_most', 'between', 'not_disclosed', name='qualifier', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('unit', sa.Text(), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=True),
    sa.Column('is_joint', sa.Boolean(), nullable=True),
    sa.Column('as_printed', sa.Text(), nullable=True),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['announcement_id'], ['announcements.id'], name=op.f('fk_commitments_announcement_id_announcements'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_commitments_document_id_documents')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_commitments_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commitments')),
    sa.UniqueConstraint('public_id', name=op.f('uq_commitments_public_id'))
    )
    with op.batch_alter_table('commitments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_commitments_announcement_id'), ['announcement_id'], unique=False)

    op.create_table('reference_requests',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference_id', sa.Integer(), nullable=False),
    sa.Column('lead_id', sa.Integer(), nullable=True),
    sa.Column('asked_on', sa.Date(), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('outcome', sa.Enum('gave', 'declined', 'no_answer', name='reference_outcome', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('is_demo', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['asked_by_id'], ['users.id'], name=op.f('fk_reference_requests_asked_by_id_users')),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], name=op.f('fk_reference_requests_lead_id_leads'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['reference_id'], ['peer_references.id'], name=op.f('fk_reference_requests_reference_id_peer_references'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_reference_requests_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reference_requests')),
    sa.UniqueConstraint('public_id', name=op.f('uq_reference_requests_public_id'))
    )
    with op.batch_alter_table('reference_requests', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reference_requests_lead_id'), ['lead_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reference_requests_reference_id'), ['reference_id'], unique=False)

    op.create_table('search_parts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('search_id', sa.Integer(), nullable=False),
    sa.Column('owed_by', sa.Enum('planning', 'utilities', 'college', 'finance', 'us', 'other', name='part_owner', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('person', sa.Text(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('received_on', sa.Date(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['search_id'], ['site_searches.id'], name=op.f('fk_search_parts_search_id_site_searches'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_search_parts_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_parts')),
    sa.UniqueConstraint('public_id', name=op.f('uq_search_parts_public_id'))
    )
    with op.batch_alter_table('search_parts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_search_parts_due_on'), ['due_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_search_parts_search_id'), ['search_id'], unique=False)

    op.create_table('search_sendings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('search_id', sa.Integer(), nullable=False),
    sa.Column('sent_on', sa.Date(), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('sent_to', sa.Text(), nullable=True),
    sa.Column('is_answer', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('sent_by_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['search_id'], ['site_searches.id'], name=op.f('fk_search_sendings_search_id_site_searches'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sent_by_id'], ['users.id'], name=op.f('fk_search_sendings_sent_by_id_users')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_search_sendings_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_sendings')),
    sa.UniqueConstraint('public_id', name=op.f('uq_search_sendings_public_id'))
    )
    with op.batch_alter_table('search_sendings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_search_sendings_search_id'), ['search_id'], unique=False)

    op.create_table('site_offers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('search_id', sa.Integer(), nullable=False),
    sa.Column('property_id', sa.Integer(), nullable=False),
    sa.Column('result', sa.Enum('shortlisted', 'visit', 'chosen', 'eliminated', 'no_answer', name='search_result', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['property_id'], ['properties.id'], name=op.f('fk_site_offers_property_id_properties'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['search_id'], ['site_searches.id'], name=op.f('fk_site_offers_search_id_site_searches'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_site_offers_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site_offers')),
    sa.UniqueConstraint('public_id', name=op.f('uq_site_offers_public_id')),
    sa.UniqueConstraint('search_id', 'property_id', name=op.f('uq_site_offers_search_id_property_id'))
    )
    with op.batch_alter_table('site_offers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_site_offers_property_id'), ['property_id'], unique=False)

    op.create_table('agenda_attendees',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('side', sa.Enum('ours', 'theirs', name='agenda_side', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('delegate_id', sa.Integer(), nullable=True),
    sa.Column('contact_id', sa.Integer(), nullable=True),
    sa.Column('organization_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('part', sa.Text(), nullable=True),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('delegate_id IS NOT NULL OR contact_id IS NOT NULL OR organization_id IS NOT NULL OR name IS NOT NULL', name=op.f('ck_agenda_attendees_somebody')),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_agenda_attendees_contact_id_contacts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['delegate_id'], ['delegates.id'], name=op.f('fk_agenda_attendees_delegate_id_delegates'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['item_id'], ['agenda_items.id'], name=op.f('fk_agenda_attendees_item_id_agenda_items'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_agenda_attendees_organization_id_organizations'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_agenda_attendees_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_attendees'))
    )
    with op.batch_alter_table('agenda_attendees', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agenda_attendees_contact_id'), ['contact_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_agenda_attendees_delegate_id'), ['delegate_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_agenda_attendees_item_id'), ['item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_agenda_attendees_organization_id'), ['organization_id'], unique=False)

    op.create_table('agenda_materials',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=True),
    sa.Column('is_ready', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['item_id'], ['agenda_items.id'], name=op.f('fk_agenda_materials_item_id_agenda_items'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_agenda_materials_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_materials')),
    sa.UniqueConstraint('public_id', name=op.f('uq_agenda_materials_public_id'))
    )
    with op.batch_alter_table('agenda_materials', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agenda_materials_item_id'), ['item_id'], unique=False)

    op.create_table('agenda_notes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['users.id'], name=op.f('fk_agenda_notes_author_id_users')),
    sa.ForeignKeyConstraint(['item_id'], ['agenda_items.id'], name=op.f('fk_agenda_notes_item_id_agenda_items'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_agenda_notes_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_notes')),
    sa.UniqueConstraint('item_id', 'author_id', name=op.f('uq_agenda_notes_item_id_author_id'))
    )
    with op.batch_alter_table('agenda_notes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agenda_notes_author_id'), ['author_id'], unique=False)

    op.create_table('agreement_countries',
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreements.id'], name=op.f('fk_agreement_countries_agreement_id_agreements'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('agreement_id', 'country', name=op.f('pk_agreement_countries'))
    )
    op.create_table('agreement_sectors',
    sa.Column('agreement_id', sa.Integer(), nullable=False),
    sa.Column('sector_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreements.id'], name=op.f('fk_agreement_sectors_agreement_id_agreements'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sector_id'], ['sectors.id'], name=op.f('fk_agreement_sectors_sector_id_sectors'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('agreement_id', 'sector_id', name=op.f('pk_agreement_sectors'))
    )
    with op.batch_alter_table('agreement_sectors', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agreement_sectors_sector_id'), ['sector_id'], unique=False)

    op.create_table('bre_answers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('part', sa.String(length=80), nullable=False),
    sa.Column('value', sa.JSON(), nullable=True),
    sa.Column('is_skipped', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('in_confidence', sa.Enum('no', 'implicit', 'explicit', name='in_confidence', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('confidence_note', sa.Text(), nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['answered_by_id'], ['users.id'], name=op.f('fk_bre_answers_answered_by_id_users')),
    sa.ForeignKeyConstraint(['call_id'], ['bre_calls.id'], name=op.f('fk_bre_answers_call_id_bre_calls'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_bre_answers_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bre_answers')),
    sa.UniqueConstraint('call_id', 'part', name=op.f('uq_bre_answers_call_id_part'))
    )
    op.create_table('bre_cases',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=True),
    sa.Column('office_id', sa.Integer(), nullable=True),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('backup_id', sa.Integer(), nullable=True),
    sa.Column('manager_id', sa.Integer(), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reply_due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('plan_due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('close_due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('replied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reply_note', sa.Text(), nullable=True),
    sa.Column('planned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('plan_note', sa.Text(), nullable=True),
    sa.Column('escalated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('escalated_for', sa.String(length=20), nullable=True),
    sa.Column('third_parties_consent', sa.Enum('yes', 'no', 'ask_first', name='third_parties_consent', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.Enum('retained', 'partly_retained', 'lost', 'referred', 'no_risk', name='case_outcome', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('outcome_note', sa.Text(), nullable=True),
    sa.Column('jobs_at_risk', sa.Integer(), nullable=True),
    sa.Column('jobs_retained', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('is_demo', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['backup_id'], ['users.id'], name=op.f('fk_bre_cases_backup_id_users')),
    sa.ForeignKeyConstraint(['call_id'], ['bre_calls.id'], name=op.f('fk_bre_cases_call_id_bre_calls'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['manager_id'], ['users.id'], name=op.f('fk_bre_cases_manager_id_users')),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_bre_cases_office_id_offices')),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_bre_cases_organization_id_organizations'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_bre_cases_owner_id_users')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_bre_cases_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bre_cases')),
    sa.UniqueConstraint('public_id', name=op.f('uq_bre_cases_public_id'))
    )
    with op.batch_alter_table('bre_cases', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bre_cases_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bre_cases_office_id'), ['office_id'], unique=False)
        batch_op.create_index('ix_bre_cases_open', ['reply_due_at'], unique=False, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.create_index(batch_op.f('ix_bre_cases_organization_id'), ['organization_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bre_cases_owner_id'), ['owner_id'], unique=False)

    op.create_table('cards',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('capture_key', sa.String(length=64), nullable=False),
    sa.Column('mission_id', sa.Integer(), nullable=True),
    sa.Column('item_id', sa.Integer(), nullable=True),
    sa.Column('taken_by_id', sa.Integer(), nullable=True),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('wish', sa.Enum('talk_again', 'send_something', 'keep', name='card_wish', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('standing', sa.Enum('taken', 'typed', 'sorted', name='card_standing', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('sorting', sa.Enum('lead', 'existing_lead', 'keep_in_touch', 'discard', name='card_sorting', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('front_id', sa.Integer(), nullable=True),
    sa.Column('back_id', sa.Integer(), nullable=True),
    sa.Column('contact_id', sa.Integer(), nullable=True),
    sa.Column('organization_id', sa.Integer(), nullable=True),
    sa.Column('interaction_id', sa.Integer(), nullable=True),
    sa.Column('lead_id', sa.Integer(), nullable=True),
    sa.Column('follow_up_id', sa.Integer(), nullable=True),
    sa.Column('typed_by_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('is_demo', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['back_id'], ['stored_files.id'], name=op.f('fk_cards_back_id_stored_files'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_cards_contact_id_contacts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['follow_up_id'], ['follow_ups.id'], name=op.f('fk_cards_follow_up_id_follow_ups'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['front_id'], ['stored_files.id'], name=op.f('fk_cards_front_id_stored_files'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['interaction_id'], ['interactions.id'], name=op.f('fk_cards_interaction_id_interactions'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['item_id'], ['agenda_items.id'], name=op.f('fk_cards_item_id_agenda_items'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], name=op.f('fk_cards_lead_id_leads'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['mission_id'], ['missions.id'], name=op.f('fk_cards_mission_id_missions'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_cards_organization_id_organizations'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['taken_by_id'], ['users.id'], name=op.f('fk_cards_taken_by_id_users')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_cards_team_id_teams')),
    sa.ForeignKeyConstraint(['typed_by_id'], ['users.id'], name=op.f('fk_cards_typed_by_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cards')),
    sa.UniqueConstraint('capture_key', name=op.f('uq_cards_capture_key')),
    sa.UniqueConstraint('public_id', name=op.f('uq_cards_public_id'))
    )
    with op.batch_alter_table('cards', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cards_back_id'), ['back_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cards_contact_id'), ['contact_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cards_follow_up_id'), ['follow_up_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cards_front_id'), ['front_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cards_interaction_id'), ['interaction_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cards_item_id'), ['item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cards_lead_id'), ['lead_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cards_mission_id'), ['mission_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cards_organization_id'), ['organization_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cards_standing_received_at'), ['standing', 'received_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_cards_taken_by_id'), ['taken_by_id'], unique=False)

    op.create_table('citations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agreement_id', sa.Integer(), nullable=True),
    sa.Column('statistic_id', sa.Integer(), nullable=True),
    sa.Column('lead_id', sa.Integer(), nullable=True),
    sa.Column('announcement_id', sa.Integer(), nullable=True),
    sa.Column('mission_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('agreement_id IS NOT NULL OR statistic_id IS NOT NULL', name=op.f('ck_citations_cites_something')),
    sa.CheckConstraint('lead_id IS NOT NULL OR announcement_id IS NOT NULL OR mission_id IS NOT NULL', name=op.f('ck_citations_cited_somewhere')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreements.id'], name=op.f('fk_citations_agreement_id_agreements'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['announcement_id'], ['announcements.id'], name=op.f('fk_citations_announcement_id_announcements'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], name=op.f('fk_citations_lead_id_leads'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['mission_id'], ['missions.id'], name=op.f('fk_citations_mission_id_missions'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['statistic_id'], ['statistics.id'], name=op.f('fk_citations_statistic_id_statistics'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_citations_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_citations'))
    )
    with op.batch_alter_table('citations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_citations_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_citations_announcement_id'), ['announcement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_citations_lead_id'), ['lead_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_citations_mission_id'), ['mission_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_citations_statistic_id'), ['statistic_id'], unique=False)

    op.create_table('draft_approvals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('draft_id', sa.Integer(), nullable=False),
    sa.Column('party', sa.Enum('company', 'province', 'mayor_office', 'communications', 'other', name='approval_party', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('is_agreed', sa.Boolean(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['draft_id'], ['announcement_drafts.id'], name=op.f('fk_draft_approvals_draft_id_announcement_drafts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['users.id'], name=op.f('fk_draft_approvals_recorded_by_id_users')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_draft_approvals_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft_approvals')),
    sa.UniqueConstraint('public_id', name=op.f('uq_draft_approvals_public_id'))
    )
    with op.batch_alter_table('draft_approvals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_draft_approvals_draft_id'), ['draft_id'], unique=False)

    op.create_table('gifts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mission_id', sa.Integer(), nullable=True),
    sa.Column('item_id', sa.Integer(), nullable=True),
    sa.Column('direction', sa.Enum('given', 'received', name='gift_direction', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=True),
    sa.Column('contact_id', sa.Integer(), nullable=True),
    sa.Column('person_name', sa.Text(), nullable=True),
    sa.Column('our_person', sa.Text(), nullable=True),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('value_amount', sa.BigInteger(), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=True),
    sa.Column('given_on', sa.Date(), nullable=True),
    sa.Column('disposition', sa.Text(), nullable=True),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('is_demo', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_gifts_contact_id_contacts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['item_id'], ['agenda_items.id'], name=op.f('fk_gifts_item_id_agenda_items'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['mission_id'], ['missions.id'], name=op.f('fk_gifts_mission_id_missions'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_gifts_organization_id_organizations'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['users.id'], name=op.f('fk_gifts_recorded_by_id_users')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_gifts_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gifts')),
    sa.UniqueConstraint('public_id', name=op.f('uq_gifts_public_id'))
    )
    with op.batch_alter_table('gifts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_gifts_contact_id'), ['contact_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_gifts_item_id'), ['item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_gifts_mission_id'), ['mission_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_gifts_organization_id'), ['organization_id'], unique=False)

    op.create_table('offered_times',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['item_id'], ['agenda_items.id'], name=op.f('fk_offered_times_item_id_agenda_items'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_offered_times_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offered_times'))
    )
    with op.batch_alter_table('offered_times', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_offered_times_item_id'), ['item_id'], unique=False)

    op.create_table('thank_yous',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mission_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=True),
    sa.Column('contact_id', sa.Integer(), nullable=True),
    sa.Column('person_name', sa.Text(), nullable=False),
    sa.Column('sender_id', sa.Integer(), nullable=True),
    sa.Column('sender_name', sa.Text(), nullable=True),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('honorific', sa.Text(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('is_demo', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_thank_yous_contact_id_contacts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['item_id'], ['agenda_items.id'], name=op.f('fk_thank_yous_item_id_agenda_items'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['mission_id'], ['missions.id'], name=op.f('fk_thank_yous_mission_id_missions'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sender_id'], ['users.id'], name=op.f('fk_thank_yous_sender_id_users')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_thank_yous_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_thank_yous')),
    sa.UniqueConstraint('mission_id', 'contact_id', name=op.f('uq_thank_yous_mission_id_contact_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_thank_yous_public_id'))
    )
    with op.batch_alter_table('thank_yous', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_thank_yous_contact_id'), ['contact_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_thank_yous_item_id'), ['item_id'], unique=False)

    op.create_table('bre_flags',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Integer(), nullable=False),
    sa.Column('rule', sa.String(length=60), nullable=False),
    sa.Column('rule_version', sa.Integer(), nullable=False),
    sa.Column('severity', sa.Enum('red', 'yellow', 'green', name='severity', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('axis', sa.Enum('risk', 'expansion', name='flag_axis', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('is_composed', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('evidence', sa.JSON(), nullable=False),
    sa.Column('standing', sa.Enum('open', 'confirmed', 'set_down', 'closed', name='flag_standing', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('set_down_reason', sa.Text(), nullable=True),
    sa.Column('judged_by_id', sa.Integer(), nullable=True),
    sa.Column('judged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('lead_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('is_demo', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['bre_calls.id'], name=op.f('fk_bre_flags_call_id_bre_calls'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['case_id'], ['bre_cases.id'], name=op.f('fk_bre_flags_case_id_bre_cases'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['judged_by_id'], ['users.id'], name=op.f('fk_bre_flags_judged_by_id_users')),
    sa.ForeignKeyConstraint(['lead_id'], ['leads.id'], name=op.f('fk_bre_flags_lead_id_leads'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_bre_flags_organization_id_organizations'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_bre_flags_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bre_flags')),
    sa.UniqueConstraint('call_id', 'rule', name=op.f('uq_bre_flags_call_id_rule')),
    sa.UniqueConstraint('public_id', name=op.f('uq_bre_flags_public_id'))
    )
    with op.batch_alter_table('bre_flags', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bre_flags_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bre_flags_lead_id'), ['lead_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bre_flags_organization_id'), ['organization_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bre_flags_rule'), ['rule'], unique=False)
        batch_op.create_index(batch_op.f('ix_bre_flags_standing_severity_raised_at'), ['standing', 'severity', 'raised_at'], unique=False)

    op.create_table('attributions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('announcement_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('introduced', 'helped', name='credit_role', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('credit', sa.Enum('full', 'shared', name='credit', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('share_percent', sa.Double(), nullable=True),
    sa.Column('organization_id', sa.Integer(), nullable=True),
    sa.Column('contact_id', sa.Integer(), nullable=True),
    sa.Column('office_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('quote', sa.Text(), nullable=True),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('token_hash', sa.String(length=64), nullable=True),
    sa.Column('link_language', sa.String(length=12), nullable=True),
    sa.Column('link_expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirmed_by', sa.Enum('link', 'email', 'letter', name='confirmed_by', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('confirmed_name', sa.Text(), nullable=True),
    sa.Column('declined_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('client_words', sa.Text(), nullable=True),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('organization_id IS NOT NULL OR contact_id IS NOT NULL OR office_id IS NOT NULL OR name IS NOT NULL', name=op.f('ck_attributions_somebody')),
    sa.CheckConstraint('share_percent BETWEEN 0 AND 100', name=op.f('ck_attributions_share')),
    sa.ForeignKeyConstraint(['announcement_id'], ['announcements.id'], name=op.f('fk_attributions_announcement_id_announcements'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['contact_id'], ['contacts.id'], name=op.f('fk_attributions_contact_id_contacts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_attributions_document_id_documents')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_files.id'], name=op.f('fk_attributions_file_id_stored_files'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['office_id'], ['offices.id'], name=op.f('fk_attributions_office_id_offices')),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_attributions_organization_id_organizations'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_attributions_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attributions')),
    sa.UniqueConstraint('public_id', name=op.f('uq_attributions_public_id')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_attributions_token_hash'))
    )
    with op.batch_alter_table('attributions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attributions_announcement_id'), ['announcement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attributions_contact_id'), ['contact_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attributions_file_id'), ['file_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attributions_office_id'), ['office_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attributions_organization_id'), ['organization_id'], unique=False)

    op.create_table('delivery_checks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('announcement_id', sa.Integer(), nullable=False),
    sa.Column('months', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('checked_on', sa.Date(), nullable=True),
    sa.Column('checked_by_id', sa.Integer(), nullable=True),
    sa.Column('landed_jobs', sa.Integer(), nullable=True),
    sa.Column('landed_amount', sa.BigInteger(), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=True),
    sa.Column('evidence', sa.Text(), nullable=True),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('public_id', sa.String(length=16), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['announcement_id'], ['announcements.id'], name=op.f('fk_delivery_checks_announcement_id_announcements'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['checked_by_id'], ['users.id'], name=op.f('fk_delivery_checks_checked_by_id_users')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_files.id'], name=op.f('fk_delivery_checks_file_id_stored_files'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_delivery_checks_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery_checks')),
    sa.UniqueConstraint('announcement_id', 'months', name=op.f('uq_delivery_checks_announcement_id_months')),
    sa.UniqueConstraint('public_id', name=op.f('uq_delivery_checks_public_id'))
    )
    with op.batch_alter_table('delivery_checks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delivery_checks_due_on'), ['due_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_delivery_checks_file_id'), ['file_id'], unique=False)

    with op.batch_alter_table('announcement_parties', schema=None) as batch_op:
        batch_op.add_column(sa.Column('part', sa.Text(), nullable=True))

    with op.batch_alter_table('announcements', schema=None) as batch_op:
        batch_op.add_column(sa.Column('public_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('release', sa.String(length=32), server_default='by_owner', nullable=False))
        batch_op.create_check_constraint(batch_op.f('ck_announcements_release'), "release IN ('by_owner', 'automatic')")
        batch_op.add_column(sa.Column('is_held', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('is_broken_early', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('release_note', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('owner_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('whose', sa.String(length=32), nullable=True))
        batch_op.create_check_constraint(batch_op.f('ck_announcements_whose'), "whose IN ('ours', 'shared', 'others')")
        batch_op.add_column(sa.Column('our_share_percent', sa.Double(), nullable=True))
        batch_op.add_column(sa.Column('is_made_on_mission', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('version', sa.Integer(), server_default='1', nullable=False))
        batch_op.create_index(batch_op.f('ix_announcements_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_announcements_public_at'), ['public_at'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_announcements_owner_id_users'), 'users', ['owner_id'], ['id'])

    with op.batch_alter_table('claims', schema=None) as batch_op:
        batch_op.add_column(sa.Column('agreement_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('topic', sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column('is_preferred', sa.Boolean(), nullable=True))
        batch_op.create_index(batch_op.f('ix_claims_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_claims_agreement_id_agreements'), 'agreements', ['agreement_id'], ['id'], ondelete='CASCADE')

    with op.batch_alter_table('lead_parties', schema=None) as batch_op:
        batch_op.add_column(sa.Column('contact_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('share_percent', sa.Double(), nullable=True))
        batch_op.create_index(batch_op.f('ix_lead_parties_contact_id'), ['contact_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_lead_parties_contact_id_contacts'), 'contacts', ['contact_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('mission_organizations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('role', sa.String(length=32), nullable=True))
        batch_op.create_check_constraint(batch_op.f('ck_mission_organizations_mission_part'), "role IN ('met', 'partner_office', 'intermediary', 'host', 'speaker', 'exhibitor', 'delegate')")

    with op.batch_alter_table('missions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('standing', sa.String(length=32), nullable=True))
        batch_op.create_check_constraint(batch_op.f('ck_missions_mission_standing'), "standing IN ('planned', 'under_way', 'completed', 'cancelled')")
        batch_op.add_column(sa.Column('is_fair', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('home_zone', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('market_zone', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('delegation_size', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('delegation_qualifier', sa.String(length=32), nullable=True))
        batch_op.create_check_constraint(batch_op.f('ck_missions_delegation_qualifier'), "delegation_qualifier IN ('exact', 'approximate', 'at_least', 'at_most', 'between', 'not_disclosed')")
        batch_op.add_column(sa.Column('delegation_as_printed', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('objectives', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('currency', sa.String(length=3), nullable=True))
        batch_op.add_column(sa.Column('owner_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('version', sa.Integer(), server_default='1', nullable=False))
        batch_op.create_index(batch_op.f('ix_missions_owner_id'), ['owner_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_missions_owner_id_users'), 'users', ['owner_id'], ['id'])

    with op.batch_alter_table('offices', schema=None) as batch_op:
        batch_op.add_column(sa.Column('calendar_place', sa.String(length=8), nullable=True))

    with op.batch_alter_table('search_entries', schema=None) as batch_op:
        batch_op.add_column(sa.Column('agreement_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('statistic_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_search_entries_agreement_id'), ['agreement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_search_entries_statistic_id'), ['statistic_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_search_entries_agreement_id_agreements'), 'agreements', ['agreement_id'], ['id'], ondelete='CASCADE')
        batch_op.create_foreign_key(batch_op.f('fk_search_entries_statistic_id_statistics'), 'statistics', ['statistic_id'], ['id'], ondelete='CASCADE')

    with op.batch_alter_table('stored_files', schema=None) as batch_op:
        batch_op.add_column(sa.Column('card_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('announcement_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_stored_files_announcement_id'), ['announcement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_stored_files_card_id'), ['card_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_stored_files_card_id_cards'), 'cards', ['card_id'], ['id'], ondelete='CASCADE')
        batch_op.create_foreign_key(batch_op.f('fk_stored_files_announcement_id_announcements'), 'announcements', ['announcement_id'], ['id'], ondelete='CASCADE')
    with op.batch_alter_table('lead_parties', schema=None) as batch_op:
        batch_op.create_check_constraint(batch_op.f('ck_lead_parties_share'), "share_percent BETWEEN 0 AND 100")
    _allow_kinds(KINDS + NEW_KINDS)
    _belongs(BELONGS + " OR card_id IS NOT NULL OR announcement_id IS NOT NULL")
    # What stood under an embargo was to come out by itself; everything else is public.
    op.execute(
        "UPDATE announcements SET public_at = COALESCE(embargo_until, created_at),"
        " release = CASE WHEN embargo_until IS NULL THEN 'by_owner' ELSE 'automatic' END,"
        " whose = CASE WHEN lead_id IS NULL THEN 'others' ELSE 'ours' END"
    )


def downgrade() -> None:
    for table, condition in LATER:
        op.execute(f"DELETE FROM {table} WHERE {condition}")
    _belongs(BELONGS)
    _allow_kinds(KINDS)
    with op.batch_alter_table('lead_parties', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_lead_parties_share'), type_='check')
    with op.batch_alter_table('stored_files', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_stored_files_announcement_id_announcements'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_stored_files_card_id_cards'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_stored_files_card_id'))
        batch_op.drop_index(batch_op.f('ix_stored_files_announcement_id'))
        batch_op.drop_column('announcement_id')
        batch_op.drop_column('card_id')

    with op.batch_alter_table('search_entries', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_search_entries_statistic_id_statistics'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_search_entries_agreement_id_agreements'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_search_entries_statistic_id'))
        batch_op.drop_index(batch_op.f('ix_search_entries_agreement_id'))
        batch_op.drop_column('statistic_id')
        batch_op.drop_column('agreement_id')

    with op.batch_alter_table('offices', schema=None) as batch_op:
        batch_op.drop_column('calendar_place')

    with op.batch_alter_table('missions', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_missions_mission_standing'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_missions_delegation_qualifier'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_missions_owner_id_users'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_missions_owner_id'))
        batch_op.drop_column('version')
        batch_op.drop_column('owner_id')
        batch_op.drop_column('currency')
        batch_op.drop_column('objectives')
        batch_op.drop_column('delegation_as_printed')
        batch_op.drop_column('delegation_qualifier')
        batch_op.drop_column('delegation_size')
        batch_op.drop_column('market_zone')
        batch_op.drop_column('home_zone')
        batch_op.drop_column('is_fair')
        batch_op.drop_column('standing')

    with op.batch_alter_table('mission_organizations', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_mission_organizations_mission_part'), type_='check')
        batch_op.drop_column('role')

    with op.batch_alter_table('lead_parties', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_lead_parties_contact_id_contacts'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_lead_parties_contact_id'))
        batch_op.drop_column('share_percent')
        batch_op.drop_column('contact_id')

    with op.batch_alter_table('claims', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_claims_agreement_id_agreements'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_claims_agreement_id'))
        batch_op.drop_column('is_preferred')
        batch_op.drop_column('topic')
        batch_op.drop_column('agreement_id')

    with op.batch_alter_table('announcements', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_announcements_release'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_announcements_whose'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_announcements_owner_id_users'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_announcements_public_at'))
        batch_op.drop_index(batch_op.f('ix_announcements_owner_id'))
        batch_op.drop_column('version')
        batch_op.drop_column('is_made_on_mission')
        batch_op.drop_column('our_share_percent')
        batch_op.drop_column('whose')
        batch_op.drop_column('owner_id')
        batch_op.drop_column('release_note')
        batch_op.drop_column('is_broken_early')
        batch_op.drop_column('is_held')
        batch_op.drop_column('release')
        batch_op.drop_column('public_at')

    with op.batch_alter_table('announcement_parties', schema=None) as batch_op:
        batch_op.drop_column('part')


    with op.batch_alter_table('delivery_checks', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_delivery_checks_file_id'))
        batch_op.drop_index(batch_op.f('ix_delivery_checks_due_on'))

    op.drop_table('delivery_checks')
    with op.batch_alter_table('attributions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attributions_organization_id'))
        batch_op.drop_index(batch_op.f('ix_attributions_office_id'))
        batch_op.drop_index(batch_op.f('ix_attributions_file_id'))
        batch_op.drop_index(batch_op.f('ix_attributions_contact_id'))
        batch_op.drop_index(batch_op.f('ix_attributions_announcement_id'))

    op.drop_table('attributions')
    with op.batch_alter_table('bre_flags', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bre_flags_standing_severity_raised_at'))
        batch_op.drop_index(batch_op.f('ix_bre_flags_rule'))
        batch_op.drop_index(batch_op.f('ix_bre_flags_organization_id'))
        batch_op.drop_index(batch_op.f('ix_bre_flags_lead_id'))
        batch_op.drop_index(batch_op.f('ix_bre_flags_case_id'))

    op.drop_table('bre_flags')
    with op.batch_alter_table('thank_yous', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_thank_yous_item_id'))
        batch_op.drop_index(batch_op.f('ix_thank_yous_contact_id'))

    op.drop_table('thank_yous')
    with op.batch_alter_table('offered_times', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_offered_times_item_id'))

    op.drop_table('offered_times')
    with op.batch_alter_table('gifts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_gifts_organization_id'))
        batch_op.drop_index(batch_op.f('ix_gifts_mission_id'))
        batch_op.drop_index(batch_op.f('ix_gifts_item_id'))
        batch_op.drop_index(batch_op.f('ix_gifts_contact_id'))

    op.drop_table('gifts')
    with op.batch_alter_table('draft_approvals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_draft_approvals_draft_id'))

    op.drop_table('draft_approvals')
    with op.batch_alter_table('citations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_citations_statistic_id'))
        batch_op.drop_index(batch_op.f('ix_citations_mission_id'))
        batch_op.drop_index(batch_op.f('ix_citations_lead_id'))
        batch_op.drop_index(batch_op.f('ix_citations_announcement_id'))
        batch_op.drop_index(batch_op.f('ix_citations_agreement_id'))

    op.drop_table('citations')
    with op.batch_alter_table('cards', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_cards_taken_by_id'))
        batch_op.drop_index(batch_op.f('ix_cards_standing_received_at'))
        batch_op.drop_index(batch_op.f('ix_cards_organization_id'))
        batch_op.drop_index(batch_op.f('ix_cards_mission_id'))
        batch_op.drop_index(batch_op.f('ix_cards_lead_id'))
        batch_op.drop_index(batch_op.f('ix_cards_item_id'))
        batch_op.drop_index(batch_op.f('ix_cards_interaction_id'))
        batch_op.drop_index(batch_op.f('ix_cards_front_id'))
        batch_op.drop_index(batch_op.f('ix_cards_follow_up_id'))
        batch_op.drop_index(batch_op.f('ix_cards_contact_id'))
        batch_op.drop_index(batch_op.f('ix_cards_back_id'))

    op.drop_table('cards')
    with op.batch_alter_table('bre_cases', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bre_cases_owner_id'))
        batch_op.drop_index(batch_op.f('ix_bre_cases_organization_id'))
        batch_op.drop_index('ix_bre_cases_open', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_bre_cases_office_id'))
        batch_op.drop_index(batch_op.f('ix_bre_cases_call_id'))

    op.drop_table('bre_cases')
    op.drop_table('bre_answers')
    with op.batch_alter_table('agreement_sectors', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agreement_sectors_sector_id'))

    op.drop_table('agreement_sectors')
    op.drop_table('agreement_countries')
    with op.batch_alter_table('agenda_notes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agenda_notes_author_id'))

    op.drop_table('agenda_notes')
    with op.batch_alter_table('agenda_materials', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agenda_materials_item_id'))

    op.drop_table('agenda_materials')
    with op.batch_alter_table('agenda_attendees', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agenda_attendees_organization_id'))
        batch_op.drop_index(batch_op.f('ix_agenda_attendees_item_id'))
        batch_op.drop_index(batch_op.f('ix_agenda_attendees_delegate_id'))
        batch_op.drop_index(batch_op.f('ix_agenda_attendees_contact_id'))

    op.drop_table('agenda_attendees')
    with op.batch_alter_table('site_offers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_site_offers_property_id'))

    op.drop_table('site_offers')
    with op.batch_alter_table('search_sendings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_search_sendings_search_id'))

    op.drop_table('search_sendings')
    with op.batch_alter_table('search_parts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_search_parts_search_id'))
        batch_op.drop_index(batch_op.f('ix_search_parts_due_on'))

    op.drop_table('search_parts')
    with op.batch_alter_table('reference_requests', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reference_requests_reference_id'))
        batch_op.drop_index(batch_op.f('ix_reference_requests_lead_id'))

    op.drop_table('reference_requests')
    with op.batch_alter_table('commitments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_commitments_announcement_id'))

    op.drop_table('commitments')
    with op.batch_alter_table('bre_calls', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bre_calls_starts_at'))
        batch_op.drop_index(batch_op.f('ix_bre_calls_site_id'))
        batch_op.drop_index(batch_op.f('ix_bre_calls_season_standing'))
        batch_op.drop_index(batch_op.f('ix_bre_calls_questionnaire_id'))
        batch_op.drop_index(batch_op.f('ix_bre_calls_organization_id_visited_on'))
        batch_op.drop_index(batch_op.f('ix_bre_calls_office_id'))
        batch_op.drop_index(batch_op.f('ix_bre_calls_mission_id'))
        batch_op.drop_index(batch_op.f('ix_bre_calls_interviewer_id'))
        batch_op.drop_index(batch_op.f('ix_bre_calls_interaction_id'))

    op.drop_table('bre_calls')
    with op.batch_alter_table('announcement_sources', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_announcement_sources_document_id'))
        batch_op.drop_index(batch_op.f('ix_announcement_sources_announcement_id'))

    op.drop_table('announcement_sources')
    op.drop_table('announcement_drafts')
    with op.batch_alter_table('agreements', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agreements_name_public_id'))
        batch_op.drop_index(batch_op.f('ix_agreements_announcement_id'))

    op.drop_table('agreements')
    with op.batch_alter_table('agenda_items', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agenda_items_starts_at'))
        batch_op.drop_index(batch_op.f('ix_agenda_items_programme_id'))
        batch_op.drop_index(batch_op.f('ix_agenda_items_organization_id'))
        batch_op.drop_index(batch_op.f('ix_agenda_items_mission_id_starts_at'))
        batch_op.drop_index(batch_op.f('ix_agenda_items_lead_id'))
        batch_op.drop_index(batch_op.f('ix_agenda_items_interaction_id'))

    op.drop_table('agenda_items')
    with op.batch_alter_table('site_searches', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_site_searches_owner_id'))
        batch_op.drop_index('ix_site_searches_open', sqlite_where=sa.text('result IS NULL'), postgresql_where=sa.text('result IS NULL'))
        batch_op.drop_index(batch_op.f('ix_site_searches_lead_id'))

    op.drop_table('site_searches')
    with op.batch_alter_table('peer_references', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_peer_references_contact_id'))

    op.drop_table('peer_references')
    with op.batch_alter_table('delegates', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_delegates_user_id'))
        batch_op.drop_index(batch_op.f('ix_delegates_organization_id'))
        batch_op.drop_index(batch_op.f('ix_delegates_mission_id'))
        batch_op.drop_index(batch_op.f('ix_delegates_contact_id'))

    op.drop_table('delegates')
    with op.batch_alter_table('mission_sectors', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mission_sectors_sector_id'))

    op.drop_table('mission_sectors')
    with op.batch_alter_table('mission_programmes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mission_programmes_mission_id'))

    op.drop_table('mission_programmes')
    with op.batch_alter_table('mission_costs', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mission_costs_mission_id'))

    op.drop_table('mission_costs')
    with op.batch_alter_table('outgoing_mails', schema=None) as batch_op:
        batch_op.drop_index('ix_outgoing_mails_waiting', sqlite_where=sa.text('sent_at IS NULL'), postgresql_where=sa.text('sent_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_outgoing_mails_user_id'))

    op.drop_table('outgoing_mails')
    op.drop_table('bre_settings')
    with op.batch_alter_table('statistics', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_statistics_title_public_id'))
        batch_op.drop_index(batch_op.f('ix_statistics_country_year'))

    op.drop_table('statistics')
    op.drop_table('office_closures')
    op.drop_table('questionnaire_versions')
    with op.batch_alter_table('properties', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_properties_reference'))
        batch_op.drop_index(batch_op.f('ix_properties_name_public_id'))
        batch_op.drop_index(batch_op.f('ix_properties_kind_is_available'))

    op.drop_table('properties')
    op.drop_table('letter_templates')


def _allow_kinds(codes: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{code}'" for code in codes)
    with op.batch_alter_table("search_entries") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_search_entries_search_kind"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_search_entries_search_kind"), f"kind IN ({listed})"
        )


def _belongs(condition: str) -> None:
    with op.batch_alter_table("stored_files") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_stored_files_belongs_somewhere"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_stored_files_belongs_somewhere"), condition
        )
