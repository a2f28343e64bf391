"""What each list makes of an address, in its own spelling: what is not in it, the list ignores."""

from collections.abc import Mapping
from typing import Any

from crm.announcements import queries as announcement_queries
from crm.bre.flag_queries import read_flag_filter
from crm.bre.season_queries import read_filter as read_season
from crm.contacts import queries as contact_queries
from crm.enquiries import queries as enquiry_queries
from crm.interactions.agenda_queries import WHOSE
from crm.introducers import filters as introducer_filters
from crm.leads import filters as lead_filters
from crm.missions import queries as mission_queries
from crm.organizations import queries as organization_queries
from crm.properties import queries as property_queries
from crm.scores.queries import read_filter as read_ranking
from crm.site_searches import queries as search_queries
from crm.thanks.gift_queries import read_gift_filter
from models.errors import NotFoundError
from models.user import Actor

Args = Mapping[str, Any]


def leads(args: Args, actor: Actor) -> Args:
    """A partner's list neither filters nor orders by chances."""
    found = lead_filters.read_filters(args)
    return (lead_filters.without_chances(found) if actor.is_partner else found).as_args()


def organizations(args: Args, _actor: Actor) -> Args:
    """Name, country, role and sector."""
    return organization_queries.read_filters(args).arguments


def contacts(args: Args, _actor: Actor) -> Args:
    """Name, country and how high they stand."""
    return contact_queries.read_filters(args).arguments


def enquiries(args: Args, actor: Actor) -> Args:
    """Who answers, how it came and what became of it."""
    return enquiry_queries.read_filter(args).arguments | whose_of_lists(args, actor)


def whose_of_lists(args: Args, actor: Actor) -> dict[str, str]:
    """Mine, my office's or everybody's; who is of no office has none to ask for."""
    whose = args.get("whose", "")
    is_known = whose in WHOSE and (whose != "office" or actor.office_id is not None)
    return {"whose": whose if is_known else ""}


def follow_ups(args: Args, actor: Actor) -> Args:
    """Whose, and whether they are done."""
    return whose_of_lists(args, actor) | ({"done": "yes"} if args.get("done") == "yes" else {})


def missions(args: Args, _actor: Actor) -> Args:
    """How far they have come, where to and when."""
    return mission_queries.read_filter(args).arguments


def season(args: Args, _actor: Actor) -> Args:
    """Season, standing and country."""
    return read_season(args, this_year=0).arguments


def flags(args: Args, _actor: Actor) -> Args:
    """Colour, axis, rule, and whether all of them."""
    return read_flag_filter(args).arguments


def cases(args: Args, _actor: Actor) -> Args:
    """Open or closed."""
    return {"state": "closed"} if args.get("state") == "closed" else {}


def announcements(args: Args, _actor: Actor) -> Args:
    """All that the ledger is filtered by."""
    return announcement_queries.read_filters(args).arguments


def introducers(args: Args, _actor: Actor) -> Args:
    """Kind, market, and the days of first contact."""
    return introducer_filters.read_filters(args).as_args()


def searches(args: Args, _actor: Actor) -> Args:
    """Open or ended, and whose."""
    return search_queries.read_filter(args).arguments


def properties(args: Args, _actor: Actor) -> Args:
    """Words, kind and sizes."""
    return property_queries.read_filter(args).arguments


def gifts(args: Args, _actor: Actor) -> Args:
    """Direction, year and mission."""
    return read_gift_filter(args).arguments


def ranking(args: Args, actor: Actor) -> Args:
    """Whose, which type, by when and the weights; its page refuses what it does not know."""
    found: dict[str, str] = whose_of_lists(args, actor)
    for name, value in args.items():
        if name == "whose":
            continue
        try:
            read_ranking({name: value}, actor)
        except NotFoundError:
            continue
        found[name] = value
    return found
