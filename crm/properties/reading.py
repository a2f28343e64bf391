"""Lists of properties as tables: which column holds what, and what the cells say."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.imports.amounts import in_currency, parse_amount
from crm.imports.currencies import parse_currency
from crm.imports.dates import DateOrder, find_date_order, parse_date
from crm.imports.problems import RowProblem, ValueProblem
from crm.imports.reading import read_table
from crm.imports.table import Cell, Row, Table
from crm.imports.text import is_unknown, key, one_line, parse_text, plain, quoted
from crm.properties.plan import PropertyRow
from crm.properties.units import find_area_unit, find_power_unit, read_area, read_power
from crm.spreadsheet_cells import restore
from models.errors import DomainError, N_
from models.measure import Precision, Qualifier
from models.site_search import PropertyKind

MOST_ROWS = 5_000

# What lists call each column, in English and French, as letters and digits only.
SYNONYMS: dict[str, str] = {
    "public_id": "publicid idpublic identifiantpublic",
    "reference": "reference ref id no number code propertyid siteid sitenumber listing listingid"
    " listingnumber mls referencenumber refno numero noreference numerodereference identifiant"
    " refdusite",
    "kind": "kind type category propertytype propertykind typeofproperty genre nature categorie"
    " typedepropriete typedebien typedesite",
    "name": "name property propertyname site sitename title nom nomdusite propriete titre"
    " nomdelapropriete",
    "address": "address street streetaddress civicaddress location adresse emplacement"
    " adressecivique",
    "city": "city town municipality citytown ville municipalite",
    "area_m2": "area size totalarea superficie surface aire superficietotale",
    "land_m2": "land landarea landsize lot lotsize lotarea sitearea sitesize parcelsize acreage"
    " acres hectares terrain superficieduterrain superficieterrain superficiedulot"
    " grandeurduterrain",
    "building_m2": "building buildingarea buildingsize floorarea floorspace grossfloorarea gfa"
    " availablespace availablearea batiment superficiedubatiment superficiebatiment surfacebatie"
    " airedeplancher surfacedeplancher superficiedeplancher espacedisponible",
    "power_kw": "power electricity electricalpower availablepower electricalcapacity powercapacity"
    " powersupply puissance electricite puissanceelectrique puissancedisponible"
    " capaciteelectrique alimentationelectrique",
    "zoning": "zoning zone zoningcode zonage codedezonage",
    "price": "price askingprice listprice saleprice prix prixdemande prixdevente",
    "currency": "currency devise monnaie",
    "available_from": "availablefrom availableon dateavailable availabilitydate datedisponible"
    " disponibleapartirdu disponiblele disponibledes datededisponibilite",
    "is_available": "available isavailable availability stillavailable disponible disponibilite"
    " encoredisponible",
    "source": "source origin origine",
    "as_of": "asof dataasof asofdate updated lastupdated lastupdate endatedu ajourau datededonnees"
    " misajour miseajour datedemiseajour etatau",
    "note": "note notes remark remarks comment comments description remarque remarques commentaire"
    " commentaires",
}
_FIELD_OF = {word: field for field, words in SYNONYMS.items() for word in words.split()}

_SIGNS = re.compile(r"[()\[\],/:]")
_WITHIN = re.compile(r"(?:in|en) ")
_AREAS = ("area_m2", "land_m2", "building_m2")
_LAND = (
    "land lot vacantland vacantlot site greenfield parcel serviced servicedland industrialland"
    " terrain terrainvacant lotvacant parcelle terrainindustriel"
)
_BUILDINGS = (
    "building buildings warehouse plant factory office industrialbuilding facility"
    " existingbuilding batiment batimentindustriel immeuble usine entrepot bureau edifice"
)
_KINDS = {
    **dict.fromkeys(_LAND.split(), PropertyKind.LAND),
    **dict.fromkeys(_BUILDINGS.split(), PropertyKind.BUILDING),
}
_IS_AVAILABLE = "yes y true 1 available disponible oui o vrai x"
_IS_GONE = (
    "no n false 0 sold leased unavailable notavailable taken withdrawn non faux vendu loue"
    " indisponible nondisponible retire"
)
_YES, _NO = frozenset(_IS_AVAILABLE.split()), frozenset(_IS_GONE.split())


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """A column of the file: its header, what it is read as (None for not at all), its unit."""

    index: int
    header: str
    field: str | None
    unit: Any = None


@dataclass(frozen=True, slots=True)
class PropertyFile:
    """A list as it was read: its columns and rows, and the rows that hold no cells for them."""

    columns: Sequence[ColumnUse]
    rows: Sequence[PropertyRow]
    encoding: str


def read_file(
    content: bytes, file_name: str = "", *, kind: PropertyKind | None = None
) -> PropertyFile:
    """The properties in a CSV file or a workbook; `kind` is what a row is that does not say.

    Raises:
        DomainError: there is no table, or none of its columns is known here.
    """
    table = read_table(content, file_name)
    if len(table.rows) > MOST_ROWS:
        raise DomainError(
            N_("The file has more than %(limit)s rows. Split it into smaller files."),
            limit=MOST_ROWS,
        )
    columns = match_columns(table.headers)
    if not any(column.field for column in columns):
        raise DomainError(
            N_("None of the headers in row %(row)s is known. A list needs at least a name."),
            row=table.header_row,
        )
    readers = _readers(columns, table)
    rows = [_read_row(row, columns, readers, kind) for row in table.rows]
    broken = [PropertyRow(one.row, {}, problems=(one,)) for one in table.problems]
    return PropertyFile(
        columns, sorted((*rows, *broken), key=lambda row: row.number), table.encoding
    )


def match_columns(headers: Sequence[str]) -> list[ColumnUse]:
    """What each column holds; the first of two columns with one meaning counts."""
    found: list[ColumnUse] = []
    for index, header in enumerate(headers):
        field, unit = _match(header)
        if any(column.field == field for column in found):
            field, unit = None, None
        found.append(ColumnUse(index, header, field, unit))
    return found


def _match(header: str) -> tuple[str | None, Any]:
    text = plain(restore(header))
    field = _FIELD_OF.get(key(text))
    if field is not None:
        # A column called "acres" is its own unit.
        return field, find_area_unit(text) if field in _AREAS else None
    for name, words in _cuts(text):
        field = _FIELD_OF.get(key(name))
        unit: Any = None
        if field in _AREAS:
            unit = find_area_unit(words)
        elif field == "power_kw":
            unit = find_power_unit(words)
        elif field == "price":
            unit = _currency(words)
        if unit is not None:
            return field, unit
    return None, None


def _currency(words: str) -> Any:
    """The currency in a header; none in "price per acre", which is no price."""
    try:
        return parse_currency(words)
    except ValueProblem:
        return None


def _cuts(text: str) -> list[tuple[str, str]]:
    """Each way to read the end of a header as a unit: "land area (sq ft)", "power, mw"."""
    bare = _SIGNS.sub(" ", text).split()
    return [
        (" ".join(bare[:at]), _WITHIN.sub("", " ".join(bare[at:]), count=1))
        for at in range(1, len(bare))
    ]


_Reader = Callable[[Cell], Any]


def _readers(columns: Sequence[ColumnUse], table: Table) -> dict[str, _Reader]:
    found: dict[str, _Reader] = {}
    for column in columns:
        if column.field is None:
            continue
        cells = [row.cells[column.index] for row in table.rows]
        found[column.field] = _reader(column, cells)
    return found


def _reader(column: ColumnUse, cells: Sequence[Cell]) -> _Reader:
    unit = column.unit
    if column.field in _AREAS:
        return lambda cell: read_area(cell, unit)
    if column.field == "power_kw":
        return lambda cell: read_power(cell, unit)
    if column.field in ("available_from", "as_of"):
        order = find_date_order(cells)
        return lambda cell: _day(cell, order)
    if column.field == "kind":
        return _kind
    if column.field == "is_available":
        return _yes_or_no
    if column.field == "currency":
        return parse_currency
    if column.field == "price":
        return lambda cell: None if is_unknown(cell) else (parse_amount(cell), cell, unit)
    longest = {"reference": 120, "public_id": 40, "note": 10_000}.get(column.field or "", 300)
    is_long = column.field == "note"
    return lambda cell: parse_text(cell, longest=longest, lines=is_long)


def _read_row(
    row: Row,
    columns: Sequence[ColumnUse],
    readers: dict[str, _Reader],
    kind: PropertyKind | None,
) -> PropertyRow:
    values: dict[str, Any] = {}
    problems: list[RowProblem] = []
    headers = {column.field: column.header for column in columns if column.field}
    for column in columns:
        if column.field is None:
            continue
        cell = row.cells[column.index]
        if isinstance(cell, str):
            cell = restore(cell)
        try:
            value = readers[column.field](cell)
        except ValueProblem as problem:
            problems.append(RowProblem(row.number, column.header, problem.message, problem.params))
            continue
        if value is not None:
            values[column.field] = value
    if kind is not None:
        values.setdefault("kind", kind)
    try:
        _settle_price(values)
    except ValueProblem as problem:
        header = headers.get("price", "")
        problems.append(RowProblem(row.number, header, problem.message, problem.params))
    problems += _settle_area(values, row.number, headers.get("area_m2", ""))
    public_id = values.pop("public_id", None)
    return PropertyRow(row.number, values, public_id, tuple(problems))


def _settle_price(values: dict[str, Any]) -> None:
    """Put amount and currency where they belong; a currency without an amount says nothing."""
    currency = values.pop("currency", None)
    stated = values.pop("price", None)
    if stated is None:
        return
    amount, cell, unit = stated
    measure = in_currency(amount, currency or unit, cell)
    if measure.qualifier not in (None, Qualifier.EXACT):
        raise ValueProblem(
            N_("“%(value)s” is not one price. Write one number, or leave the cell empty."),
            value=quoted(cell),
        )
    if measure.value is not None:
        values["price_amount"] = measure.value
        if measure.currency is not None:
            values["currency"] = measure.currency


def _settle_area(values: dict[str, Any], number: int, header: str) -> list[RowProblem]:
    """An area that does not say of what is that of the land, or of the building that is one."""
    area = values.pop("area_m2", None)
    if area is None:
        return []
    kind = values.get("kind")
    if kind is None:
        return [RowProblem(number, header, N_("Say whether this property is land or a building."))]
    values.setdefault("land_m2" if kind is PropertyKind.LAND else "building_m2", area)
    return []


def _kind(cell: Cell) -> PropertyKind | None:
    if is_unknown(cell):
        return None
    found = _KINDS.get(key(one_line(cell)))
    if found is None:
        raise ValueProblem(N_("“%(value)s” is neither land nor a building."), value=quoted(cell))
    return found


def _yes_or_no(cell: Cell) -> bool | None:
    if isinstance(cell, bool):
        return cell
    if is_unknown(cell):
        return None
    word = key(one_line(cell))
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueProblem(
        N_("“%(value)s” does not say whether it is still available. Write yes or no."),
        value=quoted(cell),
    )


def _day(cell: Cell, order: DateOrder | None) -> date | None:
    stated = parse_date(cell, order)
    if stated is None:
        return None
    if stated.precision is not Precision.DAY:
        raise ValueProblem(
            N_("“%(value)s” is not one day. Write it like 2026-11-20."), value=quoted(cell)
        )
    return stated.on
