"""`scores benchmark`: the model judged on any table of leads, before it is trusted."""

import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from crm.cli import benchmark_lines
from crm.scores import benchmarking
from models.errors import DomainError, N_

_SIZES: Final = "30,60,120,300,1000,5000"
_QUICK_SIZES: Final = "60,300"
_SEEDS: Final = 10
_QUICK_SEEDS: Final = 3


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--target", required=True, metavar="COL", help="Which column says how leads ended.")
@click.option("--time", metavar="COL", help="Dates or running numbers: the newest are judged.")
@click.option("--in-order", is_flag=True, help="The rows stand in order of time, oldest first.")
@click.option("--group", metavar="COL", help="Rows of one group are all judged or none.")
@click.option("--stage", metavar="COL", help="The stage each lead stood at.")
@click.option("--likelihood", metavar="COL", help="People's own estimate, judged beside.")
@click.option("--positive", metavar="VALUE", help="Which value of the target means won.")
@click.option("--drop", metavar="COL", multiple=True, help="Leave a column out; repeatable.")
@click.option(
    "--keep",
    metavar="COL",
    multiple=True,
    help="Keep a column that was put aside: it was known before the end; repeatable.",
)
@click.option("--encoding", metavar="NAME", help="The file's encoding, such as cp932.")
@click.option("--sizes", metavar="N,N", help=f"How many leads to learn from. Default: {_SIZES}.")
@click.option(
    "--seeds",
    type=click.IntRange(1, 1000),
    help=f"How many samples of each size below 1,000. Default: {_SEEDS}.",
)
@click.option("--quick", is_flag=True, help="Fewer sizes and samples: a first look.")
@click.option(
    "--json",
    "json_to",
    is_flag=False,
    flag_value="-",
    metavar="PATH",
    help="Write everything as JSON to PATH; alone or with -, print it instead of the table.",
)
@click.option("--data", hidden=True, help="Not needed: nothing of the office is read.")
def benchmark(
    file: Path,
    *,
    sizes: str | None,
    seeds: int | None,
    quick: bool,
    json_to: str | None,
    encoding: str | None,
    **asked: Any,
) -> None:
    """Judge the model on FILE, a row a lead: a CSV file or an .xlsx workbook.

    It is fitted to samples of the file's own older leads and judged on its newest (with --time,
    else on leads at random), beside what offices use today. Columns that give the end away are
    put aside and named. Nothing is kept, and no record of the office is read or written.

    "better than the base rate by more than luck" is the least a model must reach; where it is not
    reached, the answer is "no usable pattern yet".
    """
    counts = _numbers(sizes or (_QUICK_SIZES if quick else _SIZES))
    samples = seeds or (_QUICK_SEEDS if quick else _SEEDS)
    try:
        prepared = benchmarking.prepare(file, _asked(asked), encoding=encoding)
        total = benchmarking.fit_count(prepared, sizes=counts, seeds=samples)
        with _progress(total) as on_step:
            result = benchmarking.benchmark(prepared, sizes=counts, seeds=samples, on_step=on_step)
        if json_to is not None:
            _write(json_to, result)
    except DomainError as error:
        _fail(error, json_to, code=1 if file.is_file() else 2)
    if json_to != "-":
        for line in benchmark_lines.lines(result):
            click.echo(line)


def _asked(given: Mapping[str, Any]) -> benchmarking.Asked:
    return benchmarking.Asked(
        target=given["target"],
        time=given["time"],
        group=given["group"],
        stage=given["stage"],
        likelihood=given["likelihood"],
        positive=given["positive"],
        drop=given["drop"],
        keep=given["keep"],
        is_in_order=given["in_order"],
    )


def _numbers(text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or not all(part.isdecimal() and int(part) > 1 for part in parts):
        raise click.BadParameter("write whole numbers such as 30,60,300", param_hint="--sizes")
    return [int(part) for part in parts]


@contextlib.contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on stderr where somebody watches, else nothing."""
    if not sys.stderr.isatty():
        yield lambda count: None
        return
    with click.progressbar(length=total, label="Learning and judging", file=sys.stderr) as bar:

        def step(count: int) -> None:
            bar.update(count)

        yield step


def _write(json_to: str, answer: Mapping[str, Any]) -> None:
    text = json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False)
    if json_to == "-":
        click.echo(text)
        return
    try:
        Path(json_to).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise DomainError(
            N_("%(file)s cannot be written (%(why)s)."), file=json_to, why=error.strerror or error
        ) from error


def _fail(error: DomainError, json_to: str | None, *, code: int) -> NoReturn:
    """End with a sentence, as JSON too where that was asked for."""
    if json_to is not None:
        with contextlib.suppress(DomainError):
            _write(json_to, {"error": str(error)})
    click.echo(str(error), err=True)
    raise click.exceptions.Exit(code)
