"""Letters with a report in them that never go out: a duty deletes them.

A copy holds what one person may see at one moment. It is not kept for somebody who has left, nor
until a mail server comes up that nobody waits for any more.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.reports.refusals import kept
from models.errors import DomainError, N_
from models.mail import MailAttachment, OutgoingMail
from models.report import ReportSending, SendingState
from models.user import User

# Longer than the mail room goes on trying, with a holiday on top.
_KEPT = timedelta(days=30)
_NEVER_SENT = N_("It was never sent, and is deleted. The next copy comes as usual.")
_MOST = 200


def tidy(session: Session, *, now: datetime) -> None:
    """The duty: delete what lies unsent for too long, or is for somebody who has left."""
    letters = session.scalars(
        sa.select(OutgoingMail.id)
        .outerjoin(User, User.id == OutgoingMail.user_id)
        .where(
            OutgoingMail.sent_at.is_(None),
            OutgoingMail.id.in_(sa.select(MailAttachment.mail_id)),
            sa.or_(User.is_active.is_(False), OutgoingMail.created_at < now - _KEPT),
        )
        .order_by(OutgoingMail.id)
        .limit(_MOST)
    ).all()
    if not letters:
        return
    for sending in session.scalars(
        sa.select(ReportSending).where(ReportSending.mail_id.in_(letters))
    ):
        sending.state, sending.mail_id = SendingState.FAILED, None
        sending.problem, sending.finished_at = kept(DomainError(_NEVER_SENT)), now
    session.flush()
    # Their files go with them.
    session.execute(
        sa.delete(OutgoingMail).where(OutgoingMail.id.in_(letters)),
        execution_options={"synchronize_session": False},
    )
