"""Reads the records that `fact_homes` names, with their typed values as plain ones."""

import enum
from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.agenda import AgendaAttendee, AgendaItem
from models.agreement import (
    Agreement,
    AgreementCountry,
    AgreementSector,
    Citation,
    Statistic,
)
from models.announcement import Announcement, AnnouncementParty
from models.bre_call import BreCall
from models.commitment import AnnouncementSource, Attribution, Commitment, CreditRole
from models.contact import Contact
from models.document import Claim, Document
from models.interaction import FollowUp
from models.mission import (
    Delegate,
    DelegateRole,
    Mission,
    MissionMarket,
    MissionOrganization,
    MissionPart,
    MissionProgramme,
    MissionSector,
)
from models.organization import (
    Organization,
    OrganizationName,
    OrganizationRelation,
    OrganizationRoleLink,
    Sector,
    Site,
)
from tests.crm.demo.fact_homes import Home

# What a record says in its own columns is read by their name.
Found = tuple[Any, dict[str, Any]]


class Records:
    """The records of a loaded demo that come from public texts."""

    def __init__(self, session: Session, texts: dict[str, int]) -> None:
        self.session = session
        self.texts = texts

    def values(self, home: Home) -> dict[str, Any]:
        """The expected columns of a home, as they really are.

        Raises:
            NoResultFound: there is no such record, or there are several.
        """
        kind, names, expected = home
        read: Callable[..., Found] = getattr(self, f"_{kind}")
        record, known = read(*names)
        return {
            name: plain(known[name] if name in known else getattr(record, name))
            for name in expected
        }

    def one(self, cls: Any, **columns: Any) -> Any:
        """The one record of a public text with these columns."""
        statement = sa.select(cls).filter_by(**columns)
        if hasattr(cls, "is_demo"):
            statement = statement.where(cls.is_demo.is_(False))
        return self.session.scalars(statement).one()

    def _list(self, statement: Any) -> tuple[Any, ...]:
        return tuple(sorted(self.session.scalars(statement).all()))

    def _name(self, organization_id: int | None) -> str | None:
        found = self.session.get(Organization, organization_id) if organization_id else None
        return found.name if found else None

    def _sector(self, sector_id: int | None) -> str | None:
        return self.session.get_one(Sector, sector_id).code if sector_id else None

    def _organization(self, name: str) -> Found:
        one = self.one(Organization, name=name)
        assert one.document_id is not None
        roles = sa.select(OrganizationRoleLink.role).filter_by(organization_id=one.id)
        names = sa.select(OrganizationName.text).filter_by(organization_id=one.id)
        # Of several roles the one that is named last in the list; the names it bears besides.
        return one, {
            "roles": max(plain(role) for role in self.session.scalars(roles))
            if name != "Hydro-Québec Research Institute"
            else "institution",
            "sector": self._sector(one.sector_id),
            "names": tuple(
                text
                for text in self.session.scalars(names)
                if text.isupper() or text == "South Korea"
            ),
            "description": (one.description or "").split(" and trade events")[0]
            + (" and trade events" if " and trade events" in (one.description or "") else ""),
        }

    def _relation(self, child: str, parent: str) -> Found:
        return self.one(
            OrganizationRelation,
            organization_id=self.one(Organization, name=child).id,
            other_id=self.one(Organization, name=parent).id,
        ), {}

    def _contact(self, name: str) -> Found:
        one = self.one(Contact, printed_name=name)
        return one, {"organization": self._name(one.organization_id)}

    def _mission(self, name: str) -> Found:
        one = self.one(Mission, name=name)
        assert one.document_id is not None
        links = (
            sa.select(Organization.name)
            .join(MissionOrganization, MissionOrganization.organization_id == Organization.id)
            .where(
                MissionOrganization.mission_id == one.id,
                MissionOrganization.role == MissionPart.PARTNER_OFFICE,
            )
        )
        leads = sa.select(Delegate.name).filter_by(mission_id=one.id, role=DelegateRole.LEAD)
        return one, {
            "markets": self._list(sa.select(MissionMarket.country).filter_by(mission_id=one.id)),
            "leads": self._list(leads),
            "partner_offices": self._list(links),
        }

    def _objective(self, mission: str, line: str) -> Found:
        one = self.one(Mission, name=mission)
        assert line in one.objectives.splitlines()
        return one, {}

    def _programme(self, mission: str, name: str) -> Found:
        one = self.one(MissionProgramme, mission_id=self.one(Mission, name=mission).id, name=name)
        return one, {"sector": self._sector(one.sector_id)}

    def _mission_sector(self, mission: str, code: str) -> Found:
        return self.one(
            MissionSector,
            mission_id=self.one(Mission, name=mission).id,
            sector_id=self.one(Sector, code=code).id,
        ), {}

    def _delegate(self, mission: str, name: str) -> Found:
        one = self.one(Delegate, mission_id=self.one(Mission, name=mission).id, name=name)
        contact = self.session.get_one(Contact, one.contact_id)
        return one, {
            "organization": self._name(one.organization_id),
            "honorific": contact.honorific,
        }

    def _item(self, mission: str, title: str) -> Found:
        one = self.one(AgendaItem, mission_id=self.one(Mission, name=mission).id, title=title)
        assert (one.document_id is not None, one.interaction_id) == (True, None)
        programme = (
            self.session.get_one(MissionProgramme, one.programme_id) if one.programme_id else None
        )
        people = []
        for row in self.session.scalars(sa.select(AgendaAttendee).filter_by(item_id=one.id)):
            delegate = self.session.get(Delegate, row.delegate_id) if row.delegate_id else None
            contact = self.session.get(Contact, row.contact_id) if row.contact_id else None
            who = (
                delegate.name
                if delegate
                else contact.printed_name
                if contact
                else self._name(row.organization_id)
            )
            people.append(f"{row.side.value} {who}")
        return one, {
            "organization": self._name(one.organization_id),
            "programme": programme.name if programme else None,
            "people": tuple(sorted(people)),
        }

    def _attendee(self, mission: str, title: str, organization: str) -> Found:
        item, _ = self._item(mission, title)
        one = self.one(
            AgendaAttendee,
            item_id=item.id,
            organization_id=self.one(Organization, name=organization).id,
        )
        return one, {"contact": one.contact_id}

    def _visit(self, organization: str) -> Found:
        one = self.one(BreCall, organization_id=self.one(Organization, name=organization).id)
        assert (one.office_id, one.interviewer_id, one.interaction_id) == (None, None, None)
        return one, {
            "mission": self.session.get_one(Mission, one.mission_id).name,
            "site": self.session.get_one(Site, one.site_id).city,
        }

    def _announcement(self, title: str) -> Found:
        one = self.one(Announcement, title=title)
        mission = self.session.get(Mission, one.mission_id) if one.mission_id else None
        parties = sa.select(AnnouncementParty).filter_by(announcement_id=one.id)
        return one, {
            "mission": mission.name if mission else None,
            "parties": tuple(
                sorted(
                    f"{party.side.value} {self._name(party.organization_id)}"
                    for party in self.session.scalars(parties)
                )
            ),
        }

    def _commitment(self, title: str, words: str) -> Found:
        announcement, _ = self._announcement(title)
        return self.session.scalars(
            sa.select(Commitment).where(
                Commitment.announcement_id == announcement.id,
                sa.or_(Commitment.text == words, Commitment.as_printed == words),
                Commitment.document_id.is_not(None),
            )
        ).one(), {}

    def _source(self, title: str, text: str) -> Found:
        announcement, _ = self._announcement(title)
        return self.one(
            AnnouncementSource, announcement_id=announcement.id, document_id=self.texts[text]
        ), {}

    def _credits(self, title: str) -> Found:
        announcement, _ = self._announcement(title)
        found = self.session.scalars(
            sa.select(Attribution).filter_by(
                announcement_id=announcement.id, role=CreditRole.INTRODUCED
            )
        ).all()
        assert len({(one.text, one.quote, one.share_percent) for one in found}) == 1
        return found[0], {
            "introduced": tuple(sorted(str(self._name(one.organization_id)) for one in found))
        }

    def _point(self, title: str, topic: str, text: str) -> Found:
        announcement, _ = self._announcement(title)
        one = self.one(
            Claim, announcement_id=announcement.id, topic=topic, document_id=self.texts[text]
        )
        agreement = self.session.get(Agreement, one.agreement_id) if one.agreement_id else None
        return one, {"agreement": agreement.name if agreement else None}

    def _agreement(self, name: str) -> Found:
        one = self.one(Agreement, name=name)
        assert one.document_id is not None
        countries = sa.select(AgreementCountry.country).filter_by(agreement_id=one.id)
        return one, {"countries": self._list(countries)}

    def _agreement_sector(self, name: str, code: str) -> Found:
        return self.one(
            AgreementSector,
            agreement_id=self.one(Agreement, name=name).id,
            sector_id=self.one(Sector, code=code).id,
        ), {}

    def _statistic(self, title: str) -> Found:
        one = self.one(Statistic, title=title)
        assert one.document_id is not None
        return one, {}

    def _citation(self, kind: str, name: str, agreement: str) -> Found:
        assert kind == "mission"
        return self.one(
            Citation,
            mission_id=self.one(Mission, name=name).id,
            agreement_id=self.one(Agreement, name=agreement).id,
        ), {}

    def _document(self, title: str) -> Found:
        one = self.one(Document, title=title)
        source = self.session.scalars(
            sa.select(AnnouncementSource).filter_by(document_id=one.id)
        ).one_or_none()
        printed = self.session.get(Announcement, source.announcement_id) if source else None
        return one, {"announcement": printed.title if printed else None}

    def _follow_up(self, text: str) -> Found:
        one = self.one(FollowUp, text=text)
        assert (one.done_at, one.office_id, one.lead_id) == (None, None, None)
        mission = self.session.get(Mission, one.mission_id) if one.mission_id else None
        return one, {
            "mission": mission.name if mission else None,
            "organization": self._name(one.organization_id),
            "to": one.promised_to,
        }


def plain(value: Any) -> Any:
    """A value as the table of homes writes it."""
    if isinstance(value, enum.Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
