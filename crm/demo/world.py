"""The invented world: who comes, through whom, and the true chance that each is announced.

Effects are drawn once a seed; a lead's chance follows from what it is. Part of it shows in the
records (source, sector, size), part only in how a lead behaves (how eager it is, how high up
the people are whom it sends), and part never: as in life, the best ranking is not perfect.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from crm.demo.names import SECTOR_CODES
from models.lead import Direction
from models.stage import LeadType

YEARS = 6
_DAYS = YEARS * 365
# What share of all leads is announced in the end. Winners take longer than losers, so that among
# the leads closed by today about one in eight is.
_ANNOUNCED_SHARE = 0.163
_PILOT = 3_000
# The office hears of more leads every year: the last day's intake is 2.5 times the first day's.
_GROWTH = 1.5
_REPEAT_SHARE = 0.09
_REPEAT_AFTER = 20


@dataclass(frozen=True, slots=True)
class SourceOdds:
    """How often a source brings a lead, by market, and what it does to the log-odds."""

    share_japan: float
    share_korea: float
    effect: float


SOURCES = {
    "existing_investor": SourceOdds(0.10, 0.09, 1.0),
    "jetro": SourceOdds(0.24, 0.0, 0.4),
    "kotra": SourceOdds(0.0, 0.26, 0.4),
    "tokyo_office": SourceOdds(0.10, 0.0, 0.3),
    "seoul_office": SourceOdds(0.0, 0.10, 0.3),
    "partner_ministry": SourceOdds(0.08, 0.07, 0.2),
    "bank_or_trading_house": SourceOdds(0.07, 0.05, 0.5),
    "inbound_enquiry": SourceOdds(0.10, 0.11, -0.1),
    "trade_mission": SourceOdds(0.12, 0.12, 0.0),
    "trade_fair": SourceOdds(0.09, 0.09, -0.9),
    "cold_outreach": SourceOdds(0.10, 0.11, -1.4),
}
INTRODUCED = frozenset({"jetro", "kotra", "partner_ministry", "bank_or_trading_house"})


@dataclass(frozen=True, slots=True)
class Company:
    """A company of the world; `key` counts them, `announced_on` is its first announcement."""

    key: int
    market: str
    sector: str


@dataclass(frozen=True, slots=True)
class Prospect:
    """One lead as the world makes it: what it is, its true chance, and what becomes of it.

    `eagerness` is a standard normal number that shows in how often they are in touch; `reach`
    the rank of the highest person they will send (1 is the president, 8 is staff).
    """

    number: int
    company: Company
    is_new_company: bool
    began_on: date
    market: str
    sector: str
    source: str
    lead_type: LeadType
    direction: Direction
    jobs: int
    capex_millions: float
    eagerness: float
    reach: int
    has_introducer: bool
    chance: float
    wins: bool


@dataclass(frozen=True, slots=True)
class _Traits:
    market: str
    sector: str
    source: str
    lead_type: LeadType
    direction: Direction
    log_jobs: float
    capex_millions: float
    eagerness: float
    reach: int
    has_introducer: bool


class World:
    """The effects of one seed, and its prospects in the order in which they came."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        random = Random(f"{seed}/world")
        self._of_sector = {code: random.gauss(0.0, 0.6) for code in SECTOR_CODES}
        self._of_source = {
            code: odds.effect + random.gauss(0.0, 0.25) for code, odds in SOURCES.items()
        }
        self._of_market = {"JP": random.gauss(0.0, 0.15), "KR": random.gauss(0.0, 0.15)}
        self._of_type = {kind: random.gauss(0.0, 0.2) for kind in LeadType}
        self._favoured = frozenset(random.sample(SECTOR_CODES, 2))
        pilot = [self._log_odds(self._traits(random, None)) for _ in range(_PILOT)]
        self._intercept = _intercept(pilot, _ANNOUNCED_SHARE)

    def prospects(self, count: int, today: date) -> Iterator[Prospect]:
        """The leads of the years up to `today`, oldest first."""
        random = Random(f"{self._seed}/arrivals")
        ages = sorted((_age(random) for _ in range(count)), reverse=True)
        companies: list[Company] = []
        # Wins are drawn systematically: each with its own chance, their sum without luck.
        expected = Random(f"{self._seed}/luck").random()
        for number, age in enumerate(ages, start=1):
            draw = Random(f"{self._seed}/lead/{number}")
            is_new = len(companies) < _REPEAT_AFTER or draw.random() >= _REPEAT_SHARE
            known = None if is_new else draw.choice(companies)
            traits = self._traits(draw, known)
            if known is None:
                known = Company(len(companies), traits.market, traits.sector)
                companies.append(known)
            chance = _logistic(self._intercept + self._log_odds(traits))
            before = math.floor(expected)
            expected += chance
            yield Prospect(
                number=number,
                company=known,
                is_new_company=is_new,
                began_on=today - timedelta(days=age),
                market=traits.market,
                sector=traits.sector,
                source=traits.source,
                lead_type=traits.lead_type,
                direction=traits.direction,
                jobs=max(1, round(math.exp(traits.log_jobs))),
                capex_millions=traits.capex_millions,
                eagerness=traits.eagerness,
                reach=traits.reach,
                has_introducer=traits.has_introducer,
                chance=chance,
                wins=math.floor(expected) > before,
            )

    def _traits(self, random: Random, company: Company | None) -> _Traits:
        market = company.market if company else ("JP" if random.random() < 0.6 else "KR")
        sector = company.sector if company else random.choice(SECTOR_CODES)
        source = _draw_source(random, market, is_known=company is not None)
        if source == "existing_investor":
            lead_type = LeadType.EXPANSION if random.random() < 0.85 else LeadType.PARTNERSHIP
        else:
            lead_type = random.choices(
                (LeadType.INVESTMENT, LeadType.PARTNERSHIP, LeadType.TRADE), (0.72, 0.2, 0.08)
            )[0]
        outward = lead_type in (LeadType.PARTNERSHIP, LeadType.TRADE) and random.random() < 0.3
        log_jobs = random.gauss(3.6, 1.15)
        return _Traits(
            market=market,
            sector=sector,
            source=source,
            lead_type=lead_type,
            direction=Direction.OUT_OF_CANADA if outward else Direction.INTO_CANADA,
            log_jobs=log_jobs,
            capex_millions=math.exp(log_jobs - 1.1 + random.gauss(0.0, 0.6)),
            eagerness=random.gauss(0.0, 1.0),
            reach=min(8, max(1, round(random.gauss(4.6, 1.6)))),
            has_introducer=source in INTRODUCED and random.random() < 0.7,
        )

    def _log_odds(self, traits: _Traits) -> float:
        favoured = traits.source == "existing_investor" and traits.sector in self._favoured
        return (
            self._of_sector[traits.sector]
            + self._of_source[traits.source]
            + self._of_market[traits.market]
            + self._of_type[traits.lead_type]
            + 0.9 * favoured
            + 0.55 * traits.eagerness
            + 0.25 * (4.6 - traits.reach)
            + 0.3 * traits.has_introducer
            # Neither the smallest projects nor the largest are the likeliest.
            - 0.15 * ((traits.log_jobs - 4.2) / 1.2) ** 2
        )


def _draw_source(random: Random, market: str, *, is_known: bool) -> str:
    if is_known and random.random() < 0.5:
        return "existing_investor"
    shares = [odds.share_japan if market == "JP" else odds.share_korea for odds in SOURCES.values()]
    return random.choices(tuple(SOURCES), shares)[0]


def _age(random: Random) -> int:
    """Days before today, with more arrivals in later years."""
    share = random.random()
    elapsed = (math.sqrt(1.0 + _GROWTH * (2.0 + _GROWTH) * share) - 1.0) / _GROWTH
    return 1 + int((1.0 - elapsed) * (_DAYS - 1))


def _intercept(log_odds: list[float], share: float) -> float:
    low, high = -12.0, 12.0
    for _ in range(50):
        middle = (low + high) / 2.0
        mean = sum(_logistic(middle + value) for value in log_odds) / len(log_odds)
        low, high = (middle, high) if mean < share else (low, middle)
    return (low + high) / 2.0


def _logistic(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-value))
