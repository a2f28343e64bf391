"""What `scores benchmark` prints: the figures of a benchmark in plain words."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import click

_WIDTH: Final = 100

NAMES: Final = {
    "model": "this model",
    "base_rate": "base rate",
    "stage_only": "stage only",
    "manual_likelihood": "people's own estimate",
    "counting_bayes": "Odoo-style counting",
    "one_hot_logistic": "plain logistic",
    "boosted_defaults": "boosted trees as is",
}
_LEGEND: Final = (
    "  ranks right  how often a won lead stands above a lost one (AUC): .5 is luck, 1 always",
    "  surprise     how far what was said is from what came (log loss): lower is better",
    "  against us   their surprise minus ours: + means that this model is better",
    "  Brier        squared error, lower is better       prec.   average precision",
    "  off          how far chances are from rates (ECE)  slope   1 is right, less is too sure",
    "  top x        the rate in the best tenth, as a multiple of the rate of all",
)


def lines(result: Mapping[str, Any]) -> list[str]:
    """The answer in plain words, at most a hundred characters wide."""
    said = [*_of_the_file(result), ""]
    for size in result["sizes"]:
        said += [*_of_a_size(size), ""]
    said += [
        *_LEGEND,
        "  ±            standard error: over the samples, the judged leads being the same;",
        "               with a single sample over the judged leads drawn again (bootstrap)",
        "",
        *_alarm(result),
        *_wrapped(verdict_sentence(result), ""),
    ]
    return said


def _of_the_file(result: Mapping[str, Any]) -> list[str]:
    rows, columns = result["rows"], result["columns"]
    held = f"{result['rows_read']:,} rows, {rows['count']:,} leads with an end"
    said = [f"{held}, {rows['won']:,} of them won ({rows['rate']:.1%})."]
    if result["rows_without_end"]:
        words = ", ".join(f"{word or '(blank)'} {n:,}" for word, n in result["open_values"].items())
        said += _wrapped(f"Left out without an end: {result['rows_without_end']:,} ({words}).", "")
    if result["rows_unreadable"]:
        said.append(f"Rows with more cells than headers, left out: {result['rows_unreadable']:,}.")
    part = f"the newest by {result['time']}" if result["time"] else "drawn at random"
    said.append(
        f"Judged on {rows['judged']:,} leads, {part}, {_percent(rows['judged_rate'])} of them won;"
    )
    said.append(
        f"learned from the other {rows['learned_from']:,}, {_percent(rows['learned_rate'])} won."
    )
    if not result["time"]:
        said.append(
            "With --time COLUMN it is judged on the newest leads, which is the fairer test."
        )
    if result["likelihood"]:
        given = f"given for {result['likelihood_given']:,}, the base rate for the others"
        said += _wrapped(f"People's own estimate stands in {result['likelihood']}: {given}.", "")
    said.append(f"Columns learned from: {len(columns['used'])}.")
    if columns["left_out"]:
        said.append("Columns left out:")
        for one in columns["left_out"]:
            figure = f" ({_figure(one)})" if _figure(one) else ""
            said += _wrapped(f"{one['column']}: {one['words']}{figure}", "  ")
    for one in columns["kept"]:
        said += _wrapped(f"{one['column']} is kept as you asked, although it {one['words']}.", "")
    if columns["strong"]:
        strong = ", ".join(f"{name} ({auc:.2f})" for name, auc in columns["strong"].items())
        said += _wrapped(
            f"Look at these, which rank the ends well alone: {strong}. If one was filled in"
            " after the end, leave it out with --drop COLUMN.",
            "",
        )
    return said


def _figure(one: Mapping[str, Any]) -> str:
    if one["figure"] is None:
        return ""
    if one["why"] in ("alone_tells", "missing_tells"):
        return f"ranks {one['figure']:.2f} right alone"
    return f"{one['figure']:.0%} different" if one["why"] == "row_name" else ""


def _of_a_size(size: Mapping[str, Any]) -> list[str]:
    samples = "1 sample" if size["samples"] == 1 else f"{size['samples']} samples"
    head = f"Learned from {size['learned_from']:,} leads, {samples}"
    said = [
        head,
        f"  {'':<22}{'ranks right':>13}{'surprise':>13}{'against us':>14}"
        f"{'Brier':>6}{'prec.':>6}{'off':>6}{'slope':>6}{'top x':>6}{'fit s':>6}",
    ]
    for name, found in size["contenders"].items():
        against = found["against"]["log_loss"] if name != "model" else None
        said.append(
            f"  {NAMES[name]:<22}{_with_error(found['auc']):>13}"
            f"{_with_error(found['log_loss']):>13}"
            f"{_with_error(against, '+') if against else '':>14}"
            f"{_short(found['brier'], 3):>6}{_short(found['average_precision'], 3):>6}"
            f"{_short(found['ece'], 3):>6}{_short(found['slope'], 2):>6}"
            f"{_short(found['lift'], 2):>6}{_short(found['fit_seconds'], 2):>6}"
        )
    return said


def _with_error(found: Mapping[str, float | None], sign: str = "") -> str:
    mean, error = found["mean"], found["error"]
    if mean is None:
        return "-"
    return f"{mean:{sign}.3f}" + (f" ±{error:.3f}" if error is not None else "")


def _short(found: Mapping[str, float | None], places: int) -> str:
    mean = found["mean"]
    if mean is None:
        return "-"
    return f"{mean:.{places}f}" if abs(mean) < 100 else f"{mean:.0f}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _alarm(result: Mapping[str, Any]) -> list[str]:
    alarm = result["too_good"]
    if alarm is None or not alarm["is_too_good"]:
        return []
    said = _wrapped(
        f"Too good: leads drawn at random are ranked {alarm['random_auc']:.2f} right and later ones"
        f" {alarm['later_auc']:.2f}. A column tells what was not known yet, or the leads changed:"
        " look for it before you trust the figures.",
        "",
    )
    return [*said, ""]


def verdict_sentence(result: Mapping[str, Any]) -> str:
    """What the figures of the largest sample allow to say, in a sentence or two."""
    found, rows = result["verdict"], result["rows"]
    part = "newest" if result["time"] else "other"
    judged = f"the {part} {rows['judged']:,} leads"
    if found["code"] == "too_few":
        return (
            f"Verdict: too few closed leads to say. {rows['learned_from']:,} to learn from are"
            " fewer than 30, or hold fewer than 5 won or 5 lost: the scorecard serves until then."
        )
    against = result["sizes"][-1]["contenders"]
    better, worse = _by_how_much(found["better"], against), _by_how_much(found["worse"], against)
    if found["code"] == "no_pattern":
        gain, error = found["gain"], found["gain_error"]
        said = (
            f"Verdict: no usable pattern yet. On {judged} the model is not better than the base"
            f" rate by more than luck ({gain:+.3f} ± {error or 0:.3f}, log loss). Each lead has the"
            f" base rate, {rows['learned_rate']:.0%}, until more can be learned."
        )
        return said + (f" It is worse than {worse}." if worse else "")
    said = f"Verdict: usable. On {judged} the model is better than {better}"
    if found["level"]:
        said += f"; level with {', '.join(NAMES[name] for name in found['level'])}"
    return said + (f"; worse than {worse}" if worse else "") + " (log loss)."


def _by_how_much(names: Sequence[str], contenders: Mapping[str, Any]) -> str:
    each = []
    for name in names:
        by = contenders[name]["against"]["log_loss"]
        each.append(f"{NAMES[name]} by {abs(by['mean']):.3f} ± {by['error'] or 0:.3f}")
    return ", ".join(each)


def _wrapped(text: str, indent: str) -> list[str]:
    wrapped: str = click.wrap_text(text, _WIDTH, indent, indent + "  " if indent else "")
    return wrapped.splitlines()
