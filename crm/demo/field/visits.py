"""The season's company visits: done with flags of each colour, booked, asked, declined."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from crm.bre.answering import save_answer
from crm.bre.cases import answer_case, plan_case
from crm.bre.finishing import finish_visit
from crm.bre.response import SettingsDetails, save_settings
from crm.bre.service import VisitDetails, ask_visit, book_visit, decline_visit
from crm.demo.field.ground import TORONTO, Ground, at, working_day
from models.bre_call import BreCall
from models.mail import OutgoingMail
from models.measure import StatedDate
from models.organization import Organization, Site
from models.user import Office

TEAM = "Retention circle"


@dataclass(frozen=True, slots=True)
class _Visit:
    """A visit that took place so many working days ago, with what was answered."""

    days_ago: int
    by: str
    answers: dict[str, Any]
    # What the owner of the case has done by now.
    deeds: tuple[str, ...] = ()


def call_on_residents(ground: Ground) -> None:
    """Name the team, and write the visits of this season."""
    session, staff = ground.session, ground.frame.staff
    save_settings(
        session,
        session.get_one(Office, staff.offices["home"]),
        SettingsDetails(
            team_id=staff.teams[TEAM],
            owner_id=staff.actors["priya"].id,
            backup_id=staff.actors["dana"].id,
            manager_id=staff.actors["claire"].id,
        ),
        actor=ground.who("ines"),
    )
    firms = ground.residents()
    visits = _done(ground)
    last = session.scalar(sa.select(sa.func.max(OutgoingMail.id))) or 0
    for visit, (firm, site) in zip(visits, firms, strict=False):
        _take_place(ground, visit, firm, site)
    # Invented people get no letters of what is told to be weeks ago.
    for mail in session.scalars(sa.select(OutgoingMail).where(OutgoingMail.id > last)):
        session.delete(mail)
    session.flush()
    for turn, (firm, site) in enumerate(firms[len(visits) : len(visits) + 4]):
        _plan(ground, turn, firm, site)


def _done(ground: Ground) -> tuple[_Visit, ...]:
    ends_soon = f"{ground.today + timedelta(days=200):%Y-%m}"
    ends_later = f"{ground.today + timedelta(days=540):%Y-%m}"
    calm = {"A4.space_used": 60, "A6.life_cycle": "mature", "C1.employees_now": 84}
    return (
        # Two red ones: the first was left alone, the second has just come up.
        _Visit(
            9,
            "priya",
            {"A3.tenure": "lease", "A3.lease_ends": ends_soon, "A3.renewal_decided": "no"},
        ),
        _Visit(1, "dana", {"B3.sister_favoured": "yes", "C1.employees_now": 140}),
        _Visit(
            16,
            "priya",
            {"A5.ownership_change": "yes", "C1.employees_now": 61},
            deeds=("answer", "plan"),
        ),
        _Visit(12, "claire", {"A5.manager_change": "yes", "A3.lease_ends": ends_later}),
        _Visit(7, "dana", {"A4.space_used": 96, "A6.life_cycle": "growing"}),
        _Visit(4, "priya", calm),
    )


def _take_place(ground: Ground, visit: _Visit, firm: Organization, site: Site) -> None:
    session, actor = ground.session, ground.who(visit.by)
    day = working_day(ground.today, -visit.days_ago)
    moment = at(day, (15, 10), TORONTO)
    call = ask_visit(
        session,
        _details(ground, firm, site, actor_id=actor.id),
        asked_on=day - timedelta(days=14),
        actor=actor,
        now=moment,
    )
    for part, raw in visit.answers.items():
        save_answer(session, call, part, raw, actor=actor, now=moment)
    finished = finish_visit(
        session,
        call,
        visited=StatedDate(day),
        summary="Company visit: an hour and a half, with a walk through the hall.",
        actor=actor,
        now=moment,
    )
    for flag in finished.raised:
        flag.is_demo = True
    if finished.case is None:
        return
    finished.case.is_demo = True
    priya = ground.who("priya")
    if "answer" in visit.deeds:
        answer_case(
            session,
            finished.case,
            note="Spoke with the president; a second talk is fixed.",
            actor=priya,
            now=moment + timedelta(days=1),
        )
    if "plan" in visit.deeds:
        plan_case(
            session,
            finished.case,
            note="Show the new owner what the site has that others lack.",
            actor=priya,
            now=moment + timedelta(days=5),
        )


def _plan(ground: Ground, turn: int, firm: Organization, site: Site) -> None:
    """Two booked, one asked, one declined."""
    key = ("priya", "dana", "dana", "priya")[turn]
    actor = ground.who(key)
    asked_at: datetime = ground.now - timedelta(days=10)
    call: BreCall = ask_visit(
        ground.session,
        _details(ground, firm, site, actor_id=actor.id),
        actor=actor,
        now=asked_at,
    )
    if turn < 2:
        begins = at(working_day(ground.today, 2 + 3 * turn), (10, 0), TORONTO)
        book_visit(
            ground.session,
            call,
            starts_at=begins,
            ends_at=begins + timedelta(minutes=90),
            time_zone=TORONTO,
            actor=actor,
            now=asked_at,
        )
    elif turn == 3:
        decline_visit(
            ground.session,
            call,
            reason="An audit keeps them busy until spring.",
            actor=actor,
            now=asked_at + timedelta(days=3),
        )


def _details(
    ground: Ground, firm: Organization, site: Site, *, actor_id: int | None
) -> VisitDetails:
    return VisitDetails(
        organization_id=firm.id,
        site_id=site.id,
        office_id=ground.frame.staff.offices["home"],
        season=ground.today.year,
        topic="How business goes, and what the city can do",
        interviewer_id=actor_id,
        language="en",
        is_demo=True,
    )
