"""Exchange rates of the demo: invented like everything else, and their source says so."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from crm.rates.service import RateDetails, state_rate
from models.user import Actor

SOURCE = "Bank of North Laurentia (invented)"
_QUARTERS = 12
# Of how many units each rate is, and how much they are worth in turn, in Canadian dollars.
_RATES = {
    "JPY": (100, ("0.91", "0.94", "0.96", "0.93")),
    "KRW": (1_000, ("0.98", "1.01", "0.99", "1.02")),
    "USD": (1, ("1.36", "1.38", "1.41", "1.39")),
}


def state_rates(session: Session, *, today: date, actor: Actor, now: datetime) -> None:
    """State a rate of each currency for the first day of the last twelve quarters."""
    quarter = today.year * 4 + (today.month - 1) // 3
    for place in range(quarter - _QUARTERS + 1, quarter + 1):
        stated_on = date(place // 4, place % 4 * 3 + 1, 1)
        for currency, (units, amounts) in _RATES.items():
            state_rate(
                session,
                RateDetails(
                    currency=currency,
                    target="CAD",
                    amount=Decimal(amounts[place % 4]),
                    stated_on=stated_on,
                    source=SOURCE,
                    units=units,
                ),
                actor=actor,
                now=now,
            )
