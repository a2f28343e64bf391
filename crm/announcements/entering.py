"""The form of an announcement: filled from what is on file, and read back into details."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from crm.announcements import choice_queries, measures, queries
from crm.announcements.embargo import State, embargo_moment, state_of
from crm.announcements.forms import PARTY_ROWS, AnnouncementForm, read_yes_or_no, typed_number
from crm.announcements.service import AnnouncementDetails, PartyDetails
from crm.errors import sentence
from crm.interactions.choice_queries import find_user_id, list_owners, public_id_of
from crm.organizations.matching import AmbiguousError, resolve_organization
from crm.timezones import zone
from crm.web.problems import put_problem
from crm.web.request import actor, now, reader
from models.announcement import Announcement, AnnouncementKind, PartySide, Release, Whose
from models.errors import DomainError
from models.lead import Direction, Lead
from models.measure import UNKNOWN, Measure, Precision, StatedDate
from models.stage import StageCode


@dataclass
class Problems:
    """What was wrong with the parties: the sentence, and for a row several to choose from."""

    parties: list[str] = field(default_factory=list)
    choices: dict[int, list[Any]] = field(default_factory=dict)


class PartyRowError(DomainError):
    """A row of the parties that names nobody, or several: `row` says which."""

    def __init__(self, error: DomainError, row: int) -> None:
        self.row = row
        self.choices = error.choices if isinstance(error, AmbiguousError) else []
        super().__init__(error.message, field="parties", **error.params)


def hold_problem(form: AnnouncementForm, error: DomainError) -> Problems:
    problems = Problems()
    if isinstance(error, PartyRowError):
        row = form.parties[error.row].form.organization
        row.errors = [*row.errors, sentence(error)]
        if error.choices:
            problems.choices[error.row] = error.choices
    elif error.field == "parties":
        problems.parties.append(sentence(error))
    else:
        put_problem(form, error)
    return problems


def make_form(values: dict[str, Any]) -> AnnouncementForm:
    form = AnnouncementForm(data=values)
    form.owner.choices = _with_nobody(list_owners(reader()), values.get("owner"))
    form.mission.choices = [("", _("None")), *choice_queries.list_mission_choices(reader())]
    if not form.is_submitted():
        while len(form.parties) < max(PARTY_ROWS, len(values["parties"]) + 1):
            form.parties.append_entry({"side": PartySide.LOCAL.value})
    return form


def _with_nobody(owners: list[tuple[str, str]], chosen: str | None) -> list[tuple[str, str]]:
    """The colleagues to choose from; whoever has left stays until somebody else is chosen."""
    known = {value for value, _name in owners}
    return owners if chosen in known else [("", _("As it is")), *owners]


def first_values(lead: Lead) -> dict[str, Any]:
    inward = lead.direction is Direction.INTO_CANADA
    side = PartySide.FOREIGN if inward else PartySide.LOCAL
    own = (
        [{"organization": lead.organization.name, "side": side.value}] if lead.organization else []
    )
    return {
        "parties": own,
        "announced_precision": Precision.DAY.value,
        "embargo_zone": actor().office_time_zone,
        "release": Release.BY_OWNER.value,
        "owner": _owner_of(lead) or public_id_of(reader(), actor()),
        "whose": Whose.OURS.value,
        "moves_lead": may_move(lead),
    }


def _owner_of(lead: Lead) -> str:
    owner = queries.find_user(reader(), lead.owner_id)
    return owner.public_id if owner is not None else ""


def may_move(lead: Lead) -> bool:
    return lead.stage is not StageCode.ANNOUNCED and lead.status.is_open


def values_of(announcement: Announcement) -> dict[str, Any]:
    zone_name = announcement.embargo_zone or actor().office_time_zone
    owner = queries.find_user(reader(), announcement.owner_id)
    mission = queries.find_mission(reader(), announcement)
    made = announcement.is_made_on_mission
    has_day = announcement.announced_precision is not Precision.UNKNOWN
    return {
        "version": str(announcement.version),
        "kind": announcement.kind.value,
        "title": announcement.title,
        "parties": [
            {"organization": party.name, "side": party.side.value, "part": party.part}
            for party in queries.list_parties(reader(), announcement)
        ],
        "source": announcement.source,
        "source_url": announcement.source_url,
        "announced_on": announcement.announced_on if has_day else None,
        "announced_precision": announcement.announced_precision.value
        if has_day
        else Precision.DAY.value,
        "announced_as_printed": announcement.announced_as_printed,
        "embargo_until": _stated_embargo(announcement, zone_name),
        "embargo_zone": zone_name,
        "is_draft": state_of(announcement, now()) is State.DRAFT,
        "release": announcement.release.value,
        "owner": owner.public_id if owner else "",
        "whose": (announcement.whose or _usual(announcement)).value,
        "our_share_percent": typed_number(announcement.our_share_percent),
        "mission": mission.public_id if mission else "",
        "is_made_on_mission": "" if made is None else ("yes" if made else "no"),
        "capex": measures.capex_words(announcement),
        "jobs": measures.jobs_words(announcement),
        "summary": announcement.summary,
        "moves_lead": False,
    }


def show_newer(form: AnnouncementForm, announcement: Announcement) -> None:
    """After a conflict: what is typed stays, but for the embargo, which is as on file by now."""
    newer = values_of(announcement)
    for name in ("version", "embargo_until", "embargo_zone", "is_draft", "release", "owner"):
        field = form[name]
        field.data = newer[name]
        field.raw_data = None


def _usual(announcement: Announcement) -> Whose:
    return Whose.OURS if announcement.lead_id is not None else Whose.OTHERS


def _stated_embargo(announcement: Announcement, zone_name: str) -> datetime | None:
    """The embargo as the clock of its zone shows it."""
    until = announcement.embargo_until
    if until is None:
        return None
    local = until.astimezone(zone(zone_name))
    return local.replace(tzinfo=None, fold=0, second=0, microsecond=0)


def _embargo(form: AnnouncementForm, on_file: Announcement | None) -> datetime | None:
    """The moment that was typed; one that nobody touched stays to the second."""
    stated, zone_name = form.embargo_until.data, form.embargo_zone.data
    if stated is None:
        return None
    if (
        on_file is not None
        and on_file.embargo_zone == zone_name
        and _stated_embargo(on_file, zone_name) == stated
    ):
        return on_file.embargo_until
    return embargo_moment(stated, zone_name)


def read_details(
    session: Any,
    form: AnnouncementForm,
    *,
    known: dict[tuple[str, PartySide], int],
    on_file: Announcement | None = None,
) -> AnnouncementDetails:
    until = _embargo(form, on_file)
    share = form.our_share_percent.data
    return AnnouncementDetails(
        kind=AnnouncementKind(form.kind.data),
        title=form.title.data,
        source=form.source.data,
        source_url=form.source_url.data,
        parties=_parties(session, form, known),
        summary=form.summary.data,
        announced=_stated(form),
        announced_as_printed=form.announced_as_printed.data,
        embargo_until=until,
        embargo_zone=form.embargo_zone.data if until else None,
        is_draft=form.is_draft.data and until is None,
        release=Release(form.release.data or Release.BY_OWNER),
        owner_id=find_user_id(session, form.owner.data),
        whose=Whose(form.whose.data) if form.whose.data else None,
        our_share_percent=float(share) if share is not None else None,
        mission_id=_mission_id(session, form, on_file),
        is_made_on_mission=read_yes_or_no(form.is_made_on_mission.data),
        capex=measures.read_capex(form.capex.data, kept=_kept(on_file, measures.capex_of)),
        jobs=measures.read_jobs(form.jobs.data, kept=_kept(on_file, measures.jobs_of)),
        document_id=on_file.document_id if on_file is not None else None,
    )


def _mission_id(session: Any, form: AnnouncementForm, on_file: Announcement | None) -> int | None:
    """The mission that was chosen; one that the actor cannot see stays."""
    chosen = choice_queries.find_mission_id(session, form.mission.data)
    if chosen is None and on_file is not None and queries.find_mission(session, on_file) is None:
        return on_file.mission_id
    return chosen


def _kept(on_file: Announcement | None, read: Any) -> Measure:
    measure: Measure = read(on_file) if on_file is not None else UNKNOWN
    return measure


def _stated(form: AnnouncementForm) -> StatedDate | None:
    if form.announced_on.data is None:
        return None
    return StatedDate(
        form.announced_on.data,
        Precision(form.announced_precision.data),
    )


def own_names(lead: Lead) -> dict[tuple[str, PartySide], int]:
    """The lead's company as the form names it: another may bear the same name."""
    if lead.organization is None:
        return {}
    return {(lead.organization.name, side): lead.organization.id for side in PartySide}


def _parties(
    session: Any, form: AnnouncementForm, known: dict[tuple[str, PartySide], int]
) -> tuple[PartyDetails, ...]:
    found = []
    for number, row in enumerate(form.parties):
        text = (row.form.organization.data or "").strip()
        if not text:
            continue
        side, part = PartySide(row.form.side.data), (row.form.part.data or "").strip() or None
        if (text, side) in known:
            found.append(PartyDetails(known[text, side], side, part))
            continue
        try:
            organization = resolve_organization(session, text, field="organization")
        except DomainError as error:
            raise PartyRowError(error, number) from error
        row.form.organization.data = organization.name
        found.append(PartyDetails(organization.id, side, part))
    return tuple(found)
