"""The artefact is refused when it is not, to the letter, what was written."""

import json
import math
from collections.abc import Callable
from typing import Any

import pytest

from bench.scoring_worlds import World, invented_office
from scoring import InvalidArtefactError, TrainedModel, train
from scoring.registry import LARGEST, dump, libraries, sha256

Plain = dict[str, Any]


@pytest.fixture(scope="module")
def world() -> World:
    """An office of usual size."""
    return invented_office(290, 11)


@pytest.fixture(scope="module")
def text(world: World) -> str:
    """The artefact of a learned model."""
    return train(world.histories, world.as_of, judges=False).to_json()


def _at(plain: Plain, *path: str | int) -> Any:
    inner: Any = plain
    for name in path:
        inner = inner[name]
    return inner


def _put(value: Any, *path: str | int) -> Callable[[Plain], Any]:
    def damage(plain: Plain) -> Plain:
        _at(plain, *path[:-1])[path[-1]] = value
        return plain

    return damage


def _drop(*path: str | int) -> Callable[[Plain], Any]:
    def damage(plain: Plain) -> Plain:
        del _at(plain, *path[:-1])[path[-1]]
        return plain

    return damage


def _change(change: Callable[[Any], Any], *path: str | int) -> Callable[[Plain], Any]:
    def damage(plain: Plain) -> Plain:
        parent = _at(plain, *path[:-1])
        parent[path[-1]] = change(parent[path[-1]])
        return plain

    return damage


DAMAGE: dict[str, Callable[[Plain], Any]] = {
    "another format": _put(1, "format"),
    "another name": _put("pickle", "name"),
    "a basis that is none": _put("certainty", "basis"),
    "a basis of another model": _put("base_rate", "basis"),
    "a moment without a zone": _put("2026-11-01T00:00:00", "cut_off"),
    "a moment that is no text": _put(5, "cut_off"),
    "too few base chances": _put([0.1], "base_chances"),
    "a base chance above one": _put(1.5, "base_chances", 0),
    "a base weight below zero": _put(-1.0, "base_weight"),
    "no hazards": _put(None, "hazards"),
    "a list for hazards": _put([], "hazards"),
    "no covariance": _drop("hazards", "covariance"),
    "no stages on the card": _drop("hazards", "scorecard", "stages"),
    "no counts of a feature": _drop("evidence", "by_feature", "stage"),
    "a coefficient less": _drop("hazards", "coefficients", 0),
    "a coefficient as text": _change(str, "hazards", "coefficients", 0),
    "a huge coefficient": _put(1e300, "hazards", "coefficients", 0),
    "a coefficient that is a list": _put([0.0], "hazards", "coefficients", 0),
    "a coefficient that is nothing": _put(None, "hazards", "coefficients", 0),
    "coefficients in the place of precisions": lambda plain: _swap(plain["hazards"]),
    "rows of the covariance swapped": _change(
        lambda rows: [rows[1], rows[0], *rows[2:]], "hazards", "covariance"
    ),
    "a variance below zero": _put(-1.0, "hazards", "covariance", 0, 0),
    "a precision of zero": _put(0.0, "hazards", "precisions", 0),
    "a column that is no feature": _put("owner", "hazards", "columns", 0, "name"),
    "a column twice": _change(lambda columns: [columns[0], *columns], "hazards", "columns"),
    "a column of another kind": _put("number", "hazards", "columns", 0, "kind"),
    "a centre less": _drop("hazards", "centres", 0),
    "intervals that fall": _put([90, 80, 365], "hazards", "timing", "horizons"),
    "very many intervals": _put(list(range(400, 200_400)), "hazards", "timing", "tail"),
    "stages that take no time": _put(0.0, "hazards", "stage_days"),
    "a flag as a number": _put(1, "hazards", "is_learned"),
    "points beyond the card": _put(10_000, "hazards", "scorecard", "rules", 0, "points"),
    "more announced than closed": _put(10_000, "evidence", "announced_count"),
    "a key too many": _put("os.system", "hazards", "__reduce__"),
    "trees that cannot be": _put({"ensembles": []}, "hazards", "trees"),
    "a reason of trees that is none": _put("because", "hazards", "proof", "reason"),
    "metrics that are text": _put("fine", "metrics"),
    "a list around it": lambda plain: [plain],
}


def _swap(hazards: Plain) -> Plain:
    one, two = hazards["coefficients"], hazards["precisions"]
    hazards["coefficients"], hazards["precisions"] = two, one
    return {"hazards": hazards}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_artefact_is_refused(text: str, name: str) -> None:
    damaged = json.dumps(DAMAGE[name](json.loads(text)), ensure_ascii=False, sort_keys=True)
    with pytest.raises(InvalidArtefactError):
        TrainedModel.from_json(damaged)


def _before(key: str, number: str, text: str) -> str:
    return text.replace(f"{key}: ", f'{key}: {number}, "x": ')


TEXTS: dict[str, Callable[[str], Any]] = {
    "nothing": lambda _: "",
    "the first half": lambda text: text[: len(text) // 2],
    "a letter less": lambda text: text[:-1],
    "a letter more": lambda text: text + " ",
    "other spacing": lambda text: text.replace(": ", ":"),
    "keys in another order": lambda text: json.dumps(dict(reversed(json.loads(text).items()))),
    "a key twice": lambda text: '{"basis": "model", ' + text[1:],
    "a number that is none": lambda text: text.replace(
        '"stage_days": ', '"stage_days": NaN, "x": '
    ),
    "a number without end": lambda text: text.replace(
        '"base_weight": ', '"base_weight": 1e999, "x": '
    ),
    "infinity": lambda text: _before('"base_weight"', "Infinity", text),
    "a number of many digits": lambda text: text.replace(
        '"base_weight": ', '"base_weight": ' + "9" * 5000 + ', "x": '
    ),
    "deep nesting": lambda _: "[" * 100_000,
    "deep nesting inside": lambda text: text.replace(
        '"metrics": {', '"metrics": {"x": ' + "[" * 50_000 + "]" * 50_000 + ", ", 1
    ),
    "half a character": lambda text: text.replace('"basis"', '"\\ud800"', 1),
    "a pickle": lambda _: "cos\nsystem\n(S'id'\ntR.",
    "bytes": lambda text: text.encode(),
    "no text": lambda _: None,
    "too much of it": lambda text: text + " " * (LARGEST + 1 - len(text)),
}


@pytest.mark.parametrize("name", TEXTS)
def test_text_that_is_no_artefact_is_refused(text: str, name: str) -> None:
    with pytest.raises(InvalidArtefactError):
        TrainedModel.from_json(TEXTS[name](text))


def test_one_digit_changed_is_refused_by_the_hash_alone(text: str) -> None:
    registered = sha256(text)
    assert TrainedModel.from_json(text, registered=registered).to_json() == text
    plain = json.loads(text)
    plain["hazards"]["coefficients"][0] += 0.5
    changed = json.dumps(plain, ensure_ascii=False, sort_keys=True)
    # It is sound in itself: what an attacker with both columns writes is not found out here.
    assert TrainedModel.from_json(changed).to_json() == changed
    with pytest.raises(InvalidArtefactError, match="registered"):
        TrainedModel.from_json(changed, registered=registered)


def test_an_artefact_tells_what_it_was_fitted_with_and_not_how_long_it_took(text: str) -> None:
    data = json.loads(text)["metrics"]["data"]
    assert data["libraries"] == libraries()
    assert set(data["libraries"]) == {"python", "numpy", "scipy", "pandas", "scikit-learn"}
    assert "seconds" not in data


def test_numbers_that_are_none_are_never_written() -> None:
    with pytest.raises(ValueError, match="JSON"):
        dump({"weight": math.nan})
