"""Writing the invented leads in batches, through the same plans and inserts as a form."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.demo.announcing import write_announcements
from crm.demo.generator import Companies, Draft, Frame, Truth, drafts
from crm.demo.surroundings import Resident, note_met, settle
from crm.demo.writing import write, write_returning
from crm.leads.apply import insert_leads
from crm.leads.plan import NewLead
from crm.organizations.plan import NewOrganization
from crm.timezones import start_of_day
from models.contact import Contact
from models.interaction import (
    MEETING_KINDS,
    Enquiry,
    FollowUp,
    Interaction,
    InteractionParticipant,
)
from models.lead import DecisionStanding, DecisionStep, ImportedTotal, Lead, LeadAnswer
from models.user import Actor

_BATCH = 1_000
_KEPT_AT_HAND = 60
_MOST_MET = 60
_MOST_RESIDENTS = 40


@dataclass(frozen=True, slots=True)
class OpenLead:
    """An open lead at hand for the agenda: its keys and who keeps it."""

    lead_id: int
    owner_key: str
    market: str
    stage: int
    wins: bool
    reference: str
    company: str
    contact_ids: tuple[int, ...]
    is_on_mission: bool
    is_on_hold: bool
    organization_id: int | None


@dataclass
class Loaded:
    """What a load wrote: counts by table, the truth, and the newest open leads at hand.

    `shared` holds the companies of several leads: none of these leads alone can hide them.
    """

    counts: Counter[str] = field(default_factory=Counter)
    truth: list[Truth] = field(default_factory=list)
    shared: set[int] = field(default_factory=set)
    at_hand: deque[OpenLead] = field(default_factory=lambda: deque(maxlen=_KEPT_AT_HAND * 8))


def load_leads(
    session: Session,
    frame: Frame,
    *,
    actor: Actor,
    progress: Callable[[str], None],
) -> Loaded:
    """Generate and write every lead; memory holds one batch at a time, and the truth."""
    loaded = Loaded()
    companies = Companies(frame.seed)
    writer = _Writer(session, frame, companies, loaded, actor)
    for batch in _batches(drafts(frame, companies)):
        writer.write(batch)
        done = loaded.counts["leads"]
        if frame.count > _BATCH and (done % (10 * _BATCH) == 0 or done == frame.count):
            progress(f"{done:,} of {frame.count:,} leads ...")
    return loaded


def _batches(stream: Iterator[Draft]) -> Iterator[list[Draft]]:
    while batch := list(islice(stream, _BATCH)):
        yield batch


class _Writer:
    """Writes batches: the leads, then what refers to them, as their keys become known."""

    def __init__(
        self, session: Session, frame: Frame, companies: Companies, loaded: Loaded, actor: Actor
    ) -> None:
        self._session = session
        self._frame = frame
        self._companies = companies
        self._loaded = loaded
        self._actor = actor
        self._met: set[int] = set()

    def write(self, batch: list[Draft]) -> None:
        plans = self._shared(batch)
        lead_ids = insert_leads(self._session, plans, actor=self._actor, now=self._frame.now)
        self._loaded.counts["leads"] += len(lead_ids)
        organization_ids = self._organizations(batch, plans, lead_ids)
        contact_ids = self._contacts(batch, lead_ids, organization_ids)
        self._interactions(batch, lead_ids, organization_ids, contact_ids)
        self._rest(batch, lead_ids, contact_ids)
        self._around(batch, lead_ids, organization_ids)
        for draft, lead_id, key, people in zip(
            batch, lead_ids, organization_ids, contact_ids, strict=True
        ):
            self._loaded.truth.append(draft.truth)
            self._loaded.counts["open" if draft.course.is_open else "closed"] += 1
            if draft.course.is_open and draft.plan.lead["owner_id"] is not None:
                self._loaded.at_hand.append(_at_hand(draft, lead_id, key, people))

    @staticmethod
    def _shared(batch: list[Draft]) -> list[NewLead]:
        """Plans in which the leads of one new company share its one organization."""
        first: dict[int, NewOrganization] = {}
        plans = []
        for draft in batch:
            plan = draft.plan
            if plan.organization is not None:
                shared = first.setdefault(draft.prospect.company.key, plan.organization)
                plan = replace(plan, organization=shared)
            plans.append(plan)
        return plans

    def _organizations(
        self, batch: list[Draft], plans: list[NewLead], lead_ids: list[int]
    ) -> list[int | None]:
        """The organization of each lead, in order; new ones are remembered for later leads."""
        found = self._session.execute(
            sa.select(Lead.id, Lead.organization_id).where(
                Lead.id.between(min(lead_ids), max(lead_ids))
            )
        )
        written: dict[int, int | None] = {row.id: row.organization_id for row in found}
        keys: list[int | None] = []
        for draft, plan, lead_id in zip(batch, plans, lead_ids, strict=True):
            key = written[lead_id]
            keys.append(key)
            if key is not None and draft.prospect.company.key not in self._companies.keys:
                self._companies.keys[draft.prospect.company.key] = key
                self._loaded.counts["organizations"] += plan.organization is not None
        return keys

    def _contacts(
        self, batch: list[Draft], lead_ids: list[int], organization_ids: list[int | None]
    ) -> list[list[int]]:
        rows = [
            {
                **person.row,
                "organization_id": organization_id,
                "first_lead_id": lead_id,
                "created_at": start_of_day(draft.course.stages[1], self._frame.zone),
            }
            for draft, lead_id, organization_id in zip(
                batch, lead_ids, organization_ids, strict=True
            )
            for person in draft.dialogue.people
        ]
        keys = iter(write_returning(self._session, Contact, rows))
        self._loaded.counts["contacts"] += len(rows)
        return [list(islice(keys, len(draft.dialogue.people))) for draft in batch]

    def _interactions(
        self,
        batch: list[Draft],
        lead_ids: list[int],
        organization_ids: list[int | None],
        contact_ids: list[list[int]],
    ) -> None:
        actors = self._frame.staff.actors
        rows, present = [], []
        for draft, lead_id, organization_id, people in zip(
            batch, lead_ids, organization_ids, contact_ids, strict=True
        ):
            for talk in draft.dialogue.talks:
                author_id = actors[talk.author].id
                rows.append(
                    {
                        **talk.row,
                        "lead_id": lead_id,
                        "organization_id": organization_id,
                        "author_id": author_id,
                        "recorded_at": self._frame.now,
                    }
                )
                there = [
                    {
                        "contact_id": people[place],
                        "seniority": draft.dialogue.people[place].row["seniority"],
                    }
                    for place in talk.people
                ]
                present.append((author_id, there))
        keys = write_returning(self._session, Interaction, rows)
        self._loaded.counts["interactions"] += len(rows)
        participants: list[dict[str, Any]] = []
        for key, (author_id, contacts) in zip(keys, present, strict=True):
            participants.append({"interaction_id": key, "user_id": author_id})
            participants += [{"interaction_id": key, **one} for one in contacts]
        write(self._session, InteractionParticipant, participants)

    def _rest(self, batch: list[Draft], lead_ids: list[int], contact_ids: list[list[int]]) -> None:
        follow_ups, answers, steps, totals = [], [], [], []
        for draft, lead_id, people in zip(batch, lead_ids, contact_ids, strict=True):
            follow_ups += [{**row, "lead_id": lead_id} for row in draft.follow_ups]
            answers += [{**row, "lead_id": lead_id} for row in draft.answers]
            steps += [
                {**row, "lead_id": lead_id, "contact_id": None if place is None else people[place]}
                for place, row in draft.steps
            ]
            # The record is whole from the first day, so the number of meetings is known on it.
            began = draft.course.stages[1]
            first = draft.dialogue.talks[0].row
            totals.append(
                {
                    "lead_id": lead_id,
                    "known_at": start_of_day(began, self._frame.zone),
                    "meetings_count": int(first["kind"] in MEETING_KINDS),
                    "last_contact_on": began,
                }
            )
        write(self._session, FollowUp, follow_ups)
        write(self._session, LeadAnswer, answers)
        keys = write_returning(self._session, DecisionStep, steps)
        write(
            self._session,
            DecisionStanding,
            [
                {
                    "lead_id": row["lead_id"],
                    "step": key,
                    "standing": row["standing"],
                    "known_at": row["recorded_at"],
                }
                for key, row in zip(keys, steps, strict=True)
            ],
        )
        write(self._session, ImportedTotal, totals)
        self._loaded.counts["follow_ups"] += len(follow_ups)

    def _around(
        self, batch: list[Draft], lead_ids: list[int], organization_ids: list[int | None]
    ) -> None:
        """Announcements, enquiries, and what companies have to do with the city."""
        counts, frame = self._loaded.counts, self._frame
        announcements, enquiries = [], []
        residents, met = [], []
        for draft, lead_id, key in zip(batch, lead_ids, organization_ids, strict=True):
            if draft.announcement is not None:
                announcements.append((draft.announcement, lead_id, key))
            if draft.enquiry is not None:
                enquiries.append({**draft.enquiry, "lead_id": lead_id, "organization_id": key})
            if key is None:
                continue
            if not draft.prospect.is_new_company:
                self._loaded.shared.add(key)
            if (
                draft.is_resident
                and draft.prospect.is_new_company
                and counts["residents"] < _MOST_RESIDENTS
            ):
                counts["residents"] += 1
                residents.append(
                    Resident(
                        stem=_stem(draft.name.english),
                        organization_id=key,
                        sector_id=frame.staff.sectors[draft.prospect.sector],
                        since=date(
                            draft.course.stages[1].year - 3 - draft.prospect.number % 9, 4, 1
                        ),
                    )
                )
            if draft.is_on_mission and len(self._met) < _MOST_MET and key not in self._met:
                self._met.add(key)
                met.append(key)
        write_announcements(self._session, announcements)
        write(self._session, Enquiry, enquiries)
        settle(self._session, residents, now=frame.now)
        note_met(self._session, frame.surroundings.mission_id, met)
        counts["announced"] += len(announcements)
        counts["enquiries"] += len(enquiries)
        counts["organizations"] += len(residents)


def _at_hand(
    draft: Draft, lead_id: int, organization_id: int | None, people: list[int]
) -> OpenLead:
    return OpenLead(
        lead_id=lead_id,
        owner_key=draft.owner_key,
        market=draft.prospect.market,
        stage=draft.course.stage,
        wins=draft.prospect.wins,
        reference=draft.truth.reference,
        company=draft.plan.lead["title"],
        contact_ids=tuple(people),
        is_on_mission=draft.is_on_mission,
        is_on_hold="hold_until" in draft.course.columns,
        organization_id=organization_id,
    )


def _stem(english: str) -> str:
    for form in (" Co., Ltd.", " Inc.", " Corporation", " K.K."):
        english = english.removesuffix(form)
    return english
