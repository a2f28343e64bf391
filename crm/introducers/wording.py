"""What introducers are, and what the client says of them, in words."""

from typing import Any

from flask_babel import lazy_gettext as _l

from crm.introducers.filters import IntroducerKind
from crm.introducers.report import Word

KINDS: dict[IntroducerKind, Any] = {
    IntroducerKind.JETRO: "JETRO",
    IntroducerKind.KOTRA: "KOTRA",
    IntroducerKind.ORGANIZATION: _l("Other organization"),
    IntroducerKind.OFFICE: _l("Office of ours"),
    IntroducerKind.PERSON: _l("Person"),
    IntroducerKind.NAMED: _l("Name on no record"),
}
WORDS: dict[Word, Any] = {
    Word.CONFIRMED: _l("confirmed by the client"),
    Word.DECLINED: _l("the client declined to confirm it"),
    Word.ASKED: _l("the client was asked"),
    Word.NONE: _l("not confirmed"),
}
