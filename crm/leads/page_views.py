"""The page of one lead, and what it unfolds on demand."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from crm.agreements.citing import list_cited
from crm.labels import REQUIREMENTS, choices
from crm.leads import page_queries
from crm.leads.history import list_changes
from crm.leads.involved_forms import PartyForm, StepsForm
from crm.leads.page_queries import get_lead, load_page
from crm.leads.told import told_of
from crm.leads.views import blueprint
from crm.organizations.identifiers import format_identifier
from crm.organizations.looks import is_noted, note_look
from crm.scores.bands import band
from crm.scores.saying import said_of, signed
from crm.site_searches.queries import list_heads
from crm.timezones import today
from crm.web.access import EVERYBODY, allow
from crm.web.request import actor, now, reader, transaction
from models.interaction import ContactDirection, InteractionKind
from models.lead import Lead, StepStanding

# Languages that conversations are held in, each under its own name.
LANGUAGES = (
    ("en", "English"),
    ("fr", "Français"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("zh", "中文"),
)


@blueprint.get("/<lead_id>")
@allow(EVERYBODY)
def show(lead_id: str) -> Any:
    """Everything about a lead."""
    return lead_page(lead_id, unfolded=request.args.get("open"))


def lead_page(lead_id: str, *, unfolded: str | None = None, **forms: Any) -> str:
    """The page; `forms` are those that come back with a problem, and their fold is open."""
    lead = get_lead(reader(), lead_id)
    _note_look(lead)
    may_rank = not actor().is_partner
    page = load_page(reader(), lead, now=now(), is_scored=may_rank)
    day = today(now(), actor().office_time_zone)
    return render_template(
        "leads/show.html",
        page=page,
        lead=lead,
        told=told_of(lead, with_estimates=may_rank),
        requirement_words=REQUIREMENTS,
        kinds=choices(InteractionKind),
        directions=choices(ContactDirection),
        standings=choices(StepStanding),
        languages=(("", _("Told by its letters")), *LANGUAGES),
        today=today(now(), actor().time_zone),
        moment=now(),
        unfolded=unfolded,
        may_write=actor().may_write,
        may_rank=may_rank,
        said=said_of(reader(), lead, page.score, day) if may_rank else None,
        signed=signed,
        band=band,
        format_identifier=format_identifier,
        cited=list_cited(reader(), lead),
        searches=list_heads(reader(), lead),
        **_EMPTY | _empty_forms() | forms,
    )


_EMPTY: dict[str, Any] = {
    "step_form": None,
    "step_position": None,
    "party_choices": (),
    "introducer_form": None,
}


def _empty_forms() -> dict[str, Any]:
    return {"steps_form": StepsForm(formdata=None), "party_form": PartyForm(formdata=None)}


def _note_look(lead: Lead) -> None:
    """An administrator sees every team's leads; each look at one is on record."""
    if is_noted(lead.team_id, actor()):
        with transaction() as session:
            note_look(
                session,
                "leads",
                lead.id,
                team_id=lead.team_id,
                lead_id=lead.id,
                actor=actor(),
                now=now(),
            )


@blueprint.get("/<lead_id>/history")
@allow(EVERYBODY)
def history(lead_id: str) -> Any:
    """Every state that a lead was in: who changed what, when, and why."""
    lead = get_lead(reader(), lead_id)
    _note_look(lead)
    changes = list_changes(reader(), lead, with_estimates=not actor().is_partner)
    return render_template("leads/history.html", lead=lead, changes=changes)


@blueprint.get("/<lead_id>/conversations")
@allow(EVERYBODY)
def conversations(lead_id: str) -> Any:
    """Every conversation on a lead."""
    lead = get_lead(reader(), lead_id)
    _note_look(lead)
    return render_template(
        "leads/conversations.html",
        lead=lead,
        page=page_queries.list_conversations(reader(), lead, cursor=request.args.get("after")),
    )
