"""The EDINET code list: Japanese companies that are listed or file with the regulator.

The file of the Financial Services Agency (CSV in code page 932, alone or in a ZIP archive) is
edited into a table that can be compared line by line: companies only, no persons, full-width
letters made half-width, the address cut to its city.
"""

import csv
import io
import re
import threading
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from crm.organizations.identifiers import check_identifier
from crm.registers.entries import Entry
from crm.registers.index import Index
from crm.registers.tables import DATA, industries, latin_city, rows
from models.errors import DomainError, N_
from models.organization import IdentifierScheme

CODE = "edinet"
EMBEDDED = DATA / "edinet.tsv"
_HEADER = (
    *("ＥＤＩＮＥＴコード", "提出者種別", "上場区分", "連結の有無", "資本金", "決算日", "提出者名"),
    *(
        "提出者名（英字）",
        "提出者名（ヨミ）",
        "所在地",
        "提出者業種",
        "証券コード",
        "提出者法人番号",
    ),
)
# Persons, foreign filers and governments are of other types.
_JAPANESE_COMPANIES = "内国法人・組合"
_COLUMNS = "code native kana english number industry fiscal_month listed securities_code city"
_LARGEST = 64 * 1024 * 1024
_CODE = re.compile(r"E\d{5}")
_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_MONTH = re.compile(r"(\d{1,2})月")
_SPACES = re.compile(r"[ \u3000]+")
_FORM = re.compile(r" ?(株式会社|有限会社|合同会社|相互会社) ?")
_KANA_FORM = re.compile("(?:カブシキ|ユウゲン|ゴウドウ|ソウゴ)[ガカ]゛?[イィ]*[シジ][ャヤ]")
# Full-width letters, digits and signs as everybody types them; katakana stay as they are.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# Their names hold the very letter that ends the name of a city.
_ODD_CITIES = (
    "四日市市|廿日市市|野々市市|市川市|市原市|町田市|村上市|村山市|東村山市|武蔵村山市"
    "|大町市|十日町市|羽村市|田村市|大村市"
)
_CITY = re.compile(
    r"(?:東京都|北海道|(?:京都|大阪)府|.{2,3}県)?(?:[^市区町村0-9０-９]{1,6}郡)?"
    rf"({_ODD_CITIES}|.{{1,6}}?[市区町村])"
)


@dataclass(frozen=True, slots=True)
class CodeList:
    """The companies of one edition of the list."""

    as_of: date
    entries: tuple[Entry, ...]


def read_code_list(content: bytes) -> CodeList:
    """The companies in the agency's file.

    Raises:
        DomainError: it is not that file, or a row of it cannot be read; the row is named.
    """
    text = _decoded(_unpacked(content))
    lines = list(csv.reader(io.StringIO(text, newline="")))
    as_of = _DAY.search("".join(lines[0])) if lines else None
    header = tuple(cell.strip() for cell in lines[1]) if len(lines) > 1 else ()
    if as_of is None or header != _HEADER:
        raise DomainError(
            N_(
                "This is not the EDINET code list: its first row has to give the day and its second"
                " the names of the columns. Download EdinetcodeDlInfo.csv again."
            )
        )
    found: dict[str, Entry] = {}
    for number, cells in enumerate(lines[2:], start=3):
        if len(cells) != len(_HEADER) or not _CODE.fullmatch(cells[0]):
            raise DomainError(
                N_("Row %(row)s is not one of the EDINET code list. Nothing was changed."),
                row=number,
            )
        entry = _entry(cells)
        if entry is not None:
            found[entry.code] = entry
    if not found:
        raise DomainError(N_("The file holds no Japanese company. Nothing was changed."))
    day = date(*map(int, as_of.groups()))
    return CodeList(day, tuple(found[code] for code in sorted(found)))


def write_table(found: CodeList) -> str:
    """The list as a table of ours, with the attribution that its licence asks for."""
    lines = [f"# {attribution(found.as_of)}", f"# as of\t{found.as_of.isoformat()}"]
    lines.append("# " + _COLUMNS.replace(" ", "\t"))
    lines += ["\t".join(_cells(entry)) for entry in found.entries]
    return "\n".join(lines) + "\n"


def read_table(path: Path) -> CodeList:
    """The list in a table of ours."""
    with path.open(encoding="utf-8") as file:
        file.readline()
        as_of = date.fromisoformat(file.readline().rpartition("\t")[2].strip())
    return CodeList(as_of, tuple(_from_cells(cells) for cells in rows(path)))


def attribution(as_of: date) -> str:
    """The words that the licence asks for wherever the list is shown or kept."""
    return (
        "Source: EDINET code list, Financial Services Agency of Japan,"
        f" as of {as_of.isoformat()}, Public Data License 1.0; edited"
    )


class Edinet:
    """The register: the edition in the data folder if there is one, else the one we ship."""

    code = CODE
    name = "EDINET code list (Japan)"
    licence = "Public Data License 1.0"

    def __init__(self, refreshed: Path | None = None) -> None:
        self._refreshed = refreshed
        self._lock = threading.Lock()
        self._known: tuple[tuple[Path, int], CodeList, Index, dict[str, Entry]] | None = None

    @property
    def is_refreshed(self) -> bool:
        """Whether a file in the data folder is read instead of the one we ship."""
        return self._path() != EMBEDDED

    @property
    def as_of(self) -> date:
        """The day of the list."""
        return self._load()[1].as_of

    @property
    def attribution(self) -> str:
        """The words that its licence asks for."""
        return attribution(self.as_of)

    def count(self) -> int:
        """How many companies it holds."""
        return len(self._load()[1].entries)

    def search(self, text: str, limit: int = 20) -> Sequence[Entry]:
        """The companies that a name, a reading or a number finds, listed ones first."""
        return self._load()[2].search(text, limit)

    def find(self, code: str) -> Entry | None:
        """The company of an EDINET code."""
        return self._load()[3].get(code)

    def _path(self) -> Path:
        has_own = self._refreshed is not None and self._refreshed.exists()
        return self._refreshed if has_own and self._refreshed is not None else EMBEDDED

    def _load(self) -> tuple[tuple[Path, int], CodeList, Index, dict[str, Entry]]:
        path = self._path()
        # A refreshed file is read without a restart.
        edition = (path, path.stat().st_mtime_ns)
        known = self._known
        if known is None or known[0] != edition:
            with self._lock:
                known = self._known
                if known is None or known[0] != edition:
                    found = read_table(path)
                    by_code = {entry.code: entry for entry in found.entries}
                    known = self._known = (edition, found, Index(found.entries), by_code)
        return known


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(b"PK"):
        return content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inside = [one for one in archive.infolist() if one.filename.lower().endswith(".csv")]
            if len(inside) == 1 and inside[0].file_size <= _LARGEST:
                return archive.read(inside[0])
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise DomainError(N_("This ZIP archive cannot be opened. Download it again.")) from error
    raise DomainError(N_("The ZIP archive has to hold one CSV file of at most 64 MB."))


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DomainError(N_("The letters of this file cannot be read: it has to be in code page 932."))


def _entry(cells: Sequence[str]) -> Entry | None:
    """A row as a company; None for persons and for whoever is not of Japan."""
    code, kind, listed, _consolidated, _capital, year_end, native, english, kana = cells[:9]
    address, industry, securities, number = cells[9:13]
    if not kind.startswith(_JAPANESE_COMPANIES) or not native.strip():
        return None
    month = _MONTH.match(unicodedata.normalize("NFKC", year_end))
    city = _CITY.match(address.strip())
    return Entry(
        code=code,
        native=_FORM.sub(r"\1", _tidy(native)),
        kana=_SPACES.sub("", _KANA_FORM.sub("", _tidy(kana))) or None,
        english=_tidy(english) or None,
        numbers=_numbers(code, number.strip()),
        country="JP",
        city=city[1] if city is not None else None,
        industry=_industry(industry.strip()),
        fiscal_year_end_month=int(month[1]) if month is not None else None,
        is_listed=listed.strip() == "上場",
        # The list has five characters, of which the last is 0 for an ordinary share.
        securities_code=securities.strip()[:4] or None,
    )


def _tidy(text: str) -> str:
    return _SPACES.sub(" ", text.translate(_HALF_WIDTH)).strip()


def _numbers(code: str, number: str) -> tuple[tuple[IdentifierScheme, str], ...]:
    found = [(IdentifierScheme.EDINET, code)]
    try:
        checked = check_identifier(IdentifierScheme.JP_CORPORATE_NUMBER, number)
    except DomainError:
        return tuple(found)
    return ((IdentifierScheme.JP_CORPORATE_NUMBER, checked), *found)


def _industry(japanese: str) -> str | None:
    for one in industries().values():
        # The list leaves the last letter of some away.
        if japanese and japanese in (one.japanese, one.japanese.removesuffix("業")):
            return one.code
    return None


def _cells(entry: Entry) -> Iterable[str]:
    return (
        entry.code,
        entry.native,
        entry.kana or "",
        entry.english or "",
        entry.number(IdentifierScheme.JP_CORPORATE_NUMBER) or "",
        entry.industry or "",
        str(entry.fiscal_year_end_month or ""),
        "1" if entry.is_listed else "",
        entry.securities_code or "",
        entry.city or "",
    )


def _from_cells(cells: Sequence[str]) -> Entry:
    code, native, kana, english, number, industry, month, listed, securities, city = cells
    numbers = [(IdentifierScheme.EDINET, code)]
    if number:
        numbers.insert(0, (IdentifierScheme.JP_CORPORATE_NUMBER, number))
    return Entry(
        code=code,
        native=native,
        kana=kana or None,
        english=english or None,
        numbers=tuple(numbers),
        country="JP",
        city=latin_city(city or None),
        industry=industry or None,
        fiscal_year_end_month=int(month) if month else None,
        is_listed=listed == "1",
        securities_code=securities or None,
    )
