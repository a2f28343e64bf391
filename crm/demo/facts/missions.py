"""The missions of the texts: who went, whom they met at what, and what was promised there."""

from datetime import date

from crm.demo.data import read
from crm.demo.facts.keeping import Kept, Row
from crm.demo.facts.measures import measure_of
from crm.interactions.follow_ups import FollowUpDetails, promise
from crm.missions.agenda import ItemDetails, add_item
from crm.missions.delegation import DelegateDetails, add_delegate
from crm.missions.item_parts import AttendeeDetails
from crm.missions.parts import OrganizationPart, ProgrammeDetails, add_programme
from crm.missions.service import MissionDetails, plan_mission
from models.agenda import AgendaKind, AgendaSide, AgendaStanding
from models.bre_call import BreCall, BreStanding
from models.measure import Measure, Precision
from models.mission import (
    Attendance,
    DelegateRole,
    Delivery,
    Mission,
    MissionPart,
    MissionProgramme,
    MissionStanding,
)
from models.organization import Organization


def keep_missions(kept: Kept) -> None:
    """Write the missions with their delegations and agendas, and the summit that one invites to."""
    told = read("facts/missions")
    for row in told["missions"]:
        kept.missions[row["key"]] = _mission(kept, row)
    for row in told["events"]:
        kept.missions[row["key"]] = plan_mission(
            kept.session,
            MissionDetails(
                name=row["name"],
                starts_on=date.fromisoformat(row["starts_on"]),
                dates_precision=Precision(row["precision"]),
                dates_as_printed=row["dates_as_printed"],
                summary=row["summary"],
                # A summit has no agenda of ours, as a fair has none.
                is_fair=True,
                organizations=_parts(kept, row),
                document_id=kept.documents[row["document"]],
            ),
            actor=kept.actor,
            now=kept.now,
        )


def keep_visits(kept: Kept) -> int:
    """Write the company visits of which a text says only that they took place, and on what.

    No service writes these: it asks for the day, or for the season of one that is booked, and
    takes the office's own, while a text of another city states none of them.
    """
    rows = read("facts/missions")["visits"]
    kept.session.add_all(
        BreCall(
            organization_id=kept.organizations[row["organization"]],
            site_id=kept.sites[row["organization"]],
            mission_id=kept.missions[row["mission"]].id,
            document_id=kept.documents[row["document"]],
            standing=BreStanding.DONE,
            visited_precision=Precision.UNKNOWN,
            topic=row["topic"],
            created_at=kept.now,
        )
        for row in rows
    )
    kept.session.flush()
    return len(rows)


def keep_promises(kept: Kept) -> int:
    """Write what is still to be done by the texts; nobody of ours owes it, on no day."""
    told = read("facts/missions")
    rows: list[tuple[Row, Mission | None]] = [
        (row, kept.missions[mission["key"]])
        for mission in told["missions"]
        for row in mission["follow_ups"]
    ]
    rows += [(row, None) for row in told["follow_ups"]]
    for row, mission in rows:
        kept_promise = promise(
            kept.session,
            FollowUpDetails(
                text=row["text"],
                promised_to=row.get("promised_to"),
                organization_id=kept.organizations.get(row.get("organization", "")),
            ),
            lead=None,
            actor=kept.actor,
            now=kept.now,
        )
        kept_promise.mission_id = mission.id if mission is not None else None
    kept.session.flush()
    return len(rows)


def _mission(kept: Kept, row: Row) -> Mission:
    mission = plan_mission(
        kept.session,
        MissionDetails(
            name=row["name"],
            delivery=Delivery(row["delivery"]),
            markets=tuple(row["markets"]),
            # No text gives a calendar date: only the words are kept.
            dates_as_printed=row["dates_as_printed"],
            standing=MissionStanding(row["standing"]),
            led_by=row["led_by"],
            summary=row["summary"],
            objectives="\n".join(row["objectives"]),
            delegation=measure_of(row, "delegation"),
            sector_ids=tuple(kept.sectors[code] for code in row["sectors"]),
            organizations=_parts(kept, row),
            document_id=kept.documents[row["document"]],
        ),
        actor=kept.actor,
        now=kept.now,
    )
    delegates = {
        one["contact"]: add_delegate(
            kept.session,
            mission,
            DelegateDetails(
                role=DelegateRole(one["role"]),
                attendance=Attendance(one["attendance"]),
                contact_id=kept.contacts[one["contact"]],
                note=one.get("note"),
                document_id=mission.document_id,
            ),
            actor=kept.actor,
            now=kept.now,
        ).id
        for one in row["delegates"]
    }
    programmes = _programmes(kept, mission, row)
    for item in row["agenda"]:
        _item(kept, mission, item, delegates=delegates, programmes=programmes)
    return mission


def _programmes(kept: Kept, mission: Mission, row: Row) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in row["programmes"]:
        programme: MissionProgramme = add_programme(
            kept.session,
            mission,
            ProgrammeDetails(
                name=one["name"],
                led_by=one["led_by"],
                sector_id=kept.sectors[one["sector"]],
                note=one["note"],
                document_id=mission.document_id,
            ),
            actor=kept.actor,
        )
        found[one["key"]] = programme.id
    return found


def _parts(kept: Kept, row: Row) -> tuple[OrganizationPart, ...]:
    return tuple(
        OrganizationPart(kept.organizations[key], MissionPart(role) if role else None, part)
        for key, role, part in row["organizations"]
    )


def _item(
    kept: Kept,
    mission: Mission,
    row: Row,
    *,
    delegates: dict[str, int],
    programmes: dict[str, int],
) -> None:
    """An item that was held. Its companies are real: no conversation of ours comes of it."""
    named = row.get("organization")
    item = add_item(
        kept.session,
        mission,
        ItemDetails(
            kind=AgendaKind(row["kind"]),
            title=row["title"],
            standing=AgendaStanding.HELD,
            happens_as_printed=row.get("happens_as_printed"),
            programme_id=programmes[row["programme"]] if "programme" in row else None,
            # How many meetings a series had is not stated: its words alone are kept.
            count=Measure(as_printed=row.get("count_as_printed")),
            guests=measure_of(row, "guests"),
            place=row.get("place"),
            purpose=row.get("purpose"),
            attendees=tuple(
                AttendeeDetails(
                    AgendaSide(one["side"]),
                    delegate_id=delegates[one["delegate"]] if "delegate" in one else None,
                    contact_id=kept.contacts[one["contact"]] if "contact" in one else None,
                    organization_id=kept.organizations[one["organization"]]
                    if "organization" in one
                    else None,
                    part=one.get("part"),
                )
                for one in row["attendees"]
            ),
            document_id=mission.document_id,
        ),
        organization=kept.session.get_one(Organization, kept.organizations[named])
        if named
        else None,
        actor=kept.actor,
        now=kept.now,
    )
    item.outcome_note = row.get("outcome_note")
