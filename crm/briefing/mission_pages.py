"""The first pages of a book: the mission in short, its agenda on both clocks, who goes."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from crm.briefing.blocks import (
    Block,
    Value,
    both_names,
    bullets,
    facts,
    joined,
    paragraph,
    quiet,
    run,
    section,
    table,
    text_lines,
)
from crm.briefing.clocks import TwoClocks
from crm.briefing.reading import Book
from crm.labels import label
from crm.missions.agenda_queries import by_day
from crm.organizations.choices import in_reading_language, language_name
from crm.organizations.words import glyphs
from crm.web.formatting import country_name, day
from crm.wording import quantity
from models.agenda import AgendaAttendee, AgendaItem, AgendaSide, InterpreterNeed
from models.agreement import Citation
from models.lead import Lead
from models.measure import Precision
from models.mission import Delegate, Mission


def dates_of(mission: Mission) -> str:
    """When a mission is, as far as it is known, and in the words of print."""
    if mission.starts_on is None:
        words = _("not known")
    else:
        words = day(mission.starts_on, mission.dates_precision)
        ends = day(mission.ends_on, mission.dates_precision) if mission.ends_on else words
        if ends != words:
            words = _("%(first)s to %(last)s", first=words, last=ends)
    printed = mission.dates_as_printed
    if printed and printed not in words:
        stated = _("as printed: “%(words)s”", words=printed)
        words = stated if mission.starts_on is None else f"{words} ({stated})"
    return words


def cover(book: Book, mission: Mission, clocks: TwoClocks) -> list[Block]:
    """The mission in short."""
    size = quantity(mission.delegation_size, mission.delegation_qualifier, None, compact=False)
    return [
        *facts(
            [
                (_("When"), dates_of(mission)),
                (_("Format"), label(mission.delivery) or _("not known")),
                (
                    _("Countries"),
                    ", ".join(country_name(one.country) for one in mission.markets)
                    or _("not known"),
                ),
                (
                    _("Clocks"),
                    clocks.home_city
                    if clocks.is_one
                    else _(
                        "%(home)s (home) and %(market)s (market)",
                        home=clocks.home_city,
                        market=clocks.market_city,
                    ),
                ),
                (_("Led by"), run(mission.led_by) if mission.led_by else _("not known")),
                (_("Size of the delegation"), size if mission.delegation_qualifier else ""),
                (_("Our offices"), joined((run(one.office.name) for one in mission.offices), ", ")),
                (
                    _("Sectors"),
                    ", ".join(
                        in_reading_language(one.name_en, one.name_fr) for one in book.sectors
                    ),
                ),
                (
                    _("Parts of the mission"),
                    joined(
                        [
                            [
                                run(one.name),
                                f" ({_('led by %(name)s', name=one.led_by)})" if one.led_by else "",
                            ]
                            for one in book.programmes
                        ],
                        "; ",
                    ),
                ),
            ]
        ),
        *section(_("Objectives"), bullets(text_lines(mission.objectives))),
        *section(_("Summary"), *(paragraph(line) for line in text_lines(mission.summary))),
        *section(_("Agreements and figures cited"), citations(book.citations)),
    ]


def citations(rows: Sequence[Citation]) -> list[Block]:
    """Agreements and figures, each with its date or year, and its source."""
    return bullets(_cited(one) for one in rows)


def _cited(one: Citation) -> Value:
    if one.agreement is not None:
        found = one.agreement
        since = (
            _(
                "in force since %(day)s",
                day=day(found.effective_on, found.effective_precision),
            )
            if found.effective_on is not None
            else (found.effective_as_printed or _("in force since: not known"))
        )
        name = f"{found.name} ({found.short_name})" if found.short_name else found.name
        return joined([run(name, is_bold=True), label(found.kind), run(since), run(one.note)])
    if one.statistic is not None:
        figure = one.statistic
        return joined(
            [
                run(figure.title, is_bold=True),
                run(figure.as_printed),
                str(figure.year) if figure.year else _("year not known"),
                run(figure.source) if figure.source else _("source not known"),
                run(one.note),
            ]
        )
    return ""


def agenda(book: Book, clocks: TwoClocks) -> list[Block]:
    """The agenda by market day, each item on both clocks with both dates."""
    if not book.items:
        return paragraph(_("Nothing is on the agenda yet."), is_quiet=True)
    found: list[Block] = []
    for group in by_day(book.items, clocks.market):
        title = clocks.day(group.on) if group.on else _("No day yet")
        if group.on and not clocks.is_one:
            title = _("%(day)s in %(city)s", day=title, city=clocks.market_city)
        rows = [
            {"when": _when(item, clocks), "what": _what(item, book.coded_ids)}
            for item in group.items
        ]
        found.append({"k": "agenda", "title": title, "rows": rows})
    return found


def _when(item: AgendaItem, clocks: TwoClocks) -> list[Value]:
    """One line a clock: the hours, the city, the date there."""
    if item.starts_at is None:
        words = day(item.happens_on, item.happens_precision) if item.happens_on else ""
        if item.happens_precision is Precision.UNKNOWN and not item.happens_on:
            words = ""
        printed = item.happens_as_printed
        lines: list[Value] = [words] if words else []
        if printed:
            lines.append(quiet(_("as printed: “%(words)s”", words=printed)))
        return lines or [quiet(_("no day yet"))]
    moment = clocks.both(item.starts_at)
    home, market = clocks.hours(item)
    lines = [
        [run(home, is_bold=True), " ", clocks.home_city, " ", quiet(moment.home.day_text)],
    ]
    if not clocks.is_one:
        lines.append(
            [
                run(market, is_bold=True),
                " ",
                clocks.market_city,
                " ",
                quiet(moment.market.day_text),
            ]
        )
    return lines


def title_of(item: AgendaItem, coded_ids: frozenset[int]) -> Value:
    """What an item is called in print: one on a coded lead, by its code name alone."""
    if item.lead_id in coded_ids and item.lead is not None:
        return run(code_of(item.lead), is_bold=True)
    return run(item.title, is_bold=True)


def code_of(lead: Lead) -> str:
    """What a coded lead is called in print."""
    return lead.code_name or lead.reference or _("a company that is not named")


def _what(item: AgendaItem, coded_ids: frozenset[int]) -> list[Value]:
    first: list[Value] = [title_of(item, coded_ids), "  ", quiet(label(item.kind))]
    lines: list[Value] = [first, joined([label(item.standing), *_counts(item)])]
    if item.lead_id in coded_ids:
        return lines
    company = item.organization
    if company is not None:
        names = both_names(company.name, company.native_name, company.native_language)
        if company.name == item.title:
            names = [run(company.native_name, company.native_language)]
        lines.append(names if any(names) else "")
    for side, words in ((AgendaSide.THEIRS, _("Their side")), (AgendaSide.OURS, _("Our side"))):
        people = _people(item, side)
        if people:
            lines.append([quiet(f"{words}: "), joined(people, ", ")])
    lines.append(place_of(item))
    interpreter = interpreter_of(item)
    if interpreter:
        lines.append([quiet(f"{_('Interpreter')}: "), interpreter])
    return [line for line in lines if line not in ("", [])]


def _counts(item: AgendaItem) -> list[str]:
    found = []
    if item.count_qualifier:
        number = quantity(item.count, item.count_qualifier, None, compact=False)
        found.append(_("meetings: %(number)s", number=number))
    if item.guest_qualifier:
        number = quantity(item.guest_count, item.guest_qualifier, None, compact=False)
        found.append(_("guests: %(number)s", number=number))
    return found


def _people(item: AgendaItem, side: AgendaSide) -> list[Value]:
    found = []
    for one in item.attendees:
        value = _attendee(one) if one.side is side else ""
        if value:
            found.append(value)
    return found


def _attendee(one: AgendaAttendee) -> Value:
    if one.delegate is not None:
        return run(one.delegate.name)
    if one.contact is not None:
        who = one.contact
        return both_names(who.printed_name, who.native_name, glyphs(who.language))
    if one.name:
        return run(one.name)
    if one.organization is not None:
        return run(one.organization.name)
    return ""


def place_of(item: AgendaItem) -> Value:
    """Where an item is, and the link of the call."""
    found: list[Value] = [run(item.place)] if item.place else []
    if item.video_link:
        found.append(run(item.video_link, address=item.video_link))
    return joined(found)


def interpreter_of(item: AgendaItem) -> Value:
    """Whether somebody interprets, who, and whether they know what it is about."""
    if item.interpreter_need is None:
        return ""
    found: list[Value] = [
        label(item.interpreter_need),
        run(item.interpreter_languages),
        run(item.interpreter_provider),
    ]
    if item.interpreter_need is not InterpreterNeed.NONE:
        found.append(_("briefed") if item.is_interpreter_briefed else _("not briefed yet"))
    return joined(found, ", ")


def materials_of(item: AgendaItem) -> list[Value]:
    """The papers of an item by language, and whether each is ready."""
    return [
        joined(
            [
                run(one.title),
                language_name(one.language) if one.language else "",
                _("ready") if one.is_ready else _("not ready yet"),
            ],
            ", ",
        )
        for one in item.materials
    ]


def delegation(book: Book) -> list[Block]:
    """Who goes: name, title, where from, role, and whether they come."""
    if not book.delegates:
        return paragraph(_("Nobody is named yet."), is_quiet=True)
    rows = [
        [
            _delegate_name(one),
            run(one.title),
            run(_house_of(one)),
            label(one.role),
            label(one.attendance) or _("not known"),
        ]
        for one in book.delegates
    ]
    head = (_("Name"), _("Title"), _("Organization"), _("Role"), _("Attendance"))
    return [table(head, rows, (26, 24, 22, 16, 12))]


def _delegate_name(one: Delegate) -> Value:
    who = one.contact
    native = who.native_name if who is not None else None
    return both_names(one.name, native, glyphs(who.language) if who else None, is_bold=True)


def _house_of(one: Delegate) -> str | None:
    if one.organization is not None:
        return one.organization.name
    if one.user is not None and one.user.office is not None:
        return one.user.office.name
    return None


def promises(book: Book) -> list[Block]:
    """What was promised on the mission and is not done."""
    if not book.promises:
        return []
    rows = [
        [
            run(one.text)
            if one.lead_id not in book.coded_ids
            else quiet(_("see the lead's record")),
            _whom(one, book.coded_ids),
            run(one.owner.name) if one.owner else _("nobody yet"),
            day(one.due_on) if one.due_on else _("no day"),
        ]
        for one in book.promises
    ]
    head = (_("Promised"), _("To"), _("Owner"), _("Due"))
    return [table(head, rows, (46, 24, 16, 14))]


def _whom(one: object, coded_ids: frozenset[int]) -> Value:
    lead = getattr(one, "lead", None)
    if lead is not None:
        return run(code_of(lead) if lead.id in coded_ids else lead.title)
    organization = getattr(one, "organization", None)
    return run(organization.name) if organization is not None else ""


def left_out(book: Book) -> list[Block]:
    """What a long book says of the pages that it does not have."""
    if not book.chapters_left_out:
        return []
    return paragraph(
        ngettext(
            "%(num)d more organization has no page in this book.",
            "%(num)d more organizations have no page in this book.",
            book.chapters_left_out,
        ),
        is_quiet=True,
    )
