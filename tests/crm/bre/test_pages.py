"""Pages of company visits."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from crm.bre.season_queries import read_filter
from crm.database import Database
from models.audit import AuditEntry
from models.bre_call import (
    BreAnswer,
    BreCall,
    BreCase,
    BreFlag,
    BreStanding,
    Consent,
    FlagStanding,
    InConfidence,
)
from models.interaction import Interaction
from models.lead import Lead
from models.user import LOCAL_ADMINISTRATOR, Role
from tests.factories.organization import NOW, restrict
from tests.factories.user import actor_for, make_team, make_user
from tests.factories.visit import Watch, answer, finish, make_firm, make_visit, make_watch
from tests.support.application import QueryCounter

SignIn = Callable[..., FlaskClient]
SECRET = "They court us with cheap power"


@pytest.fixture
def watch(database: Database) -> Watch:
    """A team, an office and its people."""
    return make_watch(database)


def the(database: Database, cls: type) -> object:
    """The only row of a table."""
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        return session.scalars(sa.select(cls)).one()


def answers_of(database: Database) -> dict[str, object]:
    """What was answered, by part; skipped ones say so."""
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        return {
            row.part: "skipped" if row.is_skipped else row.value
            for row in session.scalars(sa.select(BreAnswer))
        }


def test_the_season_says_who_was_asked_and_who_never(
    sign_in: SignIn, database: Database, watch: Watch
) -> None:
    large = make_firm(database, name="Large Works", jobs=900)
    small = make_firm(database, name="Small Works", jobs=12)
    unknown = make_firm(database, name="Silent Works", jobs=None)
    client = sign_in(watch.owner)
    page = client.get("/bre/").text
    assert page.index("Large Works") < page.index("Small Works") < page.index("Silent Works")
    assert "Of the 2 largest employers among them, 0 were visited" in page
    assert "Jobs are not known at 1 firm." in page
    # One click.
    done = client.post(f"/bre/ask/{small.public_id}", data={"season": "2026"})
    assert done.status_code == 303
    again = client.post(f"/bre/ask/{small.public_id}", data={"season": "2026"})
    assert "already this season" in client.get(again.location).text
    booked = client.post(f"/bre/ask/{large.public_id}", data={"season": "2026", "then": "book"})
    assert booked.location.endswith("/book")
    asked = client.get("/bre/?standing=asked").text
    assert "Small Works" in asked
    assert "Silent Works" not in asked
    never = client.get("/bre/?standing=never").text
    assert "Silent Works" in never
    assert "Small Works" not in never
    assert unknown.public_id in never
    assert "Small Works" not in client.get("/bre/?season=2025&standing=asked").text
    assert client.get("/bre/?season=99999&standing=x&country=%21%21").status_code == 200


def test_a_visit_is_booked_in_a_zone_and_declined(
    sign_in: SignIn, database: Database, watch: Watch
) -> None:
    call = make_visit(database, make_firm(database), actor=watch.actor)
    client = sign_in(watch.owner)
    path = f"/bre/{call.public_id}"
    form = {
        "starts_on": "2026-12-01",
        "starts_time": "10:00",
        "ends_time": "09:00",
        "time_zone": "Asia/Tokyo",
        "kind": "video",
    }
    refused = client.post(f"{path}/book", data=form)
    assert (refused.status_code, "ends before it begins" in refused.text) == (422, True)
    assert client.post(f"{path}/book", data={**form, "ends_time": "11:00"}).status_code == 303
    found = the(database, BreCall)
    assert isinstance(found, BreCall)
    assert found.starts_at == datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    assert "Tue 1 Dec 10:00 Tokyo" in client.get(path).text
    silent = client.post(f"{path}/decline", data={"reason": ""})
    assert (silent.status_code, "Say why the company declined" in silent.text) == (422, True)
    assert client.post(f"{path}/decline", data={"reason": SECRET}).status_code == 303
    assert SECRET in client.get(path).text
    outsider = sign_in(Role.OFFICER)
    shown = outsider.get(path).text
    assert "Declined" in shown
    assert SECRET not in shown
    assert client.post(f"{path}/ask-again").status_code == 303


def test_each_part_saves_alone_and_says_so(
    sign_in: SignIn, database: Database, watch: Watch
) -> None:
    call = make_visit(database, make_firm(database), actor=watch.actor)
    client = sign_in(watch.owner)
    path = f"/bre/{call.public_id}/answers"
    page = client.get(path).text
    assert page.count('class="card card-body question"') == 10
    assert "Not asked yet" in page
    htmx = {"HX-Request": "true"}
    kept = client.post(f"{path}/C1.employees_now", data={"C1.employees_now": "120"}, headers=htmx)
    assert (kept.status_code, "Kept" in kept.text) == (200, True)
    # The counts of the sections go with it.
    assert '<span id="count-core" hx-swap-oob="true">1/10</span>' in kept.text
    wrong = client.post(f"{path}/C1.employees_now", data={"C1.employees_now": "lots"}, headers=htmx)
    assert (wrong.status_code, "is not a number" in wrong.text) == (422, True)
    skipped = client.post(
        f"{path}/E4.relocation_likelihood",
        data={"do": "skip E4.relocation_likelihood"},
        headers=htmx,
    )
    assert "Skipped" in skipped.text
    client.post(f"{path}/E5.courted", data={"do": "unknown E5.courted"}, headers=htmx)
    client.post(f"{path}/E1.plans", data={"E1.plans": ["expand", "same"]}, headers=htmx)
    assert answers_of(database) == {
        "C1.employees_now": 120,
        "E4.relocation_likelihood": "skipped",
        "E5.courted": "unknown",
        "E1.plans": ["same", "expand"],
    }
    client.post(f"{path}/C1.employees_now", data={"do": "clear C1.employees_now"}, headers=htmx)
    assert "C1.employees_now" not in answers_of(database)
    assert client.post(f"{path}/Z9.nothing", headers=htmx).status_code == 404


def test_a_plain_form_keeps_a_question_and_leaves_the_rest(
    sign_in: SignIn, database: Database, watch: Watch
) -> None:
    call = make_visit(database, make_firm(database), actor=watch.actor)
    client = sign_in(watch.owner)
    path = f"/bre/{call.public_id}/answers"
    sent = {
        "question": "E2",
        "section": "E",
        "E2.considered": "yes",
        "E2.activity": "A second line",
        "E2.capex": "5 million",
        "E2.capex:currency": "",
        "E2.jobs": "forty",
    }
    refused = client.post(path, data=sent)
    assert refused.status_code == 422
    assert "1 answer could not be kept" in refused.text
    assert 'value="forty"' in refused.text
    assert answers_of(database)["E2.activity"] == "A second line"
    assert client.post(path, data={**sent, "E2.jobs": "40"}).status_code == 303
    kept = answers_of(database)
    assert kept["E2.jobs"] == 40
    assert kept["E2.capex"]["currency"] is None  # type: ignore[index]
    # Skipping the question leaves what was answered of it.
    client.post(path, data={"question": "E2", "do": "skip E2"})
    kept = answers_of(database)
    assert (kept["E2.jobs"], kept["E2.floor_area"]) == (40, "skipped")


def test_two_interviewers_are_told_of_each_other(
    sign_in: SignIn, database: Database, watch: Watch
) -> None:
    call = make_visit(database, make_firm(database), actor=watch.actor)
    path = f"/bre/{call.public_id}/answers/E4.relocation_likelihood"
    htmx = {"HX-Request": "true"}
    first, second = sign_in(watch.owner), sign_in(watch.backup)
    first.post(path, data={"E4.relocation_likelihood": "2"}, headers=htmx)
    told = second.post(path, data={"E4.relocation_likelihood": "5"}, headers=htmx)
    assert told.status_code == 409
    assert "Somebody else answered this meanwhile" in told.text
    assert "Now it says: 2/5" in told.text
    assert answers_of(database)["E4.relocation_likelihood"] == 2
    seen = re.search(r':seen" value="([^"]+)"', told.text)
    assert seen is not None
    over = {"E4.relocation_likelihood": "5", "E4.relocation_likelihood:seen": seen[1]}
    assert second.post(path, data=over, headers=htmx).status_code == 200
    assert answers_of(database)["E4.relocation_likelihood"] == 5


def test_the_last_visit_and_the_other_language_stand_beside(
    sign_in: SignIn, database: Database, watch: Watch
) -> None:
    firm = make_firm(database)
    earlier = make_visit(database, firm, actor=watch.actor, season=2025)
    answer(database, earlier, {"C1.employees_now": 140}, actor=watch.actor)
    with database.transaction(watch.actor) as session:
        session.get_one(BreCall, earlier.id).visited_on = date(2025, 5, 5)
    finish(database, earlier, actor=watch.actor)
    call = make_visit(database, firm, actor=watch.actor, language="ja")
    client = sign_in(watch.owner)
    page = client.get(f"/bre/{call.public_id}/answers?also=ja").text
    assert re.search(r"Last visit:</span> 140", page)
    assert "今後18か月" in page
    assert 'lang="ja"' in page
    assert "今後18か月" not in client.get(f"/bre/{call.public_id}/answers?also=xx").text
    assert client.get(f"/bre/{call.public_id}/answers?section=G").status_code == 200


def test_confidence_is_kept_for_an_answer(
    sign_in: SignIn, database: Database, watch: Watch
) -> None:
    call = make_visit(database, make_firm(database), actor=watch.actor)
    answer(database, call, {"E5.courted": "yes"}, actor=watch.actor)
    client = sign_in(watch.owner)
    path = f"/bre/{call.public_id}/answers"
    data = {
        "question": "E5",
        "section": "E",
        "do": "confidence E5",
        "E5.courted": "yes",
        "confidence": "explicit",
        "confidence_note": "Said off the record",
    }
    assert client.post(path, data=data).status_code == 303
    kept = the(database, BreAnswer)
    assert isinstance(kept, BreAnswer)
    assert (kept.in_confidence, kept.confidence_note) == (
        InConfidence.EXPLICIT,
        "Said off the record",
    )
    edited = client.post(
        f"/bre/{call.public_id}/edit",
        data={"in_confidence": "implicit", "share_consent": "no", "name_consent": "ask_first"},
    )
    assert edited.status_code == 303
    found = the(database, BreCall)
    assert isinstance(found, BreCall)
    assert (found.in_confidence, found.share_consent, found.name_consent) == (
        InConfidence.IMPLICIT,
        Consent.NO,
        Consent.ASK_FIRST,
    )
    # Who is not in the team changes the rest, and leaves this as it is.
    outsider = sign_in(Role.OFFICER)
    assert "Supplied in confidence" not in outsider.get(f"/bre/{call.public_id}/edit").text
    sent = {"topic": "Their plans", "share_consent": "yes", "in_confidence": ""}
    assert outsider.post(f"/bre/{call.public_id}/edit", data=sent).status_code == 303
    found = the(database, BreCall)
    assert isinstance(found, BreCall)
    assert (found.topic, found.share_consent) == ("Their plans", Consent.NO)


@pytest.mark.parametrize(
    ("language", "words"), [("ja", "ご訪問に際して"), ("ko", "방문 시"), ("fr", "notre visite")]
)
def test_the_sheet_goes_ahead_in_their_language(
    sign_in: SignIn, database: Database, watch: Watch, language: str, words: str
) -> None:
    call = make_visit(database, make_firm(database, native_name="見本工業"), actor=watch.actor)
    answer(database, call, {"E5.places": SECRET}, actor=watch.actor)
    client = sign_in(Role.VIEWER)
    path = f"/bre/{call.public_id}/sheet"
    page = client.get(path, query_string={"language": language}).text
    assert f'<html lang="{language}">' in page
    assert words in page
    assert SECRET not in page
    paper = page[page.index("<main") :]
    assert paper.count('<p class="question">') == 10
    # What the interviewer notes is never on it, whoever asks for it.
    chosen = client.get(path, query_string={"language": language, "q": ["E4", "H3"]}).text
    assert chosen[chosen.index("<main") :].count('<p class="question">') == 1
    paper_file = client.get(f"{path}.pdf", query_string={"language": language, "q": ["E4", "H3"]})
    assert paper_file.data.startswith(b"%PDF-")
    assert "attachment" in paper_file.headers["Content-Disposition"]
    writer = sign_in(watch.owner)
    sent = writer.post(f"/bre/{call.public_id}/sheet-sent", data={"sent_on": "2026-11-19"})
    assert sent.status_code == 303
    assert "sent on 19 Nov 2026" in writer.get(f"/bre/{call.public_id}").text


def finished(sign_in: SignIn, database: Database, watch: Watch) -> tuple[FlaskClient, BreCall]:
    """A visit with a red, a yellow and a green flag, finished on its page."""
    call = make_visit(database, make_firm(database, name="Watched Works"), actor=watch.actor)
    answer(
        database,
        call,
        {
            "E5.courted": "yes",
            "E5.places": SECRET,
            "A5.manager_change": "yes",
            "E2.considered": "yes",
            "E2.activity": "A second line",
        },
        actor=watch.actor,
    )
    client = sign_in(watch.owner)
    done = client.post(
        f"/bre/{call.public_id}/finish", data={"visited_on": "2026-11-20", "kind": "meeting"}
    )
    assert done.status_code == 303
    assert "A red flag opened a case" in client.get(done.location).text
    return client, call


def test_finishing_raises_flags_and_a_case(
    sign_in: SignIn, database: Database, watch: Watch
) -> None:
    client, call = finished(sign_in, database, watch)
    page = client.get("/bre/flags").text
    assert "Other places are trying to attract the company." in page
    assert page.count('class="flag-mark') == 3
    assert client.get("/bre/flags?severity=red").text.count('class="flag-mark') == 1
    assert client.get("/bre/flags?axis=expansion").text.count('class="flag-mark') == 1
    assert client.get("/bre/flags?rule=A5-yellow").text.count('class="flag-mark') == 1
    facilities = client.get("/bre/facilities").text
    assert "Watched Works" in facilities
    rules = client.get("/bre/rules").text
    assert "E5-red" in rules
    case = the(database, BreCase)
    assert isinstance(case, BreCase)
    assert "Watched Works" in client.get("/bre/cases").text
    assert SECRET in client.get(f"/bre/{call.public_id}/answers?section=E").text
    home = client.get("/").text
    assert "My cases of company visits" in home
    assert "My cases of company visits" not in sign_in(watch.backup).get("/").text
    interaction = the(database, Interaction)
    assert isinstance(interaction, Interaction)
    assert (interaction.summary, interaction.text) == ("Company visit (BR+E)", None)


def test_a_case_is_answered_planned_and_closed(
    sign_in: SignIn, database: Database, watch: Watch
) -> None:
    client, _call = finished(sign_in, database, watch)
    case = the(database, BreCase)
    assert isinstance(case, BreCase)
    path = f"/bre/cases/{case.public_id}"
    assert "Tue 24 Nov 10:00 Toronto" in client.get(path).text
    empty = client.post(f"{path}/answer", data={"note": " "})
    assert (empty.status_code, "Say what the company was answered" in empty.text) == (422, True)
    assert client.post(f"{path}/answer", data={"note": "We called them"}).status_code == 303
    assert client.post(f"{path}/plan", data={"note": "Meet the utility"}).status_code == 303
    early = client.post(f"{path}/bring-in", data={"who": "The utility"})
    assert (early.status_code, "Ask the company first" in early.text) == (422, False)
    assert client.post(f"{path}/consent", data={"consent": "yes"}).status_code == 303
    assert client.post(f"{path}/bring-in", data={"who": "The utility"}).status_code == 303
    assert client.post(f"{path}/jobs", data={"jobs_at_risk": "-1"}).status_code == 422
    assert client.post(f"{path}/jobs", data={"jobs_at_risk": "45"}).status_code == 303
    assert re.search(r"45\s*</td>", client.get("/bre/facilities").text)
    give = client.post(f"{path}/reassign", data={"owner": watch.backup.public_id})
    assert give.status_code == 303
    stranger = make_user(database)
    refused = client.post(f"{path}/reassign", data={"owner": stranger.public_id})
    assert refused.status_code == 422
    closing = {"outcome": "retained", "jobs_at_risk": "40", "jobs_retained": "38"}
    assert client.post(f"{path}/close", data=closing).status_code == 303
    case = the(database, BreCase)
    assert isinstance(case, BreCase)
    assert (case.owner_id, case.jobs_at_risk, case.jobs_retained) == (watch.backup.id, 40, 38)
    assert "Watched Works" in client.get("/bre/cases?state=closed").text
    assert client.post(f"{path}/reopen").status_code == 303


def test_a_flag_is_judged_and_becomes_a_lead(
    sign_in: SignIn, database: Database, watch: Watch
) -> None:
    client, _call = finished(sign_in, database, watch)
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        flags = {flag.rule: flag.public_id for flag in session.scalars(sa.select(BreFlag))}
    path = f"/bre/flags/{flags['A5-yellow']}"
    assert "yes" in client.get(path).text
    silent = client.post(f"{path}/judge", data={"standing": "set_down"})
    assert (silent.status_code, "Say why the flag is set down" in silent.text) == (422, True)
    said = {"standing": "set_down", "reason": "A planned handover"}
    assert client.post(f"{path}/judge", data=said).status_code == 303
    assert "A planned handover" in client.get(path).text
    assert client.post(f"{path}/reopen").status_code == 303
    path = f"/bre/flags/{flags['E2-green']}"
    assert "Open the lead it proposes" in client.get(path).text
    assert "The whole office may see it" not in client.get(f"{path}/lead").text
    opened = client.post(f"{path}/lead", data={"lead_type": "expansion"})
    assert opened.status_code == 303
    lead = the(database, Lead)
    assert isinstance(lead, Lead)
    assert (lead.team_id, lead.need) == (watch.team.id, "A second line")
    assert client.get(opened.location).status_code == 200
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        flag = session.scalars(sa.select(BreFlag).where(BreFlag.rule == "E2-green")).one()
    assert (flag.lead_id, flag.standing) == (lead.id, FlagStanding.CONFIRMED)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.MANAGER, Role.VIEWER])
def test_an_outsider_sees_that_there_was_a_visit_and_nothing_of_it(
    sign_in: SignIn, database: Database, watch: Watch, role: Role
) -> None:
    firm = make_firm(database, name="Watched Works")
    call = make_visit(database, firm, actor=watch.actor, topic="Their year")
    outsider = sign_in(role)
    client = sign_in(watch.owner)
    client.post(
        f"/bre/{call.public_id}/finish", data={"visited_on": "2026-11-20", "kind": "meeting"}
    )
    paths = [
        "/bre/",
        f"/bre/{call.public_id}",
        f"/bre/{call.public_id}/sheet",
        f"/organizations/{firm.public_id}",
        "/search/?q=Watched",
    ]
    before = {path: _body(outsider, path) for path in paths}
    assert "Their year" in before[f"/organizations/{firm.public_id}"]
    answer(
        database,
        call,
        {"E5.courted": "yes", "E5.places": SECRET, "E2.considered": "yes"},
        actor=watch.actor,
    )
    finish(database, call, actor=watch.actor)
    case, flags = the(database, BreCase), []
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        flags = list(session.scalars(sa.select(BreFlag)))
    assert isinstance(case, BreCase)
    for path in paths:
        assert _body(outsider, path) == before[path], path
    for path in (
        f"/bre/{call.public_id}/answers",
        f"/bre/{call.public_id}/answers/E5.courted",
        "/bre/flags",
        "/bre/facilities",
        "/bre/cases",
        "/bre/rules",
        f"/bre/flags/{flags[0].public_id}",
        f"/bre/cases/{case.public_id}",
    ):
        assert outsider.get(path).status_code in (404, 405), path
    writing = [
        f"/bre/{call.public_id}/answers/E5.courted",
        f"/bre/{call.public_id}/answers",
        *(f"/bre/flags/{flags[0].public_id}/{verb}" for verb in ("judge", "reopen", "lead")),
        *(
            f"/bre/cases/{case.public_id}/{verb}"
            for verb in (
                "answer",
                "plan",
                "jobs",
                "consent",
                "bring-in",
                "reassign",
                "close",
                "reopen",
            )
        ),
    ]
    for path in writing:
        answered = outsider.post(path, data={"E5.courted": "no", "question": "E5"})
        assert answered.status_code == (403 if role is Role.VIEWER else 404), path
    assert answers_of(database)["E5.courted"] == "yes"


def test_a_hidden_company_is_no_news_to_the_team_either(
    sign_in: SignIn, database: Database, watch: Watch
) -> None:
    owner, _call = finished(sign_in, database, watch)
    hidden = make_firm(database, name="Zephyr Lithography", jobs=5_000)
    only = make_team(database, watch.owner)
    restrict(database, hidden, only.id)
    client = sign_in(watch.backup)
    paths = ["/bre/", "/bre/flags?state=all", "/bre/facilities", "/bre/cases", "/bre/rules", "/"]
    before = {path: _body(client, path) for path in paths}
    insider = actor_for(database, watch.owner)
    call = make_visit(database, hidden, actor=insider)
    answer(database, call, {"E5.courted": "yes", "E2.considered": "yes"}, actor=insider)
    finish(database, call, actor=insider)
    for path in paths:
        assert _body(client, path) == before[path], path
    assert client.get(f"/bre/{call.public_id}").status_code == 404
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        flags = session.scalars(sa.select(BreFlag).where(BreFlag.call_id == call.id)).all()
    assert len(flags) == 2
    for flag in flags:
        assert client.get(f"/bre/flags/{flag.public_id}").status_code == 404
    assert "Zephyr" in owner.get("/bre/cases").text


def _body(client: FlaskClient, path: str) -> str:
    page = client.get(path)
    assert page.status_code == 200, path
    return re.sub(r'(csrf_token"[^>]*value=|X-CSRFToken": )"[^"]*"', "", page.text)


def test_viewers_ask_for_nothing_and_partners_see_nothing(
    sign_in: SignIn, database: Database, watch: Watch
) -> None:
    firm = make_firm(database)
    call = make_visit(database, firm, actor=watch.actor)
    viewer, partner = sign_in(Role.VIEWER), sign_in(Role.PARTNER)
    for path in (
        f"/bre/ask/{firm.public_id}",
        f"/bre/new/{firm.public_id}",
        *(
            f"/bre/{call.public_id}/{verb}"
            for verb in ("book", "decline", "ask-again", "edit", "finish", "sheet-sent", "answers")
        ),
    ):
        assert viewer.post(path, data={"reason": "x"}).status_code == 403, path
    assert viewer.get("/bre/").status_code == 200
    for path in ("/bre/", f"/bre/{call.public_id}", "/bre/flags", f"/bre/{call.public_id}/sheet"):
        assert partner.get(path).status_code == 403
    found = the(database, BreCall)
    assert isinstance(found, BreCall)
    assert found.standing is BreStanding.ASKED


def test_without_a_team_the_pages_say_who_can_name_one(sign_in: SignIn, database: Database) -> None:
    client = sign_in(Role.OFFICER)
    call = make_visit(database, make_firm(database))
    words = "An administrator names one under Administration, Offices."
    for path in ("/bre/", f"/bre/{call.public_id}"):
        assert words in client.get(path).text
    refused = client.get(f"/bre/{call.public_id}/answers")
    assert (refused.status_code, words in refused.text) == (422, True)
    # That it took place can be said all the same.
    done = client.post(
        f"/bre/{call.public_id}/finish", data={"visited_on": "2026-11-20", "kind": "meeting"}
    )
    assert done.status_code == 303


def test_an_administrators_look_is_written_down(
    sign_in: SignIn, database: Database, watch: Watch
) -> None:
    _client, call = finished(sign_in, database, watch)
    case = the(database, BreCase)
    assert isinstance(case, BreCase)
    admin = sign_in(Role.ADMIN)
    admin.get(f"/bre/{call.public_id}/answers")
    admin.get(f"/bre/cases/{case.public_id}")
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        looks = session.scalars(
            sa.select(AuditEntry.record_type).where(AuditEntry.action == "looked")
        ).all()
    assert set(looks) == {"bre_calls", "bre_cases"}


@pytest.mark.parametrize("path", ["/bre/", "/bre/flags", "/bre/facilities", "/bre/cases"])
def test_a_list_costs_the_same_however_long(
    sign_in: SignIn, database: Database, watch: Watch, queries: QueryCounter, path: str
) -> None:
    client = sign_in(watch.owner)
    counts = []
    for more in (2, 6):
        for _number in range(more):
            call = make_visit(database, make_firm(database), actor=watch.actor)
            answer(database, call, {"E5.courted": "yes"}, actor=watch.actor)
            finish(database, call, actor=watch.actor, now=NOW)
        with queries:
            assert client.get(path).status_code == 200
        counts.append(queries.count)
    assert counts[0] == counts[1]


def test_the_season_of_this_year_goes_without_saying() -> None:
    """So that a list kept under a name shows next year's visits next year."""
    assert read_filter({"season": "2026"}, this_year=2026).arguments == {}
    assert read_filter({"season": "2025"}, this_year=2026).arguments == {"season": "2025"}
