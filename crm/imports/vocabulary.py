"""The words of a pipeline as offices write them: stages, statuses, types, likelihood."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from crm.imports.problems import ValueProblem
from crm.imports.table import Cell
from crm.imports.text import is_blank, is_unknown, key, one_line, plain, quoted
from crm.imports.words import listed, read_words
from models.errors import N_
from models.stage import STAGES, LeadType, StageCode, Status

_VALUES = read_words("values")
_WON = frozenset(key(word) for word in listed(_VALUES["won"]))

_NUMBERED = re.compile(r"(?:stage|step|phase|etape|ステージ|단계|s)? ?([1-8])(?: ?단계)?")
_NUMBER_FIRST = re.compile(
    r"(?:(?:stage|step|phase|etape|ステージ|단계) ?)?[0-9]{1,2} ?[.:)/-]? ?(.+)"
)


def _by_word(group: str) -> dict[str, str]:
    """Each code and word of a group with its code; a word of two codes is a mistake in the file."""
    found: dict[str, str] = {}
    for code, words in _VALUES[group].items():
        for word in (code, *listed(words)):
            if found.setdefault(key(word), code) != code:
                raise ValueError(f"{word} stands twice in {group}")
    return found


_STAGES = {word: StageCode(code) for word, code in _by_word("stage").items()}
_STATUSES = {word: Status(code) for word, code in _by_word("status").items()}
_TYPES = {word: LeadType(code) for word, code in _by_word("lead_type").items()}
_BANDS = _by_word("likelihood")


def parse_stage(cell: Cell) -> StageCode | None:
    """The stage a cell names, by code, by name in four languages, or by its number 1 to 8."""
    if is_blank(cell):
        return None
    stage = _find_stage(quoted(cell))
    if stage is None:
        raise ValueProblem(
            N_(
                "“%(value)s” is not a stage. Use First contact, Engaged, Qualified,"
                " Active project, Proposal, Negotiation, Committed or Announced."
            ),
            value=quoted(cell),
        )
    return stage


def parse_status(cell: Cell) -> Status | None:
    """The status a cell names. There is no status "won": a won lead is announced."""
    if is_blank(cell):
        return None
    word = key(one_line(cell))
    status = _STATUSES.get(word)
    if status is not None:
        return status
    if word in _WON:
        raise ValueProblem(
            N_(
                "“%(value)s” is not a status: a lead that was won has the stage Announced"
                " and the status Active."
            ),
            value=quoted(cell),
        )
    raise ValueProblem(
        N_(
            "“%(value)s” is not a status. Use Active, On hold, Lost, Abandoned (closed by us)"
            " or Passed on."
        ),
        value=quoted(cell),
    )


def parse_stage_or_status(cell: Cell) -> StageCode | Status | None:
    """What the stage column of a stage-change file says: where a lead came to, or how it ended.

    "Active" is the stage of that name, which is what offices write there.
    """
    if is_blank(cell):
        return None
    found = _find_stage(quoted(cell)) or _STATUSES.get(key(one_line(cell)))
    if found is None:
        raise ValueProblem(
            N_(
                "“%(value)s” is neither a stage nor a status. Use First contact, Engaged,"
                " Qualified, Active project, Proposal, Negotiation, Committed, Announced,"
                " On hold, Lost, Abandoned or Passed on."
            ),
            value=quoted(cell),
        )
    return found


@lru_cache(maxsize=1024)
def _find_stage(text: str) -> StageCode | None:
    stage = _STAGES.get(key(text))
    if stage is not None:
        return stage
    low = plain(text)
    numbered = _NUMBERED.fullmatch(low)
    if numbered is not None:
        return STAGES[int(numbered[1]) - 1]
    # An office that numbers its stages may count differently from us: then the name decides.
    named = _NUMBER_FIRST.fullmatch(low)
    return _STAGES.get(key(named[1])) if named is not None else None


def parse_lead_type(cell: Cell) -> LeadType | None:
    """What kind of project a cell names."""
    if is_unknown(cell):
        return None
    lead_type = _TYPES.get(key(one_line(cell)))
    if lead_type is None:
        raise ValueProblem(
            N_(
                "“%(value)s” is not a type of lead."
                " Use Investment, Expansion, Partnership or Trade."
            ),
            value=quoted(cell),
        )
    return lead_type


class LikelihoodScale(StrEnum):
    """What a bare number in a column of likelihoods is: 0.6 or 60."""

    FRACTION = "fraction"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Likelihood:
    """An officer's own estimate: a chance from 0 to 1, or one of low, medium and high."""

    as_printed: str
    chance: float | None = None
    band: str | None = None


_CHANCE = re.compile(
    r"(?:~|約|약|about |approx\.? |environ )? ?(\d{1,3}(?:[.,]\d{1,4})?) ?"
    r"(%|percent|per cent|pour cent|パーセント|퍼센트|프로)?"
)


def find_likelihood_scale(cells: Iterable[Cell]) -> LikelihoodScale:
    """Fractions only where no bare number of the column is above one."""
    numbers: list[float] = []
    for cell in cells:
        match = _CHANCE.fullmatch(plain(one_line(cell))) if not is_unknown(cell) else None
        if match is not None and not match[2]:
            numbers.append(float(match[1].replace(",", ".")))
    is_fraction = bool(numbers) and max(numbers) <= 1
    return LikelihoodScale.FRACTION if is_fraction else LikelihoodScale.PERCENT


def parse_likelihood(
    cell: Cell, scale: LikelihoodScale = LikelihoodScale.PERCENT
) -> Likelihood | None:
    """An officer's estimate in percent, as a fraction, or in words."""
    if is_unknown(cell):
        return None
    as_printed = quoted(cell)
    band = _BANDS.get(key(as_printed))
    if band is not None:
        return Likelihood(as_printed, band=band)
    match = _CHANCE.fullmatch(plain(as_printed))
    chance = float(match[1].replace(",", ".")) if match is not None else None
    if chance is not None and match is not None and (match[2] or scale is LikelihoodScale.PERCENT):
        chance /= 100
    if chance is None or not 0 <= chance <= 1:
        raise ValueProblem(
            N_(
                "“%(value)s” is not a likelihood."
                " Use a percentage from 0 to 100, or low, medium or high."
            ),
            value=quoted(cell),
        )
    return Likelihood(as_printed, chance=chance)
