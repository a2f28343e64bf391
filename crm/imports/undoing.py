"""Takes a long import back as a job: looked at first, then all of it in one transaction."""

from crm.imports import queries, service
from crm.imports.following import batch_of, follow
from crm.imports.memory import collector_at_rest, nothing_left_behind
from crm.jobs.worker import Run
from models.errors import N_
from models.import_batch import BatchState

LOOKING = N_("Looking whether anybody went on working on it")
UNDOING = N_("Taking it back")


def undo(run: Run) -> None:
    """Take an import back, as long as nobody went on working on what it brought.

    Raises:
        DomainError: somebody did; the sentence names the first records.
    """
    batch = batch_of(run)
    if batch.state is not BatchState.APPLIED:
        return
    run.tell(LOOKING)
    with run.database.reader(run.actor) as session:
        service.check_undo(session, queries.get_batch(session, batch.public_id, run.actor))
    run.tell(UNDOING)
    with nothing_left_behind(), collector_at_rest(), run.database.transaction(run.actor) as session:
        service.take_turn(session)
        found = queries.get_batch(session, batch.public_id, run.actor, for_writing=True)
        service.undo_batch(session, found, actor=run.actor, now=run.now())
        follow(run, session, found)
    run.database.analyze()
