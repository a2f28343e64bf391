"""Invented people at invented companies: ordinary names, titles by rank, departments."""

from dataclasses import dataclass
from random import Random
from typing import Any

from crm.demo.data import read
from models.contact import Seniority

_HIGHEST_WITHOUT_DEPARTMENT = 3
_CAPITALS_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person at a company abroad, with their columns of `contacts`."""

    name: str
    native_name: str
    department: str
    rank: int
    row: dict[str, Any]


def draw_person(
    random: Random, market: str, *, rank: int, slug: str, obtained_from: str | None
) -> Person:
    """A person of this rank (1 is the president) at a company of this country (JP or KR)."""
    is_japanese = market == "JP"
    told = read("people")
    level, title_jp, title_kr, title = told["ranks"][rank - 1]
    department_jp, department_kr, department = random.choice(told["departments"])
    family, given = (random.choice(told[market][part]) for part in ("family", "given"))
    native_title = title_jp if is_japanese else title_kr
    if rank > _HIGHEST_WITHOUT_DEPARTMENT:
        native_title = f"{department_jp if is_japanese else department_kr} {native_title}"
    native_name = f"{family[0]} {given[0]}" if is_japanese else family[0] + given[0]
    # Cards print either order, and some capitals tell which name is the family's.
    is_in_capitals = random.random() < _CAPITALS_SHARE
    mailbox = f"{given[1]}.{family[1]}".lower().replace("-", "")
    has_department = rank > _HIGHEST_WITHOUT_DEPARTMENT
    return Person(
        name=f"{given[1]} {family[1]}",
        native_name=native_name,
        department=department,
        rank=rank,
        row={
            "printed_name": f"{family[1].upper()} {given[1]}"
            if is_in_capitals
            else f"{given[1]} {family[1]}",
            "family_name": family[1],
            "given_name": given[1],
            "native_name": native_name,
            "reading": f"{family[2]} {given[2]}" if is_japanese else None,
            "honorific": "様" if is_japanese else "님",
            "native_title": native_title,
            "title": f"{title}, {department}" if has_department else title,
            "department": department if has_department else None,
            "seniority": Seniority(level),
            # A domain that nobody can own.
            "email": f"{mailbox}@{slug}.example",
            "language": "ja" if is_japanese else "ko",
            "obtained_from": obtained_from,
            "is_demo": True,
        },
    )
