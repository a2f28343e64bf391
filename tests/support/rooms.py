"""An import-linter contract for the rooms of the house, whichever rooms there are."""

from collections.abc import Iterator, Sequence
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class RoomsContract(Contract):
    """No room imports another room's private modules, and nobody imports the rooms on top.

    Unlike the contracts that come with import-linter, it names no room but
    those on top, so a new room is under it from its first import.
    """

    # Fields when the class is read, their values once the contract is made.
    house = cast(str, fields.StringField())
    private = cast("list[str]", fields.ListField(subfield=fields.StringField()))
    top = cast("list[str]", fields.ListField(subfield=fields.StringField()))
    doors = cast("list[str]", fields.ListField(subfield=fields.StringField()))
    shared = cast("list[str]", fields.ListField(subfield=fields.StringField()))

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at every import from one room into another."""
        broken = [
            f"{importer} -> {imported} (line {line}): {reason}"
            for importer, imported, reason in self._intrusions(graph)
            for line in self._lines(graph, importer, imported)
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line an import."""
        for line in check.metadata["broken"]:
            output.print_error(line, bold=False)

    def _intrusions(self, graph: ImportGraph) -> Iterator[tuple[str, str, str]]:
        for imported in sorted(graph.modules):
            room, *inside = self._address(imported)
            if not room or room in self.shared:
                continue
            for importer in sorted(graph.find_modules_that_directly_import(imported)):
                if self._address(importer)[0] in (room, *self.doors):
                    continue
                if room in self.top:
                    yield importer, imported, f"{room} stands on top"
                elif self._is_private(inside):
                    yield importer, imported, f"private to {room}"

    def _address(self, module: str) -> Sequence[str]:
        """The parts of the name below the house; ("",) for what is not in a room."""
        house, *parts = module.split(".")
        return parts if house == self.house and parts else ("",)

    def _is_private(self, inside: Sequence[str]) -> bool:
        # `forms`, and `decision_path_forms` where a room has several.
        return any(part.rpartition("_")[2] in self.private for part in inside)

    @staticmethod
    def _lines(graph: ImportGraph, importer: str, imported: str) -> list[int]:
        details = graph.get_import_details(importer=importer, imported=imported)
        return [detail["line_number"] for detail in details]
