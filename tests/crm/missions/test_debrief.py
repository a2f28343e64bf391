"""The debrief: what became of each item, what comes next, what was promised."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from crm.interactions.follow_ups import FollowUpDetails
from crm.missions.debrief import (
    DebriefDetails,
    StepDetails,
    debrief_item,
    promise_on_mission,
    steps_of,
)
from models.agenda import AgendaItem, AgendaOutcome, AgendaStanding
from models.errors import ConflictError, DomainError, ForbiddenError
from models.interaction import FollowUp, Interaction
from models.lead import Lead
from models.mission import Mission
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.lead import make_lead, reload_lead
from tests.factories.mission import NOW, make_item, make_planned_mission
from tests.factories.organization import make_organization
from tests.factories.user import actor_for, make_team, make_user
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]
ADMIN = LOCAL_ADMINISTRATOR
HELD, NO_SHOW = AgendaStanding.HELD, AgendaStanding.NO_SHOW


def _say(database: Database, item: AgendaItem, actor: Any = ADMIN, **values: Any) -> AgendaItem:
    version = values.pop("version", None)
    with database.transaction(actor) as session:
        found = session.get_one(AgendaItem, item.id)
        debrief_item(
            session, found, DebriefDetails(**values), version=version, actor=actor, now=NOW
        )
    return found


def _all(database: Database, cls: type) -> list[Any]:
    with database.unscoped_reader(purpose="test") as session:
        return list(session.scalars(sa.select(cls).order_by(cls.id)))  # type: ignore[attr-defined]


def test_held_writes_the_conversation_and_the_next_step(database: Database) -> None:
    owner = make_user(database)
    lead = make_lead(database)
    mission = make_planned_mission(database)
    item = make_item(database, mission, lead=lead, starts_at=NOW - timedelta(hours=2))
    _say(
        database,
        item,
        standing=HELD,
        outcome=AgendaOutcome.ADVANCED,
        note="They want to see the parcel",
        step=StepDetails("Send the parcel sheet", owner.id, date(2026, 12, 1)),
    )
    [interaction] = _all(database, Interaction)
    assert interaction.summary == "They want to see the parcel"
    assert interaction.mission_id == mission.id
    [step] = _all(database, FollowUp)
    assert (step.text, step.due_on, step.owner_id) == (
        "Send the parcel sheet",
        date(2026, 12, 1),
        owner.id,
    )
    assert (step.mission_id, step.interaction_id) == (mission.id, interaction.id)
    assert reload_lead(database, lead.id).next_action == "Send the parcel sheet"
    # Better words of the note go on summing the conversation up.
    _say(database, item, outcome=AgendaOutcome.ADVANCED, note="They come in March")
    assert _all(database, Interaction)[0].summary == "They come in March"


def test_an_outcome_needs_a_meeting(database: Database) -> None:
    mission = make_planned_mission(database)
    item = make_item(database, mission, lead=make_lead(database), starts_at=NOW)
    for values in ({}, {"standing": NO_SHOW}):
        with pytest.raises(DomainError) as refused:
            _say(database, item, outcome=AgendaOutcome.LATER, **values)
        assert refused.value.field == "outcome"
    _say(database, item, standing=NO_SHOW, note="Their line was dead")
    [found] = _all(database, AgendaItem)
    assert (found.standing, found.outcome_note) == (NO_SHOW, "Their line was dead")
    assert _all(database, Interaction) == []


def test_what_has_not_begun_was_not_held(database: Database) -> None:
    mission = make_planned_mission(database)
    item = make_item(
        database, mission, lead=make_lead(database), starts_at=NOW + timedelta(hours=1)
    )
    with pytest.raises(DomainError, match="not begun"):
        _say(database, item, standing=HELD)


def test_an_item_without_a_day_asks_for_it(database: Database) -> None:
    mission = make_planned_mission(database)
    item = make_item(database, mission, organization=make_organization(database))
    with pytest.raises(DomainError) as refused:
        _say(database, item, standing=HELD)
    assert refused.value.field == "happened_on"
    _say(database, item, standing=HELD, happened_on=date(2026, 11, 18))
    assert _all(database, Interaction)[0].happened_on == date(2026, 11, 18)


def test_the_next_step_with_a_company_follows_its_meeting(database: Database) -> None:
    mission = make_planned_mission(database)
    company = make_organization(database)
    item = make_item(database, mission, organization=company, starts_at=NOW - timedelta(hours=1))
    _say(database, item, step=StepDetails("Ask again in May"))
    _say(database, item, standing=HELD)
    [step] = _all(database, FollowUp)
    assert step.interaction_id == _all(database, Interaction)[0].id
    _say(database, item, step=StepDetails("Ask again in June", due_on=date(2026, 12, 4)))
    [step] = _all(database, FollowUp)
    assert (step.text, step.due_on) == ("Ask again in June", date(2026, 12, 4))
    with pytest.raises(DomainError, match="not emptied"):
        _say(database, item, step=StepDetails(" "))


def test_a_step_that_is_overdue_already_does_not_hinder_the_row(database: Database) -> None:
    lead = make_lead(database)
    mission = make_planned_mission(database)
    item = make_item(database, mission, lead=lead, starts_at=NOW - timedelta(hours=1))
    _say(database, item, step=StepDetails("Call", due_on=date(2026, 11, 21)))
    with database.unscoped(ADMIN, purpose="test") as session:
        session.scalars(sa.select(FollowUp)).one().due_on = date(2026, 11, 1)
    _say(database, item, note="x", step=StepDetails("Call", due_on=date(2026, 11, 1)))
    with pytest.raises(DomainError) as refused:
        _say(database, item, step=StepDetails("Call", due_on=date(2026, 11, 2)))
    assert refused.value.field == "due_on"


def test_two_people_do_not_overwrite_each_other(database: Database) -> None:
    mission = make_planned_mission(database)
    item = make_item(database, mission, lead=make_lead(database), starts_at=NOW)
    _say(database, item, version=item.version, note="One")
    with pytest.raises(ConflictError):
        _say(database, item, version=item.version, note="Other")


def test_a_promise_shares_the_team_of_its_item(database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member)
    own = actor_for(database, member)
    lead = make_lead(database, actor=own, team_id=team.id)
    mission = make_planned_mission(database)
    item = make_item(database, mission, lead=lead, actor=own, starts_at=NOW)
    with database.transaction(own) as session:
        promise_on_mission(
            session,
            session.get_one(Mission, mission.id),
            FollowUpDetails("Send the deck"),
            item=session.get_one(AgendaItem, item.id),
            actor=own,
            now=NOW,
        )
    [kept] = _all(database, FollowUp)
    assert (kept.team_id, kept.mission_id, kept.lead_id) == (team.id, mission.id, lead.id)
    outsider = actor_for(database, make_user(database))
    with database.reader(outsider) as session:
        found = session.get_one(Mission, mission.id)
        assert steps_of(session, found, []) == {}


def test_a_reader_debriefs_nothing(database: Database) -> None:
    mission = make_planned_mission(database)
    item = make_item(database, mission, lead=make_lead(database), starts_at=NOW)
    with pytest.raises(ForbiddenError):
        _say(database, item, actor_for(database, make_user(database, role=Role.VIEWER)), note="x")


def _row(item: AgendaItem, **values: str) -> dict[str, str]:
    sent = {"version": str(item.version), "step_was": "||", "met": "", "outcome": "", "note": ""}
    sent |= {"step": "", "owner": "", "due_on": "", **values}
    return {f"{item.public_id}-{name}": value for name, value in sent.items()}


def test_every_row_is_saved_at_once_without_a_script(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database)
    first = make_item(database, mission, lead=make_lead(database), starts_at=NOW)
    second = make_item(database, mission, organization=make_organization(database), starts_at=NOW)
    third = make_item(database, mission, lead=make_lead(database), starts_at=NOW)
    client = sign_in(Role.OFFICER)
    address = f"/missions/{mission.public_id}/debrief"
    assert "3 items still wait for a word." in client.get(address).text
    sent = (
        _row(
            first, met="held", outcome="interested", note="Keen", step="Write", due_on="2026-12-01"
        )
        | _row(second, met="no_show")
        | _row(third)
    )
    answer = client.post(address, data=sent, follow_redirects=True)
    assert "2 rows are saved." in answer.text
    assert "1 item still waits for a word." in answer.text
    items = {one.id: one for one in _all(database, AgendaItem)}
    assert (items[first.id].standing, items[first.id].outcome) == (HELD, AgendaOutcome.INTERESTED)
    assert items[second.id].standing is NO_SHOW
    # A row nobody touched is not written.
    assert items[third.id].version == third.version
    assert [one.text for one in _all(database, FollowUp)] == ["Write"]


def test_one_bad_row_keeps_all_from_being_saved(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database)
    first = make_item(database, mission, lead=make_lead(database), starts_at=NOW)
    second = make_item(database, mission, lead=make_lead(database), starts_at=NOW)
    client = sign_in(Role.OFFICER)
    sent = _row(first, met="held") | _row(second, outcome="later", note="Typed words")
    answer = client.post(f"/missions/{mission.public_id}/debrief", data=sent)
    assert answer.status_code == 422
    assert "Say first that you met." in answer.text
    assert "Typed words" in answer.text
    assert {one.standing for one in _all(database, AgendaItem)} == {AgendaStanding.ASKED}


def test_one_row_is_saved_by_its_own_button(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database)
    item = make_item(database, mission, lead=make_lead(database), starts_at=NOW)
    client = sign_in(Role.OFFICER)
    address = f"/missions/items/{item.public_id}/debrief"
    page = client.post(address, data=_row(item, met="held"), headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert "Saved." in page.text
    assert f'id="row-{item.public_id}"' in page.text
    again = client.post(address, data=_row(item, note="late"), headers={"HX-Request": "true"})
    assert again.status_code == 409
    assert "late" in again.text
    plain = client.post(address, data=_row(_all(database, AgendaItem)[0], note="Plain"))
    assert plain.status_code == 303
    assert _all(database, AgendaItem)[0].outcome_note == "Plain"


def test_one_lead_in_two_rows_keeps_the_step_typed_in_one(
    sign_in: SignIn, database: Database
) -> None:
    lead = make_lead(database)
    mission = make_planned_mission(database)
    first = make_item(database, mission, lead=lead, starts_at=NOW)
    second = make_item(database, mission, lead=lead, starts_at=NOW)
    client = sign_in(Role.OFFICER)
    sent = _row(first, step="Send the sheet") | _row(second, met="held")
    client.post(f"/missions/{mission.public_id}/debrief", data=sent)
    assert [one.text for one in _all(database, FollowUp)] == ["Send the sheet"]


def test_a_promise_is_kept_from_the_page(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database)
    client = sign_in(Role.OFFICER)
    address = f"/missions/{mission.public_id}/promises"
    form = {"text": "Photos for all", "item": "", "owner": "", "due_on": "2026-12-01"}
    assert client.post(address, data=form).status_code == 303
    page = client.get(f"/missions/{mission.public_id}/debrief").text
    assert "Photos for all" in page
    assert "due 1 Dec 2026" in page
    assert client.post(address, data=form | {"text": ""}).status_code == 422


def test_who_may_open_and_write_the_debrief(sign_in: SignIn, database: Database) -> None:
    mission = make_planned_mission(database)
    item = make_item(database, mission, lead=make_lead(database), title="Open talk", starts_at=NOW)
    address = f"/missions/{mission.public_id}/debrief"
    viewer = sign_in(Role.VIEWER)
    page = viewer.get(address).text
    assert "Open talk" in page
    assert "<select" not in page.partition('id="content"')[2]
    for path in (
        address,
        f"/missions/items/{item.public_id}/debrief",
        f"/missions/{mission.public_id}/promises",
    ):
        assert viewer.post(path, data=_row(item, met="held")).status_code == 403
        assert sign_in(Role.PARTNER).post(path).status_code == 403
    assert _all(database, Interaction) == []


def test_the_table_takes_as_many_queries_however_long(
    sign_in: SignIn, database: Database, queries: QueryCounter
) -> None:
    client = sign_in(Role.OFFICER)
    counts = []
    for number in (2, 5):
        mission = make_planned_mission(database)
        for _place in range(number):
            item = make_item(database, mission, lead=make_lead(database), starts_at=NOW)
            _say(database, item, standing=HELD, step=StepDetails("Write"))
        with queries:
            assert client.get(f"/missions/{mission.public_id}/debrief").status_code == 200
        counts.append(queries.count)
    assert counts[0] == counts[1]


def test_a_hidden_item_is_no_row(sign_in: SignIn, database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member)
    own = actor_for(database, member)
    lead = make_lead(database, actor=own, team_id=team.id)
    mission = make_planned_mission(database)
    item = make_item(database, mission, lead=lead, actor=own, title="Hidden talk", starts_at=NOW)
    outsider = sign_in(Role.OFFICER)
    page = outsider.get(f"/missions/{mission.public_id}/debrief").text
    assert "Hidden talk" not in page
    assert "still wait" not in page
    path = f"/missions/items/{item.public_id}/debrief"
    assert outsider.post(path, data=_row(item, met="held")).status_code == 404
    assert isinstance(lead, Lead)


def test_my_day_reminds_whoever_came_back(sign_in: SignIn, database: Database) -> None:
    owner = make_user(database)
    mission = make_planned_mission(database, name="Mission of March", owner_id=owner.id)
    past = make_item(database, mission, lead=make_lead(database), starts_at=NOW - timedelta(days=2))
    make_item(database, mission, lead=make_lead(database), starts_at=NOW + timedelta(days=2))
    client = sign_in(owner)
    page = client.get("/").text
    assert "Back from a mission" in page
    assert "1 item still waits for a word." in page
    assert "Back from a mission" not in sign_in(Role.OFFICER).get("/").text
    _say(database, past, standing=HELD, outcome=AgendaOutcome.LATER)
    assert "Back from a mission" not in client.get("/").text
