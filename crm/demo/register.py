"""Names of real companies, as digests: what an invented name must not equal.

`register.bin` is made from the EDINET code list of Japan's Financial Services Agency (5 October
2026; Public Data License 1.0), edited: natural persons left out, every name normalised and
replaced by a digest. `python -m crm.demo.register LIST.csv` makes it anew from a newer list.
There is no register of Korean companies that may be passed on; well-known Korean and Japanese
names are kept out as words (`famous_names.json`, in normal form).
"""

import csv
import hashlib
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from crm.demo.data import read
from crm.identity.normalizing import normalize

_FILE = Path(__file__).with_name("register.bin")
_DIGEST_SIZE = 5
_KANA_FORMS = ("カブシキガイシャ", "カブシキカイシャ", "ユウゲンガイシャ", "ゴウドウガイシャ")
_NATURAL_PERSON = "個人"


def is_real(name: str) -> bool:
    """Whether a name, in any script, is one of the register's or holds a household name."""
    plain = normalize(_without_kana_form(name))
    return _digest(plain) in _digests() or any(word in plain for word in read("famous_names"))


def compile_register(rows: Iterable[list[str]]) -> bytes:
    """The digests of every company's name, kana reading and English name, sorted.

    `rows` are those of the EDINET code list after its two head lines: the kind of filer stands
    in the second column, the three names in the seventh to ninth.
    """
    digests = set()
    for row in rows:
        if _NATURAL_PERSON in row[1]:
            continue
        for name in row[6:9]:
            plain = normalize(_without_kana_form(name))
            if plain:
                digests.add(_digest(plain))
    return b"".join(sorted(digests))


@cache
def _digests() -> frozenset[bytes]:
    data = _FILE.read_bytes()
    return frozenset(
        data[place : place + _DIGEST_SIZE] for place in range(0, len(data), _DIGEST_SIZE)
    )


def _digest(plain: str) -> bytes:
    return hashlib.blake2b(plain.encode(), digest_size=_DIGEST_SIZE).digest()


def _without_kana_form(name: str) -> str:
    for form in _KANA_FORMS:
        name = name.replace(form, "")
    return name


def main(arguments: list[str]) -> None:
    """Make the register anew from a code list."""
    with Path(arguments[0]).open(encoding="cp932", newline="") as file:
        rows = list(csv.reader(file))[2:]
    _FILE.write_bytes(compile_register(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
