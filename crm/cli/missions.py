"""`missions`: meeting times between home and a market, and a mission's briefing book."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import click

from crm.briefing.languages import LANGUAGES
from crm.briefing.service import Wanted, make_book
from crm.calendars.asking import is_zone
from crm.calendars.cautions import Caution, cautions_of
from crm.calendars.clocks import city_of, day_text, in_both
from crm.calendars.slots import (
    HOME_LIMITS,
    MARKET_LIMITS,
    Hours,
    Side,
    Slot,
    Window,
    check_range,
    find_slots,
    share_a_clock,
    windows_between,
)
from crm.cli.context import Context, command_options
from models.errors import DomainError, NotFoundError, N_

_Command = Callable[..., Any]


class _Zone(click.ParamType[str]):
    """The name of a time zone."""

    name = "zone"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not is_zone(str(value)):
            self.fail(
                f"{value!r} is no time zone. They are named like America/Toronto or Asia/Tokyo.",
                param,
                ctx,
            )
        return str(value)


_DAY = click.DateTime(["%Y-%m-%d"])
_HOUR = click.DateTime(["%H:%M"])


@click.group()
def missions() -> None:
    """Plan a mission: hours that suit both sides, and the briefing book to carry along."""


@missions.command()
@click.argument("mission", metavar="ID")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    metavar="FILE",
    help="Where the PDF goes; a file of that name is replaced.",
)
@click.option("--lang", type=click.Choice(LANGUAGES), help="Default: the reader's language.")
@click.option(
    "--names",
    "with_names",
    is_flag=True,
    help="Name the companies behind code names, as far as the reader may see them.",
)
@command_options
def book(mission: str, *, out: Path, lang: str | None, with_names: bool, context: Context) -> None:
    """Set the briefing book of the mission with this ID, as its address shows it.

    It tells what the user named with `--as` may see; without one, nothing that a team keeps to
    itself. Every page bears the reader's name and the moment. It is written to the audit.
    """
    if not out.absolute().parent.is_dir():
        raise click.ClickException(f"There is no folder {out.absolute().parent}.")
    wanted = Wanted(
        mission_id=mission, language=lang or context.actor.language.value, with_names=with_names
    )
    try:
        pages = make_book(
            context.database,
            wanted,
            actor=context.actor,
            now=context.now,
            config=context.config,
            is_confirmed=True,
        )
    except NotFoundError as error:
        raise DomainError(N_("There is no mission with the ID %(id)s."), id=mission[:60]) from error
    try:
        out.write_bytes(pages)
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written ({error.strerror}).") from error
    context.emit(
        {"file": str(out), "mission": mission, "language": wanted.language, "bytes": len(pages)},
        [str(out)],
    )


def _limit(name: str, default: time, words: str) -> Callable[[_Command], _Command]:
    return click.option(
        name, type=_HOUR, default=f"{default:%H:%M}", show_default=True, metavar="HH:MM", help=words
    )


@missions.command()
@click.option("--home", type=_Zone(), required=True, help="The time zone at home.")
@click.option(
    "--market",
    "markets",
    type=_Zone(),
    required=True,
    multiple=True,
    help="The market's time zone; several, if their clocks show the same.",
)
@click.option("--from", "first", type=_DAY, required=True, help="The first day in the market.")
@click.option("--to", "last", type=_DAY, required=True, help="The last day in the market.")
@click.option("--minutes", type=int, default=60, show_default=True, help="How long a meeting is.")
@click.option(
    "--step", type=int, default=30, show_default=True, help="Minutes from one start to the next."
)
@_limit("--home-from", HOME_LIMITS.opens, "No earlier at home.")
@_limit("--home-to", HOME_LIMITS.closes, "No later at home; 00:00 is midnight.")
@_limit("--market-from", MARKET_LIMITS.opens, "No earlier in the market.")
@_limit("--market-to", MARKET_LIMITS.closes, "No later in the market; 00:00 is midnight.")
@click.option("--weekends", is_flag=True, help="Weekends of the market too.")
@click.option("--windows", is_flag=True, help="The whole stretches both sides share, every day.")
@command_options
def slots(
    *,
    home: str,
    markets: Sequence[str],
    first: datetime,
    last: datetime,
    minutes: int,
    step: int,
    weekends: bool,
    windows: bool,
    context: Context,
    **limits: datetime,
) -> None:
    """Propose meeting times inside both sides' hours, the best of each market day first."""
    try:
        check_range(first.date(), last.date())
        here = Side.of(home, _hours(limits, "home"))
        there = Side.of(markets[0], _hours(limits, "market"), *markets[1:])
        _check_clocks(markets, first.date(), last.date())
        if windows:
            found = windows_between(here, there, first.date(), last.date())
            shared = [(window, cautions_of(window, here, there)) for window in found]
            answer = [_described(window, cautions) for window, cautions in shared]
            lines = [_line(window, cautions) for window, cautions in shared]
        else:
            proposed = find_slots(
                here,
                there,
                first.date(),
                last.date(),
                minutes=minutes,
                step=step,
                has_weekends=weekends,
            )
            answer = [_described(slot.window, slot.cautions, score=slot.score) for slot in proposed]
            lines = _by_day(proposed)
    except DomainError as error:
        raise click.UsageError(str(error)) from error
    context.emit(answer, lines or ["The two sides share no such time on these days."])


def _hours(limits: dict[str, datetime], side: str) -> Hours:
    return Hours(limits[f"{side}_from"].time(), limits[f"{side}_to"].time())


def _check_clocks(markets: Sequence[str], first: date, last: date) -> None:
    for other in markets[1:]:
        if not share_a_clock(markets[0], other, first, last):
            raise click.UsageError(
                f"{markets[0]} and {other} do not show the same time on these days."
                " Ask for one market at a time."
            )


def _described(
    window: Window, cautions: Sequence[Caution], *, score: int | None = None
) -> dict[str, Any]:
    """A slot or a window as JSON: moments as ISO 8601 with the offset of each side."""
    answer: dict[str, Any] = {
        "home_start": window.home_start.isoformat(),
        "home_end": window.home_end.isoformat(),
        "market_start": window.market_start.isoformat(),
        "market_end": window.market_end.isoformat(),
        "utc_start": window.starts_at.isoformat(),
        "minutes": window.minutes,
    }
    if score is not None:
        answer["score"] = score
    answer["warnings"] = [
        {"code": str(caution.code), "text": caution.text()} for caution in cautions
    ]
    return answer


def _by_day(proposed: Sequence[Slot]) -> list[str]:
    """A table with the warnings of a day above its proposals."""
    lines: list[str] = []
    day: date | None = None
    said: tuple[Caution, ...] = ()
    for slot in proposed:
        if slot.market_day != day or slot.cautions != said:
            day, said = slot.market_day, slot.cautions
            lines += ["", f"{day_text(day)} {day.year}, {city_of(slot.window.market_zone)}"]
            lines += [f"  ! {caution.text()}" for caution in said if not caution.is_about_dates]
        lines.append(f"  {slot.score:3d}  {_clocks(slot.window)}")
    return lines[1:]


def _line(window: Window, cautions: Sequence[Caution]) -> str:
    words = " ".join(caution.text() for caution in cautions if not caution.is_about_dates)
    return f"{_clocks(window)}  {window.minutes} min  {words}".rstrip()


def _clocks(window: Window) -> str:
    begins = in_both(window.starts_at, window.home_zone, window.market_zone)
    ends = in_both(window.ends_at, window.home_zone, window.market_zone)
    home = f"{begins.home.day_text} {begins.home.hour}–{ends.home.hour} {begins.home.city}"
    market = f"{begins.market.day_text} {begins.market.hour}–{ends.market.hour}"
    return f"{home} = {market} {begins.market.city}"
