"""Days that people state: which can be meant at all, and which can have happened."""

from datetime import UTC, date, datetime

from models.errors import DomainError, N_

# What lies outside is a slip of the keyboard, and near the ends of the calendar no zone's clock
# can show it.
FIRST, LAST = date(1900, 1, 1), date(2200, 12, 31)
# No office's work with leads reaches further back; a year is quickly mistyped.
EARLIEST = date(1990, 1, 1)


def is_possible(day: date) -> bool:
    """Whether anybody can mean this day."""
    return FIRST <= day <= LAST


def read_day(text: str | None) -> date | None:
    """The day in an address; None where it names none that anybody can mean."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if is_possible(day) else None


def read_moment(text: str | None) -> datetime | None:
    """The moment in a form; None where it names none, without a zone, or none that can be meant."""
    try:
        moment = datetime.fromisoformat(text or "")
        if moment.tzinfo is None:
            return None
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if is_possible(moment.date()) else None


def check_happened(
    day: date | None, *, latest: date, field: str, future: str | None = None
) -> None:
    """Refuse a day on which nothing of an office's work can have happened; None goes unsaid.

    `future` is the sentence for a day after `latest`.

    Raises:
        DomainError: the day lies ahead, or before any office's records.
    """
    if day is None:
        return
    if day > latest:
        raise DomainError(future or N_("This day lies in the future."), field=field)
    if day < EARLIEST:
        raise DomainError(N_("This day lies before 1990. Check the year."), field=field)
