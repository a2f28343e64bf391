"""The holiday calendars against what the governments publish, and against the moon."""

import math
from datetime import UTC, date, datetime, timedelta

import holidays
import pytest

from crm.calendars.holiday import PLACES, DayOffKind, day_off_on, holidays_of, place_of
from crm.calendars.holiday_names import french_name
from models.errors import DomainError

FIRST, LAST = date(2026, 1, 1), date(2028, 12, 31)


def public_days(place: str, year: int) -> list[str]:
    return [
        f"{one.on:%m-%d}"
        for one in holidays_of(place, date(year, 1, 1), date(year, 12, 31))
        if one.kind is DayOffKind.PUBLIC
    ]


# Written down from the Cabinet Office's list and its rules: Happy Monday, substitutes on the next
# day that is no holiday, a day between two holidays.
JAPAN = {
    2026: "01-01 01-12 02-11 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-20 08-11 09-21 09-22"
    " 09-23 10-12 11-03 11-23",
    2027: "01-01 01-11 02-11 02-23 03-21 03-22 04-29 05-03 05-04 05-05 07-19 08-11 09-20 09-23"
    " 10-11 11-03 11-23",
    2028: "01-01 01-10 02-11 02-23 03-20 04-29 05-03 05-04 05-05 07-17 08-11 09-18 09-22 10-09"
    " 11-03 11-23",
}
# 관공서의 공휴일에 관한 규정 with the substitutes of its article 3: Labour Day and Constitution Day
# are holidays from 2026; New Year's Day and Memorial Day have no substitute.
KOREA = {
    2026: "01-01 02-16 02-17 02-18 03-01 03-02 05-01 05-05 05-24 05-25 06-03 06-06 07-17 08-15"
    " 08-17 09-24 09-25 09-26 10-03 10-05 10-09 12-25",
    2027: "01-01 02-06 02-07 02-08 02-09 03-01 05-01 05-03 05-05 05-13 06-06 07-17 07-19 08-15"
    " 08-16 09-14 09-15 09-16 10-03 10-04 10-09 10-11 12-25 12-27",
    2028: "01-01 01-26 01-27 01-28 03-01 04-12 05-01 05-02 05-05 06-06 07-17 08-15 10-02 10-03"
    " 10-04 10-05 10-09 12-25",
}
CANADA = {
    ("CA-ON", 2026): "01-01 02-16 04-03 05-18 07-01 09-07 10-12 12-25 12-26 12-28",
    ("CA-ON", 2027): "01-01 02-15 03-26 05-24 07-01 09-06 10-11 12-25 12-26 12-27 12-28",
    ("CA-ON", 2028): "01-01 01-03 02-21 04-14 05-22 07-01 09-04 10-09 12-25 12-26",
    ("CA-BC", 2026): "01-01 02-16 04-03 05-18 07-01 08-03 09-07 09-30 10-12 11-11 12-25",
    ("CA-BC", 2027): "01-01 02-15 03-26 05-24 07-01 08-02 09-06 09-30 10-11 11-11 12-25 12-27",
    (
        "CA-BC",
        2028,
    ): "01-01 01-03 02-21 04-14 05-22 07-01 08-07 09-04 09-30 10-02 10-09 11-11 12-25",
    ("CA-QC", 2026): "01-01 04-03 05-18 06-24 07-01 09-07 10-12 12-25",
    ("CA-QC", 2027): "01-01 03-26 05-24 06-24 07-01 09-06 10-11 12-25 12-27",
    ("CA-QC", 2028): "01-01 01-03 04-14 05-22 06-24 07-01 09-04 10-09 12-25",
}


@pytest.mark.parametrize("year", JAPAN)
def test_japan(year: int) -> None:
    assert public_days("JP", year) == JAPAN[year].split()


@pytest.mark.parametrize("year", KOREA)
def test_korea(year: int) -> None:
    assert public_days("KR", year) == KOREA[year].split()


@pytest.mark.parametrize(("place", "year"), CANADA)
def test_provinces(place: str, year: int) -> None:
    assert public_days(place, year) == CANADA[place, year].split()


def test_a_workplace_under_federal_law_has_days_that_provinces_have_not() -> None:
    assert {"09-30", "11-11"} <= set(public_days("CA", 2026))
    assert not {"09-30", "11-11"} & set(public_days("CA-ON", 2026))


# In 2033 the equinox falls on a new moon and the rule below has its one exception.
@pytest.mark.parametrize("year", [year for year in range(2021, 2037) if year != 2033])
def test_seollal_and_chuseok_follow_the_moon_over_korea(year: int) -> None:
    """The first month has the sun at 330 degrees in it, the eighth at 180, by Korea's clock."""
    names = {}
    for one in holidays_of("KR", date(year, 1, 1), date(year, 12, 31)):
        for part in one.name("ko").split(" / "):
            names[part] = one.on
    assert names["설날"] == new_moon_before(sun_at(330, year))
    assert names["추석"] == new_moon_before(sun_at(180, year)) + timedelta(days=14)


def test_the_new_year_of_2028_comes_to_korea_a_day_after_china() -> None:
    # The new moon falls at 00:12 in Seoul, at 23:12 of the day before in Beijing.
    found = day_off_on(date(2028, 1, 27), "KR")
    assert found is not None
    assert found.name("ko") == "설날"


def test_substitutes_of_seollal_and_chuseok() -> None:
    """A Sunday, or another holiday, gives one more day; a Saturday gives none."""

    def name(day: date) -> str | None:
        found = day_off_on(day, "KR")
        return found.name("en") if found else None

    assert name(date(2027, 2, 9)) == "Substitute holiday for Seollal (Korean New Year)"
    assert name(date(2026, 9, 28)) is None
    assert name(date(2028, 10, 3)) == "Chuseok (harvest festival) / National Foundation Day"
    assert name(date(2028, 10, 5)) == "Substitute holiday for Chuseok (harvest festival)"


def test_banks_and_the_state_close_over_the_japanese_new_year() -> None:
    days = holidays_of("JP", date(2026, 12, 25), date(2027, 1, 8))
    assert [(one.on, one.kind) for one in days] == [
        (date(2026, 12, 31), DayOffKind.BANK),
        (date(2027, 1, 1), DayOffKind.PUBLIC),
        (date(2027, 1, 2), DayOffKind.BANK),
        (date(2027, 1, 3), DayOffKind.BANK),
    ]


def test_the_civic_holiday_is_custom_in_ontario_and_law_in_british_columbia() -> None:
    day = date(2026, 8, 3)
    ontario, british_columbia = day_off_on(day, "CA-ON"), day_off_on(day, "CA-BC")
    assert ontario is not None
    assert british_columbia is not None
    assert (ontario.kind, ontario.name("fr")) == (DayOffKind.CUSTOMARY, "Congé civique")
    assert british_columbia.kind is DayOffKind.PUBLIC
    assert day_off_on(day, "CA-QC") is None
    assert day_off_on(date(2026, 9, 30), "CA-ON") is None


@pytest.mark.parametrize("place", ["JP", "KR"])
def test_every_asian_holiday_has_its_french_and_its_own_name(place: str) -> None:
    for category in ("public", "bank"):
        known = holidays.country_holidays(
            place, years=range(2020, 2041), language="en_US", categories=category
        )
        parts = {part for names in known.values() for part in names.split("; ")}
        bare = {part.removeprefix("Alternative holiday for ") for part in parts}
        # Without a name of our own the English one would stand there.
        assert [name for name in bare if french_name(place, name, None) == name] == []
    native = {"JP": "ja", "KR": "ko"}[place]
    for one in holidays_of(place, FIRST, LAST):
        assert {"en", "fr", native} <= dict(one.names).keys()
        assert one.name(native) != one.name("en") != one.name("fr")


@pytest.mark.parametrize("place", [place for place in PLACES if place.startswith("CA")])
def test_canada_speaks_french_without_the_librarys_slips(place: str) -> None:
    for one in holidays_of(place, FIRST, LAST):
        assert "observé" not in one.name("fr")
        assert one.name("fr") != one.name("en")
        assert one.name("ja") == one.name("en")


def test_names_of_substitutes() -> None:
    monday = day_off_on(date(2026, 3, 2), "KR")
    boxing = day_off_on(date(2026, 12, 28), "CA-ON")
    assert monday is not None
    assert boxing is not None
    assert monday.name("fr") == "Jour de remplacement : Fête du mouvement d’indépendance"
    assert boxing.name("fr") == "Lendemain de Noël (reporté)"


def test_a_range_has_both_its_ends_and_spans_years() -> None:
    days = [one.on for one in holidays_of("KR", date(2026, 12, 25), date(2027, 1, 1))]
    assert days == [date(2026, 12, 25), date(2027, 1, 1)]


def test_a_place_without_calendar_is_refused() -> None:
    with pytest.raises(DomainError, match="There is no holiday calendar for FR"):
        holidays_of("FR", FIRST, LAST)


def test_zones_and_their_places() -> None:
    zones = ("Asia/Tokyo", "Asia/Seoul", "America/Toronto", "America/Vancouver", "Europe/Paris")
    assert [place_of(zone) for zone in zones] == ["JP", "KR", "CA-ON", "CA-BC", None]


def sun_at(longitude: float, year: int) -> datetime:
    """When the sun stands at a longitude, to about a quarter of an hour."""
    start = datetime(year, 1, 1, tzinfo=UTC)
    for hour in range(366 * 24):
        moment = start + timedelta(hours=hour)
        if (_sun(moment) - longitude) % 360 < 1:
            return moment
    raise AssertionError(longitude)


def _sun(moment: datetime) -> float:
    """The sun's longitude, as the Astronomical Almanac's low-precision formula gives it."""
    days = (moment - datetime(2000, 1, 1, 12, tzinfo=UTC)) / timedelta(days=1)
    anomaly = math.radians(357.528 + 0.9856003 * days)
    mean = 280.460 + 0.9856474 * days
    return (mean + 1.915 * math.sin(anomaly) + 0.020 * math.sin(2 * anomaly)) % 360


def new_moon_before(moment: datetime) -> date:
    """The day in Korea of the last new moon that is no later than the day of a moment."""
    korea = timedelta(hours=9)
    day = (moment + korea).date()
    number = round((moment.year - 2000 + moment.timetuple().tm_yday / 366) * 12.3685)
    moons = [(_new_moon(each) + korea).date() for each in range(number - 2, number + 3)]
    return max(moon for moon in moons if moon <= day)


def _new_moon(number: int) -> datetime:
    """The new moon of a lunation (Meeus, Astronomical Algorithms, ch. 49), to a few minutes."""
    t = number / 1236.85
    day = 2451550.09766 + 29.530588861 * number + 0.00015437 * t**2
    e = 1 - 0.002516 * t
    sun = math.radians(2.5534 + 29.10535670 * number)
    moon = math.radians(201.5643 + 385.81693528 * number + 0.0107582 * t**2)
    f = math.radians(160.7108 + 390.67050284 * number - 0.0016118 * t**2)
    node = math.radians(124.7746 - 1.56375588 * number)
    day += (
        -0.40720 * math.sin(moon)
        + 0.17241 * e * math.sin(sun)
        + 0.01608 * math.sin(2 * moon)
        + 0.01039 * math.sin(2 * f)
        + 0.00739 * e * math.sin(moon - sun)
        - 0.00514 * e * math.sin(moon + sun)
        + 0.00208 * e**2 * math.sin(2 * sun)
        - 0.00111 * math.sin(moon - 2 * f)
        - 0.00057 * math.sin(moon + 2 * f)
        + 0.00056 * e * math.sin(2 * moon + sun)
        - 0.00042 * math.sin(3 * moon)
        + 0.00042 * e * math.sin(sun + 2 * f)
        + 0.00038 * e * math.sin(sun - 2 * f)
        - 0.00024 * e * math.sin(2 * moon - sun)
        - 0.00017 * math.sin(node)
    )
    # Dynamical time runs about 70 seconds ahead of the clocks.
    return datetime(2000, 1, 1, 12, tzinfo=UTC) + timedelta(days=day - 2451545.0, seconds=-70)
