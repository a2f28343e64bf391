"""The words of letters of thanks: what ships in four languages, and how blanks are filled.

A template has placeholders in braces, and passages in square brackets that are left out where
something in them is not known. Nothing else in it means anything.
"""

import re
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from crm.web.formatting import language_of
from models.contact import Contact
from models.errors import DomainError, N_

KIND = "thank_you"
# Each under its own name, which needs no translation.
LANGUAGE_NAMES = {"en": "English", "fr": "Français", "ja": "日本語", "ko": "한국어"}
LANGUAGES = tuple(LANGUAGE_NAMES)
PLACEHOLDERS = ("name", "honorific", "company", "day", "topic", "sender", "office")
LONGEST = 6_000

SHIPPED = {
    "en": """[Re: {topic}]

Dear {honorific} {name},

Thank you for taking the time to meet with us[ on {day}]. Your views were of great value to us, \
and we will follow up on what we discussed.

If there is anything that we can do for you in the meantime, please do not hesitate to write to \
me. We look forward to staying in touch with you[ and your colleagues at {company}].

Yours sincerely,

{sender}
{office}""",
    "fr": """[Objet\u00a0: {topic}]

Bonjour {honorific} {name},

Je vous remercie sincèrement du temps que vous nous avez accordé[ le {day}]. Nos échanges nous \
ont été fort utiles, et nous donnerons suite aux points que nous avons abordés.

N’hésitez pas à m’écrire si nous pouvons vous être utiles d’ici là. Au plaisir de poursuivre la \
conversation avec vous[ et vos collègues chez {company}].

Veuillez recevoir mes salutations distinguées.

{sender}
{office}""",
    "ja": """{company}
{name}{honorific}

[件名：{topic}]

拝啓　時下ますますご清栄のこととお慶び申し上げます。

このたびは[{day}に]、ご多用のところ貴重なお時間を賜り、誠にありがとうございました。\
お話を伺い、大変勉強になりました。

頂戴いたしました件につきましては、改めてご連絡申し上げます。ご不明な点やご要望がございましたら、\
どうぞお気軽にお申し付けください。

またお目にかかれる日を心より楽しみにしております。末筆ながら、皆様のますますのご健勝とご発展を\
お祈り申し上げます。

敬具

{sender}
{office}""",
    "ko": """{company}
{name} {honorific}

[제목: {topic}]

안녕하십니까.

[지난 {day}, ]바쁘신 가운데 귀한 시간을 내어 주셔서 진심으로 감사드립니다. 들려주신 말씀은 \
저희에게 큰 도움이 되었습니다.

말씀하신 사항은 검토하여 다시 연락드리겠습니다. 궁금하신 점이나 필요하신 사항이 있으시면 언제든지 \
편하게 말씀해 주시기 바랍니다.

다시 뵙게 되기를 기대하며, 늘 건강하시고 하시는 일마다 큰 발전이 있으시기를 기원합니다.

감사합니다.

{sender} 드림
{office}""",
}

_PLACEHOLDER = re.compile(r"\{([a-z]*)\}")
_PASSAGE = re.compile(r"\[([^\[\]]*)\]")
_USUAL = {"ja": "様", "ko": "님"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a letter tells; an empty text is not known."""

    name: str
    honorific: str = ""
    company: str = ""
    day: date | None = None
    topic: str = ""
    sender: str = ""
    office: str = ""


def fill(template: str, facts: Facts, language: str) -> str:
    """The letter. Values are only ever text: a brace in a name means nothing."""
    values = {
        "name": facts.name,
        "honorific": facts.honorific,
        "company": facts.company,
        "day": day_words(facts.day, language),
        "topic": facts.topic,
        "sender": facts.sender,
        "office": facts.office,
    }

    def passage(match: re.Match[str]) -> str:
        named = _PLACEHOLDER.findall(match[1])
        return match[1] if all(values.get(name) for name in named) else ""

    lines: list[str] = []
    for line in _PASSAGE.sub(passage, template).replace("\r\n", "\n").split("\n"):
        kept = line
        for name, value in values.items():
            if not value:
                # The blank that set it off goes with it.
                kept = kept.replace("{" + name + "} ", "").replace(" {" + name + "}", "")
        filled = _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), kept).rstrip()
        is_gone = not filled.strip() and line.strip() != ""
        is_second_blank = not filled and (not lines or not lines[-1])
        if not is_gone and not is_second_blank:
            lines.append(filled)
    return "\n".join(lines).strip()


def check_template(text: str) -> str:
    """The text of a template, without blanks around it.

    Raises:
        DomainError: a placeholder that nothing stands for, none for the name, or a lone bracket.
    """
    text = text.strip().replace("\r\n", "\n")
    if not text or len(text) > LONGEST:
        raise DomainError(
            N_("Write the letter, in up to %(limit)s characters."), field="text", limit=LONGEST
        )
    unknown = sorted(set(_PLACEHOLDER.findall(text)) - set(PLACEHOLDERS))
    rest = _PLACEHOLDER.sub("", text)
    if unknown or "{" in rest or "}" in rest:
        raise DomainError(
            N_("Only these placeholders can be filled: %(names)s."),
            field="text",
            names=", ".join("{" + name + "}" for name in PLACEHOLDERS),
        )
    if "{name}" not in text:
        raise DomainError(N_("The letter has to name whom it thanks: {name}."), field="text")
    if any(sign in _PASSAGE.sub("", text) for sign in "[]"):
        raise DomainError(N_("Each square bracket needs its other half."), field="text")
    return text


def day_words(day: date | None, language: str) -> str:
    """A day as a letter in this language writes it."""
    if day is None:
        return ""
    return str(format_date(day, "long", locale="fr_CA" if language == "fr" else language))


def language_for(contact: Contact | None, name: str) -> str:
    """The language to write in: as the record says, else as the name's own letters tell."""
    said = (contact.language or "").partition("-")[0] if contact is not None else ""
    if said in LANGUAGES:
        return said
    if not said:
        for text in (contact.native_name if contact is not None else None, name):
            found = language_of(text) if text else None
            if found in LANGUAGES:
                return found
    return "en"


def name_for(contact: Contact, language: str) -> str:
    """The name as a letter in this language writes it: in its own script where that is read."""
    if language in _USUAL:
        native = contact.native_name
        is_read = native is not None and language_of(native) == language
        return native if native is not None and is_read else contact.printed_name
    if language_of(contact.printed_name) is not None and contact.romanized_name:
        return contact.romanized_name
    return contact.printed_name


def honorific_for(contact: Contact | None, language: str) -> str:
    """What goes with the name. A title that tells a sex is never guessed: then there is none."""
    own = (contact.honorific or "").strip() if contact is not None else ""
    if language == "ko":
        title = (contact.native_title or "").strip() if contact is not None else ""
        if title and language_of(title) == "ko":
            return f"{title.removesuffix('님')}님"
    if language in _USUAL:
        return own if language_of(own) == language else _USUAL[language]
    # "Dr." belongs before a name in these languages, "-san" and 様 do not.
    return own if own and language_of(own) is None and not own.startswith("-") else ""
