"""What people note at an item: a note a person, side by side."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.missions.rules import must_write
from models.agenda import AgendaItem, AgendaNote
from models.errors import ConflictError, DomainError, ForbiddenError, N_
from models.user import Actor

LONGEST = 20_000


def save_note(
    session: Session,
    item: AgendaItem,
    text: str,
    *,
    seen_at: datetime | None = None,
    is_first: bool = False,
    actor: Actor,
    now: datetime,
) -> AgendaNote | None:
    """Keep the actor's own note; an empty one is gone.

    `seen_at` is the moment of the note that the actor had before them, `is_first` that there was
    none: another device may have written since. Without either nothing is compared.

    Raises:
        ConflictError: the actor's other device wrote something else in the meantime.
        DomainError: it is too long.
    """
    must_write(actor)
    if actor.id is None:
        raise ForbiddenError
    if len(text) > LONGEST:
        raise DomainError(N_("This note is too long."), field="text")
    # Lines end alike, whichever door they came through; blanks at the end are being typed.
    words = text.replace("\r\n", "\n")
    note = session.scalars(
        sa.select(AgendaNote).where(AgendaNote.item_id == item.id, AgendaNote.author_id == actor.id)
    ).one_or_none()
    if note is not None and note.text == words:
        return note
    is_news = (is_first and note is not None) or (
        seen_at is not None and (note is None or note.changed_at != seen_at)
    )
    if is_news:
        raise ConflictError(
            N_("You changed this note somewhere else in the meantime. It stands beside this one.")
        )
    if not words.strip():
        if note is not None:
            session.delete(note)
            session.flush()
        return None
    if note is None:
        note = AgendaNote(item_id=item.id, team_id=item.team_id, author_id=actor.id)
        session.add(note)
    note.text, note.changed_at = words, now
    session.flush()
    return note
