"""Catalogues are compiled when they changed."""

import gettext
import re
import sys
from pathlib import Path

import pytest

from crm.setup.layout import Layout
from crm.setup.report import SetupError
from crm.setup.translations import Translations

CATALOGUE = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: fr\\n"

msgid "Lead"
msgstr "{translation}"
"""


@pytest.fixture
def catalogue(layout: Layout) -> Path:
    """A French catalogue, in a checkout whose environment is the one that runs the tests."""
    layout.scripts.mkdir(parents=True)
    layout.python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    layout.python.chmod(0o755)
    catalogue = layout.translations / "fr" / "LC_MESSAGES" / "messages.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(CATALOGUE.format(translation="Dossier"), encoding="utf-8")
    return catalogue


def test_nothing_to_compile_is_done(layout: Layout) -> None:
    assert Translations(layout).is_done()


def test_a_catalogue_is_compiled_and_again_when_it_changed(layout: Layout, catalogue: Path) -> None:
    translations = Translations(layout)
    assert not translations.is_done()
    translations.do()
    assert translations.is_done()
    assert french(layout) == "Dossier"

    catalogue.write_text(CATALOGUE.format(translation="Piste"), encoding="utf-8")
    assert not translations.is_done()
    translations.do()
    assert french(layout) == "Piste"


def test_a_deleted_result_is_compiled_again(layout: Layout, catalogue: Path) -> None:
    translations = Translations(layout)
    translations.do()
    catalogue.with_suffix(".mo").unlink()
    assert not translations.is_done()


@pytest.mark.parametrize(
    ("addition", "complaint"),
    [
        (
            '#, python-format\nmsgid "%(n)s left"\nmsgstr "reste %(nombre)s"\n',
            r"messages\.po:\d+: unknown named placeholder 'nombre'",
        ),
        ('msgid "Lead', r"messages\.po: .*on \d+"),
    ],
    ids=["another placeholder", "half a line"],
)
def test_a_wrong_catalogue_stops_the_setup_and_is_named(
    layout: Layout,
    catalogue: Path,
    capsys: pytest.CaptureFixture[str],
    addition: str,
    complaint: str,
) -> None:
    with catalogue.open("a", encoding="utf-8") as file:
        file.write(f"\n{addition}")
    with pytest.raises(SetupError, match="Compiling the translations failed"):
        Translations(layout).do()
    assert re.search(complaint, capsys.readouterr().err)
    assert not Translations(layout).is_done()


def french(layout: Layout) -> str:
    """What a French reader sees for the word."""
    with (layout.translations / "fr" / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        return gettext.GNUTranslations(file).gettext("Lead")
