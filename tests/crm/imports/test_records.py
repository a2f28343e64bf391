"""Files of organizations, contacts and interactions: brought in, brought in again, taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from crm.database import Database
from crm.duplicates.merge import merge_organizations
from crm.imports import service
from crm.imports.options import ImportOptions, MatchKey, OnAlike, OnMatch, OnNew
from crm.imports.plan import ImportPlan, ImportRefusedError
from models.contact import Contact, Seniority
from models.errors import DomainError
from models.import_batch import BatchKind, ImportBatch, ImportRow, RowAction
from models.interaction import FollowUp, Interaction, InteractionParticipant
from models.lead import Lead
from models.organization import (
    NameKind,
    Organization,
    OrganizationIdentifier,
    OrganizationName,
    OrganizationRelation,
    OrganizationRole,
    OrganizationRoleLink,
)
from models.user import LOCAL_ADMINISTRATOR, Actor, Role
from tests.crm.imports.bringing import (
    NOW,
    TRAIL,
    ZONE,
    bring,
    csv_bytes,
    differing,
    dump,
    parse,
    rows_of,
    take_back,
)
from tests.crm.imports.test_service_create import HEADER, row
from tests.factories.organization import make_organization, restrict
from tests.factories.user import make_team, make_user

ORGANIZATIONS, CONTACTS = BatchKind.ORGANIZATIONS, BatchKind.CONTACTS
INTERACTIONS = BatchKind.INTERACTIONS

FIRMS = csv_bytes(
    "ref|name|native name|Country|City|Sector|法人番号|Former names|Roles|Parent|Year end",
    "O1|Muro Corporation|㈱ムロコーポレーション|Japan|Utsunomiya|Automotive|7000012050002|"
    "Muro Kinzoku; 室金属工業|Prospect||3月",
    "O2|Muro Works Canada||CA|London|Automotive||||Muro Corporation|March",
    "O3|Samsung|삼성전자|KR|Suwon|ICT|||Intermediary||12",
)
PEOPLE = csv_bytes(
    "Name|Native name|Organization|Native title|E-mail|Phone",
    "Taro Yamada|山田太郎|株式会社ムロコーポレーション|営業本部長|taro@example.com|+81 3 1234 5678",
    "Hana Kim|김하나|Samsung||hana@example.com|",
    "Jean Roy||New Firm Inc.||jean@example.com|",
)
TALKS = csv_bytes(
    "Lead|Organization|Date|Kind|With whom|Summary|Next step|Next step by",
    "|Samsung|2026-03-02|Meeting|김하나; Bob|Talked of a plant|Send brochure|2027-01-05",
    "|Muro Corporation|令和8年4月1日|電話|山田太郎|Called||",
    "A1||2026년 5월 2일|Video call||Asked for sites|Send a list|2027-02-01",
)


def plan(
    database: Database,
    content: bytes,
    kind: BatchKind,
    *,
    actor: Actor = LOCAL_ADMINISTRATOR,
    **options: Any,
) -> ImportPlan:
    """A dry run with options."""
    with database.reader(actor) as session:
        return service.plan_import(
            session,
            parse(content, kind),
            actor=actor,
            now=NOW,
            zone_name=ZONE,
            options=ImportOptions(**options),
        )


def bring_all(database: Database) -> list[ImportBatch]:
    """A lead, and the three files about it, each a minute after the one before."""
    first = bring(database, csv_bytes(HEADER, row()))
    found = [first]
    for minute, (kind, content) in enumerate(
        ((ORGANIZATIONS, FIRMS), (CONTACTS, PEOPLE), (INTERACTIONS, TALKS)), start=1
    ):
        found.append(bring(database, content, kind, now=NOW + timedelta(minutes=minute)))
    return found


def test_organizations_come_with_every_name_number_and_relative(any_database: Database) -> None:
    batch = bring(any_database, FIRMS, ORGANIZATIONS)
    assert (batch.created_count, batch.updated_count) == (3, 0)
    assert rows_of(
        any_database,
        sa.select(
            Organization.reference,
            Organization.name,
            Organization.native_name,
            Organization.native_language,
            Organization.country,
            Organization.fiscal_year_end_month,
        ).order_by(Organization.id),
    ) == [
        ("O1", "Muro Corporation", "㈱ムロコーポレーション", "ja", "JP", 3),
        ("O2", "Muro Works Canada", None, None, "CA", 3),
        ("O3", "Samsung", "삼성전자", "ko", "KR", 12),
    ]
    names = rows_of(
        any_database,
        sa.select(OrganizationName.text, OrganizationName.kind).order_by(OrganizationName.id),
    )
    assert ("室金属工業", NameKind.FORMER) in names
    assert ("㈱ムロコーポレーション", NameKind.LEGAL) in names
    assert rows_of(any_database, sa.select(OrganizationIdentifier.value)) == [("7000012050002",)]
    relation = rows_of(
        any_database,
        sa.select(OrganizationRelation.organization_id, OrganizationRelation.other_id),
    )
    assert len(relation) == 1
    roles = rows_of(
        any_database,
        sa.select(OrganizationRoleLink.role).order_by(OrganizationRoleLink.organization_id),
    )
    assert roles == [
        (OrganizationRole.PROSPECT,),
        (OrganizationRole.PROSPECT,),
        (OrganizationRole.INTERMEDIARY,),
    ]


def test_people_and_talks_find_their_organization_and_lead(any_database: Database) -> None:
    bring_all(any_database)
    people = rows_of(
        any_database,
        sa.select(Contact.printed_name, Contact.seniority, Organization.name)
        .outerjoin(Organization, Organization.id == Contact.organization_id)
        .where(Contact.email.is_not(None))
        .order_by(Contact.id),
    )
    assert people[-3:] == [
        ("Taro Yamada", Seniority.DIVISION_HEAD, "Muro Corporation"),
        ("Hana Kim", None, "Samsung"),
        ("Jean Roy", None, "New Firm Inc."),
    ]
    talks = rows_of(
        any_database,
        sa.select(Interaction.kind, Interaction.happened_on, Interaction.lead_id.is_not(None)),
    )
    assert [(kind.value, str(day), bool(on_lead)) for kind, day, on_lead in talks] == [
        ("meeting", "2026-03-02", False),
        ("call", "2026-04-01", False),
        ("video", "2026-05-02", True),
    ]
    parts = rows_of(
        any_database,
        sa.select(
            InteractionParticipant.contact_id,
            InteractionParticipant.name,
            InteractionParticipant.seniority,
            InteractionParticipant.known_at,
        ),
    )
    assert [(contact is not None, *rest) for contact, *rest in parts] == [
        (True, None, None, None),
        (False, "Bob", None, None),
        (True, None, Seniority.DIVISION_HEAD, None),
    ]
    assert rows_of(any_database, sa.select(Lead.next_action)) == [("Send a list",)]
    promised = sa.select(FollowUp.text).where(~FollowUp.is_next_step)
    assert rows_of(any_database, promised) == [("Send brochure",)]


def test_the_same_files_again_change_nothing(any_database: Database) -> None:
    bring_all(any_database)
    before = dump(any_database, without=TRAIL)
    for kind, content in ((ORGANIZATIONS, FIRMS), (CONTACTS, PEOPLE), (INTERACTIONS, TALKS)):
        batch = bring(any_database, content, kind, now=NOW + timedelta(hours=1))
        assert (kind, batch.created_count, batch.updated_count) == (kind, 0, 0)
    assert list(differing(before, dump(any_database, without=TRAIL))) == []


def test_undoing_in_turn_leaves_what_stood_before(any_database: Database) -> None:
    bring(any_database, csv_bytes(HEADER, row()))
    stood = [dump(any_database, without=TRAIL)]
    batches = []
    files = ((ORGANIZATIONS, FIRMS), (CONTACTS, PEOPLE), (INTERACTIONS, TALKS))
    for minute, (kind, content) in enumerate(files, start=1):
        batches.append(bring(any_database, content, kind, now=NOW + timedelta(minutes=minute)))
        stood.append(dump(any_database, without=TRAIL))
    for batch in reversed(batches):
        stood.pop()
        take_back(any_database, batch, now=NOW + timedelta(hours=2))
        found = dump(any_database, without=TRAIL)
        assert list(differing(without_search_keys(stood[-1]), without_search_keys(found))) == []


def without_search_keys(found: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """What search keeps is written anew: it says the same under other keys."""
    entries = sorted(str(entry[1:]) for entry in found["search_entries"])
    return {**found, "search_entries": entries}


CHANGED = csv_bytes(
    "ref|name|native name|City|Website|法人番号|Roles|Former names|Parent",
    "O1|Muro Corp.||Tokyo|https://muro.example|7000012050002|Investor; Prospect|Old Muro|Samsung",
)


def test_a_row_on_file_changes_it_and_undoing_gives_it_back(any_database: Database) -> None:
    bring(any_database, FIRMS, ORGANIZATIONS)
    before = dump(any_database, without=TRAIL)
    batch = bring(any_database, CHANGED, ORGANIZATIONS, now=NOW + timedelta(minutes=5))
    assert (batch.created_count, batch.updated_count) == (0, 1)
    with any_database.unscoped_reader(purpose="test") as session:
        found = session.scalars(sa.select(Organization).where(Organization.reference == "O1")).one()
        assert (found.name, found.city, found.website) == (
            "Muro Corp.",
            "Tokyo",
            "https://muro.example",
        )
        assert found.native_name == "㈱ムロコーポレーション"
        names = session.scalars(
            sa.select(OrganizationName.text).where(OrganizationName.organization_id == found.id)
        ).all()
        assert {"Muro Corporation", "Muro Corp.", "Old Muro"} <= set(names)
    take_back(any_database, batch, now=NOW + timedelta(minutes=9))
    after = dump(any_database, without=TRAIL)
    assert list(differing(without_search_keys(before), without_search_keys(after))) == []


def test_what_was_built_on_keeps_a_file_from_being_undone(database: Database) -> None:
    _lead, firms, people, talks = bring_all(database)
    before = dump(database)
    for batch in (firms, people):
        with pytest.raises(DomainError, match="cannot be undone"):
            take_back(database, batch)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        kept = session.scalars(sa.select(Interaction).order_by(Interaction.id)).first()
        assert kept is not None
        kept.summary = "Told otherwise"
    with pytest.raises(DomainError, match="Told otherwise"):
        take_back(database, talks)
    assert {*differing(before, dump(database))} <= {"interactions", "audit_entries"} | {
        "search_entries"
    }


def test_a_name_that_somebody_added_keeps_it_too(database: Database) -> None:
    batch = bring(database, FIRMS, ORGANIZATIONS)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        [number] = session.scalars(sa.select(Organization.id).where(Organization.name == "Samsung"))
        session.add(
            OrganizationName(
                organization_id=number,
                text="SEC",
                normalized="sec",
                script="Latn",
                kind=NameKind.ACRONYM,
            )
        )
    with pytest.raises(DomainError, match="Samsung"):
        take_back(database, batch)


@pytest.mark.parametrize(
    ("options", "counts"),
    [
        ({}, (1, 1, 0)),
        ({"on_match": OnMatch.SKIP}, (1, 0, 1)),
        ({"on_new": OnNew.SKIP}, (0, 1, 1)),
        ({"rows": {3: "skip"}}, (0, 1, 1)),
        ({"rows": {2: "create"}}, (2, 0, 0)),
        ({"keys": frozenset({MatchKey.NUMBER})}, (2, 0, 0)),
    ],
)
def test_rows_do_what_the_officer_says(
    database: Database, options: dict[str, Any], counts: tuple[int, int, int]
) -> None:
    bring(database, csv_bytes("name|City", "Muro Corporation|Utsunomiya"), ORGANIZATIONS)
    content = csv_bytes("name|City", "Muro Corp.|Tokyo", "Quite Another Firm|Ohtawara")
    found = plan(database, content, ORGANIZATIONS, **options)
    assert (found.created_count, found.updated_count, found.skipped_count) == counts


def test_a_name_that_is_only_alike_is_told_and_chosen(database: Database) -> None:
    bring(database, csv_bytes("name", "Hoshizora Precision Industries Co., Ltd."), ORGANIZATIONS)
    [[public_id]] = rows_of(database, sa.select(Organization.public_id))
    content = csv_bytes("name", "Hoshizora Precison Industries")
    found = plan(database, content, ORGANIZATIONS)
    [question] = found.records.questions
    assert (question.row, question.choice) == (2, "create")
    assert question.candidates[0].public_id == public_id
    assert found.notices[0].row == 2
    assert (found.created_count, found.updated_count) == (1, 0)
    used = plan(database, content, ORGANIZATIONS, rows={2: public_id})
    assert used.created_count == 0
    assert plan(database, content, ORGANIZATIONS, on_alike=OnAlike.USE).created_count == 0
    assert plan(database, content, ORGANIZATIONS, on_alike=OnAlike.SKIP).skipped_count == 1
    lead = csv_bytes(HEADER, row(company="Hoshizora Precison Industries"))
    told = plan(database, lead, BatchKind.LEADS)
    assert [question.choice for question in told.records.questions] == ["create"]
    assert len(told.companies.all) == 1
    chosen = plan(database, lead, BatchKind.LEADS, rows={2: public_id})
    assert [company.id is not None for company in chosen.companies.all] == [True]


def test_of_two_of_one_name_somebody_has_to_say_which(database: Database) -> None:
    for _ in range(2):
        make_organization(database, name="Twin Works Inc.", native_name=None)
    content = csv_bytes("name|City", "Twin Works|Tokyo")
    found = plan(database, content, ORGANIZATIONS)
    assert [problem.row for problem in found.problems] == [2]
    [question] = found.records.questions
    assert question.choice == ""
    answer = plan(database, content, ORGANIZATIONS, rows={2: question.candidates[1].public_id})
    assert (answer.problems, answer.updated_count) == ([], 1)


def test_rows_of_one_organization_become_one(database: Database) -> None:
    content = csv_bytes(
        "ref|name|native name|City",
        "|Muro Corporation||",
        "|Muro Corp.|㈱ムロコーポレーション|Utsunomiya",
        "X1|Muro Corporation||Tokyo",
    )
    batch = bring(database, content, ORGANIZATIONS)
    assert batch.created_count == 1
    actions = rows_of(database, sa.select(ImportRow.action).order_by(ImportRow.row_number))
    assert actions == [(RowAction.CREATED,), (RowAction.UNCHANGED,), (RowAction.UNCHANGED,)]
    take_back(database, batch)
    assert rows_of(database, sa.select(Organization.id)) == []
    apart = csv_bytes("ref|name", "X1|Same Name Works", "X2|Same Name Works")
    assert plan(database, apart, ORGANIZATIONS).created_count == 2


WRONG = [
    (ORGANIZATIONS, "name|法人番号", "A|7000012050003", "check digit"),
    (ORGANIZATIONS, "name|Corporate number", "A|900101-1234567", "resident registration"),
    (ORGANIZATIONS, "name|Roles", "A|Wizard", "not a role"),
    (ORGANIZATIONS, "name|Fiscal year end", "A|13", "not a month"),
    (ORGANIZATIONS, "name|Parent", "A|Nowhere Holdings", "neither on file"),
    (ORGANIZATIONS, "name|Parent", "A Works|A Works", "its own parent"),
    (ORGANIZATIONS, "name|Website", "A|javascript:alert(1)", "web address"),
    (ORGANIZATIONS, "name|City", "|Tokyo", "names no organization"),
    (CONTACTS, "Name|E-mail", "A|nowhere", "e-mail address"),
    (CONTACTS, "Name|Phone", "A|call me", "telephone"),
    (CONTACTS, "Name|Language", "A|Klingonese", "language"),
    (CONTACTS, "Name|Organization ref", "A|ZZ-9", "No organization on file"),
    (INTERACTIONS, "Organization|Date|Summary", "A||said", "date is missing"),
    (INTERACTIONS, "Organization|Date|Summary", "A|2030-01-01|said", "future"),
    (INTERACTIONS, "Organization|Date|Kind|Summary", "A|2024-01-01|Séance!|said", "not a kind"),
    (INTERACTIONS, "Lead|Organization|Date|Summary", "Z9||2024-01-01|said", "no lead"),
    (INTERACTIONS, "Organization|Date|Summary", "|2024-01-01|said", "neither a lead"),
]


@pytest.mark.parametrize(("kind", "header", "cells", "words"), WRONG)
def test_a_mistake_names_its_row_and_nothing_is_written(
    database: Database, kind: BatchKind, header: str, cells: str, words: str
) -> None:
    before = dump(database)
    with pytest.raises(ImportRefusedError) as refused:
        bring(database, csv_bytes(header, cells), kind)
    assert [problem.row for problem in refused.value.problems] == [2]
    assert words in refused.value.problems[0].text()
    assert list(differing(before, dump(database))) == []


def test_what_the_importer_may_not_see_is_not_on_file_for_them(database: Database) -> None:
    team = make_team(database)
    hidden = make_organization(database, name="Hidden Star Works", native_name=None)
    restrict(database, hidden, team.id)
    outsider = make_user(database, role=Role.OFFICER)
    actor = actor_of_user(database, outsider)
    for content in (
        csv_bytes("name", "Hidden Star Works"),
        csv_bytes("name", "Hidden Star Work"),
        csv_bytes("ref|name", f"{hidden.public_id}|Hidden Star Works"),
    ):
        found = plan(database, content, ORGANIZATIONS, actor=actor)
        assert (found.created_count, found.notices, found.records.questions) == (1, [], [])
    chosen = plan(
        database,
        csv_bytes("name", "Hidden Star Works"),
        ORGANIZATIONS,
        actor=actor,
        rows={2: hidden.public_id},
    )
    unknown = plan(
        database,
        csv_bytes("name", "Hidden Star Works"),
        ORGANIZATIONS,
        actor=actor,
        rows={2: "a" * 16},
    )
    assert [one.text() for one in chosen.problems] == [one.text() for one in unknown.problems]


def actor_of_user(database: Database, user: Any) -> Actor:
    """The actor of a user."""
    from crm.auth.service import actor_of

    with database.unscoped_reader(purpose="test") as session:
        return actor_of(session, user, office_time_zone=ZONE)


@pytest.mark.parametrize("kind", [ORGANIZATIONS, CONTACTS, INTERACTIONS])
def test_twice_the_rows_take_the_same_number_of_statements(
    database: Database, queries: Any, kind: BatchKind
) -> None:
    make: dict[BatchKind, tuple[str, Callable[[int], str]]] = {
        ORGANIZATIONS: ("name|Parent", lambda number: f"Firm {number} Works|Parent Works"),
        CONTACTS: ("Name|Organization|E-mail", lambda one: f"P {one}|Firm {one}|p{one}@x.example"),
        INTERACTIONS: ("Organization|Date|Summary", lambda one: f"Firm {one}|2024-01-02|s{one}"),
    }
    header, line = make[kind]
    counts = []
    make_organization(database, name="Parent Works", native_name=None)
    for start, number in ((100, 20), (500, 40)):
        content = csv_bytes(header, *(line(start + one) for one in range(number)))
        parsed = parse(content, kind)
        with queries, database.reader(LOCAL_ADMINISTRATOR) as session:
            service.plan_import(session, parsed, actor=LOCAL_ADMINISTRATOR, now=NOW, zone_name=ZONE)
        planning = queries.count
        with queries:
            bring(database, content, kind)
        counts.append((planning, queries.count))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("place", "names"),
    [
        (1, ("Samsung", "Older Works")),
        # The file's people and conversations are moved to another organization.
        *((place, ("Older Works", "Samsung")) for place in (1, 2, 3)),
    ],
)
def test_files_whose_organizations_were_merged_are_built_on(
    any_database: Database, place: int, names: tuple[str, str]
) -> None:
    make_organization(any_database, name="Older Works", native_name=None)
    batches = bring_all(any_database)
    with any_database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = {
            one.name: one
            for one in session.scalars(sa.select(Organization).where(Organization.name.in_(names)))
        }
        merge_organizations(
            session,
            *(found[name] for name in names),
            actor=LOCAL_ADMINISTRATOR,
            now=NOW + timedelta(hours=1),
        )
    before = dump(any_database)
    with pytest.raises(DomainError, match=r"were merged since: .*Samsung"):
        take_back(any_database, batches[place], now=NOW + timedelta(hours=2))
    assert differing(before, dump(any_database)) == []
