"""Letters about cases. None of them names a company: mail is read on many screens."""

from datetime import datetime

from sqlalchemy.orm import Session

from crm.bre.response import people_of
from crm.mail.outbox import HOME, queue
from crm.mail.wording import say, say_moment
from models.bre_call import BreCase
from models.errors import N_
from models.mail import MailKind
from models.user import Office, User

_LATE = {
    "reply": N_("A case of a company visit has no first answer. It was due %(due)s."),
    "plan": N_("A case of a company visit has no plan. It was due %(due)s."),
    "close": N_("A case of a company visit is still open. It was to be closed by %(due)s."),
}


def tell_of_red_flag(session: Session, case: BreCase, *, zone: str, now: datetime) -> int:
    """Write to owner, backup and manager at once; how many letters that made."""
    told = people_of(session, case)
    for user in told:
        due = say_moment(case.reply_due_at, zone, user.language)
        queue(
            session,
            kind=MailKind.RED_FLAG,
            user=user,
            subject=say(N_("A red flag was raised on a company visit"), user.language),
            body=_body(
                user,
                case,
                say(
                    N_("A red flag was raised on a company visit. First answer due %(due)s."),
                    user.language,
                    due=due,
                ),
            ),
            now=now,
        )
    return len(told)


def tell_of_lateness(
    session: Session, case: BreCase, deadline: str, *, due_at: datetime, now: datetime
) -> int:
    """Write to backup and manager that a deadline passed; to the owner where there is neither."""
    office = session.get(Office, case.office_id) if case.office_id is not None else None
    zone = office.time_zone if office is not None else "UTC"
    people = people_of(session, case)
    told = [user for user in people if user.id in (case.backup_id, case.manager_id)] or people
    for user in told:
        due = say_moment(due_at, zone, user.language)
        queue(
            session,
            kind=MailKind.CASE_LATE,
            user=user,
            subject=say(N_("A case of a company visit is late"), user.language),
            body=_body(user, case, say(_LATE[deadline], user.language, due=due)),
            now=now,
        )
    return len(told)


def _body(user: User, case: BreCase, sentence: str) -> str:
    address = f"{HOME}/bre/cases/{case.public_id}"
    opening = say(N_("Open it: %(address)s"), user.language, address=address)
    return f"{sentence}\n\n{opening}\n"
