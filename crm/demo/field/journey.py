"""What the office's past missions share: where to, when, how, and by whom."""

from dataclasses import dataclass
from datetime import date

from crm.demo.field.ground import MARKET_ZONES, TORONTO
from crm.missions.parts import CostDetails
from models.mission import Delivery


@dataclass(frozen=True, slots=True)
class Journey:
    """One mission of the past."""

    name: str
    market: str
    begins: date
    delivery: Delivery
    owner: str
    hours: tuple[tuple[int, int], ...]
    summary: str
    costs: tuple[CostDetails, ...]

    @property
    def clock(self) -> str:
        """The zone in whose hours its days are counted."""
        return TORONTO if self.delivery is Delivery.VIRTUAL else MARKET_ZONES[self.market]
