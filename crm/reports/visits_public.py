"""Company visits as they may be published: how far they reached, never what was said. Pure.

Sectors of few employers are put together; what is still fewer than three has no number, nor has
another of the same column from which it could be worked out.
"""

from collections.abc import Sequence
from dataclasses import replace

from crm.reports.pipeline import GroupKey
from crm.reports.visits import Reach, SectorLine, Visits
from crm.reports.withholding import Part, is_few, is_share_few, withheld

_FIRMS, _VISITED, _BEFORE = "firm_count", "visited_count", "visited_before_count"
_MEASURES = (_FIRMS, _VISITED, _BEFORE)


def publish_visits(visits: Visits) -> Visits:
    """Coverage as it may be published: no flags, no cases, and no plan of visits."""
    sectors = _together(visits.sectors)
    divisions = [[line.reach for line in visits.sizes], [line.reach for line in sectors]]
    total = visits.total
    of_total = {name for name in _MEASURES if _is_small(total, name)}
    for parts in divisions:
        # What one division withholds of the whole, the other must not add up to.
        of_total |= _hidden(parts, total)[0]
    of_sizes, of_sectors = (
        [hidden | of_total for hidden in _hidden(parts, total)[1]] for parts in divisions
    )
    return replace(
        visits,
        total=_reach(total, of_total, told=of_total),
        sizes=tuple(
            replace(line, reach=_reach(line.reach, hidden, told=hidden - of_total))
            for line, hidden in zip(visits.sizes, of_sizes, strict=True)
        ),
        sectors=tuple(
            replace(line, reach=_reach(line.reach, hidden, told=hidden - of_total))
            for line, hidden in zip(sectors, of_sectors, strict=True)
        ),
        plans=(),
        visit_count=None,
        flags=None,
        cases=None,
        is_public=True,
    )


def _count(reach: Reach, name: str) -> int:
    return getattr(reach, name) or 0


def _is_small(reach: Reach, name: str) -> bool:
    """Whether it tells of few employers, or of few that were not visited."""
    if name == _FIRMS:
        return is_few(reach.firm_count)
    return is_share_few(_count(reach, name), _count(reach, _FIRMS))


def _hidden(parts: Sequence[Reach], total: Reach) -> tuple[set[str], list[set[str]]]:
    """What is not printed of the whole, and of each part of a division."""
    of_total: set[str] = set()
    of_parts: list[set[str]] = [set() for _part in parts]
    for name in _MEASURES:
        numbers = [
            Part(
                _count(part, name),
                _count(part, name),
                # Of employers of whom not even the number is told, nothing is.
                is_sensitive=_is_small(part, name) or _FIRMS in of_parts[place],
            )
            for place, part in enumerate(parts)
        ]
        whole = _count(total, name)
        numbers.append(Part(whole, whole, -1, is_sensitive=_is_small(total, name), rank=1))
        for place in withheld(numbers, are_counts=True):
            (of_parts[place] if place < len(parts) else of_total).add(name)
    return of_total, of_parts


def _reach(reach: Reach, hidden: set[str], *, told: set[str]) -> Reach:
    """An employers' line; of what is hidden everywhere it is not even told which is small."""
    firms, visited, before = (None if name in hidden else _count(reach, name) for name in _MEASURES)
    few = (name for name in _MEASURES if name in told and is_few(_count(reach, name)))
    return Reach(firms, visited, before, tuple(few))


def _together(lines: Sequence[SectorLine]) -> list[SectorLine]:
    """Sectors of few employers as one, with the smallest other where they are still few."""
    kept = [line for line in lines if not is_few(line.reach.firm_count)]
    small = [line for line in lines if is_few(line.reach.firm_count)]
    while kept and small and is_few(sum(_count(line.reach, _FIRMS) for line in small)):
        smallest = min(kept, key=lambda line: _count(line.reach, _FIRMS))
        kept.remove(smallest)
        small.append(smallest)
    if small:
        firms, visited, before = (
            sum(_count(line.reach, name) for line in small) for name in _MEASURES
        )
        kept.append(SectorLine(GroupKey(is_other=True), Reach(firms, visited, before)))
    return kept
