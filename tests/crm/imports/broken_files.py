"""Files that are broken in the ways in which senders, mail gateways and spreadsheets break them.

Each is made from its number alone, so that a run of a hundred and a run of five hundred are the
same ways over and over, with other rows and places.
"""

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from models.import_batch import BatchKind
from tests.crm.imports.bringing import csv_bytes

# Of each kind: headers, a row that is right ({n} is its number), and mistakes: column and cell.
TABLES: dict[BatchKind, tuple[str, str, tuple[tuple[int, str], ...]]] = {
    BatchKind.LEADS: (
        "Ref|Company|Country|First contact|Stage|Capex|Currency|Contact e-mail",
        "R{n}|Firm {n} Works|Japan|2024-05-{d:02}|Engaged|12.5M|CAD|a{n}@example.com",
        (
            (3, "soon"),
            (4, "Wizard"),
            (5, "lots"),
            (2, "Atlantis"),
            (7, "nowhere"),
            (3, "2099-01-01"),
        ),
    ),
    BatchKind.ORGANIZATIONS: (
        "Ref|Name|Native name|Country|Corporate number|Roles|Fiscal year end|Website",
        "R{n}|Firm {n} Works|架空{n}製作所|Japan||Prospect|3|https://firm{n}.example",
        ((3, "Atlantis"), (4, "12"), (4, "900101-1234567"), (5, "Wizard"), (6, "99"), (7, "x y")),
    ),
    BatchKind.CONTACTS: (
        "Name|Native name|Organization|Title|E-mail|Phone|Language",
        "Person {n}|架空 {n}|Firm {n} Works|Manager|p{n}@example.com|+81 3 1234 5678|ja",
        (
            (4, "nowhere"),
            (5, "call me"),
            (6, "Klingonese"),
            (4, "a@b@c"),
            (5, "1"),
            (6, "Elvish 9"),
        ),
    ),
    BatchKind.INTERACTIONS: (
        "Organization|Date|Kind|With whom|Summary|Direction",
        "Firm {n} Works|2024-05-{d:02}|Meeting|Person {n}|Talk number {n}|In",
        (
            (1, "soon"),
            (1, "2099-01-01"),
            (1, ""),
            (2, "Séance!"),
            (5, "sideways"),
            (1, "31/31/2024"),
        ),
    ),
}
KINDS = tuple(TABLES)


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """One file, what is said to be in it, and the row that its planted mistake stands in."""

    name: str
    content: bytes
    kind: BatchKind
    row: int | None = None


def broken_files(count: int) -> Iterator[BrokenFile]:
    """So many files, the planted mistakes of every kind among them."""
    for number in range(count):
        chance = random.Random(number)
        way = _WAYS[number % len(_WAYS)]
        kind = KINDS[(number // len(_WAYS) + number) % len(KINDS)]
        made = way(chance, kind)
        yield BrokenFile(f"{number}-{way.__name__.strip('_')}", made[0], kind, made[1])


Made = tuple[bytes, int | None]


def _lines(
    chance: random.Random, kind: BatchKind, count: int = 0
) -> tuple[list[str], list[list[str]]]:
    header, pattern, _mistakes = TABLES[kind]
    rows = [
        pattern.format(n=number, d=1 + number % 28).split("|")
        for number in range(1, (count or chance.randrange(3, 40)) + 1)
    ]
    return header.split("|"), rows


def _text(chance: random.Random, kind: BatchKind) -> str:
    header, rows = _lines(chance, kind)
    return csv_bytes("|".join(header), *rows).decode()


def _planted(chance: random.Random, kind: BatchKind) -> Made:
    header, rows = _lines(chance, kind)
    column, cell = chance.choice(TABLES[kind][2])
    place = chance.randrange(len(rows))
    rows[place][column] = cell
    return csv_bytes("|".join(header), *rows), place + 2


def _planted_in_a_workbook(chance: random.Random, kind: BatchKind) -> Made:
    from tests.crm.imports.offices import to_xlsx

    header, rows = _lines(chance, kind)
    column, cell = chance.choice(TABLES[kind][2])
    place = chance.randrange(len(rows))
    rows[place][column] = cell
    return to_xlsx(header, rows), place + 2


def _row_too_long(chance: random.Random, kind: BatchKind) -> Made:
    header, rows = _lines(chance, kind)
    place = chance.randrange(len(rows))
    rows[place] += ["one", "too many"]
    return csv_bytes("|".join(header), *rows), place + 2


def _endless_quote(chance: random.Random, kind: BatchKind) -> Made:
    lines = _text(chance, kind).splitlines()
    place = chance.randrange(1, len(lines))
    lines[place] = '"' + lines[place]
    return "\n".join(lines).encode(), None


def _huge_cell(chance: random.Random, kind: BatchKind) -> Made:
    header, rows = _lines(chance, kind)
    place = chance.randrange(len(rows))
    rows[place][0] = "x" * chance.choice((40_000, 140_000, 1_000_000))
    return csv_bytes("|".join(header), *rows), None


def _odd_encoding(chance: random.Random, kind: BatchKind) -> Made:
    encoding = chance.choice(("utf-7", "utf-32-le", "cp037", "gb18030", "big5", "koi8-r", "hz"))
    return _text(chance, kind).encode(encoding, errors="replace"), None


def _wrong_mark(chance: random.Random, kind: BatchKind) -> Made:
    mark = chance.choice(
        (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"\xef\xbb\xbf\xef\xbb\xbf")
    )
    return mark + _text(chance, kind).encode("cp932", errors="replace"), None


def _cut_off(chance: random.Random, kind: BatchKind) -> Made:
    content = _text(chance, kind).encode(chance.choice(("utf-8", "cp932", "utf-16")))
    return content[: chance.randrange(1, len(content))], None


def _flipped_bytes(chance: random.Random, kind: BatchKind) -> Made:
    content = bytearray(
        _text(chance, kind).encode(chance.choice(("utf-8", "cp932", "cp949")), "replace")
    )
    for _ in range(chance.randrange(1, 60)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(content), None


def _zeros(chance: random.Random, kind: BatchKind) -> Made:
    text = _text(chance, kind)
    for _ in range(chance.randrange(1, 30)):
        place = chance.randrange(len(text))
        text = f"{text[:place]}\0{text[place:]}"
    return text.encode(), None


def _mixed_line_ends(chance: random.Random, kind: BatchKind) -> Made:
    lines = _text(chance, kind).splitlines()
    ends = ("\r\n", "\n", "\r", "\r\r\n", "\u2028", "\x0b", "\x85")
    return "".join(line + chance.choice(ends) for line in lines).encode(), None


def _random_bytes(chance: random.Random, _kind: BatchKind) -> Made:
    return chance.randbytes(chance.randrange(1, 4_000)), None


def _nothing(chance: random.Random, kind: BatchKind) -> Made:
    header = TABLES[kind][0].replace("|", ",")
    return chance.choice(
        (b"", b"\n\n", b"\xef\xbb\xbf", header.encode(), b",,,\n,,,", b"\0" * 99)
    ), None


def _ten_thousand_columns(chance: random.Random, kind: BatchKind) -> Made:
    header, rows = _lines(chance, kind, 3)
    header += [f"More {number}" for number in range(10_000)]
    return csv_bytes("|".join(header), *(row + ["x"] * 10_000 for row in rows)), None


def _one_column_each(chance: random.Random, kind: BatchKind) -> Made:
    header, _rows = _lines(chance, kind)
    return csv_bytes("|".join([header[0]] * 150), "|".join(["x"] * 150)), None


def _wrong_table(chance: random.Random, _kind: BatchKind) -> Made:
    return csv_bytes("alpha|beta|gamma", "1|2|3", f"{chance.random()}|x|y"), None


def _hostile_words(chance: random.Random, kind: BatchKind) -> Made:
    header, rows = _lines(chance, kind)
    bad = (
        "=1+1",
        "@SUM(A1)",
        "<script>alert(1)</script>",
        "\u202egnp.exe",
        "%(name)s",
        "{{7*7}}",
        "'; --",
    )
    for row in rows:
        row[0] = chance.choice(bad)
    return csv_bytes("|".join(header), *rows), None


def _another_kind_of_file(chance: random.Random, _kind: BatchKind) -> Made:
    starts: tuple[bytes, ...] = (
        b"%PDF-1.7\n",
        b"\x89PNG\r\n",
        b"\xff\xd8\xff",
        b"GIF89a",
        b"\x1f\x8b\x08",
        b"{\\rtf1 ",
        b"7z\xbc\xaf",
    )
    starts += (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"<html><table>",
        b"<?xml version='1.0'?>",
        b"{}",
        b"MZ",
    )
    return chance.choice(starts) + chance.randbytes(500), None


_WORKBOOK = (
    '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}"'
    ' Target="{}"/></Relationships>'
)
_SHEET = (
    '<?xml version="1.0"?>{}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{}</sheetData></worksheet>"
)


def _package(sheet: str, extra: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "[Content_Types].xml",
            '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        )
        package.writestr("_rels/.rels", _RELATIONS.format("officeDocument", "xl/workbook.xml"))
        package.writestr("xl/workbook.xml", _WORKBOOK)
        package.writestr(
            "xl/_rels/workbook.xml.rels", _RELATIONS.format("worksheet", "worksheets/sheet1.xml")
        )
        package.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, content in (extra or {}).items():
            package.writestr(name, content)
    return out.getvalue()


def _cells(words: list[str]) -> str:
    cells = "".join(f'<c t="inlineStr"><is><t>{word}</t></is></c>' for word in words)
    return f"<row>{cells}</row>"


def _bomb(chance: random.Random, kind: BatchKind) -> Made:
    size = chance.choice((3, 120)) * 2**20
    row = _cells(TABLES[kind][0].split("|"))
    return _package(_SHEET.format("", row + " " * size)), None


def _bomb_beside(_chance: random.Random, kind: BatchKind) -> Made:
    row = _cells(TABLES[kind][0].split("|"))
    return _package(_SHEET.format("", row), {"xl/media/x.bin": b"\0" * (150 * 2**20)}), None


def _entity(chance: random.Random, kind: BatchKind) -> Made:
    row = _cells([*TABLES[kind][0].split("|"), "&x;"])
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    declared = chance.choice(
        (
            '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
            '<!DOCTYPE x [<!ENTITY x SYSTEM "http://127.0.0.1:1/">]>',
            f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}<!ENTITY x "&l8;">]>',
        )
    )
    return _package(_SHEET.format(declared, row + row)), None


def _far_cell(chance: random.Random, kind: BatchKind) -> Made:
    row = _cells(TABLES[kind][0].split("|"))
    place = chance.choice(("XFD1048576", "A1048576", "ZZZZZZ9", "A99999999", "XFD2"))
    return _package(_SHEET.format("", f'{row}<row r="9"><c r="{place}"><v>1</v></c></row>')), None


def _paths(_chance: random.Random, kind: BatchKind) -> Made:
    row = _cells(TABLES[kind][0].split("|"))
    return _package(_SHEET.format("", row), {"../../etc/x": b"x", "/abs": b"x"}), None


def _many_entries(_chance: random.Random, kind: BatchKind) -> Made:
    row = _cells(TABLES[kind][0].split("|"))
    return _package(_SHEET.format("", row), {f"x/{n}": b"" for n in range(1_500)}), None


def _damaged_package(chance: random.Random, kind: BatchKind) -> Made:
    content = bytearray(_package(_SHEET.format("", _cells(TABLES[kind][0].split("|")))))
    for _ in range(chance.randrange(1, 40)):
        content[chance.randrange(4, len(content))] = chance.randrange(256)
    return bytes(content), None


def _cut_package(chance: random.Random, kind: BatchKind) -> Made:
    content = _package(_SHEET.format("", _cells(TABLES[kind][0].split("|"))))
    return content[: chance.randrange(4, len(content))], None


def _broken_xml(chance: random.Random, kind: BatchKind) -> Made:
    row = _cells(TABLES[kind][0].split("|"))
    broken = chance.choice(
        ("<row><c>", "<row><c t='s'><v>99999</v></c></row>", "<<<", "&#0;", "<v>1")
    )
    return _package(_SHEET.format("", row + broken)), None


_WAYS: tuple[Callable[[random.Random, BatchKind], Made], ...] = (
    *(_planted, _row_too_long, _endless_quote, _huge_cell, _odd_encoding, _planted_in_a_workbook),
    *(_wrong_mark, _cut_off, _flipped_bytes, _zeros, _planted, _mixed_line_ends, _random_bytes),
    *(_nothing, _ten_thousand_columns, _one_column_each, _wrong_table, _hostile_words),
    *(_another_kind_of_file, _bomb, _bomb_beside, _entity, _far_cell, _paths, _planted),
    *(_many_entries, _damaged_package, _cut_package, _broken_xml, _planted_in_a_workbook),
)
