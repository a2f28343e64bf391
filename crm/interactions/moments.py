"""Hours as people state them: on a day, in the zone of the place."""

from datetime import UTC, date, datetime, time, timedelta

from crm.timezones import zone, zone_names
from models.errors import DomainError, N_


def local_moment(day: date, hour: time, zone_name: str, *, field: str | None = None) -> datetime:
    """The moment of this hour on this day in a zone.

    Raises:
        DomainError: no such zone, or the clocks skip this hour that night.
    """
    if zone_name not in zone_names():
        raise DomainError(
            N_("There is no time zone called %(zone)s."), field="time_zone", zone=zone_name
        )
    moment = datetime.combine(day, hour, tzinfo=zone(zone_name))
    back = moment.astimezone(UTC).astimezone(zone(zone_name))
    if back.replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise DomainError(
            N_("The clocks skip this hour in %(zone)s that night. Choose another."),
            field=field,
            zone=zone_name.rsplit("/", 1)[-1].replace("_", " "),
        )
    return moment


def business_days_after(start: date, count: int) -> date:
    """The day `count` working days after `start`; weekends do not count, holidays do."""
    day = start
    while count:
        day += timedelta(days=1)
        if day.weekday() < 5:
            count -= 1
    return day
