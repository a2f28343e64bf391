"""One SVG sprite of the icons that the pages use.

The whole set is 2 MB; a page names an icon with
`<svg><use href=".../icons.svg#NAME"/></svg>`, which a strict content security
policy allows.
"""

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from crm.setup.report import SetupError

SVG = "http://www.w3.org/2000/svg"
# Presentation attributes are inherited through <use>, so a page sets size and
# colour in its own style sheet.
SYMBOL_ATTRIBUTES = {
    "viewBox": "0 0 24 24",
    "fill": "none",
    "stroke": "currentColor",
    "stroke-width": "2",
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
}
INVISIBLE_FRAME = "M0 0h24v24H0z"


def read_icon_names(file: Path) -> list[str]:
    """The names in `icons.txt`, one a line, sorted; a line that begins with # says why."""
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return sorted({line for line in lines if line and not line.startswith("#")})


def write_sprite(names: Sequence[str], drawings: Path, target: Path) -> None:
    """Write the named drawings as the symbols of one SVG file."""
    missing = [name for name in names if not (drawings / f"{name}.svg").is_file()]
    if missing:
        raise SetupError(
            f"crm/frontend/icons.txt names icons that Tabler does not draw: {', '.join(missing)}. "
            "Look the names up in crm/frontend/node_modules/@tabler/icons/icons/outline."
        )
    ET.register_namespace("", SVG)
    sprite = ET.Element(f"{{{SVG}}}svg")
    for name in names:
        symbol = ET.SubElement(sprite, f"{{{SVG}}}symbol", {"id": name, **SYMBOL_ATTRIBUTES})
        # Tabler's own drawings, pinned by hash: nobody else's XML gets here.
        drawing = ET.parse(drawings / f"{name}.svg").getroot()  # noqa: S314
        symbol.extend(shape for shape in drawing if shape.get("d") != INVISIBLE_FRAME)
    ET.indent(sprite)
    ET.ElementTree(sprite).write(target, encoding="utf-8", xml_declaration=False)
