"""Drawings of the model page: places of points and lines, for a template to draw as SVG."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from babel.numbers import format_decimal

from crm.web.formatting import percent, reading_locale

WIDTH, HEIGHT = 320, 230
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 34
_ENDS = (0.1, 0.25, 0.5, 1.0)
_SHARES = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0)
_SMALLEST, _LARGEST = 3.0, 8.0


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid with its words."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Point:
    """One point with the ends of its likely range, and the number behind it."""

    x: float
    y: float
    low: float
    high: float
    radius: float
    text: str
    # Where points crowd, their numbers stand above each other.
    lift: int = 3


@dataclass(frozen=True, slots=True)
class Drawing:
    """Points within a frame. `path` joins them, or is the line they should lie on."""

    points: tuple[Point, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    path: str

    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def draw_calibration(groups: Sequence[Mapping[str, Any]]) -> Drawing | None:
    """What was said across, what came up; on the rising line both are the same."""
    if not groups:
        return None
    most = max(max(group["said"], group["came"]) for group in groups)
    end = next((end for end in _ENDS if most <= end), 1.0)
    largest = max(group["lead_count"] for group in groups)

    def along(share: float) -> float:
        # Most chances of an office are small: drawn evenly, they would lie on each other.
        return float((min(share, end) / end) ** 0.5)

    points = tuple(
        Point(
            x=_across(along(group["said"])),
            y=_up(along(group["came"])),
            low=_up(along(group["low"])),
            high=_up(along(group["high"])),
            radius=_radius(group["lead_count"], largest),
            text=str(group["lead_count"]),
        )
        for group in groups
    )
    shares = [share for share in _SHARES if share <= end]
    return Drawing(
        _lifted(points),
        across=tuple(Tick(_across(along(share)), percent(share)) for share in shares),
        up=tuple(Tick(_up(along(share)), percent(share)) for share in shares),
        path=f"M{_across(0)} {_up(0)} L{_across(1)} {_up(1)}",
    )


def draw_learning(steps: Sequence[Mapping[str, Any]]) -> Drawing | None:
    """Leads learned from across, what was gained over the office's own rate up."""
    told = [step for step in steps if step.get("gain") is not None]
    if len(told) < 2:
        return None
    errors = [step.get("gain_error") or 0.0 for step in told]
    lows = [step["gain"] - error for step, error in zip(told, errors, strict=True)]
    highs = [step["gain"] + error for step, error in zip(told, errors, strict=True)]
    least, most = min(0.0, *lows), max(0.0, *highs)
    span = (most - least) or 1.0
    largest = max(step["lead_count"] for step in told) or 1

    def level(value: float) -> float:
        return _up((value - least) / span)

    points = tuple(
        Point(
            x=_across(step["lead_count"] / largest),
            y=level(step["gain"]),
            low=level(low),
            high=level(high),
            radius=4.0,
            text="",
        )
        for step, low, high in zip(told, lows, highs, strict=True)
    )
    return Drawing(
        points,
        across=tuple(
            Tick(point.x, str(step["lead_count"])) for point, step in zip(points, told, strict=True)
        ),
        up=(Tick(level(0.0), "0"), Tick(level(most), _short(most))),
        path="M" + " L".join(f"{point.x} {point.y}" for point in points),
    )


def draw_rates(periods: Sequence[Mapping[str, Any]]) -> Drawing | None:
    """The share announced of the leads that ended, period by period."""
    told = [period for period in periods if period.get("rate") is not None]
    if len(told) < 2:
        return None
    # A year with few leads has a range up to anywhere: it is cut off above.
    most = max(1.5 * period["rate"] for period in told)
    end = next((end for end in _ENDS if most <= end), 1.0)
    largest = max(period["closed_count"] for period in told)
    last = len(told) - 1
    points = tuple(
        Point(
            x=_across(0.04 + 0.92 * place / last),
            y=_up(period["rate"] / end),
            low=_up(min(period["low"] / end, 1.0)),
            high=_up(min(period["high"] / end, 1.0)),
            radius=_radius(period["closed_count"], largest),
            text=str(period["closed_count"]),
        )
        for place, period in enumerate(told)
    )
    # At most six years are written below: more would run into each other.
    every = -(-len(told) // 6)
    return Drawing(
        points,
        across=tuple(
            Tick(point.x, str(period["from"])[:4])
            for point, period in list(zip(points, told, strict=True))[::every]
        ),
        up=tuple(Tick(_up(step / 4), percent(end * step / 4)) for step in range(5)),
        path="M" + " L".join(f"{point.x} {point.y}" for point in points),
    )


def _lifted(points: Sequence[Point]) -> tuple[Point, ...]:
    """Points with their numbers apart, from left to right."""
    placed: list[Point] = []
    for point in points:
        last = placed[-1] if placed else None
        is_near = last is not None and point.x - last.x < 16 and abs(point.y - last.y) < 12
        lift = last.lift + 10 if last is not None and is_near else 3
        placed.append(replace(point, lift=lift))
    return tuple(placed)


def _short(value: float) -> str:
    return str(format_decimal(value, "0.00", locale=reading_locale()))


def _across(share: float) -> float:
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _up(share: float) -> float:
    return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def _radius(count: int, largest: int) -> float:
    # By area: four times the leads look twice as wide.
    share = (count / largest) ** 0.5 if largest else 0.0
    return round(_SMALLEST + (_LARGEST - _SMALLEST) * share, 1)
