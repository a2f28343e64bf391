"""Ending a lead, letting it rest, taking it up again; who has it, and who may see it."""

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.database import Database
from models.audit import AuditEntry
from models.lead import Lead, LossReason, PassedOnOutcome
from models.stage import Status
from models.user import Role
from tests.factories.lead import make_lead, reload_lead
from tests.factories.user import make_team, make_user

SignIn = Callable[..., FlaskClient]


def _post(client: FlaskClient, lead: Lead, action: str, **data: str) -> int:
    return client.post(f"/leads/{lead.public_id}/{action}", data=data).status_code


@pytest.mark.parametrize(
    "action", ["hold", "lose", "close", "pass-on", "reassign", "restrict", "resume", "reopen"]
)
def test_each_form_opens_on_a_page_and_in_the_panel(
    sign_in: SignIn, database: Database, action: str
) -> None:
    lead = make_lead(database)
    client = sign_in(Role.MANAGER)
    path = f"/leads/{lead.public_id}/{action}"
    page, part = client.get(path), client.get(path, headers={"HX-Request": "true"})
    assert page.status_code == part.status_code == 200
    assert "<html" in page.text
    assert "<html" not in part.text
    assert f'action="{path}"' in part.text


def test_a_lead_rests_until_a_day_and_moves_again(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    assert _post(client, lead, "hold", until="2026-11-20", reason="ringi") == 422
    assert _post(client, lead, "hold", until="2027-01-15") == 422
    assert _post(client, lead, "hold", until="2027-01-15", reason="ringi") == 303
    held = reload_lead(database, lead.id)
    assert (held.status, held.hold_until) == (Status.ON_HOLD, date(2027, 1, 15))
    assert "On hold until 15 Jan 2027" in client.get(f"/leads/{lead.public_id}").text
    assert _post(client, lead, "resume") == 303
    assert reload_lead(database, lead.id).status is Status.ACTIVE


def test_a_lost_lead_needs_its_reason_and_a_place_only_when_one_won(
    sign_in: SignIn, database: Database
) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    assert _post(client, lead, "lose") == 422
    assert _post(client, lead, "lose", code="place_won") == 422
    assert _post(client, lead, "lose", code="cost", lost_to="Ohio") == 422
    assert _post(client, lead, "lose", code="other") == 422
    assert _post(client, lead, "lose", code="cost", happened_on="2027-01-01") == 422
    assert reload_lead(database, lead.id).status is Status.ACTIVE
    sent = {"code": "place_won", "lost_to": "Ohio", "happened_on": "2026-11-02"}
    assert _post(client, lead, "lose", **sent) == 303
    lost = reload_lead(database, lead.id)
    assert (lost.lost_reason, lost.lost_to) == (LossReason.PLACE_WON, "Ohio")
    assert lost.closed_on == date(2026, 11, 2)
    assert _post(client, lead, "reopen") == 422
    assert _post(client, lead, "reopen", reason="they called") == 303
    assert reload_lead(database, lead.id).status is Status.ACTIVE


def test_a_refusal_keeps_what_was_typed(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    answer = sign_in(Role.OFFICER).post(
        f"/leads/{lead.public_id}/lose", data={"code": "place_won", "reason": "taxes & land"}
    )
    assert "Say which place won." in answer.text
    assert "taxes &amp; land" in answer.text
    assert '<option selected value="place_won">' in answer.text


def test_we_close_a_lead_with_a_reason(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    assert _post(client, lead, "close") == 422
    assert _post(client, lead, "close", reason="no capacity") == 303
    assert reload_lead(database, lead.id).status is Status.ABANDONED


def test_a_lead_is_passed_on_with_consent_and_its_fate_is_kept(
    sign_in: SignIn, database: Database
) -> None:
    lead = make_lead(database)
    client = sign_in(Role.OFFICER)
    assert _post(client, lead, "pass-on", to="The province") == 422
    sent = {"to": "The province", "consent": "Mr. Sato", "sent": "profile"}
    assert _post(client, lead, "pass-on", **sent) == 303
    passed = reload_lead(database, lead.id)
    assert passed.status is Status.PASSED_ON
    assert passed.passed_on_outcome is PassedOnOutcome.WAITING
    page = client.get(f"/leads/{lead.public_id}").text
    for words in ("The province", "Mr. Sato", "profile", "Waiting for an answer"):
        assert words in page
    assert _post(client, lead, "passed-on", outcome="taken") == 303
    assert reload_lead(database, lead.id).passed_on_outcome is PassedOnOutcome.TAKEN


def test_only_a_lead_that_was_passed_on_has_a_fate_elsewhere(
    sign_in: SignIn, database: Database
) -> None:
    lead = make_lead(database)
    assert _post(sign_in(Role.OFFICER), lead, "passed-on", outcome="taken") == 422
    assert reload_lead(database, lead.id).passed_on_outcome is None


def test_a_restriction_holds_from_the_next_request_on(sign_in: SignIn, database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member)
    lead = make_lead(database)
    insider, outsider = sign_in(member), sign_in(Role.OFFICER)
    page = f"/leads/{lead.public_id}"
    assert outsider.get(page).status_code == 200
    assert _post(insider, lead, "restrict", team=team.public_id) == 422
    assert _post(insider, lead, "restrict", team=team.public_id, reason="listed firm") == 303
    assert outsider.get(page).status_code == 404
    assert f"Only {team.name} sees it" in insider.get(page).text
    assert _post(insider, lead, "lift", reason="announced") == 303
    assert outsider.get(page).status_code == 200


def test_the_audit_names_the_team_of_a_restriction(sign_in: SignIn, database: Database) -> None:
    member = make_user(database)
    team = make_team(database, member, name="Falcon team")
    lead = make_lead(database)
    client = sign_in(member)
    assert _post(client, lead, "restrict", team=team.public_id, reason="listed firm") == 303
    assert _post(client, lead, "lift", reason="announced") == 303
    with database.unscoped_reader(purpose="test") as session:
        entries = session.scalars(
            sa.select(AuditEntry)
            .where(AuditEntry.record_type == "leads", AuditEntry.record_id == lead.id)
            .order_by(AuditEntry.id)
        ).all()
        told = [
            entry.changes["team_id"]
            for entry in entries
            if entry.action == "changed" and entry.changes and "team_id" in entry.changes
        ]
    assert told == [[None, team.id], [team.id, None]]
    assert "Falcon team" in sign_in(Role.ADMIN).get("/admin/audit").text


def test_nobody_restricts_to_a_team_of_others(sign_in: SignIn, database: Database) -> None:
    team = make_team(database, make_user(database))
    lead = make_lead(database)
    outsider = sign_in(Role.OFFICER)
    assert team.name not in outsider.get(f"/leads/{lead.public_id}/restrict").text
    assert _post(outsider, lead, "restrict", team=team.public_id, reason="x") == 422
    assert reload_lead(database, lead.id).team_id is None


def test_an_officer_takes_a_free_lead_and_gives_none_away(
    sign_in: SignIn, database: Database
) -> None:
    other = make_user(database)
    free, owned = make_lead(database), make_lead(database, owner_id=other.id)
    officer = sign_in(Role.OFFICER)
    me = officer.user  # type: ignore[attr-defined]
    assert _post(officer, free, "reassign", owner=other.public_id) == 422
    assert _post(officer, free, "reassign", owner=me.public_id) == 303
    assert reload_lead(database, free.id).owner_id == me.id
    assert _post(officer, owned, "reassign", owner=me.public_id) == 422
    assert _post(sign_in(Role.MANAGER), owned, "reassign", owner=me.public_id) == 303
    assert reload_lead(database, owned.id).owner_id == me.id


@pytest.mark.parametrize("action", ["hold", "lose", "close", "pass-on", "move", "restrict"])
def test_a_viewer_ends_nothing(sign_in: SignIn, database: Database, action: str) -> None:
    lead = make_lead(database)
    sent = {"code": "cost", "reason": "x", "to": "engaged", "consent": "x", "until": "2027-01-01"}
    assert _post(sign_in(Role.VIEWER), lead, action, **sent) == 403
    assert reload_lead(database, lead.id).version == 1


def test_a_lead_that_changed_meanwhile_is_not_ended(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    answer = sign_in(Role.OFFICER).post(
        f"/leads/{lead.public_id}/close", data={"reason": "my words", "version": "0"}
    )
    assert answer.status_code == 409
    assert "my words" in answer.text
    assert reload_lead(database, lead.id).status is Status.ACTIVE


def test_who_is_in_no_team_is_told_so(sign_in: SignIn, database: Database) -> None:
    lead = make_lead(database)
    page = sign_in(Role.OFFICER).get(f"/leads/{lead.public_id}/restrict").text
    assert "You are in no team." in page
    assert "<select" not in page.split("<main")[1]
