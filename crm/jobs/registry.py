"""What the worker can do: the kinds of jobs, and the duties that come again and again.

A room adds a line to one of the two tables. What a line names is a dotted path, `module:function`,
and is loaded when its turn comes: this room imports no other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of job is done.

    `work(run)` does it, see `crm.jobs.worker.Run`. `give_up(session, held)` settles what waits
    for a job that failed for good, in the transaction that says so.
    """

    work: str
    give_up: str | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that has to be done every so many seconds: `run(session, *, now)`.

    It runs in a transaction of its own, in one process however many there are, and sees every
    row; on SQLite nobody else writes meanwhile, so what takes long is asked for as a job.
    """

    name: str
    every: int
    run: str


KINDS: dict[str, Kind] = {
    "imports.read": Kind("crm.imports.background:read", "crm.imports.background:give_up"),
    "imports.apply": Kind("crm.imports.background:apply", "crm.imports.background:give_up"),
    "imports.index": Kind("crm.imports.following:index"),
    "imports.undo": Kind("crm.imports.undoing:undo"),
    "scores.renew": Kind("crm.scores.apart:renew"),
    "scores.train": Kind("crm.scores.apart:train"),
    "scores.refresh": Kind("crm.scores.apart:refresh"),
    "scores.backtest": Kind("crm.scores.backtests:work", "crm.scores.backtests:give_up"),
    "mail.send": Kind("crm.mail.sending:work"),
    "reports.forecasts": Kind("crm.reports.forecasting:work"),
    "reports.send": Kind("crm.reports.sending:work"),
    "duplicates.scan": Kind("crm.duplicates.standing:work"),
}

DUTIES: tuple[Duty, ...] = (
    Duty("announcements.release", 60, "crm.announcements.releasing:run"),
    Duty("bre.escalate", 60, "crm.bre.escalation:run"),
    Duty("scores.schedule", 60, "crm.scores.schedule:run"),
    Duty("reports.forecasts", 3600, "crm.reports.forecasting:run"),
    Duty("reports.send", 60, "crm.reports.sending:run"),
    Duty("reports.tidy", 3600, "crm.reports.unsent:tidy"),
    Duty("mail.send", 30, "crm.mail.sending:run"),
    Duty("search.tidy", 1800, "crm.search.upkeep:tidy"),
)


def load(path: str) -> Callable[..., Any]:
    """The function that a dotted path names."""
    module, _, name = path.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found
