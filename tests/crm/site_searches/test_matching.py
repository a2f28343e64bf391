"""Which properties answer what a project asks for."""

from crm.site_searches.matching import Fit, match, rank
from models.site_search import Property, SiteSearch


def search(**values: float | int) -> SiteSearch:
    """What a project asks for."""
    return SiteSearch(**values)


def there(name: str, **values: float | int) -> Property:
    """A property."""
    return Property(name=name, **values)


def test_only_what_is_asked_for_is_compared() -> None:
    found = match(search(land_m2=100.0), there("a", land_m2=100.0, power_kw=1))
    assert [(one.name, one.fit) for one in found.measures] == [("land_m2", Fit.FITS)]


def test_what_is_unknown_is_never_taken_to_fit() -> None:
    found = match(search(land_m2=100.0, power_kw=50), there("a", land_m2=91.0))
    assert [one.fit for one in found.measures] == [Fit.NEARLY, Fit.UNKNOWN]


def test_a_tenth_less_is_nearly_and_more_less_is_short() -> None:
    asked = search(power_kw=1_000)
    fits = [match(asked, there("a", power_kw=kw)).measures[0].fit for kw in (1_000, 900, 899, 0)]
    assert fits == [Fit.FITS, Fit.NEARLY, Fit.SHORT, Fit.SHORT]


def test_the_known_fit_comes_first_and_the_closest_of_those() -> None:
    asked = search(land_m2=100.0, power_kw=50)
    found = rank(
        asked,
        [
            there("unknown power", land_m2=100.0),
            there("far too large", land_m2=900.0, power_kw=50),
            there("a little short", land_m2=95.0, power_kw=50),
            there("too small", land_m2=10.0, power_kw=50),
            there("a glove", land_m2=100.0, power_kw=50),
        ],
    )
    assert [one.offered.name for one in found] == [
        "a glove",
        "far too large",
        "unknown power",
        "a little short",
    ]
