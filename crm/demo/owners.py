"""Who of the invented office has a lead: at its first contact, and today."""

from datetime import date, timedelta
from random import Random

from crm.demo.course import Course
from crm.demo.office import COLLEAGUES, Staff
from crm.demo.world import Prospect
from models.user import Actor

_WHO_LEFT = "gordon"
_LEFT_AFTER = timedelta(days=3 * 365)
_LEFT_SHARE = 0.25
_UNOWNED_SHARE = 0.025


def opened_by(prospect: Prospect, today: date, random: Random) -> str:
    """The colleague who has the lead from its first contact on."""
    is_old = today - prospect.began_on > _LEFT_AFTER
    if is_old and random.random() < _LEFT_SHARE:
        return _WHO_LEFT
    weights = [colleague.weight(prospect.market) for colleague in COLLEAGUES]
    return random.choices([colleague.username for colleague in COLLEAGUES], weights)[0]


def keeper(owner_key: str, course: Course, staff: Staff, random: Random) -> Actor | None:
    """Who has the lead today: of who left, the manager took the won ones, nobody the open ones."""
    if random.random() < _UNOWNED_SHARE and course.is_open:
        return None
    if owner_key == _WHO_LEFT and course.announced_on:
        return staff.actors["claire"]
    return None if owner_key == _WHO_LEFT and course.is_open else staff.actors[owner_key]
