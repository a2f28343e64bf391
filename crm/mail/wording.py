"""Sentences and moments of a letter, in the language of the one who reads it.

A letter is written where there is no request: by a command, or by a duty of the worker.
"""

import gettext
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from babel.dates import format_datetime

from crm.timezones import zone
from models.user import Language

_FOLDER = Path(__file__).resolve().parents[1] / "translations"


def say(message: str, language: Language, **params: object) -> str:
    """A sentence marked with `N_`, with its named places filled."""
    text = _catalog(language).gettext(message)
    return text % params if params else text


def say_moment(moment: datetime, zone_name: str, language: Language) -> str:
    """Weekday, day, hour and city: Tue 24 Nov 16:40 (Toronto)."""
    local = moment.astimezone(zone(zone_name))
    text = format_datetime(local, "EEE d MMM HH:mm", locale=language.value)
    return f"{text} ({zone_name.rsplit('/', 1)[-1].replace('_', ' ')})"


@lru_cache(maxsize=4)
def _catalog(language: Language) -> gettext.NullTranslations:
    return gettext.translation("messages", _FOLDER, [language.value], fallback=True)
