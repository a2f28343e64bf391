"""Land and buildings of the city, and two searches for a site, one due within days."""

from datetime import date, timedelta

from crm.demo.field.ground import TOKYO, TORONTO, Ground, at, unmoved, working_day
from crm.properties.service import PropertyDetails, keep_property
from crm.site_searches.service import (
    PartDetails,
    SearchDetails,
    SendingDetails,
    judge_offer,
    note_sending,
    offer_property,
    open_search,
    owe_part,
    receive_part,
)
from models.lead import Lead
from models.site_search import PartOwner, Property, PropertyKind, SearchResult

_LAND, _BUILDING = PropertyKind.LAND, PropertyKind.BUILDING
# name, land and building in square metres, power in kilowatts, zoning, price; None is not known.
_PROPERTIES = (
    ("Kestrel Road 12", _LAND, 84_000, None, 12_000, "Heavy industry", 5_900_000),
    ("Old Sugar Works", _BUILDING, 31_000, 12_400, 6_000, "Industry", 8_200_000),
    ("Tamarack Park, lot 4", _LAND, 46_500, None, None, "Industry", 3_100_000),
    ("Tamarack Park, lot 7", _LAND, 120_000, None, 25_000, "Heavy industry", None),
    ("Loon Lake Hall 2", _BUILDING, 9_800, 5_200, 1_500, "Light industry", 4_450_000),
    ("Northlight Studio Block", _BUILDING, None, 2_300, 400, "Commerce", 1_900_000),
    ("Pinegate Works, east wing", _BUILDING, 14_000, 7_600, 3_200, "Industry", None),
    ("Saltwind Terminal Yard", _LAND, 62_000, None, 2_000, "Logistics", 4_000_000),
    ("Aurelia Field", _LAND, 210_000, None, None, None, None),
    ("Polytechnic Annex", _BUILDING, None, 3_900, 900, "Research", None),
    ("Route 9 Cold Store", _BUILDING, 22_000, 11_300, 4_800, "Food industry", 9_700_000),
    ("Belle-Rivière Farmland", _LAND, 305_000, None, None, "Farmland", 2_400_000),
)


def search_sites(ground: Ground) -> None:
    """Write twelve properties, and the searches of two leads."""
    session, actor = ground.session, ground.who("dana")
    listed_at = ground.now - timedelta(days=45)
    properties = [
        keep_property(
            session,
            PropertyDetails(
                kind=kind,
                name=name,
                reference=f"MF-{number:03}",
                city="Maple Falls",
                land_m2=land,
                building_m2=building,
                power_kw=power,
                zoning=zoning,
                price_amount=price,
                currency="CAD" if price is not None else None,
                source="City list of sites (invented)",
                as_of=ground.today - timedelta(days=45),
                is_demo=True,
            ),
            actor=actor,
            now=listed_at,
        )
        for number, (name, kind, land, building, power, zoning, price) in enumerate(
            _PROPERTIES, start=1
        )
    ]
    leads = [
        next(iter(ground.leads(market, before=ground.today, most=6)[place : place + 1]), None)
        for market, place in (("JP", 4), ("KR", 3))
    ]
    for turn, found in enumerate(leads):
        if found is not None:
            with unmoved([found[0]]):
                _search(ground, turn, found[0], properties)


def _search(ground: Ground, turn: int, lead: Lead, properties: list[Property]) -> None:
    session, actor = ground.session, ground.who("dana")
    received = working_day(ground.today, -12)
    clock = TOKYO if turn == 0 else TORONTO
    due: date = working_day(ground.today, 2 if turn == 0 else 7)
    search = open_search(
        session,
        lead,
        SearchDetails(
            requirements="A hall of 5,000 m² or land for one, on a road that takes trucks;"
            " steady power; a college within half an hour.",
            received_on=received,
            land_m2=40_000,
            building_m2=5_000,
            power_kw=3_000 if turn == 0 else None,
            due_at=at(due, (17, 0), clock),
            time_zone=clock,
            owner_id=actor.id,
            is_demo=True,
        ),
        actor=actor,
        now=at(received, (10, 0), TORONTO),
    )
    offers = [
        offer_property(session, search, one, actor=actor)
        for one in (properties[1], properties[2], properties[6])
    ]
    judge_offer(
        session,
        offers[1],
        result=SearchResult.ELIMINATED,
        reason="Nobody can say how much power there is.",
        actor=actor,
    )
    for number, (owner, text, days) in enumerate(
        (
            (PartOwner.UTILITIES, "Power that is free at the three sites", -1),
            (PartOwner.PLANNING, "How long a permit takes", 1),
            (PartOwner.COLLEGE, "Graduates a year, by trade", 1),
        )
    ):
        part = owe_part(
            session,
            search,
            PartDetails(text=text, owed_by=owner, due_on=working_day(ground.today, days)),
            actor=actor,
        )
        if number == 2:
            receive_part(
                session,
                part,
                received_on=working_day(ground.today, -2),
                actor=actor,
                now=ground.now,
            )
    note_sending(
        session,
        search,
        lead,
        SendingDetails(
            what="That we have it, and when they will hear from us",
            sent_on=working_day(ground.today, -11),
            sent_to="Their consultant",
        ),
        actor=actor,
        now=ground.now - timedelta(days=10),
    )
