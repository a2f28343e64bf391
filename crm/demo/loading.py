"""Writing the invented leads in batches, through the same plans and inserts as a form."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import islice
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.demo.generator import Companies, Draft, Frame, Truth, drafts
from crm.leads.apply import insert_leads, insert_organizations
from crm.leads.plan import NewLead
from crm.organizations.plan import NewOrganization, OrganizationDetails, plan_organization
from crm.rows import insert_returning, insert_rows
from crm.timezones import start_of_day
from models.announcement import Announcement, AnnouncementParty, PartySide
from models.contact import Contact
from models.interaction import (
    MEETING_KINDS,
    Enquiry,
    EnquiryChannel,
    EnquiryOutcome,
    FollowUp,
    Interaction,
    InteractionParticipant,
)
from models.lead import DecisionStep, ImportedTotal, Lead, LeadAnswer
from models.mission import MissionOrganization
from models.organization import OrganizationRelation, OrganizationRole, RelationKind, Site, SiteRole
from models.user import Actor

_BATCH = 1_000
_KEPT_AT_HAND = 60
_MISSION_COMPANIES = 60
_SUBSIDIARIES = 40


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
    is_known_company: bool


@dataclass
class Loaded:
    """What a load wrote: counts by table, the truth, and the newest open leads at hand."""

    counts: Counter[str] = field(default_factory=Counter)
    truth: list[Truth] = field(default_factory=list)
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
    met: set[int] = set()
    for batch in _batches(drafts(frame, companies)):
        _Writer(session, frame, companies, loaded, actor).write(batch, met)
        if frame.count > _BATCH:
            progress(f"{loaded.counts['leads']:,} of {frame.count:,} leads ...")
    return loaded


def _batches(stream: Iterator[Draft]) -> Iterator[list[Draft]]:
    while batch := list(islice(stream, _BATCH)):
        yield batch


class _Writer:
    """Writes one batch: the leads, then what refers to them, as their keys become known."""

    def __init__(
        self, session: Session, frame: Frame, companies: Companies, loaded: Loaded, actor: Actor
    ) -> None:
        self._session = session
        self._frame = frame
        self._companies = companies
        self._loaded = loaded
        self._actor = actor

    def write(self, batch: list[Draft], met: set[int]) -> None:
        plans = self._shared(batch)
        lead_ids = insert_leads(self._session, plans, actor=self._actor, now=self._frame.now)
        self._loaded.counts["leads"] += len(lead_ids)
        organization_ids = self._organizations(batch, plans, lead_ids)
        contact_ids = self._contacts(batch, lead_ids, organization_ids)
        self._interactions(batch, lead_ids, organization_ids, contact_ids)
        self._rest(batch, lead_ids, contact_ids)
        self._enquiries(batch, lead_ids, organization_ids)
        self._announcements(batch, lead_ids, organization_ids)
        self._subsidiaries(batch, organization_ids)
        self._mission(batch, organization_ids, met)
        for draft, lead_id, people in zip(batch, lead_ids, contact_ids, strict=True):
            self._loaded.truth.append(draft.truth)
            self._loaded.counts["open" if draft.course.is_open else "closed"] += 1
            if draft.course.is_open and draft.plan.lead["owner_id"] is not None:
                self._loaded.at_hand.append(_at_hand(draft, lead_id, people))

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
        written = {
            lead_id: organization_id
            for lead_id, organization_id in self._session.execute(
                sa.select(Lead.id, Lead.organization_id).where(
                    Lead.id.between(min(lead_ids), max(lead_ids))
                )
            )
        }
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
        keys = iter(insert_returning(self._session, _table(Contact), rows))
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
                present.append((author_id, [people[place] for place in talk.people]))
        keys = insert_returning(self._session, _table(Interaction), rows)
        self._loaded.counts["interactions"] += len(rows)
        participants: list[dict[str, Any]] = []
        for key, (author_id, contacts) in zip(keys, present, strict=True):
            participants.append({"interaction_id": key, "user_id": author_id})
            participants += [{"interaction_id": key, "contact_id": one} for one in contacts]
        insert_rows(self._session, _table(InteractionParticipant), participants)

    def _rest(
        self, batch: list[Draft], lead_ids: list[int], contact_ids: list[list[int]]
    ) -> None:
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
        insert_rows(self._session, _table(FollowUp), follow_ups)
        insert_rows(self._session, _table(LeadAnswer), answers)
        insert_rows(self._session, _table(DecisionStep), steps)
        insert_rows(self._session, _table(ImportedTotal), totals)
        self._loaded.counts["follow_ups"] += len(follow_ups)

    def _enquiries(
        self, batch: list[Draft], lead_ids: list[int], organization_ids: list[int | None]
    ) -> None:
        """The enquiries that began leads; each was answered within some days."""
        rows = []
        for draft, lead_id, organization_id in zip(
            batch, lead_ids, organization_ids, strict=True
        ):
            if draft.prospect.source != "inbound_enquiry":
                continue
            received = start_of_day(draft.course.stages[1], self._frame.zone) + timedelta(hours=9)
            waited = timedelta(hours=6 + 7 * (draft.prospect.number % 11))
            rows.append(
                {
                    "received_at": received,
                    "channel": EnquiryChannel.EMAIL
                    if draft.prospect.number % 3
                    else EnquiryChannel.WEB,
                    "asker": draft.dialogue.people[0].name,
                    "asked_for": draft.dialogue.talks[0].row["summary"],
                    "due_at": received + timedelta(hours=48),
                    "time_zone": self._frame.zone,
                    "answered_at": min(received + waited, self._frame.now),
                    "outcome": EnquiryOutcome.LEAD,
                    "owner_id": draft.plan.lead["owner_id"],
                    "office_id": draft.plan.lead["office_id"],
                    "organization_id": organization_id,
                    "lead_id": lead_id,
                    "created_at": received,
                    "is_demo": True,
                }
            )
        insert_rows(self._session, _table(Enquiry), rows)
        self._loaded.counts["enquiries"] += len(rows)

    def _announcements(
        self, batch: list[Draft], lead_ids: list[int], organization_ids: list[int | None]
    ) -> None:
        rows, parties = [], []
        for draft, lead_id, organization_id in zip(
            batch, lead_ids, organization_ids, strict=True
        ):
            if draft.announcement is not None:
                rows.append({**draft.announcement.row, "lead_id": lead_id})
                parties.append(
                    [(organization_id, PartySide.FOREIGN), *draft.announcement.parties]
                )
        keys = insert_returning(self._session, _table(Announcement), rows)
        self._loaded.counts["announced"] += len(rows)
        insert_rows(
            self._session,
            _table(AnnouncementParty),
            [
                {"announcement_id": key, "organization_id": party, "side": side}
                for key, sides in zip(keys, parties, strict=True)
                for party, side in sides
            ],
        )

    def _subsidiaries(self, batch: list[Draft], organization_ids: list[int | None]) -> None:
        """Companies that invest here already have a subsidiary and a facility in the city."""
        here = [
            (draft, key)
            for draft, key in zip(batch, organization_ids, strict=True)
            if draft.prospect.source == "existing_investor" and draft.prospect.is_new_company
        ][: max(0, _SUBSIDIARIES - self._loaded.counts["subsidiaries"])]
        plans = [
            plan_organization(
                OrganizationDetails(
                    name=f"{_stem(draft.name.english)} Canada Inc.",
                    country="CA",
                    city="Maple Falls",
                    sector_id=self._frame.staff.sectors[draft.prospect.sector],
                    roles=(OrganizationRole.INVESTOR,),
                    is_demo=True,
                ),
                now=self._frame.now,
            )
            for draft, _ in here
        ]
        keys = insert_organizations(self._session, plans)
        relations, sites = [], []
        for key, (draft, parent) in zip(keys, here, strict=True):
            relations.append(
                {"organization_id": key, "other_id": parent, "kind": RelationKind.SUBSIDIARY}
            )
            opened = draft.course.stages[1].year - 3 - draft.prospect.number % 9
            sites.append(
                {
                    "organization_id": key,
                    "role": (SiteRole.PLANT, SiteRole.SALES, SiteRole.LOGISTICS)[key % 3],
                    "city": "Maple Falls",
                    "country": "CA",
                    "opened_on": date(opened, 4, 1),
                }
            )
        insert_rows(self._session, _table(OrganizationRelation), relations)
        insert_rows(self._session, _table(Site), sites)
        self._loaded.counts["subsidiaries"] += len(keys)
        self._loaded.counts["organizations"] += len(keys)

    def _mission(self, batch: list[Draft], organization_ids: list[int | None], met: set[int]) -> None:
        """Companies met on the past mission."""
        rows = []
        mission_id = self._frame.surroundings.mission_id
        for draft, key in zip(batch, organization_ids, strict=True):
            if key is None or key in met or len(met) >= _MISSION_COMPANIES:
                continue
            if any(talk.row["mission_id"] == mission_id for talk in draft.dialogue.talks):
                met.add(key)
                rows.append({"mission_id": mission_id, "organization_id": key, "part": "Met"})
        insert_rows(self._session, _table(MissionOrganization), rows)


def _at_hand(draft: Draft, lead_id: int, people: list[int]) -> OpenLead:
    return OpenLead(
        lead_id=lead_id,
        owner_key=draft.owner_key,
        market=draft.prospect.market,
        stage=draft.course.stage,
        wins=draft.prospect.wins,
        reference=draft.truth.reference,
        company=draft.plan.lead["title"],
        contact_ids=tuple(people),
        is_on_mission=any(talk.row["mission_id"] for talk in draft.dialogue.talks),
        is_on_hold="hold_until" in draft.course.columns,
        is_known_company=not draft.prospect.is_new_company,
    )


def _stem(english: str) -> str:
    for form in (" Co., Ltd.", " Inc.", " Corporation", " K.K."):
        english = english.removesuffix(form)
    return english


def _table(cls: type[Any]) -> sa.Table:
    return cast(sa.Table, cls.__table__)
