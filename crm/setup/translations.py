"""Catalogues: the .po files that people edit, compiled to the .mo files that are read."""

from dataclasses import dataclass
from pathlib import Path

from crm.setup.layout import Layout
from crm.setup.report import say
from crm.setup.stamp import Stamp, digest
from crm.setup.tools import run_tool


@dataclass(frozen=True, slots=True)
class Translations:
    """Every catalogue under crm/translations, by the Babel in the environment."""

    layout: Layout

    def is_done(self) -> bool:
        catalogues = self._catalogues()
        return all(file.with_suffix(".mo").exists() for file in catalogues) and (
            not catalogues or self._stamp.read() == self._key(catalogues)
        )

    def do(self) -> None:
        say("Compiling the translations ...")
        catalogues = self._catalogues()
        run_tool(
            self.layout,
            "Compiling the translations",
            *(self.layout.python, "-I", Path(__file__).with_name("compile_catalogues.py")),
            *catalogues,
        )
        self._stamp.write(self._key(catalogues))

    def _catalogues(self) -> list[Path]:
        return sorted(self.layout.translations.glob("*/LC_MESSAGES/*.po"))

    @property
    def _stamp(self) -> Stamp:
        return Stamp(self.layout.stamps / "translations")

    def _key(self, catalogues: list[Path]) -> str:
        places = " ".join(
            file.relative_to(self.layout.translations).as_posix() for file in catalogues
        )
        return f"{digest(*catalogues)} {places}"
