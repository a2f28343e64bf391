"""`missions slots` at the command line."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crm.cli import main

Run = Callable[..., tuple[int, str, str]]
USUAL = ("--home", "America/Toronto", "--market", "Asia/Tokyo")
WEEK = ("--from", "2027-01-11", "--to", "2027-01-15")


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """`run("--json")`: the exit code, stdout and stderr."""

    def call(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = main(["missions", "slots", *arguments])
        printed = capfd.readouterr()
        return code, printed.out, printed.err

    return call


def answer(run: Run, *arguments: str) -> list[dict[str, Any]]:
    code, out, err = run(*arguments, "--json")
    assert (code, err) == (0, "")
    found: list[dict[str, Any]] = json.loads(out)
    return found


def test_slots_as_json(run: Run) -> None:
    found = answer(run, *USUAL, "--from", "2027-01-13", "--to", "2027-01-13")
    assert found[0] == {
        "home_start": "2027-01-12T19:00:00-05:00",
        "home_end": "2027-01-12T20:00:00-05:00",
        "market_start": "2027-01-13T09:00:00+09:00",
        "market_end": "2027-01-13T10:00:00+09:00",
        "utc_start": "2027-01-13T00:00:00+00:00",
        "minutes": 60,
        "score": 80,
        "warnings": [{"code": "other_date", "text": "At home it is Tue 12 Jan."}],
    }
    assert len(found) == 4


def test_the_best_of_each_market_day_first_and_all_sides_agree(run: Run) -> None:
    found = answer(run, *USUAL, *WEEK)
    ranks = [(one["market_start"][:10], -one["score"]) for one in found]
    assert ranks == sorted(ranks)
    assert {rank[0] for rank in ranks} == {f"2027-01-{day}" for day in range(11, 16)}
    for one in found:
        moments = [datetime.fromisoformat(one[f"{side}_start"]) for side in ("home", "market")]
        assert moments[0] == moments[1] == datetime.fromisoformat(one["utc_start"])
        assert moments[0].astimezone(UTC).isoformat() == one["utc_start"]
        ends = datetime.fromisoformat(one["market_end"])
        assert ends - moments[1] == timedelta(minutes=one["minutes"])
    holiday = next(one for one in found if one["market_start"].startswith("2027-01-11"))
    assert {"code": "market_holiday", "text": "Public holiday in Japan: Coming of Age Day."} in (
        holiday["warnings"]
    )


def test_vancouver_in_january_2027_is_seven_hours_behind_utc(run: Run) -> None:
    found = answer(run, "--home", "America/Vancouver", "--market", "Asia/Seoul", *WEEK, "--windows")
    assert [one["home_start"] for one in found][1] == "2027-01-11T16:30:00-07:00"
    assert {one["minutes"] for one in found} == {270}
    assert "score" not in found[0]


def test_windows_are_of_every_day_weekends_too(run: Run) -> None:
    days = ("--from", "2027-01-15", "--to", "2027-01-18")
    found = answer(run, *USUAL, *days, "--windows")
    assert [one["market_start"][:10] for one in found] == [
        f"2027-01-{day}" for day in range(15, 19)
    ]
    assert found[1]["warnings"][0]["code"] == "market_weekend"
    assert {one["market_start"][:10] for one in answer(run, *USUAL, *days)} == {
        "2027-01-15",
        "2027-01-18",
    }
    assert len({one["market_start"][:10] for one in answer(run, *USUAL, *days, "--weekends")}) == 4


def test_own_limits_length_and_step(run: Run) -> None:
    limits = ("--home-from", "18:00", "--home-to", "20:00", "--market-from", "09:00")
    found = answer(run, *USUAL, *WEEK, *limits, "--minutes", "30", "--step", "15")
    assert {one["home_start"][11:16] for one in found} == {"19:00", "19:15", "19:30"}
    assert {one["minutes"] for one in found} == {30}


def test_two_markets_on_one_clock(run: Run) -> None:
    days = ("--from", "2027-02-08", "--to", "2027-02-11")
    found = answer(run, *USUAL, "--market", "Asia/Seoul", *days)
    said = {(one["market_start"][8:10], each["text"]) for one in found for each in one["warnings"]}
    assert ("08", "Public holiday in South Korea: Day after Seollal.") in said
    assert ("11", "Public holiday in Japan: Foundation Day.") in said


def test_a_table_for_people(run: Run) -> None:
    code, out, _err = run(*USUAL, "--from", "2027-01-11", "--to", "2027-01-13")
    assert code == 0
    assert "Mon 11 Jan 2027, Tokyo\n  ! Public holiday in Japan: Coming of Age Day." in out
    assert "   80  Tue 12 Jan 19:00–20:00 Toronto = Wed 13 Jan 09:00–10:00 Tokyo\n" in out
    assert out.count("Weekend at home: Sunday.") == 1


def test_nothing_shared_is_an_empty_list_and_a_sentence(run: Run) -> None:
    office = ("--home-from", "09:00", "--home-to", "17:00")
    assert answer(run, *USUAL, *WEEK, *office) == []
    code, out, _err = run(*USUAL, *WEEK, *office)
    assert (code, out) == (0, "The two sides share no such time on these days.\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--home", "Mars/Base", "--market", "Asia/Tokyo", *WEEK), "is no time zone"),
        (("--home", "America/Toronto", "--market", "../../etc", *WEEK), "is no time zone"),
        (("--home", "America", "--market", "Asia/Tokyo", *WEEK), "is no time zone"),
        (("--home", "", "--market", "Asia/Tokyo", *WEEK), "is no time zone"),
        ((*USUAL, "--from", "2027-02-30", "--to", "2027-03-01"), "2027-02-30"),
        ((*USUAL, "--from", "2027-01-02", "--to", "2027-01-01"), "must not come before"),
        ((*USUAL, "--from", "2027-01-01", "--to", "2028-01-02"), "At most 366 days"),
        ((*USUAL, "--from", "2101-01-01", "--to", "2101-01-02"), "from 2000 to 2099"),
        ((*USUAL, *WEEK, "--minutes", "0"), "from 5 to 480 minutes"),
        ((*USUAL, *WEEK, "--step", "0"), "at least one minute"),
        ((*USUAL, *WEEK, "--home-from", "22:00"), "must come after"),
        ((*USUAL, *WEEK, "--home-to", "25:00"), "25:00"),
        ((*USUAL, "--market", "Asia/Taipei", *WEEK), "do not show the same time"),
        ((*USUAL,), "--from"),
    ],
)
def test_what_cannot_be_asked_is_wrong_usage(
    run: Run, arguments: tuple[str, ...], words: str
) -> None:
    code, out, err = run(*arguments, "--json")
    assert (code, out) == (2, "")
    assert words in err
