"""Pages on which an organization is found in a public register, and put on file or completed."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from crm.errors import sentence
from crm.organizations.choices import in_reading_language, month_name
from crm.organizations.queries import get_organization, load_organization
from crm.registers.entries import Entry, Register
from crm.registers.filling import missing_facts, on_file, propose_sector
from crm.registers.index import LEAST
from crm.registers.service import complete_organization
from crm.registers.sources import get_register, registers
from crm.registers.tables import industries
from crm.web.access import WRITERS, allow
from crm.web.formatting import country_name, reading_locale
from crm.web.request import actor, now, reader, settings, transaction
from models.errors import DomainError, NotFoundError
from models.organization import Organization, Sector

blueprint = Blueprint("registers", __name__, url_prefix="/registers")

_SHOWN = 20


@blueprint.get("/")
@allow(WRITERS)
def index() -> Any:
    """Companies of a register by name, reading or number; with `organization`, to complete it."""
    register = _register(request.args.get("register"))
    text = request.args.get("q", "").strip()[:200]
    organization = _organization(request.args.get("organization"))
    if not text and organization is not None:
        text = organization.native_name or organization.name
    entries = register.search(text, _SHOWN + 1)
    headers = request.headers
    is_part = headers.get("HX-Request") and not headers.get("HX-History-Restore-Request")
    return render_template(
        "registers/_results.html" if is_part else "registers/index.html",
        register=register,
        registers=registers(settings().data),
        text=text,
        is_too_short=len(text) < LEAST,
        entries=entries[:_SHOWN],
        has_more=len(entries) > _SHOWN,
        on_file=on_file(reader(), entries[:_SHOWN]),
        organization=organization,
        industry=_industry,
        is_fragment=bool(is_part),
    )


@blueprint.route("/<register_code>/<entry_code>/<organization_id>", methods=["GET", "POST"])
@allow(WRITERS)
def complete(register_code: str, entry_code: str, organization_id: str) -> Any:
    """What a register says of an organization on file: choose what to take over."""
    register = get_register(settings().data, register_code)
    entry = _entry(register, entry_code)
    if request.method == "POST":
        try:
            with transaction() as session:
                complete_organization(
                    session,
                    load_organization(session, organization_id),
                    entry,
                    register,
                    request.form.getlist("take"),
                    actor=actor(),
                    now=now(),
                )
        except DomainError as error:
            if error.status in (403, 404):
                raise
            return _complete_page(register, entry, organization_id, sentence(error)), 422
        flash(_("What you chose is taken over from the register."), "success")
        return redirect(url_for("organizations.show", organization_id=organization_id), 303)
    return _complete_page(register, entry, organization_id)


def _complete_page(
    register: Register, entry: Entry, organization_id: str, problem: str | None = None
) -> str:
    session = reader()
    organization = get_organization(session, organization_id)
    sector = propose_sector(session, entry)
    twin = on_file(session, [entry]).get(entry.code)
    return render_template(
        "registers/complete.html",
        register=register,
        entry=entry,
        organization=organization,
        facts=missing_facts(organization, entry, register, sector=sector),
        twin=twin if twin is not None and twin.id != organization.id else None,
        problem=problem,
        industry=_industry,
        words=_fact_words(sector, organization),
    )


def _fact_words(proposed: Sector | None, organization: Organization) -> Any:
    """How a value of a fact is read: months and countries by name, numbers with their signs."""
    sectors = {one.code: one for one in (proposed, organization.sector) if one is not None}

    def words(kind: Any, value: str) -> str:
        if kind == "country":
            return country_name(value)
        if kind == "fiscal_year_end_month":
            return month_name(int(value))
        if kind == "sector_id":
            return in_reading_language(sectors[value].name_en, sectors[value].name_fr)
        return value

    return words


def _register(code: str | None) -> Register:
    if code:
        return get_register(settings().data, code)
    return registers(settings().data)[0]


def _entry(register: Register, code: str) -> Entry:
    entry = register.find(code)
    if entry is None:
        raise NotFoundError
    return entry


def _organization(public_id: str | None) -> Organization | None:
    return load_organization(reader(), public_id) if public_id else None


def _industry(entry: Entry) -> str:
    found = industries().get(entry.industry or "")
    return found.called(reading_locale().language) if found is not None else ""
