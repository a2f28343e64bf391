"""`organizations`: which of those on file a list of names means."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.cli.context import Context, command_options
from crm.duplicates.parties import load_parties
from crm.identity.keys import keys_of
from crm.identity.matching import Candidate, Matcher, Party
from crm.identity.wording import SENTENCES
from crm.imports.chunks import in_chunks
from crm.imports.reading import read_table
from crm.imports.table import Table
from models.errors import DomainError, N_
from models.organization import Organization, OrganizationName

_MOST = 5
# The likeliest are told however unlikely they are: the verdict says so.
_LEAST = 0.0
_NAME = frozenset({"name", "nom", "名前", "名称", "会社名", "이름", "회사명"})
_LANGUAGE = frozenset({"language", "langue", "lang", "言語", "언어"})


@click.group()
def organizations() -> None:
    """Companies and bodies on file."""


@organizations.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@command_options
def match(file: Path, *, context: Context) -> None:
    """Say for each name in FILE which organizations on file it may mean, the likeliest first.

    FILE is a CSV file or an .xlsx workbook with a column `name` and, where it is known, one
    `language` (ja, ko, en). A verdict is same, propose, review, subsidiary or none. Nothing is
    written.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read ({error.strerror}).") from error
    typed = _names(read_table(content, file.name))
    with context.database.reader(context.actor) as session:
        matcher = Matcher(load_parties(session))
        found = [(name, _find(matcher, name, language)) for name, language in typed]
        known = _load(session, {_key(one) for _name, candidates in found for one in candidates})
    answer = [
        {"name": name, "candidates": [_told(one, known[_key(one)]) for one in candidates]}
        for name, candidates in found
    ]
    context.emit(answer, _lines(answer))


def _names(table: Table) -> list[tuple[str, str | None]]:
    if table.problems:
        problem = table.problems[0]
        raise DomainError(N_("Row %(row)s: %(problem)s"), row=problem.row, problem=problem.text())
    headers = [header.strip().casefold() for header in table.headers]
    name = next((place for place, header in enumerate(headers) if header in _NAME), None)
    if name is None:
        raise DomainError(N_("The file has no column called “name”."))
    language = next((place for place, header in enumerate(headers) if header in _LANGUAGE), None)
    return [
        (
            _text(row.cells[name]),
            (_text(row.cells[language]).lower() or None) if language is not None else None,
        )
        for row in table.rows
    ]


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _find(matcher: Matcher, name: str, language: str | None) -> list[Candidate]:
    if not name:
        return []
    party = Party(key=None, names=(keys_of(name, language=language),))
    return matcher.find(party, limit=_MOST, least=_LEAST)


def _key(candidate: Candidate) -> int:
    return int(str(candidate.key))


def _load(session: Session, keys: Iterable[int]) -> dict[int, dict[str, Any]]:
    """What is told of each organization: its id, its reference and all its names."""
    wanted = sorted(keys)
    names: dict[int, list[str]] = defaultdict(list)
    found: dict[int, dict[str, Any]] = {}
    for chunk in in_chunks(wanted):
        for key, text in session.execute(
            sa.select(OrganizationName.organization_id, OrganizationName.text)
            .where(OrganizationName.organization_id.in_(chunk))
            .order_by(OrganizationName.id)
        ):
            names[key].append(text)
        for key, public_id, reference in session.execute(
            sa.select(Organization.id, Organization.public_id, Organization.reference).where(
                Organization.id.in_(chunk)
            )
        ):
            found[key] = {"id": public_id, "ref": reference, "names": names[key]}
    return found


def _told(candidate: Candidate, known: dict[str, Any]) -> dict[str, Any]:
    return {
        **known,
        "score": candidate.score,
        "verdict": candidate.verdict.value,
        "reason": SENTENCES[candidate.reason.code] % dict(candidate.reason.params),
    }


def _lines(answer: list[dict[str, Any]]) -> list[str]:
    lines = []
    for row in answer:
        lines.append(row["name"])
        lines += [
            f"  {one['verdict']:<10} {one['score']:5.1f}  {' / '.join(one['names'])}"
            f"  {one['reason']}"
            for one in row["candidates"]
        ]
        if not row["candidates"]:
            lines.append("  none")
    return lines
