"""The assets as the browser gets them, from the packages as npm fetched them."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from crm.setup.bootstrap import ROOT
from crm.setup.frontend import ASSETS, VendorAssets
from crm.setup.icons import SVG, read_icon_names, write_sprite
from crm.setup.layout import Layout
from crm.setup.report import SetupError

REAL = Layout(ROOT)
DRAWINGS = REAL.node_modules / "@tabler" / "icons" / "icons" / "outline"


@pytest.fixture
def checkout(layout: Layout) -> Layout:
    """A checkout with the real packages and an icon list of its own."""
    layout.frontend.mkdir(parents=True)
    layout.node_modules.symlink_to(REAL.node_modules)
    for name in ("package.json", "package-lock.json"):
        (layout.frontend / name).write_bytes((REAL.frontend / name).read_bytes())
    (layout.frontend / "licenses").symlink_to(REAL.frontend / "licenses")
    (layout.frontend / "icons.txt").write_text("# why\nuser\n\nhome\nuser\n", encoding="utf-8")
    return layout


def test_the_assets_stand_with_their_licences(checkout: Layout) -> None:
    assets = VendorAssets(checkout)
    assets.do()

    assert assets.is_done()
    for _, file in ASSETS:
        assert (checkout.vendor / Path(file).name).stat().st_size > 10_000
    for licence in (checkout.vendor / "LICENSES").iterdir():
        assert licence.stat().st_size > 150
    assert not checkout.vendor.with_name(".vendor-unfinished").exists()


def test_a_new_icon_is_built_at_the_next_start(checkout: Layout) -> None:
    assets = VendorAssets(checkout)
    assets.do()
    with (checkout.frontend / "icons.txt").open("a", encoding="utf-8") as file:
        file.write("phone\n")

    assert not assets.is_done()
    assets.do()

    assert symbols(checkout.vendor / "icons.svg") == ["home", "phone", "user"]


def test_deleted_assets_are_built_again(checkout: Layout) -> None:
    assets = VendorAssets(checkout)
    assets.do()
    (checkout.vendor / ".stamp").unlink()
    assert not assets.is_done()


def test_the_sprite_takes_the_colour_of_its_place(tmp_path: Path) -> None:
    sprite = tmp_path / "icons.svg"
    write_sprite(["home"], DRAWINGS, sprite)

    symbol = ET.parse(sprite).getroot()[0]
    assert symbol.get("stroke") == "currentColor"
    assert symbol.get("fill") == "none"
    assert [shape.tag for shape in symbol] == [f"{{{SVG}}}path"] * 3


def test_an_icon_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="does not draw: no-such-icon"):
        write_sprite(["home", "no-such-icon"], DRAWINGS, tmp_path / "icons.svg")


def test_the_served_sprite_holds_what_the_list_names() -> None:
    names = read_icon_names(REAL.frontend / "icons.txt")
    assert symbols(REAL.vendor / "icons.svg") == names


def test_the_lock_names_no_registry_and_pins_by_hash() -> None:
    lock = json.loads((REAL.frontend / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    for name, entry in packages.items():
        assert "resolved" not in entry, name
        assert entry["integrity"].startswith("sha512-"), name


def symbols(sprite: Path) -> list[str | None]:
    """The names by which pages can use the sprite's icons."""
    return [symbol.get("id") for symbol in ET.parse(sprite).getroot()]
