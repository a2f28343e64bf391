"""The board: what stands in which column, how often it asks, and what a move does."""

import json
import re
from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.board.columns import GROUPS, columns_of, find_column
from crm.board.queries import CARDS, BoardFilters, FilledColumn, load_board
from crm.database import Database
from models.lead import Lead
from models.measure import Measure, Qualifier
from models.stage import STAGES, LeadType, StageCode, Status
from models.user import LOCAL_ADMINISTRATOR, Actor, Role
from tests.factories.lead import NOW, make_lead, make_past_leads, reload_lead
from tests.factories.user import actor_for, make_office, make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]
ALL_UNFOLDED = tuple(group.code for group in GROUPS)


def _board(
    database: Database,
    *,
    actor: Actor = LOCAL_ADMINISTRATOR,
    unfolded: tuple[str, ...] = (),
    **filters: object,
) -> dict[str, FilledColumn]:
    with database.reader(actor) as session:
        columns = load_board(
            session,
            BoardFilters(**filters),  # type: ignore[arg-type]
            columns_of(unfolded),
            today=NOW.date(),
        )
    return {item.column.code: item for item in columns}


def _set(database: Database, lead_ids: list[int], **columns: object) -> None:
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.execute(sa.update(Lead).where(Lead.id.in_(lead_ids)).values(**columns))


def _at(database: Database, stage: StageCode, **columns: object) -> Lead:
    lead = make_lead(database)
    _set(database, [lead.id], stage=stage, **columns)
    return reload_lead(database, lead.id)


def test_every_stage_has_one_column_folded_or_not() -> None:
    for unfolded in ((), ALL_UNFOLDED, ("project",)):
        stages = [stage for column in columns_of(unfolded) for stage in column.stages]
        assert tuple(stages) == STAGES
    assert len(columns_of(())) == 5
    assert len(columns_of(ALL_UNFOLDED)) == 8


@pytest.mark.parametrize(
    ("column", "stage", "expected"),
    [
        ("project", StageCode.ENGAGED, StageCode.ACTIVE),
        ("project", StageCode.COMMITTED, StageCode.PROPOSAL),
        ("project", StageCode.PROPOSAL, None),
        ("proposal", StageCode.ENGAGED, StageCode.PROPOSAL),
        ("contact", StageCode.QUALIFIED, StageCode.ENGAGED),
    ],
)
def test_a_column_says_where_a_lead_comes_to(
    column: str, stage: StageCode, expected: StageCode | None
) -> None:
    found = find_column(column)
    assert found is not None
    assert found.stage_for(stage) is expected


def test_cards_stand_by_chance_and_the_unknown_last(any_database: Database) -> None:
    chances = {"low": 0.1, "high": 0.6, "none": None}
    by_name = {
        name: _at(any_database, StageCode.ACTIVE, chance=chance, title=name)
        for name, chance in chances.items()
    }
    _set(any_database, [by_name["high"].id], stage=StageCode.PROPOSAL, status=Status.ON_HOLD)
    _at(any_database, StageCode.ACTIVE, status=Status.LOST, title="lost")
    _at(any_database, StageCode.ACTIVE, lead_type=LeadType.TRADE, title="trade")
    board = _board(any_database)
    assert [card.title for card in board["project"].cards] == ["high", "low", "none"]
    unfolded = _board(any_database, unfolded=("project",))
    assert [card.title for card in unfolded["active"].cards] == ["low", "none"]
    assert [card.title for card in unfolded["proposal"].cards] == ["high"]


def test_announcements_stand_by_their_day(database: Database) -> None:
    _at(database, StageCode.ANNOUNCED, stage_since=date(2024, 5, 1), title="old")
    _at(database, StageCode.ANNOUNCED, stage_since=date(2026, 5, 1), title="new")
    assert [card.title for card in _board(database)["announced"].cards] == ["new", "old"]


def test_a_column_adds_up_its_currencies_and_counts_the_unknown(any_database: Database) -> None:
    cad = Measure(10_000_000, Qualifier.EXACT, currency="CAD")
    for stage in (StageCode.ACTIVE, StageCode.PROPOSAL):
        lead = make_lead(any_database, capex=cad, jobs=Measure(10, Qualifier.EXACT))
        _set(any_database, [lead.id], stage=stage)
    _at(any_database, StageCode.ACTIVE)
    totals = _board(any_database)["project"].totals
    assert totals.lead_count == 3
    assert [(money.currency, money.amount) for money in totals.amounts] == [("CAD", 20_000_000)]
    assert totals.unknown_amount_count == 1
    assert (totals.jobs_count, totals.unknown_jobs_count) == (20, 1)


def test_what_one_may_not_see_is_in_no_card_and_no_count(any_database: Database) -> None:
    outsider = make_user(any_database, role=Role.MANAGER)
    team = make_team(any_database, make_user(any_database))
    make_lead(any_database)
    for _ in range(CARDS + 5):
        make_lead(any_database, team_id=team.id)
    hidden_first = sa.update(Lead).where(Lead.team_id.is_not(None)).values(chance=0.9)
    with any_database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        session.execute(hidden_first)
    column = _board(any_database, actor=actor_for(any_database, outsider))["contact"]
    assert len(column.cards) == 1
    assert column.totals.lead_count == 1
    assert not column.has_more


def test_owner_and_office_narrow_it(database: Database) -> None:
    office = make_office(database)
    owner = make_user(database)
    ours = make_lead(database, office_id=office.id, owner_id=owner.id)
    make_lead(database)
    for filters in ({"office": office.public_id}, {"owner": owner.public_id}):
        assert [c.public_id for c in _board(database, **filters)["contact"].cards] == [
            ours.public_id
        ]
    assert len(_board(database, owner="none")["contact"].cards) == 1


def test_the_board_asks_as_often_for_ten_leads_as_for_many(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    client = sign_in(Role.OFFICER)
    make_past_leads(database, 10)
    client.get("/board/")
    counts = []
    for path in ("/board/", "/board/?unfold=contact&unfold=project&unfold=closing"):
        with queries:
            client.get(path)
        counts.append(queries.count)
    make_past_leads(database, 190)
    for number, path in enumerate(("/board/", "/board/?unfold=contact")):
        with queries:
            page = client.get(path).text
        assert queries.count == counts[number] <= 8
        assert page.count("data-lead=") == CARDS


def test_more_cards_come_in_order_and_none_twice(sign_in: SignIn, database: Database) -> None:
    ids = make_past_leads(database, 120)
    for number, lead_id in enumerate(ids):
        _set(database, [lead_id], chance=(number % 9) / 10 if number % 4 else None)
    client = sign_in(Role.OFFICER)
    page = client.get("/board/").text
    link = re.search(r'hx-get="(/board/column[^"]+)"', page)
    assert link is not None
    seen: list[str] = []
    path: str | None = link[1]
    while path:
        part = client.get(path.replace("&amp;", "&"), headers={"HX-Request": "true"}).text
        assert "<html" not in part
        seen += re.findall(r'data-lead="([^"]+)"', part)
        found = re.search(r'hx-get="(/board/column[^"]+)"', part)
        path = found[1] if found else None
    assert len(seen) == len(set(seen)) == 120
    first = re.findall(r'data-lead="([^"]+)"', page)
    assert seen[:CARDS] == first
    whole = client.get(link[1].replace("&amp;", "&")).text
    assert "<html" in whole
    assert whole.count("data-lead=") == 50


def test_folding_is_remembered_in_the_address(sign_in: SignIn, database: Database) -> None:
    make_lead(database)
    client = sign_in(Role.OFFICER)
    page = client.get("/board/?type=trade").text
    assert page.count('class="board-column"') == 5
    assert 'href="/board/?type=trade&amp;unfold=contact"' in page
    unfolded = client.get("/board/?unfold=contact").text
    assert unfolded.count('class="board-column"') == 6
    assert 'name="unfold" value="contact"' in unfolded
    assert 'href="/board/"' in unfolded


def test_a_move_that_needs_nothing_is_done_at_once(sign_in: SignIn, database: Database) -> None:
    lead = _at(database, StageCode.ACTIVE)
    client = sign_in(Role.OFFICER)
    sent = {
        "lead": lead.public_id,
        "version": str(lead.version),
        "to": "contact",
        "next": "/board/?type=trade",
    }
    in_place = client.post("/board/move", data=sent, headers={"HX-Request": "true"})
    assert in_place.status_code == 204
    event = json.loads(in_place.headers["HX-Trigger"])["board-changed"]
    assert event["lead"] == lead.public_id
    assert event["message"].endswith("is now at: Engaged.")
    assert reload_lead(database, lead.id).stage is StageCode.ENGAGED
    again = {"to": "first_contact", "version": str(lead.version + 1)}
    plain = client.post("/board/move", data=sent | again)
    assert plain.status_code == 303
    assert plain.location == "/board/?type=trade"


def test_a_move_that_needs_answers_asks_for_them(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    sent = {"lead": lead.public_id, "version": "1", "to": "qualified", "next": "/board/"}
    asked = client.post("/board/move", data=sent)
    assert asked.status_code == 303
    assert asked.location == f"/leads/{lead.public_id}/move?to=qualified&next=/board/"
    assert reload_lead(database, lead.id).stage is StageCode.FIRST_CONTACT
    panel = client.get(asked.location, headers={"HX-Request": "true"}).text
    assert 'name="next" value="/board/"' in panel
    moved = client.post(
        f"/leads/{lead.public_id}/move", data={"to": "qualified", "next": "/board/"}
    )
    assert moved.location == "/board/"


def test_to_its_own_column_a_lead_does_not_move(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    sent = {"lead": lead.public_id, "version": "1", "to": "contact"}
    assert client.post("/board/move", data=sent).status_code == 303
    assert reload_lead(database, lead.id).version == 1


@pytest.mark.parametrize("version", [None, "", "abc", "2", "0", "-1", "١", "1" * 5_000])
def test_a_card_of_an_older_state_is_not_moved(
    sign_in: SignIn, database: Database, version: str | None
) -> None:
    lead = _at(database, StageCode.ACTIVE)
    sent = {"lead": lead.public_id, "to": "contact"}
    if version is not None:
        sent["version"] = version
    refused = sign_in(Role.OFFICER).post("/board/move", data=sent, headers={"HX-Request": "true"})
    assert refused.status_code == 409
    assert "Somebody changed this lead" in refused.text
    assert reload_lead(database, lead.id).stage is StageCode.ACTIVE


def test_a_card_tells_its_state(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    page = sign_in(Role.OFFICER).get("/board/").text
    assert f'data-lead="{lead.public_id}" data-version="{lead.version}"' in page


def test_without_script_each_card_has_its_link(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    page = sign_in(Role.OFFICER).get("/board/?unfold=contact").text
    assert f'href="/leads/{lead.public_id}/move?next=%2Fboard%2F%3Funfold%3Dcontact"' in page


def test_who_only_reads_gets_no_move(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    viewer, partner = sign_in(Role.VIEWER), sign_in(Role.PARTNER)
    page = viewer.get("/board/").text
    assert lead.public_id in page
    assert "/move" not in page.split('id="board"')[1].replace('data-move="/board/move"', "")
    assert partner.get("/board/").status_code == 403
    for client in (viewer, partner):
        sent = {"lead": lead.public_id, "to": "qualified"}
        assert client.post("/board/move", data=sent).status_code == 403
    assert reload_lead(database, lead.id).stage is StageCode.FIRST_CONTACT


def test_a_hidden_lead_is_not_there_to_be_moved(sign_in: SignIn, database: Database) -> None:
    team = make_team(database, make_user(database))
    hidden = make_lead(database, team_id=team.id)
    client = sign_in(Role.MANAGER)
    sent = {"lead": hidden.public_id, "to": "qualified"}
    missing = {"lead": "a" * 16, "to": "qualified"}
    refused = client.post("/board/move", data=sent)
    assert refused.status_code == 404
    assert refused.data == client.post("/board/move", data=missing).data
    assert client.post("/board/move", data=sent | {"to": "nowhere"}).status_code == 404
