"""Sending subscribed reports: a duty notes what is due, and a job makes each copy.

A copy is computed through the recipient's own session, with the rights of that moment. One that
could not be made is tried once more; what the mail server says is on the letter.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from crm.auth.service import actor_of
from crm.briefing.languages import in_language
from crm.database import Database
from crm.jobs.service import ask_again
from crm.jobs.worker import Run
from crm.mail.outbox import HOME, Attachment, queue
from crm.mail.wording import say, say_moment
from crm.reports.catalogue import find_report
from crm.reports.params import read_params
from crm.reports.refusals import kept
from crm.reports.report import Report, Words
from crm.reports.subscriptions import next_for
from crm.reports.takeaway.files import ReportFile, file_of
from crm.reports.takeaway.taken import take
from models.errors import DomainError, N_
from models.mail import MailKind
from models.report import ReportFormat, ReportSending, ReportSubscription, SendingState
from models.user import LOCAL_ADMINISTRATOR, Actor, Office, User

_log = logging.getLogger(__name__)
KIND = "reports.send"
_PURPOSE = "reports"
# Longer than any report takes.
_HOLD = timedelta(minutes=20)
_RETRY = timedelta(minutes=10)
MOST_ATTEMPTS = 2
_NOT_FOR_THEM = N_("The recipient may not read this report any more. The subscription is stopped.")
_TOO_MANY = N_("It lists too many leads to go by mail. Open its page instead.")
_SOMETHING = N_("Something went wrong here. The log says more.")


class _StoppedError(DomainError):
    """Nobody is there to read the report: it is not tried again."""


@dataclass(frozen=True, slots=True)
class _Copy:
    """What a copy is made of. `args` are the report's filters, as its address has them."""

    sending_id: int
    subscription_id: int
    attempt: int
    report: Report
    args: dict[str, str]
    kind: ReportFormat
    user_id: int
    actor: Actor


def run(session: Session, *, now: datetime) -> None:
    """The duty: note every copy that is due, once, and ask for the job where one waits."""
    due = session.scalars(
        sa.select(ReportSubscription)
        .where(ReportSubscription.is_active, ReportSubscription.next_at <= now)
        .options(joinedload(ReportSubscription.user))
        .order_by(ReportSubscription.next_at, ReportSubscription.id)
    ).all()
    for subscription in due:
        _note_due(session, subscription, now=now)
        # After a long silence one copy is sent, not one for every week that passed.
        subscription.next_at = next_for(session, subscription, subscription.user, after=now)
    session.flush()
    waiting = sa.select(ReportSending.id).where(*_waiting(now)).limit(1)
    if session.scalar(waiting) is not None:
        ask_again(session, KIND, "all", {}, actor_id=None, now=now)


def work(run: Run) -> None:
    """The job: make every copy whose turn it is."""
    while (taken := _take(run.database, now=run.now())) is not None:
        sending_id, attempt = taken
        try:
            copy = _load(run, sending_id, attempt)
            made = _make(run, copy)
        except DomainError as error:
            is_over = isinstance(error, _StoppedError)
            _fail(run.database, sending_id, error, attempt, is_over=is_over, now=run.now())
        except Exception:
            # One report that cannot be computed keeps none of the others from going out.
            _log.exception("copy %s of a report could not be made", sending_id)
            problem = DomainError(_SOMETHING)
            _fail(run.database, sending_id, problem, attempt, is_over=False, now=run.now())
        else:
            _hand_over(run.database, copy, made, now=run.now())


def _note_due(session: Session, subscription: ReportSubscription, *, now: datetime) -> None:
    is_noted = session.scalar(
        sa.select(ReportSending.id).where(
            ReportSending.subscription_id == subscription.id,
            ReportSending.due_at == subscription.next_at,
        )
    )
    if is_noted is None:
        session.add(
            ReportSending(
                subscription_id=subscription.id,
                due_at=subscription.next_at,
                state=SendingState.WAITING,
                attempt_count=0,
                retry_at=now,
            )
        )


def _waiting(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (ReportSending.state == SendingState.WAITING, ReportSending.retry_at <= now)


def _take(database: Database, *, now: datetime) -> tuple[int, int] | None:
    """The next copy, held for this process, and which attempt it is."""
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose=_PURPOSE) as session:
        while True:
            row = session.execute(
                sa.select(ReportSending.id, ReportSending.retry_at, ReportSending.attempt_count)
                .where(*_waiting(now))
                .order_by(ReportSending.retry_at, ReportSending.id)
                .limit(1)
            ).one_or_none()
            if row is None:
                return None
            held = session.execute(
                sa.update(ReportSending)
                .where(
                    ReportSending.id == row.id,
                    ReportSending.state == SendingState.WAITING,
                    ReportSending.retry_at == row.retry_at,
                )
                .values(retry_at=now + _HOLD, attempt_count=row.attempt_count + 1),
                execution_options={"synchronize_session": False},
            )
            if held.rowcount:  # type: ignore[attr-defined]
                return row.id, row.attempt_count + 1


def _load(run: Run, sending_id: int, attempt: int) -> _Copy:
    with run.database.unscoped_reader(purpose=_PURPOSE) as session:
        subscription = session.scalars(
            sa.select(ReportSubscription)
            .join(ReportSending, ReportSending.subscription_id == ReportSubscription.id)
            .where(ReportSending.id == sending_id)
            .options(joinedload(ReportSubscription.user), joinedload(ReportSubscription.report))
        ).one()
        user, saved = subscription.user, subscription.report
        report = find_report(saved.kind)
        is_here = user.is_active and user.password_hash is not None and subscription.is_active
        if report is None or not is_here or user.role not in report.roles:
            raise _StoppedError(_NOT_FOR_THEM)
        zone = session.scalar(sa.select(Office.time_zone).where(Office.id == user.office_id))
        return _Copy(
            sending_id,
            subscription.id,
            attempt,
            report,
            dict(saved.params),
            subscription.format,
            user.id,
            actor_of(session, user, office_time_zone=zone or run.config.office_time_zone),
        )


def _make(run: Run, copy: _Copy) -> ReportFile:
    """The file, as the recipient may see it now.

    Raises:
        DomainError: it holds leads that the recipient could not take away from the page either.
    """
    language = copy.actor.language.value
    with run.database.reader(copy.actor) as session, in_language(language):
        taken = take(
            session, copy.report, read_params(copy.args), now=run.now(), words=Words(language)
        )
        rows = taken.lead_row_count
        if rows > run.config.export_confirm_rows or (rows and not copy.actor.may_write):
            raise DomainError(_TOO_MANY)
        return file_of(taken, copy.kind)


def _hand_over(database: Database, copy: _Copy, made: ReportFile, *, now: datetime) -> None:
    language = copy.actor.language
    with in_language(language.value):
        title = str(copy.report.title)
    query = urlencode(copy.args)
    address = f"{HOME}/reports/{copy.report.code}" + (f"?{query}" if query else "")
    moment = say_moment(now, copy.actor.time_zone, language)
    body = "\n\n".join(
        (
            say(
                N_("Attached: %(title)s, as you may see it on %(moment)s."),
                language,
                title=title,
                moment=moment,
            ),
            say(N_("Open it: %(address)s"), language, address=address),
            say(
                N_("To stop these letters: %(address)s"), language, address=f"{HOME}/reports/saved"
            ),
        )
    )
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose=_PURPOSE) as session:
        sending = session.get_one(ReportSending, copy.sending_id)
        if sending.state is not SendingState.WAITING or sending.attempt_count != copy.attempt:
            # Another process took it up when this one was given up for dead.
            return
        letter = queue(
            session,
            kind=MailKind.REPORT,
            user=session.get_one(User, copy.user_id),
            subject=say(N_("Report: %(title)s"), language, title=title),
            body=f"{body}\n",
            now=now,
            attachments=(Attachment(made.name, made.mimetype, made.content),),
        )
        sending.state, sending.mail_id = SendingState.HANDED_OVER, letter.id
        sending.problem, sending.retry_at, sending.finished_at = None, None, now


def _fail(
    database: Database,
    sending_id: int,
    problem: DomainError,
    attempt: int,
    *,
    is_over: bool,
    now: datetime,
) -> None:
    """Keep why a copy was not made; it is tried once more, unless nobody is there to read it."""
    with database.unscoped(LOCAL_ADMINISTRATOR, purpose=_PURPOSE) as session:
        sending = session.get_one(ReportSending, sending_id)
        if sending.state is not SendingState.WAITING or sending.attempt_count != attempt:
            return
        sending.problem = kept(problem)
        if is_over:
            session.get_one(ReportSubscription, sending.subscription_id).is_active = False
        if is_over or attempt >= MOST_ATTEMPTS:
            sending.state, sending.retry_at = SendingState.FAILED, None
            sending.finished_at = now
        else:
            sending.retry_at = now + _RETRY
