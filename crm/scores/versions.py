"""Commands on model versions: publish one, go back to the one before, say when to train."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm import audit
from crm.database import Database
from crm.scores.artefacts import published_version, refuse, sound_model, without_artefact
from crm.scores.serving import rescore
from models.errors import DomainError, ForbiddenError, NotFoundError, N_
from models.lead import Lead
from models.score import ModelVersion, ScoreSettings, VersionState
from models.user import Actor

# Until somebody says otherwise: once a month, where something new is known.
RETRAIN_DAYS = 30
# More leads than a page can wait for while they are scored.
MANY = 2_000
_SETTINGS = 1
# What a column of the database holds; an address may name any number.
_LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Settings:
    """When the model is trained by itself (None: never), and whether it is published then."""

    retrain_days: int | None = RETRAIN_DAYS
    publishes_itself: bool = True


def publish(
    database: Database,
    number: int,
    *,
    actor: Actor,
    now: datetime,
    note: str | None = None,
    scores: bool = True,
) -> ModelVersion:
    """Let a version say the chances from now on, and score every open lead with it.

    What is stored of it is checked anew. One that was judged worse needs a note that says why.
    Without `scores` whoever calls sees to the scoring.

    Raises:
        ForbiddenError: the actor does not direct.
        NotFoundError: there is no such version.
        DomainError: it is in use already, is not what was registered, or lacks its note.
    """
    if not actor.may_direct:
        raise ForbiddenError
    with database.unscoped_reader(purpose="training") as session:
        version = _get(session, number)
        if version.state is VersionState.PUBLISHED and version.refused_at is None:
            raise DomainError(N_("Version %(number)s is in use already."), number=number)
        problem = _unsound(session, version)
    note = (note or "").strip() or None
    if problem is None and was_judged_worse(version) and note is None:
        raise DomainError(
            N_(
                "Version %(number)s was judged worse than the one in use."
                " To publish it all the same, say why."
            ),
            field="note",
            number=number,
        )
    with database.unscoped(actor, purpose="training") as session:
        version = _get(session, number)
        if problem is not None:
            refuse(session, version.id, str(problem), now=now)
        else:
            publish_in(session, version, actor=actor, now=now, note=note)
    if problem is not None:
        # What is refused is kept with who found it; only then does the command fail.
        raise problem
    if scores:
        rescore(database, actor=actor, now=now)
    return version


def roll_back(
    database: Database, *, actor: Actor, now: datetime, note: str | None = None, scores: bool = True
) -> ModelVersion:
    """Go back to the version that served before the one in use, and score with it.

    Raises:
        ForbiddenError: the actor does not direct.
        DomainError: there is none before it that could serve.
    """
    if not actor.may_direct:
        raise ForbiddenError
    with database.unscoped_reader(purpose="training") as session:
        used = published_version(session)
        before = None if used is None else version_before(session, used.number)
    if before is None:
        raise DomainError(N_("There is no version before this one to go back to."))
    # It served: that it was judged worse than another once is known.
    note = (note or "").strip() or f"rollback from version {used.number if used else '-'}"
    return publish(database, before.number, actor=actor, now=now, note=note, scores=scores)


def version_before(session: Session, number: int) -> ModelVersion | None:
    """The newest of the earlier versions that has served and was not refused."""
    return session.scalars(
        sa.select(ModelVersion)
        .where(
            ModelVersion.number < number,
            ModelVersion.state == VersionState.RETIRED,
            ModelVersion.refused_at.is_(None),
        )
        .order_by(ModelVersion.number.desc())
        .limit(1)
        .options(without_artefact())
    ).first()


def publish_in(
    session: Session,
    version: ModelVersion,
    *,
    actor: Actor,
    now: datetime,
    note: str | None = None,
) -> None:
    """Put a checked version in the place of the one in use, in the caller's transaction."""
    for old in session.scalars(
        sa.select(ModelVersion)
        .where(ModelVersion.state == VersionState.PUBLISHED, ModelVersion.id != version.id)
        .options(without_artefact())
    ):
        old.state = VersionState.RETIRED
    version.state = VersionState.PUBLISHED
    version.published_at, version.published_by = now, actor.name
    version.refused_at, version.note = None, note
    session.flush()
    audit.record(session, "published", "model_versions", now=now, record_id=version.id, reason=note)


def was_judged_worse(version: ModelVersion) -> bool:
    """Whether it was found worse than the version in use when it was trained."""
    return (version.metrics.get("verdict") or {}).get("is_ok") is False


def has_many_leads(session: Session) -> bool:
    """Whether scoring every lead takes longer than a page may."""
    return session.scalars(sa.select(Lead.id).offset(MANY).limit(1)).first() is not None


def find_settings(session: Session) -> Settings:
    """The office's wishes; what ships where nobody has said any."""
    row = session.get(ScoreSettings, _SETTINGS)
    return Settings() if row is None else Settings(row.retrain_days, row.publishes_itself)


def change_settings(session: Session, wanted: Settings, *, actor: Actor) -> None:
    """Say when the model is trained by itself, and whether it is published then.

    Raises:
        ForbiddenError: the actor does not direct.
        DomainError: a number of days that cannot be kept.
    """
    if not actor.may_direct:
        raise ForbiddenError
    if wanted.retrain_days is not None and not 1 <= wanted.retrain_days <= 366:
        raise DomainError(N_("Give a number of days from 1 to 366, or none."), field="retrain_days")
    row = session.get(ScoreSettings, _SETTINGS)
    if row is None:
        row = ScoreSettings(id=_SETTINGS)
        session.add(row)
    row.retrain_days, row.publishes_itself = wanted.retrain_days, wanted.publishes_itself
    session.flush()


def _get(session: Session, number: int) -> ModelVersion:
    if number > _LARGEST:
        raise NotFoundError
    version = session.scalars(
        sa.select(ModelVersion).where(ModelVersion.number == number).options(without_artefact())
    ).one_or_none()
    if version is None:
        raise NotFoundError
    return version


def _unsound(session: Session, version: ModelVersion) -> DomainError | None:
    try:
        sound_model(session, version)
    except DomainError as error:
        return error
    return None
