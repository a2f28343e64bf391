"""Moving a lead through its page: what is asked, what may wait, and what is never lost."""

import re
from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from models.announcement import Announcement, AnnouncementKind
from models.audit import AuditEntry
from models.interaction import Interaction
from models.lead import DecisionStep, Lead, LeadAnswer, LeadRevision
from models.measure import Qualifier
from models.stage import AnswerState, StageCode, Status
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.lead import make_lead, make_sector, make_source, reload_lead
from tests.factories.user import make_office, make_user

SignIn = Callable[..., FlaskClient]
IN_TWO_WEEKS = "2026-12-04"


def _at(database: Database, stage: StageCode, **values: object) -> Lead:
    """A lead that stands at a stage, as an import brings it: without answers."""
    lead = make_lead(database)
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
        columns = {"stage": stage, **values}
        session.execute(sa.update(Lead).where(Lead.id == lead.id).values(**columns))
        session.execute(
            sa.update(LeadRevision).where(LeadRevision.lead_id == lead.id).values(stage=stage)
        )
    return reload_lead(database, lead.id)


def _answers(database: Database, lead: Lead) -> dict[str, LeadAnswer]:
    with database.unscoped_reader(purpose="test") as session:
        rows = session.scalars(sa.select(LeadAnswer).where(LeadAnswer.lead_id == lead.id))
        return {row.field: row for row in rows}


def test_without_a_stage_it_asks_which_one(sign_in: SignIn, database: Database) -> None:
    lead = _at(database, StageCode.QUALIFIED)
    page = sign_in(Role.OFFICER).get(f"/leads/{lead.public_id}/move").text
    assert page.count("move?to=") == 2 * 7
    assert "it stands here" in page


def test_the_form_asks_for_each_missing_thing_in_place(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database, sector_id=make_sector(database).id)
    page = sign_in(Role.OFFICER).get(f"/leads/{lead.public_id}/move?to=engaged").text
    for name in ("source", "met_on", "met_whom", "next_action", "next_action_on"):
        assert f'name="{name}"' in page, name
    assert 'name="sector"' not in page
    assert len(re.findall(rf'type="date" value="{IN_TWO_WEEKS}"', page)) == 3
    assert page.count('value="ask"') == page.count('value="not_applicable"') == 3


def test_in_a_panel_there_is_only_the_form(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    path = f"/leads/{lead.public_id}/move?to=engaged"
    part = sign_in(Role.OFFICER).get(path, headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "panel" in part


def test_nothing_typed_means_not_known_yet(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    answer = sign_in(Role.OFFICER).post(f"/leads/{lead.public_id}/move", data={"to": "engaged"})
    assert answer.status_code == 303
    assert answer.location == f"/leads/{lead.public_id}"
    assert reload_lead(database, lead.id).stage is StageCode.ENGAGED
    answers = _answers(database, lead)
    assert {row.state for row in answers.values()} == {AnswerState.ASK_BY}
    assert {row.ask_by_on for row in answers.values()} == {date.fromisoformat(IN_TWO_WEEKS)}


def test_typed_answers_are_kept_and_win(sign_in: SignIn, database: Database) -> None:
    source = make_source(database)
    lead = make_lead(database)
    answer = sign_in(Role.OFFICER).post(
        f"/leads/{lead.public_id}/move",
        data={
            "to": "engaged",
            "source": source.code,
            "source_later": "ask",
            "sector_later": "not_applicable",
            "met_on": "2026-11-03",
            "met_whom": "Tanaka, planning",
            "next_action": "Send the layout",
            "next_action_on": "2026-12-01",
        },
    )
    assert answer.status_code == 303
    moved = reload_lead(database, lead.id)
    assert moved.source_id == source.id
    assert (moved.next_action, moved.next_action_on) == ("Send the layout", date(2026, 12, 1))
    assert moved.last_contact_on == date(2026, 11, 3)
    assert set(_answers(database, lead)) == {"sector"}
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalar(sa.select(Interaction.summary)) == "Tanaka, planning"


def test_all_of_qualified_can_be_answered_at_once(sign_in: SignIn, database: Database) -> None:
    lead = _at(database, StageCode.ENGAGED, need="A plant", next_action="x")
    sent = {
        "to": "qualified",
        "drivers": "Market",
        "capex": "12億円",
        "capex_currency": "",
        "jobs": "about 40",
        "timing": "within a year",
        "target": "2027-05-14",
        "target_precision": "quarter",
        "competing_places": "None known",
        "steps": "Sato Ken, corporate planning\nYamada Yui",
    }
    answer = sign_in(Role.OFFICER).post(f"/leads/{lead.public_id}/move", data=sent)
    assert answer.status_code == 303
    moved = reload_lead(database, lead.id)
    assert (moved.capex_amount, moved.capex_currency) == (1_200_000_000, "JPY")
    assert (moved.jobs_count, moved.jobs_qualifier) == (40, Qualifier.APPROXIMATE)
    assert moved.target_on == date(2027, 4, 1)
    with database.unscoped_reader(purpose="test") as session:
        steps = session.scalars(sa.select(DecisionStep).order_by(DecisionStep.position)).all()
        revision = session.scalars(
            sa.select(LeadRevision).where(
                LeadRevision.lead_id == lead.id, LeadRevision.valid_to.is_(None)
            )
        ).one()
    assert [(step.name, step.department) for step in steps] == [
        ("Sato Ken", "corporate planning"),
        ("Yamada Yui", None),
    ]
    assert revision.capex_amount == 1_200_000_000


def test_an_error_stays_at_its_field_and_nothing_typed_is_lost(
    sign_in: SignIn, database: Database
) -> None:
    lead = _at(database, StageCode.ENGAGED)
    sent = {"to": "qualified", "capex": "lots", "need": "A plant", "drivers_later": "ask"}
    answer = sign_in(Role.OFFICER).post(f"/leads/{lead.public_id}/move", data=sent)
    assert answer.status_code == 422
    assert "not an amount" in answer.text
    assert 'id="capex-error"' in answer.text
    assert 'value="lots"' in answer.text
    assert "A plant" in answer.text
    assert reload_lead(database, lead.id).stage is StageCode.ENGAGED
    assert _answers(database, lead) == {}


def test_an_answer_beside_does_not_apply_is_asked_about(
    sign_in: SignIn, database: Database
) -> None:
    lead = _at(database, StageCode.ENGAGED)
    sent = {"to": "qualified", "need": "A plant", "need_later": "not_applicable"}
    answer = sign_in(Role.OFFICER).post(f"/leads/{lead.public_id}/move", data=sent)
    assert answer.status_code == 422
    assert "choose one" in answer.text


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"met_on": "2026-11-03"}, "met_whom"),
        ({"met_on": "2027-11-03", "met_whom": "Tanaka"}, "met_on"),
        ({"next_action": "Call"}, "next_action_on"),
        ({"next_action": "Call", "next_action_on": "2026-01-01"}, "next_action_on"),
        ({"happened_on": "2027-01-01"}, "happened_on"),
        ({"sector_ask_by": "2026-01-01"}, "sector"),
    ],
)
def test_half_an_answer_is_refused_where_it_is_missing(
    sign_in: SignIn, database: Database, data: dict[str, str], field: str
) -> None:
    lead = make_lead(database)
    sent = {"to": "engaged", **data}
    answer = sign_in(Role.OFFICER).post(f"/leads/{lead.public_id}/move", data=sent)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert reload_lead(database, lead.id).stage is StageCode.FIRST_CONTACT


def test_the_proof_of_a_stage_cannot_wait(sign_in: SignIn, database: Database) -> None:
    lead = _at(database, StageCode.ACTIVE)
    client = sign_in(Role.OFFICER)
    page = client.get(f"/leads/{lead.public_id}/move?to=proposal").text
    assert 'name="proposal_or_visit_later"' not in page
    assert 'name="proposal_sent_on"' in page
    refused = client.post(f"/leads/{lead.public_id}/move", data={"to": "proposal"})
    assert refused.status_code == 422
    assert 'id="proposal_sent_on-error"' in refused.text
    moved = client.post(
        f"/leads/{lead.public_id}/move", data={"to": "proposal", "visit_held_on": "2026-11-10"}
    )
    assert moved.status_code == 303
    assert reload_lead(database, lead.id).visit_held_on == date(2026, 11, 10)


def test_what_is_still_open_from_before_may_be_answered_again(
    sign_in: SignIn, database: Database
) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    client.post(f"/leads/{lead.public_id}/move", data={"to": "engaged"})
    page = client.get(f"/leads/{lead.public_id}/move?to=qualified").text
    assert "4 things are still open from before" in page
    assert "to be asked by 4 Dec 2026" in page
    sector = make_sector(database)
    sent = {"to": "qualified", "sector": sector.code}
    assert client.post(f"/leads/{lead.public_id}/move", data=sent).status_code == 303
    assert reload_lead(database, lead.id).sector_id == sector.id
    left = _answers(database, lead)
    assert "sector" not in left
    assert left["source"].ask_by_on == date.fromisoformat(IN_TWO_WEEKS)


def test_back_needs_nothing(sign_in: SignIn, database: Database) -> None:
    lead = _at(database, StageCode.ACTIVE)
    client = sign_in(Role.OFFICER)
    assert "<fieldset" not in client.get(f"/leads/{lead.public_id}/move?to=engaged").text
    sent = {"to": "engaged", "reason": "they reconsider"}
    assert client.post(f"/leads/{lead.public_id}/move", data=sent).status_code == 303
    assert reload_lead(database, lead.id).stage is StageCode.ENGAGED
    assert "they reconsider" in client.get(f"/leads/{lead.public_id}/history").text


def test_another_day_is_kept(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    sent = {"to": "engaged", "happened_on": "2026-10-30"}
    sign_in(Role.OFFICER).post(f"/leads/{lead.public_id}/move", data=sent)
    assert reload_lead(database, lead.id).stage_since == date(2026, 10, 30)


def test_announcing_makes_the_announcement_in_the_same_step(
    sign_in: SignIn, database: Database
) -> None:
    lead = _at(database, StageCode.COMMITTED)
    client = sign_in(Role.OFFICER)
    assert (
        'name="announcement_title"' in client.get(f"/leads/{lead.public_id}/move?to=announced").text
    )
    sent = {
        "to": "announced",
        "announcement_kind": "new_establishment",
        "announcement_title": "A plant in Maple Falls",
        "announced_on": "2026-11-18",
        "announced_on_precision": "day",
    }
    refused = client.post(f"/leads/{lead.public_id}/move", data=sent)
    assert refused.status_code == 422
    assert 'id="announcement_source-error"' in refused.text
    with database.unscoped_reader(purpose="test") as session:
        assert session.scalar(sa.select(Announcement)) is None
    assert reload_lead(database, lead.id).stage is StageCode.COMMITTED
    sent["announcement_source"] = "The Daily"
    assert client.post(f"/leads/{lead.public_id}/move", data=sent).status_code == 303
    with database.unscoped_reader(purpose="test") as session:
        made = session.scalars(sa.select(Announcement)).one()
    assert (made.lead_id, made.kind) == (lead.id, AnnouncementKind.NEW_ESTABLISHMENT)
    assert reload_lead(database, lead.id).stage is StageCode.ANNOUNCED


def test_only_a_manager_moves_anyway_and_says_why(sign_in: SignIn, database: Database) -> None:
    lead = _at(database, StageCode.ACTIVE)
    path = f"/leads/{lead.public_id}/move"
    sent = {"to": "proposal", "override": "yes"}
    officer, manager = sign_in(Role.OFFICER), sign_in(Role.MANAGER)
    assert "Move anyway" not in officer.get(f"{path}?to=proposal").text
    assert "Move anyway" in manager.get(f"{path}?to=proposal").text
    assert officer.post(path, data=sent | {"override_reason": "x"}).status_code == 403
    refused = manager.post(path, data=sent)
    assert refused.status_code == 422
    assert 'id="override_reason-error"' in refused.text
    assert manager.post(path, data=sent | {"override_reason": "the mayor"}).status_code == 303
    assert reload_lead(database, lead.id).stage is StageCode.PROPOSAL
    with database.unscoped_reader(purpose="test") as session:
        entry = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "moved_anyway")
        ).one()
    assert entry.reason == "the mayor"


def test_nobody_announces_anyway(sign_in: SignIn, database: Database) -> None:
    lead = _at(database, StageCode.COMMITTED)
    sent = {"to": "announced", "override": "yes", "override_reason": "the mayor"}
    answer = sign_in(Role.MANAGER).post(f"/leads/{lead.public_id}/move", data=sent)
    assert answer.status_code == 422
    assert reload_lead(database, lead.id).stage is StageCode.COMMITTED


def test_a_lead_that_changed_meanwhile_is_a_sentence_and_then_goes_through(
    sign_in: SignIn, database: Database
) -> None:
    lead = _at(database, StageCode.ACTIVE)
    client = sign_in(Role.OFFICER)
    sent = {"to": "engaged", "version": str(lead.version - 1), "reason": "my words"}
    answer = client.post(f"/leads/{lead.public_id}/move", data=sent)
    assert answer.status_code == 409
    assert "Somebody changed this lead" in answer.text
    assert "my words" in answer.text
    version = re.search(r'name="version"[^>]* value="(\d+)"', answer.text)
    assert version is not None
    sent["version"] = version[1]
    assert client.post(f"/leads/{lead.public_id}/move", data=sent).status_code == 303


def test_the_page_goes_on_where_the_form_came_from(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    for target, expected in (("/board/?type=trade", "/board/?type=trade"), ("//evil", None)):
        lead = make_lead(database)
        path = f"/leads/{lead.public_id}/move"
        answer = client.post(path, data={"to": "engaged", "next": target})
        assert answer.location == (expected or f"/leads/{lead.public_id}")
    lead = make_lead(database)
    in_place = client.post(
        f"/leads/{lead.public_id}/move", data={"to": "engaged"}, headers={"HX-Request": "true"}
    )
    assert in_place.status_code == 204
    assert in_place.headers["HX-Redirect"] == f"/leads/{lead.public_id}"


def test_an_officer_may_take_a_free_lead_with_the_move_but_give_none_away(
    sign_in: SignIn, database: Database
) -> None:
    other = make_user(database)
    office = make_office(database)
    lead = _at(database, StageCode.QUALIFIED)
    client = sign_in(Role.OFFICER)
    page = client.get(f"/leads/{lead.public_id}/move?to=active").text
    assert other.public_id not in page
    sent = {"to": "active", "owner": other.public_id, "partner_office": office.public_id}
    assert client.post(f"/leads/{lead.public_id}/move", data=sent).status_code == 422
    sent["owner"] = client.user.public_id  # type: ignore[attr-defined]
    assert client.post(f"/leads/{lead.public_id}/move", data=sent).status_code == 303
    moved = reload_lead(database, lead.id)
    assert moved.owner_id == client.user.id  # type: ignore[attr-defined]
    assert moved.partner_office_id == office.id


def test_a_closed_lead_does_not_move(sign_in: SignIn, database: Database) -> None:
    lead = _at(database, StageCode.ENGAGED, status=Status.LOST)
    answer = sign_in(Role.OFFICER).post(f"/leads/{lead.public_id}/move", data={"to": "qualified"})
    assert answer.status_code == 422
    assert "Reopen it first." in answer.text


@pytest.mark.parametrize("stage", ["", "won", "ENGAGED"])
def test_a_stage_that_there_is_not(sign_in: SignIn, database: Database, stage: str) -> None:
    lead = make_lead(database)
    answer = sign_in(Role.OFFICER).post(f"/leads/{lead.public_id}/move", data={"to": stage})
    assert answer.status_code == (404 if stage else 200)
