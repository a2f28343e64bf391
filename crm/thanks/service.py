"""Commands on letters of thanks: proposing all of a mission's at once, saying one better, sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm.thanks.queries import Met, list_letters, list_met, list_unthanked, load_templates
from crm.thanks.wording import (
    KIND,
    LANGUAGES,
    LONGEST,
    SHIPPED,
    Facts,
    check_template,
    fill,
    honorific_for,
    language_for,
    name_for,
)
from models.agenda import AgendaItem
from models.card import LetterTemplate, ThankYou
from models.contact import Contact
from models.errors import DomainError, ForbiddenError, N_
from models.lead import Lead
from models.mission import Mission
from models.organization import Organization
from models.user import Actor, Office, User

# What a host expects: the domain's default.
DUE_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class LetterDetails:
    """What is said of a letter. A text that was never touched follows the rest."""

    person_name: str
    language: str
    text: str
    honorific: str | None = None
    sender_id: int | None = None
    sender_name: str | None = None
    due_on: date | None = None


def propose_letters(
    session: Session, mission: Mission, *, actor: Actor, now: datetime
) -> list[ThankYou]:
    """A letter for everybody who was met on a mission and has none, each ready to be read once."""
    _must_write(actor)
    templates = load_templates(session)
    letters = list_letters(session, mission)
    made = []
    for one in list_unthanked(session, mission, letters, otherwise=actor.office_time_zone):
        letter = _letter(session, mission, one, templates, actor=actor, now=now)
        try:
            with session.begin_nested():
                session.add(letter)
        except IntegrityError:
            # A team thanks them already, for what nobody else knows of.
            continue
        made.append(letter)
    session.flush()
    return made


def revise_letter(
    session: Session, letter: ThankYou, details: LetterDetails, *, actor: Actor
) -> None:
    """Say a letter better. Its text is made anew with the rest, as long as nobody touched it.

    Raises:
        DomainError: it is sent, or has no name, no text or a language that no template has.
    """
    _must_write(actor)
    _must_be_unsent(letter)
    name, text = details.person_name.strip(), details.text.strip().replace("\r\n", "\n")
    if not name:
        raise DomainError(N_("Say whom the letter thanks."), field="person_name")
    if details.language not in LANGUAGES:
        raise DomainError(N_("Choose a language that letters are written in."), field="language")
    if not text or len(text) > LONGEST:
        raise DomainError(
            N_("Write the letter, in up to %(limit)s characters."), field="text", limit=LONGEST
        )
    is_untouched = text == letter.text and text == _text(session, letter, actor=actor)
    if letter.contact is not None and details.language != letter.language:
        # Each language writes the name its own way, unless somebody wrote another.
        if name == name_for(letter.contact, letter.language):
            name = name_for(letter.contact, details.language)
        honorific = details.honorific or ""
        if honorific == honorific_for(letter.contact, letter.language):
            honorific = honorific_for(letter.contact, details.language)
    else:
        honorific = details.honorific or ""
    letter.person_name = name
    letter.language = details.language
    letter.honorific = honorific.strip() or None
    letter.sender_id = details.sender_id
    letter.sender_name = (details.sender_name or "").strip() or None
    letter.due_on = details.due_on
    session.flush()
    session.refresh(letter, ["sender"])
    letter.text = _text(session, letter, actor=actor) if is_untouched else text
    session.flush()


def rewrite_letter(session: Session, letter: ThankYou, *, actor: Actor) -> None:
    """Make a letter's text anew from the template."""
    _must_write(actor)
    _must_be_unsent(letter)
    letter.text = _text(session, letter, actor=actor)
    session.flush()


def mark_sent(
    session: Session,
    letters: Sequence[ThankYou],
    *,
    is_sent: bool,
    actor: Actor,
    now: datetime,
) -> int:
    """Say that letters went out, or did not after all; how many that changed."""
    _must_write(actor)
    changed = [letter for letter in letters if (letter.sent_at is not None) is not is_sent]
    for letter in changed:
        letter.sent_at = now if is_sent else None
    session.flush()
    return len(changed)


def drop_letter(session: Session, letter: ThankYou, *, actor: Actor) -> None:
    """Take a letter away that nobody is to get.

    Raises:
        DomainError: it went out.
    """
    _must_write(actor)
    _must_be_unsent(letter)
    session.delete(letter)
    session.flush()


def set_template(
    session: Session, language: str, text: str, *, actor: Actor, now: datetime
) -> None:
    """Keep the office's own wording in one language; the shipped one again where it is the same.

    Letters that are written already stay as they are.

    Raises:
        ForbiddenError: the actor does not direct the office.
        DomainError: no such language, or a placeholder that nothing stands for.
    """
    if not actor.may_direct:
        raise ForbiddenError(N_("A manager sets the wording that everybody's letters start from."))
    if language not in LANGUAGES:
        raise DomainError(N_("Choose a language that letters are written in."), field="language")
    text = check_template(text)
    own = session.get(LetterTemplate, (KIND, language))
    if text == SHIPPED[language]:
        if own is not None:
            session.delete(own)
    elif own is None:
        session.add(LetterTemplate(kind=KIND, language=language, text=text, changed_at=now))
    else:
        own.text, own.changed_at = text, now
    session.flush()


def facts_of(session: Session, letter: ThankYou, *, actor: Actor) -> Facts:
    """What a letter tells, as the records say now."""
    mission = session.get_one(Mission, letter.mission_id)
    session.refresh(mission, ["markets"])
    everybody = list_met(session, mission, otherwise=actor.office_time_zone)
    met = next((one for one in everybody if _is_of(letter, one)), None)
    item = session.get(AgendaItem, letter.item_id) if letter.item_id is not None else None
    return _facts(
        session,
        letter,
        letter.contact,
        company=met.company if met is not None else "",
        day=met.day if met is not None else None,
        item=item,
        actor=actor,
    )


def _is_of(letter: ThankYou, met: Met) -> bool:
    if letter.contact_id is not None:
        return met.contact is not None and met.contact.id == letter.contact_id
    # A name on no record may have been written better since: then the table says who it was.
    return met.contact is None and met.item is not None and met.item.id == letter.item_id


def _letter(
    session: Session,
    mission: Mission,
    met: Met,
    templates: dict[str, str],
    *,
    actor: Actor,
    now: datetime,
) -> ThankYou:
    language = language_for(met.contact, met.name)
    teams = [one.team_id for one in (met.item, met.contact) if one is not None]
    letter = ThankYou(
        mission_id=mission.id,
        item_id=met.item.id if met.item is not None else None,
        contact_id=met.contact.id if met.contact is not None else None,
        team_id=next((team for team in teams if team is not None), None),
        person_name=name_for(met.contact, language) if met.contact is not None else met.name,
        sender_id=met.sender_id or (None if met.sender_name else actor.id),
        sender_name=met.sender_name,
        language=language,
        honorific=honorific_for(met.contact, language) or None,
        due_on=met.day + DUE_WITHIN if met.day is not None else None,
        created_at=now,
        is_demo=mission.is_demo,
        text="",
    )
    facts = _facts(
        session,
        letter,
        met.contact,
        company=met.company,
        day=met.day,
        item=met.item,
        actor=actor,
    )
    letter.text = fill(templates[language], facts, language)
    return letter


def _facts(
    session: Session,
    letter: ThankYou,
    contact: Contact | None,
    *,
    company: str,
    day: date | None,
    item: AgendaItem | None,
    actor: Actor,
) -> Facts:
    firm = contact.organization if contact is not None else None
    if firm is not None and letter.language in ("ja", "ko") and firm.native_name:
        company = firm.native_name
    sender = session.get(User, letter.sender_id) if letter.sender_id is not None else None
    office_id = sender.office_id if sender is not None else actor.office_id
    office = session.get(Office, office_id) if office_id is not None else None
    return Facts(
        name=letter.person_name,
        honorific=letter.honorific or "",
        company=company,
        day=day,
        topic=_topic(session, item),
        sender=letter.sender_name or (sender.name if sender is not None else ""),
        office=office.name if office is not None else "",
    )


def _topic(session: Session, item: AgendaItem | None) -> str:
    """What the table was about, in words that somebody chose.

    An item without a title of its own is called as its lead or its company: nobody is thanked for
    a talk on the name of their company, and a lead's name, or code name, is our own affair.
    """
    if item is None:
        return ""
    ours: set[str | None] = set()
    lead = session.get(Lead, item.lead_id) if item.lead_id is not None else None
    if lead is not None:
        ours |= {lead.title, lead.code_name}
    organization = (
        session.get(Organization, item.organization_id)
        if item.organization_id is not None
        else None
    )
    if organization is not None:
        ours |= {organization.name, organization.native_name}
    return "" if item.title in ours else item.title


def _text(session: Session, letter: ThankYou, *, actor: Actor) -> str:
    template = load_templates(session)[letter.language]
    return fill(template, facts_of(session, letter, actor=actor), letter.language)


def _must_be_unsent(letter: ThankYou) -> None:
    if letter.sent_at is not None:
        raise DomainError(N_("This letter is marked as sent: it stays as it went out."))


def _must_write(actor: Actor) -> None:
    if not actor.may_write:
        raise ForbiddenError
