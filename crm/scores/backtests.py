"""Looking back: the ranking as it would have been at the end of a past day.

The model is trained as of that day and predicts as of that day, from what was known by then and
from nothing later; who may see which lead is judged when somebody looks. Training takes seconds
and memory: whoever asks in the browser waits for a job, which works in a process of its own.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm import audit
from crm.database import Database
from crm.jobs import service as jobs
from crm.scores.serving import load_names, plain_reasons
from crm.timezones import last_moment, today
from models.errors import DomainError, ForbiddenError, NotFoundError, N_
from models.interaction import Interaction
from models.lead import DecisionStanding, ImportedTotal, Lead, LeadRevision
from models.score import Backtest, BacktestScore, BacktestState, Basis, ScorecardVersion
from models.stage import StageCode
from models.user import Actor

if TYPE_CHECKING:
    from crm.jobs.worker import Run
    from scoring import Prediction, Scorecard

_log = logging.getLogger(__name__)

JOB = "scores.backtest"
KEPT = 20
"""How many looks back are kept; asking for one more takes the oldest away."""


@dataclass(frozen=True, slots=True)
class _Then:
    """How a lead stood at the end of the day."""

    stage: StageCode
    likelihood: float | None


def ask(
    session: Session, day: date, *, actor: Actor, now: datetime, is_renewed: bool = False
) -> Backtest:
    """Ask for the ranking of a past day; the job that computes it is promised with it.

    What stands already is returned as it is, unless something that was known by that day has
    been changed or added since, or `is_renewed` says to compute it anew.

    Raises:
        ForbiddenError: the actor may not write.
        DomainError: the day is not over, or no lead that the whole office may see was known yet.
    """
    found, is_asked = _asked(session, day, actor=actor, now=now, is_renewed=is_renewed)
    if is_asked:
        jobs.ask_again(
            session,
            JOB,
            found.public_id,
            {"backtest": found.public_id},
            actor_id=actor.id,
            now=now,
        )
    return found


def look_back(
    database: Database, day: date, *, actor: Actor, now: datetime, is_renewed: bool = False
) -> str:
    """Compute the ranking of a past day here and now; returns its public id.

    Raises:
        ForbiddenError: the actor may not write.
        DomainError: see `ask`.
    """
    with database.transaction(actor) as session:
        found, is_asked = _asked(session, day, actor=actor, now=now, is_renewed=is_renewed)
        public_id = found.public_id
    if is_asked:
        compute(database, public_id, actor=actor, now=now)
    return public_id


def compute(database: Database, public_id: str, *, actor: Actor, now: datetime) -> int:
    """Train and predict as of the end of the day, and keep what came of it; returns how many.

    Raises:
        NotFoundError: it was deleted meanwhile.
    """
    from scoring import train as fit
    from scoring.dataset import load_histories

    with database.unscoped_reader(purpose="look back") as session:
        backtest = _find(session, public_id)
        if backtest is None:
            raise NotFoundError
        key, moment = backtest.id, last_moment(backtest.day, actor.office_time_zone)
        histories = load_histories(session).as_known(moment)
        names = load_names(session)
        number, card = card_of(session, moment)
        then = _standings(session, moment)
        known = fingerprint(session, moment)
    model = fit(histories, moment, scorecard=card, judges=False)
    # Without keys: every lead that was open at the moment.
    predictions = model.predict(histories, moment)
    metrics = {
        "moment": moment.isoformat(),
        "known": known,
        "scorecard_number": number,
        **{name: model.metrics[name] for name in ("lead_count", "closed_count", "announced_count")},
    }
    with database.unscoped(actor, purpose="look back") as session:
        backtest = session.get(Backtest, key)
        if backtest is None:
            raise NotFoundError
        session.execute(sa.delete(BacktestScore).where(BacktestScore.backtest_id == key))
        teams = {row.id: row.team_id for row in session.execute(sa.select(Lead.id, Lead.team_id))}
        rows = [
            _row(key, prediction, then[prediction.lead_id], teams[prediction.lead_id], names)
            for prediction in predictions
            if prediction.lead_id in teams and prediction.lead_id in then
        ]
        if rows:
            session.execute(sa.insert(BacktestScore), rows)
        backtest.basis, backtest.metrics = Basis(model.basis), metrics
        backtest.state, backtest.problem = BacktestState.READY, None
        backtest.finished_at = now
        # No number: it would count leads that who reads the audit may not know of.
        audit.record(session, "looked_back", "backtests", now=now, record_id=key)
    return len(rows)


def work(run: "Run") -> None:
    """The job: compute what was asked for, in a process of its own."""
    from crm.scores.own_process import in_own_process

    public_id = str(run.held.payload["backtest"])
    with run.database.unscoped_reader(purpose="look back") as session:
        found = _find(session, public_id)
        if found is None or found.state is BacktestState.READY:
            return
        day = found.day
    run.tell(step=N_("Looking back"))
    refusal = in_own_process(run, "backtest", "--day", day.isoformat())
    if refusal is not None:
        _log.warning("no look back at %s: %s", day, refusal)
        raise DomainError(N_("Something went wrong here. Try again; the log says more."))


def give_up(session: Session, held: jobs.Claim) -> None:
    """Say on the look back that its job failed for good."""
    found = _find(session, str(held.payload["backtest"]))
    if found is not None and found.state is BacktestState.ASKED:
        found.state = BacktestState.FAILED
        found.problem = N_("Something went wrong here. Try again; the log says more.")


def fingerprint(session: Session, moment: datetime) -> list[list[int | None]]:
    """How much of what teaches was known by a moment: it differs when that was changed since.

    Of leads that the whole office may see alone: others teach nothing.
    """
    found: list[list[int | None]] = []
    for table, known_at in (
        (LeadRevision, LeadRevision.valid_from),
        (Interaction, Interaction.known_at),
        (ImportedTotal, ImportedTotal.known_at),
        (DecisionStanding, DecisionStanding.known_at),
    ):
        row = session.execute(
            sa.select(sa.func.count(), sa.func.max(table.id))
            .select_from(table)
            .where(table.team_id.is_(None), known_at <= moment)
        ).one()
        found.append(list(row))
    return found


def first_day(session: Session, zone: str) -> date | None:
    """The day on which the first lead that the whole office may see was known."""
    first = session.scalar(
        sa.select(sa.func.min(LeadRevision.valid_from)).where(LeadRevision.team_id.is_(None))
    )
    return None if first is None else today(first, zone)


def card_of(session: Session, moment: datetime) -> "tuple[int | None, Scorecard]":
    """The scorecard that was in use at a moment, with its number; else the one that ships."""
    from scoring import Scorecard

    row = session.execute(
        sa.select(ScorecardVersion.number, ScorecardVersion.content)
        .where(ScorecardVersion.changed_at <= moment)
        .order_by(ScorecardVersion.number.desc())
        .limit(1)
    ).one_or_none()
    return (None, Scorecard.default()) if row is None else (row[0], Scorecard.from_dict(row[1]))


def _asked(
    session: Session, day: date, *, actor: Actor, now: datetime, is_renewed: bool
) -> tuple[Backtest, bool]:
    """The look back at a day, and whether it has to be computed."""
    if not actor.may_write:
        raise ForbiddenError
    _check(session, day, actor=actor, now=now)
    found = session.scalars(
        sa.select(Backtest).where(Backtest.day == day).order_by(Backtest.id.desc()).limit(1)
    ).first()
    if found is not None:
        if found.state is BacktestState.READY and not is_renewed:
            moment = last_moment(day, actor.office_time_zone)
            known = (found.metrics or {}).get("known")
            if known == fingerprint(session, moment):
                return found, False
        if found.state is not BacktestState.ASKED:
            found.state, found.problem = BacktestState.ASKED, None
            found.asked_at, found.asked_by_id, found.asked_by = now, actor.id, actor.name
        return found, True
    made = Backtest(
        day=day,
        state=BacktestState.ASKED,
        asked_at=now,
        asked_by_id=actor.id,
        asked_by=actor.name,
    )
    session.add(made)
    session.flush()
    _keep_newest(session)
    return made, True


def _check(session: Session, day: date, *, actor: Actor, now: datetime) -> None:
    if day >= today(now, actor.office_time_zone):
        raise DomainError(N_("Choose a day that is over: yesterday or earlier."), field="day")
    first = first_day(session, actor.office_time_zone)
    if first is None:
        raise DomainError(N_("There are no leads to look back at yet."), field="day")
    if day < first:
        raise DomainError(
            N_("No lead was known on that day. The first is of %(day)s."),
            field="day",
            day=first.isoformat(),
        )


def _keep_newest(session: Session) -> None:
    old = session.scalars(
        sa.select(Backtest).order_by(Backtest.asked_at.desc(), Backtest.id.desc()).offset(KEPT)
    ).all()
    for one in old:
        session.delete(one)
    session.flush()


def _find(session: Session, public_id: str) -> Backtest | None:
    return session.scalars(sa.select(Backtest).where(Backtest.public_id == public_id)).one_or_none()


def _standings(session: Session, moment: datetime) -> dict[int, _Then]:
    rows = session.execute(
        sa.select(LeadRevision.lead_id, LeadRevision.stage, LeadRevision.likelihood)
        .where(
            LeadRevision.valid_from <= moment,
            sa.or_(LeadRevision.valid_to.is_(None), LeadRevision.valid_to > moment),
        )
        .order_by(LeadRevision.valid_from, LeadRevision.sequence)
    )
    return {row.lead_id: _Then(row.stage, row.likelihood) for row in rows}


def _row(
    key: int,
    prediction: "Prediction",
    then: _Then,
    team_id: int | None,
    names: dict[str, dict[str, dict[str, str]]],
) -> dict[str, Any]:
    return {
        "backtest_id": key,
        "lead_id": prediction.lead_id,
        "team_id": team_id,
        "stage": then.stage,
        "likelihood": then.likelihood,
        "probability": prediction.probability,
        "within_90": prediction.horizon[90],
        "within_180": prediction.horizon[180],
        "within_365": prediction.horizon[365],
        "low": prediction.low,
        "high": prediction.high,
        "log_odds": prediction.log_odds,
        "reasons": plain_reasons(prediction, names),
    }
