"""Subscribed reports: when they are due, with whose rights they are made, and that they arrive."""

import dataclasses
import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from config import Config
from crm.database import Database
from crm.jobs.duties import do_due
from crm.jobs.registry import DUTIES
from crm.jobs.worker import work_once
from crm.mail.sending import send_waiting
from crm.reports import sending as room
from crm.reports.params import read_params
from crm.reports.refusals import told
from crm.reports.saved import save_report
from crm.reports.subscriptions import next_due, subscribe
from models.mail import MailAttachment, OutgoingMail
from models.report import (
    ReportFormat,
    ReportSending,
    ReportSubscription,
    Rhythm,
    SavedReport,
    SendingState,
)
from models.user import LOCAL_ADMINISTRATOR, Language, Role, TeamMember, User
from tests.crm.mail.test_sending import SENDER, Inbox, free_port
from tests.factories.lead import make_lead
from tests.factories.user import actor_for, make_team, make_user

# A Friday; copies are due on Monday the 23rd at 07:00 in Toronto.
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
DUE = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DUTY = [duty for duty in DUTIES if duty.name == "reports.send"]


@pytest.fixture
def inbox() -> Inbox:
    """What the server takes."""
    return Inbox()


@pytest.fixture
def mailing(config: Config, inbox: Inbox) -> Iterator[Config]:
    """The settings that name a real mail server."""
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield dataclasses.replace(
        config,
        smtp_url=f"smtp://127.0.0.1:{controller.port}",
        mail_from=SENDER,
        public_url="https://crm.office.example",
    )
    controller.stop()


def order(
    database: Database,
    *,
    kind: ReportFormat = ReportFormat.CSV,
    report: str = "pipeline",
    **who: object,
) -> User:
    """A person who is sent a report every Monday."""
    user = make_user(database, time_zone="America/Toronto", **who)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        session.get_one(User, user.id).email = f"{user.public_id}@office.example"
    actor = actor_for(database, user)
    with database.transaction(actor) as session:
        saved = save_report(
            session,
            kind=report,
            params=read_params({"as_of": "today"}),
            name="Hanwha and others",
            is_shared=False,
            actor=actor,
            now=NOW,
        )
        subscribe(
            session,
            saved,
            user_id=None,
            rhythm=Rhythm.WEEKLY,
            weekday=0,
            kind=kind,
            actor=actor,
            now=NOW,
        )
    return user


def pass_time(database: Database, config: Config, now: datetime) -> None:
    """What the worker does at a moment: the duty, and the jobs that it asks for."""
    do_due(database, DUTY, clock=lambda: now)
    while work_once(database, config, clock=lambda: now):
        pass


def sendings(database: Database) -> list[ReportSending]:
    """Every copy."""
    with database.unscoped_reader(purpose="test") as session:
        return list(session.scalars(sa.select(ReportSending).order_by(ReportSending.id)))


def count(database: Database, cls: type) -> int:
    """How many rows there are."""
    with database.unscoped_reader(purpose="test") as session:
        return session.scalar(sa.select(sa.func.count()).select_from(cls)) or 0


def attached(message: object) -> list[tuple[str, str, bytes]]:
    """Name, type and content of what came with a letter."""
    return [
        (part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
        for part in message.iter_attachments()  # type: ignore[attr-defined]
    ]


@pytest.mark.parametrize(
    ("rhythm", "after", "place", "due"),
    [
        ((Rhythm.WEEKLY, 0), "2026-11-20T15:00", ("America/Toronto", 1), "2026-11-23T12:00"),
        # Already past 07:00 there on that day: a week later.
        ((Rhythm.WEEKLY, 4), "2026-11-20T15:00", ("America/Toronto", 1), "2026-11-27T12:00"),
        ((Rhythm.WEEKLY, 4), "2026-11-20T11:59", ("America/Toronto", 1), "2026-11-20T12:00"),
        # A Sunday evening in Toronto is Monday in Tokyo.
        ((Rhythm.WEEKLY, 0), "2026-11-22T21:00", ("Asia/Tokyo", 1), "2026-11-22T22:00"),
        # Clocks go forward on 8 March, and back on 1 November: 07:00 stays 07:00.
        ((Rhythm.WEEKLY, 6), "2026-03-02T12:00", ("America/Toronto", 1), "2026-03-08T11:00"),
        ((Rhythm.WEEKLY, 6), "2026-03-01T12:30", ("America/Toronto", 1), "2026-03-08T11:00"),
        ((Rhythm.WEEKLY, 6), "2026-10-25T11:30", ("America/Toronto", 1), "2026-11-01T12:00"),
        ((Rhythm.MONTHLY, None), "2026-11-20T15:00", ("America/Toronto", 1), "2026-12-01T12:00"),
        ((Rhythm.MONTHLY, None), "2026-12-01T12:00", ("America/Toronto", 1), "2027-01-01T12:00"),
        ((Rhythm.QUARTERLY, None), "2026-11-20T15:00", ("America/Toronto", 1), "2027-01-01T12:00"),
        ((Rhythm.QUARTERLY, None), "2026-11-20T15:00", ("America/Toronto", 3), "2026-12-01T12:00"),
        ((Rhythm.QUARTERLY, None), "2026-12-01T12:00", ("America/Toronto", 3), "2027-03-01T12:00"),
    ],
)
def test_a_copy_is_due_at_seven_on_the_recipients_clock(
    rhythm: tuple[Rhythm, int | None], after: str, place: tuple[str, int], due: str
) -> None:
    moment = next_due(
        *rhythm,
        after=datetime.fromisoformat(after).replace(tzinfo=UTC),
        zone_name=place[0],
        start_month=place[1],
    )
    assert moment == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_it_arrives_once_with_its_file(
    any_database: Database, mailing: Config, inbox: Inbox
) -> None:
    lead = make_lead(any_database)
    order(any_database, kind=ReportFormat.XLSX, language=Language.EN)
    pass_time(any_database, mailing, DUE - timedelta(minutes=2))
    assert sendings(any_database) == []
    for minutes in (0, 2, 4):
        pass_time(any_database, mailing, DUE + timedelta(minutes=minutes))
    [copy] = sendings(any_database)
    assert (copy.due_at, copy.state) == (DUE, SendingState.HANDED_OVER)
    assert count(any_database, MailAttachment) == 1
    assert send_waiting(any_database, mailing, clock=lambda: DUE) == 1
    assert count(any_database, MailAttachment) == 0
    [message] = inbox.taken
    [(name, media_type, content)] = attached(message)
    assert name == "pipeline-2026-11-23.xlsx"
    assert media_type.endswith("spreadsheetml.sheet")
    assert len(CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names) > 1
    words = message["Subject"] + message.get_body().get_content()
    assert "https://crm.office.example/reports/pipeline?as_of=today" in words
    assert "https://crm.office.example/reports/saved" in words
    assert "Mon 23 Nov 07:00 (Toronto)" in words
    assert "Hanwha" not in words
    assert str(lead.title) not in words
    with any_database.unscoped_reader(purpose="test") as session:
        [following] = session.scalars(sa.select(ReportSubscription.next_at))
    assert following == DUE + timedelta(days=7)


def test_after_a_long_silence_one_copy_goes_out(
    database: Database, mailing: Config, inbox: Inbox
) -> None:
    order(database)
    pass_time(database, mailing, DUE + timedelta(days=20))
    assert [copy.due_at for copy in sendings(database)] == [DUE]
    with database.unscoped_reader(purpose="test") as session:
        [following] = session.scalars(sa.select(ReportSubscription.next_at))
    assert following == DUE + timedelta(days=21)


def test_each_copy_has_its_recipients_rights_at_sending(
    database: Database, mailing: Config, inbox: Inbox
) -> None:
    insider, outsider = order(database), order(database)
    team = make_team(database, insider)
    make_lead(database)
    make_lead(database, team_id=team.id, code_name="Project Heron")

    def copies(now: datetime) -> dict[str, bytes]:
        inbox.taken.clear()
        pass_time(database, mailing, now)
        send_waiting(database, mailing, clock=lambda: now)
        return {str(letter["To"]).split("@")[0]: attached(letter)[0][2] for letter in inbox.taken}

    with_two = copies(DUE)
    assert with_two[insider.public_id] != with_two[outsider.public_id]
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        session.execute(sa.delete(TeamMember).where(TeamMember.user_id == insider.id))
    without = copies(DUE + timedelta(days=7))
    own = {name: _figures(content, name, insider, outsider) for name, content in without.items()}
    assert own[insider.public_id] == own[outsider.public_id]


def _figures(content: bytes, name: str, *people: User) -> bytes:
    """A file without the name of who it was made for."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        whole = b"".join(archive.read(info) for info in sorted(archive.namelist()))
    for person in people:
        whole = whole.replace(person.name.encode(), b"")
    return whole


@pytest.mark.parametrize("change", ["left", "role"])
def test_who_may_not_read_any_more_is_sent_nothing(
    database: Database, mailing: Config, inbox: Inbox, change: str
) -> None:
    user = order(database)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        found = session.get_one(User, user.id)
        if change == "left":
            found.is_active = False
        else:
            found.role = Role.PARTNER
    pass_time(database, mailing, DUE)
    [copy] = sendings(database)
    assert copy.state is SendingState.FAILED
    assert "The subscription is stopped." in (copy.problem or "")
    assert count(database, OutgoingMail) == 0
    pass_time(database, mailing, DUE + timedelta(days=7))
    assert len(sendings(database)) == 1


def test_what_fails_is_tried_once_more_and_shown(
    sign_in: Callable[..., FlaskClient],
    database: Database,
    mailing: Config,
) -> None:
    user = order(database)
    # A saved report whose day cannot be any more.
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        session.scalars(sa.select(SavedReport)).one().params = {"as_of": "2031-01-01"}
    pass_time(database, mailing, DUE)
    [copy] = sendings(database)
    assert (copy.state, copy.attempt_count) == (SendingState.WAITING, 1)
    pass_time(database, mailing, DUE + timedelta(minutes=2))
    assert sendings(database)[0].attempt_count == 1
    pass_time(database, mailing, DUE + timedelta(minutes=11))
    [copy] = sendings(database)
    assert (copy.state, copy.attempt_count) == (SendingState.FAILED, 2)
    page = sign_in(user).get("/reports/saved").text
    assert "Failed" in page
    assert "This day lies in the future." in page
    pass_time(database, mailing, DUE + timedelta(minutes=40))
    assert sendings(database)[0].attempt_count == 2


def test_a_problem_with_somebodys_words_in_it_is_shown_as_text(
    sign_in: Callable[..., FlaskClient], database: Database, mailing: Config
) -> None:
    user = order(database)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        session.scalars(sa.select(SavedReport)).one().params = {"as_of": "50% <b>x"}
    pass_time(database, mailing, DUE)
    assert "50% <b>x" in (sendings(database)[0].problem or "")
    answer = sign_in(user).get("/reports/saved")
    assert answer.status_code == 200
    assert "50% &lt;b&gt;x" in answer.text


def test_a_problem_speaks_its_readers_language(
    sign_in: Callable[..., FlaskClient], database: Database, mailing: Config
) -> None:
    user = order(database, language=Language.FR)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        session.scalars(sa.select(SavedReport)).one().params = {"as_of": "demain"}
    pass_time(database, mailing, DUE)
    page = sign_in(user).get("/reports/saved").text
    assert "« demain » n'est pas un jour." in page.replace("&#39;", "'").replace("\u00a0", " ")


def test_a_problem_of_an_earlier_version_is_shown_as_it_stands(app: Flask) -> None:
    with app.test_request_context():
        assert told("Such words of 5% stay.") == "Such words of 5% stay."


@pytest.mark.parametrize("change", ["left", "silence"])
def test_a_copy_that_never_goes_out_is_deleted_with_its_file(
    sign_in: Callable[..., FlaskClient], database: Database, mailing: Config, change: str
) -> None:
    user = order(database)
    pass_time(database, mailing, DUE)
    tidying = [duty for duty in DUTIES if duty.name == "reports.tidy"]
    do_due(database, tidying, clock=lambda: DUE + timedelta(hours=1))
    assert count(database, MailAttachment) == 1
    if change == "left":
        with database.transaction(LOCAL_ADMINISTRATOR) as session:
            session.get_one(User, user.id).is_active = False
    later = DUE + (timedelta(hours=3) if change == "left" else timedelta(days=31))
    do_due(database, tidying, clock=lambda: later)
    assert (count(database, MailAttachment), count(database, OutgoingMail)) == (0, 0)
    [copy] = sendings(database)
    assert (copy.state, copy.mail_id, copy.finished_at) == (SendingState.FAILED, None, later)
    if change == "silence":
        assert "It was never sent, and is deleted." in sign_in(user).get("/reports/saved").text


def test_a_second_try_may_succeed(database: Database, mailing: Config, inbox: Inbox) -> None:
    order(database)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        session.scalars(sa.select(SavedReport)).one().params = {"as_of": "2031-01-01"}
    pass_time(database, mailing, DUE)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        session.scalars(sa.select(SavedReport)).one().params = {}
    pass_time(database, mailing, DUE + timedelta(minutes=11))
    [copy] = sendings(database)
    assert (copy.state, copy.problem) == (SendingState.HANDED_OVER, None)
    assert send_waiting(database, mailing, clock=lambda: DUE + timedelta(minutes=11)) == 1


def test_a_refusing_server_keeps_the_file_and_is_shown(
    sign_in: Callable[..., FlaskClient], database: Database, mailing: Config, inbox: Inbox
) -> None:
    user = order(database)
    pass_time(database, mailing, DUE)
    inbox.refusal = "450 Mailbox busy"
    assert send_waiting(database, mailing, clock=lambda: DUE) == 0
    assert count(database, MailAttachment) == 1
    assert "450 Mailbox busy" in sign_in(user).get("/reports/saved").text
    inbox.refusal = None
    assert send_waiting(database, mailing, clock=lambda: DUE + timedelta(hours=1)) == 1
    assert len(attached(inbox.taken[0])) == 1
    assert count(database, MailAttachment) == 0


def test_a_letter_speaks_its_readers_language(
    database: Database, mailing: Config, inbox: Inbox
) -> None:
    order(database, language=Language.FR)
    pass_time(database, mailing, DUE)
    send_waiting(database, mailing, clock=lambda: DUE)
    [message] = inbox.taken
    assert "lun. 23 nov. 07:00" in message.get_body().get_content()


def test_two_duties_at_once_note_one_copy(any_database: Database) -> None:
    order(any_database)
    for _turn in range(2):
        with any_database.unscoped(LOCAL_ADMINISTRATOR, purpose="test") as session:
            session.scalars(sa.select(ReportSubscription)).one().next_at = DUE
            session.flush()
            room.run(session, now=DUE)
    assert [copy.due_at for copy in sendings(any_database)] == [DUE]
