"""Whether two parties are one company: a verdict, a score and the reason."""

import enum
from array import array
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from rapidfuzz import fuzz

from crm.identity.keys import NameKeys
from crm.identity.likeness import differs_by_place, is_certain, likeness
from models.organization import NameKind, Script

PROPOSED = 90.0
REVIEWED = 70.0
MARGIN = 5.0


class Verdict(enum.StrEnum):
    """What to do with two parties."""

    SAME = "same"
    PROPOSE = "propose"
    REVIEW = "review"
    SUBSIDIARY = "subsidiary"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a code that `crm.identity.wording` says in words, with its parameters."""

    code: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Party:
    """A company as far as it is known: its names, its numbers by scheme, its parents."""

    key: Hashable
    names: tuple[NameKeys, ...]
    numbers: frozenset[tuple[str, str]] = frozenset()
    country: str | None = None
    parents: frozenset[Hashable] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Another party that may be the same; `matched` is the name of it that fits best."""

    key: Hashable
    score: float
    verdict: Verdict
    reason: Reason
    matched: str


def compare(one: Party, other: Party) -> Candidate:
    """Whether the other party is the same company as the first."""
    shared = sorted(one.numbers & other.numbers)
    if shared:
        matched = other.names[0].text if other.names else ""
        scheme, value = shared[0]
        reason = Reason("same_number", {"scheme": scheme, "number": value})
        return Candidate(other.key, 100.0, Verdict.SAME, reason, matched)
    found = _best_names(one, other)
    if found is None:
        return Candidate(other.key, 0.0, Verdict.NONE, Reason("different", {}), "")
    score, certain, code, mine, theirs = found
    params = {"one": mine.text, "other": theirs.text}
    verdict, reason = _verdict(score, certain), Reason(code, params)
    local = _local_names(one, other) if score < 100.0 else None
    doubt = _doubt(one, other) if verdict in {Verdict.SAME, Verdict.PROPOSE} else None
    if one.key in other.parents or other.key in one.parents:
        verdict, reason = Verdict.SUBSIDIARY, Reason("linked", params)
    elif local is not None:
        mine, theirs = local
        score = max(score, REVIEWED)
        params = {"one": mine.text, "other": theirs.text}
        params["place"] = ", ".join(sorted(mine.places ^ theirs.places))
        # Two local companies of one group are sisters, neither is the other's.
        sisters = bool(mine.places and theirs.places)
        verdict = Verdict.REVIEW if sisters else Verdict.SUBSIDIARY
        reason = Reason("other_place" if sisters else "place", params)
    elif doubt is not None:
        verdict, reason = Verdict.REVIEW, Reason(doubt, params)
    elif verdict is Verdict.SAME and _elsewhere(one, other):
        verdict = Verdict.PROPOSE
    return Candidate(other.key, round(score, 1), verdict, reason, theirs.text)


def _best_names(one: Party, other: Party) -> tuple[float, bool, str, NameKeys, NameKeys] | None:
    """The most alike pair of names: its score, whether it is certain, why, and the names."""
    best: tuple[float, bool, str, NameKeys, NameKeys] | None = None
    for mine in one.names:
        for theirs in other.names:
            found = likeness(mine, theirs)
            certain = found.code == "same_name" and is_certain(mine, theirs)
            if best is None or (found.score, certain) > best[:2]:
                best = (found.score, certain, found.code, mine, theirs)
    return best


def _local_names(one: Party, other: Party) -> tuple[NameKeys, NameKeys] | None:
    """A pair of names that differ only by a place."""
    for mine in one.names:
        for theirs in other.names:
            if mine.places != theirs.places and differs_by_place(mine, theirs):
                return mine, theirs
    return None


def _elsewhere(one: Party, other: Party) -> bool:
    """Whether the two are known to be in different countries."""
    return bool(one.country and other.country and one.country != other.country)


def _verdict(score: float, certain: bool) -> Verdict:
    if certain:
        return Verdict.SAME
    if score >= PROPOSED:
        return Verdict.PROPOSE
    return Verdict.REVIEW if score >= REVIEWED else Verdict.NONE


def _doubt(one: Party, other: Party) -> str | None:
    """What speaks against one company although a name fits."""
    theirs = defaultdict(set)
    for scheme, value in other.numbers:
        theirs[scheme].add(value)
    if any(theirs[scheme] for scheme, _ in one.numbers):
        return "other_register_number"
    for script in (Script.HANGUL, Script.HAN, Script.JAPANESE):
        mine_ = [n for n in one.names if n.script is script and n.kind is NameKind.LEGAL]
        theirs_ = [n for n in other.names if n.script is script and n.kind is NameKind.LEGAL]
        if mine_ and theirs_:
            # Two firms of one sound, 第一 and 大壱, are told apart by their characters alone.
            best = max(fuzz.ratio(m.normalized, t.normalized) for m in mine_ for t in theirs_)
            if best < REVIEWED:
                return "other_native_name"
    return None


class Matcher:
    """Many parties, indexed by the grams of their names."""

    def __init__(self, parties: Iterable[Party] = ()) -> None:
        self._parties: list[Party] = []
        self._places: dict[Hashable, int] = {}
        self._grams: dict[str, array[int]] = {}
        self._numbers: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._normalized: dict[str, list[int]] = defaultdict(list)
        for party in parties:
            self.add(party)

    def add(self, party: Party) -> None:
        """Index one more party."""
        place = len(self._parties)
        self._parties.append(party)
        self._places[party.key] = place
        for number in party.numbers:
            self._numbers[number].append(place)
        for name in {name.normalized for name in party.names}:
            self._normalized[name].append(place)
        for gram in _grams(party):
            postings = self._grams.get(gram)
            if postings is None:
                postings = self._grams[gram] = array("l")
            postings.append(place)

    def find(self, party: Party, *, limit: int = 5, least: float = REVIEWED) -> list[Candidate]:
        """The parties most like this one, best first; itself left out."""
        found = [
            compare(party, self._parties[place])
            for place in self._near(party)
            if self._parties[place].key != party.key
        ]
        found.sort(key=lambda candidate: (candidate.verdict is not Verdict.SAME, -candidate.score))
        # The margin is to the next party, whether it is asked for or not.
        return [candidate for candidate in _with_margin(found) if candidate.score >= least][:limit]

    def pairs(self, *, least: float = REVIEWED) -> Iterator[tuple[Hashable, Candidate]]:
        """Each pair of like parties once."""
        for place, party in enumerate(self._parties):
            for other in self._near(party, most=24):
                if other > place:
                    candidate = compare(party, self._parties[other])
                    if candidate.score >= least:
                        yield party.key, candidate

    def _near(self, party: Party, most: int = 40) -> list[int]:
        count = len(self._parties)
        if not count:
            return []
        weights = np.zeros(count)
        for gram, _ in Counter(_grams(party)).items():
            postings = self._grams.get(gram)
            if postings is None or len(postings) > max(200, count // 8):
                continue
            weight = np.log(1 + count / len(postings))
            weights[np.frombuffer(postings, dtype=np.int_)] += weight
        near = np.argpartition(-weights, min(most, count - 1))[:most]
        chosen = {int(place) for place in near if weights[place] > 0}
        for number in party.numbers:
            chosen.update(self._numbers.get(number, ()))
        for name in party.names:
            chosen.update(self._normalized.get(name.normalized, ())[:50])
        return sorted(chosen)


def _with_margin(found: list[Candidate]) -> list[Candidate]:
    if (
        len(found) > 1
        and found[0].verdict is Verdict.PROPOSE
        and found[0].score - found[1].score < MARGIN
    ):
        found[0] = replace(
            found[0], verdict=Verdict.REVIEW, reason=Reason("several", found[0].reason.params)
        )
    return found[:1] + [
        replace(c, verdict=Verdict.REVIEW) if c.verdict is Verdict.PROPOSE else c for c in found[1:]
    ]


def _grams(party: Party) -> set[str]:
    grams: set[str] = set()
    for name in party.names:
        for form in (*name.deep.coded, *name.deep.spoken, *name.deep.spelled):
            text = f"^{form.text}"
            grams.update(text[start : start + 3] for start in range(max(1, len(text) - 2)))
            bones = f"^^{form.bones}"
            grams.update(bones[start : start + 4] for start in range(max(1, len(bones) - 3)))
    return grams
