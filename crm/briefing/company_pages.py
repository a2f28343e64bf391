"""The page of one company: its names, its people, what we know, and what to say."""

from collections.abc import Iterable

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
from crm.briefing.chapter_queries import Peer
from crm.briefing.chapters import Chapter
from crm.briefing.clocks import TwoClocks
from crm.briefing.mission_pages import (
    citations,
    code_of,
    interpreter_of,
    materials_of,
    place_of,
    title_of,
)
from crm.briefing.reading import Book
from crm.briefing.relatives import Relative
from crm.contacts.addressing import address_of
from crm.labels import label
from crm.organizations.choices import in_reading_language, month_name
from crm.organizations.words import INVERSE_LABELS, glyphs
from crm.scores.bands import band
from crm.scores.states import ScoreState, Standing
from crm.scores.wording import reason_texts
from crm.web.formatting import chance, country_name, day
from crm.wording import amount, jobs
from models.contact import Contact
from models.lead import Lead
from models.organization import NameKind, Organization
from models.reference import Willingness
from models.score import Score
from models.stage import StageCode

_FORMER = frozenset({NameKind.FORMER})
_HEAD_KINDS = (NameKind.LEGAL, NameKind.OFFICIAL_ENGLISH)


def chapter_page(chapter: Chapter, book: Book, clocks: TwoClocks) -> dict[str, Value]:
    """One chapter: its heading and its blocks."""
    if chapter.organization is None:
        return _lead_alone(chapter, book, clocks)
    firm = chapter.organization
    blocks = [
        *facts(_who(firm, chapter)),
        *section(_("On the agenda"), *_on_agenda(chapter, book, clocks)),
        *section(_("People, and how to address them"), _people(chapter)),
        *_leads(chapter),
        *section(_("What we know of each other"), *_history(chapter)),
        *section(_("Open promises"), _promises(chapter)),
        *section(_("Who can vouch for us"), _peers(chapter.peers)),
        *section(_("Agreements and figures cited"), citations(chapter.citations)),
    ]
    return {
        "title": run(firm.name),
        "native": run(firm.native_name, firm.native_language)
        if firm.native_name and firm.native_name != firm.name
        else "",
        "blocks": blocks,
    }


def _lead_alone(chapter: Chapter, book: Book, clocks: TwoClocks) -> dict[str, Value]:
    [lead] = chapter.leads
    is_coded = lead.id in book.coded_ids
    return {
        "title": run(code_of(lead) if is_coded else lead.title),
        "native": "",
        "blocks": [
            *paragraph(_coded_note() if is_coded else "", is_quiet=True),
            *section(_("On the agenda"), *_on_agenda(chapter, book, clocks)),
            *section(_("The lead"), _lead(lead, chapter, is_coded=is_coded)),
        ],
    }


def _coded_note() -> str:
    return _("The company is not named in this copy. The lead's record tells more.")


def _who(firm: Organization, chapter: Chapter) -> list[tuple[str, Value]]:
    names = [one for one in firm.names if one.text not in (firm.name, firm.native_name)]
    legal = [one for one in names if one.kind in _HEAD_KINDS]
    others = [one for one in names if one.kind not in {*_HEAD_KINDS, *_FORMER}]
    former = [one for one in names if one.kind in _FORMER]
    return [
        (_("Legal names"), joined(_each_once((one.text, one.language) for one in legal))),
        (
            _("Also called"),
            joined(
                [run(one.text, one.language), quiet(f" {label(one.kind)}")] for one in others[:6]
            ),
        ),
        (_("Former names"), joined(run(one.text, one.language) for one in former[:3])),
        (
            _("Seat"),
            joined([run(firm.city), country_name(firm.country) if firm.country else ""], ", "),
        ),
        (
            _("Sector"),
            in_reading_language(firm.sector.name_en, firm.sector.name_fr) if firm.sector else "",
        ),
        (_("What it is to us"), ", ".join(label(one.role) for one in firm.roles)),
        (
            _("Its part in the mission"),
            joined(
                joined([label(part.role) if part.role else "", run(part.part)], ", ")
                for part in chapter.parts
            ),
        ),
        (_("Its facilities here"), joined((run(site) for site in _sites(firm)), "; ")),
        (_("Group and parent"), joined((_relative(one) for one in chapter.relatives), "; ")),
        (
            _("Fiscal year ends in"),
            month_name(firm.fiscal_year_end_month) if firm.fiscal_year_end_month else "",
        ),
        (_("In short"), run(firm.description)),
    ]


def _each_once(names: Iterable[tuple[str, str | None]]) -> list[Value]:
    """Names, each once."""
    return [run(text, language) for text, language in dict(names).items()]


def _sites(firm: Organization) -> list[str]:
    return [
        ", ".join(filter(None, (label(site.role) if site.role else None, site.name, site.city)))
        or _("a facility")
        for site in firm.sites
    ]


def _relative(one: Relative) -> list[Value]:
    """ "Its parent: X, which is here in Windsor"."""
    if one.kind is None:
        words = _("further in the family")
    else:
        words = str(INVERSE_LABELS[one.kind] if not one.is_inverse else label(one.kind))
    names = both_names(one.name, one.native_name, one.native_language)
    found: list[Value] = [quiet(f"{words} "), *names]
    if one.is_here:
        cities = ", ".join(city for city in one.cities if city)
        here = _("here in %(cities)s", cities=cities) if cities else _("is here")
        found.append(f" ({here})")
    return found


def _on_agenda(chapter: Chapter, book: Book, clocks: TwoClocks) -> Iterable[list[Block]]:
    for item in chapter.items:
        is_coded = item.lead_id in book.coded_ids
        if item.starts_at is not None:
            when = clocks.line(item.starts_at)
        elif item.happens_on is not None:
            when = day(item.happens_on, item.happens_precision)
        else:
            when = item.happens_as_printed or _("no day yet")
        yield paragraph(
            joined(
                [
                    [title_of(item, book.coded_ids), " ", quiet(label(item.kind))],
                    when,
                    label(item.standing),
                ]
            )
        )
        if is_coded:
            continue
        yield facts(
            [
                (_("Where"), place_of(item)),
                (_("Purpose"), run(item.purpose)),
                (_("Interpreter"), interpreter_of(item)),
                (_("Documents"), joined(materials_of(item), "; ")),
            ]
        )
        yield _titled(_("Talking points"), text_lines(item.talking_points))
        yield _titled(_("Protocol"), text_lines(item.protocol_notes))


def _titled(title: str, lines: list[Value]) -> list[Block]:
    if not lines:
        return []
    return [*paragraph(run(title, is_bold=True)), *bullets(lines)]


def _people(chapter: Chapter) -> list[Block]:
    if not chapter.people:
        return paragraph(_("Nobody is on file."), is_quiet=True)
    rows = [
        [
            [
                *_name(one),
                *([" ", quiet(_("attends"))] if one.id in chapter.attending else []),
            ],
            run(one.reading, glyphs(one.language)),
            joined(
                [
                    run(one.native_title, glyphs(one.language)),
                    run(one.title),
                    quiet(label(one.seniority)) if one.seniority and not one.title else "",
                    quiet(one.department)
                    if one.department and one.department not in (one.title or "")
                    else "",
                ]
            ),
            _address(one),
        ]
        for one in chapter.people
    ]
    head = (_("Name"), _("Reading"), _("Title"), _("How to address"))
    left = chapter.people_left_out
    return [
        table(head, rows, (30, 16, 32, 22)),
        *paragraph(
            ngettext("%(num)d more person is on file.", "%(num)d more people are on file.", left)
            if left
            else "",
            is_quiet=True,
        ),
    ]


def _name(one: Contact) -> list[Value]:
    return both_names(one.printed_name, one.native_name, glyphs(one.language), is_bold=True)


def _address(one: Contact) -> Value:
    address = address_of(one)
    found = joined([run(address.spoken), run(address.written, address.language)], "; ")
    return found or quiet(_("not known"))


def _leads(chapter: Chapter) -> list[Block]:
    found: list[Block] = []
    for lead in chapter.leads:
        title = _("The lead") if len(chapter.leads) == 1 else _("Lead: %(title)s", title=lead.title)
        found += section(title, _lead(lead, chapter, is_coded=False))
    return found


def _lead(lead: Lead, chapter: Chapter, *, is_coded: bool) -> list[Block]:
    score = chapter.scores.get(lead.id)
    sector = lead.sector
    words: list[tuple[str, Value]] = [
        (
            _("Where it stands"),
            joined(
                [
                    run(label(lead.stage), is_bold=True),
                    label(lead.status),
                    _("since %(day)s", day=day(lead.stage_since)) if lead.stage_since else "",
                ]
            ),
        ),
        (_("Type"), joined([label(lead.lead_type), label(lead.direction)])),
        (_("Sector"), in_reading_language(sector.name_en, sector.name_fr) if sector else ""),
        (_("Investment"), amount(lead)),
        (_("Jobs"), jobs(lead)),
        (_("Owner"), run(lead.owner.name) if lead.owner else _("nobody yet")),
    ]
    if not is_coded:
        words += [
            (_("What they need"), run(lead.need)),
            (_("What drives it"), run(lead.drivers)),
            (_("When they want it"), run(lead.timing)),
            (_("Competing places"), run(lead.competing_places)),
            (_("What the site needs"), run(lead.requirements)),
            (
                _("Next step"),
                joined(
                    [run(lead.next_action), day(lead.next_action_on) if lead.next_action_on else ""]
                ),
            ),
        ]
    words += [(_("Chance"), _chance(lead, score, chapter.standings.get(lead.id)))]
    return [*facts(words), *(_reasons(score) if score is not None else [])]


def _chance(lead: Lead, score: Score | None, standing: Standing | None) -> Value:
    """The chance as an estimate with its range and what it rests on, never more."""
    if lead.stage is StageCode.ANNOUNCED or not lead.status.is_open:
        return ""
    word = standing.word if standing else ""
    if standing is not None and standing.state is ScoreState.SET and lead.chance is not None:
        return joined(
            [[run(label(band(lead.chance)), is_bold=True), " ", chance(lead.chance)], word]
        )
    if score is None:
        return _("Not computed yet.")
    return joined(
        [
            [
                run(label(band(score.probability)), is_bold=True),
                " ",
                _(
                    "%(chance)s (%(low)s to %(high)s)",
                    chance=chance(score.probability),
                    low=chance(score.low),
                    high=chance(score.high),
                ),
            ],
            _("announced within 12 months: %(chance)s", chance=chance(score.within_365)),
            word or label(score.basis),
        ]
    )


def _reasons(score: Score) -> list[Block]:
    texts = reason_texts(score.reasons, limit_up=2, limit_down=1)
    return bullets(
        [quiet(_("For:") if one.is_up else _("Against:")), " ", run(one.text)] for one in texts
    )


def _history(chapter: Chapter) -> Iterable[list[Block]]:
    yield bullets(
        joined(
            [
                run(day(row.happened_on, row.happened_precision), is_bold=True),
                label(row.kind),
                run(row.summary),
                quiet(row.author.name) if row.author else "",
            ]
        )
        for row in chapter.conversations
    )
    if not chapter.conversations:
        yield paragraph(_("No conversation is on file."), is_quiet=True)
    yield facts(
        [
            (
                _("Company visits (BR+E)"),
                joined((_visited(visit) for visit in chapter.visits), "; "),
            ),
            (
                _("Announced"),
                joined(
                    (
                        joined(
                            [
                                day(one.announced_on, one.announced_precision),
                                run(one.title),
                                label(one.kind),
                            ],
                            ", ",
                        )
                        for one in chapter.announcements
                    ),
                    "; ",
                ),
            ),
        ]
    )


def _visited(visit: object) -> Value:
    on = getattr(visit, "visited_on", None)
    if on is None:
        return getattr(visit, "visited_as_printed", None) or _("day not known")
    return day(on, getattr(visit, "visited_precision", None))


def _promises(chapter: Chapter) -> list[Block]:
    return bullets(
        joined(
            [
                run(one.text),
                run(one.owner.name) if one.owner else _("nobody yet"),
                _("due %(day)s", day=day(one.due_on)) if one.due_on else _("no day"),
            ]
        )
        for one in chapter.promises[:8]
    )


def _peers(peers: Iterable[Peer]) -> list[Block]:
    return bullets(_peer(one) for one in peers)


def _peer(one: Peer) -> Value:
    reference = one.reference
    firm = reference.organization
    asked = (
        ngettext("asked %(num)d time", "asked %(num)d times", one.asked_count)
        if one.asked_count
        else _("not asked yet")
    )
    if one.last_asked_on:
        asked = _("%(asked)s, last on %(day)s", asked=asked, day=day(one.last_asked_on))
    return joined(
        [
            both_names(firm.name, firm.native_name, firm.native_language, is_bold=True),
            run(reference.contact.printed_name) if reference.contact else "",
            label(reference.willingness) if reference.willingness is Willingness.ASK_FIRST else "",
            run(reference.languages),
            asked,
        ]
    )
