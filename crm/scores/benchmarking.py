"""The model judged on any table of leads: an office's own old data before it trusts a score."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crm.imports.columns import match_columns
from crm.imports.edits import chance_of
from crm.imports.problems import ValueProblem
from crm.imports.text import key
from crm.imports.vocabulary import find_likelihood_scale, parse_likelihood
from crm.scores.ends import check_ends, find_ends, word_of
from crm.scores.lead_tables import Read, read_lead_table
from models.errors import DomainError, N_
from models.import_batch import BatchKind

if TYPE_CHECKING:
    import pandas as pd

    from scoring.benchmark import LeadTable
    from scoring.screen import Finding

_NEAR: Final = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person says of the table."""

    target: str
    time: str | None = None
    group: str | None = None
    stage: str | None = None
    likelihood: str | None = None
    positive: str | None = None
    drop: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    is_in_order: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """A table ready to be judged on, and everything that was left out of it."""

    table: "LeadTable"
    findings: "Sequence[Finding]"
    kept: "Sequence[Finding]"
    strong: Mapping[str, float]
    said: Mapping[str, Any]
    """Plain facts of how the file was understood, for the JSON."""


def prepare(path: Path, asked: Asked, *, encoding: str | None = None) -> Prepared:
    """Read a file, tell its ends, and screen its columns.

    Raises:
        DomainError: there is no such table, column or end, with what to do about it.
    """
    import numpy as np

    from scoring.benchmark import LeadTable
    from scoring.screen import LEAKS, Why, screen_columns, strong_columns

    read = read_lead_table(path, encoding=encoding)
    asked = _with_columns(asked, read)
    ends = find_ends(read.frame[asked.target], asked.target, asked.positive)
    held = np.flatnonzero(ends.won >= 0)
    frame = read.frame.iloc[held].reset_index(drop=True)
    won = ends.won[held]
    check_ends(ends, asked.target)
    clock = _clock(frame, asked)
    groups = _groups(frame, asked)
    manual, unreadable = _manual(frame, asked)
    roles = {asked.target: Why.TARGET}
    roles |= {asked.time: Why.TIME} if asked.time else {}
    roles |= {asked.group: Why.GROUP} if asked.group else {}
    roles |= {asked.likelihood: Why.JUDGEMENT} if asked.likelihood else {}
    found = screen_columns(
        frame,
        won,
        groups=groups,
        time=clock,
        roles={**dict.fromkeys(asked.drop, Why.NOT_WANTED), **roles},
    )
    kept = [one for one in found if one.column in asked.keep and one.column not in roles]
    out = [one for one in found if one not in kept]
    features = frame.drop(columns=[one.column for one in out])
    # A date has no place in a model of leads, whoever answers for it.
    features = features.select_dtypes(exclude=["datetime"])
    if not len(features.columns):
        raise DomainError(
            N_(
                "No column is left to learn from. Say with --keep COLUMN which one was known"
                " before the end: %(columns)s."
            ),
            columns=", ".join(one.column for one in out if one.why in LEAKS) or "-",
        )
    stage = asked.stage if asked.stage in features.columns else None
    said = {
        "file": path.name,
        "encoding": read.encoding,
        "delimiter": read.delimiter,
        "sheet": read.sheet,
        "rows_read": len(read.frame),
        "rows_unreadable": read.unreadable_rows,
        "target": asked.target,
        "won_values": ends.won_values,
        "lost_values": ends.lost_values,
        "open_values": ends.open_values,
        "rows_without_end": int(len(read.frame) - len(held)),
        "time": asked.time or ("row order" if asked.is_in_order else None),
        "rows_without_time": int(_missing(clock)) if clock is not None else None,
        "group": asked.group,
        "stage": stage,
        "likelihood": asked.likelihood,
        "likelihood_given": int(manual.notna().sum()) if manual is not None else None,
        "likelihood_unreadable": unreadable,
    }
    strong = strong_columns(features, won, groups=groups)
    table = LeadTable(features, won, clock, groups, stage, manual)
    return Prepared(table, out, kept, strong, said)


def benchmark(
    prepared: Prepared,
    *,
    sizes: Sequence[int],
    seeds: int,
    on_step: Callable[[int], None] = lambda _: None,
) -> dict[str, Any]:
    """Judge the model and its baselines, and say everything in plain data."""
    from scoring.benchmark import run_benchmark
    from scoring.screen import WORDS

    result = run_benchmark(prepared.table, sizes=sizes, seeds=seeds, on_step=on_step)

    def listed_as(findings: "Sequence[Finding]") -> list[dict[str, Any]]:
        return [
            {
                "column": one.column,
                "why": one.why.value,
                "words": WORDS[one.why],
                "figure": one.figure,
            }
            for one in findings
        ]

    return {
        **prepared.said,
        "columns": {
            "used": list(map(str, prepared.table.features.columns)),
            "left_out": listed_as(prepared.findings),
            "kept": listed_as(prepared.kept),
            "strong": dict(prepared.strong),
        },
        **result,
    }


def fit_count(prepared: Prepared, *, sizes: Sequence[int], seeds: int) -> int:
    """How many fits a benchmark takes."""
    from scoring.benchmark import fit_count as count

    return count(prepared.table, sizes, seeds)


def _with_columns(asked: Asked, read: Read) -> Asked:
    """The columns by their exact headers; stage and likelihood by their words where not said."""
    headers = [str(name) for name in read.frame.columns]

    def find(name: str | None, option: str) -> str | None:
        return _find_column(name, headers, option) if name is not None else None

    target = _find_column(asked.target, headers, "--target")
    time, group = find(asked.time, "--time"), find(asked.group, "--group")
    stage, likelihood = find(asked.stage, "--stage"), find(asked.likelihood, "--likelihood")
    known = match_columns(headers, BatchKind.LEADS)
    taken = {target, time, group, stage, likelihood}
    if stage is None:
        match = known.find("stage")
        stage = match.header if match is not None and match.header not in taken else None
    if likelihood is None:
        match = known.find("likelihood")
        if match is not None and match.header not in taken and _are_chances(read, match.header):
            likelihood = match.header
    return Asked(
        target,
        time,
        group,
        stage,
        likelihood,
        asked.positive,
        tuple(_find_column(name, headers, "--drop") for name in asked.drop),
        tuple(_find_column(name, headers, "--keep") for name in asked.keep),
        asked.is_in_order,
    )


def _find_column(name: str, headers: Sequence[str], option: str) -> str:
    if name in headers:
        return name
    alike = [header for header in headers if key(header) == key(name) and key(name)]
    if len(alike) == 1:
        return alike[0]
    by_key = {key(header): header for header in headers}
    near = difflib.get_close_matches(key(name), list(by_key), n=_NEAR, cutoff=0.5)
    if near:
        raise DomainError(
            N_("%(option)s: the file has no column “%(name)s”. Perhaps %(near)s?"),
            option=option,
            name=name,
            near=", ".join(f"“{by_key[one]}”" for one in near),
        )
    raise DomainError(
        N_("%(option)s: the file has no column “%(name)s”. Its columns: %(columns)s."),
        option=option,
        name=name,
        columns=", ".join(f"“{header}”" for header in headers)[:600],
    )


def _clock(frame: "pd.DataFrame", asked: Asked) -> Any:
    """The order of the rows: dates or numbers of a column, or the order of the file."""
    import numpy as np
    import pandas as pd

    if asked.time is None:
        return np.arange(len(frame), dtype=np.float64) if asked.is_in_order else None
    raw = frame[asked.time]
    if not (pd.api.types.is_numeric_dtype(raw) or pd.api.types.is_datetime64_any_dtype(raw)):
        raise DomainError(
            N_(
                "--time: “%(column)s” holds neither dates nor numbers, such as “%(value)s”."
                " Write its dates as 2024-04-03."
            ),
            column=asked.time,
            value=str(next(iter(raw.dropna()), ""))[:60],
        )
    if raw.nunique() < 2:
        raise DomainError(
            N_("--time: “%(column)s” is the same in every row that has an end."),
            column=asked.time,
        )
    return raw.to_numpy()


def _missing(clock: Any) -> int:
    import pandas as pd

    return int(pd.isna(clock).sum())


def _groups(frame: "pd.DataFrame", asked: Asked) -> Any:
    """A number for each group; a row without one is a group of its own."""
    import numpy as np
    import pandas as pd

    if asked.group is None:
        return None
    codes = pd.factorize(frame[asked.group])[0].astype(np.int64)
    alone = codes < 0
    codes[alone] = codes.max(initial=-1) + 1 + np.arange(alone.sum())
    if len(np.unique(codes)) < 2:
        raise DomainError(
            N_("--group: “%(column)s” puts all rows in one group."), column=asked.group
        )
    return codes


def _are_chances(read: Read, column: str) -> bool:
    given, unreadable = _chances(read.frame[column])
    held = int(given.notna().sum())
    return held > 0 and unreadable <= held


def _manual(frame: "pd.DataFrame", asked: Asked) -> "tuple[pd.Series[Any] | None, int]":
    if asked.likelihood is None:
        return None, 0
    given, unreadable = _chances(frame[asked.likelihood])
    if not given.notna().any():
        raise DomainError(
            N_("--likelihood: nothing in “%(column)s” can be read as a likelihood."),
            column=asked.likelihood,
        )
    return given, unreadable


def _chances(raw: "pd.Series[Any]") -> "tuple[pd.Series[Any], int]":
    """People's estimates as an import reads them, and how many cells could not be read."""
    import pandas as pd

    held = raw.dropna()
    counts = {word_of(value): count for value, count in held.value_counts().items()}
    scale = find_likelihood_scale(list(counts))
    read: dict[str | None, float | None] = {}
    unreadable = 0
    for text, count in counts.items():
        try:
            read[text] = chance_of(parse_likelihood(text, scale))
        except ValueProblem:
            read[text] = None
            unreadable += int(count)
    found = [None if pd.isna(value) else read[word_of(value)] for value in raw]
    return pd.Series(found, index=raw.index, dtype="float64"), unreadable
