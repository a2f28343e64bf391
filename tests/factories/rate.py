"""Exchange rates that somebody stated."""

from datetime import date
from decimal import Decimal

from crm.database import Database
from crm.rates.service import RateDetails, state_rate
from models.user import LOCAL_ADMINISTRATOR
from tests.factories.lead import NOW


def make_rate(
    database: Database,
    currency: str,
    amount: str,
    target: str = "CAD",
    *,
    on: date,
    units: int = 1,
    source: str = "Bank of Canada",
) -> str:
    """A rate, whichever others there are; its public id."""
    details = RateDetails(currency, target, Decimal(amount), on, source, units, is_sure=True)
    with database.transaction(LOCAL_ADMINISTRATOR) as session:
        rate = state_rate(session, details, actor=LOCAL_ADMINISTRATOR, now=NOW)
        session.flush()
        return rate.public_id
