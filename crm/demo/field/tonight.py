"""The virtual mission that is on: two calls tonight, others agreed, offered or merely asked."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crm.demo.field.ground import TOKYO, TORONTO, Ground, at, working_day
from crm.demo.loading import OpenLead
from crm.missions.agenda import ItemDetails, add_item
from crm.missions.course import offer_times, set_standing, set_time
from crm.missions.delegation import DelegateDetails, add_delegate
from crm.missions.item_parts import AttendeeDetails, MaterialDetails
from crm.missions.parts import CostDetails, OrganizationPart
from crm.missions.service import MissionDetails, plan_mission
from models.agenda import (
    AgendaItem,
    AgendaKind,
    AgendaSide,
    AgendaStanding,
    InterpreterNeed,
)
from models.lead import Lead
from models.mission import (
    Attendance,
    DelegateRole,
    Delivery,
    Mission,
    MissionPart,
    MissionStanding,
)
from models.organization import Organization

_LENGTH = timedelta(minutes=50)


@dataclass(frozen=True, slots=True)
class _Slot:
    """When an item is, in working days from now, and how it stands."""

    days: int
    clock: tuple[int, int]
    standing: AgendaStanding


_ASKED, _OFFERED = AgendaStanding.ASKED, AgendaStanding.OFFERED
_CONFIRMED, _MOVED = AgendaStanding.CONFIRMED, AgendaStanding.MOVED
_SLOTS = (
    _Slot(0, (19, 30), _CONFIRMED),
    _Slot(0, (20, 45), _CONFIRMED),
    _Slot(3, (19, 30), _CONFIRMED),
    _Slot(3, (20, 45), _MOVED),
    _Slot(4, (19, 0), _OFFERED),
    _Slot(5, (20, 0), _OFFERED),
    _Slot(6, (19, 30), _ASKED),
    _Slot(7, (20, 0), _ASKED),
    _Slot(8, (19, 30), AgendaStanding.CANCELLED),
)


def look_ahead(ground: Ground) -> None:
    """Write the mission, who goes, and its agenda."""
    session, dana = ground.session, ground.who("dana")
    before = ground.now - timedelta(days=21)
    between = ground.frame.surroundings.between["JP"]
    mission = plan_mission(
        session,
        MissionDetails(
            name=f"Maple Falls virtual mission to Japan {ground.today.year}, second round",
            delivery=Delivery.VIRTUAL,
            markets=("JP",),
            starts_on=ground.today,
            ends_on=working_day(ground.today, 9),
            standing=MissionStanding.UNDER_WAY,
            home_zone=TORONTO,
            market_zone=TOKYO,
            led_by="Claire Whitlock",
            summary="Evenings in Maple Falls, mornings in Japan.",
            objectives="Bring two leads to a site visit\nHear from three new companies",
            currency="CAD",
            sector_ids=(ground.frame.staff.sectors["advanced_manufacturing"],),
            office_ids=tuple(ground.frame.staff.offices[key] for key in ("home", "tokyo")),
            organizations=(OrganizationPart(between[1], MissionPart.INTERMEDIARY, "Opens doors"),),
            costs=(
                CostDetails("Interpreters", 5_200, None),
                CostDetails("Materials in Japanese", 1_400, 1_250),
            ),
            owner_id=dana.id,
            is_demo=True,
        ),
        actor=dana,
        now=before,
    )
    staff = ground.frame.staff.actors
    delegates = [
        add_delegate(
            session,
            mission,
            DelegateDetails(
                user_id=staff[key].id if key in staff else None,
                name=None if key in staff else key,
                title=None if key in staff else "Mayor of Maple Falls",
                role=role,
                attendance=attendance,
                is_demo=True,
            ),
            actor=dana,
            now=before,
        )
        for key, role, attendance in (
            ("claire", DelegateRole.LEAD, Attendance.ACCEPTED),
            ("dana", DelegateRole.ORGANIZER, Attendance.ACCEPTED),
            ("haruka", DelegateRole.MEMBER, Attendance.ACCEPTED),
            ("Odile Farrington-Mbeki", DelegateRole.CO_LEAD, Attendance.INVITED),
        )
    ]
    ours = tuple(
        AttendeeDetails(AgendaSide.OURS, delegate_id=delegate.id) for delegate in delegates[:3]
    )
    leads = ground.leads("JP", before=ground.today - timedelta(days=7), most=16)[6:]
    # A small demo has fewer leads than hours.
    subjects: list[tuple[Lead, OpenLead] | None] = [*leads, *[None] * len(_SLOTS)]
    for slot, subject in zip(_SLOTS, subjects, strict=False):
        _put(ground, mission, slot, subject, ours=ours, before=before)
    _brief(ground, mission, session.get_one(Organization, between[1]), ours, before)


def _put(
    ground: Ground,
    mission: Mission,
    slot: _Slot,
    subject: tuple[Lead, OpenLead] | None,
    *,
    ours: tuple[AttendeeDetails, ...],
    before: datetime,
) -> None:
    session, dana = ground.session, ground.who("dana")
    lead, one = subject if subject is not None else (None, None)
    day = ground.today if slot.days == 0 else working_day(ground.today, slot.days)
    begins = at(day, slot.clock, TORONTO)
    is_agreed = slot.standing in (_CONFIRMED, _MOVED)
    contacts = one.contact_ids[-2:] if one is not None else ()
    changed_at = lead.changed_at if lead is not None else None
    item = add_item(
        session,
        mission,
        ItemDetails(
            kind=AgendaKind.MEETING,
            title=lead.title if lead is not None else "Call with a company that Tokyo proposes",
            time_zone=TORONTO,
            video_link=f"https://meet.maple-falls.example/{day:%m%d}" if is_agreed else None,
            interpreter_need=InterpreterNeed.CONSECUTIVE
            if slot.days % 2 == 0
            else InterpreterNeed.NONE,
            interpreter_languages="en-ja" if slot.days % 2 == 0 else None,
            interpreter_provider="Sazanami Interpreters (invented)"
            if slot.days % 2 == 0 and is_agreed
            else None,
            interpreter_cost_amount=420 if slot.days % 2 == 0 and is_agreed else None,
            is_interpreter_briefed=slot.days == 0,
            protocol_notes="The director speaks first; cards are shown to the camera."
            if slot.days == 0
            else None,
            talking_points="Power at night\nThe college's new course\nWho pays for the road"
            if is_agreed
            else None,
            purpose="Agree on the day of a site visit" if is_agreed else "First talk",
            owner_id=dana.id,
            attendees=(
                *ours,
                *(AttendeeDetails(AgendaSide.THEIRS, contact_id=key) for key in contacts),
            ),
            materials=(
                MaterialDetails("City in ten pages", "ja", is_ready=True),
                MaterialDetails("Two sites compared", "en", is_ready=slot.days == 0),
            )
            if is_agreed
            else (),
            is_demo=True,
        ),
        lead=lead,
        actor=dana,
        now=before,
    )
    _settle(ground, item, slot, begins=begins, day=day, before=before)
    if lead is not None and changed_at is not None:
        lead.changed_at = changed_at


def _settle(
    ground: Ground,
    item: AgendaItem,
    slot: _Slot,
    *,
    begins: datetime,
    day: date,
    before: datetime,
) -> None:
    """How far the item has come, step by step as it would."""
    session, dana = ground.session, ground.who("dana")
    if slot.standing is _MOVED:
        earlier = begins - timedelta(days=1)
        set_time(session, item, earlier, earlier + _LENGTH, actor=dana, now=before)
    if slot.standing in (_CONFIRMED, _MOVED):
        set_time(session, item, begins, begins + _LENGTH, actor=dana, now=before)
    elif slot.standing is _OFFERED:
        times = [at(day, clock, TORONTO) for clock in ((19, 0), (20, 0), (21, 0))]
        offer_times(
            session,
            item,
            [(start, start + _LENGTH) for start in times],
            actor=dana,
            now=before,
        )
    elif slot.standing is AgendaStanding.CANCELLED:
        set_standing(session, item, slot.standing, actor=dana, now=before)


def _brief(
    ground: Ground,
    mission: Mission,
    firm: Organization,
    ours: tuple[AttendeeDetails, ...],
    before: datetime,
) -> None:
    """A briefing by who opens doors, the evening after the first."""
    begins = at(working_day(ground.today, 1), (19, 30), TORONTO)
    add_item(
        ground.session,
        mission,
        ItemDetails(
            kind=AgendaKind.BRIEFING,
            title="Briefing on the week's companies",
            standing=AgendaStanding.CONFIRMED,
            starts_at=begins,
            ends_at=begins + timedelta(minutes=30),
            time_zone=TORONTO,
            video_link="https://meet.maple-falls.example/briefing",
            interpreter_need=InterpreterNeed.NONE,
            purpose="Who decides, and who only listens",
            attendees=ours,
            is_demo=True,
        ),
        organization=firm,
        actor=ground.who("dana"),
        now=before,
    )
