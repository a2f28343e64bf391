"""The contract between the rooms, on a house that was drawn for it."""

import tomllib

import pytest
from grimp import ImportGraph

from crm.setup.bootstrap import ROOT
from tests.support.rooms import RoomsContract


def intrusions(importer: str, imported: str) -> list[str]:
    """What the contract, as pyproject.toml configures it, says of one import."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    options = next(
        contract
        for contract in project["tool"]["importlinter"]["contracts"]
        if contract["type"] == "rooms"
    )
    contract = RoomsContract(options["name"], {"root_packages": ["crm"]}, options)
    graph = ImportGraph()
    graph.add_import(importer=importer, imported=imported, line_number=3, line_contents="import it")
    check = contract.check(graph, verbose=False)
    broken: list[str] = check.metadata["broken"]
    assert check.kept is not bool(broken)
    return broken


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("crm.leads.views", "crm.leads.forms"),
        ("crm.leads.views", "crm.organizations.queries"),
        ("crm.leads.board.views", "crm.leads.views"),
        ("crm.app", "crm.home.views"),
        ("crm.cli.users", "crm.admin.service"),
        ("crm.leads.forms", "crm.web.forms"),
        ("crm.home.views", "crm.leads.queries"),
        ("scoring.model", "models.lead"),
    ],
)
def test_what_is_allowed(importer: str, imported: str) -> None:
    assert intrusions(importer, imported) == []


@pytest.mark.parametrize(
    ("importer", "imported", "reason"),
    [
        ("crm.missions.views", "crm.leads.views", "private to leads"),
        ("crm.missions.service", "crm.leads.forms", "private to leads"),
        ("crm.missions.views", "crm.leads.party_forms", "private to leads"),
        ("crm.missions.views", "crm.leads.views.board", "private to leads"),
        ("crm.leads.queries", "crm.home.queries", "home stands on top"),
        ("crm.database", "crm.reports.queries", "reports stands on top"),
    ],
)
def test_what_is_not(importer: str, imported: str, reason: str) -> None:
    assert intrusions(importer, imported) == [f"{importer} -> {imported} (line 3): {reason}"]
