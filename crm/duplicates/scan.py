"""All that may be there twice: every pair of like organizations, in groups, as one viewer sees it.

What was compared is kept until something changes that a comparison reads. The kept pairs are of
one circle of viewers: whoever sees other organizations has others. Where there are so many
organizations that nobody waits for it, `crm.duplicates.standing` compares them as a job.
"""

import threading
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.duplicates.parties import load_parties
from crm.identity.matching import REVIEWED, Candidate, Matcher, Reason, Verdict
from crm.visibility import viewer_of
from models.audit import AuditEntry
from models.duplicate import DistinctPair
from models.organization import (
    Organization,
    OrganizationIdentifier,
    OrganizationName,
    OrganizationRelation,
)
from models.user import Actor

# The surest first.
ORDER = (Verdict.SAME, Verdict.PROPOSE, Verdict.SUBSIDIARY, Verdict.REVIEW)
_KEPT = 8
_MOST_PROPOSED = 2
# What no count shows (a country, an end of a relation) is told by the audit of these.
_TELLING = ("organizations", "organization_identifiers", "organization_relations")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two organizations that may be one; `one` is the elder."""

    one: int
    other: int
    candidate: Candidate

    @classmethod
    def of(cls, key: Any, candidate: Candidate) -> "Pair":
        """What the matching found, in order."""
        low, high = sorted((int(key), int(str(candidate.key))))
        return cls(low, high, candidate)

    @property
    def verdict(self) -> Verdict:
        """What to do with them."""
        return self.candidate.verdict


@dataclass(frozen=True, slots=True)
class Group:
    """Organizations that belong into one look, and the pairs that say why."""

    members: tuple[int, ...]
    pairs: tuple[Pair, ...]

    @property
    def verdict(self) -> Verdict:
        """The surest verdict in it."""
        return self.pairs[0].verdict


class _Kept:
    """The last scans, each for its circle of viewers and for what there was to compare."""

    def __init__(self) -> None:
        self._scans: OrderedDict[Any, list[Pair]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Any) -> list[Pair] | None:
        with self._lock:
            if key in self._scans:
                self._scans.move_to_end(key)
            return self._scans.get(key)

    def keep(self, key: Any, pairs: list[Pair]) -> None:
        with self._lock:
            self._scans[key] = pairs
            while len(self._scans) > _KEPT:
                self._scans.popitem(last=False)


_kept = _Kept()


def find_groups(session: Session) -> list[Group]:
    """The groups that the viewer sees and that nobody has settled, the surest first."""
    return open_groups(session, _all_pairs(session))


def open_groups(session: Session, pairs: Iterable[Pair]) -> list[Group]:
    """The groups among pairs that nobody has settled, the surest first."""
    settled = _settled(session)
    open_pairs = [pair for pair in pairs if (pair.one, pair.other) not in settled]
    return group_pairs(_worth_a_look(_without_crowds(open_pairs)))


def _without_crowds(pairs: Sequence[Pair]) -> list[Pair]:
    """A name that fits many fits none of them for sure."""
    proposed = Counter(
        key for pair in pairs if pair.verdict is Verdict.PROPOSE for key in (pair.one, pair.other)
    )
    return [
        replace(pair, candidate=_in_doubt(pair.candidate))
        if pair.verdict is Verdict.PROPOSE
        and max(proposed[pair.one], proposed[pair.other]) > _MOST_PROPOSED
        else pair
        for pair in pairs
    ]


def _in_doubt(candidate: Candidate) -> Candidate:
    return replace(
        candidate, verdict=Verdict.REVIEW, reason=Reason("several", candidate.reason.params)
    )


def _worth_a_look(pairs: Sequence[Pair]) -> list[Pair]:
    """Of those to be looked at, each one's likest; the next comes once that is settled."""
    best: dict[int, float] = defaultdict(float)
    for pair in pairs:
        for key in (pair.one, pair.other):
            best[key] = max(best[key], pair.candidate.score)
    return [
        pair
        for pair in pairs
        if pair.verdict is not Verdict.REVIEW
        or pair.candidate.score >= max(best[pair.one], best[pair.other])
    ]


def group_pairs(pairs: Iterable[Pair]) -> list[Group]:
    """Pairs that are likely one firm run together; those to be looked at stay by twos."""
    roots: dict[int, int] = {}

    def root(key: int) -> int:
        while roots.setdefault(key, key) != key:
            key = roots[key]
        return key

    pairs = sorted(
        pairs, key=lambda pair: (ORDER.index(pair.verdict), -pair.candidate.score, pair.one)
    )
    for pair in pairs:
        if pair.verdict in (Verdict.SAME, Verdict.PROPOSE):
            low, high = sorted((root(pair.one), root(pair.other)))
            roots[high] = low
    together: dict[Any, list[Pair]] = defaultdict(list)
    for pair in pairs:
        ends = root(pair.one), root(pair.other)
        together[ends[0] if ends[0] == ends[1] else ends].append(pair)
    return [Group(_members(found), tuple(found)) for found in together.values()]


def _members(pairs: Sequence[Pair]) -> tuple[int, ...]:
    return tuple(sorted({key for pair in pairs for key in (pair.one, pair.other)}))


def _all_pairs(session: Session) -> list[Pair]:
    key = (str(session.get_bind().engine.url), *fingerprint(session))
    pairs = _kept.get(key)
    if pairs is None:
        pairs = compare_all(session)
        _kept.keep(key, pairs)
    return pairs


def compare_all(session: Session) -> list[Pair]:
    """Every pair of like organizations that the viewer sees, settled ones too."""
    return [
        Pair.of(one, candidate)
        for one, candidate in Matcher(load_parties(session)).pairs(least=REVIEWED)
        if candidate.verdict is not Verdict.NONE
    ]


def circle_of(actor: Actor) -> str:
    """Those who see the same organizations, in one word."""
    if actor.sees_all:
        return "all"
    teams = ",".join(str(key) for key in sorted(actor.team_ids))
    return f"partners {actor.office_id}: {teams}" if actor.is_partner else f"teams {teams}"


def fingerprint(session: Session) -> tuple[Any, ...]:
    """What tells whether a comparison would read anything new; counted as the viewer sees it."""
    counted = [
        count
        for cls in (
            Organization,
            OrganizationName,
            OrganizationIdentifier,
            OrganizationRelation,
        )
        for count in session.execute(sa.select(sa.func.count(), sa.func.max(cls.id))).one()
    ]
    told = session.scalar(
        sa.select(sa.func.max(AuditEntry.id)).where(AuditEntry.record_type.in_(_TELLING))
    )
    return (circle_of(viewer_of(session)), *counted, told)


def _settled(session: Session) -> set[tuple[int, int]]:
    """Pairs that somebody said are not the same, or how they belong together."""
    said = session.execute(sa.select(DistinctPair.organization_id, DistinctPair.other_id))
    related = session.execute(
        sa.select(OrganizationRelation.organization_id, OrganizationRelation.other_id)
    )
    return {(min(one, other), max(one, other)) for rows in (said, related) for one, other in rows}


def count_all(session: Session) -> int:
    """How many organizations there are to compare, in the viewer's sight."""
    return session.scalar(sa.select(sa.func.count(Organization.id))) or 0
