"""Commands on company visits: their standing, their answers, and what follows from them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from crm.bre.answering import Seen, save_answer, save_confidence
from crm.bre.cases import answer_case, bring_in, close_case, plan_case, reassign_case
from crm.bre.escalation import run as escalate
from crm.bre.finishing import COMPOSED, is_withdrawn
from crm.bre.judging import LeadWish, judge_flag, open_lead_from_flag
from crm.bre.response import SettingsDetails, save_settings
from crm.bre.service import (
    VisitDetails,
    ask_again,
    ask_visit,
    book_visit,
    decline_visit,
    record_visit,
)
from crm.database import Database
from crm.leads.confidentiality import lift_restriction, settle_organization
from models.bre_call import (
    BreAnswer,
    BreCall,
    BreCase,
    BreFlag,
    BreStanding,
    CaseOutcome,
    Consent,
    FlagStanding,
    InConfidence,
    QuestionnaireVersion,
    Severity,
)
from models.errors import ConflictError, DomainError, ForbiddenError
from models.interaction import Interaction, InteractionKind, InteractionStanding
from models.lead import Lead
from models.mail import MailKind, OutgoingMail
from models.measure import Precision, StatedDate
from models.organization import Organization
from models.stage import LeadType, StageCode
from models.user import LOCAL_ADMINISTRATOR, Office, OfficeClosure, Role, TeamMember
from tests.factories.organization import restrict
from tests.factories.user import actor_for, make_team, make_user
from tests.factories.visit import Watch, answer, finish, make_firm, make_visit, make_watch

# A Friday, 16:40 in Toronto.
FRIDAY = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 21, 40, tzinfo=UTC)
THREE_YELLOWS = {"A5.manager_change": "yes", "C7.permit_issue": "yes", "F2.supplier_risk": "yes"}


@pytest.fixture
def watch(any_database: Database) -> Watch:
    """A team, an office and its people."""
    return make_watch(any_database)


def flags(database: Database, call: BreCall) -> dict[str, BreFlag]:
    """The flags of a visit by rule."""
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        rows = session.scalars(sa.select(BreFlag).where(BreFlag.call_id == call.id))
        return {row.rule: row for row in rows}


def the_case(database: Database) -> BreCase:
    """The only case."""
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        return session.scalars(sa.select(BreCase)).one()


def letters(database: Database) -> list[OutgoingMail]:
    """Every letter, in order."""
    with database.reader(LOCAL_ADMINISTRATOR) as session:
        return list(session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id)))


def test_a_visit_is_asked_booked_and_stands_in_the_calendar(
    any_database: Database, watch: Watch
) -> None:
    firm = make_firm(any_database)
    call = make_visit(any_database, firm, actor=watch.actor)
    assert (call.standing, call.season, call.asked_on) == (
        BreStanding.ASKED,
        2026,
        date(2026, 11, 20),
    )
    starts = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
    with any_database.transaction(watch.actor) as session:
        found = session.get_one(BreCall, call.id)
        book_visit(
            session, found, starts_at=starts, time_zone="America/Toronto",
            actor=watch.actor, now=FRIDAY,
        )  # fmt: skip
        book_visit(
            session, found, starts_at=starts + timedelta(days=1), time_zone="America/Toronto",
            kind=InteractionKind.VIDEO, actor=watch.actor, now=FRIDAY,
        )  # fmt: skip
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        meeting = session.scalars(sa.select(Interaction)).one()
    assert (meeting.standing, meeting.kind) == (
        InteractionStanding.PLANNED,
        InteractionKind.VIDEO,
    )
    assert meeting.starts_at == starts + timedelta(days=1)


def test_one_firm_is_asked_once_a_season(any_database: Database, watch: Watch) -> None:
    firm = make_firm(any_database)
    make_visit(any_database, firm, actor=watch.actor)
    with pytest.raises(DomainError, match="already this season"):
        make_visit(any_database, firm, actor=watch.actor)
    make_visit(any_database, firm, actor=watch.actor, season=2027)


def test_a_declined_visit_says_why_and_is_asked_again(any_database: Database, watch: Watch) -> None:
    call = make_visit(any_database, make_firm(any_database), actor=watch.actor)
    with any_database.transaction(watch.actor) as session:
        found = session.get_one(BreCall, call.id)
        with pytest.raises(DomainError, match="why the company declined"):
            decline_visit(session, found, reason=" ", actor=watch.actor, now=FRIDAY)
        decline_visit(session, found, reason="No time", actor=watch.actor, now=FRIDAY)
        assert (found.standing, found.declined_reason) == (BreStanding.DECLINED, "No time")
        with pytest.raises(DomainError, match="declined this visit"):
            save_answer(session, found, "E4", 4, actor=watch.actor, now=FRIDAY)
        ask_again(session, found, actor=watch.actor, now=FRIDAY)
        assert (found.standing, found.declined_reason) == (BreStanding.ASKED, None)


def test_a_visit_of_the_past_keeps_its_precision_and_no_answers(
    any_database: Database, watch: Watch
) -> None:
    firm = make_firm(any_database)
    with any_database.transaction(watch.actor) as session:
        call = record_visit(
            session,
            VisitDetails(organization_id=firm.id, topic="Their second line"),
            visited=StatedDate(date(2025, 6, 1), Precision.MONTH, "in June"),
            actor=watch.actor,
            now=FRIDAY,
        )
    assert (call.season, call.standing, call.visited_precision) == (
        2025,
        BreStanding.DONE,
        Precision.MONTH,
    )
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        held = session.scalars(sa.select(Interaction)).one()
    assert (held.happened_on, held.happened_precision) == (date(2025, 6, 1), Precision.MONTH)
    assert (held.text, held.standing) == (None, InteractionStanding.HELD)


def test_without_a_named_team_nothing_is_written_down(database: Database) -> None:
    officer = actor_for(database, make_user(database))
    call = make_visit(database, make_firm(database), actor=officer)
    with database.transaction(officer) as session:
        found = session.get_one(BreCall, call.id)
        with pytest.raises(DomainError, match="An administrator names one under Administration"):
            save_answer(session, found, "E4.relocation_likelihood", 4, actor=officer, now=FRIDAY)


def test_who_is_not_in_the_team_writes_and_reads_no_answer(
    any_database: Database, watch: Watch
) -> None:
    call = make_visit(any_database, make_firm(any_database), actor=watch.actor)
    answer(any_database, call, {"E4.relocation_likelihood": 5}, actor=watch.actor)
    finish(any_database, call, actor=watch.actor, now=FRIDAY)
    for role in (Role.OFFICER, Role.MANAGER):
        outsider = actor_for(any_database, make_user(any_database, role=role))
        with any_database.transaction(outsider) as session:
            found = session.get_one(BreCall, call.id)
            with pytest.raises(ForbiddenError):
                save_answer(session, found, "E5.courted", "no", actor=outsider, now=FRIDAY)
            for cls in (BreAnswer, BreFlag, BreCase):
                assert session.scalars(sa.select(cls)).all() == []
    viewer = actor_for(any_database, make_user(any_database, role=Role.VIEWER))
    with any_database.transaction(viewer) as session:
        found = session.get_one(BreCall, call.id)
        with pytest.raises(ForbiddenError):
            save_answer(session, found, "E5.courted", "no", actor=viewer, now=FRIDAY)


def test_an_answer_is_kept_skipped_unknown_and_taken_back(
    any_database: Database, watch: Watch
) -> None:
    call = make_visit(any_database, make_firm(any_database), actor=watch.actor)
    answer(
        any_database,
        call,
        {
            "C1.employees_now": "1,200",
            "E4.relocation_likelihood": "skipped",
            "E5.courted": "unknown",
        },
        actor=watch.actor,
    )
    with any_database.reader(watch.actor) as session:
        kept = {row.part: row for row in session.scalars(sa.select(BreAnswer))}
        assert session.scalars(sa.select(QuestionnaireVersion)).one().number == 1
    assert kept["C1.employees_now"].value == 1200
    assert kept["E4.relocation_likelihood"].is_skipped
    assert kept["E4.relocation_likelihood"].value is None
    assert (kept["E5.courted"].value, kept["E5.courted"].is_skipped) == ("unknown", False)
    assert {row.team_id for row in kept.values()} == {watch.team.id}
    answer(any_database, call, {"C1.employees_now": ""}, actor=watch.actor)
    with any_database.reader(watch.actor) as session:
        assert "C1.employees_now" not in set(session.scalars(sa.select(BreAnswer.part)))
    with pytest.raises(DomainError):
        answer(any_database, call, {"C1.employees_now": "many"}, actor=watch.actor)


def test_two_interviewers_do_not_write_over_each_other(
    any_database: Database, watch: Watch
) -> None:
    call = make_visit(any_database, make_firm(any_database), actor=watch.actor)
    other = actor_for(any_database, watch.backup)
    answer(any_database, call, {"C1.employees_now": 120}, actor=other)
    with any_database.transaction(watch.actor) as session:
        found = session.get_one(BreCall, call.id)
        both = {"actor": watch.actor, "now": FRIDAY}
        # Another part is nobody's business; the same answer is no conflict; another one is.
        save_answer(session, found, "C1.employees_year_ago", 130, seen=Seen(None), **both)
        save_answer(session, found, "C1.employees_now", 120, seen=Seen(None), **both)
        with pytest.raises(ConflictError):
            save_answer(session, found, "C1.employees_now", 90, seen=Seen(None), **both)
        kept = session.scalars(
            sa.select(BreAnswer).where(BreAnswer.part == "C1.employees_now")
        ).one()
        assert kept.value == 120
        save_answer(session, found, "C1.employees_now", 90, seen=Seen(kept.answered_at), **both)
        assert kept.value == 90


def test_a_red_flag_opens_a_case_and_writes_at_once_without_the_company(
    any_database: Database, watch: Watch
) -> None:
    firm = make_firm(any_database)
    call = make_visit(any_database, firm, actor=watch.actor)
    answer(any_database, call, {"E4.relocation_likelihood": 4}, actor=watch.actor)
    done = finish(any_database, call, actor=watch.actor, now=FRIDAY)
    assert done.case is not None
    case = the_case(any_database)
    assert case.reply_due_at == TUESDAY
    assert case.plan_due_at == datetime(2026, 11, 27, 21, 40, tzinfo=UTC)
    assert (case.owner_id, case.backup_id, case.manager_id) == (
        watch.owner.id,
        watch.backup.id,
        watch.manager.id,
    )
    assert case.team_id == watch.team.id
    sent = letters(any_database)
    assert [letter.user_id for letter in sent] == [
        watch.owner.id,
        watch.backup.id,
        watch.manager.id,
    ]
    for letter in sent:
        assert letter.kind is MailKind.RED_FLAG
        assert "First answer due Tue 24 Nov 16:40" in letter.body
        assert f"/bre/cases/{case.public_id}" in letter.body
        for told in (firm.name, firm.native_name or "?", "relocat"):
            assert told not in letter.subject + letter.body
    found = flags(any_database, call)["E4-red"]
    assert (found.case_id, found.due_at) == (case.id, TUESDAY)


def test_a_closing_day_of_the_office_moves_the_clock(any_database: Database, watch: Watch) -> None:
    with any_database.transaction(LOCAL_ADMINISTRATOR) as session:
        session.add(OfficeClosure(office_id=watch.office.id, closed_on=date(2026, 11, 23)))
    call = make_visit(any_database, make_firm(any_database), actor=watch.actor)
    answer(any_database, call, {"E5.courted": "yes"}, actor=watch.actor)
    finish(any_database, call, actor=watch.actor, now=FRIDAY)
    assert the_case(any_database).reply_due_at == TUESDAY + timedelta(days=1)


def test_finishing_again_adds_nothing_and_withdraws_what_no_longer_holds(
    any_database: Database, watch: Watch
) -> None:
    call = make_visit(any_database, make_firm(any_database), actor=watch.actor)
    answer(
        any_database,
        call,
        {"E4.relocation_likelihood": 5, "E5.courted": "yes", "A5.manager_change": "yes"},
        actor=watch.actor,
    )
    finish(any_database, call, actor=watch.actor, now=FRIDAY)
    assert len(letters(any_database)) == 3
    again = finish(any_database, call, actor=watch.actor, now=FRIDAY + timedelta(hours=1))
    assert (list(again.raised), list(again.withdrawn), again.case) == ([], [], None)
    assert len(letters(any_database)) == 3
    with any_database.transaction(watch.actor) as session:
        manager = session.scalars(sa.select(BreFlag).where(BreFlag.rule == "A5-yellow")).one()
        judge_flag(
            session, manager, FlagStanding.SET_DOWN, reason="A planned handover",
            actor=watch.actor, now=FRIDAY,
        )  # fmt: skip
    answer(
        any_database,
        call,
        {"E4.relocation_likelihood": 1, "A5.manager_change": "no"},
        actor=watch.actor,
    )
    finish(any_database, call, actor=watch.actor, now=FRIDAY + timedelta(hours=2))
    found = flags(any_database, call)
    assert is_withdrawn(found["E4-red"])
    assert found["E5-red"].standing is FlagStanding.OPEN
    assert (found["A5-yellow"].standing, found["A5-yellow"].set_down_reason) == (
        FlagStanding.SET_DOWN,
        "A planned handover",
    )
    # It fires again: the flag is open again, and its people are told again.
    answer(any_database, call, {"E4.relocation_likelihood": 4}, actor=watch.actor)
    finish(any_database, call, actor=watch.actor, now=FRIDAY + timedelta(hours=3))
    assert flags(any_database, call)["E4-red"].standing is FlagStanding.OPEN
    assert len(letters(any_database)) == 6


def test_a_red_of_yellows_waits_for_a_person(any_database: Database, watch: Watch) -> None:
    call = make_visit(any_database, make_firm(any_database), actor=watch.actor)
    answer(any_database, call, THREE_YELLOWS, actor=watch.actor)
    finish(any_database, call, actor=watch.actor, now=FRIDAY)
    found = flags(any_database, call)
    assert found[COMPOSED].is_composed
    assert found[COMPOSED].severity is Severity.RED
    assert letters(any_database) == []
    with any_database.transaction(watch.actor) as session:
        flag = session.get_one(BreFlag, found[COMPOSED].id)
        with pytest.raises(DomainError, match="why the flag is set down"):
            judge_flag(
                session, flag, FlagStanding.SET_DOWN, reason="", actor=watch.actor, now=FRIDAY
            )
        case = judge_flag(session, flag, FlagStanding.CONFIRMED, actor=watch.actor, now=FRIDAY)
        assert case is not None
        assert flag.case_id == case.id
    assert len(letters(any_database)) == 3


def test_several_parts_of_one_rule_are_several_flags(any_database: Database, watch: Watch) -> None:
    call = make_visit(any_database, make_firm(any_database), actor=watch.actor)
    answer(any_database, call, {"G1.roads": 2, "G1.transit": 2}, actor=watch.actor)
    finish(any_database, call, actor=watch.actor, now=FRIDAY)
    assert set(flags(any_database, call)) == {"G1-yellow/G1.roads", "G1-yellow/G1.transit"}


def test_the_last_visit_is_compared(any_database: Database, watch: Watch) -> None:
    firm = make_firm(any_database)
    earlier = make_visit(any_database, firm, actor=watch.actor, season=2025)
    answer(any_database, earlier, {"G2.overall": 5}, actor=watch.actor)
    finish(
        any_database, earlier, visited=StatedDate(date(2025, 5, 5)), actor=watch.actor, now=FRIDAY
    )
    call = make_visit(any_database, firm, actor=watch.actor)
    answer(any_database, call, {"G2.overall": 3}, actor=watch.actor)
    finish(any_database, call, actor=watch.actor, now=FRIDAY)
    flag = flags(any_database, call)["G2-yellow-since-last"]
    assert {(one["part"], one["is_last"]) for one in flag.evidence if "part" in one} == {
        ("G2.overall", True),
        ("G2.overall", False),
    }


def open_case_of(database: Database, watch: Watch) -> BreCase:
    """A case that a red flag opened on Friday afternoon."""
    call = make_visit(database, make_firm(database), actor=watch.actor)
    answer(database, call, {"E5.courted": "yes"}, actor=watch.actor)
    finish(database, call, actor=watch.actor, now=FRIDAY)
    return the_case(database)


def test_a_late_case_escalates_once_for_each_deadline(any_database: Database, watch: Watch) -> None:
    case = open_case_of(any_database, watch)
    told = len(letters(any_database))

    def at(moment: datetime) -> int:
        with any_database.unscoped(LOCAL_ADMINISTRATOR, purpose="duty") as session:
            return escalate(session, now=moment)

    assert at(TUESDAY - timedelta(minutes=1)) == 0
    assert at(TUESDAY) == 1
    assert at(TUESDAY + timedelta(minutes=1)) == 0
    late = letters(any_database)[told:]
    assert [letter.user_id for letter in late] == [watch.backup.id, watch.manager.id]
    assert "no first answer. It was due Tue 24 Nov 16:40" in late[0].body
    assert the_case(any_database).escalated_for == "reply"
    with any_database.transaction(watch.actor) as session:
        answer_case(
            session, session.get_one(BreCase, case.id), note="We called", actor=watch.actor,
            now=TUESDAY + timedelta(hours=1),
        )  # fmt: skip
    assert at(case.plan_due_at) == 1
    assert "no plan" in letters(any_database)[-1].body
    assert at(case.close_due_at) == 1
    assert at(case.close_due_at + timedelta(days=9)) == 0
    assert len(letters(any_database)) == told + 6


def test_whoever_left_the_team_is_written_to_no_more(any_database: Database, watch: Watch) -> None:
    case = open_case_of(any_database, watch)
    told = len(letters(any_database))
    new_team = make_team(any_database, new := make_user(any_database, name="Nora New"))
    with any_database.transaction(LOCAL_ADMINISTRATOR) as session:
        gone = sa.delete(TeamMember).where(TeamMember.user_id == watch.backup.id)
        session.execute(gone)
    with any_database.unscoped(LOCAL_ADMINISTRATOR, purpose="duty") as session:
        assert escalate(session, now=TUESDAY) == 1
    assert [one.user_id for one in letters(any_database)[told:]] == [watch.manager.id]
    # Another team is named: its own people are told, and nobody of the old one.
    with any_database.transaction(LOCAL_ADMINISTRATOR) as session:
        office = session.get_one(Office, watch.office.id)
        named = SettingsDetails(team_id=new_team.id, owner_id=new.id)
        save_settings(session, office, named, actor=LOCAL_ADMINISTRATOR)
    with any_database.unscoped(LOCAL_ADMINISTRATOR, purpose="duty") as session:
        assert escalate(session, now=case.plan_due_at) == 1
    assert [one.user_id for one in letters(any_database)[told + 1 :]] == [new.id]


def test_a_visitor_outside_the_team_does_not_learn_of_a_red_flag(
    any_database: Database, watch: Watch
) -> None:
    with any_database.transaction(LOCAL_ADMINISTRATOR) as session:
        office = session.get_one(Office, watch.office.id)
        only_team = SettingsDetails(team_id=watch.team.id)
        save_settings(session, office, only_team, actor=LOCAL_ADMINISTRATOR)
    visitor = make_user(any_database, office=watch.office)
    call = make_visit(
        any_database, make_firm(any_database), actor=watch.actor, interviewer_id=visitor.id
    )
    answer(any_database, call, {"E5.courted": "yes"}, actor=watch.actor)
    finish(any_database, call, actor=watch.actor, now=FRIDAY)
    assert the_case(any_database).owner_id == watch.owner.id
    assert {one.user_id for one in letters(any_database)} == {watch.owner.id}


def test_a_case_answered_in_time_does_not_escalate(any_database: Database, watch: Watch) -> None:
    case = open_case_of(any_database, watch)
    with any_database.transaction(watch.actor) as session:
        found = session.get_one(BreCase, case.id)
        with pytest.raises(DomainError, match="before the plan"):
            plan_case(session, found, note="Visit again", actor=watch.actor, now=FRIDAY)
        answer_case(session, found, note="We called", actor=watch.actor, now=FRIDAY)
    with any_database.unscoped(LOCAL_ADMINISTRATOR, purpose="duty") as session:
        assert escalate(session, now=TUESDAY) == 0


def test_nobody_from_outside_without_consent(any_database: Database, watch: Watch) -> None:
    case = open_case_of(any_database, watch)
    with any_database.transaction(watch.actor) as session:
        found = session.get_one(BreCase, case.id)
        for consent in (None, Consent.ASK_FIRST, Consent.NO):
            found.third_parties_consent = consent
            with pytest.raises(DomainError, match="Ask the company first"):
                bring_in(session, found, who="The utility", actor=watch.actor, now=FRIDAY)
        found.third_parties_consent = Consent.YES
        bring_in(session, found, who="The utility", actor=watch.actor, now=FRIDAY)
        assert "The utility" in (found.plan_note or "")


def test_a_case_ends_with_an_outcome_and_unknown_jobs_stay_unknown(
    any_database: Database, watch: Watch
) -> None:
    case = open_case_of(any_database, watch)
    with any_database.transaction(watch.actor) as session:
        found = session.get_one(BreCase, case.id)
        both = {"actor": watch.actor, "now": FRIDAY}
        with pytest.raises(DomainError, match="without a first answer"):
            close_case(session, found, outcome=CaseOutcome.NO_RISK, **both)
        with pytest.raises(DomainError, match="More jobs"):
            close_case(
                session, found, outcome=CaseOutcome.RETAINED, note="x",
                jobs_at_risk=10, jobs_retained=11, **both,
            )  # fmt: skip
        close_case(session, found, outcome=CaseOutcome.RETAINED, note="They stay", **both)
        assert (found.jobs_at_risk, found.jobs_retained) == (None, None)
        with pytest.raises(DomainError, match="closed"):
            answer_case(session, found, note="x", **both)
        flag = session.scalars(sa.select(BreFlag)).one()
        assert flag.standing is FlagStanding.CLOSED


def test_a_case_goes_only_to_the_team(any_database: Database, watch: Watch) -> None:
    case = open_case_of(any_database, watch)
    stranger = make_user(any_database)
    with any_database.transaction(watch.actor) as session:
        found = session.get_one(BreCase, case.id)
        with pytest.raises(DomainError, match="not in the team"):
            reassign_case(session, found, owner_id=stranger.id, actor=watch.actor, now=FRIDAY)
        reassign_case(session, found, owner_id=watch.backup.id, actor=watch.actor, now=FRIDAY)
        assert found.owner_id == watch.backup.id


def test_what_was_said_in_confidence_is_in_no_open_lead(
    any_database: Database, watch: Watch
) -> None:
    call = make_visit(any_database, make_firm(any_database), actor=watch.actor)
    said = {"E2.considered": "yes", "E2.activity": "A second line", "H2.may_share": "yes"}
    answer(any_database, call, said, actor=watch.actor)
    finish(any_database, call, actor=watch.actor, now=FRIDAY)
    flag, wish = flags(any_database, call)["E2-green"], LeadWish(is_open=True)
    told: dict[str, Any] = {"note": None, "actor": watch.actor}
    with any_database.transaction(watch.actor) as session:
        found, visit = session.get_one(BreFlag, flag.id), session.get_one(BreCall, call.id)
        secret = InConfidence.EXPLICIT
        save_confidence(session, visit, ["E2.activity"], in_confidence=secret, **told)
        with pytest.raises(DomainError, match="said in confidence") as caught:
            open_lead_from_flag(session, found, wish, actor=watch.actor, now=FRIDAY)
        assert caught.value.field == "team"
        # Of what the lead does not tell, nothing is in the way.
        save_confidence(session, visit, ["E2.activity"], in_confidence=None, **told)
        save_confidence(session, visit, ["H2.may_share"], in_confidence=secret, **told)
        lead = open_lead_from_flag(session, found, wish, actor=watch.actor, now=FRIDAY)
        assert lead.team_id is None


def test_a_green_flag_becomes_a_lead_of_the_team(any_database: Database, watch: Watch) -> None:
    firm = make_firm(any_database)
    call = make_visit(any_database, firm, actor=watch.actor)
    answer(
        any_database,
        call,
        {"E2.considered": "yes", "E2.activity": "A second line", "E2.jobs": 40},
        actor=watch.actor,
    )
    finish(any_database, call, actor=watch.actor, now=FRIDAY)
    flag = flags(any_database, call)["E2-green"]
    with any_database.transaction(watch.actor) as session:
        found = session.get_one(BreFlag, flag.id)
        with pytest.raises(DomainError, match="may be shared"):
            open_lead_from_flag(
                session, found, LeadWish(is_open=True), actor=watch.actor, now=FRIDAY
            )
        lead = open_lead_from_flag(session, found, LeadWish(), actor=watch.actor, now=FRIDAY)
        assert found.lead_id == lead.id
        with pytest.raises(DomainError, match="already"):
            open_lead_from_flag(session, found, LeadWish(), actor=watch.actor, now=FRIDAY)
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        lead = session.get_one(Lead, lead.id)
        assert (lead.lead_type, lead.team_id) == (LeadType.EXPANSION, watch.team.id)
        assert (lead.need, lead.jobs_count, lead.capex_amount) == ("A second line", 40, None)
        assert lead.stage is StageCode.FIRST_CONTACT
        assert session.get_one(Organization, firm.id).team_id is None
    outsider = actor_for(any_database, make_user(any_database, role=Role.MANAGER))
    with any_database.reader(outsider) as session:
        assert session.scalars(sa.select(Lead)).all() == []


def test_a_restriction_of_others_neither_opens_nor_takes_what_was_said(
    any_database: Database, watch: Watch
) -> None:
    firm = make_firm(any_database)
    call = make_visit(any_database, firm, actor=watch.actor)
    answer(any_database, call, {"E2.considered": "yes", "E5.courted": "yes"}, actor=watch.actor)
    finish(any_database, call, actor=watch.actor, now=FRIDAY)
    with any_database.transaction(watch.actor) as session:
        flag = session.scalars(sa.select(BreFlag).where(BreFlag.rule == "E2-green")).one()
        lead = open_lead_from_flag(session, flag, LeadWish(), actor=watch.actor, now=FRIDAY)
        settle_organization(session, firm.id)
        lift_restriction(
            session, session.get_one(Lead, lead.id), reason="x", actor=watch.actor, now=FRIDAY
        )
        settle_organization(session, firm.id)
    with any_database.reader(LOCAL_ADMINISTRATOR) as session:
        for cls in (BreAnswer, BreFlag, BreCase):
            assert set(session.scalars(sa.select(cls.team_id))) == {watch.team.id}, cls
        assert set(session.scalars(sa.select(BreCall.team_id))) == {None}


def test_another_team_takes_over_what_was_said(any_database: Database, watch: Watch) -> None:
    open_case_of(any_database, watch)
    newcomer = make_user(any_database)
    team = make_team(any_database, newcomer)
    with any_database.transaction(LOCAL_ADMINISTRATOR) as session:
        office = session.get_one(Office, watch.office.id)
        admin = {"actor": LOCAL_ADMINISTRATOR}
        with pytest.raises(DomainError, match="name the team that keeps"):
            save_settings(session, office, SettingsDetails(), **admin)
        with pytest.raises(DomainError, match="not in the team"):
            save_settings(
                session, office, SettingsDetails(team_id=team.id, owner_id=watch.owner.id), **admin
            )
        save_settings(
            session, office, SettingsDetails(team_id=team.id, owner_id=newcomer.id), **admin
        )
    with any_database.reader(watch.actor) as session:
        assert session.scalars(sa.select(BreFlag)).all() == []
    with any_database.reader(actor_for(any_database, newcomer)) as session:
        for cls in (BreAnswer, BreFlag, BreCase):
            assert len(session.scalars(sa.select(cls)).all()) == 1
    with any_database.transaction(watch.actor) as session, pytest.raises(ForbiddenError):
        save_settings(
            session, session.get_one(Office, watch.office.id), SettingsDetails(), actor=watch.actor
        )


def test_a_hidden_company_is_asked_only_by_its_team(any_database: Database, watch: Watch) -> None:
    firm = make_firm(any_database)
    team = make_team(any_database, watch.owner)
    restrict(any_database, firm, team.id)
    insider = actor_for(any_database, watch.owner)
    call = make_visit(any_database, firm, actor=insider)
    assert call.team_id == team.id
    with any_database.reader(actor_for(any_database, watch.backup)) as session:
        assert session.scalars(sa.select(BreCall)).all() == []


def test_a_reader_asks_for_nothing(database: Database) -> None:
    viewer = actor_for(database, make_user(database, role=Role.VIEWER))
    firm = make_firm(database)
    with database.transaction(viewer) as session, pytest.raises(ForbiddenError):
        ask_visit(session, VisitDetails(organization_id=firm.id), actor=viewer, now=FRIDAY)
